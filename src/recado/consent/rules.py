"""May this be said to this person now? One literal table, one row per purpose. Pure; the clock is an argument.

There is no way around the table and no flag that forces a text through. What must go when planned texts may not
(an emergency, a code the person is waiting for, the one confirmation of a STOP) is a purpose with a row of its own.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from recado.consent.types import (
    GROUP_OF,
    Allow,
    CareBasis,
    Facts,
    Later,
    Never,
    Proposal,
    Purpose,
    Verdict,
)
from recado.foundation.countries.hours import Opening, first_open
from recado.foundation.text import gettext_noop

# Every rule that a verdict can name, with its sentence, translated where it is shown. The names are stored: never rename one.
RULES: dict[str, str] = {
    "emergency": gettext_noop("Emergency messages go at once, at any hour."),
    "verify": gettext_noop("A code that somebody is waiting for goes at once, at any hour."),
    "opt_out_confirmation": gettext_noop("One confirmation follows a STOP, at once."),
    "answer_at_once": gettext_noop("An answer to what the person has just written or done goes at once."),
    "staff": gettext_noop("Messages to staff go at once."),
    "help": gettext_noop("Who asks for help hears who we are and how to reach a person."),
    "care": gettext_noop("A text about the person's own care, within the allowed hours."),
    "billing": gettext_noop("A text about a bill, within the allowed hours."),
    "survey": gettext_noop("A survey that the person agreed to, within the allowed hours."),
    "news": gettext_noop("News that the person agreed to, within the allowed hours."),
    "no_phone": gettext_noop("There is no phone number for this person."),
    "wrong_number": gettext_noop("Somebody told us that this number is not this person's."),
    "withdrawn": gettext_noop("The person asked us to stop texts of this kind."),
    "no_permission": gettext_noop("This kind of text needs a permission, and none is recorded."),
    "too_private": gettext_noop("The text says more than may stand on this person's phone screen."),
    "quiet_hours": gettext_noop("It is outside the hours for planned texts: it waits until they open."),
    "law_hours": gettext_noop(
        "The country of this number, or its carriers, do not let texts of this kind through at this hour or on this day: it"
        " waits until they do."
    ),
    "no_lawful_hour": gettext_noop(
        "The clinic's hours for planned texts and the hours that this number's country leaves open never meet."
    ),
    "wished_hours": gettext_noop("The person asked for no texts at this hour: it waits until one that suits them."),
    "no_wished_hour": gettext_noop("The hours that the person asked for and the hours for planned texts never meet."),
    "carer_scope": gettext_noop("Whoever cares for this person may not be told texts of this kind."),
    "carer_ended": gettext_noop("The time is over in which somebody else was told in place of this person."),
    "frequency_cap": gettext_noop("This number has had its planned texts for one day: it waits for the next day."),
    "hourly_cap": gettext_noop("This number has had its planned texts for one hour: it waits for a later one."),
    "repeated": gettext_noop("The same words went to this number a moment ago."),
    "expired": gettext_noop("It could only go when it is of no use any more."),
}

HOUR = timedelta(hours=1)
Check = Callable[[Proposal, Facts, datetime], Verdict | None]


def _leaves_at(proposal: Proposal, now: datetime) -> datetime:
    return now if proposal.due is None else max(proposal.due, now)


def _phone(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    return None if facts.has_phone else Never("no_phone")


def _right_number(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    return Never("wrong_number") if facts.is_wrong_number else None


def _not_withdrawn(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    return Never("withdrawn") if GROUP_OF[proposal.purpose] in facts.withdrawn else None


def _carer(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    """The end comes first: from then on nothing is said to them, whatever they were told before."""
    if facts.carer is None:
        return None
    if facts.carer.until is not None and _leaves_at(proposal, now) >= facts.carer.until:
        return Never("carer_ended")
    return None if GROUP_OF[proposal.purpose] in facts.carer.groups else Never("carer_scope")


def _permission(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    return None if GROUP_OF[proposal.purpose] in facts.permitted else Never("no_permission")


def _care_permission(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    """A clinic rests its service texts on the care itself, or on a permission: its own choice, often its country's."""
    return None if facts.care_basis is CareBasis.CARE else _permission(proposal, facts, now)


