"""The known speakers that a request names, as samples of voices."""

from __future__ import annotations

from collections.abc import Sequence

from diascribe.server.openai.refusals import invalid

NAMES, REFERENCES = "known_speaker_names", "known_speaker_references"
MOST = 4
DATA = "data:"


def read_speakers(names: Sequence[str], references: Sequence[str]) -> list[dict[str, str]]:
    """A sample for each name. Nothing is fetched: samples come with the request.

    Raises:
        RefusedError: too many, as many names as samples are not there, or no data URL.
    """
    if len(names) > MOST:
        raise invalid(NAMES, f"{NAMES}: wanted at most {MOST}, got {len(names)}")
    if len(names) != len(references):
        counts = f"got {len(names)} names and {len(references)} references"
        raise invalid(REFERENCES, f"{REFERENCES}: wanted one for each name, {counts}")
    if len(set(names)) < len(names):
        raise invalid(NAMES, f"{NAMES}: wanted different names")
    if not all(one.startswith(DATA) for one in references):
        raise invalid(REFERENCES, f"{REFERENCES}: wanted data URLs, got something else")
    pairs = zip(names, references, strict=True)
    return [{"url": reference, "name": name} for name, reference in pairs]
