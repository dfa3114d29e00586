"""Protobuf messages read and written field by field: as much as editing a network takes.

ONNX files are such messages (protobuf.dev, "Encoding"). What is not looked into is kept byte for
byte, so that an edited file differs from its source only where it was edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diascribe.errors import WeightsError

VARINT, WIDE, BYTES, NARROW = 0, 1, 2, 5
"""Wire types: a number, eight bytes, a length and so many bytes, four bytes."""

FIXED = {WIDE: 8, NARROW: 4}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: a number, or the bytes of anything else."""

    number: int
    value: int | bytes
    wire: int = BYTES

    def encoded(self) -> bytes:
        """The field as a message holds it."""
        tag = _varint(self.number << 3 | self.wire)
        if isinstance(self.value, int):
            return tag + _varint(self.value)
        length = _varint(len(self.value)) if self.wire == BYTES else b""
        return tag + length + self.value

    @property
    def bytes(self) -> bytes:
        """Its bytes.

        Raises:
            WeightsError: it is a number.
        """
        if isinstance(self.value, int):
            raise WeightsError(f"field {self.number} is a number where bytes are wanted")
        return self.value

    @property
    def text(self) -> str:
        """Its text; what is not UTF-8 is replaced."""
        return self.bytes.decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Message:
    """The fields of a message in their order."""

    fields: tuple[Field, ...] = ()

    def every(self, number: int) -> Iterator[Field]:
        """The fields of that number."""
        return (one for one in self.fields if one.number == number)

    def last(self, number: int) -> Field | None:
        """The field of that number that counts; null where there is none."""
        return next((one for one in reversed(self.fields) if one.number == number), None)

    def text(self, number: int) -> str:
        """The text of a field, empty where there is none."""
        found = self.last(number)
        return found.text if found else ""

    def integer(self, number: int) -> int:
        """The number of a field, 0 where there is none."""
        found = self.last(number)
        return found.value if found and isinstance(found.value, int) else 0

    def integers(self, number: int) -> list[int]:
        """The numbers of a repeated field, packed or one by one."""
        return [
            value
            for one in self.every(number)
            for value in ([one.value] if isinstance(one.value, int) else list(_varints(one.bytes)))
        ]

    def replaced(self, number: int, values: Iterable[bytes]) -> Message:
        """The message with other fields of that number, at its end."""
        kept = (one for one in self.fields if one.number != number)
        return Message((*kept, *(Field(number, one) for one in values)))

    def encoded(self) -> bytes:
        """The message as bytes."""
        return b"".join(one.encoded() for one in self.fields)


def parse(data: bytes) -> Message:
    """The fields of a message.

    Raises:
        WeightsError: the bytes are none, or are cut short.
    """
    return Message(tuple(_fields(data)))


def _fields(data: bytes) -> Iterator[Field]:
    place = 0
    while place < len(data):
        tag, place = _read_varint(data, place)
        number, wire = tag >> 3, tag & 7
        if wire == VARINT:
            value, place = _read_varint(data, place)
            yield Field(number, value, wire)
            continue
        if wire == BYTES:
            length, place = _read_varint(data, place)
        elif wire in FIXED:
            length = FIXED[wire]
        else:
            raise WeightsError(f"not a network: a field of wire type {wire}")
        if place + length > len(data):
            raise WeightsError("not a network, or cut short: a field reaches over the end")
        yield Field(number, data[place : place + length], wire)
        place += length


def _read_varint(data: bytes, place: int) -> tuple[int, int]:
    """A number and where it ends; seven bits a byte, the lowest first."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            raise WeightsError("not a network, or cut short: a number without end")
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, place
    raise WeightsError("not a network: a number of more than ten bytes")


def _varints(data: bytes) -> Iterator[int]:
    place = 0
    while place < len(data):
        value, place = _read_varint(data, place)
        yield value


def _varint(value: int) -> bytes:
    """A number as its message has it; negative ones take ten bytes."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
