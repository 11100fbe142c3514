"""What the dispatcher counted of the promise is added to the day's figures."""

import asyncio

import pytest

from recado.foundation.database import Role, connect_async, key_file
from recado.messaging.dispatch.lines import Link
from recado.messaging.dispatch.meter import Meter
from recado.messaging.types import Lane
from tests.factories import sql

pytestmark = pytest.mark.usefixtures("database")


def test_counts_are_added_and_nothing_is_counted_twice() -> None:
    meter = Meter()

    async def note() -> None:
        link = Link(lambda: connect_async(Role.DISPATCH, autocommit=True), key_file())
        for waits in ([1.0, 2.0], [11.0]):
            meter.handed(1, Lane.CARE, waits)
            taken = meter.take_promise()
            await link.once(lambda books, t=taken: books.add_promise(t))  # type: ignore[misc]
        await link.close()

    asyncio.run(note())
    assert sql("SELECT lane, handed, in_time FROM messaging_promise") == [(int(Lane.CARE), 3, 2)]
    assert meter.take_promise() == {}
