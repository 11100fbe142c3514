"""A day of patients' texts in a hundred seconds: stored, read, acted on or with a person, and how soon.

    python -m bench.replies [--texts 5000] [--rate 50] [--kills 0] [--seed 1] [--out result.json]

A clinic's patients were asked about their visits; then they write, each several times: ones and threes, whole sentences in
six languages, thanks, questions, stops, and people nobody knows. The simulated carrier hands every text over by SMPP to the
running product. Measured is the time from the carrier's hand-over until the text was read and what it asks for was done, all
committed. With `--kills`, dispatcher, worker and PostgreSQL die by SIGKILL in turn meanwhile. Ends with 1 where a text is not
in the books, is there twice, or was left to nobody.
"""

import os
import random
import signal
import statistics
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from bench import rig
from bench.product import Product, for_a_bench

EACH = 5  # texts of one person
VICTIMS = ("dispatch", "worker", "postgres")
EVERY = 12.0  # seconds between two kills
UNKNOWN = 20  # each so manieth text comes from a phone that the clinic doesn't know
LANGUAGES = ("en", "fr", "nl", "pl", "es", "id")
# What people write, by language; the shares are those of a clinic whose texts ask for a 1: two of three are only that.
WRITTEN: dict[str, tuple[str, ...]] = {
    "en": (
        "Yes I'll be there, thanks",
        "Can't make it sorry",
        "Do I need to bring my card?",
        "running 10 min late",
        "ok",
        "THANKS",
    ),
    "fr": (
        "oui mais plutôt jeudi",
        "je serai là, merci",
        "je ne peux pas venir",
        "ok mais pas avant 10h 👍",
        "merci",
        "c'est où ?",
    ),
    "nl": (
        "ok maar kan het later?",
        "ja ik kom",
        "ik kan niet komen",
        "moet ik nuchter zijn?",
        "dank u",
        "ben iets later",
    ),
    "pl": (
        "tak, dziękuję",
        "nie dam rady przyjść",
        "czy mogę inny termin?",
        "spóźnię się 10 minut",
        "dziękuję",
        "gdzie to jest?",
    ),
    "es": (
        "sí, allí estaré",
        "no puedo ir",
        "¿puede ser otro día?",
        "llego tarde",
        "gracias",
        "¿tengo que ir en ayunas?",
    ),
    "id": (
        "saya tidak bisa datang",
        "ya saya datang",
        "bisa ganti hari?",
        "terima kasih",
        "agak telat ya",
        "alamatnya di mana?",
    ),
}
SHORT = ("1", "1", "1", "1", "1", "3", "2", "1.", "1 thanks")


def main() -> int:
    args = rig.arguments(
        __doc__,
        8399,
        texts=(5_000, 300, "texts of patients"),
        rate=(50, 50, "texts a second"),
        kills=(0, 0, "processes killed meanwhile"),
        seed=(1, 1, "of the dice"),
    )
    with for_a_bench(args.port) as product:
        found = Day(product, random.Random(args.seed), args.texts, args.rate).run(args.kills)
    rig.tell(found, args.out)
    return 0 if found["is_exact"] else 1


