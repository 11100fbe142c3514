"""A journey tried on an invented event: the engine says what would go when, and why not. Nothing leaves, nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import ClinicSettings
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.journeys import queries as journeys
from recado.journeys.queries import Case, Happened, What, Wish
from recado.journeys.types import Anchor, Branch, Facts, HoldOut, Known, Plan, Text, Variant
from recado.web import dates, shell
from recado.web.chips import Chip
from recado.web.journeys import editor, phrases, texts
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of
from recado.web.stories.words import said

AHEAD = {
    "14": timedelta(days=14),
    "4": timedelta(days=4),
    "2": timedelta(days=2),
    "1": timedelta(days=1),
    "0": timedelta(hours=5),
}
PEOPLE = ("1", "2", "3", "4", "5")  # each draws chance in a way of their own

CHIPS: dict[What, tuple[str, str]] = {
    What.SENT: ("info", "message-square-text"),
    What.ASKED: ("info", "message-circle-question-mark"),
    What.DONE: ("mute", "check"),
    What.SKIPPED: ("warn", "skip-forward"),
    What.ANSWERED: ("ok", "message-square-reply"),
    What.MOVED: ("ask", "calendar-sync"),
    What.CLOSED: ("ask", "calendar-x"),
}

WORDS: dict[What, Any] = {
    What.SENT: gettext_lazy("Sent"),
    What.ASKED: gettext_lazy("Asked"),
    What.DONE: gettext_lazy("Done"),
    What.SKIPPED: gettext_lazy("Not sent"),
    What.ANSWERED: gettext_lazy("Patient answers"),
    What.MOVED: gettext_lazy("Moved"),
    What.CLOSED: gettext_lazy("Ends"),
}


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    chip: Chip
    title: str
    detail: str
    text: str


@needs(Permission.SEE_MESSAGES, Permission.CHANGE_JOURNEYS)
@require_safe
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """`?case=`, `?answer=`, `?ends=`, `?ahead=`, `?evening=`, `?person=` and fields of the event say what is tried."""
    clinic_id = clinic_of(request)
    clinic = clinics.clinic_settings(clinic_id)
    with clinic_scope(clinic_id):
        opened = journeys.opened(clinic_id, key)
        plan = opened.shown
        answers = editor.room_of(plan).answers(plan.event.key)
        asked = _asked(request.GET, plan, answers)
        samples = texts.samples_of(clinic_id, plan, local(_anchor(clinic, plan, asked).start, clinic.time_zone))
        frame = editor.frame(request, clinic_id, opened)
    happened = _tried(clinic, plan, asked, answers)
    context = {
        **frame,
        "lines": [_line(clinic, plan, samples, one) for one in happened],
        "event_at": dates.long_moment(local(_anchor(clinic, plan, asked).start, clinic.time_zone)),
        "asked": asked,
        **_choices(plan, answers, asked),
    }
    return shell.page(request, "recado/journeys/try.html", context, at="journeys")


def _asked(given: QueryDict, plan: Plan, answers: Mapping[str, str]) -> dict[str, Any]:
    """What the form says; what it doesn't, or says wrongly, is the first choice."""

    def one_of(name: str, allowed: list[str]) -> str:
        value = given.get(name, "")
        return value if value in allowed else allowed[0] if allowed else ""

    fields = journeys.asked_of_event(plan)
    return {
        "case": one_of("case", [case.value for case in Case]),
        "answer": one_of("answer", _named_answers(plan, answers)),
        "ends": one_of("ends", sorted(plan.event.closed)),
        "ahead": one_of("ahead", list(AHEAD)),
        "evening": given.get("evening") == "yes",
        "person": one_of("person", list(PEOPLE)),
        "fields": {name: _value(given.get(f"f-{name}"), values) for name, values in fields.items()},
    }


def _named_answers(plan: Plan, answers: Mapping[str, str]) -> list[str]:
    """Every answer that some question of the journey takes."""
    found = dict.fromkeys(answers)
    for placed in plan.placed:
        if isinstance(placed.step.does, Text):
            found |= dict.fromkeys(placed.step.does.answers)
    return list(found)


