"""Somebody writes, unasked, that they want to move or cancel, and several visits are coming at their phone: which is asked once,
each with a letter, with first names where they belong to several people. The letter does what they wrote. Call it inside
`clinic_scope`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import Privacy, Purpose
from recado.contacts import queries as contacts
from recado.conversations.types import Following, Heard, Settlement, TimeWish
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.messaging import queries as texts

from . import kept_wishes, letters, replies
from .booking_models import VisitChoice
from .models import Appointment

KIND = "visit_choice"  # of the question
LETTERS = ("a", "b", "c", "d")
MOST = len(LETTERS)
ARE_OFFERED = False  # under TIMES: they stand, and one of them is to go
CHOOSE_WITHIN = timedelta(days=2)
STILL_OPEN = timedelta(days=7)  # after it was asked: every time it is asked again it waits anew
_TEMPLATES = {"change": "visit_which_moved", "cancel": "visit_which_cancelled"}


def ask(heard: Heard, visits: Sequence[Appointment], answer: str, wish: TimeWish | None = None) -> Settlement | None:
    """Asks which of these, at most `MOST`, their next first. None: one of the people wants no text that tells a time."""
    people = {visit.patient_id for visit in visits}
    if Privacy.NEUTRAL in consent.privacy_of(heard.clinic_id, list(people)).values():
        return None
    made = VisitChoice.objects.create(
        clinic_id=heard.clinic_id,
        answer=answer,
        visits=[[str(visit.id), visit.revision] for visit in visits],
        wish=kept_wishes.kept(wish),
        asked_at=business_time.now(),
    )
    return _asked(made, visits, dict(zip(LETTERS, visits, strict=False)), heard.language)


def moments(clinic_id: UUID, choice_id: UUID) -> list[datetime]:
    """When the visits begin, as they were told; none where one of them is gone. Wired under TIMES: who names one by its day
    chooses it."""
    return [visit.starts_at for visit in _visits(VisitChoice.objects.get(clinic_id=clinic_id, id=choice_id))]


def ask_which(clinic_id: UUID, choice_id: UUID, places: Sequence[int], by: Actor) -> Settlement:
    """Which of these is meant? The letters stay, and all of them still count. Wired under TIMES."""
    choice = VisitChoice.objects.get(clinic_id=clinic_id, id=choice_id)
    visits = _visits(choice)
    (person,) = contacts.reach(clinic_id, [visits[0].patient_id]).values()
    return _asked(choice, visits, {LETTERS[at]: visits[at] for at in places}, person.language)


def _visits(choice: VisitChoice) -> list[Appointment]:
    names = [UUID(name) for name, _ in choice.visits]
    found = Appointment.objects.filter(clinic_id=choice.clinic_id).in_bulk(names)
    return (
        [found[name] for name in names] if len(found) == len(names) else []
    )  # an import that brought one is taken back


def _asked(
    choice: VisitChoice, visits: Sequence[Appointment], shown: Mapping[str, Appointment], language: str
) -> Settlement:
    """`visits`: all that a letter still chooses; `shown`: those that the text names, by letter."""
    lines = replies.describe(choice.clinic_id, [visit.id for visit in shown.values()], language)
    clinic = clinics.clinic_settings(choice.clinic_id)
    values: dict[str, texts.Value] = {
        "clinic": clinic.name,
        "choices": "; ".join(f"{letter.upper()}: {line}" for letter, line in zip(shown, lines, strict=True)),
    }
    writer = texts.writer(choice.clinic_id, letters.TEXTS, clinic.default_language)
    written = writer.write(_TEMPLATES[choice.answer], Privacy.PLACE_AND_TIME, language, values)
    until = min(business_time.now() + CHOOSE_WITHIN, visits[-1].starts_at)
    asks = Following(KIND, choice.id, until, LETTERS[: len(visits)], patient_id=visits[0].patient_id)
    return Settlement("asked_which", written.text, asks=asks, wording=written.mark)


def settle(clinic_id: UUID, choice_id: UUID, answer: str, by: Actor) -> Settlement:
    """Does to the visit of this letter what they had written; a visit that stands otherwise since then is told as too late.
    Wired under REPLY_HANDLERS."""
    choice = VisitChoice.objects.get(clinic_id=clinic_id, id=choice_id)
    name, revision = choice.visits[LETTERS.index(answer)]
    visit = Appointment.objects.select_for_update().filter(clinic_id=clinic_id, id=UUID(name)).first()
    if visit is None:
        return Settlement("too_late", "", is_over=True, needs_person=True)
    if visit.revision != revision:
        (told,) = letters.write(clinic_id, [(visit, "answer_too_late")], purpose=Purpose.ANSWER)
        done = Settlement("too_late", told.text, wording=told.mark)
    else:
        done = replies.settle(clinic_id, visit.id, choice.answer, by, wish=kept_wishes.read(choice.wish))
    return replace(done, is_over=True, patient_id=visit.patient_id)


def describe(clinic_id: UUID, choice_ids: Sequence[UUID], language: str) -> list[str]:
    """The next of the visits of each that still are, to ask back which question is meant; empty: none is. Wired under
    DESCRIPTIONS."""
    rows = VisitChoice.objects.filter(clinic_id=clinic_id).in_bulk(choice_ids)
    asked = {name: [UUID(visit) for visit, _ in rows[name].visits] for name in choice_ids}
    every = [visit for visits in asked.values() for visit in visits]
    kept = set(Appointment.objects.filter(clinic_id=clinic_id, id__in=every).values_list("id", flat=True))
    first = {name: next((visit for visit in visits if visit in kept), None) for name, visits in asked.items()}
    shown = list(filter(None, first.values()))
    lines = dict(zip(shown, replies.describe(clinic_id, shown, language), strict=True))
    return [lines[visit] if (visit := first[name]) else "" for name in choice_ids]


def of_visits(clinic_id: UUID, visit_ids: Collection[UUID]) -> list[UUID]:
    """The choices, of those that may still be open, between any of these visits and others."""
    names = {str(visit) for visit in visit_ids}
    late = business_time.now() - STILL_OPEN
    rows = VisitChoice.objects.filter(clinic_id=clinic_id, asked_at__gte=late).values_list("id", "visits")
    return [choice for choice, visits in rows if any(name in names for name, _ in visits)]
