"""Today, the day by clinician and the call list."""

import re
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from recado.appointments.types import Announce
from recado.clinics.roles import CLINICIAN, RECEPTION_LEAD
from recado.foundation import business_time
from recado.foundation.crypto import ClinicKeys
from tests import factories, pages, staff
from tests.counting import statements
from tests.factories import booking, person, sql

pytestmark = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)


@pytest.fixture
def clinic() -> UUID:
    """Its clock stands at nine in the morning."""
    london = ZoneInfo("Europe/London")
    morning = (business_time.now().astimezone(london) + timedelta(days=2)).replace(hour=9, minute=0, second=0)
    business_time.advance_to(morning.astimezone(ZoneInfo("UTC")))
    return factories.make_furnished().id


def book(clinic: UUID, name: str, last: int, ahead: timedelta, **more: object) -> UUID:
    who = person(last, name=name, **({"phone": more.pop("phone")} if "phone" in more else {}))
    factories.record(clinic, booking(name, who, ahead=ahead, **more), announce=Announce.NONE, is_first_import=True)
    return factories.visit(clinic, name).id


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert pages.Reading(html).faults == []
    return html


def test_today_shows_the_day_and_its_counts(clinic: UUID) -> None:
    book(clinic, "Ann Now", 1, HOUR)
    book(clinic, "Ben Tomorrow", 2, 25 * HOUR)
    client = staff.desk(clinic)
    html = read(client, "/")
    assert "Ann Now" in html and "Ben Tomorrow" not in html
    assert "Good morning, Marta." in html
    assert "Ben Tomorrow" in read(client, "/?show=tomorrow")


def test_nothing_today_is_said_plainly(clinic: UUID) -> None:
    html = read(staff.desk(clinic), "/")
    assert "No visits on this day" in html and "All clear" in html


def test_who_has_no_phone_and_who_was_not_asked_needs_a_call(clinic: UUID) -> None:
    book(clinic, "No Phone", 1, 26 * HOUR, phone=None)
    book(clinic, "Not Asked", 2, HOUR)
    book(clinic, "Has Time", 3, 27 * HOUR)
    html = read(staff.desk(clinic), "/appointments/calls")
    assert [name in html for name in ("No Phone", "Not Asked", "Has Time")] == [True, True, False]


def test_confirmed_from_the_list_and_taken_back(clinic: UUID) -> None:
    visit = book(clinic, "Ann Now", 1, HOUR)
    client = staff.desk(clinic)
    answer = client.post(f"/appointments/visits/{visit}/confirm", {"back": "/?show=today"})
    assert (answer.status_code, answer["Location"]) == (303, "/?show=today")
    assert factories.visit(clinic, "Ann Now").state == "confirmed"
    html = read(client, "/")
    assert "Confirmed" in html and f"/appointments/visits/{visit}/back?back=" in html
    client.post(f"/appointments/visits/{visit}/back")
    assert factories.visit(clinic, "Ann Now").state == "booked"


def test_no_way_back_to_another_site(clinic: UUID) -> None:
    visit = book(clinic, "Ann Now", 1, HOUR)
    answer = staff.desk(clinic).post(f"/appointments/visits/{visit}/confirm", {"back": "//evil.example/"})
    assert answer["Location"] == "/appointments/"


def test_cancelling_asks_for_a_reason(clinic: UUID) -> None:
    visit = book(clinic, "Ann Now", 1, HOUR)
    client, path = staff.desk(clinic), f"/appointments/visits/{visit}/cancel"
    read(client, path)
    wrong = client.post(path, {"tell": "told"})
    assert wrong.status_code == 422 and pages.Reading(wrong.content.decode()).faults == []
    assert client.post(path, {"tell": "told", "reason": "clinician"}).status_code == 303
    assert factories.visit(clinic, "Ann Now").state == "cancelled"
    assert "Cancelled by clinic" in read(client, "/")


