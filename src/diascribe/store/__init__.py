"""What Diascribe remembers: known voices. SQLite in a file, or PostgreSQL."""
