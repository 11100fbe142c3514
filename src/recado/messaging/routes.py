"""The table of routes kept: rows listed, added, changed, moved and removed.

A row of a clinic is the clinic's to manage, with the carriers and senders that serve it; rows for everybody are the
operator's, who works over a connection of his own (`over`) that sees every clinic. All stand in one order. A clinic can't
move the rows of others, so its own are given places between them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import transaction

from recado.clinics import queries as clinics
from recado.clinics.types import Refused
from recado.foundation import audit, news
from recado.foundation.actors import Actor
from recado.foundation.database import plain_cursor
from recado.foundation.ids import new_id
from recado.foundation.phone import is_country

from . import route_book, route_rules
from .carriers import forget_routes
from .route_rules import Known, RouteWish
from .route_views import Facts, Operator, facts_of
from .routing import RouteRule, Target
from .types import NoSuchRoute, Problem

Cursor = psycopg.Cursor[Any]

LOCK: LiteralString = "SELECT pg_advisory_xact_lock(hashtextextended('recado routes', 7))"
INSERT: LiteralString = """
INSERT INTO messaging_route (id, position, clinic_id, country, purposes, sender, targets)
VALUES (%(id)s, 0, %(clinic)s, %(country)s, %(purposes)s::smallint[], %(sender)s, %(targets)s::jsonb)
"""
CHANGE: LiteralString = """
UPDATE messaging_route SET country = %(country)s, purposes = %(purposes)s::smallint[], sender = %(sender)s,
    targets = %(targets)s::jsonb
WHERE id = %(id)s
"""
ARRANGE: LiteralString = """
UPDATE messaging_route r SET position = n.position
FROM unnest(%s::uuid[], %s::double precision[]) AS n (id, position) WHERE r.id = n.id
"""
REMOVE: LiteralString = "DELETE FROM messaging_route WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Saved:
    """A row as it was saved: its place in the table (from 1), and what should be known of it."""

    id: UUID
    number: int
    problems: tuple[Problem, ...] = ()


# ------------------------------------------------------------------------------------------------ changed


def add(
    *, clinic_id: UUID | None, wish: RouteWish, before: UUID | None = None, by: Actor, over: Operator | None = None
) -> Saved:
    """Adds a row: before another, or, if nobody says, before the first that would take all of its texts, else at the end.
    Without a clinic it is for all of them, which only the operator may. Raises Refused and NoSuchRoute. Call it inside
    `clinic_scope`, or `over` the operator's connection."""
    with _changing(over) as (cursor, old):
        made = RouteRule(new_id(), clinic_id, wish.country.upper(), wish.purposes, wish.sender, wish.targets)
        _check(facts_of(cursor, clinic_id), made, old, is_operator=over is not None)
        at = route_rules.place_for(old.rules, made) if before is None else old.place(before)
        cursor.execute(INSERT, _values(made))
        return _save(cursor, old, old.with_row(made, at), made, "message.route_added", by, over)


def change(
    *, clinic_id: UUID | None, route_id: UUID, wish: RouteWish, by: Actor, over: Operator | None = None
) -> Saved:
    """Gives a row other texts or carriers; it stays where it is and whose it is. Raises Refused and NoSuchRoute. Call it
    inside `clinic_scope`, or `over` the operator's connection."""
    with _changing(over) as (cursor, old):
        was = old.own(route_id, clinic_id, over)
        made = RouteRule(was.id, was.clinic, wish.country.upper(), wish.purposes, wish.sender, wish.targets)
        _check(facts_of(cursor, was.clinic), made, old, is_operator=over is not None)
        cursor.execute(CHANGE, _values(made))
        new = old.without(was).with_row(made, old.place(was.id))
        return _save(cursor, old, new, made, "message.route_changed", by, over)


def move(
    *, clinic_id: UUID | None, route_id: UUID, before: UUID | None, by: Actor, over: Operator | None = None
) -> Saved:
    """Puts a row before another, or at the end. Raises NoSuchRoute. Call it inside `clinic_scope`, or `over`."""
    with _changing(over) as (cursor, old):
        row = old.own(route_id, clinic_id, over)
        rest = old.without(row)
        at = len(rest.rules) if before is None else old.place(row.id) if before == row.id else rest.place(before)
        return _save(cursor, old, rest.with_row(row, at), row, "message.route_moved", by, over)


def remove(*, clinic_id: UUID | None, route_id: UUID, by: Actor, over: Operator | None = None) -> None:
    """Takes a row away; its texts leave by the next that matches. Raises NoSuchRoute. Call it inside `clinic_scope`, or
    `over`."""
    with _changing(over) as (cursor, old):
        row = old.own(route_id, clinic_id, over)
        cursor.execute(REMOVE, (row.id,))
        _note(cursor, row, old.place(row.id) + 1, "message.route_removed", by, over)


