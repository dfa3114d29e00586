"""Whose voice it is: samples to voiceprints, and voices of a recording to people."""
