"""The waitlist's page: the times on offer with their waves, who waits, and how the list did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import ALL_DAYS, DAY_END, Freed, FreedState, NoneAsked, Notice, Waiting, WhyEnded
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.conversations.types import OfferedView
from recado.foundation import audit, business_time
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, shell
from recado.web.calendar import days, views
from recado.web.calendar.acts import back_of
from recado.web.chips import Chip
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

HISTORY = timedelta(days=30)
HALVES = {"": (0, DAY_END), "morning": (0, 12 * 60), "afternoon": (12 * 60, DAY_END)}
NOTICE = {
    Notice.LONG: gettext_lazy("More than 4 h notice"),
    Notice.MIDDLE: gettext_lazy("2 to 4 h notice"),
    Notice.SHORT: gettext_lazy("Less than 2 h notice"),
}
NONE_ASKED = {
    NoneAsked.NOBODY: gettext_lazy("Nobody else on the list could come at this time."),
    NoneAsked.OVER: gettext_lazy("The offer is over already: nothing was changed."),
    NoneAsked.TAKEN: gettext_lazy(
        "Nobody more is asked: somebody has this time by now. The offer is ended, and whoever was asked is told."
    ),
    NoneAsked.AWAY: gettext_lazy(
        "Nobody more is asked: it looks as if nobody could be seen at this time. The offer is ended, and whoever was asked is told."
    ),
    NoneAsked.TOO_LATE: gettext_lazy("Nobody more is asked: it is too late to come to this time. The offer is ended."),
}
WHY_ENDED = {
    WhyEnded.TAKEN: gettext_lazy("Somebody was booked there otherwise"),
    WhyEnded.AWAY: gettext_lazy("It looked as if nobody could be seen then"),
    WhyEnded.STAFF: gettext_lazy("The team took it off offer"),
    WhyEnded.STANDS: gettext_lazy("The cancelled visit stands again"),
    WhyEnded.IMPORT: gettext_lazy("The import that had freed it was taken back"),
    WhyEnded.UNTOLD: gettext_lazy("Whoever had it is not to be told that it is theirs no more"),
    WhyEnded.HELD: gettext_lazy("Whoever had it was not told in time that it is theirs no more"),
}
NOTICES = (15, 60, 180, 24 * 60)  # minutes
WEEKDAYS = (
    *(gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday")),
    *(gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who was asked, and what they said."""

    name: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class Wave:
    """Those asked at once."""

    number: int
    at: datetime
    is_last: bool
    people: Sequence[Asked]


@dataclass(frozen=True, slots=True)
class OnOffer:
    """A time on offer as the page shows it."""

    freed: Freed
    at: datetime
    freed_at: datetime
    next_at: datetime | None
    waves: Sequence[Wave]


@dataclass(frozen=True, slots=True)
class Waits:
    """A line of the list."""

    person: Reach
    what: str
    when: str
    since: str
    has_at: datetime | None
    offers: int
    answered: int
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Past:
    """A time that is not on offer any more."""

    at: datetime
    clinician: str
    words: str
    chip: Chip


