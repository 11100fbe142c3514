"""Texts that wait are taken back, and written anew once what they go by has changed."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from recado.foundation import arrays, business_time
from recado.foundation.asking import Ask, Work, alone
from recado.foundation.database import plain_cursor
from recado.foundation.wiring import all_wired

from . import outbox

MOST_WAITING = 500  # texts to one number that may wait at once: far more than the gate lets through
# The newest texts to each number, by its own index (the range, and the order, as in `gate`), that have not left.
WAITING_AT = """
SELECT w.id FROM unnest(%(phones)s) AS p (phone_bi), LATERAL (
    SELECT m.id FROM messaging_message m
    WHERE m.clinic_id = %(clinic)s AND m.phone_bi >= p.phone_bi AND m.phone_bi <= p.phone_bi AND m.verdict <> 'never'
    ORDER BY m.phone_bi DESC, m.id DESC LIMIT %(most)s) w
WHERE (SELECT o.id FROM messaging_outbox o WHERE o.id = w.id) IS NOT NULL
"""


def call_off(*, clinic_id: UUID, message_ids: Sequence[UUID], reason: str) -> frozenset[UUID]:
    """Takes back texts that have not left yet. Returns those that were still waiting. Call it inside `clinic_scope`.

    What is not found is looked for once more: a text that somebody lets go sooner at this moment stands under its name again,
    and only a new statement sees it."""
    off: set[bytes] = set()
    names = {message_id.bytes for message_id in message_ids}
    with transaction.atomic(), plain_cursor() as cursor:
        for _ in range(2):
            if left := sorted(names - off):
                now = business_time.now()
                off.update(outbox.call_off(cursor, clinic_id=clinic_id, ids=left, reason=reason, now=now))
    return frozenset(UUID(bytes=name) for name in off)


def write_anew(*, clinic_id: UUID, phones: Collection[bytes], reason: str = "choice_changed") -> int:
    """What texts go by has changed for these numbers: language, hours, how much they say, whom they go to. Where that is said of
    a person, texts about them may wait at others' phones too (`consent.phones_about`). Those that wait and that their room can
    write again (TOLD_ANEW) are taken back and written anew, in the caller's transaction: once that has committed, none leaves as
    it was. A few statements, however many numbers; nothing on the way of a text. Returns how many. Call it inside
    `clinic_scope`."""
    found = _waiting_for(clinic_id, phones) if phones else []
    count = 0
    for room in all_wired("TOLD_ANEW") if found else ():
        names = room.can_tell_anew(clinic_id=clinic_id, message_ids=found)
        off = call_off(clinic_id=clinic_id, message_ids=sorted(names), reason=reason)
        count += room.tell_anew(clinic_id=clinic_id, message_ids=off)
    return count


def _waiting_for(clinic_id: UUID, phones: Collection[bytes]) -> list[UUID]:
    values = {"phones": arrays.bytea_array(sorted(set(phones))), "clinic": clinic_id, "most": MOST_WAITING}

    def asking() -> Work[list[UUID]]:
        (rows,) = yield [Ask(WAITING_AT, values, prepare=False, in_order=True)]
        return [row[0] for row in rows]

    with plain_cursor() as cursor:
        return alone(asking(), cursor)
