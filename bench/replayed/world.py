"""What happens in the 90 days: clinics in four time zones, their people, and what becomes of each visit. By seed alone."""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bench.rig import number
from recado.appointments.types import Booking, BookingStatus
from recado.contacts.types import PersonRecord
from recado.foundation.countries.holidays import easter
from recado.foundation.phone import Phone

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
LANGUAGES = ("en", "en", "en", "fr", "nl", "pl", "es", "id")
NAMES = ("Eleanor", "Rémi", "Krystyna", "Noor", "Budi", "Lucía", "Peter", "Chloe", "Agnes", "Yusuf")
SOURCE = "replay"


@dataclass(frozen=True, slots=True)
class Place:
    """A clinic of the replay. `closed`: public holidays on which nobody has a visit."""

    id: UUID
    zone: str
    number: str
    closed: frozenset[date]


@dataclass(order=True, slots=True)
class Happening:
    """Something that somebody other than the product does."""

    at: datetime
    order: int
    kind: str = field(compare=False)
    place: Place = field(compare=False)
    what: Any = field(compare=False)


class World:
    """Everything that is to happen, soonest first."""

    def __init__(self, places: Sequence[Place], seed: int, start: datetime, days: int) -> None:
        self.places, self.start, self.end = places, start, start + days * DAY
        self.chance = random.Random(seed)
        self.language: dict[str, str] = {}  # by phone; a family's phone has one language
        self._heap: list[Happening] = []
        self._count = 0
        self._people: dict[UUID, list[PersonRecord]] = {place.id: [] for place in places}

    def happens(self, at: datetime, kind: str, place: Place, what: Any) -> None:
        self._count += 1
        heapq.heappush(self._heap, Happening(at, self._count, kind, place, what))

    def next_at(self) -> datetime | None:
        return self._heap[0].at if self._heap else None

    def due(self, now: datetime) -> list[Happening]:
        """Takes what has happened by now."""
        found = []
        while self._heap and self._heap[0].at <= now:
            found.append(heapq.heappop(self._heap))
        return found

    # ---------------------------------------------------------------------------- visits

    def book(self, visits: int) -> None:
        """So many visits and what becomes of them. Some stand in the calendar already when the product is set up."""
        for at in range(visits):
            place = self.chance.choice(self.places)
            is_old = self.chance.random() < 0.15
            booked = self.start if is_old else self._office_time(place, self._between(self.start, self.end - DAY))
            lead = timedelta(minutes=self.chance.choice((90, 300)) if self.chance.random() < 0.08 else 0)
            start = booked + lead if lead else self._visit_time(place, booked + DAY * self.chance.uniform(1, 40))
            visit = Booking(f"V-{at:05}", self._person(place), start, timedelta(minutes=15), "Dr Silva", "Check-up")
            self.happens(booked, "first" if is_old else "file", place, visit)
            self._later(place, visit, booked)

    def _later(self, place: Place, visit: Booking, since: datetime) -> None:
        """It is moved, perhaps twice, or cancelled by the clinic."""
        draw = self.chance.random()
        if draw >= 0.2 or visit.start - since < timedelta(hours=3):
            return
        when = self._between(since + MINUTE * 30, visit.start - MINUTE * 30)
        if draw < 0.07:
            self.happens(when, "file", place, changed(visit, status=BookingStatus.CANCELLED))
        else:
            moved = changed(visit, start=self._visit_time(place, when + DAY * self.chance.uniform(0.2, 20)))
            self.happens(when, "file", place, moved)
            self._later(place, moved, when)

    def new_time(self, place: Place, visit: Booking, now: datetime) -> Booking:
        """The time that staff find for somebody who asked for another one."""
        return changed(visit, start=self._visit_time(place, max(now, visit.start) + DAY * self.chance.uniform(0.5, 6)))

    def _person(self, place: Place) -> PersonRecord:
        known = self._people[place.id]
        if known and self.chance.random() < 0.4:
            return self.chance.choice(known)
        at = sum(map(len, self._people.values()))
        phone: Phone | None = Phone(number(at))
        if known and self.chance.random() < 0.1:
            phone = self.chance.choice(known).phone  # one of a family
        elif self.chance.random() < 0.03:
            phone = None
        language = self.language.get(phone.e164) if phone else None
        language = language or self.chance.choice(LANGUAGES)
        if phone:
            self.language[phone.e164] = language
        person = PersonRecord(f"R-{at}", f"{self.chance.choice(NAMES)} Number{at}", phone, language)
        known.append(person)
        return person

    # ---------------------------------------------------------------------------- moments

    def _between(self, first: datetime, last: datetime) -> datetime:
        return first + (last - first) * self.chance.random()

    def _office_time(self, place: Place, near: datetime) -> datetime:
        """Booked by day; every twentieth by night, on a page."""
        if self.chance.random() < 0.05:
            return near
        return self._on(place, near, self.chance.randrange(8 * 60, 18 * 60))

    def _visit_time(self, place: Place, near: datetime) -> datetime:
        """In opening hours, not at the weekend nor on a holiday, after `near`."""
        found = self._on(place, near, 5 * self.chance.randrange(8 * 12, 18 * 12))
        while found <= near or self._is_shut(place, found):
            found = self._on(place, found + DAY, 5 * self.chance.randrange(8 * 12, 18 * 12))
        return found

    def _on(self, place: Place, day: datetime, minutes: int) -> datetime:
        zone = ZoneInfo(place.zone)
        clock = time(*divmod(minutes, 60))
        return datetime.combine(day.astimezone(zone).date(), clock, zone).astimezone(UTC)

    def _is_shut(self, place: Place, at: datetime) -> bool:
        day = at.astimezone(ZoneInfo(place.zone)).date()
        return day.weekday() > 4 or day in place.closed


def changed(visit: Booking, **to: Any) -> Booking:
    """The same visit as its source tells of it later."""
    return Booking(
        visit.external_id,
        visit.person,
        to.get("start", visit.start),
        visit.duration,
        visit.clinician,
        visit.service,
        visit.site,
        to.get("status", visit.status),
    )


def closed_days(year: int, fixed: Sequence[tuple[int, int]], easter_days: Sequence[int]) -> frozenset[date]:
    """Holidays of a year: fixed ones, and those that hang on Easter."""
    sunday = easter(year)
    return frozenset({date(year, *day) for day in fixed} | {sunday + DAY * days for days in easter_days})
