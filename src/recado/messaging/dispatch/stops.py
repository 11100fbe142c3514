"""What a carrier tells of people who have opted out with it: so they have with us, unless they have taken it back since they were
told of. Every function works in the caller's transaction."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from recado.consent.types import WITHDRAWAL_LOCK, PurposeGroup
from recado.foundation import arrays, ids

from .. import receipts

WITHDRAW = """
INSERT INTO consent_withdrawal (clinic_id, phone_bi, purpose_group, at)
SELECT %s, %s, g, %s FROM unnest(%s::smallint[]) AS g ON CONFLICT DO NOTHING RETURNING purpose_group
"""
PROVE = """
INSERT INTO consent_ledgerentry (id, clinic_id, at, kind, how, phone_bi, purpose_groups, actor_kind, actor_ref)
VALUES (%s, %s, %s, 'withdrawn', 'carrier', %s, %s, 'system', 'carrier')
"""


async def withdraw(cursor: Any, clinic: UUID, phone_bi: bytes, now: datetime, *, since: datetime) -> None:
    """The carrier told at `since` that the owner of this phone has opted out with it. Told twice, it is one entry."""
    await cursor.execute("SELECT pg_advisory_xact_lock(%s)", (WITHDRAWAL_LOCK,))
    await cursor.execute(receipts.TAKEN_BACK, {"clinic": clinic, "phone": phone_bi, "since": since})
    groups = receipts.still_stopped(await cursor.fetchall())
    await cursor.execute(WITHDRAW, (clinic, phone_bi, now, [int(group) for group in groups]))
    fresh = sorted(PurposeGroup(row[0]).name.lower() for row in await cursor.fetchall())
    if fresh:
        await cursor.execute(PROVE, (ids.new_id(), clinic, now, phone_bi, json.dumps(fresh)))


async def withdraw_refs(cursor: Any, told: Mapping[str, datetime], carrier: int, now: datetime) -> set[str]:
    """Whom the texts of these references were for has opted out; each with when the carrier told. Returns the references whose
    text is known."""
    await cursor.execute(receipts.TOLD_STOPPED, receipts.by_ref(carrier, list(told)))
    known: set[str] = set()
    last: dict[tuple[UUID, bytes], datetime] = {}
    for clinic, phone_bi, ref in await cursor.fetchall():
        known.add(ref)
        person = clinic, bytes(phone_bi)
        last[person] = max(told[ref], last.get(person, told[ref]))
    for (clinic, phone_bi), since in last.items():
        await withdraw(cursor, clinic, phone_bi, now, since=since)
    return known


async def withdraw_texted(
    cursor: Any, clinics: Sequence[UUID], phones: Sequence[bytes], sender: str, now: datetime, *, since: datetime
) -> None:
    """The owner of a phone has opted out: with those of these clinics that have texted it from this sender. `phones`: its index
    for each clinic."""
    values = {"clinics": arrays.uuid_array([c.bytes for c in clinics]), "phones": arrays.bytea_array(list(phones))}
    await cursor.execute(receipts.TEXTED, {**values, "sender": sender})
    for clinic, phone_bi in await cursor.fetchall():
        await withdraw(cursor, clinic, bytes(phone_bi), now, since=since)
