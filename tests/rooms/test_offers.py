"""One thing, offered to several: the first yes wins, also at the same millisecond, and everybody hears what became of it."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from recado.consent.types import Purpose
from recado.conversations import actions as conversations
from recado.conversations import queries
from recado.conversations.matching import read_named
from recado.conversations.types import SEEN, OfferState, OfferTo, OfferView
from recado.conversations.words import ACCEPT, DECLINE
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.launch import wiring
from recado.messaging.types import Intent
from tests import factories
from tests.factories import booking, hear, make_patient, phone, record, release, wordings
from tests.offering import ROOM, Room

pytestmark = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setitem(wiring.OFFERS, "thing", "tests.offering:ROOM")
    ROOM.taken, ROOM.is_there = [], True  # what is wired is looked up once in a process
    return ROOM


@pytest.fixture
def clinic(database: None, room: Room) -> UUID:
    return factories.make_furnished().id


def offer_to(clinic_id: UUID, *lasts: int, closes: timedelta = HOUR) -> tuple[UUID, UUID]:
    """Opens an offer and makes it to the people with these phones. Returns the offer and its subject."""
    subject = new_id()
    with clinic_scope(clinic_id):
        offer_id = conversations.open_offer(
            clinic_id=clinic_id, kind="thing", subject_id=subject, closes_at=business_time.now() + closes, by=SYSTEM
        )
    ask(clinic_id, offer_id, *lasts)
    return offer_id, subject


def ask(clinic_id: UUID, offer_id: UUID, *lasts: int) -> int:
    to = [
        OfferTo(
            patient_id := make_patient(clinic_id, last),
            Intent(Purpose.CARE, f"A time is free, {last}. Reply 1 to take it.", phone(last), patient_id=patient_id),
        )
        for last in lasts
    ]
    with clinic_scope(clinic_id):
        return len(conversations.ask_wave(clinic_id=clinic_id, offer_id=offer_id, to=to, by=SYSTEM))


def test_offer_by_link_keeps_no_question_and_is_told_when_it_is_gone(clinic: UUID, room: Room) -> None:
    offer_id, _ = offer_to(clinic, 322)
    seen = OfferTo(
        patient_id := make_patient(clinic, 321),
        Intent(Purpose.CARE, "News about our list: example.com/r/x", phone(321), patient_id=patient_id),
        is_by_link=True,
    )
    with clinic_scope(clinic):
        conversations.ask_wave(clinic_id=clinic, offer_id=offer_id, to=[seen], by=SYSTEM)
        other = conversations.open_offer(
            clinic_id=clinic, kind="thing", subject_id=new_id(), closes_at=business_time.now() + HOUR, by=SYSTEM
        )
        with CaptureQueriesContext(connection) as told:
            assert queries.asked_of_offers(clinic, [offer_id, other]) == {patient_id, make_patient(clinic, 322)}
        assert sum("conversations_offered" in one["sql"] for one in told) == 1
    texts_have_left()
    assert hear(clinic, "1", 321) == "waits_for_person", "a 1 that nobody asked for takes nothing"
    assert hear(clinic, "1", 322) == "won"
    assert wordings(clinic, 321)[-1] == "Harbour Street Clinic: too_late"
    with clinic_scope(clinic):
        assert queries.tally_of_offers(clinic, "thing", business_time.now() - HOUR) == (1, 2)
        assert queries.tally_of_offers(clinic, "other", business_time.now() - HOUR) == (0, 0)


def texts_have_left() -> None:
    factories.sql("DELETE FROM messaging_outbox")


def the_offer(clinic_id: UUID, subject: UUID) -> OfferView:
    with clinic_scope(clinic_id):
        return queries.offers_about(clinic_id, "thing", [subject])[0]


def test_first_yes_wins_and_the_others_are_told(clinic: UUID, room: Room) -> None:
    _, subject = offer_to(clinic, 321, 322, 323)
    texts_have_left()
    assert hear(clinic, "2", 321) == "declined"
    assert hear(clinic, "oui, merci", 322) == "won"
    assert hear(clinic, "yes", 323) == "too_late"
    seen = the_offer(clinic, subject)
    assert (seen.state, room.taken) == (OfferState.TAKEN, [seen.winner_id])
    assert [one.answer for one in seen.offered] == ["decline", "accept", "late"]
    assert wordings(clinic, 323)[1:] == ["Harbour Street Clinic: too_late"], (
        "told when it went, and not again on the yes that crossed it"
    )
    assert wordings(clinic, 321)[1:] == ["Harbour Street Clinic: declined"]


def test_text_that_has_not_left_is_called_off_when_somebody_was_faster(clinic: UUID) -> None:
    offer_to(clinic, 321, 322)
    assert len(factories.queued()) == 2
    assert hear(clinic, "1", 321) == "won"
    assert len(wordings(clinic, 322)) == 1
    assert len(factories.queued()) == 2, "the first text of one, the answer to one"


def test_nobody_is_asked_twice_in_a_later_wave(clinic: UUID) -> None:
    offer_id, subject = offer_to(clinic, 321)
    assert ask(clinic, offer_id, 321, 322) == 1
    assert [one.wave for one in the_offer(clinic, subject).offered] == [1, 2]


def test_yes_comes_too_late_when_the_offer_has_closed(clinic: UUID, room: Room) -> None:
    offer_id, subject = offer_to(clinic, 321, closes=HOUR)
    factories.advance(HOUR)
    with clinic_scope(clinic):
        assert conversations.expire_offer(clinic_id=clinic, offer_id=offer_id)
        assert not conversations.expire_offer(clinic_id=clinic, offer_id=offer_id)
        assert not conversations.withdraw_offer(clinic_id=clinic, offer_id=offer_id, by=SYSTEM)
    assert hear(clinic, "1", 321) == "waits_for_person", "its question takes no answer any more"
    assert ask(clinic, offer_id, 322) == 0
    assert (the_offer(clinic, subject).state, room.taken) == (OfferState.EXPIRED, [])


def test_offer_that_is_taken_back_is_told_and_takes_no_yes(clinic: UUID, room: Room) -> None:
    offer_id, subject = offer_to(clinic, 321)
    texts_have_left()
    with clinic_scope(clinic):
        assert conversations.withdraw_offer(clinic_id=clinic, offer_id=offer_id, by=SYSTEM)
    assert wordings(clinic, 321)[1:] == ["Harbour Street Clinic: over"], "nobody else has it"
    factories.advance(HOUR / 2)
    assert hear(clinic, "1", 321) == "too_late"
    assert wordings(clinic, 321)[2:] == ["Harbour Street Clinic: over"]
    assert (the_offer(clinic, subject).state, room.taken) == (OfferState.WITHDRAWN, [])


def test_yes_that_can_no_longer_be_given_ends_the_offer_for_all(clinic: UUID, room: Room) -> None:
    _, subject = offer_to(clinic, 321, 322)
    room.is_there = False
    texts_have_left()
    assert hear(clinic, "1", 321) == "too_late"
    assert [wordings(clinic, last)[1:] for last in (321, 322)] == [["Harbour Street Clinic: over"]] * 2
    seen = the_offer(clinic, subject)
    assert (seen.state, seen.winner_id) == (OfferState.WITHDRAWN, None)


def steps_are_done() -> None:
    with factories.connect(factories.Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def test_a_number_takes_the_offer_when_a_visit_was_only_told_of(clinic: UUID, room: Room) -> None:
    record(clinic, booking())
    release(clinic)
    steps_are_done()
    offer_to(clinic, 321)
    assert hear(clinic, "1") == "won"


def test_which_is_meant_is_asked_when_a_visit_is_open_too(clinic: UUID, room: Room) -> None:
    record(clinic, booking())
    release(clinic)
    steps_are_done()
    factories.advance(timedelta(days=7, hours=1))
    steps_are_done()
    offer_to(clinic, 321)
    assert hear(clinic, "1") == "asked_which"
    assert "which of these do you mean" in wordings(clinic)[-1] and "the free time" in wordings(clinic)[-1]
    letter = "A" if "A: the free time" in wordings(clinic)[-1] else "B"
    assert hear(clinic, letter) == "won"
    assert len(room.taken) == 1


def test_decline_is_for_the_offer_when_a_visit_is_open_too(clinic: UUID, room: Room) -> None:
    record(clinic, booking())
    release(clinic)
    offer_to(clinic, 321)
    assert hear(clinic, "no thanks") == "declined"


@pytest.mark.parametrize("round_", range(12))
def test_one_wins_and_both_are_told_when_two_say_yes_at_once(clinic: UUID, room: Room, round_: int) -> None:
    _, subject = offer_to(clinic, 321, 322)
    texts_have_left()
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def answer(last: int) -> None:
        try:
            start.wait()
            outcomes.append(hear(clinic, "1", last))
        finally:
            connections.close_all()

    people = [threading.Thread(target=answer, args=(last,)) for last in (321, 322)]
    for one in people:
        one.start()
    for one in people:
        one.join(20)
    assert sorted(outcomes) == ["too_late", "won"]
    assert room.taken == [the_offer(clinic, subject).winner_id]
    said = [wordings(clinic, last)[-1].rpartition(" ")[2] for last in (321, 322)]
    assert sorted(said) == ["too_late", "won"]
    told = [sum(one.endswith("too_late") for one in wordings(clinic, last)) for last in (321, 322)]
    assert sorted(told) == [0, 1], "who was slower is told once"


def test_who_says_yes_long_after_it_was_gone_is_told_again(clinic: UUID, room: Room) -> None:
    offer_to(clinic, 321, 322)
    texts_have_left()
    assert hear(clinic, "1", 321) == "won"
    assert hear(clinic, "1", 322) == "too_late"
    assert sum(one.endswith("too_late") for one in wordings(clinic, 322)) == 1
    factories.advance(HOUR / 2)
    assert hear(clinic, "yes", 322) == "too_late"
    assert sum(one.endswith("too_late") for one in wordings(clinic, 322)) == 2


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("1", (ACCEPT, DECLINE), ACCEPT),
        ("2.", (ACCEPT, DECLINE), DECLINE),
        ("3", (ACCEPT, DECLINE), None),
        ("Tak, dziękuję", (ACCEPT, DECLINE), ACCEPT),
        ("Nee, dank u", (ACCEPT, DECLINE), DECLINE),
        ("👎", (ACCEPT, DECLINE), DECLINE),
        ("oui mais plus tard", (ACCEPT, DECLINE), None),
        ("annuler", (ACCEPT, DECLINE), None),
        ("yes?", (ACCEPT, DECLINE), None),
        ("4", ("1", "2", "3", "4", "5"), "4"),
        ("5 👍", ("1", "2", "3", "4", "5"), "5"),
        ("yes", ("useful", "stop"), None),
        ("yes", ("taken", "later"), SEEN),  # said to the reminder, not that it is taken
        ("taken", ("taken", "later"), "taken"),
        ("not yet", ("taken", "later"), "later"),
        ("yes?", ("taken", "later"), None),
        ("done, but I feel sick", ("taken", "later"), None),
        ("2", ("taken", "later"), "later"),
        ("0", ("taken", "later"), None),
    ],
)
def test_answer_of_its_own_is_read_only_when_it_is_certain(text: str, answers: tuple[str, ...], expected: Any) -> None:
    assert read_named(text, answers) == expected
