"""Every ready journey on the simulated phones, in every language, from what a source says to its end, with the answers that
patients give by text and on pages, and what has become of it in the records.

RECADO_STORY_STARTS is the hour at which it begins by the clinic's clock (10:00); the rules of hours are then met elsewhere.
"""

import os
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from tests.phones import CLINIC, Demo
from tests.stories.gallery_play import FORM_ASKS, LANGUAGES, WORDS, Part, Play, cast, first_morning, who
from tests.stories.gallery_scenes import (
    ALL,
    BOTH_WAYS,
    BY_PAGE,
    EVENING,
    FREED,
    MORNING,
    TAKEN,
    WAITLIST,
    WINS,
    Days,
    Scene,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]
STARTS = os.environ.get("RECADO_STORY_STARTS", "10:00")
HEADS = """
from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, SYSTEM
from recado.foundation.tenancy import clinic_scope
clinic = clinics.clinic_by_slug({clinic!r}).id
"""
PREPARED = """
from dataclasses import replace
from datetime import datetime
from recado.consent import actions as consent
from recado.consent.types import PurposeGroup
from recado.contacts import actions as contacts
from recado.contacts.types import PersonRecord
from recado.documents import actions as documents
from recado.documents.types import Field, FieldKind, Form, FormWish, Heading, Label
from recado.foundation.phone import Phone
from recado.journeys import actions as journeys, queries
from recado.surveys import actions as surveys
from recado.surveys.catalogue import READY
from recado.surveys.types import Way
LANGUAGES = {languages!r}
with clinic_scope(clinic):
    for ready in queries.GALLERY:
        if ready.plan.key in {taken!r}:
            if ready.plan.key != "same_day":
                journeys.begin(clinic_id=clinic, key=ready.plan.key, name=ready.title, plan=ready.plan, by=SYSTEM)
            journeys.publish(clinic_id=clinic, key=ready.plan.key, by=SYSTEM, moves_people=False)
    for key, way, service in (("recommend", Way.PAGE, {by_page!r}), ("went_well", Way.BOTH, {both!r})):
        survey = replace(next(one for one in READY if one.key == key), way=way, services=(service,))
        surveys.begin(clinic_id=clinic, survey=survey, by=OPERATOR)
        surveys.save_draft(clinic_id=clinic, key=key, draft=survey, by=OPERATOR)
        surveys.publish(clinic_id=clinic, key=key, by=OPERATOR)
    says = {{one: Label(words) for one, words in {asks!r}.items()}}
    chosen = {{one: Label("Do you need steps-free access?", choices=("Yes", "No")) for one in LANGUAGES}}
    fields = (Field("q1", FieldKind.LONG, says, True), Field("q2", FieldKind.CHOICE, chosen))
    form = Form("story", 0, "Story", {{one: Heading("Before your visit") for one in LANGUAGES}}, fields, needs_code=False)
    documents.begin_form(clinic_id=clinic, form=form, by=OPERATOR)
    documents.publish_form(clinic_id=clinic, key="story", by=OPERATOR)
    people = [PersonRecord(name, who, Phone(phone), language) for name, who, phone, language, _, _ in {people!r}]
    ids = [one.patient_id for one in contacts.record_people(clinic_id=clinic, people=people)]
    made = {{}}
    for patient, (name, _, _, _, kind, due) in zip(ids, {people!r}):
        if kind == "our_form":
            wish = FormWish("story", patient, datetime.fromisoformat(due))
            made[name] = documents.send_form(clinic_id=clinic, wish=wish, by=OPERATOR)
        else:
            consent.permit(clinic_id=clinic, patient_id=patient, groups=[PurposeGroup.SURVEY], how="desk", by=OPERATOR)
    say(made)
"""
MISSED = """
from recado.appointments import actions
from recado.appointments.models import Appointment
with clinic_scope(clinic):
    for visit in Appointment.objects.filter(clinic_id=clinic, source="csv", external_id__in={names!r}):
        actions.note_missed(clinic_id=clinic, visit_id=visit.id, by=SYSTEM)
    say("done")
"""
RECORDS = """
from recado.appointments.models import Appointment
from recado.care_events.models import Event
from recado.documents import queries as documents
from recado.surveys.models import Answer, Response
from recado.tasks.models import Task
forms = {forms!r}
found, people = {{}}, {{}}
with clinic_scope(clinic):
    events = Event.objects.filter(clinic_id=clinic, source="story")
    for name, patient, state in events.values_list("external_id", "patient_id", "state"):
        found[name], people[patient] = state, name
    visits = Appointment.objects.filter(clinic_id=clinic, source="csv", external_id__startswith="G-")
    for name, patient, state in visits.values_list("external_id", "patient_id", "state"):
        found[name], people[patient] = state, name
    for response in Response.objects.filter(clinic_id=clinic, patient_id__in=people):
        rows = Answer.objects.filter(clinic_id=clinic, response_id=response.id).exclude(answered_at=None).order_by("asked_at", "id")
        said = [f"{{row.question}}={{row.value if row.value is not None else '+' if row.words_ct else '-'}}" for row in rows]
        found[people[response.patient_id]] = " ".join(said)
    for name, document in forms.items():
        sheet = documents.held_sheet(clinic, document)
        people[sheet.patient_id] = name
        event = Event.objects.get(clinic_id=clinic, source="documents", external_id=document)
        answers = {{one.language: dict(one.answers) for one in sheet.filled}}
        found[name] = [event.state, answers]
    todo = {{}}
    for patient, kind, detail in Task.objects.filter(clinic_id=clinic, patient_id__in=people).values_list("patient_id", "kind", "detail"):
        todo.setdefault(people[patient], []).append(":".join(filter(None, (kind, str(detail.get("about", ""))))))
    say([found, todo])
"""

