"""Arrays and spans in, arrays and spans out: no file, clock, model or log."""
