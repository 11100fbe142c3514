"""The room of a visit: on the day and its print, on the patient's page, in texts that name it, and changed by the desk."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.letters import link_to_visit, write
from recado.appointments.models import Appointment
from recado.appointments.types import CalendarKind, ServiceView, SlotTaken
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind, TaskWish
from recado.web.calendar import picking
from tests import api, calendars, factories, pages, staff

Kept = tuple[UUID, ServiceView, tuple[int, int]]


@pytest.fixture
def kept(database: None) -> Kept:
    """Two clinicians who do the same in one of two rooms."""
    clinic, service = calendars.make()
    rooms = [
        appointments.keep_calendar(clinic_id=clinic, kind=CalendarKind.ROOM, name=name, by=OPERATOR)
        for name in ("Room 2", "Room 5")
    ]
    other = appointments.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name="Dr Reyes", by=OPERATOR)
    in_rooms = ServiceView(
        service.id, service.name, service.minutes, 0, True, (*service.clinicians, other), (rooms[0], rooms[1])
    )
    appointments.keep_service(clinic_id=clinic, service=in_rooms, is_new=False, by=OPERATOR)
    return clinic, in_rooms, (rooms[0], rooms[1])


def room_of(clinic: UUID, visit: UUID) -> str:
    with clinic_scope(clinic):
        return queries.rooms_of(clinic, [visit]).get(visit, "")


def test_room_stands_on_the_day_on_its_panel_and_on_the_patients_page(kept: Kept) -> None:
    clinic, service, _ = kept
    slot = calendars.free(clinic, service)[2]
    visit = calendars.book(clinic, slot)
    client = staff.desk(clinic)
    html = client.get(f"/appointments/?day={slot.starts_at.date()}&visit={visit}").content.decode()
    assert pages.Reading(html).faults == []
    grid, panel = html.partition('class="cal')[2].partition("</table>")[0], html.partition('id="h-visit"')[2]
    assert ", Room 2</span>" in grid and "<dd>Room 2</dd>" in panel and ">Room 5</option>" in panel
    with clinic_scope(clinic):
        link = link_to_visit(clinic_id=clinic, visit_id=visit, phone_bi=None).rpartition("/r/")[2]
    assert "Room 2" in client.get(f"/r/{link}").content.decode()


def test_room_stands_where_a_visit_is_moved_with_that_of_the_new_time(kept: Kept) -> None:
    clinic, service, (_, second) = kept
    slot, later = calendars.free(clinic, service)[2], calendars.free(clinic, service)[6]
    visit = calendars.book(clinic, slot)
    appointments.change_room(clinic_id=clinic, visit_id=visit, room_id=second, by=OPERATOR)
    client = staff.desk(clinic)
    chosen = picking.key_of(later)
    html = client.get(f"/appointments/visits/{visit}/move", {"slot": chosen}).content.decode()
    assert pages.Reading(html).faults == []
    head = html.partition('id="h-dialog"')[2].partition("</div>")[0]
    assert f">{slot.clinician}, Room 5</bdi>: kept" in head
    assert f'{later.minutes} minutes, <bdi translate="no">Room 2</bdi>' in head


def test_room_stands_on_the_call_list(kept: Kept) -> None:
    clinic, service, _ = kept
    slot = calendars.free(clinic, service, after=timedelta(hours=1))[0]
    visit = calendars.book(clinic, slot)
    with clinic_scope(clinic):
        person = Appointment.objects.get(clinic_id=clinic, id=visit).patient_id
        wish = TaskWish(TaskKind.CALL, f"appointment:{visit}:1:booked", person, visit)
        tasks.raise_tasks(clinic_id=clinic, wishes=[wish], by=OPERATOR)
    html = staff.desk(clinic).get("/appointments/calls").content.decode()
    assert f"{slot.clinician}, {slot.service}, Room 2</div>" in html


def test_desk_changes_the_room_and_the_old_one_is_free(kept: Kept) -> None:
    clinic, service, (first, second) = kept
    slot = calendars.free(clinic, service)[2]
    visit = calendars.book(clinic, slot)
    client = staff.desk(clinic)
    assert client.post(f"/appointments/visits/{visit}/room", {"room": str(second), "back": "/"}).status_code == 303
    assert room_of(clinic, visit) == "Room 5"
    same = [one for one in calendars.free(clinic, service) if one.starts_at == slot.starts_at]
    assert {one.room_id for one in same} == {first}
    lines = factories.sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'appointment.room'")
    assert lines == [(1,)]


def test_a_room_that_somebody_has_is_refused_and_the_visit_keeps_its_own(kept: Kept) -> None:
    clinic, service, (_, second) = kept
    slot = calendars.free(clinic, service)[2]
    visit = calendars.book(clinic, slot)
    (beside,) = [
        one
        for one in calendars.free(clinic, service)
        if one.starts_at == slot.starts_at and one.calendar_id != slot.calendar_id
    ]
    other = calendars.book(clinic, beside, 322)
    assert (room_of(clinic, visit), room_of(clinic, other)) == ("Room 2", "Room 5")
    with pytest.raises(SlotTaken):
        appointments.change_room(clinic_id=clinic, visit_id=visit, room_id=second, by=OPERATOR)
    client = staff.desk(clinic)
    said = client.post(f"/appointments/visits/{visit}/room", {"room": str(second), "back": "/appointments/"})
    assert "Somebody has this room then" in client.get(said["Location"]).content.decode()
    assert client.post(f"/appointments/visits/{visit}/room", {"room": "-1"}).status_code == 404
    assert client.post(f"/appointments/visits/{uuid4()}/room", {"room": str(second)}).status_code == 404
    assert room_of(clinic, visit) == "Room 2"


def test_a_text_whose_wording_names_the_room_says_it(kept: Kept) -> None:
    clinic, service, _ = kept
    visit = calendars.book(clinic, calendars.free(clinic, service)[2])
    words = {"en": "{clinic}: you are booked for {when}[[ in {room}]]."}
    api.make_template(clinic, "visit_confirmation", words, room="appointment")
    with clinic_scope(clinic):
        (written,) = write(clinic, [(Appointment.objects.get(clinic_id=clinic, id=visit), "visit_confirmation")])
    assert " in Room 2." in written.text


def test_a_visit_of_another_system_has_no_room_and_none_to_choose(kept: Kept) -> None:
    clinic, *_ = kept
    factories.record(clinic, factories.booking("A-1", factories.person(323)))
    with clinic_scope(clinic):
        (visit,) = queries.visits_called(clinic, "A-1")
        assert queries.free_rooms(clinic, visit.id) == ()
    assert room_of(clinic, visit.id) == ""
