"""Any file to a `Recording`: the only decoder."""

from diascribe.media.decoding import decode
from diascribe.media.limits import Limits
from diascribe.media.probing import Probe, probe

__all__ = ["Limits", "Probe", "decode", "probe"]