@pytest.mark.parametrize("result", ["confirmed", "cancelled", "another_time", "wrong_number"])
def test_a_result_takes_a_patient_from_the_list(clinic: UUID, result: str) -> None:
    visit = book(clinic, "Ann Now", 1, HOUR)
    client = staff.desk(clinic)
    client.post(f"/appointments/visits/{visit}/call", {"result": result, "back": "/appointments/calls"})
    assert "Ann Now" not in read(client, "/appointments/calls")
    assert "Ann Now" in read(client, "/appointments/calls?show=done")


def test_no_reply_counts_a_try_and_can_be_taken_back(clinic: UUID) -> None:
    visit = book(clinic, "Ann Now", 1, HOUR)
    client = staff.desk(clinic)
    client.post(f"/appointments/visits/{visit}/call", {"result": "no_answer"})
    assert "1 try" in read(client, "/appointments/calls")
    ((call,),) = sql("SELECT id FROM tasks_calltry")
    client.post(f"/appointments/calls/{call}/back")
    assert "Not called yet" in read(client, "/appointments/calls")


def test_day_never_loses_an_overlapping_visit(clinic: UUID) -> None:
    for at, name in enumerate(("Ann One", "Ben Two", "Cem Three")):
        book(clinic, name, at + 1, HOUR + at * timedelta(minutes=5), duration=timedelta(minutes=30))
    html = read(staff.desk(clinic), "/appointments/")
    assert [name in html for name in ("Ann One", "Ben Two", "Cem Three")] == [True] * 3
    assert 'colspan="3"' in html


def test_chosen_visit_shows_beside_the_day(clinic: UUID) -> None:
    visit = book(clinic, "Ann Now", 1, HOUR)
    html = read(staff.desk(clinic), f"/appointments/?visit={visit}")
    assert 'id="h-visit"' in html and 'id="cancel-dialog"' in html


@pytest.mark.parametrize("day", ["2026-13-45", "", "0001-01-01", "tomorrow"])
def test_a_day_that_is_none_is_today(clinic: UUID, day: str) -> None:
    book(clinic, "Ann Now", 1, HOUR)
    assert "Ann Now" in read(staff.desk(clinic), f"/appointments/?day={day}")


def test_a_day_without_visits(clinic: UUID) -> None:
    assert "No visits on this day" in read(staff.desk(clinic), "/appointments/?day=2027-01-03")


def test_printing_is_written_down(clinic: UUID) -> None:
    book(clinic, "Ann Now", 1, HOUR)
    client = staff.desk(clinic)
    answer = client.post("/appointments/print", {"back": "/appointments/calls"})
    assert answer["Location"] == "/appointments/calls?print=yes"
    assert "<print-now>" in read(client, answer["Location"])
    assert sql("SELECT detail FROM foundation_auditevent WHERE action = 'appointment.print'") == [({"list": "calls"},)]


def test_the_whole_list_is_printed_however_long(clinic: UUID) -> None:
    many = [booking(f"Visit {n}", person(n, name=f"Patient {n:02}", phone=None), ahead=26 * HOUR) for n in range(53)]
    factories.record(clinic, *many, announce=Announce.NONE, is_first_import=True)
    client = staff.desk(clinic)
    assert read(client, "/appointments/calls").count("<tr data-row>") == 50
    assert read(client, "/appointments/calls?print=yes").count("<tr data-row>") == 53


def test_lists_are_audited_but_not_when_live(clinic: UUID) -> None:
    book(clinic, "Ann Now", 1, HOUR)
    client = staff.desk(clinic)
    client.get("/")
    client.get("/", headers={"X-Live": "true"})
    assert sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'appointment.list'") == [(1,)]


def test_a_clinician_sees_and_changes_nothing(clinic: UUID) -> None:
    visit = book(clinic, "Ann Now", 1, HOUR)
    client = staff.desk(clinic, CLINICIAN)
    html = read(client, "/")
    assert "Ann Now" in html and "/confirm" not in html
    assert client.post(f"/appointments/visits/{visit}/confirm").status_code == 403
    assert client.get("/appointments/calls").status_code == 403


