"""Withdraw, restore, permit, report a wrong number or a right one: each writes its proof into the ledger.

A withdrawal takes an advisory lock before it is written, and the claim of queued texts takes the same lock shared:
so a text whose claim begins after a withdrawal has committed never leaves (docs/explain/send-path.md).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from recado.foundation import arrays, audit, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.asking import Ask, Work
from recado.foundation.ids import new_ids

from .caring import entrust as entrust
from .caring import release as release
from .caring import take_up as take_up
from .models import Permission, WrongNumber
from .models import Wish as WishRow
from .papers import keep_paper as keep_paper
from .privacy import choose_privacy as choose_privacy
from .proving import prove
from .queries import wish_at
from .types import EVERYTHING, NO_WISH, SMS, WITHDRAWAL_LOCK, Agreement, PurposeGroup, Wish


def withdraw(
    *,
    clinic_id: UUID,
    phone_bi: bytes,
    how: str,
    by: Actor,
    groups: Collection[PurposeGroup] = EVERYTHING,
    patient_id: UUID | None = None,
    words: str = "",
    ends_permission: bool = False,
    channel: str = SMS,
) -> frozenset[PurposeGroup]:
    """Silences these groups of messages to a number on one channel, and on no other. Returns the groups that were not silent already. `ends_permission`: the
    person said no to just these, so their permission ends too and a later number of theirs doesn't bring them back."""
    now = business_time.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (WITHDRAWAL_LOCK,))
            cursor.execute(
                "INSERT INTO consent_withdrawal (clinic_id, phone_bi, purpose_group, channel, at) "
                "SELECT %s, %s, g, %s, %s FROM unnest(%s::smallint[]) AS g ON CONFLICT DO NOTHING RETURNING purpose_group",
                (clinic_id, phone_bi, channel, now, [int(group) for group in groups]),
            )
            fresh = frozenset(PurposeGroup(row[0]) for row in cursor.fetchall())
        if ends_permission and patient_id is not None:
            Permission.objects.filter(
                clinic_id=clinic_id,
                patient_id=patient_id,
                channel=channel,
                purpose_group__in=[int(group) for group in groups],
            ).delete()
        if fresh:
            prove(clinic_id, "withdrawn", how, by, patient_id, phone_bi, fresh, words=words, channel=channel)
    return fresh


RESTORE = """
DELETE FROM consent_withdrawal WHERE clinic_id = %(clinic)s AND phone_bi = %(phone)s AND channel = %(channel)s AND CASE
    WHEN %(groups)s::smallint[] IS NOT NULL THEN purpose_group = ANY (%(groups)s::smallint[])
    ELSE at = (SELECT max(at) FROM consent_withdrawal
        WHERE clinic_id = %(clinic)s AND phone_bi = %(phone)s AND channel = %(channel)s) END
RETURNING purpose_group
"""


def restore(
    *,
    clinic_id: UUID,
    phone_bi: bytes,
    how: str,
    by: Actor,
    groups: Collection[PurposeGroup] | None = None,
    patient_id: UUID | None = None,
    words: str = "",
    channel: str = SMS,
) -> frozenset[PurposeGroup]:
    """Takes withdrawals of a number on one channel back: of these groups or, with None, what was withdrawn last, all at one time: a START
    undoes the STOP and not the no to news that was said before it. Returns the groups that may be written to again."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            names = None if groups is None else [int(group) for group in groups]
            cursor.execute(RESTORE, {"clinic": clinic_id, "phone": phone_bi, "groups": names, "channel": channel})
            back = frozenset(PurposeGroup(row[0]) for row in cursor.fetchall())
        if back:
            prove(clinic_id, "restored", how, by, patient_id, phone_bi, back, words=words, channel=channel)
    return back


def permit(
    *,
    clinic_id: UUID,
    patient_id: UUID,
    groups: Collection[PurposeGroup],
    how: str,
    by: Actor,
    text_version: str = "",
    words: str = "",
    said_at: datetime | None = None,
    channel: str = SMS,
) -> frozenset[PurposeGroup]:
    """Records that a person agrees to these groups of messages on one channel: shown which wording (`consent.texts`), in which words as
    staff noted them, and when they said so where that was before (`said_at`). Returns the groups that are new."""
    now = business_time.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO consent_permission (clinic_id, patient_id, purpose_group, channel, at) "
                "SELECT %s, %s, g, %s, %s FROM unnest(%s::smallint[]) AS g ON CONFLICT DO NOTHING RETURNING purpose_group",
                (clinic_id, patient_id, channel, now, [int(group) for group in groups]),
            )
            fresh = frozenset(PurposeGroup(row[0]) for row in cursor.fetchall())
        if fresh:
            said = {"text_version": text_version, "words": words, "channel": channel}
            prove(clinic_id, "permitted", how, by, patient_id, None, fresh, said_at=said_at, **said)
    return fresh


# What whoever holds a number said to us stands before what another system tells. What was told before in the same words is no news: neither written again nor proved again. A permission lifts no withdrawal.
AGREE = """
WITH n AS MATERIALIZED (
    SELECT DISTINCT ON (phone_bi, purpose_group) * FROM unnest(%(ids)s, %(phones)s, %(groups)s, %(sources)s, %(said)s, %(versions)s)
        AS n (id, phone_bi, purpose_group, source, said_at, text_version) ORDER BY phone_bi, purpose_group, said_at DESC),
