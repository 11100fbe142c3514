"""Wishes for a time as they are kept beside a question that has to be answered first."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from recado.conversations.types import TimeWish

_MOMENTS: tuple[tuple[str, type[date] | type[time]], ...] = (
    *(("day", date), ("last_day", date)),
    *(("not_before", time), ("not_after", time), ("about", time)),
)


def kept(wish: TimeWish | None) -> dict[str, Any] | None:
    """As JSON."""
    if wish is None:
        return None
    moments = {name: value.isoformat() for name, _ in _MOMENTS if (value := getattr(wish, name)) is not None}
    return moments | {"is_later": wish.is_later, "is_earlier": wish.is_earlier}


def read(stored: Mapping[str, Any] | None) -> TimeWish | None:
    """Back from it."""
    if stored is None:
        return None
    moments: dict[str, Any] = {name: kind.fromisoformat(stored[name]) for name, kind in _MOMENTS if name in stored}
    return TimeWish(**moments, is_later=stored["is_later"], is_earlier=stored["is_earlier"])
