"""What an answer might say, written before anybody asks: it goes into the form by one key, and is sent only by whoever reads it.

`gather` finds what the calendar has to say; `best` chooses among that and the articles (`from_articles`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import ngettext

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import Suggested
from recado.clinics import access
from recado.clinics.roles import Permission
from recado.conversations import queries as conversations
from recado.conversations.types import Following, Ready, Reason, ThreadRow
from recado.foundation.dates import When, moment_words
from recado.web import dates, shell
from recado.web.calendar import picking
from recado.web.sign_in.at_work import clinic_of

from .lines import Desk
from .panel import Panel

MOST_OFFERS = 3  # in a form that came back once and again
LONGEST_KEYS = 400


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer that may be sent. `offer`: what the form sends along, where a text with these words offers times."""

    title: str
    text: str
    language: str
    offer: str = ""


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time that suits the next visit: on a button, as the booking dialog knows it, and as the patient reads it."""

    said: str
    key: str
    words: str
    clinician: str


@dataclass(frozen=True, slots=True)
class Gathered:
    suggestions: list[Suggestion]
    times: list[FreeTime]


NOTHING = Gathered([], [])


def gather(clinic_id: UUID, row: ThreadRow, beside: Panel, at: Desk, said: Sequence[str]) -> Gathered:
    """All that there is to suggest, the best first. `said`: their texts that nobody has answered, the newest last. Call it inside
    `clinic_scope`."""
    if beside.upcoming is None:
        return NOTHING
    wish = conversations.time_wished(said, at.now.astimezone(at.zone))
    found = queries.suggested(clinic_id, beside.upcoming.id, wish)
    if found is None:
        return NOTHING
    times = [
        FreeTime(
            dates.short_moment(slot.starts_at.astimezone(at.zone)),
            picking.key_of(slot),
            moment_words(When(slot.starts_at, str(at.zone)), found.language),
            slot.clinician,
        )
        for slot in found.slots
    ]
    wants = beside.upcoming.wants_another_time or row.reason is Reason.ANOTHER_TIME
    is_asked = wants and row.waiting_since is not None
    return Gathered([_of_times(found.text, found.language, found)] if is_asked and found.text else [], times)


def best(gathered: Gathered, articles: Sequence[Ready]) -> Suggestion | None:
    """What stands above the form: free times for whoever wants another, else what an article would say."""
    if gathered.suggestions:
        return gathered.suggestions[0]
    return next((Suggestion(one.title, one.text, one.language) for one in articles), None)


def _of_times(text: str, language: str, found: Suggested) -> Suggestion:
    count = len(found.slots)
    said = ngettext("Suggested answer, from %(count)d free time", "Suggested answer, from %(count)d free times", count)
    return Suggestion(said % {"count": count}, text, language, f"{found.visit_id} {found.keys}")


def offered(request: HttpRequest) -> list[str]:
    """The times that the text of a form may offer: as it was written, and in a form that came back what it was first written with."""
    found = [*request.POST.getlist("offered"), request.POST.get("offer", "")]
    return list(dict.fromkeys(one for one in found if one))[-MOST_OFFERS:]


def asked(request: HttpRequest, text: str) -> Callable[[datetime], Following | None] | None:
    """The question that an answer puts, where it was written with a suggestion by somebody who may move visits: called when it
    is sent, with the moment at which it leaves."""
    wanted = [one for one in map(_offer, offered(request)) if one]
    if not wanted or not access.may(request, Permission.CHANGE_APPOINTMENTS):
        return None
    offer = partial(
        appointments.offer_suggested,
        clinic_id=clinic_of(request),
        text=text,
        by=shell.actor(request),
    )

    def first(leaves_at: datetime) -> Following | None:
        made = (offer(visit_id=visit_id, keys=keys, leaves_at=leaves_at) for visit_id, keys in wanted)
        return next((one for one in made if one), None)

    return first


def _offer(typed: str) -> tuple[UUID, str] | None:
    visit, _sep, keys = typed.partition(" ")
    try:
        return UUID(visit), keys[:LONGEST_KEYS]
    except ValueError:
        return None
