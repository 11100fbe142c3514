"""One text: each language and level, what to look at while it is written, its versions and what changed between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.consent import queries as consent
from recado.consent.types import Privacy
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as messaging
from recado.messaging.queries import templates
from recado.web import countries, dates, languages, numbers, shell
from recado.web.administration import carrier_words
from recado.web.sign_in.at_work import clinic_of

from . import own_phone, reading, views, words
from .reading import Held

COLOURS = {True: ("bad", "circle-x"), False: ("warn", "triangle-alert")}


@dataclass(frozen=True, slots=True)
class Place:
    """Which of a template's texts is open."""

    language: str
    level: Privacy

    @property
    def level_code(self) -> str:
        return self.level.name.lower()


@needs(Permission.SEE_MESSAGES, Permission.CHANGE_JOURNEYS)
@require_safe
def editor(request: HttpRequest, key: str) -> HttpResponse:
    """`?language=` and `?level=` choose the text, `?compare=` a version to hold it against."""
    with clinic_scope(clinic_of(request)):
        held = held_or_404(request, key)
        return page(request, held, place_of(request, request.GET, held))


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def look(request: HttpRequest, key: str) -> HttpResponse:
    """The same page with what is typed in the place of what is kept: parts of it are shown while somebody types."""
    with clinic_scope(clinic_of(request)):
        held = held_or_404(request, key)
        return page(request, held, place_of(request, request.POST, held), typed=tidy(request.POST.get("text", "")))


def held_or_404(request: HttpRequest, key: str) -> Held:
    found = reading.one_of(clinic_of(request), key)
    if found is None:
        raise Http404("The clinic has no such text.")
    return found


def tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def place_of(request: HttpRequest, given: Any, held: Held) -> Place:
    """The text that a form or an address names, or else the fullest in the clinic's first language."""
    by_code = {level.name.lower(): level for level in words.LEVELS}
    level = by_code.get(given.get("level", ""), reading.top(held.shown))
    language = given.get("language", "")
    spoken = reading.languages_of(held.shown)
    usual = clinics.clinic_settings(clinic_of(request)).default_language
    first = usual if usual in spoken or not spoken else spoken[0]
    return Place(language if language in codes(held, spoken) else first, level)


def codes(held: Held, spoken: Sequence[str]) -> list[str]:
    """The languages that may be written: those that there are words in, and those that the product speaks."""
    return list(dict.fromkeys((*languages.OWN_NAMES, *reading.languages_of(held.product), *spoken)))


