"""Teams, rules and decisions in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recado.clinics.types import OpenDay
from recado.conversations.types import Meaning
from recado.foundation.phone import Phone
from recado.tasks.types import By, Decision, RoutingView, RuleView, Share, TaskKind, TeamView, Tell, Why
from recado.web import countries, dates, languages, numbers

MEANINGS: dict[Meaning, Any] = {
    Meaning.RESCHEDULE: gettext_lazy("another time"),
    Meaning.QUESTION: gettext_lazy("a question"),
    Meaning.CANCEL: gettext_lazy("a cancellation"),
    Meaning.CONFIRM: gettext_lazy("a confirmation"),
    Meaning.RUNNING_LATE: gettext_lazy("running late"),
    Meaning.REFILL_REQUEST: gettext_lazy("medicine again"),
    Meaning.SYMPTOM_OR_EMERGENCY: gettext_lazy("a complaint or an emergency"),
    Meaning.WRONG_NUMBER: gettext_lazy("wrong number"),
    Meaning.HELP: gettext_lazy("how this works"),
    Meaning.LANGUAGE_CHANGE: gettext_lazy("another language"),
    Meaning.STOP: gettext_lazy("no more texts"),
    Meaning.START: gettext_lazy("texts again"),
    Meaning.THANKS: gettext_lazy("thanks"),
    Meaning.SURVEY_SCORE: gettext_lazy("a score"),
    Meaning.ACCEPT_OFFER: gettext_lazy("yes to an offer"),
    Meaning.DECLINE_OFFER: gettext_lazy("no to an offer"),
    Meaning.OTHER: gettext_lazy("something else"),
}

TASKS: dict[TaskKind, Any] = {
    TaskKind.CALL: gettext_lazy("call a patient whom no text reaches"),
    TaskKind.CALL_BACK: gettext_lazy("call back after a survey"),
    TaskKind.ANOTHER_TIME: gettext_lazy("find another time"),
    TaskKind.WRONG_NUMBER: gettext_lazy("find the right number"),
    TaskKind.REFILL: gettext_lazy("have a medicine prepared"),
    TaskKind.UNOPENED: gettext_lazy("ask after what was not opened"),
    TaskKind.NOBODY_THERE: gettext_lazy("ask after a visit that stands though nobody may be there"),
    TaskKind.UNCERTAIN: gettext_lazy("texts whose fate is not known"),
}

GOES_BY: dict[By, Any] = {
    By.KEYWORD: gettext_lazy("Words in the text"),
    By.MEANING: gettext_lazy("What the text asks for"),
    By.NUMBER: gettext_lazy("The number that it was sent to"),
    By.LANGUAGE: gettext_lazy("The patient's language"),
    By.CLINICIAN: gettext_lazy("The clinician of their next visit"),
    By.SITE: gettext_lazy("The place of their next visit"),
    By.TASK: gettext_lazy("The kind of a task"),
    By.OWNER: gettext_lazy("Whoever has the conversation keeps it"),
}
"""What a rule of the clinic's own may go by, as the form offers it."""

SHARES: dict[Share, Any] = {
    Share.ROUND_ROBIN: gettext_lazy("one after the other"),
    Share.LEAST_BUSY: gettext_lazy("whoever has the fewest open"),
    Share.TEAM: gettext_lazy("whoever of the team takes it"),
}

TELLS: dict[Tell, Any] = {
    Tell.TEAM: gettext_lazy("The team sees it marked in its list and on Today"),
    Tell.LEAD: gettext_lazy("The lead of the team sees it first on Today"),
    Tell.ALL: gettext_lazy("Everybody sees it first on Today"),
}

_FITS: dict[By, Callable[[str], str]] = {
    By.KEYWORD: lambda said: _("Says %(what)s") % {"what": said},
    By.MEANING: lambda said: _("Means: %(what)s") % {"what": said},
    By.NUMBER: lambda said: _("Sent to %(what)s") % {"what": said},
    By.LANGUAGE: lambda said: _("Speaks %(what)s") % {"what": said},
    By.CLINICIAN: lambda said: _("Sees %(what)s") % {"what": said},
    By.SITE: lambda said: _("Comes to %(what)s") % {"what": said},
    By.TASK: lambda said: _("Task: %(what)s") % {"what": said},
}


def listed(words: Sequence[str]) -> str:
    """A, B or C."""
    return format_list([str(one) for one in words], style="or", locale=countries.locale_name()) if words else ""


def value(by: By, stored: str) -> str:
    """One value of a rule in words."""
    if by is By.MEANING:
        return str(MEANINGS.get(Meaning(stored), stored)) if stored in list(Meaning) else stored
    if by is By.TASK:
        return str(TASKS.get(TaskKind(stored), stored)) if stored in list(TaskKind) else stored
    if by is By.LANGUAGE:
        return languages.own_name(stored) or stored
    if by is By.NUMBER:
        return numbers.international(Phone(stored).e164) if stored.startswith("+") else stored
    return f"“{stored}”" if by is By.KEYWORD else stored


