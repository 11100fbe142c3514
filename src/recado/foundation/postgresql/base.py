"""Django's own connection to PostgreSQL but for what it reads and asks in bulk.

Moments: Django reads each by a regular expression in Python, 5 us; `datetime.fromisoformat` needs a tenth. A thousand steps of
journeys read twelve thousand.
"""

from datetime import UTC, datetime, tzinfo
from typing import Any

from django.db.backends.postgresql import base
from psycopg.abc import Buffer
from psycopg.types.datetime import TimestamptzLoader

from . import lookups  # noqa: F401 (registers them)


class Moments(TimestamptzLoader):
    """Reads `2026-11-30 22:49:39.123+00`. What Python's calendar doesn't know (infinity, before Christ) goes the long way, and to its error."""

    timezone: tzinfo = UTC  # Django compares it with its own

    def load(self, data: Buffer) -> datetime:
        """The same moment. Raises DataError where Python has no such day."""
        try:
            found = datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return super().load(data)
        return found if found.tzinfo is UTC else super().load(data)


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's."""

    def get_new_connection(self, conn_params: Any) -> Any:
        """Opens one. Raises OperationalError."""
        connection = super().get_new_connection(conn_params)
        if self.timezone is UTC:
            connection.adapters.register_loader("timestamptz", Moments)
        return connection
