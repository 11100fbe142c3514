"""What a changed journey would send: a draft and what is live, played over the same events of the calendar. Nothing leaves, and
nobody is moved.

Both are laid out from now by the engine, with what each person has had and answered, and judged by the gate. What is told
at once when somebody books is in neither: nobody books here. `dry_runs` does it piece by piece, for the whole calendar.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from recado.clinics import queries as clinics
from recado.clinics.types import NO_QUIET_HOURS
from recado.foundation import arrays
from recado.foundation.database import plain_cursor
from recado.foundation.wiring import is_wired, wired

from .conditions import facts_of, first_unmet
from .engine import plan_steps
from .foresight import Coming, Under, id_of, joined, judged
from .models import Run
from .past import history
from .playing import Played, Timed, play
from .types import AnchorRoom, AnchorView, Facts, OfferTime, Plan, TogetherRoom

LOOKED_BACK = timedelta(days=400)  # a visit is booked no earlier before it

# One run of each event of the kind, this journey's own before others', in the order of the events.
EVENTS: LiteralString = """
SELECT DISTINCT ON (anchor_id) anchor_id, patient_id, id, plan = %(key)s FROM journeys_run
WHERE clinic_id = %(clinic)s AND anchor_kind = %(kind)s AND ended_at IS NULL AND started_at >= %(since)s
    AND {which} ORDER BY anchor_id, (plan = %(key)s) DESC, id DESC LIMIT %(most)s
"""
AFTER: LiteralString = EVENTS.replace("{which}", "anchor_id > %(behind)s")
THESE: LiteralString = EVENTS.replace("{which}", "anchor_id = ANY (%(these)s)")
COUNT: LiteralString = """
SELECT count(DISTINCT anchor_id) FROM journeys_run
WHERE clinic_id = %(clinic)s AND anchor_kind = %(kind)s AND ended_at IS NULL AND started_at >= %(since)s
"""
NONE_YET = UUID(int=0)

_Row = tuple[UUID, UUID, UUID, bool]  # event, patient, run, whether it is this journey's
_Event = tuple[Run, AnchorView, Facts]
_Step = tuple[UUID, str]  # of which event


@dataclass(frozen=True, slots=True)
class Pair:
    """One step for one person, as it is now and as it would be. `kind`: same, text, time, new or gone."""

    kind: str
    now: Coming | None
    then: Coming | None

    @property
    def one(self) -> Coming:
        one = self.then or self.now
        assert one is not None
        return one


@dataclass(frozen=True, slots=True)
class Side:
    """All texts of one version. `at_night`: how many of those that go the allowed hours move to another moment. `offers`:
    times of cancelled visits that are offered once more, where they are free then."""

    texts: tuple[Coming, ...]
    at_night: int
    offers: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Some events of the calendar. `played`: how many were looked at; `events`: how many have something to come; `last`: the next
    piece begins behind it; None: this is the last one."""

    played: int
    events: int
    last: UUID | None
    now: Side
    then: Side
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is compared, over which stretch. `live` None: the draft was never live."""

    key: str
    live: Plan | None
    draft: Plan
    now: datetime
    end: datetime

    def asked(self, clinic_id: UUID, **more: Any) -> dict[str, Any]:
        since = self.now - LOOKED_BACK
        return {"clinic": clinic_id, "key": self.key, "kind": self.draft.event.key, "since": since, **more}


def count(clinic_id: UUID, wanted: Wanted) -> int:
    """How many events there are to play. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        row = cursor.execute(COUNT, wanted.asked(clinic_id)).fetchone()
    return row[0] if row else 0


def compare(clinic_id: UUID, wanted: Wanted, behind: UUID, most: int) -> Piece:
    """The next `most` events. Call it inside `looking`."""
    with plain_cursor() as cursor:
        rows: list[_Row] = cursor.execute(AFTER, wanted.asked(clinic_id, behind=behind, most=most)).fetchall()
    last = rows[-1][0] if len(rows) == most else None
    sides: tuple[list[tuple[Under, Played]], list[tuple[Under, Played]]] = ([], [])
    night: tuple[set[_Step], set[_Step]] = (set(), set())
    offers = [0, 0]
    events = 0
    for run, view, facts in _events(clinic_id, wanted, _whole_groups(clinic_id, wanted, rows)):
        found = False
        for side, plan in enumerate((wanted.live, wanted.draft)):
            if plan is not None and _is_for(plan, view, facts):
                texts, freed = _texts(plan, run, view, facts, wanted)
                sides[side].extend(texts)
                shifted = _at_night(plan, view, facts, wanted.now, [made for _, made in texts])
                night[side].update((run.anchor_id, key) for key in shifted)
                offers[side] += freed
                found = found or bool(texts) or bool(freed)
        events += found
    before, after = (tuple(joined(clinic_id, judged(clinic_id, side))) for side in sides)
    pairs = tuple(_pairs(before, after))
    now, then = (
        Side(texts, sum(one.goes and (id_of(one), one.step) in its for one in texts), freed)
        for texts, its, freed in zip((before, after), night, offers, strict=True)
    )
    return Piece(len(rows), events, last, now, then, pairs)


