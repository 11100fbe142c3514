"""Kills the product's processes at random moments of a paced run, and then counts.

    python -m bench.kill [--kills 6] [--rate 150] [--seed 1]        make chaos: 100 kills at 500 texts a second

While texts go out at a steady pace and patients answer, every 3 to 5 s one of these dies: the dispatcher, the worker,
the web server, PostgreSQL (SIGKILL), or a carrier's link, dropped with texts taken and not answered. Two of three texts go over SMPP to the
simulated carrier, the third over HTTP to a fake that reports and replies by calling us, so that the way of callbacks is killed too.
Then everything is let come to rest, and what the carriers have seen is compared with what the books say. Prints one JSON object;
exits with 1 if a text was lost or doubled, or a reply forgotten, doubled or cut.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.product import Product, running
from bench.rig import number, number_text, prepare
from bench.web_carrier import LONG, WebCarrier

VICTIMS = ("dispatch", "worker", "web", "postgres", "link", "http link")
OVER_HTTP = 3  # each third batch of texts
EVERY = (3.0, 5.0)  # seconds between two kills
REST = 5.0  # seconds of sending after the last


@dataclass(slots=True)
class Run:
    """What happened in a run."""

    texts: int
    killed: list[str] = field(default_factory=list)
    put: dict[str, str] = field(default_factory=dict)  # wording -> message id: acknowledged to the caller
    replies: int = 0
    web_replies: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--rate", type=float, default=150)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--port", type=int, default=8392)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="recado-kill-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as another account when we are root, and must pass through
        report = ordeal(Path(folder) / "data", args.port, kills=args.kills, rate=args.rate, seed=args.seed)
    print(json.dumps(report, indent=1))
    sys.exit(0 if report["is_exact"] else 1)


def ordeal(data: Path, port: int, *, kills: int, rate: float, seed: int) -> dict[str, Any]:
    """One run, from start to count."""
    dice = random.Random(seed)
    deaths = plan(kills, dice)
    texts = int((deaths[-1][0] + REST) * rate)
    web = WebCarrier()
    with running(data, port) as product:
        os.environ.update({key: product.environment[key] for key in ("RECADO_DATA", "RECADO_PORT")})
        clinics = (prepare(), beside())
        web.connect(product, "bench-web")
        run = Run(texts)
        killer = threading.Thread(target=kill_each, args=(product, web, run, deaths))
        answerer = threading.Thread(target=answer, args=(product, web, run, texts / rate))
        killer.start()
        answerer.start()
        send_paced(clinics, run, rate)
        killer.join()
        answerer.join()
        rest(product, web)
        report = {"seed": seed, **count(product, web, run)}
        web.stop()
        return report


def beside() -> Any:
    """A second clinic, which will have its number on the carrier over HTTP."""
    from recado.clinics import actions as clinics
    from recado.clinics.types import NO_QUIET_HOURS
    from recado.foundation.actors import OPERATOR

    made = clinics.create_clinic(
        slug="bench-web", name="Bench", time_zone="Europe/London", quiet_hours=NO_QUIET_HOURS, by=OPERATOR
    )
    return made.id


def plan(kills: int, dice: random.Random) -> list[tuple[float, str]]:
    """When each dies, in seconds from the start; every victim has its turn before any has a second."""
    deaths: list[tuple[float, str]] = []
    at = 0.0
    while len(deaths) < kills:
        for victim in dice.sample(VICTIMS, len(VICTIMS)):
            at += dice.uniform(*EVERY)
            deaths.append((at, victim))
    return deaths[:kills]


def kill_each(product: Product, web: WebCarrier, run: Run, deaths: list[tuple[float, str]]) -> None:
    """Kills each victim at its moment; one that is just being started again dies as soon as it stands."""
    started = time.monotonic()
    for at, victim in deaths:
        time.sleep(max(0.0, started + at - time.monotonic()))
        while not _kill(product, web, victim):
            time.sleep(0.1)
        run.killed.append(f"{victim} after {at:.1f} s")


def _kill(product: Product, web: WebCarrier, victim: str) -> bool:
    """False when there is nobody to kill just now."""
    if victim == "link":
        return _drop_link(product)
    if victim == "http link":
        web.drop_link(0.1)
        return True
    try:
        os.kill(product.postgres_pid() if victim == "postgres" else product.pids()[victim], signal.SIGKILL)
    except (KeyError, OSError, IndexError, ValueError):
        return False
    return True


def _drop_link(product: Product) -> bool:
    """The next text that the carrier takes costs the connection, and everything on it its answer."""
    from recado.launch.simulator.client import SimulatorClient, SimulatorUnreachable
    from recado.launch.simulator.faults import Fault

    simulator = SimulatorClient(product.data)
    try:
        simulator.switch(Fault.LINK_DROPPED, True)
        time.sleep(0.1)
        simulator.switch(Fault.LINK_DROPPED, False)
    except SimulatorUnreachable:
        return False
    return True


def send_paced(clinics: tuple[Any, Any], run: Run, rate: float) -> None:
    """Sends in small batches at a steady pace; a batch that the database did not take is sent again with the same refs."""
    batch = batch_of(rate)
    started = time.monotonic()
    for first in range(0, run.texts, batch):
        time.sleep(max(0.0, started + first / rate - time.monotonic()))
        _send(clinics[is_over_http(first, rate)], run, range(first, min(first + batch, run.texts)))


def batch_of(rate: float) -> int:
    return max(1, int(rate / 10))


def is_over_http(at: int, rate: float) -> bool:
    """Whether this text's clinic has its number on the carrier over HTTP."""
    return at // batch_of(rate) % OVER_HTTP == 0


