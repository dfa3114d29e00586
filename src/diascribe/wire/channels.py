"""The decision on channels as JSON, and back."""

from __future__ import annotations

from diascribe.transcript import ChannelDecision, ChannelFinding, ChannelPair
from diascribe.wire.result import ChannelPart, DecisionPart, PairPart

DECIBEL_DIGITS = 1
"""Digits of a level behind the point."""

DIGITS = 3
"""Digits of a correlation or of milliseconds behind the point."""


def encode_decision(decision: ChannelDecision | None) -> DecisionPart | None:
    """The decision's fields, rounded."""
    if decision is None:
        return None
    return DecisionPart(
        wanted=decision.wanted,
        method=decision.method,
        reason=decision.reason,
        channels=tuple(map(_channel, decision.channels)),
        pairs=tuple(map(_pair, decision.pairs)),
    )


def decode_decision(part: DecisionPart | None) -> ChannelDecision | None:
    """The decision of its fields."""
    if part is None:
        return None
    return ChannelDecision(
        wanted=part.wanted,
        method=part.method,
        reason=part.reason,
        channels=tuple(ChannelFinding(**dict(one)) for one in part.channels),
        pairs=tuple(map(_read_pair, part.pairs)),
    )


def _channel(found: ChannelFinding) -> ChannelPart:
    return ChannelPart(
        channel=found.channel,
        role=found.role,
        of=found.of,
        level_db=_level(found.level_db),
        noise_db=_level(found.noise_db),
    )


def _pair(found: ChannelPair) -> PairPart:
    there, back = found.crosstalk_db
    return PairPart(
        first=found.first,
        second=found.second,
        relation=found.relation,
        similarity=round(found.similarity, DIGITS),
        envelope=round(found.envelope, DIGITS),
        gain_db=round(found.gain_db, DECIBEL_DIGITS),
        delay_ms=round(found.delay_ms, DIGITS),
        inverted=found.inverted,
        crosstalk_db=_level(there),
        crosstalk_back_db=_level(back),
    )


def _read_pair(part: PairPart) -> ChannelPair:
    rest = part.model_dump(exclude={"crosstalk_db", "crosstalk_back_db"})
    return ChannelPair(**rest, crosstalk_db=(part.crosstalk_db, part.crosstalk_back_db))


def _level(level_db: float | None) -> float | None:
    return None if level_db is None else round(float(level_db), DECIBEL_DIGITS)
