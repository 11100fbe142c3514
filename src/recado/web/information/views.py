"""The list of information pages, and what one button does to one: begun, taken down, put back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.information import actions, queries
from recado.information.types import Page, PageKind, Words
from recado.web import editing, shell
from recado.web.information import words
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


@needs(Permission.SEE_DOCUMENTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every page with its address and its placeholder."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        found = queries.pages(clinic_id)
    context = {
        "lines": [(view, words.states(view.state), *words.KINDS[view.shown.kind]) for view in found],
        "kinds": [(kind, name) for kind, (_icon, name) in words.KINDS.items()],
        "may_change": may(request, Permission.CHANGE_JOURNEYS),
    }
    return shell.page(request, "recado/information/index.html", context, at="documents")


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begins a page with `name` and `kind`, in the clinic's language."""
    clinic_id = clinic_of(request)
    name = editing.line(request.POST.get("name", ""), 80)
    kind = request.POST.get("kind", "")
    if not name or kind not in set(PageKind):
        messages.warning(request, _("Give the page a name."))
        return _to_list()
    language = clinics.clinic_settings(clinic_id).default_language
    page = Page("", 0, name, PageKind(kind), {language: Words(name, "")}, on_visits=kind == PageKind.DIRECTIONS)
    try:
        with clinic_scope(clinic_id):
            key = actions.begin(clinic_id=clinic_id, page=page, by=shell.actor(request))
    except actions.TooMany:
        messages.warning(request, _("A clinic has at most 100 pages."))
        return _to_list()
    return HttpResponseRedirect(reverse("info-page", args=[key]), status=303)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def pace(request: HttpRequest, key: str) -> HttpResponse:
    """`do=end`: its address leads nowhere from now on; `do=resume`: it can be read again."""
    editing.pace(request, key, actions.take_down, actions.put_back)
    return _to_list()


def _to_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("info-pages"), status=303)
