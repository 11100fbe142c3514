"""Uncertain texts that their carrier is asked about before their purpose's rule decides: the SQL, and what answers mean (pure).

One row for each such text, written by the transaction that made it uncertain; so a process that dies between the carrier's
answer and its settling only leads to the same question once more. A row that is settled stays: the text's story tells of it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString

from recado.channels.protocol import Finding, Found, NotThere, Receipt
from recado.consent.types import Purpose
from recado.foundation import arrays

from .receipts import BY_REF, LAST_SENDER
from .types import RESENT_WHEN_UNCERTAIN

# Between one question and the next; after the last, the rule. A code is dead after ten minutes, so its rule is soon asked.
URGENT: Final = (timedelta(seconds=2), timedelta(seconds=3), timedelta(seconds=5))
CALM: Final = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 60, 300, 900))
ASKED_FOR: Final = timedelta(seconds=40)  # a question whose answer was not settled by then is asked again
NOBODY_ASKS: Final = timedelta(minutes=15)  # overdue by more: its carrier isn't open any more, and the rule decides
MARGIN: Final = timedelta(
    minutes=4
)  # a slice's lease and more: how long before it became uncertain a text was handed over
LOCK: Final = (
    0x5245_434C  # with a carrier's number: receipts and look-ups settle its uncertain texts one after the other
)

BEGIN = """
INSERT INTO messaging_lookup (clinic_id, message, carrier, purpose, at, reason, since, next_at, tries, outcome)
SELECT n.clinic_id, n.message, %(carrier)s, n.purpose, %(now)s, n.reason, %(since)s, %(next_at)s, 0, ''
FROM unnest(%(clinics)s, %(messages)s, %(purposes)s, %(reasons)s) AS n (clinic_id, message, purpose, reason)
ON CONFLICT (clinic_id, message) DO UPDATE SET carrier = EXCLUDED.carrier, at = EXCLUDED.at, reason = EXCLUDED.reason,
    next_at = EXCLUDED.next_at, tries = 0, outcome = '', heard_at = NULL, settled_at = NULL
"""
# `since` stays that of the first time where a text was sent once more: either may be what the carrier has.
DUE: LiteralString = f"""
WITH d AS (
    UPDATE messaging_lookup SET tries = tries + 1, next_at = %(again_at)s WHERE (clinic_id, message) IN (
        SELECT clinic_id, message FROM messaging_lookup
        WHERE carrier = %(carrier)s AND settled_at IS NULL AND outcome = '' AND next_at <= %(due)s
        ORDER BY next_at, message LIMIT %(most)s FOR UPDATE SKIP LOCKED)
    RETURNING clinic_id, message, purpose, since, tries)
SELECT uuid_send(d.message), uuid_send(d.clinic_id), d.purpose, d.since, d.tries, m.lane, m.sender, m.due, m.phone_ct, m.body_ct
FROM d, LATERAL (SELECT lane, {LAST_SENDER} AS sender, due, phone_ct, body_ct FROM messaging_message m
    WHERE m.clinic_id = d.clinic_id AND m.id = d.message LIMIT 1) m
"""
# Of these, what is still asked about, with whether nothing else has told what became of it since.
OPEN: LiteralString = """
SELECT uuid_send(l.message), (SELECT count(*) FROM messaging_event x WHERE x.message = l.message
    AND (x.kind IN (1, 2, 3, 6, 9) OR (x.kind = 10 AND x.at >= l.at))) = 0
FROM unnest(%(messages)s) AS n (message), LATERAL (SELECT message, at FROM messaging_lookup
    WHERE message = n.message AND settled_at IS NULL AND outcome = '' LIMIT 1) l
"""
OTHERS: LiteralString = f"""
SELECT n.ref, uuid_send(e.message) FROM {BY_REF}"""
NOTE: LiteralString = """
UPDATE messaging_lookup l SET outcome = n.outcome, heard_at = %(now)s, next_at = coalesce(n.next_at, l.next_at), settled_at = n.settled_at
FROM unnest(%(messages)s, %(outcomes)s, %(next_ats)s, %(settled_ats)s) AS n (message, outcome, next_at, settled_at)
WHERE l.message = n.message
"""
# All that became uncertain at one moment for one reason is one incident, once each of it was asked about to the end.
CLOSE: LiteralString = """
WITH g AS (
    SELECT clinic_id, at, reason FROM messaging_lookup WHERE carrier = %(carrier)s AND settled_at IS NULL
    GROUP BY 1, 2, 3 HAVING bool_and(outcome <> ''))
