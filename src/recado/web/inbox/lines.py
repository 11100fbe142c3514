"""A folder as rows: who, the newest words, since when they wait, and one reason. Three statements for a page, however
many rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from recado.clinics import queries as clinics
from recado.contacts.types import Reach
from recado.conversations import queries as conversations
from recado.conversations.types import Here, ThreadRow, ThreadState
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.tasks import queries as tasks
from recado.web import dates, languages, numbers
from recado.web.chips import Chip

from . import words


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list."""

    id: UUID
    name: str
    is_known: bool
    others: int
    last: str
    is_ours: bool
    time: str
    moment: datetime
    exact: str
    is_waiting: bool
    chip: Chip
    language: str
    language_name: str
    assignee: str
    is_named: bool  # a note names the one who looks
    colleague: "Colleague | None"
    team: str
    is_late: bool  # a step of the alarm is over
    version: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who else is at a conversation, in words, and for how many seconds that is worth showing."""

    said: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What every row is told with: the clinic's time and the people who work there."""

    zone: Any
    now: datetime
    names: dict[UUID, str]
    me: UUID
    teams: dict[UUID, str] = field(default_factory=dict)


def desk(clinic_id: UUID, me: UUID) -> Desk:
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    names = {one.user_id: one.name for one in clinics.staff(clinic_id)}
    with clinic_scope(clinic_id):
        teams = tasks.team_names(clinic_id)
    return Desk(zone, business_time.now().astimezone(zone), names, me, teams)


def lines(clinic_id: UUID, rows: Sequence[ThreadRow], at: Desk) -> list[Line]:
    """Call it inside `clinic_scope`; the caller audits."""
    if not rows:
        return []
    people = conversations.people(clinic_id, rows)
    here = conversations.here(clinic_id, but=at.me)
    return [line(row, people[row.id], here.get(row.id, []), at) for row in rows]


def line(row: ThreadRow, people: list[Reach], here: list[Here], at: Desk) -> Line:
    """`here`: which colleagues are at it."""
    is_waiting = row.waiting_since is not None
    moment = (row.waiting_since or row.last_at).astimezone(at.zone)
    language = people[0].language if people else ""
    is_open = row.state is ThreadState.OPEN
    return Line(
        id=row.id,
        name=name_of(row, people),
        is_known=bool(people),
        others=max(0, len(people) - 1),
        last=row.last_words,
        is_ours=row.is_last_ours,
        time=_time(row, moment, at),
        moment=moment,
        exact=dates.short_moment(moment),
        is_waiting=is_waiting and is_open,
        chip=words.chip_of(row.reason, is_waiting=is_waiting, is_open=is_open),
        language=language,
        language_name=languages.own_name(language),
        assignee=first_name(at.names.get(row.assignee, "")) if row.assignee else "",
        is_named=at.me in row.mentioned,
        colleague=colleague(here, at),
        team=at.teams.get(row.team_id, "") if row.team_id else "",
        is_late=is_waiting and is_open and row.alarm_step > 0,
        version=row.version,
    )


def _time(row: ThreadRow, moment: datetime, at: Desk) -> str:
    if row.state is ThreadState.SNOOZED:
        if row.snoozed_until is None:
            return _("until they write")
        return _("until %(when)s") % {"when": words.when(row.snoozed_until.astimezone(at.zone), at.now)}
    return words.wait(at.now - moment) if row.waiting_since else words.when(moment, at.now)


def name_of(row: ThreadRow, people: Sequence[Reach]) -> str:
    """The patient's name; a phone that is nobody's shows its number."""
    return (people[0].name if people else "") or numbers.international(row.phone.e164)


def first_name(name: str) -> str:
    return name.split(" ", 1)[0]


def colleague(here: Sequence[Here], at: Desk) -> Colleague | None:
    """Who else is at this conversation: whoever types comes first."""
    seen = sorted((one for one in here if one.user_id in at.names), key=lambda one: not one.is_typing)
    if not seen:
        return None
    name = {"name": first_name(at.names[seen[0].user_id])}
    return (
        Colleague(_("%(name)s is replying…") % name, 20)
        if seen[0].is_typing
        else Colleague(_("%(name)s is looking") % name, 60)
    )
