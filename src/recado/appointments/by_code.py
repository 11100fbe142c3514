"""The code that proves a stranger's phone, on the clinic's booking page: asked for, taken back, and the visit that it books.

The time is held for three minutes while the code is on its way, and only some at once, or a script could empty the calendar
with numbers that it does not have.
"""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from recado.clinics import queries as clinics
from recado.clinics.types import CareBasis
from recado.consent import actions as consent
from recado.consent import queries as said
from recado.consent.types import Purpose, PurposeGroup
from recado.contacts import actions as people
from recado.contacts import queries as contacts
from recado.contacts.types import PersonRecord, Reach
from recado.foundation import audit, business_time
from recado.foundation.clock import real_now
from recado.foundation.crypto import plain_letters
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone, country_of
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import Intent

from . import claims, online, times
from .booking_wordings import CODE
from .models import BookingTry, Taken
from .online import BY_PAGE
from .types import Online, Proved, SlotTaken, SlotWish, TooMany

AGAIN_LIVES = timedelta(minutes=30)  # of the link for whoever has proved their phone and lost the time
CODE_LIVES = timedelta(minutes=15)
MOST_TRIES = 5
CODES_A_DAY = 3  # to one number
CODES_AN_HOUR = 60  # of one clinic: what a stranger's script could cost it at the most
HELD_AT_ONCE = 10  # times of one clinic that wait for a code
KEPT_FOR = timedelta(days=2)
BOOKED_BY_CODE = texts.define("booking_code", CODE, ("clinic", "code"))


def ask_code(*, clinic_id: UUID, phone: Phone, name: str, language: str, wish: SlotWish) -> UUID:
    """Sends a code to a number that somebody typed, at most three a day, holds the time for three minutes, and returns what
    the code is to be shown with. The same whether or not one was sent: who asks learns nothing about the number. Who has just
    asked for the same gets no second code: somebody pressed twice. Raises SlotTaken. Call it inside `clinic_scope`."""
    clinic, now = clinics.clinic_settings(clinic_id), business_time.now()
    keys, phone_bi = keys_for(clinic_id), messaging.phone_index(clinic_id, phone)
    code = f"{secrets.randbelow(1_000_000):06}"
    with transaction.atomic():
        online.one_at_a_time(clinic_id, phone_bi.hex())
        there = _just_asked(clinic_id, phone_bi, name, wish)
        if there is not None:
            return there
        online.check(clinic_id, wish, is_known=False)
        row = BookingTry(
            clinic_id=clinic_id,
            phone_bi=phone_bi,
            language=language,
            service_id=wish.service_id,
            calendar_id=wish.calendar_id,
            starts_at=wish.starts_at,
            asked_at=now,
            expires_at=now + CODE_LIVES,
        )
        row.phone_ct = keys.seal("booking.phone", row.id.bytes, phone.e164.encode())
        row.name_ct = keys.seal("booking.name", row.id.bytes, name.encode())
        row.code_mac = keys.blind_index("booking code", f"{row.id}:{code}")
        is_ours = country_of(phone) in (None, clinic.country)  # abroad a text may cost a stranger's joke dearly
        may_send = is_ours and _has_room(clinic_id, phone_bi)
        row.save(force_insert=True)
        if may_send and _held_by_strangers(clinic_id) < HELD_AT_ONCE:
            times.hold(clinic_id=clinic_id, wish=wish, held_for=row.id, by=BY_PAGE)
        else:
            times.check(clinic_id, wish)
        if may_send:
            text = texts.render(BOOKED_BY_CODE, language, {"clinic": clinic.name, "code": code}).text
            messaging.send(clinic_id=clinic_id, intents=[Intent(Purpose.VERIFY, text, phone)], by=BY_PAGE)
        audit.record(clinic_id=clinic_id, by=BY_PAGE, action="appointment.code_asked", detail={"sent": may_send})
    return row.id


def _just_asked(clinic_id: UUID, phone_bi: bytes, name: str, wish: SlotWish) -> UUID | None:
    """What this person has asked for while the time is held for it. One whose code was guessed at too often holds it no longer."""
    now, there = business_time.now(), None
    rows = BookingTry.objects.filter(
        clinic_id=clinic_id, phone_bi=phone_bi, done_at=None, asked_at__gt=now - times.HOLD
    )
    same = rows.filter(service_id=wish.service_id, calendar_id=wish.calendar_id, starts_at=wish.starts_at)
    for row in same.order_by("asked_at"):
        if plain_letters(_name(clinic_id, row)) != plain_letters(name):
            continue
        if row.tries < MOST_TRIES:
            there = row.id
        else:
            claims.let_go(clinic_id, row.id)
    return there


def _has_room(clinic_id: UUID, phone_bi: bytes) -> bool:
    rows, now = BookingTry.objects.filter(clinic_id=clinic_id), business_time.now()
    return (
        rows.filter(phone_bi=phone_bi, asked_at__gt=now - timedelta(days=1)).count() < CODES_A_DAY
        and rows.filter(asked_at__gt=now - timedelta(hours=1)).count() < CODES_AN_HOUR
    )


