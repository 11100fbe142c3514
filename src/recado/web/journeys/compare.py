"""What a draft would send: played against what is live, over the clinic's own calendar. Nothing is sent or written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import audit
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.journeys import queries as journeys
from recado.journeys.queries import Coming, Comparison, Estimate, Pair
from recado.web import numbers, shell
from recado.web.costs import cost_words, money
from recado.web.journeys import editor, phrases
from recado.web.paging import PAGE, Pages
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

SPANS = {"7": timedelta(days=7), "30": timedelta(days=30)}
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


@needs(Permission.SEE_MESSAGES)
@require_safe
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """`?span=` 7 or 30 days, `?show=` one kind of difference. Without a draft there is nothing to compare."""
    clinic_id = clinic_of(request)
    span = request.GET.get("span", "7")
    span = span if span in SPANS else "7"
    with journeys.looking(clinic_id):
        found = journeys.compare(clinic_id, key, SPANS[span])
        if found is None:
            return HttpResponseRedirect(reverse("journey", args=[key]))
        wanted = request.GET.get("show", "")
        changed = [pair for pair in found.pairs if pair.kind in ((wanted,) if wanted in KINDS else KINDS)]
        pages = _pages(request, len(changed))
        lines = _lines(clinic_id, changed[pages.first - 1 : pages.last])
        costs = [journeys.estimate(clinic_id, side.texts) for side in (found.now, found.then)]
        frame = editor.frame(request, clinic_id, journeys.opened(clinic_id, key))
    _note(clinic_id, request, key, lines)
    context = {
        **frame,
        "headline": headline(found, costs[0], costs[1]),
        "events": found.events,
        "is_cut": found.is_cut,
        "counts": {kind: found.counts()[kind] for kind in ("same", *KINDS)},
        "changed": sum(found.counts()[kind] for kind in KINDS),
        "steps": _steps(found),
        "costs": _costs(found, costs),
        "night": {"now": found.now.at_night, "then": found.then.at_night},
        "losing": _losing(found),
        "lines": lines,
        "pages": pages,
        "links": _links(span, wanted, pages),
        "show": wanted,
        "span": span,
    }
    return shell.page(request, "recado/journeys/compare.html", context, at="journeys")


def _note(clinic_id: UUID, request: HttpRequest, key: str, lines: Sequence[Line]) -> None:
    patients = sorted({str(line.patient_id) for line in lines if line.patient_id})
    with clinic_scope(clinic_id):
        detail = {"patients": patients}
        subject = f"journey:{key}"
        audit.record(
            clinic_id=clinic_id, by=shell.actor(request), action="journey.compare", subject=subject, detail=detail
        )


def _pages(request: HttpRequest, total: int) -> Pages:
    asked = request.GET.get("page", "")
    last = max(1, -(-total // PAGE))
    return Pages(min(int(asked), last) if asked.isdecimal() and int(asked[:6]) > 0 else 1, total)


def _links(span: str, show: str, pages: Pages) -> dict[str, str]:
    def to(number: int) -> str:
        return "?" + urlencode({"span": span, "show": show, "page": number}) if number else ""

    return {"before": to(pages.before), "after": to(pages.after)}


# ------------------------------------------------------------------------------------------------ words


def headline(found: Comparison, now: Estimate, then: Estimate) -> str:
    """412 texts, 38 fewer than today, £14.80, 9 would fall into quiet hours."""
    count, before = len(found.then.going), len(found.now.going)
    said = [ngettext("%(count)s text", "%(count)s texts", count) % {"count": numbers.counted(count)}]
    if found.live is not None:
        said.append(_difference(count - before))
    if amount := cost_words(then)["amount"]:
        said.append(amount)
    if found.then.at_night:
        night = numbers.counted(found.then.at_night)
        said.append(_("%(count)s would fall into quiet hours and leave at an allowed one") % {"count": night})
    return ", ".join(said) + "."


def _difference(more: int) -> str:
    if more > 0:
        return _("%(count)s more than now") % {"count": numbers.counted(more)}
    return _("%(count)s fewer than now") % {"count": numbers.counted(-more)} if more else _("as many as now")


def _costs(found: Comparison, costs: Sequence[Estimate]) -> dict[str, Any]:
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


def _steps(found: Comparison) -> list[dict[str, Any]]:
    made = []
    for key, (now, then) in found.by_step().items():
        plan = found.draft if key in found.draft.by_key else found.live
        words = phrases.when(plan.step(key).when) if plan else key
        made.append({"title": phrases.does(plan.step(key)) if plan else key, "when": words, "now": now, "then": then})
    return made


def _losing(found: Comparison) -> int:
    """People who get something now and would get nothing."""
    now = {one.patient_id for one in found.now.going}
    return len(now - {one.patient_id for one in found.then.going})


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
        parts = _("%(before)d parts become %(after)d") % {"before": now.cost.parts, "after": then.cost.parts}
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
    )


def _when(one: Coming | None) -> str:
    return phrases.when(one.when) if one and one.when else ""