UPDATE messaging_lookup l SET settled_at = %(real_now)s FROM g
WHERE l.carrier = %(carrier)s AND l.settled_at IS NULL AND l.clinic_id = g.clinic_id AND l.at = g.at AND l.reason = g.reason
RETURNING uuid_send(l.clinic_id), l.at, l.reason
"""
HAS_LOOKUP: LiteralString = "SELECT has_lookup FROM messaging_carrieraccount WHERE id = %(carrier)s"
NOTE_LOOKUP: LiteralString = """
UPDATE messaging_carrieraccount SET has_lookup = %(has)s WHERE id = %(carrier)s AND has_lookup <> %(has)s
"""
FORSAKEN: LiteralString = """
SELECT DISTINCT carrier FROM messaging_lookup WHERE settled_at IS NULL AND outcome = '' AND next_at < %(overdue)s
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that the carrier is being asked about, for the `tries`-th time."""

    message: bytes
    purpose: Purpose
    tries: int


@dataclass(frozen=True, slots=True)
class Taken:
    """The carrier has it, as this report says."""

    report: Receipt


@dataclass(frozen=True, slots=True)
class AskAgain:
    after: timedelta


@dataclass(frozen=True, slots=True)
class Over:
    """Asked to the end: the purpose's rule decides. `outcome`: not_there, or cannot_tell."""

    outcome: str


Decision = Taken | AskAgain | Over


def first_wait(purpose: Purpose) -> timedelta:
    return _waits(purpose)[0]


def _waits(purpose: Purpose) -> Sequence[timedelta]:
    return URGENT if purpose in RESENT_WHEN_UNCERTAIN else CALM


def decide(asked: Asked, finding: Finding, taken: Collection[str]) -> Decision:
    """What a carrier's answer means for a text. `taken`: references that are another text's. Pure.

    That a carrier has no such text is believed at once where the rule sends once more; else the second time, since a
    text may still have been on its way when the first question was answered."""
    if isinstance(finding, Found):
        free = [report for report in finding.reports if report.ref not in taken]
        if free:
            return Taken(free[0])
    is_there = not isinstance(finding, NotThere | Found)  # found, and each of them is another text's: then not there
    is_sure = not is_there and (asked.purpose in RESENT_WHEN_UNCERTAIN or asked.tries > 1)
    waits = _waits(asked.purpose)
    if is_sure or asked.tries >= len(waits):
        return Over("cannot_tell" if is_there else "not_there")
    return AskAgain(waits[asked.tries])


def decide_all(
    asked: Sequence[Asked], findings: Sequence[Finding], others: Mapping[str, bytes]
) -> list[tuple[Asked, Decision]]:
    """`others`: which text each known reference is of. No two texts get one reference."""
    made: list[tuple[Asked, Decision]] = []
    given: set[str] = set()
    for text, finding in zip(asked, findings, strict=True):
        taken = given | {ref for ref, message in others.items() if message != text.message}
        decision = decide(text, finding, taken)
        if isinstance(decision, Taken):
            given.add(decision.report.ref)
        made.append((text, decision))
    return made


def begin_parameters(
    texts: Sequence[tuple[bytes, bytes, Purpose, str]],
    *,
    carrier: int,
    now: datetime,
    since: datetime,
    next_at: datetime,
) -> dict[str, object]:
    """`texts`: clinic, message, purpose and why it became uncertain."""
    return {
        "carrier": carrier,
        "now": now,
        "since": since,
        "next_at": next_at,
        "clinics": arrays.uuid_array([clinic for clinic, *_ in texts]),
        "messages": arrays.uuid_array([message for _, message, *_ in texts]),
        "purposes": arrays.int2_array([int(purpose) for *_, purpose, _ in texts]),
        "reasons": arrays.text_array([reason[:40] for *_, reason in texts]),
    }


def note_parameters(
    decisions: Sequence[tuple[bytes, str, datetime | None, datetime | None]], now: datetime
) -> dict[str, Any]:
    """`decisions`: message, outcome, when to ask again, when settled."""
    return {
        "now": now,
        "messages": arrays.uuid_array([one[0] for one in decisions]),
        "outcomes": arrays.text_array([one[1] for one in decisions]),
        "next_ats": arrays.timestamptz_array([one[2] for one in decisions]),
        "settled_ats": arrays.timestamptz_array([one[3] for one in decisions]),
    }
