"""What a patient will be told of a booking or a move, as the dialog shows it before anything is settled."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recado.appointments import queries
from recado.appointments.types import DayVisit, SlotTaken, SlotWish
from recado.clinics import queries as clinics
from recado.contacts.types import Reach
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.web import coming_words, dates, numbers
from recado.web.calendar.picking import Held
from recado.web.costs import exact

AT_ONCE = timedelta(minutes=5)


def words(clinic_id: UUID, chosen: Held, person: Reach, visit: DayVisit | None, me: UUID) -> dict[str, Any]:
    """The text that goes at once, what it costs, why none goes, and when the next ones come. Empty: the time was taken in
    this moment, or nothing tells of it."""
    wish = SlotWish(chosen.slot.service_id, chosen.slot.calendar_id, chosen.slot.starts_at)
    try:
        if visit is None:
            preview = queries.preview_of_booking(clinic_id, wish, person.patient_id, held_for=me)
        else:
            preview = queries.preview_of_move(clinic_id, visit.id, wish, person.patient_id, held_for=me)
    except SlotTaken:
        return {}
    zone = clinics.clinic_settings(clinic_id).time_zone
    first = preview.at_once
    return {
        "language": preview.language,
        "text": first.text if first and first.goes else "",
        "size": _size(first) if first and first.goes else "",
        "waits_until": dates.short_moment(local(first.at, zone)) if first and first.goes and _waits(first) else "",
        "why_not": coming_words.sentence(first.rule) if first and not first.goes else "",
        "then": [dates.short_moment(one.at.astimezone(ZoneInfo(zone))) for one in preview.later],
    }


def _waits(one: queries.Told) -> bool:
    return one.at > business_time.now() + AT_ONCE


def _size(one: queries.Told) -> str:
    if one.cost is None:
        return ""
    parts = ngettext("%(count)s part", "%(count)s parts", one.cost.parts) % {"count": numbers.counted(one.cost.parts)}
    if one.cost.price is None:
        return parts
    return _("%(parts)s, %(price)s") % {"parts": parts, "price": exact(one.cost.price, one.cost.currency)}
