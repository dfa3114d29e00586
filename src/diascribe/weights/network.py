"""An ONNX network as nodes and values, so that it can be cut without the onnx package.

Field numbers are those of onnx.proto3 (ONNX 1.0 to 1.19; they never change).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diascribe.errors import WeightsError
from diascribe.weights.messages import BYTES, VARINT, Field, Message, parse

GRAPH = 7
NODE, INITIALIZER, INPUT, OUTPUT, SHAPES = 1, 5, 11, 12, 13
NODE_INPUT, NODE_OUTPUT, NODE_NAME, NODE_KIND, NODE_ATTRIBUTE = 1, 2, 3, 4, 5
VALUE_NAME, VALUE_TYPE = 1, 2
TENSOR_SIZES, TENSOR_KIND, TENSOR_NAME, TENSOR_RAW, TENSOR_PLACE = 1, 2, 8, 9, 14
ATTRIBUTE_NAME, ATTRIBUTE_INTEGER, ATTRIBUTE_TENSOR, ATTRIBUTE_KIND = 1, 3, 5, 20

FLOAT = 1
KINDS: MappingProxyType[int, tuple[np.dtype[Any], int]] = MappingProxyType(
    {
        FLOAT: (np.dtype("<f4"), 4),
        3: (np.dtype("i1"), 5),
        2: (np.dtype("u1"), 5),
        6: (np.dtype("<i4"), 5),
        7: (np.dtype("<i8"), 7),
    }
)
"""Types of numbers, and the field that holds them where they are not raw bytes."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operation."""

    kind: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    message: Message = field(repr=False, default_factory=Message)
    """As the file has it, attributes included."""

    @classmethod
    def read(cls, message: Message) -> Node:
        """The node that a message tells of."""
        inputs, outputs = (
            tuple(one.text for one in message.every(number)) for number in (NODE_INPUT, NODE_OUTPUT)
        )
        return cls(message.text(NODE_KIND), inputs, outputs, message)

    @classmethod
    def made(
        cls, kind: str, inputs: Iterable[str], output: str, **attributes: int | NDArray[Any]
    ) -> Node:
        """A new node of one output, named after it."""
        fields = [
            *(Field(NODE_INPUT, one.encode()) for one in inputs),
            Field(NODE_OUTPUT, output.encode()),
            Field(NODE_NAME, output.encode()),
            Field(NODE_KIND, kind.encode()),
            *(_attribute(name, value) for name, value in attributes.items()),
        ]
        return cls.read(Message(tuple(fields)))

    def turned(self, kind: str, inputs: Iterable[str], outputs: Iterable[str]) -> Node:
        """A node of another kind with the same attributes, named after its first output."""
        named = tuple(outputs)
        message = self.message.replaced(NODE_KIND, [kind.encode()])
        for number, texts in (
            (NODE_INPUT, inputs),
            (NODE_OUTPUT, named),
            (NODE_NAME, named[:1]),
        ):
            message = message.replaced(number, [one.encode() for one in texts])
        return Node.read(message)

    def integer(self, name: str) -> int:
        """A whole number among its attributes, 0 where there is none."""
        found = self.attribute(name)
        return found.integer(ATTRIBUTE_INTEGER) if found else 0

    def attribute(self, name: str) -> Message | None:
        """An attribute; null where it has none of that name."""
        every = (parse(one.bytes) for one in self.message.every(NODE_ATTRIBUTE))
        return next((one for one in every if one.text(ATTRIBUTE_NAME) == name), None)


def _attribute(name: str, value: int | NDArray[Any]) -> Field:
    """An attribute: a whole number, or a tensor."""
    named = Field(ATTRIBUTE_NAME, name.encode())
    if isinstance(value, int):
        told = Field(ATTRIBUTE_INTEGER, value, VARINT), Field(ATTRIBUTE_KIND, 2, VARINT)
    else:
        tensor = Field(ATTRIBUTE_TENSOR, encoded_tensor("", value))
        told = tensor, Field(ATTRIBUTE_KIND, 4, VARINT)
    return Field(NODE_ATTRIBUTE, Message((named, *told)).encoded())


@dataclass(frozen=True, slots=True)
class Network:
    """A whole network."""

    nodes: tuple[Node, ...]
    """Each after those whose outputs it reads."""
    tensors: Mapping[str, bytes]
    """Constants by name, as the file has them."""
    inputs: tuple[str, ...]
    """What a caller gives, constants left out."""
    outputs: tuple[str, ...]
    file: Message = field(repr=False)
    """The whole file; its graph's other fields are kept."""

    def producer(self, name: str) -> Node | None:
        """The node that a value comes from; null for inputs and constants."""
        return next((one for one in self.nodes if name in one.outputs), None)

    def values(self, name: str) -> NDArray[Any] | None:
        """The numbers of a constant in its own shape; null where it is none.

        Raises:
            WeightsError: they lie in another file, or are of a kind that is not read.
        """
        if name in self.tensors:
            return decoded_tensor(self.tensors[name])
        node = self.producer(name)
        told = node.attribute("value") if node and node.kind == "Constant" else None
        tensor = told.last(ATTRIBUTE_TENSOR) if told else None
        return decoded_tensor(tensor.bytes) if tensor else None

    def behind(self, name: str, *, unless: str = "") -> Iterator[Node]:
        """The nodes that a value depends on, in order, none of those behind `unless`."""
        wanted, needed = {name} - {unless}, []
        for node in reversed(self.nodes):
            if wanted.intersection(node.outputs):
                needed.append(node)
                wanted.update(set(node.inputs) - {unless})
        return reversed(needed)

    def sources(self, name: str, *, unless: str = "") -> set[str]:
        """The inputs that a value depends on, other than through `unless`."""
        read = {name, *(one for node in self.behind(name, unless=unless) for one in node.inputs)}
        return read.intersection(self.inputs) - {unless}

    def until(self, *outputs: str) -> Network:
        """The part of the network that gives `outputs`; its inputs take any shape."""
        nodes: dict[tuple[str, ...], Node] = {
            node.outputs: node for one in outputs for node in self.behind(one)
        }
        kept = tuple(one for one in self.nodes if one.outputs in nodes)
        read = {name for node in kept for name in node.inputs}
        tensors = {name: value for name, value in self.tensors.items() if name in read}
        inputs = tuple(one for one in self.inputs if one in read)
        return replace(self, nodes=kept, tensors=tensors, inputs=inputs, outputs=outputs)

    def encoded(self) -> bytes:
        """The network as a file's bytes; its inputs take any batch and time."""
        graph = parse(_graph(self.file).bytes)
        given = {parse(one.bytes).text(VALUE_NAME): one.bytes for one in graph.every(INPUT)}
        for number, values in (
            (NODE, (one.message.encoded() for one in self.nodes)),
            (INITIALIZER, self.tensors.values()),
            (INPUT, (_freed(given[name]) for name in self.inputs)),
            (OUTPUT, map(_float_value, self.outputs)),
            (SHAPES, ()),
        ):
            graph = graph.replaced(number, values)
        return self.file.replaced(GRAPH, [graph.encoded()]).encoded()


