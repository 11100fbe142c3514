"""What a dispatcher writes down of its carriers every few seconds, for whoever looks after them: a row for each
connection, their changes of state, and what is left on their accounts. Nothing here is done for a text."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString

from recado.channels.protocol import Carrier, Connection, HasBalance, HasConnections, LinkHealth
from recado.foundation import arrays, ids, news
from recado.foundation.clock import real_now
from recado.foundation.faults import describe

from ..types import UNHEARD_AFTER
from .books import Books
from .lines import Line

log = logging.getLogger("recado.dispatch")

BALANCE_EVERY = 3_600.0  # seconds: a carrier's account is not asked for each look at a page
BALANCE_WAIT = 60.0
BALANCE_AGAIN = 300.0  # after a question without an answer
GAP = timedelta(seconds=30)  # a ready carrier of which nothing was written for longer: no dispatcher ran
KEPT_CHANGES = timedelta(days=31)
KEPT_BALANCES = timedelta(days=8)
KEPT_LINKS = timedelta(hours=1)  # of dispatchers that are gone

NOTE_STATE: LiteralString = """
UPDATE messaging_carrieraccount c SET state = %(state)s, state_at = %(now)s,
    refused_with = CASE %(state)s WHEN 'ready' THEN NULL WHEN 'refused' THEN coalesce(%(account)s, was.refused_with)
        ELSE was.refused_with END
FROM (SELECT id, state, state_at, refused_with FROM messaging_carrieraccount WHERE id = %(carrier)s FOR NO KEY UPDATE) was
WHERE c.id = was.id AND (was.state <> %(state)s OR %(state)s = 'ready'
    OR (%(state)s = 'refused' AND was.refused_with IS DISTINCT FROM coalesce(%(account)s, was.refused_with)))
RETURNING was.state <> %(state)s OR NOT EXISTS (SELECT FROM messaging_carrierchange h WHERE h.carrier = c.id),
    was.state = 'ready' AND was.state_at < %(gap)s, was.state_at
"""
NOTE_CHANGES: LiteralString = """
INSERT INTO messaging_carrierchange (id, carrier, at, state, reason)
SELECT * FROM unnest(%(ids)s, %(carriers)s, %(ats)s, %(states)s, %(reasons)s)
"""
OLD_CHANGES: LiteralString = "DELETE FROM messaging_carrierchange WHERE carrier = %(carrier)s AND at < %(before)s"
NOTE_LINKS: LiteralString = """
INSERT INTO messaging_carrierlink (carrier, worker, number, at, kind, health, since, "window", most, under_way, rate,
    trouble, trouble_at, heard_at, unheard_since, rests_until)
SELECT n.carrier, %(worker)s, n.number, %(now)s, n.kind, n.health, n.since, n.size, n.most, n.under_way, n.rate,
    n.trouble, n.trouble_at, n.heard_at, n.unheard_since, n.rests_until
FROM unnest(%(carriers)s, %(numbers)s, %(kinds)s, %(healths)s, %(sinces)s, %(windows)s, %(mosts)s, %(under_ways)s,
    %(rates)s::double precision[], %(troubles)s, %(trouble_ats)s, %(heard_ats)s, %(unheards)s, %(rests)s)
    AS n (carrier, number, kind, health, since, size, most, under_way, rate, trouble, trouble_at, heard_at,
          unheard_since, rests_until)
ON CONFLICT (carrier, worker, number) DO UPDATE SET at = EXCLUDED.at, kind = EXCLUDED.kind, health = EXCLUDED.health,
    since = EXCLUDED.since, "window" = EXCLUDED."window", most = EXCLUDED.most, under_way = EXCLUDED.under_way,
    rate = EXCLUDED.rate, trouble = EXCLUDED.trouble, trouble_at = EXCLUDED.trouble_at, heard_at = EXCLUDED.heard_at,
    unheard_since = EXCLUDED.unheard_since, rests_until = EXCLUDED.rests_until
"""
# What is locked is another dispatcher's that has been away for as long, and is written anew: so is ours, for which it may wait.
OLD_LINKS: LiteralString = """
DELETE FROM messaging_carrierlink WHERE (carrier, worker, number) IN (
    SELECT carrier, worker, number FROM messaging_carrierlink
    WHERE (worker = %(worker)s AND at < %(now)s) OR at < %(before)s FOR UPDATE SKIP LOCKED)
