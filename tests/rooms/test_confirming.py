"""A carrier that wants an address visited before it reports to us: kept until it is done, over every restart."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from recado.channels.protocol import RawCallback
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect, connect_async, key_file
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.launch import carrier_accounts, carrier_changes
from recado.launch.errors import CannotRun
from recado.launch.examination import carriers as examined
from recado.messaging import accounts, callbacks
from recado.messaging.dispatch import confirming
from recado.messaging.dispatch.callbacks import CallbackReader
from recado.messaging.dispatch.lines import Link
from tests import cluster
from tests.carriers.fakes.aws import TOPIC, AwsShapes, enveloped, knowing_its_certificate
from tests.factories import sql

pytestmark = pytest.mark.usefixtures("database")
PLACE = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"


class Topic:
    """An AWS carrier whose visits are counted; the first `failures` of them fail."""

    def __init__(self, failures: int = 0) -> None:
        self.visits, self.failures = 0, failures
        self.carrier: Any = knowing_its_certificate("AWS", AwsShapes().settings("http://127.0.0.1:1"))
        self.carrier.confirm = self.confirm

    async def confirm(self, raw: RawCallback) -> bool:
        self.visits += 1
        return self.visits > self.failures


@pytest.fixture
def number(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """An AWS account with one call that asks for a confirmation, stored as it came."""
    monkeypatch.setattr(confirming, "FIRST_PAUSE", 0.02)
    given = AwsShapes().settings("http://127.0.0.1:1")
    with connect(Role.MAINTENANCE) as connection:
        connection.execute(
            "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
            "VALUES (7, 'AWS', 'aws', %s, true, 'new')",
            (accounts.sealed(keys_for(SYSTEM_CLINIC), 7, given),),
        )
    raw = enveloped("confirm", "SubscriptionConfirmation", SubscribeURL=PLACE, Token="t")
    name = new_id()
    sealed = keys_for(SYSTEM_CLINIC).seal(callbacks.COLUMN, name.bytes, callbacks.packed(raw))
    sql(
        "INSERT INTO messaging_callbackraw (id, carrier, received_at, raw_ct, outcome, tries) VALUES (%s, 7, now(), %s, '', 0)",
        (name, sealed),
    )
    callbacks.forget()
    yield 7
    callbacks.forget()


def read(topic: Topic, *, is_killed: bool = False) -> None:
    """A dispatcher reads the carrier's calls until nothing is under way; `is_killed`: after the first try."""

    async def opened() -> Any:
        return await connect_async(Role.DISPATCH, autocommit=True)

    async def run() -> None:
        link = Link(opened, key_file())

        async def take(items: Any) -> None:
            assert items == []

        reader = CallbackReader(7, topic.carrier, link.do, take)
        try:
            await reader.look()
            assert await reader.look() == 0  # it is seen to, not read again
            if is_killed:
                while not any(outcome == "unconfirmed" for outcome, _ in stored()):
                    await asyncio.sleep(0.01)
                await reader.confirming.stop()
            else:
                await asyncio.wait_for(reader.confirming.settled(), 10)
        finally:
            await link.close()

    asyncio.run(run())


def stored() -> list[tuple[str, bool]]:
    return [(r[0], r[1]) for r in sql("SELECT outcome, settled_at IS NOT NULL FROM messaging_callbackraw")]


def test_confirmation_is_tried_until_it_is_done(number: int) -> None:
    topic = Topic(failures=2)
    read(topic)
    assert (topic.visits, stored()) == (3, [("confirmed", True)])


def test_process_that_dies_in_between_leaves_it_to_the_next(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirming, "FIRST_PAUSE", 60.0)
    read(Topic(failures=99), is_killed=True)
    assert stored() == [("unconfirmed", False)]
    (listed,) = carrier_accounts.found()
    assert listed["unconfirmed"] == 1
    read(Topic())
    assert stored() == [("confirmed", True)]
    assert carrier_accounts.found()[0]["unconfirmed"] == 0


def test_topic_that_asked_too_long_ago_is_given_up(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    monkeypatch.setattr(confirming, "TRIED_FOR", timedelta(0))
    read(Topic(failures=99))
    assert stored() == [("not_confirmed", True)]


def test_operator_sees_what_waits_and_does_it(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sql("UPDATE messaging_callbackraw SET outcome = 'unconfirmed'")
    with connect_owner() as owner:
        (finding,) = examined(owner)
    assert "recado carrier confirm 'AWS'" in finding.advice
    topic = Topic()
    monkeypatch.setattr(carrier_changes.accounts, "opened", lambda *_: topic.carrier)
    shown = carrier_changes.confirm("AWS", is_visited=False)
    assert [(one["subject"], one["is_confirmed"]) for one in shown["asked"]] == [(TOPIC, False)]
    assert (topic.visits, stored()) == (0, [("unconfirmed", False)])
    done = carrier_changes.confirm("AWS", is_visited=True)
    assert [one["is_confirmed"] for one in done["asked"]] == [True]
    assert stored() == [("confirmed", True)]
    assert carrier_changes.confirm("AWS", is_visited=True)["asked"] == []
    assert "Token" not in json.dumps([shown, done])


def test_carrier_that_confirms_nothing_says_so(number: int) -> None:
    given = {"host": "127.0.0.1", "port": 1, "system_id": "x", "password": "y"}
    sql(
        "UPDATE messaging_carrieraccount SET kind = 'smpp', settings_ct = %s",
        (accounts.sealed(keys_for(SYSTEM_CLINIC), 7, given),),
    )
    with pytest.raises(CannotRun, match="asks for no confirmation"):
        carrier_changes.confirm("AWS", is_visited=True)


def connect_owner() -> Any:
    import psycopg

    return psycopg.connect(cluster.superuser_url(), autocommit=True)
