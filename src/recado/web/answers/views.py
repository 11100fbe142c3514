"""The articles with what they do, a question to try, and what one button does to an article."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.knowledge import actions, queries
from recado.knowledge.types import (
    LEAST_LIMIT,
    MOST_LIMIT,
    Article,
    ArticleView,
    Policy,
    Saying,
    TooMany,
    Topic,
    Use,
    WorkState,
)
from recado.web import editing, shell
from recado.web.answers import trying, words
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

LOOKS_BACK = timedelta(days=30)


@needs(Permission.SEE_MESSAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every article; POST tries a question, which is neither sent nor kept."""
    clinic_id = clinic_of(request)
    since = business_time.now() - LOOKS_BACK
    with clinic_scope(clinic_id):
        found = queries.articles(clinic_id)
        used = queries.use(clinic_id, since)
        context = {
            **tabs(clinic_id, since, "articles", len(found)),
            "lines": [_line(request, view, used, today(request)) for view in found],
            "live": sum(1 for view in found if view.state is WorkState.LIVE),
            **trying.context(request),
        }
    return shell.page(request, "recado/answers/index.html", {**context, **rights(request)}, at="answers")


def rights(request: HttpRequest) -> dict[str, bool]:
    """What templates ask of the person."""
    return {"may_change": may(request, Permission.CHANGE_ANSWERS)}


def tabs(clinic_id: Any, since: datetime, here: str, articles: int) -> dict[str, Any]:
    """What the row of tabs shows."""
    return {"tab": here, "articles": articles, "unanswered": queries.unanswered_count(clinic_id, since)}


def today(request: HttpRequest) -> date:
    """The clinic's own day."""
    return local(business_time.now(), clinics.clinic_settings(clinic_of(request)).time_zone).date()


def _line(request: HttpRequest, view: ArticleView, used: Mapping[str, Use], day: date) -> dict[str, Any]:
    clinic = clinics.clinic_settings(clinic_of(request))
    spoken = clinic.languages or editing.offered(request)
    own = view.shown.languages
    missing = [code for code in spoken if code not in own]
    return {
        "view": view,
        "topic": words.TOPICS[view.shown.topic],
        "short": view.shown.says[own[0]].short,
        "languages": own,
        "missing": len(missing),
        "all": len(spoken) if not missing else 0,
        "use": used.get(view.key, Use()),
        "chip": words.review(view.review.due, day) if view.state is WorkState.LIVE else words.states(view.state),
    }


@needs(Permission.CHANGE_ANSWERS)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begins an article called `name`, in the clinic's language."""
    clinic_id = clinic_of(request)
    name = editing.line(request.POST.get("name", ""), 80)
    if not name:
        messages.warning(request, _("Give the article a name."))
        return HttpResponseRedirect(reverse("answers"), status=303)
    language = clinics.clinic_settings(clinic_id).default_language
    return begun(request, Article("", 0, name, Topic.OTHER, {language: Saying("", (), "")}), language)


def begun(request: HttpRequest, article: Article, language: str) -> HttpResponse:
    """Begins this article and opens it in the editor."""
    clinic_id = clinic_of(request)
    try:
        with clinic_scope(clinic_id):
            key = actions.begin(clinic_id=clinic_id, article=article, by=shell.actor(request))
    except TooMany:
        messages.warning(request, _("A clinic has at most 300 articles."))
        return HttpResponseRedirect(reverse("answers"), status=303)
    return HttpResponseRedirect(reverse("answer-article", args=[key]) + f"?language={language}", status=303)


@needs(Permission.CHANGE_ANSWERS)
@require_POST
@unknown_is_404
def pace(request: HttpRequest, key: str) -> HttpResponse:
    """`do=end`: it answers nobody from now on; `do=resume`: it answers again."""
    editing.pace(request, key, actions.take_down, actions.put_back)
    return HttpResponseRedirect(reverse("answer-article", args=[key]), status=303)


@needs(Permission.CHANGE_ANSWERS)
@require_POST
def limit(request: HttpRequest) -> HttpResponse:
    """How sure an article must be, and whether articles answer by themselves at all."""
    clinic_id = clinic_of(request)
    typed = request.POST.get("limit", "")
    if not typed.isdecimal() or not LEAST_LIMIT <= int(typed[:3]) <= MOST_LIMIT:
        messages.warning(request, _("Choose a limit from 70 to 99 percent."))
        return HttpResponseRedirect(reverse("answers"), status=303)
    policy = Policy(request.POST.get("is_on") == "yes", int(typed[:3]))
    with clinic_scope(clinic_id):
        actions.set_policy(clinic_id=clinic_id, policy=policy, by=shell.actor(request))
    messages.success(request, _("Kept. It counts from the next text on."))
    return HttpResponseRedirect(reverse("answers"), status=303)
