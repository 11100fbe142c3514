"""Half a year of answers to the demo's survey, so that its page has a trend, comments and people to call back.

The visits behind them are older than the demo's calendar, so the rows are written as they would stand today: who agreed, whom
the clinic asked (nobody twice within its days of rest), who answered, and how far. The texts themselves are long forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from recado.clinics.types import ClinicSettings
from recado.consent import actions as consent
from recado.consent.types import PurposeGroup
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import bulk, business_time
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.launch.demo_people import CLINICIANS, PATIENTS, SERVICES
from recado.launch.demo_survey_words import COMMENTS, CONTENT, HALF, NOT
from recado.surveys import actions as surveys
from recado.surveys import answering
from recado.surveys.catalogue import AFTER_VISIT
from recado.surveys.models import Answer, Response
from recado.surveys.types import NO, YES, Policy, ResponseState
from recado.tasks import actions as tasks

WEEKS = 26
REST = 14  # days
EVERY = 3  # weeks a person is asked in: from a visit on a Friday to the next on a Monday it is seventeen days
SPARED = 5  # every fifth was not asked in the last weeks
AGREE_NOT = 6  # every sixth has not agreed to surveys
ANSWERS = 0.6  # of those who are asked
FROM, TO = 3.75, 4.45  # the mean score, half a year ago and now
WAITING = (2, 3)  # what those answered first whom nobody has called back yet: the newest
ALREADY_CALLED = timedelta(days=3)
SPREAD = {5: (9, 10), 4: (7, 9), 3: (5, 8), 2: (2, 5), 1: (0, 3)}  # what they recommend by, given their score
LESS_LIKED = CLINICIANS[-1]


@dataclass(slots=True)
class _Made:
    responses: list[Response] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    low: list[Response] = field(default_factory=list)  # to be called back, the newest first


def load(clinic: ClinicSettings, by: Actor) -> int:
    """Writes the past of the clinic's survey. Returns how many answered."""
    random, now = Random(26), business_time.now()
    with clinic_scope(clinic.id), transaction.atomic():
        surveys.set_policy(clinic_id=clinic.id, policy=Policy(rest_days=REST), by=by)
        everybody = _agreed(clinic.id, now, by)
        made, words = _Made(), _Words()
        for weeks_ago in range(1, WEEKS):
            for person in _asked(everybody, weeks_ago):
                _visit(made, clinic, person, now, weeks_ago, random, words)
        bulk.insert(made.responses)
        bulk.insert(made.answers)
        for at, response in enumerate(made.low):
            _call_back(response, is_done=at >= len(WAITING), by=by)
    return sum(response.begun_at is not None for response in made.responses)


def _agreed(clinic_id: UUID, now: datetime, by: Actor) -> list[Reach]:
    """Everybody with a phone but the first patient, whose story the guide tells, and those who said no."""
    guide = PATIENTS[0].e164
    names = contacts.newest_but(clinic_id, (), limit=1_000)
    people = contacts.reach(clinic_id, names)
    reached = [people[name] for name in sorted(names) if (phone := people[name].phone) and phone.e164 != guide]
    agreed = [person for at, person in enumerate(reached) if at % AGREE_NOT]
    with business_time.standing_at(now - timedelta(weeks=WEEKS + 1)):
        for person in agreed:
            consent.permit(
                clinic_id=clinic_id, patient_id=person.patient_id, groups=[PurposeGroup.SURVEY], how="desk", by=by
            )
    return agreed


def _asked(everybody: list[Reach], weeks_ago: int) -> list[Reach]:
    """Each person every third week, so that nobody is asked again within the days of rest; some not lately, so that they
    may be asked after a visit of today."""
    turn = [person for at, person in enumerate(everybody) if at % EVERY == weeks_ago % EVERY]
    return [person for at, person in enumerate(turn) if weeks_ago >= EVERY or at % SPARED]


class _Words:
    """Comments, each once."""

    def __init__(self) -> None:
        self._left = {language: [list(one) for one in bands] for language, bands in COMMENTS.items()}

    def take(self, language: str, score: int) -> str:
        band = CONTENT if score >= 4 else HALF if score == 3 else NOT
        left = self._left.get(language, self._left["en"])[band]
        return left.pop(0) if left else ""


