import ctypes
import json
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest
from whisper_models import Shape, save_model

from diascribe.models.whisper import memory
from diascribe.models.whisper.dimensions import Dimensions, read_dimensions
from diascribe.models.whisper.memory import room, window_bytes

LARGE = Dimensions(1280, 32, 32, 20)
TURBO = Dimensions(1280, 32, 4, 20)
TINY = Dimensions(384, 4, 4, 6)
GIB = 2**30


def fitting(size: Dimensions, free: int, device: str = "cuda", beam_size: int = 5) -> int:
    return room(size, device=device, beam_size=beam_size, number_bytes=2, free=free)


def test_the_dimensions_are_those_of_the_file(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", Shape(width=64, layers=3, languages=()))

    found = read_dimensions(folder / "model.bin")

    assert found == Dimensions(width=64, encoder_layers=3, decoder_layers=3, heads=2)


@pytest.mark.parametrize("kept", [0, 3, 40, 2000, -1])
def test_a_file_that_ends_too_early_is_refused(tmp_path: Path, kept: int) -> None:
    path = save_model(tmp_path / "model", Shape(languages=())) / "model.bin"
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(ValueError, match="ends too early"):
        read_dimensions(path)


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(struct.pack("<I", 99) + bytes(100))

    with pytest.raises(ValueError, match="wanted CTranslate2's format 6, got 99"):
        read_dimensions(path)


def test_a_model_that_is_no_whisper_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    name = struct.pack("<H", 5) + b"name\0"
    path.write_bytes(struct.pack("<I", 6) + name + struct.pack("<III", 1, 0, 0))

    with pytest.raises(ValueError, match="none of Whisper's"):
        read_dimensions(path)


def test_larger_models_and_wider_beams_take_more() -> None:
    def needed(size: Dimensions, beam_size: int = 5) -> int:
        return window_bytes(size, beam_size=beam_size, number_bytes=2)

    assert needed(TINY) < needed(TURBO) < needed(LARGE)
    assert needed(LARGE, 1) < needed(LARGE, 10)


MEASURE = """
import json, re, sys
import numpy as np
from pathlib import Path
from diascribe.models.whisper import open_whisper
from diascribe.models.whisper.memory import window_bytes
from diascribe.models.whisper.network import Search

def peak():  # of this process alone: getrusage knows its parent's as well
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

opened = open_whisper(Path(sys.argv[1]), name="", revision="", device="cpu",
                      compute_type="float32", cores=1)
network, spelling = opened._network, opened._vocabulary.any
features = np.random.default_rng(0).normal(0, 0.1, (WINDOWS, 80, 3000)).astype(np.float32)
before = peak()
encoded = network.encode(features)
prompt = [*spelling.sot_sequence, spelling.no_timestamps]
drafts = encoded.generate([prompt] * WINDOWS, Search(suppressed=(-1,)))
encoded.align(spelling.sot_sequence, [one.tokens for one in drafts], [3000] * WINDOWS)
after = peak()
print(json.dumps({"estimated": window_bytes(network.size, beam_size=5, number_bytes=4),
                  "measured": 1024 * (after - before) / WINDOWS}))
"""


def test_a_window_takes_at_most_what_is_estimated_and_a_third_of_it_at_least(
    tmp_path: Path,
) -> None:
    shape = Shape(width=256, heads=4, layers=4, length=100)  # heads as every Whisper has them
    folder = save_model(tmp_path / "model", shape)
    program = MEASURE.replace("WINDOWS", "6")

    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True
    )

    told = json.loads(done.stdout)
    assert told["estimated"] / 3 <= told["measured"] <= told["estimated"]


def test_as_many_windows_fit_as_half_of_the_free_memory_holds() -> None:
    each = window_bytes(LARGE, beam_size=5, number_bytes=2)

    assert fitting(LARGE, free=20 * each) == 10
    assert fitting(LARGE, free=20 * each - 1) == 9


