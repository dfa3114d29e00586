"""How much recording is too much."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a recording may ask for before it is refused with a `MediaLimitError`."""

    channels: int = 32
    """Enough for 16-track field recorders and 24-channel arrays; each costs 115 MB an hour."""
    hours: float = 48.0
    """Twice the longest recording that is promised to work; silence between counts too."""
    piped_bytes: int = 64 << 30
    """What standard input or another pipe may send: 48 h of uncompressed 48 kHz stereo fit."""
