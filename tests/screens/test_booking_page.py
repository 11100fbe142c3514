"""Patients book a visit by themselves: by a link of their own, and on the clinic's page with a code."""

from dataclasses import replace
from datetime import timedelta, timezone
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.core.cache import cache

from recado.appointments import actions as appointments
from recado.appointments import by_code, online, own_bookings
from recado.appointments.models import BookingTry, Change
from recado.appointments.types import MOST_AHEAD, ServiceView, TooMany
from recado.clinics import queries as clinics
from recado.clinics.types import CareBasis
from recado.consent import queries as said
from recado.consent.types import PurposeGroup, Stand
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.web import booking_page
from tests import calendars, factories, pages, staff
from tests.screens.self_booking import ask, at_once, code, confirm, key, public, sent_link, told, trying, visits, well

Kept = tuple[UUID, ServiceView]


@pytest.fixture
def kept(database: None) -> Kept:
    cache.clear()
    return calendars.make()


# ------------------------------------------------------------------------------------------------ by link


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_patient_books_one_visit_by_their_link(kept: Kept, language: str) -> None:
    clinic, service = kept
    link, slot, client = sent_link(clinic), calendars.free(clinic, service)[2], pages.browser()
    assert client.get(link)["Location"].startswith(f"{link}/book")
    path = f"{link}/book?service={service.id}&lang={language}"
    well(client.get(path))
    assert calendars.held(clinic) == 0 and visits(clinic) == [], "whoever only looks holds nothing"
    assert client.post(path, {"hold": key(slot)}).status_code == 303
    assert calendars.held(clinic) == 1
    assert f'name="book" value="{key(slot)}"' in well(client.get(path))
    booked = client.post(path, {"book": key(slot)})
    (visit,) = visits(clinic)
    assert (visit.starts_at, visit.source, calendars.held(clinic)) == (slot.starts_at, "recado", 0)
    assert "said=booked" in booked["Location"]
    well(client.get(booked["Location"]))
    with clinic_scope(clinic):
        line = Change.objects.get()
    assert (line.kind, line.actor_kind, line.actor_ref) == ("booked", "patient", "link")
    assert client.get(path).status_code == 410, "a link books one visit"


def test_a_time_that_somebody_has_is_told_and_nothing_is_booked(kept: Kept) -> None:
    clinic, service = kept
    link, slot = sent_link(clinic), calendars.free(clinic, service)[2]
    calendars.book(clinic, slot, 322)
    path, client = f"{link}/book?service={service.id}", pages.browser()
    for do in ("hold", "book"):
        answer = client.post(path, {do: key(slot)})
        assert "said=gone" in answer["Location"]
    assert "Somebody has just taken that time" in well(client.get(answer["Location"]))
    assert len(visits(clinic)) == 1


def test_of_two_who_book_one_time_at_once_one_has_it_and_the_other_is_shown_those_near_it(kept: Kept) -> None:
    clinic, service = kept
    slot = calendars.free(clinic, service)[-3]  # on the last day, far from the first that is free
    paths = [f"{sent_link(clinic, last)}/book?service={service.id}" for last in (321, 322)]

    def press(path: str) -> tuple[str, str]:
        return path, pages.browser().post(path, {"book": key(slot)})["Location"]

    answers = at_once(*(partial(press, path) for path in paths))
    (won,) = [where for _, where in answers if "said=booked" in where]
    ((path, lost),) = [pair for pair in answers if "said=gone" in pair[1]]
    assert won and [visit.starts_at for visit in visits(clinic)] == [slot.starts_at]
    html = well(pages.browser().get(lost))
    assert "Somebody has just taken that time" in html
    near = [one for one in calendars.free(clinic, service) if one.starts_at.date() == slot.starts_at.date()]
    assert near and all(key(one) in html for one in near)
    pages.browser().post(path, {"book": key(near[0])})
    assert len(visits(clinic)) == 2


@pytest.mark.parametrize("typed", ["", "x", "1 yesterday", "99 2026-12-01T09:00:00+00:00", "1 2026-12-01T09:00:00"])
def test_a_time_nobody_offered_books_nothing(kept: Kept, typed: str) -> None:
    clinic, service = kept
    path = f"{sent_link(clinic)}/book?service={service.id}"
    assert pages.browser().post(path, {"book": typed}).status_code == 303
    assert visits(clinic) == []


