"""Pictures of a comparison: a page for many recordings, an image of one."""
