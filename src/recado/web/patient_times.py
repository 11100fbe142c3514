"""A patient chooses another time: a day, a time that is held for three minutes, and the word that moves the visit. The old time
stands until then. Opening the page changes nothing, and no step needs script."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import Choice, Slot, SlotTaken, SlotWish
from recado.clinics.access import public
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as messaging
from recado.web import dates, patient_pages

APPOINTMENT = "appointment"  # of links, in launch/wiring.py
BY_LINK = Actor(ActorKind.PATIENT, "link")


@public("the link in a patient's text is the permission")
@require_http_methods(["GET", "HEAD", "POST"])
def times(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows free times; POST `hold=` keeps one for three minutes, POST `move=` moves the visit to it."""
    page = patient_pages.behind(token)
    target = messaging.link_behind(token) if page else None
    if page is None or target is None or target.kind != APPOINTMENT:
        return patient_pages.ended(request, token)
    with clinic_scope(target.clinic_id):
        choice = queries.choice(target.clinic_id, target.subject_id)
    if choice is None:
        return patient_pages.see_other(request, "link", token)
    zone = ZoneInfo(str(page.starts_at.tzinfo))
    if request.method == "POST":
        return _post(request, token, choice, target.clinic_id)
    context = _context(request, choice, zone)
    return patient_pages.shown(request, "times", page=page, token=token, more=context)


def _post(request: HttpRequest, token: str, choice: Choice, clinic_id: UUID) -> HttpResponse:
    do = "move" if "move" in request.POST else "hold"
    wish = _wish(choice, request.POST.get(do, ""))
    if wish is None:
        return patient_pages.see_other(request, "link-times", token)
    key = choice.visit_id
    try:
        if do == "hold":
            appointments.hold(clinic_id=clinic_id, wish=wish, held_for=key, by=BY_LINK)
            return patient_pages.see_other(request, "link-times", token)
        appointments.move(clinic_id=clinic_id, visit_id=key, wish=wish, held_for=key, by=BY_LINK)
    except SlotTaken:
        return patient_pages.see_other(request, "link-times", token, said="gone")
    return patient_pages.see_other(request, "link", token)


def _wish(choice: Choice, typed: str) -> SlotWish | None:
    """One of the clinic's times, as a form names it: its calendar and its moment."""
    number, _, moment = typed.partition(" ")
    try:
        start = datetime.fromisoformat(moment)
        return SlotWish(choice.service.id, int(number), start) if start.tzinfo else None
    except ValueError:
        return None


def _key(slot: Slot | SlotWish) -> str:
    return f"{slot.calendar_id} {slot.starts_at.isoformat()}"


def _context(request: HttpRequest, choice: Choice, zone: ZoneInfo) -> dict[str, Any]:
    """The days that have free times, the times of one of them, and what is held; in the reader's words by `page`."""
    local = [(slot.starts_at.astimezone(zone), slot) for slot in choice.free]
    days = sorted({at.date() for at, _ in local})
    held = choice.held.starts_at.astimezone(zone) if choice.held else None
    asked = request.GET.get("day", "")
    first = held.date() if held else days[0] if days else None
    day = next((one for one in days if one.isoformat() == asked), first)
    shown: dict[datetime, Slot] = {}
    for at, slot in local:
        if at.date() == day:
            shown.setdefault(at, slot)

    def words() -> dict[str, Any]:
        counts = {one: len({at for at, _ in local if at.date() == one}) for one in days}
        return {
            "days": [(one, dates.weekday(at), counts[one], one == day) for one in days for at in [_noon(one, zone)]],
            "chosen": dates.long_day(_noon(day, zone)) if day else "",
            "parts": _parts(shown, choice),
            "held": dates.short_moment(held) if held else "",
            "held_key": _key(choice.held) if choice.held else "",
            "held_until": dates.clock(choice.held_until.astimezone(zone)) if choice.held_until else "",
            "is_gone": request.GET.get("said") == "gone",
        }

    return {"worded": words}


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone)


def _parts(shown: dict[datetime, Slot], choice: Choice) -> list[tuple[bool, list[tuple[str, str, bool]]]]:
    """Morning and afternoon: clock, form value, whether it is the one held."""
    rows = [
        (at, (dates.clock(at), _key(slot), slot.starts_at == (choice.held and choice.held.starts_at)))
        for at, slot in shown.items()
    ]
    halves = [(True, [row for at, row in rows if at.hour < 12]), (False, [row for at, row in rows if at.hour >= 12])]
    return [(is_morning, half) for is_morning, half in halves if half]
