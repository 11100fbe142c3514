"""Where a visit stands, and whether somebody must phone before it. Pure: whoever asks brings what is known of the person."""

from datetime import datetime, timedelta
from typing import Protocol

from recado.tasks.types import CallResult

from .types import CANCELLED, COMES, PRESENCE, UNREACHABLE, ChangeKind, Status, VisitState, Why

TIME_TO_ANSWER = timedelta(hours=4)  # after a question, on the eve of a visit: then somebody phones

NEWS = frozenset({ChangeKind.MOVED, ChangeKind.TAKEN_BACK})  # what a patient who was not told would miss
SETTLED_BY = {Status.WRONG_NUMBER: CallResult.WRONG_NUMBER, Status.ANOTHER_TIME: CallResult.ANOTHER_TIME}


class Standing(Protocol):
    """What the status of a visit is read from."""

    @property
    def state(self) -> VisitState: ...
    @property
    def wants_another_time(self) -> bool: ...
    @property
    def answer(self) -> str: ...


def status(
    visit: Standing,
    *,
    has_phone: bool,
    is_wrong: bool,
    is_stopped: bool,
    has_failed: bool,
    is_asked: bool,
    is_ahead: bool,
) -> Status:
    """The one status of a visit. Nobody answers for a visit that has begun."""
    settled = settled_status(visit)
    if settled is not None:
        return settled
    reach = (
        (not has_phone, Status.NO_PHONE),
        (is_wrong, Status.WRONG_NUMBER),
        (is_stopped, Status.STOPPED),
        (has_failed, Status.NOT_DELIVERED),
        (not is_ahead, Status.NOT_CONFIRMED),
        (is_asked, Status.NO_ANSWER),
    )
    return next((found for is_true, found in reach if is_true), Status.NOT_ASKED)


def settled_status(visit: Standing) -> Status | None:
    """What the visit says by itself; None while nobody has answered."""
    if visit.state is VisitState.CANCELLED:
        return Status.CANCELLED_BY_PATIENT if visit.answer == "cancel" else Status.CANCELLED_BY_CLINIC
    if visit.state in PRESENCE:
        return Status(visit.state.value)
    if visit.wants_another_time:
        return Status.ANOTHER_TIME
    return Status.CONFIRMED if visit.state is VisitState.CONFIRMED else None


def is_answer_late(asked_at: datetime | None, now: datetime) -> bool:
    """Whether the time to answer is over; for whom nobody asked there was none."""
    return asked_at is None or now - asked_at >= TIME_TO_ANSWER


def why_to_phone(
    status: Status,
    *,
    last_change: ChangeKind,
    must_tell: bool,
    last_call: CallResult | None,
    is_today: bool,
    is_late: bool,
) -> Why | None:
    """Why somebody must phone before a visit that is ahead; None: nobody need. On the eve only who had time to answer,
    and who can't be asked by text; on the day everybody who has not answered. `must_tell`: a task says to phone.
    `last_call`: what came of the newest call."""
    is_settled = status in CANCELLED or status in COMES or status is Status.MISSED
    if must_tell and (is_settled or last_change in NEWS):
        return Why.MUST_TELL
    if is_settled or last_change is ChangeKind.LATE:  # they have just written, and come
        return None
    if last_call is not None and SETTLED_BY.get(status) is last_call:
        return None  # phoned already: what is left is to find the right number, or a new time
    if status in UNREACHABLE or status is Status.ANOTHER_TIME:
        return Why(status.value)
    if status is Status.NOT_ASKED:
        return Why.NOT_ASKED if is_today or must_tell else None
    return Why.NO_ANSWER if is_today or is_late else None
