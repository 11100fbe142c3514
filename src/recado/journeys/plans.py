"""The journeys that come with the product, as data. Published versions stay: people under way are on them."""

from datetime import timedelta

from recado.journeys.types import Condition, Kind, MessageStep, Moment, Occasion, Plan, UnknownStep

# Two reminders beat one (Steiner 2018, 54,066 visits: 4.4 % missed with 3 days + 1 day, 5.8 % and 5.3 % with either).
APPOINTMENT = Plan(
    key="appointment",
    version=1,
    steps=(
        MessageStep("booked", Moment(Occasion.BOOKED), Kind.NOTICE, "visit_confirmation"),
        # Instead of the confirmation, where no other question can follow it.
        MessageStep("booked_question", Moment(Occasion.BOOKED), Kind.QUESTION, "visit_question"),
        MessageStep("moved", Moment(Occasion.MOVED), Kind.NOTICE, "visit_moved", Condition.ALWAYS),
        MessageStep("moved_question", Moment(Occasion.MOVED), Kind.QUESTION, "visit_moved_question"),
        MessageStep(
            "cancelled", Moment(Occasion.CANCELLED), Kind.NOTICE, "visit_cancelled_by_clinic", Condition.ALWAYS
        ),
        MessageStep("question", Moment(Occasion.BEFORE_START, timedelta(days=3)), Kind.QUESTION, "visit_question"),
        MessageStep(
            "second_question",
            Moment(Occasion.BEFORE_START, timedelta(days=1)),
            Kind.QUESTION,
            "visit_second_question",
            template_if_first="visit_question",
        ),
        MessageStep("late_question", Moment(Occasion.LATE), Kind.QUESTION, "visit_question"),
    ),
)

_PLANS = {(plan.key, plan.version): plan for plan in (APPOINTMENT,)}


def find_plan(key: str, version: int) -> Plan:
    """Raises UnknownStep when no such plan was ever published."""
    try:
        return _PLANS[key, version]
    except KeyError:
        raise UnknownStep(f"no journey {key!r} v{version}") from None
