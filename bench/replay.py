"""Ninety days of a product: visits booked, moved, cancelled and answered at random, and what must hold of every text.

    python -m bench.replay [--visits 10000] [--days 90] [--seed 1] [--out result.json]

The four clinics are shared out to two processes, each with a database and a business time of its own (`--zones` runs some of
them in this one): clinics have nothing to do with one another, and one process leaves half of two cores idle.

The product's own code throughout: visits come by `appointments`, steps are done by the journeys' worker, texts pass the gate
and leave by the dispatcher's books, answers are read by `conversations`. Only wire and hours are left out: business time goes
from one moment at which something is due to the next. Clinics in London, New York, Sydney and Paris, over the weeks in which
their clocks change, with holidays, a worker that stood still, a journey changed on the way and another paused.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time as time_of
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

DAY = timedelta(days=1)
ROUND = timedelta(minutes=10)  # moments so close together are one look of the worker
ZONES = ("Europe/London", "America/New_York", "Australia/Sydney", "Europe/Paris")
FIXED = {  # holidays by date, and by days from Easter
    "Europe/London": ([(1, 1), (12, 25), (12, 26)], [-2, 1]),
    "America/New_York": ([(1, 1), (7, 4), (11, 11), (12, 25)], []),
    "Australia/Sydney": ([(1, 1), (1, 26), (4, 25), (12, 25), (12, 26)], [-2, -1, 1]),
    "Europe/Paris": ([(1, 1), (5, 1), (5, 8), (11, 1), (11, 11), (12, 25)], [1, 39, 50]),
}
CHANGES: dict[
    str, list[tuple[float, timedelta, str, Any]]
] = {  # after which share of the days, and how long after that
    "Europe/London": [(0.6, timedelta(0), "standstill", timedelta(hours=60))],
    "America/New_York": [(0.3, timedelta(0), "publish", True)],
    "Australia/Sydney": [(0.5, timedelta(0), "pause", None), (0.5, timedelta(hours=30), "resume", None)],
    "Europe/Paris": [(0.4, timedelta(0), "publish", False)],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--zones", nargs="+", choices=ZONES, help="only these, in this process")
    parser.add_argument("--quick", action="store_true", help="200 visits in 30 days: whether it works")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    if args.quick:
        args.visits, args.days = 200, 30
    if args.zones:
        with _database() as superuser:
            result = replay(args.visits, args.days, args.seed, superuser, say=_say, zones=args.zones)
    else:
        result = _side_by_side(args.visits, args.days, args.seed)
    text = json.dumps(result, indent=1, ensure_ascii=False, default=str)
    print(text)
    if args.out:
        args.out.write_text(text + "\n")
    sys.exit(1 if result["broken"] else 0)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _side_by_side(visits: int, days: int, seed: int) -> dict[str, Any]:
    """Half of the clinics in each of two processes, with half of the visits. Returns their results as one."""
    began = time_of.perf_counter()
    with tempfile.TemporaryDirectory(prefix="recado-replay-") as folder:
        running = []
        for at, zones in enumerate((ZONES[:2], ZONES[2:])):
            share = str(visits // 2 if at else visits - visits // 2)
            out = Path(folder) / f"{at}.json"
            given = (
                "--visits",
                share,
                "--days",
                str(days),
                "--seed",
                str(seed + at),
                "--out",
                str(out),
                "--zones",
                *zones,
            )
            command = [sys.executable, "-m", "bench.replay", *given]
            running.append((subprocess.Popen(command, stdout=subprocess.DEVNULL), out))
        codes = [process.wait() for process, _ in running]
        if not all(out.exists() for _, out in running):
            raise SystemExit(f"a process ended with {codes}")
        parts = [json.loads(out.read_text()) for _, out in running]
    first, *others = parts
    for other in others:
        first = added(first, other)
    return {**first, "days": days, "seed": seed, "seconds": round(time_of.perf_counter() - began, 1)}


def added(one: Any, other: Any) -> Any:
    """Two results as one: numbers added up, words of the first kept."""
    if isinstance(one, dict):
        return {
            key: added(one[key], other[key]) if key in one and key in other else {**one, **other}[key]
            for key in {**one, **other}
        }
    return one + other if isinstance(one, int | float) else one


class _database:
    """A migrated database of its own, gone afterwards. Gives the superuser's URL."""

    def __enter__(self) -> str:
        sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
        from recado.foundation.crypto import KeyFile
        from recado.launch.postgres import ThrowawayCluster

        self._data = Path(tempfile.mkdtemp(prefix="recado-replay-"))
        self._cluster = ThrowawayCluster().start()
        os.environ["RECADO_DATA"] = str(self._data)
        os.environ["RECADO_DATABASE_URL"] = self._cluster.create_database("replay")
        os.environ["DJANGO_SETTINGS_MODULE"] = "recado.launch.settings"
        KeyFile.create(self._data / "keys.json")
        console = [sys.executable, "-m", "recado.launch.console", "migrate", "--json"]
        subprocess.run(console, check=True, capture_output=True)
        import django

        django.setup()
        return self._cluster.superuser_url("replay")

    def __exit__(self, *_: object) -> None:
        self._cluster.stop()
        shutil.rmtree(self._data, ignore_errors=True)


