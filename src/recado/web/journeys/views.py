"""The clinic's journeys, and the ready ones that it can take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from recado.clinics import access
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.journeys import queries as journeys
from recado.journeys.queries import JourneyRow
from recado.journeys.types import JourneyState
from recado.messaging import queries as messages
from recado.web import dates, shell
from recado.web.administration import carrier_words
from recado.web.chips import Chip
from recado.web.journeys import texts, words
from recado.web.sign_in.at_work import clinic_of

LAST = len(journeys.GALLERY)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list, in words."""

    row: JourneyRow
    title: str
    about: str
    answered: str
    cost: str  # of one text, on the average of the last; empty: it sent none, or no price is known
    problems: Sequence[Chip]
    state: Chip
    since: str  # paused by whom, and when
    effect: tuple[str, str] | None  # in words, and how sure; None: it has no comparison group


@needs(Permission.SEE_MESSAGES, Permission.CHANGE_JOURNEYS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every journey of the clinic, with who is on it and what came of it in the last 30 days."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        rows = journeys.journeys_of(clinic_id)
        costs = _costs(clinic_id)
        effects = {row.key: _effect(clinic_id, row) for row in rows if journeys.has_group(row.plan)}
    names = {str(one.user_id): one.name for one in clinics.people(clinic_id)}
    zone = clinics.clinic_settings(clinic_id).time_zone
    lines = [_line(row, names, zone, costs.get(row.key, ""), effects.get(row.key)) for row in sorted(rows, key=_order)]
    shown = {"has_answers": any(line.answered for line in lines), "has_costs": any(line.cost for line in lines)}
    states = [row.state for row in rows]
    context = {
        "lines": lines,
        **shown,
        "has_effects": bool(effects),
        **tabs(request, len(lines)),
        "may_change": may_change(request),
        "live": states.count(JourneyState.LIVE),
        "paused": states.count(JourneyState.PAUSED),
    }
    return shell.page(request, "recado/journeys/index.html", context, at="journeys")


def may_change(request: HttpRequest) -> bool:
    return bool(request.role.may(Permission.CHANGE_JOURNEYS))  # type: ignore[attr-defined]


def tabs(request: HttpRequest, own: int) -> dict[str, int | bool]:
    return {"own_count": own, "ready_count": LAST, "may_foresee": access.may(request, Permission.SEE_MESSAGES)}


def _order(row: JourneyRow) -> tuple[bool, int, str]:
    """As in the gallery, then the clinic's own by name; what has ended stands last."""
    places = [ready.plan.key for ready in journeys.GALLERY]
    place = places.index(row.key) if row.key in places else LAST
    return row.state is JourneyState.ENDED, place, row.name


def _costs(clinic_id: UUID) -> dict[str, str]:
    """What a text of each journey costs, by the parts of the last ones. Call it inside `clinic_scope`."""
    price = messages.price_of(clinic_id, clinics.clinic_settings(clinic_id).country)
    if price is None:
        return {}
    sent = journeys.sent_lately(clinic_id)
    parts = messages.parts_of(clinic_id, [name for names in sent.values() for name in names])
    found = {}
    for key, names in sent.items():
        known = [parts[name] for name in names if name in parts]
        if known:
            found[key] = carrier_words.price(round(price[0] * sum(known) / len(known), 4), price[1])
    return found


def _line(row: JourneyRow, names: Mapping[str, str], zone: str, cost: str, effect: tuple[str, str] | None) -> Line:
    count = len(row.plan.placed)
    steps = ngettext("%(count)d step", "%(count)d steps", count) % {"count": count}
    return Line(
        row,
        words.title(row.key, row.name),
        f"{steps} · {words.starts(row.plan.event.key)}",
        f"{round(100 * row.answered / row.asked)}%" if row.asked else "",
        cost,
        _problems(row),
        words.STATES[row.state],
        since(row.state, names.get(row.changed_by, ""), row.changed_at, zone),
        effect,
    )


def _effect(clinic_id: UUID, row: JourneyRow) -> tuple[str, str]:
    """What the texts achieve, against those who got none. Call it inside `clinic_scope`."""
    event = row.plan.event.key
    if not journeys.is_measured(event):
        return _("Not measured"), _("this kind of event has no end that tells")
    found = journeys.effect_of(clinic_id, row.key, event)
    if found is None:
        return _("Not enough yet to tell"), _("nobody's outcome is known in one of the groups")
    groups = _("%(told)d with texts, %(held)d without") % {"told": found.told, "held": found.held}
    if not found.is_certain:
        return _("Not enough yet to tell"), groups
    low, high = found.interval
    if event == "appointment":
        said = _("%(number).1f fewer missed in 100") if low > 0 else _("%(number).1f more missed in 100")
    else:
        said = _("%(number).1f more reached in 100") if low > 0 else _("%(number).1f fewer reached in 100")
    bounds = {"low": min(abs(low), abs(high)), "high": max(abs(low), abs(high))}
    return said % {"number": abs(found.difference)}, _("likely %(low).1f to %(high).1f") % bounds + f"; {groups}"


def since(state: JourneyState, name: str, at: datetime | None, zone: str) -> str:
    """By whom a journey was paused or ended, and when."""
    if state not in (JourneyState.PAUSED, JourneyState.ENDED) or at is None:
        return ""
    day = dates.short_day(local(at, zone))
    return _("by %(name)s, %(day)s") % {"name": name, "day": day} if name else day


def _problems(row: JourneyRow) -> list[Chip]:
    found = []
    if row.faults:
        told = ngettext(
            "%(count)d thing to put right in the draft", "%(count)d things to put right in the draft", row.faults
        )
        found.append(Chip("warn", "triangle-alert", told % {"count": row.faults}))
    if row.refused:
        told = ngettext("%(count)d text not allowed", "%(count)d texts not allowed", row.refused)
        found.append(Chip("warn", "ban", told % {"count": row.refused}))
    if row.has_newer:
        found.append(Chip("info", "sparkles", _("The ready one has something new")))
    return found


# ------------------------------------------------------------------------------------------------ the gallery


@dataclass(frozen=True, slots=True)
class Card:
    """A ready journey, in words. `sample`: its first text as a patient would read it; `others`: those behind it."""

    key: str
    title: str
    what_for: str
    colour: str
    icon: str
    tags: Sequence[str]
    sample: str
    others: Sequence[str]
    has: JourneyRow | None


@needs(Permission.SEE_MESSAGES, Permission.CHANGE_JOURNEYS)
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """The ready journeys; `?about=` shows one theme."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        own = {row.key: row for row in journeys.journeys_of(clinic_id)}
        cards = [(ready.theme, _card(clinic_id, ready, own.get(ready.plan.key))) for ready in journeys.GALLERY]
    about = request.GET.get("about", "")
    counts: dict[str, int] = {}
    for theme, _card_of in cards:
        counts[theme] = counts.get(theme, 0) + 1
    context = {
        "cards": [card for theme, card in cards if about in ("", theme)],
        "themes": [
            (theme, _(journeys.THEMES[theme]), counts[theme], theme == about)
            for theme in journeys.THEMES
            if theme in counts
        ],
        "about": about,
        "events": [(event, words.starts(event)) for event in words.STARTS],
        "may_change": may_change(request),
        **tabs(request, len(own)),
    }
    return shell.page(request, "recado/journeys/gallery.html", context, at="journeys")


def _card(clinic_id: UUID, ready: journeys.Ready, has: JourneyRow | None) -> Card:
    plan = ready.plan
    colour, icon = words.THEME_ICONS[ready.theme]
    count = len(plan.placed)
    samples = texts.samples_of(clinic_id, plan)
    languages, (said, *others) = texts.languages_of(samples), texts.all_samples(plan, samples) or [""]
    tags = [
        ngettext("%(count)d step", "%(count)d steps", count) % {"count": count},
        ngettext("%(count)d language", "%(count)d languages", len(languages)) % {"count": len(languages)},
    ]
    return Card(plan.key, _(ready.title), _(ready.what_for), colour, icon, tags, said, others, has)
