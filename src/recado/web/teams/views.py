"""Teams and routing: who answers what, when, and what happens if nobody does. The page, and what is done on it."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.conversations import actions as conversations
from recado.conversations import queries as threads
from recado.conversations.types import NoSuchThread
from recado.foundation import business_time
from recado.foundation.clock import real_now
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as texts
from recado.tasks import actions, queries
from recado.tasks.types import By, RoutingView, TeamView
from recado.web import dates, languages, shell
from recado.web.administration import frame
from recado.web.sign_in.at_work import clinic_of

from . import words

WEEKS = timedelta(weeks=4)  # back from now: the time that answers took
MONTH = timedelta(days=30)
FACES = 3
LONGEST = 500  # letters of a text that is tried


@needs(Permission.MANAGE_TEAMS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return page(request)


@needs(Permission.MANAGE_TEAMS)
@require_POST
def try_text(request: HttpRequest) -> HttpResponse:
    """What would become of a text. Nothing is stored, and it stands in no address and no log."""
    text = request.POST.get("text", "").strip()[:LONGEST]
    language = request.POST.get("language", "")
    if not text:
        return page(request, {"try_error": _("Type what a patient might write.")}, status=422)
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        tried = threads.try_text(clinic_id, text, language if language in languages.PATIENTS_NAMES else "")
    names = {one.user_id: one.name for one in clinics.staff(clinic_id)}
    number = next(
        (
            at
            for at, one in enumerate(tried.table.rules, 1)
            if (one.by, one.id) == (tried.decided.by, tried.decided.rule_id)
        ),
        0,
    )
    rule = tried.table.rules[number - 1]
    found = {
        "command": tried.command,
        "meaning": words.MEANINGS[tried.understood.meaning],
        "confidence": tried.understood.confidence,
        "is_danger": tried.understood.must_escalate,
        "number": number + (1 if number > 1 else 0),  # as the page counts: an answer to a question is the second row
        "rule": words.title(rule),
        "whose": words.why(tried.decided, tried.table, names),
        "answer": tried.answer,
        "answer_language": tried.language,
    }
    return page(request, {"tried": found, "try_text": text, "try_language": language})


@needs(Permission.MANAGE_TEAMS)
@require_POST
def tells(request: HttpRequest) -> HttpResponse:
    """Whether the answer out of hours says when somebody reads it."""
    clinic_id, is_on = clinic_of(request), request.POST.get("on") == "yes"
    with clinic_scope(clinic_id):
        actions.set_sharing(clinic_id=clinic_id, tells_when=is_on, by=shell.actor(request))
    messages.success(request, _("Saved. It counts from now on."))
    return HttpResponseRedirect(f"{reverse('settings-teams')}#out-of-hours", status=303)


@needs(Permission.REPLY)
@require_POST
def take(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """ "I take it": the alarm about a conversation ends, and it is theirs."""
    clinic_id = clinic_of(request)
    try:
        with clinic_scope(clinic_id):
            is_first = conversations.take_emergency(clinic_id=clinic_id, thread_id=thread_id, by=shell.actor(request))
    except NoSuchThread:
        raise Http404("There is no such conversation.") from None
    if is_first:
        messages.success(request, _("It is yours. Call them: a text may not be read."))
    else:
        messages.warning(request, _("A colleague has taken it already."))
    return HttpResponseRedirect(reverse("inbox-thread", args=[thread_id]), status=303)


# ------------------------------------------------------------------------------------------------ the page


def page(request: HttpRequest, more: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """The page, with what was tried on it."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        table = queries.routing(clinic_id)
        context = {
            "teams": _teams(clinic_id, table),
            "rules": _rules(table),
            "kinds": words.GOES_BY.items(),
            "tells_when": table.tells_when,
            "tells_text": "passed_out_of_hours" if table.tells_when else "passed_to_person",
            "may_word": may(request, Permission.CHANGE_JOURNEYS),
            "sample": _sample(clinic_id, table),
            "steps": [
                (dates.ago(timedelta(minutes=one.after)), words.TELLS[one.tell], one.tell) for one in table.steps
            ],
            "danger_minutes": table.danger_minutes,
            "on_call": len(queries.on_call(clinic_id)),
            "alarms": queries.alarms_since(clinic_id, business_time.now() - MONTH),
            "try_languages": languages.PATIENTS_NAMES.items(),
            "try_language": clinics.clinic_settings(clinic_id).default_language,
        }
    return frame.page(request, "recado/teams/index.html", {**context, **(more or {})}, at="teams", status=status)


def _teams(clinic_id: UUID, table: RoutingView) -> list[dict[str, Any]]:
    clinic, now = clinics.clinic_settings(clinic_id), business_time.now()
    waiting = threads.open_by_team(clinic_id)
    took = threads.answer_times(clinic_id, table.teams, now - WEEKS) if table.teams else {}
    return [
        {
            "id": team.id,
            "name": team.name,
            "about": team.about,
            "faces": [one.name for one in team.members[:FACES]],
            "more": max(0, len(team.members) - FACES),
            "people": [one.name for one in team.members],
            "hours": words.week(team.week if team.week is not None else clinic.opening_hours),
            "now": words.now_of(team, _here(team), ZoneInfo(clinic.time_zone), now),
            "open": waiting.get(team.id, 0),
            "within": words.minutes(team.answer_within) if team.answer_within else "",
            "took": words.minutes(timedelta(minutes=took[team.id])) if team.id in took else "",
            "is_late": bool(
                team.answer_within and team.id in took and timedelta(minutes=took[team.id]) > team.answer_within
            ),
        }
        for team in table.teams
    ]


def _here(team: TeamView) -> int:
    moment = real_now()
    return sum(1 for one in team.members if queries.is_here(one, moment))


def _rules(table: RoutingView) -> list[dict[str, Any]]:
    """Danger, what answers an open question, the clinic's own, the rest."""
    own = [rule for rule in table.rules if rule.id is not None]
    made = [
        {
            "id": rule.id,
            "title": words.title(rule),
            "text": words.outcome(rule, table),
            "may_go_up": rule.id is not None and rule is not own[0],
            "may_go_down": rule.id is not None and rule is not own[-1],
        }
        for rule in table.rules
    ]
    made.insert(
        1, {"id": None, "title": _("Answer to an open question"), "text": _("Settled by itself, nobody is disturbed")}
    )
    return made


def _sample(clinic_id: UUID, table: RoutingView) -> dict[str, Any] | None:
    """What somebody would hear tonight, in the clinic's language; None: the team of the rest never opens."""
    rest = next((one for one in table.rules if one.by is By.REST), None)
    team = table.team(rest.team_id) if rest else None
    clinic = clinics.clinic_settings(clinic_id)
    week = team.week if team is not None and team.week is not None else clinic.opening_hours
    at = clinics.next_day_opening(week, ZoneInfo(clinic.time_zone), business_time.now())
    if at is None:
        return None
    said = threads.out_of_hours_text(clinic_id, clinic.default_language, at)
    return {"text": said, "language": clinic.default_language, "parts": texts.measure(said).segments}
