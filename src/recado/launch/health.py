"""`/healthz` and `/readyz`, for whatever watches over the processes: no sign-in, no personal data."""

from typing import Any

import psycopg
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from recado.clinics.access import public
from recado.foundation import database
from recado.foundation.faults import describe
from recado.messaging import queries as messaging

_known: dict[str, bool] = {}
"""Whether the schema is the code's. Asked until it is, then never again: neither goes back while a process lives."""


@public("says only that the process answers")
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process takes requests. Touches nothing else."""
    return JsonResponse({"state": "alive"})


@public("states and ages of the parts, nothing of any clinic or person")
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database and its schema serve, else 503. A degraded queue or carrier is told of and stays 200:
    the pages work meanwhile, and taking them away would help nobody."""
    try:
        if not is_migrated():
            answer = {"database": "ok", "migrations": "missing", "advice": "Run `recado migrate`."}
            return JsonResponse(answer, status=503)
        return JsonResponse({"database": "ok", "migrations": "ok", **parts()})
    except (DatabaseError, psycopg.Error, database.NoDatabase) as error:
        return JsonResponse({"database": "failing", "error": describe(error)}, status=503)


def is_migrated() -> bool:
    """Whether the tables are those of this code. Raises DatabaseError where nobody answers."""
    if not _known.get("migrated"):
        executor = MigrationExecutor(connection)
        _known["migrated"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    connection.ensure_connection()
    return _known["migrated"]


def parts() -> dict[str, Any]:
    """Queue and carriers, with the age that tells how well they are."""
    with database.connect(database.Role.MAINTENANCE) as maintenance:
        return messaging.health(maintenance)