def _send(clinic: Any, run: Run, numbers: range) -> None:
    from django import db

    from recado.consent.types import Purpose
    from recado.foundation.actors import OPERATOR
    from recado.foundation.phone import Phone
    from recado.foundation.tenancy import clinic_scope
    from recado.messaging import actions as messaging
    from recado.messaging.types import Intent

    intents = [Intent(Purpose.CARE, number_text(n), Phone(number(n)), ref=f"kill:{n}") for n in numbers]
    while True:
        try:
            with clinic_scope(clinic):
                made = messaging.send(clinic_id=clinic, intents=intents, by=OPERATOR)
        except (db.OperationalError, db.InterfaceError, db.InternalError):
            db.connections.close_all()
            time.sleep(0.1)
            continue
        run.put.update({intent.text: str(one.message_id) for intent, one in zip(intents, made, strict=True)})
        return


def answer(product: Product, web: WebCarrier, run: Run, seconds: float) -> None:
    """Patients answer now and then: each reply that a carrier handed over must be in the books in the end."""
    from recado.foundation.phone import Phone
    from recado.launch.simulator.client import SimulatorClient, SimulatorRefused, SimulatorUnreachable

    simulator = SimulatorClient(product.data)
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        at = run.replies * 7
        while is_over_http(at, run.texts / seconds):
            at += 1  # the simulated carrier lets answer only whom it has sent something
        web.reply(number(at), f"answer {run.web_replies}" + (f". {LONG}" if run.web_replies % 3 == 0 else ""))
        run.web_replies += 1
        try:
            simulator.reply(Phone(number(at)), f"answer {run.replies}")
            run.replies += 1
        except (SimulatorRefused, SimulatorUnreachable):
            pass
        time.sleep(0.2)


STILL_THERE = """
SELECT (SELECT count(*) FROM messaging_outbox o JOIN clinics_clinic c ON c.id = o.clinic_id WHERE c.slug LIKE 'bench%')
    + (SELECT count(*) FROM messaging_callbackraw WHERE settled_at IS NULL)
"""


def rest(product: Product, web: WebCarrier, patience: float = 120) -> None:
    """Waits until nothing is queued, on the wire, owed by a carrier, or unread; gives up when nothing has moved for so many
    seconds."""
    import psycopg

    from recado.foundation.database import Role, connect
    from recado.launch.simulator.client import SimulatorClient
    from recado.launch.time_machine import OPEN

    simulator = SimulatorClient(product.data)
    ends_at = time.monotonic() + patience
    quiet, before = 0, None
    while quiet < 10 and time.monotonic() < ends_at:
        time.sleep(0.5)
        try:
            with connect(Role.MAINTENANCE, autocommit=True) as connection:
                from recado.foundation.clock import real_now

                left = [connection.execute(OPEN, {"now": real_now()}).fetchone()]
                left.append(connection.execute(STILL_THERE).fetchone())
        except psycopg.OperationalError:
            continue
        if left != before:
            before, ends_at = left, time.monotonic() + patience
        is_done = all(row is not None and row[0] == 0 for row in left)
        is_quiet = is_done and simulator.pending().is_drained and web.is_drained
        quiet = quiet + 1 if is_quiet else 0


