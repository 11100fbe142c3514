"""`/`, `/healthz` and `/readyz`, without a database behind them."""

from collections.abc import Iterator
from unittest.mock import patch

import psycopg
import pytest
from django.db import OperationalError

from recado.foundation import database
from recado.launch import health
from tests import pages

QUEUE = {"queue": {"state": "degraded", "oldest_due_age_s": 90.5}, "carriers": []}


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    with patch.dict(health._known, clear=True):
        yield


def ready(*, migrated: object = True, parts: object = QUEUE):  # type: ignore[no-untyped-def]
    def act(outcome: object):  # type: ignore[no-untyped-def]
        return {"side_effect": outcome} if isinstance(outcome, Exception) else {"return_value": outcome}

    with patch.object(health, "is_migrated", **act(migrated)), patch.object(health, "parts", **act(parts)):
        return pages.browser().get("/readyz")


def test_healthz_touches_nothing() -> None:
    response = pages.browser().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"state": "alive"})


def test_readyz_stays_ready_with_a_late_queue() -> None:
    response = ready()
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "migrations": "ok", **QUEUE}


def test_readyz_is_not_ready_without_its_tables() -> None:
    response = ready(migrated=False)
    assert response.status_code == 503
    assert response.json()["migrations"] == "missing"


@pytest.mark.parametrize(
    "trouble",
    [
        OperationalError("connection to 10.1.2.3 failed: secret words"),
        psycopg.OperationalError("secret words"),
        database.NoDatabase("secret words"),
    ],
)
@pytest.mark.parametrize("where", ["migrated", "parts"])
def test_readyz_tells_of_trouble_without_details(trouble: Exception, where: str) -> None:
    response = ready(**{where: trouble})
    assert response.status_code == 503
    assert response.json()["database"] == "failing"
    assert "secret" not in response.content.decode()


def test_schema_is_asked_for_until_it_is_right() -> None:
    with patch.object(health, "MigrationExecutor") as executor, patch.object(health, "connection"):
        executor.return_value.migration_plan.return_value = ["one"]
        assert not health.is_migrated()
        executor.return_value.migration_plan.return_value = []
        assert health.is_migrated()
        assert health.is_migrated()
        assert executor.call_count == 2


def test_first_page_asks_who_one_is() -> None:
    assert pages.browser().get("/")["Location"] == "/sign-in?next=%2F"
