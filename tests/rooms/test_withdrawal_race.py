"""Withdrawals that race with claims, on real connections: once one has committed, no later claim takes that text.

Without the lock that both take, such races are lost: the claim's snapshot is older than its commit.
"""

import random
import threading
import time
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from recado.consent.types import Purpose
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import outbox
from tests import factories
from tests.desk import Desk
from tests.factories import intent, phone, send, sql

pytestmark = pytest.mark.usefixtures("database")
TEXTS = 600
STOPPED = 120
ENOUGH = 400  # withdrawals that overtook a text which was about to be claimed
MOST_RACES = 10
AT_ONCE = 3  # connections that withdraw
OPEN_FOR = 0.004  # seconds that a claim's transaction stays open, so that withdrawals fall into it
UNLOCKED = "SELECT %s, (SELECT ahead FROM foundation_clock)"


class Race:
    """Claims everything in small slices while people write STOP; says which texts slipped through."""

    def __init__(self, clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clinic = clinic
        self.claimed_at: dict[bytes, float] = {}  # just before its claim commits, by message
        self.withdrawn_at: dict[int, float] = {}  # just after the withdrawal has committed, by phone
        self.failed: list[BaseException] = []
        self.head = 0  # texts claimed so far: withdrawals fall just before and behind it
        slice_of = outbox.slice_of

        def held_open(rows: Any) -> outbox.ClaimedSlice | None:
            claimed = slice_of(rows)
            time.sleep(OPEN_FOR)
            self.head += len(rows)
            self.claimed_at |= {text.message: time.monotonic() for text in (claimed.texts if claimed else ())}
            return claimed

        monkeypatch.setattr(outbox, "slice_of", held_open)

    def run(self, seed: int) -> None:
        made = send(self.clinic, *(intent(last) for last in range(TEXTS)))
        self.last_of = {one.message_id.bytes: last for last, one in enumerate(made)}
        dice = [random.Random(seed + at) for at in range(AT_ONCE)]
        threads = [threading.Thread(target=self.withdraw, args=(at, dice[at])) for at in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        with Desk() as desk:
            while any(thread.is_alive() for thread in threads):
                desk.texts(5)
            for thread in threads:
                thread.join()
            while desk.texts(500):
                pass
        assert not self.failed, self.failed

    def withdraw(self, at: int, dice: random.Random) -> None:
        """Each thread has phones of its own, near the head of the queue."""
        try:
            for _ in range(STOPPED // AT_ONCE):
                near = [n for n in range(at, TEXTS, AT_ONCE) if n not in self.withdrawn_at and n >= self.head - 5]
                if not near:
                    return
                last = dice.choice(near[:4])
                with clinic_scope(self.clinic):
                    messaging.stop(clinic_id=self.clinic, phone=phone(last), how="sms", by=OPERATOR, language="en")
                self.withdrawn_at[last] = time.monotonic()
        except BaseException as error:  # told by the main thread
            self.failed.append(error)
        finally:
            connections.close_all()

    @property
    def slipped(self) -> int:
        """Texts whose claim committed after the withdrawal of their owner had."""
        never = float("inf")
        return sum(
            self.withdrawn_at.get(self.last_of.get(message, -1), never) < moment
            for message, moment in self.claimed_at.items()
        )


@pytest.mark.timeout(300)
def test_no_claim_takes_a_text_after_its_withdrawal_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    overtook = 0
    for at in range(MOST_RACES):
        with monkeypatch.context() as patch:
            race = Race(factories.make_furnished(f"race-{at}", number=f"+4477009009{at:02}").id, patch)
            race.run(seed=7 + at)
        assert race.slipped == 0
        ended = "SELECT count(*) FROM messaging_event WHERE kind = 4 AND clinic_id = %s"
        stopped = sql(ended, (race.clinic,))[0][0]
        assert 0 < stopped <= STOPPED
        confirmed = len(race.withdrawn_at)
        assert len(race.claimed_at) == TEXTS - stopped + confirmed, "claimed or stopped; and each STOP was confirmed"
        overtook += stopped
        if overtook >= ENOUGH:
            return
    pytest.fail(f"{overtook} withdrawals overtook their text, too few to tell")


@pytest.mark.parametrize("is_locked", [True, False])
def test_withdrawal_waits_for_an_open_claim_by_the_lock_alone(monkeypatch: pytest.MonkeyPatch, is_locked: bool) -> None:
    if not is_locked:
        monkeypatch.setattr(outbox, "CLAIM_LOCK", UNLOCKED)
    clinic = factories.make_furnished().id
    send(clinic, intent(321))
    slice_of = outbox.slice_of
    stopping = threading.Thread(target=_stop_from_elsewhere, args=(clinic,))
    was_done = []

    def with_a_stop_meanwhile(rows: Any) -> outbox.ClaimedSlice | None:
        stopping.start()
        stopping.join(0.5 if is_locked else 10)
        was_done.append(not stopping.is_alive())
        return slice_of(rows)

    monkeypatch.setattr(outbox, "slice_of", with_a_stop_meanwhile)
    with Desk() as desk:
        assert len(desk.texts()) == 1
    stopping.join(10)
    assert was_done == [not is_locked], "without the lock the text would slip through"
    assert sql("SELECT count(*) FROM consent_withdrawal WHERE purpose_group = 1") == [(1,)]


def test_text_put_while_its_owner_withdraws_is_left_out_by_the_claim() -> None:
    clinic = factories.make_furnished().id
    with clinic_scope(clinic):
        messaging.stop(clinic_id=clinic, phone=phone(321), how="sms", by=OPERATOR, language="en")
        elsewhere = threading.Thread(target=_send_from_elsewhere, args=(clinic,))
        elsewhere.start()
        elsewhere.join()  # it has committed before the withdrawal has: nobody could see that one yet
    assert len(factories.queued()) == 2
    with Desk() as desk:
        assert [text.purpose for text in desk.texts()] == [Purpose.OPT_OUT_CONFIRMATION]


def _send_from_elsewhere(clinic: UUID) -> None:
    try:
        send(clinic, intent(321))
    finally:
        connections.close_all()


def _stop_from_elsewhere(clinic: UUID) -> None:
    try:
        factories.stop(clinic, 321)
    finally:
        connections.close_all()
