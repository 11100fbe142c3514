"""What will be sent, as things stand: the steps to come, decided by the engine and judged by the gate. Nothing is stored and
nothing leaves: it runs in a transaction that can't write.

The moments stand in timers; what follows from them is played forward. `MOST` people's journeys are looked at in one part, the
soonest first; the answer says where the next part begins, so that nobody is left out however many there are.
"""

from collections.abc import Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import LiteralString
from uuid import UUID

from django.db import connection

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import TRAFFIC_OF, Purpose
from recado.foundation import arrays, business_time
from recado.foundation.countries.rules import BOUND
from recado.foundation.database import plain_cursor
from recado.foundation.tenancy import clinic_scope, current_clinic
from recado.foundation.wiring import is_wired, wired
from recado.messaging import queries as messaging
from recado.messaging.types import Intent

from . import book, merging
from .events import EVENTS
from .looks import has_limit
from .models import Run
from .past import PAUSED, history
from .playing import Played, Timed, has_hold_out, held_out, play
from .types import AnchorRoom, AnchorView, At, Facts, Moment, Plan, Text, TogetherRoom

MOST = 10_000
PIECE = 2_000  # runs at a time

# Free timers by the index of what is due next, held ones by theirs.
RUNS: LiteralString = """
SELECT run_id, min(due) FROM (
    SELECT run_id, due FROM journeys_timer WHERE clinic_id = %(clinic)s AND held_for IS NULL AND due < %(end)s
    UNION ALL
    SELECT run_id, due FROM journeys_timer WHERE clinic_id = %(clinic)s AND held_for IS NOT NULL AND due < %(end)s) t
GROUP BY run_id HAVING (min(due), run_id) > (%(due)s, %(run)s) ORDER BY min(due), run_id LIMIT %(most)s
"""
# What stands in timers, by hour: steps of any kind, judged by nobody yet; what is late already is done in the first hour.
PLANNED: LiteralString = """
SELECT date_trunc('hour', greatest(t.due, %(start)s)), r.anchor_kind, count(*)
FROM journeys_timer t JOIN journeys_run r ON r.id = t.run_id AND r.clinic_id = t.clinic_id
WHERE t.clinic_id = %(clinic)s AND t.due < %(end)s GROUP BY 1, 2
"""
TIMERS: LiteralString = """
SELECT run_id, step, revision, due, held_for FROM journeys_timer
WHERE clinic_id = %s AND run_id = ANY (%s) AND due < %s ORDER BY due, id
"""
COMPARED: LiteralString = """
SELECT id FROM journeys_run WHERE clinic_id = %s AND plan = ANY (%s) AND ended_at IS NULL ORDER BY id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Coming:
    """One text to come, or one that stays out. `outcome`: send; later (it waits for its hour, see `rule`); held (it waits for
    a person: `rule` is paused or word); joined (another text of the day says it too: `others` of that one); never. `rule`: a key of the gate's RULES or of REASONS. `at`: when it leaves, or
    would have. `due`: when its journey has it go. `message_id`: it is written already, and waits to leave."""

    at: datetime
    due: datetime
    outcome: str
    rule: str
    patient_id: UUID | None
    plan: str = ""
    version: int = 0
    step: str = ""
    template: str = ""
    purpose: Purpose = Purpose.CARE
    kind: str = ""
    anchor_id: UUID | None = None
    message_id: UUID | None = None
    when: Moment | None = None
    others: tuple[UUID, ...] = ()  # events that the text tells of too

    @property
    def goes(self) -> bool:
        return self.outcome in ("send", "later")


LONG_AGO = datetime.min.replace(tzinfo=UTC)
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part begins: behind this text that waits, and behind this person's journey, each by its moment."""

    waiting_due: datetime = LONG_AGO
    waiting: UUID = NOBODY
    run_due: datetime = LONG_AGO
    run: UUID = NOBODY

    @property
    def code(self) -> str:
        """As it stands in an address."""
        return f"{self.waiting_due.isoformat()}~{self.waiting.hex}~{self.run_due.isoformat()}~{self.run.hex}"

    @classmethod
    def read(cls, code: str) -> "Place | None":
        """None: it is none."""
        try:
            waiting_due, waiting, run_due, run = code.split("~")
            made = cls(datetime.fromisoformat(waiting_due), UUID(waiting), datetime.fromisoformat(run_due), UUID(run))
        except ValueError:
            return None
        return made if made.waiting_due.tzinfo and made.run_due.tzinfo else None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What comes in a stretch of time, soonest first. `next`: where the part behind this one begins; None: this is all."""

    coming: tuple[Coming, ...]
    next: Place | None

    @property
    def is_cut(self) -> bool:
        return self.next is not None


@contextmanager
def looking(clinic_id: UUID) -> Iterator[None]:
    """A transaction of this clinic in which nothing can be written."""
    if current_clinic() is not None:
        raise RuntimeError("Look ahead in a transaction of its own: it must not stop others from writing.")
    with clinic_scope(clinic_id), messaging.only_samples():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def foresee(
    clinic_id: UUID, start: datetime, end: datetime, *, most: int = MOST, after: Place | None = None
) -> Foreseen:
    """What comes from `start` up to `end`: a part of it, from `after` on. Call it inside `looking`."""
    now, place = business_time.now(), after or Place()
    waiting = messaging.waiting_between(
        clinic_id, start, end, most=most + 1, after=(place.waiting_due, place.waiting) if after else None
    )
    with plain_cursor() as cursor:
        wanted = {"clinic": clinic_id, "end": end, "most": most + 1, "due": place.run_due, "run": place.run}
        runs = cursor.execute(RUNS, wanted).fetchall()
    found = [_of_waiting(one) for one in waiting[:most]]
    if after is None:
        found += _of_comparison_groups(clinic_id, start, end, now)
    for first in range(0, min(len(runs), most), PIECE):
        ids = [run_id for run_id, _ in runs[first : min(first + PIECE, most)]]
        found += _played(clinic_id, ids, now, end)
    found = [one for one in joined(clinic_id, sorted(found, key=lambda one: one.at)) if start <= one.at < end]
    found.sort(key=lambda one: one.at)
    if max(len(waiting), len(runs)) <= most:
        return Foreseen(tuple(found), None)
    if waiting:
        last = waiting[:most][-1]
        place = replace(place, waiting_due=last.due, waiting=last.id)
    if runs:
        run, due = runs[:most][-1]
        place = replace(place, run_due=due, run=run)
    return Foreseen(tuple(found), place)


@dataclass(frozen=True, slots=True)
class Hour:
    """Steps that stand in timers for one hour, of journeys on one kind of event."""

    at: datetime
    kind: str
    steps: int


def planned(clinic_id: UUID, start: datetime, end: datetime) -> list[Hour]:
    """What is planned in a stretch, by hour: counted by the database, whatever the number. Nobody has judged it. Call it
    inside `clinic_scope`."""
    with plain_cursor() as cursor:
        wanted = {"clinic": clinic_id, "start": start, "end": end}
        return [Hour(*row) for row in cursor.execute(PLANNED, wanted)]


def foresee_events(clinic_id: UUID, anchor_ids: Collection[UUID], end: datetime) -> tuple[Coming, ...]:
    """What comes of these events alone up to `end`, soonest first. Call it inside `clinic_scope`."""
    now, rows = business_time.now(), Run.objects.filter(clinic_id=clinic_id, anchor_id__in=list(anchor_ids))
    runs = list(rows.values_list("id", flat=True))
    found = [_played(clinic_id, runs[first : first + PIECE], now, end) for first in range(0, len(runs), PIECE)]
    return tuple(sorted((one for piece in found for one in piece), key=lambda one: one.at))


def _of_waiting(one: messaging.Waiting) -> Coming:
    outcome = "send" if one.due <= one.since else "later"
    purpose = Purpose(one.purpose)
    return Coming(one.due, one.since, outcome, one.rule, one.patient_id, purpose=purpose, message_id=one.id)


# ------------------------------------------------------------------------------------------------ journeys


@dataclass(frozen=True, slots=True)
class Under:
    """A run with what its event is now."""

    run: Run
    plan: Plan
    view: AnchorView | None
    facts: Facts


def under_way(clinic_id: UUID, run_ids: Collection[UUID]) -> dict[UUID, Under]:
    """These runs, their plans and events. Call it inside `clinic_scope`."""
    settings = clinics.clinic_settings(clinic_id)
    runs = Run.objects.filter(clinic_id=clinic_id).in_bulk(list(run_ids))
    done, _ = history(clinic_id, run_ids)
    found: dict[UUID, Under] = {}
    for kind in {run.anchor_kind for run in runs.values()}:
        ours = [run for run in runs.values() if run.anchor_kind == kind]
        room: AnchorRoom = wired("ANCHORS", kind)
        views = room.load(clinic_id, list({run.anchor_id for run in ours}))
        for run in ours:
            view = views.get(run.anchor_id)
            its = done.get((run.id, view.anchor.revision), {}) if view else {}
            facts = Facts(settings.time_zone, settings.quiet_hours, done=its, seed=run.id.bytes)
            found[run.id] = Under(run, book.plan_of(clinic_id, run.plan, run.version), view, facts)
    return found


def _played(clinic_id: UUID, run_ids: Sequence[UUID], now: datetime, end: datetime) -> list[Coming]:
    with plain_cursor() as cursor:
        names = arrays.uuid_array([run_id.bytes for run_id in run_ids])
        rows = cursor.execute(TIMERS, (clinic_id, names, end)).fetchall()
    timers: dict[UUID, list[tuple[int, Timed]]] = {}
    for run_id, step, revision, due, held_for in rows:
        timers.setdefault(run_id, []).append((revision, Timed(step, due, held_for)))
    played: list[tuple[Under, Played]] = []
    for run_id, one in under_way(clinic_id, run_ids).items():
        played += [(one, made) for made in _play(one, timers.get(run_id, ()), now, end)]
    return judged(clinic_id, played)


def _play(one: Under, timers: Sequence[tuple[int, Timed]], now: datetime, end: datetime) -> Iterator[Played]:
    """What was planned for an older time of the event stays out."""
    if one.view is None:
        yield from (Played(timer.key, max(timer.due, now), None, "gone") for _, timer in timers)
        return
    anchor = one.view.anchor
    current = [timer for revision, timer in timers if revision == anchor.revision]
    for revision, timer in timers:
        if revision != anchor.revision:
            yield Played(timer.key, max(timer.due, now), None, "moved")
    yield from play(one.plan, anchor, one.facts, one.view.answers, current, now, end)


def judged(clinic_id: UUID, played: Sequence[tuple[Under, Played]]) -> list[Coming]:
    """What the gate would say of each text at its moment; soonest first."""
    inside = sorted(played, key=lambda pair: pair[1].at)
    texts = [(under, made, made.text) for under, made in inside if made.text is not None]
    phones = consent.phones_told(clinic_id, {under.run.patient_id for under, _, _ in texts})
    bound = {u.run.patient_id for u, _, text in texts if TRAFFIC_OF[text.purpose] in BOUND}
    people = consent.recipients(clinic_id, bound) if bound else {}
    wanted = []
    for under, made, text in texts:
        who = people.get(under.run.patient_id)
        intent = Intent(
            text.purpose,
            "",
            who.phone if who else None,
            patient_id=under.run.patient_id,
            not_before=made.at,
            expires_at=_of_use_until(under, made.key),
            at_chosen_hour=under.plan.is_at_chosen_hour(made.key),
        )
        wanted.append((intent, phones.get(under.run.patient_id)))
    said = iter(messaging.judged_ahead(clinic_id, wanted))
    coming = []
    for under, made in inside:
        if made.text is None:
            coming.append(_coming(under, made, made.at, "never", made.reason))
            continue
        verdict = next(said)
        outcome = {"allow": "send"}.get(verdict.verdict, verdict.verdict)
        if outcome != "never" and made.held_for is not None:
            rule = "paused" if made.held_for.startswith(PAUSED) else "word"
            coming.append(_coming(under, made, made.at, "held", rule))
        else:
            coming.append(_coming(under, made, verdict.due, outcome, verdict.rule))
    return coming


def _of_use_until(under: Under, key: str) -> datetime | None:
    """From the event's time on, where the time is a limit at all."""
    assert under.view is not None
    return under.view.anchor.start if has_limit(under.plan, under.plan.step(key)) else None


