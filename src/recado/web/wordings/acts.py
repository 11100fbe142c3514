"""What is done to a text: saved, published, given up, made anew."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import Refused
from recado.consent.types import Privacy
from recado.foundation.phone import BadPhone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop, normalise
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.queries import templates
from recado.messaging.types import NoSuchText, NotPublishable, TextChanged
from recado.web import shell
from recado.web.administration.frame import said
from recado.web.sign_in.at_work import clinic_of

from . import own_phone, reading, words
from .editor import Place, codes, held_or_404, page, place_of, tidy
from .reading import Held

NOTHING_TO_TRY = gettext_noop("There is no text yet that could be sent. Write it first.")
LONGEST_KEY, LONGEST_NAME = 40, 80
LONGEST = 2_000  # letters of a template, placeholders and all


@needs(Permission.CHANGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, key: str) -> HttpResponse:
    """Keeps what is typed, and goes on: to another language or level (`go`), to a better spelling (`fix`), or to
    publishing (`do`). GET shows the text: what stands in the way of publishing is shown at this address."""
    with clinic_scope(clinic_of(request)):
        held = held_or_404(request, key)
        if request.method != "POST":
            return _to(key)
        place = place_of(request, request.POST, held)
        typed = _mended(request, held, place, tidy(request.POST.get("text", ""))[:LONGEST])
        try:
            with transaction.atomic():
                revision = _keep(request, held, place, typed)
        except TextChanged:
            held = held_or_404(request, key)
            theirs = held.shown.get(place.level, {}).get(place.language, "")
            return page(request, held, place, typed=typed, theirs=theirs, status=409)
        if request.POST.get("do") == "publish":
            return _publish(request, key, place, revision)
        if request.POST.get("do") == "test":
            return _test(request, key, place)
        if revision != held.revision and not request.POST.get("go"):
            messages.success(request, _("Saved as a draft. Patients get it when it is published."))
    return _to(key, _going(request, held, place))


def _mended(request: HttpRequest, held: Held, place: Place, typed: str) -> str:
    """The text with the finding mended that the form names, where there is one."""
    if not request.POST.get("fix") or not typed:
        return typed
    desk = templates.desk(clinic_of(request), held.room, held.key)
    found = desk.look(typed, place.language, place.level).findings
    return next((one.fix for one in found if one.code == request.POST["fix"] and one.fix), typed)


def _keep(request: HttpRequest, held: Held, place: Place, typed: str) -> int:
    """Returns the revision that stands now. Raises TextChanged."""
    if held.shown.get(place.level, {}).get(place.language, "") == typed:
        return held.revision
    try:
        seen = int(request.POST.get("revision", ""))
    except ValueError:
        raise Http404("That is no form of ours.") from None
    changed: dict[Privacy, dict[str, str]] = {level: dict(variants) for level, variants in held.shown.items()}
    changed.setdefault(place.level, {})[place.language] = typed
    return _save(request, held, changed, seen)


def _save(request: HttpRequest, held: Held, changed: Mapping[Privacy, Mapping[str, str]], revision: int) -> int:
    return messaging.save_text(
        clinic_id=clinic_of(request),
        key=held.key,
        room=held.room,
        name=held.own.name if held.own else "",
        texts=changed,
        revision=revision,
        by=shell.actor(request),
    )


def _publish(request: HttpRequest, key: str, place: Place, revision: int) -> HttpResponse:
    held = held_or_404(request, key)
    desk = templates.desk(clinic_of(request), held.room, key)
    blocked = desk.blocking(held.shown)
    if blocked:
        return page(request, held, place, blocked=blocked, status=422)
    try:
        number = messaging.publish_text(
            clinic_id=clinic_of(request), key=key, revision=revision, by=shell.actor(request), check=desk.blocking
        )
        told = _("Version %(number)s is live: texts that are written from now on are by it.")
        messages.success(request, told % {"number": number})
    except (NotPublishable, NoSuchText):
        messages.success(request, _("There was nothing to publish: these words are live."))
    except TextChanged:
        messages.warning(request, _("A colleague has changed it meanwhile. Look at it, then publish."))
    return _to(key, place)


def _test(request: HttpRequest, key: str, place: Place) -> HttpResponse:
    """Sends the text, with invented values, to a phone of the writer's own: by the way of every text, as one to staff."""
    clinic = clinics.clinic_settings(clinic_of(request))
    held = held_or_404(request, key)
    text = held.shown.get(place.level, {}).get(place.language, "")
    typed = request.POST.get("phone", "").strip()[:40]
    try:
        example = templates.desk(clinic.id, held.room, key).look(text, place.language, place.level).example
        if not example:
            raise Refused("phone", NOTHING_TO_TRY)
        phone = read_phone(typed, clinic.country)
        number = texts.number_of(clinic.id, phone)
        messaging.send_test(clinic_id=clinic.id, phone=phone, number=number, text=example, by=shell.actor(request))
    except BadPhone:
        return page(
            request, held, place, test=(typed, _("Write the number of your phone, as 07700 900123.")), status=422
        )
    except Refused as refused:
        return page(request, held, place, test=(typed, said(refused)), status=422)
    own_phone.remember(request, phone)
    messages.success(request, _("The draft is kept, and the text is on its way to your phone, with invented values."))
    return _to(key, place)


