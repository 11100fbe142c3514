"""Work on the database written as steps, so that the steps of many clinics can travel together.

A piece of work is a generator: it yields the statements that it needs next, gets their rows, and returns what came of it.

    def counting(clinic_id) -> Work[int]:
        ((row,),) = yield [Ask("SELECT count(*) FROM t WHERE clinic_id = %s", (clinic_id,))]
        return row[0]

Run alone (`alone`) it is an ordinary sequence on one cursor. Run `Together`, the next statements of all pieces leave in
one pipeline and one transaction: 20 clinics cost a few round trips and one commit, where one after the other they cost
200 round trips or 20 commits (docs/adr/0024-intake-beside-the-pages.md). Statements may be yielded by an iterator that
makes them as it goes: what was made is on its way while the next is being made.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol, TypeVar
from uuid import UUID

import psycopg

from recado.foundation.tenancy import SET_CLINIC

T = TypeVar("T")
Rows = list[tuple[Any, ...]]


NO_SORT, SORT_AGAIN = "SET LOCAL enable_sort = off", "SET LOCAL enable_sort = on"


@dataclass(frozen=True, slots=True)
class Ask:
    """One statement. `prepare=False` has it planned each time; on a connection with the settings of the send path
    (`database.connect_for_queues`) every plan is kept all the same.

    `in_order` forbids to sort: the statement's ORDER BY is that of the one index that may serve it, whatever nobody has
    counted yet makes the planner think. The send path's connections never sort; elsewhere it costs two small statements.
    """

    statement: str
    parameters: Any = None
    prepare: bool | None = None
    in_order: bool = False


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
                if ask.in_order:
                    cursor.execute(NO_SORT, prepare=False)
                cursor.execute(ask.statement, ask.parameters, prepare=ask.prepare)
                answers.append(cursor.fetchall() if cursor.description else [])
                if ask.in_order:
                    cursor.execute(SORT_AGAIN, prepare=False)
            asks = work.send(answers)
    except StopIteration as end:
        result: T = end.value
        return result


class Together:
    """Runs pieces of work of several clinics in the caller's transaction, step by step in one pipeline. Row security
    holds for each statement: its clinic is set before it.

    Belongs to one connection, whose cursors it keeps: making one costs as much as a small statement.
    """

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection
        self._cursors: list[psycopg.Cursor[Any]] = []

    def run(self, works: Sequence[tuple[UUID, Work[T]]]) -> list[T]:
        """Returns what came of each piece."""
        results: dict[int, T] = {}
        waiting: dict[int, list[Rows] | None] = dict.fromkeys(range(len(works)))
        while waiting:
            steps: dict[int, Iterable[Ask]] = {}
            for at, answers in waiting.items():
                try:
                    steps[at] = next(works[at][1]) if answers is None else works[at][1].send(answers)
                except StopIteration as end:
                    results[at] = end.value
            waiting = self._step({at: (works[at][0], asks) for at, asks in steps.items()})
        return [results[at] for at in range(len(works))]

    def _step(self, steps: dict[int, tuple[UUID, Iterable[Ask]]]) -> dict[int, list[Rows] | None]:
        asked: dict[int, list[psycopg.Cursor[Any]]] = {}
        if not steps:
            return {}
        cursors = self._spare()
        with self._connection.pipeline():
            clinic: UUID | None = None
            for at, (clinic_id, asks) in steps.items():
                if clinic_id != clinic:
                    next(cursors).execute(SET_CLINIC, (str(clinic_id),), prepare=True)
                    clinic = clinic_id
                asked[at] = []
                for ask in asks:
                    cursor = next(cursors)
                    cursor.execute(ask.statement, ask.parameters, prepare=True)
                    asked[at].append(cursor)
        return {at: [c.fetchall() if c.description else [] for c in those] for at, those in asked.items()}

    def _spare(self) -> Iterator["psycopg.Cursor[Any]"]:
        """The kept cursors, and new ones after them: all free again when a step is done."""
        for at in count():
            if at == len(self._cursors):
                self._cursors.append(self._connection.cursor())
            yield self._cursors[at]
