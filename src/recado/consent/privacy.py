"""How much a text may say to whoever sees the phone, as each patient has chosen for a channel; the ledger proves it like other
consent.

Who has chosen nothing gets place and time: a reminder without them reminds of nothing. Clinical words (what the visit or the
medicine is) are for who agreed to just that after hearing what it means (`texts.clinical_shown`), and for the phone at which
they agreed: the reasons and the price stand in ADR 39.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import arrays, audit, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.asking import Ask, Work, alone
from recado.foundation.database import plain_cursor

from .models import Carer, LedgerEntry, PrivacyChoice
from .models import Wish as WishRow
from .types import SMS, Facts, LevelSaid, NotTheirsAlone, Privacy

UNSAID = Facts(time_zone="UTC").privacy
CHOICES = (Privacy.NEUTRAL, Privacy.PLACE_AND_TIME, Privacy.CLINICAL)
SAID = {
    Privacy.NEUTRAL: "says_neutral",
    Privacy.PLACE_AND_TIME: "says_place",
    Privacy.CLINICAL: "says_clinical",
}
# At which phones these people agreed to clinical words. Nobody else reads what comes there, as far as anybody has said: neither
# others at that phone, nor whoever is told in their place.
CLINICAL = """
SELECT c.patient_id, c.phone_bi FROM consent_privacychoice c
WHERE c.clinic_id = %(clinic)s AND c.channel = %(channel)s AND c.patient_id = ANY (%(people)s) AND c.level = 3
    AND c.phone_bi IS NOT NULL AND NOT EXISTS (
        SELECT FROM consent_wish w WHERE w.clinic_id = c.clinic_id AND w.phone_bi = c.phone_bi AND w.is_shared)
    AND NOT EXISTS (
        SELECT FROM consent_carer t WHERE t.clinic_id = c.clinic_id AND t.patient_id = c.patient_id
            AND t.phone_bi = c.phone_bi AND t.ended_at IS NULL)
