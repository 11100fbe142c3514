"""What the patient's phone would show of a document that is about to be sent (25b), by what will be chosen in the form."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recado.clinics import queries as clinics
from recado.documents import queries
from recado.foundation.actors import Actor
from recado.foundation.clock import local
from recado.journeys.queries import Coming, Written
from recado.messaging import queries as messages
from recado.web import coming_words, costs, dates, numbers

KEY = "#" + "x" * 22  # what the link of a locked document has behind it (documents.actions.FRAGMENT)
WHEN = {"document": (False, False), "result": (True, False), "call": (False, True)}  # is_result, asks_call


@dataclass(frozen=True, slots=True)
class Look:
    """One text. `when`: of what it tells, a key of WHEN; `why`: it doesn't go, in words; `about`: parts, price, when it leaves."""

    when: str
    text: str
    why: str
    about: str
    locked: str = ""  # the same where the file is locked in the browser: its link has a part of the key


def looks(clinic_id: UUID, patient_id: UUID, by: Actor, *, with_results: bool) -> list[Look]:
    """What the text says for each choice. Call it inside `clinic_scope`; the caller audits."""
    zone = clinics.clinic_settings(clinic_id).time_zone
    return [
        _look(when, queries.text_ahead(clinic_id, patient_id, is_result=is_result, asks_call=asks, by=by), zone)
        for when, (is_result, asks) in WHEN.items()
        if with_results or when != "result"
    ]


def _look(when: str, found: tuple[Coming, Written | None] | None, zone: str) -> Look:
    if found is None:
        return Look(when, "", _("Your journeys send no text about it."), "")
    coming, written = found
    if written is None or not coming.goes:
        return Look(when, "", coming_words.title(coming.rule), coming_words.advice(coming.rule))
    leaves = (
        _("now")
        if coming.outcome == "send"
        else _("leaves %(when)s") % {"when": dates.short_moment(local(coming.at, zone))}
    )
    cost = written.cost
    each = None if cost.price is None else cost.price / cost.parts
    locked = messages.measure(written.text + KEY).segments if when != "call" else 0
    return Look(
        when,
        written.text,
        "",
        _about(cost.parts, each, cost.currency, leaves),
        _about(locked, each, cost.currency, leaves) if locked else "",
    )


def _about(parts: int, each: Decimal | None, currency: str, leaves: str) -> str:
    counted = ngettext("%(count)s part", "%(count)s parts", parts) % {"count": numbers.counted(parts)}
    price = "" if each is None else costs.exact(each * parts, currency)
    return ", ".join(one for one in ("SMS", counted, price, leaves) if one)


def sender(clinic_id: UUID) -> str:
    """The number that it comes from; empty where that is a name. Call it inside `clinic_scope`."""
    return messages.number_of(clinic_id)
