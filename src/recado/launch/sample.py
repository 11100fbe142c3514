"""Invented visits of invented patients, whose numbers are reserved for fiction: for the demo, and for a clinic that asks."""

import csv
import random
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.appointments.types import Announce, Booking
from recado.clinics import queries as clinics
from recado.contacts.types import PersonRecord
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.phone import Phone
from recado.integrations.csv_files import actions as csv_files
from recado.launch.demo_people import CLINICIANS, PATIENTS, SERVICES, DemoPerson

SOURCE = "sample"
WEEK = range(7)  # days from today
HEADER = ("id", "start", "duration", "record number", "name", "phone", "language", "birth date", "clinician", "service")


def load(clinic_id: UUID, by: Actor) -> int:
    """Gives a clinic a week of invented visits, and returns how many. Nobody is told of them. They come as a file does, so
    that the import page takes them back."""
    zone = clinics.clinic_settings(clinic_id).time_zone
    made = bookings(business_time.now(), zone, days=WEEK, prefix="SAMPLE")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([HEADER, *map(_row, made)])
        csv_files.import_appointments(
            clinic_id=clinic_id, path=path, source=SOURCE, announce=Announce.NONE, dry_run=False, by=by
        )
    return len(made)


def _row(visit: Booking) -> tuple[str, ...]:
    who = visit.person
    phone = who.phone.e164 if who.phone else ""
    born = who.birth_date.isoformat() if who.birth_date else ""
    start = f"{visit.start:%Y-%m-%d %H:%M}"
    return (
        visit.external_id,
        start,
        "15",
        who.record_number or "",
        who.name or "",
        phone,
        who.language or "",
        born,
        visit.clinician,
        visit.service,
    )


def bookings(
    now: datetime, time_zone: str, *, days: range, prefix: str, site: str = "", only_if_asked: bool = False
) -> list[Booking]:
    """Visits on working days, the same for the same day. The first patient of the list gets the visit that is asked about
    first (three days before), so that whoever moves the clock on meets her first. `prefix` marks what was invented.
    `only_if_asked`: leaves out what is too near to be asked about, so that nobody stands there as not asked in time."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    dice = random.Random(today.toordinal())
    slots: list[tuple[datetime, str]] = []
    for offset in days:
        day = today + timedelta(days=offset)
        if day.weekday() >= 5 and offset:
            continue
        first = min(max(now.astimezone(zone).hour - 2, 8), 15)  # of today, some visits are always to come
        hours = (9, 10, 11, 14, 15, 16) if offset else range(first, first + 6)
        for clinician in CLINICIANS[: 2 if offset % 2 else 3]:
            for hour, minute in sorted(dice.sample([(h, m) for h in hours for m in (0, 30)], 3 if offset else 5)):
                slots.append((datetime.combine(day, time(hour, minute), zone), clinician))
    if only_if_asked:
        slots = [slot for slot in slots if _first_asked(slot[0], now)]
    slots.sort(key=lambda slot: _first_asked(slot[0], now) or slot[0] + timedelta(days=max(days)))
    people = [*PATIENTS, *(dice.choice(PATIENTS) for _ in slots)]
    return [
        Booking(
            f"{prefix}-A{at + 1:04}",
            _record(person, prefix),
            start,
            timedelta(minutes=15),
            clinician,
            dice.choice(SERVICES),
            site,
        )
        for at, (person, (start, clinician)) in enumerate(zip(people, slots, strict=False))
    ]


def _record(person: DemoPerson, prefix: str) -> PersonRecord:
    number = f"{prefix}-{person.record_number.rpartition('-')[2]}"
    return PersonRecord(number, person.name, Phone(person.e164), person.language, person.birth_date)


def _first_asked(start: datetime, now: datetime) -> datetime | None:
    """When a visit that is booked now is asked about first; None: it is too near."""
    asked = [start - before for before in (timedelta(days=3), timedelta(days=1)) if start - before > now]
    return asked[0] if asked else None
