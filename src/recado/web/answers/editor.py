"""The editor of an article, a language at a time, with the text beside it as it is sent."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.information import queries as information
from recado.knowledge import actions, queries
from recado.knowledge.types import Article, ArticleView, Saying, Topic, WorkState
from recado.web import editing, languages, shell
from recado.web.answers import views, words
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

LONGER = timedelta(days=180)


@needs(Permission.CHANGE_ANSWERS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows the draft, or what is live, or by `?version=` what once was; POST does what its button says."""
    return EDITOR.show(request, key)


@needs(Permission.CHANGE_ANSWERS)
@require_POST
@unknown_is_404
def review(request: HttpRequest, key: str) -> HttpResponse:
    """What is live is right until `due`, and `owner` looks after it; `do=longer`: for another half year."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        queries.article(clinic_id, key)  # none of that key is there: 404
    staff = {str(one.user_id): one.user_id for one in clinics.staff(clinic_id)}
    due = views.today(request) + LONGER if request.POST.get("do") == "longer" else _day(request.POST.get("due", ""))
    owner: UUID | None = staff.get(request.POST.get("owner", ""))
    try:
        if due is None:
            raise ValueError("due")
        with clinic_scope(clinic_id):
            actions.review(clinic_id=clinic_id, key=key, owner=owner, due=due, by=shell.actor(request))
    except ValueError:
        messages.warning(request, _("Give a day within the next two years, for example 2027-06-01."))
    else:
        messages.success(request, _("Noted: you have read it and it is right."))
    return EDITOR.back(key)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _written(request: HttpRequest, article: Article, language: str) -> Article:
    """The article with what the form says of it in one language; a language whose fields are emptied is left out, but the
    first."""
    sent = request.POST
    saying = Saying(
        editing.line(sent.get("question", ""), 300),
        tuple(filter(None, (editing.line(one, 300) for one in sent.get("others", "").splitlines()[:60]))),
        editing.line(sent.get("short", ""), 1_000),
        sent.get("long", "").replace("\r\n", "\n")[: queries.LONGEST_LONG + 1].strip(),
    )
    says = {**article.says, language: saying}
    if saying == Saying("", (), "") and language != article.languages[0]:
        says.pop(language)
    topic = sent.get("topic", "")
    return replace(
        article,
        name=editing.line(sent.get("name", ""), 80),
        topic=Topic(topic) if topic in set(Topic) else article.topic,
        says=says,
    )


def _page(request: HttpRequest, view: ArticleView, article: Article, language: str, status: int) -> HttpResponse:
    with clinic_scope(clinic_of(request)):
        versions = queries.versions(clinic_of(request), view.key)
    old = editing.asked_version(request, versions)
    faults = queries.faults_of(article)
    said = article.says.get(language)
    context: dict[str, Any] = {
        **editing.frame(request, view, article, language, {one.language for one in faults}, status),
        "chip": words.states(view.state),
        "due": words.review(view.review.due, views.today(request)) if view.state is WorkState.LIVE else None,
        "said": said,
        "ways": "\n".join(said.others) if said else "",
        "hint": article.says[article.languages[0]] if said is None else None,
        "faults": [(one.language, _(queries.FAULTS[one.code])) for one in faults],
        "topics": words.TOPICS.items(),
        "longest": (queries.LONGEST_QUESTION, queries.LONGEST_SHORT, queries.LONGEST_LONG),
        "old": old,
        "versions": editing.version_lines(request, versions),
        **_preview(request, old.article if old else article, language),
        **_review(request, view),
    }
    return shell.page(request, "recado/answers/editor.html", context, at="answers", status=status)


def _preview(request: HttpRequest, article: Article, language: str) -> dict[str, Any]:
    """The text as it is sent, and the page behind its link."""
    spoken = queries.said_in(article, language)
    said = article.says[spoken]
    link = "…/a/…" if said.long else ""
    with clinic_scope(clinic_of(request)):
        text = queries.text_in(clinic_of(request), article, spoken, link) if said.short else ""
    return {
        "sent": text,
        "spoken": spoken,
        "spoken_dir": languages.direction(spoken),
        "blocks": information.read_markup(said.long),
        "title": said.question,
    }


def _review(request: HttpRequest, view: ArticleView) -> dict[str, Any]:
    staff = clinics.staff(clinic_of(request))
    names = {str(one.user_id): one.name for one in staff}
    return {
        "staff": [(one.user_id, one.name, one.user_id == view.review.owner) for one in staff],
        "reviewed_by": names.get(view.review.reviewed_by, ""),
    }


EDITOR = editing.Editor(
    find=queries.article,
    save=actions.save_draft,
    publish=actions.publish,
    typed=_written,
    page=_page,
    name="answer-article",
    live=lambda: _("Version %(number)s answers from now on."),
)
