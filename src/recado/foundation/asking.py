"""Work on the database written as steps, so that the steps of many clinics can travel together.

A piece of work is a generator: it yields the statements that it needs next, gets their rows, and returns what came of it.

    def counting(clinic_id) -> Work[int]:
        ((row,),) = yield [Ask("SELECT count(*) FROM t WHERE clinic_id = %s", (clinic_id,))]
        return row[0]

Run alone (`alone`) it is an ordinary sequence on one cursor. Run `together`, the next statements of all pieces leave in
one pipeline and one transaction: 20 clinics cost a few round trips and one commit, where one after the other they cost
200 round trips or 20 commits (docs/adr/0024-intake-beside-the-pages.md). Statements may be yielded by an iterator that
makes them as it goes: what was made is on its way while the next is being made.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

import psycopg

from recado.foundation.tenancy import SET_CLINIC

T = TypeVar("T")
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Ask:
    """One statement. `prepare=False` has it planned each time; on a connection with the settings of the send path
    (`planned_for_queues`) every plan is kept all the same."""

    statement: str
    parameters: Any = None
    prepare: bool | None = None


Work = Generator[Iterable[Ask], list[Rows], T]


class Cursor(Protocol):
    """As much of a psycopg cursor as this file needs."""

    @property
    def description(self) -> Any: ...
    def execute(self, query: Any, params: Any = None, *, prepare: bool | None = None) -> Any: ...
    def fetchall(self) -> list[Any]: ...


def alone(work: Work[T], cursor: Cursor) -> T:
    """Runs one piece of work, statement by statement, in the caller's transaction and clinic."""
    answers: list[Rows] = []
    try:
        asks = next(work)
        while True:
            answers = []
            for ask in asks:
                cursor.execute(ask.statement, ask.parameters, prepare=ask.prepare)
                answers.append(cursor.fetchall() if cursor.description else [])
            asks = work.send(answers)
    except StopIteration as end:
        result: T = end.value
        return result


def together(connection: "psycopg.Connection[Any]", works: Sequence[tuple[UUID, Work[T]]]) -> list[T]:
    """Runs pieces of work of several clinics in the caller's transaction, step by step in one pipeline. Row security
    holds for each statement: its clinic is set before it."""
    results: dict[int, T] = {}
    waiting: dict[int, list[Rows] | None] = dict.fromkeys(range(len(works)))
    while waiting:
        steps: dict[int, Iterable[Ask]] = {}
        for at, answers in waiting.items():
            try:
                steps[at] = next(works[at][1]) if answers is None else works[at][1].send(answers)
            except StopIteration as end:
                results[at] = end.value
        waiting = dict(_step(connection, {at: (works[at][0], asks) for at, asks in steps.items()}))
    return [results[at] for at in range(len(works))]


def _step(
    connection: "psycopg.Connection[Any]", steps: dict[int, tuple[UUID, Iterable[Ask]]]
) -> list[tuple[int, list[Rows]]]:
    asked: list[tuple[int, list[psycopg.Cursor[Any]]]] = []
    if not steps:
        return []
    with connection.pipeline():
        for at, (clinic_id, asks) in steps.items():
            cursors = []
            connection.execute(SET_CLINIC, (str(clinic_id),), prepare=True)
            for ask in asks:
                cursor = connection.cursor()
                cursor.execute(ask.statement, ask.parameters, prepare=True)
                cursors.append(cursor)
            asked.append((at, cursors))
    return [(at, [c.fetchall() if c.description else [] for c in cursors]) for at, cursors in asked]
