"""Every ready journey from its event to its last text, in every language, answers included, by the time machine.

One clinic, one person for each story and language; all stories of a journey run together, so that each is quick.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from recado.appointments import actions as appointments
from recado.appointments import wordings as of_visits
from recado.appointments.types import Announce, BookingStatus, CancelReason
from recado.care_events import actions as care
from recado.care_events import queries
from recado.care_events import wordings as of_care
from recado.care_events.types import (
    CareEvent,
    CoverRenewal,
    Delay,
    Detail,
    DocumentToRead,
    EducationSeries,
    FormToFill,
    HoursChange,
    InvoiceDue,
    MedicationCourse,
    PortalLink,
    PrescriptionReady,
    Recall,
    RefillDue,
    ResultReady,
    Stage,
    Vaccination,
    VideoVisit,
)
from recado.contacts.types import PersonRecord
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, worker
from recado.journeys.gallery import GALLERY, Ready
from recado.journeys.types import Kind, Text
from recado.messaging import actions as messaging
from recado.messaging.asking import asks_for_reply
from tests import factories
from tests.factories import DAY, hear, sql, wordings
from tests.patterns import as_pattern
from tests.stories.gallery_scenes import ALL

LANGUAGES = ("en", "fr", "nl", "pl", "es", "id", "de", "it", "pt")
WORDINGS = {**of_visits.WORDINGS, **of_care.WORDINGS}
LONDON = ZoneInfo("Europe/London")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LINK = "https://hsc.example/k7QdX2"
STEPS_AT_MOST = 400


IN_PLACE_OF = {"visit_cancelled_by_clinic": "visit_cancelled"}  # all visits of these stories are of another system
ELSEWHERE = {"survey"}  # its texts are a survey's own questions: told with surveys


@dataclass(frozen=True)
class Scene:
    """What happens to one person. `detail`: of a care event, by the moment it begins; none: a visit `ahead`.
    `answer`: given to every question until the clinic answers it. `then`: after so long, the event comes to this state,
    or moves by so long; "with ...": another clinician. `is_told`: at once, as well as later."""

    detail: Callable[[datetime], Detail] | None = None
    ahead: timedelta = 10 * DAY
    answer: str = ""
    then: tuple[tuple[timedelta, str | timedelta], ...] = ()
    is_told: bool = True


def of(detail: Callable[[datetime], Detail], **more: Any) -> Scene:
    return Scene(detail, **more)


def day(now: datetime, ahead: int) -> Any:
    return (now + ahead * DAY).date()


def course(now: datetime) -> Detail:
    return MedicationCourse(day(now, 1), (Stage(2, (time(8), time(20))),), "Amoxicillin")


def pages(now: datetime) -> Detail:
    return EducationSeries(day(now, 1), 7, (f"{LINK}1", f"{LINK}2"))


VISITS = (
    *(Scene(answer=answer) for answer in ("", "1", "2", "3")),
    Scene(then=((DAY, 3 * DAY),)),
    Scene(ahead=4 * DAY, then=((HOUR, -3 * DAY - 2 * HOUR),)),
    Scene(then=((DAY, "cancelled"),)),
    Scene(then=((DAY, "cancelled by them"),)),
    Scene(ahead=6 * HOUR),
    Scene(ahead=2 * DAY),
    Scene(ahead=20 * HOUR, is_told=False),
)
SCENES: dict[str, tuple[Scene, ...]] = {
    "appointment": VISITS,
    "arrival": (Scene(),),
    "first_visit": (Scene(),),
    "same_day": (Scene(),),
    "clinician": (
        Scene(then=((DAY, "with Dr Osei"),)),
        Scene(then=((DAY, "with Dr Osei"), (2 * DAY, "with Nurse Silva"))),
    ),
    "check_in": tuple(Scene(answer=answer, ahead=90 * MINUTE, is_told=False) for answer in ("", "1", "2")),
    "missed": (Scene(then=((10 * DAY + HOUR, "missed"),)),),
    "prescription": (
        of(lambda now: PrescriptionReady(now, "Quay Pharmacy", day(now, 10))),
        of(lambda now: PrescriptionReady(now), then=((DAY, "collected"),)),
    ),
    "medication": tuple(of(course, answer=answer) for answer in ("", "1", "2", "3")),
    "refill": (
        *(of(lambda now: RefillDue(day(now, 20)), answer=answer) for answer in ("", "1", "2")),
        of(lambda now: RefillDue(day(now, 3)), answer="1"),
    ),
    "result": (
        of(lambda now: ResultReady(now)),
        *(of(lambda now: ResultReady(now, needs_call=True), answer=answer) for answer in ("", "1")),
        of(lambda now: ResultReady(now, needs_call=True, book_url=LINK)),
        of(lambda now: ResultReady(now), then=((DAY, "opened"),)),
    ),
    "document": (of(lambda now: DocumentToRead(now, "Letter")),),
    "invoice": (
        of(lambda now: InvoiceDue(day(now, 14), 4500, "GBP", LINK)),
        of(lambda now: InvoiceDue(day(now, 14)), then=((DAY, "refused"),)),
        of(lambda now: InvoiceDue(day(now, 14)), then=((DAY, "paid"),)),
    ),
    "cover_renewal": (of(lambda now: CoverRenewal(day(now, 60), "Example Health", LINK)),),
    "delay": (
        of(lambda now: Delay(now + HOUR, 45, "Room 2"), then=((10 * MINUTE, HOUR),)),
        of(lambda now: Delay(now + HOUR, 45, "Room 2"), then=((10 * MINUTE, "on_time"),)),
    ),
    "recall": (
        *(of(lambda now: Recall(day(now, 1)), answer=answer) for answer in ("", "1", "2")),
        of(lambda now: Recall(day(now, 1), LINK)),
    ),
    "vaccination": (
        *(of(lambda now: Vaccination(day(now, 2), day(now, 60)), answer=answer) for answer in ("", "1", "2")),
        of(lambda now: Vaccination(day(now, 2), None, LINK)),
    ),
    "video_visit": (
        of(lambda now: VideoVisit(now + 5 * DAY, LINK)),
        of(lambda now: VideoVisit(now + 5 * DAY, LINK), then=((DAY, 2 * DAY), (2 * DAY, "cancelled"))),
    ),
    "form": (
        of(lambda now: FormToFill(now + 10 * DAY, LINK)),
        of(lambda now: FormToFill(now + 10 * DAY, LINK), then=((DAY, "filled"),)),
    ),
    "portal": (of(lambda now: PortalLink(now, LINK)), of(lambda now: PortalLink(now, LINK), then=((DAY, "opened"),))),
    "education": tuple(of(pages, answer=answer) for answer in ("", "1", "2")),
    "hours": (
        of(lambda now: HoursChange(day(now, 5), time(9), time(13)), then=((HOUR, DAY),)),
        of(lambda now: HoursChange(day(now, 5)), then=((HOUR, DAY),)),
    ),
}


class Play:
    """One clinic and its people, and the clock that runs from step to step."""

    def __init__(self, clinic_id: UUID, scenes: tuple[Scene, ...], maintenance: Any) -> None:
        self.clinic_id, self.maintenance = clinic_id, maintenance
        self.now = business_time.now()
        self.cast = [(scene, language) for scene in scenes for language in LANGUAGES]
        self.answered: dict[int, str] = {}
        self.answers: dict[int, list[str]] = {}
        self.moved = [timedelta(0)] * len(self.cast)
        self.clinicians = ["Nurse Silva"] * len(self.cast)

    def person(self, number: int) -> PersonRecord:
        return factories.person(number, language=self.cast[number][1])

    def tell(self, numbers: list[int], state: str = "") -> None:
        visits = [number for number in numbers if self.cast[number][0].detail is None]
        events = [number for number in numbers if number not in visits]
        status = BookingStatus.CANCELLED if state else BookingStatus.BOOKED
        if visits:
            for is_told in (True, False):  # a source's first import plans reminders and tells nobody at once
                made = [
                    self.visit(number, status, state.endswith("by them"))
                    for number in visits
                    if self.cast[number][0].is_told is is_told
                ]
                announce = Announce.ALL if is_told else Announce.AUTO
                factories.record(self.clinic_id, *made, announce=announce, is_first_import=not is_told)
            factories.release(self.clinic_id)
        if events:
            told = [CareEvent(f"E-{number}", self.person(number), self.detail(number), state) for number in events]
            outcome = care.record_events(clinic_id=self.clinic_id, source="story", events=told, by=SYSTEM)
            assert not outcome.refused

    def visit(self, number: int, status: BookingStatus, by_patient: bool) -> Any:
        start = (self.now + self.cast[number][0].ahead + self.moved[number]).replace(second=0, microsecond=0)
        person, clinician = self.person(number), self.clinicians[number]
        more = {
            "start": start,
            "status": status,
            "clinician": clinician,
            "reason": CancelReason.PATIENT if by_patient else None,
        }
        return factories.booking(f"A-{number}", person, **more)

    def detail(self, number: int) -> Detail:
        """As it was told, or moved: every day and moment in it that says when."""
        made = self.cast[number][0].detail
        assert made is not None
        return made(self.now + self.moved[number])

    def index(self, number: int) -> bytes:
        with clinic_scope(self.clinic_id):
            return messaging.phone_index(self.clinic_id, factories.phone(number))

    def play(self) -> None:
        self.tell(list(range(len(self.cast))))
        cues = sorted(
            (
                (self.now + after, number, what)
                for number, (scene, _) in enumerate(self.cast)
                for after, what in scene.then
            ),
            key=lambda cue: cue[:2],
        )
        for _ in range(STEPS_AT_MOST):
            while worker.run_due(self.maintenance):
                pass
            self.answer()
            ((due,),) = sql("SELECT min(due) FROM journeys_timer")
            moments = [moment for moment in (due, cues[0][0] if cues else None) if moment is not None]
            if not moments:
                return
            business_time.advance_to(max(min(moments), business_time.now()))
            while cues and cues[0][0] <= business_time.now():
                self.cue(*cues.pop(0)[1:])
        raise AssertionError("the journey does not end")

    def cue(self, number: int, what: str | timedelta) -> None:
        if isinstance(what, timedelta):
            self.moved[number] += what
            self.tell([number])
        elif what.startswith("with "):
            self.clinicians[number] = what.removeprefix("with ")
            sql("DELETE FROM messaging_outbox")  # what was said before has left, or it would be written anew
            self.tell([number])
        elif what == "missed":
            visit = factories.visit(self.clinic_id, f"A-{number}")
            with clinic_scope(self.clinic_id):
                appointments.note_missed(clinic_id=self.clinic_id, visit_id=visit.id, by=SYSTEM)
        elif self.cast[number][0].detail is None:
            self.tell([number], what)
        else:
            if what == "on_time":
                sql("DELETE FROM messaging_outbox")  # of a delay whose text never left, nobody hears
            with clinic_scope(self.clinic_id):
                ids = queries.by_names(self.clinic_id, "story", queries.kind_of(self.detail(number)), [f"E-{number}"])
                care.set_state(clinic_id=self.clinic_id, event_ids=list(ids.values()), state=what, by=SYSTEM)

    def answer(self) -> None:
        """Whoever was asked answers, until the clinic has."""
        for number, (scene, _) in enumerate(self.cast):
            if not scene.answer or number in self.answered:
                continue
            before = wordings(self.clinic_id, number)
            if before and asks_for_reply(before[-1]):
                self.answered[number] = hear(self.clinic_id, scene.answer, number)
                self.answers[number] = wordings(self.clinic_id, number)[len(before) :]


def templates_of(ready: Ready) -> dict[str, set[str]]:
    """The texts of each step."""
    steps = {one.step.key: one.step.does for one in ready.plan.placed}
    return {
        key: {IN_PLACE_OF.get(does.template, does.template), does.template_if_first or does.template}
        - IN_PLACE_OF.keys()
        for key, does in steps.items()
        if isinstance(does, Text)
    }


@pytest.mark.parametrize(
    "ready", [one for one in GALLERY if one.plan.key not in ELSEWHERE], ids=lambda ready: ready.plan.key
)
def test_journey_runs_from_its_event_to_its_end_in_every_language(ready: Ready, database: None) -> None:
    clinic_id = factories.make_furnished().id
    if not ready.is_by_default:
        with clinic_scope(clinic_id):
            actions.begin(clinic_id=clinic_id, key=ready.plan.key, name=ready.title, plan=ready.plan, by=SYSTEM)
            actions.publish(clinic_id=clinic_id, key=ready.plan.key, by=SYSTEM, moves_people=False)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        stage = Play(clinic_id, SCENES[ready.plan.key], maintenance)
        stage.play()
    went = set()
    by_step = templates_of(ready)
    for number, (_, language) in enumerate(stage.cast):
        went |= check_texts(stage, number, language, by_step)
        check_answer(stage, number, language)
    assert {step for step, _ in went} == set(by_step), "a text that no story of this file reaches"
    assert {language for _, language in went} == set(LANGUAGES)
    asked = any(
        isinstance(does, Text) and does.kind is Kind.QUESTION for does in (p.step.does for p in ready.plan.placed)
    )
    assert bool(stage.answered) is asked


def test_story_on_the_phones_has_every_text_of_the_gallery() -> None:
    """Of surveys it has their own questions in place of one text."""
    told = {step.partition("/")[0] for scene in ALL for step in scene.says.split()}
    texts = {key for ready in GALLERY for step in templates_of(ready).values() for key in step} - ELSEWHERE
    assert texts - told == set()
    assert {key for key in told if key.startswith("survey")} >= {"survey_ask", "survey_link", "survey_both"}


def check_texts(stage: Play, number: int, language: str, by_step: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Every text of the journey has its own words in the person's language, once."""
    rows = sql(
        "SELECT s.step, s.revision, s.run_id FROM journeys_step s JOIN messaging_message m ON m.id = s.message_id"
        " WHERE m.phone_bi = %s AND s.outcome = 'sent'",
        (stage.index(number),),
    )
    texts = wordings(stage.clinic_id, number)
    went = set()
    for step, _, _ in rows:
        key = step.partition("#")[0]
        if key in by_step:
            patterns = [as_pattern(WORDINGS[template][language]) for template in by_step[key]]
            assert any(pattern.fullmatch(text) for pattern in patterns for text in texts), (key, language, texts)
            went.add((key, language))
    assert len({(step, revision) for step, revision, _ in rows}) == len(rows)
    assert all(text.startswith("Harbour Street Clinic") for text in texts)
    return went


def check_answer(stage: Play, number: int, language: str) -> None:
    """An answer is understood, and answered in the same language where there is something to say."""
    if number not in stage.answered:
        return
    assert stage.answered[number] not in ("passed_to_person", "too_late"), (number, stage.answered[number])
    answers = [as_pattern(words[language]) for key, words in WORDINGS.items() if key.startswith("answer_")]
    for text in stage.answers[number]:
        assert any(pattern.fullmatch(text) for pattern in answers), text
