"""What may be asked of messaging: states, threads, links, health. Also the wording's own functions, for rooms that write texts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection
from django.db.models import Q

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.foundation import business_time
from recado.foundation.crypto import KeyFile
from recado.foundation.keys import keys_for

from . import (
    asking,
    balances,
    binding,
    carrier_days,
    carrier_lines,
    carrier_views,
    carriers,
    checks,
    clinic_texts,
    foreseeing,
    gate,
    histories,
    inbound,
    links,
    numbers,
    operations,
    pausing,
    promise,
    replay,
    route_views,
    segments,
    senders,
    text_stories,
)
from . import text_desk as templates
from .health import health
from .levels import Wording, Written, level_of, wordings, write
from .models import Message, Reference
from .standing import WEIGHT, WEIGHTS, standings_of, state_of
from .types import EventKind, EventView, Intent, MessageView, Said, State, TextStory
from .wording import MissingValue, Spoken, Template, Value, define, define_all, render

__all__ = [
    "MAY_GO_AGAIN",
    "NEVER_AGAIN",
    "RULES",
    "BalanceView",
    "CarrierView",
    "Change",
    "Cost",
    "EmptyText",
    "Fate",
    "Health",
    "Held",
    "Hour",
    "LinkView",
    "Measure",
    "MissingValue",
    "Raw",
    "Registration",
    "Replay",
    "RouteView",
    "Spoken",
    "TargetView",
    "Template",
    "UnboundText",
    "UnsendableText",
    "Value",
    "Waiting",
    "Wording",
    "Writer",
    "Written",
    "answers_of",
    "asks_for_reply",
    "bind_inbound",
    "carrier_of",
    "carriers_of",
    "check_sender",
    "check_wording",
    "costs",
    "counts_by_state",
    "define",
    "define_all",
    "fates_of",
    "foresee",
    "give_inbound",
    "health",
    "held_of",
    "history_of",
    "judged_ahead",
    "keys_of",
    "last_fates",
    "last_purposes",
    "level_of",
    "link_behind",
    "link_has_lapsed",
    "link_live_until",
    "links_made_since",
    "measure",
    "message_of",
    "newest",
    "number_of",
    "only_samples",
    "operations",
    "own_texts",
    "parts_of",
    "paused_lanes",
    "price_of",
    "promise_of",
    "put_by_keys",
    "registrations",
    "relatives",
    "render",
    "routes_of",
    "sample_link",
    "say",
    "scores_of",
    "sent_between",
    "settle_inbound",
    "standings_of",
    "takes_answers",
    "tally",
    "templates",
    "text_story",
    "texts_about",
    "thread",
    "try_inbound_later",
    "unbound",
    "unheard_for",
    "uses_of_numbers",
    "waiting_between",
    "waiting_inbound",
    "ways",
    "where_to_join",
    "wordings",
    "words_of",
    "write",
    "writer",
]

CarrierView = carrier_views.CarrierView
UnboundText = inbound.UnboundText
RouteView = route_views.RouteView
TargetView = route_views.TargetView
routes_of = route_views.listed
Registration = senders.Registration
registrations = senders.registrations
ways = carriers.ways
number_of = carriers.number_of
price_of = carriers.price_of
takes_answers = carriers.takes_answers
uses_of_numbers = numbers.uses
where_to_join = numbers.where_to_join
unbound = inbound.unbound
give_inbound = inbound.give
Health = carrier_views.Health
Hour = carrier_days.Hour
carriers_of = carrier_views.carriers_of
carrier_of = carrier_views.carrier_of
history_of = carrier_views.history_of
scores_of = carrier_views.scores_of
answers_of = carrier_views.answers_of
unheard_for = carrier_views.unheard_for
LinkView = carrier_views.LinkView
BalanceView = balances.BalanceView
Change = carrier_days.Change
Held = pausing.Held
held_of = pausing.held_of
Fate = histories.Fate
fates_of = histories.fates_of
tally = histories.tally
parts_of = histories.parts_of
last_fates, last_purposes = histories.last_fates, histories.last_purposes
sent_between = histories.sent_between
put_by_keys = histories.put_by_keys
Cost = foreseeing.Cost
Waiting = foreseeing.Waiting
judged_ahead, costs = foreseeing.judged_ahead, foreseeing.costs
waiting_between, words_of = foreseeing.waiting_between, foreseeing.words_of
only_samples, link_behind, sample_link = links.only_samples, links.behind, links.sample
paused_lanes = pausing.paused_lanes
promise_of = promise.promise_of
relatives = replay.relatives
Replay = replay.Replay
MOST_AGAIN = replay.MOST_AGAIN
Why = operations.Why
LaneView = operations.LaneView
CarrierLine = carrier_lines.CarrierLine
Stuck = operations.Stuck
IncidentView = operations.IncidentView
Listed = operations.Listed
Promise = promise.Promise
MAY_GO_AGAIN, NEVER_AGAIN = replay.MAY_GO_AGAIN, replay.NEVER_AGAIN
Writer = clinic_texts.Writer
writer, say = clinic_texts.writer, clinic_texts.say
own_texts, keys_of = clinic_texts.live, clinic_texts.keys_of
RULES = {**consent.RULES, **checks.RULES}
asks_for_reply = asking.asks_for_reply
check_sender = checks.check_sender
check_wording = checks.check_wording
measure = segments.measure
Measure = segments.Measure
EmptyText = segments.EmptyText
UnsendableText = segments.UnsendableText
Raw = inbound.Raw
bind_inbound = binding.bind
settle_inbound = inbound.settle
try_inbound_later = inbound.try_later


def waiting_inbound(maintenance: "psycopg.Connection[Any]", keyfile: KeyFile, *, most: int) -> list[inbound.Raw]:
    """The oldest inbound texts that nobody has read, locked for the caller's transaction."""
    return inbound.take(maintenance, inbound.system_keys(maintenance, keyfile), most=most)


