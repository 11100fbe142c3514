"""What a clinic's journeys are, who is on them, and what came of them in the last days. Counted by the database, a few
statements whatever the number of people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from recado.conversations import queries as conversations
from recado.foundation import arrays, business_time, ids
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor

from . import book, newer
from .faults import faults
from .models import Journey
from .plans import BY_DEFAULT, PRODUCT
from .types import JourneyState, Kind, NoSuchJourney, Plan, Text
from .writing import from_json

LOOKED_AT = timedelta(days=30)

# The id bounds what is read: ids are made by the real clock, which the clinic's (business) time is never behind.
CAME: LiteralString = """
SELECT r.plan, r.version, split_part(s.step, '#', 1), s.outcome, s.reason, count(*)
FROM journeys_step s JOIN journeys_run r ON r.id = s.run_id AND r.clinic_id = s.clinic_id
WHERE s.clinic_id = %s AND s.id >= %s AND s.at >= %s GROUP BY 1, 2, 3, 4, 5
"""
ANSWERED: LiteralString = """
SELECT r.plan, r.version, split_part(s.step, '#', 1), count(*)
FROM journeys_step s JOIN journeys_run r ON r.id = s.run_id AND r.clinic_id = s.clinic_id
WHERE s.clinic_id = %s AND s.id >= %s AND s.message_id = ANY (%s) GROUP BY 1, 2, 3
"""
UNDER_WAY: LiteralString = """
SELECT r.plan, r.version, count(DISTINCT r.patient_id)
FROM journeys_timer t JOIN journeys_run r ON r.id = t.run_id AND r.clinic_id = t.clinic_id
WHERE t.clinic_id = %s GROUP BY GROUPING SETS ((r.plan), (r.plan, r.version))
"""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a step of one version: `outcomes` and `reasons` are numbers of times, by their stored words."""

    plan: str
    version: int
    step: str
    outcomes: Mapping[str, int]
    reasons: Mapping[tuple[str, str], int]  # (outcome, reason)
    answered: int

    @property
    def sent(self) -> int:
        return self.outcomes.get("sent", 0)


@dataclass(frozen=True, slots=True)
class JourneyRow:
    """A journey of the clinic in the list. `name` empty: the clinic has left it as it came. `under_way`: people to whom
    something is still to come. The counts are of the last `LOOKED_AT`; `asked`: questions that were sent."""

    key: str
    name: str
    state: JourneyState
    plan: Plan  # the one that is live, or else the draft
    version: int | None
    has_draft: bool
    faults: int  # of the draft
    under_way: int
    sent: int
    refused: int
    asked: int
    answered: int
    changed_at: datetime | None = None
    changed_by: str = ""
    has_newer: bool = False  # the ready journey that it was made of has got something since


@dataclass
class _Sums:
    sent: int = 0
    refused: int = 0
    asked: int = 0
    answered: int = 0
    steps: list[Came] = field(default_factory=list)


def came_of(clinic_id: UUID) -> list[Came]:
    """What came of each step of each version within `LOOKED_AT`. Call it inside `clinic_scope`."""
    since, lowest = business_time.now() - LOOKED_AT, ids.lowest_id_at(real_now() - LOOKED_AT)
    answers = conversations.answered_since(clinic_id, since)
    with plain_cursor() as cursor:
        names = arrays.uuid_array([name.bytes for name in answers])
        answered = {(p, v, s): n for p, v, s, n in cursor.execute(ANSWERED, (clinic_id, lowest, names))}
        rows = cursor.execute(CAME, (clinic_id, lowest, since)).fetchall()
    found: dict[tuple[str, int, str], tuple[dict[str, int], dict[tuple[str, str], int]]] = {}
    for plan, version, step, outcome, reason, count in rows:
        outcomes, reasons = found.setdefault((plan, version, step), ({}, {}))
        outcomes[outcome] = outcomes.get(outcome, 0) + count
        if reason:
            reasons[outcome, reason] = count
    return [Came(*key, *counts, answered.get(key, 0)) for key, counts in sorted(found.items())]


