"""The journeys of care events that come with the product. Pure literals; published versions stay.

Nobody is reminded of the same thing more than once or twice: what is still open after that is for a person.
"""

from collections.abc import Sequence
from datetime import timedelta

from recado.consent.types import Purpose
from recado.journeys import events
from recado.journeys.types import (
    MOVED,
    SILENT,
    At,
    Condition,
    EventKind,
    Kind,
    Moment,
    Op,
    Plan,
    PlanStep,
    Task,
    Text,
)

DAY = timedelta(days=1)
BY_PHONE = (Condition("can_book_online", Op.IS, False),)
ONLINE = (Condition("can_book_online", Op.IS, True),)


def _plan(event: EventKind, steps: Sequence[PlanStep], patience: timedelta = DAY) -> Plan:
    return Plan(event.key, 1, event, tuple(steps), patience=patience)


def _on(key: str, state: str, text: Text, only_if: tuple[Condition, ...] = ()) -> PlanStep:
    return PlanStep(key, Moment(At.ON, state=state), text, only_if)


def _later(key: str, days: int, state: str, does: Text | Task, only_if: tuple[Condition, ...] = ()) -> PlanStep:
    """So many days after the step before it, if the event is still in this state."""
    return PlanStep(key, Moment(At.NEXT, days * DAY, state), does, only_if)


def _asks(template: str, *answers: str) -> Text:
    return Text(template, Kind.QUESTION, answers=answers)


def _bill(template: str) -> Text:
    return Text(template, purpose=Purpose.BILLING)


PRESCRIPTION = _plan(
    events.PRESCRIPTION,
    (
        _on("told", "ready", Text("prescription_ready")),
        _later("again", 3, "ready", Text("prescription_again")),
    ),
)
# A daily text is not proven better than less often (Thakkar 2016): the hours are the patient's choice, and stopping is easy.
MEDICATION = _plan(events.MEDICATION, (PlanStep("dose", Moment(At.EACH), _asks("dose", "taken", "later", "stop")),))
REFILL = _plan(
    events.REFILL,
    (
        PlanStep("ask", Moment(At.BEFORE, 7 * DAY), _asks("refill_due", "order", "no")),
        PlanStep("late", Moment(At.LATE), _asks("refill_due", "order", "no")),
    ),
)
NEEDS_CALL = (Condition("needs_call", Op.IS, True),)
RESULT = _plan(
    events.RESULT,
    (
        _on("call", "ready", _asks("result_call_me", "call_me"), (*NEEDS_CALL, *BY_PHONE)),
        _on("call_link", "ready", Text("result_call_link"), (*NEEDS_CALL, *ONLINE)),
        _later("call_task", 3, "ready", Task("call", "result"), (*NEEDS_CALL, *SILENT)),
        _on("told", "ready", Text("result_ready"), (Condition("needs_call", Op.IS_NOT, True),)),
        _later("again", 2, "ready", Text("result_again"), (Condition("needs_call", Op.IS_NOT, True),)),
        _later("task", 1, "ready", Task("unopened", "result"), (Condition("needs_call", Op.IS_NOT, True),)),
    ),
)
DOCUMENT = _plan(
    events.DOCUMENT,
    (
        _on("told", "sent", Text("document_ready")),
        _later("again", 2, "sent", Text("document_again")),
        _later("task", 1, "sent", Task("unopened", "document")),
    ),
)
INVOICE = _plan(
    events.INVOICE,
    (
        _on("told", "due", _bill("invoice_due")),
        PlanStep("soon", Moment(At.BEFORE, 2 * DAY, "due"), _bill("invoice_due")),
        PlanStep("late", Moment(At.AFTER, 5 * DAY, "due"), _bill("invoice_late")),
        _on("refused", "refused", _bill("payment_refused")),
    ),
)
COVER_RENEWAL = _plan(
    events.COVER_RENEWAL,
    (
        PlanStep("month", Moment(At.BEFORE, 30 * DAY), _bill("cover_renewal")),
        PlanStep("week", Moment(At.BEFORE, 7 * DAY), _bill("cover_renewal")),
    ),
)
DELAY = _plan(
    events.DELAY,
    (
        _on("told", "late", Text("delay")),
        _on("longer", MOVED, Text("delay")),
        _on("on_time", "on_time", Text("delay_off")),
    ),
)
RECALL = _plan(
    events.RECALL,
    (
        _on("ask", "due", _asks("recall", "call_me", "no"), BY_PHONE),
        _later("ask_again", 14, "due", _asks("recall", "call_me", "no"), BY_PHONE),
        _on("link", "due", Text("recall_link"), ONLINE),
        _later("link_again", 14, "due", Text("recall_link"), ONLINE),
        _later("task", 30, "due", Task("call", "recall")),
    ),
)
# Two texts some days apart, in words that say it is reserved: +2.0 points (Milkman 2022, n = 689,693).
VACCINATION = _plan(
    events.VACCINATION,
    (
        PlanStep("ask", Moment(At.AFTER), _asks("vaccination", "call_me", "no"), BY_PHONE),
        _later("ask_again", 3, "coming", _asks("vaccination", "call_me", "no"), BY_PHONE),
        PlanStep("link", Moment(At.AFTER), Text("vaccination_link"), ONLINE),
        _later("link_again", 3, "coming", Text("vaccination_link"), ONLINE),
    ),
    patience=30 * DAY,  # who is entered while the time lasts is told too
)
VIDEO_VISIT = _plan(
    events.VIDEO_VISIT,
    (
        _on("told", "coming", Text("video_visit")),
        _on("moved", MOVED, Text("video_visit")),
        PlanStep("day_before", Moment(At.BEFORE, DAY), Text("video_visit")),
        PlanStep("link", Moment(At.BEFORE, timedelta(minutes=15)), Text("video_now")),
        _on("off", "cancelled", Text("video_off")),
    ),
)
PORTAL = _plan(events.PORTAL, (_on("told", "sent", Text("portal")), _later("again", 3, "sent", Text("portal_again"))))
EDUCATION = _plan(events.EDUCATION, (PlanStep("page", Moment(At.EACH), _asks("education", "useful", "stop")),))
# Nobody is reminded of a form whose visit is near: two days before, a person asks.
FORM = _plan(
    events.FORM,
    (
        _on("told", "sent", Text("form_ready")),
        PlanStep("again", Moment(At.BEFORE, 4 * DAY, "sent"), Text("form_again")),
        PlanStep("task", Moment(At.BEFORE, 2 * DAY, "sent"), Task("unopened", "form")),
    ),
)
CLOSED = (Condition("is_closed", Op.IS, True),)
OPEN = (Condition("is_closed", Op.IS_NOT, True),)
HOURS = _plan(
    events.HOURS,
    (
        _on("closed", "coming", Text("hours_closed"), CLOSED),
        _on("closed_again", MOVED, Text("hours_closed"), CLOSED),
        _on("hours", "coming", Text("hours_changed"), OPEN),
        _on("hours_again", MOVED, Text("hours_changed"), OPEN),
    ),
)

PLANS = (
    *(PRESCRIPTION, MEDICATION, REFILL, RESULT, DOCUMENT, INVOICE, COVER_RENEWAL, DELAY, RECALL, VACCINATION),
    *(VIDEO_VISIT, PORTAL, EDUCATION, HOURS, FORM),
)
