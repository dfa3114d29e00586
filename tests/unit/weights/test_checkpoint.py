"""PyTorch checkpoints are read as they were written, and hostile ones do nothing."""

import builtins
import pickle
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from checkpoint_files import (
    TYPES,
    Storage,
    Tensor,
    call,
    mapping,
    plain,
    weights,
    whole,
    write_stream,
    write_zip,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diascribe.errors import WeightsError
from diascribe.weights.checkpoint import Opaque, read_checkpoint

Writer = Callable[[Path, bytes, Iterable[Storage]], Path]

both_layouts = pytest.mark.parametrize("write", [write_zip, write_stream])

NUMBERS = np.arange(24, dtype=np.float32)
READ_WITH_LITTLE_MEMORY = """
import resource, sys
from pathlib import Path
from diascribe.errors import WeightsError
from diascribe.weights.checkpoint import read_checkpoint
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
try:
    read_checkpoint(Path(sys.argv[1]))
except WeightsError:
    pass
status = Path("/proc/self/status").read_text().split()
print(status[status.index("VmHWM:") + 1])
"""
"""Prints the most KB held; `ru_maxrss` would be that of the process which started this one."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.bin"


@both_layouts
@pytest.mark.parametrize("kind", TYPES)
def test_numbers_of_every_kind_come_back(path: Path, write: Writer, kind: str) -> None:
    values = np.array([[0, 1, 1], [1, 0, 100]]).astype(kind)
    tensor = whole("0", values)

    read = read_checkpoint(write(path, weights({"w": tensor}), [tensor.storage]))

    assert read["w"].dtype == values.dtype
    assert np.array_equal(read["w"], values)


@both_layouts
@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [
        (0, (4, 6), (6, 1)),
        (0, (6, 4), (1, 6)),  # transposed
        (5, (3, 2), (6, 2)),  # a slice
        (23, (), ()),  # a scalar
        (7, (3,), (0,)),  # one number thrice
        (0, (2, 0, 5), (0, 1, 1)),
        (24, (0,), (1,)),
    ],
)
def test_a_tensor_is_the_view_of_its_storage_that_it_says(
    path: Path, write: Writer, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    storage = Storage("0", NUMBERS)
    tensor = Tensor(storage, offset, shape, strides)

    read = read_checkpoint(write(path, weights({"w": tensor}), [storage]))

    expected = np.zeros(shape, np.float32)
    for index in np.ndindex(*shape):
        place = offset + sum(i * stride for i, stride in zip(index, strides, strict=True))
        expected[index] = NUMBERS[place]
    assert np.array_equal(read["w"], expected)
    assert read["w"].shape == shape


@both_layouts
def test_tensors_may_share_a_storage_and_take_its_memory_once(path: Path, write: Writer) -> None:
    storage = Storage("0", NUMBERS)
    tensors = {
        "all": Tensor(storage, 0, (24,), (1,)),
        "half": Tensor(storage, 12, (12,), (1,)),
    }

    read = read_checkpoint(write(path, weights(tensors), [storage]))

    assert np.array_equal(read["half"], NUMBERS[12:])
    assert np.shares_memory(read["all"], read["half"])


@both_layouts
def test_several_storages_keep_their_own_numbers(path: Path, write: Writer) -> None:
    tensors = {name: whole(name, NUMBERS + place) for place, name in enumerate("abc")}
    storages = [tensor.storage for tensor in tensors.values()]

    read = read_checkpoint(write(path, weights(tensors), storages))

    for place, name in enumerate("abc"):
        assert np.array_equal(read[name], NUMBERS + place)


@both_layouts
def test_the_nest_around_tensors_is_kept(path: Path, write: Writer) -> None:
    tensor = whole("0", NUMBERS)
    content = mapping(
        {
            "state": mapping({"layer.weight": tensor.pickled}),
            "steps": b"]" + tensor.pickled + b"a",
            "pair": tensor.pickled + plain(5) + b"\x86",
            "rate": plain(0.5),
            "ordered": b"ccollections\nOrderedDict\n)R" + plain(7) + tensor.pickled + b"s",
        }
    )

    read = read_checkpoint(write(path, content, [tensor.storage]))

    assert read["rate"] == 0.5
    assert read["pair"][1] == 5
    views = (
        read["state"]["layer.weight"],
        read["steps"][0],
        read["pair"][0],
        read["ordered"]["7"],
    )
    assert all(np.array_equal(view, NUMBERS) for view in views)


@both_layouts
def test_containers_of_python_2_and_default_dictionaries_are_plain_ones(
    path: Path, write: Writer
) -> None:
    content = mapping(
        {
            "list": call("__builtin__", "list", [1, 2]),
            "long": call("__builtin__", "long", 3),
            "default": b"ccollections\ndefaultdict\nc__builtin__\nlist\n\x85R",
        }
    )

    read = read_checkpoint(write(path, content, []))

    assert read == {"list": [1, 2], "long": 3, "default": {}}


@both_layouts
def test_what_shares_a_part_shares_it_and_what_holds_itself_ends(path: Path, write: Writer) -> None:
    # d0 = {}; d1 = {0: d0, 1: d0}; … d64: 2^64 ways, 65 dictionaries.
    doubled = b"}q\x00"
    for level in range(64):
        below = b"h" + bytes([level])
        doubled += b"0}(" + plain(0) + below + plain(1) + below + b"uq" + bytes([level + 1])
    itself = b"}q\xf0(" + plain("me") + b"h\xf0u"

    read = read_checkpoint(write(path, mapping({"many": doubled, "ring": itself}), []))

    assert read["many"]["0"] is read["many"]["1"]
    assert read["ring"] == {"me": None}


HOSTILE = {
    "calls a shell": call("os", "system", "touch trace"),
    "calls a shell by its own name": call("posix", "system", "touch trace"),
    "evaluates": call("builtins", "eval", "open('trace', 'w')"),
    "executes": call("__builtin__", "exec", "open('trace', 'w')"),
    "opens": call("io", "open", "trace", "w"),
    "starts a process": call("subprocess", "Popen", ["touch", "trace"]),
    "imports": call("importlib", "import_module", "antigravity"),
    "walks through attributes": call("builtins", "getattr", "os", "system"),
    "reaches a nested name": b"\x8c\x02os\x8c\x0bpath.exists\x93" + plain(("trace",)) + b"R",
    "instantiates the old way": b"(" + plain("touch trace") + b"ios\nsystem\n",
    "makes a new object": b"csubprocess\nPopen\n" + plain(("touch trace",)) + b"\x81",
    "sets a state": b"cpathlib\nPath\n)R" + plain({"__class__": "x"}) + b"b",
}


@both_layouts
@pytest.mark.parametrize("way", HOSTILE)
@pytest.mark.parametrize("deep", [False, True])
def test_foreign_code_is_never_run_but_stands_there_inert(
    path: Path, monkeypatch: pytest.MonkeyPatch, write: Writer, way: str, *, deep: bool
) -> None:
    monkeypatch.chdir(path.parent)
    content = mapping({"x": mapping({"y": HOSTILE[way]}) if deep else HOSTILE[way]})

    read = read_checkpoint(write(path, content, []))

    found = read["x"]["y"] if deep else read["x"]
    assert isinstance(found, Opaque)
    assert list(path.parent.iterdir()) == [path]
    assert "antigravity" not in sys.modules


STATEFUL = {
    "tensor": whole("0", NUMBERS).pickled,
    "storage": Storage("0", NUMBERS).pickled,
    "type": b"ctorch\nFloatStorage\n",
    "function": b"ctorch._utils\n_rebuild_tensor_v2\n",
    "dictionary": b"ccollections\nOrderedDict\n)R",
    "class": b"ccollections\nOrderedDict\n",
}


@both_layouts
@pytest.mark.parametrize("what", STATEFUL)
@pytest.mark.parametrize(
    "state",
    [
        [None, -5, (10,), (1,)],
        {"offset": -5, "size": 1 << 40, "items": 1, "__defaults__": (1,)},
        (None, {"offset": -5, "size": 1 << 40, "__defaults__": (1,)}),
    ],
)
def test_no_state_changes_what_was_made(
    path: Path, write: Writer, what: str, state: object
) -> None:
    tensor = whole("0", NUMBERS)
    content = mapping({"x": STATEFUL[what] + plain(state) + b"b", "w": tensor.pickled})

    read = read_checkpoint(write(path, content, [tensor.storage]))

    assert np.array_equal(read["w"], NUMBERS)
    assert read["w"].base is not None


@both_layouts
@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [
        (0, (25,), (1,)),
        (20, (5,), (1,)),
        (24, (), ()),
        (0, (2, 2), (1, 23)),
        (-1, (1,), (1,)),
        (0, (-1,), (1,)),
        (0, (2, 3), (-1, 1)),
        (0, (2, 3), (1,)),
        (0, (1 << 40,), (0,)),  # a terabyte out of one number
        (0, (1 << 70,), (1,)),
        (0, (1, 1), (1 << 70, 1)),
        (0, (0, 1 << 70), (1, 1)),
        (0, (1,) * 80, (1,) * 80),
    ],
)
def test_a_tensor_outside_its_storage_is_refused(
    path: Path, write: Writer, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    storage = Storage("0", NUMBERS)
    tensor = Tensor(storage, offset, shape, strides)

    with pytest.raises(WeightsError, match=r"^model\.bin: "):
        read_checkpoint(write(path, weights({"w": tensor}), [storage]))


@both_layouts
@pytest.mark.parametrize("size", [-1, 23, 25, 1 << 40, 1 << 62, 1 << 200])
def test_a_storage_of_another_size_than_announced_is_refused(
    path: Path, write: Writer, size: int
) -> None:
    tensor = Tensor(Storage("0", NUMBERS, size), 0, (1,), (1,))

    with pytest.raises(WeightsError, match=r"^model\.bin: "):
        read_checkpoint(write(path, weights({"w": tensor}), [tensor.storage]))


@both_layouts
def test_one_storage_announced_in_two_ways_is_refused(path: Path, write: Writer) -> None:
    floats, integers = Storage("0", NUMBERS), Storage("0", NUMBERS.astype(np.int32))
    tensors = {"a": Tensor(floats, 0, (1,), (1,)), "b": Tensor(integers, 0, (1,), (1,))}

    with pytest.raises(WeightsError, match="twice and differently"):
        read_checkpoint(write(path, weights(tensors), [floats]))


@both_layouts
def test_an_absent_storage_is_refused(path: Path, write: Writer) -> None:
    with pytest.raises(WeightsError, match=r"^model\.bin: "):
        read_checkpoint(write(path, weights({"w": whole("0", NUMBERS)}), []))


@both_layouts
@pytest.mark.parametrize(
    "content",
    [
        plain([1, 2]),  # no dictionary
        mapping({"w": plain("unknown") + b"Q"}),
        mapping({"w": b"ctorch\nFloatStorage\nQ"}),
        mapping({"w": b"(" + plain("storage") + b"cos\nsystem\n" + plain("0") + b"tQ"}),
        mapping({"w": call("torch._utils", "_rebuild_tensor_v2", 1, 2, 3, 4)}),
        mapping({"w": call("torch._utils", "_rebuild_tensor_v2")}),
        mapping({"w": b"\x82\x01"}),  # an extension nobody registered
        mapping({"w": plain(1) + b"h\x63"}),  # a memo never made
        b"\xff",  # no opcode
        b"]" * 100_000 + b"a" * 99_999,  # nested ever deeper
        b"X" + struct.pack("<I", 0xFFFFFFFF),  # a text longer than the file
        b"\x8e" + struct.pack("<Q", 1 << 62),  # and more bytes than there are addresses
        b"\x95" + struct.pack("<Q", 1 << 62),
        b"}" + plain(b"\xff\xfe") + plain(1) + b"s" + b"\x80",
        b"\x80\x63",
        b"",
    ],
)
def test_nonsense_is_refused(path: Path, write: Writer, content: bytes) -> None:
    with pytest.raises(WeightsError, match=r"^model\.bin: "):
        read_checkpoint(write(path, content, []))


@both_layouts
def test_dictionaries_nested_ever_deeper_are_refused(path: Path, write: Writer) -> None:
    content = b"}" + (plain("x") + b"}") * 100_000 + b"s" * 100_000

    with pytest.raises(WeightsError, match="damaged PyTorch checkpoint"):
        read_checkpoint(write(path, content, []))


@both_layouts
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    path: Path, write: Writer, data: st.DataObject
) -> None:
    tensor = whole("0", NUMBERS)
    intact = write(path, weights({"w": tensor, "v": tensor}), [tensor.storage]).read_bytes()
    damaged = bytearray(intact[: data.draw(st.integers(0, len(intact)), label="length")])
    for place in data.draw(st.lists(st.integers(0, len(intact) - 1), max_size=4), label="places"):
        if place < len(damaged):
            damaged[place] = data.draw(st.integers(0, 255), label="byte")

    path.write_bytes(damaged)
    with suppress(WeightsError):
        assert isinstance(read_checkpoint(path), dict)


@given(st.binary(max_size=300))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_bytes_are_no_checkpoint(path: Path, noise: bytes) -> None:
    path.write_bytes(noise)

    with pytest.raises(WeightsError, match=r"^model\.bin: "):
        read_checkpoint(path)


def test_a_compressed_member_could_be_a_bomb_and_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}))

    with pytest.raises(WeightsError, match="without compression"):
        read_checkpoint(path)


def test_members_that_lie_over_each_other_cannot_take_more_than_the_file(path: Path) -> None:
    storage = Storage("0", np.zeros(250_000, np.float32))
    tensors = {
        str(key): Tensor(Storage(str(key), storage.values), 0, (1,), (1,)) for key in range(100)
    }
    write_zip(path, weights(tensors), [storage])
    with zipfile.ZipFile(path, "a") as archive:
        for key in range(1, 100):  # the directory lists one member a hundred times
            member = archive.getinfo("archive/data/0")
            again = zipfile.ZipInfo(f"archive/data/{key}")
            again.header_offset, again.CRC = member.header_offset, member.CRC
            again.file_size = again.compress_size = member.file_size
            archive.filelist.append(again)
        archive.writestr("end", b"")

    with pytest.raises(WeightsError, match="tensors need 100000000 bytes, the file has 1"):
        read_checkpoint(path)


@pytest.mark.parametrize("names", [[], ["archive/data.pkl", "other/data.pkl"]])
def test_an_archive_has_one_pickle(path: Path, names: list[str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme", "")
        for name in names:
            archive.writestr(name, pickle.dumps({}))

    with pytest.raises(WeightsError, match=f"one data.pkl, got {len(names)}"):
        read_checkpoint(path)


@pytest.mark.parametrize(
    "content",
    [
        b"}r" + struct.pack("<I", 0xFFFFFFFF),  # a memo of 64 GB in the C unpickler
        b"X" + struct.pack("<I", 0xFFFFFFFF),
        b"\x95" + struct.pack("<Q", 1 << 33),
        weights({"w": Tensor(Storage("0", NUMBERS, 1 << 32), 0, (1,), (1,))}),
        weights({"w": Tensor(Storage("0", NUMBERS), 0, (1 << 33,), (0,))}),
    ],
)
@both_layouts
def test_a_small_file_takes_little_memory(path: Path, write: Writer, content: bytes) -> None:
    write(path, content, [Storage("0", NUMBERS)])
    command = [sys.executable, "-c", READ_WITH_LITTLE_MEMORY, str(path)]

    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert int(printed) < 150_000  # KB


def test_an_absent_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"^absent\.bin: cannot be read: No such file"):
        read_checkpoint(tmp_path / "absent.bin")


def test_a_stream_with_another_magic_is_no_checkpoint(path: Path) -> None:
    path.write_bytes(pickle.dumps(1, protocol=2))

    with pytest.raises(WeightsError, match=r"^model\.bin: not a PyTorch checkpoint$"):
        read_checkpoint(path)


def test_nothing_of_pythons_is_left_changed(path: Path) -> None:
    before = dict(vars(builtins)), resource.getrlimit(resource.RLIMIT_AS)
    content = b"c__builtin__\nlist\n" + plain({"append": 1}) + b"b"

    read_checkpoint(write_zip(path, mapping({"x": content})))

    assert (dict(vars(builtins)), resource.getrlimit(resource.RLIMIT_AS)) == before