def read_network(path: Path) -> Network:
    """The network that a file holds.

    Raises:
        WeightsError: the file cannot be read, or holds none.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path.name}: cannot be read: {error.strerror}") from error
    try:
        return parse_network(data)
    except WeightsError as error:
        raise WeightsError(f"{path.name}: {error}") from error


def parse_network(data: bytes) -> Network:
    """The network that a file's bytes are.

    Raises:
        WeightsError: they are none.
    """
    file = parse(data)
    graph = parse(_graph(file).bytes)
    tensors = {parse(one.bytes).text(TENSOR_NAME): one.bytes for one in graph.every(INITIALIZER)}
    inputs, outputs = (
        tuple(parse(one.bytes).text(VALUE_NAME) for one in graph.every(number))
        for number in (INPUT, OUTPUT)
    )
    return Network(
        nodes=tuple(Node.read(parse(one.bytes)) for one in graph.every(NODE)),
        tensors=tensors,
        inputs=tuple(one for one in inputs if one not in tensors),
        outputs=outputs,
        file=file,
    )


def _graph(file: Message) -> Field:
    found = file.last(GRAPH)
    if found is None:
        raise WeightsError("not a network: it has no graph")
    return found


def _freed(value: bytes) -> bytes:
    """What the graph says of an input, its first two axes, batch and time, made free."""
    message = parse(value)
    kind = parse(_only(message, VALUE_TYPE))
    tensor = parse(_only(kind, 1))
    sizes = [one.bytes for one in parse(_only(tensor, 2)).every(1)]
    free = [Message((Field(2, one),)).encoded() for one in (b"batch", b"time")]
    shape = Message(tuple(Field(1, free[i] if i < 2 else one) for i, one in enumerate(sizes)))
    tensor = tensor.replaced(2, [shape.encoded()])
    return message.replaced(VALUE_TYPE, [kind.replaced(1, [tensor.encoded()]).encoded()]).encoded()


def _only(message: Message, number: int) -> bytes:
    found = message.last(number)
    if found is None:
        raise WeightsError("an input of which the network does not say its shape")
    return found.bytes


def _float_value(name: str) -> bytes:
    """What the graph says of an output: float32, of any shape."""
    tensor = Message((Field(1, FLOAT, VARINT),)).encoded()
    kind = Message((Field(1, tensor),)).encoded()
    return Message((Field(VALUE_NAME, name.encode()), Field(VALUE_TYPE, kind))).encoded()


def decoded_tensor(data: bytes) -> NDArray[Any]:
    """The numbers of a tensor in its own shape.

    Raises:
        WeightsError: they lie in another file, or are of a kind that is not read.
    """
    tensor = parse(data)
    name, kind = tensor.text(TENSOR_NAME), tensor.integer(TENSOR_KIND)
    if tensor.integer(TENSOR_PLACE):
        raise WeightsError(f"{name}: its numbers lie in another file: wanted them in this one")
    if kind not in KINDS:
        raise WeightsError(f"{name}: numbers of kind {kind}, wanted float32 or whole ones")
    dtype, number = KINDS[kind]
    raw = tensor.last(TENSOR_RAW)
    if raw is not None:
        values = np.frombuffer(
            raw.bytes[: len(raw.bytes) // dtype.itemsize * dtype.itemsize], dtype
        )
    elif kind == FLOAT:
        values = np.frombuffer(b"".join(one.bytes for one in tensor.every(number)), dtype)
    else:
        values = np.array(tensor.integers(number), np.uint64).astype(np.int64).astype(dtype)
    sizes = tensor.integers(TENSOR_SIZES)
    if int(np.prod(sizes, dtype=np.float64)) != values.size:
        raise WeightsError(f"{name}: {values.size} numbers for the shape {sizes}")
    return values.reshape(sizes)


def encoded_tensor(name: str, values: NDArray[Any]) -> bytes:
    """A tensor as a file holds it."""
    kind = next(one for one, (dtype, _) in KINDS.items() if dtype == values.dtype)
    fields = [Field(TENSOR_SIZES, size, VARINT) for size in values.shape]
    fields += [Field(TENSOR_KIND, kind, VARINT), Field(TENSOR_NAME, name.encode())]
    fields.append(Field(TENSOR_RAW, np.ascontiguousarray(values).tobytes(), BYTES))
    return Message(tuple(fields)).encoded()
