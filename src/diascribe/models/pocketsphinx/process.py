"""One child process that recognizes, and how it is asked, outlived and ended."""

from __future__ import annotations

import subprocess
import sys
import tempfile
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
            RecognizerError: the system starts no process.
        """
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        try:
            self._child = subprocess.Popen(  # noqa: S603 - our own module
                COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
            )
        except OSError as error:
            self._errors.close()
            raise RecognizerError(f"no process for the recognizer: {error}") from error
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

    def close(self) -> None:
        """End the child at once."""
        self._child.kill()
        self._child.wait()
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
        status = self._child.wait()
        self._errors.seek(0)
        words = self._errors.read().decode(errors="replace").strip()
        return ProcessDiedError(status, words[-LAST_WORDS:])
