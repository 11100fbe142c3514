"""What a journey achieves: the outcomes of those who got its texts beside those of its comparison group.

Who is in the group was drawn by chance and never looked at again, so the two differ in nothing but the texts. Everybody counts
where they were drawn, also whose texts were refused: leaving those out would compare the reachable with everybody. Without a
comparison group there is no figure: "fewer missed than last year" would be the weather.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import LiteralString
from uuid import UUID

from recado.foundation import business_time, ids
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor
from recado.foundation.wiring import wired

from . import book
from .conditions import draw
from .types import AnchorRoom, AnchorView, HoldOut, Plan

LOOKED_BACK = timedelta(days=180)
MOST = 5_000  # the newest people of a journey that are looked at
Z = 1.96  # 95 %

# What a journey is there to bring about, by kind of event, and after how long without it that has failed. A visit says by itself
# that it was missed.
WANTED: dict[str, tuple[frozenset[str], timedelta]] = {
    "prescription": (frozenset({"collected"}), timedelta(days=14)),
    "refill": (frozenset({"asked", "declined"}), timedelta(days=14)),
    "result": (frozenset({"opened", "told"}), timedelta(days=14)),
    "document": (frozenset({"opened"}), timedelta(days=14)),
    "invoice": (frozenset({"paid"}), timedelta(days=30)),
    "cover_renewal": (frozenset({"renewed"}), timedelta(days=30)),
    "recall": (frozenset({"booked"}), timedelta(days=30)),
    "vaccination": (frozenset({"booked"}), timedelta(days=30)),
    "portal": (frozenset({"opened"}), timedelta(days=14)),
}
CAME, MISSED = frozenset({"arrived", "finished"}), frozenset({"missed"})
TAKEN_BACK = frozenset({"withdrawn", "cancelled"})

RUNS: LiteralString = """
SELECT id, version, anchor_id FROM journeys_run
WHERE clinic_id = %s AND plan = %s AND id >= %s AND started_at >= %s ORDER BY id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Effect:
    """How many of those who got the texts, and of those who got none, came to what the journey is for."""

    told: int
    told_well: int
    held: int
    held_well: int

    @property
    def difference(self) -> float:
        """How many more in a hundred, with the texts."""
        return 100 * (self.told_well / self.told - self.held_well / self.held)

    @property
    def interval(self) -> tuple[float, float]:
        """Between what the difference likely lies, at 95 %: Newcombe's score interval for two independent shares (Statistics in
        Medicine 17, 1998, method 10), in a hundred."""
        told, held = self.told_well / self.told, self.held_well / self.held
        told_low, told_high = _wilson(self.told_well, self.told)
        held_low, held_high = _wilson(self.held_well, self.held)
        low = told - held - sqrt((told - told_low) ** 2 + (held_high - held) ** 2)
        high = told - held + sqrt((told_high - told) ** 2 + (held - held_low) ** 2)
        return 100 * low, 100 * high

    @property
    def is_certain(self) -> bool:
        """Whether chance alone is no likely reason."""
        low, high = self.interval
        return low > 0 or high < 0


def _wilson(count: int, of: int) -> tuple[float, float]:
    share = count / of
    centre, spread = share + Z * Z / (2 * of), Z * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    return (centre - spread) / (1 + Z * Z / of), (centre + spread) / (1 + Z * Z / of)


def has_group(plan: Plan) -> bool:
    return any(isinstance(one.step.does, HoldOut) for one in plan.placed)


def is_measured(event: str) -> bool:
    """Whether an event of this kind says whether the journey came to what it is for."""
    return event == "appointment" or event in WANTED


def effect_of(clinic_id: UUID, key: str, event: str) -> Effect | None:
    """The effect of a journey over the last half-year; None where nobody of one of the two groups has an outcome yet. Three
    statements. Call it inside `clinic_scope`."""
    since, lowest = business_time.now() - LOOKED_BACK, ids.lowest_id_at(real_now() - LOOKED_BACK)
    with plain_cursor() as cursor:
        rows = cursor.execute(RUNS, (clinic_id, key, lowest, since, MOST)).fetchall()
    plans = {version: book.plan_of(clinic_id, key, version) for version in {version for _, version, _ in rows}}
    drawn = [(anchor, is_held(plans[v], run)) for run, v, anchor in rows if has_group(plans[v])]
    if not drawn:
        return None
    room: AnchorRoom = wired("ANCHORS", event)
    views = room.load(clinic_id, [anchor for anchor, _ in drawn])
    now = business_time.now()
    return counted((outcome(event, views[anchor], now), held) for anchor, held in drawn if anchor in views)


def is_held(plan: Plan, run_id: UUID) -> bool:
    """Whether chance put this person into the comparison group: as the engine draws it."""
    return any(
        isinstance(one.step.does, HoldOut) and draw(run_id.bytes, one.step.key) * 100 < one.step.does.percent
        for one in plan.placed
    )


def outcome(event: str, view: AnchorView, now: datetime) -> bool | None:
    """Whether it came to what the journey is for; None: nobody knows yet, or it was taken back."""
    state, start = view.anchor.state, view.anchor.start
    if event == "appointment":
        return True if state in CAME else False if state in MISSED else None
    wanted, patience = WANTED[event]
    if state in TAKEN_BACK or now < start + patience:
        return None  # also what came early: who is quick would count before who is slow
    return state in wanted


def counted(drawn: Iterable[tuple[bool | None, bool]]) -> Effect | None:
    """(outcome, whether in the comparison group) of each."""
    sums = {False: [0, 0], True: [0, 0]}
    for well, held in drawn:
        if well is not None:
            sums[held][0] += 1
            sums[held][1] += 1 if well else 0
    (told, told_well), (group, group_well) = sums[False], sums[True]
    return Effect(told, told_well, group, group_well) if told and group else None
