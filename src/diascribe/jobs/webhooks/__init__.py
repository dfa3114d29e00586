"""Who is told of a job's end: notices, signed and sent until they arrive."""
