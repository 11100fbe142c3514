"""What a draft would send: played against what is live by the worker, over the clinic's own calendar. Nothing is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import audit
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions
from recado.journeys import queries as journeys
from recado.journeys.queries import Coming, DryRunView, DryState, Pair
from recado.journeys.types import NotPublishable
from recado.web import numbers, shell
from recado.web.compared import compared
from recado.web.costs import cost_words, money
from recado.web.journeys import editor, phrases
from recado.web.paging import PAGE, Pages
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

SPANS = ("7", "30")  # days
KINDS = ("text", "time", "new", "gone")


@dataclass(frozen=True, slots=True)
class Line:
    """One difference for one person. Times are on the clinic's clock; texts only where the words differ or are new."""

    kind: str
    who: Reach | None
    patient_id: UUID | None
    step: str
    now_at: datetime | None
    then_at: datetime | None
    now_text: str
    then_text: str
    now_when: str
    then_when: str
    parts: str
    words: Sequence[tuple[str, str]]  # of both texts, word by word; empty: there is but one


@needs(Permission.SEE_MESSAGES)
@require_POST
@unknown_is_404
def play(request: HttpRequest, key: str) -> HttpResponse:
    """Has the draft played, over `span` days; the page shows how far it is. Without a draft there is nothing to play."""
    clinic_id, span = clinic_of(request), _span(request.POST.get("span", ""))
    with clinic_scope(clinic_id):
        try:
            actions.play_draft(clinic_id=clinic_id, key=key, days=int(span), by=shell.actor(request))
        except NotPublishable:
            return HttpResponseRedirect(reverse("journey", args=[key]), status=303)
    return HttpResponseRedirect(f"{reverse('journey-compare', args=[key])}?span={span}", status=303)


@needs(Permission.SEE_MESSAGES)
@require_safe
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """`?span=` 7 or 30 days, `?show=` one kind of difference. Without a draft there is nothing to compare."""
    clinic_id, span = clinic_of(request), _span(request.GET.get("span", ""))
    with journeys.looking(clinic_id):
        opened = journeys.opened(clinic_id, key)
        if opened.draft is None:
            return HttpResponseRedirect(reverse("journey", args=[key]))
        found = journeys.dry_run(clinic_id, key, int(span))
        context = {**editor.frame(request, clinic_id, opened), "span": span, "spans": SPANS, "found": found}
        if found is not None:
            zone = clinics.clinic_settings(clinic_id).time_zone
            context |= {"is_old": found.edit != opened.edit, "at": local(found.asked_at, zone)}
            context |= {"mark": found.asked_at.isoformat()}
        lines: list[Line] = []
        if found is not None and found.state is DryState.DONE:
            shown, lines = _shown(request, clinic_id, found, span)
            context |= shown
    if (
        lines and request.headers.get("X-Live-Mark") != context["mark"]
    ):  # a page that refreshes itself is nobody's doing
        _note(clinic_id, request, key, lines)
    template = "compare" if found is not None and found.state is DryState.DONE else "compare_wait"
    return shell.page(request, f"recado/journeys/{template}.html", context, at="journeys")


def _span(asked: str) -> str:
    return asked if asked in SPANS else SPANS[0]


def _shown(request: HttpRequest, clinic_id: UUID, found: DryRunView, span: str) -> tuple[dict[str, Any], list[Line]]:
    """Call it inside `looking`."""
    wanted = request.GET.get("show", "")
    kinds = (wanted,) if wanted in KINDS else KINDS
    pages = Pages.asked(request.GET.get("page"), sum(found.counts.get(kind, 0) for kind in kinds))
    lines = _lines(clinic_id, journeys.differences(clinic_id, found, kinds, pages.first - 1, PAGE))
    return {
        "headline": headline(found),
        "events": found.with_texts,
        "counts": {kind: found.counts.get(kind, 0) for kind in ("same", *KINDS)},
        "changed": sum(found.counts.get(kind, 0) for kind in KINDS),
        "steps": _steps(found),
        "costs": _costs(found),
        "night": {"now": found.at_night[0], "then": found.at_night[1]},
        "offers": {"now": found.offers[0], "then": found.offers[1]} if any(found.offers) else None,
        "losing": found.losing,
        "lines": lines,
        "pages": pages,
        "links": _links(span, wanted, pages),
        "show": wanted,
    }, lines


