"""The service over HTTP: jobs, results, known voices. The only package that is asynchronous."""
