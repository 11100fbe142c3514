"""Whole journeys, told as stories: `golden/*.json` says what goes to the phone, and when, in the clinic's own time."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recado.consent.types import QuietHours
from recado.journeys.engine import due_step, following_steps, plan_steps
from recado.journeys.plans import APPOINTMENT, READY
from recado.journeys.refusals import REASONS
from recado.journeys.types import Anchor, AnchorState, At, Do, Done, Facts, Plan, Skip, Task, Text, Wait

GOLDEN = Path(__file__).parent / "golden"
BY_KEY = {plan.key: plan for plan in READY}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = st.sampled_from(["Europe/London", "Europe/Warsaw", "Asia/Jakarta", "America/New_York", "Australia/Lord_Howe"])
# Two years, and more often than chance the days around a change of clocks.
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(ZoneInfo("UTC"))),
    st.datetimes(datetime(2026, 3, 25), datetime(2026, 4, 2), timezones=st.just(ZoneInfo("UTC"))),
)


def at(text: str, zone: str = "Europe/London") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@dataclass
class World:
    """What the rooms around the engine do: keep the timers, fire them in order, remember what was sent."""

    anchor: Anchor
    facts: Facts
    now: datetime
    answers: list[str] = field(default_factory=list)
    timers: dict[str, datetime] = field(default_factory=dict)
    log: list[dict[str, str]] = field(default_factory=list)
    journey: Plan = APPOINTMENT

    def plan(self) -> None:
        schedule = plan_steps(self.journey, self.anchor, self.facts, self.now, self.answers)
        self.timers = {step.key: step.due for step in schedule.steps}
        for dropped in schedule.dropped:
            self.note(self.now, f"drop {dropped.key}: {dropped.reason}")

    def note(self, when: datetime, what: str) -> None:
        local = when.astimezone(ZoneInfo(self.facts.time_zone))
        self.log.append({"at": f"{local:%a %Y-%m-%d %H:%M %Z}", "what": what})

    def run_until(self, end: datetime) -> None:
        while due := [(when, key) for key, when in self.timers.items() if when <= end]:
            when, key = min(due)
            self.now = max(self.now, when)
            del self.timers[key]
            decision = due_step(self.journey, key, self.anchor, self.facts, self.answers, self.now, when)
            if isinstance(decision, Wait):
                assert decision.until > self.now
                self.timers[key] = decision.until
                continue
            self.came(key, decision)
            if self.journey.is_stepwise:
                for one in following_steps(self.journey, self.anchor, self.facts, self.now, self.answers):
                    self.timers.setdefault(one.key, one.due)
        self.now = max(self.now, end)

    def came(self, key: str, decision: Do | Skip) -> None:
        match decision:
            case Skip(reason):
                done = Done(self.now, "skipped")
                self.note(self.now, f"skip {key}: {reason}")
            case Do(Text(template, kind)):
                done = Done(self.now)
                self.note(self.now, f"send {key}: {template} ({kind})")
            case Do(Task(kind, about)):
                done = Done(self.now, "done")
                self.note(self.now, f"task {key}: {kind}, {about}")
            case Do(_, arm):
                done = Done(self.now, "done", arm)
                self.note(self.now, f"do {key}")
        self.facts = replace(self.facts, done={**self.facts.done, key: done})

    def move(self, start: datetime) -> None:
        by = start - self.anchor.start
        self.anchor = replace(
            self.anchor,
            start=start,
            times=tuple(one + by for one in self.anchor.times),
            state=self.journey.event.opening,
            revision=self.anchor.revision + 1,
        )
        self.facts, self.answers = replace(self.facts, done={}), []
        self.plan()

    def answer(self, answer: str) -> None:
        self.answers.append(answer)
        if answer == "confirm":
            self.anchor = replace(self.anchor, state=AnchorState.CONFIRMED)
        elif answer == "cancel":  # by text, which has its own answer
            self.facts = replace(self.facts, announce=False)
            self.cancel()

    def cancel(self) -> None:
        self.anchor = replace(self.anchor, state=AnchorState.CANCELLED)
        self.plan()

    def come_to(self, state: str) -> None:
        """As its own room says, or by an answer."""
        self.anchor = replace(self.anchor, state=state)
        self.plan()

    def stop(self) -> None:
        self.facts = replace(self.facts, has_stopped=True)


def tell(story: dict[str, Any]) -> list[dict[str, str]]:
    zone = story.get("zone", "Europe/London")
    hours = story.get("hours", "09:00-18:00")
    quiet = QuietHours(*map(time.fromisoformat, hours.split("-"))) if hours else QuietHours(None, None)
    facts = Facts(zone, quiet, announce=story.get("announce", True))
    booked = at(story["booked"], zone)
    journey = BY_KEY[story.get("journey", "appointment")]
    times = tuple(at(one, zone) for one in story.get("times", ()))
    anchor = Anchor(
        at(story["start"], zone), booked, journey.event.opening, times=times, fields=story.get("fields", {})
    )
    world = World(anchor, facts, booked, journey=journey)
    world.plan()
    for event in story.get("events", ()):
        world.run_until(at(event["at"], zone))
        world.note(world.now, f"event {event['what']}")
        match event["what"].split(" ", 1):
            case ["move", start]:
                world.move(at(start, zone))
            case ["answer", answer]:
                world.answer(answer)
            case ["cancel"]:
                world.cancel()
            case ["state", state]:
                world.come_to(state)
            case ["stop"]:
                world.stop()
            case ["standstill", end]:
                world.now = at(end, zone)
    world.run_until(max(world.now, world.anchor.start) + story.get("days", 7) * DAY)
    return world.log


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda file: file.stem)
def test_journey_goes_as_written_when_told_as_a_story(file: Path) -> None:
    for story in json.loads(file.read_text("utf-8")):
        assert tell(story) == story["log"], story["story"]


def test_stories_are_of_several_journeys_when_counted() -> None:
    told = {story.get("journey") for file in GOLDEN.glob("*.json") for story in json.loads(file.read_text("utf-8"))}
    assert told >= {None, "result", "invoice", "recall", "medication", "missed"}


def test_stories_are_many_when_counted() -> None:
    stories = [story["story"] for file in GOLDEN.glob("*.json") for story in json.loads(file.read_text("utf-8"))]
    assert len(stories) == len(set(stories)) >= 20


@given(MOMENTS, st.lists(st.timedeltas(3 * HOUR, 12 * DAY), min_size=1, max_size=4), ZONES, st.booleans())
def test_no_text_is_lost_or_doubled_when_the_visit_moves_about(
    now: datetime, moves: list[timedelta], zone: str, announce: bool
) -> None:
    world = World(Anchor(now + 6 * DAY, now), Facts(zone, announce=announce), now)
    world.plan()
    for ahead in moves:
        world.run_until(world.now + ahead / 3)
        assume(world.now < world.anchor.start)
        world.move(world.now + ahead)
    sent_before, moved_at = len(world.log), world.now
    world.run_until(world.anchor.start)
    sent = [
        entry["what"].split(":")[0].removeprefix("send ")
        for entry in world.log[sent_before:]
        if entry["what"].startswith("send")
    ]
    assert len(sent) == len(set(sent))
    if QuietHours().window(zone).next_open(moved_at) < world.anchor.start and world.anchor.start - moved_at > 2 * HOUR:
        assert any(key.endswith("question") for key in sent)


# ---------------------------------------------------------------- any journey that comes with the product

HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(["move", "state", "answer", "stop", "stand"]), st.integers(0, 9), st.integers(1, 200)),
    max_size=6,
)


@given(st.sampled_from(READY), MOMENTS, st.integers(1, 40), HAPPENINGS, ZONES, st.binary(min_size=4, max_size=4))
def test_no_journey_sends_twice_or_after_a_stop_or_out_of_hours_whatever_its_event_comes_to(
    journey: Plan, now: datetime, days: int, happenings: list[tuple[str, int, int]], zone: str, seed: bytes
) -> None:
    event, start = journey.event, now + days * DAY
    times = tuple(start + 12 * HOUR * number for number in range(4)) if event.has_times else ()
    fields = {name: bool(days % 2) for name in event.fields}
    anchor = Anchor(start, now, event.opening, times=times, fields=fields)
    world = World(anchor, Facts(zone, seed=seed), now, journey=journey)
    world.plan()
    window = world.facts.quiet_hours.window(zone)
    sent: list[tuple[int, str]] = []
    came = world.came

    def watched(key: str, decision: Do | Skip) -> None:
        if isinstance(decision, Skip):
            assert decision.reason in REASONS
        else:
            assert not world.facts.has_stopped
            sent.append((world.anchor.revision, key))
            is_text, step = isinstance(decision.does, Text), journey.step(key)
            assert not is_text or window.is_open(world.now) or (event.are_hours_chosen and step.when.at is At.EACH)
            assert step.when.state in ("", world.anchor.state, "moved", event.opening) or step.when.at is At.ON
        came(key, decision)

    world.came = watched  # type: ignore[method-assign]
    states = sorted(event.states)
    for what, which, hours in happenings:
        world.run_until(world.now + hours * HOUR)
        match what:
            case "move":
                world.move(world.now + (which + 1) * DAY)
            case "state":
                world.come_to(states[which % len(states)])
            case "answer":
                world.answers.append("yes")
                world.plan()
            case "stop":
                world.stop()
    world.run_until(max(world.now, world.anchor.start) + 200 * DAY)
    assert len(sent) == len(set(sent)), "a step went twice"
    assert world.timers == {}, "the journey does not end"


@given(st.sampled_from(READY), MOMENTS, st.integers(35, 60), ZONES)
def test_every_journey_does_something_when_nobody_answers_and_nothing_happens(
    journey: Plan, now: datetime, days: int, zone: str
) -> None:
    event, start = journey.event, now + days * DAY
    state = next((one.step.when.state for one in journey.placed if one.step.when.at is At.ON), event.opening)
    opens = event.opening if state in ("moved", "reassigned") else state
    times = (start, start + 12 * HOUR) if event.has_times else ()
    fields = dict.fromkeys(event.fields, True)
    anchor = Anchor(start, now, opens, times=times, fields=fields, clinician_was="Dr Osei")
    world = World(anchor, Facts(zone), now, journey=journey)
    world.plan()
    world.run_until(start + 200 * DAY)
    assert [one for one in world.log if one["what"].startswith(("send", "task"))], journey.key
