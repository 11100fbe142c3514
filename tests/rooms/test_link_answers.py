"""What people do on the page behind their link: the same as by text, and nothing that a link should not do."""

from datetime import timedelta
from uuid import UUID

import pytest

from recado.conversations import actions as conversations
from recado.conversations import queries
from recado.conversations.models import Question
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.messaging import queries as texts
from tests import factories, pages
from tests.factories import DAY, NUMBER, booking, hear, person, record, release, sql, visit, wordings

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def run_due() -> None:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def book(clinic_id: UUID, *bookings: object, is_told: bool = False) -> None:
    """Records visits; what they tell at once goes only if `is_told`."""
    record(clinic_id, *bookings, is_first_import=not is_told)  # type: ignore[arg-type]
    release(clinic_id)
    run_due()


def last_text(clinic_id: UUID, last: int = 321) -> str:
    return wordings(clinic_id, last)[-1]


def count_texts(clinic_id: UUID, last: int = 321) -> int:
    return len(wordings(clinic_id, last))


def tasks() -> list[str]:
    return [row[0] for row in sql("SELECT kind FROM tasks_task ORDER BY id")]


def token_of(text: str) -> str:
    return text.rsplit("/r/", 1)[1].split()[0].rstrip(".")


# ------------------------------------------------------------------------------------------------ by link


@pytest.fixture
def token(clinic: UUID) -> str:
    """Of the confirmation's link, with the question out as well."""
    book(clinic, booking(), is_told=True)
    found = token_of(last_text(clinic))
    factories.advance(7 * DAY + timedelta(hours=1))
    run_due()
    return found


@pytest.mark.parametrize(
    ("said", "state", "wants"),
    [("confirm", "confirmed", False), ("change", "booked", True), ("cancel", "cancelled", False)],
)
def test_answer_by_link_does_the_same(clinic: UUID, token: str, said: str, state: str, wants: bool) -> None:
    page = conversations.answer_by_link(token, said)
    assert page is not None
    assert (page.state, page.wants_another_time) == (state, wants)
    assert (visit(clinic).state, visit(clinic).wants_another_time) == (state, wants)
    with clinic_scope(clinic):
        assert {question.answer for question in Question.objects.all()} == {said}


def test_page_shows_the_visit_and_changes_nothing(clinic: UUID, token: str) -> None:
    before = sql("SELECT xmin::text FROM appointments_appointment UNION ALL SELECT xmin::text FROM messaging_link")
    page = queries.visit_behind(token)
    assert page is not None
    assert (page.clinic_name, page.first_name, page.state) == ("Harbour Street Clinic", "Eleanor", "booked")
    assert page.receiving_number == NUMBER
    after = sql("SELECT xmin::text FROM appointments_appointment UNION ALL SELECT xmin::text FROM messaging_link")
    assert after == before


def test_opening_the_page_is_audited(clinic: UUID, token: str) -> None:
    queries.visit_behind(token)
    rows = sql("SELECT action, actor_kind FROM foundation_auditevent WHERE action = 'appointment.view'")
    assert rows == [("appointment.view", "patient")]


def test_cancel_by_link_may_be_taken_back(clinic: UUID, token: str) -> None:
    page = conversations.answer_by_link(token, "cancel")
    assert page is not None
    assert page.may_take_back
    page = conversations.answer_by_link(token, "take_back")
    assert page is not None
    assert (page.state, page.may_take_back) == ("booked", False)
    assert hear(clinic, "1") == "confirmed", "the question is open again"


@pytest.mark.parametrize("way", ["link", "text"])
def test_who_cancels_is_told_once_whichever_way_they_did(clinic: UUID, token: str, way: str) -> None:
    if way == "link":
        conversations.answer_by_link(token, "cancel")
    else:
        assert hear(clinic, "3") == "cancelled"
    planned = sql("SELECT step FROM journeys_timer WHERE clinic_id = %s", (clinic,))
    assert planned == ([("cancel_confirmed",)] if way == "link" else [])


def test_stop_by_link_is_confirmed_by_text_and_may_be_undone(clinic: UUID, token: str) -> None:
    before = count_texts(clinic)
    page = conversations.stop_by_link(token)
    assert page is not None
    assert page.is_stopped
    assert page.stopped_at is not None
    assert count_texts(clinic) == before + 1
    again = conversations.stop_by_link(token)
    assert again is not None
    assert count_texts(clinic) == before + 1
    page = conversations.start_by_link(token)
    assert page is not None
    assert not page.is_stopped
    assert count_texts(clinic) == before + 2


