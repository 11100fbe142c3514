"""Staff put free times into an answer: the text offers them, and a letter moves the visit."""

import contextlib
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import ServiceView, SlotTaken, SlotWish, Suggested
from recado.clinics import actions as clinics
from recado.clinics.roles import CLINICIAN
from recado.clinics.types import QuietHours
from recado.conversations import actions as conversations
from recado.conversations import queries as talks
from recado.conversations.types import Folder, Following, ThreadRow
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from tests import calendars, factories, pages, staff
from tests.factories import hear, sql

pytestmark = pytest.mark.usefixtures("database")

BY = Actor(ActorKind.STAFF, str(UUID(int=1)))
Kept = tuple[UUID, ServiceView, UUID]


@pytest.fixture
def kept(database: None) -> Kept:
    """A clinic, its service, and a visit whose patient has written."""
    clinic, service = calendars.make()
    visit = calendars.book(clinic, calendars.free(clinic, service)[3])
    hear(clinic, "Do I need to bring the letter?")  # a person reads it: a wish for another time is answered at once
    with clinic_scope(clinic):
        appointments.note_wish(clinic_id=clinic, visit_id=visit, by=OPERATOR)
    return clinic, service, visit


def suggested(clinic: UUID, visit: UUID) -> Suggested:
    with clinic_scope(clinic):
        found = queries.suggested(clinic, visit)
    assert found is not None
    return found


def offered(clinic: UUID, visit: UUID, keys: str, text: str) -> Following | None:
    with clinic_scope(clinic):
        return appointments.offer_suggested(clinic_id=clinic, visit_id=visit, keys=keys, text=text, by=OPERATOR)


def row_of(clinic: UUID) -> ThreadRow:
    with clinic_scope(clinic):
        return talks.page(clinic, Folder.ALL, UUID(int=0))[0]


def send(desk: Client, row: ThreadRow, text: str, offer: str) -> Any:
    given = {"text": text, "version": row.version, "ref": str(uuid4()), "offer": offer}
    return desk.post(f"/inbox/{row.id}/reply", given)


def test_letter_moves_the_visit_when_staff_sent_the_suggested_answer(kept: Kept) -> None:
    clinic, _, visit = kept
    found, desk = suggested(clinic, visit), staff.desk(clinic)
    page = desk.get(f"/inbox/{row_of(clinic).id}").content.decode()
    for words in ("Suggested answer, from 3 free times", "A: ", 'data-key="u"', "Free times that fit"):
        assert words in page
    assert pages.Reading(page).faults == []
    answer = send(desk, row_of(clinic), f"Of course. {found.text}", f"{visit} {found.keys}")
    assert answer.status_code == 303
    hear(clinic, "B")
    assert calendars.visit(clinic, visit).starts_at == found.slots[1].starts_at


def test_suggested_answer_goes_into_the_form_without_script(kept: Kept) -> None:
    clinic, _, visit = kept
    page = staff.desk(clinic).get(f"/inbox/{row_of(clinic).id}?use=yes").content.decode()
    assert suggested(clinic, visit).text.split(".")[0] in page.split('id="reply-text"')[1].split("</textarea>")[0]


def test_answer_offers_nothing_when_its_writer_changed_the_times(kept: Kept) -> None:
    clinic, _, visit = kept
    found = suggested(clinic, visit)
    assert offered(clinic, visit, found.keys, "Come on Friday at noon.") is None
    assert offered(clinic, visit, found.keys, found.text) is not None


def test_answer_stays_in_the_form_when_a_time_was_taken_since(kept: Kept) -> None:
    clinic, service, visit = kept
    found, row, desk = suggested(clinic, visit), row_of(clinic), staff.desk(clinic)
    slot = found.slots[0]
    factories.make_patient(clinic, 700, record_number="R-700")
    other = factories.make_patient(clinic, 701, record_number="R-701")
    appointments.book(
        clinic_id=clinic,
        wish=SlotWish(service.id, slot.calendar_id, slot.starts_at),
        patient_id=other,
        tell=False,
        by=OPERATOR,
    )
    with pytest.raises(SlotTaken):
        offered(clinic, visit, found.keys, found.text)
    answer = send(desk, row, found.text, f"{visit} {found.keys}")
    page = answer.content.decode()
    assert answer.status_code == 409 and "free no more" in page
    assert pages.Reading(page).faults == []
    assert row_of(clinic).waiting_since is not None


@pytest.mark.parametrize("keys", ["", "nonsense", "1 2026-12-24T10:00", "1 2026-12-24T10:00:00+00:00"])
def test_nothing_is_offered_when_the_form_names_no_time_that_is_free(kept: Kept, keys: str) -> None:
    clinic, _, visit = kept
    with contextlib.suppress(SlotTaken):
        assert offered(clinic, visit, keys, "Any time.") is None


def test_letter_says_nothing_when_the_answer_was_taken_back(kept: Kept) -> None:
    clinic, _, visit = kept
    found, row = suggested(clinic, visit), row_of(clinic)
    was = calendars.visit(clinic, visit).starts_at
    with clinic_scope(clinic):
        written = conversations.reply(
            clinic_id=clinic,
            thread_id=row.id,
            text=found.text,
            version=row.version,
            ref="x",
            by=BY,
            asks=lambda at: appointments.offer_suggested(
                clinic_id=clinic, visit_id=visit, keys=found.keys, text=found.text, by=OPERATOR, leaves_at=at
            ),
        )
        assert written.message_id and conversations.recall(clinic_id=clinic, message_id=written.message_id, by=BY)
    hear(clinic, "B")
    assert calendars.visit(clinic, visit).starts_at == was


