"""What will be sent: today's rest, tomorrow, seven days or one day, every text with its person, and every refusal with why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import audit, business_time
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.journeys import queries as journeys
from recado.journeys.queries import Coming, Estimate, Foreseen, Hour, Place
from recado.journeys.types import JourneyState
from recado.web import coming_words, dates, shell
from recado.web.calendar import days
from recado.web.costs import cost_words, exact
from recado.web.journeys import coming_chart, fixes, phrases, views, words
from recado.web.journeys.coming_chart import Places
from recado.web.paging import Pages
from recado.web.sign_in.at_work import clinic_of

DAYS_AHEAD = 7
LATEST = timedelta(days=400)
AT_ONCE = (
    2_000  # people's journeys that a page looks at: a second; beyond that it goes in parts, and the whole is counted
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when, on the clinic's clock. `day`: one day; None: several."""

    start: datetime
    end: datetime
    code: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """One text to come, in words."""

    one: Coming
    at: datetime
    who: Reach | None
    text: str
    journey: str
    step: str
    parts: int | None
    price: str
    reason: str
    moved_from: datetime | None
    fix: fixes.Fix | None = None
    may_go_anyway: bool = False


@needs(Permission.SEE_MESSAGES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """`?when=` rest, tomorrow, week, or `?day=`; `?only=` one outcome or one reason; `?hour=`."""
    clinic_id = clinic_of(request)
    now = local(business_time.now(), clinics.clinic_settings(clinic_id).time_zone)
    stretch = stretch_asked(request, now)
    week_end = _midnight(now, DAYS_AHEAD + 1)
    place = journeys.Place.read(request.GET.get("part", ""))
    with journeys.looking(clinic_id):
        planned = journeys.planned(clinic_id, now, max(stretch.end, week_end))
        is_small = place is None and sum(hour.steps for hour in planned) <= AT_ONCE
        whole = journeys.foresee(clinic_id, now, max(stretch.end, week_end)) if is_small else None
        if whole is None or whole.is_cut:
            found = journeys.foresee(clinic_id, stretch.start, stretch.end, most=AT_ONCE, after=place)
        else:
            found, planned = whole, []
        inside = [one for one in found.coming if stretch.start <= one.at < stretch.end]
        shown = chosen(inside, request, now)
        pages = Pages.asked(request.GET.get("page"), len(shown))
        lines = [
            replace(line, fix=fixes.of_line(request, line.one), may_go_anyway=fixes.may_go_anyway(request, line.one))
            for line in lines_of(clinic_id, shown[pages.first - 1 : pages.last], now)
        ]
        by_day = journeys.estimates(clinic_id, _by_day(found.coming, now)) if found is whole else {}
        cost = (
            journeys.together(one for day, one in by_day.items() if _is_within(day, stretch))
            if found is whole
            else journeys.estimate(clinic_id, inside)
        )
        own = journeys.journeys_of(clinic_id)
    note(clinic_id, request, "journey.foresee", lines)
    is_part = found.is_cut or place is not None
    context = {
        **views.tabs(request, len(own)),
        "may_pause": may(request, Permission.CHANGE_JOURNEYS) and any(row.state is JourneyState.LIVE for row in own),
        "stretch": stretch,
        "day_words": dates.long_day(stretch.start),
        "today_iso": now.date().isoformat(),
        "counts": _counts(inside),
        **_parts(request, found, place, planned, stretch),
        "cost": cost_words(cost),
        "bars": coming_chart.bars(_counted(planned, stretch, now) if is_part else _going(inside, stretch, now)),
        "lines": lines,
        "pages": pages,
        "links": _links(request, pages),
        "reasons": _reasons(request, inside),
        "only": request.GET.get("only", ""),
        "has_costs": any(one.sums for one in by_day.values()),
        "week": _planned_week(planned, now) if planned else _week(found.coming, by_day, now),
        "back": "?" + _query(request, only="", hour="", page=""),
        "here": request.get_full_path(),
        "csv": "?" + _query(request, page="", part=""),
    }
    return shell.page(request, "recado/journeys/coming.html", context, at="journeys")


def note(clinic_id: UUID, request: HttpRequest, action: str, lines: Sequence[Line]) -> None:
    patients = sorted({str(line.one.patient_id) for line in lines if line.one.patient_id})
    if patients:
        with clinic_scope(clinic_id):
            audit.record(
                clinic_id=clinic_id, by=shell.actor(request), action=action, detail={"patients": patients[:500]}
            )


# ------------------------------------------------------------------------------------------------ which


def stretch_asked(request: HttpRequest, now: datetime) -> Stretch:
    """The stretch of an address; tomorrow where it names none."""
    asked = request.GET.get("day", "")
    if asked:
        day = days.day_asked(asked, now.date())
        if now.date() <= day <= now.date() + LATEST:
            ahead = (day - now.date()).days
            start = now if ahead == 0 else _midnight(now, ahead)
            return Stretch(start, _midnight(now, ahead + 1), "day", day)
    match request.GET.get("when"):
        case "rest":
            return Stretch(now, _midnight(now, 1), "rest", now.date())
        case "week":
            return Stretch(now, _midnight(now, DAYS_AHEAD + 1), "week", None)
    return Stretch(_midnight(now, 1), _midnight(now, 2), "tomorrow", now.date() + timedelta(days=1))


def _midnight(now: datetime, ahead: int) -> datetime:
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo)
    return datetime.combine(now.date() + timedelta(days=ahead), datetime.min.time(), zone)


