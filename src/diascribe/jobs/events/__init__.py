"""Objects that come into buckets become jobs."""