"""
NOTE_BALANCE: LiteralString = """
INSERT INTO messaging_carrierbalance (carrier, at, amount, currency) VALUES (%(carrier)s, %(now)s, %(amount)s, %(currency)s)
ON CONFLICT DO NOTHING
"""
OLD_BALANCES: LiteralString = "DELETE FROM messaging_carrierbalance WHERE carrier = %(carrier)s AND at < %(before)s"
SERVED: LiteralString = "SELECT DISTINCT clinic_id FROM messaging_receivingnumber WHERE carrier_id = %s"

Do = Callable[[Callable[[Books], Awaitable[None]]], Awaitable[None]]


class Watch:
    """One dispatcher's look at its own carriers. `worker`: the same after a restart, so that its rows are its own again."""

    def __init__(self, lines: Sequence[Line], worker: str) -> None:
        self._lines, self._worker = lines, worker
        self._shown: dict[int, tuple[object, ...]] = {}
        self._asked_at: dict[int, float] = {}
        self._odd: set[int] = set()  # carriers that could not be looked at, each told once

    async def note(self, books: Books, broken: Sequence[int] = ()) -> None:
        """Writes down how the carriers and their connections are. `broken`: accounts that no carrier could be made of.
        One that tells what can't be written hides no other, and doesn't end the dispatcher that carries them all."""
        now = real_now()
        seen = [(line.carrier_id, told) for line in self._lines if (told := self._looked_at(line)) is not None]
        states = {carrier: state for carrier, (state, _) in seen} | dict.fromkeys(broken, ("refused", "settings"))
        accounts = {line.carrier_id: line.fingerprint for line in self._lines}
        links = [(carrier, one) for carrier, (_, connections) in seen for one in connections]
        different = self._looks_different(links, now)

        async def write(cursor: Any) -> None:
            changed = await note_states(cursor, states, now, accounts)
            await note_links(cursor, self._worker, links, now)
            await tell(cursor, changed | different)

        await books.together(write)

    def _looked_at(self, line: Line) -> tuple[tuple[str, str], Sequence[Connection]] | None:
        """A carrier's state with its reason, and its connections; None where it can't be told."""
        try:
            links = connections_of(line.carrier)
            _columns([(line.carrier_id, one) for one in links], range(len(links)))
            return (line.state, reason_of(line.carrier)), links
        except Exception as error:
            if line.carrier_id not in self._odd:
                log.error("carrier %d can't be looked at: %s", line.carrier_id, describe(error))
            self._odd.add(line.carrier_id)
            return None

    def _looks_different(self, links: Sequence[tuple[int, Connection]], now: datetime) -> set[int]:
        """Carriers whose connections show another picture than at the last look. Figures alone are none: pages fetch those
        when they are looked at."""
        shown: dict[int, tuple[object, ...]] = {}
        for carrier, one in links:
            is_unheard = one.unheard_since is not None and now - one.unheard_since >= UNHEARD_AFTER
            shown[carrier] = (*shown.get(carrier, ()), one.health is LinkHealth.UP, is_unheard)
        was, self._shown = self._shown, shown
        return {carrier for carrier in {*was, *shown} if was.get(carrier) != shown.get(carrier)}

    async def ask_balances(self, do: Do) -> None:
        """Asks each carrier that can tell what is left, once an hour."""
        while True:
            clock = asyncio.get_running_loop().time()
            for line in list(self._lines):
                carrier, asked = line.carrier, self._asked_at.get(line.carrier_id)
                if isinstance(carrier, HasBalance) and (asked is None or clock - asked >= BALANCE_EVERY):
                    is_told = await self._ask_balance(line.carrier_id, carrier, do)
                    self._asked_at[line.carrier_id] = clock if is_told else clock - BALANCE_EVERY + BALANCE_AGAIN
            await asyncio.sleep(5)

    async def _ask_balance(self, number: int, carrier: HasBalance, do: Do) -> bool:
        try:
            told = await asyncio.wait_for(carrier.balance(), BALANCE_WAIT)
            now = real_now()
            values = {"carrier": number, "now": now, "amount": told.amount, "currency": told.currency[:12]}

            async def write(books: Books) -> None:
                await books.write(NOTE_BALANCE, values)
                await books.write(OLD_BALANCES, {"carrier": number, "before": now - KEPT_BALANCES})

            await do(write)
        except Exception as error:  # a balance is worth no more than a line: the one before stands, with its time
            log.warning("carrier %d did not say what is left (%s)", number, describe(error))
            return False
        return True


