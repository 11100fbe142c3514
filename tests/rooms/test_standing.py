"""Who must be phoned before a visit, and from when."""

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest

from recado.appointments import queries
from recado.appointments.standing import TIME_TO_ANSWER
from recado.appointments.types import CANCELLED, UNREACHABLE, ChangeKind, Status, VisitState, Why
from recado.tasks.types import CallResult

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
EVE = {
    "last_change": ChangeKind.BOOKED,
    "must_tell": False,
    "last_call": None,
    "is_today": False,
    "is_late": False,
}
TODAY = EVE | {"is_today": True}


@pytest.mark.parametrize("status", sorted(UNREACHABLE | {Status.ANOTHER_TIME}))
def test_who_cannot_be_asked_by_text_is_phoned_on_the_eve(status: Status) -> None:
    assert queries.why_to_phone(status, **EVE) == Why(status.value)


@pytest.mark.parametrize("status", sorted(CANCELLED | {Status.CONFIRMED}))
def test_who_has_answered_is_left_alone_unless_a_text_did_not_tell_them(status: Status) -> None:
    assert queries.why_to_phone(status, **TODAY | {"is_late": True}) is None
    assert queries.why_to_phone(status, **EVE | {"must_tell": True}) is Why.MUST_TELL


@pytest.mark.parametrize(
    ("status", "given", "expected"),
    [
        (Status.NO_ANSWER, EVE, None),
        (Status.NO_ANSWER, EVE | {"is_late": True}, Why.NO_ANSWER),
        (Status.NO_ANSWER, TODAY, Why.NO_ANSWER),
        (Status.NO_ANSWER, EVE | {"must_tell": True, "last_change": ChangeKind.MOVED}, Why.MUST_TELL),
        (Status.NOT_ASKED, EVE | {"is_late": True}, None),
        (Status.NOT_ASKED, TODAY, Why.NOT_ASKED),
        (Status.NOT_ASKED, EVE | {"must_tell": True}, Why.NOT_ASKED),
        (Status.WRONG_NUMBER, TODAY | {"last_call": CallResult.WRONG_NUMBER}, None),
        (Status.WRONG_NUMBER, TODAY | {"last_call": CallResult.NO_ANSWER}, Why.WRONG_NUMBER),
        (Status.ANOTHER_TIME, TODAY | {"last_call": CallResult.ANOTHER_TIME}, None),
    ],
)
def test_why(status: Status, given: dict[str, object], expected: Why | None) -> None:
    assert queries.why_to_phone(status, **given) is expected


def test_time_to_answer() -> None:
    assert queries.is_answer_late(None, NOW), "for whom nobody asked there was none"
    assert queries.is_answer_late(NOW - TIME_TO_ANSWER, NOW)
    assert not queries.is_answer_late(NOW - TIME_TO_ANSWER + timedelta(seconds=1), NOW)


def test_nobody_answers_for_a_visit_that_has_begun() -> None:
    known = {"has_phone": True, "is_wrong": False, "is_stopped": False, "has_failed": False, "is_asked": True}
    visit = Mock(state=VisitState.BOOKED, wants_another_time=False)
    assert queries.status(visit, **known, is_ahead=True) is Status.NO_ANSWER
    assert queries.status(visit, **known, is_ahead=False) is Status.NOT_CONFIRMED
    assert queries.status(visit, **known | {"is_wrong": True, "has_phone": False}, is_ahead=True) is Status.NO_PHONE
