"""Monthly partitions of insert-only tables whose ids are uuidv7: a month is a range of ids, so the key needs no date."""

import re
from datetime import UTC, datetime

import psycopg

from recado.foundation.clock import real_now
from recado.foundation.ids import lowest_id_at
from recado.foundation.policies import Connection, guards, secure_table

_TABLE = re.compile(r"[a-z][a-z0-9_]{0,50}")


class PartitionBlocked(Exception):
    """Rows of a month already lie in the default partition. The text says what to do."""


def partition_months(connection: Connection, table: str, months_ahead: int) -> list[str]:
    """Makes the partitions of this month and `months_ahead` more, and the default one, where they are missing; each
    gets the table's policies. For the owner's connection: at every `recado migrate`, and daily by `recado up`.

    Returns the names of those it made. Ids follow real time, so months do too. Raises PartitionBlocked.
    """
    if not _TABLE.fullmatch(table):
        raise ValueError(f"Not a table of ours: {table!r}")
    made = []
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", (f"recado partitions {table}",))
        existing = _partitions(connection, table)
        month = real_now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        for _ in range(months_ahead + 1):
            name = f"{table}_{month:%Y_%m}"
            if name not in existing:
                _make_month(connection, table, name, month)
                made.append(name)
            month = next_month(month)
        if f"{table}_default" not in existing:
            _execute(connection, f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")
            made.append(f"{table}_default")
        if made:
            for guard in guards():
                if guard.table == table:
                    secure_table(connection, guard)
    return made


def next_month(month: datetime) -> datetime:
    """The first moment of the month after (UTC)."""
    year, number = divmod(month.year * 12 + month.month, 12)
    return datetime(year, number + 1, 1, tzinfo=UTC)


def _make_month(connection: Connection, table: str, name: str, month: datetime) -> None:
    low, high = lowest_id_at(month), lowest_id_at(next_month(month))
    try:
        with connection.transaction():
            _execute(connection, f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM ('{low}') TO ('{high}')")
    except psycopg.errors.CheckViolation:
        raise PartitionBlocked(
            f"Rows of {month:%B %Y} already lie in {table}_default, so its own partition can't be made. They are safe "
            "there. See the how-to on partitions before the table grows."
        ) from None


def _partitions(connection: Connection, table: str) -> set[str]:
    rows = connection.execute(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = %s::regclass",
        (table,),
    )
    return {str(row[0]) for row in rows}


def _execute(connection: Connection, statement: str) -> None:
    connection.execute(statement)
