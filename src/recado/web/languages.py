"""The languages a page can be shown in, and how one is chosen. Patients' pages are in more than the screens of staff: they speak
every language that the product's texts are in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from babel import Locale
from babel.core import UnknownLocaleError
from django.http import HttpRequest
from django.utils.translation import get_language_info
from django.utils.translation.trans_real import parse_accept_lang_header

OWN_NAMES: dict[str, str] = {
    "en": "English",
    "fr": "Français",
    "nl": "Nederlands",
    "pl": "Polski",
    "es": "Español",
    "id": "Bahasa Indonesia",
}
"""Of the screens: code to the name that its own speakers read, in the order of the menu."""

PATIENTS_NAMES: dict[str, str] = {**OWN_NAMES, "de": "Deutsch", "it": "Italiano", "pt": "Português"}
"""Of patients' pages and of what is written to them."""

FALLBACK = "en"
CARRIED = ("again", "back", "day", "page", "said", "service", "slot")
"""Of an address, what says where on a patient's page somebody is."""
LONGEST_CARRIED = 80


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the language menu."""

    code: str
    name: str
    is_current: bool


def chosen(request: HttpRequest, preferred: str | None = None) -> str:
    """The code for a patient's page: `?lang=`, then the person's own language, then the browser's, then English."""
    return _first(PATIENTS_NAMES, (request.GET.get("lang"), preferred, *_of_browser(request)))


def for_staff(request: HttpRequest) -> str:
    """The code for a screen of somebody who is not signed in: `?lang=`, then the browser's, then English."""
    return _first(OWN_NAMES, (request.GET.get("lang"), *_of_browser(request)))


def asked(request: HttpRequest) -> str:
    """`?lang=fr` if the reader has switched, else nothing: links and forms carry it on, nothing is stored."""
    code = _known(PATIENTS_NAMES, request.GET.get("lang"))
    return f"?lang={code}" if code else ""


def switched(request: HttpRequest, code: str) -> str:
    """The query of the same page in another language: the day, the service or the page of a document that was open stays so."""
    kept = {name: request.GET[name] for name in CARRIED if name in request.GET}
    return "?" + urlencode({name: text for name, text in kept.items() if len(text) <= LONGEST_CARRIED} | {"lang": code})


def menu(current: str) -> list[Choice]:
    """The languages of the screens."""
    return [Choice(code, name, code == current) for code, name in OWN_NAMES.items()]


def patients_menu(current: str, offered: Collection[str] = ()) -> list[Choice]:
    """The languages to choose among on a patient's page: those that a clinic offers (none: all), and the one that is shown."""
    names = {code: name for code, name in PATIENTS_NAMES.items() if not offered or code in offered or code == current}
    return [Choice(code, name, code == current) for code, name in names.items()]


def direction(code: str) -> str:
    """`rtl` or `ltr`, for the page's `dir`. An unknown code reads left to right."""
    try:
        return "rtl" if get_language_info(code)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def own_name(code: str) -> str:
    """What a language is called by those who speak it: Deutsch for `de`; the code where nobody knows it."""
    if code in PATIENTS_NAMES:
        return PATIENTS_NAMES[code]
    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name()
    except (UnknownLocaleError, ValueError):
        name = None
    return name[:1].upper() + name[1:] if name else code


def _first(names: Collection[str], wanted: Iterable[str | None]) -> str:
    return next((code for tag in wanted if (code := _known(names, tag))), FALLBACK)


def _known(names: Collection[str], tag: str | None) -> str | None:
    primary = (tag or "").replace("_", "-").split("-")[0].lower()
    return primary if primary in names else None


def _of_browser(request: HttpRequest) -> Iterable[str]:
    return (tag for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")))