def links_made_since(clinic_id: UUID, kind: str, subject_id: UUID, since: datetime) -> int:
    return links.made_since(clinic_id=clinic_id, kind=kind, subject_id=subject_id, since=since)


def link_has_lapsed(clinic_id: UUID, kind: str, subject_id: UUID) -> bool:
    return links.has_lapsed(clinic_id=clinic_id, kind=kind, subject_id=subject_id)


def link_live_until(clinic_id: UUID, kind: str, subject_id: UUID) -> datetime | None:
    return links.live_until(clinic_id=clinic_id, kind=kind, subject_id=subject_id)


COUNTS = f"""
SELECT m.clinic_id, m.verdict = 'never', coalesce(x.kind, 0), EXISTS (SELECT FROM messaging_outbox o WHERE o.id = m.id), count(*)
FROM messaging_message m LEFT JOIN LATERAL (
    SELECT e.kind FROM messaging_event e WHERE e.message = m.id ORDER BY {WEIGHTS} DESC, e.at DESC, e.kind DESC LIMIT 1) x ON true
WHERE m.clinic_id = ANY (%s) GROUP BY 1, 2, 3, 4
"""


def counts_by_state(maintenance: "psycopg.Connection[Any]", clinic_ids: Sequence[UUID]) -> dict[UUID, dict[State, int]]:
    """How many messages of each clinic stand in each state. For the maintenance connection."""
    counts: dict[UUID, dict[State, int]] = {clinic: {} for clinic in clinic_ids}
    for clinic, is_refused, kind, is_queued, count in maintenance.execute(COUNTS, (list(clinic_ids),)):
        state = state_of(is_refused, kind, is_queued)
        counts[clinic][state] = counts[clinic].get(state, 0) + count
    return counts


EVENTS = """
SELECT e.message, e.kind, e.at, e.reason FROM messaging_event e WHERE e.message = ANY (%s) ORDER BY e.at, e.kind
"""
QUEUED = "SELECT id FROM messaging_outbox WHERE id = ANY (%s)"


def thread(clinic_id: UUID, phone_bi: bytes, *, limit: int = 50) -> list[MessageView]:
    """The newest texts to a number, newest first, with their events. Call it inside `clinic_scope`; the caller audits."""
    rows = Message.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi).order_by("-id")
    return _views(clinic_id, list(rows[:limit]))


def texts_about(
    clinic_id: UUID,
    patient_id: UUID,
    phones: Sequence[bytes],
    *,
    current: bytes | None,
    before: tuple[datetime, UUID],
    limit: int,
) -> list[MessageView]:
    """Texts about a patient to the numbers they have or had, newest first. At the number they have now, texts about nobody
    in particular are among them; texts about others who are reached there are not. Call it inside `clinic_scope`; the
    caller audits."""
    at, last = before
    rows = Message.objects.filter(clinic_id=clinic_id, phone_bi__in=list(phones))
    rows = rows.filter(Q(patient_id=patient_id) | Q(patient_id=None, phone_bi=current or b""))
    rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=last)).order_by("-at", "-id")
    return _views(clinic_id, list(rows[:limit]))


def _views(clinic_id: UUID, rows: Sequence[Message]) -> list[MessageView]:
    """A one-time code is for the phone alone: its text is left out, whoever looks."""
    names = [row.id for row in rows]
    events: dict[UUID, list[EventView]] = {}
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, (names,))
        for message, kind, at, reason in cursor.fetchall():
            events.setdefault(message, []).append(EventView(EventKind(kind), at, reason or ""))
        cursor.execute(QUEUED, (names,))
        queued = {row[0] for row in cursor.fetchall()}
    keys = keys_for(clinic_id)
    return [
        _view(
            row,
            ""
            if row.purpose == Purpose.VERIFY
            else keys.open("message.body", row.id.bytes, bytes(row.body_ct)).decode(),
            events.get(row.id, []),
            row.id in queued,
        )
        for row in rows
    ]


