"""Texts from queued to accepted to delivered, through the whole product: gate, encryption, outbox, SMPP, receipts.

    python -m bench.send_chain [--texts 50000]

Prints one JSON object: rates, CPU and WAL bytes a text. Everything runs for real on this machine: PostgreSQL with fsync,
the dispatcher, and the simulated carrier as a separate SMPP server (its CPU is told apart: a real one is elsewhere).
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from bench.product import Product, children_of, cpu_seconds, for_a_bench

BATCH = 2_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=50_000)
    parser.add_argument("--port", type=int, default=8391)
    args = parser.parse_args()
    with for_a_bench(args.port) as product:
        print(json.dumps(measure(product, args.texts), indent=1))


def measure(product: Product, texts: int) -> dict[str, Any]:
    """Puts the texts as fast as they go in, and waits until each is delivered."""
    clinic = prepare()
    before, started = _state(product), time.monotonic()
    put = fill(clinic, texts)
    queued = time.monotonic() - started
    accepted_at = _wait_for(1, texts) - started
    delivered_at = _wait_for(2, texts) - started
    after = _state(product)
    spent = {name: round((after[name] - before[name]) / texts * 1e6, 1) for name in before if name != "wal"}
    ours = sum(cost for name, cost in spent.items() if name != "simulate-carrier")
    return {
        "texts": put,
        "queued_per_s": round(texts / queued),
        "accepted_per_s": round(texts / accepted_at),
        "delivered_per_s": round(texts / delivered_at),
        "cpu_us_a_text": {**spent, "all_but_the_simulated_carrier": round(ours, 1)},
        "wal_bytes_a_text": round((after["wal"] - before["wal"]) / texts),
    }


def prepare() -> Any:
    """A clinic without quiet hours, furnished with a number."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recado.launch.settings")
    import django

    django.setup()
    from recado.clinics import actions as clinics
    from recado.clinics.types import NO_QUIET_HOURS
    from recado.foundation.actors import OPERATOR
    from recado.launch import demo

    clinic = clinics.create_clinic(
        slug="bench", name="Bench", time_zone="Europe/London", quiet_hours=NO_QUIET_HOURS, by=OPERATOR
    )
    demo.furnish(clinic.id)
    return clinic.id


def fill(clinic: Any, texts: int) -> int:
    """Sends texts of 72 letters to as many numbers reserved for fiction, in batches."""
    from recado.consent.types import Purpose
    from recado.foundation.actors import OPERATOR
    from recado.foundation.phone import Phone
    from recado.foundation.tenancy import clinic_scope
    from recado.messaging import actions as messaging
    from recado.messaging.types import Intent

    done = 0
    while done < texts:
        size = min(BATCH, texts - done)
        intents = [Intent(Purpose.CARE, number_text(n), Phone(number(n))) for n in range(done, done + size)]
        with clinic_scope(clinic):
            messaging.send(clinic_id=clinic, intents=intents, by=OPERATOR)
        done += size
    return done


def number(at: int) -> str:
    """Distinct numbers for a bench: French ones reserved for fiction have room for 10,000, the rest are longer than any
    real one there, and only the simulated carrier ever sees them."""
    return f"+3363998{at:06}"


def number_text(at: int) -> str:
    return f"Bench: your appointment no {at:06} is on Thursday at 10:30. Reply 1 to confirm"[:72]


def _wait_for(kind: int, count: int, patience: float = 300) -> float:
    from recado.foundation.database import Role, connect

    ends_at = time.monotonic() + patience
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        while time.monotonic() < ends_at:
            row = connection.execute("SELECT count(*) FROM messaging_event WHERE kind = %s", (kind,)).fetchone()
            if row and row[0] >= count:
                return time.monotonic()
            time.sleep(0.4)  # counting is work too, and it must not be what is measured
    raise RuntimeError("the texts did not come through in time")


def _state(product: Product) -> dict[str, float]:
    from recado.foundation.database import Role, connect

    postgres = product.postgres_pid()
    spent = {name: cpu_seconds(pid) for name, pid in product.pids().items()}
    ended = Path(f"/proc/{postgres}/stat").read_text().rsplit(")", 1)[1].split()
    backends = sum(cpu_seconds(pid) for pid in children_of(postgres))
    spent["postgres"] = backends + (int(ended[13]) + int(ended[14])) / os.sysconf("SC_CLK_TCK")
    spent["intake"] = time.process_time()
    with connect(Role.OWNER, autocommit=True) as connection:
        row = connection.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").fetchone()
    return {**spent, "wal": float(row[0]) if row else 0.0}


if __name__ == "__main__":
    main()
