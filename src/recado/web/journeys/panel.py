"""One step beside the timeline: its text in a language, how many parts it takes, when it may arrive, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recado.clinics.types import ClinicSettings
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.journeys import queries as journeys
from recado.journeys.queries import Came, Opened
from recado.journeys.types import Facts, Kind, PlanStep, Sample, Text
from recado.messaging import queries as messages
from recado.web import dates, numbers
from recado.web.administration import carrier_words
from recado.web.inbox import composer
from recado.web.journeys import phrases, texts, timeline
from recado.web.stories import words as story_words

SCALE = 360 / 24  # of the drawing of a day, per hour
ELSEWHERE = frozenset({"survey"})  # its words stand with its survey, not among the templates
WHY = {**story_words.RULES, **journeys.REASONS}


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of the step in the chosen language."""

    key: str  # of its page; empty: it has none
    name: str
    sample: Sample | None
    is_missing: bool  # there is none in this language: another is sent
    size: str
    price: str
    note: str  # what to know about its size


@dataclass(frozen=True, slots=True)
class Hours:
    """The part of the day in which it may arrive, and an example of what the hours do to it."""

    opens: str
    closes: str
    x: float
    width: float
    x_end: float
    example: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it in one version."""

    version: int
    words: str
    reasons: Sequence[tuple[str, str]]  # how often, and the sentence


@dataclass(frozen=True, slots=True)
class Panel:
    key: str
    title: str
    when: str
    only_if: Sequence[str]
    is_text: bool
    is_question: bool
    tabs: Sequence[texts.Tab]
    wordings: Sequence[Wording]
    answers: Sequence[timeline.Answer]
    picked: timeline.Answer | None  # what the preview answers; None: nothing
    hours: Hours | None
    results: Sequence[Result]
    delivered: str
    sender: str
    is_unheard: bool
    language: str


def panel_of(
    clinic: ClinicSettings,
    opened: Opened,
    step: PlanStep,
    samples: texts.Samples,
    came: Sequence[Came],
    offered: Sequence[timeline.Answer],
    language: str,
    picked: str,
) -> Panel:
    """`picked`: number of the answer that the preview shows; "": the first, and what is no number is none. Call it inside
    `clinic_scope`."""
    does = step.does
    is_text = isinstance(does, Text)
    ours = [one for one in came if one.step == step.key]
    return Panel(
        step.key,
        phrases.does(step),
        phrases.when(step.when),
        phrases.only_if(step),
        is_text,
        isinstance(does, Text) and does.kind is Kind.QUESTION,
        texts.tabs(opened.shown, samples, language) if is_text else (),
        _wordings(clinic, does, samples, language) if isinstance(does, Text) else (),
        offered,
        next((one for one in offered if picked in ("", str(one.number))), None),
        _hours(clinic, opened, step) if is_text else None,
        [_result(step, one) for one in sorted(ours, key=lambda one: -one.version)],
        _delivered(clinic.id, opened.key, step.key) if is_text and ours else "",
        messages.number_of(clinic.id) if is_text else "",
        is_text and not messages.takes_answers(clinic.id),
        language,
    )


def _wordings(clinic: ClinicSettings, text: Text, samples: texts.Samples, language: str) -> list[Wording]:
    price = messages.price_of(clinic.id, clinic.country)
    keys = [text.template, *([text.template_if_first] if text.template_if_first else [])]
    found = []
    for key in keys:
        its = samples.get(key, {})
        sample = texts.in_language(its, language)
        parts = messages.measure(sample.longest).segments if sample else 0
        cost = carrier_words.price(price[0] * parts, price[1]) if price and parts else ""
        name = phrases.named(phrases.TEMPLATES, key)
        if key == text.template_if_first:
            name = _("%(name)s: where no question went before") % {"name": name}
        size = composer.size(sample.longest) if sample else ""
        found.append(
            Wording(key if key not in ELSEWHERE else "", name, sample, language not in its, size, cost, _note(parts))
        )
    return found


def _note(parts: int) -> str:
    return _("With the longest names of your visits it takes more than one part.") if parts > 1 else ""


def _hours(clinic: ClinicSettings, opened: Opened, step: PlanStep) -> Hours | None:
    quiet = clinic.quiet_hours
    if quiet.opens is None or quiet.closes is None or quiet.opens >= quiet.closes:
        return None
    first, last = (one.hour + one.minute / 60 for one in (quiet.opens, quiet.closes))
    x, end = first * SCALE, last * SCALE
    shown = (f"{quiet.opens:%H:%M}", f"{quiet.closes:%H:%M}")
    return Hours(*shown, x, end - x, end, _example(clinic, opened, step))


def _example(clinic: ClinicSettings, opened: Opened, step: PlanStep) -> str:
    """What the engine makes of a moment at which no text may leave: the coming evening, an hour after closing."""
    closes = clinic.quiet_hours.closes
    assert closes is not None
    here = local(business_time.now(), clinic.time_zone)
    ideal = here.replace(hour=closes.hour, minute=closes.minute, second=0, microsecond=0) + timedelta(days=1, hours=1)
    facts = Facts(clinic.time_zone, clinic.quiet_hours)
    due = journeys.moved_by_hours(opened.shown, step.key, facts, ideal)
    if due is None or due == ideal:
        return ""
    told = {"due": _weekday_clock(ideal), "goes": _weekday_clock(local(due, clinic.time_zone))}
    if due < ideal:
        return _("Due on %(due)s, it goes earlier: on %(goes)s.") % told
    return _("Due on %(due)s, it waits until %(goes)s.") % told


def _weekday_clock(at: datetime) -> str:
    return f"{dates.weekday(at)} {dates.clock(at)}"


def _result(step: PlanStep, one: Came) -> Result:
    counted = timeline.came_words(step, timeline.sums([one])[one.step])
    kept_back = [(count, why) for (outcome, why), count in one.reasons.items() if outcome != "sent"]
    reasons = [(numbers.counted(count), story_words.said(WHY, why)) for count, why in sorted(kept_back, reverse=True)]
    return Result(one.version, counted, reasons)


def _delivered(clinic_id: UUID, key: str, step: str) -> str:
    names = journeys.texts_of_step(clinic_id, key, step)
    delivered, failed = messages.tally(clinic_id, names)
    if not delivered + failed:
        return ""
    told = ngettext(
        "%(share)d%% of %(count)d text with a receipt was delivered.",
        "%(share)d%% of %(count)d texts with a receipt were delivered.",
        delivered + failed,
    )
    return told % {"share": round(100 * delivered / (delivered + failed)), "count": delivered + failed}