@needs(Permission.CHANGE_APPOINTMENTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    clinic_id = clinic_of(request)
    clinic = clinics.clinic_settings(clinic_id)
    now = business_time.now()
    with clinic_scope(clinic_id):
        rows = queries.waiting(clinic_id)
        freed = queries.freed_times(clinic_id, since=now - HISTORY)
        refill = queries.refill(clinic_id, days=HISTORY.days)
        asked = {one.patient_id for time in freed if time.offer for one in time.offer.offered}
        people = contacts.reach(clinic_id, {row.wish.patient_id for row in rows} | asked)
        near = days.near(clinic_id)
        if request.headers.get("X-Live") != "true" and people:
            shown = {"patients": sorted(map(str, people))}
            audit.record(clinic_id=clinic_id, by=shell.actor(request), action="waitlist.view", detail=shown)
    zone = clinic.time_zone
    context = {
        **views.frame(request),
        "to_call": len(near.calls),
        "waiting": [
            waits(row, people[row.wish.patient_id], now, zone) for row in rows if row.wish.patient_id in people
        ],
        "on_offer": [_on_offer(one, people, zone) for one in freed if one.state is FreedState.OFFERING],
        "past": [_past(one, people, zone) for one in freed if one.state is not FreedState.OFFERING][:10],
        "refill": refill,
        "refill_total": refill.filled + refill.nobody + refill.too_late,
        "refill_bar": _bar((refill.filled, "f-ok"), (refill.too_late, "f-mute"), (refill.nobody, "f-warn")),
        "by_notice": [(NOTICE[notice], filled, total) for notice, filled, total in refill.by_notice],
        "half_within": None if refill.half_within is None else dates.length(timedelta(seconds=refill.half_within)),
    }
    return shell.page(request, "recado/calendar/waitlist.html", context, at="appointments")


def _bar(*parts: tuple[int, str]) -> list[tuple[float, float, str]]:
    """Where each part begins in a bar of 1,000, how wide it is, and its colour."""
    total, at, drawn = sum(count for count, _ in parts), 0, []
    for count, colour in parts:
        if count:
            drawn.append((round(1000 * at / total, 1), round(1000 * count / total, 1), colour))
        at += count
    return drawn


def _on_offer(one: Freed, people: Mapping[UUID, Reach], zone: str) -> OnOffer:
    offered = one.offer.offered if one.offer else ()
    numbers = sorted({each.wave for each in offered})
    waves = [
        Wave(
            number,
            local(min(each.asked_at for each in offered if each.wave == number), zone),
            number == numbers[-1],
            [_asked(each, people) for each in offered if each.wave == number],
        )
        for number in numbers
    ]
    next_at = local(one.wave_ends_at, zone) if one.wave_ends_at else None
    return OnOffer(one, local(one.time.starts_at, zone), local(one.freed_at, zone), next_at, waves)


def _asked(one: OfferedView, people: Mapping[UUID, Reach]) -> Asked:
    chips = {
        "accept": Chip("ok", "check", _("Yes")),
        "late": Chip("", "check", _("Yes, too late")),
        "decline": Chip("", "x", _("No")),
    }
    name = people[one.patient_id].name if one.patient_id in people else _("Somebody")
    return Asked(name, chips.get(one.answer) or Chip("info", "clock", _("No answer yet")))


def _past(one: Freed, people: Mapping[UUID, Reach], zone: str) -> Past:
    offered = one.offer.offered if one.offer else ()
    took = dates.length(one.ended_at - one.freed_at) if one.ended_at else ""
    if one.state is FreedState.FILLED:
        name = people[one.filled_by].name if one.filled_by and one.filled_by in people else ""
        words, chip = _("%(name)s, after %(time)s") % {"name": name, "time": took}, Chip("ok", "check", _("Filled"))
    elif one.state is FreedState.NOBODY:
        words = ngettext("%(count)d asked", "%(count)d asked", len(offered)) % {"count": len(offered)}
        chip = Chip("warn", "clock", _("Nobody"))
    elif one.state is FreedState.TOO_LATE:
        late = WHY_ENDED.get(one.why) or _("Came free too shortly before the visit")
        words, chip = str(late), Chip("", "minus", _("Too late"))
    else:
        ended = WHY_ENDED.get(one.why) or _("The offer was ended")
        words, chip = str(ended), Chip("", "undo-2", _("Taken back"))
    return Past(local(one.time.starts_at, zone), one.time.clinician, words, chip)


def waits(row: Waiting, person: Reach, now: datetime, zone: str) -> Waits:
    wish = row.wish
    what = ", ".join(word for word in (wish.clinician, wish.service, wish.site) if word)
    return Waits(
        person,
        what or _("Anything"),
        _when(row),
        dates.length(now - wish.joined_at),
        local(wish.has_at, zone) if wish.has_at else None,
        row.offers,
        row.answered,
        wish.is_urgent,
    )


def _when(row: Waiting) -> str:
    wish = row.wish
    half = next((key for key, hours in HALVES.items() if hours == (wish.from_minute, wish.to_minute)), "")
    said = {"morning": _("Mornings"), "afternoon": _("Afternoons")}.get(half, _("Any time"))
    on = [str(word) for at, word in enumerate(WEEKDAYS) if wish.days >> at & 1]
    if wish.days != ALL_DAYS:
        said = f"{said}: {', '.join(on)}"
    return _("%(when)s, %(time)s notice") % {"when": said, "time": dates.length(wish.notice)}


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
@unknown_is_404
def ask_next(request: HttpRequest, freed_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        asked = appointments.ask_next_wave(clinic_id=clinic_id, freed_id=freed_id, by=shell.actor(request))
    if isinstance(asked, NoneAsked):
        messages.warning(request, NONE_ASKED[asked])
    else:
        said = ngettext("%(count)d more person is asked.", "%(count)d more people are asked.", asked) % {"count": asked}
        messages.success(request, said)
    return HttpResponseRedirect(reverse("waitlist"), status=303)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
@unknown_is_404
def take_back(request: HttpRequest, freed_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        is_ended = appointments.take_free_time_back(clinic_id=clinic_id, freed_id=freed_id, by=shell.actor(request))
    if is_ended:
        messages.success(request, _("The offer is ended. Whoever was asked is told."))
    else:
        messages.warning(request, _("The offer is over already: nothing was changed."))
    return HttpResponseRedirect(reverse("waitlist"), status=303)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
@unknown_is_404
def leave(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        if not contacts.reach(clinic_id, [patient_id]):
            raise Http404
        has_left = appointments.leave_waitlist(clinic_id=clinic_id, patient_id=patient_id, by=shell.actor(request))
    if has_left:
        messages.success(request, _("Taken off the list."))
    return HttpResponseRedirect(reverse("waitlist"), status=303)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def join(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Puts a patient on the list, or changes what they wait for."""
    clinic_id = clinic_of(request)
    clinic = clinics.clinic_settings(clinic_id)
    with clinic_scope(clinic_id):
        person = contacts.reach(clinic_id, [patient_id]).get(patient_id)
        if person is None:
            raise Http404
        visit = queries.next_visits(clinic_id, [patient_id]).get(patient_id)
        if request.method == "POST":
            wishes = _read(request.POST)
            if wishes is not None:
                appointments.join_waitlist(
                    clinic_id=clinic_id,
                    patient_id=patient_id,
                    by=shell.actor(request),
                    visit_id=visit.id if visit else None,
                    **wishes,
                )
                messages.success(request, _("On the waitlist: they are asked when a time comes free."))
                return HttpResponseRedirect(
                    back_of(request) if "back" in request.POST else reverse("waitlist"), status=303
                )
        standing = next((one for one in queries.waiting(clinic_id) if one.wish.patient_id == patient_id), None)
        words = queries.calendar_words(clinic_id)
        audit.record(clinic_id=clinic_id, by=shell.actor(request), action="waitlist.form", patient_id=patient_id)
    wish = standing.wish if standing else None
    context = {
        "person": person,
        "visit_at": local(visit.starts_at, clinic.time_zone) if visit else None,
        "wish": wish,
        "half": next(
            (key for key, hours in HALVES.items() if wish and hours == (wish.from_minute, wish.to_minute)), ""
        ),
        "weekdays": [(at, word, wish is None or bool(wish.days >> at & 1)) for at, word in enumerate(WEEKDAYS)],
        "notices": [(minutes, dates.length(timedelta(minutes=minutes))) for minutes in NOTICES],
        "notice": int(wish.notice.total_seconds() // 60) if wish else 60,
        "clinicians": words.clinicians,
        "services": words.services,
        "back": back_of(request) if "back" in request.GET or "back" in request.POST else reverse("waitlist"),
        "is_wrong": request.method == "POST",
    }
    return shell.page(
        request,
        "recado/calendar/waitlist_join.html",
        context,
        at="appointments",
        status=422 if context["is_wrong"] else 200,
    )


def _read(given: Any) -> dict[str, Any] | None:
    """What the form says; None where no day is chosen, or something is not of the form."""
    try:
        chosen = {int(value) for value in given.getlist("days")}
        notice = int(given.get("notice", "60"))
    except ValueError:
        return None
    half = given.get("half", "")
    if not chosen or not chosen <= set(range(7)) or half not in HALVES or notice not in NOTICES:
        return None
    first, last = HALVES[half]
    return {
        "clinician": given.get("clinician", "")[:120],
        "service": given.get("service", "")[:120],
        "days": sum(1 << day for day in chosen),
        "from_minute": first,
        "to_minute": last,
        "notice": timedelta(minutes=notice),
        "is_urgent": given.get("urgent") == "yes",
    }
