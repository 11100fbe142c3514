"""The waitlist as a patient sees it: they ask to be told of an earlier time (p9a), take one that is free (p9b), or hear that
somebody was faster (p9c). Opening a page changes nothing, and no step needs script."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import DAY_END, JoinFacts, OfferFacts, OwnWish, Slot, SlotTaken, SlotWish
from recado.clinics.access import public
from recado.consent.queries import shown as agreement
from recado.consent.types import PurposeGroup
from recado.conversations import actions as conversations
from recado.conversations.types import ACCEPT, DECLINE, OFFER, VisitPage
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as messaging
from recado.messaging.types import LinkTarget
from recado.web import dates, languages, patient_pages

BY_LINK = Actor(ActorKind.PATIENT, "link")
NOON = 12 * 60
NOTICES = (15, 60, 180, 24 * 60)  # minutes
LASTS = (14, 30, 90)  # days
USUAL_NOTICE, USUAL_LAST = 60, 30
MISSING = 422
NO_MORE = {"gone", "over"}
TO_JOIN = ("appointment", "waitlist")  # kinds of links, in launch/wiring.py


@public("the link in a patient's text is the permission")
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the free time, or what became of it; POST `answer=yes|no|not_today|stay|leave` or `hold=` one of the others."""
    page = patient_pages.behind(token)
    target = messaging.link_behind(token) if page else None
    if page is None or target is None or target.kind != OFFER:
        return patient_pages.ended(request, token)
    with clinic_scope(target.clinic_id):
        facts = queries.offer_facts(target.clinic_id, target.subject_id)
    if facts is None:
        return patient_pages.ended(request, token)
    if request.method != "POST":
        return _shown_offer(request, token, page, facts)
    if "hold" in request.POST:
        return _hold(request, token, target, facts)
    return _answered(request, token, target, facts)


def _answered(request: HttpRequest, token: str, target: LinkTarget, facts: OfferFacts) -> HttpResponse:
    """Does what was pressed, and shows what came of it. What is not on the page changes nothing."""
    clinic_id, patient_id, said = target.clinic_id, facts.patient_id, ""
    match request.POST.get("answer", ""):
        case "yes" if facts.outcome != "won":
            conversations.answer_by_link(token, ACCEPT)
        case "no" if facts.is_open:
            conversations.answer_by_link(token, DECLINE)
        case "not_today" if facts.is_open:
            conversations.answer_by_link(token, DECLINE)
            with clinic_scope(clinic_id):
                appointments.ask_not_on(clinic_id=clinic_id, patient_id=patient_id, day=facts.day, by=BY_LINK)
            said = "not_today"
        case "leave":
            with clinic_scope(clinic_id):
                appointments.leave_waitlist(clinic_id=clinic_id, patient_id=patient_id, by=BY_LINK)
            said = "left"
        case "stay":
            said = "stays"
    return patient_pages.see_other(request, "link-offer", token, said=said)


def _hold(request: HttpRequest, token: str, target: LinkTarget, facts: OfferFacts) -> HttpResponse:
    """Keeps another time for three minutes and goes on to the page of their own visit, by a link of its own: this one is about
    the offer alone."""
    slot = next((one for one in facts.free if _key(one) == request.POST["hold"]), None)
    if slot is None or facts.has is None:
        return patient_pages.see_other(request, "link-offer", token, said="taken")
    wish, visit = SlotWish(slot.service_id, slot.calendar_id, slot.starts_at), facts.has.id
    try:
        appointments.hold(clinic_id=target.clinic_id, wish=wish, held_for=visit, by=BY_LINK)
    except SlotTaken:
        return patient_pages.see_other(request, "link-offer", token, said="taken")
    with clinic_scope(target.clinic_id):
        address = appointments.link_to_visit(clinic_id=target.clinic_id, visit_id=visit, phone_bi=target.phone_bi)
    query = languages.asked(request)
    return HttpResponseRedirect(reverse("link-times", args=[address.rpartition("/")[2]]) + query, status=303)


def _key(slot: Slot) -> str:
    return f"{slot.calendar_id} {slot.starts_at.isoformat()}"


