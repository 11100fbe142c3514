"""The first run of an empty product: one page makes the clinic and its administrator, and leads to the second step.

Reached by the link on the console alone (launch/first_run.py). It is over when there is a clinic.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_http_methods

from recado.clinics import actions as clinics
from recado.clinics.access import public
from recado.clinics.roles import ADMINISTRATOR
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.crypto import plain_letters
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.web import languages
from recado.web.sign_in import entering
from recado.web.sign_in.pages import page, speak

FIELDS = ("clinic", "country", "zone", "language", "name", "email", "start")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed, and what is wrong with it, by field."""

    values: Mapping[str, str]
    password: str
    faults: Mapping[str, str]


@public("makes the first clinic, by the secret that the console shows; over when a clinic exists")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, token: str) -> HttpResponse:
    speak(request)
    first_run = wired("STANDING", "first_run")
    if not first_run.is_way(token):
        return page(request, "first_run_over.html", {}, status=404)
    if request.method != "POST":
        return _page(request, {"country": _country_of(request), "language": _own_language(), "start": "sample"}, {})
    answers = _read(request)
    if answers.faults:
        return _page(request, answers.values, answers.faults)
    with first_run.alone(token) as is_open:
        made = _make(answers) if is_open else None
    if made is None:
        return page(request, "first_run_over.html", {}, status=404)
    clinic_id, user_id = made
    wired("STANDING", "furnish")(clinic_id)
    entering.enter(request, entering.account(user_id), "password", clinic_id=clinic_id)
    if answers.values["start"] == "sample":
        wired("STANDING", "load_sample")(clinic_id, Actor(ActorKind.STAFF, str(user_id)))
        messages.success(request, _("The clinic is made, with invented patients and a week of their appointments."))
    return HttpResponseRedirect(reverse("second-step"), status=303)


def _make(answers: Answers) -> tuple[UUID, UUID]:
    """The clinic and its administrator, both or neither."""
    given, clinic_id = answers.values, new_id()
    with clinic_scope(clinic_id):
        clinics.create_clinic(
            clinic_id=clinic_id,
            slug=_slug(given["clinic"]),
            name=given["clinic"],
            time_zone=given["zone"],
            country=given["country"],
            default_language=given["language"],
            by=OPERATOR,
        )
        person = clinics.add_staff(
            clinic_id=clinic_id,
            email=given["email"],
            name=given["name"],
            role=ADMINISTRATOR,
            language=_own_language(),
            password=answers.password,
            by=OPERATOR,
        )
    return clinic_id, person.user_id


# ------------------------------------------------------------------------------------------------ what was typed


def _read(request: HttpRequest) -> Answers:
    values = {field: request.POST.get(field, "").strip()[:254] for field in FIELDS}
    values["zone"] = values["zone"] or _only_zone(values["country"])
    password = request.POST.get("password", "")[:500]
    faults = {
        "clinic": "" if 0 < len(values["clinic"]) <= 200 else _("Give the clinic's name as patients know it."),
        "country": "" if values["country"] in _zones() else _("Choose the country."),
        "zone": _fault_of_zone(values["zone"]),
        "language": "" if values["language"] in languages.OWN_NAMES else _("Choose a language."),
        "name": "" if 0 < len(values["name"]) <= 120 else _("Give your name as colleagues know it, up to 120 letters."),
        "email": "" if EMAIL.fullmatch(values["email"]) else _("Give an e-mail address, such as name@clinic.example."),
        "password": _fault_of_password(password, values),
    }
    if not faults["password"] and password != request.POST.get("again", "")[:500]:
        faults["again"] = _("The two are not the same. Type the password twice.")
    return Answers(values, password, {field: fault for field, fault in faults.items() if fault})


def _fault_of_zone(zone: str) -> str:
    if zone in available_timezones():
        return ""
    if not zone:
        return _("This country has more than one time zone. Choose the clinic's.")
    return _("There is no time zone of this name. Choose one of the list, such as Europe/London.")


def _fault_of_password(password: str, values: Mapping[str, str]) -> str:
    try:
        validate_password(password, get_user_model()(email=values["email"], name=values["name"]))
    except ValidationError as problem:
        return " ".join(problem.messages)
    return ""


def _slug(name: str) -> str:
    """The clinic's short name for addresses and commands, made of its name."""
    words = re.sub(r"[^a-z0-9]+", "-", plain_letters(name)).strip("-0123456789")
    slug = words[:50].rstrip("-")
    return slug if len(slug) > 1 else "clinic"


# ------------------------------------------------------------------------------------------------ the page


def _page(request: HttpRequest, values: Mapping[str, str], faults: Mapping[str, str]) -> HttpResponse:
    labels = {
        "clinic": _("Name that patients see"),
        "country": _("Country"),
        "zone": _("Time zone"),
        "language": _("Language of texts"),
        "name": _("Your name"),
        "email": _("Your e-mail address"),
        "password": _("Password"),
        "again": _("Password once more"),
    }
    context: dict[str, Any] = {
        "v": values,
        "faults": faults,
        "listed": [(field, labels[field], fault) for field, fault in faults.items()],
        "countries": _countries(get_language() or "en"),
        "zones": sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
        "languages": languages.menu(values.get("language", "")),
        "labels": labels,
    }
    return page(request, "first_run.html", context, status=422 if faults else 200)


def _own_language() -> str:
    found = (get_language() or "en").split("-")[0]
    return found if found in languages.OWN_NAMES else languages.FALLBACK


def _country_of(request: HttpRequest) -> str:
    """As the browser's languages name one: en-GB. Else none."""
    tags = [tag for tag, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    regions = (tag.rpartition("-")[2].upper() for tag in tags if "-" in tag)
    return next((region for region in regions if region in _zones()), "")


@lru_cache(maxsize=1)
def _zones() -> dict[str, list[str]]:
    """Each country's time zones, by CLDR."""
    known, found = available_timezones(), dict[str, list[str]]()
    for zone, country in get_global("zone_territories").items():
        if zone in known and len(country) == 2:
            found.setdefault(country, []).append(zone)
    return found


def _only_zone(country: str) -> str:
    """The time zone of a country that has one; else "" and it is asked for."""
    zones = _zones().get(country, [])
    return zones[0] if len(zones) == 1 else ""


@lru_cache(maxsize=16)
def _countries(language: str) -> list[tuple[str, str]]:
    try:
        names = Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    return sorted(((code, names.get(code, code)) for code in _zones()), key=lambda one: plain_letters(one[1]))
