"""Texts that wait are taken back, and written anew once what they go by has changed.

One that is just on its way to a carrier can't be taken back, and the dispatcher can't write words. It is marked as stale: if the
carrier doesn't take it, it is called off instead of put again (`leftovers.PUT_AGAIN`), and the worker writes it anew, where anything
is still to be said: of a visit that was moved, the old time would follow the new one."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from recado.foundation import arrays, business_time
from recado.foundation.asking import Ask, Work, alone
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import all_wired

from . import outbox
from .models import Event
from .types import EventKind

MOST_WAITING = 500  # texts to one number that may wait at once: far more than the gate lets through
STALE_FOR = timedelta(days=1)  # far longer than a text is on its way
CHANGED = "words_changed"  # stored, also by `leftovers.PUT_AGAIN`: why it was called off
# The newest texts to each number, by its own index (the range, and the order, as in `gate`), that have not left: each waits, or is
# on its way to a carrier.
UNSENT_TO = """
SELECT w.id FROM unnest(%(phones)s) AS p (phone_bi), LATERAL (
    SELECT m.id FROM messaging_message m
    WHERE m.clinic_id = %(clinic)s AND m.phone_bi >= p.phone_bi AND m.phone_bi <= p.phone_bi AND m.verdict <> 'never'
    ORDER BY m.phone_bi DESC, m.id DESC LIMIT %(most)s) w,
    LATERAL (SELECT (SELECT o.id FROM messaging_outbox o WHERE o.id = w.id) IS NOT NULL AS waits) o
WHERE o.waits OR (SELECT count(*) FROM messaging_event e WHERE e.message = w.id AND e.kind <> 7) = 0
"""
# Of these texts, those that are on their way: nothing has become of them but that no carrier took them (7).
MARK = """
INSERT INTO messaging_staletext (clinic_id, message, at) SELECT %(clinic)s, n.id, %(at)s FROM unnest(%(names)s) AS n (id)
WHERE (SELECT count(*) FROM messaging_event e WHERE e.message = n.id AND e.kind <> 7) = 0 ON CONFLICT DO NOTHING
"""
# What has become of stale texts: they wait again, since their mark had not been there yet; or their last event, 7 (not taken) left
# out, with its reason.
STALE = """
SELECT s.clinic_id, s.message, (SELECT o.id FROM messaging_outbox o WHERE o.id = s.message) IS NOT NULL, e.reason
FROM messaging_staletext s LEFT JOIN LATERAL (
    SELECT x.kind, coalesce(x.reason, '') AS reason FROM messaging_event x
    WHERE x.message = s.message AND x.clinic_id = s.clinic_id AND x.kind <> 7 ORDER BY x.at DESC LIMIT 1) e ON true
WHERE e.kind IS NOT NULL OR s.at < %s OR (SELECT o.id FROM messaging_outbox o WHERE o.id = s.message) IS NOT NULL
ORDER BY s.clinic_id LIMIT %s
"""
UNMARK = "DELETE FROM messaging_staletext WHERE clinic_id = %s AND message = ANY (%s) RETURNING message"


def call_off(*, clinic_id: UUID, message_ids: Sequence[UUID], reason: str) -> frozenset[UUID]:
    """Takes back texts that have not left yet. Returns those that were still waiting; of the others, none that is just on its way to
    a carrier goes a second time as it is. Call it inside `clinic_scope`.

    What is not found is looked for once more: a text that somebody lets go sooner at this moment stands under its name again,
    and only a new statement sees it."""
    off: set[bytes] = set()
    names = {message_id.bytes for message_id in message_ids}
    with transaction.atomic(), plain_cursor() as cursor:
        for _ in range(2):
            if left := sorted(names - off):
                now = business_time.now()
                off.update(outbox.call_off(cursor, clinic_id=clinic_id, ids=left, reason=reason, now=now))
        if left := sorted(names - off):
            cursor.execute(
                MARK, {"clinic": clinic_id, "names": arrays.uuid_array(left), "at": real_now()}, prepare=False
            )
    return frozenset(UUID(bytes=name) for name in off)


def write_anew(*, clinic_id: UUID, phones: Collection[bytes], reason: str = "choice_changed") -> int:
    """What texts go by has changed for these numbers: language, hours, how much they say, whom they go to. Where that is said of
    a person, texts about them may wait at others' phones too (`consent.phones_about`). Those that wait and that their room can
    write again (TOLD_ANEW) are taken back and written anew, in the caller's transaction: once that has committed, none leaves as
    it was but those that are just being handed over; of these none does so a second time. A few statements, however many numbers;
    nothing on the way of a text. Returns how many. Call it inside `clinic_scope`."""
    unsent = _unsent_to(clinic_id, phones) if phones else []
    count = 0
    for room in all_wired("TOLD_ANEW") if unsent else ():
        names = room.can_tell_anew(clinic_id=clinic_id, message_ids=unsent)
        off = call_off(clinic_id=clinic_id, message_ids=sorted(names), reason=reason)
        count += room.tell_anew(clinic_id=clinic_id, message_ids=off)
    return count


def _unsent_to(clinic_id: UUID, phones: Collection[bytes]) -> list[UUID]:
    values = {"phones": arrays.bytea_array(sorted(set(phones))), "clinic": clinic_id, "most": MOST_WAITING}

    def asking() -> Work[list[UUID]]:
        (rows,) = yield [Ask(UNSENT_TO, values, prepare=False, in_order=True)]
        return [row[0] for row in rows]

    with plain_cursor() as cursor:
        return alone(asking(), cursor)


def never_left(clinic_id: UUID, message_ids: Collection[UUID]) -> set[UUID]:
    """Those of these texts that were called off on their way, and that no carrier had taken: nobody has them, whatever whoever called
    them off was told. Call it inside `clinic_scope`."""
    if not message_ids:
        return set()
    off = Event.objects.filter(clinic_id=clinic_id, message__in=list(message_ids), kind=EventKind.CALLED_OFF)
    return set(off.filter(reason=CHANGED).values_list("message", flat=True))


def write_stale(maintenance: "psycopg.Connection[Any]", *, most: int = 500) -> int:
    """Has those stale texts written anew that no carrier has taken, and forgets the marks of all whose fate is known. For the
    worker. Returns how many marks went."""
    rows = maintenance.execute(STALE, (real_now() - STALE_FOR, most)).fetchall()
    return sum(_written(clinic_id, its) for clinic_id, its in _by_clinic(rows))


def _by_clinic(rows: Sequence[Any]) -> Iterator[tuple[UUID, dict[UUID, tuple[bool, str | None]]]]:
    for clinic_id in dict.fromkeys(row[0] for row in rows):
        yield clinic_id, {row[1]: (row[2], row[3]) for row in rows if row[0] == clinic_id}


def _written(clinic_id: UUID, fates: dict[UUID, tuple[bool, str | None]]) -> int:
    with clinic_scope(clinic_id):
        with plain_cursor() as cursor:
            names = {row[0] for row in cursor.execute(UNMARK, (clinic_id, list(fates))).fetchall()}
        untaken = [name for name in names if fates[name][0] or fates[name][1] == CHANGED]
        waiting = {name for name in untaken if fates[name][0]}
        off = call_off(
            clinic_id=clinic_id, message_ids=sorted(waiting), reason=CHANGED
        )  # what has gone since is marked again
        gone = (set(untaken) - waiting) | off
        for room in all_wired("TOLD_ANEW") if gone else ():
            room.tell_untaken(clinic_id=clinic_id, message_ids=gone)
    return len(names)
