"""What a carrier reported of texts that aren't known, forgotten with the carrier: but first its opt-outs are heard.

The dispatcher hears an opt-out by its text or, where that isn't known, by the numbers that stand on the carrier (dispatch/intake.py).
These are gone by then, so here a clinic is told that has texted the person from that sender by that carrier.
"""

from collections.abc import Iterator
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg

from recado.consent import actions as consent
from recado.foundation import arrays
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import key_file
from recado.foundation.keys import keys_for, load_keys
from recado.foundation.tenancy import clinic_scope

from . import receipts

BY: Final = Actor(ActorKind.SYSTEM, "carrier")
WAITING: LiteralString = """
SELECT id, ref, to_ct, sender, at FROM messaging_receiptunmatched
WHERE carrier = %s AND settled_at IS NULL AND person_stopped ORDER BY id
"""
CLINICS: LiteralString = "SELECT id FROM clinics_clinic WHERE id = coalesce(%(kept_by)s, id)"
TEXTED: LiteralString = f"""
SELECT n.clinic_id, n.phone_bi FROM unnest(%(clinics)s, %(phones)s) AS n (clinic_id, phone_bi)
WHERE (SELECT count(*) FROM messaging_message m
    WHERE m.clinic_id = n.clinic_id AND m.phone_bi = n.phone_bi AND {receipts.LEFT_FROM}
        AND (SELECT count(*) FROM messaging_event e WHERE e.message = m.id AND e.carrier = %(carrier)s) > 0) > 0
"""

# What waits is gone through once, however many carriers have been removed.
REMOVED: LiteralString = """
SELECT c.id, c.kept_by FROM messaging_carrieraccount c WHERE c.removed_at IS NOT NULL
    AND c.id IN (SELECT carrier FROM messaging_receiptunmatched WHERE settled_at IS NULL)
ORDER BY c.id
"""
FORGET: LiteralString = """
DELETE FROM messaging_receiptunmatched
WHERE carrier = %(carrier)s AND settled_at IS NULL AND (NOT person_stopped OR id = ANY (%(heard)s))
"""


def forget_late(maintenance: "psycopg.Connection[Any]") -> int:
    """The same of carriers that have been removed: the dispatcher hears them for some seconds more. Returns how many went."""
    return sum(forget_reports(maintenance, *row) for row in maintenance.execute(REMOVED).fetchall())


def forget_reports(maintenance: "psycopg.Connection[Any]", carrier: int, kept_by: UUID | None) -> int:
    """Silences whom this carrier has told of, at the clinics that have texted them by it, and deletes what it told that no text is
    known for. `kept_by`: the only clinic that it may speak to. Returns how many reports went. A stop stands, whatever becomes of
    the caller's transaction."""
    reports = maintenance.execute(WAITING, (carrier,)).fetchall()
    system = keys_for(SYSTEM_CLINIC)
    for name, ref, to_ct, sender, at in reports:
        to = system.open("receipt.to", name.bytes, bytes(to_ct)).decode()
        found = {*_by_text(maintenance, carrier, ref), *_by_person(maintenance, carrier, kept_by, to, sender)}
        for clinic_id, phone_bi in sorted(found):
            person = {"clinic": clinic_id, "phone": phone_bi, "since": at}
            groups = receipts.still_stopped(maintenance.execute(receipts.TAKEN_BACK, person).fetchall())
            with clinic_scope(clinic_id):
                consent.withdraw(clinic_id=clinic_id, phone_bi=phone_bi, how="carrier", by=BY, groups=groups)
    return maintenance.execute(FORGET, {"carrier": carrier, "heard": [row[0] for row in reports]}).rowcount


def _by_text(maintenance: "psycopg.Connection[Any]", carrier: int, ref: str) -> Iterator[tuple[UUID, bytes]]:
    for clinic_id, phone_bi, _ in maintenance.execute(receipts.TOLD_STOPPED, receipts.by_ref(carrier, [ref])):
        yield clinic_id, bytes(phone_bi)


def _by_person(
    maintenance: "psycopg.Connection[Any]", carrier: int, kept_by: UUID | None, to: str, sender: str
) -> Iterator[tuple[UUID, bytes]]:
    if not (to and sender):
        return
    clinics = [row[0] for row in maintenance.execute(CLINICS, {"kept_by": kept_by})]
    with maintenance.cursor() as cursor:
        rings = load_keys(cursor, clinics, key_file())
    values = {
        "clinics": arrays.uuid_array([clinic.bytes for clinic in rings]),
        "phones": arrays.bytea_array([keys.blind_index("phone", to) for keys in rings.values()]),
        "sender": sender,
        "carrier": carrier,
    }
    for clinic_id, phone_bi in maintenance.execute(TEXTED, values):
        yield clinic_id, bytes(phone_bi)
