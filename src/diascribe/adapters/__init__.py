"""Platforms that run Diascribe or give it work: thin, one file each."""
