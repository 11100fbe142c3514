"""Who works at a clinic: two administrators who leave at the same moment are not both let go."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections

from recado.clinics import actions, queries
from recado.clinics.roles import ADMINISTRATOR, RECEPTION
from recado.clinics.types import Refused
from recado.foundation.actors import OPERATOR
from tests import factories, staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> UUID:
    return factories.make_clinic().id


@pytest.mark.parametrize("leaves", ["end", "role"])
def test_one_administrator_is_left_however_they_race(clinic: UUID, leaves: str) -> None:
    two = [staff.hire(clinic, ADMINISTRATOR, name) for name in ("Ann One", "Ben Two")]
    start = Barrier(2)

    def leave(user: UUID) -> bool:
        start.wait()
        try:
            if leaves == "end":
                return actions.end_staff(clinic_id=clinic, user_id=user, by=OPERATOR)
            return actions.change_role(clinic_id=clinic, user_id=user, role=RECEPTION, by=OPERATOR)
        except Refused:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, two)) == [False, True]
    assert sum(one.role is ADMINISTRATOR for one in queries.staff(clinic)) == 1


def test_nothing_happens_where_nothing_changes(clinic: UUID) -> None:
    user = staff.hire(clinic)
    assert not actions.change_role(clinic_id=clinic, user_id=user, role=RECEPTION, by=OPERATOR)
    assert actions.end_staff(clinic_id=clinic, user_id=user, by=OPERATOR)
    assert not actions.end_staff(clinic_id=clinic, user_id=user, by=OPERATOR)
    assert not actions.change_role(clinic_id=clinic, user_id=user, role=ADMINISTRATOR, by=OPERATOR)


def test_who_comes_back_is_listed_once_as_active(clinic: UUID) -> None:
    user = staff.hire(clinic)
    actions.end_staff(clinic_id=clinic, user_id=user, by=OPERATOR)
    staff.hire(clinic)
    rows = queries.people(clinic)
    assert len(rows) == 2 and sum(row.until is None for row in rows) == 1
