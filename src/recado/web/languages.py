"""The languages a page can be shown in, and how one is chosen."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

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
"""Code to the name that its own speakers read, in the order of the menu."""

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the language menu."""

    code: str
    name: str
    is_current: bool


def chosen(request: HttpRequest, preferred: str | None = None) -> str:
    """The code for this page: `?lang=`, then the person's own language, then the browser's, then English."""
    wanted = (request.GET.get("lang"), preferred, *_of_browser(request))
    return next((code for code in map(_known, wanted) if code), FALLBACK)


def asked(request: HttpRequest) -> str:
    """`?lang=fr` if the reader has switched, else nothing: links and forms carry it on, nothing is stored."""
    code = _known(request.GET.get("lang"))
    return f"?lang={code}" if code else ""


def menu(current: str, offered: Collection[str] = ()) -> list[Choice]:
    """The languages to choose among: those that a clinic offers (none: all), and the one that is shown."""
    names = {code: name for code, name in OWN_NAMES.items() if not offered or code in offered or code == current}
    return [Choice(code, name, code == current) for code, name in names.items()]


def direction(code: str) -> str:
    """`rtl` or `ltr`, for the page's `dir`. An unknown code reads left to right."""
    try:
        return "rtl" if get_language_info(code)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def own_name(code: str) -> str:
    """What a language is called by those who speak it: Deutsch for `de`; the code where nobody knows it."""
    if code in OWN_NAMES:
        return OWN_NAMES[code]
    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name()
    except (UnknownLocaleError, ValueError):
        name = None
    return name[:1].upper() + name[1:] if name else code


def _known(tag: str | None) -> str | None:
    primary = (tag or "").replace("_", "-").split("-")[0].lower()
    return primary if primary in OWN_NAMES else None


def _of_browser(request: HttpRequest) -> Iterable[str]:
    return (tag for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")))
