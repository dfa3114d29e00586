"""One file per model family; siblings do not know one another."""