class Day:
    """A clinic whose patients were all asked, and what they write."""

    def __init__(self, product: Product, dice: random.Random, texts: int, rate: float) -> None:
        rig.use_product()
        from recado.launch.simulator.client import SimulatorClient

        self.product, self.dice, self.rate = product, dice, rate
        self.clinic: UUID = rig.prepare()
        self.simulator = SimulatorClient(product.data)
        # Valid for libphonenumber, of nobody that we know; the simulated carrier is the only one that sees them.
        self.people = [(f"+4479{n:08}", LANGUAGES[n % len(LANGUAGES)]) for n in range(max(1, texts // EACH))]
        self.written = [self._text(n) for n in range(texts)]
        self.handed: dict[str, list[float]] = {}  # phone -> moments of hand-over, by the wall clock
        self.killed: list[str] = []

    def _text(self, n: int) -> tuple[str, str]:
        phone, language = self.people[n % len(self.people)]
        words = self.dice.choice(SHORT) if self.dice.random() < 0.67 else self.dice.choice(WRITTEN[language])
        return phone, "STOP" if self.dice.random() < 0.003 else words

    def run(self, kills: int) -> dict[str, Any]:
        self._ask_all()
        killer = threading.Thread(target=self._kill, args=(kills,))
        killer.start()
        began = time.monotonic()
        for n, (phone, words) in enumerate(self.written):
            time.sleep(max(0.0, began + n / self.rate - time.monotonic()))
            self._hand_over(phone, words)
        seconds = time.monotonic() - began
        killer.join()
        self._settle()
        return {"texts": len(self.written), "a_second": round(len(self.written) / seconds, 1), **self._found()}

    def _ask_all(self) -> None:
        """Each has a visit in two days and a question about it on the phone."""
        from recado.appointments import actions
        from recado.appointments.types import Announce, Booking
        from recado.contacts.types import PersonRecord
        from recado.foundation import business_time
        from recado.foundation.actors import OPERATOR
        from recado.foundation.phone import Phone

        now = business_time.now()
        known = [one for n, one in enumerate(self.people) if n % UNKNOWN]
        visits = [
            Booking(
                f"day-{n}",
                PersonRecord(f"P-{n}", f"Person {n}", Phone(phone), language),
                now + timedelta(days=2, minutes=n),
                clinician=f"Dr {n % 10}",
            )
            for n, (phone, language) in enumerate(known)
        ]
        for first in range(0, len(visits), 1_000):
            actions.record_bookings(
                clinic_id=self.clinic,
                source="day",
                bookings=visits[first : first + 1_000],
                announce=Announce.ALL,
                by=OPERATOR,
            )
        actions.settle_announcements(clinic_id=self.clinic, source="day", announce=Announce.ALL, by=OPERATOR)
        for n, (phone, _) in enumerate(self.people):
            if n % UNKNOWN == 0:
                self._text_to(phone)
        ends_at = time.monotonic() + 120
        while len(self.simulator.phones()) < len(self.people):  # a carrier's phone answers once it had a text
            if time.monotonic() > ends_at:
                raise RuntimeError(f"{len(self.simulator.phones())} of {len(self.people)} phones had a text")
            time.sleep(0.5)

    def _text_to(self, phone: str) -> None:
        """A text to somebody the clinic has no record of."""
        from recado.consent.types import Purpose
        from recado.foundation.actors import OPERATOR
        from recado.foundation.phone import Phone
        from recado.foundation.tenancy import clinic_scope
        from recado.messaging import actions as messaging
        from recado.messaging.types import Intent

        with clinic_scope(self.clinic):
            messaging.send(clinic_id=self.clinic, intents=[Intent(Purpose.CARE, rig.TEXT, Phone(phone))], by=OPERATOR)

    def _hand_over(self, phone: str, words: str) -> None:
        from recado.foundation.phone import Phone

        self.handed.setdefault(phone, []).append(time.time())
        self.simulator.reply(Phone(phone), words)

    def _kill(self, kills: int) -> None:
        for n in range(kills):
            time.sleep(EVERY)
            victim = VICTIMS[n % len(VICTIMS)]
            pid = self.product.postgres_pid() if victim == "postgres" else self.product.pids().get(victim)
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
                self.killed.append(victim)

    def _settle(self, patience: float = 120) -> None:
        """Until every text was read; gives up when nothing has moved for so many seconds."""
        import psycopg

        left, ends_at = -1, time.monotonic() + patience
        while time.monotonic() < ends_at:
            time.sleep(0.5)
            try:
                read = _rows("SELECT count(*) FROM messaging_inboundraw WHERE settled_at IS NOT NULL")[0][0]
            except psycopg.OperationalError:
                continue
            if read >= len(self.written):
                return
            if read != left:
                left, ends_at = read, time.monotonic() + patience

    def _found(self) -> dict[str, Any]:
        from django.db import connection

        from recado.foundation.phone import Phone
        from recado.messaging import actions as messaging

        connection.close()  # a killed PostgreSQL took it along
        rows = _rows(READ, self.clinic)
        at: dict[bytes, list[float]] = {}
        for phone_bi, settled_at, _, _ in rows:
            at.setdefault(bytes(phone_bi), []).append(settled_at.timestamp())
        waited: list[float] = []
        uneven = 0
        for phone, handed in self.handed.items():
            done = at.get(messaging.phone_index(self.clinic, Phone(phone)), [])
            uneven += len(done) != len(handed)
            waited += [end - start for start, end in zip(handed, done, strict=False)]
        alone = _rows(ALONE, self.clinic)[0][0]
        stored = _rows("SELECT count(*) FROM messaging_inboundraw")[0][0]
        cuts = statistics.quantiles(waited, n=100)
        return {
            "killed": self.killed,
            "stored": stored,
            "read": len(rows),
            "phones_with_another_count": uneven,
            "for_a_person": sum(1 for row in rows if row[3]),
            "left_to_nobody": alone,
            "outcomes": dict(Counter(row[2] for row in rows).most_common()),
            "ms_p50": round(cuts[49] * 1_000),
            "ms_p90": round(cuts[89] * 1_000),
            "ms_p99": round(cuts[98] * 1_000),
            "is_exact": stored == len(rows) == len(self.written) and uneven == 0 and alone == 0,
        }


def _rows(statement: str, *values: Any) -> list[Any]:
    """Across clinics, as the product's workers see them."""
    from recado.foundation.database import Role, connect

    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        return connection.execute(statement, values).fetchall()


READ = """
SELECT r.phone_bi, raw.settled_at, r.outcome, r.needs_person
FROM conversations_reading r JOIN messaging_inboundraw raw ON raw.id = r.id WHERE r.clinic_id = %s ORDER BY r.id
"""
# A person must look, and neither an open conversation nor a task says so.
ALONE = """
SELECT count(*) FROM conversations_reading r
WHERE r.clinic_id = %s AND r.needs_person AND NOT EXISTS (
    SELECT FROM conversations_thread t
    WHERE t.clinic_id = r.clinic_id AND t.phone_bi = r.phone_bi AND t.state = 'open' AND t.waiting_since IS NOT NULL)
"""

if __name__ == "__main__":
    sys.exit(main())