def test_a_link_taken_back_or_expired_books_nothing_and_only_the_expired_is_renewed(kept: Kept) -> None:
    clinic, _service = kept
    link, client = sent_link(clinic), pages.browser()
    factories.advance(own_bookings.LINK_LIVES + timedelta(minutes=1))
    assert client.get(f"{link}/book").status_code == 410
    before = len(factories.wordings(clinic))
    client.post(f"{link}/new")
    assert len(factories.wordings(clinic)) == before + 1
    link = sent_link(clinic)
    with clinic_scope(clinic):
        patient = factories.make_patient(clinic)
        appointments.end_booking_link(clinic_id=clinic, patient_id=patient, by=OPERATOR)
    assert client.get(f"{link}/book").status_code == 410
    before = len(factories.wordings(clinic))
    client.post(f"{link}/new")
    assert len(factories.wordings(clinic)) == before


def test_the_link_to_book_answers_no_visit(kept: Kept) -> None:
    clinic, _service = kept
    link, client = sent_link(clinic), pages.browser()
    for path, given in ((link, {"answer": "confirm"}), (f"{link}/cancel", {}), (f"{link}/times", {"move": "1 x"})):
        assert client.post(path, given).status_code in (303, 410)
    assert well(client.get(f"{link}/messages")) and well(client.get(f"{link}/wrong"))


def test_nobody_has_more_visits_booked_by_themselves_than_may_be(kept: Kept) -> None:
    clinic, service = kept
    times = calendars.free(clinic, service)
    for at in range(MOST_AHEAD):
        patient = factories.make_patient(clinic, 321, record_number=f"R-{at}", name=f"Ana {at}")
        appointments.book_by_link(clinic_id=clinic, patient_id=patient, wish=calendars.wish(times[at * 2]))
    with pytest.raises(TooMany):
        appointments.book_by_link(clinic_id=clinic, patient_id=patient, wish=calendars.wish(times[-1]))
    link = sent_link(clinic)
    answer = pages.browser().post(f"{link}/book?service={service.id}", {"hold": key(times[-1])})
    assert f"{MOST_AHEAD} that are still to come" in well(pages.browser().get(answer["Location"]))
    calendars.book(clinic, times[-1], 321)  # staff book as many as they like


# ------------------------------------------------------------------------------------------------ by page


def test_a_stranger_books_once_their_code_has_come_back(kept: Kept) -> None:
    clinic, service = kept
    slot, client = calendars.free(clinic, service)[2], pages.browser()
    assert f"slot={slot.calendar_id}" in well(client.get(public(clinic, service)))
    well(client.get(public(clinic, service, slot, lang="ar")))
    assert calendars.held(clinic) == 0
    asked = ask(clinic, service, slot)
    well(asked)
    assert calendars.held(clinic) == 1 and visits(clinic) == []
    tried, right = trying(asked), code(clinic)
    wrong = confirm(clinic, service, slot, tried, "000000" if right != "000000" else "111111")
    assert wrong.status_code == 422 and pages.Reading(wrong.content.decode()).faults == [] and visits(clinic) == []
    done = confirm(clinic, service, slot, tried, right)
    (visit,) = visits(clinic)
    assert visit.starts_at == slot.starts_at and "said=booked" in done["Location"] and calendars.held(clinic) == 0
    assert "Your visit is booked" in well(client.get(done["Location"]))
    assert "your appointment is booked" in told(clinic)
    again = confirm(clinic, service, slot, tried, right)
    assert "said=booked" in again["Location"] and len(visits(clinic)) == 1, "who presses twice is led to the visit"
    assert "Your visit is booked" in well(client.get(again["Location"]))
    assert confirm(clinic, service, slot, tried, "000000" if right != "000000" else "111111").status_code == 422
    with clinic_scope(clinic):
        assert Change.objects.count() == 1
    factories.advance(online.PRESSED_TWICE)
    assert confirm(clinic, service, slot, tried, right).status_code == 422, "a code is good once"


