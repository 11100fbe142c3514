"""Journeys about visits beside the reminder: ready to be taken, live in no clinic before somebody takes one. Pure literals."""

from datetime import timedelta

from recado.journeys.events import APPOINTMENT
from recado.journeys.types import REASSIGNED, At, Condition, Kind, Moment, Op, Plan, PlanStep, Task, Text

# More than one notice lowers missed visits (Robotham 2016, 26 articles); two hours before is the extra text that the
# evidence keeps for those at risk, and that a clinic may choose for all. Near closing time it goes the evening before.
SAME_DAY = Plan(
    "same_day",
    1,
    APPOINTMENT,
    (PlanStep("today", Moment(At.BEFORE, timedelta(hours=2)), Text("visit_today")),),
)
# Five days before, where the visit was booked earlier: details and papers, time enough to find them.
ARRIVAL = Plan(
    "arrival",
    1,
    APPOINTMENT,
    (PlanStep("arrival", Moment(At.BEFORE, timedelta(days=5)), Text("visit_arrival")),),
)
# Two days before a first visit, between the questions of the other journey: time to take down who they are, and the way. Asked
# again when it is due: an earlier visit may have come in between.
FIRST = (Condition("first_visit", Op.IS, True),)
FIRST_VISIT = Plan(
    "first_visit",
    1,
    APPOINTMENT,
    (PlanStep("first", Moment(At.BEFORE, timedelta(days=2)), Text("visit_first"), FIRST),),
    who=FIRST,
)

# Who it will be, where that was open or has changed. One text for the last word of a day; beside another that says it, none.
CLINICIAN = Plan(
    "clinician",
    1,
    APPOINTMENT,
    (PlanStep("clinician", Moment(At.ON, state=REASSIGNED), Text("visit_clinician")),),
)
# An hour before, when most are on their way: whoever is here says so, and whoever can't come frees the chair.
CHECK_IN = Plan(
    "check_in",
    1,
    APPOINTMENT,
    (
        PlanStep(
            "check_in",
            Moment(At.BEFORE, timedelta(hours=1)),
            Text("visit_check_in", Kind.QUESTION, answers=("arrived", "cancel")),
        ),
    ),
)

# Kind words and a way to book again; whoever does not, a person calls. No cost is named: texts must not press or frighten.
MISSED = Plan(
    "missed",
    1,
    APPOINTMENT,
    (
        PlanStep("missed", Moment(At.ON, state="missed"), Text("visit_missed")),
        PlanStep("call", Moment(At.NEXT, timedelta(days=3), "missed"), Task("call", "missed")),
    ),
)

PLANS = (SAME_DAY, ARRIVAL, FIRST_VISIT, CLINICIAN, CHECK_IN, MISSED)
