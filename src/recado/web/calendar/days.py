"""Days on the clinic's clock, and which visits of one somebody wants to see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict

from recado.appointments import queries as appointments
from recado.clinics import queries as clinics
from recado.foundation import audit, business_time
from recado.foundation.clock import local
from recado.tasks import queries as tasks
from recado.tasks.types import TaskKind, TaskView
from recado.web import shell
from recado.web.paging import PAGE, Pages, page_asked
from recado.web.sign_in.at_work import clinic_of

from . import facts
from .facts import Seen, Stand


@dataclass(frozen=True, slots=True)
class Near:
    """The visits of today and tomorrow, and what waits for a person."""

    now: datetime  # on the clinic's clock
    today: list[Stand]
    tomorrow: list[Stand]
    tasks: list[TaskView]

    @property
    def calls(self) -> list[Stand]:
        """Who must be phoned, the soonest visit first."""
        return [one for one in (*self.today, *self.tomorrow) if one.why]


def near(clinic_id: UUID) -> Near:
    """Call it inside `clinic_scope`; the caller audits."""
    now, zone = business_time.now(), clinics.clinic_settings(clinic_id).time_zone
    here = local(now, zone)
    start, end = bounds(here.date(), zone, days=2)
    waiting = tasks.open_tasks(clinic_id)
    visits = appointments.between(clinic_id, start, end)
    found = facts.stands(clinic_id, visits, now, zone, must_tell(waiting))
    middle = sum(1 for one in found if one.start.date() == here.date())
    return Near(here, found[:middle], found[middle:], waiting)


def of_day(clinic_id: UUID, day: date, near: Near) -> list[Stand]:
    """The visits of any day. Call it inside `clinic_scope`; the caller audits."""
    ahead = (day - near.now.date()).days
    if ahead in (0, 1):
        return near.tomorrow if ahead else near.today
    zone = clinics.clinic_settings(clinic_id).time_zone
    visits = appointments.between(clinic_id, *bounds(day, zone))
    return facts.stands(clinic_id, visits, near.now, zone, must_tell(near.tasks))


def must_tell(waiting: Sequence[TaskView]) -> set[UUID]:
    return {task.subject_id for task in waiting if task.kind is TaskKind.CALL and task.subject_id}


def bounds(day: date, zone: str, *, days: int = 1) -> tuple[datetime, datetime]:
    """The moments between which these days lie."""
    there = ZoneInfo(zone)
    return datetime.combine(day, time(), there), datetime.combine(day + timedelta(days=days), time(), there)


def day_asked(text: str | None, today: date) -> date:
    """The day of an address; today where it names none."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return today
    return found if date(1990, 1, 1) <= found <= date(2200, 1, 1) else today


@dataclass(frozen=True, slots=True)
class Page(Pages):
    """The visits of one page."""

    rows: Sequence[Seen]


def page_of(clinic_id: UUID, rows: Sequence[Stand], asked: str | None, *, is_whole: bool = False) -> Page:
    """The page that an address asks for; the last where there are not so many. `is_whole`: everybody on one, as paper has no button to
    the next. Call it inside `clinic_scope`; the caller audits."""
    if is_whole:
        return Page(1, len(rows), facts.see(clinic_id, rows))
    number = min(page_asked(asked), max(1, -(-len(rows) // PAGE)))
    return Page(number, len(rows), facts.see(clinic_id, rows[(number - 1) * PAGE : number * PAGE]))


def with_query(query: QueryDict, **changes: str) -> str:
    """The query of an address with some words changed; an empty word is left out."""
    made = query.copy()
    for name in ("visit", "print", "page"):
        made.pop(name, None)
    for name, value in changes.items():
        made.pop(name, None)
        if value:
            made[name] = value
    return f"?{made.urlencode()}"


def note(request: HttpRequest, action: str, seen: Collection[Seen]) -> None:
    """One audit line with the people shown; none for a page that brings itself up to date."""
    if request.headers.get("X-Live") != "true" and seen:
        shown = {"patients": sorted({str(one.visit.patient_id) for one in seen})}
        audit.record(clinic_id=clinic_of(request), by=shell.actor(request), action=action, detail=shown)
