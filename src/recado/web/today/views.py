"""Today: the visits of today and tomorrow, who must be phoned, what needs a person, and what is sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from recado.appointments import actions as appointments
from recado.appointments.types import CANCELLED, COMES, Announce, Status
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.tasks import actions as tasks
from recado.web import clinicians, dates, numbers, shell
from recado.web.calendar import days
from recado.web.calendar.facts import Stand
from recado.web.sign_in.at_work import clinic_of
from recado.web.visit_words import CHIPS, how

from . import attention, sending


@dataclass(frozen=True, slots=True)
class Tab:
    code: str
    name: Any
    rows: Sequence[Stand]
    url: str
    is_current: bool


TABS = {
    "today": gettext_lazy("Today"),
    "tomorrow": gettext_lazy("Tomorrow"),
    "calls": gettext_lazy("Needs a call"),
}


@needs(Permission.SEE_APPOINTMENTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        near = days.near(clinic_id)
        tabs = _tabs(request, near)
        tab = next(one for one in tabs if one.is_current)
        page = days.page_of(clinic_id, _filtered(request, tab.rows), request.GET.get("page"))
        needing = attention.items(request, clinic_id, near)
        days.note(request, "appointment.list", page.rows)
        sent = sending.today(clinic_id, near.now)
    context = {
        "day": dates.long_day(near.now),
        "hello": _hello(near.now.hour, request.user.name),  # type: ignore[union-attr]
        "needing": needing,
        "glance": _glance(near),
        "tabs": tabs,
        "tab": tab,
        "page": page,
        "pages": _pages(request, page),
        "filters": _filters(request, tab.rows),
        "sending": sent,
        "may_change": request.role.may(Permission.CHANGE_APPOINTMENTS),  # type: ignore[attr-defined]
        "may_read": request.role.may(Permission.SEE_MESSAGES),  # type: ignore[attr-defined]
        "may_import": request.role.may(Permission.IMPORT),  # type: ignore[attr-defined]
        "here": request.get_full_path(),
    }
    return shell.page(request, "recado/today/index.html", context, at="today")


def _hello(hour: int, name: str) -> str:
    first = name.split(" ", 1)[0]
    if hour < 12:
        return _("Good morning, %(name)s.") % {"name": first}
    return (_("Good afternoon, %(name)s.") if hour < 18 else _("Good evening, %(name)s.")) % {"name": first}


def _tabs(request: HttpRequest, near: days.Near) -> list[Tab]:
    asked = request.GET.get("show", "")
    current = asked if asked in TABS else "today"
    rows = {"today": near.today, "tomorrow": near.tomorrow, "calls": near.calls}
    return [
        Tab(code, name, rows[code], days.with_query(request.GET, show="" if code == "today" else code), code == current)
        for code, name in TABS.items()
    ]


# ------------------------------------------------------------------------------------------------ filters

PARTS: dict[str, tuple[Any, Callable[[Stand], str]]] = {
    "status": (gettext_lazy("Status"), lambda seen: seen.status.value),
    "with": (gettext_lazy("Clinician"), lambda seen: seen.visit.clinician),
    "site": (gettext_lazy("Site"), lambda seen: seen.visit.site),
}
NONE = "none"  # in the address, for visits that name no clinician or site


def _filtered(request: HttpRequest, rows: Sequence[Stand]) -> list[Stand]:
    wanted = {name: request.GET[name] for name in PARTS if request.GET.get(name)}
    code = _code(clinic_of(request))
    return [row for row in rows if all(code(name, PARTS[name][1](row)) == value for name, value in wanted.items())]


def _code(clinic_id: UUID) -> Callable[[str, str], str]:
    """What stands for a value in the address."""
    return lambda name, value: clinicians.code_of(clinic_id, value) if name == "with" else value or NONE


@dataclass(frozen=True, slots=True)
class Filter:
    name: Any
    is_on: bool
    choices: list[tuple[Any, str, bool]]  # words, address, whether it is chosen


def _filters(request: HttpRequest, rows: Sequence[Stand]) -> list[Filter]:
    """What can be chosen among the visits shown. A part of which there is only one is not offered."""
    made, code = [], _code(clinic_of(request))
    for name, (title, read) in PARTS.items():
        chosen = request.GET.get(name, "")
        found = {code(name, value): value for value in sorted({read(row) for row in rows})}
        if chosen and chosen not in found:
            found[chosen] = "" if chosen == NONE else "–" if name == "with" else chosen
        if len(found) > 1 or chosen:
            options = [
                (_words(name, value), days.with_query(request.GET, **{name: key}), key == chosen)
                for key, value in found.items()
            ]
            made.append(
                Filter(
                    title, bool(chosen), [(_("All"), days.with_query(request.GET, **{name: ""}), not chosen), *options]
                )
            )
    return made


def _words(name: str, value: str) -> Any:
    if name == "status":
        return CHIPS[Status(value)].words if value in list(Status) else value
    return value or _("None named")


def _pages(request: HttpRequest, page: days.Page) -> dict[str, str]:
    def to(number: int) -> str:
        return days.with_query(request.GET) + f"&page={number}" if number else ""

    return {"before": to(page.before), "after": to(page.after)}


# ------------------------------------------------------------------------------------------------ at a glance


@dataclass(frozen=True, slots=True)
class Glance:
    """The counts above the list, and the widths of the bar in thousandths. `open`: asked, and no answer yet; who could not be
    asked, or was not, is in none but the total."""

    total: int
    confirmed: int
    open: int
    cancelled: int
    tomorrow: int
    share: int
    ways: str
    to_call: int
    by_patient: int

    @property
    def bar(self) -> list[tuple[str, float, float]]:
        at, made = 0.0, []
        for colour, count in (("ok", self.confirmed), ("warn", self.open), ("mute", self.cancelled)):
            width = 1000 * count / self.total if self.total else 0.0
            if width:
                made.append((f"f-{colour}", round(at, 1), round(max(width - 3, 1), 1)))
            at += width
        return made


def _glance(near: days.Near) -> Glance:
    rows = near.today
    confirmed = [row for row in rows if row.status in COMES]
    cancelled = [row for row in rows if row.status in CANCELLED]
    return Glance(
        total=len(rows),
        confirmed=len(confirmed),
        open=sum(1 for row in rows if row.status is Status.NO_ANSWER),
        cancelled=len(cancelled),
        tomorrow=len(near.tomorrow),
        share=round(100 * len(confirmed) / len(rows)) if rows else 0,
        ways=_ways([row for row in confirmed if row.status is Status.CONFIRMED]),
        to_call=sum(1 for row in near.today if row.why),
        by_patient=sum(1 for row in cancelled if row.status is Status.CANCELLED_BY_PATIENT),
    )


def _ways(confirmed: Sequence[Stand]) -> str:
    """31 by reply, 7 by link, 2 by staff."""
    counts = {"sms": 0, "link": 0, "staff": 0, "source": 0}
    for row in confirmed:
        counts[how(row.visit.changed_by, row.visit.changed_ref)] += 1
    words = {
        "sms": ngettext("%(count)s by reply", "%(count)s by reply", counts["sms"]),
        "link": ngettext("%(count)s by link", "%(count)s by link", counts["link"]),
        "staff": ngettext("%(count)s by staff", "%(count)s by staff", counts["staff"]),
    }
    return ", ".join(words[way] % {"count": numbers.counted(counts[way])} for way in words if counts[way])


# ------------------------------------------------------------------------------------------------ acts


@needs(Permission.IMPORT)
@require_POST
def announce(request: HttpRequest) -> HttpResponse:
    """Lets what an import would tell people go, or drops it."""
    clinic_id = clinic_of(request)
    source, word = request.POST.get("source", ""), request.POST.get("word", "")
    if word not in (Announce.ALL, Announce.NONE):
        return HttpResponseRedirect(reverse("home"), status=303)
    done = appointments.settle_announcements(
        clinic_id=clinic_id, source=source, announce=Announce(word), by=shell.actor(request)
    )
    told = ngettext("%(count)s person is told.", "%(count)s people are told.", done.told) % {
        "count": numbers.counted(done.told)
    }
    if done.told or done.dropped:
        messages.success(request, told if done.told else _("Nobody is told."))
    else:
        messages.warning(request, _("Somebody has decided this already."))
    return HttpResponseRedirect(reverse("home"), status=303)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
def task(request: HttpRequest, task_id: Any) -> HttpResponse:
    """A task is done; `?open=yes` takes that back."""
    is_done = request.GET.get("open") != "yes"
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        try:
            tasks.set_done(clinic_id=clinic_id, task_id=task_id, is_done=is_done, by=shell.actor(request))
        except LookupError:
            raise Http404 from None
    if is_done:
        undo = f"{reverse('task-done', args=[task_id])}?open=yes"
        messages.success(request, _("Done."), extra_tags=undo)
    return HttpResponseRedirect(reverse("home"), status=303)
