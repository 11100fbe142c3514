"""Steps of journeys: many due in one minute, many more to come; and many visits moved at once.

    python -m bench.journeys [--due 100000] [--future 1000000] [--moved 10000] [--out result.json]

The product's own worker and dispatcher stand still meanwhile: what is timed is claiming the steps, deciding, writing the
texts, the gate and the queue, in one process.
"""

import argparse
import json
import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.product import Product, cpu_seconds, for_a_bench
from bench.rig import number, prepare

CHUNK = 2_000
LATER = """
INSERT INTO journeys_timer (clinic_id, id, run_id, step, revision, due)
SELECT clinic_id, gen_random_uuid(), id, 'later_' || n, 1, now() + interval '90 days' + n * interval '1 day'
FROM journeys_run, generate_series(1, %s) n WHERE clinic_id = %s
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--due", type=int, default=100_000)
    parser.add_argument("--future", type=int, default=1_000_000)
    parser.add_argument("--moved", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--port", type=int, default=8397)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    share = 10 if args.quick else 1
    with for_a_bench(args.port) as product, standing_still(product):
        result = measure(product, args.due // share, args.future // share, args.moved // share)
    print(json.dumps(result, indent=1))
    if args.out:
        args.out.write_text(json.dumps(result))


@contextmanager
def standing_still(product: Product) -> Iterator[None]:
    """Nobody else does steps or sends until the block ends."""
    pids = [pid for name, pid in product.pids().items() if name in ("worker", "dispatch")]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def measure(product: Product, due: int, future: int, moved: int) -> dict[str, Any]:
    clinic = prepare()
    from recado.foundation import business_time
    from recado.foundation.database import Role, connect
    from recado.foundation.tenancy import SET_CLINIC
    from recado.journeys import worker

    start = business_time.now().replace(second=0, microsecond=0) + timedelta(days=3, minutes=30)
    began = time.perf_counter()
    record(clinic, due, start)
    recorded = time.perf_counter() - began
    with connect(Role.APP) as app:
        app.execute(SET_CLINIC, (str(clinic),))
        app.execute(LATER, (max(1, future // due), clinic))
    with connect(Role.OWNER, autocommit=True) as owner:
        owner.execute("ANALYZE journeys_timer, journeys_run, journeys_step")
    with connect(Role.MAINTENANCE) as maintenance:
        timers = maintenance.execute("SELECT count(*) FROM journeys_timer").fetchone()
    business_time.advance_to(start - timedelta(days=3) + timedelta(minutes=1))
    began, before = time.perf_counter(), _cpu(product)
    done = 0
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while found := worker.run_due(maintenance):
            done += found
    spent, cpu = time.perf_counter() - began, _cpu(product) - before
    began = time.perf_counter()
    record(clinic, moved, start + timedelta(days=10))
    return {
        "timers": timers and timers[0],
        "due_in_one_minute": done,
        "seconds": round(spent, 2),
        "steps_per_s": round(done / spent),
        "cpu_us_a_step": round(cpu / max(done, 1) * 1e6, 1),
        "visits_recorded_per_s": round(due / recorded),
        "visits_moved": moved,
        "moved_in_seconds": round(time.perf_counter() - began, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _cpu(product: Product) -> float:
    """CPU seconds of this process and of every process of the database."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    postmaster = product.postgres_pid()
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return used.ru_utime + used.ru_stime + sum(cpu_seconds(int(pid)) for pid in (postmaster, *children))


def record(clinic: Any, visits: int, start: Any) -> None:
    """Brings these many visits in as an import does, or moves them."""
    from recado.appointments import actions as appointments
    from recado.appointments.types import Announce, Booking
    from recado.contacts.types import PersonRecord
    from recado.foundation.actors import OPERATOR
    from recado.foundation.phone import Phone

    for first in range(0, visits, CHUNK):
        bookings = [
            Booking(
                external_id=f"B-{n}",
                person=PersonRecord(record_number=f"R-{n}", name=f"Person {n}", phone=Phone(number(n)), language="en"),
                start=start + timedelta(milliseconds=n // 2),
                duration=timedelta(minutes=15),
                clinician="Nurse Silva",
                service="Blood test",
            )
            for n in range(first, min(first + CHUNK, visits))
        ]
        appointments.record_bookings(
            clinic_id=clinic, source="bench", bookings=bookings, announce=Announce.NONE, by=OPERATOR
        )


if __name__ == "__main__":
    main()
