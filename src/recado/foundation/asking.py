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

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

import psycopg

from recado.foundation.arrays import text_array
from recado.foundation.lines import Line
from recado.foundation.lines import Rows as Rows
from recado.foundation.tenancy import SET_CLINIC

T = TypeVar("T")

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


@dataclass(frozen=True, slots=True)
class Notice:
    """What the others are told when the transaction commits: payloads by their channel. It has no rows among the answers.
    Those of all pieces of work that travel together go in one statement."""

    channel: str
    payloads: tuple[str, ...]


NOTIFY = "SELECT pg_notify(n.channel, n.payload) FROM unnest(%s, %s) AS n (channel, payload)"

Work = Generator[Iterable[Ask | Notice], list[Rows], T]


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
                if isinstance(ask, Notice):
                    cursor.execute(NOTIFY, _told([ask]), prepare=True)
                    continue
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
    holds for each statement: its clinic is set before it. Work of no clinic (None) comes first.

    Belongs to one connection, which it begins a transaction on where none is open.
    """

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._line = Line(connection)

    def run(self, works: Sequence[tuple[UUID | None, Work[T]]]) -> list[T]:
        """Returns what came of each piece."""
        results: dict[int, T] = {}
        waiting: dict[int, list[Rows] | None] = dict.fromkeys(range(len(works)))
        while waiting:
            steps: dict[int, Iterable[Ask | Notice]] = {}
            for at, answers in waiting.items():
                try:
                    steps[at] = next(works[at][1]) if answers is None else works[at][1].send(answers)
                except StopIteration as end:
                    results[at] = end.value
            waiting = self._step({at: (works[at][0], asks) for at, asks in steps.items()})
        return [results[at] for at in range(len(works))]

    def _step(self, steps: dict[int, tuple[UUID | None, Iterable[Ask | Notice]]]) -> dict[int, list[Rows] | None]:
        if not steps:
            return {}
        answered: dict[int, slice] = {}
        with self._line.trip() as line:
            clinic: UUID | None = None
            asked, notices = 0, list[Notice]()
            for at, (clinic_id, asks) in steps.items():
                if clinic_id != clinic:
                    line.ask(SET_CLINIC, (str(clinic_id),))
                    clinic, asked = clinic_id, asked + 1
                first = asked
                for ask in asks:
                    if isinstance(ask, Notice):
                        notices.append(ask)
                        continue
                    line.ask(ask.statement, ask.parameters)
                    asked += 1
                answered[at] = slice(first, asked)
            if notices:
                line.ask(NOTIFY, _told(notices))
        rows = self._line.rows
        return {at: rows[those] for at, those in answered.items()}


def _told(notices: Sequence[Notice]) -> tuple[object, object]:
    pairs = dict.fromkeys((one.channel, payload) for one in notices for payload in one.payloads)
    return text_array([channel for channel, _ in pairs]), text_array([payload for _, payload in pairs])
