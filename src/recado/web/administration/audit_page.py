"""The audit log: filters in the address (ids and codes only), its chain checked on request, a signed export."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import access, queries
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import audit, audit_log
from recado.foundation.audit_log import AuditRow, Filters
from recado.foundation.tenancy import clinic_scope
from recado.web import audit_words, shell
from recado.web.sign_in.at_work import clinic_of

from . import audit_export, frame

CHECK = "audit.check"
FILTERS = ("who", "group", "patient", "result", "from", "to")


@needs(Permission.SEE_AUDIT)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    return _page(request, request.GET)


def _page(request: HttpRequest, asked: Any, *, error: str = "", known: str = "", reason: str = "") -> HttpResponse:
    clinic_id = clinic_of(request)
    zone = ZoneInfo(queries.clinic_settings(clinic_id).time_zone)
    chosen, filters = read_filters(asked, zone)
    with clinic_scope(clinic_id):
        if request.headers.get("X-Live") != "true" and not error:
            _note(request, "audit.view", detail=dict(chosen))
        page = audit_log.page(clinic_id, filters, before=as_id(asked.get("before", "")))
        checked = audit_log.last(clinic_id, CHECK)
    names = {str(one.user_id): one.name for one in queries.people(clinic_id)}
    context = {
        "rows": [_line(row, names, zone) for row in page.rows],
        "older": f"?{urlencode({**chosen, 'before': page.older})}" if page.older else "",
        "is_first": not asked.get("before"),
        "first": f"?{urlencode(chosen)}",
        "chosen": chosen,
        "filter_from": chosen.get("from", ""),
        "people": sorted(names.items(), key=lambda pair: pair[1]),
        "actors": [pair for pair in audit_words.ACTORS.items() if pair[0] != "staff"],
        "groups": audit_words.GROUPS.items(),
        "results": [(code, words[2]) for code, words in audit_words.RESULTS.items()],
        "checked": _checked(checked, names, zone) if checked else None,
        "may_see_patients": access.may(request, Permission.SEE_PATIENTS),
        "error": error,
        "known": known,
        "reason": reason,
        "most": audit_export.MOST,
    }
    return frame.page(request, "recado/administration/audit.html", context, at="audit", status=422 if error else 200)


def read_filters(asked: Any, zone: ZoneInfo) -> tuple[dict[str, str], Filters]:
    """What was asked for and makes sense: for the next address, and for the query."""
    chosen = {name: str(asked.get(name, "")).strip() for name in FILTERS}
    first, end = _day(chosen["from"]), _day(chosen["to"])
    patient = as_id(chosen["patient"])
    if chosen["group"] not in audit_words.GROUPS:
        chosen["group"] = ""
    if chosen["result"] not in audit_words.RESULTS:
        chosen["result"] = ""
    if as_id(chosen["who"]) is None and chosen["who"] not in audit_words.ACTORS:
        chosen["who"] = ""
    chosen |= {"patient": str(patient or ""), "from": str(first or ""), "to": str(end or "")}
    filters = Filters(
        who=chosen["who"],
        group=chosen["group"],
        patient_id=patient,
        result=chosen["result"],
        since=datetime.combine(first, time(), zone) if first else None,
        until=datetime.combine(end + timedelta(days=1), time(), zone) if end else None,
    )
    return {name: value for name, value in chosen.items() if value}, filters


def as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _line(row: AuditRow, names: dict[str, str], zone: ZoneInfo) -> dict[str, Any]:
    colour, icon, result = audit_words.RESULTS.get(row.result, ("mute", "info", row.result))
    return {
        "id": row.id,
        "at": row.at.astimezone(zone),
        "who": names.get(row.actor_ref) or str(audit_words.ACTORS.get(row.actor_kind, row.actor_kind)),
        "is_person": row.actor_ref in names,
        "what": audit_words.action(row.action),
        "action": row.action,
        "patient_id": row.patient_id,
        "subject": row.subject,
        "reason": row.reason,
        "origin": row.origin,
        "detail": [(name, _plain(value)) for name, value in row.detail.items()],
        "colour": colour,
        "icon": icon,
        "result": result,
    }


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(one)}" for name, one in value.items())
    return ", ".join(map(_plain, value)) if isinstance(value, list) else "–" if value in (None, "") else str(value)


def _note(request: HttpRequest, action: str, *, reason: str = "", detail: dict[str, Any]) -> None:
    audit.record(
        clinic_id=clinic_of(request),
        by=shell.actor(request),
        action=action,
        reason=reason,
        result="allowed" if action == "audit.view" else "done",
        detail=detail,
    )


# ------------------------------------------------------------------------------------------------ the chain


@needs(Permission.SEE_AUDIT)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Checks the whole chain; what was found stands in the audit itself, for everyone who opens it."""
    clinic_id = clinic_of(request)
    known = request.POST.get("known", "").strip()
    head = read_head(known)
    if known and head is None:
        said = _("That is not the end of a chain. It looks like 12:5f3a…, a number, a colon and 64 letters and digits.")
        return _page(request, {}, error=said, known=known)
    report = audit.verify(clinic_id, head)
    detail = {
        "whole": report.is_whole,
        "events": report.events,
        "seals": report.seals,
        "waiting": report.waiting,
        "head": write_head(report.head),
        "compared": known,
        "seal": report.first_break.seal if report.first_break else None,
        "event": str(report.first_break.event or "") if report.first_break else "",
    }
    with clinic_scope(clinic_id):
        _note(request, CHECK, detail=detail)
    return HttpResponseRedirect(f"{reverse('settings-audit')}#chain", status=303)


def write_head(head: audit.Head | None) -> str:
    return f"{head.number}:{head.digest.hex()}" if head else ""


def read_head(text: str) -> audit.Head | None:
    number, _colon, digest = text.partition(":")
    if not number.isdecimal() or len(number) > 12 or len(digest) != 64:
        return None
    try:
        return audit.Head(int(number), bytes.fromhex(digest))
    except ValueError:
        return None


def _checked(row: AuditRow, names: dict[str, str], zone: ZoneInfo) -> dict[str, Any]:
    return {**row.detail, "at": row.at.astimezone(zone), "by": names.get(row.actor_ref, "")}


# ------------------------------------------------------------------------------------------------ export


@needs(Permission.SEE_AUDIT)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The filtered lines with a signature. Asks why, and that stands in the audit."""
    clinic_id = clinic_of(request)
    reason = " ".join(request.POST.get("reason", "").split())[:200]
    if not reason:
        said = _("Say why you export the audit log. It stands in the log.")
        return _page(request, request.POST, error=said, reason=reason)
    settings = queries.clinic_settings(clinic_id)
    chosen, filters = read_filters(request.POST, ZoneInfo(settings.time_zone))
    form = "json" if request.POST.get("form") == "json" else "csv"
    names = {str(one.user_id): one.name for one in queries.people(clinic_id)}
    with clinic_scope(clinic_id):
        _note(request, "audit.export", reason=reason, detail={**chosen, "form": form})
        rows = list(audit_log.every(clinic_id, filters, most=audit_export.MOST))
    parcel = audit_export.parcel(rows, names, form)
    messages.success(request, _("The audit log is exported."))
    response = HttpResponse(parcel, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="audit-{settings.slug}.zip"'
    return response
