"""The shelf opens what is installed: the best for a language, each model once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from fakes import FakeAligner, FakeRecognizer
from stored_models import ALIGNER, CANARY, PARAKEET, WHISPER, stored, written

from diascribe.engine.opening import MOST_OPEN, Opened, Openers
from diascribe.engine.shelf import InstalledModels
from diascribe.errors import OptionsError, UnknownModelError, WeightsError
from diascribe.models.pocketsphinx.aligner import PocketsphinxAligner
from diascribe.models.pocketsphinx.recognizer import PocketsphinxRecognizer
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.protocols import Aligner, Choice
from diascribe.transcript import Model
from diascribe.weights.sampling import sampled_revision
from diascribe.weights.store import Store


class Opening:
    """Opens fakes, and keeps what they were opened with."""

    def __init__(self) -> None:
        self.given: list[dict[str, object]] = []

    def whisper(self, **given: object) -> FakeRecognizer:
        self.given.append(given)
        return FakeRecognizer(Model("recognition", str(given["name"]), str(given["revision"])))

    def onnx_asr(self, **given: object) -> FakeRecognizer:
        return self.whisper(**given)

    def ctc(self, **given: object) -> FakeAligner:
        self.given.append(given)
        return FakeAligner(Model("alignment", str(given["name"]), str(given["revision"])))


@pytest.fixture
def opening() -> Opening:
    return Opening()


@pytest.fixture
def shelf(tmp_path: Path, opening: Opening) -> Iterator[InstalledModels]:
    openers = Openers(opening.whisper, opening.onnx_asr, opening.ctc)
    with Workers(1) as workers:
        yield InstalledModels(workers, Store(tmp_path / "models"), 3, openers)


def names(aligners: Sequence[Aligner]) -> list[str]:
    return [one.model.name for one in aligners]


def test_where_nothing_is_installed_the_embedded_recognizer_serves(shelf: InstalledModels) -> None:
    assert isinstance(shelf.recognizer(Choice()), PocketsphinxRecognizer)


def test_the_embedded_recognizer_can_be_named(shelf: InstalledModels) -> None:
    stored(shelf.store, "tiny")

    assert isinstance(shelf.recognizer(Choice("pocketsphinx-en-us")), PocketsphinxRecognizer)


@pytest.mark.parametrize(
    ("installed", "language", "best"),
    [
        (("tiny", "small"), None, "small"),
        (("large-v3-turbo", "large-v3"), "de", "large-v3"),
        (("tiny", "distil-large-v3"), None, "tiny"),
        (("tiny", "distil-large-v3"), "de", "tiny"),
        (("tiny", "distil-large-v3"), "en", "distil-large-v3"),
        (("tiny.en",), None, "tiny.en"),
        (("tiny.en",), "de", "tiny.en"),
    ],
)
def test_without_a_name_the_best_one_for_the_language_is_taken(
    shelf: InstalledModels, installed: tuple[str, ...], language: str | None, best: str
) -> None:
    for name in installed:
        stored(shelf.store, name)

    assert shelf.recognizer(Choice(language=language)).model.name == best


def test_a_model_is_opened_with_all_that_was_chosen(
    shelf: InstalledModels, opening: Opening
) -> None:
    put = stored(shelf.store, "large-v3-turbo")

    shelf.recognizer(Choice("turbo", "cpu", "int8"))

    assert opening.given == [
        {
            "path": put.path,
            "name": "large-v3-turbo",
            "revision": put.revision,
            "device": "cpu",
            "compute_type": "int8",
            "cores": 3,
        }
    ]


def test_a_parakeet_is_opened_with_what_the_table_knows_of_it(
    shelf: InstalledModels, opening: Opening
) -> None:
    put = stored(shelf.store, "parakeet-tdt-0.6b-v2", PARAKEET)

    shelf.recognizer(Choice("parakeet-tdt-0.6b-v2", compute_type="int8"))

    assert opening.given == [
        {
            "path": put.path,
            "name": "parakeet-tdt-0.6b-v2",
            "revision": put.revision,
            "languages": ("en",),
            "compute_type": "int8",
            "cores": 3,
        }
    ]


@pytest.mark.parametrize(
    ("called", "languages"),
    [("parakeet-tdt-0.6b-v2-onnx", ("en",)), ("parakeet-tdt-0.6b-v2", ("en",)), ("mine", ())],
)
def test_a_folder_named_as_a_published_one_has_its_languages(
    shelf: InstalledModels,
    opening: Opening,
    tmp_path: Path,
    called: str,
    languages: tuple[str, ...],
) -> None:
    folder = written(tmp_path / called, PARAKEET)

    shelf.recognizer(Choice(str(folder)))

    assert opening.given[0]["languages"] == languages


def test_a_graphics_card_is_refused_where_only_processors_are_used(shelf: InstalledModels) -> None:
    stored(shelf.store, "parakeet-tdt-0.6b-v2", PARAKEET)

    with pytest.raises(OptionsError, match="runs on processors only"):
        shelf.recognizer(Choice("parakeet-tdt-0.6b-v2", device="cuda"))


def test_one_that_must_be_told_the_language_is_taken_only_where_it_is_known(
    shelf: InstalledModels,
) -> None:
    stored(shelf.store, "canary-1b-v2", CANARY)
    stored(shelf.store, "tiny")

    assert shelf.recognizer(Choice()).model.name == "tiny"
    assert shelf.recognizer(Choice(language="de")).model.name == "canary-1b-v2"


def test_one_that_must_be_told_is_not_taken_where_nobody_tells_it(shelf: InstalledModels) -> None:
    stored(shelf.store, "canary-1b-v2", CANARY)

    assert isinstance(shelf.recognizer(Choice()), PocketsphinxRecognizer)


def test_the_embedded_recognizer_is_better_than_one_of_another_language(
    shelf: InstalledModels,
) -> None:
    files = ("v3_e2e_ctc.onnx", "v3_e2e_ctc_vocab.txt", "config.json")
    stored(shelf.store, "gigaam-v3-e2e-ctc", dict.fromkeys(files, b"{}"))

    assert isinstance(shelf.recognizer(Choice(language="en")), PocketsphinxRecognizer)
    assert shelf.recognizer(Choice(language="de")).model.name == "gigaam-v3-e2e-ctc"


def test_a_folder_of_the_users_own_is_opened_where_it_is(
    shelf: InstalledModels, tmp_path: Path
) -> None:
    folder = written(tmp_path / "mine", WHISPER)

    found = shelf.recognizer(Choice(str(folder))).model

    assert (found.stage, found.name) == ("recognition", "mine")
    assert found.revision == sampled_revision(folder, "whisper")


def test_a_model_is_opened_once_for_each_choice(shelf: InstalledModels, opening: Opening) -> None:
    stored(shelf.store, "tiny")

    first = shelf.recognizer(Choice("tiny"))
    again = shelf.recognizer(Choice(language="de"))
    other = shelf.recognizer(Choice("tiny", compute_type="int8"))

    assert first is again is not other
    assert len(opening.given) == 2


def test_a_model_is_opened_once_however_many_threads_want_it(
    shelf: InstalledModels, opening: Opening
) -> None:
    stored(shelf.store, "tiny")
    together, found = Barrier(8), []

    def want() -> None:
        together.wait()
        found.append(shelf.recognizer(Choice("tiny")))

    threads = [Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(opening.given) == 1
    assert len({id(one) for one in found}) == 1


def test_a_model_that_is_open_is_not_proved_again(shelf: InstalledModels) -> None:
    put = stored(shelf.store, "tiny")
    first = shelf.recognizer(Choice("tiny"))
    (put.path / "model.bin").write_bytes(b"short")

    assert shelf.recognizer(Choice("tiny")) is first


def test_a_newer_revision_is_opened_anew(shelf: InstalledModels) -> None:
    stored(shelf.store, "tiny")
    first = shelf.recognizer(Choice("tiny"))
    stored(shelf.store, "tiny", {**WHISPER, "config.json": b'{"new": 1}'})

    assert shelf.recognizer(Choice("tiny")).model.revision != first.model.revision


def test_an_opener_that_fails_is_asked_again(shelf: InstalledModels, opening: Opening) -> None:
    stored(shelf.store, "tiny")

    def fails(**_: object) -> FakeRecognizer:
        raise WeightsError("damaged")

    openers = Openers(whisper=fails, ctc=opening.ctc)
    broken = replace(shelf, openers=openers)

    for _ in range(2):
        with pytest.raises(WeightsError, match="damaged"):
            broken.recognizer(Choice("tiny"))


def test_a_model_that_is_not_installed_says_which_are(shelf: InstalledModels) -> None:
    stored(shelf.store, "tiny")

    with pytest.raises(UnknownModelError, match="installed: tiny, pocketsphinx-en-us"):
        shelf.recognizer(Choice("small"))


def test_a_damaged_model_is_not_passed_over(shelf: InstalledModels) -> None:
    put = stored(shelf.store, "small")
    stored(shelf.store, "tiny")
    (put.path / "model.bin").unlink()

    with pytest.raises(WeightsError, match="small: damaged"):
        shelf.recognizer(Choice())


def test_what_is_no_recognizer_is_refused(shelf: InstalledModels) -> None:
    stored(shelf.store, "ctc-de", ALIGNER)

    with pytest.raises(WeightsError, match="ctc-de: is not a recognizer that this version runs"):
        shelf.recognizer(Choice("ctc-de"))


def test_installed_aligners_come_before_the_embedded_one(shelf: InstalledModels) -> None:
    stored(shelf.store, "ctc-en", ALIGNER)
    stored(shelf.store, "ctc-de", ALIGNER)

    english, german = shelf.aligners("en"), shelf.aligners("de")

    assert names(english[:1]) == ["ctc-en"]
    assert isinstance(english[1], PocketsphinxAligner)
    assert names(german) == ["ctc-de"]
    assert shelf.aligners("fr") == []


def test_an_aligner_is_opened_when_it_is_wanted_and_once(
    shelf: InstalledModels, opening: Opening
) -> None:
    put = stored(shelf.store, "ctc-de", ALIGNER)

    aligner = shelf.aligners("de")[0]
    assert (aligner.languages, opening.given) == (("de",), [])
    for one in (aligner, shelf.aligners("de")[0]):
        assert one.model.name == "ctc-de"
        assert one.longest_s == FakeAligner().longest_s

    assert opening.given == [
        {
            "path": put.path,
            "name": "ctc-de",
            "revision": put.revision,
            "languages": ("de",),
            "cores": 3,
        }
    ]


def test_a_damaged_aligner_fails_by_itself(shelf: InstalledModels) -> None:
    put = stored(shelf.store, "ctc-en", ALIGNER)
    (put.path / "model.onnx").write_bytes(b"short")

    aligners = shelf.aligners("en")

    with pytest.raises(WeightsError, match="ctc-en: damaged"):
        _ = aligners[0].model
    assert aligners[1].model.name.startswith("pocketsphinx")


def test_what_nobody_asked_for_the_longest_makes_room_for_another() -> None:
    opened = Opened()
    made: list[str] = []

    def get(name: str) -> object:
        def make() -> object:
            made.append(name)
            return object()

        return opened.get(name, make)

    first = get("a")
    for name in ("b", "c", "d", "a", "e"):
        get(name)

    assert get("a") is first
    get("b")
    assert made == ["a", "b", "c", "d", "e", "b"]
    assert [name for name in "abcde" if name in opened._models] == ["a", "b", "d", "e"]


def test_what_cannot_be_opened_is_not_kept() -> None:
    def broken() -> object:
        raise WeightsError("damaged")

    opened = Opened()
    with pytest.raises(WeightsError):
        opened.get("a", broken)

    assert opened.get("a", lambda: "whole") == "whole"


def test_whoever_has_a_model_open_does_not_wait_until_another_is() -> None:
    opened, begun, going_on = Opened(), Event(), Event()
    first = opened.get("open", object)

    def slow() -> object:
        begun.set()
        assert going_on.wait(60)
        return object()

    thread = Thread(target=opened.get, args=("slow", slow))
    thread.start()
    assert begun.wait(60)
    again, other = opened.get("open", object), opened.get("other", object)
    going_on.set()
    thread.join()

    assert again is first is not other


def test_those_opened_at_once_are_no_more_than_may_be_kept() -> None:
    opened, together = Opened(), Barrier(MOST_OPEN + 2)
    names = [f"model {i}" for i in range(MOST_OPEN + 2)]

    def make() -> object:
        together.wait(60)
        return object()

    threads = [Thread(target=opened.get, args=(name, make)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(opened._models) == MOST_OPEN
    assert opened._doors == {}


def test_after_a_failure_the_next_in_the_queue_opens_it_anew() -> None:
    opened, together = Opened(), Barrier(2)
    outcomes: list[object] = []

    def make() -> object:
        if not outcomes:
            raise WeightsError("damaged")
        return "model"

    def want() -> None:
        together.wait(60)
        try:
            outcomes.append(opened.get("a", make))
        except WeightsError:
            outcomes.append("failed")

    threads = [Thread(target=want) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcomes.append(opened.get("a", make))

    assert outcomes[0] == "failed"
    assert outcomes[-1] == "model"
