"""Patients book a visit: by a link of their own, or on the clinic's page, where a code proves that the phone is theirs. Opening a
page changes nothing, and no step needs script. What a stranger reads says nothing about who is on record.
"""

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recado.appointments import actions, queries
from recado.appointments.types import (
    MOST_A_WEEK,
    MOST_AHEAD,
    LinkUsed,
    Online,
    ServiceView,
    SlotTaken,
    SlotWish,
    TooMany,
)
from recado.clinics import queries as clinics
from recado.clinics.access import public
from recado.clinics.types import CareBasis, ClinicSettings
from recado.consent.queries import shown as permission
from recado.consent.types import PurposeGroup
from recado.foundation.buckets import Bucket, bucket_of, network_of
from recado.foundation.phone import BadPhone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as messaging
from recado.web import dates, languages, open_pages, patient_pages, slot_words
from recado.web.sign_in.throttle import tries_left

KIND = "booking"  # of links, in launch/wiring.py
ALL = "all"  # in place of a service: all of them, where the link is about one
LONGEST_PHONE, LONGEST_CODE, LONGEST_NAME = 40, 12, 80
LOOKS_A_SECOND, LOOKS_AT_ONCE = 1.0, 120.0  # of one network address, in one process
CODES_OF_ADDRESS = 20  # in ten minutes
_looks: dict[str, Bucket] = {}
LIMITS = {"most_ahead": MOST_AHEAD, "most_a_week": MOST_A_WEEK}