def people_under_way(clinic_id: UUID) -> dict[tuple[str, int | None], int]:
    """To how many people something is still to come, by journey and version; version None: on any. Call it inside
    `clinic_scope`."""
    with plain_cursor() as cursor:
        rows = cursor.execute(UNDER_WAY, (clinic_id,))
        return {(plan, version): count for plan, version, count in rows}


def journeys_of(clinic_id: UUID) -> list[JourneyRow]:
    """Every journey of the clinic: its own, and those of the product that it has from its first day. Call it inside
    `clinic_scope`."""
    people, sums = people_under_way(clinic_id), _sums(clinic_id, came_of(clinic_id))
    own = {row.key: row for row in Journey.objects.filter(clinic_id=clinic_id).defer("before")}
    plans = {plan.key: plan for plan in BY_DEFAULT if plan.key not in own}
    rows = [_row(plan.key, plan, None, people, sums) for plan in plans.values()]
    rows += [_row(key, shown_plan(clinic_id, row), row, people, sums) for key, row in own.items()]
    return rows


def shown_plan(clinic_id: UUID, row: Journey) -> Plan:
    """The plan that is live, or else the one that is being written."""
    if row.version is not None:
        return book.plan_of(clinic_id, row.key, row.version)
    return from_json(row.key, 0, row.draft or {"event": row.event, "steps": []})


def _row(
    key: str,
    plan: Plan,
    own: Journey | None,
    people: Mapping[tuple[str, int | None], int],
    sums: Mapping[str, _Sums],
) -> JourneyRow:
    its = sums.get(key) or _Sums()
    counts = (people.get((key, None), 0), its.sent, its.refused, its.asked, its.answered)
    if own is None:
        return JourneyRow(key, "", JourneyState.LIVE, plan, plan.version, False, 0, *counts)
    wrong = faults(from_json(key, 0, own.draft), None) if own.draft is not None else []
    return JourneyRow(
        key,
        own.name,
        JourneyState(own.state),
        plan,
        own.version,
        own.draft is not None,
        len(wrong),
        *counts,
        own.changed_at,
        own.changed_by,
        newer.with_newer(own, from_json(key, 0, own.draft) if own.draft is not None else plan) is not None,
    )


def _sums(clinic_id: UUID, came: Iterable[Came]) -> dict[str, _Sums]:
    found: dict[str, _Sums] = {}
    for one in came:
        its = found.setdefault(one.plan, _Sums())
        its.sent += one.sent
        its.refused += one.outcomes.get("refused", 0)
        if _is_question(clinic_id, one):
            its.asked += one.sent
            its.answered += one.answered
    return found


def answered_by_text(clinic_id: UUID) -> dict[str, tuple[int, int]]:
    """How often each question was sent within `LOOKED_AT`, and answered, by its text. A step that has another text where no
    question went before is left out: nobody can say which of the two was answered. Call it inside `clinic_scope`."""
    found: dict[str, tuple[int, int]] = {}
    for one in came_of(clinic_id):
        placed = book.plan_of(clinic_id, one.plan, one.version).by_key.get(one.step)
        does = placed.step.does if placed is not None else None
        if one.sent and isinstance(does, Text) and does.kind is Kind.QUESTION and not does.template_if_first:
            sent, answered = found.get(does.template, (0, 0))
            found[does.template] = sent + one.sent, answered + one.answered
    return found


def _is_question(clinic_id: UUID, one: Came) -> bool:
    placed = book.plan_of(clinic_id, one.plan, one.version).by_key.get(one.step)
    return placed is not None and isinstance(placed.step.does, Text) and placed.step.does.kind is Kind.QUESTION