def _value(given: str | None, values: list[Known]) -> Known:
    return next((value for value in values if str(value) == given), values[0])


def _now(clinic: ClinicSettings, asked: dict[str, Any]) -> datetime:
    here = local(business_time.now(), clinic.time_zone).replace(second=0, microsecond=0)
    return here.replace(hour=21, minute=0) if asked["evening"] else here.replace(hour=10, minute=30)


def _anchor(clinic: ClinicSettings, plan: Plan, asked: dict[str, Any]) -> Anchor:
    return journeys.invented(plan, _now(clinic, asked), AHEAD[asked["ahead"]], asked["fields"])


def _tried(clinic: ClinicSettings, plan: Plan, asked: dict[str, Any], answers: Mapping[str, str]) -> list[Happened]:
    facts = Facts(clinic.time_zone, clinic.quiet_hours, seed=asked["person"].encode())
    becomes = {**answers, **dict(plan.event.named_answers)}
    wish = Wish(Case(asked["case"]), asked["answer"], becomes, asked["ends"])
    return journeys.try_out(plan, _anchor(clinic, plan, asked), facts, wish)


def _line(clinic: ClinicSettings, plan: Plan, samples: texts.Samples, one: Happened) -> Line:
    colour, icon = CHIPS[one.what]
    title, detail, text = "", "", ""
    if one.step:
        step = plan.step(one.step)
        title = phrases.does(step)
        if one.what in (What.SENT, What.ASKED):
            sample = texts.in_language(samples.get(one.detail, {}), (get_language() or "en").split("-")[0])
            title, text = phrases.named(phrases.TEMPLATES, one.detail), sample.text if sample else ""
        elif one.what is What.SKIPPED:
            detail = said(journeys.REASONS, one.detail)
        elif isinstance(step.does, Branch | Variant | HoldOut):
            detail = arm_said(one.detail)
    elif one.what is What.ANSWERED:
        title = phrases.named(phrases.ANSWERS, one.detail)
    elif one.what is What.MOVED:
        title = _("Two days later than before")
    else:
        title = phrases.named(phrases.STATES, one.detail)
    return Line(local(one.at, clinic.time_zone), Chip(colour, icon, WORDS[one.what]), title, detail, text)


def arm_said(arm: str) -> str:
    """Which way the journey goes on from here."""
    if arm == "held_out":
        return _("This person gets none of the texts.")
    if arm == "in":
        return _("This person gets the texts.")
    return _("Goes on with: %(arm)s") % {"arm": arm} if arm else _("No way fits: it goes on behind.")


def _choices(plan: Plan, answers: Mapping[str, str], asked: dict[str, Any]) -> dict[str, Any]:
    """The lines of the form's lists: value, words, whether it is chosen."""

    def of(name: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
        return [(value, words, value == asked[name]) for value, words in pairs]

    fields = [
        (name, phrases.named(phrases.FACTS, name), [(str(v), _yes(v), v == asked["fields"][name]) for v in values])
        for name, values in journeys.asked_of_event(plan).items()
    ]
    return {
        "cases": of("case", [(case.value, _(words)) for case, words in journeys.CASES.items()]),
        "answers": of("answer", [(a, phrases.named(phrases.ANSWERS, a)) for a in _named_answers(plan, answers)]),
        "ends": of("ends", [(s, phrases.named(phrases.STATES, s)) for s in sorted(plan.event.closed)]),
        "aheads": of("ahead", [(value, phrases.span(by)) for value, by in AHEAD.items()]),
        "people": of("person", [(value, _("Person %(number)s") % {"number": value}) for value in PEOPLE])
        if any(isinstance(one.step.does, Variant | HoldOut) for one in plan.placed)
        else [],
        "fields": fields,
    }


def _yes(value: Known) -> str:
    return {True: _("Yes"), False: _("No")}[value] if isinstance(value, bool) else str(value)
