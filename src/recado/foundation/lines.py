"""Several statements in one round trip, on libpq's own pipeline.

psycopg's pipeline takes 90 us of CPU for a small statement (a cursor, a wait and its bookkeeping each), which was half of
what a single text by API cost; this takes a fifth of it. Only what the send path needs: prepared statements, parameters by
psycopg's dumpers, rows by its loaders, no server-side types that change their meaning. Source: libpq's "Pipeline Mode".
"""

import re
import select
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import errors, pq
from psycopg.adapt import PyFormat, Transformer

Rows = list[tuple[Any, ...]]

_PLACE = re.compile(r"%(?:\((\w+)\))?([s%])")
_GOOD = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
_BINARY = pq.Format.BINARY  # of what comes back: an id or a sealed value as it is, not as twice as many digits


@lru_cache(maxsize=256)
def _read(statement: str) -> tuple[bytes, tuple[str | None, ...]]:
    """The statement with $1, $2 ... in the place of %s and %(name)s, and the name of each ("" where it has none)."""
    order: list[str | None] = []

    def number(found: re.Match[str]) -> str:
        name, kind = found.groups()
        if kind == "%":
            return "%"
        if name is None or name not in order:
            order.append(name)
            return f"${len(order)}"
        return f"${order.index(name) + 1}"

    return _PLACE.sub(number, statement).encode(), tuple(order)


class Line:
    """What goes to the database and comes back in one round trip, time after time. One thread's, as its connection is.

    A transaction is begun where none is open. Nothing else may use the connection within `trip`.
    """

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._pg, self._encoding = connection.pgconn, connection.info.encoding
        self._begins = not connection.autocommit
        self._transformer = Transformer(connection)
        self._names: dict[tuple[str, tuple[int, ...]], bytes] = {}  # of what the server has prepared
        self._made = 0
        self._is_wanted: list[bool] = []  # for each result to come, whether somebody asked for its rows
        self._fresh: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._results: list[Any] = []  # of this trip, as far as they came
        self._poll = select.poll()

    @contextmanager
    def trip(self) -> Iterator["Line"]:
        """Everything asked inside goes out as it is asked; `self.rows` has the answers afterwards.

        Raises the first error of the database, psycopg's class for it.
        """
        self._poll.register(self._pg.socket, select.POLLIN)
        self._is_wanted, self._fresh, self._results = [], {}, []
        is_idle = self._pg.transaction_status == pq.TransactionStatus.IDLE
        self._pg.enter_pipeline_mode()
        try:
            if is_idle and self._begins:
                self._pg.send_query_params(b"BEGIN", None)
                self._is_wanted.append(False)
            yield self
            self._come_back()
        except BaseException:
            self._names.clear()  # nobody knows what the server still has; names are never used again
            with suppress(psycopg.Error):
                self._come_back()
            raise
        finally:
            with suppress(psycopg.Error):  # where the connection is lost it says so by itself
                self._pg.exit_pipeline_mode()
        self._names |= self._fresh

    def ask(self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> None:
        """Sends one statement. libpq writes at every 64 kB and at the end: small ones leave together."""
        sql, order = _read(statement)
        values: Sequence[Any] = ()
        if isinstance(parameters, Mapping):
            values = [parameters[name or ""] for name in order]
        elif parameters is not None:
            values = parameters
        dumped = self._transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        key = statement, tuple(self._transformer.types or ())
        name = self._names.get(key) or self._fresh.get(key)
        if name is None:
            self._made += 1
            name = self._fresh[key] = b"recado_%d" % self._made
            self._pg.send_prepare(name, sql, param_types=self._transformer.types)
            self._is_wanted.append(False)
        self._pg.send_query_prepared(name, dumped, param_formats=self._transformer.formats, result_format=_BINARY)
        self._is_wanted.append(True)

    @property
    def rows(self) -> list[Rows]:
        """The rows of each statement of the last trip, in the order asked."""
        return [self._loaded(found) for found, wanted in zip(self._results, self._is_wanted, strict=True) if wanted]

    def _loaded(self, found: Any) -> Rows:
        if found.status != pq.ExecStatus.TUPLES_OK:
            return []
        self._transformer.set_pgresult(found)
        return self._transformer.load_rows(0, found.ntuples, tuple)

    def _come_back(self) -> None:
        self._pg.pipeline_sync()
        for found in self._arriving():
            if found.status == pq.ExecStatus.PIPELINE_SYNC:
                break
            self._results.append(found)
        for found in self._results:
            if found.status not in _GOOD:
                raise errors.error_from_result(found, encoding=self._encoding)

    def _arriving(self) -> Iterable[Any]:
        """Each result as it comes, to the last; writes meanwhile what is still to be written, or both sides would wait."""
        pg = self._pg
        while True:
            self._wait()
            while not pg.is_busy():
                found = pg.get_result()
                if found is not None:
                    yield found
                elif pg.status != pq.ConnStatus.OK:
                    raise psycopg.OperationalError("the connection was lost")

    def _wait(self) -> None:
        while self._pg.is_busy():
            left = self._pg.flush()
            self._poll.modify(self._pg.socket, select.POLLIN | select.POLLOUT if left else select.POLLIN)
            for _, what in self._poll.poll():
                if what & ~select.POLLOUT:
                    self._pg.consume_input()
