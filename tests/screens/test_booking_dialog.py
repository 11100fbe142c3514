"""Staff book and move in steps: a time is held, the words are shown, and nothing is settled before the last button."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.test import Client

from recado.appointments import actions as appointments
from recado.appointments.models import Appointment, Taken
from recado.appointments.types import ServiceView, Slot
from recado.clinics import access
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging.models import Link, Message
from tests import calendars, factories, pages, papers, staff

Kept = tuple[UUID, ServiceView]
NEW = "/appointments/book/new"


@pytest.fixture
def kept(database: None) -> Kept:
    return calendars.make()


def key(slot: Slot) -> str:
    return f"{slot.service_id} {slot.calendar_id} {slot.starts_at.isoformat()}"


def well(answer: Any, status: int = 200) -> str:
    html: str = answer.content.decode()
    assert answer.status_code == status and pages.Reading(html).faults == []
    return html


def hold(client: Client, path: str, slot: Slot) -> str:
    answer = client.post(path, {"hold": key(slot), "back": "/appointments/"})
    assert answer.status_code == 303
    return str(answer["Location"])


def test_a_time_is_chosen_first_and_then_the_patient(kept: Kept) -> None:
    clinic, service = kept
    slot, client = calendars.free(clinic, service)[2], staff.desk(clinic)
    factories.make_patient(clinic, name="María José Fernández")
    day = f"/appointments/?day={slot.starts_at.date()}"
    assert f'action="{NEW}"' in well(client.get(day))
    step = hold(client, NEW, slot)
    assert calendars.held(clinic) == 1 and "Held by" in well(client.get(day))
    html = well(client.get(step))
    assert "is held for you" in html and 'name="slot"' not in html, "nobody is booked yet"
    html = well(client.post(step, {"q": "fernand"}))
    assert "María José Fernández" in html and "1 found" in html and "number ends in" in html and "fernand" not in step
    patient = html.partition('href="/appointments/book/')[2].partition('"')[0].replace("&amp;", "&")
    html = well(client.get(f"/appointments/book/{patient}"))
    assert "your appointment is booked" in html and 'name="tell" value="text" checked' in html
    with clinic_scope(clinic):
        assert not Appointment.objects.exists() and not Message.objects.exists() and not Link.objects.exists()
    done = client.post(f"/appointments/book/{patient}", {"slot": key(slot), "tell": "text", "back": day})
    assert done["Location"] == day and calendars.held(clinic) == 0
    papers.work()
    assert "your appointment is booked" in factories.wordings(clinic)[-1]


def test_what_is_shown_before_a_move_is_what_goes_after_it(kept: Kept) -> None:
    clinic, service = kept
    times, client = calendars.free(clinic, service), staff.desk(clinic)
    visit = calendars.book(clinic, times[2])
    path = f"/appointments/visits/{visit}/move"
    step = hold(client, path, times[6])
    html = well(client.get(step))
    shown = html.partition('class="tl-msg"')[2].partition(">")[2].partition("</p>")[0]
    assert calendars.visit(clinic, visit).starts_at == times[2].starts_at, "the old time is kept"
    client.post(path, {"slot": key(times[6]), "tell": "text"})
    assert calendars.visit(clinic, visit).starts_at == times[6].starts_at
    papers.work()
    sent = factories.wordings(clinic)[-1]
    assert shown and sent.partition("/r/")[0] == shown.replace("&#x27;", "'").partition("/r/")[0]


def test_whoever_says_no_text_sends_none(kept: Kept) -> None:
    clinic, service = kept
    times, client = calendars.free(clinic, service), staff.desk(clinic)
    visit = calendars.book(clinic, times[2])
    client.post(f"/appointments/visits/{visit}/move", {"slot": key(times[6])})
    papers.work()
    assert factories.wordings(clinic) == []


def test_a_dialog_is_led_on_by_its_answer_and_closing_it_lets_the_time_go(kept: Kept) -> None:
    clinic, service = kept
    slot, client = calendars.free(clinic, service)[2], staff.desk(clinic)
    step = hold(client, NEW, slot)
    answer = client.post(step, {"let_go": "yes", "back": "/appointments/"}, headers={"X-In-Dialog": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/appointments/") and calendars.held(clinic) == 0
    assert client.post(step, {"let_go": "yes"}).status_code == 303


def test_one_of_the_staff_holds_one_time_and_a_late_one_is_said_to_be_free_still(kept: Kept) -> None:
    clinic, service = kept
    times, client = calendars.free(clinic, service), staff.desk(clinic)
    hold(client, NEW, times[2])
    step = hold(client, NEW, times[4])
    assert calendars.held(clinic) == 1
    factories.advance(timedelta(minutes=4))
    assert "is not held for you any more" in well(client.get(step))
    with clinic_scope(clinic):
        assert Taken.objects.count() == 1


def test_a_time_that_somebody_has_is_told_and_others_are_shown(kept: Kept) -> None:
    clinic, service = kept
    slot, one, other = calendars.free(clinic, service)[2], staff.desk(clinic), staff.hire(clinic, name="Ben Ode")
    step = hold(one, NEW, slot)
    late = staff.signed_in(clinic, other)
    answer = late.post(NEW, {"hold": key(slot)})
    html = well(answer, 409)
    assert "Somebody has just taken that time" in html and 'name="hold"' in html
    assert "Somebody has just taken that time" in well(late.get(step), 409)
    patient = factories.make_patient(clinic)
    assert late.post(f"/appointments/book/{patient}", {"slot": key(slot)}).status_code == 409


def test_a_patient_who_gets_no_texts_is_told_of_by_nobody_and_staff_see_why(kept: Kept) -> None:
    clinic, service = kept
    patient, client = factories.make_patient(clinic), staff.desk(clinic)
    factories.stop(clinic)
    step = hold(client, f"/appointments/book/{patient}", calendars.free(clinic, service)[2])
    assert "No text will tell of it" in well(client.get(step))


def test_what_the_text_costs_that_tells_of_a_booking_stands_with_all_its_digits(kept: Kept) -> None:
    clinic, service = kept
    patient, client = factories.make_patient(clinic), staff.desk(clinic)
    factories.sql(
        "INSERT INTO messaging_carrierprice (carrier, country, price, currency, source, at)"
        " VALUES (1, 'GB', 0.036, 'GBP', 'hand', now())"
    )
    step = hold(client, f"/appointments/book/{patient}", calendars.free(clinic, service)[2])
    assert "1 part, £0.036" in well(client.get(step))


@pytest.mark.parametrize(
    "query", ["?day=2027-01-01", "?from=2200-01-01", "?service=x&with=y", "?slot=a+b+c", "?with=99"]
)
def test_whatever_an_address_says_the_page_opens(kept: Kept, query: str) -> None:
    clinic, _service = kept
    assert "Book a visit" in well(staff.desk(clinic).get(NEW + query))


def test_a_clinic_without_services_is_told_what_to_do(database: None) -> None:
    clinic = factories.make_furnished().id
    assert "Nothing can be booked yet" in well(staff.desk(clinic).get(f"{NEW}?back={quote('//evil.example')}"))


def test_a_visit_moves_to_a_time_that_overlaps_its_own(kept: Kept) -> None:
    clinic, service = kept
    client = staff.desk(clinic)
    times = calendars.free(clinic, service)
    visit = calendars.book(clinic, times[2])
    path = f"/appointments/visits/{visit}/move"
    later = replace(times[2], starts_at=times[2].starts_at + timedelta(minutes=15))
    assert key(later) in well(client.get(f"{path}?day={later.starts_at.date()}"))
    html = well(client.get(hold(client, path, later)))
    assert 'href="[' not in html, "what is told later is not where Later leads"
    assert f'value="{key(later)}"' in html
    client.post(path, {"slot": key(later)})
    assert calendars.visit(clinic, visit).starts_at == later.starts_at


def test_a_patient_who_phones_gets_a_time_that_is_held_for_their_own_visit(kept: Kept) -> None:
    clinic, service = kept
    client, times = staff.desk(clinic), calendars.free(clinic, service)
    visit, other = calendars.book(clinic, times[2]), calendars.book(clinic, times[9], 322)
    texted = times[6]
    appointments.hold(clinic_id=clinic, wish=calendars.wish(texted), held_for=visit, by=OPERATOR)
    assert client.post(f"/appointments/visits/{other}/move", {"slot": key(texted)}).status_code == 409
    path = f"/appointments/visits/{visit}/move"
    well(client.get(hold(client, path, texted)))
    client.post(path, {"slot": key(texted)})
    assert calendars.visit(clinic, visit).starts_at == texted.starts_at
    assert calendars.held(clinic) == 0


def test_a_new_patient_is_made_while_the_time_stays_held(kept: Kept) -> None:
    clinic, service = kept
    slot, client = calendars.free(clinic, service)[2], staff.desk(clinic)
    step = hold(client, NEW, slot)
    html = well(client.post(step, {"q": "Zofia Nowak"}))
    assert "Nobody fits." in html and "New patient" in html
    html = well(client.post(step, {"q": "Zofia Nowak", "add": "form"}))
    assert 'name="name" value="Zofia Nowak"' in html and calendars.held(clinic) == 1
    factories.advance(timedelta(minutes=2))
    given = {"add": "yes", "name": " Zofia  Nowak ", "phone": "07700", "born": "", "language": "pl"}
    html = well(client.post(step, given), 422)
    assert "Too short" in html and 'value="07700"' in html
    factories.advance(timedelta(minutes=2))
    assert calendars.held(clinic) == 1, "each step holds it anew"
    made = client.post(step, given | {"phone": "07700 900377", "born": "1991-04-08"})
    assert made.status_code == 303 and "slot=" in made["Location"]
    html = well(client.get(made["Location"]))
    assert "Zofia" in html and 'name="slot"' in html and 'lang="pl"' in html and "is held for you" in html
    done = client.post(made["Location"], {"slot": key(slot), "tell": "text", "back": "/appointments/"})
    assert done["Location"] == "/appointments/"
    with clinic_scope(clinic):
        (booked,) = Appointment.objects.all()
        (patient,) = contacts.patients(clinic, [booked.patient_id]).values()
    assert (patient.name, patient.language, str(patient.birth_date)) == ("Zofia Nowak", "pl", "1991-04-08")
    assert factories.sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'patient.add'") == [(1,)]


def people(clinic: UUID) -> list[tuple[str, str]]:
    with clinic_scope(clinic):
        found = contacts.patients(clinic, contacts.newest_but(clinic, (), limit=10))
    return sorted((one.name, one.language) for one in found.values())


def test_whoever_is_on_record_is_shown_to_be_chosen_and_stays_as_they_are(kept: Kept) -> None:
    clinic, service = kept
    known = factories.make_patient(clinic, 377, name="Zofia Nowak", language="pl", record_number=None, birth_date=None)
    client = staff.desk(clinic)
    step = hold(client, NEW, calendars.free(clinic, service)[2])
    given = {"add": "yes", "name": "Zofia Nowak", "phone": "07700 900377", "language": "fr"}
    html = well(client.post(step, given), 422)
    assert "on record already" in html and f'href="/appointments/book/{known}?slot=' in html
    assert "is held for you" in html and people(clinic) == [("Zofia Nowak", "pl")]
    (detail,) = factories.sql("SELECT detail FROM foundation_auditevent WHERE action = 'patient.search'")
    assert detail == ({"patients": [str(known)]},)


def test_two_who_have_no_more_than_a_name_in_common_are_two(kept: Kept) -> None:
    clinic, service = kept
    client = staff.desk(clinic)
    step = hold(client, NEW, calendars.free(clinic, service)[2])
    given = {"add": "yes", "name": "Maria Garcia", "sure": "none"}
    first = client.post(step, given | {"language": "es"})["Location"]
    assert client.post(step, given | {"language": "fr"})["Location"] != first
    assert people(clinic) == [("Maria Garcia", "es"), ("Maria Garcia", "fr")]


def first_button(html: str, mark: str) -> str:
    """The one that Enter presses in the form that holds this."""
    return html.partition(mark)[2].partition("<button")[2].partition("</button>")[0]


def test_enter_presses_the_button_that_goes_on(kept: Kept) -> None:
    clinic, service = kept
    slot, client, patient = calendars.free(clinic, service)[2], staff.desk(clinic), factories.make_patient(clinic)
    html = well(client.post(hold(client, NEW, slot), {"q": "Zofia", "add": "form"}))
    assert "Add the patient" in first_button(html, 'name="add" value="yes"')
    html = well(client.get(hold(client, f"/appointments/book/{patient}", slot)))
    assert 'name="slot"' in first_button(html, "data-lets-go")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "7", "phone": ""}, "Write the patient"),
        ({"name": "Zofia", "phone": "", "born": "2200-01-01"}, "Choose a day that is past"),
        ({"name": "Zofia", "phone": "", "born": "yesterday"}, "Choose a day that is past"),
        ({"name": "Zofia", "phone": ""}, "Without a phone no text can reach this person"),
        ({"name": "Zofia", "phone": "+447700900321"}, "The number is also that of: Eleanor Whitcombe"),
    ],
)
def test_a_new_patient_is_not_made_before_what_gives_pause_is_said(kept: Kept, typed: Any, said: str) -> None:
    clinic, service = kept
    factories.make_patient(clinic)
    client = staff.desk(clinic)
    step = hold(client, NEW, calendars.free(clinic, service)[2])
    html = well(client.post(step, {"add": "yes", **typed}), 422)
    assert said in html
    if 'name="sure"' in html:
        sure = html.partition('name="sure" value="')[2].partition('"')[0]
        assert client.post(step, {"add": "yes", "sure": sure, **typed}).status_code == 303


def test_whoever_may_not_change_patients_adds_none(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic, service = kept
    client = staff.desk(clinic)
    monkeypatch.setattr(access, "may", lambda _request, permission: permission is not Permission.CHANGE_PATIENTS)
    step = hold(client, NEW, calendars.free(clinic, service)[2])
    assert "New patient" not in well(client.post(step, {"q": "Zofia"}))
    assert client.post(step, {"add": "yes", "name": "Zofia"}).status_code == 404


def test_another_visit_of_the_same_patient_follows_in_the_dialog(kept: Kept) -> None:
    clinic, service = kept
    slot, client, patient = calendars.free(clinic, service)[2], staff.desk(clinic), factories.make_patient(clinic)
    path = f"/appointments/book/{patient}"
    html = well(client.get(hold(client, path, slot)))
    assert "Book and add another" in html
    inside = {"X-In-Dialog": "true"}
    answer = client.post(path, {"more": key(slot), "tell": "text", "back": "/appointments/"}, headers=inside)
    assert answer.status_code == 303 and str(answer["Location"]).startswith(path)
    html = well(client.get(answer["Location"], headers=inside))
    assert 'id="dialog-part"' in html and "The visit is booked." in html and 'name="hold"' in html
    with clinic_scope(clinic):
        assert Appointment.objects.count() == 1
