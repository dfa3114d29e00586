"""The child process that works on recordings: it has the models, and no database.

`python -m diascribe.jobs.engine_child MODULE:FUNCTION`, which gives the `Stages`. Questions come
as lines of JSON on standard input, answers go as lines to standard output. It ends when its
parent does.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, TextIO, cast

from diascribe.errors import DiascribeError
from diascribe.jobs.seam import Stages

PR_SET_PDEATHSIG = 1
"""Of linux/prctl.h."""

LIMITS = {
    "memory_bytes": resource.RLIMIT_AS,
    "cpu_s": resource.RLIMIT_CPU,
    "file_bytes": resource.RLIMIT_FSIZE,
}

UNFORESEEN = "internal"
"""The code of a failure that no error of ours describes."""


def answer(stages: Stages, question: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Shares done, then what was found or why it failed."""
    options, workspace = question["options"], Path(question["workspace"])
    try:
        if "stage" in question:
            for share in stages.run(question["stage"], options, workspace):
                yield {"share": share}
        yield {"told": _told(stages, options, workspace)}
    except DiascribeError as error:
        yield {"failure": {"code": error.code, "message": str(error), "hint": error.hint}}
    except MemoryError:
        yield {"failure": {"code": "out_of_memory", "message": "wanted more memory than allowed"}}
    except Exception as error:  # noqa: BLE001 - the boundary of the process: its text may hold secrets
        yield {"failure": {"code": UNFORESEEN, "message": f"{type(error).__name__} in the engine"}}


def _told(stages: Stages, options: Mapping[str, Any], workspace: Path) -> dict[str, Any]:
    plan = list(stages.plan(options, workspace))
    return {
        "plan": plan,
        "traits": {name: asdict(stages.traits(name, options)) for name in plan},
        "duration": stages.duration(workspace),
    }


def open_stages(address: str) -> Stages:
    """The stages that a function gives: `package.module:function`."""
    module, _, name = address.partition(":")
    opened = cast("Callable[[], Stages]", getattr(import_module(module), name))
    return opened()


def set_limits(limits: Mapping[str, int]) -> None:
    """Take the limits on memory, processor time and size of files; for good."""
    for name, most in limits.items():
        kind = LIMITS[name]
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # an error of the write instead of the end


def serve(stages: Stages, questions: SimpleQueue[str | None], answers: TextIO) -> None:
    """Answer until there are no more questions."""
    while (line := questions.get()) is not None:
        for one in answer(stages, json.loads(line)):
            answers.write(json.dumps(one) + "\n")
            answers.flush()


def _listen(questions: SimpleQueue[str | None]) -> None:
    """Pass lines on; end the process at once when the parent is gone, whatever it does."""
    for line in sys.stdin:
        questions.put(line)
    os._exit(0)


def _die_with_parent() -> None:
    with suppress(OSError, AttributeError):  # Linux only; elsewhere `_listen` does it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Serve standard input; what libraries print goes to standard error, not among answers."""
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if len(sys.argv) > 2:
        set_limits(json.loads(sys.argv[2]))
    questions: SimpleQueue[str | None] = SimpleQueue()
    Thread(target=_listen, args=(questions,), daemon=True).start()
    serve(open_stages(sys.argv[1]), questions, answers)


if __name__ == "__main__":
    main()
