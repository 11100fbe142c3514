"""A series of visits on the simulated phones, in every language: one text tells of all of them, whoever misses the first is sent
the link to a new time and books it on their phone, and the others of the series stay as they were."""

import re
from html import unescape

import pytest

from tests.phones import HEADER, Demo, link_in
from tests.stories.gallery_play import LANGUAGES, Part, Patient, who
from tests.stories.gallery_scenes import AT, EVENING, MORNING, Scene
from tests.stories.test_gallery_phones import MISSED, begin, inside

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SERVICE = "Talk in three parts"
DAYS_OF_VISITS = (9, 16, 23)
COURSE = Scene(
    "series",
    "visits_series visit_question >1 answer_confirmed visit_missed_link visit_confirmation",
    lambda _: {},
    ends="missed",
)

# Each language has a clinician of its own; the service may be booked by a link, and the journey of missed visits is live.
KEPT = """
from recado.appointments import actions
from recado.appointments.types import CalendarKind, ServiceView
from recado.foundation.ids import new_id
from recado.journeys import actions as journeys, queries
(ready,) = [one for one in queries.GALLERY if one.plan.key == "missed"]
with clinic_scope(clinic):
    doctors = tuple(
        actions.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name=f"Dr {{one}}", by=OPERATOR)
        for one in {languages!r}
    )
    service = ServiceView(new_id(), {service!r}, 15, 0, True, doctors)
    actions.keep_service(clinic_id=clinic, service=service, is_new=True, by=OPERATOR)
    journeys.begin(clinic_id=clinic, key="missed", name=ready.title, plan=ready.plan, by=SYSTEM)
    journeys.publish(clinic_id=clinic, key="missed", by=SYSTEM, moves_people=False)
say([])
"""
CALENDAR = """
from recado.appointments.models import Appointment
with clinic_scope(clinic):
    rows = Appointment.objects.filter(clinic_id=clinic, service={service!r}).order_by("starts_at")
    say([[row.source, row.external_id, row.state] for row in rows])
"""


def test_a_series_is_told_once_and_whoever_misses_the_first_visit_books_another(demo: Demo) -> None:
    play = begin(demo, (COURSE,))
    inside(demo, KEPT, languages=LANGUAGES, service=SERVICE)
    rows = [
        (f"{part.name}-{number}", *who(part)[1:], play.days.british(day), AT, f"Dr {part.language}", SERVICE)
        for part in play.parts
        for number, day in enumerate(DAYS_OF_VISITS)
    ]
    assert demo.bring_in(*rows, header=(*HEADER, "Service"), announce="all")["new"] == len(rows)
    missed = [f"{part.name}-0" for part in play.parts]
    demo.wait(60)
    for part in play.parts:
        shows_all_dates(demo, part)
    play.play(until=9, each={(9, EVENING): lambda: inside(demo, MISSED, names=missed)})
    play.go_to(play.days.moment(10, MORNING))
    for part in play.parts:
        books_another(demo, part)
    demo.wait(1)
    assert play.wrong() == []
    calendar = inside(demo, CALENDAR, service=SERVICE)
    kept = {name: state for source, name, state in calendar if source == "csv"}
    assert kept == {name: "missed" if name.endswith("-0") else "booked" for name, *_ in rows}
    assert len([source for source, _, _ in calendar if source != "csv"]) == len(LANGUAGES)


def shows_all_dates(demo: Demo, part: Part) -> None:
    """The page behind the one text names every visit of the series."""
    told = demo.texts(part.phone)[0]
    page = Patient(demo.product.url).open(link_in(told))
    assert f'<html lang="{part.language}"' in page, page[:300]
    assert page.count('<time class="num"') == len(DAYS_OF_VISITS), (part.language, told)


def books_another(demo: Demo, part: Part) -> None:
    """By the link of the last text, which begins with the times of that service, on the last day that has some: one is held, and booked."""
    phone, path = Patient(demo.product.url), link_in(demo.texts(part.phone)[-1])
    page = phone.open(path)
    assert f'<html lang="{part.language}"' in page, page[:300]
    book = path + "/book"
    last = unescape(re.findall(r'class="dayb" href="([^"]+)"', page)[-1])
    page = phone.open(book + last)
    page = phone.send(page, {"hold": unescape(re.findall(r'name="hold" value="([^"]+)"', page)[0])})
    (held,) = re.findall(r'name="book" value="([^"]+)"', page)
    page = phone.send(page, {"book": unescape(held)})
    assert "pt-ok" in page, page
