"""A journey tried on an invented event: what would go when, and why not. Pure: the engine's own decisions, in the order in
which the worker would ask for them; nothing is planned, stored or sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from recado.foundation.text import gettext_noop as _
from recado.journeys.engine import due_step, plan_steps
from recado.journeys.types import (
    FIRST_REVISION,
    MOVED,
    REASSIGNED,
    Anchor,
    At,
    Branch,
    Do,
    Done,
    Facts,
    HoldOut,
    Kind,
    Moment,
    Pause,
    Plan,
    PlanStep,
    Skip,
    Text,
    Variant,
    Wait,
)

ANSWERS_AFTER = timedelta(minutes=30)
CHANGES_AFTER = timedelta(hours=1)
MOVED_BY = timedelta(days=2)
MOST = 400  # decisions: far more than 60 steps and a course of doses a page can show


class Case(StrEnum):
    """What the invented person, or the clinic, does meanwhile."""

    NEVER = "never"
    FIRST = "first"
    SECOND = "second"
    MOVED = "moved"
    CLOSED = "closed"


CASES: dict[Case, str] = {
    Case.NEVER: _("The patient never answers"),
    Case.FIRST: _("The patient answers the first question"),
    Case.SECOND: _("The patient answers the second question"),
    Case.MOVED: _("It is moved by two days after the first text"),
    Case.CLOSED: _("It ends after the first text"),
}


class What(StrEnum):
    SENT = "sent"
    ASKED = "asked"
    DONE = "done"
    SKIPPED = "skipped"
    ANSWERED = "answered"
    MOVED = "moved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is tried. `answer`: given where the case answers; `becomes`: the state an answer brings the event to, if any;
    `ends_as`: the state of Case.CLOSED."""

    case: Case = Case.NEVER
    answer: str = ""
    becomes: Mapping[str, str] | None = None
    ends_as: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a try. `detail`: the template that was sent, the reason, the arm, the answer or the new state."""

    at: datetime
    what: What
    step: str = ""
    detail: str = ""


def try_out(plan: Plan, anchor: Anchor, facts: Facts, wish: Wish) -> list[Happened]:
    """What would become of this journey from the moment at which its event was made known, in order of time."""
    return _Play(plan, anchor, facts, wish).run()


class _Play:
    def __init__(self, plan: Plan, anchor: Anchor, facts: Facts, wish: Wish) -> None:
        self.plan, self.anchor, self.facts, self.wish = plan, anchor, facts, wish
        self.now = anchor.booked_at
        self.done: dict[str, Done] = {}
        self.answers: frozenset[str] = frozenset()
        self.timers: dict[str, datetime] = {}
        self.told: list[Happened] = []
        self.questions = 0
        self.has_changed = False

    def run(self) -> list[Happened]:
        self._lay_out()
        for _turn in range(MOST):
            if not self.timers and not self._has_changed_untold():
                break
            key = min(self.timers, key=lambda one: (self.timers[one], one))
            self.now = max(self.now, self.timers.pop(key))
            self._decide(key)
        return sorted(self.told, key=lambda one: one.at)

    def _has_changed_untold(self) -> bool:
        """Where no text goes at first, the event moves or ends all the same. Whether anything comes of it."""
        if self.has_changed or self.wish.case not in (Case.MOVED, Case.CLOSED):
            return False
        self.has_changed = True
        self._change(self.wish.case)
        return bool(self.timers)

    def _lay_out(self) -> None:
        schedule = plan_steps(self.plan, self.anchor, self._facts(), self.now, self.answers)
        self.timers = {step.key: step.due for step in schedule.steps}
        for dropped in schedule.dropped:
            self._tell(What.SKIPPED, dropped.key, dropped.reason)

    def _go_on(self) -> None:
        """What counts from the step just done: as the worker plans it."""
        if not self.plan.is_stepwise:
            return
        for step in plan_steps(self.plan, self.anchor, self._facts(), self.now, self.answers).steps:
            placed = self.plan.at(step.key)
            is_next = placed.step.when.at in (At.NEXT, At.EACH) or bool(placed.arms)
            if is_next and step.key not in self.done:
                self.timers.setdefault(step.key, step.due)

    def _facts(self) -> Facts:
        return replace(self.facts, done=dict(self.done))

    def _tell(self, what: What, step: str = "", detail: str = "") -> None:
        if what is What.SKIPPED and any((one.what, one.step, one.detail) == (what, step, detail) for one in self.told):
            return  # the journey was laid out anew, and this stands as it stood
        self.told.append(Happened(self.now, what, step, detail))

    def _decide(self, key: str) -> None:
        match due_step(self.plan, key, self.anchor, self._facts(), self.answers, self.now):
            case Wait(until):
                self.timers[key] = until
                return
            case Skip(reason):
                self.done[key] = Done(self.now, "skipped")
                self._tell(What.SKIPPED, key, reason)
            case Do(Text() as text, arm):
                self.done[key] = Done(self.now, arm=arm)
                self._tell(What.ASKED if text.kind is Kind.QUESTION else What.SENT, key, text.template)
                if self._after(text):
                    return
            case Do(does, arm):
                self.done[key] = Done(self.now, "done", arm)
                self._tell(What.DONE, key, arm if isinstance(does, Branch | Variant | HoldOut) else "")
        self._go_on()

    def _after(self, text: Text) -> bool:
        """What is done about a text that went, as the case wants it. Whether the journey was laid out anew."""
        case = self.wish.case
        if text.kind is Kind.QUESTION:
            self.questions += 1
            if (case is Case.FIRST and self.questions == 1) or (case is Case.SECOND and self.questions == 2):
                self._answer()
                return True
        if case in (Case.MOVED, Case.CLOSED) and not self.has_changed:
            self.has_changed = True
            self._change(case)
            return True
        return False

    def _answer(self) -> None:
        self.now += ANSWERS_AFTER
        answer = self.wish.answer
        self.answers = frozenset({answer})
        state = (self.wish.becomes or {}).get(answer) or self.anchor.state
        self.anchor = replace(self.anchor, state=state)
        self._tell(What.ANSWERED, detail=answer)
        self._lay_out()

    def _change(self, case: Case) -> None:
        self.now += CHANGES_AFTER
        old = self.anchor
        if case is Case.CLOSED:
            self.anchor = replace(old, state=self.wish.ends_as)
            self._tell(What.CLOSED, detail=self.wish.ends_as)
        else:
            self.anchor = replace(
                old,
                start=old.start + MOVED_BY,
                end=old.end + MOVED_BY if old.end else None,
                times=tuple(when + MOVED_BY for when in old.times),
                state=self.plan.event.opening,
                revision=old.revision + 1,
                clinician_was=None,
            )
            self.answers, self.done = frozenset(), {}
            self._tell(What.MOVED)
        self._lay_out()


# ------------------------------------------------------------------------------------------------ an invented event


def invented(plan: Plan, now: datetime, ahead: timedelta, fields: Mapping[str, str | int | bool]) -> Anchor:
    """An event to try a journey on. One that is known before its time lies `ahead`; what is told as soon as it is there
    (a result, say) is there now. Doses are taken for three days, at that hour of the day and twelve hours later."""
    event = plan.event
    is_known_before = bool(event.until_start) or any(
        one.step.when.at in (At.BEFORE, At.LATE, At.AFTER) for one in plan.placed
    )
    start = now + ahead if is_known_before else now
    times = tuple(start + timedelta(hours=12) * number for number in range(6)) if event.has_times else ()
    anchor = Anchor(start, now, event.opening, times=times, fields=dict(fields))
    tells_of_clinician = any(one.step.when.state == REASSIGNED for one in plan.placed)
    return _reassigned(anchor) if tells_of_clinician else anchor


def _reassigned(anchor: Anchor) -> Anchor:
    """The same event, of which another clinician has just taken charge."""
    return replace(anchor, fields={"clinician": "new", **anchor.fields}, clinician_was="")


def asked_of_event(plan: Plan) -> dict[str, list[str | int | bool]]:
    """What the conditions of a journey ask of its event, with the values that they name."""
    found: dict[str, list[str | int | bool]] = {}
    conditions = list(plan.who)
    for placed in plan.placed:
        conditions += placed.step.only_if
        if isinstance(placed.step.does, Branch):
            conditions += [one for arm in placed.step.does.arms for one in arm.only_if]
    for one in conditions:
        if one.fact in plan.event.fields:
            values = found.setdefault(one.fact, [])
            values += [one.value] if one.value not in values else []
    return {fact: [True, False] if isinstance(values[0], bool) else values for fact, values in found.items()}


def moved_by_hours(plan: Plan, key: str, facts: Facts, ideal: datetime) -> datetime | None:
    """When a text whose own moment would be `ideal` goes, with the hours in which texts may leave; None: hours don't move
    it. Asked of the engine, for the step alone."""
    step = plan.step(key)
    if not isinstance(step.does, Text) or step.when.at is At.EACH:
        return None
    bare = replace(step, only_if=(), stands_in_for=None)
    planned = plan_steps(*_alone(replace(plan, who=(), least_notice=timedelta(0)), bare, facts, ideal))
    return next((one.due for one in planned.steps if one.key.partition("#")[0] == step.key), None)


def _alone(plan: Plan, step: PlanStep, facts: Facts, ideal: datetime) -> tuple[Plan, Anchor, Facts, datetime]:
    """A journey of this step only, with an event that makes `ideal` its moment."""
    when = step.when
    state = when.state if when.state in plan.event.states else plan.event.opening
    revision = FIRST_REVISION + (when.state == MOVED)
    alone, now = replace(plan, steps=(step,)), ideal - when.by - timedelta(days=1)
    match when.at:
        case At.BEFORE:
            return alone, Anchor(ideal + when.by, now, state, revision), facts, now
        case At.AFTER:
            return alone, Anchor(ideal - when.by, now, state, revision), facts, now
        case At.NEXT:
            first = PlanStep("before_it", Moment(At.ON, state=state), Pause())
            done = {first.key: Done(ideal - when.by)}
            return (
                replace(plan, steps=(first, step)),
                Anchor(now, now, state),
                replace(facts, done=done),
                ideal - when.by,
            )
    anchor = Anchor(ideal + timedelta(days=30), ideal, state, revision)
    return alone, _reassigned(anchor) if when.state == REASSIGNED else anchor, facts, ideal
