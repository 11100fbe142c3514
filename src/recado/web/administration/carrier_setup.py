"""Connecting a carrier on a page, and changing what is set on one. The fields are those that the carrier declares: the command
line asks for the same. A secret is written and never shown again: left empty it stays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import Refused
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions
from recado.messaging import queries as texts
from recado.messaging.queries import BadSettings, CarrierKept, CarrierSetting
from recado.web import countries, shell
from recado.web.sign_in.at_work import clinic_of

from . import carrier_words, frame

OWN = "set_"  # before the name of a carrier's own setting, so that none is taken for one of ours
FORGET = "forget_"  # before the name of a secret that is no longer kept
LONGEST = 20_000  # letters of a value: a chain of certificates
WORDS = {"api": "API", "url": "URL", "id": "ID", "sid": "SID", "tls": "TLS", "sim": "SIM", "smsc": "SMSC", "ca": "CA"}


@dataclass(frozen=True, slots=True)
class Field:
    """A setting as the form shows it. `value` is always empty for a secret; `is_kept`: one is set."""

    id: str
    name: str
    help: str
    form: str  # text, secret, choice or lines
    is_secret: bool
    value: str
    default: str
    choices: tuple[str, ...]
    is_required: bool
    is_kept: bool
    forget: str  # the name of the box that forgets it; empty: it can't do without
    error: str


# ------------------------------------------------------------------------------------------------ a new one


@needs(Permission.MANAGE_CONNECTIONS)
@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """Which kind it shall be."""
    listed = [(kind, carrier_words.KINDS.get(kind, kind)) for kind in texts.connectable_kinds()]
    return frame.page(request, "recado/administration/carrier_kinds.html", {"kinds": listed}, at="carriers")


@needs(Permission.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """A carrier of the clinic's own, and if given the number of the clinic on it."""
    if kind not in texts.connectable_kinds():
        raise Http404("There is no such kind of carrier.")
    if request.method != "POST":
        return _form(request, kind, {"name": carrier_words.KINDS.get(kind, kind)})
    typed = _typed(request.POST)
    try:
        number = _connect(request, kind, typed)
    except (Refused, BadSettings) as refused:
        return _form(request, kind, typed, refused=refused)
    messages.success(request, _("Connected. It is opened within seconds: send a test text to see whether it works."))
    return HttpResponseRedirect(f"{reverse('settings-carrier', args=(number,))}#test", status=303)


def _connect(request: HttpRequest, kind: str, typed: Mapping[str, str]) -> int:
    """The carrier's number. The clinic's number is looked at before the carrier is kept, and added after it. Raises Refused and
    BadSettings."""
    clinic_id, by = clinic_of(request), shell.actor(request)
    given = {one.name: typed.get(OWN + one.name, "") for one in texts.settable(kind)}
    given = {name: value for name, value in given.items() if value}
    name = typed.get("name", "")
    if not typed.get("address"):
        return actions.add_carrier(name=name, kind=kind, given=given, kept_by=clinic_id, by=by).number
    address = actions.read_address(typed["address"], clinics.clinic_settings(clinic_id).country)
    with actions.alone_with_number(address) as used_by:
        with clinic_scope(clinic_id):
            actions.check_number(clinic_id=clinic_id, address=address, used_by=used_by, by=by)
        made = actions.add_carrier(name=name, kind=kind, given=given, kept_by=clinic_id, by=by)
        with clinic_scope(clinic_id):
            actions.add_number(clinic_id=clinic_id, address=address, carrier=made.number, used_by=used_by, by=by)
            problems = texts.sender_problems(clinic_id, address)
    for problem in problems:
        messages.warning(request, countries.problem_words(problem))
    return made.number


# ------------------------------------------------------------------------------------------------ one that stands