def chosen(coming: Sequence[Coming], request: HttpRequest, now: datetime) -> list[Coming]:
    """What `?only=` and `?hour=` leave."""
    only, hour = request.GET.get("only", ""), request.GET.get("hour", "")
    return [
        one
        for one in coming
        if (not only or only in (one.outcome, one.rule) or (only == "goes" and one.goes))
        and (not hour or str(one.at.astimezone(now.tzinfo).hour) == hour)
    ]


def _query(request: HttpRequest, **changes: str) -> str:
    kept = {key: value for key, value in request.GET.items() if key in ("when", "day", "only", "hour", "page", "part")}
    return urlencode({key: value for key, value in {**kept, **changes}.items() if value})


def _links(request: HttpRequest, pages: Pages) -> dict[str, str]:
    def to(number: int) -> str:
        return "?" + _query(request, page=str(number)) if number else ""

    return {"before": to(pages.before), "after": to(pages.after)}


# ------------------------------------------------------------------------------------------------ words


def lines_of(clinic_id: UUID, coming: Sequence[Coming], now: datetime) -> list[Line]:
    """Call it inside `looking`."""
    people = contacts.reach(clinic_id, {one.patient_id for one in coming if one.patient_id})
    own = {row.key: words.title(row.key, row.name) for row in journeys.journeys_of(clinic_id)} if coming else {}
    made = []
    for one, text in zip(coming, journeys.written(clinic_id, coming), strict=True):
        at = one.at.astimezone(now.tzinfo)
        is_moved = one.outcome == "later" and one.due != one.at
        made.append(
            Line(
                one,
                at,
                people.get(one.patient_id) if one.patient_id else None,
                text.text if text else "",
                own.get(one.plan, one.plan.replace("_", " ")) if one.plan else _("A text of yours"),
                phrases.when(one.when) if one.when else "",
                text.cost.parts if text and one.goes else None,
                exact(text.cost.price, text.cost.currency) if text and one.goes and text.cost.price is not None else "",
                "" if one.outcome == "send" else coming_words.title(one.rule),
                one.due.astimezone(now.tzinfo) if is_moved else None,
            )
        )
    return made


def _counts(inside: Sequence[Coming]) -> dict[str, Any]:
    goes = [one for one in inside if one.goes]
    later = [one for one in inside if one.outcome == "later"]
    return {
        "goes": len(goes),
        "people": len({one.patient_id for one in goes}),
        "later": len(later),
        "held": sum(one.outcome == "held" for one in inside),
        "never": sum(one.outcome == "never" for one in inside),
    }


