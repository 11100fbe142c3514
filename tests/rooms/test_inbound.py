"""What people write: stored first, bound to a clinic by number, keyword or the last text, read once."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import psycopg
import pytest

from recado.channels.protocol import Inbound
from recado.conversations import worker
from recado.conversations.models import Reading
from recado.foundation.database import Role, connect
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging.types import InboundText
from tests import factories
from tests.desk import Desk
from tests.factories import intent, phone, send, sql

pytestmark = pytest.mark.usefixtures("database")
SHARED = "+447700900190"
PUT_OFF = "UPDATE messaging_inboundraw SET received_at = received_at + interval '1 minute' WHERE tries > 0"  # on a busy machine too


@pytest.fixture
def maintenance(database: None) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        yield connection


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def inbound(text: str, last: int = 321, *, to: str = factories.NUMBER, ref: str = "") -> Inbound:
    return Inbound(phone(last).e164, to, text, None, ref)


def outcomes() -> list[tuple[UUID | None, str]]:
    return [(row[0], row[1]) for row in sql("SELECT clinic_id, outcome FROM messaging_inboundraw ORDER BY id")]


def readings(clinic_id: UUID) -> int:
    with clinic_scope(clinic_id):
        return Reading.objects.filter(clinic_id=clinic_id).count()


# ------------------------------------------------------------------------------------------------ storing


def test_text_is_stored_sealed_and_once(clinic: UUID, desk: Desk) -> None:
    desk.take(inbound("Grzegżółka", ref="m1"), inbound("Grzegżółka", ref="m1"), inbound("no ref"), inbound("no ref"))
    rows = sql("SELECT raw_ct, clinic_id, settled_at FROM messaging_inboundraw")
    assert len(rows) == 3
    assert not any(b"Grzeg" in bytes(row[0]) or b"7700900321" in bytes(row[0]) for row in rows)
    assert all(row[1:] == (None, None) for row in rows)


# ------------------------------------------------------------------------------------------------ binding


def test_text_to_an_owned_number_is_its_clinics(clinic: UUID, desk: Desk, maintenance: "psycopg.Connection") -> None:  # type: ignore[type-arg]
    other = factories.make_furnished("quay-side", number="+447700900101").id
    desk.take(inbound("hello there"), inbound("hello there", to="+447700900101"))
    assert worker.read_inbound(maintenance) == 2
    assert outcomes() == [(clinic, "waits_for_person"), (other, "waits_for_person")]
    assert (readings(clinic), readings(other)) == (1, 1)


@pytest.mark.parametrize("said", ["QUAY stop", "quay: STOP", "Quay, stop please"])
def test_text_to_a_shared_number_is_told_by_its_keyword(
    clinic: UUID,
    desk: Desk,
    maintenance: "psycopg.Connection",
    said: str,  # type: ignore[type-arg]
) -> None:
    other = factories.make_clinic("quay-side").id
    factories.furnish(clinic, SHARED, keyword="HARBOUR")
    factories.furnish(other, SHARED, keyword="QUAY")
    desk.take(inbound(said, to=SHARED))
    worker.read_inbound(maintenance)
    assert outcomes() == [(other, "stopped")]


def test_text_to_a_shared_number_goes_to_who_wrote_last(
    clinic: UUID,
    desk: Desk,
    maintenance: "psycopg.Connection",  # type: ignore[type-arg]
) -> None:
    other = factories.make_clinic("quay-side").id
    factories.furnish(clinic, SHARED)
    factories.furnish(other, SHARED)
    send(clinic, intent(321, number=SHARED))
    send(other, intent(321, number=SHARED))
    send(clinic, intent(322, number=SHARED))
    desk.take(inbound("see you", 321, to=SHARED), inbound("see you", 322, to=SHARED))
    worker.read_inbound(maintenance)
    assert outcomes() == [(other, "waits_for_person"), (clinic, "waits_for_person")]


@pytest.mark.parametrize("to", [SHARED, "+447700900999"])
def test_text_that_can_be_told_nobodys_stays_unbound(
    clinic: UUID,
    desk: Desk,
    maintenance: "psycopg.Connection",
    to: str,  # type: ignore[type-arg]
) -> None:
    other = factories.make_clinic("quay-side").id
    factories.furnish(clinic, SHARED)
    factories.furnish(other, SHARED)
    desk.take(inbound("1", to=to))
    worker.read_inbound(maintenance)
    assert outcomes() == [(None, "unbound")]
    assert (readings(clinic), readings(other)) == (0, 0)


@pytest.mark.parametrize(
    ("sender", "to"),
    [("0639980155", "+33639980001"), ("639980155", "+33639980001"), ("+33639980155", "0639980001")],
)
def test_number_written_as_within_its_country_is_made_whole_by_the_other(
    clinic: UUID,
    desk: Desk,
    maintenance: "psycopg.Connection",  # type: ignore[type-arg]
    sender: str,
    to: str,
) -> None:
    french = factories.make_furnished("quai", number="+33639980001").id
    desk.take(Inbound(sender, to, "STOP", None, "m1"))
    assert worker.read_inbound(maintenance) == 1
    assert outcomes() == [(french, "stopped")]
    given = send(french, intent(phone=Phone("+33639980155")), intent(phone=Phone("+44639980155")))
    assert [one.rule for one in given] == ["withdrawn", "care"]


def test_text_from_a_name_stays_unbound(clinic: UUID, desk: Desk, maintenance: "psycopg.Connection") -> None:  # type: ignore[type-arg]
    desk.take(Inbound("INFO", factories.NUMBER, "You have won", None))
    worker.read_inbound(maintenance)
    assert outcomes() == [(None, "unbound")]


# ------------------------------------------------------------------------------------------------ reading once


def test_crash_between_reading_and_mark_reads_once(
    clinic: UUID,
    desk: Desk,
    maintenance: "psycopg.Connection",
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[type-arg]
) -> None:
    desk.take(inbound("STOP"))

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(worker.texts, "settle_inbound", dies)
        worker.read_inbound(maintenance)
    assert outcomes() == [(None, "")]
    assert readings(clinic) == 1
    said = factories.wordings(clinic)
    assert len(said) == 1
    assert worker.read_inbound(maintenance) == 1
    assert outcomes() == [(clinic, "known")]
    assert factories.wordings(clinic) == said
    assert readings(clinic) == 1


def break_on(patched: pytest.MonkeyPatch, words: str) -> None:
    """Whatever is read together with a text of these words fails."""
    receive, together = worker.receive, worker.receive_together

    def alone(text: InboundText) -> str:
        if text.text == words:
            raise ZeroDivisionError
        return receive(text)

    def several(clinic_id: UUID, heard: Sequence[InboundText]) -> dict[UUID, str]:
        if any(text.text == words for text in heard):
            raise ZeroDivisionError
        return together(clinic_id, heard)

    patched.setattr(worker, "receive", alone)
    patched.setattr(worker, "receive_together", several)


def test_what_somebody_wrote_after_a_text_that_failed_waits_for_it(
    clinic: UUID,
    desk: Desk,
    maintenance: "psycopg.Connection",
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[type-arg]
) -> None:
    desk.take(*(inbound(words, 321) for words in ("STOP", "START", "thanks")), inbound("fine", 322))
    with monkeypatch.context() as patched:
        patched.setattr(worker, "ROUND", 2)
        break_on(patched, "STOP")
        assert worker.read_inbound(maintenance) == 0
        sql(PUT_OFF)
        assert worker.read_inbound(maintenance) == 1  # others go on, however much the writer has sent
    assert [outcome for _, outcome in outcomes()] == ["failed", "", "", "waits_for_person"]
    sql("UPDATE messaging_inboundraw SET received_at = received_at - interval '2 minutes'")
    assert worker.read_inbound(maintenance) == 3
    assert [outcome for _, outcome in outcomes()[:3]] == ["stopped", "started", "thanked"]


def test_a_writer_whose_number_came_as_within_the_country_is_kept_waiting_too(
    clinic: UUID,
    desk: Desk,
    maintenance: "psycopg.Connection",
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[type-arg]
) -> None:
    desk.take(*(Inbound("07700900321", factories.NUMBER, words, None) for words in ("STOP", "START")))
    with monkeypatch.context() as patched:
        patched.setattr(worker, "ROUND", 1)
        break_on(patched, "STOP")
        assert worker.read_inbound(maintenance) == 0
        sql(PUT_OFF)
        assert worker.read_inbound(maintenance) == 0
    assert [outcome for _, outcome in outcomes()] == ["failed", ""]


def test_text_that_was_given_up_keeps_its_writer_back_no_longer(
    clinic: UUID,
    desk: Desk,
    maintenance: "psycopg.Connection",
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[type-arg]
) -> None:
    desk.take(inbound("breaks"), inbound("after it"))
    with monkeypatch.context() as patched:
        break_on(patched, "breaks")
        for _ in range(8):
            assert worker.read_inbound(maintenance) == 0
            sql("UPDATE messaging_inboundraw SET received_at = received_at - interval '10 seconds'")
        assert worker.read_inbound(maintenance) == 1
    assert outcomes() == [(None, "failed"), (clinic, "waits_for_person")]


def test_text_that_fails_is_tried_again_and_holds_up_nobody(
    clinic: UUID,
    desk: Desk,
    maintenance: "psycopg.Connection",
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[type-arg]
) -> None:
    desk.take(inbound("breaks", 321), inbound("fine", 322))
    with monkeypatch.context() as patched:
        break_on(patched, "breaks")
        assert worker.read_inbound(maintenance) == 1
    assert outcomes() == [(None, "failed"), (clinic, "waits_for_person")]
    sql("UPDATE messaging_inboundraw SET received_at = received_at - interval '2 seconds'")
    assert worker.read_inbound(maintenance) == 1
    assert outcomes()[0] == (clinic, "waits_for_person")


def test_text_that_does_not_open_holds_up_nobody(clinic: UUID, desk: Desk, maintenance: "psycopg.Connection") -> None:  # type: ignore[type-arg]
    desk.take(inbound("damaged"), inbound("fine", 322))
    sql(
        "UPDATE messaging_inboundraw SET raw_ct = 'x' WHERE id = (SELECT min(id::text)::uuid FROM messaging_inboundraw)"
    )
    assert worker.read_inbound(maintenance) == 1
    assert [outcome for _, outcome in outcomes()] == ["failed", "waits_for_person"]


def test_two_readers_never_read_at_once(clinic: UUID, desk: Desk, maintenance: "psycopg.Connection") -> None:  # type: ignore[type-arg]
    desk.take(inbound("1"))
    with connect(Role.MAINTENANCE) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (worker.READING_LOCK,))
        assert worker.read_inbound(maintenance) == 0
    assert worker.read_inbound(maintenance) == 1
