"""What was measured for a speaker encoder: all numbers that depend on its vectors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was measured for one speaker encoder, in the windows that it is used in."""

    threshold: float
    """Distance that parts two voices."""
    least_clean_s: float
    """With less speech than this to themselves in a window, a speaker's overlapped speech is
    used as well (pyannote.audio's `exclude_overlap`)."""
    least_training_s: float = 1.0
    """Vectors of less speech are assigned to speakers, but do not help to find them."""
    least_speech_s: float = 6.0
    """A cluster with less speech than this…"""
    least_share: float = 0.03
    """…and less than this share of all speech is no speaker of its own (as pyannote.audio's
    `min_cluster_size`, which also shrinks with the recording)."""
    minor_share: float = 0.2
    """Clusters with less than this share of another's speech are often that voice blended with
    a third, from windows where two speakers were not told apart. Blends lie close to both."""
    minor_distance: float = 0.9
    """Distance between means, in thresholds, below which a minor cluster is no speaker…"""
    major_distance: float = 0.55
    """…and a major one. Means of one voice are much closer than its single vectors."""
    edge_s: float = 0.0
    """At its edges a window hears too little of a voice to tell whose it is: over so long from
    either one its word gains weight, evenly."""
    sure_margin: float = 0.0
    """A voice by so much likelier one speaker's than any other's (cosine similarity) has full
    weight where windows disagree, nearer ones less; 0 gives all the same."""
    fragment_s: float = 0.0
    """Shorter pieces of one voice stuck to another's turn are the other's."""
    edge_lag: float = 0.0
    """Frames by which turns begin and end after the instant midway between two frames'
    middles: half a frame where they are to lie on middles, as pyannote.audio's."""
