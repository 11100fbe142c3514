"""A clinician runs late: everybody who still waits for them today is told in one act, first seen, then sent, and taken back
as long as it has not left."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from recado.appointments.types import DayVisit, VisitState
from recado.care_events import actions as care
from recado.care_events.types import Fault
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.web import clinicians, coming_words, numbers, shell
from recado.web.calendar import days, facts, views
from recado.web.calendar.facts import Seen, Stand
from recado.web.costs import cost_words
from recado.web.sign_in.at_work import clinic_of

USUAL = "30"  # minutes
TO_BE_SEEN = (VisitState.BOOKED, VisitState.CONFIRMED, VisitState.ARRIVED)
WRONG = gettext_lazy("Type how many minutes, from 1 to 1440.")


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who waits. `why`: they can't be told, or not now, with what to do; empty: a text goes."""

    seen: Seen
    expected: datetime
    why: str
    advice: str
    colour: str
    icon: str


@needs(Permission.CHANGE_APPOINTMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest) -> HttpResponse:
    """`with`: the clinician's code, `minutes`: how late. GET shows who waits and what each is told; POST tells them."""
    clinic_id = clinic_of(request)
    asked = request.POST or request.GET
    code, typed = asked.get("with", ""), asked.get("minutes", USUAL).strip()
    minutes = int(typed) if re.fullmatch(r"\d{1,4}", typed, re.A) else 0
    with clinic_scope(clinic_id):
        stands = _waiting(clinic_id, code, minutes)
        waiting = [_word(one.visit, minutes) for one in stands]
    is_real = request.method == "POST"
    told = care.tell_delay(
        clinic_id=clinic_id, minutes=minutes, waiting=waiting, by=shell.actor(request), dry_run=not is_real
    )
    if isinstance(told, Fault):
        return _page(request, code, typed, error=str(WRONG))
    if not is_real:
        back = _take_back(request, code, dry_run=True)
        seen = _seen(request, clinic_id, stands, minutes, told) | {"back": back, "holds": _holds(back)}
        return _page(request, code, typed, seen=seen)
    going = sum(one.goes for one in told.coming)
    said = ngettext("%(count)s text goes out.", "%(count)s texts go out.", going) % {"count": numbers.counted(going)}
    undo = f"{reverse('tell-delay-back')}?{urlencode({'with': code, 'minutes': minutes})}"
    messages.success(request, said, extra_tags=undo if going else "")
    return _to(code, minutes)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """What has not left is not sent; who had the text is told what holds: what was told before, or that it is on time after
    all. The visits stand as they did."""
    code, typed = request.GET.get("with", ""), request.GET.get("minutes", "")
    minutes = int(typed) if re.fullmatch(r"\d{1,4}", typed, re.A) else 0
    back = _take_back(request, code)
    off = ngettext("%(count)s text is taken back.", "%(count)s texts are taken back.", back.off)
    gone = ngettext("%(count)s had gone already.", "%(count)s had gone already.", back.gone)
    counted = [(off, back.off), *([(gone, back.gone)] if back.gone else [])]
    said = [words % {"count": numbers.counted(count)} for words, count in counted]
    (messages.warning if back.gone else messages.success)(request, " ".join([*said, *_holds(back)]))
    return _to(code, minutes)