# ------------------------------------------------------------------------------------------------ within


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows that are seen, in order, with their positions."""

    rules: tuple[RouteRule, ...]
    positions: Mapping[UUID, float]

    def __iter__(self) -> Iterator[RouteRule]:
        return iter(self.rules)

    def place(self, route_id: UUID) -> int:
        for place, rule in enumerate(self.rules):
            if rule.id == route_id:
                return place
        raise NoSuchRoute

    def own(self, route_id: UUID, clinic_id: UUID | None, over: Operator | None) -> RouteRule:
        rule = self.rules[self.place(route_id)]
        if over is None and rule.clinic != clinic_id:
            raise NoSuchRoute
        return rule

    def without(self, row: RouteRule) -> "_Table":
        return replace(self, rules=tuple(rule for rule in self.rules if rule.id != row.id))

    def with_row(self, row: RouteRule, at: int) -> "_Table":
        return replace(self, rules=(*self.rules[:at], row, *self.rules[at:]))


@contextmanager
def _changing(over: Operator | None) -> Iterator[tuple[Cursor, _Table]]:
    """One transaction, and nobody else changes the table meanwhile."""
    if over is None:
        with transaction.atomic(), plain_cursor() as cursor:
            yield cursor, _read(cursor)
            transaction.on_commit(forget_routes)
    else:
        with over.transaction(), over.cursor() as cursor:
            yield cursor, _read(cursor)
        forget_routes()


def _read(cursor: Cursor) -> _Table:
    cursor.execute(LOCK)
    rows = cursor.execute(route_book.RULES).fetchall()
    return _Table(route_book.rules_of(rows), {row[0]: row[6] for row in rows})


def _check(facts: Facts, made: RouteRule, old: _Table, *, is_operator: bool) -> None:
    """Raises Refused where the row can't be."""
    ours = {target.carrier for rule in old for target in rule.targets}
    if made.clinic:
        ours |= {number for number, one in facts.kept_by.items() if one == made.clinic}
    known = Known(
        carriers=frozenset(facts.carriers),
        addresses=facts.addresses(made.clinic),
        is_operator=is_operator,
        ours=frozenset({carrier for whose, carrier, _ in facts.numbers if whose == made.clinic} | ours),
    )
    route_rules.check_row(made, known, is_country(made.country))
    if any(route_rules.matches_the_same(made, rule) for rule in old if rule.id != made.id):
        raise Refused("country", route_rules.SAME)
    refusal = facts.refusal(made)
    if refusal is not None:
        raise Refused("targets", refusal.sentence, **refusal.values)


def _values(rule: RouteRule) -> dict[str, object]:
    return {
        "id": rule.id,
        "clinic": rule.clinic,
        "country": rule.country,
        "purposes": [int(purpose) for purpose in sorted(rule.purposes)],
        "sender": rule.sender,
        "targets": json.dumps([_told(target) for target in rule.targets]),
    }


def _told(target: Target) -> dict[str, str | int]:
    told: dict[str, str | int] = {"carrier": target.carrier, "weight": target.weight}
    if target.sender:
        told["sender"] = target.sender
    if target.ceiling is not None:
        told["ceiling"] = str(target.ceiling)
    return told


def _save(
    cursor: Cursor, old: _Table, new: _Table, row: RouteRule, action: str, by: Actor, over: Operator | None
) -> Saved:
    moved = {
        name: position
        for name, position in positions_of(new, None if over else row.clinic).items()
        if old.positions.get(name) != position
    }
    if moved:
        cursor.execute(ARRANGE, (list(moved), list(moved.values())))
    at = new.place(row.id)
    _note(cursor, row, at + 1, action, by, over)
    hidden = route_rules.newly_hidden(old.rules, new.rules, row)
    return Saved(row.id, at + 1, (*facts_of(cursor, row.clinic).problems(new.rules, at), *hidden))


def positions_of(table: _Table, only: UUID | None) -> dict[UUID, float]:
    """Positions that keep the rows in this order. `only`: the clinic whose rows may move; all others stay."""
    if only is None:
        return {rule.id: float(place) for place, rule in enumerate(table.rules, start=1)}
    made: dict[UUID, float] = {}
    run: list[UUID] = []
    before: float | None = None
    for rule in table.rules:
        if rule.clinic == only:
            run.append(rule.id)
            continue
        fixed = table.positions[rule.id]
        made.update(_spread(run, before, fixed))
        run, before = [], fixed
    return made | _spread(run, before, None)


def _spread(names: Sequence[UUID], low: float | None, high: float | None) -> dict[UUID, float]:
    """Places for a run of rows between two that stay."""
    count = len(names)
    if low is None:
        low = 0.0 if high is None else high - count - 1
    if high is None:
        high = low + count + 1
    return {name: low + (high - low) * (place + 1) / (count + 1) for place, name in enumerate(names)}


def _note(cursor: Cursor, row: RouteRule, number: int, action: str, by: Actor, over: Operator | None) -> None:
    """A line in the audit of the clinic, or of each clinic where the row is for all; open screens are told."""
    touched = [row.clinic] if row.clinic else [clinic.id for clinic in clinics.all_clinics()]
    detail: dict[str, audit.JSON] = {
        "row": number,
        "country": row.country,
        "purposes": [purpose.name.lower() for purpose in sorted(row.purposes)],
        "sender": row.sender,
        "targets": [_told(target) for target in row.targets],
    }
    lines = [audit.AuditLine(name, by, action, subject=f"route {row.id}", detail=detail) for name in touched]
    if lines:
        cursor.execute(audit.INSERT_LINES, audit.parameters(lines))
        words = [news.word(name, topic) for name in touched for topic in (news.Topic.SETTINGS, news.Topic.CARRIERS)]
        cursor.execute(news.TELL, (words,))