@public("the link in a patient's text is the permission")
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows services and free times; POST `hold=` keeps one for three minutes, POST `book=` books it."""
    page = patient_pages.behind(token)
    target = messaging.link_behind(token) if page else None
    if page is None or target is None or target.kind != KIND:
        return _ended(request, token)
    clinic = clinics.clinic_settings(target.clinic_id)
    with clinic_scope(clinic.id):
        services = queries.online_services(clinic.id, is_known=True)
    service = _service(request, services, target.about_id)
    if request.method == "POST" and service is not None:
        return _hold_or_book(request, token, clinic.id, target.patient_id, service)
    more: dict[str, Any] = {"services": services, "service": service, "said": request.GET.get("said", ""), **LIMITS}
    more["back"] = _query(request)
    more["to_all"] = _query(request, service=ALL if target.about_id else "")
    if service is not None:
        more["worded"] = _held_words(request, clinic, service, target.patient_id)
        more["carried"] = _query(request, service=service.id)
    return patient_pages.shown(request, "book", page=page, token=token, more=more)


def _ended(request: HttpRequest, token: str) -> HttpResponse:
    """A link books one visit and ends. Who pressed twice, where no script stops it, or chose another time on another page, is led
    to the visit."""
    is_book = request.method == "POST" and "book" in request.POST and len(token) <= patient_pages.LONGEST_TOKEN
    target = messaging.link_behind(token) if is_book else None
    if target is not None and target.kind == KIND:
        with clinic_scope(target.clinic_id):
            service = _service(request, queries.online_services(target.clinic_id, is_known=True), target.about_id)
            wish = slot_words.wish_of(service.id, request.POST["book"]) if service else None
            used = queries.booked_by_link(target, wish) if wish else None
            if used is not None:
                visit, is_this = used
                address = queries.visit_address(target.clinic_id, visit)
                return _to_visit(request, address, said="booked" if is_this else "other")
    return patient_pages.ended(request, token)


def _held_words(request: HttpRequest, clinic: ClinicSettings, service: ServiceView, patient_id: UUID) -> Any:
    with clinic_scope(clinic.id):
        free = queries.online_slots(clinic.id, service.id, held_for=patient_id)
        held, until = queries.held_slot(clinic.id, patient_id, service)
    zone = ZoneInfo(clinic.time_zone)
    return lambda: slot_words.worded(free, zone, request.GET.get("day", ""), held, until)


def _hold_or_book(
    request: HttpRequest, token: str, clinic_id: UUID, patient_id: UUID, service: ServiceView
) -> HttpResponse:
    """Does it, and goes to the page that shows what came of it."""
    do = "book" if "book" in request.POST else "hold"
    wish = slot_words.wish_of(service.id, request.POST.get(do, ""))
    said = day = ""
    try:
        if wish is not None and do == "hold":
            actions.hold_by_link(clinic_id=clinic_id, patient_id=patient_id, wish=wish)
        elif wish is not None:
            visit = actions.book_by_link(clinic_id=clinic_id, patient_id=patient_id, wish=wish, token=token)
            with clinic_scope(clinic_id):
                return _to_visit(request, queries.visit_address(clinic_id, visit))
    except SlotTaken:
        said, day = "gone", slot_words.day_of(wish, clinics.clinic_settings(clinic_id).time_zone) if wish else ""
    except TooMany:
        said = "many"
    except LinkUsed:
        return _ended(request, token)
    query = _query(request, service=service.id, said=said, day=day)
    return HttpResponseRedirect(reverse("link-book", args=[token]) + query, status=303)


def _to_visit(request: HttpRequest, address: str, *, page: str = "link", said: str = "booked") -> HttpResponse:
    return patient_pages.see_other(request, page, address.rpartition("/")[2], said=said)


def _service(request: HttpRequest, services: Sequence[ServiceView], about: UUID | None = None) -> ServiceView | None:
    """The one that the address names; where it names none, that which the link is about; where there is only one, that."""
    asked = request.GET.get("service", "") or str(about)
    only = services[0] if len(services) == 1 else None
    return next((one for one in services if str(one.id) == asked), only)


def _query(request: HttpRequest, **more: object) -> str:
    """What links and forms carry on: the language that was chosen, and these."""
    lang = languages.asked(request).rpartition("=")[2]
    pairs = {"lang": lang, **{name: str(value) for name, value in more.items()}}
    return "?" + urlencode({name: value for name, value in pairs.items() if value})


# ------------------------------------------------------------------------------------------------ the clinic's page


@public("anybody may book at a clinic that allows it; nothing counts before a code has come back from the phone")
@require_http_methods(["GET", "HEAD", "POST"])
def by_page(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows services, free times and the form; POST `do=ask` sends a code to the number, `do=confirm` takes it back."""
    clinic = clinics.clinic_by_code(code)
    services: Sequence[ServiceView] = ()
    if clinic is not None:
        with clinic_scope(clinic.id):
            services = queries.online_services(clinic.id, is_known=False)
    if clinic is None or not services:
        raise Http404("no such page")
    with translation.override(languages.chosen(request)):
        here = network_of(request.META.get("REMOTE_ADDR", ""))
        if bucket_of(_looks, here, LOOKS_A_SECOND, LOOKS_AT_ONCE).take(time.monotonic()):
            return _page(request, clinic, "book_busy", status=429)
        if request.method == "POST" and request.POST.get("do") == "confirm":
            return _confirmed(request, clinic)
        service = _service(request, services)
        wish = slot_words.wish_of(service.id, request.GET.get("slot", "")) if service else None
        if request.method == "POST" and service is not None and wish is not None:
            return _asked(request, clinic, service, wish, here)
        if service is not None and wish is not None:
            return _form(request, clinic, service, wish)
        return _times(request, clinic, services, service)


def _times(
    request: HttpRequest,
    clinic: ClinicSettings,
    services: Sequence[ServiceView],
    service: ServiceView | None,
    said: str = "",
) -> HttpResponse:
    more: dict[str, Any] = {"services": services, "service": service, "said": said or request.GET.get("said", "")}
    more["back"] = more["to_all"] = _query(request)
    if service is not None:
        with clinic_scope(clinic.id):
            free = queries.online_slots(clinic.id, service.id)
        more["worded"] = slot_words.worded(free, ZoneInfo(clinic.time_zone), request.GET.get("day", ""))
        more["carried"] = _query(request, service=service.id)
    return _page(request, clinic, "book", more, status=409 if said else 200)


