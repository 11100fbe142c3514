"""Patients book a visit by themselves: by a link of their own, or on the clinic's page once a code has proved their phone
(`by_code`).

Which services, and by whom, stands on the service (`ServiceView.by_link`, `by_anyone`). Nobody takes times without end: a
phone has at most `MOST_AHEAD` visits to come that were booked this way, and `MOST_A_WEEK` in a week, those cancelled among
them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.consent import queries as said
from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.conversations import queries as conversations
from recado.conversations.types import VisitPage
from recado.foundation import audit, business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.database import plain_cursor
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import Intent, LinkTarget, LinkWish

from . import choosing, free, letters, times
from .models import Appointment
from .own_bookings import KIND, LINK_LIVES, SOON, STANDS, THEMSELVES, booked_by_themselves, who_may_book
from .types import LinkUsed, ServiceView, Slot, SlotTaken, SlotWish, TooMany

PRESSED_TWICE = timedelta(minutes=10)  # so long the same press leads to the visit that it booked
BY_LINK, BY_PAGE, BY_TEXT = (Actor(ActorKind.PATIENT, ref) for ref in THEMSELVES)


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
        check(clinic_id, wish, is_known=True)
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
    token: str = "",
) -> UUID:
    """Books a time for a patient who chose it. Their link is used up. `tell`: a text confirms it. Who has just booked it stays,
    untold: somebody pressed twice. `token`: of the link by which they book, which may have been used meanwhile, from another
    page. Raises SlotTaken, TooMany and LinkUsed."""
    with clinic_scope(clinic_id), transaction.atomic():
        check(clinic_id, wish, is_known=by is not BY_PAGE)
        one_at_a_time(clinic_id, patient_id)
        there = just_booked(clinic_id, patient_id, wish)
        if there is not None:
            return there.id
        if token and not _is_live(token):
            raise LinkUsed
        if not may_book(clinic_id, patient_id):
            raise TooMany
        visit = times.book(
            clinic_id=clinic_id, wish=wish, patient_id=patient_id, by=by, held_for=held_for or patient_id, tell=tell
        )
        messaging.end_links(clinic_id=clinic_id, kind=KIND, subject_ids=[patient_id])
    return visit


def check(clinic_id: UUID, wish: SlotWish, *, is_known: bool) -> None:
    """Raises SlotTaken for what is not theirs to book, or begins too soon."""
    allowed = {one.id for one in services(clinic_id, is_known=is_known)}
    now = business_time.now()
    if wish.service_id not in allowed or not now + SOON <= wish.starts_at < now + choosing.AHEAD:
        raise SlotTaken


def one_at_a_time(clinic_id: UUID, whose: object) -> None:
    """Two bookings of one patient, or of one phone, at once would each count what stands without the other."""
    with plain_cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", (f"recado booking {clinic_id} {whose}",)
        )


def _is_live(token: str) -> bool:
    link = texts.link_behind(token)
    return link is not None and link.is_live


def just_booked(clinic_id: UUID, patient_id: UUID, wish: SlotWish) -> Appointment | None:
    rows = booked_by_themselves(clinic_id).filter(patient_id=patient_id, starts_at=wish.starts_at, state__in=STANDS)
    lately = rows.filter(booked_at__gt=business_time.now() - PRESSED_TWICE)
    return next((visit for visit in lately if times.is_there(visit, wish)), None)


def booked_by(link: LinkTarget, wish: SlotWish) -> tuple[UUID, bool] | None:
    """The visit that used this link up within the last ten minutes, and whether it is at this time: who pressed twice, or chose
    another time on another page, is led to it. None: there is none, or the link had ended before, and whoever holds it learns
    nothing. Call it inside `clinic_scope`."""
    rows = booked_by_themselves(link.clinic_id).filter(patient_id=link.patient_id, state__in=STANDS)
    lately = rows.filter(booked_at__gt=business_time.now() - PRESSED_TWICE).order_by("-booked_at")
    visit = next((one for one in lately if link.stood_at(one.booked_at)), None)
    return (visit.id, times.is_there(visit, wish)) if visit else None


def visit_address(clinic_id: UUID, visit_id: UUID) -> str:
    """A link to a visit that was just booked, for the page to go on to. Call it inside `clinic_scope`."""
    patient_id = Appointment.objects.values_list("patient_id", flat=True).get(clinic_id=clinic_id, id=visit_id)
    phone_bi = contacts.reach(clinic_id, [patient_id])[patient_id].phone_bi
    return letters.link_to_visit(clinic_id=clinic_id, visit_id=visit_id, phone_bi=phone_bi)


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
    return personal_link(clinic_id, person, LINK_LIVES)


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
        "link": personal_link(clinic_id, person, LINK_LIVES),
    }
    return writer.write("booking_link", most, person.language, values)


def personal_link(clinic_id: UUID, person: Reach, lives: timedelta) -> str:
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