def _coming(under: Under, made: Played, at: datetime, outcome: str, rule: str) -> Coming:
    step = under.plan.step(made.key).does
    text = made.text or (step if isinstance(step, Text) else None)
    run = under.run
    return Coming(
        at,
        made.at,
        outcome,
        rule,
        run.patient_id,
        run.plan,
        run.version,
        made.key,
        text.template if text else "",
        text.purpose if text else Purpose.CARE,
        run.anchor_kind,
        run.anchor_id,
        when=under.plan.step(made.key).when,
    )


def _of_comparison_groups(clinic_id: UUID, start: datetime, end: datetime, now: datetime) -> list[Coming]:
    """Texts that those who are held out would have had: nobody has timers for them."""
    plans = [one.plan for kind in EVENTS for one in book.live(clinic_id, kind)]
    keys = [plan.key for plan in plans if has_hold_out(plan)]
    if not keys:
        return []
    with plain_cursor() as cursor:
        runs = [row[0] for row in cursor.execute(COMPARED, (clinic_id, arrays.text_array(keys), MOST)).fetchall()]
    found = []
    for one in under_way(clinic_id, runs).values():
        if one.view is None or not has_hold_out(one.plan):
            continue
        for timed in held_out(one.plan, one.view.anchor, one.facts, one.view.answers, now):
            if start <= timed.due < end:
                found.append(_coming(one, Played(timed.key, timed.due, None), timed.due, "never", "held_out"))
    return found


