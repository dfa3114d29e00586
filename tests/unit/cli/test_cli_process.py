"""The command as a process: pipes, signals, terminals, and nothing left behind."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_command import (
    COMMAND,
    PATIENCE_S,
    Ran,
    alive,
    children,
    files_below,
    run_process,
    talk,
    until,
)
from media_files import write

from diascribe.audio import FULL_SCALE, SAMPLE_RATE
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode

CLOSED_INPUT, CLOSED_OUTPUT, CLOSED_ERRORS = (
    f'exec "$0" "$@" {closed}' for closed in ("<&-", ">&-", "2>&-")
)

INTERRUPTED_IMPORT = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, *_):
        if name == "{module}":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
from diascribe.cli.main import main
main()
"""
"""The command, interrupted as it begins to import a module."""

CONVERSATION = Path(__file__).parents[3] / "examples" / "conversation.opus"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary directory of commands."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture(scope="module")
def greeting(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The first sentence of the conversation, as a file."""
    samples = finish_seconds(decode(CONVERSATION)).samples[: 3 * SAMPLE_RATE]
    path = tmp_path_factory.mktemp("greeting") / "greeting.wav"
    write(path, samples / FULL_SCALE)
    return path.read_bytes()


@contextlib.contextmanager
def started(*arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command at work in a session of its own."""
    with subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def ended(process: subprocess.Popen[bytes]) -> Ran:
    out, err = process.communicate(timeout=PATIENCE_S)
    return Ran(process.returncode, out.decode(), err.decode())


@pytest.mark.parametrize("module", ["typer", "diascribe.cli.transcribe", "onnxruntime"])
def test_an_interrupt_while_modules_are_imported_ends_with_130(tmp_path: Path, module: str) -> None:
    program = INTERRUPTED_IMPORT.format(module=module)

    ran = run_process(
        "diarize", talk(tmp_path / "talk.wav"), command=(sys.executable, "-c", program)
    )

    assert (ran.status, ran.out, ran.err) == (130, "", "interrupted\n")


@pytest.mark.parametrize("arguments", [["diarize"], ["doctor"], ["--version"]])
def test_a_closed_standard_output_is_one_clear_line(tmp_path: Path, arguments: list[str]) -> None:
    files = [talk(tmp_path / "talk.wav")] if arguments == ["diarize"] else []

    ran = run_process(*arguments, *files, command=("sh", "-c", CLOSED_OUTPUT, *COMMAND))

    assert ran.status == 3
    assert ran.err == "error: standard output: cannot be written: it is closed\n"


@pytest.mark.parametrize("arguments", [["--help"], ["diarize", "-q"]])
def test_what_prints_nothing_needs_no_standard_output(tmp_path: Path, arguments: list[str]) -> None:
    files = [talk(tmp_path / "talk.wav")] if "-q" in arguments else []

    ran = run_process(*arguments, *files, command=("sh", "-c", CLOSED_OUTPUT, *COMMAND))

    assert (ran.status, ran.err) == (0, "")


def test_a_closed_standard_error_does_no_harm(tmp_path: Path) -> None:
    ran = run_process(
        "diarize", tmp_path / "absent.wav", command=("sh", "-c", CLOSED_ERRORS, *COMMAND)
    )

    assert (ran.status, ran.out, ran.err) == (2, "", "")


def test_a_closed_standard_input_is_one_clear_line() -> None:
    ran = run_process("diarize", "-", command=("sh", "-c", CLOSED_INPUT, *COMMAND))

    assert ran.status == 2
    assert ran.err == ("error: standard input: wanted a recording, but it is closed or only text\n")


@pytest.mark.parametrize("whole_group", [True, False], ids=["terminal", "kill"])
def test_an_interrupt_ends_the_work_with_130_and_leaves_nothing(
    temporary: Path, tmp_path: Path, *, whole_group: bool
) -> None:
    with started("transcribe", CONVERSATION, "-o", tmp_path / "out") as process:
        until(lambda: bool(children(process.pid)))
        recognizers = children(process.pid)

        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
        ran = ended(process)

    assert (ran.status, ran.out, ran.err) == (130, "", "interrupted\n")
    until(lambda: not any(alive(pid) for pid in recognizers))
    assert list(files_below(temporary)) == []
    assert not (tmp_path / "out").exists()


def test_a_killed_command_takes_its_recognizers_along_and_leaves_nothing(
    temporary: Path, tmp_path: Path
) -> None:
    with started("transcribe", CONVERSATION, "-o", tmp_path / "out") as process:
        until(lambda: bool(children(process.pid)))
        recognizers = children(process.pid)

        process.kill()
        ran = ended(process)

    assert ran.status == -signal.SIGKILL
    until(lambda: not any(alive(pid) for pid in recognizers))
    assert list(files_below(temporary)) == []
    assert not (tmp_path / "out").exists()


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    with started("diarize", talk(tmp_path / "talk.wav")) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
        status = process.wait(PATIENCE_S)

    assert (status, said) == (0, b"")


def test_files_are_written_although_nobody_reads_what_is_printed(tmp_path: Path) -> None:
    files = talk(tmp_path / "a.wav"), talk(tmp_path / "b.wav")
    with started("diarize", *files, "-o", tmp_path / "out") as process:
        assert process.stdout is not None
        process.stdout.close()
        status = process.wait(PATIENCE_S)

    assert status == 0
    assert list(files_below(tmp_path / "out")) == ["a.json", "b.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
def test_a_full_disk_behind_standard_output_is_told_once(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = run_process(
            "diarize",
            talk(tmp_path / "talk.wav"),
            capture_output=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )

    assert ran.status == 3
    assert ran.err == "error: standard output: cannot be written: No space left on device\n"


def test_standard_input_is_a_recording(tmp_path: Path, temporary: Path, greeting: bytes) -> None:
    ran = run_process("diarize", "-", "-f", "rttm", "-o", tmp_path / "out", input=greeting)

    assert ran.status == 0
    (name,) = files_below(tmp_path / "out")
    assert name == "stdin.rttm"
    assert "SPEAKER stdin 1 " in (tmp_path / "out" / name).read_text()
    assert list(files_below(temporary)) == []


def test_without_a_terminal_there_is_no_progress(tmp_path: Path) -> None:
    ran = run_process("diarize", talk(tmp_path / "talk.wav"))

    assert (ran.status, ran.err) == (0, "")


def test_on_a_terminal_there_is_progress_whatever_the_file_is_called(tmp_path: Path) -> None:
    keeper, terminal = pty.openpty()
    path = talk(tmp_path / "[/red] 100 % {task}.wav")

    ran = run_process(
        "diarize", path, capture_output=False, stdout=subprocess.PIPE, stderr=terminal
    )
    os.close(terminal)
    shown = os.read(keeper, 1 << 20).decode()
    os.close(keeper)

    assert ran.status == 0
    assert "Traceback" not in shown
    assert "\x1b[" in shown


@pytest.mark.parametrize(
    "name", [b"caf\xe9.wav", "日本語.wav".encode(), b"two\nlines.wav", b"-.wav"]
)
def test_any_name_that_a_file_system_holds_will_do(
    tmp_path: Path, greeting: bytes, name: bytes
) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(greeting)

    formats = ["-f", "json,rttm", "-o", str(tmp_path / "out")]
    ran = run_process("diarize", path, *formats, env={"LC_ALL": "C.UTF-8"})
    printed = run_process("diarize", path, "-f", "rttm", env={"LC_ALL": "C.UTF-8"})

    assert (ran.status, printed.status) == (0, 0)
    assert ran.err.startswith("wrote ")
    assert ran.err.count("\n") == 1
    written = tmp_path / "out" / os.fsdecode(name.replace(b".wav", b".rttm"))
    assert written.read_text() == printed.out


def test_a_locale_that_lacks_letters_does_no_harm(tmp_path: Path, greeting: bytes) -> None:
    path = tmp_path / "grün.wav"
    path.write_bytes(greeting)

    ran = run_process("diarize", path, "-f", "rttm", env={"PYTHONIOENCODING": "ascii"})

    assert ran.status == 0
    assert "SPEAKER grün 1 " in ran.out
