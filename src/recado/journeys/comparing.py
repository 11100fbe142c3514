"""What a changed journey would send: the draft and what is live, played over the same events of the calendar. Nothing is
stored and nothing leaves; nobody is moved.

Both are laid out from now by the engine, with what each person has had and answered, and judged by the gate. What is told
at once when somebody books is in neither: nobody books here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from recado.clinics import queries as clinics
from recado.clinics.types import NO_QUIET_HOURS
from recado.foundation import business_time
from recado.foundation.database import plain_cursor
from recado.foundation.wiring import wired

from . import overview
from .conditions import facts_of, first_unmet
from .engine import plan_steps
from .foresight import Coming, Under, joined, judged
from .models import Run
from .past import history
from .playing import Played, Timed, play
from .types import AnchorRoom, AnchorView, Facts, Plan

PIECE = 1_000
MOST_LOADED = 20_000  # events of the kind, the newest first
MOST_PLAYED = 5_000  # of them that still have something to come: 3 s

# One run for each event of the kind, this journey's own before others', the newest events first.
EVENTS: LiteralString = """
SELECT anchor_id, patient_id, id, plan = %(key)s FROM (
    SELECT DISTINCT ON (anchor_id) anchor_id, patient_id, id, plan FROM (
        SELECT anchor_id, patient_id, id, plan FROM journeys_run
        WHERE clinic_id = %(clinic)s AND anchor_kind = %(kind)s AND ended_at IS NULL ORDER BY id DESC LIMIT %(most)s) r
    ORDER BY anchor_id, (plan = %(key)s) DESC, id DESC) e
ORDER BY id DESC
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """One step for one person, as it is now and as it would be. `kind`: same, text, time, new or gone."""

    kind: str
    now: Coming | None
    then: Coming | None

    @property
    def at(self) -> datetime:
        one = self.then or self.now
        assert one is not None
        return one.at

    @property
    def one(self) -> Coming:
        one = self.then or self.now
        assert one is not None
        return one


@dataclass(frozen=True, slots=True)
class Side:
    """All texts of one version. `at_night`: how many of them the allowed hours move to another moment."""

    texts: tuple[Coming, ...]
    at_night: int

    @property
    def going(self) -> list[Coming]:
        return [one for one in self.texts if one.goes]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`events`: how many were played. `is_cut`: there are more."""

    live: Plan | None
    draft: Plan
    events: int
    is_cut: bool
    now: Side
    then: Side
    pairs: tuple[Pair, ...]

    def counts(self) -> Counter[str]:
        return Counter(pair.kind for pair in self.pairs)

    def by_step(self) -> dict[str, tuple[int, int]]:
        """Texts of each step now and then, in the draft's order and then those that are gone."""
        now, then = (Counter(one.step.partition("#")[0] for one in side.going) for side in (self.now, self.then))
        order = [one.step.key for one in self.draft.placed]
        keys = [*(key for key in order if key in now or key in then), *(key for key in now if key not in order)]
        return {key: (now[key], then[key]) for key in keys}


def compare(clinic_id: UUID, key: str, span: timedelta, *, most: int = MOST_PLAYED) -> Comparison | None:
    """The draft of a journey against what is live, over the events of the calendar that have something to come within `span`.
    None: there is no draft. Raises NoSuchJourney. Call it inside `looking`."""
    opened = overview.opened(clinic_id, key)
    if opened.draft is None:
        return None
    now = business_time.now()
    end = now + span
    sides: tuple[list[tuple[Under, Played]], list[tuple[Under, Played]]] = ([], [])
    night = [0, 0]
    events = 0
    is_cut = False
    for piece in _events(clinic_id, key, opened.draft):
        for run, view, facts in piece:
            found = False
            for side, plan in enumerate((opened.live, opened.draft)):
                if plan is not None and _is_for(plan, view, facts):
                    texts = _texts(plan, run, view, facts, now, end)
                    sides[side].extend(texts)
                    night[side] += _at_night(plan, view, facts, now, [made for _, made in texts])
                    found = found or bool(texts)
            events += found
        if events >= most:
            is_cut = True
            break
    before, after = (tuple(joined(clinic_id, judged(clinic_id, side))) for side in sides)
    pairs = tuple(sorted(_pairs(before, after), key=lambda pair: pair.at))
    return Comparison(opened.live, opened.draft, events, is_cut, Side(before, night[0]), Side(after, night[1]), pairs)


