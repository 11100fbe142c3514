"""The demo looks true at whatever hour it is started."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from recado.appointments import queries
from recado.appointments.types import Status, Why
from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.information.queries import read_markup
from recado.information.types import Words
from recado.launch import demo, demo_pages
from recado.surveys import queries as surveys
from recado.surveys.models import Response
from recado.surveys.types import Tally, WeekTally
from recado.web import languages
from recado.web.calendar import days
from tests.factories import sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(("weekday", "hour"), [(1, 7.5), (1, 13), (1, 22.4), (5, 11)])
def test_today_is_alive_and_nobody_was_forgotten(weekday: int, hour: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_known_demo", {})
    clinics.forget_settings()
    monday = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    with business_time.standing_at(monday + timedelta(days=weekday, hours=hour)):
        demo.load()
        clinic_id = demo.demo_clinic()
        with clinic_scope(clinic_id):
            near = days.near(clinic_id)
            refill, waiting = queries.refill(clinic_id), queries.waiting(clinic_id)
    standing = {one.status for one in near.today}
    assert Status.CONFIRMED in standing and standing & {Status.NO_ANSWER, Status.NOT_CONFIRMED}
    assert near.tomorrow
    assert near.calls
    assert refill.filled >= 4 and refill.nobody and refill.too_late, "the waitlist has a past"
    assert len(waiting) == 5 and all(one.wish.has_at for one in waiting)
    assert Why.NOT_ASKED not in {one.why for one in near.calls}
    _has_a_trend(clinic_id)


def _has_a_trend(clinic_id: UUID) -> None:
    """The survey's page: half a year, enough a week to draw a line, comments, and somebody to call back."""
    with clinic_scope(clinic_id):
        content = surveys.survey(clinic_id, "visit").published
        assert content is not None
        now = business_time.now()
        span = surveys.Span(content.key, now - timedelta(weeks=26), now + timedelta(days=1))
        found = surveys.figures_of(clinic_id, content, span)
        first, last = (_mean(found.weeks[part]) for part in (slice(8), slice(-8, None)))
        assert len(found.weeks) >= 25 and last > first
        assert found.asked.asked > found.asked.answered > 5 * 25
        assert found.words >= 20 == len(surveys.comments(clinic_id, span).rows)
        assert surveys.call_backs(clinic_id)[1] == 2
        assert Response.objects.filter(clinic_id=clinic_id, ended_at__gt=now).count() == 0
        rests = sql(
            "SELECT min(visited_at - before) FROM (SELECT visited_at, lag(visited_at) OVER "
            "(PARTITION BY patient_id ORDER BY visited_at) AS before FROM surveys_response) AS one"
        )
        assert rests[0][0] >= timedelta(days=surveys.policy(clinic_id).rest_days)


def _mean(weeks: Sequence[WeekTally]) -> float:
    tally = Tally(sum((Counter(week.tally.counts) for week in weeks), Counter()))
    figure = surveys.mean(tally, 1, 5)
    assert figure is not None
    return figure.value


def test_patients_of_the_demo_may_choose_another_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_known_demo", {})
    clinics.forget_settings()
    demo.load()
    clinic_id, now = demo.demo_clinic(), business_time.now()
    with clinic_scope(clinic_id):
        ahead = queries.between(clinic_id, now, now + timedelta(days=20))
        choices = [choice for visit in ahead if (choice := queries.choice(clinic_id, visit.id))]
        services = queries.services(clinic_id)
        free = {
            one.name: queries.free_slots(clinic_id, service_id=one.id, start=now, end=now + timedelta(days=5))
            for one in services
        }
    assert len(choices) == 10 and all(choice.free for choice in choices)
    assert len(services) == 4 and all(free.values())


def test_a_demo_says_that_texts_leave_when_a_carrier_is_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_known_demo", {})
    clinics.forget_settings()
    demo.load()
    assert not demo.is_connected()
    sql(
        "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
        "VALUES (7, 'A real one', 'twilio', '', true, 'new')"
    )
    assert demo.is_connected()
    sql("UPDATE messaging_carrieraccount SET is_active = false WHERE id = 7")
    assert not demo.is_connected()


@pytest.mark.parametrize(
    "says", [demo_pages.DIRECTIONS, demo_pages.PREPARATION], ids=["the way", "before a blood test"]
)
def test_pages_of_the_demo_are_in_every_language_of_its_patients(says: dict[str, Words]) -> None:
    assert says.keys() == languages.PATIENTS_NAMES.keys()
    for words in says.values():
        kinds = [block.kind for block in read_markup(words.body)]
        assert len(kinds) >= 3 and "(tel:+442079460100)" in words.body
    assert len({words.title for words in says.values()}) == len(says), "none is left in another's language"
