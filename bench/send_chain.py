"""Texts from the request to the receipt, through the whole product, with a carrier that answers at once and one far away.

    python -m bench.send_chain [--texts 200000] [--rounds 3] [--delay 20] [--quick]

Durable batch accept over HTTP, gate, encryption, queue, claim, SMPP, answer and receipt, each committed with fsync on. The
carrier is a sink in a process of its own; neither its CPU nor that of who asks is counted. A carrier that answers later
should cost nothing but window: rate and CPU stand side by side.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import gauge, rig, sink
from bench.product import Product, for_a_bench

WINDOW = 2_000  # texts under way: for a carrier 20 ms away it bounds the rate at 100,000 a second
PATIENCE = 30.0  # seconds without any progress


def main() -> None:
    args = rig.arguments(
        __doc__,
        8391,
        texts=(200_000, 4_000, "texts a round"),
        rounds=(3, 1, "rounds"),
        delay=(20, 20, "milliseconds until the far carrier answers"),
        chunk=(40_000, 2_000, "texts in one batch request"),
    )
    with for_a_bench(args.port, has_demo=False) as product, tempfile.TemporaryDirectory() as folder:
        far = sink.running(Path(folder) / "far", delay=args.delay / 1000)
        with sink.running(Path(folder) / "near") as near, far as far_one:
            ways = {
                "at_once": (rig.clinic(product, "near", near.port, window=WINDOW, number=1), near),
                f"after_{args.delay}_ms": (rig.clinic(product, "far", far_one.port, window=WINDOW, number=2), far_one),
            }
            warm_up(product, *ways.values())
            rounds = [
                {name: measure(product, *way, texts=args.texts, chunk=args.chunk) for name, way in ways.items()}
                for _ in range(args.rounds)
            ]
    rig.tell({"texts": args.texts, "window": WINDOW, "median": medians(rounds), "rounds": rounds}, args.out)


def warm_up(product: Product, *ways: tuple[rig.Clinic, sink.Sink]) -> None:
    """Carriers are bound, plans and caches are there, as in a product that has run for a while."""
    for clinic, carrier in ways:
        measure(product, clinic, carrier, texts=2_000, chunk=1_000)


def measure(product: Product, clinic: rig.Clinic, carrier: sink.Sink, *, texts: int, chunk: int) -> dict[str, Any]:
    """Sends so many texts and waits until the carrier has been told that each receipt is kept. What they are sent with is
    written before the clock runs."""
    requests = rig.batches(clinic, texts, chunk)
    idle = rig.rest(product)
    groups = product.groups()
    before = carrier.counts()
    cpu, wal = gauge.cpu({**groups, "sink": carrier.pid}), rig.wal(product)
    with gauge.Memory(groups) as memory:
        began = time.monotonic()
        accepted = asyncio.run(rig.sent(clinic.url, requests))
        taken_at = time.monotonic()
        after = carrier.wait(before.taken + accepted, PATIENCE)
    spent = {name: (now - cpu[name]) / texts * 1e6 for name, now in gauge.cpu({**groups, "sink": carrier.pid}).items()}
    written = rig.wal(product) - wal
    if accepted != texts or after.texts - before.texts != texts:
        raise RuntimeError(f"{texts} sent, {accepted} accepted, {after.texts - before.texts} at the carrier")
    return {
        "texts_per_s": round(texts / (after.last - began)),
        "accepted_per_s": round(texts / (taken_at - began)),
        "cpu_us_a_text": round(sum(spent.values()) - spent["sink"], 1),
        "cpu_us_by_process": {name: round(cost, 1) for name, cost in spent.items()},
        "wal_bytes_a_text": round(written / texts),
        "peak_mb": memory.peak_mb(),
        "receipts_sent_again": after.again - before.again,
        "idle_share_before": idle,
    }


def medians(rounds: list[dict[str, dict[str, Any]]]) -> dict[str, dict[str, float]]:
    """The middle of each plain figure, by what was measured."""
    return {
        name: {
            figure: statistics.median(one[name][figure] for one in rounds)
            for figure, value in rounds[0][name].items()
            if isinstance(value, int | float)
        }
        for name in rounds[0]
    }


if __name__ == "__main__":
    main()