def _note(clinic_id: UUID, request: HttpRequest, key: str, lines: Sequence[Line]) -> None:
    patients = sorted({str(line.patient_id) for line in lines if line.patient_id})
    with clinic_scope(clinic_id):
        detail = {"patients": patients}
        subject = f"journey:{key}"
        audit.record(
            clinic_id=clinic_id, by=shell.actor(request), action="journey.compare", subject=subject, detail=detail
        )


def _links(span: str, show: str, pages: Pages) -> dict[str, str]:
    def to(number: int) -> str:
        return "?" + urlencode({"span": span, "show": show, "page": number}) if number else ""

    return {"before": to(pages.before), "after": to(pages.after)}


# ------------------------------------------------------------------------------------------------ words


def headline(found: DryRunView) -> str:
    """412 texts, 38 fewer than today, £14.80, 9 would fall into quiet hours."""
    before, count = found.texts
    said = [ngettext("%(count)s text", "%(count)s texts", count) % {"count": numbers.counted(count)}]
    if found.live is not None:
        said.append(_difference(count - before))
    if amount := cost_words(found.costs[1])["amount"]:
        said.append(amount)
    if night := found.at_night[1]:
        said.append(
            _("%(count)s would fall into quiet hours and leave at an allowed one") % {"count": numbers.counted(night)}
        )
    return ", ".join(said) + "."


def _difference(more: int) -> str:
    if more > 0:
        return _("%(count)s more than now") % {"count": numbers.counted(more)}
    return _("%(count)s fewer than now") % {"count": numbers.counted(-more)} if more else _("as many as now")


def _costs(found: DryRunView) -> dict[str, Any]:
    costs = found.costs
    now, then = (cost_words(one) for one in costs)
    differences = []
    for currency in sorted({*costs[0].sums, *costs[1].sums}):
        more = costs[1].sums.get(currency, Decimal(0)) - costs[0].sums.get(currency, Decimal(0))
        amount = money(abs(more), currency)
        differences.append(
            _("%(amount)s more") % {"amount": amount}
            if more > 0
            else _("%(amount)s less") % {"amount": amount}
            if more
            else _("none")
        )
    return {"now": now, "then": then, "difference": ", ".join(differences)}


def _steps(found: DryRunView) -> list[dict[str, Any]]:
    made = []
    for key, (now, then) in found.by_step.items():
        plan = found.draft if key in found.draft.by_key else found.live
        words = phrases.when(plan.step(key).when) if plan else key
        made.append({"title": phrases.does(plan.step(key)) if plan else key, "when": words, "now": now, "then": then})
    return made


def _lines(clinic_id: UUID, pairs: Sequence[Pair]) -> list[Line]:
    """Call it inside `looking`."""
    zone = clinics.clinic_settings(clinic_id).time_zone
    people = contacts.reach(clinic_id, {pair.one.patient_id for pair in pairs if pair.one.patient_id})
    sides = [[pair.now for pair in pairs if pair.now], [pair.then for pair in pairs if pair.then]]
    words: list[dict[int, journeys.Written]] = []
    for side in sides:
        written = zip(side, journeys.written(clinic_id, side), strict=True)
        words.append({id(one): text for one, text in written if text is not None})
    return [_line(pair, people, words, zone) for pair in pairs]


def _line(pair: Pair, people: dict[UUID, Reach], words: Sequence[dict[int, journeys.Written]], zone: str) -> Line:
    now, then = (by.get(id(one)) if one else None for by, one in zip(words, (pair.now, pair.then), strict=True))
    parts = ""
    if now and then and now.cost.parts != then.cost.parts:
        told = ngettext("%(before)d part becomes %(after)d", "%(before)d parts become %(after)d", now.cost.parts)
        parts = told % {"before": now.cost.parts, "after": then.cost.parts}
    one = pair.one
    return Line(
        pair.kind,
        people.get(one.patient_id) if one.patient_id else None,
        one.patient_id,
        one.step.partition("#")[0].replace("_", " "),
        local(pair.now.at, zone) if pair.now else None,
        local(pair.then.at, zone) if pair.then else None,
        now.text if now else "",
        then.text if then else "",
        _when(pair.now),
        _when(pair.then),
        parts,
        list(compared(now.text, then.text)) if now and then else (),
    )


def _when(one: Coming | None) -> str:
    return phrases.when(one.when) if one and one.when else ""
