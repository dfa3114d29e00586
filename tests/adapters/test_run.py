"""What all platforms' adapters share: engines loaded once, progress, stops, failures."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cli_command import fake_engine
from fakes import tone
from media_files import write

from diascribe.adapters import logs
from diascribe.adapters.run import StoppedError, Warm, Watch, failure_of, run
from diascribe.engine.beside import Progress
from diascribe.engine.engine import Engine
from diascribe.engine.options import Options
from diascribe.errors import OptionsError, SourceError, WeightsError


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    write(path, tone(3.0) / 32_768)
    return path


def test_models_are_loaded_once_however_many_ask_at_once() -> None:
    loaded: list[Engine] = []

    def load() -> Engine:
        loaded.append(fake_engine())
        return loaded[-1]

    warm = Warm(load)
    with ThreadPoolExecutor(8) as pool:
        engines = list(pool.map(lambda _: warm.engine(), range(50)))

    assert len(loaded) == 1
    assert all(one is loaded[0] for one in engines)


def test_models_that_cannot_be_loaded_are_tried_again() -> None:
    tries: list[int] = []

    def load() -> Engine:
        tries.append(1)
        if len(tries) == 1:
            raise WeightsError("not yet")
        return fake_engine()

    warm = Warm(load)
    with pytest.raises(WeightsError):
        warm.engine()

    assert warm.engine() is warm.engine()
    assert len(tries) == 2


def test_what_was_loaded_is_given_back() -> None:
    closed: list[int] = []
    warm = Warm(lambda: fake_engine(close=lambda: closed.append(1)))

    warm.close()
    warm.engine()
    warm.close()
    warm.close()

    assert closed == [1]


def test_a_recording_comes_to_a_transcript_and_what_it_took(talk: Path) -> None:
    done = run(fake_engine(), talk, Options(), watch=Watch(send=lambda *_: None))

    assert done.transcript.segments
    assert done.usage.seconds >= 0
    assert done.usage.peak_memory_mb > 10


def test_progress_is_told_no_more_often_than_wanted() -> None:
    now = [0.0]
    told: list[tuple[str, float | None]] = []
    watch = Watch(send=lambda *one: told.append(one), every_s=2.0, clock=lambda: now[0])

    for second in (0.0, 0.5, 1.9, 2.0, 3.9, 4.1):
        now[0] = second
        watch.report(Progress("recognition", second, 10.0))

    assert told == [("recognition", 0.0), ("recognition", 0.2), ("recognition", 0.41)]


def test_a_share_that_nobody_knows_is_null_and_none_is_above_one() -> None:
    told: list[float | None] = []
    watch = Watch(send=lambda _, share: told.append(share), every_s=0.0)

    watch.report(Progress("decoding", 3.0, None))
    watch.report(Progress("decoding", 3.0, 2.0))

    assert told == [None, 1.0]


def test_work_that_nobody_wants_any_more_stops(talk: Path) -> None:
    watch = Watch(send=lambda *_: None)
    watch.stop.set()

    with pytest.raises(StoppedError):
        run(fake_engine(), talk, Options(), watch=watch)


def test_a_failure_says_what_was_foreseen_and_of_others_only_their_kind() -> None:
    problems = failure_of(OptionsError(("a: wanted b", "c: wanted d"), hint="look"))

    assert (problems.code, problems.hint) == ("invalid_options", "look")
    assert problems.problems == ("a: wanted b", "c: wanted d")
    assert failure_of(SourceError("x: absent")).message == "x: absent"
    assert failure_of(KeyError("hf_secret")).message == "KeyError in the worker"


def test_events_are_lines_of_json_from_a_level_up() -> None:
    stream = io.StringIO()
    logs.configure(stream, "WARNING")

    logs.tell("quiet")
    logs.tell("job failed", level=40, job="a", code="x")
    logs.LOG.handlers.clear()

    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert (line["event"], line["level"], line["job"]) == ("job failed", "error", "a")
    assert line["timestamp"].endswith("+00:00")