# Each language has a service and a clinician of its own, so that a time is for those who speak it.
BOOKED = """
from datetime import datetime, timedelta
from recado.appointments import actions
from recado.appointments.types import Announce, Booking, CalendarKind, CancelReason, ServiceView
from recado.contacts.types import PersonRecord
from recado.foundation.ids import new_id
from recado.foundation.phone import Phone
with clinic_scope(clinic):
    for language in {languages!r}:
        doctor = actions.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name=f"Dr {{language}}", by=OPERATOR)
        service = ServiceView(new_id(), f"Talk {{language}}", 15, 0, False, (doctor,))
        actions.keep_service(clinic_id=clinic, service=service, is_new=True, by=OPERATOR)
visits = [
    Booking(name, PersonRecord(name, who, Phone(phone), language), datetime.fromisoformat(starts), timedelta(minutes=15),
        f"Dr {{language}}", f"Talk {{language}}")
    for name, who, phone, language, starts in {people!r}
]
actions.record_bookings(clinic_id=clinic, source="story", bookings=visits, announce=Announce.NONE, by=OPERATOR)
say("done")
"""
FREE = """
from recado.appointments import actions
from recado.appointments.models import Appointment
from recado.appointments.types import CancelReason
with clinic_scope(clinic):
    for visit in Appointment.objects.filter(clinic_id=clinic, source="story", external_id__in={names!r}):
        actions.cancel(clinic_id=clinic, visit_id=visit.id, reason=CancelReason.PATIENT, tell=False, by=OPERATOR)
    say("done")
"""
CALENDAR = """
from recado.appointments.models import Appointment
with clinic_scope(clinic):
    rows = Appointment.objects.filter(clinic_id=clinic, source="story").values_list("external_id", "state", "starts_at")
    say({{name: [state, starts.isoformat()] for name, state, starts in rows}})
"""


def inside(demo: Demo, code: str, **values: Any) -> Any:
    return demo.inside((HEADS + code).format(clinic=CLINIC, **values))


