"""Who presses twice where a visit is booked: one visit, one text, and both presses lead to it."""

import re
from uuid import UUID

import pytest
from django.core.cache import cache

from recado.appointments import actions as appointments
from recado.appointments import online
from recado.appointments.models import Change
from recado.appointments.types import MOST_AHEAD, ServiceView
from recado.foundation.tenancy import clinic_scope
from tests import calendars, factories, pages
from tests.screens.self_booking import ask, at_once, code, confirm, key, public, sent_link, told, trying, visits, well

Kept = tuple[UUID, ServiceView]


@pytest.fixture
def kept(database: None) -> Kept:
    cache.clear()
    return calendars.make()


def test_who_books_twice_by_their_link_is_led_to_the_visit_and_a_link_that_ended_before_leads_nowhere(
    kept: Kept,
) -> None:
    clinic, service = kept
    slot = calendars.free(clinic, service)[2]
    older, link = (f"{sent_link(clinic)}/book?service={service.id}" for _ in range(2))  # the second ends the first
    client = pages.browser()
    for _ in range(2):
        booked = client.post(link, {"book": key(slot)})
        assert booked.status_code == 303 and "said=booked" in booked["Location"]
        assert "Your visit is booked" in well(client.get(booked["Location"]))
    assert [visit.starts_at for visit in visits(clinic)] == [slot.starts_at]
    with clinic_scope(clinic):
        assert Change.objects.filter(kind="booked").count() == 1
    last = told(clinic, 321)
    assert [text for text in factories.wordings(clinic, 321) if "is booked" in text] == [last]
    for path, given in (
        (older, {"book": key(slot)}),
        (link, {"hold": key(slot)}),
        (link, {"book": key(calendars.free(clinic, service)[4])}),
        (link, {"book": "1 yesterday"}),
    ):
        assert client.post(path, given).status_code == 410
    factories.advance(online.PRESSED_TWICE)
    assert client.post(link, {"book": key(slot)}).status_code == 410
    assert len(visits(clinic)) == 1


def test_a_double_press_at_one_moment_books_one_visit_and_both_are_led_to_it(kept: Kept) -> None:
    clinic, service = kept
    times = calendars.free(clinic, service)
    for at in range(
        MOST_AHEAD - 1
    ):  # the last that they may have: the second press must not hear that it is one too many
        patient = factories.make_patient(clinic, 555, record_number=f"R-{at}", name=f"Ana {at}")
        appointments.book_by_link(clinic_id=clinic, patient_id=patient, wish=calendars.wish(times[at * 2]))
    asked = ask(clinic, service, times[4])
    tried, right = trying(asked), code(clinic)
    answers = at_once(*[lambda: confirm(clinic, service, times[4], tried, right)] * 2)
    assert ["said=booked" in answer["Location"] for answer in answers] == [True, True]
    assert len(visits(clinic)) == MOST_AHEAD
    link, slot = f"{sent_link(clinic)}/book?service={service.id}", times[-1]
    answers = at_once(*[lambda: pages.browser().post(link, {"book": key(slot)})] * 2)
    assert ["said=booked" in answer["Location"] for answer in answers] == [True, True]
    assert len(visits(clinic)) == MOST_AHEAD + 1


def test_a_second_tap_sends_no_form_of_the_page_again(kept: Kept) -> None:
    clinic, service = kept
    slot = calendars.free(clinic, service)[2]
    for html in (well(pages.browser().get(public(clinic, service, slot))), well(ask(clinic, service, slot))):
        (form,) = re.findall(r"<form [^>]*/r/book/[^>]*>", html)
        assert "data-settle" in form
