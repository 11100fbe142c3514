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
from recado.journeys.engine import due_step, plan_steps
from recado.journeys.plans import APPOINTMENT
from recado.journeys.types import Anchor, AnchorState, Done, Facts, Skip, Text, Wait

GOLDEN = Path(__file__).parent / "golden"
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

    def plan(self) -> None:
        schedule = plan_steps(APPOINTMENT, self.anchor, self.facts, self.now, self.answers)
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
            decision = due_step(APPOINTMENT, key, self.anchor, self.facts, self.answers, self.now)
            if isinstance(decision, Wait):
                assert decision.until > self.now
                self.timers[key] = decision.until
            elif isinstance(decision, Skip):
                self.note(self.now, f"skip {key}: {decision.reason}")
            else:
                self.facts = replace(self.facts, done={**self.facts.done, key: Done(self.now)})
                assert isinstance(decision.does, Text)
                self.note(self.now, f"send {key}: {decision.does.template} ({decision.does.kind})")
        self.now = max(self.now, end)

    def move(self, start: datetime) -> None:
        self.anchor = replace(self.anchor, start=start, state=AnchorState.BOOKED, revision=self.anchor.revision + 1)
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

    def stop(self) -> None:
        self.facts = replace(self.facts, has_stopped=True)


def tell(story: dict[str, Any]) -> list[dict[str, str]]:
    zone = story.get("zone", "Europe/London")
    hours = story.get("hours", "09:00-18:00")
    quiet = QuietHours(*map(time.fromisoformat, hours.split("-"))) if hours else QuietHours(None, None)
    facts = Facts(zone, quiet, announce=story.get("announce", True))
    booked = at(story["booked"], zone)
    world = World(Anchor(at(story["start"], zone), booked), facts, booked)
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
            case ["stop"]:
                world.stop()
            case ["standstill", end]:
                world.now = at(end, zone)
    world.run_until(max(world.now, world.anchor.start) + 7 * DAY)
    return world.log


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda file: file.stem)
def test_journey_goes_as_written_when_told_as_a_story(file: Path) -> None:
    for story in json.loads(file.read_text("utf-8")):
        assert tell(story) == story["log"], story["story"]


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
