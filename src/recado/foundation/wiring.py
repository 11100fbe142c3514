"""Upward calls: a lower room names a table and a key, `launch/wiring.py` says in one greppable place what stands there."""

from functools import lru_cache
from importlib import import_module
from typing import Any

from django.conf import settings


class NotWired(LookupError):
    """`launch/wiring.py` has no such entry."""


@lru_cache(maxsize=256)
def wired(table: str, key: str) -> Any:
    """The object behind `TABLE[key]`, a dotted path `package.module:name` or `package.module`. Raises NotWired."""
    entries = _table(table)
    if key not in entries:
        raise NotWired(f"{settings.RECADO_WIRING}.{table} has no entry {key!r}")
    return _found(entries[key])


def is_wired(table: str, key: str) -> bool:
    """Whether `TABLE[key]` stands there."""
    return key in _table(table)


def all_wired(table: str) -> list[Any]:
    """Everything in a table, in its order."""
    return [wired(table, key) for key in _table(table)]


@lru_cache(maxsize=16)
def listed(table: str) -> tuple[Any, ...]:
    """The objects of a table without keys, in the order in which they are asked."""
    return tuple(_found(path) for path in getattr(import_module(settings.RECADO_WIRING), table, ()))


def _found(path: str) -> Any:
    module, _, name = path.partition(":")
    found = import_module(module)
    return getattr(found, name) if name else found


def _table(table: str) -> dict[str, str]:
    entries: dict[str, str] = getattr(import_module(settings.RECADO_WIRING), table, {})
    return entries
