"""Steps that count from one another, choices, chance, doses; plans as JSON; what can't be saved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.journeys.conditions import draw, drawn_arm, holds
from recado.journeys.engine import due_step, plan_steps
from recado.journeys.events import APPOINTMENT
from recado.journeys.faults import FAULTS, Fault, faults
from recado.journeys.marks import again
from recado.journeys.moments import LATEST_DOSE
from recado.journeys.plans import PRODUCT
from recado.journeys.refusals import REASONS
from recado.journeys.types import (
    Anchor,
    Arm,
    At,
    Branch,
    Condition,
    Do,
    Done,
    End,
    EventKind,
    Facts,
    HoldOut,
    Kind,
    Known,
    Moment,
    OfferTime,
    Op,
    Pause,
    Plan,
    PlanStep,
    Skip,
    Task,
    Text,
    UnreadablePlan,
    Variant,
    Wait,
    Webhook,
)
from recado.journeys.writing import from_json, to_json

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
READY = EventKind(
    "ready",
    "ready",
    frozenset({"ready"}),
    frozenset({"collected", "gone"}),
    fields=("shelf",),
    has_times=True,
    are_hours_chosen=True,
)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
UTC_FACTS = Facts("UTC", seed=b"run-1")


def plan(*steps: PlanStep, key: str = "test") -> Plan:
    return Plan(key, 1, READY, steps)


def anchor(**more: object) -> Anchor:
    return replace(Anchor(NOON, NOON, "ready"), **more)  # type: ignore[arg-type]


def on(key: str, template: str = "told", **more: object) -> PlanStep:
    return replace(PlanStep(key, Moment(At.ON, state="ready"), Text(template)), **more)  # type: ignore[arg-type]


def then(key: str, by: timedelta, does: object = None, *only_if: Condition) -> PlanStep:
    return PlanStep(key, Moment(At.NEXT, by), does or Text("again"), only_if)  # type: ignore[arg-type]


def dues(made: Plan, facts: Facts, now: datetime = NOON, where: Anchor | None = None) -> dict[str, datetime]:
    return {step.key: step.due for step in plan_steps(made, where or anchor(), facts, now).steps}


def done(**keys: datetime | Done) -> dict[str, Done]:
    return {key: value if isinstance(value, Done) else Done(value) for key, value in keys.items()}


# ---------------------------------------------------------------- one after the other


def test_next_step_is_planned_from_when_the_one_before_was_done() -> None:
    made = plan(on("told"), then("again", 3 * DAY), then("task", DAY, Task("call")))
    assert dues(made, UTC_FACTS) == {"told": NOON}
    told = replace(UTC_FACTS, done=done(told=NOON + HOUR))
    assert dues(made, told) == {"again": NOON + HOUR + 3 * DAY}
    again = replace(UTC_FACTS, done=done(told=NOON, again=NOON + 3 * DAY))
    assert dues(made, again) == {"task": NOON + 4 * DAY}
    assert due_step(made, "task", anchor(), again, (), NOON + 4 * DAY) == Do(Task("call"))


def test_next_step_goes_on_when_the_one_before_was_skipped() -> None:
    made = plan(on("told"), then("a", DAY, None, Condition("shelf", Op.IS, "A")), then("b", DAY, Task("call")))
    now = NOON + DAY
    told = replace(UTC_FACTS, done=done(told=NOON))
    assert due_step(made, "a", anchor(fields={"shelf": "B"}), told, (), now) == Skip("condition")
    skipped = replace(UTC_FACTS, done=done(told=NOON, a=Done(now, "skipped")))
    assert dues(made, skipped, now)["b"] == now + DAY


def test_text_that_follows_waits_for_the_morning_and_a_task_does_not() -> None:
    made = plan(on("told"), then("text", 10 * HOUR), then("task", timedelta(0), Task("call")))
    told = replace(UTC_FACTS, done=done(told=NOON))
    assert dues(made, told)["text"] == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert due_step(made, "text", anchor(), told, (), NOON + 10 * HOUR) == Wait(
        datetime(2026, 11, 25, 9, tzinfo=UTC), "quiet_hours"
    )
    texted = replace(UTC_FACTS, done=done(told=NOON, text=NOON + 10 * HOUR))
    assert dues(made, texted)["task"] == NOON + 10 * HOUR


def test_text_is_left_out_when_it_comes_much_too_late() -> None:
    made = plan(on("told"), then("again", DAY))
    told = replace(UTC_FACTS, done=done(told=NOON))
    assert due_step(made, "again", anchor(), told, (), NOON + DAY) == Do(Text("again"))
    assert due_step(made, "again", anchor(), told, (), NOON + 3 * DAY) == Skip("too_late")


def test_text_that_waited_long_goes_when_it_is_written_anew() -> None:
    """The carrier was away from Friday to Sunday: the text had been in time. Patience counts from when it was called off."""
    made = plan(on("told"), then("again", DAY), PlanStep("how", Moment(At.AFTER, 3 * HOUR), Text("how")))
    facts = replace(UTC_FACTS, done=done(told=NOON, again=NOON + DAY, how=NOON + 3 * HOUR))
    off = NOON + 3 * DAY
    for step in ("again", "how"):
        key = again(step, UUID(int=0xABC))
        assert due_step(made, key, anchor(), facts, (), off + HOUR, off) == Do(Text(step))
        assert due_step(made, key, anchor(), facts, (), off + 2 * DAY, off) == Skip("too_late"), (
            "the journey was paused"
        )
        assert due_step(
            made, step, anchor(), UTC_FACTS if step == "how" else replace(facts, done=done(told=NOON)), (), off, off
        ) == Skip("too_late")
    late = again("dose#1", UUID(int=0xABC))
    off = NOON + 7 * HOUR + LATEST_DOSE
    assert due_step(DOSES, late, COURSE, UTC_FACTS, (), off + HOUR, off) == Skip("too_late"), "two doses in one"


def test_late_question_is_asked_when_it_is_written_anew() -> None:
    late = plan(
        *(replace(on("first"), when=Moment(At.BEFORE, DAY)),),
        PlanStep("late", Moment(At.LATE), Text("late", Kind.QUESTION)),
    )
    key, soon = again("late", UUID(int=0xABC)), anchor(start=NOON + 6 * HOUR)
    told = replace(UTC_FACTS, done=done(late=NOON))
    assert due_step(late, "late", soon, told, (), NOON) == Skip("already_sent")
    assert due_step(late, key, soon, told, (), NOON) == Do(Text("late", Kind.QUESTION))


def test_step_after_the_event_counts_from_its_end_and_asks_for_its_state() -> None:
    made = plan(PlanStep("how", Moment(At.AFTER, 3 * HOUR, "collected"), Text("how")))
    ended = anchor(end=NOON + HOUR)
    assert dues(made, UTC_FACTS, NOON, ended) == {}
    assert dues(made, UTC_FACTS, NOON, replace(ended, state="collected")) == {"how": NOON + 4 * HOUR}
    late = plan_steps(made, replace(ended, state="collected"), UTC_FACTS, NOON + 9 * DAY)
    assert (late.steps, late.dropped[0].reason) == ((), "moment_passed")


def test_step_on_a_state_goes_when_the_event_comes_to_it() -> None:
    made = plan(PlanStep("thanks", Moment(At.ON, state="collected"), Text("thanks")), on("told"))
    assert dues(made, UTC_FACTS) == {"told": NOON}
    assert dues(made, UTC_FACTS, NOON, anchor(state="collected")) == {"thanks": NOON}
    assert due_step(made, "told", anchor(state="collected"), UTC_FACTS, (), NOON) == Skip("other_state")


# ---------------------------------------------------------------- choices and chance

BRANCHED = plan(
    on("told"),
    PlanStep(
        "which",
        Moment(At.NEXT, DAY),
        Branch(
            (
                Arm("cold", (then("cold_text", HOUR),), (Condition("shelf", Op.IS, "cold"),)),
                Arm("other", (then("other_text", HOUR), then("other_task", HOUR, Task("call")))),
            )
        ),
    ),
    then("last", DAY),
)


def test_branch_chooses_when_it_is_due_and_the_other_arm_never_goes() -> None:
    cold = anchor(fields={"shelf": "cold"})
    told = replace(UTC_FACTS, done=done(told=NOON))
    assert set(dues(BRANCHED, told)) == {"which"}
    decision = due_step(BRANCHED, "which", cold, told, (), NOON + DAY)
    assert isinstance(decision, Do)
    assert decision.arm == "cold"
    chosen = replace(UTC_FACTS, done=done(told=NOON, which=Done(NOON + DAY, "done", "cold")))
    assert set(dues(BRANCHED, chosen, NOON + DAY, cold)) == {"cold_text", "last"}
    assert due_step(BRANCHED, "other_text", cold, chosen, (), NOON + DAY) == Skip("other_arm")
    plain = due_step(BRANCHED, "which", anchor(), told, (), NOON + DAY)
    assert isinstance(plain, Do)
    assert plain.arm == "other"


def test_variant_gives_each_run_one_arm_in_the_proportion_of_the_weights() -> None:
    arms = (Arm("plain", (on("plain"),), weight=1), Arm("warm", (on("warm"),), weight=3))
    made = plan(PlanStep("words", Moment(At.ON, state="ready"), Variant(arms)))
    drawn = [drawn_arm(arms, str(seed).encode(), "words") for seed in range(4_000)]
    assert 2_800 < drawn.count("warm") < 3_200
    for seed in range(20):
        facts = replace(UTC_FACTS, seed=str(seed).encode())
        assert set(dues(made, facts)) == {"words", drawn[seed]}


def test_comparison_group_gets_no_text_and_everything_else() -> None:
    made = plan(
        PlanStep("group", Moment(At.ON, state="ready"), HoldOut(30)),
        on("told"),
        PlanStep("list", Moment(At.ON, state="ready"), Task("call")),
    )
    groups = [set(dues(made, replace(UTC_FACTS, seed=str(seed).encode()))) for seed in range(2_000)]
    held = groups.count({"group", "list"})
    assert held + groups.count({"group", "told", "list"}) == 2_000
    assert 500 < held < 700
    seed = next(str(seed).encode() for seed in range(2_000) if "told" not in groups[seed])
    assert due_step(made, "told", anchor(), replace(UTC_FACTS, seed=seed), (), NOON) == Skip("held_out")


def test_nothing_goes_when_the_journey_has_ended() -> None:
    made = plan(on("told"), then("over", DAY, End(), Condition("answer", Op.IS, "yes")), then("again", DAY))
    told = replace(UTC_FACTS, done=done(told=NOON))
    assert due_step(made, "over", anchor(), told, ("no",), NOON + DAY) == Skip("condition")
    ended = replace(UTC_FACTS, done=done(told=NOON, over=Done(NOON + DAY, "done")))
    assert dues(made, ended, NOON + DAY) == {}
    assert due_step(made, "again", anchor(), ended, (), NOON + 2 * DAY) == Skip("ended")


@given(st.binary(max_size=16), st.text("abc_", max_size=8))
def test_chance_is_the_same_however_often_it_is_asked(seed: bytes, key: str) -> None:
    assert 0 <= draw(seed, key) == draw(seed, key) < 1


@pytest.mark.parametrize(
    ("op", "known", "value", "expected"),
    [
        (Op.IS, "a", "a", True),
        (Op.IS, None, "a", False),
        (Op.IS_NOT, None, "a", True),
        (Op.AT_LEAST, 5, 5, True),
        (Op.AT_LEAST, None, 5, False),
        (Op.BELOW, 4, 5, True),
        (Op.BELOW, "4", 5, False),
    ],
)
def test_condition_holds_when_it_should(op: Op, known: Known | None, value: Known, expected: bool) -> None:
    assert holds(Condition("x", op, value), {} if known is None else {"x": known}, ()) is expected


# ---------------------------------------------------------------- doses

DOSES = plan(PlanStep("dose", Moment(At.EACH), Text("dose", Kind.QUESTION, answers=("taken", "later"))))
COURSE = anchor(times=tuple(NOON + HOUR * n for n in (-1, 7, 19)))


def test_doses_go_one_after_the_other_at_the_hour_that_was_chosen() -> None:
    assert dues(DOSES, UTC_FACTS, NOON, COURSE) == {"dose#1": NOON + 7 * HOUR}
    decision = due_step(DOSES, "dose#1", COURSE, UTC_FACTS, (), NOON + 7 * HOUR)
    assert decision == Do(DOSES.step("dose").does), "at 19:00: the patient chose it"
    one = replace(UTC_FACTS, done={"dose#1": Done(NOON + 7 * HOUR)})
    assert dues(DOSES, one, NOON + 7 * HOUR, COURSE) == {"dose#2": NOON + 19 * HOUR}
    assert due_step(DOSES, "dose#1", COURSE, one, (), NOON + 7 * HOUR) == Skip("already_sent")


def test_dose_is_left_out_when_its_hour_is_over() -> None:
    late = NOON + 7 * HOUR + LATEST_DOSE + timedelta(minutes=1)
    assert due_step(DOSES, "dose#1", COURSE, UTC_FACTS, (), late) == Skip("too_late")
    assert due_step(DOSES, "dose#9", COURSE, UTC_FACTS, (), late) == Skip("moved")


def test_dose_is_still_that_dose_when_its_text_is_written_anew() -> None:
    key = again("dose#1", UUID(int=0xABC))
    assert (
        key == again(key, UUID(int=0xABC)) == "dose#1#0000abc"
        and again("question#0fa31c2", UUID(int=1)) == "question#0000001"
    )
    one = replace(UTC_FACTS, done={"dose#1": Done(NOON + 7 * HOUR)})
    assert isinstance(due_step(DOSES, key, COURSE, one, (), NOON + 7 * HOUR), Do)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12, unique=True), st.integers(1, 90))
def test_every_dose_goes_once_when_the_machine_keeps_running(hours: list[int], step: int) -> None:
    course = anchor(times=tuple(NOON + HOUR * n for n in sorted(hours)))
    facts, now, sent = UTC_FACTS, NOON, []
    while planned := dues(DOSES, facts, now, course):
        (key, now), *_ = planned.items()
        assert isinstance(due_step(DOSES, key, course, facts, (), now), Do)
        sent.append(now)
        now += timedelta(minutes=step % 59)  # the worker comes a little late
        facts = replace(facts, done={**facts.done, key: Done(now)})
    assert sent == list(course.times)


# ---------------------------------------------------------------- stored, and refused


@pytest.mark.parametrize("made", [*PRODUCT.values()], ids=lambda made: f"{made.key}-{made.version}")
def test_plan_is_the_same_when_it_comes_back_from_json(made: Plan) -> None:
    assert from_json(made.key, made.version, to_json(made)) == made


def test_every_kind_of_step_comes_back_from_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recado.journeys.writing.EVENTS", {"ready": READY})
    made = replace(
        BRANCHED,
        steps=(
            PlanStep("group", Moment(At.ON, state="ready"), HoldOut(10)),
            *BRANCHED.steps,
            then("pause", DAY, Pause()),
            then("tell", DAY, Webhook("01900000-0000-7000-8000-00000000000a")),
            PlanStep("words", Moment(At.AFTER, DAY, "gone"), Variant((Arm("a", (on("x"),)), Arm("b", (), weight=2)))),
            DOSES.steps[0],
            PlanStep("offer", Moment(At.BEFORE, DAY, "gone"), OfferTime()),
            then("end", DAY, End()),
        ),
        who=(Condition("shelf", Op.IS_NOT, "cold"),),
    )
    assert from_json("test", 1, to_json(made)) == made


@pytest.mark.parametrize("held", [{}, {"event": "nothing", "steps": []}, {"event": "appointment", "steps": [{}]}])
def test_plan_is_refused_when_it_cannot_be_read(held: dict[str, object]) -> None:
    with pytest.raises(UnreadablePlan):
        from_json("test", 1, held)


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (plan(), Fault("", "empty")),
        (plan(*(on(f"s{n}") for n in range(61))), Fault("", "too_many")),
        (plan(on("a"), on("a")), Fault("a", "same_key")),
        (plan(on("A b")), Fault("A b", "bad_key")),
        (plan(on("a", "missing")), Fault("a", "no_template")),
        (plan(PlanStep("a", Moment(At.ON, state="lost"), Text("told"))), Fault("a", "no_state")),
        (plan(PlanStep("a", Moment(At.BEFORE, -DAY), Text("told"))), Fault("a", "negative")),
        (plan(PlanStep("a", Moment(At.BEFORE, 800 * DAY), Text("told"))), Fault("a", "too_far")),
        (plan(then("a", DAY)), Fault("a", "nothing_before")),
        (plan(on("a", does=Variant((Arm("x", ()),)))), Fault("a", "one_arm")),
        (plan(on("a", does=Variant((Arm("x", ()), Arm("x", ()))))), Fault("a", "same_arm")),
        (plan(on("a", does=Variant((Arm("x", ()), Arm("y", (), weight=0))))), Fault("a", "no_weight")),
        (plan(on("a", only_if=(Condition("shelf", Op.BELOW, "x"),))), Fault("a", "no_number")),
        (plan(on("a", does=HoldOut(90))), Fault("a", "hold_out_share")),
        (plan(on("a"), on("b", does=HoldOut(10))), Fault("b", "hold_out_late")),
        (plan(on("a", does=OfferTime())), Fault("a", "no_time")),
        (
            Plan("test", 1, APPOINTMENT, (PlanStep("a", Moment(At.BEFORE, DAY), OfferTime()),)),
            Fault("a", "time_taken"),
        ),
        (plan(on("a", stands_in_for="b")), Fault("a", "no_stand_in")),
        (plan(on("a", does=Text("told", Kind.QUESTION, answers=("yes", "yes")))), Fault("a", "two_answers")),
        (
            Plan("test", 1, replace(READY, has_times=False), (PlanStep("a", Moment(At.EACH), Text("told")),)),
            Fault("a", "no_times"),
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Fault) else "",
)
def test_plan_is_refused_when_a_step_can_never_go(made: Plan, fault: Fault) -> None:
    assert fault in faults(made, {"told", "again"})
    assert fault.code in FAULTS


def test_plan_is_refused_when_the_system_that_it_calls_was_turned_off() -> None:
    made = plan(on("a", does=Webhook("x")))
    assert faults(made, None, {"y"}) == [Fault("a", "no_endpoint")]
    assert faults(made, None, {"x"}) == faults(made, None) == []


def test_a_time_is_offered_once_the_visit_is_cancelled_and_not_where_it_stands() -> None:
    offers = Plan("own", 1, APPOINTMENT, (PlanStep("offer", Moment(At.BEFORE, 2 * DAY, "cancelled"), OfferTime()),))
    assert faults(offers, set()) == []
    stands = Anchor(NOON + 5 * DAY, NOON)
    assert plan_steps(offers, stands, UTC_FACTS, NOON).steps == ()
    (step,) = plan_steps(offers, replace(stands, state="cancelled"), UTC_FACTS, NOON).steps
    assert (step.due, step.does) == (NOON + 3 * DAY, OfferTime())
    assert due_step(offers, "offer", stands, UTC_FACTS, (), step.due) == Skip("other_state")
    night = NOON + 4 * DAY + 14 * HOUR  # nobody is texted by the step itself: no hours hold it
    late = replace(stands, state="cancelled", start=night + 2 * DAY)
    assert due_step(offers, "offer", late, UTC_FACTS, (), night) == Do(OfferTime())


def test_plan_is_refused_when_arms_lie_too_deep() -> None:
    inner = on("s4")
    for depth in range(4):
        inner = on(f"s{3 - depth}", does=Variant((Arm("x", (inner,)), Arm("y", ()))))
    assert {one.code for one in faults(plan(inner), {"told"})} == {"too_deep"}


def test_sound_plans_have_no_fault() -> None:
    assert faults(BRANCHED, {"told", "again"}) == []
    assert faults(DOSES, {"dose"}) == []


# ---------------------------------------------------------------- whatever happens

MOMENTS = st.builds(
    Moment,
    st.sampled_from(At),
    st.integers(0, 80).map(lambda hours: timedelta(hours=hours)),
    st.sampled_from(["", "ready", "collected", "moved"]),
)
CONDITIONS = st.lists(
    st.builds(
        Condition, st.sampled_from(["answered", "answer", "state", "shelf"]), st.sampled_from(Op), st.just("ready")
    ),
    max_size=2,
).map(tuple)
LEAVES = st.one_of(
    st.builds(Text, st.just("told"), st.sampled_from(Kind)),
    st.sampled_from([Task("call"), OfferTime(), Pause(), End(), HoldOut(30)]),
)


def trees(deeds: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    steps = st.lists(st.builds(PlanStep, st.just("k"), MOMENTS, deeds, CONDITIONS), max_size=3).map(tuple)
    arms = st.tuples(st.builds(Arm, st.just("a"), steps, CONDITIONS), st.builds(Arm, st.just("b"), steps))
    return st.one_of(st.builds(Branch, arms), st.builds(Variant, arms))


def renamed(steps: tuple[PlanStep, ...], path: str = "s") -> tuple[PlanStep, ...]:
    out = []
    for number, step in enumerate(steps):
        key, does = f"{path}{number}", step.does
        if isinstance(does, Branch | Variant):
            arms = tuple(replace(arm, steps=renamed(arm.steps, f"{key}{arm.name}")) for arm in does.arms)
            does = replace(does, arms=arms)
        out.append(replace(step, key=key, does=does))
    return tuple(out)


PLANS = st.lists(
    st.builds(PlanStep, st.just("k"), MOMENTS, st.recursive(LEAVES, trees, max_leaves=6), CONDITIONS),
    min_size=1,
    max_size=5,
).map(lambda steps: plan(*renamed(tuple(steps))))
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(["answer", "collect", "move", "stop", "stand", "replan"]), st.integers(1, 50)), max_size=6
)


@given(PLANS, HAPPENINGS, st.binary(min_size=4, max_size=4))
def test_no_step_goes_twice_or_after_the_stop_and_every_journey_ends_whatever_happens(
    made: Plan, happenings: list[tuple[str, int]], seed: bytes
) -> None:
    where, facts, now = anchor(times=(NOON + HOUR, NOON + 30 * HOUR)), replace(UTC_FACTS, seed=seed), NOON
    answers: list[str] = []
    went: list[tuple[int, str]] = []
    timers: dict[str, datetime] = {}

    def lay_out(is_new: bool) -> None:
        planned = {step.key: step.due for step in plan_steps(made, where, facts, now, answers).steps}
        timers.update({key: due for key, due in planned.items() if is_new or key not in timers})

    lay_out(True)
    for what, hours in [*happenings, ("stand", 10_000)]:
        end = now + HOUR * hours
        rounds = 0
        while due := [(when, key) for key, when in timers.items() if when <= end]:
            rounds += 1
            assert rounds < 500, "a journey went round in circles"
            when, key = min(due)
            now = max(now, when)
            del timers[key]
            decision = due_step(made, key, where, facts, answers, now)
            if isinstance(decision, Wait):
                assert decision.until > now
                timers[key] = decision.until
                continue
            outcome = "skipped" if isinstance(decision, Skip) else "done"
            if isinstance(decision, Skip):
                assert decision.reason in REASONS
            else:
                assert not facts.has_stopped
                went.append((where.revision, key))
                assert isinstance(decision.does, Text) is False or (
                    facts.quiet_hours.window("UTC").is_open(now) or made.step(key).when.at is At.EACH
                )
            arm = decision.arm if isinstance(decision, Do) else ""
            facts = replace(facts, done={**facts.done, key: Done(now, outcome, arm)})
            for step in plan_steps(made, where, facts, now, answers).steps:
                is_stepwise = made.step(step.key).when.at in (At.NEXT, At.EACH) or made.at(step.key).arms
                if is_stepwise and step.key not in facts.done:
                    timers.setdefault(step.key, step.due)
        now = max(now, end)
        match what:
            case "answer":
                answers.append("yes")
            case "collect":
                where = replace(where, state="collected")
            case "move":
                where = replace(where, revision=where.revision + 1, start=now + DAY)
                facts, answers = replace(facts, done={}), []
            case "stop":
                facts = replace(facts, has_stopped=True)
        if what != "stand":
            timers.clear()
            lay_out(True)
    assert len(went) == len(set(went)), "a step went twice"
    assert timers == {} or all(due > now for due in timers.values())