def _form(
    request: HttpRequest,
    clinic: ClinicSettings,
    service: ServiceView,
    wish: SlotWish,
    *,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    language = languages.chosen(request)
    wording = permission(language, clinic.name)
    more = {
        **_what(clinic, service, wish),
        "fault": fault,
        "typed": request.POST.get("phone", "")[:LONGEST_PHONE],
        "name": request.POST.get("name", "")[:LONGEST_NAME],
        "carried": _query(request, service=service.id, slot=slot_words.key_of(wish)),
        "back": _query(request, service=service.id),
        "wording": wording.whole([PurposeGroup.CARE]) if clinic.care_basis is CareBasis.CONSENT else "",
    }
    return _page(request, clinic, "book_who", more, status=status)


def _what(clinic: ClinicSettings, service: ServiceView, wish: SlotWish) -> dict[str, str]:
    return {
        "service_name": service.name,
        "when": dates.long_moment(wish.starts_at.astimezone(ZoneInfo(clinic.time_zone))),
    }


def _asked(
    request: HttpRequest, clinic: ClinicSettings, service: ServiceView, wish: SlotWish, here: str
) -> HttpResponse:
    name = " ".join(request.POST.get("name", "")[:LONGEST_NAME].split())
    fault = "" if name and name.isprintable() else _("Please type your name.")
    try:
        phone = read_phone(request.POST.get("phone", "")[:LONGEST_PHONE], clinic.country)
    except BadPhone:
        fault = fault or _("This is not a phone number. Please look at it again.")
    if fault:
        return _form(request, clinic, service, wish, fault=fault, status=422)
    if tries_left("book-code", f"{clinic.id} {here}", most=CODES_OF_ADDRESS, seconds=600) < 0:
        return _page(request, clinic, "book_busy", status=429)
    language = languages.chosen(request)
    try:
        with clinic_scope(clinic.id):
            made = actions.ask_booking_code(clinic_id=clinic.id, phone=phone, name=name, language=language, wish=wish)
    except SlotTaken:
        return _times(request, clinic, [service], service, "gone")
    more = {**_what(clinic, service, wish), "trying": made, "back": _query(request, service=service.id)}
    return _page(request, clinic, "book_code", {**more, "carried": _carried(request)})


def _carried(request: HttpRequest) -> str:
    """The address of the code's page names the time that is being booked, so that it can be shown again."""
    return _query(request, service=request.GET.get("service", ""), slot=request.GET.get("slot", ""))


def _confirmed(request: HttpRequest, clinic: ClinicSettings) -> HttpResponse:
    try:
        made = UUID(request.POST.get("trying", ""))
    except ValueError:
        return HttpResponseRedirect(reverse("book", args=[clinic.short_code]), status=303)
    digits = "".join(sign for sign in request.POST.get("code", "")[:LONGEST_CODE] if sign.isdecimal())
    proved = actions.confirm_booking_code(clinic_id=clinic.id, try_id=made, code=digits)
    if proved.outcome is Online.BOOKED:
        return _to_visit(request, proved.address)
    if proved.outcome is Online.GONE:
        return _to_visit(request, proved.address, page="link-book", said="gone")
    if proved.outcome is Online.TOO_MANY:
        return _page(request, clinic, "book_many", status=409)
    fault = _("That is not the code, or its time is over. Look at the text again, or begin anew.")
    more = {"trying": made, "fault": fault, "carried": _carried(request), "back": _query(request)}
    return _page(request, clinic, "book_code", more, status=422)


def _page(
    request: HttpRequest,
    clinic: ClinicSettings,
    template: str,
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    return open_pages.shown(request, clinic, languages.chosen(request), template, {**LIMITS, **(more or {})}, status)