def test_one_window_is_always_tried_and_never_more_than_help() -> None:
    assert fitting(LARGE, free=0) == 1
    assert fitting(TINY, free=500 * GIB) == 64
    assert fitting(TINY, free=500 * GIB, device="cpu") == 8


def test_what_is_free_is_what_system_and_container_both_give(tmp_path: Path) -> None:
    proc, group = tmp_path / "proc", tmp_path / "sys/fs/cgroup"
    proc.mkdir()
    group.mkdir(parents=True)
    (proc / "meminfo").write_text("MemTotal: 9000000 kB\nMemAvailable:    8000 kB\n")

    assert memory._free_here(tmp_path) == 8000 * 1024
    (group / "memory.current").write_text("1000\n")
    (group / "memory.max").write_text("max\n")
    assert memory._free_here(tmp_path) == 8000 * 1024
    (group / "memory.max").write_text("5000\n")
    assert memory._free_here(tmp_path) == 4000
    (group / "memory.stat").write_text("anon 400\ninactive_file 300\nactive_file 300\n")
    assert memory._free_here(tmp_path) == 4300
    (group / "memory.max").write_text("500\n")
    assert memory._free_here(tmp_path) == 0


def test_without_that_half_of_the_memory_is_taken_to_be_free(tmp_path: Path) -> None:
    assert (memory._free_here(tmp_path) or 0) > GIB / 4


def test_without_a_graphics_card_its_memory_is_guessed() -> None:
    assert memory.free_bytes("cuda") > 0
    assert memory.free_bytes("cpu") > 0


class Reference(Protocol):
    """What `ctypes.byref` makes."""

    _obj: Any


@dataclass
class Driver:
    """A graphics card's driver that fails at one call, and remembers what it was asked."""

    fails_at: str = ""
    asked: list[str] = field(default_factory=list)
    cards: list[int] = field(default_factory=list)

    def _answer(self, name: str) -> int:
        self.asked.append(name)
        return 100 if name == self.fails_at else 0

    def cuInit(self, flags: int) -> int:  # noqa: N802 - as the driver calls it
        assert flags == 0
        return self._answer("init")

    def cuDeviceGet(self, device: Reference, number: int) -> int:  # noqa: N802
        device._obj.value = 7
        self.cards.append(number)
        return self._answer("get")

    def cuDevicePrimaryCtxRetain(self, context: Reference, device: ctypes.c_int) -> int:  # noqa: N802
        assert device.value == 7
        context._obj.value = 70
        return self._answer("retain")

    def cuCtxPushCurrent_v2(self, context: ctypes.c_void_p) -> int:  # noqa: N802
        assert context.value == 70
        return self._answer("push")

    def cuMemGetInfo_v2(self, free: Reference, total: Reference) -> int:  # noqa: N802
        free._obj.value, total._obj.value = 3 * GIB, 8 * GIB
        return self._answer("tell")

    def cuCtxPopCurrent_v2(self, context: Reference) -> int:  # noqa: N802
        del context
        return self._answer("pop")

    def cuDevicePrimaryCtxRelease_v2(self, device: ctypes.c_int) -> int:  # noqa: N802
        assert device.value == 7
        return self._answer("release")


@pytest.mark.parametrize(
    ("fails_at", "free", "asked"),
    [
        ("", 3 * GIB, "init get retain push tell pop release"),
        ("tell", None, "init get retain push tell pop release"),
        ("push", None, "init get retain push release"),
        ("retain", None, "init get retain"),
        ("get", None, "init get"),
        ("init", None, "init"),
    ],
)
def test_whatever_was_taken_of_a_card_is_given_back(
    fails_at: str, free: int | None, asked: str
) -> None:
    driver = Driver(fails_at)

    assert memory._first_free(driver) == free
    assert driver.asked == asked.split()
    assert driver.cards in ([], [0])
