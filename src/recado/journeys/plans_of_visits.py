"""Journeys about visits beside the reminder: ready to be taken, live in no clinic before somebody takes one. Pure literals."""

from datetime import timedelta

from recado.journeys.events import APPOINTMENT
from recado.journeys.types import At, Moment, Plan, PlanStep, Task, Text

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

PLANS = (SAME_DAY, ARRIVAL, MISSED)