def _visit(
    made: _Made, clinic: ClinicSettings, person: Reach, now: datetime, weeks_ago: int, random: Random, words: _Words
) -> None:
    zone = ZoneInfo(clinic.time_zone)
    today = now.astimezone(zone).date()
    day = today - timedelta(days=today.weekday(), weeks=weeks_ago) + timedelta(days=random.randrange(5))
    visited = datetime.combine(day, time(9 + random.randrange(8), random.choice((0, 15, 30, 45))), zone)
    asked = min(visited + timedelta(hours=3), visited.replace(hour=18, minute=5))
    response = Response(
        clinic_id=clinic.id,
        id=new_id(),
        survey=AFTER_VISIT.key,
        version=AFTER_VISIT.version,
        visit_id=new_id(),
        patient_id=person.patient_id,
        visited_at=visited,
        clinician=random.choice(CLINICIANS),
        service=random.choice(SERVICES),
        site="Harbour Street",
        state=ResponseState.VISITED,
        asked_at=asked,
        created_at=visited,
    )
    made.responses.append(response)
    if random.random() < ANSWERS:
        _answer(made, response, person, asked + timedelta(minutes=random.randrange(2, 180)), weeks_ago, random, words)


def _answer(
    made: _Made, response: Response, person: Reach, at: datetime, weeks_ago: int, random: Random, words: _Words
) -> None:
    mean = TO - (TO - FROM) * weeks_ago / WEEKS - (0.3 if response.clinician == LESS_LIKED else 0)
    score = min(5, max(1, round(random.gauss(mean + 0.15, 0.95))))
    wants_call = len(made.low) < len(WAITING)
    if wants_call:
        score = WAITING[len(made.low)]
    response.begun_at, response.state = at, ResponseState.BEGUN
    for question, value, said in _given(score, person.language, random, words, wants_call=wants_call):
        row = Answer(
            clinic_id=response.clinic_id,
            id=new_id(),
            response_id=response.id,
            survey=response.survey,
            question=question,
            value=value,
            asked_at=at - timedelta(minutes=1),
            answered_at=at,
            how="text",
        )
        if said:
            row.words_ct = keys_for(response.clinic_id).seal(answering.SEALED, row.id.bytes, said.encode())
        made.answers.append(row)
        at += timedelta(minutes=random.randrange(1, 4))
        if question == ("words" if score > 3 else "call"):
            response.ended_at, response.state = at, ResponseState.ANSWERED
        asks = (question == "visit" and value in (1, 2)) or (question == "call" and value == YES)
        if asks and response not in made.low:
            made.low.append(response)
        if question == "call" and value == NO and response in made.low:
            made.low.remove(response)


def _given(
    score: int, language: str, random: Random, words: _Words, *, wants_call: bool
) -> Iterator[tuple[str, int | None, str]]:
    """What they answer, in order; some stop on the way."""
    yield "visit", score, ""
    if random.random() < 0.08 and not wants_call:
        return
    least, most = SPREAD[score]
    yield "recommend", random.randint(least, most), ""
    if random.random() < 0.08 and not wants_call:
        return
    yield "words", None, words.take(language, score) if random.random() < 0.45 or score < 3 or wants_call else ""
    if score <= 3:
        yield "call", YES if wants_call or random.random() < 0.4 else NO, ""


def _call_back(response: Response, *, is_done: bool, by: Actor) -> None:
    """A person was to call, and did, but for the newest."""
    source, raised = answering.source_of(response.id), response.begun_at
    assert raised is not None
    with business_time.standing_at(raised):
        tasks.raise_task(
            clinic_id=response.clinic_id,
            kind=answering.CALL_BACK,
            source=source,
            by=by,
            patient_id=response.patient_id,
            subject_id=response.id,
        )
    if is_done:
        with business_time.standing_at(raised + ALREADY_CALLED):
            tasks.finish(clinic_id=response.clinic_id, kind=answering.CALL_BACK, sources=[source], by=by)
