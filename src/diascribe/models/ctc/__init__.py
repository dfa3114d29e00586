"""Aligners on networks that tell, frame by frame, which letter is spoken (wav2vec2 and kin)."""

from diascribe.models.ctc.aligner import CtcAligner, open_ctc

__all__ = ["CtcAligner", "open_ctc"]
