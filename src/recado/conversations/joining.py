"""Somebody agrees by themselves, before the first text: by a keyword (JOIN, or the clinic's own on a shared number), or on
the page to join with a code that proves that the phone is theirs.

A text with the keyword comes from the very phone, so it needs no code. A number that somebody types on a page may be
anybody's: nothing counts until its code came back (docs/explain/consent.md on the double opt-in).
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.consent import actions as consent
from recado.consent import queries as said
from recado.consent.types import BY_THEMSELVES, Agreement, Purpose, PurposeGroup
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import audit, business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.asking import alone
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone, country_of
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import Intent, LinkWish

from .models import Joining
from .notices import join_code, joined
from .types import BY_KEYWORD as BY_KEYWORD

if TYPE_CHECKING:
    import psycopg

KIND = "wishes"  # of a link that is for the page of messages alone
LINK_LIVES = timedelta(days=30)
CODE_LIVES = timedelta(minutes=15)
CODE_FRESH = timedelta(minutes=3)  # in which the same number and the same ticks get no second code
MOST_TRIES = 5
CODES_A_DAY = 3  # to one number
CODES_AN_HOUR = 60  # of one clinic: what a stranger's script could cost it at the most
KEPT_FOR = timedelta(days=2)  # longer than the day in which codes to a number are counted
BY_PAGE = Actor(ActorKind.PATIENT, "page")


def agree(
    *,
    clinic_id: UUID,
    phone: Phone,
    groups: Collection[PurposeGroup],
    language: str,
    how: str,
    by: Actor,
    number: str | None = None,
) -> UUID | None:
    """Whoever holds this phone agrees to these groups, and what they had stopped of them goes again. Confirmed once by text.
    Returns the confirmation's id; None: all of it stood already, and nobody is asked or told twice. Call it inside
    `clinic_scope`."""
    phone_bi = messaging.phone_index(clinic_id, phone)
    people = contacts.patients_at(clinic_id, phone_bi)
    with transaction.atomic():
        person = people[0] if len(people) == 1 else None
        missing = _missing(clinic_id, phone_bi, person, groups)
        if not missing:
            return None
        patient_id = person.patient_id if person else None
        consent.restore(clinic_id=clinic_id, phone_bi=phone_bi, groups=missing, how=how, by=by, patient_id=patient_id)
        _permit(clinic_id, phone_bi, person, missing, language, how, by)
        way = texts.ways(clinic_id)(phone, Purpose.ANSWER, number)
        stop = "STOP" if way is None or way.is_heard else ""
        text = joined(clinic_id, language, _link(clinic_id, person), stop)
        intent = Intent(Purpose.ANSWER, text, phone, patient_id=patient_id, number=number)
        return messaging.send(clinic_id=clinic_id, intents=[intent], by=by)[0].message_id


def _missing(
    clinic_id: UUID, phone_bi: bytes, person: Reach | None, groups: Collection[PurposeGroup]
) -> list[PurposeGroup]:
    patients = [person.patient_id] if person else []
    standing = said.standing_of(clinic_id, phones=[phone_bi], patients=patients)
    held = standing.agreed_here.get(phone_bi, frozenset())  # what another system told is no yes of theirs
    if person:
        held |= standing.permitted.get(person.patient_id, frozenset())
    held -= standing.withdrawn.get(phone_bi, frozenset())
    return [group for group in groups if group not in held]


def _permit(
    clinic_id: UUID,
    phone_bi: bytes,
    person: Reach | None,
    groups: Sequence[PurposeGroup],
    language: str,
    how: str,
    by: Actor,
) -> None:
    """For the patient where there is one; otherwise for the number, whoever turns out to hold it."""
    clinic = clinics.clinic_settings(clinic_id)
    version, now = said.shown(language, clinic.name).version, business_time.now()
    if person is not None:
        consent.permit(
            clinic_id=clinic_id, patient_id=person.patient_id, groups=groups, how=how, by=by, text_version=version
        )
        return
    agreements = [Agreement(phone_bi, group, BY_THEMSELVES + how, now, version) for group in groups]
    with plain_cursor() as cursor:
        alone(consent.agreeing(clinic_id, agreements, by=by, now=now, how=how), cursor)


def _link(clinic_id: UUID, person: Reach | None) -> str:
    if person is None:
        return ""
    expires = business_time.now() + LINK_LIVES
    wish = LinkWish(KIND, person.patient_id, person.patient_id, person.phone_bi, expires)
    (address,) = messaging.make_links(clinic_id=clinic_id, wishes=[wish])
    return address


def fresh_link_text(clinic_id: UUID, patient_id: UUID) -> str | None:
    """A text with a new link to the page of messages. Wired under LINK_TEXTS. Call it inside `clinic_scope`."""
    person = contacts.reach(clinic_id, [patient_id]).get(patient_id)
    return joined(clinic_id, person.language, _link(clinic_id, person), "") if person else None


# ------------------------------------------------------------------------------------------------ by page


def ask_code(*, clinic_id: UUID, phone: Phone, groups: Collection[PurposeGroup], language: str) -> UUID:
    """Sends a code to a number that somebody typed, at most three a day, and returns what the code is to be shown with. The
    same whether or not one was sent: who asks learns nothing about the number. Who has just asked for the same gets no second
    code: somebody pressed twice. Call it inside `clinic_scope`."""
    clinic, now = clinics.clinic_settings(clinic_id), business_time.now()
    keys, phone_bi = keys_for(clinic_id), messaging.phone_index(clinic_id, phone)
    code, wanted = f"{secrets.randbelow(1_000_000):06}", sorted(int(group) for group in groups)
    with transaction.atomic():
        _one_at_a_time(clinic_id, phone_bi)
        there = _just_asked(clinic_id, phone_bi, wanted, now)
        if there is not None:
            return there
        row = Joining(
            clinic_id=clinic_id,
            phone_bi=phone_bi,
            groups=wanted,
            language=language,
            asked_at=now,
            expires_at=now + CODE_LIVES,
        )
        row.phone_ct = keys.seal("joining.phone", row.id.bytes, phone.e164.encode())
        row.code_mac = keys.blind_index("join code", f"{row.id}:{code}")
        is_ours = country_of(phone) in (None, clinic.country)  # abroad a text may cost a stranger's joke dearly
        may_send = is_ours and _has_room(clinic_id, phone_bi, now)
        row.save(force_insert=True)
        if may_send:
            text = join_code(clinic_id, language, code)
            messaging.send(clinic_id=clinic_id, intents=[Intent(Purpose.VERIFY, text, phone)], by=BY_PAGE)
        audit.record(clinic_id=clinic_id, by=BY_PAGE, action="consent.join_asked", detail={"sent": may_send})
    return row.id


def _one_at_a_time(clinic_id: UUID, phone_bi: bytes) -> None:
    """Two presses at once would each find that nothing was asked."""
    with plain_cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", (f"recado joining {clinic_id} {phone_bi.hex()}",)
        )


def _just_asked(clinic_id: UUID, phone_bi: bytes, groups: Sequence[int], now: datetime) -> UUID | None:
    """What was asked of this number while a code for the same is fresh, and not guessed at too often."""
    rows = Joining.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi, groups=groups, done_at=None)
    fresh = rows.filter(asked_at__gt=now - CODE_FRESH, tries__lt=MOST_TRIES)
    return fresh.order_by("-asked_at").values_list("id", flat=True).first()


def _has_room(clinic_id: UUID, phone_bi: bytes, now: datetime) -> bool:
    rows = Joining.objects.filter(clinic_id=clinic_id)
    return (
        rows.filter(phone_bi=phone_bi, asked_at__gt=now - timedelta(days=1)).count() < CODES_A_DAY
        and rows.filter(asked_at__gt=now - timedelta(hours=1)).count() < CODES_AN_HOUR
    )


def confirm_code(*, clinic_id: UUID, joining_id: UUID, code: str) -> bool:
    """Whether the code is right, within 15 minutes and five tries: then the agreement counts from now on. Call it inside
    `clinic_scope`."""
    keys = keys_for(clinic_id)
    with transaction.atomic():
        rows = Joining.objects.filter(clinic_id=clinic_id, id=joining_id, done_at=None, tries__lt=MOST_TRIES)
        row = rows.filter(expires_at__gt=business_time.now()).select_for_update().first()
        if row is None:
            return False
        is_right = secrets.compare_digest(bytes(row.code_mac), keys.blind_index("join code", f"{row.id}:{code}"))
        row.tries += 1
        row.done_at = business_time.now() if is_right else None
        row.save(update_fields=["tries", "done_at"])
        if is_right:
            agree(
                clinic_id=clinic_id,
                phone=Phone(keys.open("joining.phone", row.id.bytes, bytes(row.phone_ct)).decode()),
                groups=[PurposeGroup(group) for group in row.groups],
                language=row.language,
                how="page",
                by=BY_PAGE,
            )
    return is_right


def forget_old(maintenance: "psycopg.Connection[Any]") -> int:
    """Deletes who asked for a code two days ago, and their number with it. Wired under WORKERS. Returns 0: a new look is due
    after a while, not at once."""
    before = business_time.now() - KEPT_FOR
    maintenance.execute("DELETE FROM conversations_joining WHERE asked_at <= %s", (before,))
    return 0
