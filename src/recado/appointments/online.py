"""Patients book a visit by themselves: by a link of their own, or on the clinic's page once a code has proved their phone.

Which services, and by whom, stands on the service (`ServiceView.by_link`, `by_anyone`). Nobody takes times without end: a
phone has at most `MOST_AHEAD` visits to come that were booked this way, and `MOST_A_WEEK` in a week, those cancelled among
them. A stranger's time is held for three minutes while the code is on its way, and only some at once, or a script could
empty the calendar with numbers that it does not have.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
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
from recado.conversations import queries as conversations
from recado.conversations.types import VisitPage
from recado.foundation import audit, business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.clock import real_now
from recado.foundation.crypto import plain_letters
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone, country_of
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import Intent, LinkTarget, LinkWish

from . import choosing, free, letters, times
from .booking_wordings import CODE
from .models import Appointment, BookingTry, Taken
from .own_bookings import KIND, LINK_LIVES, SOON, STANDS, THEMSELVES, booked_by_themselves, who_may_book
from .types import Online, Proved, ServiceView, Slot, SlotTaken, SlotWish, TooMany

AGAIN_LIVES = timedelta(minutes=30)  # of the link for whoever has proved their phone and lost the time
CODE_LIVES = timedelta(minutes=15)
MOST_TRIES = 5
CODES_A_DAY = 3  # to one number
CODES_AN_HOUR = 60  # of one clinic: what a stranger's script could cost it at the most
HELD_AT_ONCE = 10  # times of one clinic that wait for a code
KEPT_FOR = timedelta(days=2)
PRESSED_TWICE = timedelta(minutes=10)  # so long the same press leads to the visit that it booked
BY_LINK, BY_PAGE, BY_TEXT = (Actor(ActorKind.PATIENT, ref) for ref in THEMSELVES)
BOOKED_BY_CODE = texts.define("booking_code", CODE, ("clinic", "code"))


def services(clinic_id: UUID, *, is_known: bool) -> list[ServiceView]:
    """What a patient (`is_known`) or anybody may book by themselves. Call it inside `clinic_scope`."""
    return [one for one in free.services(clinic_id) if one.by_link and (is_known or one.by_anyone)]


def slots(clinic_id: UUID, service_id: UUID, *, held_for: UUID | None = None) -> list[Slot]:
    """The free times of the next two weeks, those held for oneself among them. Call it inside `clinic_scope`."""
    now = business_time.now()
    return free.find(clinic_id, service_id=service_id, start=now + SOON, end=now + choosing.AHEAD, held_for=held_for)


def may_book(clinic_id: UUID, patient_id: UUID) -> bool:
    """Whether the patient, with all who share their phone, has fewer visits booked by themselves than may be. Call it inside
    `clinic_scope`."""
    return patient_id in who_may_book(clinic_id, [patient_id])


def hold(*, clinic_id: UUID, patient_id: UUID, wish: SlotWish) -> None:
    """Holds a time for a patient who books by link, for three minutes; what was held before is let go. Raises SlotTaken and
    TooMany."""
    with clinic_scope(clinic_id):
        _check(clinic_id, wish, is_known=True)
        if not may_book(clinic_id, patient_id):
            raise TooMany
        times.hold(clinic_id=clinic_id, wish=wish, held_for=patient_id, by=BY_LINK)


def book(
    *,
    clinic_id: UUID,
    patient_id: UUID,
    wish: SlotWish,
    by: Actor = BY_LINK,
    held_for: UUID | None = None,
    tell: bool = True,
) -> UUID:
    """Books a time for a patient who chose it. Their link is used up. `tell`: a text confirms it. Who has just booked it stays,
    untold: somebody pressed twice. Raises SlotTaken and TooMany."""
    with clinic_scope(clinic_id), transaction.atomic():
        _check(clinic_id, wish, is_known=by is not BY_PAGE)
        _one_at_a_time(clinic_id, patient_id)
        there = _just_booked(clinic_id, patient_id, wish)
        if there is not None:
            return there.id
        if not may_book(clinic_id, patient_id):
            raise TooMany
        visit = times.book(
            clinic_id=clinic_id, wish=wish, patient_id=patient_id, by=by, held_for=held_for or patient_id, tell=tell
        )
        messaging.end_links(clinic_id=clinic_id, kind=KIND, subject_ids=[patient_id])
    return visit


def _check(clinic_id: UUID, wish: SlotWish, *, is_known: bool) -> None:
    """Raises SlotTaken for what is not theirs to book, or begins too soon."""
    allowed = {one.id for one in services(clinic_id, is_known=is_known)}
    now = business_time.now()
    if wish.service_id not in allowed or not now + SOON <= wish.starts_at < now + choosing.AHEAD:
        raise SlotTaken


def _one_at_a_time(clinic_id: UUID, patient_id: UUID) -> None:
    """Two bookings of one patient at once would each count what stands without the other."""
    with plain_cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", (f"recado booking {clinic_id} {patient_id}",)
        )


def _just_booked(clinic_id: UUID, patient_id: UUID, wish: SlotWish) -> Appointment | None:
    rows = booked_by_themselves(clinic_id).filter(patient_id=patient_id, starts_at=wish.starts_at, state__in=STANDS)
    lately = rows.filter(booked_at__gt=business_time.now() - PRESSED_TWICE)
    return next((visit for visit in lately if times.is_there(visit, wish)), None)


def booked_by(link: LinkTarget, wish: SlotWish) -> UUID | None:
    """The visit that used this link up, booked at this time within ten minutes: who pressed twice is led to it. None: there is
    none, or the link had ended before, and whoever holds it learns nothing. Call it inside `clinic_scope`."""
    visit = _just_booked(link.clinic_id, link.patient_id, wish)
    return visit.id if visit is not None and link.stood_at(visit.booked_at) else None


def visit_address(clinic_id: UUID, visit_id: UUID) -> str:
    """A link to a visit that was just booked, for the page to go on to. Call it inside `clinic_scope`."""
    patient_id = Appointment.objects.values_list("patient_id", flat=True).get(clinic_id=clinic_id, id=visit_id)
    phone_bi = contacts.reach(clinic_id, [patient_id])[patient_id].phone_bi
    return letters.link_to_visit(clinic_id=clinic_id, visit_id=visit_id, phone_bi=phone_bi)


# ------------------------------------------------------------------------------------------------ a code


def ask_code(*, clinic_id: UUID, phone: Phone, name: str, language: str, wish: SlotWish) -> UUID:
    """Sends a code to a number that somebody typed, at most three a day, holds the time for three minutes, and returns what
    the code is to be shown with. The same whether or not one was sent: who asks learns nothing about the number. Raises
    SlotTaken. Call it inside `clinic_scope`."""
    clinic, now = clinics.clinic_settings(clinic_id), business_time.now()
    keys, phone_bi = keys_for(clinic_id), messaging.phone_index(clinic_id, phone)
    code = f"{secrets.randbelow(1_000_000):06}"
    with transaction.atomic():
        _check(clinic_id, wish, is_known=False)
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
            visit = book(clinic_id=clinic_id, patient_id=person.patient_id, wish=wish, by=BY_PAGE, held_for=row.id)
        except SlotTaken:
            return Proved(Online.GONE, _link(clinic_id, person, AGAIN_LIVES))
        except TooMany:
            return Proved(Online.TOO_MANY)
        return Proved(Online.BOOKED, visit_address(clinic_id, visit))


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
    visit = _just_booked(clinic_id, person.patient_id, wish)
    if visit is not None:
        return Proved(Online.BOOKED, visit_address(clinic_id, visit.id))
    if not may_book(clinic_id, person.patient_id):
        return Proved(Online.TOO_MANY)
    has_link = (
        link_until(clinic_id, person.patient_id) is not None
    )  # to choose again, and nothing was booked by it since
    return Proved(Online.GONE, _link(clinic_id, person, AGAIN_LIVES)) if has_link else Proved(Online.WRONG)


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


# ------------------------------------------------------------------------------------------------ a link of one's own


def send_link(*, clinic_id: UUID, patient_id: UUID, by: Actor) -> str:
    """Texts a patient a link with which they book one visit; an older one ends. Returns the rule by which the text may not
    go, or "". Call it inside `clinic_scope`. Raises LookupError."""
    person = said.recipients(clinic_id, [patient_id]).get(patient_id)
    if person is None:
        raise LookupError(str(patient_id))
    with transaction.atomic():
        messaging.end_links(clinic_id=clinic_id, kind=KIND, subject_ids=[patient_id])
        written = _text(clinic_id, person)
        intent = Intent(Purpose.CARE, written.text, person.phone, patient_id=patient_id, wording=written.mark)
        (sent,) = messaging.send(clinic_id=clinic_id, intents=[intent], by=by)
        if not sent.is_queued:
            messaging.end_links(clinic_id=clinic_id, kind=KIND, subject_ids=[patient_id])
        _note(clinic_id, by, "appointment.link_sent", patient_id)
    return "" if sent.is_queued else sent.rule


def may_have_link(clinic_id: UUID, patient_id: UUID) -> bool:
    """Whether a link to book would lead to a time. Wired under LINKS_TO_BOOK. Call it inside `clinic_scope`."""
    if not may_book(clinic_id, patient_id):
        return False
    now, known = business_time.now(), services(clinic_id, is_known=True)
    ahead = now + choosing.AHEAD
    return bool(free.have_any(clinic_id, known, start=now + SOON, end=ahead, held_for=patient_id))


def slots_of_each(clinic_id: UUID, known: Sequence[ServiceView], patient_id: UUID) -> dict[UUID, list[Slot]]:
    """`slots` of several services, those held for this patient among them. Call it inside `clinic_scope`."""
    now = business_time.now()
    return free.find_each(clinic_id, known, start=now + SOON, end=now + choosing.AHEAD, held_for=patient_id)


def fresh_link(clinic_id: UUID, patient_id: UUID) -> str:
    """A link to book for whoever asked for one; an older one ends. Wired under LINKS_TO_BOOK. Call it inside `clinic_scope`.
    Raises LookupError."""
    person = contacts.reach(clinic_id, [patient_id]).get(patient_id)
    if person is None:
        raise LookupError(str(patient_id))
    messaging.end_links(clinic_id=clinic_id, kind=KIND, subject_ids=[patient_id])
    _note(clinic_id, BY_LINK, "appointment.link_sent", patient_id)
    return _link(clinic_id, person, LINK_LIVES)


def end_link(*, clinic_id: UUID, patient_id: UUID, by: Actor) -> None:
    """The patient's link to book ends; what was booked by it stands. Call it inside `clinic_scope`."""
    with transaction.atomic():
        messaging.end_links(clinic_id=clinic_id, kind=KIND, subject_ids=[patient_id])
        _note(clinic_id, by, "appointment.link_ended", patient_id)


