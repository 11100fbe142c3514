"""The journeys that come with the product, as data. Published versions stay: people under way are on them."""

from datetime import timedelta

from recado.consent.types import Purpose
from recado.journeys import plans_of_care, plans_of_visits
from recado.journeys.events import APPOINTMENT as VISIT
from recado.journeys.events import SURVEY as AFTER_VISIT
from recado.journeys.types import MOVED, SILENT, At, Condition, Kind, Moment, Op, Plan, PlanStep, Text

CANCELLED_BY_PATIENT = (Condition("answer", Op.IS, "cancel"),)

# Two reminders beat one (Steiner 2018, 54,066 visits: 4.4 % missed with 3 days + 1 day, 5.8 % and 5.3 % with either).
APPOINTMENT = Plan(
    key="appointment",
    version=1,
    event=VISIT,
    steps=(
        PlanStep("booked", Moment(At.ON, state="booked"), Text("visit_confirmation"), SILENT),
        PlanStep(
            "booked_question",
            Moment(At.ON, state="booked"),
            Text("visit_question", Kind.QUESTION),
            SILENT,
            stands_in_for="booked",
        ),
        PlanStep("moved", Moment(At.ON, state=MOVED), Text("visit_moved")),
        PlanStep(
            "moved_question",
            Moment(At.ON, state=MOVED),
            Text("visit_moved_question", Kind.QUESTION),
            SILENT,
            stands_in_for="moved",
        ),
        PlanStep("cancelled", Moment(At.ON, state="cancelled"), Text("visit_cancelled_by_clinic")),
        # Whoever cancels by phone or link has it in writing too; an answer by text has had its own (`refusals`).
        PlanStep("cancel_confirmed", Moment(At.ON, state="cancelled"), Text("answer_cancelled"), CANCELLED_BY_PATIENT),
        PlanStep("question", Moment(At.BEFORE, timedelta(days=3)), Text("visit_question", Kind.QUESTION), SILENT),
        PlanStep(
            "second_question",
            Moment(At.BEFORE, timedelta(days=1)),
            Text("visit_second_question", Kind.QUESTION, template_if_first="visit_question"),
            SILENT,
        ),
        PlanStep("late_question", Moment(At.LATE), Text("visit_question", Kind.QUESTION), SILENT),
    ),
)

# Some hours behind the visit, when there is an opinion and it is still fresh; nobody is reminded to give one. It needs a
# permission like every survey, so without one this journey sends nothing.
SURVEY = Plan(
    "survey",
    1,
    AFTER_VISIT,
    (
        PlanStep(
            "ask",
            Moment(At.AFTER, timedelta(hours=3), "visited"),
            Text("survey", Kind.QUESTION, purpose=Purpose.SURVEY),
        ),
    ),
    patience=timedelta(days=3),  # over a weekend or a holiday on which no such text may go
)

# Those that a clinic has from its first day; the others are ready to be taken. And every journey by key and version.
BY_DEFAULT: tuple[Plan, ...] = (APPOINTMENT, *plans_of_care.PLANS, SURVEY)
READY: tuple[Plan, ...] = (*BY_DEFAULT, *plans_of_visits.PLANS)
PRODUCT: dict[tuple[str, int], Plan] = {(plan.key, plan.version): plan for plan in READY}
