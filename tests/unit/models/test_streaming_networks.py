"""Published exports are opened by their inputs and outputs; anything else is refused by name."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx_models import Graph, save
from streaming_models import write_nemotron, write_sortformer

from diascribe.algorithms.aosc import Memory
from diascribe.algorithms.logmel import GROUP, MELS
from diascribe.errors import ModelError, WeightsError
from diascribe.models.streaming.networks import Nemotron, Network, Sortformer
from diascribe.models.streaming.opening import open_export, open_streaming
from diascribe.transcript import Model
from diascribe.weights.session import Session

FREE = ("f", "b", "t", MELS)


def features(frames: int) -> NDArray[np.float32]:
    return np.random.default_rng(frames).normal(-8, 3, (frames, MELS)).astype(np.float32)


def rows(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(count).normal(0, 1, (count, 512)).astype(np.float32)


@pytest.fixture(scope="module")
def sortformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sortformer(tmp_path_factory.mktemp("sortformer"))


@pytest.fixture(scope="module")
def nemotron(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_nemotron(tmp_path_factory.mktemp("nemotron"))


@pytest.fixture(params=["sortformer", "nemotron"])
def network(request: pytest.FixtureRequest, sortformer: Path, nemotron: Path) -> Network:
    if request.param == "sortformer":
        return Sortformer(Session(next(sortformer.glob("*.onnx"))))
    silence = np.fromfile(nemotron / "silence_embeds.bin", "<f4")
    return Nemotron(Session(nemotron / "embed.onnx"), Session(nemotron / "step.onnx"), silence)


def opened(folder: Path) -> object:
    return open_streaming(path=folder, name="mine", revision="1", cores=1)


@pytest.mark.parametrize("frames", [1, 8, 9, 80, 83])
@pytest.mark.parametrize("remembered", [0, 3])
def test_a_network_hears_all_that_it_is_given(
    network: Network, frames: int, remembered: int
) -> None:
    memory = Memory(rows(remembered), rows(0), rows(2 * remembered), rows(1)[0], 0)

    heard = network.hear(memory, features(frames))

    tokens = -(-frames // GROUP)
    assert heard.tokens.shape == (tokens, 512)
    assert heard.activity.shape == (3 * remembered + tokens, network.frames, network.speakers)
    assert ((heard.activity > 0) & (heard.activity < 1)).all()


def test_memory_comes_first_the_cache_before_the_fifo(network: Network) -> None:
    cache, fifo, new = rows(3), rows(2), features(16)
    apart = network.hear(Memory(cache, rows(0), fifo, rows(1)[0], 0), new)

    joined = network.hear(
        Memory(np.concatenate([cache, fifo]), rows(0), rows(0), rows(1)[0], 0), new
    )

    np.testing.assert_array_equal(apart.activity, joined.activity)


def test_each_kind_says_what_it_tells_apart(sortformer: Path, nemotron: Path) -> None:
    four, eight = (
        open_streaming(path=sortformer, name="sortformer-4spk-v2", revision="r", cores=1),
        open_streaming(path=nemotron, name="n", revision="r", cores=2),
    )

    assert (four.most_speakers, eight.most_speakers) == (4, 8)
    assert four.models == (Model("diarization", "sortformer-4spk-v2", "r"),)
    assert four.clustering_threshold is None


def test_the_smaller_network_serves_where_it_lies_alone(tmp_path: Path) -> None:
    assert opened(write_nemotron(tmp_path, step="step_int8.onnx"))


def test_a_folder_without_a_network_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"wanted one network, or embed\.onnx.* found none"):
        opened(tmp_path)


def test_a_folder_of_two_networks_is_not_guessed_at(sortformer: Path, tmp_path: Path) -> None:
    for name in ("a.onnx", "b.onnx"):
        (tmp_path / name).write_bytes(next(sortformer.glob("*.onnx")).read_bytes())

    with pytest.raises(WeightsError, match=r"found a\.onnx, b\.onnx"):
        opened(tmp_path)


@pytest.mark.parametrize("name", ["silence_embeds.bin", "mel_filters.bin"])
@pytest.mark.parametrize("content", [b"", b"123", np.full(512, np.nan, "<f4").tobytes()])
def test_damaged_numbers_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (write_nemotron(tmp_path) / name).write_bytes(content)

    with pytest.raises(
        WeightsError, match=rf"{name}: wanted .*numbers of 32 bits, got {len(content)} bytes"
    ):
        opened(tmp_path)


def test_missing_numbers_are_named(tmp_path: Path) -> None:
    (write_nemotron(tmp_path) / "silence_embeds.bin").unlink()

    with pytest.raises(WeightsError, match=r"silence_embeds\.bin: cannot be read"):
        opened(tmp_path)


def test_embeddings_without_a_step_are_refused(tmp_path: Path) -> None:
    (write_nemotron(tmp_path) / "step.onnx").unlink()

    with pytest.raises(WeightsError, match=r"wanted step\.onnx or step_int8\.onnx"):
        opened(tmp_path)


def test_a_network_for_another_number_of_speakers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        WeightsError, match="wanted a network that tells 4 speakers apart, got one for 6"
    ):
        opened(write_sortformer(tmp_path, speakers=6))


def test_a_network_of_other_inputs_is_refused_with_both_named(tmp_path: Path) -> None:
    graph = Graph()
    graph.add("Identity", ["audio_signal"], "logits")
    save(graph.model({"audio_signal": FREE}, {"logits": FREE}), tmp_path / "other.onnx")

    with pytest.raises(
        WeightsError, match=r"wanted the inputs chunk, .*got audio_signal and logits"
    ):
        opened(tmp_path)


def test_a_network_of_fixed_size_is_refused(tmp_path: Path) -> None:
    write_nemotron(tmp_path)
    graph = Graph()
    graph.add("Identity", ["features"], "embeds")
    fixed = {"features": ("f", 1, 104, MELS)}
    save(graph.model(fixed, {"embeds": ("f", 1, 104, MELS)}), tmp_path / "embed.onnx")

    with pytest.raises(WeightsError, match="an export with dynamic axes is needed"):
        opened(tmp_path)


def test_a_network_whose_tokens_have_another_size_is_refused(tmp_path: Path) -> None:
    write_nemotron(tmp_path)
    np.zeros(100, "<f4").tofile(tmp_path / "silence_embeds.bin")

    with pytest.raises(WeightsError, match=r"wanted an output of the sizes \(1, 1, 100\)"):
        opened(tmp_path)


def test_a_network_whose_output_has_other_axes_is_refused(tmp_path: Path) -> None:
    write_nemotron(tmp_path)
    graph = Graph()
    graph.add("ReduceMean", ["embeds", graph.ints(1)], "logits", keepdims=0)
    shapes = {"embeds": ("f", 1, "t", 512)}
    save(graph.model(shapes, {"logits": ("f", 1, 512)}), tmp_path / "step.onnx")

    with pytest.raises(WeightsError, match="wanted an output logits of 3 axes, got 2"):
        opened(tmp_path)


def test_a_network_that_loses_tokens_fails(tmp_path: Path) -> None:
    write_nemotron(tmp_path)
    graph = Graph()
    graph.add("Transpose", ["features"], "channels", perm=[0, 2, 1])
    weights = graph.constant(np.zeros((512, MELS, GROUP), np.float32))
    graph.add("Conv", ["channels", weights], "strided", strides=[GROUP])
    graph.add("Transpose", ["strided"], "embeds", perm=[0, 2, 1])
    shapes = {"features": ("f", 1, "t", MELS)}
    save(graph.model(shapes, {"embeds": ("f", 1, "e", 512)}), tmp_path / "embed.onnx")
    network = Nemotron(
        Session(tmp_path / "embed.onnx"), Session(tmp_path / "step.onnx"), rows(1)[0]
    )
    nothing = Memory(rows(0), rows(0), rows(0), rows(1)[0], None)

    with pytest.raises(ModelError, match="wanted 2 tokens and probabilities of 2, got 1 and 1"):
        network.hear(nothing, features(9))


@pytest.mark.parametrize("place", range(4), ids=["30.4 s", "second", "third", "0.32 s"])
@pytest.mark.parametrize("kind", ["sortformer", "nemotron"])
def test_each_published_schedule_runs_on_each_export(
    request: pytest.FixtureRequest, kind: str, place: int
) -> None:
    export = open_export(request.getfixturevalue(kind), cores=1)
    listener = export.listener(export.schedules[place])
    sound = np.random.default_rng(0).normal(0, 0.1, 40_000).astype(np.float32)

    hearing, at_once = listener.feed(listener.begin(), sound)
    at_once = np.concatenate([at_once, listener.finish(hearing)])
    hearing, pieces = listener.begin(), []
    for piece in np.split(sound, [1, 5000, 5001, 23_456]):
        hearing, final = listener.feed(hearing, piece)
        pieces.append(final)
    in_pieces = np.concatenate([*pieces, listener.finish(hearing)])

    assert at_once.shape == (-(-250 * export.network.frames // GROUP), export.network.speakers)
    np.testing.assert_array_equal(in_pieces, at_once)