def _view(row: Message, text: str, events: list[EventView], is_queued: bool) -> MessageView:
    newest = max(events, key=lambda e: (WEIGHT[e.kind], e.at, e.kind)).kind if events else 0
    return MessageView(
        id=row.id,
        at=row.at,
        purpose=Purpose(row.purpose),
        verdict=row.verdict,
        rule=row.rule,
        text=text,
        sender=row.sender,
        parts=row.parts,
        state=state_of(row.verdict == "never", newest, is_queued),
        events=tuple(events),
        due=row.due,
        wording=row.wording or "",
    )


def text_story(clinic_id: UUID, message_id: UUID) -> TextStory | None:
    """One text with all that is stored of it. Call it inside `clinic_scope`; the caller audits."""
    row = Message.objects.filter(clinic_id=clinic_id, id=message_id).first()
    if row is None:
        return None
    (view,) = _views(clinic_id, [row])
    return text_stories.story_of(clinic_id, view)


def newest(clinic_id: UUID, *, limit: int) -> list[Said]:
    """The newest texts to anybody of a clinic, newest first: what a search reads. Call it inside `clinic_scope`; the
    caller audits."""
    rows = Message.objects.filter(clinic_id=clinic_id, phone_bi__isnull=False)
    rows = rows.exclude(verdict="never").exclude(purpose=Purpose.VERIFY)
    found = list(rows.order_by("-id").values_list("id", "at", "phone_bi", "body_ct")[:limit])
    bodies = keys_for(clinic_id).open_many(
        "message.body", [name.bytes for name, *_ in found], [bytes(sealed) for *_, sealed in found]
    )
    return [Said(bytes(bi or b""), at, body.decode()) for (_, at, bi, _), body in zip(found, bodies, strict=True)]


def message_of(clinic_id: UUID, ref: str) -> UUID | None:
    """The message that was put under this ref. Call it inside `clinic_scope`."""
    return Reference.objects.filter(clinic_id=clinic_id, ref=ref).values_list("message_id", flat=True).first()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the gate would say of a text now: it leaves at `due` (None: it may not), by this rule."""

    rule: str
    due: datetime | None
    waits: bool  # longer than anybody asked for
    is_heard: bool = True  # an answer to it would come back to us


def foresee(clinic_id: UUID, intent: Intent) -> Outlook:
    """Whether and when a text would leave if it were sent now; nothing is stored. Call it inside `clinic_scope`."""
    clinic = clinics.clinic_settings(clinic_id)
    phone_bi = keys_for(clinic_id).blind_index("phone", intent.phone.e164) if intent.phone else None
    (judged,) = gate.clear(clinic=clinic, intents=[(intent, phone_bi)], now=business_time.now())
    due = None if judged.verdict == "never" else judged.due
    is_heard = carriers.takes_answers(clinic_id, intent.number, phone=intent.phone, purpose=intent.purpose)
    return Outlook(judged.rule, due, judged.verdict == "later", is_heard)


LEFT = """
SELECT m.id FROM unnest(%(ids)s::uuid[]) AS m (id)
WHERE NOT EXISTS (SELECT FROM messaging_outbox o WHERE o.id = m.id)
  AND NOT EXISTS (SELECT FROM messaging_event e WHERE e.message = m.id AND e.clinic_id = %(clinic)s AND e.kind = ANY (%(stayed)s))
  AND EXISTS (SELECT FROM messaging_message t WHERE t.id = m.id AND t.clinic_id = %(clinic)s AND t.verdict <> 'never')
"""
STAYED = [int(EventKind.STOPPED), int(EventKind.CALLED_OFF)]  # ended here, before a carrier had them


def left(clinic_id: UUID, message_ids: Collection[UUID]) -> set[UUID]:
    """Which of these texts were handed to a carrier, or may have been. Call it inside `clinic_scope`."""
    if not message_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(LEFT, {"ids": list(message_ids), "clinic": clinic_id, "stayed": STAYED})
        return {found for (found,) in cursor.fetchall()}


def have_left(clinic_id: UUID, message_ids: Collection[UUID]) -> bool:
    """Whether any of these texts was handed to a carrier, or may have been. Call it inside `clinic_scope`."""
    return bool(left(clinic_id, message_ids))


def written_to(clinic_id: UUID, patient_ids: Collection[UUID]) -> set[UUID]:
    """Which of these people a text was ever made for. Call it inside `clinic_scope`."""
    rows = Message.objects.filter(clinic_id=clinic_id, patient_id__in=list(patient_ids))
    return {found for found in rows.values_list("patient_id", flat=True).distinct() if found is not None}