def test_another_clinics_visit_is_not_there(clinic: UUID) -> None:
    visit = book(clinic, "Ann Now", 1, HOUR)
    other = staff.desk(factories.make_furnished("elsewhere", number="+447700900101").id)
    for act in ("confirm", "cancel", "back", "call", "told"):
        answer = other.post(
            f"/appointments/visits/{visit}/{act}", {"result": "confirmed", "reason": "other", "tell": "told"}
        )
        assert answer.status_code == 404
    assert other.post(f"/appointments/calls/{uuid4()}/back").status_code == 404
    assert factories.visit(clinic, "Ann Now").state == "booked"


def test_announcements_wait_for_a_word(clinic: UUID) -> None:
    many = [booking(f"A{n}", person(n, name=f"Person {n}"), ahead=5 * 24 * HOUR) for n in range(60)]
    factories.record(clinic, *many)
    factories.release(clinic, Announce.AUTO)
    client = staff.desk(clinic, RECEPTION_LEAD)
    assert "60 people would be told about changes" in read(client, "/")
    assert (
        "Nobody is told." in client.post("/announce", {"source": "csv", "word": "none"}, follow=True).content.decode()
    )
    page = client.post("/announce", {"source": "csv", "word": "all"}, follow=True).content.decode()
    assert "Somebody has decided this already." in page and "would be told" not in page
    told = factories.sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'appointment.announce'")
    assert told[0][0] == 2, "that many waited, and the one decision"


def test_a_question_of_a_patient_stands_on_today(clinic: UUID) -> None:
    book(clinic, "Ann Now", 1, HOUR)
    factories.hear(clinic, "Can my sister come along?", 1)
    html = read(staff.desk(clinic), "/")
    assert "asked a question" in html and "Can my sister come along?" in html


@pytest.mark.parametrize("path", ["/", "/?show=calls", "/appointments/", "/appointments/calls"])
def test_statements_do_not_grow_with_the_visits(clinic: UUID, path: str) -> None:
    client, counts = staff.desk(clinic), []
    for upto in (2, 12):
        for n in range(0 if upto == 2 else 2, upto):
            book(clinic, f"Person {n}", n, HOUR + n * timedelta(minutes=15))
        counts.append(statements(lambda: client.get(path)))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", ["/", "/?show=tomorrow", "/appointments/calls"])
