"""What is done to surveys by one button: begun, ended, let ask again; and what holds for all of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.surveys import actions
from recado.surveys import queries as surveys
from recado.surveys.types import Policy, Question, QuestionKind, Saying, Survey
from recado.web import editing, shell
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of
from recado.web.surveys import editor

MOST_SURVEYS = 50


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Takes a ready survey (`ready`), or begins one with a single question."""
    clinic_id = clinic_of(request)
    ready = next((one for one in surveys.READY if one.key == request.POST.get("ready")), None)
    with clinic_scope(clinic_id):
        taken = {view.key for view in surveys.surveys(clinic_id)}
        if len(taken) >= MOST_SURVEYS:
            messages.warning(request, _("A clinic has at most 50 surveys."))
            return _to_list()
        if ready is not None:
            key = ready.key
            actions.begin(clinic_id=clinic_id, survey=ready, by=shell.actor(request))
        else:
            blank = _blank(taken, clinics.clinic_settings(clinic_id).default_language)
            key = actions.begin_new(clinic_id=clinic_id, survey=blank, by=shell.actor(request))
    return HttpResponseRedirect(reverse("survey", args=[key]), status=303)


def _blank(taken: set[str], language: str) -> Survey:
    number = next(number for number in range(1, 1000) if f"survey_{number}" not in taken)
    question = Question("q1", QuestionKind.RATE, {language: Saying("")})
    return Survey(f"survey_{number}", 0, _("New survey"), (question,))


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def pace(request: HttpRequest, key: str) -> HttpResponse:
    """`do=end`: nobody new is asked; `do=resume`: people are asked again."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        survey = surveys.survey(clinic_id, key).shown
        actions.begin(clinic_id=clinic_id, survey=survey, by=shell.actor(request))
    editing.pace(request, key, actions.end, actions.resume)
    return _to_list()


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def policy(request: HttpRequest) -> HttpResponse:
    """What holds for all surveys: days of rest, fewest answers, the page for public reviews."""
    clinic_id = clinic_of(request)
    try:
        wanted = Policy(
            int(request.POST.get("rest_days", "")),
            int(request.POST.get("fewest", "")),
            request.POST.get("review_url", "").strip(),
            request.POST.get("by_clock") == "on",
        )
        with clinic_scope(clinic_id):
            actions.set_policy(clinic_id=clinic_id, policy=wanted, by=shell.actor(request))
    except ValueError:
        fault = _(
            "Nothing was saved. Days are 0 to 730, fewest answers 5 or more, and an address begins with https://."
        )
        return editor.own(request, typed=request.POST, fault=fault)
    messages.success(request, _("Saved."))
    return _to_list()


def _to_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("surveys-own"), status=303)
