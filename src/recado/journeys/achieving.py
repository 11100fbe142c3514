"""What each stage of a journey achieved: of those who came through it how many went on, and what became of them. Pure.

Counted are events that are over, else whoever was booked yesterday would count as one who did not go on. Whoever is in the
comparison group came through no stage of texts: they are counted for themselves, over the same days.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from recado.journeys.stages import HAPPENED, ORDER, Stage, Standing
from recado.journeys.types import FIRST_REVISION, AnchorView, Plan

CONFIRMED, MOVED = "confirmed", "moved"


@dataclass(slots=True)
class Achieved:
    """Of `came` events that came through a stage, `went_on` reached a later one; what became of them, by word: a state that
    ended the event, moved, confirmed (also who was seen later)."""

    came: int = 0
    went_on: int = 0
    became: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Achievements:
    """`words`: what may have become of an event of this kind, in the order in which it is shown. `held`: the comparison group;
    None: the journey has none. `is_cut`: there are more events than were looked at."""

    words: tuple[str, ...]
    by_stage: Mapping[Stage, Achieved]
    held: Achieved | None
    events: int
    is_cut: bool


def is_over(plan: Plan, view: AnchorView, patience: timedelta, now: datetime) -> bool:
    """Whether what becomes of it has become of it: it is closed, or its time has passed; where time is no limit, so long ago
    that what was to come of it would have come."""
    end = view.anchor.end or view.anchor.start
    wait = timedelta(0) if plan.event.until_start else patience
    return view.anchor.state in plan.event.closed or end + wait <= now


def became(view: AnchorView) -> set[str]:
    """What has become of an event, by word."""
    found = {view.anchor.state}
    if view.anchor.revision > FIRST_REVISION:
        found.add(MOVED)
    if "confirm" in view.answers:
        found.add(CONFIRMED)
    return found


def words_of(plan: Plan) -> tuple[str, ...]:
    """Confirmed, moved, and how it may end: what happened on the way first, then by name."""
    event = plan.event
    on_the_way = (*((CONFIRMED,) if CONFIRMED in event.states else ()), *((MOVED,) if event.until_start else ()))
    ends = sorted(event.closed, key=lambda state: (state not in HAPPENED, state))
    return (*on_the_way, *ends)


def achieved(stands: Iterable[tuple[AnchorView, Standing, bool]]) -> tuple[dict[Stage, Achieved], Achieved]:
    """What came of these events, which are over: by stage, and of the comparison group (the third: whether it is in it)."""
    by_stage: dict[Stage, Achieved] = {}
    held = Achieved()
    for view, standing, is_held in stands:
        words = became(view)
        if is_held:
            _add(held, words, goes_on=len(standing.reached) > 1)
            continue
        reached: Sequence[Stage] = [stage for stage in ORDER if stage in standing.reached]
        for stage in reached:
            _add(by_stage.setdefault(stage, Achieved()), words, goes_on=stage != reached[-1])
    return by_stage, held


def _add(one: Achieved, words: set[str], *, goes_on: bool) -> None:
    one.came += 1
    one.went_on += goes_on
    one.became.update(words)
