"""What was stored about a text, told in order: what it was for, verdict, hand-overs, receipts, replies and what came of them.

One story teller for staff's page and the demo's phones. Everything is read from stored events; nothing is made up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recado.appointments.queries import ChangeView
from recado.appointments.types import ChangeKind
from recado.clinics.types import ClinicSettings
from recado.consent.types import LevelSaid, Privacy
from recado.conversations.queries import ReadingView
from recado.messaging.types import EventKind, EventView, LookupView, MessageView, PartView
from recado.web import dates, heard_words, numbers, reasons

from . import words


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `kind` chooses the icon."""

    at: datetime
    kind: str
    title: str
    detail: str
    raw: dict[str, Any]
    rows: tuple[tuple[str, str], ...] = ()  # name and what is to be said of it


def wording(mark: str) -> str:
    """By which of the clinic's own words a text was written: "visit_question, version 3, PL, neutral"."""
    key, _at, rest = mark.partition("@")
    version, language, level = (*rest.split("/"), "", "")[:3]
    said = _(words.LEVELS[level]) if level in words.LEVELS else level
    values = {"key": key, "version": version, "language": language.upper(), "level": said}
    if version == "0":
        return _("%(key)s, Recado's own words, %(language)s, %(level)s") % values
    return _("%(key)s, version %(version)s, %(language)s, %(level)s") % values


def why_so_much(says: Privacy, said: LevelSaid | None, zone: ZoneInfo) -> str:
    """Why a text says no more and no less, by what the person had chosen when it was written."""
    if said is None:
        return _("The person had chosen nothing: place and time, or less where the text needs no more.")
    when = {"when": dates.short_moment(said.at.astimezone(zone))}
    if says is Privacy.CLINICAL:
        return _("The person agreed on %(when)s that texts to this phone say what the visit or the medicine is.") % when
    if said.level is Privacy.NEUTRAL:
        return _("The person asked on %(when)s for texts that say neither place nor time.") % when
    if said.level is Privacy.CLINICAL:
        return (
            _(
                "The person agreed on %(when)s to more, but not for this phone, or there are no such words for this text."
            )
            % when
        )
    return _("The person asked on %(when)s for place and time, and nothing else.") % when


def of_message(clinic: ClinicSettings, message: MessageView) -> Iterator[Line]:
    raw = {
        "message": str(message.id),
        "purpose": message.purpose.name.lower(),
        "verdict": message.verdict,
        "rule": message.rule,
        "parts": message.parts,
        "sender": message.sender,
        "due": message.due.isoformat() if message.due else None,
    }
    rule = words.said(words.RULES, message.rule)
    if message.verdict == "never":
        yield Line(message.at, "refused", _("Not sent"), rule, raw)
        return
    if message.verdict == "later":
        when = dates.short_moment(message.due.astimezone(ZoneInfo(clinic.time_zone))) if message.due else ""
        yield Line(message.at, "held", _("Waits until %(when)s") % {"when": when}, rule, raw)
    else:
        yield Line(message.at, "verdict", _("Policy check passed"), rule, raw)
    for event in message.events:
        yield _of_event(message, event)


def _of_event(message: MessageView, event: EventView) -> Line:
    kind, title = words.title_of(event)
    detail = ""
    if event.kind is EventKind.SENT:
        detail = _("Parts: %(parts)s") % {"parts": message.parts}
    elif event.kind is EventKind.DELIVERED:
        sent = next((e.at for e in message.events if e.kind is EventKind.SENT), None)
        if sent is not None and event.at > sent:
            detail = _("Receipt after %(wait)s") % {"wait": lasted(event.at - sent)}
    raw = {"message": str(message.id), "event": event.kind.name.lower(), "reason": event.reason}
    return Line(event.at, kind, _(title), detail or words.said(words.REASONS, event.reason), raw)


def lasted(wait: timedelta) -> str:
    """6.3 s; 12 min: tenths of a second only where they tell something."""
    seconds = max(0.0, wait.total_seconds())
    if seconds < 120:
        return _("%(seconds)s s") % {"seconds": numbers.tenths(seconds)}
    return dates.ago(wait)


def of_parts(parts: Sequence[PartView], sent_at: datetime | None) -> Line | None:
    """What was said of the parts of a long text; None while nothing was."""
    told = sorted((part.at, part.number) for part in parts if part.at is not None)
    if not told:
        return None
    delivered = sum(part.kind is EventKind.DELIVERED for part in parts)
    has_failed = any(part.kind not in (None, EventKind.DELIVERED) for part in parts)
    kind = "failed" if has_failed else "delivered" if delivered == len(parts) else "sent"
    title = _("Receipts: %(count)s of %(total)s parts delivered")
    values = {"count": numbers.counted(delivered), "total": numbers.counted(len(parts))}
    rows = tuple(
        (_("Part %(number)s") % {"number": numbers.counted(part.number)}, _of_part(part, sent_at, told))
        for part in parts
    )
    raw = {f"part {part.number}": f"{part.ref} {part.kind.name.lower() if part.kind else ''}".strip() for part in parts}
    return Line(told[-1][0], kind, title % values, "", raw, rows)


def _of_part(part: PartView, sent_at: datetime | None, told: Sequence[tuple[datetime, int]]) -> str:
    if part.kind is None or part.at is None:
        return _("no receipt yet")
    said = _(words.PARTS[part.kind])
    if part.kind is not EventKind.DELIVERED and part.reason:
        said = f"{said} ({part.reason})"
    if sent_at is not None and part.at >= sent_at:
        wait = lasted(part.at - sent_at)
        if told[0][1] == part.number > 1:
            return _("%(said)s, %(wait)s after hand-over: its receipt came first") % {"said": said, "wait": wait}
        return _("%(said)s, %(wait)s after hand-over") % {"said": said, "wait": wait}
    return said


def of_lookup(lookup: LookupView) -> Line:
    title = ngettext("The carrier was asked", "The carrier was asked %(count)s times", lookup.tries)
    raw = {"lookup": lookup.outcome or "open", "questions": lookup.tries}
    values = {"count": numbers.counted(lookup.tries)}
    return Line(lookup.at, "asked", title % values, _(words.LOOKUPS[lookup.outcome]), raw)


def of_reading(reading: ReadingView) -> Iterator[Line]:
    raw = {
        "inbound": str(reading.id),
        "understood": reading.understood,
        "outcome": reading.outcome,
        "question": str(reading.question_id) if reading.question_id else None,
    }
    yield Line(reading.at, "reply", _("Reply received"), f"“{heard_words.shown(reading)}”", raw)
    kind = "person" if reading.needs_person else "stopped" if reading.understood == "stop" else "question"
    title = (
        words.REPEATED
        if reading.outcome == "repeated"
        else words.UNDERSTOOD.get(reading.understood, reading.understood)
    )
    why = ((_("Why"), reasons.said(reading.why)),) if reading.why else ()
    yield Line(reading.at, kind, _(title), _(words.OUTCOMES.get(reading.outcome, words.ANY_OUTCOME)), raw, why)


def of_change(clinic: ClinicSettings, change: ChangeView) -> Line:
    kind, title = words.CHANGES[change.kind]
    zone = ZoneInfo(clinic.time_zone)
    times = [dates.short_moment(at.astimezone(zone)) for at in (change.was_at, change.starts_at) if at]
    if change.kind is not ChangeKind.MOVED:
        times = times[-1:]
    raw = {"appointment": str(change.appointment_id), "change": str(change.kind), "by": change.actor_kind}
    return Line(change.at, kind, _(title), " → ".join(times), raw)
