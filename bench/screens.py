"""How long a staff page takes in a big clinic: 20,000 patients with visits over 60 days, 100,000 texts with receipts.

    python -m bench.screens [--patients 20000] [--texts 100000] [--times 30] [--paths / /inbox/ ...]

Prints one JSON object: for each page the median and the slowest of twenty of its answers in milliseconds, and its size. The
product runs for real. Everything is made by its own actions; only the carrier is played, in the transaction that queues.
"""

import argparse
import json
import random
import statistics
import time
import urllib.request
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.live import prepare
from bench.product import Product, for_a_bench

PATHS = (
    "/",
    "/?show=tomorrow",
    "/?show=calls",
    "/appointments/",
    "/appointments/calls",
    "/inbox/",
    "/patients/",
)
CHUNK = 2_000
DAYS = 60
CLINICIANS = 30

CARRY = """
WITH gone AS (DELETE FROM messaging_outbox WHERE clinic_id = %(clinic)s RETURNING id, due)
INSERT INTO messaging_event (clinic_id, message, at, kind, carrier)
SELECT %(clinic)s, id, due + make_interval(secs => kind * 3), kind, 1 FROM gone, unnest('{1,2}'::smallint[]) AS kind
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--unanalysed", action="store_true", help="as before the database has looked at what came")
    parser.add_argument("--port", type=int, default=8394)
    parser.add_argument("--paths", nargs="*", default=list(PATHS))
    args = parser.parse_args()
    with for_a_bench(args.port) as product:
        clinic_id, cookie = prepare()
        if args.unanalysed:
            forget_statistics()
        started = time.perf_counter()
        fill(clinic_id, args.patients, args.texts, args.threads)
        filled = round(time.perf_counter() - started, 1)
        pages = {path: measure(product, cookie, path, args.times) for path in args.paths}
        print(json.dumps({"filled_s": filled, "pages": pages}, indent=1))


def fill(clinic_id: Any, patients: int, texts: int, threads: int = 0) -> None:
    """A visit for each patient, spread over the days around today, texts to them in turn, and questions that wait."""
    from recado.appointments import actions as appointments
    from recado.appointments.types import Announce, Booking
    from recado.contacts.types import PersonRecord
    from recado.foundation.actors import OPERATOR
    from recado.foundation.phone import Phone

    dice = random.Random(7)
    morning = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)

    def booking(at: int) -> Booking:
        born = date(1940, 1, 1) + timedelta(days=dice.randrange(30_000))
        name = f"{dice.choice('ABCDEFGH')}nna{at % 977} {dice.choice('KLMNOP')}owal{at % 4999}"
        person = PersonRecord(f"B-{at}", name, Phone(f"+4477{at:08}"), dice.choice(("en", "fr", "pl", "nl")), born)
        start = morning + timedelta(days=at % DAYS - DAYS // 2, minutes=15 * dice.randrange(36))
        clinician = f"Dr Number {dice.randrange(CLINICIANS):02}"
        return Booking(f"B-{at}", person, start, timedelta(minutes=15), clinician, "Check-up", "Harbour Street")

    for first in range(0, patients, CHUNK):
        appointments.record_bookings(
            clinic_id=clinic_id,
            source="bench",
            bookings=[booking(at) for at in range(first, min(first + CHUNK, patients))],
            announce=Announce.NONE,
            by=OPERATOR,
            is_first_import=True,
        )
    _send(clinic_id, patients, texts)
    _hear(clinic_id, threads)


def forget_statistics() -> None:
    """What a planner knows just after a first big import: nothing, and for this run it stays so."""
    from recado.foundation.database import Role, connect

    tables = "SELECT oid::regclass::text, relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    columns = "SELECT attname FROM pg_stats WHERE schemaname = 'public' AND tablename = %s"
    with connect(Role.OWNER, autocommit=True) as owner:
        for quoted, table in owner.execute(tables).fetchall():
            owner.execute(f"ALTER TABLE {quoted} SET (autovacuum_enabled = off)")
            owner.execute("SELECT pg_clear_relation_stats('public', %s)", (table,))
            for (column,) in owner.execute(columns, (table,)).fetchall():
                owner.execute("SELECT pg_clear_attribute_stats('public', %s, %s, false)", (table, column))


def _hear(clinic_id: Any, threads: int) -> None:
    """So many patients ask something, one a minute until now: each is a conversation that waits."""
    from recado.conversations import actions as conversations
    from recado.foundation import business_time
    from recado.foundation.database import plain_cursor
    from recado.foundation.ids import new_id
    from recado.foundation.phone import Phone
    from recado.foundation.tenancy import clinic_scope
    from recado.messaging import queries as messaging
    from recado.messaging.types import InboundText

    now = business_time.now()
    for first in range(0, threads, CHUNK):
        with clinic_scope(clinic_id):
            number = messaging.number_of(clinic_id)
            for at in range(first, min(first + CHUNK, threads)):
                when = now - timedelta(minutes=threads - at)
                words = f"Question {at}: may I bring my own interpreter, and is there a place to park?"
                conversations.receive(InboundText(new_id(), clinic_id, Phone(f"+4477{at:08}"), number, words, when))
            with plain_cursor() as cursor:
                cursor.execute(CARRY, {"clinic": clinic_id})


def _send(clinic_id: Any, patients: int, texts: int) -> None:
    from recado.consent.types import Purpose
    from recado.foundation.actors import OPERATOR
    from recado.foundation.database import plain_cursor
    from recado.foundation.phone import Phone
    from recado.foundation.tenancy import clinic_scope
    from recado.messaging import actions as messaging
    from recado.messaging.types import Intent

    words = "Harbour Street Clinic: you have an appointment. Reply 1 to confirm, 2 to change, 3 to cancel."
    for first in range(0, texts, CHUNK):
        intents = [
            Intent(Purpose.ANSWER, words, Phone(f"+4477{at % patients:08}"))
            for at in range(first, min(first + CHUNK, texts))
        ]
        with clinic_scope(clinic_id):
            messaging.send(clinic_id=clinic_id, intents=intents, by=OPERATOR)
            with plain_cursor() as cursor:
                cursor.execute(CARRY, {"clinic": clinic_id})


def measure(product: Product, cookie: str, path: str, times: int) -> dict[str, Any]:
    """Asks for a page so often, after once for warming up."""
    took, size = [], 0
    for _ in range(times + 1):
        request = urllib.request.Request(f"{product.url}{path}", headers={"Cookie": cookie})
        started = time.perf_counter()
        with urllib.request.urlopen(request) as answer:
            size = len(answer.read())
        took.append(1000 * (time.perf_counter() - started))
    warm = sorted(took[1:])
    return {
        "median_ms": round(statistics.median(warm), 1),
        "p95_ms": round(warm[int(0.95 * (len(warm) - 1))], 1),
        "kb": round(size / 1024),
    }


if __name__ == "__main__":
    main()
