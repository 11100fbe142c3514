"""What the kinds of event have in common: when they are, when they end, their own times, and what is wrong with one. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from recado.care_events.types import (
    LONGEST_COURSE,
    MOST_TIMES_A_DAY,
    CoverRenewal,
    Delay,
    Detail,
    DocumentToRead,
    EventKind,
    InvoiceDue,
    MedicationCourse,
    PrescriptionReady,
    Recall,
    RefillDue,
    ResultReady,
    Stage,
    Vaccination,
)

KIND_OF: dict[type[Any], EventKind] = {
    PrescriptionReady: EventKind.PRESCRIPTION,
    MedicationCourse: EventKind.MEDICATION,
    RefillDue: EventKind.REFILL,
    ResultReady: EventKind.RESULT,
    DocumentToRead: EventKind.DOCUMENT,
    InvoiceDue: EventKind.INVOICE,
    CoverRenewal: EventKind.COVER_RENEWAL,
    Delay: EventKind.DELAY,
    Recall: EventKind.RECALL,
    Vaccination: EventKind.VACCINATION,
}
DETAIL_OF = {kind: detail for detail, kind in KIND_OF.items()}
OF_A_DAY = time(9)  # an event that has a day and no hour is at nine in the morning of the clinic

FAULTS: dict[str, str] = {
    "no_stage": "A course needs days and hours. Give at least one stage.",
    "too_long": "A course lasts at most a year. Enter the next one when it begins.",
    "too_often": "At most eight times a day.",
    "same_time": "The same hour stands twice in a day.",
    "bad_days": "A stage lasts one day or more.",
    "bad_minutes": "A delay is between 1 minute and 24 hours.",
    "bad_url": "An address on the web begins with https://.",
    "ends_first": "It ends before it begins.",
    "too_long_text": "At most 120 letters.",
    "bad_state": "An event of this kind is never in this state.",
    "past": "Its day is more than a year ago.",
}


def start_of(detail: Detail, time_zone: str) -> datetime:
    """The moment that its journey counts from, in UTC."""
    match detail:
        case PrescriptionReady(ready_at=moment) | ResultReady(ready_at=moment) | DocumentToRead(sent_at=moment):
            return moment.astimezone(UTC)
        case Delay(expected_at=moment):
            return moment.astimezone(UTC)
        case MedicationCourse():
            return times_of(detail, time_zone)[0]
        case RefillDue(on=day) | InvoiceDue(due_on=day) | CoverRenewal(renews_on=day):
            return _at_nine(day, time_zone)
        case Recall(due_on=day) | Vaccination(begins_on=day):
            return _at_nine(day, time_zone)


def end_of(detail: Detail, time_zone: str) -> datetime | None:
    """When it is over, in UTC; None: it has no end of its own."""
    return times_of(detail, time_zone)[-1] if isinstance(detail, MedicationCourse) else None


def times_of(detail: Detail, time_zone: str) -> tuple[datetime, ...]:
    """Its own times, in order, by the wall clock of the clinic; in UTC. An hour that a change of clocks leaves out moves by
    the hour that is missing."""
    return tuple(_doses(detail, ZoneInfo(time_zone))) if isinstance(detail, MedicationCourse) else ()


def _doses(course: MedicationCourse, zone: ZoneInfo) -> Iterator[datetime]:
    day = course.first_day
    for stage in course.stages:
        for _ in range(stage.days):
            for clock in sorted(stage.times):
                yield datetime.combine(day, clock, zone).astimezone(UTC)
            day += timedelta(days=1)


def known_of(detail: Detail) -> dict[str, str | int | bool]:
    """What conditions of a journey may ask of it: nothing that tells of health or money."""
    match detail:
        case ResultReady(needs_call=needs_call):
            return {"needs_call": needs_call}
        case Delay(minutes=minutes):
            return {"minutes": minutes}
        case Recall(book_url=url) | Vaccination(book_url=url):
            return {"can_book_online": bool(url)}
    return {}


def fault_of(detail: Detail, now: datetime, time_zone: str) -> str | None:
    """What is wrong with an event, a key of FAULTS; None: nothing."""
    texts = [value for one in fields(detail) if isinstance(value := getattr(detail, one.name), str)]
    if any(len(text) > (300 if text.startswith("https://") else 120) for text in texts):
        return "too_long_text"
    urls = [getattr(detail, one.name) for one in fields(detail) if one.name.endswith("_url")]
    if any(url and not url.startswith("https://") for url in urls):
        return "bad_url"
    match detail:
        case MedicationCourse(stages=stages) if (fault := _fault_of_course(stages)) is not None:
            return fault
        case Delay(minutes=minutes) if not 1 <= minutes <= 24 * 60:
            return "bad_minutes"
        case Vaccination(begins_on=begins, until=until) if until is not None and until < begins:
            return "ends_first"
        case PrescriptionReady(ready_at=ready, until=until) if until is not None and until < ready.date():
            return "ends_first"
    last = end_of(detail, time_zone) or start_of(detail, time_zone)
    return "past" if last < now - LONGEST_COURSE else None


def _fault_of_course(stages: tuple[Stage, ...]) -> str | None:
    if not stages or not any(stage.times for stage in stages):
        return "no_stage"
    if any(stage.days < 1 for stage in stages):
        return "bad_days"
    if sum(stage.days for stage in stages) > LONGEST_COURSE.days:
        return "too_long"
    if any(len(stage.times) > MOST_TIMES_A_DAY for stage in stages):
        return "too_often"
    return "same_time" if any(len(set(stage.times)) < len(stage.times) for stage in stages) else None


def _at_nine(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, OF_A_DAY, ZoneInfo(time_zone)).astimezone(UTC)


# ------------------------------------------------------------------------------------------------ as JSON


def to_json(detail: Detail) -> dict[str, Any]:
    """A detail as it is sealed, and as the API tells it."""
    return {one.name: _plain(getattr(detail, one.name)) for one in fields(detail)}


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case Stage(days, times):
            return {"days": days, "times": [f"{clock:%H:%M}" for clock in times]}
        case tuple():
            return [_plain(one) for one in value]
    return value


def from_json(kind: EventKind, held: Mapping[str, Any]) -> Detail:
    """Raises ValueError that names the field, for whoever sent it."""
    made = DETAIL_OF[kind]
    hints = get_type_hints(made)
    unknown = held.keys() - hints.keys()
    if unknown:
        raise ValueError(f"{min(unknown)}: an event of the kind {kind} has no such field")
    values = {}
    for name, value in held.items():
        try:
            values[name] = _read(hints[name], value)
        except (TypeError, ValueError, KeyError) as error:
            raise ValueError(f"{name}: {_wanted(hints[name])}") from error
    missing = [one.name for one in fields(made) if one.name not in values and _is_needed(one)]
    if missing:
        raise ValueError(f"{missing[0]}: this field is needed")
    detail: Detail = made(**values)
    return detail


def _is_needed(one: Any) -> bool:
    return repr(one.default) == repr(one.default_factory)  # both are dataclasses.MISSING


def _wanted(hint: Any) -> str:
    words = {datetime: "a moment with its offset", date: "a day", bool: "true or false", int: "a whole number"}
    words[str] = "a text"
    options = get_args(hint) if get_origin(hint) is UnionType else (hint,)
    return words.get(options[0], "a list of stages")


def _read(hint: Any, value: Any) -> Any:
    if get_origin(hint) is UnionType:
        return None if value is None else _read(get_args(hint)[0], value)
    if hint is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("without an offset")
        return moment
    if hint is date:
        return date.fromisoformat(value)
    if get_origin(hint) is tuple:
        return tuple(
            Stage(_read(int, one["days"]), tuple(time.fromisoformat(clock) for clock in one["times"])) for one in value
        )
    if type(value) is not hint:
        raise TypeError(hint.__name__)
    return value
