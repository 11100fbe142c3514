"""The page to join: somebody agrees to texts before the clinic has written to them. No link, no sign-in; the number that they
type counts once its code has come back. And the poster that leads here, to print.

The address stands under the patients' pages, so that the same rules on forms hold. It never says whether a number is known.
"""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs, public
from recado.clinics.roles import Permission
from recado.clinics.types import ClinicSettings
from recado.consent.queries import shown
from recado.consent.types import EVERYTHING
from recado.conversations import actions
from recado.conversations.types import BY_KEYWORD
from recado.foundation.phone import BadPhone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as texts
from recado.web import languages, open_pages
from recado.web.sign_in.at_work import clinic_of
from recado.web.sign_in.qr import drawing

LONGEST_PHONE, LONGEST_CODE = 40, 12


@public("whoever reads a poster may agree to texts; nothing counts before a code has come back from the phone")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows the form; POST `do=ask` sends a code to the number, `do=confirm` takes it back."""
    clinic = clinics.clinic_by_code(code)
    if clinic is None:
        raise Http404("no such clinic")
    language = languages.chosen(request)
    with translation.override(language):
        if request.method == "POST" and request.POST.get("do") == "confirm":
            return _confirmed(request, clinic, language)
        if request.method == "POST":
            return _asked(request, clinic, language)
        return _page(request, clinic, language, "join")


def _asked(request: HttpRequest, clinic: ClinicSettings, language: str) -> HttpResponse:
    chosen = request.POST.getlist("group")
    groups = [group for group in EVERYTHING if group.name.lower() in chosen]
    typed = request.POST.get("phone", "")[:LONGEST_PHONE]
    fault = "" if groups else _("Tick what we may send.")
    try:
        phone = read_phone(typed, clinic.country)
    except BadPhone:
        fault = _("This is not a phone number. Please look at it again.")
    if fault:
        more = {"fault": fault, "typed": typed, "chosen": chosen}
        return _page(request, clinic, language, "join", more, status=422)
    with clinic_scope(clinic.id):
        name = actions.ask_join_code(clinic_id=clinic.id, phone=phone, groups=groups, language=language)
    return _page(request, clinic, language, "join_code", {"joining": name})


def _confirmed(request: HttpRequest, clinic: ClinicSettings, language: str) -> HttpResponse:
    name = request.POST.get("joining", "")
    try:
        joining = UUID(name)
    except ValueError:
        return _page(request, clinic, language, "join")
    digits = "".join(sign for sign in request.POST.get("code", "")[:LONGEST_CODE] if sign.isdecimal())
    with clinic_scope(clinic.id):
        is_right = actions.confirm_join_code(clinic_id=clinic.id, joining_id=joining, code=digits)
    if is_right:
        return _page(request, clinic, language, "join_done")
    fault = _("That is not the code, or its time is over. Look at the text again, or begin anew.")
    return _page(request, clinic, language, "join_code", {"joining": joining, "fault": fault}, status=422)


def _page(
    request: HttpRequest,
    clinic: ClinicSettings,
    language: str,
    template: str,
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    wording = shown(language, clinic.name)
    groups = [(group.name.lower(), words) for group, words in wording.groups.items()]
    more = {"wording": wording, "groups": groups, **(more or {})}
    return open_pages.shown(request, clinic, language, template, more, status)


# ------------------------------------------------------------------------------------------------ the poster


@needs(Permission.SEE_PATIENTS)
@require_safe
def poster(request: HttpRequest) -> HttpResponse:
    """A page to print, in the language asked for: the address as a QR code and, where a number of the clinic takes texts, the
    keyword to write there, also as a QR code that opens the phone's own page for texts."""
    clinic_id = clinic_of(request)
    clinic = clinics.clinic_settings(clinic_id)
    with clinic_scope(clinic_id):
        number, word = texts.where_to_join(clinic_id)
    language = languages.chosen(request, clinic.default_language)
    address = f"{settings.RECADO_PUBLIC_URL}{reverse('join', args=[clinic.short_code])}"
    with translation.override(language):
        wording = shown(language, clinic.name)
        more = {
            "by_page": _square(address),
            "address": address.split("://", 1)[-1],
            "number": number,
            "word": word,
            "by_text": _square(f"sms:{number}?body={quote(word)}") if number else None,
            "agreed": wording.whole(BY_KEYWORD),
        }
        return _page(request, clinic, language, "poster", more)


@needs(Permission.SEE_PATIENTS)
@require_safe
def form_to_sign(request: HttpRequest) -> HttpResponse:
    """A page to print, in the language asked for: the text of consent with a box for each kind and lines to fill in. Its version stands
    at its foot, as the proof keeps it."""
    clinic = clinics.clinic_settings(clinic_of(request))
    language = languages.chosen(request, clinic.default_language)
    with translation.override(language):
        labels = [_("Name"), _("Date of birth"), _("Your mobile number"), _("Date and signature")]
        return _page(request, clinic, language, "consent_form", {"labels": labels})


def _square(text: str) -> dict[str, object]:
    side, path = drawing(text)
    return {"side": side, "path": path}