def test_wrong_person_ends_the_link_and_silences_the_number(clinic: UUID, token: str) -> None:
    before = count_texts(clinic)
    assert conversations.wrong_person_by_link(token)
    assert queries.visit_behind(token) is None
    assert conversations.answer_by_link(token, "cancel") is None
    assert not conversations.wrong_person_by_link(token)
    assert tasks() == ["wrong_number"]
    factories.advance(2 * DAY)
    run_due()
    assert count_texts(clinic) == before, "the second question is not sent to a stranger"


def test_wrong_person_ends_every_link_to_that_patient_on_that_phone(clinic: UUID) -> None:
    who = person()
    book(clinic, booking("A-1", who), booking("A-2", who, ahead=12 * DAY), is_told=True)
    first, second = (token_of(text) for text in wordings(clinic))
    assert conversations.wrong_person_by_link(first)
    assert queries.visit_behind(second) is None


def test_wrong_person_takes_back_what_waits_in_the_queue(clinic: UUID) -> None:
    from tests.desk import Desk

    book(clinic, booking(), is_told=True)
    found = token_of(last_text(clinic))
    with Desk() as desk:
        desk.send_all()
    factories.advance(7 * DAY + timedelta(hours=1))
    run_due()
    assert conversations.wrong_person_by_link(found)
    with Desk() as desk:
        assert desk.claim() is None


@pytest.mark.parametrize("act", ["answer", "stop", "start", "wrong"])
def test_ended_link_does_nothing(clinic: UUID, act: str) -> None:
    book(clinic, booking(ahead=timedelta(hours=30)), is_told=True)
    text = next(text for text in wordings(clinic))
    found = token_of(text) if "/r/" in text else ""
    if not found:
        pytest.fail("the confirmation has a link")
    factories.advance(timedelta(hours=31))
    did = {
        "answer": lambda: conversations.answer_by_link(found, "cancel"),
        "stop": lambda: conversations.stop_by_link(found),
        "start": lambda: conversations.start_by_link(found),
        "wrong": lambda: conversations.wrong_person_by_link(found) or None,
    }[act]()
    assert did is None
    assert visit(clinic).state == "booked"
    assert sql("SELECT count(*) FROM consent_withdrawal") == [(0,)]


def test_renewed_link_comes_to_the_phone_we_have_three_times_a_day(clinic: UUID, token: str) -> None:
    with clinic_scope(clinic):
        from recado.messaging import actions as messaging

        messaging.end_links(clinic_id=clinic, kind="appointment", subject_ids=[visit(clinic).id])
    before = count_texts(clinic)
    for _ in range(5):
        conversations.renew_link(token)
    assert count_texts(clinic) == before + 3
    fresh = texts.link_behind(token_of(last_text(clinic)))
    assert fresh is not None
    assert fresh.is_live
    conversations.renew_link("never-was")
    assert count_texts(clinic) == before + 3


def seen(path: str) -> str:
    page = pages.Reading(pages.browser().get(path, {"lang": "en"}).content.decode())
    assert page.faults == []
    return " ".join(" ".join(page.text).split())


def test_ended_link_says_who_writes_and_nothing_about_the_person(clinic: UUID, token: str) -> None:
    factories.advance(90 * DAY)
    once, never = seen(f"/r/{token}"), seen("/r/never-was")
    assert once == never
    assert "This link has ended" in once
    assert once.count("Harbour Street Clinic") == 2  # the title and the head of the page
    assert once.count("020 7946 0100") == 2  # a button, and the foot of the page
    assert "Mon–Fri" in once
    assert "if it asks for a reply" in once and "1 to" not in once, (
        "the text may have been about something else than a visit"
    )
    assert not [part for part in ("Eleanor", "Silva", "Is this not you?", "Stop all messages") if part in once]


def test_of_several_clinics_only_that_of_the_link_is_named(clinic: UUID, token: str) -> None:
    factories.make_clinic("quay-street", name="Quay Street Clinic", phone_shown="020 7946 0101")
    factories.advance(90 * DAY)
    once, never = seen(f"/r/{token}"), seen("/r/never-was")
    assert "Harbour Street Clinic" in once and "Quay" not in once
    assert "Your clinic" in never and "Street" not in never
    fresh = pages.browser().post(f"/r/{token}/new", query_params={"lang": "en"}).content.decode()
    assert "Look at your messages" in fresh and "Harbour Street Clinic" in fresh
