"""The database goes away while a carrier reports over SMPP: what came in is held unacknowledged, and taken once."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from recado.foundation.ids import new_id
from recado.foundation.protocols.smpp import codes
from recado.launch.postgres import ThrowawayCluster
from tests.carriers.scripted import Connection, Scripted

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
SOURCE = Path(__file__).resolve().parents[2] / "src"
AWAY = 4.0  # seconds; longer than every wait between two tries
RECEIPT = b"id:r-1 sub:001 dlvrd:001 submit date:2611241030 done date:2611241031 stat:DELIVRD err:000 text:"


class Installation:
    """A PostgreSQL and a dispatcher of their own, with one carrier that follows this test."""

    def __init__(self, cluster: ThrowawayCluster, folder: Path) -> None:
        self.cluster, self._port = cluster, cluster.port
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("RECADO_", "DJANGO_"))}
        own = {"RECADO_DATA": str(folder), "RECADO_DATABASE_URL": cluster.create_database("recado_away")}
        self.environment: Mapping[str, str] = {**clean, **own, "PYTHONPATH": str(SOURCE)}

    def recado(self, *arguments: str) -> None:
        done = subprocess.run(self.command(*arguments), env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "recado.launch.console", *arguments]

    def go(self) -> None:
        self.cluster.cluster.stop()

    def come_back(self) -> None:
        self.cluster.cluster.start(self._port)

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.cluster.superuser_url("recado_away"), autocommit=True) as connection:
            cursor = connection.execute(statement, values)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory() as folder, ThrowawayCluster() as cluster:
        made = Installation(cluster, Path(folder))
        made.recado("migrate")
        made.recado("clinic", "create", "--slug", "harbour", "--name", "Harbour", "--timezone", "Europe/London")
        yield made


async def acknowledged(connection: Connection, count: int) -> list[tuple[int, int]]:
    """The next answers to what was delivered: number and status of each."""
    answers: list[tuple[int, int]] = []
    while len(answers) < count:
        frame = await connection.next(30)
        if frame.command == codes.DELIVER_SM_RESP:
            answers.append((frame.sequence, frame.status))
    return answers


def taken(installation: Installation) -> tuple[int, int]:
    """How many replies are stored, and how often the text is told as delivered."""
    replies = installation.sql("SELECT count(*) FROM messaging_inboundraw")
    events = installation.sql("SELECT count(*) FROM messaging_event WHERE kind = 2")
    return replies[0][0], events[0][0]


def test_receipts_and_replies_are_held_while_the_database_is_away_and_taken_once(installation: Installation) -> None:
    asyncio.run(story(installation))


async def story(installation: Installation) -> None:
    # Given a dispatcher that is bound to a carrier, which has taken a text
    far = Scripted(is_bound=True)
    server = await asyncio.start_server(far, "127.0.0.1", 0)
    port = str(server.sockets[0].getsockname()[1])
    account = ("--host", "127.0.0.1", "--port", port, "--system-id", "recado", "--password", "secret")
    await asyncio.to_thread(installation.recado, "carrier", "add", "smpp", "--name", "Northline", *account)
    ((clinic,),) = installation.sql("SELECT id FROM clinics_clinic")
    sent = (
        "INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, ref) VALUES (%s, %s, now(), 1, 1, 'r-1')"
    )
    installation.sql(sent, clinic, new_id())
    dispatcher = subprocess.Popen(installation.command("dispatch"), env=installation.environment)
    try:
        connection = await far.connection(30)
        receipt, reply = connection.delivery(RECEIPT, 0, codes.ESM_RECEIPT), connection.delivery(b"1")

        # When PostgreSQL stops, and then a receipt and a reply come
        await asyncio.to_thread(installation.go)
        connection.write(receipt, reply)

        # Then neither is acknowledged, and the connection stands
        assert await connection.is_silent(AWAY)

        # And when PostgreSQL is back, each is acknowledged after it is stored
        await asyncio.to_thread(installation.come_back)
        answers = await acknowledged(connection, 2)
        assert {status for _, status in answers} == {codes.OK} and len({number for number, _ in answers}) == 2
        assert taken(installation) == (1, 1)
        assert far.count == 1

        # And what the carrier repeats, since its own side had given up waiting, changes nothing
        connection.write(receipt, reply)
        assert {status for _, status in await acknowledged(connection, 2)} == {codes.OK}
        assert taken(installation) == (1, 1)
        connection.writer.transport.abort()
    finally:
        dispatcher.send_signal(signal.SIGTERM)
        dispatcher.wait(60)
        server.close()
