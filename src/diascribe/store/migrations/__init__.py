"""How the tables came to be, step by step; each file is one step, and is never changed."""
