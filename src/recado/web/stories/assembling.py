"""The story of one text: everything that led to it and came of it, in the order of time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from recado.appointments import queries as appointments
from recado.appointments.queries import ChangeView
from recado.appointments.types import ChangeKind
from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.conversations import queries as conversations
from recado.journeys import queries as journeys
from recado.journeys.queries import StepView
from recado.messaging import queries as texts
from recado.messaging.types import EventKind, MessageView, TextStory
from recado.web import dates, numbers

from . import again, costs, telling, words
from .telling import Line

OTHERS = 5  # texts to the same number that are named beside
CAUSES = (ChangeKind.BOOKED, ChangeKind.MOVED, ChangeKind.CANCELLED)


@dataclass(frozen=True, slots=True)
class Told:
    """A line as the page shows it. `detail` is empty where the reader may not see it, and `is_hidden` says so."""

    at: datetime
    colour: str
    icon: str
    title: str
    detail: str
    raw: Mapping[str, Any]
    is_hidden: bool = False
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """Another text to the same number."""

    id: UUID
    at: datetime
    kind: Any
    colour: str
    icon: str
    state: Any


@dataclass(frozen=True, slots=True)
class Story:
    """What the page shows of one text. `text` and `phone` are what the reader may see of them."""

    id: UUID
    lines: list[Told]
    state: tuple[str, str, Any]
    facts: list[tuple[str, str]]
    text: str
    is_masked: bool
    others: list[Other]
    patient_id: UUID | None
    repeats: UUID | None = None  # the text that this one sends again
    repeated: UUID | None = None  # the one that sends this again
    may_go_again: bool = False


def story(clinic: ClinicSettings, message_id: UUID, *, is_masked: bool) -> Story | None:
    """None: the clinic has no such text. Call it inside `clinic_scope`; the caller audits."""
    found = texts.text_story(clinic.id, message_id)
    if found is None:
        return None
    zone = ZoneInfo(clinic.time_zone)
    before, after = texts.relatives(clinic.id, message_id)
    lines = [_told(line, zone, is_masked) for line in sorted(_lines(clinic, found), key=lambda line: line.at)]
    return Story(
        id=message_id,
        lines=lines,
        state=words.STATES[found.message.state],
        facts=[*_facts(found, is_masked), *_why(clinic.id, found, zone)],
        text="" if is_masked else _text(found),
        is_masked=is_masked,
        others=_others(clinic.id, found, zone),
        patient_id=found.patient_id,
        repeats=before,
        repeated=after,
        may_go_again=after is None and again.may_go_again(found),
    )


def _lines(clinic: ClinicSettings, found: TextStory) -> Iterator[Line]:
    """What led to the text, then what came of it: the order of lines of the same moment."""
    message = found.message
    step = journeys.step_of(clinic.id, message.id)
    led, came = conversations.around(clinic.id, message.id)
    for reading in led:
        yield from telling.of_reading(reading)
    if step is not None:
        changes = _changes(clinic.id, step)
        cause = next((change for change in changes if change.at <= step.at), None)
        if cause is not None:
            yield telling.of_change(clinic, cause)
        yield _of_step(step)
        yield from _overtaken(clinic, found, step, changes)
    yield from _written(clinic.id, message)
    verdict, *events = telling.of_message(clinic, message)
    yield verdict
    if message.verdict != "never":
        yield _route(found)
    sent_at = max((event.at for event in message.events if event.kind is EventKind.SENT), default=None)
    of_parts = telling.of_parts(found.parts, sent_at)
    for event, line, carrier, ref in zip(message.events, events, found.carriers, found.refs, strict=True):
        if of_parts is None or event.kind is not EventKind.DELIVERED:  # that is told part by part
            raw = {**line.raw, "carrier": carrier, "carrier number": ref}
            yield Line(line.at, line.kind, line.title, line.detail, raw)
    if of_parts is not None:
        yield of_parts
    cost = costs.of_cost(found, ZoneInfo(clinic.time_zone))
    if cost is not None:
        yield cost
    if found.lookup is not None:
        yield telling.of_lookup(found.lookup)
    for reading in came:
        yield from telling.of_reading(reading)


def _changes(clinic_id: UUID, step: StepView) -> list[ChangeView]:
    """What happened to the visit that makes steps come and go, newest first."""
    changes = appointments.story(clinic_id, [step.anchor_id]) if step.anchor_kind == "appointment" else []
    return [change for change in changes if change.kind in CAUSES]


def _overtaken(
    clinic: ClinicSettings, found: TextStory, step: StepView, changes: Sequence[ChangeView]
) -> Iterator[Line]:
    """What happened to the visit while the text was on its way to the carrier, which then took it."""
    sent_at = max((event.at for event in found.message.events if event.kind is EventKind.SENT), default=step.at)
    for change in changes:
        if step.at < change.at <= sent_at:
            line = telling.of_change(clinic, change)
            said = _("The text was on its way by then: it tells what held before.")
            yield replace(line, detail=f"{line.detail}. {said}" if line.detail else said)


def _of_step(step: StepView) -> Line:
    said = _(words.STEPS[step.step]) if step.step in words.STEPS else step.step
    plan = _(words.JOURNEYS[step.plan]) if step.plan in words.JOURNEYS else step.plan
    detail = _("%(step)s. Journey “%(plan)s”, version %(version)s.")
    raw = {"journey": step.plan, "version": step.version, "step": step.step}
    values = {"step": said, "plan": plan, "version": step.version}
    return Line(step.at, "step", _("A step of a journey was due"), detail % values, raw)


def _written(clinic_id: UUID, message: MessageView) -> Iterator[Line]:
    author = conversations.author_of(clinic_id, message.id)
    if author is not None:
        names = {person.user_id: person.name for person in clinics.staff(clinic_id)}
        name = names.get(author, _("A colleague"))
        yield Line(message.at, "written", _("Written by a person"), name, {"author": str(author)})


def _route(found: TextStory) -> Line:
    carrier = next((name for name in reversed(found.carriers) if name), "")
    number = numbers.national(found.message.sender)
    title = _("From %(number)s") % {"number": number}
    if carrier:
        title = _("From %(number)s, by %(carrier)s") % {"number": number, "carrier": carrier}
    detail = _("The number of this clinic that can receive answers. Lane: %(lane)s.")
    raw = {"sender": found.message.sender, "carrier": carrier, "lane": found.lane.name.lower()}
    return Line(found.message.at, "route", title, detail % {"lane": words.LANES[found.lane]}, raw)


PRIVATE = {
    "written",
    "reply",
    "booked",
    "moved",
    "cancelled",
    "confirmed",
}  # their detail tells what a person wrote, when they come, or which colleague answered


def _told(line: Line, zone: ZoneInfo, is_masked: bool) -> Told:
    colour, icon = words.ICONS[line.kind]
    is_hidden = is_masked and line.kind in PRIVATE
    detail = "" if is_hidden else line.detail
    raw = {name: value for name, value in line.raw.items() if value not in (None, "")}
    return Told(line.at.astimezone(zone), colour, icon, line.title, detail, raw, is_hidden, line.rows)


def masked(phone: str) -> str:
    """The country and the last two digits: enough to tell two texts apart beside a person on the phone."""
    if len(phone) < 7:
        return "•••"
    shown = numbers.international(phone)
    country = shown.split(" ")[0] if " " in shown else shown[:3]
    return f"{country} ••• ••• {phone[-2:]}"


def _text(found: TextStory) -> str:
    is_code = found.message.purpose is Purpose.VERIFY
    return _("A code was sent. Only the phone shows it.") if is_code else found.message.text


def _facts(found: TextStory, is_masked: bool) -> Iterator[tuple[str, str]]:
    message = found.message
    if found.phone:
        yield _("To"), masked(found.phone) if is_masked else numbers.international(found.phone)
    yield _("Kind"), str(words.PURPOSES[message.purpose])
    yield _("Lane"), str(words.LANES[found.lane])
    yield _("Parts"), _counted_parts(found)
    if found.cost is not None:
        yield _("Cost"), costs.in_short(found)
    if message.wording:
        yield _("Wording"), telling.wording(message.wording)
    delivered = next((event.at for event in message.events if event.kind is EventKind.DELIVERED), None)
    if delivered is not None and message.due is not None:
        yield _("On the phone"), _("%(wait)s after it was due") % {"wait": telling.lasted(delivered - message.due)}


def _why(clinic_id: UUID, found: TextStory, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Why the text says no more and no less. Of texts by a person there is nothing to say."""
    message = found.message
    if found.patient_id is None or message.purpose not in (Purpose.CARE, Purpose.BILLING, Purpose.SURVEY):
        return
    said = consent.level_said(clinic_id, found.patient_id, message.at)
    if message.wording or said is not None:
        yield _("Why these words"), telling.why_so_much(texts.level_of(message.wording), said, zone)