def _reasons(request: HttpRequest, inside: Sequence[Coming]) -> list[dict[str, Any]]:
    counts = Counter((one.outcome, one.rule) for one in inside if one.outcome != "send")
    order = {"never": 0, "held": 1, "later": 2, "joined": 3}
    found = []
    for (outcome, rule), count in sorted(counts.items(), key=lambda item: (order[item[0][0]], -item[1])):
        colour, icon = coming_words.look(rule)
        found.append(
            {
                "count": count,
                "title": coming_words.title(rule),
                "advice": advice if (advice := coming_words.advice(rule)) != coming_words.title(rule) else "",
                "colour": colour,
                "icon": icon,
                "outcome": outcome,
                "fix": fixes.of_reason(request, rule),
                "link": "?" + _query(request, only=rule, page="", hour=""),
            }
        )
    return found


def _by_day(coming: Sequence[Coming], now: datetime) -> dict[date, list[Coming]]:
    days_of: dict[date, list[Coming]] = {}
    for one in coming:
        days_of.setdefault(one.at.astimezone(now.tzinfo).date(), []).append(one)
    return days_of


def _is_within(day: date, stretch: Stretch) -> bool:
    """Stretches begin and end at midnight, or now: whatever of today is planned comes after now."""
    return stretch.start.date() <= day < stretch.end.date()


def _week(coming: Sequence[Coming], costs: Mapping[date, Estimate], now: datetime) -> list[dict[str, Any]]:
    goes: Counter[date] = Counter()
    stays: Counter[date] = Counter()
    for one in coming:
        day = one.at.astimezone(now.tzinfo).date()
        goes[day] += one.goes
        stays[day] += one.outcome == "never"
    found = []
    for ahead in range(1, DAYS_AHEAD + 1):
        day = now.date() + timedelta(days=ahead)
        cost = cost_words(costs[day])["amount"] if day in costs else ""
        found.append({**_day(now, ahead), "goes": goes[day], "stays": stays[day], "cost": cost})
    return found


def _day(now: datetime, ahead: int) -> dict[str, Any]:
    at = _midnight(now, ahead)
    return {"day": dates.short_day(at), "iso": at.date().isoformat()}


GROUPS = {"appointment": "acc", "result": "info", "document": "info"}


def _going(inside: Sequence[Coming], stretch: Stretch, now: datetime) -> Places:
    places: Places = {}
    for one in inside:
        if one.goes:
            at = one.at.astimezone(now.tzinfo)
            place: int | date = at.hour if stretch.day else at.date()
            places.setdefault(place, Counter())[GROUPS.get(one.kind, "mute")] += 1
    return places


def _counted(planned: Sequence[Hour], stretch: Stretch, now: datetime) -> Places:
    """The whole stretch, where it is looked at in parts: what is planned."""
    places: Places = {}
    for hour in planned:
        if stretch.start <= hour.at < stretch.end:
            at = hour.at.astimezone(now.tzinfo)
            place: int | date = at.hour if stretch.day else at.date()
            places.setdefault(place, Counter())[GROUPS.get(hour.kind, "mute")] += hour.steps
    return places


def _planned_week(planned: Sequence[Hour], now: datetime) -> list[dict[str, Any]]:
    """As `_week`; what stays out is known only of the part that is looked at."""
    steps: Counter[date] = Counter()
    for hour in planned:
        steps[hour.at.astimezone(now.tzinfo).date()] += hour.steps
    return [
        {**_day(now, ahead), "goes": steps[now.date() + timedelta(days=ahead)], "stays": None, "cost": ""}
        for ahead in range(1, DAYS_AHEAD + 1)
    ]


def _parts(
    request: HttpRequest, found: Foreseen, place: Place | None, planned: Sequence[Hour], stretch: Stretch
) -> dict[str, Any]:
    """Where the stretch is looked at in parts: what is planned in all, and the way to the next part."""
    whole = sum(hour.steps for hour in planned if stretch.start <= hour.at < stretch.end)
    return {
        "is_cut": found.is_cut or place is not None,
        "is_later_part": place is not None,
        "whole": whole,
        "first_part": "?" + _query(request, part="", page=""),
        "next_part": "?" + _query(request, part=found.next.code, page="") if found.next else "",
    }
