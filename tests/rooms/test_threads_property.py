"""Whatever patients and staff do, in any order: no text that waits for a person is out of sight."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from recado.conversations import actions as conversations
from recado.conversations import queries
from recado.conversations import worker as loops
from recado.conversations.types import Folder, Snooze, ThreadRow, ThreadState
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from tests import factories
from tests.factories import hear

ME = UUID(int=1)
BY = Actor(ActorKind.STAFF, str(ME))
PHONES = st.sampled_from([321, 322])


class Desk(RuleBasedStateMachine):
    """Two phones and a desk. `waits`: phones whose newest text needs a person and that nobody has dealt with since."""

    clinic: UUID
    address: str

    def __init__(self) -> None:
        super().__init__()
        self.waits: set[int] = set()
        self.number = 0

    def row(self, last: int) -> ThreadRow | None:
        with clinic_scope(self.clinic):
            bi = index_of(self.clinic, last)
            return next((row for row in queries.page(self.clinic, Folder.ALL, ME) if row.phone_bi == bi), None)

    def act(self, last: int, do: object, **more: object) -> None:
        row = self.row(last)
        if row is not None:
            with clinic_scope(self.clinic):
                do(clinic_id=self.clinic, thread_id=row.id, by=BY, **more)  # type: ignore[operator]

    @rule(last=PHONES)
    def asks(self, last: int) -> None:
        self.number += 1
        hear(self.clinic, f"Question {self.number}?", last, number=self.address)
        self.waits.add(last)

    @rule(last=PHONES, text=st.sampled_from(["STOP", "START", "HELP"]))
    def says_what_is_settled_by_itself(self, last: int, text: str) -> None:
        before = self.row(last)
        hear(self.clinic, text, last, number=self.address)
        after = self.row(last)
        assert before is None or (after and after.state == before.state and after.waiting_since == before.waiting_since)

    @rule(last=PHONES)
    def done(self, last: int) -> None:
        self.act(last, conversations.done)
        self.waits.discard(last)

    @rule(last=PHONES)
    def done_and_undone(self, last: int) -> None:
        row = self.row(last)
        if row is not None:
            with clinic_scope(self.clinic):
                act = conversations.done(clinic_id=self.clinic, thread_id=row.id, by=BY)
                assert conversations.undo(clinic_id=self.clinic, thread_id=row.id, version=act.version, by=BY)

    @rule(last=PHONES, until=st.sampled_from(list(Snooze)))
    def snooze(self, last: int, until: Snooze) -> None:
        self.act(last, conversations.snooze, until=until)

    @rule(last=PHONES, is_recalled=st.booleans())
    def reply(self, last: int, is_recalled: bool) -> None:
        row = self.row(last)
        if row is None:
            return
        with clinic_scope(self.clinic):
            written = conversations.reply(
                clinic_id=self.clinic, thread_id=row.id, text="Yes.", version=row.version, ref=str(new_id()), by=BY
            )
            if written.is_refused:
                return
            assert written.message_id is not None
            if is_recalled:
                assert conversations.recall(clinic_id=self.clinic, message_id=written.message_id, by=BY)
            else:
                self.waits.discard(last)

    @rule(hours=st.sampled_from([0.5, 2, 30]))
    def time_goes_by(self, hours: float) -> None:
        factories.advance(timedelta(hours=hours))
        with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
            loops.end_snoozes(maintenance)

    @invariant()
    def what_waits_is_in_sight(self) -> None:
        for last in self.waits:
            row = self.row(last)
            assert row is not None and row.waiting_since is not None
            assert row.state in (ThreadState.OPEN, ThreadState.SNOOZED)
        with clinic_scope(self.clinic):
            todo = queries.page(self.clinic, Folder.TO_DO, ME)
            snoozed = queries.page(self.clinic, Folder.SNOOZED, ME)
        assert {row.id for row in todo}.isdisjoint(row.id for row in snoozed)


def index_of(clinic_id: UUID, last: int) -> bytes:
    return messaging.phone_index(clinic_id, factories.phone(last))


@pytest.mark.usefixtures("database")
def test_nothing_that_waits_is_out_of_sight() -> None:
    number = iter(range(1000))

    class Case(Desk):
        def __init__(self) -> None:
            super().__init__()
            at = next(number)
            self.clinic = factories.make_clinic(f"clinic-{at}").id
            self.address = factories.furnish(self.clinic, f"+4477009{10000 + at}")

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Case,
        settings=settings(
            max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
