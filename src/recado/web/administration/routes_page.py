"""Rows of the table of routes: added, changed, moved and removed by the clinic, for its own texts."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import Refused
from recado.consent.types import Purpose
from recado.foundation.phone import is_country
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.queries import CarrierView, RouteView
from recado.messaging.types import NoSuchRoute, Problem, Severity
from recado.web import countries, shell
from recado.web.sign_in.at_work import clinic_of
from recado.web.stories import words

from . import frame, route_words

CHOOSE = gettext_noop("Choose a carrier that takes these texts, or say that they don't leave.")
SHUT, SEND = "shut", "send"
MAIN, BACKUP = "main", "backup"
WAY_FIELDS = ("role", "share", "sender", "ceiling")


@needs(Permission.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, {"leaves": SEND, "purposes": []})
    return _save(request, None)


@needs(Permission.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, route_id: UUID) -> HttpResponse:
    row = _own(request, route_id)
    if request.method != "POST":
        return _shown(request, _form_of(row), row=row)
    return _save(request, row)


def _own(request: HttpRequest, route_id: UUID) -> RouteView:
    row = next((one for one in _rows(request) if one.id == route_id and one.is_own), None)
    if row is None:
        raise Http404("The clinic has no such route.")
    return row


def _rows(request: HttpRequest) -> list[RouteView]:
    with clinic_scope(clinic_of(request)):
        return texts.routes_of(clinic_of(request))


def _save(request: HttpRequest, row: RouteView | None) -> HttpResponse:
    clinic_id, by = clinic_of(request), shell.actor(request)
    try:
        with clinic_scope(clinic_id):
            wish = _wish(request.POST, [one.id for one in texts.carriers_of(clinic_id)])
            _check_country(wish)
            if row is None:
                saved = messaging.add_route(clinic_id=clinic_id, wish=wish, by=by)
            else:
                saved = messaging.change_route(clinic_id=clinic_id, route_id=row.id, wish=wish, by=by)
    except NoSuchRoute:
        raise Http404("The clinic has no such route any more.") from None
    except Refused as refused:
        return _shown(request, _typed(request.POST), row=row, refused=refused)
    messages.success(request, _("Saved as row %(number)s. It counts within three seconds.") % {"number": saved.number})
    for problem in (*saved.problems, *_warnings(wish)):
        messages.warning(request, countries.problem_words(problem))
    return _back()


def _wish(posted: QueryDict, carriers: list[int]) -> messaging.RouteWish:
    """What the form says. Raises Refused."""
    told = [] if posted.get("leaves") == SHUT else [one for one in (_way(posted, number) for number in carriers) if one]
    if not told and posted.get("leaves") != SHUT:
        raise Refused("targets", CHOOSE)
    told.sort(key=lambda one: one["weight"] in (0, "0"))  # with every carrier down a text waits for the first
    known = {str(int(purpose)): purpose for purpose in Purpose}
    return messaging.RouteWish(
        country=posted.get("country", "").strip()[:10],
        purposes=frozenset(known[one] for one in posted.getlist("purposes") if one in known),
        sender=posted.get("sender", "").strip()[:40],
        targets=messaging.read_targets(told),
    )


def _way(posted: QueryDict, carrier: int) -> dict[str, Any] | None:
    given = {name: posted.get(f"{name}-{carrier}", "").strip()[:40] for name in WAY_FIELDS}
    if given["role"] not in (MAIN, BACKUP):
        return None
    share = (given["share"] or "1") if given["role"] == MAIN else 0
    way = {"carrier": carrier, "weight": share, "sender": given["sender"]}
    _check_way(way, f"share-{carrier}")
    way["ceiling"] = given["ceiling"].replace(",", ".")
    _check_way(way, f"ceiling-{carrier}")
    return way


def _check_way(way: dict[str, Any], field: str) -> None:
    """Raises Refused at this field where the carrier can't be read with it."""
    try:
        messaging.read_targets([way])
    except Refused as refused:
        raise Refused(field, refused.sentence, **refused.values) from None


