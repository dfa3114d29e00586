"""From a model's name to an open session."""