def replay(
    visits: int,
    days: int,
    seed: int,
    superuser: str,
    *,
    say: Callable[[str], None] = lambda _: None,
    zones: Sequence[str] = ZONES,
) -> dict[str, Any]:
    """Runs it on the database that this process is set up for. `superuser`: its URL, to look past row security."""
    import psycopg

    from bench.replayed import checks
    from bench.replayed.carrier import Carrier
    from recado.foundation import business_time
    from recado.foundation.database import Role, connect

    began = time_of.perf_counter()
    start = _start()
    business_time.advance_to(start)
    world = _world(start, days, seed, zones)
    world.book(visits)
    witness = checks.Witness(world.places, world.language)
    with (
        psycopg.connect(superuser, autocommit=True) as past_security,
        connect(Role.MAINTENANCE, autocommit=True) as maintenance,
        Carrier(CARRIER) as carrier,
    ):
        run = _Run(world, witness, maintenance, carrier, say)
        run.to(world.end)

        def rows(statement: str, values: Any) -> list[Any]:
            return past_security.execute(statement, values).fetchall()

        now = business_time.now()
        at_the_end = checks.broken_at_the_end(rows, now)
        return {
            "visits": visits,
            "days": days,
            "seed": seed,
            "from": start,
            "to": now,
            "seconds": round(time_of.perf_counter() - began, 1),
            "looks": run.looks,
            "texts on phones": run.arrived,
            "broken": {**witness.broken, **{what: len(found) for what, found in at_the_end.items()}},
            "examples": {
                **witness.examples,
                **{what: checks.life(rows, found[0]) for what, found in at_the_end.items()},
            },
            "happened": dict(run.happened),
            "counts": checks.counts(rows),
        }


CARRIER = 1


def _start() -> datetime:
    """The next 14th of February: the clocks change in March and April in all four zones, and Easter and May lie in it."""
    from recado.foundation import business_time

    now = business_time.now()
    start = datetime(now.year, 2, 14, 6, tzinfo=UTC)
    return start if start > now else start.replace(year=now.year + 1)


def _world(start: datetime, days: int, seed: int, zones: Sequence[str]) -> Any:
    from bench.replayed.world import Place, World, closed_days
    from recado.clinics import actions as clinics
    from recado.foundation.actors import OPERATOR
    from recado.launch import demo

    demo.add_carrier()
    places = []
    for zone in zones:
        name = zone.partition("/")[2].replace("_", " ")
        slug = f"replay-{name.lower().replace(' ', '-')}"
        clinic = clinics.create_clinic(slug=slug, name=f"{name} Clinic", time_zone=zone, by=OPERATOR)
        closed = closed_days(start.year, *FIXED[zone])
        places.append(Place(clinic.id, zone, demo.furnish(clinic.id), closed))
    world = World(places, seed, start, days)
    for place in places:
        for share, later, kind, what in CHANGES[place.zone]:
            world.happens(start + days * DAY * share + later, kind, place, what)
    return world


class _Run:
    """From one moment at which something is due to the next."""

    def __init__(self, world: Any, witness: Any, maintenance: Any, carrier: Any, say: Callable[[str], None]) -> None:
        from bench.replayed.happen import Happenings

        self.world, self.witness, self.maintenance, self.carrier, self.say = world, witness, maintenance, carrier, say
        self.happened: Counter[str] = Counter()
        self.happenings = Happenings(world, self.happened)
        self.looks = self.arrived = 0

    def to(self, end: datetime) -> None:
        from recado.foundation import business_time

        told = self.world.start
        while (moment := self._next()) is not None and moment <= end:
            now = business_time.advance_to(moment)
            self._look(now)
            if now - told > 10 * DAY:
                told = now
                self.say(f"{now:%d %b}: {self.arrived:,} texts on phones, {sum(self.witness.broken.values())} broken")
        business_time.advance_to(end)
        self._look(business_time.now())

    def _next(self) -> datetime | None:
        """The next moment at which something is due, and all that follows it closely with it."""
        from recado.foundation import business_time
        from recado.launch.time_machine import NEXT

        row = self.maintenance.execute(NEXT, {"now": business_time.now()}).fetchone()
        known = [one for one in (row[0], self.world.next_at()) if one is not None]
        if not known:
            return None
        return max(min(known) + ROUND, self.happenings.stands_still_until)

    def _look(self, now: datetime) -> None:
        from recado.journeys import worker

        self.looks += 1
        self.happenings.all_by(now)
        worker.move_people(self.maintenance)
        while worker.run_due(self.maintenance):
            pass
        texts = self.carrier.deliver()
        if texts:
            self.arrived += len(texts)
            self._arrive(texts, now)

    def _arrive(self, texts: Any, now: datetime) -> None:
        from bench.replayed import checks

        clinics = [place.id for place in self.world.places]
        found = self.maintenance.execute(checks.BEHIND, (clinics, [text.message for text in texts])).fetchall()
        behind = checks.by_text(found)
        for text in texts:
            rows = behind.get(text.message, [])
            self.witness.sees(text, rows)
            self.happenings.read(text, rows[0] if rows else None, now)


if __name__ == "__main__":
    main()