def joined(clinic_id: UUID, coming: Sequence[Coming]) -> list[Coming]:
    """What several events of a day at one phone have to say goes in one text, with the soonest of them (`merging`)."""
    made = list(coming)
    for kind in {one.kind for one in coming if one.kind and is_wired("TOGETHER", one.kind)}:
        room: TogetherRoom = wired("TOGETHER", kind)
        places = [at for at, one in enumerate(made) if one.kind == kind and _may_join(one, room)]
        groups = merging.grouped(room, clinic_id, {(id_of(made[at]), made[at].template) for at in places})
        together: dict[Hashable, list[int]] = {}
        for at in places:
            group = merging.group_of(room, groups, id_of(made[at]), made[at].template)
            if group is not None:
                together.setdefault((group, made[at].plan, made[at].step, made[at].template), []).append(at)
        for its in together.values():
            while its:
                first, *rest = its
                most = merging.most_in(groups[id_of(made[first])])
                near = [at for at in rest if made[at].due <= made[first].due + merging.AHEAD][: most - 1]
                for at in near:
                    made[at] = replace(made[at], at=made[first].at, outcome="joined", rule="together")
                made[first] = replace(made[first], others=tuple(id_of(made[at]) for at in near))
                its = [at for at in rest if at not in near]
    return made


def _may_join(one: Coming, room: TogetherRoom) -> bool:
    is_late = one.when is not None and one.when.at is At.LATE
    return one.goes and one.anchor_id is not None and not is_late and one.template in room.TEMPLATES


def id_of(one: Coming) -> UUID:
    assert one.anchor_id is not None
    return one.anchor_id
