"""The pipeline and its options."""