p AS (
    INSERT INTO consent_numberpermission AS p (clinic_id, phone_bi, purpose_group, channel, at, source, said_at, text_version)
    SELECT %(clinic)s, phone_bi, purpose_group, %(channel)s, %(now)s, source, said_at, text_version FROM n
    ON CONFLICT (clinic_id, phone_bi, purpose_group, channel) DO UPDATE SET at = excluded.at, source = excluded.source,
        said_at = excluded.said_at, text_version = excluded.text_version
    WHERE (p.said_at < excluded.said_at OR (p.said_at = excluded.said_at
        AND (p.source, p.text_version) IS DISTINCT FROM (excluded.source, excluded.text_version)))
        AND (starts_with(excluded.source, 'recado:') OR NOT starts_with(p.source, 'recado:'))
    RETURNING p.phone_bi, p.purpose_group)
INSERT INTO consent_ledgerentry (id, clinic_id, at, kind, how, channel, phone_bi, purpose_groups, actor_kind, actor_ref,
    source, said_at, text_version)
SELECT n.id, %(clinic)s, %(now)s, 'permitted', %(how)s, %(channel)s, n.phone_bi,
    jsonb_build_array((%(names)s::text[])[n.purpose_group]), %(kind)s, %(ref)s, n.source, n.said_at, n.text_version
FROM n WHERE ((n.phone_bi, n.purpose_group) IN (SELECT phone_bi, purpose_group FROM p)) IS TRUE
RETURNING id
"""
GROUP_NAMES = [group.name.lower() for group in sorted(PurposeGroup) if group]  # PostgreSQL counts from 1


def agreeing(
    clinic_id: UUID,
    agreements: Sequence[Agreement],
    *,
    by: Actor,
    now: datetime,
    how: str = "api",
    channel: str = SMS,
) -> Work[int]:
    """Records what whoever holds a number agreed to, as another system tells it or they themselves, as steps in the caller's transaction. Returns how much was new."""
    parameters = {
        "clinic": clinic_id,
        "now": now,
        "how": how,
        "channel": channel,
        "kind": by.kind,
        "ref": by.ref,
        "names": arrays.text_array(GROUP_NAMES),
        "ids": arrays.uuid_array(new_ids(len(agreements))),
        "phones": arrays.bytea_array([one.phone_bi for one in agreements]),
        "groups": arrays.int2_array([one.group for one in agreements]),
        "sources": arrays.text_array([one.source for one in agreements]),
        "said": arrays.timestamptz_array([one.said_at for one in agreements]),
        "versions": arrays.text_array([one.text_version for one in agreements]),
    }
    (proofs,) = yield [Ask(AGREE, parameters)]
    if proofs:
        line = audit.AuditLine(clinic_id, by, "consent.permitted", detail={"how": how, "entries": len(proofs)})
        yield [Ask(audit.INSERT_LINES, audit.parameters([line])), news.telling(clinic_id, news.Topic.PATIENTS)]
    return len(proofs)


def wish(*, clinic_id: UUID, phone_bi: bytes, wish: Wish, how: str, by: Actor, patient_id: UUID | None = None) -> bool:
    """Keeps what whoever holds a number asks for: hours, and that others read it too. Returns whether that was new."""
    with transaction.atomic():
        known = WishRow.objects.select_for_update().filter(clinic_id=clinic_id, phone_bi=phone_bi)
        known.first()  # held, so that two taps at once don't both count
        before = wish_at(clinic_id, phone_bi)
        if before == wish:
            return False
        if wish == NO_WISH:
            known.delete()
        else:
            hours = {"opens": wish.hours and wish.hours.opens, "closes": wish.hours and wish.hours.closes}
            WishRow.objects.update_or_create(
                clinic_id=clinic_id,
                phone_bi=phone_bi,
                defaults={**hours, "is_shared": wish.is_shared, "at": business_time.now()},
            )
        if before.hours != wish.hours:
            kind = "hours_wished" if wish.hours else "hours_dropped"
            prove(clinic_id, kind, how, by, patient_id, phone_bi, frozenset())
        if before.is_shared != wish.is_shared:
            kind = "shared" if wish.is_shared else "not_shared"
            prove(clinic_id, kind, how, by, patient_id, phone_bi, frozenset())
    return True


def report_wrong_number(*, clinic_id: UUID, patient_id: UUID, phone_bi: bytes, how: str, by: Actor) -> bool:
    """Freezes a number for a patient: nothing about them goes there. Returns False when it was frozen already."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO consent_wrongnumber (clinic_id, patient_id, phone_bi, at) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT DO NOTHING RETURNING 1",
                (clinic_id, patient_id, phone_bi, business_time.now()),
            )
            is_new = bool(cursor.fetchall())
        if is_new:
            prove(clinic_id, "wrong_number", how, by, patient_id, phone_bi, frozenset())
    return is_new


def clear_wrong_number(*, clinic_id: UUID, patient_id: UUID, phone_bi: bytes, how: str, by: Actor) -> bool:
    """Lets texts about a patient go to a number again, after somebody has checked that it is theirs. Returns False when
    it was not frozen."""
    with transaction.atomic():
        rows = WrongNumber.objects.filter(clinic_id=clinic_id, patient_id=patient_id, phone_bi=phone_bi)
        was_wrong = bool(rows.delete()[0])
        if was_wrong:
            prove(clinic_id, "right_number", how, by, patient_id, phone_bi, frozenset())
    return was_wrong
