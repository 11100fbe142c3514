"""Array parameters in PostgreSQL's binary form, built by joining bytes.

psycopg turns a list into an array at about 1 us a value, which was a quarter of the whole send path (docs/explain/send-path.md);
these builders need 0.03-0.15 us. Importing this module registers them with psycopg: it is imported before the first
connection is opened (`foundation.apps`). They need a cursor that binds on the server: any plain psycopg cursor,
sync or async, or `database.plain_cursor()`; not Django's own cursor.

    cursor.execute("... FROM unnest(%s, %s)", (uuid_array(ids), bytea_array(bodies)))
"""

import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import ClassVar
from uuid import UUID

import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

_NULL = b"\xff\xff\xff\xff"
_LENGTHS = [struct.pack(">i", n) for n in range(4096)]
_HEADER = struct.Struct(">iiIii")  # dimensions, has nulls, element type, length, lower bound
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()


class BinaryArray(bytes):
    """A whole array parameter. Its subclasses name the element's type."""

    element: ClassVar[int]
    array: ClassVar[int]


class UuidArray(BinaryArray):
    element, array = 2950, 2951


class ByteaArray(BinaryArray):
    element, array = 17, 1001


class TextArray(BinaryArray):
    element, array = 25, 1009


class BoolArray(BinaryArray):
    element, array = 16, 1000


class Int2Array(BinaryArray):
    element, array = 21, 1005


class Int4Array(BinaryArray):
    element, array = 23, 1007


class Int8Array(BinaryArray):
    element, array = 20, 1016


class DateArray(BinaryArray):
    element, array = 1082, 1182


class TimestamptzArray(BinaryArray):
    element, array = 1184, 1185


def _header(kind: type[BinaryArray], count: int, has_nulls: bool) -> bytes:
    if count == 0:
        return struct.pack(">iiI", 0, 0, kind.element)
    return _HEADER.pack(1, has_nulls, kind.element, count, 1)


def _fixed(kind: type[BinaryArray], code: str, values: Sequence[int | None]) -> bytes:
    """Array of numbers of one width."""
    width = struct.calcsize(f">{code}")
    count = len(values)
    if None not in values:
        mixed = [width] * (2 * count)
        mixed[1::2] = values  # type: ignore[assignment]  # the line above has looked: there is no None
        return _header(kind, count, False) + struct.pack(f">{('i' + code) * count}", *mixed)
    pack = struct.Struct(f">i{code}").pack
    return _header(kind, count, True) + b"".join(_NULL if v is None else pack(width, v) for v in values)


def _varying(kind: type[BinaryArray], values: Sequence[bytes | None]) -> bytes:
    """Array of values each with its own length."""
    if None in values:
        parts = [_NULL if v is None else struct.pack(">i", len(v)) + v for v in values]
        return _header(kind, len(values), True) + b"".join(parts)
    mixed: list[bytes] = [b""] * (2 * len(values))
    try:
        mixed[0::2] = [_LENGTHS[len(v)] for v in values]  # type: ignore[arg-type]
    except IndexError:
        mixed[0::2] = [struct.pack(">i", len(v)) for v in values]  # type: ignore[arg-type]
    mixed[1::2] = values  # type: ignore[assignment]
    return _header(kind, len(values), False) + b"".join(mixed)


def uuid_array(values: Sequence[bytes | UUID | None]) -> UuidArray:
    """uuid[] from 16 bytes each (fast) or UUIDs. Raises ValueError for a value that isn't 16 bytes."""
    raw = [v.bytes if isinstance(v, UUID) else v for v in values]
    made = _varying(UuidArray, raw)
    if any(v is not None and len(v) != 16 for v in raw):
        raise ValueError("A uuid is 16 bytes.")
    return UuidArray(made)


def bytea_array(values: Sequence[bytes | None]) -> ByteaArray:
    """bytea[]"""
    return ByteaArray(_varying(ByteaArray, values))


def text_array(values: Sequence[str | None]) -> TextArray:
    """text[]; the server refuses a NUL character."""
    return TextArray(_varying(TextArray, [None if v is None else v.encode() for v in values]))


def bool_array(values: Sequence[bool | None]) -> BoolArray:
    """bool[]"""
    return BoolArray(_varying(BoolArray, [None if v is None else b"\1" if v else b"\0" for v in values]))


def int2_array(values: Sequence[int | None]) -> Int2Array:
    """int2[]; raises struct.error beyond 16 bits."""
    return Int2Array(_fixed(Int2Array, "h", values))


def int4_array(values: Sequence[int | None]) -> Int4Array:
    """int4[]; raises struct.error beyond 32 bits."""
    return Int4Array(_fixed(Int4Array, "i", values))


def int8_array(values: Sequence[int | None]) -> Int8Array:
    """int8[]; raises struct.error beyond 64 bits."""
    return Int8Array(_fixed(Int8Array, "q", values))


def date_array(values: Sequence[date | None]) -> DateArray:
    """date[]"""
    return DateArray(_fixed(DateArray, "i", [None if v is None else v.toordinal() - _EPOCH_DAY for v in values]))


def timestamptz_array(values: Sequence[datetime | None]) -> TimestamptzArray:
    """timestamptz[] from aware times. Raises TypeError for a naive one."""
    made: list[int | None] = []
    previous: datetime | None = None
    number = 0
    for value in values:
        if value is None:
            made.append(None)
            continue
        if value is not previous:  # a batch usually shares one moment
            since = value - _EPOCH
            number = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
            previous = value
        made.append(number)
    return TimestamptzArray(_fixed(TimestamptzArray, "q", made))


def int8_lists(values: Iterable[Sequence[int]]) -> TextArray:
    """A bigint[] for each row, as text that the statement casts: `SELECT x::bigint[] FROM unnest(%s) x`.
    PostgreSQL's arrays of arrays must be rectangular, so rows with lists of different lengths travel this way."""
    return text_array([f"{{{','.join(map(str, row))}}}" for row in values])


def word_lists(values: Iterable[Sequence[str]]) -> TextArray:
    """A text[] for each row, as text that the statement casts, for the same reason as `int8_lists`."""
    quoted = (['"' + word.replace("\\", r"\\").replace('"', r"\"") + '"' for word in row] for row in values)
    return text_array([f"{{{','.join(row)}}}" for row in quoted])


def register(context: psycopg.abc.AdaptContext | None = None) -> None:
    """Makes the classes known to psycopg, everywhere or on one connection or cursor."""
    adapters = context.adapters if context else psycopg.adapters
    for kind in BinaryArray.__subclasses__():
        dumper = type(f"{kind.__name__}Dumper", (_BinaryArrayDumper,), {"oid": kind.array})
        adapters.register_dumper(kind, dumper)


class _BinaryArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: bytes) -> Buffer:
        return obj


register()
