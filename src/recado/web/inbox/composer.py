"""The form under a conversation: what is typed, how many parts it takes, and when it would leave."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recado.consent.types import Purpose
from recado.conversations import actions as conversations
from recado.conversations import queries
from recado.conversations.types import Snooze, ThreadRow, UnfitText
from recado.foundation import business_time
from recado.foundation.ids import new_id
from recado.messaging import queries as texts
from recado.messaging.types import Intent
from recado.web import dates

from . import words
from .lines import Desk

TIME_GONE = gettext_lazy("One of these times is free no more: nothing was sent. The suggestion has those that are.")
OWN_TIME = "own"  # the button beside a time that was typed
ROOM = {"gsm7": (160, 153), "ucs2": (70, 67)}  # units of the only part, and of each of several


@dataclass(frozen=True, slots=True)
class Composer:
    """The form as it stands. `ref` names it: sent twice, it counts once. `version` is what its writer saw."""

    text: str
    ref: str
    version: int
    size: str
    barred: str = ""  # why nothing may be written, in words
    waits: str = ""  # when it would leave, where that is not at once
    fault: Any = ""
    unheard: bool = False  # nobody could answer it
    answered: str = ""  # a colleague has answered since: who
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class NoteForm:
    """The form of a private note as it stands; `is_shown`: in place of the form for an answer."""

    text: str
    ref: str
    is_shown: bool = False
    fault: str = ""


def note_form(text: str, *, is_shown: bool) -> NoteForm:
    """An empty form, or one with what was begun."""
    return NoteForm(text, str(new_id()), is_shown)


def outlook(clinic_id: UUID, row: ThreadRow) -> texts.Outlook:
    """What the gate would say of an answer now. Call it inside `clinic_scope`."""
    now = business_time.now()
    purpose = conversations.purpose_of(row.heard_at, row.waiting_since, now)
    return texts.foresee(clinic_id, Intent(purpose, "-", row.phone, patient_id=row.patient_id))


def outlook_of_first(clinic_id: UUID, patient_id: UUID, phone: object) -> texts.Outlook:
    """The same for a text that nobody has asked for."""
    return texts.foresee(clinic_id, Intent(Purpose.CARE, "-", phone, patient_id=patient_id))  # type: ignore[arg-type]


def fresh(row: ThreadRow, at: Desk, seen: texts.Outlook, text: str = "") -> Composer:
    """An empty form, or one with what was begun and not sent."""
    return Composer(text, str(new_id()), row.version, size(text), barred(seen), waits(seen, at))


def barred(seen: texts.Outlook) -> str:
    return words.rule_words(seen.rule) if seen.due is None else ""


def waits(seen: texts.Outlook, at: Desk) -> str:
    if not seen.waits or seen.due is None:
        return ""
    when = dates.short_moment(seen.due.astimezone(at.zone))
    return _("Leaves %(when)s: nobody has just written, so it keeps to the hours for planned texts.") % {"when": when}


def size(text: str) -> str:
    """How many parts a text takes, by the one counter that the bill uses as well; and which letters make it dearer than it need
    be. Nothing is changed: a name is spelled as its owner spells it."""
    try:
        tidy = conversations.fit(text)
    except UnfitText as unfit:
        return fault(unfit.fault) if unfit.fault == "too_long" else ""
    measured = texts.measure(tidy)
    alone, each = ROOM[str(measured.encoding)]
    room = alone if measured.segments == 1 else each * measured.segments
    said = words.parts(measured.segments, measured.units, room)
    if texts.cheaper_spelling(tidy) is None:
        return said
    return words.because_of(said, [one.letter for one in texts.costly_letters(tidy) if one.letter.isprintable()])


def later(asked: str, own: str, clinic_id: UUID, at: Desk) -> datetime | None:
    """When a text is to leave, by its button: after an hour, when the clinic opens on another day, at a time of the writer's
    own (by the clinic's clock). None: at once. Raises UnfitText for what is no time."""
    if asked in (Snooze.HOUR, Snooze.TOMORROW):
        return queries.snoozed_until(clinic_id, Snooze(asked), business_time.now())
    if asked != OWN_TIME:
        return None
    try:
        return datetime.fromisoformat(own).replace(tzinfo=at.zone)
    except ValueError:
        raise UnfitText("past") from None


def laters(clinic_id: UUID, at: Desk) -> list[tuple[Snooze, str]]:
    """The buttons of the menu."""
    ends = [(one, queries.snoozed_until(clinic_id, one, at.now)) for one in (Snooze.HOUR, Snooze.TOMORROW)]
    return [(one, words.later(one, end.astimezone(at.zone), at.now)) for one, end in ends if end]


def fault(code: str) -> str:
    """What is wrong with a text and how to put it right."""
    if code == "empty":
        return _("There is nothing to send yet: write a text.")
    if code == "past":
        return _("That time is over: choose one that is still to come.")
    if code == "far":
        return _("A text can wait for a month at most.")
    return _("Too long: a text may take %(most)d parts. Shorten it, or call.") % {"most": conversations.MOST_PARTS}
