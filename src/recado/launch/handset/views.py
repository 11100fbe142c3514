"""The page with the simulated phones and the JSON beside it. What it shows comes from `backstage`."""

import hashlib
import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recado.clinics.access import public
from recado.foundation.phone import Phone
from recado.launch.handset import backstage
from recado.launch.handset.faults import SWITCHES, FaultSwitch
from recado.launch.handset.guard import BadRequest, body_of, demo_json, demo_page, error
from recado.web import languages, numbers

LONGEST_TEXT = 1_000  # letters
LONGEST_STEP = 366 * 24 * 3600  # seconds
STORY_LENGTH = 60
PHONES_LISTED = 200  # on the page; the JSON has all
E164 = re.compile(r"\+[1-9][0-9]{5,14}")

STORY_ICONS = (
    ("sent", "send", "info"),
    ("delivered", "check-check", "ok"),
    ("failed", "circle-alert", "bad"),
    ("uncertain", "circle-question-mark", "warn"),
    ("held", "clock", "warn"),
    ("refused", "ban", "mute"),
    ("verdict", "shield-check", "ok"),
    ("reply", "message-square-reply", "acc"),
    ("question", "circle-question-mark", "info"),
    ("booked", "calendar", "info"),
    ("confirmed", "calendar-check", "ok"),
    ("moved", "calendar-sync", "info"),
    ("cancelled", "calendar-x", "mute"),
    ("stopped", "bell-off", "mute"),
    ("person", "hand", "ask"),
    ("journey", "route", "info"),
    ("other", "clock", "mute"),
)
"""Kind of event, its icon, the colour of its box. `other` stands for what is not listed."""

DEMO_ONLY = "demo databases only, from this computer only (handset/guard.py)"


@public(DEMO_ONLY)
@demo_page
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page's frame. The phones, texts and story come as JSON, which other pages can't fetch."""
    language = languages.for_staff(request)
    with translation.override(language):
        context = {
            "lang": language,
            "dir": languages.direction(language),
            "locale": "en-GB" if language == "en" else language,
            "clinic": backstage.clinic(),
            "is_connected": backstage.is_connected(),
            "usual_faults": [_as_switch(one) for one in SWITCHES if not one.is_rare],
            "rare_faults": [_as_switch(one) for one in SWITCHES if one.is_rare],
            "story_icons": STORY_ICONS,
        }
        return render(request, "handset/page.html", context)


@public(DEMO_ONLY)
@demo_json
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """All that the page shows, for the phone in `?phone=` or the first, in `?lang=`. 204 while it is what `?seen=` has seen."""
    rows = backstage.phones(PHONES_LISTED)
    if not rows:
        return error(404, "There are no phones in this demo.")
    wanted = request.GET.get("phone")
    chosen = next((row for row in rows if row.phone.e164 == wanted), rows[0])
    with translation.override(languages.for_staff(request)):
        story_told = backstage.story(chosen.phone, STORY_LENGTH)
    answer: dict[str, Any] = {
        "now": backstage.now().replace(second=0, microsecond=0).isoformat(),  # so that the tag changes once a minute
        "phone": _as_row(chosen),
        "phones": [_as_row(row) for row in rows],
        "sender": numbers.national(backstage.sender()),
        "messages": backstage.messages(chosen.phone),
        "story": story_told,
        "faults": backstage.faults_on(chosen.phone),
    }
    tag = hashlib.sha256(json.dumps(answer, sort_keys=True, default=str).encode()).hexdigest()[:16]
    if request.GET.get("seen") == tag:
        return HttpResponse(status=204)
    return JsonResponse({"tag": tag, **answer})


@public(DEMO_ONLY)
@demo_json
@require_safe
def phones(request: HttpRequest) -> HttpResponse:
    """Every phone: the demo's people, and any other number that was texted."""
    return JsonResponse([row.as_json() for row in backstage.phones()], safe=False)


