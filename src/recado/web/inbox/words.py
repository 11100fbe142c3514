"""What conversations are called on the screen: reasons, states of a text, waiting times, what came of an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from recado.consent.types import Purpose
from recado.conversations.types import Folder, Reason, Snooze
from recado.messaging.queries import NO_WAY, RULES
from recado.messaging.types import EventKind, MessageView, State
from recado.web import dates
from recado.web.chips import Chip

NO_RECEIPT_AFTER = timedelta(hours=1)
MOST_SHOWN = 40  # letters of a carrier's code


FOLDERS: dict[Folder, Any] = {
    Folder.TO_DO: gettext_lazy("To do"),
    Folder.MINE: gettext_lazy("Mine"),
    Folder.SNOOZED: gettext_lazy("Snoozed"),
    Folder.FAILED: gettext_lazy("Failed"),
    Folder.ALL: gettext_lazy("All"),
}

REASONS: dict[Reason, Chip] = {
    Reason.QUESTION: Chip("line", "message-circle-question-mark", gettext_lazy("Question")),
    Reason.ANOTHER_TIME: Chip("ask", "hand", gettext_lazy("Wants another time")),
    Reason.WRONG_PERSON: Chip("bad", "user-x", gettext_lazy("Wrong person?")),
    Reason.UNKNOWN_NUMBER: Chip("ask", "circle-question-mark", gettext_lazy("Unknown number")),
    Reason.URGENT: Chip("bad", "triangle-alert", gettext_lazy("Urgent?")),
    Reason.UNPROMPTED: Chip("ask", "circle-question-mark", gettext_lazy("Answer to no question")),
    Reason.TO_READ: Chip("ask", "eye", gettext_lazy("To read")),
    Reason.FAILED: Chip("bad", "circle-x", gettext_lazy("Not delivered")),
    Reason.BACK: Chip("ask", "alarm-clock", gettext_lazy("Back from snooze")),
    Reason.WRITTEN: Chip("mute", "pen-line", gettext_lazy("We wrote first")),
    Reason.CONFIRMED: Chip("ok", "check", gettext_lazy("Confirmed")),
    Reason.CANCELLED: Chip("mute", "x", gettext_lazy("Cancelled")),
    Reason.STOPPED: Chip("mute", "bell-off", gettext_lazy("Stopped")),
    Reason.SETTLED: Chip("ok", "check", gettext_lazy("Answered by itself")),
}
ANSWERED = Chip("mute", "check", gettext_lazy("Answered"))
WRONG_NUMBER = Chip("mute", "phone-off", gettext_lazy("Not their number"))

FINISHED = gettext_lazy("Done")
SNOOZED_UNTIL = gettext_lazy("Snoozed until %(when)s")
SNOOZED_UNTIL_REPLY = gettext_lazy("Snoozed until they write")


def snooze(choice: Snooze, until: datetime | None, now: datetime) -> str:
    """A line of the menu; `until` and `now` by the clinic's clock. It says the time at which the conversation is back."""
    if until is None:
        return _("Until they write")
    if choice is Snooze.HOUR:
        return _("For one hour")
    if until.date() == now.date() + timedelta(days=1):
        return _("Until tomorrow, %(time)s") % {"time": dates.clock(until)}
    return _("Until %(when)s") % {"when": dates.short_moment(until)}


def later(choice: Snooze, until: datetime, now: datetime) -> str:
    """A line of the menu of when a text leaves; `until` and `now` by the clinic's clock."""
    if choice is Snooze.HOUR:
        return _("In one hour, %(time)s") % {"time": dates.clock(until)}
    if until.date() == now.date() + timedelta(days=1):
        return _("Tomorrow, %(time)s") % {"time": dates.clock(until)}
    return dates.short_moment(until)


def chip_of(reason: Reason, *, is_waiting: bool, is_open: bool) -> Chip:
    """The one chip of a row: why it waits, or that it has been answered, or what came of it."""
    if is_open and not is_waiting:
        return ANSWERED
    if reason is Reason.WRONG_PERSON and not is_waiting:
        return WRONG_NUMBER
    return REASONS[reason]


