"""How right a diarization or a transcript is, measured against a reference."""
