"""Records ↔ JSON: whatever a record consists of, by the types of its parts."""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from mapdata.claims.projection import Record


def dumps(value: Any) -> bytes:
    """Also of what is no JSON by itself: a read-only mapping."""
    return orjson.dumps(value, default=dict)


def record(plain: Mapping[str, Any]) -> Record:
    """What `dumps` wrote. Raises KeyError, TypeError or ValueError for what it did not."""
    made: Record = _reader(Record)(plain)
    return made


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """A function that makes a value of this type of its JSON."""
    if is_dataclass(kind):
        return _of_parts(kind)
    if kind in (date, datetime):
        return kind.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _or_none(_reader(next(one for one in inner if one is not type(None))))
    if origin is tuple:
        return _several(_reader(inner[0]))
    if origin in (dict, Mapping):
        return _by_name(_reader(inner[1]))
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _of_parts(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    parts = {part.name: _reader(hints[part.name]) for part in fields(kind)}
    return lambda plain: kind(**{name: parts[name](value) for name, value in plain.items()})


def _or_none(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


def _several(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda values: tuple(map(read, values))


def _by_name(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda values: {name: read(value) for name, value in values.items()}
