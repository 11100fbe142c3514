"""What waits, is tried again, uncertain, stuck or refused; sending again; the promise; holding lanes by command."""

import argparse
import json
from datetime import UTC, timedelta
from uuid import UUID

import pytest

from recado.consent.types import Purpose
from recado.foundation import business_time
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.launch.commands import pause, resume
from recado.messaging import actions, operations, queries
from recado.messaging.dispatch.meter import Kept
from recado.messaging.operations import Why
from recado.messaging.promise import ADD_PROMISE, promise_parameters
from recado.messaging.types import EventKind, Lane
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


def leave(clinic: UUID, kind: EventKind, *, last: int = 321, reason: str = "link_lost", **more: object) -> UUID:
    """A text that has left the queue, with this event; for an uncertain one its incident too."""
    (sent,) = factories.send(clinic, factories.intent(last, **more))
    now = business_time.now()
    factories.sql("DELETE FROM messaging_outbox WHERE id = %s", (sent.message_id,))
    factories.sql(
        "INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, reason) VALUES (%s, %s, %s, %s, 1, %s)",
        (clinic, sent.message_id, now, int(kind), reason),
    )
    if kind is EventKind.UNCERTAIN:
        factories.sql(
            "INSERT INTO messaging_incident (id, clinic_id, carrier, at, reason, texts) VALUES (%s, %s, 1, %s, %s, 1)",
            (new_id(), clinic, now, reason),
        )
    return sent.message_id


def overview(clinic: UUID) -> operations.Overview:
    with clinic_scope(clinic):
        return queries.operations.overview(clinic)


def again(clinic: UUID, *messages: UUID, is_late_too: bool = False) -> queries.Replay:
    with clinic_scope(clinic):
        return actions.send_again(
            clinic_id=clinic, message_ids=messages, by=factories.OPERATOR, is_late_too=is_late_too
        )


def test_what_waits_by_lane_and_why_it_does_not_leave(clinic: UUID) -> None:
    factories.send(clinic, factories.intent(), factories.intent(322))
    care = overview(clinic).lanes[Lane.CARE - 1]
    assert (care.lane, care.waiting, care.is_held) == (Lane.CARE, 2, False) and care.oldest
    assert not overview(clinic).stuck
    factories.advance(timedelta(minutes=5))
    (stuck,) = overview(clinic).stuck
    assert (stuck.count, stuck.why) == (2, Why.SENDER_SILENT)
    factories.sql("UPDATE messaging_carrieraccount SET state = 'down', state_at = %s", (real_now(),))
    assert overview(clinic).stuck[0].why is Why.CARRIER_AWAY
    factories.sql("UPDATE messaging_carrieraccount SET state = 'ready', state_at = %s", (real_now(),))
    assert overview(clinic).stuck[0].why is Why.UNKNOWN
    with clinic_scope(clinic):
        actions.pause(clinic_id=clinic, lanes=[Lane.CARE], by=factories.OPERATOR)
    assert overview(clinic).stuck[0].why is Why.HELD
    with clinic_scope(clinic):
        assert len(operations.stuck_texts(clinic, Lane.CARE, 1, skip=0, most=50)) == 2
        assert len(operations.waiting_texts(clinic, Lane.CARE, skip=1, most=50)) == 1


def test_what_is_tried_again_and_refused(clinic: UUID) -> None:
    (sent,) = factories.send(clinic, factories.intent())
    factories.sql("UPDATE messaging_outbox SET attempts = 2")
    factories.sql(
        "INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, reason) "
        "VALUES (%s, %s, now(), 7, 1, 'throttled')",
        (clinic, sent.message_id),
    )
    leave(clinic, EventKind.REFUSED, last=322, reason="number_refused")
    found = overview(clinic)
    assert found.lanes[Lane.CARE - 1].again == 1
    assert [(one.kind, one.reason, one.count) for one in found.refused] == [(EventKind.REFUSED, "number_refused", 1)]
    with clinic_scope(clinic):
        (line,) = operations.tried_again(clinic, skip=0, most=50)
        assert (line.attempts, line.reason) == (2, "throttled")
        assert len(operations.refused_texts(clinic, EventKind.REFUSED, "number_refused", skip=0, most=50)) == 1
        assert not operations.refused_texts(clinic, EventKind.FAILED, None, skip=0, most=50)


