"""Whose voice a sample is: as the RunPod worker derives it, and without leaking what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from diascribe.engine.given import parse_options
from diascribe.engine.identify.samples import SpeakerSample, parse_sample
from diascribe.engine.options import Options, applied
from diascribe.errors import OptionsError


@pytest.mark.parametrize(
    ("given", "name", "source"),
    [
        ("https://x.org/swami-1.m4a?name=swami", "swami", "https://x.org/swami-1.m4a?name=swami"),
        ("https://x.org/swami-2.m4a#swami", "swami", "https://x.org/swami-2.m4a"),
        ("https://x.org/swami-3.m4a?X-Sig=1", "swami-3", "https://x.org/swami-3.m4a?X-Sig=1"),
        ("https://x.org/a.m4a?name=ada#eva", "ada", "https://x.org/a.m4a?name=ada"),
        ("https://x.org/Ada%20L.wav", "Ada L", "https://x.org/Ada%20L.wav"),
        ({"url": "https://x.org/a.wav?name=eva", "name": "Ada"}, "Ada", None),
        ({"name": "Ada", "file_path": "a.wav"}, "Ada", "a.wav"),
        ("folder/ada.wav", "ada", "folder/ada.wav"),
        ("folder/1.wav#Ada L", "Ada L", "folder/1.wav"),
        ({"url": "data:audio/wav;base64,AA==", "name": "  Ada\n L "}, "Ada L", None),
        ("https://x.org/e.wav#Zoe\u0308", "Zo\u00eb", None),
    ],
)
def test_whose_a_sample_is(given: object, name: str, source: str | None) -> None:
    sample = parse_sample(given)

    assert sample.name == name
    assert source is None or sample.source == source


def test_a_file_with_a_hash_in_its_name_is_that_file(tmp_path: Path) -> None:
    path = tmp_path / "take#2.wav"
    path.touch()

    sample = SpeakerSample(str(path))

    assert (sample.name, sample.source) == ("take#2", str(path))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["data:audio/wav;base64,AA=="], r"speaker_samples\[0\]: wanted a name"),
        ([{"url": "a.wav", "voice": "x"}], r"\[0\]: voice: unknown field, wanted url, name"),
        ([{"name": "Ada"}], r"\[0\]: wanted an address or a path"),
        (["a.wav", 3], r"\[1\]: wanted an address or an object with url, got a number"),
        (["a.wav#" + "x" * 201], r"\[0\]: name: wanted at most 200 characters, got 201"),
        (None, "speaker_samples: wanted a list, got null"),
    ],
)
def test_samples_that_are_none_are_refused(given: object, message: str) -> None:
    with pytest.raises(OptionsError, match=message):
        parse_options({"speaker_samples": given})


def test_samples_imply_verification_unless_it_is_refused() -> None:
    assert parse_options({"speaker_samples": ["a.wav"]}).verifies
    assert not parse_options({"speaker_samples": ["a.wav"], "speaker_verification": False}).verifies
    assert parse_options({"speaker_verification": True}).verifies
    assert not Options().verifies


@pytest.mark.parametrize("asked", [{"speaker_verification": True}, {"speaker_samples": ["a.wav"]}])
def test_verification_without_diarization_is_an_error(asked: dict[str, object]) -> None:
    with pytest.raises(OptionsError, match="finds out who speakers are, and diarization is off"):
        parse_options({"diarization": False, **asked})


def test_the_result_shows_no_secret_of_a_sample() -> None:
    options = parse_options(
        {
            "speaker_samples": [
                "https://user:pw@x.org/ada.wav?X-Amz-Signature=s3cret",
                {"name": "Eva", "url": "data:audio/wav;base64,c2VjcmV0"},
            ]
        }
    )

    shown = applied(options)["speaker_samples"]

    assert shown == ("ada (https://x.org/ada.wav)", "Eva (data URI)")
    assert "s3cret" not in repr(options)
    assert "c2VjcmV0" not in repr(options)
