"""Whose turn it is: lanes in their order, and within a lane the clinics side by side. Pure; the clock is passed in.

A claim looks at pairs of lane and clinic. Each clinic that waits in a lane may take an equal share of what is free, so a
clinic with a million texts in the queue holds up nobody: another's first text goes with the next claim. A share that
isn't used falls to the others with the claim after it, at once.

Which pairs wait is learnt from the news of each put and from a look through the index each few seconds; a pair that
gave less than it might have is forgotten until then.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ..types import Lane

# Bulk's reserved share is looked at before conversation and care, so that a busy day doesn't stop it altogether.
IN_ORDER = (Lane.EMERGENCY, Lane.VERIFY, Lane.BULK, Lane.CONVERSATION, Lane.CARE, Lane.BULK)
RESERVE = 10  # one in ten
EVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

Pair = tuple[Lane, UUID]
Held = tuple[UUID | None, Lane]
KEPT_HOLDS = 8
IN_TIME = timedelta(seconds=10)  # a text due that long before a hold was late by itself


@dataclass(frozen=True, slots=True)
class Look:
    """One look of a claim at a lane's clinic: `skip` rows that an earlier look took, then at most `most`."""

    lane: Lane
    clinic: UUID
    skip: int
    most: int
    mark: datetime


class Holds:
    """When a person held a lane: of one clinic, or (None) of a whole carrier. What fell due meanwhile waited at their word.

    Known since the process began; the last few holds of each lane.
    """

    def __init__(self) -> None:
        self._now: dict[Held, datetime] = {}
        self._over: dict[Held, deque[tuple[datetime, datetime]]] = {}

    def __bool__(self) -> bool:
        return bool(self._over)

    def look(self, held: Mapping[Held, datetime], now: datetime) -> None:
        """What is held at this moment of business time, and since when."""
        for pair in [pair for pair in self._now if pair not in held]:
            self._over.setdefault(pair, deque(maxlen=KEPT_HOLDS)).append((self._now.pop(pair), now))
        for pair, since in held.items():
            self._now.setdefault(pair, since)

    def cover(self, clinic: UUID, lane: Lane, due: datetime) -> bool:
        """Whether a text that was due then could not leave in time because its lane was held."""
        spans = (*self._over.get((clinic, lane), ()), *self._over.get((None, lane), ()))
        return any(since - IN_TIME <= due < until for since, until in spans)


class Turns:
    """What waits for one carrier. `mark` of a pair: everything due before it has left already, so that rows which an
    open transaction elsewhere keeps alive aren't walked past again and again (42 -> 12 ms a claim)."""

    def __init__(self) -> None:
        self._waiting: dict[Lane, dict[UUID, datetime]] = {lane: {} for lane in Lane}
        self.paused: Collection[Held] = frozenset()
        """Lanes of one clinic, or (None) of all, that are left alone."""
        self.holds = Holds()

    def __bool__(self) -> bool:
        """Whether there is anything that may be looked for."""
        return any(self._open(lane) for lane in Lane)

    def _open(self, lane: Lane) -> dict[UUID, datetime]:
        clinics = self._waiting[lane]
        if not self.paused:
            return clinics
        if (None, lane) in self.paused:
            return {}
        return {clinic: mark for clinic, mark in clinics.items() if (clinic, lane) not in self.paused}

    def found(self, lane: Lane, clinic: UUID, mark: datetime) -> None:
        """Texts of a clinic wait in a lane, none due before `mark`."""
        known = self._waiting[lane].get(clinic)
        self._waiting[lane][clinic] = mark if known is None else min(mark, known)

    def told(self, clinic: UUID, lanes: Iterable[Lane]) -> None:
        """News of a put: texts that wait in these lanes, due whenever."""
        for lane in lanes:
            self.found(lane, clinic, EVER)

    def plan(self, most: int) -> list[Look]:
        """The looks of a claim of `most` texts."""
        looks: list[Look] = []
        reserved: dict[UUID, int] = {}
        for at, lane in enumerate(IN_ORDER):
            clinics = self._open(lane)
            is_reserve = at < IN_ORDER.index(Lane.CARE) and lane is Lane.BULK
            free = most // RESERVE if is_reserve else most
            if not clinics or not free:
                continue
            share = -(-free // len(clinics))
            for clinic, mark in list(clinics.items())[:free]:
                skip = reserved.get(clinic, 0) if lane is Lane.BULK else 0
                if is_reserve:
                    reserved[clinic] = share
                looks.append(Look(lane, clinic, skip, share, mark))
        return looks

    def took(self, looks: Sequence[Look], counts: Mapping[Pair, int], *, is_full: bool) -> None:
        """What a claim gave. `is_full`: it stopped at its limit, so what it did not reach still waits."""
        for pair, asked in _asked(looks).items():
            lane, clinic = pair
            mark = self._waiting[lane].pop(clinic, None)
            if mark is not None and (is_full or counts.get(pair, 0) >= asked):
                self._waiting[lane][clinic] = mark  # to the end of its lane's row: others were not reached

    def clear(self) -> None:
        """Before a look through the index, which finds everything anew."""
        for clinics in self._waiting.values():
            clinics.clear()


def _asked(looks: Sequence[Look]) -> dict[Pair, int]:
    asked: dict[Pair, int] = {}
    for look in looks:
        asked[look.lane, look.clinic] = look.skip + look.most
    return asked