def test_whoever_is_on_record_at_the_phone_by_that_name_is_the_patient(kept: Kept) -> None:
    clinic, service = kept
    known = factories.make_patient(clinic, 555, name="Nóra Field")
    times = calendars.free(clinic, service)
    for at, (name, is_known) in enumerate((("nora  field", True), ("Max Field", False))):
        asked = ask(clinic, service, times[at * 3], name)
        assert confirm(clinic, service, times[at * 3], trying(asked), code(clinic)).status_code == 303
        assert (visits(clinic)[at].patient_id == known) is is_known


def test_a_time_lost_while_the_code_was_on_its_way_needs_no_second_code(kept: Kept) -> None:
    clinic, service = kept
    times = calendars.free(clinic, service)
    asked = ask(clinic, service, times[2])
    factories.advance(timedelta(minutes=4))
    calendars.book(clinic, times[2], 322)
    gone = confirm(clinic, service, times[2], trying(asked), code(clinic))
    assert "/book" in gone["Location"] and "said=gone" in gone["Location"]
    again = confirm(clinic, service, times[2], trying(asked), code(clinic))
    assert "/book" in again["Location"] and "said=gone" in again["Location"], "pressed twice: the same is said"
    client = pages.browser()
    path = f"{gone['Location'].partition('?')[0]}?service={service.id}"
    well(client.get(path))
    client.post(path, {"book": key(times[4])})
    assert [visit.starts_at for visit in visits(clinic)] == [times[2].starts_at, times[4].starts_at]
    spent = confirm(clinic, service, times[2], trying(asked), code(clinic))
    assert spent.status_code == 422, "one code, one visit"


def test_a_number_gets_three_codes_a_day_and_looks_the_same_after(kept: Kept) -> None:
    clinic, service = kept
    times = calendars.free(clinic, service)
    for at in range(by_code.CODES_A_DAY + 1):
        well(ask(clinic, service, times[at * 3]))
    assert len(factories.wordings(clinic, 555)) == by_code.CODES_A_DAY
    well(ask(clinic, service, times[19], phone="+33 6 39 98 01 12"))
    assert calendars.held(clinic) == by_code.CODES_A_DAY, "what waits for no code is not held"


def test_strangers_hold_few_times_at_once(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic, service = kept
    monkeypatch.setattr(by_code, "HELD_AT_ONCE", 2)
    times = calendars.free(clinic, service)
    for at in range(4):
        well(ask(clinic, service, times[at * 3], phone=f"07700 90055{at}"))
    assert calendars.held(clinic) == 2
    assert times[9].starts_at in [slot.starts_at for slot in calendars.free(clinic, service)], "asked for, not held"


@pytest.mark.parametrize(("name", "phone"), [("", "07700 900555"), ("Nora", "12"), ("Nora", "")])
def test_what_can_not_be_used_is_said_and_sends_nothing(kept: Kept, name: str, phone: str) -> None:
    clinic, service = kept
    answer = ask(clinic, service, calendars.free(clinic, service)[0], name, phone)
    assert answer.status_code == 422 and pages.Reading(answer.content.decode()).faults == []
    assert factories.wordings(clinic) == []


def test_a_clinic_without_such_a_service_has_no_page(database: None) -> None:
    clinic, service = calendars.make(by_anyone=False)
    slot = calendars.free(clinic, service)[0]
    assert pages.browser().get(public(clinic, service)).status_code == 404
    assert ask(clinic, service, slot).status_code == 404
    assert pages.browser().get("/r/book/nothing").status_code == 404


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+00:00",
        "9999-12-31T23:59:59-12:00",
        "1999-12-31T23:59:00+00:00",
        "2201-01-01T00:00:00+00:00",
    ],
)
def test_a_moment_of_no_calendar_is_no_time_and_breaks_no_page(database: None, moment: str) -> None:
    cache.clear()
    clinic, service = calendars.make(time_zone="America/New_York")
    slot, client = calendars.free(clinic, service)[2], pages.browser()
    page = public(clinic, service).partition("?")[0]
    link = f"{sent_link(clinic)}/book?service={service.id}"
    for number in (slot.calendar_id, 10**30):
        query = urlencode({"service": service.id, "slot": f"{number} {moment}"})
        assert 'name="phone"' not in well(client.get(f"{page}?{query}")), "the times are shown, no form"
        well(client.post(f"{page}?{query}", {"do": "ask", "name": "Nora Field", "phone": "07700 900555"}))
        for do in ("hold", "book"):
            assert client.post(link, {do: f"{number} {moment}"}).status_code == 303
    assert visits(clinic) == [] and BookingTry.objects.count() == 0


