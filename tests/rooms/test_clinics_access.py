"""Who may open a page."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from recado.clinics import access, actions
from recado.clinics.access import Access, needs, public
from recado.clinics.roles import AUDITOR, RECEPTION, ROLES, Permission
from recado.foundation.actors import OPERATOR

pytestmark = pytest.mark.usefixtures("database")


@needs(Permission.REPLY)
def inbox(request: HttpRequest, number: int = 0) -> HttpResponse:
    return HttpResponse(str(number))


@public("anyone may know that we are alive")
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("yes")


@pytest.fixture
def clinic() -> UUID:
    return actions.create_clinic(slug="harbour", name="Harbour", time_zone="Europe/London", by=OPERATOR).id


def person(clinic_id: UUID, role_code: str) -> Any:
    role = ROLES[role_code]
    staff = actions.add_staff(
        clinic_id=clinic_id, email=f"{role_code}@clinic.example", name="Ana", role=role, by=OPERATOR
    )
    return SimpleNamespace(pk=staff.user_id, is_authenticated=True, is_active=True)


def ask(**given: object) -> HttpRequest:
    request = RequestFactory().get("/")
    for name, value in given.items():
        setattr(request, name, value)
    return request


def test_view_opens_when_the_role_may(clinic: UUID) -> None:
    request = ask(user=person(clinic, RECEPTION.code), clinic_id=clinic)
    assert inbox(request, 7).content == b"7"  # type: ignore[attr-defined]


def test_view_stays_closed_when_the_role_may_not(clinic: UUID) -> None:
    with pytest.raises(PermissionDenied):
        inbox(ask(user=person(clinic, AUDITOR.code), clinic_id=clinic))


def test_view_stays_closed_when_something_is_missing(clinic: UUID) -> None:
    ana = person(clinic, RECEPTION.code)
    other = actions.create_clinic(slug="quay", name="Quay", time_zone="Europe/London", by=OPERATOR).id
    asleep = SimpleNamespace(pk=ana.pk, is_authenticated=True, is_active=False)
    nobody = SimpleNamespace(pk=None, is_authenticated=False, is_active=False)
    for request in (
        ask(),
        ask(user=ana),
        ask(user=ana, clinic_id=other),
        ask(user=asleep, clinic_id=clinic),
        ask(user=nobody, clinic_id=clinic),
        ask(user=ana, clinic_id=str(clinic)),
    ):
        with pytest.raises(PermissionDenied):
            inbox(request)


def test_view_stays_closed_when_the_person_left(clinic: UUID) -> None:
    ana = person(clinic, RECEPTION.code)
    actions.end_staff(clinic_id=clinic, user_id=ana.pk, by=OPERATOR)
    with pytest.raises(PermissionDenied):
        inbox(ask(user=ana, clinic_id=clinic))


def test_marks_say_what_a_view_asks_for() -> None:
    assert access.access_of(inbox) == Access(Permission.REPLY)
    assert access.access_of(alive) == Access(None, "anyone may know that we are alive")
    assert access.access_of(lambda request: None) is None
