"""Clinics, their people and keys."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, transaction

from recado.clinics import actions, queries
from recado.clinics.models import ApiKey, Membership, User
from recado.clinics.roles import CLINICIAN, MANAGER, RECEPTION, ROLES, ApiScope, Permission
from recado.clinics.types import NO_QUIET_HOURS, CareBasis, ClinicSettings, NoSuchClinic, QuietHours, Refused
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.models import AuditEvent
from recado.foundation.tenancy import capability, clinic_scope

pytestmark = pytest.mark.usefixtures("database")

MakeClinic = Callable[..., ClinicSettings]


@pytest.fixture
def make() -> MakeClinic:
    def made(slug: str = "harbour-street", **more: object) -> ClinicSettings:
        given: dict[str, object] = {"name": "Harbour Street Clinic", "time_zone": "Europe/London", "by": OPERATOR}
        return actions.create_clinic(slug=slug, **{**given, **more})  # type: ignore[arg-type]

    return made


def actions_written(clinic_id: UUID) -> list[str]:
    with clinic_scope(clinic_id):
        return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def test_clinic_is_found_as_it_was_made(make: MakeClinic) -> None:
    hours = QuietHours(time(8), time(20))
    made = make(
        care_basis=CareBasis.CONSENT, quiet_hours=hours, country="fr", default_language="fr", phone_shown="01 99 00"
    )
    queries.forget_settings()
    assert queries.clinic_by_slug("harbour-street") == made
    assert queries.clinic_settings(made.id) == made
    assert queries.all_clinics() == [made]
    assert (made.country, made.care_basis, made.quiet_hours) == ("FR", CareBasis.CONSENT, hours)
    assert actions_written(made.id) == ["clinics.create_clinic"]


@pytest.mark.parametrize("slugs", [(), ("harbour-street",), ("harbour-street", "mill-lane")])
def test_whether_there_is_an_only_clinic_is_not_asked_each_time(
    make: MakeClinic, monkeypatch: pytest.MonkeyPatch, slugs: tuple[str, ...]
) -> None:
    made, opened = [make(slug=slug) for slug in slugs], []

    def counted(role: Role) -> Any:
        opened.append(role)
        return connect(role)

    monkeypatch.setattr(queries, "connect", counted)
    monkeypatch.setattr(queries, "SETTINGS_LIVE", timedelta(hours=1))
    queries.forget_settings()
    wanted = made[0] if len(made) == 1 else None
    assert [queries.only_clinic() for _ in range(3)] == [wanted] * 3
    assert opened == [Role.MAINTENANCE]
    make(slug="quay-side")
    assert queries.only_clinic() == (queries.clinic_by_slug("quay-side") if not made else None), "known at once"


def test_guesses_at_a_clinics_code_cost_no_connection_each(make: MakeClinic, monkeypatch: pytest.MonkeyPatch) -> None:
    made, opened = make(), []

    def counted(role: Role) -> Any:
        opened.append(role)
        return connect(role)

    monkeypatch.setattr(queries, "connect", counted)
    monkeypatch.setattr(queries, "SETTINGS_LIVE", timedelta(hours=1))
    queries.forget_settings()
    for guess in ("AAAAAA", "AAAAAB", "", "\0", made.short_code.swapcase(), "x" * 4_000):
        assert queries.clinic_by_code(guess) is None
    assert queries.clinic_by_code(made.short_code) == made
    assert opened == [Role.MAINTENANCE]
    other = make(slug="quay-side")
    assert queries.clinic_by_code(other.short_code) == other, "known at once"


def test_clinic_without_quiet_hours_is_never_closed(make: MakeClinic) -> None:
    made = make(quiet_hours=NO_QUIET_HOURS)
    queries.forget_settings()
    assert queries.clinic_settings(made.id).quiet_hours.is_off


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"slug": "Harbour Street"}, "slug", "small letters"),
        ({"slug": "1st"}, "slug", "a letter first"),
        ({"slug": "a--b"}, "slug", "single hyphens"),
        ({"slug": "x" * 51}, "slug", "2 to 50"),
        ({"name": " "}, "name", "as patients know it"),
        ({"time_zone": "Europe/Londn"}, "timezone", "Europe/London"),
        ({"time_zone": "qqqq"}, "timezone", "IANA"),
        ({"country": "GBR"}, "country", "two letters"),
        ({"default_language": "English"}, "language", "en"),
        ({"quiet_hours": QuietHours(time(9), time(9))}, "quiet_hours", "09:00-18:00"),
        ({"quiet_hours": QuietHours(time(9), None)}, "quiet_hours", "none"),
    ],
)
def test_clinic_is_refused_with_what_to_do(make: MakeClinic, change: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        make(**change)
    assert refused.value.field == field
    assert words in refused.value.hint
    assert queries.all_clinics() == []


def test_slug_is_refused_when_taken(make: MakeClinic) -> None:
    make()
    with pytest.raises(Refused, match="already"):
        make()
    assert len(queries.all_clinics()) == 1


def test_clinic_that_is_not_there_is_told() -> None:
    with pytest.raises(NoSuchClinic, match="recado clinic list"):
        queries.clinic_by_slug("nowhere")
    with pytest.raises(NoSuchClinic):
        queries.clinic_settings(new_id())


def test_settings_are_had_inside_the_scope_of_another_clinic(make: MakeClinic) -> None:
    one, other = make("one"), make("other")
    queries.forget_settings()
    with clinic_scope(one.id):
        assert queries.clinic_settings(other.id) == other
        assert queries.clinic_settings(one.id) == one


def test_place_is_added_once(make: MakeClinic) -> None:
    clinic = make()
    added = actions.add_site(
        clinic_id=clinic.id, name="Quayside", address="2 Quay", directions_url="https://maps.example/q", by=OPERATOR
    )
    with pytest.raises(Refused, match="already"):
        actions.add_site(clinic_id=clinic.id, name="QUAYSIDE", by=OPERATOR)
    with pytest.raises(Refused, match="https"):
        actions.add_site(clinic_id=clinic.id, name="Hill", directions_url="javascript:alert(1)", by=OPERATOR)
    assert queries.sites(clinic.id) == [added]


# ------------------------------------------------------------------------------------------------ people


def test_person_works_where_they_were_taken_on(make: MakeClinic) -> None:
    one, other = make("one"), make("other")
    ana = actions.add_staff(
        clinic_id=one.id, email="Ana@Clinic.example ", name="Ana Silva", role=CLINICIAN, by=OPERATOR
    )
    assert queries.staff(one.id) == [ana]
    assert ana.email == "ana@clinic.example"
    assert queries.staff(other.id) == []
    assert queries.role_of(clinic_id=one.id, user_id=ana.user_id) == CLINICIAN
    assert queries.role_of(clinic_id=other.id, user_id=ana.user_id) is None


def test_person_has_one_account_when_they_work_at_two_clinics(make: MakeClinic) -> None:
    one, other = make("one"), make("other")
    first = actions.add_staff(
        clinic_id=one.id, email="ana@clinic.example", name="Ana Silva", role=CLINICIAN, by=OPERATOR
    )
    second = actions.add_staff(
        clinic_id=other.id, email="ANA@clinic.example", name="A. Silva", role=MANAGER, by=OPERATOR
    )
    assert first.user_id == second.user_id
    assert second.name == "Ana Silva"


def test_account_is_hidden_from_a_clinic_where_the_person_does_not_work(make: MakeClinic) -> None:
    one, other = make("one"), make("other")
    ana = actions.add_staff(clinic_id=one.id, email="ana@clinic.example", name="Ana Silva", role=CLINICIAN, by=OPERATOR)
    with clinic_scope(other.id):
        assert not User.objects.using("default").exists()
        assert not Membership.objects.exists()
    with clinic_scope(one.id):
        people = User.objects.using("default")
        assert people.defer("password").get().name == "Ana Silva"
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            people.filter(id=ana.user_id).update(name="x")


def test_person_is_taken_on_once_and_may_leave_and_come_back(make: MakeClinic) -> None:
    clinic = make()
    ana = actions.add_staff(clinic_id=clinic.id, email="ana@clinic.example", name="Ana", role=CLINICIAN, by=OPERATOR)
    with pytest.raises(Refused, match="already"):
        actions.add_staff(clinic_id=clinic.id, email="ana@clinic.example", name="Ana", role=MANAGER, by=OPERATOR)
    assert actions.end_staff(clinic_id=clinic.id, user_id=ana.user_id, by=OPERATOR)
    assert not actions.end_staff(clinic_id=clinic.id, user_id=ana.user_id, by=OPERATOR)
    assert queries.role_of(clinic_id=clinic.id, user_id=ana.user_id) is None
    actions.add_staff(clinic_id=clinic.id, email="ana@clinic.example", name="Ana", role=RECEPTION, by=OPERATOR)
    assert queries.role_of(clinic_id=clinic.id, user_id=ana.user_id) == RECEPTION
    assert actions_written(clinic.id)[1:] == ["clinics.add_staff", "clinics.end_staff", "clinics.add_staff"]


@pytest.mark.parametrize("email", ["", "ana", "ana@clinic", "a na@clinic.example"])
def test_person_is_refused_without_an_address(make: MakeClinic, email: str) -> None:
    with pytest.raises(Refused, match="e-mail"):
        actions.add_staff(clinic_id=make().id, email=email, name="Ana", role=CLINICIAN, by=OPERATOR)


def test_nobody_signs_in_by_a_password_that_was_not_set(make: MakeClinic) -> None:
    clinic = make()
    actions.add_staff(clinic_id=clinic.id, email="ana@clinic.example", name="Ana", role=CLINICIAN, by=OPERATOR)
    with clinic_scope(clinic.id):
        assert not User.objects.get().has_usable_password()


# ------------------------------------------------------------------------------------------------ API keys


def test_key_opens_by_its_secret_alone(make: MakeClinic) -> None:
    clinic = make()
    issued = actions.issue_api_key(clinic_id=clinic.id, name="Lab", scopes=[ApiScope.SEND], by=OPERATOR)
    found = actions.check_api_key(issued.secret)
    assert found is not None
    assert (found.id, found.clinic_id, found.scopes) == (issued.key.id, clinic.id, frozenset({ApiScope.SEND}))
    assert actions.check_api_key(issued.secret[:-1]) is None
    assert actions.check_api_key("") is None
    assert actions.check_api_key("x" * 5000) is None


def test_use_of_a_key_is_noted(make: MakeClinic) -> None:
    clinic = make()
    issued = actions.issue_api_key(clinic_id=clinic.id, name="Lab", scopes=[ApiScope.SEND], by=OPERATOR)
    actions.check_api_key(issued.secret)
    again = actions.check_api_key(issued.secret)
    assert again is not None
    assert again.last_used_at is not None


def test_key_is_dead_when_revoked_and_only_its_clinic_may_revoke_it(make: MakeClinic) -> None:
    one, other = make("one"), make("other")
    issued = actions.issue_api_key(clinic_id=one.id, name="Lab", scopes=[ApiScope.SEND], by=OPERATOR)
    assert not actions.revoke_api_key(clinic_id=other.id, key_id=issued.key.id, by=OPERATOR)
    assert actions.check_api_key(issued.secret) is not None
    assert actions.revoke_api_key(clinic_id=one.id, key_id=issued.key.id, by=OPERATOR)
    assert not actions.revoke_api_key(clinic_id=one.id, key_id=issued.key.id, by=OPERATOR)
    assert actions.check_api_key(issued.secret) is None


def test_secret_is_kept_nowhere(make: MakeClinic) -> None:
    clinic = make()
    issued = actions.issue_api_key(clinic_id=clinic.id, name="Lab", scopes=[ApiScope.SEND], by=OPERATOR)
    with clinic_scope(clinic.id):
        stored = ApiKey.objects.values().get()
    assert issued.secret not in str(stored)
    assert issued.secret not in repr(issued)
    assert issued.secret.startswith(stored["prefix"])


def test_keys_are_not_listed_by_a_capability_for_another(make: MakeClinic) -> None:
    clinic = make()
    actions.issue_api_key(clinic_id=clinic.id, name="Lab", scopes=[ApiScope.SEND], by=OPERATOR)
    with capability(b"guess"):
        assert not ApiKey.objects.exists()


@pytest.mark.parametrize("scopes", [[], ["manage_people"], [ApiScope.SEND, "see_audit"]])
def test_key_is_refused_what_keys_may_not(make: MakeClinic, scopes: list[ApiScope]) -> None:
    with pytest.raises(Refused, match="Choose"):
        actions.issue_api_key(clinic_id=make().id, name="Lab", scopes=scopes, by=OPERATOR)


def test_key_may_be_kept_to_networks(make: MakeClinic) -> None:
    given = {"clinic_id": make().id, "name": "Lab", "scopes": [ApiScope.SEND], "by": OPERATOR}
    free = actions.issue_api_key(**given).key
    bound = actions.issue_api_key(**given, sources=["10.20.0.7/16", " 2001:db8::1", ""]).key
    assert bound.sources == ("10.20.0.0/16", "2001:db8::1/128")
    assert all(queries.may_come_from(free, address) for address in ("10.20.3.4", "::1", ""))
    assert all(queries.may_come_from(bound, address) for address in ("10.20.3.4", "::ffff:10.20.3.4", "2001:db8::1"))
    assert not any(queries.may_come_from(bound, address) for address in ("10.21.0.1", "::1", "", "testclient"))
    with pytest.raises(Refused, match="networks"):
        actions.issue_api_key(**given, sources=["example.org"])


def test_ended_keys_stay_listed_and_other_clinics_keys_are_not(make: MakeClinic) -> None:
    one, other = make("one"), make("other")
    ended, kept = (
        actions.issue_api_key(clinic_id=one.id, name=name, scopes=[ApiScope.READ], by=OPERATOR).key
        for name in ("A", "B")
    )
    actions.revoke_api_key(clinic_id=one.id, key_id=ended.id, by=OPERATOR)
    assert [(key.id, key.ended_at is None) for key in queries.api_keys_of(one.id)] == [
        (kept.id, True),
        (ended.id, False),
    ]
    assert queries.api_keys_of(other.id) == []


def test_every_role_is_documented_and_needed() -> None:
    assert all(role.about.endswith(".") and role.title and role.permissions for role in ROLES.values())
    assert set().union(*(role.permissions for role in ROLES.values())) == set(Permission)
