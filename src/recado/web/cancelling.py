"""What the page asks that cancels a visit (p8): whether another time would do, and why, if the patient likes to say."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from recado.appointments import queries
from recado.appointments.types import PatientReason
from recado.conversations.types import VisitPage
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as messaging
from recado.web import dates, slot_words

REASONS: dict[PatientReason, Any] = {
    PatientReason.TIME: gettext_lazy("The time does not suit me"),
    PatientReason.ILL: gettext_lazy("I am ill"),
    PatientReason.NOT_NEEDED: gettext_lazy("I do not need it any more"),
    PatientReason.ELSEWHERE: gettext_lazy("I go somewhere else"),
    PatientReason.OWN: gettext_lazy("Another reason"),
}


def words(reason: str) -> str:
    """Why the patient cancelled, or "" where they said nothing."""
    return str(REASONS[PatientReason(reason)]) if reason in set(PatientReason) else ""


def reason_of(request: HttpRequest) -> str:
    """The reason that was chosen; empty where none was, or none of ours."""
    chosen = request.POST.get("reason", "")
    return chosen if chosen in set(PatientReason) else ""


def context(token: str, page: VisitPage) -> dict[str, Any]:
    """The reasons, and the three free times nearest to the visit's own where the patient may choose."""
    target = messaging.link_behind(token) if page.may_choose else None
    found: list[Any] = []
    if target is not None:
        with clinic_scope(target.clinic_id):
            found = queries.near_slots(target.clinic_id, target.subject_id)
    zone = ZoneInfo(str(page.starts_at.tzinfo))

    def near() -> list[tuple[str, str, str]]:
        local = [(slot.starts_at.astimezone(zone), slot) for slot in found]
        return [(f"{dates.weekday(at)} {at.day}", dates.clock(at), slot_words.key_of(slot)) for at, slot in local]

    return {"reasons": [(reason.value, words) for reason, words in REASONS.items()], "near": near}
