"""The fifth lock: in any order of send, stop, start, clock, claim, answer, crash and receipt, on real PostgreSQL,

- no text whose purpose is withdrawn enters a slice after the withdrawal has committed;
- nothing that was put is ever without a place: it waits, is on the wire, or has an event;
- no text goes out twice unless the books say why: not taken for certain (RETRY), or sent once more by rule (RESENT).
"""

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from recado.channels.protocol import (
    Accepted,
    Outcome,
    PersonStopped,
    Receipt,
    ReceiptState,
    Refused,
    TryLater,
    Uncertain,
)
from recado.consent.types import GROUP_OF, Purpose, PurposeGroup
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.dispatch.answers import Answered
from recado.messaging.outbox import Claimed, ClaimedSlice
from recado.messaging.types import RESENT_WHEN_UNCERTAIN, EventKind
from tests import cluster, factories
from tests.desk import Desk
from tests.factories import intent, phone, send

PHONES = st.integers(0, 3)
PURPOSES = st.sampled_from([Purpose.CARE, Purpose.ANSWER, Purpose.VERIFY, Purpose.EMERGENCY, Purpose.BILLING])
ANSWERS = st.sampled_from(["accepted", "accepted", "refused", "later", "uncertain", "stopped"])
FINAL = {EventKind.SENT, EventKind.DELIVERED, EventKind.FAILED, EventKind.STOPPED, EventKind.REFUSED}
FINAL |= {EventKind.CALLED_OFF, EventKind.EXPIRED}
AGAIN = {EventKind.RETRY, EventKind.RESENT}
_carriers = itertools.count(10)

PLACES = """
SELECT m.id, m.purpose, m.verdict, o.id IS NOT NULL,
    EXISTS (SELECT FROM messaging_slice s WHERE m.id = ANY (s.ids)),
    (SELECT array_agg(e.kind) FROM messaging_event e WHERE e.message = m.id)
FROM messaging_message m LEFT JOIN messaging_outbox o ON o.id = m.id WHERE m.clinic_id = %s
"""
ENTERED = """
SELECT m.id, m.purpose, m.phone_bi FROM messaging_slice s, LATERAL unnest(s.ids) AS t (id)
JOIN messaging_message m ON m.id = t.id WHERE s.id = %s
"""


