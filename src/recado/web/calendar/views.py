"""Appointments by day, and the list of who must be phoned."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recado.appointments import queries as appointments
from recado.appointments.types import CancelReason
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.web import cancelling, clinicians, dates, shell, visit_words
from recado.web.calendar import blocks, days, facts, grid
from recado.web.calendar.facts import Seen
from recado.web.sign_in.at_work import clinic_of
from recado.web.visit_words import REASONS

MANY = 6  # clinicians from which on the columns keep a width and the grid scrolls


@needs(Permission.SEE_APPOINTMENTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    clinic_id = clinic_of(request)
    clinic = clinics.clinic_settings(clinic_id)
    now = business_time.now()
    today = local(now, clinic.time_zone).date()
    day = days.day_asked(request.GET.get("day"), today)
    start, end = days.bounds(day, clinic.time_zone)
    with clinic_scope(clinic_id):
        near = days.near(clinic_id)
        found = days.of_day(clinic_id, day, near)
        around = blocks.around(clinic_id, start, end, clinic.time_zone)
        there = {one.visit.clinician for one in found} | {one.clinician for one in around.blocks}
        wanted = _wanted(request, clinic_id, there)
        shown = facts.see(clinic_id, [one for one in found if wanted in (None, one.visit.clinician)])
        days.note(request, "appointment.day", shown)
    beside = [one for one in around.blocks if wanted in (None, one.clinician)]
    laid = grid.lay_out(shown, beside)
    context = {
        **frame(request),
        "day": start.astimezone(local(now, clinic.time_zone).tzinfo),
        "day_words": dates.long_day(start),
        "day_iso": day.isoformat(),
        "is_today": day == today,
        "steps": _steps(request, day, today),
        "grid": laid,
        "is_many": sum(column.lanes for column in laid.columns) > MANY,
        "count": len(shown),
        "around": around,
        "held": around.count("held"),
        "clinicians": _clinicians(request, clinic_id, there, wanted),
        "to_call": len(near.calls),
        "selected": (chosen := _selected(request, shown)),
        **(_about(clinic_id, chosen, clinic.time_zone) if chosen else {}),
        "no_visit": days.with_query(request.GET),
        "printed": _printed(request),
    }
    return shell.page(request, "recado/calendar/day.html", context, at="appointments")


def frame(request: HttpRequest) -> dict[str, object]:
    """What every page of appointments needs: what the person may do, and where they are."""
    may = request.role.may  # type: ignore[attr-defined]
    return {
        "may_change": may(Permission.CHANGE_APPOINTMENTS),
        "may_read": may(Permission.SEE_MESSAGES),
        "may_open": may(Permission.SEE_PATIENTS),
        "may_import": may(Permission.IMPORT),
        "may_tell_many": may(Permission.SEND_CAMPAIGNS),
        "here": request.get_full_path(),
        "is_printing": request.GET.get("print") == "yes",
        "reasons": [(reason.value, words) for reason, words in REASONS.items()],
    }


def _printed(request: HttpRequest) -> dict[str, str]:
    """For the head of a printed page: when, and by whom."""
    clinic = clinics.clinic_settings(clinic_of(request))
    at = local(business_time.now(), clinic.time_zone)
    return {"at": dates.short_moment(at), "by": request.user.name}  # type: ignore[union-attr]


def _wanted(request: HttpRequest, clinic_id: UUID, there: Collection[str]) -> str | None:
    """Whose visits are asked for, who need not be there on this day; None: everybody's. Call it inside `clinic_scope`."""
    code = request.GET.get("with", "")
    if not code:
        return None
    found = clinicians.named(clinic_id, code, there)
    return (
        clinicians.named(clinic_id, code, appointments.calendar_words(clinic_id).clinicians) if found is None else found
    )


def _clinicians(
    request: HttpRequest, clinic_id: UUID, there: Collection[str], wanted: str | None
) -> list[tuple[str, str, bool]]:
    names = sorted({*there} if wanted is None else {*there, wanted}, key=lambda name: (not name, name))
    return [(_("All clinicians"), days.with_query(request.GET, **{"with": ""}), wanted is None)] + [
        (
            name or _("None named"),
            days.with_query(request.GET, **{"with": clinicians.code_of(clinic_id, name)}),
            name == wanted,
        )
        for name in names
    ]


def _steps(request: HttpRequest, day: date, today: date) -> dict[str, str]:
    def to(there: date) -> str:
        return days.with_query(request.GET, day="" if there == today else there.isoformat())

    return {"before": to(day - timedelta(days=1)), "today": to(today), "after": to(day + timedelta(days=1))}


def _about(clinic_id: UUID, chosen: Seen, zone: str) -> dict[str, object]:
    """How the visit came into the calendar, why it was cancelled, and the rooms that it could be in."""
    with clinic_scope(clinic_id):
        story = appointments.story(clinic_id, [chosen.id])
        rooms = appointments.free_rooms(clinic_id, chosen.id) if chosen.may_cancel else ()
    reason = chosen.visit.reason
    by_staff = str(REASONS[CancelReason(reason)]) if reason in set(CancelReason) else ""
    return {
        "came_from": visit_words.came_from(story[-1], local(story[-1].at, zone)) if story else "",
        "why_cancelled": by_staff or cancelling.words(reason),
        "rooms": [(one.id, one.name, one.name == chosen.visit.room) for one in rooms],
    }


def _selected(request: HttpRequest, seen: Sequence[Seen]) -> Seen | None:
    asked = request.GET.get("visit", "")
    return next((one for one in seen if str(one.id) == asked), None)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """Who must be phoned today, the soonest visit first; `?show=done`: whom somebody has phoned."""
    clinic_id = clinic_of(request)
    is_done = request.GET.get("show") == "done"
    with clinic_scope(clinic_id):
        near = days.near(clinic_id)
        done = [s for s in (*near.today, *near.tomorrow) if s.calls and not s.why]
        rows, is_printed = done if is_done else near.calls, request.GET.get("print") == "yes"
        page = days.page_of(clinic_id, rows, request.GET.get("page"), is_whole=is_printed)
        days.note(request, "appointment.call_list", page.rows)
    context = {
        **frame(request),
        "day_words": dates.long_day(near.now),
        "page": page,
        "pages": {
            "before": f"?show={'done' if is_done else ''}&page={page.before}" if page.before else "",
            "after": f"?show={'done' if is_done else ''}&page={page.after}" if page.after else "",
        },
        "to_call": len(near.calls),
        "done_count": len(done),
        "is_done": is_done,
        "printed": _printed(request),
        "first_name": request.user.name.split(" ", 1)[0],  # type: ignore[union-attr]
        "list_url": reverse("call-list"),
    }
    return shell.page(request, "recado/calendar/calls.html", context, at="appointments")