"""


# Until the texts are queued nobody takes it back unseen: whoever does waits for them, and calls them off.
CLINICAL_HELD = CLINICAL + "FOR SHARE OF c"


def reading_clinical(
    clinic_id: UUID, patients: Collection[UUID], channel: str = SMS, *, is_held: bool = False
) -> Work[frozenset[tuple[UUID, bytes]]]:
    """Which of these people get clinical words, each with the phone at which they agreed, as steps. `is_held`: so it stays until
    the transaction ends."""
    people = arrays.uuid_array([patient.bytes for patient in patients])
    (rows,) = yield [
        Ask(CLINICAL_HELD if is_held else CLINICAL, {"clinic": clinic_id, "channel": channel, "people": people})
    ]
    agreed = [(patient, bytes(phone)) for patient, phone in rows]
    if not agreed:
        return frozenset()
    (alone_at,) = yield [Ask(contacts.ALONE_AT, (clinic_id, arrays.bytea_array([phone for _, phone in agreed])))]
    return frozenset(agreed) & {(patient, bytes(phone)) for phone, patient in alone_at}


def privacy_of(clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, Privacy]:
    """The most that a text about each of these people may say, whoever's phone it goes to: never clinical. Call it inside
    `clinic_scope`."""
    chosen = _chosen(clinic_id, patient_ids)
    return {patient: min(chosen.get(patient, UNSAID), Privacy.PLACE_AND_TIME) for patient in patient_ids}


def most_said(clinic_id: UUID, people: Iterable[Reach]) -> dict[tuple[UUID, bytes | None], Privacy]:
    """The most that a text about each of these people may say at the phone that it goes to (`recipients`). One statement, and
    two more only where somebody agreed to clinical words: those count for the phone at which they were agreed to, so that a carer's, a
    new number or one that others read gets place and time. Call it inside `clinic_scope`."""
    return _most_at(clinic_id, {(person.patient_id, person.phone_bi) for person in people})


def level_at(clinic_id: UUID, patient_id: UUID, phone_bi: bytes | None) -> Privacy:
    """The most that a text about a person may say at this phone. Call it inside `clinic_scope`."""
    return _most_at(clinic_id, {(patient_id, phone_bi)})[patient_id, phone_bi]


def _most_at(clinic_id: UUID, pairs: Collection[tuple[UUID, bytes | None]]) -> dict[tuple[UUID, bytes | None], Privacy]:
    chosen = _chosen(clinic_id, {patient for patient, _ in pairs})
    clinical = {patient for patient, level in chosen.items() if level is Privacy.CLINICAL}
    alone_at: frozenset[tuple[UUID, bytes]] = frozenset()
    if clinical:
        with plain_cursor() as cursor:
            alone_at = alone(reading_clinical(clinic_id, clinical), cursor)
    return {
        pair: min(chosen.get(pair[0], UNSAID), Privacy.CLINICAL if pair in alone_at else Privacy.PLACE_AND_TIME)
        for pair in pairs
    }


def level_chosen(clinic_id: UUID, patient_id: UUID) -> Privacy:
    """What a person has chosen, whether or not it counts for their phone of today. Call it inside `clinic_scope`."""
    return _chosen(clinic_id, [patient_id]).get(patient_id, UNSAID)


def level_said(clinic_id: UUID, patient_id: UUID, at: datetime) -> LevelSaid | None:
    """What a person had chosen at a moment; None: nothing yet. Call it inside `clinic_scope`."""
    levels = {kind: level for level, kind in SAID.items()}
    rows = LedgerEntry.objects.filter(clinic_id=clinic_id, patient_id=patient_id, kind__in=levels, at__lte=at)
    newest = rows.order_by("-at", "-id").values_list("kind", "at").first()
    return LevelSaid(levels[newest[0]], newest[1]) if newest else None


def may_agree(clinic_id: UUID, patient_id: UUID, phone_bi: bytes | None) -> bool:
    """Whether a person may agree to clinical words for their phone: it is no other patient's and not that of whoever is told in
    their place, and nobody said that others read it. Call it inside `clinic_scope`."""
    if phone_bi is None or contacts.is_shared(clinic_id, phone_bi):
        return False
    theirs = Carer.objects.filter(clinic_id=clinic_id, patient_id=patient_id, phone_bi=phone_bi, ended_at=None)
    if theirs.exists():
        return False
    return not WishRow.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi, is_shared=True).exists()


def _chosen(clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, Privacy]:
    rows = PrivacyChoice.objects.filter(clinic_id=clinic_id, channel=SMS, patient_id__in=list(patient_ids))
    return {patient: Privacy(level) for patient, level in rows.values_list("patient_id", "level")}


def count_at(clinic_id: UUID) -> dict[Privacy, int]:
    """How many people have chosen each level. Call it inside `clinic_scope`."""
    rows = PrivacyChoice.objects.filter(clinic_id=clinic_id, channel=SMS).values_list("level")
    return {Privacy(level): count for level, count in rows.annotate(count=Count("patient_id"))}


def choose_privacy(
    *,
    clinic_id: UUID,
    patient_id: UUID,
    level: Privacy,
    how: str,
    by: Actor,
    phone_bi: bytes | None = None,
    text_version: str = "",
) -> bool:
    """Notes what a person has chosen for texts by SMS. Returns False where it stood already. Clinical words need the phone that
    they are agreed to for, and the version of the text that was shown (`texts.clinical_shown`); raises NotTheirsAlone where
    that phone is shared, or none is given. Call it inside `clinic_scope`."""
    if level is Privacy.CLINICAL and not (text_version and may_agree(clinic_id, patient_id, phone_bi)):
        raise NotTheirsAlone
    phone = phone_bi if level is Privacy.CLINICAL else None
    with transaction.atomic():
        if not _keep(clinic_id, patient_id, level, phone):
            return False
        entry = LedgerEntry.objects.create(
            clinic_id=clinic_id,
            at=business_time.now(),
            kind=SAID[level],
            how=how,
            patient_id=patient_id,
            phone_bi=phone,
            actor_kind=by.kind,
            actor_ref=by.ref,
            text_version=text_version if phone else "",
        )
        audit.record(
            clinic_id=clinic_id,
            by=by,
            action="consent.privacy",
            patient_id=patient_id,
            subject=f"ledger:{entry.id}",
            detail={"level": level.name.lower(), "how": how},
        )
        news.tell(clinic_id, news.Topic.PATIENTS)
    return True


def _keep(clinic_id: UUID, patient_id: UUID, level: Privacy, phone_bi: bytes | None) -> bool:
    """Whether that was new."""
    rows = PrivacyChoice.objects.filter(clinic_id=clinic_id, patient_id=patient_id, channel=SMS)
    row = rows.select_for_update().first()
    stood = (Privacy(row.level), row.phone_bi and bytes(row.phone_bi)) if row else (UNSAID, None)
    if stood == (level, phone_bi):
        return False
    PrivacyChoice.objects.update_or_create(
        clinic_id=clinic_id,
        patient_id=patient_id,
        channel=SMS,
        defaults={"level": level, "phone_bi": phone_bi, "at": business_time.now()},
    )
    return True
