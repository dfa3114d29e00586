"""One stage in a process of its own: how long it takes the first time, and again.

Prints JSON: `imported`, what the clock that all processes share showed then; `loaded_s`, how
long the models took to load; `seconds` of each run. What the stage needs of the stages before
it is made with other models, in neither of them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from diascribe import Engine, load
from diascribe.audio import Audio
from diascribe.engine.options import Options
from diascribe.engine.regions import find_regions
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode
from diascribe.protocols import Choice, Decoding, Packing
from diascribe.transcript import Segment

Work = Callable[[Engine], object]
SPEECH = Options().speech


def decoding(path: Path) -> Work:
    """The file's bytes to samples."""
    return lambda _: _audio(path)


def activity(path: Path) -> Work:
    """Samples to regions of speech."""
    audio = _audio(path)
    return lambda engine: finish_seconds(find_regions(engine.vad, audio, SPEECH, Packing()))


def recognition(path: Path) -> Work:
    """Regions to words."""
    audio = _audio(path)
    with load() as engine:
        regions = finish_seconds(find_regions(engine.vad, audio, SPEECH, Packing()))
    return lambda engine: list(
        engine.shelf.recognizer(Choice()).recognize(audio, regions, Decoding())
    )


def alignment(path: Path) -> Work:
    """Words to their times."""
    audio, segments = _audio(path), _recognized(path)
    return lambda engine: list(engine.shelf.aligners("en")[0].align(audio, segments))


def diarization(path: Path) -> Work:
    """Samples to voices, all that needs a network."""
    audio = _audio(path)
    return lambda engine: finish_seconds(engine.diarizer.prepare(audio, SPEECH))


def clustering(path: Path) -> Work:
    """Voices to speakers and turns."""
    with load() as engine:
        prepared = finish_seconds(engine.diarizer.prepare(_audio(path), SPEECH))
    return lambda engine: engine.diarizer.cluster(prepared, Options().clustering)


STAGES: Mapping[str, Callable[[Path], Work]] = MappingProxyType(
    {
        one.__name__: one
        for one in (decoding, activity, recognition, alignment, diarization, clustering)
    }
)
"""Every stage by name, in the pipeline's order."""


def _audio(path: Path) -> Audio:
    return finish_seconds(decode(path)).mix()


def _recognized(path: Path) -> list[Segment]:
    with load() as engine:
        found = recognition(path)(engine)
    assert isinstance(found, list), "a recognizer gives segments"
    return found


def main() -> None:
    """Run the named stage on a recording so many times."""
    imported = time.monotonic()
    name, path, runs = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    work, seconds = STAGES[name](path), []
    begun = time.monotonic()
    with load() as engine:
        loaded_s = time.monotonic() - begun
        for _ in range(runs):
            begun = time.perf_counter()
            work(engine)
            seconds.append(time.perf_counter() - begun)
    print(json.dumps({"imported": imported, "loaded_s": loaded_s, "seconds": seconds}))


if __name__ == "__main__":
    main()
