"""What the kinds of event have in common: when they are, when they end, their own times, and what is wrong with one. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from types import UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from recado.care_events.types import (
    LONGEST_COURSE,
    MOST_PAGES,
    MOST_TIMES_A_DAY,
    BadField,
    CoverRenewal,
    Delay,
    Detail,
    DocumentToRead,
    EducationSeries,
    EventKind,
    Fault,
    FormToFill,
    HoursChange,
    InvoiceDue,
    MedicationCourse,
    PortalLink,
    PrescriptionReady,
    Recall,
    RefillDue,
    ResultReady,
    Stage,
    Vaccination,
    VideoVisit,
    VisitFinished,
)
from recado.consent.types import Privacy

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
    VideoVisit: EventKind.VIDEO_VISIT,
    PortalLink: EventKind.PORTAL,
    EducationSeries: EventKind.EDUCATION,
    HoursChange: EventKind.HOURS,
    FormToFill: EventKind.FORM,
    VisitFinished: EventKind.VISIT_FINISHED,
}
DETAIL_OF = {kind: detail for detail, kind in KIND_OF.items()}


def told_of(kind: EventKind) -> dict[str, Privacy]:
    """Which of its fields go into a text, and from which level on. Any other goes into none."""
    hints = get_type_hints(DETAIL_OF[kind], include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if get_origin(hint) is Annotated}


TELLS_AT_MOST: dict[EventKind, Privacy] = {
    kind: max(told_of(kind).values(), default=Privacy.NEUTRAL) for kind in DETAIL_OF
}
"""The most that a text about each kind may tell, whatever the patient agreed to."""

OF_A_DAY = time(9)  # an event that has a day and no hour is at nine in the morning of the clinic

LONGEST_WORD, LONGEST_ADDRESS = 120, 300  # letters
YEARS_AHEAD = 5
MOST_DAYS_APART = 92
CURRENCY = re.compile("[A-Z]{3}")  # ISO 4217

FAULTS: dict[str, str] = {
    "no_stage": "A course needs days and hours. Give at least one stage.",
    "too_long": "A course lasts at most a year. Enter the next one when it begins.",
    "too_often": "At most eight times a day.",
    "same_time": "The same hour stands twice in a day.",
    "bad_days": "A stage lasts one day or more.",
    "bad_minutes": "A delay is between 1 minute and 24 hours.",
    "bad_url": "An address on the web begins with https://.",
    "ends_first": "It ends before it begins.",
    "too_long_text": "At most 120 letters, and 300 in an address on the web.",
    "unseen": "Leave line breaks and control characters out.",
    "no_page": "Give 1 to 60 pages, each an address on the web.",
    "bad_pace": "Pages come 1 to 92 days apart.",
    "bad_currency": "Write the currency as three capital letters, as GBP.",
    "bad_hours": "Give both hours, the later one second; or none for a day that is closed.",
    "bad_state": "An event of this kind is never in this state.",
    "begun": "Its first day has begun. Choose a later one, or call those who come today.",
    "past": "Its day is more than a year ago.",
    "far": "Its day is more than five years ahead.",
}


def start_of(detail: Detail, time_zone: str) -> datetime:
    """The moment that its journey counts from, in UTC."""
    match detail:
        case PrescriptionReady(ready_at=moment) | ResultReady(ready_at=moment) | DocumentToRead(sent_at=moment):
            return moment.astimezone(UTC)
        case VisitFinished(finished_at=moment):
            return moment.astimezone(UTC)
        case (
            Delay(expected_at=moment)
            | VideoVisit(starts_at=moment)
            | PortalLink(sent_at=moment)
            | FormToFill(due_at=moment)
        ):
            return moment.astimezone(UTC)
        case MedicationCourse() | EducationSeries():
            return times_of(detail, time_zone)[0]
        case RefillDue(on=day) | InvoiceDue(due_on=day) | CoverRenewal(renews_on=day):
            return _at_nine(day, time_zone)
        case Recall(due_on=day) | Vaccination(begins_on=day) | HoursChange(on=day):
            return _at_nine(day, time_zone)


def end_of(detail: Detail, time_zone: str) -> datetime | None:
    """When it is over, in UTC; None: it has no end of its own."""
    times = times_of(detail, time_zone)
    return times[-1] if times else None


def times_of(detail: Detail, time_zone: str) -> tuple[datetime, ...]:
    """Its own times, in order, by the wall clock of the clinic; in UTC. An hour that a change of clocks leaves out moves by
    the hour that is missing."""
    match detail:
        case MedicationCourse():
            return tuple(_doses(detail, ZoneInfo(time_zone)))
        case EducationSeries(first_day=first, every_days=pace, pages=pages):
            return tuple(_at_nine(first + timedelta(days=number * pace), time_zone) for number in range(len(pages)))
    return ()


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
        case ResultReady(needs_call=needs_call, book_url=url):
            return {"needs_call": needs_call, "can_book_online": bool(url)}
        case Delay(minutes=minutes):
            return {"minutes": minutes}
        case Recall(book_url=url) | Vaccination(book_url=url):
            return {"can_book_online": bool(url)}
        case HoursChange(opens=opens):
            return {"is_closed": opens is None}
    return {}


TOLD_WHOLE = (HoursChange, Delay, VideoVisit)


def tells_otherwise(before: Detail, after: Detail) -> bool:
    """Whether people have to be told again though its moment may be the same: other hours of that day, a longer wait, another
    link to the video."""
    return isinstance(after, TOLD_WHOLE) and before != after


def fault_of(detail: Detail, now: datetime, time_zone: str) -> Fault | None:
    """What is wrong with an event; None: nothing."""
    fault = _fault_of_texts(detail)
    if fault is not None:
        return fault
    match detail:
        case MedicationCourse(stages=stages) if (key := _fault_of_course(stages)) is not None:
            return Fault(key, "stages")
        case Delay(minutes=minutes) if not 1 <= minutes <= 24 * 60:
            return Fault("bad_minutes", "minutes")
        case Vaccination(begins_on=begins, until=until) if until is not None and until < begins:
            return Fault("ends_first", "until")
        case PrescriptionReady(ready_at=ready, until=until) if until is not None and until < ready.date():
            return Fault("ends_first", "until")
        case EducationSeries(pages=pages) if not 1 <= len(pages) <= MOST_PAGES:
            return Fault("no_page", "pages")
        case EducationSeries(every_days=pace) if not 1 <= pace <= MOST_DAYS_APART:
            return Fault("bad_pace", "every_days")
        case InvoiceDue(currency=currency) if currency and not CURRENCY.fullmatch(currency):
            return Fault("bad_currency", "currency")
        case HoursChange(opens=opens, closes=closes) if (opens is None) is not (closes is None) or (
            opens is not None and closes is not None and closes <= opens
        ):
            return Fault("bad_hours", "closes")
        case HoursChange(on=first, last_day=last) if last is not None and last < first:
            return Fault("ends_first", "last_day")
    return _fault_of_day(detail, now, time_zone)


def _fault_of_texts(detail: Detail) -> Fault | None:
    for one in fields(detail):
        value = getattr(detail, one.name)
        is_address = one.name.endswith("url") or one.name == "pages"
        for text in value if isinstance(value, tuple) else (value,):
            key = (
                _fault_of_text(text, is_address=is_address, is_needed=_is_needed(one)) if isinstance(text, str) else ""
            )
            if key:
                return Fault(key, one.name)
    return None


def _fault_of_text(text: str, *, is_address: bool, is_needed: bool) -> str:
    if len(text) > (LONGEST_ADDRESS if is_address else LONGEST_WORD):
        return "too_long_text"
    if not text.isprintable():
        return "unseen"
    return "bad_url" if is_address and (text or is_needed) and not text.startswith("https://") else ""


def _fault_of_day(detail: Detail, now: datetime, time_zone: str) -> Fault | None:
    """Years first: a moment at the end of the calendar can't be told in UTC."""
    name = fields(detail)[0].name  # the first field of every kind is its day
    year = getattr(detail, name).year
    if year > now.year + YEARS_AHEAD:
        return Fault("far", name)
    is_past = year < now.year - 2 or (end_of(detail, time_zone) or start_of(detail, time_zone)) < now - LONGEST_COURSE
    return Fault("past", name) if is_past else None


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
        case time():
            return f"{value:%H:%M}"
        case datetime() | date():
            return value.isoformat()
        case Stage(days, times):
            return {"days": days, "times": [f"{clock:%H:%M}" for clock in times]}
        case tuple():
            return [_plain(one) for one in value]
    return value