def test_an_uncertain_text_is_sent_again_once_and_both_know(clinic: UUID) -> None:
    old = leave(clinic, EventKind.UNCERTAIN)
    (incident,) = overview(clinic).incidents
    assert incident.unsettled == (old,) and incident.id
    first, second = again(clinic, old), again(clinic, old)
    new = first.sent[old]
    assert second.known == {old: new} and not second.sent
    assert factories.wordings(clinic) == ["Your visit is on Thursday."] * 2
    assert factories.events_of(old) == [EventKind.UNCERTAIN]
    assert not overview(clinic).incidents
    with clinic_scope(clinic):
        assert queries.relatives(clinic, new) == (old, None)
        assert queries.relatives(clinic, old) == (None, new)


def test_the_task_is_done_when_nothing_of_the_incident_is_open(clinic: UUID) -> None:
    from recado.messaging.worker import raise_incidents
    from recado.tasks import queries as tasks

    old = leave(clinic, EventKind.UNCERTAIN)
    with connect(Role.MAINTENANCE) as maintenance:
        assert raise_incidents(maintenance) == 1
    again(clinic, old)
    with clinic_scope(clinic):
        assert not tasks.open_tasks(clinic)


@pytest.mark.parametrize("kind", [EventKind.SENT, EventKind.DELIVERED, EventKind.STOPPED])
def test_what_left_well_does_not_go_again(clinic: UUID, kind: EventKind) -> None:
    old = leave(clinic, kind)
    assert again(clinic, old).refused == {old: "not_open"}


def test_who_stopped_codes_and_old_texts_do_not_go_again(clinic: UUID) -> None:
    code = leave(clinic, EventKind.REFUSED, purpose=Purpose.VERIFY, last=330)
    stopped = leave(clinic, EventKind.REFUSED, last=331)
    late = leave(clinic, EventKind.REFUSED, last=332)
    factories.stop(clinic, 331)
    factories.advance(timedelta(days=2))
    refused = again(clinic, code, late).refused
    assert refused == {code: "never_again", late: "too_late"}
    assert again(clinic, late, is_late_too=True).sent
    assert again(clinic, stopped, is_late_too=True).refused == {stopped: "withdrawn"}


def test_another_clinics_texts_are_not_there(clinic: UUID) -> None:
    other = factories.make_furnished("mill-lane", number="+447700900101").id
    old = leave(other, EventKind.UNCERTAIN)
    assert not overview(clinic).incidents
    assert not again(clinic, old).sent


def test_the_promise_adds_up(clinic: UUID) -> None:
    taken = {Lane.CARE: Kept(10, 9), Lane.BULK: Kept(5, 5)}
    now = business_time.now()
    with connect(Role.DISPATCH) as dispatcher:
        for _ in range(2):
            dispatcher.execute(ADD_PROMISE, promise_parameters(taken, now))
    kept = [(one.day, one.lane, one.handed, one.in_time) for one in queries.promise_of()]
    day = now.astimezone(UTC).date()
    assert kept == [(day, Lane.CARE, 20, 18), (day, Lane.BULK, 10, 10)]


def test_lanes_are_held_and_let_go_by_command(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    def call(command: object, *more: str) -> list[str]:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)  # type: ignore[attr-defined]
        args = parser.parse_args(["--clinic", "harbour-street", *more])
        args.json = True
        assert command.run(args) == 0  # type: ignore[attr-defined]
        return list(json.loads(capsys.readouterr().out)["held"])

    assert call(pause) == ["conversation", "care", "bulk"]
    assert call(resume, "--lane", "care") == ["conversation", "bulk"]
    assert call(resume) == []