FATES = """
SELECT m.id::text, array_agg(e.kind ORDER BY e.at) FILTER (WHERE e.kind IS NOT NULL),
    max(e.reason) FILTER (WHERE e.kind = 5)
FROM messaging_message m LEFT JOIN messaging_event e ON e.message = m.id GROUP BY 1
"""


REPLIES = """
SELECT count(*) FILTER (WHERE carrier <> %(web)s), count(*) FILTER (WHERE carrier = %(web)s),
    count(*) FILTER (WHERE carrier = %(web)s AND ref LIKE '%%~%%'), count(*) FILTER (WHERE settled_at IS NULL)
FROM messaging_inboundraw
"""


def count(product: Product, web: WebCarrier, run: Run) -> dict[str, Any]:
    """Compares what the carriers have seen with what the books say."""
    from recado.foundation.database import Role, connect
    from recado.launch.simulator.client import SimulatorClient

    simulator = SimulatorClient(product.data)
    seen = Counter({text: times for _, text, times in simulator.dump()}) + web.seen()
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        fates = {key: (kinds or [], reason) for key, kinds, reason in connection.execute(FATES)}
        waiting = {key for (key,) in connection.execute("SELECT id::text FROM messaging_outbox")}
        replies, web_replies, cut, unread = connection.execute(REPLIES, {"web": web.number}).fetchone() or (0,) * 4
        calls = connection.execute("SELECT outcome, count(*) FROM messaging_callbackraw GROUP BY 1").fetchall()
        unmatched = connection.execute("SELECT outcome, count(*) FROM messaging_receiptunmatched GROUP BY 1").fetchall()
    judged = Counter(
        "STILL WAITING" if key in waiting else _judge(seen[text], *fates.get(key, ([], None)))
        for text, key in run.put.items()
    )
    bad = (
        judged["LOST"]
        + judged["STILL WAITING"]
        + judged["TWICE"]
        + judged["NOT IN THE BOOKS"]
        + cut
        + unread
        + abs(web_replies - run.web_replies)
    )
    is_whole = set(dict(calls)) <= {"read"}
    return {
        "texts": run.texts,
        "killed": run.killed,
        "acknowledged_to_the_caller": len(run.put),
        "reached_the_carrier": sum(1 for text in run.put if seen[text]),
        "fates": dict(judged),
        "delivered": sum(1 for key in run.put.values() if 2 in fates.get(key, ([], None))[0]),
        "replies_typed": run.replies,
        "replies_stored": replies,
        "replies_unread": unread,
        "over_http": {
            "texts_taken": sum(web.seen().values()),
            "replies_typed": run.web_replies,
            "replies_stored": web_replies,
            "replies_cut": cut,
            "calls_answered": {status or "not": n for status, n in web.answers.items()},
            "calls_stored": {outcome or "waiting": n for outcome, n in calls},
        },
        "receipts_without_a_text": {outcome or "waiting": n for outcome, n in unmatched},
        "carrier": simulator.tally(),
        "is_exact": bad == 0 and is_whole and len(run.put) == run.texts and replies >= run.replies,
    }


def _judge(times: int, kinds: list[int], reason: str | None) -> str:
    """What became of one text: seen by the carrier so often, with these events."""
    if not kinds:
        return "LOST" if times == 0 else "NOT IN THE BOOKS"
    if times > 1 and 10 not in kinds:
        return "TWICE"
    is_told = bool({1, 2, 3, 6, 9} & set(kinds))
    if 5 in kinds and not is_told:
        return f"uncertain ({reason}), {'reached' if times else 'never reached'} the carrier"
    if times == 0 and 1 in kinds:
        return "LOST"
    return "uncertain, settled by its receipt" if 5 in kinds else "sent"


if __name__ == "__main__":
    main()
