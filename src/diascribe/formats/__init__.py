"""A transcript as text, and text as a transcript: one file a format."""
