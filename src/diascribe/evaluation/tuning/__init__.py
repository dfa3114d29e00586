"""Which values of options suit some recordings, and whether they are truly better."""
