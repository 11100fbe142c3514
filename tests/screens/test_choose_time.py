"""A patient chooses another time by the link in a text, and staff say what can be booked."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.models import Appointment, Change, Taken
from recado.appointments.types import CalendarKind, Outcome, ServiceView, Slot, SlotWish
from recado.clinics import actions as clinics
from recado.clinics.roles import ADMINISTRATOR
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.messaging import actions as messaging
from recado.messaging.types import LinkWish
from tests import factories, pages, staff

pytestmark = pytest.mark.usefixtures("database")
SERVICE = uuid4()


@pytest.fixture
def clinic() -> UUID:
    made = factories.make_furnished(time_zone="UTC").id
    clinics.change_settings(clinic_id=made, by=OPERATOR, opening_hours=(((time(9), time(15)),),) * 7)
    silva = appointments.keep_calendar(clinic_id=made, kind=CalendarKind.CLINICIAN, name="Nurse Silva", by=OPERATOR)
    service = ServiceView(SERVICE, "Blood test", 30, 0, True, (silva,))
    appointments.keep_service(clinic_id=made, service=service, is_new=True, by=OPERATOR)
    return made


def free(clinic: UUID) -> list[Slot]:
    now = business_time.now()
    with clinic_scope(clinic):
        return queries.free_slots(
            clinic, service_id=SERVICE, start=now + timedelta(days=1), end=now + timedelta(days=9)
        )


def booked(clinic: UUID, slot: Slot, last: int = 321) -> UUID:
    wish = SlotWish(slot.service_id, slot.calendar_id, slot.starts_at)
    patient = factories.make_patient(clinic, last)
    return appointments.book(clinic_id=clinic, wish=wish, patient_id=patient, by=OPERATOR)


def link(clinic: UUID, visit: UUID) -> str:
    with clinic_scope(clinic):
        row = Appointment.objects.get(id=visit)
        wish = LinkWish("appointment", visit, row.patient_id, None, row.starts_at)
        (made,) = messaging.make_links(clinic_id=clinic, wishes=[wish])
    return made.rpartition("/")[2]


def key(slot: Slot) -> str:
    return f"{slot.calendar_id} {slot.starts_at.isoformat()}"


def starts(clinic: UUID, visit: UUID) -> datetime:
    with clinic_scope(clinic):
        return Appointment.objects.get(id=visit).starts_at


def held(clinic: UUID) -> int:
    with clinic_scope(clinic):
        return Taken.objects.filter(held_for__isnull=False).count()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_patient_moves_their_visit_in_two_steps(clinic: UUID, language: str) -> None:
    times = free(clinic)
    visit, new = booked(clinic, times[0]), times[6]
    client, path = pages.browser(), f"/r/{link(clinic, visit)}/times?lang={language}"
    shown = client.get(path)
    html = shown.content.decode()
    assert shown.status_code == 200 and len(shown.content) < 60_000 and pages.Reading(html).faults == []
    assert held(clinic) == 0, "whoever only looks holds nothing"
    client.post(path, {"hold": key(new)})
    assert (held(clinic), starts(clinic, visit)) == (1, times[0].starts_at)
    html = client.get(path).content.decode()
    assert f'name="move" value="{key(new)}"' in html
    if language == "en":
        assert f'value="{key(new)}" aria-label="{new.starts_at:%a %-d %b, %H:%M}"' in html
    moved = client.post(path, {"move": key(new)})
    assert moved.status_code == 303
    if language == "en":
        assert "Your visit is moved." in client.get(moved["Location"]).content.decode()
    assert (held(clinic), starts(clinic, visit)) == (0, new.starts_at)
    assert client.get(path).status_code == 200, "the link goes on showing the visit"


def test_a_time_that_somebody_else_has_leaves_the_old_one(clinic: UUID) -> None:
    times = free(clinic)
    visit = booked(clinic, times[0])
    booked(clinic, times[6], 322)
    client, path = pages.browser(), f"/r/{link(clinic, visit)}/times"
    for do in ("hold", "move"):
        answer = client.post(path, {do: key(times[6])})
        assert "said=gone&day=" in answer["Location"]  # and the page shows the times near the one that is gone
    assert starts(clinic, visit) == times[0].starts_at
    assert "Somebody has just taken that time" in client.get(answer["Location"]).content.decode()


def test_whom_no_time_suits_may_ask_for_an_earlier_one(clinic: UUID) -> None:
    visit = booked(clinic, free(clinic)[-1])
    client, token = pages.browser(), link(clinic, visit)
    html = client.get(f"/r/{token}/times").content.decode()
    assert f'href="/r/{token}/earlier"' in html and "None fits? Tell me if an earlier time opens" in html
    clinics.change_settings(clinic_id=clinic, by=OPERATOR, opening_hours=((),) * 7)
    html = client.get(f"/r/{token}/times").content.decode()
    assert "No time is free in the next two weeks" in html and f'href="/r/{token}/earlier"' in html


def run_due() -> None:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def test_who_presses_twice_moves_once_and_is_told_once(clinic: UUID) -> None:
    times = free(clinic)
    visit, new = booked(clinic, times[0]), times[6]
    client, path = pages.browser(), f"/r/{link(clinic, visit)}/times"
    run_due()
    for _ in range(2):
        assert client.post(path, {"move": key(new)}).status_code == 303
        run_due()
    with clinic_scope(clinic):
        assert Appointment.objects.get(id=visit).revision == 2
        assert Change.objects.filter(appointment_id=visit, kind="moved").count() == 1
    assert len([text for text in factories.wordings(clinic, 321) if "has moved" in text]) == 1
    assert starts(clinic, visit) == new.starts_at


def test_who_arrives_while_the_page_is_open_does_not_read_that_the_visit_moved(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = free(clinic)
    visit, new, move = booked(clinic, times[0]), times[6], appointments.move

    def late(**given: Any) -> Outcome:
        factories.sql(
            "UPDATE appointments_appointment SET state = 'arrived' WHERE id = %s", (visit,)
        )  # the desk is quicker
        return move(**given)

    monkeypatch.setattr(appointments, "move", late)
    client = pages.browser()
    answer = client.post(f"/r/{link(clinic, visit)}/times", {"move": key(new)})
    assert answer.status_code == 303 and starts(clinic, visit) == times[0].starts_at
    assert "Your visit is moved." not in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("typed", ["", "x", "1 yesterday", "99 2026-12-01T09:00:00+00:00", "1 2026-12-01T09:00:00"])
def test_a_time_nobody_offered_changes_nothing(clinic: UUID, typed: str) -> None:
    visit = booked(clinic, free(clinic)[0])
    before = starts(clinic, visit)
    assert pages.browser().post(f"/r/{link(clinic, visit)}/times", {"move": typed}).status_code == 303
    assert starts(clinic, visit) == before


def test_a_visit_of_the_practice_system_is_moved_by_a_person(clinic: UUID) -> None:
    factories.record(clinic, factories.booking(service="Blood test"))
    client, token = pages.browser(), link(clinic, factories.visit(clinic).id)
    assert client.get(f"/r/{token}/times").status_code == 303
    assert "I need another time" in client.get(f"/r/{token}").content.decode()


# ------------------------------------------------------------------------------------------------ staff


def test_staff_book_and_move_at_free_times(clinic: UUID) -> None:
    patient, times, client = factories.make_patient(clinic), free(clinic), staff.desk(clinic)
    page = f"/appointments/book/{patient}?day={times[0].starts_at.date().isoformat()}"
    html = client.get(page).content.decode()
    assert pages.Reading(html).faults == [] and f"{SERVICE} {key(times[0])}" in html
    assert client.post(page, {"slot": f"{SERVICE} {key(times[0])}", "tell": "text"}).status_code == 303
    with clinic_scope(clinic):
        visit = Appointment.objects.get().id
    gone = client.post(page, {"slot": f"{SERVICE} {key(times[0])}"})
    assert gone.status_code == 409 and pages.Reading(gone.content.decode()).faults == []
    path = f"/appointments/visits/{visit}/move"
    assert "kept until the new time is sure" in client.get(path).content.decode()
    client.post(path, {"slot": f"{SERVICE} {key(times[4])}"})
    assert starts(clinic, visit) == times[4].starts_at


def test_nobody_is_booked_who_is_not_the_clinics_patient(clinic: UUID) -> None:
    answer = staff.desk(clinic).post(f"/appointments/book/{uuid4()}", {"slot": f"{SERVICE} {key(free(clinic)[0])}"})
    assert answer.status_code == 404


def test_settings_say_what_can_be_booked(clinic: UUID) -> None:
    client, path = staff.desk(clinic, ADMINISTRATOR), "/settings/bookable"
    hours = {f"d{day}-{at}": clock for day in range(5) for at, clock in (("opens", "10:00"), ("closes", "12:00"))}
    assert client.post(path, {"do": "calendar", "name": "Dr Okafor", **hours}).status_code == 303
    with clinic_scope(clinic):
        doctor = next(one.id for one in queries.calendars(clinic) if one.name == "Dr Okafor")
    given = {"do": "service", "service": "Review", "minutes": "20", "buffer": "5", "clinicians": str(doctor)}
    assert client.post(path, given).status_code == 303
    wrong = client.post(path, {**given, "minutes": "7"})
    assert wrong.status_code == 422 and pages.Reading(wrong.content.decode()).faults == []
    off = {"calendar": str(doctor), "first": "2026-12-24", "last": "2026-12-26"}
    assert client.post(path, {"do": "days-off", **off}).status_code == 303
    html = client.get(path).content.decode()
    assert pages.Reading(html).faults == [] and "Review" in html and "2026-12-24" in html
    with clinic_scope(clinic):
        review = next(one.id for one in queries.services(clinic) if one.name == "Review")
    for ending in (
        {"do": "no-days-off", **off},
        {"do": "end-service", "id": str(review)},
        {"do": "end-calendar", **off},
    ):
        assert client.post(path, ending).status_code == 303
    assert "Dr Okafor" not in client.get(path).content.decode()


# ------------------------------------------------------------------------------------------------ cancelling


def test_who_cancels_is_shown_three_other_times_first(clinic: UUID) -> None:
    times = free(clinic)
    visit = booked(clinic, times[0])
    client, path = pages.browser(), f"/r/{link(clinic, visit)}"
    html = client.get(f"{path}/cancel").content.decode()
    assert pages.Reading(html).faults == [] and html.count('name="hold"') == 3
    assert held(clinic) == 0
    chosen = html.partition('name="hold" value="')[2].partition('"')[0]
    client.post(f"{path}/times", {"hold": chosen})
    client.post(f"{path}/times", {"move": chosen})
    assert starts(clinic, visit).isoformat() == chosen.partition(" ")[2]


@pytest.mark.parametrize(("given", "kept"), [("ill", "ill"), ("", ""), ("patient", ""), ("'; DROP", "")])
def test_the_reason_is_kept_when_the_patient_gives_one_of_ours(clinic: UUID, given: str, kept: str) -> None:
    visit = booked(clinic, free(clinic)[0])
    pages.browser().post(f"/r/{link(clinic, visit)}/cancel", {"reason": given})
    with clinic_scope(clinic):
        line = Change.objects.get(appointment_id=visit, kind="cancelled")
    assert (line.reason, line.actor_ref) == (kept, "link")


# ------------------------------------------------------------------------------------------------ what staff see of it


def test_staff_see_where_a_visit_came_from_and_why_it_was_cancelled(clinic: UUID) -> None:
    slot = free(clinic)[0]
    patient = factories.make_patient(clinic)
    wish = SlotWish(slot.service_id, slot.calendar_id, slot.starts_at)
    visit = appointments.book_by_link(clinic_id=clinic, patient_id=patient, wish=wish)
    page, client = f"/appointments/?day={slot.starts_at.date()}&visit={visit}", staff.desk(clinic)
    html = client.get(page).content.decode()
    assert "Booked by the patient, by link" in html and pages.Reading(html).faults == []
    pages.browser().post(f"/r/{link(clinic, visit)}/cancel", {"reason": "ill"})
    assert "I am ill" in client.get(page).content.decode()


def test_moving_a_visit_of_the_practice_system_says_what_follows(clinic: UUID) -> None:
    factories.record(clinic, factories.booking(service="Blood test"))
    client = staff.desk(clinic)
    html = client.get(f"/appointments/visits/{factories.visit(clinic).id}/move").content.decode()
    assert "brings back the time that stands there" in html and pages.Reading(html).faults == []
    own = booked(clinic, free(clinic)[0], 322)
    assert "brings back the time" not in client.get(f"/appointments/visits/{own}/move").content.decode()


def test_who_was_offered_times_chooses_them_from_the_visits_page_too(clinic: UUID) -> None:
    visit = booked(clinic, free(clinic)[0])
    with clinic_scope(clinic):
        Appointment.objects.filter(id=visit).update(wants_another_time=True)
    path = f"/r/{link(clinic, visit)}"
    html = pages.browser().get(path).content.decode()
    assert f'href="{path}/times"' in html and "until you choose another time" in html
    assert "until we call you" not in html and pages.Reading(html).faults == []
    with clinic_scope(clinic):
        Appointment.objects.filter(id=visit).update(source="practice")
    html = pages.browser().get(path).content.decode()
    assert f'href="{path}/times"' not in html and "until we call you" in html
