"""What answers do to events. Pure literals."""

from recado.tasks.types import TaskKind

from .types import EventKind

# An answer brings the event to this state (none: it stays), a person has this to do, and the person is told this.
_SAME, _NOBODY, _NOTHING = None, None, None
EFFECTS: dict[tuple[EventKind, str], tuple[str | None, TaskKind | None, str | None]] = {
    (EventKind.MEDICATION, "taken"): (_SAME, _NOBODY, _NOTHING),
    (EventKind.MEDICATION, "later"): (_SAME, _NOBODY, _NOTHING),
    (EventKind.MEDICATION, "stop"): ("paused", TaskKind.CALL, "answer_reminders_stopped"),
    (EventKind.REFILL, "order"): ("asked", TaskKind.REFILL, "answer_preparing"),
    (EventKind.REFILL, "no"): ("declined", _NOBODY, "answer_noted"),
    (EventKind.RESULT, "call_me"): (_SAME, TaskKind.CALL, "answer_call_you"),
    (EventKind.RECALL, "call_me"): ("booked", TaskKind.CALL, "answer_call_you"),
    (EventKind.RECALL, "no"): ("declined", _NOBODY, "answer_noted"),
    (EventKind.VACCINATION, "call_me"): ("booked", TaskKind.CALL, "answer_call_you"),
    (EventKind.VACCINATION, "no"): ("declined", _NOBODY, "answer_noted"),
    (EventKind.EDUCATION, "useful"): (_SAME, _NOBODY, _NOTHING),
    (EventKind.EDUCATION, "stop"): ("ended", _NOBODY, "answer_noted"),
}
