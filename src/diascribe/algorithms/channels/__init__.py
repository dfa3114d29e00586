"""A recording's channels: how alike they are, which to hear, and what leaked into each."""