class Sending(RuleBasedStateMachine):
    """One clinic, four phones, one dispatcher that may die."""

    def __init__(self) -> None:
        super().__init__()
        self.carrier = next(_carriers)
        self.clinic = factories.make_clinic(f"clinic-{self.carrier}").id
        factories.furnish(self.clinic, f"+447700900{self.carrier:03}", carrier=self.carrier)
        with clinic_scope(self.clinic):
            self.bi = {messaging.phone_index(self.clinic, phone(last)): last for last in range(4)}
        self.sessions = itertools.count(1)
        self.desk = self.new_desk()
        self.slices: list[tuple[ClaimedSlice, list[Claimed]]] = []  # and their texts without an answer
        self.dead: list[Answered] = []  # answers that came to a process that had died
        self.silent: set[tuple[int, PurposeGroup]] = set()
        self.taken: Counter[UUID] = Counter()
        self.accepted: list[tuple[str, int]] = []
        self.refs = itertools.count()
        self.superuser = psycopg.connect(cluster.superuser_url(), autocommit=True)

    def new_desk(self) -> Desk:
        desk = Desk(f"dispatch@{self.carrier}#{next(self.sessions)}", carrier=self.carrier)
        return desk.__enter__()

    def teardown(self) -> None:
        self.desk.__exit__(None, None, None)
        self.superuser.execute("DELETE FROM messaging_slice WHERE carrier = %s", (self.carrier,))
        self.superuser.execute("DELETE FROM messaging_outbox WHERE carrier = %s", (self.carrier,))
        self.superuser.close()

    # ---------------------------------------------------------------------------------------- what people do

    @rule(last=PHONES, purpose=PURPOSES, count=st.integers(1, 3), wait=st.sampled_from([0, 0, 0, 90]))
    def sends(self, last: int, purpose: Purpose, count: int, wait: int) -> None:
        from recado.foundation import business_time

        later = business_time.now() + timedelta(seconds=wait) if wait else None
        made = send(self.clinic, *(intent(last, purpose=purpose, not_before=later) for _ in range(count)))
        is_silent = (last, GROUP_OF[purpose]) in self.silent
        assert all((one.verdict == "never") == is_silent for one in made if one.rule != "frequency_cap")

    @rule(last=PHONES, ref=st.integers(0, 5))
    def sends_with_a_ref(self, last: int, ref: int) -> None:
        send(self.clinic, intent(last, ref=f"ref:{ref}"), intent(last, ref=f"ref:{ref}"))

    @rule(last=PHONES)
    def stops(self, last: int) -> None:
        factories.stop(self.clinic, last)
        self.silent |= {(last, group) for group in PurposeGroup if group is not PurposeGroup.NONE}

    @rule(last=PHONES)
    def starts(self, last: int) -> None:
        factories.start(self.clinic, last)
        self.silent = {(one, group) for one, group in self.silent if one != last}

    @rule(seconds=st.sampled_from([1, 30, 120, 1200]))
    def time_passes(self, seconds: int) -> None:
        factories.advance(timedelta(seconds=seconds))

    @rule(index=st.integers(0, 20))
    def calls_off(self, index: int) -> None:
        rows = self.superuser.execute("SELECT id FROM messaging_outbox WHERE carrier = %s", (self.carrier,)).fetchall()
        if rows:
            chosen = rows[index % len(rows)][0]
            with clinic_scope(self.clinic):
                messaging.call_off(clinic_id=self.clinic, message_ids=[chosen], reason="visit_changed")

    # ---------------------------------------------------------------------------------------- what the dispatcher does

    @rule(most=st.sampled_from([1, 2, 5, 100]))
    def claims(self, most: int) -> None:
        claimed = self.desk.claim(most, lease=timedelta(hours=1))
        if claimed is None:
            return
        entered = self.superuser.execute(ENTERED, (claimed.id,)).fetchall()
        assert sorted(name for name, _, _ in entered) == sorted(UUID(bytes=text.message) for text in claimed.texts)
        for name, purpose, bi in entered:
            is_silent = (self.bi[bytes(bi)], GROUP_OF[Purpose(purpose)]) in self.silent
            assert not is_silent, "a withdrawn text has entered a slice"
            self.taken[name] += 1
        self.slices.append((claimed, list(claimed.texts)))

    @precondition(lambda self: self.slices)
    @rule(index=st.integers(0, 9), answers=st.lists(ANSWERS, min_size=1, max_size=6), is_told_twice=st.booleans())
    def carrier_answers(self, index: int, answers: list[str], is_told_twice: bool) -> None:
        claimed, left = self.slices[index % len(self.slices)]
        texts = left[: len(answers)]
        outcomes = [self.outcome(text, answer) for text, answer in zip(texts, answers, strict=False)]
        answered = self.desk.answered(claimed, *outcomes, texts=texts)
        if is_told_twice:  # committed, but the connection broke before we heard so
            self.desk.settle_as_is(answered)
        self.desk.settle(answered)
        del left[: len(texts)]
        if not left:
            self.slices.remove((claimed, left))

    def outcome(self, text: Claimed, answer: str) -> Outcome:
        ref = f"{self.carrier}-{next(self.refs)}"
        if answer == "stopped":
            self.silent |= {(self.bi[text.phone_bi], group) for group in PurposeGroup if group is not PurposeGroup.NONE}
            return PersonStopped()
        if answer == "accepted":
            self.accepted.append((ref, self.bi[text.phone_bi]))
            return Accepted(ref)
        if answer == "later":
            return TryLater(timedelta(seconds=20), "throttled")
        return Refused("bad_number") if answer == "refused" else Uncertain("link_lost")

    @rule()
    def dies_and_comes_back(self) -> None:
        for claimed, left in self.slices:
            outcomes = [Accepted(f"late-{next(self.refs)}") for _ in left]
            self.dead.append(self.desk.answered(claimed, *outcomes, texts=left))
        self.slices.clear()
        self.desk.__exit__(None, None, None)
        self.desk = self.new_desk()
        self.desk.recover()
        assert self.desk.recover() == 0

    @precondition(lambda self: self.dead)
    @rule()
    def dead_process_writes_after_all(self) -> None:
        before = self.history()
        self.desk.settle_as_is(self.dead.pop())
        assert self.history() == before

    @precondition(lambda self: self.accepted)
    @rule(index=st.integers(0, 50), state=st.sampled_from([ReceiptState.DELIVERED, ReceiptState.FAILED]))
    def receipt_comes(self, index: int, state: ReceiptState) -> None:
        ref, last = self.accepted[index % len(self.accepted)]
        report = Receipt(ref, state, None, to=phone(last).e164, sender=f"+447700900{self.carrier:03}")
        self.desk.take(report, report)

    @rule(last=PHONES, number=st.integers(0, 3))
    def receipt_of_an_uncertain_text_comes(self, last: int, number: int) -> None:
        sender = f"+447700900{self.carrier:03}"
        self.desk.take(Receipt(f"x-{number}", ReceiptState.DELIVERED, None, to=phone(last).e164, sender=sender))
        self.desk.reconcile()

    # ---------------------------------------------------------------------------------------- what must hold

    def history(self) -> list[Any]:
        return self.superuser.execute(
            "SELECT message, kind, ref FROM messaging_event WHERE clinic_id = %s ORDER BY 1, 2, 3", (self.clinic,)
        ).fetchall()

    @invariant()
    def everything_has_its_place(self) -> None:
        for name, purpose, verdict, is_queued, is_on_wire, kinds in self.superuser.execute(PLACES, (self.clinic,)):
            events = Counter(EventKind(kind) for kind in kinds or ())
            if verdict == "never":
                assert not is_queued and not is_on_wire and not events
                continue
            assert is_queued or is_on_wire or events, "a text is lost"
            if not is_queued and not is_on_wire:
                assert FINAL & events.keys() or events[EventKind.UNCERTAIN] > events[EventKind.RESENT], events
            assert self.taken[name] <= 1 + sum(events[kind] for kind in AGAIN), "taken twice without a reason"
            assert events[EventKind.RESENT] <= (Purpose(purpose) in RESENT_WHEN_UNCERTAIN)
            assert events[EventKind.DELIVERED] <= 1
            assert events[EventKind.FAILED] <= 1


@pytest.mark.usefixtures("database")
def test_sending_keeps_its_promises_in_any_order() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Sending,
        settings=settings(
            max_examples=30,
            stateful_step_count=40,
            deadline=None,
            database=None,
            print_blob=True,
            # Shrinking takes minutes against a database: put Phase.shrink in to look for the shortest story.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
