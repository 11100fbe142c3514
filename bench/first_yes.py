"""Two phones say yes to the same free time at the same moment, again and again.

    python -m bench.first_yes [--times 1000]

On the real product's database, through the way of every answer: one visit is cancelled, two people are asked, both answers are
read on two connections at once. Prints one JSON object; ends with 1 where there was not exactly one winner each time, or
somebody was not told. Not a measure of speed: each time is a whole story.
"""

import argparse
import json
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

from bench.intake import prepare
from bench.product import for_a_bench
from recado.foundation.phone import Phone

AT_ONCE = 100  # races whose visits are booked together


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1_000)
    parser.add_argument("--port", type=int, default=8395)
    args = parser.parse_args()
    with for_a_bench(args.port):
        prepare(0)
        found = Races().run(args.times)
    print(json.dumps(found, indent=1))
    return 0 if found["one_winner"] == args.times and found["both_told"] == args.times else 1


class Races:
    """A clinic with one clinician and two people who wait."""

    def __init__(self) -> None:
        from recado.clinics import actions as clinics
        from recado.clinics.types import NO_QUIET_HOURS
        from recado.foundation.actors import OPERATOR
        from recado.foundation.database import Role, connect
        from recado.launch import demo

        self.clinic: UUID = clinics.create_clinic(
            slug="first-yes", name="First Yes", time_zone="Europe/London", quiet_hours=NO_QUIET_HOURS, by=OPERATOR
        ).id
        self.number = demo.furnish(self.clinic)
        self.by = OPERATOR
        self.maintenance = connect(Role.MAINTENANCE, autocommit=True)
        self.pool = ThreadPoolExecutor(2)

    def run(self, times: int) -> dict[str, Any]:
        """So many races. Returns how they ended."""
        began = time.perf_counter()
        ends: Counter[str] = Counter()
        winners: Counter[int] = Counter()
        for number in range(times):
            if number % AT_ONCE == 0:
                self._book(range(number, min(number + AT_ONCE, times)))
            outcomes, told = self.race(number)
            ends["one_winner"] += sorted(outcomes) == ["too_late", "won"]
            ends["both_told"] += told
            winners[outcomes.index("won") if "won" in outcomes else -1] += 1
        return {
            "times": times,
            "one_winner": ends["one_winner"],
            "both_told": ends["both_told"],
            "first_phone_won": winners[0],
            "second_phone_won": winners[1],
            "seconds": round(time.perf_counter() - began, 1),
        }

    def _book(self, numbers: range) -> None:
        """The visits of many races at once: one that is cancelled, and a later one of each of the two."""
        from recado.appointments import actions
        from recado.appointments.types import Announce, Booking
        from recado.contacts.types import PersonRecord
        from recado.foundation import business_time

        started = business_time.now()
        visits = [
            Booking(
                f"{number}-{at}",
                PersonRecord(f"P-{number}-{at}", f"Person {at}", phone, "en"),
                started + timedelta(days=30 if at else 2, minutes=30 * number),
                clinician=f"Dr {number}",
            )
            for number in numbers
            for at, phone in enumerate(self._phones(number))
        ]
        actions.record_bookings(
            clinic_id=self.clinic, source="race", bookings=visits, announce=Announce.NONE, by=self.by
        )

    def _phones(self, number: int) -> list[Phone]:
        """Valid for libphonenumber, of nobody that we know; the simulated carrier of the demo is the only one."""
        from recado.foundation.phone import read_phone

        return [read_phone(f"+4479{number:05}{at:03}", "GB") for at in range(3)]

    def race(self, number: int) -> tuple[list[str], bool]:
        """One time comes free for two people. Returns what each answer came to, and whether both heard of it."""
        from recado.appointments import actions, queries, waitlist
        from recado.appointments.types import CancelReason
        from recado.foundation import business_time
        from recado.foundation.tenancy import clinic_scope

        started, phones = business_time.now(), self._phones(number)
        with clinic_scope(self.clinic):
            free, *later = [queries.visits_called(self.clinic, f"{number}-{at}")[0] for at in range(3)]
            for visit in later:
                actions.join_waitlist(
                    clinic_id=self.clinic,
                    patient_id=visit.patient_id,
                    visit_id=visit.id,
                    clinician=f"Dr {number}",
                    by=self.by,
                )
            actions.cancel(clinic_id=self.clinic, visit_id=free.id, reason=CancelReason.OTHER, tell=False, by=self.by)
        waitlist.offer_due(self.maintenance)  # or the product's own worker, whichever comes first
        with clinic_scope(self.clinic):  # a clinic where many say yes asks one at a time: here both are to be asked
            (time_free,) = [one for one in queries.freed_times(self.clinic, since=started) if one.visit_id == free.id]
            actions.ask_next_wave(clinic_id=self.clinic, freed_id=time_free.id, by=self.by)
        self._have_left()
        ready = threading.Barrier(2)
        answers = [self.pool.submit(self._yes, phone, ready) for phone in phones[1:]]
        outcomes = [answer.result() for answer in answers]
        with clinic_scope(self.clinic):  # or who came too late would be on the list of every race to come
            for visit in later:
                actions.leave_waitlist(clinic_id=self.clinic, patient_id=visit.patient_id, by=self.by)
        return outcomes, all(self._texts_to(phone) >= 2 for phone in phones[1:])

    def _yes(self, phone: Phone, ready: threading.Barrier) -> str:
        from recado.conversations import actions as conversations
        from recado.foundation import business_time
        from recado.foundation.ids import new_id
        from recado.foundation.tenancy import clinic_scope
        from recado.messaging.types import InboundText

        ready.wait()
        heard = InboundText(new_id(), self.clinic, phone, self.number, "yes", business_time.now())
        with clinic_scope(self.clinic):
            return conversations.receive(heard)

    def _texts_to(self, phone: Phone) -> int:
        from recado.foundation.keys import keys_for

        index = keys_for(self.clinic).blind_index("phone", phone.e164)
        return self._count("SELECT count(*) FROM messaging_message WHERE phone_bi = %s AND verdict <> 'never'", index)

    def _have_left(self) -> None:
        """Waits until nothing is on its way to the carrier: nobody answers a text that has not come."""
        while self._count("SELECT count(*) FROM messaging_outbox"):
            time.sleep(0.02)

    def _count(self, statement: str, *values: Any) -> int:
        from recado.foundation.database import plain_cursor
        from recado.foundation.tenancy import clinic_scope

        with clinic_scope(self.clinic), plain_cursor() as cursor:
            (count,) = cursor.execute(statement, values).fetchone() or (0,)
        return int(count)


if __name__ == "__main__":
    sys.exit(main())
