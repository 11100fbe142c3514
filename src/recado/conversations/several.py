"""The same act on several conversations at once, in one transaction: what one of them may not do, none does. Each is named with the
version that was seen: where something has happened since, a text that nobody has read perhaps, it is left as it is."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from django.db import transaction

from recado.foundation.actors import Actor

from . import desk, threads
from .types import Done, NoSuchThread, Snooze

MOST = 50  # a page of the list
_Act = Callable[[UUID], Done]


def done(*, clinic_id: UUID, seen: Mapping[UUID, int], by: Actor) -> dict[UUID, int]:
    """Finishes them and the tasks of their texts. Returns the version of each, which undoes it; those that are not there or
    have changed are left out. Call it inside `clinic_scope`."""
    return _each(clinic_id, seen, lambda one: desk.done(clinic_id=clinic_id, thread_id=one, by=by))


def snooze(*, clinic_id: UUID, seen: Mapping[UUID, int], until: Snooze, by: Actor) -> dict[UUID, int]:
    """Puts them aside; the same."""
    return _each(clinic_id, seen, lambda one: desk.snooze(clinic_id=clinic_id, thread_id=one, until=until, by=by))


def assign(*, clinic_id: UUID, seen: Mapping[UUID, int], to: UUID | None, by: Actor) -> dict[UUID, int]:
    """Gives them to somebody, or to nobody; the same."""
    return _each(clinic_id, seen, lambda one: desk.assign(clinic_id=clinic_id, thread_id=one, to=to, by=by))


def undo(*, clinic_id: UUID, versions: Mapping[UUID, int], by: Actor) -> int:
    """Takes that back where nothing has happened since. Returns in how many. Call it inside `clinic_scope`."""
    with transaction.atomic():
        return sum(_undone(clinic_id, one, versions[one], by) for one in _first(versions))


def _undone(clinic_id: UUID, thread_id: UUID, version: int, by: Actor) -> bool:
    try:
        return desk.undo(clinic_id=clinic_id, thread_id=thread_id, version=version, by=by)
    except NoSuchThread:
        return False


def _each(clinic_id: UUID, seen: Mapping[UUID, int], act: _Act) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    with transaction.atomic():
        for one in _first(seen):
            try:
                if threads.held(clinic_id, one).version == seen[one]:
                    found[one] = act(one).version
            except NoSuchThread:
                continue
    return found


def _first(thread_ids: Iterable[UUID]) -> list[UUID]:
    """In one order for everybody, so that nobody waits for each other in a ring."""
    return sorted(set(thread_ids))[:MOST]