def _counted_parts(found: TextStory) -> str:
    delivered = sum(part.kind is EventKind.DELIVERED for part in found.parts)
    if not found.parts:
        return numbers.counted(found.message.parts)
    values = {"count": numbers.counted(delivered), "total": numbers.counted(len(found.parts))}
    return _("%(count)s of %(total)s delivered") % values


def _others(clinic_id: UUID, found: TextStory, zone: ZoneInfo) -> list[Other]:
    if found.phone_bi is None:
        return []
    rows = texts.thread(clinic_id, found.phone_bi, limit=OTHERS + 1)
    steps = journeys.steps_behind(clinic_id, [row.id for row in rows])

    def kind(row: MessageView) -> Any:
        step = steps.get(row.id)
        return _(words.STEPS[step]) if step in words.STEPS else words.PURPOSES[row.purpose]

    return [
        Other(row.id, row.at.astimezone(zone), kind(row), *words.STATES[row.state])
        for row in rows
        if row.id != found.message.id
    ][:OTHERS]


def as_text(told: Story, clinic: ClinicSettings) -> str:
    """The story for a ticket or a mail to the carrier: times, codes and sentences, nothing of the person."""
    state = str(told.state[2])
    lines = [f"Recado {told.id}", f"{clinic.time_zone}: {state}"]
    for line in told.lines:
        detail = "" if line.is_hidden else line.detail
        lines.append(
            f"{dates.short_moment(line.at)}:{line.at:%S.%f}"[:-3]
            + f"  {line.title}"
            + (f". {detail}" if detail else "")
        )
        lines += [f"    {name}: {said}" for name, said in line.rows]
        lines.append("    " + ", ".join(f"{name} {value}" for name, value in line.raw.items()))
    return "\n".join(lines) + "\n"