def connections_of(carrier: Carrier) -> Sequence[Connection]:
    """A carrier's connections, as it tells them."""
    return carrier.connections if isinstance(carrier, HasConnections) else ()


def reason_of(carrier: Carrier) -> str:
    """Why a carrier is not ready, as a code."""
    told = str(getattr(carrier, "state_reason", "") or "")
    newest = max(
        (one for one in connections_of(carrier) if one.trouble_at), key=lambda one: str(one.trouble_at), default=None
    )
    return told or (newest.trouble if newest else "connecting")


async def note_states(
    cursor: Any, states: Mapping[int, tuple[str, str]], now: datetime, accounts: Mapping[int, bytes]
) -> set[int]:
    """Keeps how each carrier is (ready, down, refused) and why: the moment moves on only while it is ready. Returns those
    that changed. Where nothing was written of a ready carrier for a while, that gap is kept as well. `accounts`: the
    fingerprint of each, kept of one that is refused until it is ready."""
    changes: list[tuple[int, datetime, str, str]] = []
    for carrier, (state, reason) in sorted(states.items()):
        values = {"carrier": carrier, "state": state, "now": now, "gap": now - GAP, "account": accounts.get(carrier)}
        row = await (await cursor.execute(NOTE_STATE, values)).fetchone() or (False, False, now)
        if row[1]:
            changes.append((carrier, row[2], "silent", ""))
        if row[0] or row[1]:
            changes.append((carrier, now, state, "" if state == "ready" else reason[:60]))
    if changes:
        carriers, ats, told, reasons = zip(*changes, strict=True)
        await cursor.execute(
            NOTE_CHANGES,
            {
                "ids": arrays.uuid_array(ids.new_ids(len(changes))),
                "carriers": arrays.int2_array(carriers),
                "ats": arrays.timestamptz_array(ats),
                "states": arrays.text_array(told),
                "reasons": arrays.text_array(reasons),
            },
        )
    changed = {carrier for carrier, *_ in changes}
    for carrier in changed:
        await cursor.execute(OLD_CHANGES, {"carrier": carrier, "before": now - KEPT_CHANGES})
    return changed


async def note_links(cursor: Any, worker: str, links: Sequence[tuple[int, Connection]], now: datetime) -> None:
    """Writes each connection's row, and takes away those that are no more."""
    seen: dict[int, int] = {}
    numbers = []
    for carrier, _ in links:
        numbers.append(seen.get(carrier, 0))
        seen[carrier] = numbers[-1] + 1
    if links:
        await cursor.execute(NOTE_LINKS, {"worker": worker, "now": now, **_columns(links, numbers)})
    await cursor.execute(OLD_LINKS, {"worker": worker, "now": now, "before": now - KEPT_LINKS})


def _columns(links: Sequence[tuple[int, Connection]], numbers: Sequence[int]) -> dict[str, Any]:
    ones = [one for _, one in links]
    return {
        "carriers": arrays.int2_array([carrier for carrier, _ in links]),
        "numbers": arrays.int2_array(numbers),
        "kinds": arrays.text_array([one.kind for one in ones]),
        "healths": arrays.text_array([one.health for one in ones]),
        "sinces": arrays.timestamptz_array([one.since for one in ones]),
        "windows": arrays.int4_array([one.window for one in ones]),
        "mosts": arrays.int4_array([one.limit for one in ones]),
        "under_ways": arrays.int4_array([one.under_way for one in ones]),
        "rates": [one.rate for one in ones],
        "troubles": arrays.text_array([one.trouble[:60] for one in ones]),
        "trouble_ats": arrays.timestamptz_array([one.trouble_at for one in ones]),
        "heard_ats": arrays.timestamptz_array([one.heard_at for one in ones]),
        "unheards": arrays.timestamptz_array([one.unheard_since for one in ones]),
        "rests": arrays.timestamptz_array([one.rests_until for one in ones]),
    }


async def tell(cursor: Any, carriers: set[int]) -> None:
    """Open pages of the clinics that these carriers serve look again."""
    for carrier in sorted(carriers):
        rows = await (await cursor.execute(SERVED, (carrier,))).fetchall()
        await cursor.execute(news.TELL, ([news.word(clinic, news.Topic.CARRIERS) for (clinic,) in rows],))