@needs(Permission.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, carrier_id: int) -> HttpResponse:
    """What is set on it. What is left as it is stays; a secret stays where nothing is typed."""
    clinic_id = clinic_of(request)
    try:
        kept = texts.kept_of_carrier(clinic_id=clinic_id, carrier=carrier_id)
    except texts.NoSuchCarrier:
        raise Http404("The clinic may not change such a carrier.") from None
    except Refused as refused:
        messages.warning(request, frame.said(refused))
        return _to(carrier_id)
    if request.method != "POST":
        return _form(request, kept.kind, _of(kept), kept=kept)
    typed = _typed(request.POST)
    try:
        is_new = actions.change_carrier(
            clinic_id=clinic_id,
            carrier=carrier_id,
            name=typed.get("name", ""),
            given=_given(kept, typed),
            by=shell.actor(request),
        )
    except (Refused, BadSettings) as refusal:
        return _form(request, kept.kind, typed, kept=kept, refused=refusal)
    if is_new:
        messages.success(request, _("Saved. It is opened anew within seconds: a test text shows whether it works."))
    return _to(carrier_id)


def _given(kept: CarrierKept, typed: Mapping[str, str]) -> dict[str, str]:
    """What the form says of its settings. An empty secret is no answer, unless its box says to forget it."""
    said: dict[str, str] = {}
    for one in texts.settable(kept.kind):
        value = typed.get(OWN + one.name)
        if one.is_secret and not value:
            if typed.get(FORGET + one.name) and not one.is_required:
                said[one.name] = ""
        elif value is not None:
            said[one.name] = value
    return said


def _to(carrier_id: int) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('settings-carrier', args=(carrier_id,))}#test", status=303)


# ------------------------------------------------------------------------------------------------ the form


def _form(
    request: HttpRequest,
    kind: str,
    typed: Mapping[str, str],
    *,
    kept: CarrierKept | None = None,
    refused: Refused | BadSettings | None = None,
) -> HttpResponse:
    errors = _errors(refused)
    fields = list(_fields(kind, typed, kept, errors))
    first = [one for one in fields if one.is_required or one.is_secret]
    rest = [one for one in fields if one not in first]
    context: dict[str, Any] = {
        "kind": carrier_words.KINDS.get(kind, kind),
        "kept": kept,
        "form": typed,
        "errors": errors,
        "first": first,
        "rest": rest,
        "is_rest_open": any(one.error or one.value for one in rest),
        "callback_url": kept.callback_url if kept else "",
    }
    status = 422 if refused else 200
    return frame.page(request, "recado/administration/carrier_setup.html", context, at="carriers", status=status)


def _fields(
    kind: str, typed: Mapping[str, str], kept: CarrierKept | None, errors: Mapping[str, str]
) -> Iterator[Field]:
    for one in texts.settable(kind):
        is_kept = kept is not None and one.name in kept.secrets
        yield Field(
            id=OWN + one.name,
            name=name_of(one),
            help=one.help,
            form=_form_of(one),
            is_secret=one.is_secret,
            value="" if one.is_secret else typed.get(OWN + one.name, ""),
            default="" if one.is_required else texts.written_setting(one.default),
            choices=("yes", "no") if one.kind == "bool" else one.choices,
            is_required=one.is_required and not is_kept,
            is_kept=is_kept,
            forget=FORGET + one.name if is_kept and not one.is_required else "",
            error=errors.get(OWN + one.name, ""),
        )


def _form_of(one: CarrierSetting) -> str:
    if one.kind in ("pem", "json"):
        return "lines"
    return "secret" if one.is_secret else "choice" if one.kind in ("bool", "choice") else "text"


def name_of(one: CarrierSetting) -> str:
    """Account SID, for account_sid: the name by which the command line takes it, as a person would write it."""
    words = [WORDS.get(word, word) for word in one.name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _errors(refused: Refused | BadSettings | None) -> dict[str, str]:
    if isinstance(refused, BadSettings):
        return {OWN + refused.setting: str(refused)}
    if refused is None:
        return {}
    ours = ("name", "address")
    return {refused.field if refused.field in ours else OWN + refused.field: frame.said(refused)}


def _of(kept: CarrierKept) -> dict[str, str]:
    return {"name": kept.name, **{OWN + name: value for name, value in kept.values.items()}}


def _typed(posted: QueryDict) -> dict[str, str]:
    """The form as it was sent."""
    return {name: value.strip()[:LONGEST] for name in posted if isinstance(value := posted.get(name), str)}
