"""Which recordings an argument names, and files that are whole or not there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_command import files_below, talk

from diascribe.cli.inputs import Input, check_names, find_inputs
from diascribe.cli.outputs import Outputs, parse_formats, write_whole
from diascribe.errors import OptionsError, OutputError, SourceError
from diascribe.formats.rules import DEFAULT_RULES

WRITE_TOO_MUCH = """
import resource, sys
from pathlib import Path
from diascribe.cli.outputs import write_whole
from diascribe.errors import OutputError
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_whole(Path(sys.argv[1]), "x" * 5000)
except OutputError as error:
    print(error)
"""

CHECK_AS_NOBODY = """
import os, sys
from pathlib import Path
from diascribe.cli.outputs import Outputs
from diascribe.errors import OutputError
from diascribe.formats.rules import DEFAULT_RULES
if os.getuid() == 0:
    os.setuid(65534)
try:
    Outputs(Path(sys.argv[1]), ("json",), DEFAULT_RULES).check()
except OutputError as error:
    print(error)
"""


FIND_AS_NOBODY = """
import os, sys
from diascribe.cli.inputs import find_inputs
from diascribe.errors import SourceError
if os.getuid() == 0:
    os.setuid(65534)
try:
    find_inputs(sys.argv[1:])
except SourceError as error:
    print(error)
"""


def opened_to_all(folder: Path) -> None:
    """Let other users reach what lies in a test's folder."""
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)


def child(program: str, *arguments: Path) -> str:
    """What a Python program prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_file_is_called_after_its_stem() -> None:
    assert find_inputs(["in/talk.v2.mp4"]) == [Input(Path("in/talk.v2.mp4"), Path("talk.v2"))]


def test_a_minus_is_standard_input() -> None:
    (found,) = find_inputs(["-"])

    assert (found.source, found.name, str(found)) == ("-", Path("stdin"), "standard input")


def test_a_folder_is_searched_and_its_folders_are_kept(tmp_path: Path) -> None:
    for name in ("b.wav", "a/z.MP3", "a/notes.txt", "a/.hidden/c.opus"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    found = find_inputs([str(tmp_path)])

    assert [str(one.name) for one in found] == ["a/.hidden/c", "a/z", "b"]


@pytest.mark.parametrize("names", [["a/t.wav", "b/t.mp3"], ["t.wav", "t.wav"], ["-", "stdin.wav"]])
def test_results_of_the_same_name_are_refused(names: list[str]) -> None:
    found = find_inputs(names)

    with pytest.raises(SourceError, match="more than one recording is called"):
        check_names(found)


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()

    with pytest.raises(SourceError, match="found no file with a known suffix"):
        find_inputs([str(tmp_path)])


def test_an_empty_name_is_not_the_folder_one_is_in() -> None:
    with pytest.raises(SourceError, match="got an empty name"):
        find_inputs([""])


def test_a_name_that_no_file_can_have_is_left_to_whoever_opens_it() -> None:
    (found,) = find_inputs(["a" * 300])

    assert found.name == Path("a" * 300)


def test_a_folder_below_that_cannot_be_looked_into_is_refused(tmp_path: Path) -> None:
    talk(tmp_path / "a.wav")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    opened_to_all(tmp_path)

    said = child(FIND_AS_NOBODY, tmp_path)
    closed.chmod(0o700)

    assert said == f"{closed}: wanted a readable folder: Permission denied\n"


def test_formats_are_kept_once_in_the_order_given() -> None:
    assert parse_formats(" srt,JSON , srt,") == ("srt", "json")


def test_every_unknown_format_is_named() -> None:
    with pytest.raises(OptionsError) as refused:
        parse_formats("json,docx,pdf")

    assert [problem[-6:] for problem in refused.value.problems] == ["'docx'", " 'pdf'"]


def test_a_file_is_replaced_as_a_whole_and_may_be_read_by_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "talk.json"
    write_whole(path, "first")
    mask = os.umask(0o022)

    write_whole(path, "second\r\n")
    os.umask(mask)

    assert path.read_bytes() == b"second\r\n"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(files_below(tmp_path)) == ["new/talk.json"]


def test_writing_that_is_cut_short_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_text("the old result")

    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "x" * 100_000 + "\udcff")

    assert path.read_text() == "the old result"
    assert list(files_below(tmp_path)) == ["talk.json"]


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    said = child(WRITE_TOO_MUCH, tmp_path / "talk.json")

    assert said == f"{tmp_path}/talk.json: cannot be written: File too large\n"
    assert list(files_below(tmp_path)) == []


def test_a_folder_of_somebody_else_is_refused_before_work(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o555)
    opened_to_all(tmp_path)

    said = child(CHECK_AS_NOBODY, folder / "below")

    assert said == f"{folder}/below: no permission to write to {folder}\n"


def test_a_folder_that_can_be_made_is_not_made_yet(tmp_path: Path) -> None:
    Outputs(tmp_path / "a" / "b", ("json",), DEFAULT_RULES).check()

    assert list(tmp_path.iterdir()) == []


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").touch()

    with pytest.raises(OutputError, match="wanted a folder"):
        Outputs(tmp_path / "a" / "b", ("json",), DEFAULT_RULES).check()
    with pytest.raises(OutputError, match="cannot be written: "):
        write_whole(tmp_path / "a" / "b" / "talk.json", "{}")