def _held_by_strangers(clinic_id: UUID) -> int:
    now = business_time.now()
    tries = BookingTry.objects.filter(clinic_id=clinic_id, done_at=None, asked_at__gt=now - times.HOLD)
    held = Taken.objects.filter(clinic_id=clinic_id, held_for__in=tries.values("id"), expires_at__gt=now)
    return held.values("held_for").distinct().count()


def confirm_code(*, clinic_id: UUID, try_id: UUID, code: str) -> Proved:
    """Takes a code back, within 15 minutes and five tries, and books. Where the time is gone by then, the link that is
    returned lets whoever has proved their phone choose another. The same code once more books nothing and says the same:
    somebody pressed twice."""
    with clinic_scope(clinic_id):
        row = _proved(clinic_id, try_id, code)
        if row is None:
            return Proved(Online.WRONG)
        wish = SlotWish(row.service_id, row.calendar_id, row.starts_at)
        if row.done_at is not None:
            return _as_before(clinic_id, row, wish)
        row.done_at = business_time.now()
        row.save(update_fields=["done_at"])
        person = _person(clinic_id, row)
        try:
            visit = online.book(
                clinic_id=clinic_id, patient_id=person.patient_id, wish=wish, by=BY_PAGE, held_for=row.id
            )
        except SlotTaken:
            return Proved(Online.GONE, online.personal_link(clinic_id, person, AGAIN_LIVES))
        except TooMany:
            return Proved(Online.TOO_MANY)
        return Proved(Online.BOOKED, online.visit_address(clinic_id, visit))


def _proved(clinic_id: UUID, try_id: UUID, code: str) -> BookingTry | None:
    """The try that a code is right for, locked until the caller's transaction ends: two presses at once come one after the other.
    Only wrong codes are counted."""
    rows = BookingTry.objects.filter(clinic_id=clinic_id, id=try_id, tries__lt=MOST_TRIES)
    row = rows.filter(expires_at__gt=business_time.now()).select_for_update().first()
    if row is None:
        return None
    right = keys_for(clinic_id).blind_index("booking code", f"{row.id}:{code}")
    if secrets.compare_digest(bytes(row.code_mac), right):
        return row
    row.tries += 1
    row.save(update_fields=["tries"])
    return None


def _as_before(clinic_id: UUID, row: BookingTry, wish: SlotWish) -> Proved:
    """What a code that was taken back already led to, as it stands now."""
    person = _known(clinic_id, row)
    if person is None:
        return Proved(Online.WRONG)
    visit = online.just_booked(clinic_id, person.patient_id, wish)
    if visit is not None:
        return Proved(Online.BOOKED, online.visit_address(clinic_id, visit.id))
    if not online.may_book(clinic_id, person.patient_id):
        return Proved(Online.TOO_MANY)
    has_link = (
        online.link_until(clinic_id, person.patient_id) is not None
    )  # to choose again, and nothing was booked by it since
    return (
        Proved(Online.GONE, online.personal_link(clinic_id, person, AGAIN_LIVES)) if has_link else Proved(Online.WRONG)
    )


def _known(clinic_id: UUID, row: BookingTry) -> Reach | None:
    name = plain_letters(_name(clinic_id, row))
    known = contacts.patients_at(clinic_id, bytes(row.phone_bi))
    return next((one for one in known if plain_letters(one.name) == name), None)


def _name(clinic_id: UUID, row: BookingTry) -> str:
    return keys_for(clinic_id).open("booking.name", row.id.bytes, bytes(row.name_ct)).decode()


def _person(clinic_id: UUID, row: BookingTry) -> Reach:
    """Whoever is on record at this phone by this name; otherwise somebody new."""
    same = _known(clinic_id, row)
    if same is None:
        phone = Phone(keys_for(clinic_id).open("booking.phone", row.id.bytes, bytes(row.phone_ct)).decode())
        record = PersonRecord(None, _name(clinic_id, row), phone, row.language)
        (made,) = people.record_people(clinic_id=clinic_id, people=[record])
        same = contacts.reach(clinic_id, [made.patient_id])[made.patient_id]
    if clinics.clinic_settings(clinic_id).care_basis is CareBasis.CONSENT:
        version = said.shown(row.language, clinics.clinic_settings(clinic_id).name).version
        consent.permit(
            clinic_id=clinic_id,
            patient_id=same.patient_id,
            groups=[PurposeGroup.CARE],
            how="page",
            by=BY_PAGE,
            text_version=version,
        )
    return same


FORGET = "DELETE FROM appointments_bookingtry WHERE asked_at < %s"


def forget_old(maintenance: "psycopg.Connection[Any]") -> int:
    """Drops tries that are over. Returns 0: a new look is due after a while, not at once. Wired under WORKERS."""
    maintenance.execute(FORGET, (min(business_time.now(), real_now()) - KEPT_FOR,))
    return 0