def _take_back(request: HttpRequest, code: str, *, dry_run: bool = False) -> care.TakenBack:
    """Of everybody whom this clinician has still to see today, however late they were told it is."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        waiting = [_word(one.visit, 0) for one in _to_see(days.near(clinic_id), clinic_id, code)]
        return care.take_delay_back(clinic_id=clinic_id, waiting=waiting, by=shell.actor(request), dry_run=dry_run)


def _holds(back: care.TakenBack) -> list[str]:
    """What holds for people once a delay is taken back, and how many are told."""
    again = ngettext(
        "For %(count)s person the delay told before holds again.",
        "For %(count)s people the delay told before holds again.",
        back.again,
    )
    on_time = ngettext(
        "For %(count)s person who was told of it, it is on time after all.",
        "For %(count)s people who were told of it, it is on time after all.",
        back.on_time,
    )
    going = ngettext("%(count)s text goes out.", "%(count)s texts go out.", back.going)
    counted = ((again, back.again), (on_time, back.on_time), (going, back.going))
    return [words % {"count": numbers.counted(count)} for words, count in counted if count]


def _to(code: str, minutes: int) -> HttpResponse:
    there = urlencode({"with": code, "minutes": minutes})
    return HttpResponseRedirect(f"{reverse('tell-delay')}?{there}", status=303)


def _waiting(clinic_id: UUID, code: str, minutes: int) -> list[Stand]:
    """Who is still to be seen by this clinician today: whose turn, with the delay, is to come. Of several visits of one person,
    the next."""
    near = days.near(clinic_id)
    found: dict[UUID, Stand] = {}
    for one in _to_see(near, clinic_id, code):
        if one.visit.starts_at + timedelta(minutes=minutes) > near.now:
            found.setdefault(one.visit.patient_id, one)
    return list(found.values())


def _to_see(near: days.Near, clinic_id: UUID, code: str) -> list[Stand]:
    """The visits of today to this clinician that have neither begun nor been missed or cancelled."""
    clinician = clinicians.named(clinic_id, code, {one.visit.clinician for one in near.today})
    theirs = [one for one in near.today if clinician and one.visit.clinician == clinician]
    return [one for one in theirs if one.visit.state in TO_BE_SEEN]


def _word(visit: DayVisit, minutes: int) -> care.Waiting:
    return care.Waiting(visit.id, visit.patient_id, visit.starts_at + timedelta(minutes=minutes))


def _seen(
    request: HttpRequest, clinic_id: UUID, stands: Sequence[Stand], minutes: int, told: care.Told
) -> dict[str, Any]:
    coming = {one.patient_id: one for one in told.coming}
    with clinic_scope(clinic_id):
        people = facts.see(clinic_id, stands)
        days.note(request, "appointment.delay", people)
    lines = [_line(one, minutes, coming.get(one.visit.patient_id), told) for one in people]
    return {
        "told": told,
        "lines": lines,
        "going": sum(one.goes for one in told.coming),
        "left_out": [line for line in lines if line.why],
        "cost": cost_words(told.cost),
    }


def _line(seen: Seen, minutes: int, coming: Any, told: care.Told) -> Line:
    expected = seen.start + timedelta(minutes=minutes)
    if coming is not None and coming.goes:
        return Line(seen, expected, "", "", "info", "message-square-text")
    if coming is not None:
        rule = coming.rule
        return Line(seen, expected, coming_words.title(rule), coming_words.advice(rule), *coming_words.look(rule))
    if told.too_late:
        return Line(seen, expected, _("No allowed hour is left"), _("They come on the call list."), "warn", "phone")
    return Line(seen, expected, _("Has been told the same"), _("Nobody is told twice."), "mute", "check")


def _page(
    request: HttpRequest, code: str, typed: str, *, error: str = "", seen: Mapping[str, Any] | None = None
) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        near = days.near(clinic_id)
    zone = clinics.clinic_settings(clinic_id).time_zone
    names = sorted({one.visit.clinician for one in near.today if one.visit.clinician})
    clinician = clinicians.named(clinic_id, code, names)
    context = {
        **views.frame(request),
        "to_call": len(near.calls),
        "clinician": clinician,
        "code": code,
        "clinicians": [(clinicians.code_of(clinic_id, name), name, name == clinician) for name in names],
        "minutes": typed,
        "error": error,
        "seen": seen if clinician else None,
        "now": local(business_time.now(), zone),
    }
    return shell.page(request, "recado/calendar/late.html", context, at="appointments", status=422 if error else 200)