def begin(demo: Demo, scenes: tuple[Scene, ...], first: int = 0) -> Play:
    now = datetime.fromisoformat(demo.post("/handset/clock", {"advance_seconds": 1})["now"])
    starts = first_morning(now, STARTS)
    morning = first_morning(starts, MORNING) if starts.hour > 10 else starts
    play = Play(demo, cast(scenes, first), Days(starts, morning.date()), now)
    play.go_to(starts)
    return play


def prepare(demo: Demo, play: Play) -> dict[str, str]:
    """What the clinic has, and whoever is known before something happens. Returns the forms that were sent."""
    known = [part for part in play.parts if part.scene.kind in ("our_form", "visit_finished")]
    people = [
        (part.name, f"Guest {part.number}", part.phone, part.language, part.scene.kind, due_at(play, part))
        for part in known
    ]
    made: dict[str, str] = inside(
        demo, PREPARED, languages=LANGUAGES, asks=FORM_ASKS, taken=TAKEN, by_page=BY_PAGE, both=BOTH_WAYS, people=people
    )
    return made


def due_at(play: Play, part: Part) -> str:
    return str(play.whole(part, {}).get("due_at", ""))


def test_every_journey_runs_on_the_phones_in_every_language(demo: Demo) -> None:
    play = begin(demo, ALL)
    forms = prepare(demo, play)
    play.tell((part, play.whole(part, {})) for part in play.parts)
    missed = [part.name for part in play.parts if part.scene.ends == "missed"]
    play.play(each={(9, EVENING): lambda: inside(demo, MISSED, names=missed)})
    wrong = play.wrong()
    found, todo = inside(demo, RECORDS, forms=forms)
    wrong += [
        fault for part in play.parts if (fault := fault_of_record(part, found[part.name], todo.get(part.name, [])))
    ]
    texts = sum(not step.startswith((">", "@")) for part in play.parts for step in part.script)
    print(f"{len(ALL)} stories in {len(LANGUAGES)} languages: {texts} texts, {sum(play.wrote.values())} answers")
    assert not wrong, f"{len(wrong)} of {len(play.parts)}\n" + "\n".join(wrong)


def fault_of_record(part: Part, found: Any, todo: list[str]) -> str:
    """What has become of it other than the scene says; empty: nothing."""
    scene = part.scene
    became, wanted = found, scene.ends
    if scene.kind == "our_form":
        became, answers = found
        if became == "filled" and answers != {part.language: {"q1": WORDS[part.language], "q2": [2]}}:
            return f"{part.language} {scene}: {answers}"
    if became != wanted or Counter(todo) != Counter(filter(None, [scene.todo])):
        return f"{scene.kind} {part.language} {scene.says}: {became!r}, not {wanted!r}; {todo}, not {scene.todo!r}"
    return ""


def test_a_time_that_comes_free_goes_to_the_first_yes_in_every_language(demo: Demo) -> None:
    play = begin(demo, WAITLIST, first=len(ALL) * len(LANGUAGES))
    people = [(*who(part), part.scene.fields(play.days)["starts_at"]) for part in play.parts]
    inside(
        demo,
        BOOKED,
        languages=LANGUAGES,
        people=[(name, guest, phone, spoken, at) for name, guest, _, phone, spoken, at in people],
    )
    freed, *waiting = ([part for part in play.parts if part.scene is scene] for scene in WAITLIST)
    play.answer()  # everybody joins
    inside(demo, FREE, names=[part.name for part in freed])
    for _ in range(60):
        if all(len(demo.texts(part.phone)) == 2 for those in waiting for part in those):
            break
        demo.wait(15 * 60)
    for those in waiting:  # one passes, the next takes it, and the last hears that it is gone
        Play(demo, those, play.days, play.now).answer()
    wrong = play.wrong()
    assert not wrong, "\n".join(wrong)
    calendar = inside(demo, CALENDAR)
    for part in play.parts:
        at = (FREED if part.scene is WINS else part.scene).fields(play.days)["starts_at"]
        state, starts = calendar[part.name]
        assert (state, datetime.fromisoformat(starts)) == (part.scene.ends, datetime.fromisoformat(at)), part
