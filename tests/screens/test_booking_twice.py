"""Who presses twice where a visit is booked: one visit, one text, and both presses lead to it."""

import re
from functools import partial
from uuid import UUID

import pytest
from django.core.cache import cache

from recado.appointments import actions as appointments
from recado.appointments import by_code, online
from recado.appointments.models import Change
from recado.appointments.times import HOLD
from recado.appointments.types import MOST_AHEAD, LinkUsed, ServiceView
from recado.foundation.actors import OPERATOR
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
        (older, {"book": key(calendars.free(clinic, service)[4])}),
        (link, {"hold": key(slot)}),
        (link, {"book": "1 yesterday"}),
    ):
        assert client.post(path, given).status_code == 410
    other = client.post(link, {"book": key(calendars.free(clinic, service)[4])})
    assert "said=other" in other["Location"] and "has booked the one below" in well(client.get(other["Location"]))
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


def test_of_two_times_chosen_at_one_moment_by_one_link_one_is_booked_and_both_are_led_to_it(kept: Kept) -> None:
    clinic, service = kept
    for last in range(321, 325):
        link, times = f"{sent_link(clinic, last)}/book?service={service.id}", calendars.free(clinic, service)
        before = len(visits(clinic))
        posts = [partial(pages.browser().post, link, {"book": key(times[at])}) for at in (0, 4)]
        answers = at_once(*posts)
        assert len(visits(clinic)) == before + 1
        said = {answer["Location"].partition("?")[2]: answer["Location"] for answer in answers}
        assert sorted(said) == ["said=booked", "said=other"]
        for words, address in said.items():
            html = well(pages.browser().get(address))
            assert "Your visit is booked" in html and "Choose another time" in html and "please cancel" in html
            assert ("has booked the one below" in html) is (words == "said=other")


def test_a_link_that_ends_before_its_turn_books_nothing(kept: Kept) -> None:
    clinic, service = kept
    token, wish = sent_link(clinic).rpartition("/")[2], calendars.wish(calendars.free(clinic, service)[2])
    patient = factories.make_patient(clinic)
    with clinic_scope(clinic):
        appointments.end_booking_link(clinic_id=clinic, patient_id=patient, by=OPERATOR)
    with pytest.raises(LinkUsed):
        appointments.book_by_link(clinic_id=clinic, patient_id=patient, wish=wish, token=token)
    assert visits(clinic) == []


def test_send_me_a_code_pressed_twice_is_one_press(kept: Kept) -> None:
    clinic, service = kept
    times = calendars.free(clinic, service)
    first, second = (trying(ask(clinic, service, times[2], name)) for name in ("Nora Field", "nora  Field"))
    assert first == second and calendars.held(clinic) == 1
    assert len([text for text in factories.wordings(clinic, 555) if "code" in text]) == 1
    asked = at_once(*[lambda: ask(clinic, service, times[6])] * 2)
    assert len({trying(answer) for answer in asked}) == 1
    assert len(factories.wordings(clinic, 555)) == 2, "a code for each time"
    assert ask(clinic, service, times[2], phone="07700 900556").status_code == 409, "held for whoever was first"
    assert ask(clinic, service, times[2], "Max Field").status_code == 409
    assert confirm(clinic, service, times[6], trying(asked[0]), code(clinic)).status_code == 303
    factories.advance(HOLD)
    assert trying(ask(clinic, service, times[2])) != first, "not held any more: a new code"
    assert len(factories.wordings(clinic, 555)) == 3


def test_who_typed_a_code_wrong_too_often_begins_anew_at_the_same_time(kept: Kept) -> None:
    clinic, service = kept
    slot = calendars.free(clinic, service)[2]
    first = trying(ask(clinic, service, slot))
    wrong = "000000" if code(clinic) != "000000" else "111111"
    for _ in range(by_code.MOST_TRIES):
        assert confirm(clinic, service, slot, first, wrong).status_code == 422
    again = ask(clinic, service, slot)
    assert trying(again) != first and calendars.held(clinic) == 1
    assert confirm(clinic, service, slot, trying(again), code(clinic)).status_code == 303
    assert [visit.starts_at for visit in visits(clinic)] == [slot.starts_at]


def test_a_second_tap_sends_no_form_of_the_page_again(kept: Kept) -> None:
    clinic, service = kept
    slot = calendars.free(clinic, service)[2]
    for html in (well(pages.browser().get(public(clinic, service, slot))), well(ask(clinic, service, slot))):
        (form,) = re.findall(r"<form [^>]*/r/book/[^>]*>", html)
        assert "data-settle" in form