def wait(duration: timedelta) -> str:
    """12 min, 3 h, 2 days: how long, short."""
    minutes = max(0, int(duration.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(count)d min", "%(count)d min", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        return ngettext("%(count)d h", "%(count)d h", minutes // 60) % {"count": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def when(moment: datetime, now: datetime) -> str:
    """A local moment: the time of today, else the day."""
    return dates.clock(moment) if moment.date() == now.date() else dates.short_day(moment)


def day_heading(moment: datetime, now: datetime) -> str:
    if moment.date() == now.date():
        return _("Today")
    if moment.date() == now.date() - timedelta(days=1):
        return _("Yesterday")
    return dates.long_day(moment)


# ------------------------------------------------------------------------------------------------ texts of ours

WRITTEN_BY: dict[Purpose, Any] = {
    Purpose.CARE: gettext_lazy("Sent by itself, about a visit"),
    Purpose.ANSWER: gettext_lazy("Answered by itself"),
    Purpose.OPT_OUT_CONFIRMATION: gettext_lazy("Confirmed the stop"),
    Purpose.HELP: gettext_lazy("Answered by itself"),
}


def written_by_itself(purpose: Purpose) -> str:
    return str(WRITTEN_BY.get(purpose, _("Sent by itself")))


def rule_words(rule: str) -> str:
    """Why a text may not go or has to wait: the rule's own sentence."""
    return _(RULES[rule]) if rule in RULES else rule


@dataclass(frozen=True, slots=True)
class Tick:
    """Where a text stands, with a reason where it did not arrive."""

    kind: str  # ok, bad, warn or empty
    icon: str
    word: str


_PLAIN: dict[State, tuple[str, str, Any]] = {
    State.SENDING: ("", "send-horizontal", gettext_lazy("On its way")),
    State.DELIVERED: ("", "check-check", gettext_lazy("Delivered")),
    State.UNCERTAIN: ("warn", "circle-question-mark", gettext_lazy("Nobody knows yet whether it left")),
    State.STOPPED: ("warn", "bell-off", gettext_lazy("Not sent: the person asked us to stop")),
    State.EXPIRED: ("bad", "timer", gettext_lazy("Not delivered in time")),
}


def tick(message: MessageView, now: datetime, zone: Any) -> Tick:
    """The mark under a text of ours."""
    state = message.state
    if state in _PLAIN:
        kind, icon, word = _PLAIN[state]
        return Tick(kind, icon, str(word))
    if state is State.WAITING:
        return Tick("", "clock", _leaves(message.due, now, zone))
    if state is State.SENT:
        late = now - message.at > NO_RECEIPT_AFTER
        return Tick("", "check", _("Sent, no receipt") if late else _("Sent"))
    if state is State.CALLED_OFF:
        reason = _reason(message, EventKind.CALLED_OFF)
        return Tick("", "undo-2", _("Taken back") if reason == "recalled" else _("Called off: no longer needed"))
    if state is State.NOT_ALLOWED:
        return _not_sent(message.rule)
    code = _reason(message, EventKind.FAILED if state is State.FAILED else EventKind.REFUSED)
    return _not_sent(code) if code in NO_WAY else Tick("bad", "circle-x", _not_delivered(code))


FIXES: dict[State, Any] = {
    State.FAILED: gettext_lazy(
        "The phone may be off, or the number wrong. Send it again, call, or put the number right."
    ),
    State.REFUSED: gettext_lazy(
        "The carrier took it from nobody: send it again, or call. If it stays so, tell who runs this."
    ),
    State.EXPIRED: gettext_lazy("It was not there in time: does it still hold? Send it again, or call."),
    State.STOPPED: gettext_lazy("They stopped texts before it left. Call them."),
    State.NOT_ALLOWED: gettext_lazy("It may not be sent. Call them."),
}
"""What to do about an answer that did not arrive."""

SENT_AGAIN = frozenset({State.FAILED, State.REFUSED, State.EXPIRED})


def _leaves(due: datetime | None, now: datetime, zone: Any) -> str:
    if due is None or due - now < timedelta(minutes=1):
        return _("Waiting")
    return _("Leaves %(when)s") % {"when": dates.short_moment(due.astimezone(zone))}


def _not_sent(rule: str) -> Tick:
    return Tick("warn", "ban", _("Not sent: %(reason)s") % {"reason": rule_words(rule)})


def _not_delivered(code: str) -> str:
    return _("Not delivered (code %(code)s)") % {"code": code[:MOST_SHOWN]} if code else _("Not delivered")


def _reason(message: MessageView, kind: EventKind) -> str:
    return next((event.reason for event in reversed(message.events) if event.kind is kind), "")


# ------------------------------------------------------------------------------------------------ what was understood

UNDERSTOOD: dict[str, Any] = {
    "confirmed": gettext_lazy("Understood as “I will come”: the visit is confirmed"),
    "cancelled": gettext_lazy("Understood as “cancel”: the visit is cancelled"),
    "change_noted": gettext_lazy("Understood as “another time”: noted, and it came to you"),
    "times_offered": gettext_lazy("Understood as “another time”: three free times went back, with a letter each"),
    "rated": gettext_lazy("They wrote that the automatic answer helped"),
    "alarm_taken": gettext_lazy("A mobile on call took the emergency"),
    "alarm_seen_to": gettext_lazy("A mobile on call answered after the emergency was taken, and was told so"),
    "visit_offered": gettext_lazy("Free times for a new visit went back, with a letter each"),
    "booked": gettext_lazy("They chose one of the times: the visit is booked"),
    "moved": gettext_lazy("They chose one of the times: the visit is moved"),
    "too_late": gettext_lazy("Came too late to change the visit, and we said so"),
    "taken_back": gettext_lazy("The cancellation was taken back"),
    "arrived": gettext_lazy("Understood as “I am here”: the day's list shows it"),
    "times_asked": gettext_lazy("Their words fit several of the offered times: we asked which"),
    "asked_which": gettext_lazy("It was not clear which visit was meant: we asked"),
    "asked_sure": gettext_lazy(
        "Understood as “cancel”: we told them what to reply to cancel, and nothing is cancelled yet"
    ),
    "stopped": gettext_lazy("Understood as STOP: texts have stopped"),
    "stopped_before": gettext_lazy("STOP once more: texts had stopped already"),
    "stopped_some": gettext_lazy("They named kinds of texts: those have stopped, the others go on"),
    "started": gettext_lazy("Understood as START: texts go again"),
    "not_stopped": gettext_lazy("START, though texts had not stopped"),
    "joined": gettext_lazy("Understood as JOIN: agreed to texts, and we confirmed it"),
    "joined_before": gettext_lazy("JOIN once more: they had agreed already"),
    "waits": gettext_lazy("Understood as SOONER: they wait for an earlier time, and we confirmed it"),
    "waits_before": gettext_lazy("SOONER once more: they were on the waitlist already"),
    "asked_when": gettext_lazy("Understood as SOONER: we sent the page on which they say when they can come"),
    "waits_no_more": gettext_lazy("Understood as STOP LIST: they are off the waitlist"),
    "helped": gettext_lazy("Understood as HELP: we said who we are"),
    "late": gettext_lazy("Understood as “I come later”: the day's list shows it"),
    "refill_asked": gettext_lazy("They need their medicine again: it stands as a task"),
    "noted": gettext_lazy("Their answer is noted"),
    "thanked": gettext_lazy("Understood as thanks: no answer is owed"),
    "language_changed": gettext_lazy("They asked for another language: we write in it from now on"),
    "asked_again": gettext_lazy("It was not clear: we asked once what they mean"),
    "asked_wrong": gettext_lazy("Understood as “wrong number”: we asked once more"),
    "frozen": gettext_lazy("Wrong number: nothing about the patient goes there any more"),
    "number_right": gettext_lazy("The number is right after all"),
    "dialogue_asked": gettext_lazy("A dialogue answered by itself, and asked the next question"),
    "dialogue_ended": gettext_lazy("A dialogue answered by itself, and came to its end"),
    "repeated": gettext_lazy("The same words again: not answered twice"),
    "in_danger": gettext_lazy("Somebody may be in danger: we told them whom to call, and it came to you"),
    "answered": gettext_lazy("An article answered it"),
    "waits_for_person": gettext_lazy("No sure answer in it, so it came to you"),
}


def understood(outcome: str) -> str:
    return str(UNDERSTOOD.get(outcome, ""))


def because_of(size: str, letters: Sequence[str]) -> str:
    """2 parts, 81 of 134: fewer without ’ ł"""
    shown = " ".join(letters[:6])
    return _("%(size)s: fewer without %(letters)s") % {"size": size, "letters": shown} if shown else size


def parts(count: int, units: int, room: int) -> str:
    """1 part, 142 of 160."""
    said = ngettext("%(count)d part", "%(count)d parts", count) % {"count": count}
    return pgettext("size of a text", "%(parts)s, %(units)d of %(room)d") % {
        "parts": said,
        "units": units,
        "room": room,
    }
