"""The editor of an information page, a language at a time, with the page beside it as patients see it."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.information import actions, queries
from recado.information.types import Page, PageKind, PageView, Words
from recado.web import editing, information_page, shell
from recado.web.information import words
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

LONGEST_NAMES = 400  # of services or sites, typed in one field


@needs(Permission.CHANGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows the draft, or what is live, or by `?version=` what once was; POST does what its button says."""
    return EDITOR.show(request, key)


def _written(request: HttpRequest, page: Page, language: str) -> Page:
    """The page with what the form says of it in one language; a language whose fields are emptied is left out, but the first."""
    sent = request.POST
    title = editing.line(sent.get("title", ""), 300)
    body = sent.get("body", "").replace("\r\n", "\n")[: queries.LONGEST_BODY + 1]
    says = {**page.says, language: Words(title, body.strip())}
    if not title and not body.strip() and language != page.languages[0]:
        says.pop(language)
    kind = sent.get("kind", "")
    return replace(
        page,
        name=editing.line(sent.get("name", ""), 80),
        kind=PageKind(kind) if kind in set(PageKind) else page.kind,
        says=says,
        on_visits=sent.get("on_visits") == "yes",
        services=editing.names(sent.get("services", "")[:LONGEST_NAMES]),
        sites=editing.names(sent.get("sites", "")[:LONGEST_NAMES]),
    )


def _page(request: HttpRequest, view: PageView, page: Page, language: str, status: int) -> HttpResponse:
    with clinic_scope(clinic_of(request)):
        versions = queries.versions(clinic_of(request), view.key)
    old = editing.asked_version(request, versions)
    faults = queries.faults_of(page)
    said = page.says.get(language)
    first = page.says[page.languages[0]]
    context: dict[str, Any] = {
        **editing.frame(request, view, page, language, {one.language for one in faults}, status),
        "chip": words.states(view.state),
        "said": said,
        "hint": first if said is None else None,
        "faults": [(one.language, _(queries.FAULTS[one.code])) for one in faults],
        "kinds": [(kind, name) for kind, (_icon, name) in words.KINDS.items()],
        "services": ", ".join(page.services),
        "sites": ", ".join(page.sites),
        "longest": queries.LONGEST_BODY,
        "old": old,
        "versions": editing.version_lines(request, versions),
        "article": information_page.article(old.page if old else page, [language]),
    }
    return shell.page(request, "recado/information/editor.html", context, at="documents", status=status)


EDITOR = editing.Editor(
    find=queries.page,
    save=actions.save_draft,
    publish=actions.publish,
    typed=_written,
    page=_page,
    name="info-page",
    live=lambda: _("Version %(number)s is live."),
)
