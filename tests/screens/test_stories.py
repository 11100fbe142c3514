"""The story of a text: for who reads messages, for who looks after connections, and as a text for a ticket."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from recado.clinics.roles import AUDITOR, INTEGRATOR, PRIVACY_OFFICER, RECEPTION
from recado.foundation import business_time
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import plans, worker
from recado.messaging.models import Message
from recado.messaging.types import EventKind, State
from recado.web.stories import assembling, words
from tests import factories, pages, staff
from tests.counting import statements

pytestmark = pytest.mark.usefixtures("database")

HOUR = timedelta(hours=1)
WORDS = "Your visit is on Thursday."


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


def text_of(clinic_id: UUID) -> UUID:
    return factories.send(clinic_id, factories.intent(text=WORDS))[0].message_id


def asked(clinic_id: UUID) -> UUID:
    """The question that a journey asked about a visit, answered with 3."""
    factories.record(clinic_id, factories.booking(ahead=2 * factories.DAY))
    factories.release(clinic_id)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass
    with clinic_scope(clinic_id):
        message = Message.objects.filter(clinic_id=clinic_id).earliest("id").id
    factories.hear(clinic_id, "1")
    return message


def test_reader_of_messages_sees_number_and_text(clinic: UUID) -> None:
    page = staff.desk(clinic, RECEPTION).get(f"/messages/{text_of(clinic)}").content.decode()
    assert WORDS in page and "+44 7700 900321" in page
    assert "A text about the person&#x27;s own care, within the allowed hours." in page
    assert pages.Reading(page).faults == []


@pytest.mark.parametrize("role", [INTEGRATOR, AUDITOR], ids=lambda role: role.code)
def test_who_looks_after_connections_sees_neither(clinic: UUID, role: object) -> None:
    page = staff.desk(clinic, role).get(f"/messages/{text_of(clinic)}?detail=raw").content.decode()  # type: ignore[arg-type]
    assert WORDS not in page and "900321" not in page and "900 321" not in page
    assert "+44 ••• ••• 21" in page and "The text is hidden" in page
    assert pages.Reading(page).faults == []


def test_who_may_see_neither_messages_nor_operations_is_kept_out(clinic: UUID) -> None:
    assert staff.desk(clinic, PRIVACY_OFFICER).get(f"/messages/{text_of(clinic)}").status_code == 403


def test_a_journeys_text_tells_event_step_rule_and_answer(clinic: UUID) -> None:
    message = asked(clinic)
    page = staff.desk(clinic, RECEPTION).get(f"/messages/{message}").content.decode()
    order = ["Appointment booked", "A step of a journey was due", "Policy check passed", "From 07700 900100"]
    places = [page.index(said) for said in [*order, "Understood as: confirm", "The appointment is confirmed."]]
    assert places == sorted(places)


def test_story_tells_what_the_carrier_said_of_a_lost_text(clinic: UUID) -> None:
    from recado.channels.protocol import NotThere, Uncertain
    from tests.desk import Desk

    class Asked:
        async def look_up(self, texts: list[object]) -> list[NotThere]:
            return [NotThere() for _ in texts]

    factories.sql("UPDATE messaging_carrieraccount SET has_lookup = true")
    message, reader = text_of(clinic), staff.desk(clinic, RECEPTION)
    with Desk() as desk:
        claimed = desk.claim()
        assert claimed
        desk.settle(desk.answered(claimed, Uncertain("link_lost")))
        for said in ("It hasn&#x27;t said yet. We ask again.", "It says that it doesn&#x27;t have it."):
            factories.sql("UPDATE messaging_lookup SET next_at = now() - interval '1 second'")
            desk.look(Asked())
            page = reader.get(f"/messages/{message}").content.decode()
            assert said in page
    assert "The carrier was asked 2 times" in page
    assert pages.Reading(page).faults == []


def test_story_tells_what_was_said_of_each_part(clinic: UUID) -> None:
    from recado.channels.protocol import Accepted, Receipt, ReceiptState
    from tests.desk import Desk

    message, reader = text_of(clinic), staff.desk(clinic, RECEPTION)
    with Desk(has_parts=True) as desk:
        claimed = desk.claim()
        assert claimed
        desk.settle(desk.answered(claimed, Accepted("5f3a91c3", ("5f3a91c2", "5f3a91c3"))))
        desk.take(Receipt("5f3a91c3", ReceiptState.DELIVERED, None))
        page = reader.get(f"/messages/{message}").content.decode()
        assert "Receipts: 1 of 2 parts delivered" in page and "no receipt yet" in page
        assert "after hand-over: its receipt came first" in page
        desk.take(Receipt("5f3a91c2", ReceiptState.DELIVERED, None))
    page = reader.get(f"/messages/{message}?detail=raw").content.decode()
    assert "Receipts: 2 of 2 parts delivered" in page and "2 of 2 delivered" in page
    assert "5f3a91c2 delivered" in page
    assert page.count("delivered, ") == 2
    assert pages.Reading(page).faults == []
    ticket = reader.get(f"/messages/{message}/text").content.decode()
    assert "    Part 1: delivered" in ticket


def test_lines_stand_in_the_order_of_time(clinic: UUID) -> None:
    message = asked(clinic)
    factories.sql(
        "INSERT INTO messaging_event (clinic_id, message, at, kind, carrier) VALUES (%s, %s, %s, 1, 1), (%s, %s, %s, 2, 1)",
        (clinic, message, business_time.now() - HOUR, clinic, message, business_time.now() + HOUR),
    )
    page = staff.desk(clinic, RECEPTION).get(f"/messages/{message}").content.decode()
    times = re.findall(r'<time [^>]*datetime="([^"]+)"', page)
    assert len(times) > 6 and times == sorted(times)
    assert "Receipt after 2 h" in page and "1 h after it was due" in page


def test_what_the_patient_wrote_is_hidden_from_operations(clinic: UUID) -> None:
    message = asked(clinic)
    page = staff.desk(clinic, INTEGRATOR).get(f"/messages/{message}").content.decode()
    assert "Understood as: confirm" in page and "“1”" not in page


def test_copy_as_text_names_nobody_whoever_asks(clinic: UUID) -> None:
    message = asked(clinic)
    response = staff.desk(clinic, RECEPTION).get(f"/messages/{message}/text")
    words_of_it = response.content.decode()
    assert response["Content-Type"].startswith("text/plain")
    assert str(message) in words_of_it and "rule care" in words_of_it
    for secret in ("Eleanor", "900321", "“1”", "Nurse"):
        assert secret not in words_of_it


def test_looking_is_audited_once_not_at_each_refresh(clinic: UUID) -> None:
    client, message = staff.desk(clinic, RECEPTION), text_of(clinic)
    client.get(f"/messages/{message}")
    client.get(f"/messages/{message}", headers={"X-Live": "true"})
    rows = factories.sql("SELECT subject, detail FROM foundation_auditevent WHERE action = 'message.view'")
    assert rows == [(f"message {message}", {"masked": False})]


def test_unknown_and_foreign_texts_are_not_there(clinic: UUID) -> None:
    client = staff.desk(clinic, RECEPTION)
    other = factories.make_furnished("mill-lane", number="+447700900101").id
    assert client.get(f"/messages/{uuid4()}").status_code == 404
    assert client.get(f"/messages/{text_of(other)}").status_code == 404


def test_statements_do_not_grow_with_the_conversation(clinic: UUID) -> None:
    client, message = staff.desk(clinic, RECEPTION), text_of(clinic)

    def count() -> int:
        return statements(lambda: client.get(f"/messages/{message}"))

    few = count()
    for _ in range(4):
        text_of(clinic)
    assert count() <= few


def test_every_code_has_its_words() -> None:
    of_visits = {
        one.step.key for plan in plans.PRODUCT.values() if plan.event.key == "appointment" for one in plan.placed
    }
    assert {step.key for step in plans.APPOINTMENT.steps} <= words.STEPS.keys() <= of_visits
    assert set(State) == words.STATES.keys()
    kinds = {kind for kind, _ in words.TITLES.values()} | {kind for kind, _ in words.CHANGES.values()}
    assert set(EventKind) == words.TITLES.keys()
    assert kinds <= words.ICONS.keys()


@pytest.mark.parametrize(
    ("phone", "shown"), [("+447700900321", "+44 ••• ••• 21"), ("+33639980123", "+33 ••• ••• 23"), ("12345", "•••")]
)
def test_a_masked_number_keeps_country_and_two_digits(phone: str, shown: str) -> None:
    assert assembling.masked(phone) == shown