def _whole_groups(clinic_id: UUID, wanted: Wanted, rows: Sequence[_Row]) -> list[_Row]:
    """Events of which several go in one text are played together, in the piece of the first of them."""
    if not rows or not is_wired("TOGETHER", wanted.draft.event.key):
        return list(rows)
    room: TogetherRoom = wired("TOGETHER", wanted.draft.event.key)
    mine = {row[0]: row for row in rows}
    groups = room.groups(clinic_id, mine.keys())
    others = _these(clinic_id, wanted, groups.keys() - mine.keys())
    first: dict[Any, UUID] = {}
    for event in sorted({**mine, **others}):
        if event in groups:
            first.setdefault(groups[event], event)
    return [row for event, row in {**mine, **others}.items() if event not in groups or first[groups[event]] in mine]


def _these(clinic_id: UUID, wanted: Wanted, events: Collection[UUID]) -> dict[UUID, _Row]:
    if not events:
        return {}
    these = arrays.uuid_array([event.bytes for event in events])
    with plain_cursor() as cursor:
        asked = wanted.asked(clinic_id, these=these, most=len(events))
        return {row[0]: row for row in cursor.execute(THESE, asked).fetchall()}


def _events(clinic_id: UUID, wanted: Wanted, rows: Sequence[_Row]) -> Iterator[_Event]:
    settings = clinics.clinic_settings(clinic_id)
    kind = wanted.draft.event.key
    room: AnchorRoom = wired("ANCHORS", kind)
    views: Mapping[UUID, AnchorView] = room.load(clinic_id, [row[0] for row in rows])
    done, _ = history(clinic_id, [row[2] for row in rows if row[3]])
    for anchor_id, patient_id, run_id, is_own in rows:
        view = views.get(anchor_id)
        if view is None:
            continue
        its = done.get((run_id, view.anchor.revision), {}) if is_own else {}
        seed = (run_id if is_own else anchor_id).bytes
        facts = Facts(settings.time_zone, settings.quiet_hours, announce=False, done=its, seed=seed)
        run = Run(
            clinic_id=clinic_id,
            plan=wanted.key,
            version=0,
            anchor_kind=kind,
            anchor_id=anchor_id,
            patient_id=patient_id,
        )
        yield run, view, facts


def _is_for(plan: Plan, view: AnchorView, facts: Facts) -> bool:
    known = facts_of(view.anchor, facts, view.answers, False)
    return first_unmet(plan.who, known, view.answers, at_once_only=False) is None


def _texts(
    plan: Plan, run: Run, view: AnchorView, facts: Facts, wanted: Wanted
) -> tuple[list[tuple[Under, Played]], int]:
    """What goes to this person in the time that is asked for, and how often the time of their visit is offered to others."""
    steps = plan_steps(plan, view.anchor, facts, wanted.now, view.answers).steps
    timers = [Timed(step.key, step.due) for step in steps if step.due < wanted.end]
    freed = sum(isinstance(step.does, OfferTime) and step.due < wanted.end for step in steps)
    if not timers:
        return [], freed
    under = Under(run, plan, view, facts)
    played = play(plan, view.anchor, facts, view.answers, timers, wanted.now, wanted.end)
    return [(under, made) for made in played], freed


def _at_night(plan: Plan, view: AnchorView, facts: Facts, now: datetime, made: Sequence[Played]) -> list[str]:
    """The steps of these texts that stand at another moment than their plan's since that lies outside the allowed hours."""
    if not made or facts.quiet_hours.is_off:
        return []
    window = facts.quiet_hours.window(facts.time_zone)
    always = replace(facts, quiet_hours=NO_QUIET_HOURS)
    wished = {step.key: step.due for step in plan_steps(plan, view.anchor, always, now, view.answers).steps}
    return [one.key for one in made if one.text and one.key in wished and not window.is_open(wished[one.key])]


def _pairs(before: Sequence[Coming], after: Sequence[Coming]) -> Iterator[Pair]:
    old = {(id_of(one), one.step): one for one in before if one.goes}
    for then in after:
        if not then.goes:
            continue
        now = old.pop((id_of(then), then.step), None)
        if now is None:
            yield Pair("new", None, then)
        elif now.template != then.template:
            yield Pair("text", now, then)
        else:
            yield Pair("same" if now.at == then.at else "time", now, then)
    for now in old.values():
        yield Pair("gone", now, None)