def test_only_people_who_are_shown_are_decrypted(clinic: UUID, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [booking(f"A{n}", person(n, name=f"Person {n}"), ahead=HOUR) for n in range(120)]
    factories.record(clinic, *many, announce=Announce.NONE, is_first_import=True)
    client, opened = staff.desk(clinic), []
    real = ClinicKeys.open
    monkeypatch.setattr(ClinicKeys, "open", lambda keys, *what: opened.append(what[0]) or real(keys, *what))
    client.get(path)
    assert opened.count("patient.name") <= 50


def test_no_answer_counts_who_was_asked_and_only_before_the_visit(clinic: UUID) -> None:
    book(clinic, "Never Asked", 1, HOUR)
    asked = book(clinic, "Asked", 2, HOUR)
    sql(
        "INSERT INTO conversations_question (clinic_id, id, kind, subject_id, patient_id, phone_bi, number, asked_at, expires_at,"
        " answer) SELECT clinic_id, %s, 'appointment', id, patient_id, %s, '', %s, starts_at, '' FROM appointments_appointment"
        " WHERE id = %s",
        (uuid4(), bytes(16), business_time.now() - HOUR, asked),
    )
    client = staff.desk(clinic)
    figure = r"No answer yet</span><span class=\"v\">(\d+)"
    assert re.findall(figure, read(client, "/")) == ["1"]
    business_time.advance_to(business_time.now() + 2 * HOUR)
    html = read(client, "/")
    assert re.findall(figure, html) == ["0"] and html.count("Not confirmed") >= 2


def test_many_visits_come_in_pages(clinic: UUID) -> None:
    many = [booking(f"A{n}", person(n, name=f"Person {n}"), ahead=HOUR) for n in range(60)]
    factories.record(clinic, *many, announce=Announce.NONE, is_first_import=True)
    client = staff.desk(clinic)
    assert [read(client, f"/?page={page}").count("<tr data-row") for page in (1, 2)] == [50, 10]


def test_filters_stand_in_the_address(clinic: UUID) -> None:
    book(clinic, "Ann Now", 1, HOUR, clinician="Dr Osei")
    book(clinic, "Ben Now", 2, HOUR)
    client = staff.desk(clinic)
    for page in ("/", "/appointments/"):
        (address,) = re.findall(r'href="([^"]*with=\w+[^"]*)"[^>]*>\s*Dr Osei<', read(client, page))
        assert "Osei" not in address, "no name stands in an address"
    html = read(client, f"/{address}&status=not_asked")
    assert "Ann Now" in html and html.count("<tr data-row") == 1
    day = read(client, f"/appointments/{address}")
    assert "Ann Now" in day and "Ben Now" not in day


def test_time_is_the_clinics(clinic: UUID) -> None:
    start = datetime.combine(business_time.now().date(), datetime.min.time(), ZoneInfo("Europe/London")) + 11 * HOUR
    book(clinic, "Ann Now", 1, HOUR, start=start)
    assert ">11:00" in read(staff.desk(clinic), "/appointments/")


def test_a_wrong_number_is_not_offered_to_be_phoned(clinic: UUID) -> None:
    visit = book(clinic, "Ann Now", 1, HOUR)
    client = staff.desk(clinic)
    assert "tel:" in read(client, f"/appointments/?visit={visit}")
    client.post(f"/appointments/visits/{visit}/call", {"result": "wrong_number"})
    assert "tel:" not in read(client, f"/appointments/?visit={visit}")
    assert "tel:" not in read(client, "/appointments/calls?show=done")


def test_what_was_sent_today_is_counted(clinic: UUID) -> None:
    for last in (1, 2, 3):
        (delivery,) = factories.send(clinic, factories.intent(last))
        for kind in (1, 2 if last < 3 else 3):
            sql(
                "INSERT INTO messaging_event (clinic_id, message, at, kind, carrier) VALUES (%s, %s, %s, %s, 1)",
                (clinic, delivery.message_id, business_time.now(), kind),
            )
    counts = re.findall(r'<b class="strong num(?: bad)?">(\d+)</b>', read(staff.desk(clinic), "/"))
    assert counts == ["3", "2", "1"]


def test_who_has_written_that_they_come_later_stands_so_on_the_day_and_needs_no_call(clinic: UUID) -> None:
    visit = book(clinic, "Ann Now", 1, HOUR)
    client = staff.desk(clinic)
    assert "Ann Now" in read(client, "/appointments/calls")
    assert factories.hear(clinic, "I'm running 10 minutes late", 1) == "late"
    assert "Late, 10 min" in read(client, "/")
    assert "Ann Now" not in read(client, "/appointments/calls")
    client.post(f"/appointments/visits/{visit}/confirm")
    assert "Late, 10 min" not in read(client, "/") and "Confirmed" in read(client, "/")


def test_arrived_and_did_not_come_stand_on_the_day(clinic: UUID) -> None:
    visit = book(clinic, "Ann Now", 1, HOUR)
    client = staff.desk(clinic)
    page = f"/appointments/?visit={visit}"
    assert "Did not come" not in read(client, page), "the visit has not begun"
    client.post(f"/appointments/visits/{visit}/presence", {"said": "arrived", "back": page})
    assert "Arrived" in read(client, page)
    client.post(f"/appointments/visits/{visit}/back")
    business_time.advance_to(business_time.now() + 2 * HOUR)
    client.post(f"/appointments/visits/{visit}/presence", {"said": "missed", "back": page})
    assert factories.visit(clinic, "Ann Now").state == "missed"
    assert client.post(f"/appointments/visits/{visit}/presence", {"said": "confirmed"}).status_code == 404
