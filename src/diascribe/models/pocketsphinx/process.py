"""One child process that recognizes, and how it is asked, outlived and ended."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from typing import BinaryIO, Self, cast

from diascribe.errors import RecognizerError
from diascribe.models.pocketsphinx.messages import Answer, Question, receive_answer, send_question

COMMAND = (sys.executable, "-P", "-m", "diascribe.models.pocketsphinx.worker")
"""-P: a file in the user's folder must not stand in for a module of ours."""

LAST_WORDS = 300
"""Characters of the child's standard error that an error quotes."""


class ProcessDiedError(RecognizerError):
    """A child died; `status` is its exit status, or minus the signal that ended it."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(
            f"the recognizer's process ended with status {status}: {words or 'it gave no reason'}",
            hint="if the machine is short of memory, use fewer workers",
        )
        self.status = status


class Process:
    """A running child. It serves one thread at a time, and ends when this process does."""

    def __init__(self) -> None:
        """Start a child; it loads its models when it is first asked.

        Raises:
            RecognizerError: the system starts no process, or has no room for what it says.
        """
        with ExitStack() as opened:
            try:
                self._errors = opened.enter_context(tempfile.TemporaryFile())
                self._child = subprocess.Popen(  # noqa: S603 - our own module
                    COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
                )
            except OSError as error:
                raise RecognizerError(f"no process for the recognizer: {error}") from error
            opened.pop_all()  # from here on `close` closes it
        self._questions = cast("BinaryIO", self._child.stdin)
        self._answers = cast("BinaryIO", self._child.stdout)

    @property
    def pid(self) -> int:
        """The child's number."""
        return self._child.pid

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._child.poll() is None

    def ask(self, question: Question) -> Answer:
        """The child's answer.

        Raises:
            ProcessDiedError: it stays dead.
        """
        try:
            send_question(self._questions, question)
            answer = receive_answer(self._answers)
        except (OSError, ValueError) as error:  # a broken or a closed pipe
            raise self._death() from error
        if answer is None:
            raise self._death()
        return answer

    def kill(self) -> None:
        """End the child at once; any thread may, and whoever asks it learns of its death."""
        self._child.kill()
        self._child.wait()

    def close(self) -> None:
        """End the child and close its pipes; only for the thread that it serves."""
        self.kill()
        for pipe in (self._questions, self._answers, self._errors):
            try:
                pipe.close()
            except BrokenPipeError:  # the rest of a question that nobody will read
                continue

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _death(self) -> ProcessDiedError:
        self._child.kill()
        return ProcessDiedError(self._child.wait(), self._last_words()[-LAST_WORDS:])

    def _last_words(self) -> str:
        try:
            self._errors.seek(0)
            return self._errors.read().decode(errors="replace").strip()
        except (OSError, ValueError):  # the disk failed, or `close` came first
            return ""
