"""How soon a RunPod worker asks for its first job, and how much of that is RunPod's own package.

    make bench NAME=runpod_start

The same control plane on loopback is asked by our worker, with the embedded models open, and by
one whose handler does nothing. What lies between the two is our own time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

from _record import ROOT, store
from speed import figure

RUNS = 5

INTERPRETER = ROOT / ".runpod" / "bin" / "python"
"""Of the environment that `make runpod` sets up."""

OURS = "from diascribe.adapters.runpod.main import main; main()"
NOTHING = "import runpod; runpod.serverless.start({'handler': lambda job: {}})"


class Platform:
    """Hands out no jobs, and knows when it was first asked for one."""

    def __init__(self) -> None:
        self.asked = Event()
        self.port = 0

    def variables(self) -> dict[str, str]:
        """What a worker's environment says of it."""
        base = f"http://127.0.0.1:{self.port}/v2/endpoint"
        return {
            "RUNPOD_WEBHOOK_GET_JOB": f"{base}/job-take/$ID?gpu=none",
            "RUNPOD_WEBHOOK_POST_OUTPUT": f"{base}/job-done/$RUNPOD_POD_ID/$ID?gpu=none",
            "RUNPOD_WEBHOOK_PING": f"{base}/ping/$RUNPOD_POD_ID?gpu=none",
            "RUNPOD_AI_API_KEY": "a-key",
            "RUNPOD_POD_ID": "a-pod",
            "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS": "true",
        }


@contextmanager
def platform() -> Iterator[Platform]:
    """A control plane on a loopback port."""
    found = Platform()

    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Nothing to do."""
            if "/job-take/" in self.path:
                found.asked.set()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
        server.daemon_threads = True
        found.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield found
        finally:
            server.shutdown()


def started(code: str) -> tuple[float, float]:
    """Seconds until a worker asks for a job, by the clock and of the processor."""
    with platform() as found:
        environment = {**os.environ, **found.variables(), "DIASCRIBE_MODELS": os.devnull}  # noqa: TID251 - handed on
        begun = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own code
            [INTERPRETER, "-c", code],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if not found.asked.wait(120):
            sys.exit("wanted a worker that asks for jobs, got none within 120 s")
        seconds = time.perf_counter() - begun
        spent = cpu_s(process.pid)
        process.kill()
        process.wait()
    return seconds, spent


def cpu_s(process: int) -> float:
    """Seconds of the processor that a process has used."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure both, in turn, print and store."""
    if not INTERPRETER.exists():
        sys.exit("wanted the environment .runpod, found none: make runpod")
    started(OURS), started(NOTHING)  # files are in memory afterwards
    ours, nothing = zip(*((started(OURS), started(NOTHING)) for _ in range(RUNS)), strict=True)
    figures = []
    for place, name in enumerate(("by the clock", "of the processor")):
        whole = statistics.median(one[place] for one in ours)
        theirs = statistics.median(one[place] for one in nothing)
        print(f"{name}: our worker {whole:.2f} s, one that does nothing {theirs:.2f} s")
        what = f"start of a RunPod worker without RunPod's own package, {name}"
        figures.append(figure(what, whole - theirs, "s"))
    for line in figures:
        print(f"{line['what']:<80}{line['value']:8.2f} {line['unit']}")
    busy = {"load": round(os.getloadavg()[0], 1)}  # by the clock, others on the machine count too
    measured = {"figures": figures, "options": busy}
    store("runpod_start", [ROOT / "requirements" / "runpod.txt"], measured)


if __name__ == "__main__":
    main()
