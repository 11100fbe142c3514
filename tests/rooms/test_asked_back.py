"""A text to a shared number that names no clinic: its writer is asked once, in nobody's name, and the answer brings it home."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from recado.channels.protocol import Inbound
from recado.conversations import worker
from recado.foundation import audit
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect, key_file
from recado.foundation.keys import keys_for
from recado.messaging import inbound
from recado.messaging.notices import ASK_WHOSE, HELP_TEXT
from recado.messaging.segments import measure
from recado.messaging.wording import render
from tests import factories
from tests.desk import Desk
from tests.factories import make_clinic, phone, sql

pytestmark = pytest.mark.usefixtures("database")
SHARED = "+447700900190"
ASKED = "This number serves several practices. Reply with the word of yours: HARBOUR, QUAY."


@pytest.fixture
def maintenance() -> Iterator["psycopg.Connection[Any]"]:
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        yield connection


@pytest.fixture
def two() -> tuple[UUID, UUID]:
    made = make_clinic("harbour", name="Harbour").id, make_clinic("quay", name="Quay").id
    for clinic, keyword in zip(made, ("HARBOUR", "QUAY"), strict=True):
        factories.furnish(clinic, SHARED, keyword=keyword)
    return made


def hear(maintenance: "psycopg.Connection[Any]", *said: str, last: int = 321) -> list[tuple[UUID | None, str]]:
    """The outcome of every text so far."""
    with Desk() as desk:
        for text in said:
            desk.take(Inbound(phone(last).e164, SHARED, text, None))
            worker.read_inbound(maintenance)
    return [(row[0], row[1]) for row in sql("SELECT clinic_id, outcome FROM messaging_inboundraw ORDER BY id")]


def asked(verdict: str = "allow") -> list[str]:
    """The questions that were put, oldest first."""
    keys = keys_for(SYSTEM_CLINIC)
    rows = sql(
        "SELECT id, body_ct FROM messaging_message WHERE clinic_id = %s AND verdict = %s ORDER BY id",
        (SYSTEM_CLINIC, verdict),
    )
    return [keys.open("message.body", name.bytes, bytes(sealed)).decode() for name, sealed in rows]


def said_to(clinic: UUID) -> list[str]:
    """What a clinic has read, in the order in which it came to be read."""
    keys = keys_for(clinic)
    rows = sql("SELECT id, body_ct FROM conversations_reading WHERE clinic_id = %s ORDER BY ctid", (clinic,))
    return [keys.open("reading.body", name.bytes, bytes(sealed)).decode() for name, sealed in rows]


def test_the_question_leaves_from_the_shared_number_and_no_clinic_sees_it(
    two: tuple[UUID, UUID], maintenance: "psycopg.Connection[Any]"
) -> None:
    assert hear(maintenance, "Is the desk open?") == [(None, "unbound")]
    assert asked() == [ASKED]
    with Desk() as desk:
        claimed = desk.texts()
        assert desk.opened(claimed) == [(phone().e164, ASKED)] and claimed[0].sender == SHARED
    assert factories.wordings(two[0]) == factories.wordings(two[1]) == []
    assert sql("SELECT 1 FROM conversations_thread") == []
    assert audit.seal_all() > 0 and audit.verify(SYSTEM_CLINIC).is_whole


def test_the_answer_binds_what_was_written_before(
    two: tuple[UUID, UUID], maintenance: "psycopg.Connection[Any]"
) -> None:
    found = hear(maintenance, "Is the desk open?", "I ask about Friday", "Quay, thank you")
    assert found == [(two[1], "waits_for_person"), (two[1], "waits_for_person"), (two[1], "told_whose")]
    assert said_to(two[1]) == ["Is the desk open?", "I ask about Friday"] and said_to(two[0]) == []
    assert asked() == [ASKED], "once a day"
    assert inbound.unbound(maintenance, key_file()) == []
    assert hear(maintenance, "And on Saturday?")[-1] == (two[1], "waits_for_person"), "the clinic wrote last"


def test_more_than_the_word_is_read_after_what_was_left_open(
    two: tuple[UUID, UUID], maintenance: "psycopg.Connection[Any]"
) -> None:
    hear(maintenance, "HELP", "QUAY where do I park?")
    assert said_to(two[1]) == ["HELP", "where do I park?"]
    assert "Quay: we text you about your appointments." in factories.wordings(two[1])[0]


def test_the_word_alone_is_read_when_nothing_was_left_open(
    two: tuple[UUID, UUID], maintenance: "psycopg.Connection[Any]"
) -> None:
    assert hear(maintenance, "QUAY") == [(two[1], "waits_for_person")]
    assert said_to(two[1]) == ["QUAY"] and asked() == []


def test_an_answer_two_days_later_finds_nothing(two: tuple[UUID, UUID], maintenance: "psycopg.Connection[Any]") -> None:
    hear(maintenance, "Is the desk open?")
    factories.advance(timedelta(days=2, minutes=1))
    assert hear(maintenance, "QUAY") == [(None, "unbound"), (two[1], "waits_for_person")]


def test_nobody_is_asked_twice_a_day_by_whichever_number(
    two: tuple[UUID, UUID], maintenance: "psycopg.Connection[Any]"
) -> None:
    hear(maintenance, "one", "two", last=322)
    hear(maintenance, "three")
    assert len(asked()) == 2
    factories.advance(timedelta(days=1, minutes=1))
    hear(maintenance, "four", "five")
    assert len(asked()) == 3
    (waiting, *rest) = inbound.unbound(maintenance, key_file())
    assert waiting.asked_at is None and len(rest) == 4 and rest[0].asked_at is not None


def test_a_text_read_again_after_a_crash_is_asked_about_once(
    two: tuple[UUID, UUID], maintenance: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(worker.texts, "settle_inbound", dies)
        hear(maintenance, "Is the desk open?")
    assert len(asked()) == 1
    assert worker.read_inbound(maintenance) == 1
    assert len(asked()) == 1 and hear(maintenance, "QUAY")[0] == (two[1], "waits_for_person")


def test_a_stop_is_never_asked_about_and_ends_the_questions(
    two: tuple[UUID, UUID], maintenance: "psycopg.Connection[Any]"
) -> None:
    hear(maintenance, "STOP")
    assert asked() == asked("never") == []
    hear(maintenance, "Who are you really?")
    assert asked() == [] and len(asked("never")) == 1
    factories.advance(timedelta(days=1, minutes=1))
    hear(maintenance, "HELP")
    assert len(asked()) == 1, "who asks for help is told"
    factories.advance(timedelta(days=1, minutes=1))
    hear(maintenance, "START")
    factories.advance(timedelta(days=1, minutes=1))
    hear(maintenance, "Is the desk open?")
    assert len(asked()) == 3
    assert {row[0] for row in sql("SELECT clinic_id FROM consent_ledgerentry")} == {SYSTEM_CLINIC}


def test_a_stop_left_open_stops_the_clinic_that_is_named_later(
    two: tuple[UUID, UUID], maintenance: "psycopg.Connection[Any]"
) -> None:
    assert hear(maintenance, "STOP", "quay") == [(two[1], "stopped"), (two[1], "told_whose")]


def test_it_is_asked_in_the_persons_language_where_a_clinic_knows_them(
    two: tuple[UUID, UUID], maintenance: "psycopg.Connection[Any]"
) -> None:
    factories.make_patient(two[0], 321, language="de")
    hear(maintenance, "Guten Tag, wann haben Sie offen?")
    assert asked() == ["Diese Nummer haben mehrere Praxen. Antworten Sie mit dem Wort der Praxis: HARBOUR, QUAY."]


def test_words_that_do_not_fit_into_one_part_are_left_out(maintenance: "psycopg.Connection[Any]") -> None:
    for at in range(12):
        factories.furnish(make_clinic(f"clinic-{at}").id, SHARED, keyword=f"PRACTICE{at:02}")
    hear(maintenance, "hello")
    assert asked() == ["This number serves several practices. Reply with the word of yours."]
    assert measure(asked()[0]).segments == 1


def test_nobody_is_asked_where_a_clinic_has_no_word(maintenance: "psycopg.Connection[Any]") -> None:
    for slug, keyword in (("harbour", "HARBOUR"), ("quay", "")):
        factories.furnish(make_clinic(slug).id, SHARED, keyword=keyword)
    assert hear(maintenance, "hello") == [(None, "unbound")]
    assert asked() == []


@pytest.mark.parametrize("language", ASK_WHOSE.languages)
def test_the_question_is_one_part_in_every_language(language: str) -> None:
    assert set(ASK_WHOSE.languages) == set(HELP_TEXT.languages)
    for values in ({}, {"words": "HARBOUR, QUAY"}):
        text = render(ASK_WHOSE, language, values).text
        assert measure(text).segments == 1
