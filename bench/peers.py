"""Recado beside other gateways, in interleaved rounds on one machine, with one and the same carrier.

    python -m bench.peers [--rounds 5] [--texts 200000] [--peer-texts 40000] [--plain-texts 20000] [--jasmin-texts 0] [--others 0] [--quick]

- recado: durable batch accept over HTTP, gate, encryption, queue, claim, SMPP, answer, receipt; each committed, fsync on.
- kannel: Debian's Kannel as its package comes, with its spool store and receipts on: log files at its own level, ten texts on
  their way at most. Its store knows no fsync.
- kannel_tuned: the same with a log of errors only and a window of 500, the fastest that it was seen at.
- kannel_on_tmpfs: kannel_tuned with its spool in memory (/dev/shm, where there is one). An ext4 without a journal passes over
  each file that was deleted in the last minutes before it makes a new one, so there Kannel's figure depends on what ran
  before it; here it doesn't.
- kannel_in_memory: kannel_tuned without a store: what it holds is gone with the process.
- jasmin: where it can be installed, with receipts.
- statements: what PostgreSQL can do at most with Recado's own schema and statements, one after the other on one connection.

The carrier is a sink that answers at once and sends a receipt for each text. A text counts when its receipt was taken. The
others get fewer texts a round, 200,000 would take them minutes: so many that Kannel comes to the rate that it holds.
Whoever isn't measured is at rest meanwhile. About 15 minutes; 2 with --quick. With --others 0 Recado and Kannel with its store
alone, either way.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import jasmin, kannel, one_by_one, rig, send_chain, sink, statements
from bench.product import Product, for_a_bench

RECADO, ALONE = "recado", ("recado", "kannel", "kannel_tuned")
TMPFS = Path("/dev/shm")  # made by this bench, for it alone
Runner = Callable[[], dict[str, Any]]


def main() -> None:
    args = rig.arguments(
        __doc__,
        8395,
        texts=(200_000, 4_000, "texts a round for Recado"),
        rounds=(5, 1, "rounds"),
        peer_texts=(40_000, 500, "texts a round for Kannel tuned"),
        plain_texts=(20_000, 500, "texts a round for Kannel as installed, which takes its time"),
        jasmin_texts=(1_000, 100, "texts a round for Jasmin, 0 to leave it out"),
        others=(1, 1, "0 for Recado and Kannel with its store alone"),
        chunk=(40_000, 2_000, "texts in one batch request"),
    )
    with for_a_bench(args.port, has_demo=False) as product, tempfile.TemporaryDirectory() as folder:
        with sink.running(Path(folder) / "recado-sink") as carrier:
            clinic = rig.clinic(product, "bench", carrier.port, window=send_chain.WINDOW, number=1)
            send_chain.warm_up(product, (clinic, carrier))
            runners: dict[str, Runner] = {
                RECADO: lambda: send_chain.measure(product, clinic, carrier, texts=args.texts, chunk=args.chunk),
                "kannel": lambda: _kannel(product, Path(folder), args.plain_texts, is_tuned=False),
                "kannel_tuned": lambda: _kannel(product, Path(folder), args.peer_texts),
                "kannel_on_tmpfs": lambda: _kannel_on_tmpfs(product, args.peer_texts),
                "kannel_in_memory": lambda: _kannel(product, Path(folder), args.peer_texts, is_stored=False),
                "jasmin": lambda: _jasmin(product, Path(folder), args.jasmin_texts),
                "statements": lambda: _statements(product, clinic, args.texts),
            }
            if not args.others:
                runners = {name: runners[name] for name in ALONE}
            elif not args.jasmin_texts:
                del runners["jasmin"]
            rounds, skipped = run(runners, args.rounds)
    rig.tell({"texts": args.texts, **summary(rounds, skipped), "rounds": rounds}, args.out)
    sys.exit(0 if RECADO in rounds[0] else 1)


def run(runners: dict[str, Runner], rounds: int) -> tuple[list[dict[str, dict[str, Any]]], dict[str, str]]:
    """Each in turn, so often. One that isn't there or fails is left out from then on, with the reason."""
    made: list[dict[str, dict[str, Any]]] = []
    skipped: dict[str, str] = {}
    for at in range(rounds):
        made.append({})
        for name, runner in runners.items():
            if name in skipped:
                continue
            try:
                made[-1][name] = runner()
            except (one_by_one.Missing, RuntimeError, OSError) as reason:
                if name == RECADO:
                    raise
                skipped[name] = str(reason)
            said = made[-1].get(name, {"skipped": skipped.get(name)})
            print(f"round {at + 1} of {rounds}, {name}: {line(said)}", file=sys.stderr)
    return made, skipped


def line(said: dict[str, Any]) -> str:
    """A result in a line."""
    names = ("texts_per_s", "cpu_us_a_text", "wal_bytes_a_text", "skipped")
    return ", ".join(f"{name} {said[name]}" for name in names if said.get(name) is not None)


def summary(rounds: list[dict[str, dict[str, Any]]], skipped: dict[str, str]) -> dict[str, Any]:
    """Medians, and the ratios of rounds in which both ran: a machine that is slow for a minute is slow for both."""
    names = [name for name in rounds[0] if name not in skipped]
    medians = send_chain.medians([{name: one[name] for name in names} for one in rounds])
    ratios = {
        name: round(statistics.median(one[RECADO]["texts_per_s"] / one[name]["texts_per_s"] for one in rounds), 2)
        for name in names
        if name != RECADO
    }
    return {"recado_to": ratios, "median": medians, "skipped": skipped}


def _kannel(
    product: Product, folder: Path, texts: int, *, is_stored: bool = True, is_tuned: bool = True
) -> dict[str, Any]:
    rig.rest(product)
    with (
        sink.running(folder / "kannel-sink") as carrier,
        kannel.running(folder / "kannel", carrier, is_stored=is_stored, is_tuned=is_tuned) as gateway,
    ):
        one_by_one.measure(gateway, carrier, texts=min(200, texts))
        return one_by_one.measure(gateway, carrier, texts=texts)


def _kannel_on_tmpfs(product: Product, texts: int) -> dict[str, Any]:
    if not TMPFS.is_dir():
        raise one_by_one.Missing(f"there is no {TMPFS}")
    with tempfile.TemporaryDirectory(dir=TMPFS) as folder:
        return _kannel(product, Path(folder), texts)


def _jasmin(product: Product, folder: Path, texts: int) -> dict[str, Any]:
    rig.rest(product)
    with sink.running(folder / "jasmin-sink") as carrier, jasmin.running(folder / "jasmin", carrier) as gateway:
        one_by_one.measure(gateway, carrier, texts=min(20, texts))
        return one_by_one.measure(gateway, carrier, texts=texts)


def _statements(product: Product, clinic: rig.Clinic, texts: int) -> dict[str, Any]:
    rig.rest(product)
    made = statements.measure(clinic.id, texts)
    return {"texts_per_s": made["lives_per_s"], "us_a_text": made["us_a_text"]}


if __name__ == "__main__":
    main()
