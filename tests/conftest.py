"""Fixtures for all tests. The database comes from `tests/cluster.py`; a test touches it only if it asks for it."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import cluster

# A property holds however busy the machine is.
settings.register_profile("recado", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("recado")
cluster.prepare()

from django.db import connections  # noqa: E402  # after Django is set up
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402

from tests.desk import desk as desk  # noqa: E402  # for whoever has a fixture `clinic`

_may_connect = False


@pytest.fixture(scope="session")
def cleaner() -> Iterator[cluster.Cleaner]:
    """The migrated database of this process, made once."""
    cluster.create_migrated()
    cleaner = cluster.Cleaner()
    yield cleaner
    cleaner.close()


@pytest.fixture
def database(cleaner: cluster.Cleaner) -> Iterator[None]:
    """An empty, migrated database. Django connects as the app role; what a test commits is gone for the next one."""
    global _may_connect
    cleaner.clean()
    _may_connect = True
    yield
    connections.close_all()
    _may_connect = False


@pytest.fixture
def owner_url(database: None) -> str:
    """The owner's URL of this test's database."""
    return cluster.owner_url()


@pytest.fixture
def superuser_url(database: None) -> str:
    """The superuser's URL of this test's database, to look past row security."""
    return cluster.superuser_url()


_connect = BaseDatabaseWrapper.connect


def _connect_if_asked_for(self: BaseDatabaseWrapper) -> None:
    if not _may_connect:
        pytest.fail("This test uses the database without asking for the fixture `database`.")
    _connect(self)


BaseDatabaseWrapper.connect = _connect_if_asked_for  # type: ignore[method-assign]