def test_a_form_that_comes_back_still_offers_the_times_in_its_text(kept: Kept) -> None:
    clinic, _, visit = kept
    found, row, desk = suggested(clinic, visit), row_of(clinic), staff.desk(clinic)
    offer = f"{visit} {found.keys}"
    colleague = staff.signed_in(clinic, staff.hire(clinic, name="Ben Carter"))
    assert send(colleague, row, "One moment.", "").status_code == 303
    page = send(desk, row, found.text, offer).content.decode()
    assert f'name="offered" value="{offer}"' in page and pages.Reading(page).faults == []
    given = {"text": found.text, "version": row.version, "ref": str(uuid4()), "offer": "", "offered": offer}
    assert desk.post(f"/inbox/{row.id}/reply", given | {"even_so": "yes"}).status_code == 303
    assert calendars.held(clinic) == 3
    hear(clinic, "A")
    assert calendars.visit(clinic, visit).starts_at == found.slots[0].starts_at


def test_whoever_may_not_change_visits_is_suggested_no_times_and_holds_none(kept: Kept) -> None:
    clinic, _, visit = kept
    found, row, desk = suggested(clinic, visit), row_of(clinic), staff.desk(clinic, CLINICIAN)
    page = desk.get(f"/inbox/{row.id}").content.decode()
    assert "Suggested answer" not in page and "Free times that fit" not in page and "data-put" not in page
    assert send(desk, row, found.text, f"{visit} {found.keys}").status_code == 303
    assert calendars.held(clinic) == 0


def move_away(clinic: UUID, service: ServiceView, visit: UUID) -> None:
    """The visit is in some days: times near it are far enough for an answer that leaves later."""
    with clinic_scope(clinic):
        appointments.move(
            clinic_id=clinic,
            visit_id=visit,
            wish=calendars.wish(calendars.free(clinic, service, after=timedelta(days=5))[0]),
            tell=False,
            by=OPERATOR,
        )


def test_times_of_a_text_that_leaves_later_are_held_until_an_hour_after_it(kept: Kept) -> None:
    clinic, service, visit = kept
    move_away(clinic, service, visit)
    found, row, desk = suggested(clinic, visit), row_of(clinic), staff.desk(clinic)
    given = {"text": found.text, "version": row.version, "offer": f"{visit} {found.keys}", "later": "own"}

    def later(at: datetime) -> Any:
        typed = at.strftime("%Y-%m-%dT%H:%M")
        return desk.post(f"/inbox/{row.id}/reply", given | {"ref": str(uuid4()), "later_at": typed})

    assert later(found.slots[0].starts_at - timedelta(minutes=5)).status_code == 409
    assert calendars.held(clinic) == 0
    page = later(business_time.now() + timedelta(hours=5))
    assert page.status_code == 303
    factories.advance(timedelta(hours=4))
    assert calendars.held(clinic) == 3
    recall = sql("SELECT id FROM conversations_reply")[0][0]
    assert desk.post(f"/inbox/{row.id}/recall/{recall}").status_code == 303
    assert calendars.held(clinic) == 0


def test_times_of_a_text_that_the_hours_hold_are_held_until_an_hour_after_it(kept: Kept) -> None:
    clinic, service, visit = kept
    clinics.change_settings(clinic_id=clinic, by=OPERATOR, quiet_hours=QuietHours(time(9), time(18)))
    move_away(clinic, service, visit)
    factories.advance(timedelta(days=1, hours=1))  # what they wrote is no news any more: planned hours apply
    sql("UPDATE conversations_thread SET waiting_since = NULL")
    evening = business_time.now().replace(hour=20, minute=0, second=0)
    business_time.advance_to(evening if evening > business_time.now() else evening + timedelta(days=1))
    found, row, desk = suggested(clinic, visit), row_of(clinic), staff.desk(clinic)
    assert send(desk, row, found.text, f"{visit} {found.keys}").status_code == 303
    factories.advance(timedelta(hours=13, minutes=30))
    assert calendars.held(clinic) == 3, "it left at nine, half an hour ago"
    factories.advance(timedelta(hours=1))
    assert calendars.held(clinic) == 0


def test_suggested_times_are_those_that_the_patient_wishes_for(kept: Kept) -> None:
    clinic, _, visit = kept
    day = (business_time.now() + timedelta(days=4)).date()
    hear(clinic, f"Could I come on {day:%d/%m} after 13:00 instead? And must I bring the letter?")
    page = staff.desk(clinic).get(f"/inbox/{row_of(clinic).id}").content.decode()
    assert pages.Reading(page).faults == []
    with clinic_scope(clinic):
        wish = talks.time_wished(
            ["not before 10h please", f"on {day:%d/%m} after 13:00", "thanks"], business_time.now()
        )
        found = queries.suggested(clinic, visit, wish)
    assert wish is not None and (wish.day, wish.not_before) == (day, time(13))
    assert found is not None and {slot.starts_at.date() for slot in found.slots} == {day}
    assert all(slot.starts_at.hour >= 13 for slot in found.slots)


@pytest.mark.parametrize("said", [[], ["Thanks!"], ["Do I need to bring the letter?"]])
def test_no_time_is_wished_for_where_none_is_named(said: list[str]) -> None:
    assert talks.time_wished(said, business_time.now()) is None
