"""Free times and visits by API: booked once, moved, cancelled, and refused without a trace."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.db import connections

from recado.appointments.models import Appointment
from recado.appointments.types import ServiceView
from recado.clinics.roles import ApiScope
from recado.foundation import business_time
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from tests import calendars, factories, papers
from tests.api import Said, call, make_key
from tests.factories import sql, wordings
from tests.rooms.test_api_document import check

SECRET = "Eleanor"
PERSON = {"record_number": "R-321", "name": "Eleanor Whitcombe", "phone": "+447700900321"}
Kept = tuple[UUID, ServiceView, str]


@pytest.fixture
def kept(database: None) -> Kept:
    clinic, service = calendars.make()
    return clinic, service, make_key(clinic, ApiScope.APPOINTMENTS)


def slots(key: str, **asked: str) -> Said:
    return call("GET", f"slots?{urlencode(asked)}", key)


def free(key: str, service: ServiceView) -> list[Any]:
    said = slots(key, service=str(service.id))
    check(said, "/slots", "get")
    found: list[Any] = said.json["slots"]
    return found


def book(key: str | None, slot: str, name: str = "B-1", **more: Any) -> Said:
    return call("POST", "appointments", key, {"external_id": name, "slot": slot, "person": PERSON} | more)


def test_waiting_text_goes_to_the_number_that_a_later_booking_brings(kept: Kept) -> None:
    clinic, service, key = kept
    first, _, other, *_ = free(key, service)
    book(key, first["slot"])
    papers.work()
    waits = "SELECT count(*), count(DISTINCT phone_bi) FROM messaging_outbox"
    assert sql(waits) == [(1, 1)]
    book(key, other["slot"], "B-2", person=PERSON | {"phone": "+447700900322"}, tell=False)
    papers.work()
    index = keys_for(clinic).blind_index("phone", "+447700900322")
    assert set(sql("SELECT phone_bi FROM messaging_outbox")) == {(index,)}


def visits(clinic: UUID) -> list[Appointment]:
    with clinic_scope(clinic):
        return list(Appointment.objects.order_by("starts_at"))


def test_a_system_books_moves_and_cancels_a_visit_and_the_patient_is_told(kept: Kept) -> None:
    clinic, service, key = kept
    later = (business_time.now() + timedelta(days=5)).isoformat()
    times = slots(key, service=str(service.id), **{"from": later}).json["slots"]
    every = len(free(key, service))
    said = book(key, times[2]["slot"])
    check(said, "/appointments", "post")
    assert said.json["is_new"] and said.json["starts_at"] == times[2]["starts_at"] and SECRET not in said.body.decode()
    papers.work()
    assert "your appointment is booked" in wordings(clinic)[-1]
    path = f"appointments/{said.json['id']}"
    moved = call("POST", f"{path}/move", key, {"slot": times[6]["slot"]})
    check(moved, "/appointments/{id}/move", "post")
    assert moved.json["starts_at"] == times[6]["starts_at"]
    assert call("POST", f"{path}/move", key, {"slot": times[6]["slot"]}).json == moved.json, "it is there already"
    papers.work()
    assert "moved" in wordings(clinic)[-1]
    for _ in range(2):
        off = call("POST", f"{path}/cancel", key, {"reason": "clinic"})
        check(off, "/appointments/{id}/cancel", "post")
        assert off.json["state"] == "cancelled"
    assert call("POST", f"{path}/move", key, {"slot": times[2]["slot"]}).status == 422
    lines = sql("SELECT kind, actor_kind FROM appointments_change ORDER BY at, id")
    assert lines == [("booked", "api_key"), ("moved", "api_key"), ("cancelled", "api_key")]
    assert len(free(key, service)) == every


def test_the_same_name_books_once_also_at_the_same_moment(kept: Kept) -> None:
    clinic, service, key = kept
    times = free(key, service)
    ready, said = Barrier(2), []

    def ask(slot: str) -> None:
        try:
            ready.wait()
            said.append(book(key, slot))
        finally:
            connections.close_all()

    threads = [Thread(target=ask, args=(times[at]["slot"],)) for at in (2, 6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one.json["is_new"] for one in said) == [False, True] and len({one.json["id"] for one in said}) == 1
    assert len(visits(clinic)) == 1
    assert book(key, times[9]["slot"], source="lab").json["is_new"], "names are each system's own"


def test_a_time_that_somebody_has_is_refused_and_the_person_is_not_kept(kept: Kept) -> None:
    clinic, service, key = kept
    slot = calendars.free(clinic, service)[2]
    name = f"{slot.service_id.hex}.{slot.calendar_id}.{int(slot.starts_at.timestamp() // 60)}"
    calendars.book(clinic, slot, 322)
    said = book(key, name)
    check(said, "/appointments", "post")
    assert said.status == 409 and said.json["type"].endswith(":taken")
    assert sql("SELECT count(*) FROM contacts_patient") == [(1,)] and len(visits(clinic)) == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"slot": "x"}, "slot"),
        ({"slot": f"{uuid4().hex}.1.99999999999999"}, "slot"),
        ({"slot": ""}, "slot"),
        ({"external_id": "a\nb"}, "external_id"),
        ({"source": "A b"}, "source"),
        ({"person": {"name": "Eleanor", "phone": "12"}}, "person.phone"),
        ({"person": {"name": " "}}, "person.name"),
        ({"tell": "yes"}, "tell"),
        ({"note": "x"}, ""),
    ],
)
def test_a_refusal_names_the_field_and_keeps_nothing(kept: Kept, more: dict[str, Any], field: str) -> None:
    clinic, service, key = kept
    said = book(key, **{"slot": free(key, service)[0]["slot"]} | more)
    check(said, "/appointments", "post")
    assert (said.status, said.json.get("field", "")) == (422, field) and SECRET not in said.body.decode()
    assert sql("SELECT count(*) FROM contacts_patient") == [(0,)] and visits(clinic) == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"service": "x"}, "service"),
        ({"from": "tomorrow"}, "from"),
        ({"to": "2020-01-01T00:00:00Z"}, "to"),
        ({"to": "2200-01-01T00:00:00Z"}, "to"),
        ({"patient": "x"}, ""),
    ],
)
def test_a_question_that_can_not_be_answered_says_why(kept: Kept, asked: dict[str, str], field: str) -> None:
    said = slots(kept[2], **asked)
    check(said, "/slots", "get")
    assert (said.status, said.json.get("field", "")) == (422, field)


def test_free_times_are_asked_for_by_name_clinician_and_time(kept: Kept) -> None:
    _clinic, service, key = kept
    every = free(key, service)
    assert slots(key).json["slots"] == [] and slots(key).json["services"][0]["clinicians"] == ["Nurse Silva"]
    asked = {"service": "Blood test", "clinician": "Nurse Silva", "from": every[4]["starts_at"]}
    found = slots(key, **asked).json["slots"]
    assert found[0] == every[4]
    assert slots(key, service="Blood test", clinician="Dr Osei").status == 422
    assert slots(key, **asked, to=every[6]["starts_at"]).json["slots"] == every[4:6]


def test_visits_of_a_practice_system_and_of_other_clinics_are_not_found(kept: Kept) -> None:
    clinic, service, key = kept
    factories.record(clinic, factories.booking())
    other, its = calendars.make(slug="mill-lane", number="+447700900101")
    foreign = calendars.book(other, calendars.free(other, its)[0])
    slot = free(key, service)[0]["slot"]
    for visit in (factories.visit(clinic).id, foreign, uuid4()):
        assert call("POST", f"appointments/{visit}/move", key, {"slot": slot}).status == 404
        assert call("POST", f"appointments/{visit}/cancel", key, {"reason": "clinic"}).status == 404
    assert call("POST", "appointments/x/move", key, {"slot": slot}).status == 404
    assert call("POST", f"appointments/{foreign}/eat", key, {}).status == 404


def test_a_visit_that_has_begun_stays(kept: Kept) -> None:
    clinic, service, key = kept
    times = free(key, service)
    said = book(key, times[0]["slot"])
    factories.advance(timedelta(days=3))
    late = call("POST", f"appointments/{said.json['id']}/cancel", key, {"reason": "other"})
    assert late.status == 422 and visits(clinic)[0].state == "booked"


def test_a_key_needs_the_scope(kept: Kept) -> None:
    clinic, service, key = kept
    slot = free(key, service)[0]["slot"]
    other = make_key(clinic, ApiScope.EVENTS)
    assert book(other, slot).status == 403 and slots(other).status == 403 and book(None, slot).status == 401
    assert call("GET", "appointments", key).status == 405 and call("POST", "slots", key, {}).status == 405
