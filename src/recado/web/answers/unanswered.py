"""Questions that no article answered, those that mean the same together; an article is written from one, or it is put aside."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import audit, business_time
from recado.foundation.tenancy import clinic_scope
from recado.knowledge import actions, queries
from recado.knowledge.types import (
    Article,
    ArticleView,
    Corrected,
    Figures,
    Group,
    NoSuchArticle,
    Outcome,
    Saying,
    Topic,
)
from recado.web import shell
from recado.web.answers import trying, views, words
from recado.web.sign_in.at_work import clinic_of

ICONS = {
    Outcome.UNSURE: ("ask", "circle-question-mark"),
    Outcome.MEDICAL: ("bad", "shield-alert"),
    Outcome.LANGUAGE: ("ask", "languages"),
    Outcome.OVERDUE: ("warn", "calendar-clock"),
}
WIDTH = 1000  # of the bar
ASKED_KEY = "asked"  # of articles that are begun with patients' words; numbers follow
MOST_WAYS = 6  # taken from patients' words into an article


@needs(Permission.SEE_MESSAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The last 30 days; POST tries a question. The words are patients' own, so who read them is in the audit."""
    clinic_id = clinic_of(request)
    since = business_time.now() - views.LOOKS_BACK
    with clinic_scope(clinic_id):
        found = queries.groups(clinic_id, since)
        _note(request, clinic_id, "article.read_questions", sum(len(one.ids) for one in found))
        names = {one.key: one.name for one in queries.articles(clinic_id)}
        figures = queries.figures(clinic_id, since)
        context = {
            **views.tabs(clinic_id, since, "unanswered", len(names)),
            "groups": [_line(at, one, names) for at, one in enumerate(found)],
            "figures": figures,
            "share": round(100 * figures.answered / figures.all) if figures.all else 0,
            "bar": _bar(figures),
            **trying.context(request),
        }
    return shell.page(request, "recado/answers/unanswered.html", {**context, **views.rights(request)}, at="answers")


@needs(Permission.SEE_MESSAGES)
@require_safe
def no_help(request: HttpRequest) -> HttpResponse:
    """What articles answered in the last 30 days without helping, each beside the words of its article as they stand now."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        found = queries.corrected(clinic_id, business_time.now() - views.LOOKS_BACK)
        _note(request, clinic_id, "article.read_corrected", len(found))
        articles = {one.key: one for one in queries.articles(clinic_id)}
    lines = [_answered(one, articles.get(one.article)) for one in found]
    return shell.page(request, "recado/answers/no_help.html", {"lines": lines, **views.rights(request)}, at="answers")


def _answered(one: Corrected, view: ArticleView | None) -> dict[str, Any]:
    spoken = queries.said_in(view.shown, one.language) if view else ""
    return {"one": one, "view": view, "spoken": spoken, "said": view.shown.says[spoken].short if view else ""}


def _note(request: HttpRequest, clinic_id: UUID, action: str, count: int) -> None:
    audit.record(
        clinic_id=clinic_id, by=shell.actor(request), action=action, subject="articles", detail={"count": count}
    )


def _line(at: int, group: Group, names: dict[str, str]) -> dict[str, Any]:
    colour, icon = ICONS[group.outcome]
    return {
        "at": at,
        "group": group,
        "ids": ",".join(str(one) for one in group.ids),
        "colour": colour,
        "icon": icon,
        "why": words.WHY[group.outcome],
        "nearest": names.get(group.nearest, ""),
        "is_medical": group.outcome is Outcome.MEDICAL,
    }


def _bar(figures: Figures) -> list[tuple[str, int, int]]:
    """Colour, start and width of each share."""
    found, start = [], 0
    for colour, count in (("ok", figures.answered), ("ask", figures.handed_over), ("bad", figures.corrected)):
        width = WIDTH * count // figures.all if figures.all else 0
        if width:
            found.append((colour, start, max(width - 3, 1)))
        start += width
    return found


@needs(Permission.CHANGE_ANSWERS)
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """`do=write` begins an article with the words of a group, `do=add` puts them into the draft of `article`, `do=aside` takes
    the group off the list."""
    clinic_id, ids = clinic_of(request), _ids(request)
    if request.POST.get("do") == "aside":
        with clinic_scope(clinic_id):
            count = actions.put_aside(clinic_id=clinic_id, ids=ids, by=shell.actor(request))
        said = ngettext("%(count)s question is off the list.", "%(count)s questions are off the list.", count)
        messages.success(request, said % {"count": count})
        return HttpResponseRedirect(reverse("answers-unanswered"), status=303)
    with clinic_scope(clinic_id):
        found = queries.groups(clinic_id, business_time.now() - views.LOOKS_BACK)
        group = next((one for one in found if not set(ids).isdisjoint(one.ids)), None)
    if group is None or group.outcome is Outcome.MEDICAL:
        messages.warning(request, _("That question is no longer on the list."))
        return HttpResponseRedirect(reverse("answers-unanswered"), status=303)
    if request.POST.get("do") == "add":
        return _added(request, group)
    ways = tuple(one[: queries.LONGEST_QUESTION] for one in group.others[:MOST_WAYS])
    said_first = " ".join(group.words.split())
    # A patient's own words make neither key nor name: those stand in addresses, titles and the audit.
    article = Article(
        ASKED_KEY,
        0,
        _("New article"),
        Topic.OTHER,
        {group.language: Saying(said_first[: queries.LONGEST_QUESTION], ways, "")},
    )
    return views.begun(request, article, group.language)


def _ids(request: HttpRequest) -> list[UUID]:
    """The texts that a group is made of; none where the form was not ours."""
    try:
        return [UUID(one) for one in request.POST.get("ids", "").split(",")[:400]]
    except ValueError:
        return []


def _added(request: HttpRequest, group: Group) -> HttpResponse:
    """The article that half fits, with these words among its other ways to ask: a draft, which somebody publishes."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        try:
            article = queries.article(clinic_id, group.nearest).shown
        except NoSuchArticle:
            raise Http404 from None
        said = article.says.get(group.language, Saying("", (), ""))
        ways = tuple(dict.fromkeys((*said.others, group.words, *group.others)))[: queries.MOST_OTHERS]
        question = said.question or group.words[: queries.LONGEST_QUESTION]
        says = {**article.says, group.language: Saying(question, ways, said.short, said.long)}
        changed = replace(article, says=says)
        actions.save_draft(clinic_id=clinic_id, key=article.key, draft=changed, by=shell.actor(request))
    messages.success(request, _("Added to the draft. Read it, then publish."))
    address = reverse("answer-article", args=[article.key])
    return HttpResponseRedirect(f"{address}?language={group.language}", status=303)
