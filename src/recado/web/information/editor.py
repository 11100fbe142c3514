"""The editor of an information page, a language at a time, with the page beside it as patients see it. No script is needed: each
button of the form keeps what was typed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.information import actions, queries
from recado.information.types import NotPublishable, Page, PageKind, PageView, VersionView, Words
from recado.web import editing, information_page, shell
from recado.web.information import words
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

LONGEST_NAMES = 400  # of services or sites, typed in one field


@needs(Permission.CHANGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows the draft, or what is live, or by `?version=` what once was; POST keeps what was typed and does what its button
    says: `save`, `publish`, `drop_draft`."""
    clinic_id, by = clinic_of(request), shell.actor(request)
    with clinic_scope(clinic_id):
        view = queries.page(clinic_id, key)
        versions = queries.versions(clinic_id, key)
    language = editing.language(request, view.shown.languages)
    if request.method != "POST":
        return _page(request, view, view.shown, language, versions)
    if request.POST.get("do") == "drop_draft":
        with clinic_scope(clinic_id):
            actions.save_draft(clinic_id=clinic_id, key=key, draft=None, by=by)
        return _back(key, language)
    written = _written(request, view.shown, language)
    with clinic_scope(clinic_id):
        actions.save_draft(clinic_id=clinic_id, key=key, draft=written, by=by)
        view = queries.page(clinic_id, key)
        if request.POST.get("do") == "publish":
            try:
                number = actions.publish(clinic_id=clinic_id, key=key, by=by)
            except NotPublishable:
                return _page(request, view, written, language, versions, status=422)
            messages.success(request, _("Version %(number)s is live.") % {"number": number})
        else:
            messages.success(request, _("The draft is kept."))
    return _back(key, request.POST.get("then") or language)


def _back(key: str, language: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("info-page", args=[key]) + f"?language={language}", status=303)


def _written(request: HttpRequest, page: Page, language: str) -> Page:
    """The page with what the form says of it in one language; a language whose fields are emptied is left out, but the first."""
    sent = request.POST
    title = " ".join(sent.get("title", "").split())[:300]
    body = sent.get("body", "").replace("\r\n", "\n")[: queries.LONGEST_BODY + 1]
    says = {**page.says, language: Words(title, body.strip())}
    if not title and not body.strip() and language != page.languages[0]:
        says.pop(language)
    kind = sent.get("kind", "")
    return replace(
        page,
        name=" ".join(sent.get("name", "").split())[:80],
        kind=PageKind(kind) if kind in set(PageKind) else page.kind,
        says=says,
        on_visits=sent.get("on_visits") == "yes",
        services=_names(sent.get("services", "")),
        sites=_names(sent.get("sites", "")),
    )


def _names(typed: str) -> tuple[str, ...]:
    return tuple(one for part in typed[:LONGEST_NAMES].split(",") if (one := part.strip()))


def _page(
    request: HttpRequest,
    view: PageView,
    page: Page,
    language: str,
    versions: Sequence[VersionView],
    status: int = 200,
) -> HttpResponse:
    asked = request.GET.get("version", "")
    old = next((one for one in versions if str(one.number) == asked), None)
    faults = queries.faults_of(page)
    said = page.says.get(language)
    first = page.says[page.languages[0]]
    context: dict[str, Any] = {
        "view": view,
        "content": page,
        "chip": words.states(view.state),
        "language": language,
        "said": said,
        "hint": first if said is None else None,
        "tabs": editing.tabs(page.languages, language, {one.language for one in faults}),
        "others": editing.others(request, page.languages, language),
        "faults": [(one.language, _(queries.FAULTS[one.code])) for one in faults],
        "is_refused": status != 200,
        "kinds": [(kind, name) for kind, (_icon, name) in words.KINDS.items()],
        "services": ", ".join(page.services),
        "sites": ", ".join(page.sites),
        "longest": queries.LONGEST_BODY,
        "old": old,
        "versions": editing.version_lines(request, versions),
        "article": information_page.article(old.page if old else page, [language]),
    }
    return shell.page(request, "recado/information/editor.html", context, at="documents", status=status)
