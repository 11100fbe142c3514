"""What may be asked of messaging: states, threads, links, health. Also the wording's own functions, for rooms that write texts."""

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from recado.consent import queries as consent
from recado.foundation.crypto import KeyFile

from . import (
    anew,
    asking,
    balances,
    binding,
    carrier_days,
    carrier_desk,
    carrier_lines,
    carrier_views,
    carriers,
    checks,
    clinic_texts,
    foreseeing,
    histories,
    inbound,
    links,
    numbers,
    on_call_texts,
    outlooks,
    pausing,
    promise,
    replay,
    route_views,
    segments,
    senders,
    standing,
    text_desk,
    threads,
    upkeep,
)
from . import operations as operations
from .health import health as health
from .levels import Wording as Wording
from .levels import Written as Written
from .levels import level_of as level_of
from .levels import wordings as wordings
from .levels import write as write
from .overruling import OVERRULED as OVERRULED
from .wording import MissingValue as MissingValue
from .wording import Spoken as Spoken
from .wording import Template as Template
from .wording import Value as Value
from .wording import define as define
from .wording import define_all as define_all
from .wording import render as render

# ------------------------------------------------------------------------------------------------ words

templates = text_desk
Writer = clinic_texts.Writer
writer, say = clinic_texts.writer, clinic_texts.say
own_texts, keys_of = clinic_texts.live, clinic_texts.keys_of
RULES = {**consent.RULES, **checks.RULES}
NO_WAY = frozenset(
    checks.RULES
)  # those of carriers and senders: no carrier says them, also of a text that had waited for one
asks_for_reply = asking.asks_for_reply
check_sender, check_wording = checks.check_sender, checks.check_wording
measure = segments.measure
costly_letters = segments.costly_letters
cheaper_spelling = segments.cheaper_spelling
saving = segments.saving
Measure = segments.Measure
EmptyText = segments.EmptyText
UnsendableText = segments.UnsendableText

# ------------------------------------------------------------------------------------------------ texts that were made

thread, texts_about, text_story, newest = threads.thread, threads.texts_about, threads.text_story, threads.newest
standings_of, counts_by_state, message_of = standing.standings_of, standing.counts_by_state, standing.message_of
left, have_left, written_to = standing.left, standing.have_left, standing.written_to
never_left = anew.never_left
Fate = histories.Fate
fates_of, tally, parts_of = histories.fates_of, histories.tally, histories.parts_of
marks_of = histories.marks
last_fates, last_purposes, is_newest = histories.last_fates, histories.last_purposes, histories.is_newest
sent_between, put_by_keys = histories.sent_between, histories.put_by_keys

# ------------------------------------------------------------------------------------------------ texts to come

Outlook = outlooks.Outlook
foresee = outlooks.foresee
Cost = foreseeing.Cost
Waiting = foreseeing.Waiting
judged_ahead, costs = foreseeing.judged_ahead, foreseeing.costs
waiting_between, words_of = foreseeing.waiting_between, foreseeing.words_of

# ------------------------------------------------------------------------------------------------ texts from outside

Raw = inbound.Raw
UnboundText = inbound.UnboundText
unbound, give_inbound, bind_inbound = inbound.unbound, inbound.give, binding.bind
settle_inbound, try_inbound_later = inbound.settle, inbound.try_later


def waiting_inbound(maintenance: "psycopg.Connection[Any]", keyfile: KeyFile, *, most: int) -> list[inbound.Raw]:
    """The oldest inbound texts that nobody has read, locked for the caller's transaction."""
    return inbound.take(maintenance, inbound.system_keys(maintenance, keyfile), most=most)


# ------------------------------------------------------------------------------------------------ links in texts

only_samples, link_behind, sample_link = links.only_samples, links.behind, links.sample


def links_made_since(clinic_id: UUID, kind: str, subject_id: UUID, since: datetime) -> int:
    return links.made_since(clinic_id=clinic_id, kind=kind, subject_id=subject_id, since=since)


def link_has_lapsed(clinic_id: UUID, kind: str, subject_id: UUID) -> bool:
    return links.has_lapsed(clinic_id=clinic_id, kind=kind, subject_id=subject_id)


def link_live_until(clinic_id: UUID, kind: str, subject_id: UUID) -> datetime | None:
    return links.live_until(clinic_id=clinic_id, kind=kind, subject_id=subject_id)


# ------------------------------------------------------------------------------------------------ carriers, numbers, routes

called_on_call, danger_seen_to, danger_yours = on_call_texts.called_at, on_call_texts.seen_to, on_call_texts.yours
ways, takes_answers = carriers.ways, carriers.takes_answers
number_of, price_of = carriers.number_of, carriers.price_of
uses_of_numbers, where_to_join = numbers.uses, numbers.where_to_join
Registration = senders.Registration
registrations = senders.registrations
RouteView = route_views.RouteView
TargetView = route_views.TargetView
routes_of = route_views.listed
CarrierKept = carrier_desk.Kept
CarrierSetting = carrier_desk.Setting
NoSuchCarrier = carrier_desk.NoSuchCarrier
BadSettings = carrier_desk.BadSettings
connectable_kinds, settable, kept_of_carrier = carrier_desk.connectable, carrier_desk.settable, carrier_desk.settings_of
changeable_carriers, carriers_to_choose = carrier_desk.changeable, carrier_views.to_choose
sender_problems, written_setting = numbers.problems, carrier_desk.written
why_no_carrier = numbers.why_no_carrier
OurNumber = upkeep.OurNumber
Health = carrier_views.Health
Hour = carrier_days.Hour
Change = carrier_days.Change
CarrierView = carrier_views.CarrierView
LinkView = carrier_views.LinkView
BalanceView = balances.BalanceView
carriers_of, carrier_of = carrier_views.carriers_of, carrier_views.carrier_of
has_other_carriers = carrier_views.has_others
history_of, scores_of = carrier_views.history_of, carrier_views.scores_of
answers_of, unheard_for = carrier_views.answers_of, carrier_views.unheard_for

# ------------------------------------------------------------------------------------------------ how all of it does

Held = pausing.Held
held_of, paused_lanes = pausing.held_of, pausing.paused_lanes
Promise = promise.Promise
promise_of = promise.promise_of
Replay = replay.Replay
relatives = replay.relatives
MOST_AGAIN, MAY_GO_AGAIN, NEVER_AGAIN = replay.MOST_AGAIN, replay.MAY_GO_AGAIN, replay.NEVER_AGAIN
Why = operations.Why
LaneView = operations.LaneView
Stuck = operations.Stuck
IncidentView = operations.IncidentView
Listed = operations.Listed
CarrierLine = carrier_lines.CarrierLine