def page(
    request: HttpRequest,
    held: Held,
    place: Place,
    *,
    typed: str | None = None,
    theirs: str | None = None,
    blocked: Sequence[templates.Blocked] = (),
    test: tuple[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The editor. `typed`: what stands in the field, where it is not kept; `theirs`: what a colleague has saved meanwhile;
    `blocked`: why it was not published; `test`: the phone that a test was to go to, and why it did not. Call it inside `clinic_scope`."""
    clinic_id = clinic_of(request)
    desk = templates.desk(clinic_id, held.room, held.key)
    kept = held.shown.get(place.level, {}).get(place.language, "")
    text = kept if typed is None else typed
    versions = templates.versions_of(clinic_id, held.key)
    rows, chosen = _rows(desk, held, place, text), consent.count_at(clinic_id)
    context = {
        "held": held,
        "place": place,
        "text": text,
        "theirs": theirs,
        "blocked": [_blocked(one) for one in blocked],
        "state": views.state_of(held),
        "tabs": _tabs(held, place),
        "levels": [(level.name.lower(), *about, level is place.level) for level, about in words.LEVELS.items()],
        "neutral_people": chosen.get(Privacy.NEUTRAL, 0),
        "clinical_people": chosen.get(Privacy.CLINICAL, 0),
        "compared": reading.pieces(_to_compare(held, place)),
        "placeholders": reading.names(clinic_id, desk.room.values),
        "is_open": desk.is_open,
        "rows": rows,
        "has_cost": any(row["cost"] for row in rows),
        "uses": reading.uses_of(reading.uses(clinic_id), held.key),
        "may_change": may(request, Permission.CHANGE_JOURNEYS),
        "test_phone": own_phone.known(request) if test is None else test[0],
        "test_fault": test[1] if test else "",
        "next_number": (versions[0].number if versions else 0) + 1,
        "number_shown": numbers.national(messaging.number_of(clinic_id)),
        **_looked(desk, text, place),
        **_versions(request, held, versions),
    }
    return shell.page(request, "recado/wordings/editor.html", context, at="templates", status=status)


def _tabs(held: Held, place: Place) -> list[dict[str, Any]]:
    variants = held.shown.get(place.level, {})
    return [
        {
            "code": code,
            "name": languages.own_name(code),
            "is_current": code == place.language,
            "is_missing": code not in variants,
        }
        for code in codes(held, reading.languages_of(held.shown))
    ]


def _to_compare(held: Held, place: Place) -> str:
    return "" if place.language == "en" else held.shown.get(place.level, {}).get("en", "")


def _looked(desk: templates.TextDesk, text: str, place: Place) -> dict[str, Any]:
    if not text:
        return {"findings": [], "fine": [], "size": "", "example": "", "is_long": False}
    seen = desk.look(text, place.language, place.level)
    length = seen.length
    return {
        "findings": [finding(one) for one in seen.findings],
        "fine": [_(lint.fine) for lint in seen.fine],
        "size": size(length) if length else "",
        "is_long": bool(length and length.parts > 1),
        "example": seen.example,
    }


def size(length: templates.Length) -> str:
    """How long a text gets, in words."""
    values = {"units": length.units, "room": length.room, "parts": length.parts}
    if length.parts == 1:
        return _("%(units)s of %(room)s letters, 1 part") % values
    return _("%(units)s letters, %(parts)s parts") % values


def finding(one: templates.Finding) -> dict[str, Any]:
    """Something to look at, in words."""
    colour, icon = COLOURS[one.blocks]
    return {
        "code": one.code,
        "blocks": one.blocks,
        "colour": colour,
        "icon": icon,
        "sentence": countries.filled(one.sentence, one.values),
        "to_do": countries.filled(one.to_do, one.values) if one.to_do else "",
        "has_fix": bool(one.fix),
    }


def _blocked(one: templates.Blocked) -> dict[str, Any]:
    where = ""
    if one.level is not None:
        where = f"{languages.own_name(one.language)}, {words.LEVELS[one.level][1]}"
    return {"where": where, "sentence": countries.filled(one.finding.sentence, one.finding.values)}


def _rows(desk: templates.TextDesk, held: Held, place: Place, typed: str) -> list[dict[str, Any]]:
    """How long the text gets in each language with the longest values; in the open one what is typed."""
    found = []
    price = messaging.price_of(desk.clinic.id, desk.clinic.country)
    variants = {**held.shown.get(place.level, {}), place.language: typed}
    for language in codes(held, reading.languages_of(held.shown)):
        text = variants.get(language)
        if not text:
            continue
        seen = desk.look(text, language, place.level)
        found.append(
            {
                "name": languages.own_name(language),
                "length": seen.length,
                "cost": carrier_words.price(price[0] * seen.length.parts, price[1]) if price and seen.length else "",
                "blocks": sum(one.blocks for one in seen.findings),
                "warns": sum(not one.blocks for one in seen.findings),
            }
        )
    return found


def _versions(request: HttpRequest, held: Held, versions: Sequence[templates.VersionView]) -> dict[str, Any]:
    clinic_id = clinic_of(request)
    names = {str(one.user_id): one.name for one in clinics.people(clinic_id)}
    zone = clinics.clinic_settings(clinic_id).time_zone
    wanted = request.GET.get("compare", "")
    chosen = next((one for one in versions if str(one.number) == wanted), None)
    before = chosen.content if chosen else held.product if wanted == "product" and held.product else None
    return {
        "versions": [
            {
                "number": one.number,
                "by": names.get(one.published_by, ""),
                "at": dates.short_moment(local(one.published_at, zone)),
                "is_live": held.own is not None and held.own.version == one.number,
            }
            for one in versions
        ],
        "compare": wanted if before is not None else "",
        "differences": [_difference(one) for one in reading.differences(before, held.shown)]
        if before is not None
        else [],
    }


def _difference(one: dict[str, Any]) -> dict[str, Any]:
    where = f"{languages.own_name(one['language'])}, {_level_name(one['level'])}"
    return {"where": where, "language": one["language"], "words": one["words"]}


def _level_name(level: Privacy) -> str:
    return str(words.LEVELS[level][1]) if level in words.LEVELS else level.name.lower()