def _going(request: HttpRequest, held: Held, place: Place) -> Place:
    """Where the reader wants to go next."""
    go = request.POST.get("go", "")
    by_code = {level.name.lower(): level for level in words.LEVELS}
    if go in by_code:
        return Place(place.language, by_code[go])
    return Place(go, place.level) if go in codes(held, reading.languages_of(held.shown)) else place


def _to(key: str, place: Place | None = None) -> HttpResponse:
    query = f"?{urlencode({'language': place.language, 'level': place.level_code})}" if place else ""
    return HttpResponseRedirect(reverse("template", args=[key]) + query, status=303)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def drop(request: HttpRequest, key: str) -> HttpResponse:
    """The draft is given up: what is live stays."""
    return _change(request, key, messaging.drop_text_draft, _("The draft is given up."))


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def back(request: HttpRequest, key: str) -> HttpResponse:
    """The product's words again."""
    with clinic_scope(clinic_of(request)):
        if not held_or_404(request, key).product:
            raise Http404("The product has no words for it.")
    return _change(request, key, messaging.go_back_to_product_text, _("Patients get the words that came with Recado."))


def _change(request: HttpRequest, key: str, act: Any, told: str) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        held = held_or_404(request, key)
        try:
            act(clinic_id=clinic_id, key=key, revision=int(request.POST.get("revision") or 0), by=shell.actor(request))
            messages.success(request, told)
        except (TextChanged, ValueError):
            messages.warning(request, _("A colleague has changed it meanwhile. Look at it, then do it again."))
        except NoSuchText:
            raise Http404("The clinic has no words of its own for it.") from None
    return _to(held.key)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def take_up(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """An old version's words become the draft."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        held = held_or_404(request, key)
        chosen = next((one for one in templates.versions_of(clinic_id, key) if one.number == number), None)
        if chosen is None:
            raise Http404("There is no such version.")
        try:
            _save(request, held, chosen.content, int(request.POST.get("revision") or 0))
            told = _("The words of version %(number)s are the draft. Publish it to make them live.")
            messages.success(request, told % {"number": number})
        except (TextChanged, ValueError):
            messages.warning(request, _("A colleague has changed it meanwhile. Look at it, then do it again."))
    return _to(key)


# ------------------------------------------------------------------------------------------------ a new one


@needs(Permission.CHANGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A text of the clinic's own."""
    if request.method != "POST":
        return _form(request, {"name": "", "room": "visits"})
    typed = {"name": request.POST.get("name", "").strip(), "room": request.POST.get("room", "")}
    key = key_of(typed["name"])
    if not key or len(typed["name"]) > LONGEST_NAME or typed["room"] not in words.FOR_NEW:
        fault = _("Give it a name of 1 to %(most)s letters, and say what it is about.") % {"most": LONGEST_NAME}
        return _form(request, typed, fault)
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        if reading.one_of(clinic_id, key) is not None:
            return _form(request, typed, _("There is a template of that name already. Choose another."))
        held = Held(key, typed["room"], {}, None)
        messaging.save_text(
            clinic_id=clinic_id,
            key=key,
            room=held.room,
            name=typed["name"],
            texts={},
            revision=0,
            by=shell.actor(request),
        )
    return _to(key)


def key_of(name: str) -> str:
    """The key of a text by its name: what journeys and other systems call it by."""
    key = re.sub(r"[^a-z0-9]+", "_", normalise(name)).strip("_")[:LONGEST_KEY].rstrip("_")
    return key if key[:1].isalpha() else ""


def _form(request: HttpRequest, typed: Mapping[str, str], fault: str = "") -> HttpResponse:
    context = {
        "typed": typed,
        "fault": fault,
        "rooms": [(code, words.ROOMS[code]) for code in words.FOR_NEW],
        "most": LONGEST_NAME,
    }
    return shell.page(request, "recado/wordings/new.html", context, at="templates", status=422 if fault else 200)