def _events(clinic_id: UUID, key: str, draft: Plan) -> Iterator[list[tuple[Run, AnchorView, Facts]]]:
    settings = clinics.clinic_settings(clinic_id)
    kind = draft.event.key
    room: AnchorRoom = wired("ANCHORS", kind)
    with plain_cursor() as cursor:
        wanted = {"clinic": clinic_id, "key": key, "kind": kind, "most": MOST_LOADED}
        rows = cursor.execute(EVENTS, wanted).fetchall()
    for first in range(0, len(rows), PIECE):
        piece = rows[first : first + PIECE]
        views = room.load(clinic_id, [row[0] for row in piece])
        done, _ = history(clinic_id, [row[2] for row in piece if row[3]])
        made = []
        for anchor_id, patient_id, run_id, is_own in piece:
            view = views.get(anchor_id)
            if view is None:
                continue
            its = done.get((run_id, view.anchor.revision), {}) if is_own else {}
            seed = (run_id if is_own else anchor_id).bytes
            facts = Facts(settings.time_zone, settings.quiet_hours, announce=False, done=its, seed=seed)
            made.append((_run(clinic_id, key, kind, anchor_id, patient_id), view, facts))
        yield made


def _run(clinic_id: UUID, key: str, kind: str, anchor_id: UUID, patient_id: UUID) -> Run:
    return Run(clinic_id=clinic_id, plan=key, version=0, anchor_kind=kind, anchor_id=anchor_id, patient_id=patient_id)


def _is_for(plan: Plan, view: AnchorView, facts: Facts) -> bool:
    known = facts_of(view.anchor, facts, view.answers, False)
    return first_unmet(plan.who, known, view.answers, at_once_only=False) is None


def _texts(
    plan: Plan, run: Run, view: AnchorView, facts: Facts, now: datetime, end: datetime
) -> list[tuple[Under, Played]]:
    steps = plan_steps(plan, view.anchor, facts, now, view.answers).steps
    timers = [Timed(step.key, step.due) for step in steps if step.due < end]
    if not timers:
        return []
    under = Under(run, plan, view, facts)
    return [(under, made) for made in play(plan, view.anchor, facts, view.answers, timers, now, end)]


def _at_night(plan: Plan, view: AnchorView, facts: Facts, now: datetime, made: Sequence[Played]) -> int:
    """How many of these texts stand at another moment than their plan's since that lies outside the allowed hours."""
    if not made or facts.quiet_hours.is_off:
        return 0
    window = facts.quiet_hours.window(facts.time_zone)
    always = replace(facts, quiet_hours=NO_QUIET_HOURS)
    wished = {step.key: step.due for step in plan_steps(plan, view.anchor, always, now, view.answers).steps}
    return sum(one.text is not None and one.key in wished and not window.is_open(wished[one.key]) for one in made)


def _pairs(before: Sequence[Coming], after: Sequence[Coming]) -> Iterator[Pair]:
    old = {(one.anchor_id, one.step): one for one in before if one.goes}
    for then in after:
        if not then.goes:
            continue
        now = old.pop((then.anchor_id, then.step), None)
        if now is None:
            yield Pair("new", None, then)
        elif now.template != then.template:
            yield Pair("text", now, then)
        else:
            yield Pair("same" if now.at == then.at else "time", now, then)
    for now in old.values():
        yield Pair("gone", now, None)