def from_json(kind: EventKind, held: Mapping[str, Any]) -> Detail:
    """Raises BadField, for whoever sent it."""
    made = DETAIL_OF[kind]
    hints = get_type_hints(made)
    if held.keys() - hints.keys():
        raise BadField("", f"Leave out what isn't one of: {', '.join(hints)}.")
    values = {}
    for name, value in held.items():
        try:
            values[name] = _read(hints[name], value)
        except (TypeError, ValueError, KeyError) as error:
            raise BadField(name, _wanted(hints[name])) from error
    missing = [one.name for one in fields(made) if one.name not in values and _is_needed(one)]
    if missing:
        raise BadField(missing[0], "This field is needed.")
    detail: Detail = made(**values)
    return detail


def _is_needed(one: Any) -> bool:
    return repr(one.default) == repr(one.default_factory)  # both are dataclasses.MISSING


_WANTED: dict[Any, str] = {
    datetime: "Give a time with its zone, as 2026-11-24T10:00:00Z.",
    date: "Give a day, as 2026-11-24.",
    time: "Give an hour, as 08:30.",
    tuple[str, ...]: "Give a list of addresses on the web.",
    bool: "Give true or false.",
    int: "Give a whole number.",
    str: "Give a string in quotes.",
}


def _wanted(hint: Any) -> str:
    options = get_args(hint) if get_origin(hint) is UnionType else (hint,)
    return _WANTED.get(options[0], 'Give a list of stages, each as {"days": 5, "times": ["08:00", "20:00"]}.')


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
    if hint is time:
        return time.fromisoformat(value)
    if hint == tuple[str, ...]:
        return tuple(_read(str, one) for one in _list(value))
    if get_origin(hint) is tuple:
        return tuple(
            Stage(_read(int, one["days"]), tuple(time.fromisoformat(clock) for clock in one["times"])) for one in value
        )
    if type(value) is not hint:
        raise TypeError(hint.__name__)
    return value


def _list(value: Any) -> list[Any]:
    """A string is a list of letters too, which nobody means."""
    if not isinstance(value, list):
        raise TypeError("no list")
    return value