@public(DEMO_ONLY)
@demo_json
@require_safe
def messages(request: HttpRequest, phone: Phone) -> HttpResponse:
    """What came to the phone (`in`) and what was written on it (`out`), oldest first."""
    return JsonResponse(backstage.messages(phone), safe=False)


@public(DEMO_ONLY)
@demo_json
@require_safe
def story(request: HttpRequest, phone: Phone) -> HttpResponse:
    """What was stored about the phone, newest first."""
    return JsonResponse(backstage.story(phone, STORY_LENGTH), safe=False)


@public(DEMO_ONLY)
@demo_json
@require_POST
def reply(request: HttpRequest, phone: Phone) -> HttpResponse:
    """Sends `{"text"}` from the phone, through the carrier, as its owner would."""
    text = body_of(request).get("text")
    if not isinstance(text, str) or not text.strip():
        raise BadRequest('Write something: {"text": "1"}.')
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in text):
        raise BadRequest("That holds something which is no letter, and no phone can send it.")
    if len(text) > LONGEST_TEXT:
        raise BadRequest(f"That is too long: up to {LONGEST_TEXT} letters.")
    return JsonResponse({"id": backstage.reply(phone, text)})


@public(DEMO_ONLY)
@demo_json
@require_POST
def read(request: HttpRequest, phone: Phone) -> HttpResponse:
    """Somebody has looked at the phone: nothing on it is new any more."""
    backstage.mark_read(phone)
    return JsonResponse({})


@public(DEMO_ONLY)
@demo_json
@require_POST
def clock(request: HttpRequest) -> HttpResponse:
    """Moves business time on, `{"advance_seconds": n}` or `{"to": "next"}`, and answers when all due by then is done."""
    body = body_of(request)
    if body.get("to") == "next" and "advance_seconds" not in body:
        now, pending = backstage.to_next()
    else:
        now, pending = backstage.advance(_seconds(body.get("advance_seconds")))
    return JsonResponse({"now": now.isoformat(), "pending": pending})


@public(DEMO_ONLY)
@demo_json
@require_http_methods(["GET", "HEAD", "POST"])
def faults(request: HttpRequest) -> HttpResponse:
    """GET lists the faults that can be switched; POST `{"name", "on", "phone"}` switches one."""
    if request.method != "POST":
        return JsonResponse([one.as_json() for one in SWITCHES], safe=False)
    body = body_of(request)
    one = next((one for one in SWITCHES if one.fault.value == body.get("name")), None)
    if one is None or not isinstance(body.get("on"), bool):
        raise BadRequest('Name a fault and say whether it is on: {"name": "slow", "on": true}.')
    phone = Phone(str(body.get("phone", "")))
    if one.is_of_phone and not E164.fullmatch(phone.e164):
        raise BadRequest('This fault is of one phone: add "phone": "+447700900321".')
    backstage.switch(one, body["on"], phone)
    return JsonResponse({})


def _as_switch(one: FaultSwitch) -> dict[str, Any]:
    return {"name": one.fault.value, "label": _(one.label), "is_of_phone": one.is_of_phone}


def _as_row(row: backstage.PhoneRow) -> dict[str, Any]:
    """A phone as the page lists it."""
    number = numbers.international(row.phone.e164)
    return {
        "phone": row.phone.e164,
        "title": row.name or number,
        "number": number if row.name else "",
        "letters": _letters(row.name),
        "language_name": "" if row.language in {"", "en"} else languages.PATIENTS_NAMES.get(row.language, row.language),
        "is_staff": row.is_staff,
        "unread": row.unread,
    }


def _letters(name: str) -> str:
    words = [word for word in name.split(",")[0].split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "#"


def _seconds(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LONGEST_STEP:
        raise BadRequest(f'Say how far: {{"advance_seconds": 1 to {LONGEST_STEP}}} or {{"to": "next"}}.')
    return value