def _privacy(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    return Never("too_private") if proposal.privacy > facts.privacy else None


def _in_time(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    if proposal.expires_at is not None and _leaves_at(proposal, now) >= proposal.expires_at:
        return Never("expired")
    return None


def _later(from_then: datetime, rule: str, proposal: Proposal, facts: Facts) -> Verdict:
    """To the first moment that the clinic's hours, the country's and the person's own all leave open."""
    lawful: tuple[Opening, ...] = (facts.quiet_hours.window(facts.time_zone), *facts.law_hours)
    wished: tuple[Opening, ...] = () if facts.wished_hours is None else (facts.wished_hours.window(facts.time_zone),)
    until = first_open(from_then, (*lawful, *wished))
    if until is None:
        return Never("no_wished_hour" if wished and first_open(from_then, lawful) else "no_lawful_hour")
    if facts.carer is not None and facts.carer.until is not None and until >= facts.carer.until:
        return Never("carer_ended")
    if proposal.expires_at is not None and until >= proposal.expires_at:
        return Never("expired")
    return Later(until, rule)


def _law_hours(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    """Before the clinic's own hours, which are a convention: where both hold a text, the law is the reason."""
    moment = _leaves_at(proposal, now)
    if all(hours.is_open(moment) for hours in facts.law_hours):
        return None
    return _later(moment, "law_hours", proposal, facts)


def _quiet_hours(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    moment = _leaves_at(proposal, now)
    if facts.quiet_hours.window(facts.time_zone).is_open(moment):
        return None
    return _later(moment, "quiet_hours", proposal, facts)


def _wished_hours(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    """Narrower than the clinic's and the country's, never wider: those have let the text through before."""
    if facts.wished_hours is None:
        return None
    moment = _leaves_at(proposal, now)
    if facts.wished_hours.window(facts.time_zone).is_open(moment):
        return None
    return _later(moment, "wished_hours", proposal, facts)


def _frequency_cap(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    if facts.sent_today < facts.most_a_day:
        return None
    window = facts.quiet_hours.window(facts.time_zone)
    return _later(window.next_day_open(_leaves_at(proposal, now)), "frequency_cap", proposal, facts)


def _hourly_cap(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    """Where many come at once, each hour takes its share of them."""
    if not facts.most_an_hour or facts.sent_this_hour < facts.most_an_hour:
        return None
    until = now + HOUR * (facts.sent_this_hour // facts.most_an_hour)
    return None if _leaves_at(proposal, now) >= until else _later(until, "hourly_cap", proposal, facts)


def _repeat(proposal: Proposal, facts: Facts, now: datetime) -> Verdict | None:
    return Never("repeated") if facts.is_repeat else None


# Checked from left to right: the first that objects gives the verdict and its rule; if none does, the row's own rule allows.
_REACHABLE: tuple[Check, ...] = (_phone, _right_number)
_PLANNED: tuple[Check, ...] = (
    _privacy,
    _in_time,
    _repeat,
    _law_hours,
    _quiet_hours,
    _wished_hours,
    _frequency_cap,
    _hourly_cap,
)
TABLE: dict[Purpose, tuple[str, tuple[Check, ...]]] = {
    Purpose.EMERGENCY: ("emergency", _REACHABLE),
    Purpose.VERIFY: ("verify", (*_REACHABLE, _in_time)),
    # To the number that wrote STOP, whoever holds it.
    Purpose.OPT_OUT_CONFIRMATION: ("opt_out_confirmation", (_phone,)),
    # They wrote to us: the answer needs no permission. After a STOP there is none.
    Purpose.ANSWER: ("answer_at_once", (*_REACHABLE, _not_withdrawn, _carer, _privacy, _in_time)),
    Purpose.CARE: ("care", (*_REACHABLE, _not_withdrawn, _carer, _care_permission, *_PLANNED)),
    Purpose.BILLING: ("billing", (*_REACHABLE, _not_withdrawn, _carer, _care_permission, *_PLANNED)),
    Purpose.SURVEY: ("survey", (*_REACHABLE, _not_withdrawn, _carer, _permission, *_PLANNED)),
    Purpose.NEWS: ("news", (*_REACHABLE, _not_withdrawn, _carer, _permission, *_PLANNED)),
    Purpose.STAFF: ("staff", (*_REACHABLE, _in_time)),
    # They asked, and a STOP must not leave them without a way to a person.
    Purpose.HELP: ("help", (_phone,)),
}


def judge(proposal: Proposal, facts: Facts, now: datetime) -> Verdict:
    """Allow, Later or Never, with the name of the rule that decided (a key of `RULES`).

    `now` is business time, aware. `Later.until` is always after `now` and, judged again then, the same rule does not
    hold the text again (for the caps: with the count of that day or hour). Raises ZoneInfoNotFoundError for an unknown zone.
    """
    rule, checks = TABLE[proposal.purpose]
    for check in checks:
        verdict = check(proposal, facts, now)
        if verdict is not None:
            return verdict
    return Allow(rule)
