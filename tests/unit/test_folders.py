"""Which files a folder holds."""

from __future__ import annotations

from pathlib import Path

from diascribe.storage.folders import files_below


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_files_of_the_wanted_suffixes_are_found_however_deep(tmp_path: Path) -> None:
    touch(tmp_path / "b.WAV", tmp_path / "a" / "c" / "d.wav", tmp_path / "e.txt")

    assert files_below(tmp_path, {".wav"}) == [tmp_path / "a" / "c" / "d.wav", tmp_path / "b.WAV"]


def test_linked_folders_are_followed_and_loops_end(tmp_path: Path) -> None:
    touch(tmp_path / "far" / "a.wav", tmp_path / "near" / "b.wav")
    (tmp_path / "near" / "linked").symlink_to(tmp_path / "far")
    (tmp_path / "far" / "back").symlink_to(tmp_path / "near")

    found = files_below(tmp_path / "near", {".wav"})

    near = tmp_path / "near"
    assert found == [near / "b.wav", near / "linked" / "a.wav"]
