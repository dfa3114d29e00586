"""The CTC aligner on a network that spells tones: all boundaries are known."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ctc_models import Sung, sing, write_model
from fakes import silence
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.errors import ModelError, WeightsError
from diascribe.models.ctc import CtcAligner, open_ctc
from diascribe.models.ctc.layout import read_layout
from diascribe.models.ctc.network import Network
from diascribe.transcript import Model, Segment
from diascribe.weights.session import Session

FRAME_S = 0.02
WORDS = ("hello", "all", "world")


def opened(folder: Path, *languages: str, cores: int = 1) -> CtcAligner:
    return open_ctc(folder, name="tones", revision="1", languages=languages or ("en",), cores=cores)


@pytest.fixture(params=[False, True], ids=["bare", "masked"])
def aligner(request: pytest.FixtureRequest, tmp_path: Path) -> CtcAligner:
    return opened(write_model(tmp_path, masked=request.param))


def whole(audio: Audio, text: str, language: str = "en") -> Segment:
    return Segment(0, audio.duration, text=text, language=language)


def ends_of(sung: Sung) -> list[float]:
    """A word is taken to last a frame longer than its last letter is named."""
    return [end + FRAME_S for end in sung.ends]


def align(aligner: CtcAligner, audio: Audio, text: str) -> Segment:
    (aligned,) = aligner.align(audio, [whole(audio, text)])
    return aligned


def test_words_begin_and_end_where_their_letters_do(aligner: CtcAligner) -> None:
    sung = sing(WORDS)

    aligned = align(aligner, Audio(sung.samples), "Hello, all world!")

    np.testing.assert_allclose([w.start for w in aligned.words], sung.starts, atol=FRAME_S / 2)
    np.testing.assert_allclose([w.end for w in aligned.words], ends_of(sung), atol=FRAME_S / 2)


def test_a_later_sound_gives_later_words(aligner: CtcAligner) -> None:
    sung = sing(WORDS)
    later = Audio(np.concatenate([silence(1), sung.samples]))
    segment = Segment(1, later.duration, text="hello all world", language="en")

    (moved,) = aligner.align(later, [segment])

    found = align(aligner, Audio(sung.samples), "hello all world")
    for one, other in zip(found.words, moved.words, strict=True):
        assert other.start == pytest.approx(one.start + 1)
        assert other.score == pytest.approx(one.score)


def test_a_long_segment_is_found_piece_by_piece(aligner: CtcAligner) -> None:
    sung = sing(WORDS * 30)
    audio = Audio(sung.samples)
    assert audio.duration > 60

    aligned = align(aligner, audio, " ".join(sung.texts))

    np.testing.assert_allclose([w.start for w in aligned.words], sung.starts, atol=FRAME_S / 2)
    np.testing.assert_allclose([w.end for w in aligned.words], ends_of(sung), atol=FRAME_S / 2)


def test_segments_of_all_lengths_are_found_as_if_alone(aligner: CtcAligner) -> None:
    texts = ["hello", "hello", "worlds", "all", "hello world", "hello"]
    sounds = [sing(text.split()).samples for text in texts]
    audio = Audio(np.concatenate(sounds))
    ends = np.cumsum([len(one) for one in sounds]) / SAMPLE_RATE
    starts = [0.0, *ends[:-1].tolist()]
    segments = [
        Segment(start, end, text=text, language="en")
        for start, end, text in zip(starts, ends.tolist(), texts, strict=True)
    ]

    together = list(aligner.align(audio, segments))

    for one, segment in zip(together, segments, strict=True):
        (alone,) = aligner.align(audio, [segment])
        assert [(w.start, w.end, w.timing) for w in one.words] == [
            (w.start, w.end, w.timing) for w in alone.words
        ]
        assert one.flags == ()


def test_letters_that_the_network_lacks_take_what_is_there(aligner: CtcAligner) -> None:
    sung = sing(["hexxo", "world"])

    aligned = align(aligner, Audio(sung.samples), "he日本o world")

    assert aligned.words[0].timing == "aligned"
    assert aligned.words[0].end == pytest.approx(ends_of(sung)[0], abs=FRAME_S)
    assert aligned.words[1].start == pytest.approx(sung.starts[1], abs=FRAME_S)


def test_a_language_without_blanks_is_found_character_by_character(tmp_path: Path) -> None:
    aligner = opened(write_model(tmp_path), "ja")
    sung = sing(["abc"])

    (aligned,) = aligner.align(Audio(sung.samples), [whole(Audio(sung.samples), "abc", "ja")])

    assert [word.text for word in aligned.words] == ["a", "b", "c"]
    np.testing.assert_allclose([w.start for w in aligned.words], [0.5, 0.64, 0.78], atol=FRAME_S)


def test_more_cores_find_the_same(tmp_path: Path) -> None:
    folder = write_model(tmp_path)
    audio = Audio(sing(WORDS * 12).samples)
    segments = [whole(audio, " ".join(WORDS * 12)), *[whole(audio, "hello")] * 20]

    one, two = (list(opened(folder, cores=count).align(audio, segments)) for count in (1, 2))

    assert one == two


def damaged(change: Callable[[dict[str, Any]], object], name: str) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        content = json.loads((folder / name).read_text())
        change(content)
        (folder / name).write_text(json.dumps(content))

    return damage


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "model.onnx").unlink(), "model.onnx"),
        (lambda folder: (folder / "model.onnx").write_bytes(b"no"), "cannot be opened"),
        (lambda folder: (folder / "vocab.json").unlink(), "vocab.json"),
        (lambda folder: (folder / "vocab.json").write_text("[]"), "JSON object"),
        (lambda folder: (folder / "vocab.json").write_text('{"a": "b"}'), "number for each"),
        (damaged(lambda one: (one.pop("<pad>"), one.update(x=99)), "vocab.json"), "tokens"),
        (damaged(lambda one: one.update(sampling_rate=8000), "preprocessor_config.json"), "8000"),
        (damaged(lambda one: one.update(conv_stride=[1, 2]), "config.json"), "stride"),
        (damaged(lambda one: one.update(conv_stride=[160]), "config.json"), "of config.json, got"),
        (damaged(lambda one: one.update(conv_stride=[640]), "config.json"), "is it this network"),
        (damaged(lambda one: one.update(conv_stride=320), "config.json"), "wanted a stride"),
        (damaged(lambda one: one.update(conv_kernel=None), "config.json"), "each kernel"),
        (damaged(lambda one: one.update(vocab_size="32"), "config.json"), "vocab_size"),
        (damaged(lambda one: one.update(a=-1), "vocab.json"), "for each token"),
        (lambda folder: (folder / "vocab.json").write_text("[" * 100_000), "cannot be read"),
    ],
)
def test_a_damaged_folder_is_refused_with_what_is_wrong(
    tmp_path: Path, damage: Callable[[Path], object], told: str
) -> None:
    folder = write_model(tmp_path)
    damage(folder)
    audio = Audio(sing(["hello"]).samples)

    with pytest.raises(WeightsError, match=told):
        list(opened(folder).align(audio, [whole(audio, "hello")]))


def test_a_folder_with_a_network_alone_and_letters_has_the_usual_layout(tmp_path: Path) -> None:
    folder = write_model(tmp_path)
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    for name in ("config.json", "preprocessor_config.json", "tokenizer_config.json"):
        (folder / name).unlink()
    sung = sing(WORDS)

    aligned = align(opened(folder), Audio(sung.samples), "hello all world")

    np.testing.assert_allclose([w.start for w in aligned.words], sung.starts, atol=FRAME_S / 2)


class Watched:
    """A session that keeps the shapes of what it is given, and may answer nonsense."""

    def __init__(self, session: Session, answer: float | None = None) -> None:
        self.name, self.inputs = session.name, session.inputs
        self.shapes: list[tuple[int, ...]] = []
        self._session, self._answer = session, answer

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        self.shapes.append(inputs["input_values"].shape)
        found = self._session.run(inputs)
        return found if self._answer is None else [np.full_like(found[0], self._answer)]


def watched(folder: Path, answer: float | None = None) -> tuple[CtcAligner, Watched]:
    layout = read_layout(write_model(folder, masked=True))
    session = Watched(Session(layout.network), answer)
    network = Network(session, layout, name="tones")  # type: ignore[arg-type]  # as a session runs
    model = Model("alignment", "tones", "1")
    return CtcAligner(network, layout, model, languages=("en",), threads=1), session


def test_no_run_holds_more_sound_than_two_long_segments(tmp_path: Path) -> None:
    aligner, session = watched(tmp_path)
    audio = Audio(np.concatenate([sing(WORDS).samples, silence(28)]))
    long = Segment(0, 29, text="hello all world", language="en")
    short = Segment(0, 3, text="hello all world", language="en")

    list(aligner.align(audio, [long] * 4 + [short] * 4))

    assert sorted(rows for rows, _ in session.shapes) == [2, 2, 4]
    assert all(rows * samples <= 60 * SAMPLE_RATE for rows, samples in session.shapes)


@pytest.mark.parametrize("answer", [np.nan, np.inf, -np.inf])
def test_a_network_that_answers_no_numbers_is_named(tmp_path: Path, answer: float) -> None:
    aligner, _ = watched(tmp_path, answer)

    with pytest.raises(ModelError, match="tones: gave values that are no numbers"):
        align(aligner, Audio(sing(WORDS).samples), "hello")
