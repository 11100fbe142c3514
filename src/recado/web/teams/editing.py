"""The forms of a team, of a rule, and of what happens when nobody answers."""

from datetime import time, timedelta
from typing import Any
from uuid import UUID

from babel.dates import get_day_names
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.appointments import queries as appointments
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import OpenDay
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop
from recado.messaging import queries as texts
from recado.tasks import actions, queries
from recado.tasks.types import AlarmStep, By, MemberView, NotKept, RoutingView, RuleView, Share, TeamView, Tell
from recado.web import countries, languages, role_words, shell
from recado.web.administration import frame
from recado.web.sign_in.at_work import clinic_of

from . import on_call, words

STRETCHES = 2  # a day, with a break between
STEPS = 4  # rows of the form
NO_TIME = gettext_noop("Give times such as 09:00.")
SAVED = gettext_noop("Saved. It counts from now on.")


def _back(part: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('settings-teams')}#{part}", status=303)


def _table(request: HttpRequest) -> RoutingView:
    with clinic_scope(clinic_of(request)):
        return queries.routing(clinic_of(request))


# ------------------------------------------------------------------------------------------------ a team


@needs(Permission.MANAGE_TEAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _save_team(request, None)
    return _team_page(request, None, {"members": [], "languages": {}, "skills": {}})


@needs(Permission.MANAGE_TEAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    found = _table(request).team(team_id)
    if found is None:
        raise Http404("There is no such team.")
    if request.method == "POST":
        return _save_team(request, found)
    return _team_page(request, found, _form_of(found))


@needs(Permission.MANAGE_TEAMS)
@require_POST
def end_team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    try:
        with clinic_scope(clinic_id):
            actions.end_team(clinic_id=clinic_id, team_id=team_id, by=shell.actor(request))
    except NotKept as refused:
        messages.warning(request, _(refused.sentence))
        return HttpResponseRedirect(reverse("settings-team", args=[team_id]), status=303)
    except LookupError:
        raise Http404("There is no such team.") from None
    messages.success(request, _("The team is ended. What waits for it is everybody's."))
    return _back("teams")


def _save_team(request: HttpRequest, found: TeamView | None) -> HttpResponse:
    clinic_id = clinic_of(request)
    try:
        made = _typed_team(request.POST, found.id if found else new_id())
        with clinic_scope(clinic_id):
            actions.keep_team(clinic_id=clinic_id, team=made, is_new=found is None, by=shell.actor(request))
    except NotKept as refused:
        return _team_page(request, found, _typed_form(request.POST), refused)
    except LookupError:
        raise Http404("There is no such team.") from None
    messages.success(request, _(SAVED))
    return _back("teams")


def _typed_team(typed: QueryDict, team_id: UUID) -> TeamView:
    people = [one for one in map(_uuid, typed.getlist("members")) if one]
    within = typed.get("answer_within", "").strip()
    return TeamView(
        id=team_id,
        name=typed.get("name", ""),
        about=typed.get("about", ""),
        lead_id=_uuid(typed.get("lead", "")),
        week=_week(typed),
        answer_within=timedelta(minutes=_number(within)) if within else None,
        members=tuple(
            MemberView(
                one,
                languages=tuple(lang for lang in languages.PATIENTS_NAMES if lang in typed.getlist(f"lang-{one}")),
                skills=tuple(_parts(typed.get(f"skills-{one}", ""))),
            )
            for one in people
        ),
    )


def _parts(said: str) -> list[str]:
    return [one.strip() for one in said.replace(";", ",").split(",") if one.strip()]


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def _number(said: str) -> int:
    """What was typed; 0, which no check lets through, where it is no number."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 0


def _week(typed: QueryDict) -> tuple[OpenDay, ...] | None:
    """None where every day is empty: whenever the clinic is open."""
    week = tuple(_day(typed, day) for day in range(7))
    return week if any(week) else None


def _day(typed: QueryDict, day: int) -> OpenDay:
    pairs = [(typed.get(f"d{day}-{at}-opens", ""), typed.get(f"d{day}-{at}-closes", "")) for at in range(STRETCHES)]
    try:
        return tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in pairs if a or b)
    except ValueError:
        raise NotKept("week", NO_TIME) from None


def _form_of(found: TeamView) -> dict[str, Any]:
    within = found.answer_within
    return {
        "name": found.name,
        "about": found.about,
        "lead": found.lead_id,
        "answer_within": within // timedelta(minutes=1) if within else "",
        "members": [one.user_id for one in found.members],
        "languages": {one.user_id: one.languages for one in found.members},
        "skills": {one.user_id: ", ".join(one.skills) for one in found.members},
        "week": found.week,
    }


def _typed_form(typed: QueryDict) -> dict[str, Any]:
    people = [one for one in map(_uuid, typed.getlist("members")) if one]
    form: dict[str, Any] = {name: typed.get(name, "") for name in ("name", "about", "answer_within")}
    return form | {
        "lead": _uuid(typed.get("lead", "")),
        "members": people,
        "languages": {one: tuple(typed.getlist(f"lang-{one}")) for one in people},
        "skills": {one: typed.get(f"skills-{one}", "") for one in people},
        "typed": typed,
    }


def _team_page(
    request: HttpRequest, found: TeamView | None, form: dict[str, Any], refused: NotKept | None = None
) -> HttpResponse:
    staff = clinics.staff(clinic_of(request))
    context = {
        "team": found,
        "form": form,
        "week": _days(form),
        "staff": [
            {
                "id": one.user_id,
                "name": one.name,
                "role": role_words.title(one.role.code),
                "is_in": one.user_id in form["members"],
                "languages": form["languages"].get(one.user_id, ()),
                "skills": form["skills"].get(one.user_id, ""),
            }
            for one in staff
        ],
        "all_languages": languages.PATIENTS_NAMES.items(),
        "errors": {refused.field: _(refused.sentence)} if refused else {},
    }
    return frame.page(request, "recado/teams/team.html", context, at="teams", status=422 if refused else 200)


def _days(form: dict[str, Any]) -> list[dict[str, Any]]:
    names = get_day_names("wide", locale=countries.locale_name())
    kept, typed = form.get("week"), form.get("typed")
    made = []
    for day in range(7):
        shown = []
        for at in range(STRETCHES):
            name = f"d{day}-{at}"
            opens, closes = (f"{one:%H:%M}" for one in kept[day][at]) if kept and at < len(kept[day]) else ("", "")
            if typed is not None:
                opens, closes = typed.get(f"{name}-opens", ""), typed.get(f"{name}-closes", "")
            shown.append({"name": name, "opens": opens, "closes": closes})
        made.append({"name": names[day].capitalize(), "stretches": shown})
    return made


# ------------------------------------------------------------------------------------------------ a rule


@needs(Permission.MANAGE_TEAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """`?by=` says what it goes by."""
    said = request.GET.get("by", "") or request.POST.get("by", "")
    if said not in {str(one) for one in words.GOES_BY}:
        return _back("rules")
    blank = RuleView(By(said), share=Share.ROUND_ROBIN)
    return _save_rule(request, blank) if request.method == "POST" else _rule_page(request, blank)


@needs(Permission.MANAGE_TEAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    found = next((one for one in _table(request).rules if one.id == rule_id), None)
    if found is None:
        raise Http404("There is no such rule.")
    return _save_rule(request, found) if request.method == "POST" else _rule_page(request, found)


@needs(Permission.MANAGE_TEAMS)
@require_POST
def move_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    clinic_id, is_up = clinic_of(request), request.POST.get("to") == "up"
    try:
        with clinic_scope(clinic_id):
            actions.move_rule(clinic_id=clinic_id, rule_id=rule_id, up=is_up, by=shell.actor(request))
    except LookupError:
        raise Http404("There is no such rule.") from None
    return _back(f"rule-{rule_id}")


@needs(Permission.MANAGE_TEAMS)
@require_POST
def remove_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    try:
        with clinic_scope(clinic_id):
            actions.remove_rule(clinic_id=clinic_id, rule_id=rule_id, by=shell.actor(request))
    except LookupError:
        raise Http404("There is no such rule.") from None
    messages.success(request, _("The rule is removed. The next one that fits counts."))
    return _back("rules")


def _save_rule(request: HttpRequest, found: RuleView) -> HttpResponse:
    typed = request.POST
    said = typed.get("words", "").splitlines() if found.by is By.KEYWORD else typed.getlist("values")
    share = typed.get("share", "")
    made = RuleView(
        found.by,
        tuple(one.strip() for one in said if one.strip()),
        _uuid(typed.get("team", "")),
        Share(share) if share in list(Share) else Share.TEAM,
        typed.get("skill", ""),
        found.id,
    )
    clinic_id = clinic_of(request)
    try:
        with clinic_scope(clinic_id):
            actions.keep_rule(clinic_id=clinic_id, rule=made, by=shell.actor(request))
    except NotKept as refused:
        return _rule_page(request, made, refused)
    except LookupError:
        raise Http404("There is no such rule.") from None
    messages.success(request, _(SAVED))
    return _back("rules")


def _rule_page(request: HttpRequest, found: RuleView, refused: NotKept | None = None) -> HttpResponse:
    table = _table(request)
    context = {
        "rule": found,
        "kind": words.GOES_BY[found.by],
        "is_owner": found.by is By.OWNER,
        "is_words": found.by is By.KEYWORD,
        "choices": _choices(request, found),
        "teams": table.teams,
        "shares": words.SHARES.items(),
        "skills": sorted({skill for team in table.teams for one in team.members for skill in one.skills}),
        "errors": {refused.field: _(refused.sentence)} if refused else {},
    }
    return frame.page(request, "recado/teams/rule.html", context, at="teams", status=422 if refused else 200)


def _choices(request: HttpRequest, found: RuleView) -> list[tuple[str, str]]:
    """What can be ticked, with what the rule holds and is offered no more."""
    clinic_id = clinic_of(request)
    offered: list[str] = []
    if found.by is By.MEANING:
        offered = [str(one) for one in words.MEANINGS]
    elif found.by is By.TASK:
        offered = [str(one) for one in words.TASKS]
    elif found.by is By.LANGUAGE:
        offered = list(languages.PATIENTS_NAMES)
    elif found.by is By.SITE:
        offered = [one.name for one in clinics.sites(clinic_id)]
    elif found.by is By.CLINICIAN:
        with clinic_scope(clinic_id):
            offered = list(appointments.calendar_words(clinic_id).clinicians)
    elif found.by is By.NUMBER:
        with clinic_scope(clinic_id):
            offered = [number.address for one in texts.carriers_of(clinic_id) for number in one.numbers]
    every = dict.fromkeys([*offered, *(one for one in found.values if found.by is not By.KEYWORD)])
    return [(one, words.value(found.by, one)) for one in every]


# ------------------------------------------------------------------------------------------------ when nobody answers


@needs(Permission.MANAGE_TEAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest) -> HttpResponse:
    """To whom danger and the rest go, and the steps of alarms."""
    table = _table(request)
    if request.method != "POST":
        return _sharing_page(request, table)
    typed, clinic_id = request.POST, clinic_of(request)
    share = typed.get("rest_share", "")
    try:
        with clinic_scope(clinic_id):
            actions.set_sharing(
                clinic_id=clinic_id,
                danger_team=_uuid(typed.get("danger_team", "")),
                rest_team=_uuid(typed.get("rest_team", "")),
                rest_share=Share(share) if share in list(Share) else None,
                steps=_steps(typed),
                danger_minutes=_number(typed.get("danger_minutes", "")),
                on_call=on_call.typed_in(typed, clinic_id),
                by=shell.actor(request),
            )
    except NotKept as refused:
        return _sharing_page(request, table, typed, refused)
    messages.success(request, _("Saved. It counts from the next conversation that waits."))
    return _back("alarm")


def _steps(typed: QueryDict) -> list[AlarmStep]:
    rows = [(typed.get(f"after-{at}", "").strip(), typed.get(f"tell-{at}", "")) for at in range(STEPS)]
    return [AlarmStep(_number(after), Tell(tell)) for after, tell in rows if after and tell in list(Tell)]


def _sharing_page(
    request: HttpRequest, table: RoutingView, typed: QueryDict | None = None, refused: NotKept | None = None
) -> HttpResponse:
    danger, rest = table.rules[0], table.rules[-1]
    shown: list[tuple[int, Any, str]] = []
    for at in range(STEPS):
        step = table.steps[at] if at < len(table.steps) else None
        after: Any = step.after if step else ""
        tell = str(step.tell) if step else str(Tell.ALL)
        if typed is not None:
            after, tell = typed.get(f"after-{at}", ""), typed.get(f"tell-{at}", "")
        shown.append((at, after, tell))
    form = {
        "danger_team": str(danger.team_id or ""),
        "rest_team": str(rest.team_id or ""),
        "rest_share": str(rest.share),
        "danger_minutes": table.danger_minutes,
    }
    context = {
        "form": form if typed is None else {name: typed.get(name, "") for name in form},
        "on_call": on_call.shown(clinic_of(request), typed),
        "staff": on_call.staff(clinic_of(request)),
        "steps": shown,
        "teams": [(str(one.id), one.name) for one in table.teams],
        "shares": words.SHARES.items(),
        "tells": words.TELLS.items(),
        "errors": {refused.field: _(refused.sentence)} if refused else {},
    }
    return frame.page(request, "recado/teams/sharing.html", context, at="teams", status=422 if refused else 200)