@pytest.mark.parametrize("hours", [16, -16, 23, -23])
def test_an_offset_that_no_zone_has_is_read_all_the_same(kept: Kept, hours: int) -> None:
    clinic, service = kept
    slot = calendars.free(clinic, service)[2]
    odd = replace(slot, starts_at=slot.starts_at.astimezone(timezone(timedelta(hours=hours))))
    link = f"{sent_link(clinic)}/book?service={service.id}"
    well(ask(clinic, service, odd))
    assert "said=gone" in pages.browser().post(link, {"hold": key(odd)})["Location"], "it is kept for who has the code"


def test_a_number_no_calendar_can_have_books_nothing(kept: Kept) -> None:
    clinic, service = kept
    slot = calendars.free(clinic, service)[2]
    link, client = f"{sent_link(clinic)}/book?service={service.id}", pages.browser()
    for number in (2**63, 10**30, -(10**30), 0, -1):
        named = replace(slot, calendar_id=number)
        assert ask(clinic, service, named).status_code in (200, 409)
        for do in ("hold", "book"):
            assert client.post(link, {do: key(named)}).status_code == 303
    assert visits(clinic) == [] and calendars.held(clinic) == 0


def test_too_many_looks_from_one_address_have_to_wait(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic, _service = kept
    monkeypatch.setattr(booking_page, "_looks", {})
    monkeypatch.setattr(booking_page, "LOOKS_A_SECOND", 0.001)
    monkeypatch.setattr(booking_page, "LOOKS_AT_ONCE", 3.0)
    client, path = pages.browser(), f"/r/book/{clinics.clinic_settings(clinic).short_code}"
    statuses = {client.get(path).status_code for _ in range(3)}
    busy = client.get(path)
    assert statuses == {200} and busy.status_code == 429 and pages.Reading(busy.content.decode()).faults == []


def test_where_texts_need_a_yes_the_form_takes_it(database: None) -> None:
    cache.clear()
    clinic, service = calendars.make(care_basis=CareBasis.CONSENT)
    slot = calendars.free(clinic, service)[2]
    assert "I agree, send me a code" in well(pages.browser().get(public(clinic, service, slot)))
    asked = ask(clinic, service, slot)
    assert confirm(clinic, service, slot, trying(asked), code(clinic)).status_code == 303
    (visit,) = visits(clinic)
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, factories.phone(555))
        stands = {one.group: one.stand for one in said.choices(clinic, visit.patient_id, bi, CareBasis.CONSENT)}
    assert stands[PurposeGroup.CARE] is Stand.PERMITTED
    assert "your appointment is booked" in told(clinic)


def test_tries_are_forgotten_after_two_days(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic, service = kept
    ask(clinic, service, calendars.free(clinic, service)[0])
    monkeypatch.setattr(by_code, "KEPT_FOR", -timedelta(hours=1))
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        by_code.forget_old(connection)
    with clinic_scope(clinic):
        assert not BookingTry.objects.exists()


# ------------------------------------------------------------------------------------------------ staff


def test_staff_send_a_link_and_take_it_back(kept: Kept) -> None:
    clinic, _service = kept
    patient, client = factories.make_patient(clinic), staff.desk(clinic)
    page = f"/appointments/book/{patient}"
    assert "Or let the patient choose" in client.get(page).content.decode()
    assert client.post(f"{page}/link", {"do": "send"}).status_code == 303
    html = client.get(page).content.decode()
    assert "It is good until" in html and pages.Reading(html).faults == []
    client.post(f"{page}/link", {"do": "end"})
    assert "It is good until" not in client.get(page).content.decode()
    factories.stop(clinic)
    assert "was not sent" in client.post(f"{page}/link", {"do": "send"}, follow=True).content.decode()