def _problems(wish: messaging.RouteWish) -> list[tuple[str, Problem]]:
    """What the country has against the senders of a row, with the field it stands at."""
    found = [("sender", one) for one in route_words.problems(wish.sender, wish.country, wish.purposes)]
    for target in wish.targets:
        found += [("targets", one) for one in route_words.problems(target.sender, wish.country, wish.purposes)]
    return found


def _check_country(wish: messaging.RouteWish) -> None:
    for field, problem in _problems(wish) if is_country(wish.country) else ():
        if problem.severity is Severity.REFUSE:
            raise Refused(field, problem.sentence, **problem.values)


def _warnings(wish: messaging.RouteWish) -> list[Problem]:
    found = {problem.code: problem for _field, problem in _problems(wish)}
    return list(found.values())


# ------------------------------------------------------------------------------------------------ the form


def _shown(
    request: HttpRequest, form: dict[str, Any], *, row: RouteView | None = None, refused: Refused | None = None
) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        carriers = texts.carriers_of(clinic_id)
    errors = {refused.field: frame.said(refused)} if refused else {}
    addresses = list(dict.fromkeys(number.address for one in carriers for number in one.numbers))
    context = {
        "form": form,
        "row": row,
        "countries": [pair for pair in countries.all_by_name() if is_country(pair[0])],
        "purposes": [(int(one), words.PURPOSES[one], str(int(one)) in form["purposes"]) for one in Purpose],
        "addresses": addresses,
        "ways": [_way_line(one, form, errors) for one in carriers],
        "errors": errors,
    }
    status = 422 if refused else 200
    return frame.page(request, "recado/administration/route.html", context, at="carriers", status=status)


def _way_line(one: CarrierView, form: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    said = {f"{name}_error": errors.get(f"{name}-{one.id}", "") for name in WAY_FIELDS}
    return {"id": one.id, "name": one.name, **said, **{name: form.get(f"{name}-{one.id}", "") for name in WAY_FIELDS}}


def _typed(posted: QueryDict) -> dict[str, Any]:
    """The form as it was sent: nothing that was typed is lost."""
    return {**{name: posted.get(name, "")[:40] for name in posted}, "purposes": posted.getlist("purposes")}


def _form_of(row: RouteView) -> dict[str, Any]:
    form: dict[str, Any] = {
        "country": row.country,
        "purposes": [str(int(purpose)) for purpose in row.purposes],
        "sender": row.sender,
        "leaves": SEND if row.targets else SHUT,
    }
    for target in row.targets:
        given = (MAIN if target.weight else BACKUP, target.weight or "", target.sender, _plain(target.ceiling))
        form |= {f"{name}-{target.carrier}": value for name, value in zip(WAY_FIELDS, given, strict=True)}
    return form


def _plain(amount: Decimal | None) -> str:
    return f"{amount:f}" if amount is not None else ""


# ------------------------------------------------------------------------------------------------ moved and removed


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
def move(request: HttpRequest, route_id: UUID) -> HttpResponse:
    """One place up or down."""
    rows = _rows(request)
    place = next((at for at, row in enumerate(rows) if row.id == route_id), None)
    if place is None:
        raise Http404("The clinic has no such route.")
    is_up = request.POST.get("to") == "up"
    after = rows[place + 2 :]
    before = rows[max(0, place - 1)].id if is_up else after[0].id if after else None
    try:
        with clinic_scope(clinic_of(request)):
            saved = messaging.move_route(
                clinic_id=clinic_of(request), route_id=route_id, before=before, by=shell.actor(request)
            )
    except NoSuchRoute:
        raise Http404("The clinic has no such route.") from None
    messages.success(request, _("It is row %(number)s now.") % {"number": saved.number})
    for problem in saved.problems:
        messages.warning(request, countries.problem_words(problem))
    return _back()


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
def remove(request: HttpRequest, route_id: UUID) -> HttpResponse:
    try:
        with clinic_scope(clinic_of(request)):
            messaging.remove_route(clinic_id=clinic_of(request), route_id=route_id, by=shell.actor(request))
    except NoSuchRoute:
        raise Http404("The clinic has no such route.") from None
    messages.success(
        request, _("The route is removed. Its texts leave by the next row that matches, or as without routes.")
    )
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('settings-carriers')}#routes", status=303)