def _shown_offer(request: HttpRequest, token: str, page: VisitPage, facts: OfferFacts) -> HttpResponse:
    zone = ZoneInfo(str(page.starts_at.tzinfo))
    has = facts.has

    def words() -> dict[str, Any]:
        own = has.starts_at.astimezone(zone) if has else None
        return {
            "has": dates.short_moment(own) if own else "",
            "has_day": dates.short_day(own) if own else "",
            "has_long": dates.long_day(own) if own else "",
            "has_clock": dates.clock(own) if own else "",
            "ahead": _ahead(page.starts_at - business_time.now()),
            "closes": dates.short_moment(facts.closes_at.astimezone(zone)),
            "others": _others(facts.others),
            "free": [
                (_key(slot), dates.short_day(at), dates.clock(at))
                for slot in facts.free
                for at in [slot.starts_at.astimezone(zone)]
            ],
        }

    name = "offer_over" if facts.outcome in NO_MORE else f"offer_{facts.outcome}"
    more = {"facts": facts, "worded": words, "said": request.GET.get("said", "")}
    return patient_pages.shown(request, name, page=page, token=token, more=more)


def _ahead(span: timedelta) -> str:
    """In 1 hour, in 3 days; nothing for what has begun."""
    return _("in %(length)s") % {"length": dates.length(span)} if span > timedelta(minutes=1) else ""


def _others(count: int) -> str:
    if count == 0:
        return _("You are the first whom we ask.")
    asked = ngettext("%(count)d other person was asked too.", "%(count)d other people were asked too.", count)
    return f"{asked % {'count': count}} {_('The first yes gets it.')}"


# ------------------------------------------------------------------------------------------------ to join