def fresh_link_text(clinic_id: UUID, patient_id: UUID) -> str | None:
    """The text with a new link, where the last one has only expired. None: it was used, or taken back. Wired under
    LINK_TEXTS. Call it inside `clinic_scope`."""
    if not texts.link_has_lapsed(clinic_id, KIND, patient_id):
        return None
    person = said.recipients(clinic_id, [patient_id]).get(patient_id)
    return _text(clinic_id, person).text if person else None


def _text(clinic_id: UUID, person: Reach) -> texts.Written:
    clinic = clinics.clinic_settings(clinic_id)
    writer = texts.writer(clinic_id, letters.TEXTS, clinic.default_language)
    most: Any = said.privacy_of(clinic_id, [person.patient_id])[person.patient_id]
    values: dict[str, texts.Value] = {
        "clinic": clinic.name,
        "phone": clinic.phone_shown,
        "name": person.first_name,
        "link": _link(clinic_id, person, LINK_LIVES),
    }
    return writer.write("booking_link", most, person.language, values)


def _link(clinic_id: UUID, person: Reach, lives: timedelta) -> str:
    wish = LinkWish(KIND, person.patient_id, person.patient_id, person.phone_bi, business_time.now() + lives)
    return messaging.make_links(clinic_id=clinic_id, wishes=[wish])[0]


def _note(clinic_id: UUID, by: Actor, action: str, patient_id: UUID) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, patient_id=patient_id)


def link_until(clinic_id: UUID, patient_id: UUID) -> datetime | None:
    """Until when the patient's link to book stands; None: there is none. Call it inside `clinic_scope`."""
    return texts.link_live_until(clinic_id, KIND, patient_id)


def page(clinic_id: UUID, patient_id: UUID, phone_bi: bytes | None) -> VisitPage | None:
    """What the pages behind every link need to know of this one: whom to stop, or to forget. Wired under LINK_PAGES. Call it
    inside `clinic_scope`."""
    person = contacts.reach(clinic_id, [patient_id]).get(patient_id)
    if person is None:
        return None
    _note(clinic_id, BY_LINK, "appointment.link_view", patient_id)
    return conversations.link_page(
        clinic_id, phone_bi, language=person.language, at=business_time.now(), state=KIND, kind=KIND
    )
