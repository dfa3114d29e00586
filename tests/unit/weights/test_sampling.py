"""A folder's revision changes with its model's files, and reads little of large ones."""

from pathlib import Path

import pytest
from stored_models import ALIGNER, PARAKEET, WHISPER, written

from diascribe.errors import WeightsError
from diascribe.weights.folders import family_of
from diascribe.weights.sampling import ENDS, sampled_revision

LARGE = bytes(3 * ENDS)

WINDOWED = {
    "segmentation.onnx": b"a network",
    "encoder.onnx": b"another",
    "plda/xvec_transform.npz": b"numbers",
    "plda_mu.npy": b"others",
}
STREAMING = {
    "embed.onnx": b"a network",
    "step.onnx": b"another",
    "mel_filters.bin": b"numbers",
}


def revision(folder: Path) -> str:
    return sampled_revision(folder, family_of(folder))


@pytest.mark.parametrize(
    "files",
    [WHISPER, ALIGNER, PARAKEET, WINDOWED, STREAMING],
    ids=["whisper", "ctc", "parakeet", "windowed", "streaming"],
)
def test_the_same_files_anywhere_are_the_same_and_other_ones_are_not(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    first = revision(written(tmp_path / "a", files))

    assert revision(written(tmp_path / "b", {**files, "notes.md": b"mine"})) == first
    for name, content in files.items():
        other = {**files, name: content + b" "}
        assert revision(written(tmp_path / name, other)) != first


def test_other_bytes_at_either_end_of_a_large_file_are_another_model(tmp_path: Path) -> None:
    contents = [LARGE, b"1" + LARGE[1:], LARGE[1:] + b"1", LARGE + b"0"]

    found = {
        revision(written(tmp_path / str(place), {**WHISPER, "model.bin": content}))
        for place, content in enumerate(contents)
    }

    assert len(found) == len(contents)


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(tmp_path / "mine", WHISPER)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(WeightsError, match=r"config\.json: cannot be read: Permission denied"):
        sampled_revision(folder, "whisper")