@public("the link in a patient's text is the permission")
@require_http_methods(["GET", "HEAD", "POST"])
def earlier(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks when they can come; POST `do=join` puts them on the list or changes what they wait for, `do=leave` takes them
    off it."""
    page = patient_pages.behind(token)
    target = messaging.link_behind(token) if page else None
    if page is None or target is None:
        return patient_pages.ended(request, token)
    if target.kind not in TO_JOIN:
        return patient_pages.see_other(request, "link", token)
    with clinic_scope(target.clinic_id):
        facts = queries.join_facts(target.clinic_id, target.kind, target.subject_id)
    if facts is None:
        return patient_pages.see_other(request, "link", token)
    if request.method != "POST":
        return _shown_form(request, token, page, facts)
    if request.POST.get("do") == "leave":
        with clinic_scope(target.clinic_id):
            appointments.leave_waitlist(clinic_id=target.clinic_id, patient_id=facts.patient_id, by=BY_LINK)
        return patient_pages.see_other(request, "link-earlier", token, said="left")
    wish = _read(request, page, facts)
    if wish is None:
        return _shown_form(request, token, page, facts, is_missing=True)
    with clinic_scope(target.clinic_id):
        appointments.join_waitlist_themselves(
            clinic_id=target.clinic_id,
            patient_id=facts.patient_id,
            phone_bi=target.phone_bi,
            visit_id=facts.visit.id if facts.visit else None,
            wish=wish,
            language=languages.chosen(request, page.language),
            how="link",
            by=BY_LINK,
        )
    return patient_pages.see_other(request, "link-earlier", token, said="on")


def _read(request: HttpRequest, page: VisitPage, facts: JoinFacts) -> OwnWish | None:
    """What the form says; None where no day or no part of the day is chosen, or something is not of the form."""
    given = request.POST
    halves = set(given.getlist("half"))
    days = {int(one) for one in given.getlist("day") if one in set("0123456")}
    notice, lasts = given.get("notice", ""), given.get("lasts", "")
    clinician, service = given.get("clinician", ""), given.get("service", "")
    known = {str(one) for one in NOTICES}, {"", "keep", *map(str, LASTS)}
    if not halves or not halves <= {"morning", "afternoon"} or not days or notice not in known[0]:
        return None
    if lasts not in known[1] or clinician not in {"", *facts.clinicians} or service not in {"", *facts.services}:
        return None
    return OwnWish(
        days=sum(1 << day for day in days),
        from_minute=0 if "morning" in halves else NOON,
        to_minute=DAY_END if "afternoon" in halves else NOON,
        notice=timedelta(minutes=int(notice)),
        clinician=clinician,
        service=service,
        until=_until(lasts, page, facts),
    )


def _until(lasts: str, page: VisitPage, facts: JoinFacts) -> date | None:
    """The last day; None: until their visit."""
    if lasts == "keep":
        return facts.wish.until if facts.wish else None
    today = business_time.now().astimezone(ZoneInfo(str(page.starts_at.tzinfo))).date()
    if lasts:
        return today + timedelta(days=int(lasts))
    return None if facts.visit else today + timedelta(days=USUAL_LAST)


def _shown_form(
    request: HttpRequest, token: str, page: VisitPage, facts: JoinFacts, *, is_missing: bool = False
) -> HttpResponse:
    zone = ZoneInfo(str(page.starts_at.tzinfo))

    def words() -> dict[str, Any]:
        return {
            "keeps": dates.short_moment(facts.visit.starts_at.astimezone(zone)) if facts.visit else "",
            "halves": _halves(facts),
            "days": _days(facts),
            "notices": _notices(facts),
            "lasts": _lasts(facts, zone),
            "agreed": agreement(get_language() or "en", page.clinic_name).whole([PurposeGroup.CARE]),
        }

    more = {"facts": facts, "worded": words, "said": request.GET.get("said", ""), "is_missing": is_missing}
    status = MISSING if is_missing else 200
    return patient_pages.shown(request, "earlier", page=page, token=token, status=status, more=more)


Option = tuple[str, str, bool]  # the form's value, in words, whether it is chosen


def _halves(facts: JoinFacts) -> list[tuple[str, str, str, bool]]:
    """Value, name, its hours where the clinic says when it is open, whether it is chosen."""
    wish, noon = facts.wish, time(12)
    is_morning = wish is None or wish.from_minute < NOON
    is_afternoon = wish is None or wish.to_minute > NOON
    return [
        ("morning", _("Mornings"), _between(facts.opens, noon), is_morning),
        ("afternoon", _("Afternoons"), _between(noon, facts.closes), is_afternoon),
    ]


def _between(opens: time | None, closes: time | None) -> str:
    if opens is None or closes is None or opens >= closes:
        return ""
    return _("%(opens)s to %(closes)s") % {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}


def _days(facts: JoinFacts) -> list[Option]:
    monday = datetime(2026, 11, 30, tzinfo=UTC)  # any: only the weekday is shown
    return [
        (
            str(day),
            dates.weekday(monday + timedelta(days=day)),
            bool(facts.wish.days >> day & 1) if facts.wish else True,
        )
        for day in range(7)
    ]


def _notices(facts: JoinFacts) -> list[Option]:
    stands = int(facts.wish.notice.total_seconds() // 60) if facts.wish else USUAL_NOTICE
    nearest = min(NOTICES, key=lambda one: abs(one - stands))
    return _options(
        NOTICES, nearest, lambda one: _("Within %(words)s") % {"words": dates.length(timedelta(minutes=one))}
    )


def _lasts(facts: JoinFacts, zone: ZoneInfo) -> list[Option]:
    until = facts.wish.until if facts.wish else None
    visit_day = facts.visit.starts_at.astimezone(zone).date() if facts.visit else None
    is_own = until is not None and until != visit_day
    rows = [("keep", _("Until %(day)s") % {"day": dates.full_date(until)}, True)] if until and is_own else []
    if facts.visit:
        rows.append(("", _("Until my appointment"), not rows))
    usual = 0 if rows else USUAL_LAST
    return rows + _options(
        LASTS, usual, lambda one: _("For %(length)s from today") % {"length": dates.length(timedelta(days=one))}
    )


def _options(values: Iterable[int], chosen: int, words: Callable[[int], str]) -> list[Option]:
    return [(str(value), words(value), value == chosen) for value in values]
