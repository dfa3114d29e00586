"""Convolutions in 8 bits say nearly what they say in float32."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import encoder_models
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from diascribe.weights.network import Network, parse_network
from diascribe.weights.quantized import flowing, measured, quantized
from diascribe.weights.session import Session

RANDOM = np.random.default_rng(0)
FRAMES = RANDOM.normal(0, 3, (2, 60, 80)).astype(np.float32)


@pytest.fixture(scope="module")
def body() -> Network:
    return parse_network(encoder_models.wide_encoder().SerializeToString()).until("layer4.2.out")


@pytest.fixture(scope="module")
def rounded(body: Network) -> Network:
    inside = body.until(*flowing(body))
    opened = Session(Path("inside.onnx"), data=inside.encoded())
    return quantized(body, measured(body, opened, {"feats": FRAMES}))


def run(network: Network, frames: NDArray[np.float32]) -> NDArray[np.float32]:
    return Session(Path("body.onnx"), data=network.encoded()).run({"feats": frames})[0]


def test_a_body_in_8_bits_is_nearly_the_same_on_other_sounds(
    body: Network, rounded: Network
) -> None:
    frames = RANDOM.normal(0, 3, (2, 60, 80)).astype(np.float32)

    wanted, came = run(body, frames), run(rounded, frames)

    assert came.shape == wanted.shape
    cosine = (wanted * came).sum() / np.linalg.norm(wanted) / np.linalg.norm(came)
    assert 0.998 < cosine < 0.999999


def test_every_convolution_but_the_first_reads_what_was_rounded(rounded: Network) -> None:
    convolutions = [one for one in rounded.nodes if one.kind == "Conv"]

    kinds = [
        [getattr(rounded.producer(name), "kind", "") for name in one.inputs] for one in convolutions
    ]
    assert kinds[0] == ["Unsqueeze", "", ""]
    assert kinds[1:] == [["DequantizeLinear"] * 3] * (len(convolutions) - 1)


def test_both_sides_of_a_sum_are_rounded_and_the_last_output_is_not(
    body: Network, rounded: Network
) -> None:
    sums = [one for one in rounded.nodes if one.kind == "Add"]

    assert len(sums) == 16
    assert all(name.endswith(".undone") for one in sums for name in one.inputs)
    assert rounded.outputs == body.outputs
    assert getattr(rounded.producer(rounded.outputs[0]), "kind", "") == "Relu"


def test_the_network_stays_sound_and_becomes_smaller(body: Network, rounded: Network) -> None:
    data = rounded.encoded()

    assert len(onnx.load_from_string(data).graph.node) == len(rounded.nodes)
    assert len(data) < 0.5 * len(body.encoded())


def test_ranges_hold_zero_and_are_wider_than_what_was_seen(body: Network) -> None:
    names = flowing(body)
    seen = [np.full((1, 2), 1 + one, np.float32) for one in range(len(names))]

    class Seen:
        name, inputs = "seen", ("feats",)

        def sizes(self, name: str) -> tuple[int | None, ...]:
            raise AssertionError(name)

        def run(self, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
            assert inputs == {}
            return seen

    ranges = measured(body, Seen(), {})

    low, high = ranges[names[1]]
    assert low == 0.0
    assert high == pytest.approx(2.2)
    assert len(names) == len(set(names)) == len(ranges)