def title(rule: RuleView) -> str:
    """What a rule is about."""
    if rule.by is By.DANGER:
        return _("Words of danger, in every language")
    if rule.by is By.REST:
        return _("Everything else")
    if rule.by is By.OWNER:
        return _("Conversation already has an owner")
    return _FITS[rule.by](listed([value(rule.by, one) for one in rule.values]))


def outcome(rule: RuleView, table: RoutingView) -> str:
    """Whom it gives it to."""
    if rule.by is By.OWNER:
        return _("That person, if here within 2 h")
    team = table.team(rule.team_id)
    if team is None:
        return _("Everybody")
    if rule.by is By.DANGER:
        return _("%(team)s, alarm at once; the patient is told whom to call") % {"team": team.name}
    said = _("%(team)s, %(how)s") % {"team": team.name, "how": SHARES[rule.share]}
    return _("%(said)s; only with %(skill)s") % {"said": said, "skill": rule.skill} if rule.skill else said


def why(one: Decision, table: RoutingView, names: dict[Any, str]) -> str:
    """Whose it would be, and why that person or nobody."""
    team = table.team(one.team_id)
    if team is None:
        return _("It is everybody's: no team is named.")
    person = names.get(one.person_id, "")
    said = {
        Why.GIVEN: _("%(team)s: %(person)s gets it.") % {"team": team.name, "person": person},
        Why.KEPT: _("%(team)s: %(person)s keeps it.") % {"team": team.name, "person": person},
        Why.TEAM: _("%(team)s: whoever takes it.") % {"team": team.name},
        Why.CLOSED: _("%(team)s. It is given to nobody now: the team does not work at this time.")
        % {"team": team.name},
        Why.NOBODY_HERE: _("%(team)s. It is given to nobody now: nobody of the team is here.") % {"team": team.name},
        Why.NO_SKILL: _("%(team)s. It is given to nobody now: nobody here has the skill.") % {"team": team.name},
        Why.NO_TEAM: _("It is everybody's: no team is named."),
    }
    return said[one.why]


# ------------------------------------------------------------------------------------------------ hours


def week(hours: Sequence[OpenDay]) -> str:
    """Mon to Fri 08:00 to 18:00; Mon, Wed, Fri 09:00 to 13:00."""
    names = get_day_names("abbreviated", locale=countries.locale_name())
    by_hours: dict[OpenDay, list[tuple[int, int]]] = {}
    for day, open_day in enumerate(hours):
        runs = by_hours.setdefault(open_day, [])
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    if len(by_hours) == 1 and hours[0]:
        return _("Every day %(times)s") % {"times": _times(hours[0])}
    said = [
        f"{', '.join(_days(first, last, names) for first, last in runs)} {_times(times)}"
        for times, runs in by_hours.items()
        if times
    ]
    return "; ".join(said) or _("Never")


def _days(first: int, last: int, names: Any) -> str:
    if first == last:
        return str(names[first])
    return _("%(first)s to %(last)s") % {"first": names[first], "last": names[last]}


def _times(day: OpenDay) -> str:
    return ", ".join(_("%(first)s to %(last)s") % {"first": f"{a:%H:%M}", "last": f"{b:%H:%M}"} for a, b in day)


@dataclass(frozen=True, slots=True)
class Now:
    """How a team stands at the moment, as a chip."""

    colour: str
    icon: str
    words: str


def now_of(team: TeamView, here: int, zone: ZoneInfo, now: datetime) -> Now:
    """4 here; 1 of 3 here; opens tomorrow 09:00."""
    if not team.is_open:
        return Now("mute", "moon", _opens(team.opens_at, zone, now))
    if not here:
        return Now("bad", "triangle-alert", _("nobody here"))
    if here == len(team.members):
        return Now("ok", "check", ngettext("%(count)s here", "%(count)s here", here) % {"count": numbers.counted(here)})
    said = {"count": numbers.counted(here), "all": numbers.counted(len(team.members))}
    colour = "ok" if here * 2 >= len(team.members) else "warn"
    return Now(colour, "check" if colour == "ok" else "triangle-alert", _("%(count)s of %(all)s here") % said)


def _opens(at: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    if at is None:
        return _("never open")
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return _("opens %(time)s") % {"time": dates.clock(local)}
    if local.date() == today + timedelta(days=1):
        return _("opens tomorrow %(time)s") % {"time": dates.clock(local)}
    return _("opens %(when)s") % {"when": dates.short_moment(local)}


def minutes(span: timedelta) -> str:
    """30 min, 4 h."""
    return dates.ago(span)