@dataclass(frozen=True, slots=True)
class Opened:
    """A journey as its page shows it. `draft` None: nothing that is not published. `edit`: which state of the draft this
    is, to be given back when it is saved. `may_undo`: the draft was changed since it was published."""

    key: str
    name: str
    state: JourneyState
    live: Plan | None
    draft: Plan | None
    edit: int
    is_moving: bool
    changed_at: datetime | None
    changed_by: str
    may_undo: bool = False

    @property
    def shown(self) -> Plan:
        """What is being written, or else what is live."""
        plan = self.draft or self.live
        assert plan is not None
        return plan


def opened(clinic_id: UUID, key: str) -> Opened:
    """Raises NoSuchJourney. Call it inside `clinic_scope`."""
    row = Journey.objects.filter(clinic_id=clinic_id, key=key).first()
    if row is None:
        plan = next((one for one in BY_DEFAULT if one.key == key), None)
        if plan is None:
            raise NoSuchJourney(key)
        return Opened(key, "", JourneyState.LIVE, plan, None, 0, False, None, "")
    live = book.plan_of(clinic_id, key, row.version) if row.version is not None else None
    draft: Any = row.draft if row.draft is not None or live else {"event": row.event, "steps": []}
    return Opened(
        key,
        row.name,
        JourneyState(row.state),
        live,
        None if draft is None else from_json(key, 0, draft),
        row.edit,
        row.is_moving,
        row.changed_at,
        row.changed_by,
        bool(row.before),
    )


TEXTS: LiteralString = """
SELECT s.message_id FROM journeys_step s JOIN journeys_run r ON r.id = s.run_id AND r.clinic_id = s.clinic_id
WHERE s.clinic_id = %s AND s.id >= %s AND s.at >= %s AND s.message_id IS NOT NULL AND s.outcome = 'sent'
    AND r.plan = %s AND split_part(s.step, '#', 1) = %s
"""


def texts_of_step(clinic_id: UUID, key: str, step: str) -> list[UUID]:
    """The texts that a step of a journey sent within `LOOKED_AT`, whatever the version. Call it inside `clinic_scope`."""
    since, lowest = business_time.now() - LOOKED_AT, ids.lowest_id_at(real_now() - LOOKED_AT)
    with plain_cursor() as cursor:
        return [name for (name,) in cursor.execute(TEXTS, (clinic_id, lowest, since, key, step))]


SENT_LATELY: LiteralString = """
SELECT plan, message_id FROM (
    SELECT r.plan, s.message_id, row_number() OVER (PARTITION BY r.plan ORDER BY s.id DESC) AS number
    FROM journeys_step s JOIN journeys_run r ON r.id = s.run_id AND r.clinic_id = s.clinic_id
    WHERE s.clinic_id = %s AND s.id >= %s AND s.message_id IS NOT NULL AND s.outcome = 'sent') t
WHERE number <= %s
"""
MEASURED = 200  # texts of each journey: enough to tell what one costs


def sent_lately(clinic_id: UUID) -> dict[str, list[UUID]]:
    """The last texts of each journey, `MEASURED` at most, within `LOOKED_AT`. Call it inside `clinic_scope`."""
    found: dict[str, list[UUID]] = {}
    with plain_cursor() as cursor:
        wanted = (clinic_id, ids.lowest_id_at(real_now() - LOOKED_AT), MEASURED)
        for plan, message_id in cursor.execute(SENT_LATELY, wanted):
            found.setdefault(plan, []).append(message_id)
    return found


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a journey. `at` None: it came with the product."""

    plan: Plan
    at: datetime | None
    by: str


def versions_of(clinic_id: UUID, key: str) -> list[Published]:
    """Every version that ever was live, the newest first. Call it inside `clinic_scope`."""
    found = [Published(plan, None, "") for (name, _), plan in PRODUCT.items() if name == key]
    found += [Published(one.content, one.published_at, one.published_by) for one in book.PLANS.past(clinic_id, key)]
    return sorted(found, key=lambda one: -one.plan.version)
