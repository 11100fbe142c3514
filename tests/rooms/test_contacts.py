"""People: recorded once, found by name and phone, unreadable without the keys."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import sleep
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recado.contacts import actions, queries
from recado.contacts.types import PersonRecord, Recorded
from recado.foundation.actors import OPERATOR
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from tests import cluster, factories
from tests.factories import person, phone, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_clinic(default_language="fr").id


def record(clinic_id: UUID, *people: PersonRecord) -> list[Recorded]:
    with clinic_scope(clinic_id):
        return actions.record_people(clinic_id=clinic_id, people=people)


def found(clinic_id: UUID, query: str) -> list[str]:
    with clinic_scope(clinic_id):
        return sorted(one.name for one in queries.find(clinic_id, query, country="GB").hits)


def test_person_is_kept_as_told(clinic: UUID) -> None:
    (made,) = record(clinic, person(name="Rémi Lefèbvre", language="fr", birth_date=date(1979, 11, 2)))
    assert (made.is_new, made.is_reachable) == (True, True)
    with clinic_scope(clinic):
        view = queries.patient(clinic, made.patient_id)
    assert view is not None
    assert (view.name, view.record_number, view.language, view.birth_date, view.phone) == (
        "Rémi Lefèbvre",
        "R-321",
        "fr",
        date(1979, 11, 2),
        phone(321),
    )


def test_same_person_again_changes_nothing(clinic: UUID) -> None:
    (first,) = record(clinic, person())
    before = sql("SELECT xmin::text, ctid::text FROM contacts_patient")
    (again,) = record(clinic, person())
    assert (again.patient_id, again.is_new) == (first.patient_id, False)
    assert sql("SELECT xmin::text, ctid::text FROM contacts_patient") == before
    assert sql("SELECT count(*) FROM contacts_address") == [(1,)]


def test_same_person_twice_in_a_batch_is_one_and_the_later_wins(clinic: UUID) -> None:
    first, _, second = record(clinic, person(name="Ann Lee"), person(322), person(name="Ann Lee-Moss"))
    assert first.patient_id == second.patient_id
    assert found(clinic, "Ann") == ["Ann Lee-Moss"]


def test_changed_details_are_taken_over(clinic: UUID) -> None:
    record(clinic, person(name="Ann Lee"))
    record(clinic, person(name="Ann Moss", language="pl"))
    assert (found(clinic, "Lee"), found(clinic, "Moss")) == ([], ["Ann Moss"])
    with clinic_scope(clinic):
        (reach,) = queries.patients_at(clinic, messaging.phone_index(clinic, phone(321)))
    assert reach.language == "pl"


def test_language_is_the_clinics_where_none_is_told_and_never_lost(clinic: UUID) -> None:
    record(clinic, person(language=None), person(322, language="pl"))
    record(clinic, person(322, name="Changed", language=None))
    assert sorted(row[0] for row in sql("SELECT language FROM contacts_patient")) == ["fr", "pl"]


def test_language_put_right_here_stays_until_the_source_tells_a_third(clinic: UUID) -> None:
    def language() -> str:
        with clinic_scope(clinic):
            view = queries.patient(clinic, made.patient_id)
        assert view is not None
        return view.language

    def put_right(code: str) -> None:
        with clinic_scope(clinic):
            actions.change_details(
                clinic_id=clinic, patient_id=made.patient_id, language=code, phone=phone(321), by=OPERATOR
            )

    (made,) = record(clinic, person(name="Maria Nowak", language="en"))
    put_right("es")
    put_right("pl")
    record(clinic, person(name="Maria Nowak-Hill", language="en"))  # another detail has changed
    assert language() == "pl"
    record(clinic, person(name="Maria Hill", language="nl"))
    assert language() == "nl"
    put_right("pl")
    put_right("nl")  # the source was right after all
    record(clinic, person(name="Maria Hill", language="en"))
    assert language() == "en"


def test_new_phone_replaces_the_old_and_none_takes_none_away(clinic: UUID) -> None:
    (made,) = record(clinic, person())
    record(clinic, person(phone=phone(322)))
    (without,) = record(clinic, person(phone=None))
    assert without.is_reachable
    with clinic_scope(clinic):
        assert queries.reach(clinic, [made.patient_id])[made.patient_id].phone == phone(322)
        assert queries.patients_at(clinic, messaging.phone_index(clinic, phone(321))) == []
    assert sql("SELECT is_current FROM contacts_address ORDER BY since") == [(False,), (True,)]


def test_person_without_a_phone_is_kept_and_not_reachable(clinic: UUID) -> None:
    (made,) = record(clinic, person(phone=None))
    assert not made.is_reachable
    with clinic_scope(clinic):
        assert queries.reach(clinic, [made.patient_id])[made.patient_id].phone is None


def test_family_shares_a_phone(clinic: UUID) -> None:
    record(clinic, person(name="Ann Lee"), person(322, name="Zoë Lee", phone=phone(321)))
    with clinic_scope(clinic):
        people = queries.patients_at(clinic, messaging.phone_index(clinic, phone(321)))
    assert [one.name for one in people] == ["Ann Lee", "Zoë Lee"]


def test_people_without_record_number_are_told_apart_by_birth_date(clinic: UUID) -> None:
    same = {"record_number": None, "name": "Ann Lee"}
    made = record(
        clinic,
        person(**same),
        person(**same, birth_date=date(1990, 1, 1)),
        person(**same),
    )
    assert len({one.patient_id for one in made}) == 2


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kow", ["Joanna Kowalska"]),
        ("KOWALSKA joanna", ["Joanna Kowalska"]),
        ("remi", ["Rémi Lefèbvre"]),
        ("lefebvre", ["Rémi Lefèbvre"]),
        ("Joanna Lefebvre", []),
        ("walska", []),
        ("", []),
        ("   ", []),
        ("'; DROP TABLE", []),
    ],
)
def test_search_finds_by_the_beginnings_of_words(clinic: UUID, query: str, names: list[str]) -> None:
    record(clinic, person(name="Joanna Kowalska"), person(322, name="Rémi Lefèbvre"))
    assert found(clinic, query) == names


def test_search_and_phone_find_nobody_of_another_clinic(clinic: UUID) -> None:
    other = factories.make_clinic("quay-side").id
    record(clinic, person(name="Joanna Kowalska"))
    assert found(other, "Kowalska") == []
    with clinic_scope(other):
        assert queries.patients_at(other, messaging.phone_index(other, phone(321))) == []
        assert queries.patients_at(clinic, messaging.phone_index(other, phone(321))) == []


def test_same_person_of_two_clinics_has_nothing_in_common(clinic: UUID) -> None:
    other = factories.make_clinic("quay-side").id
    record(clinic, person())
    record(other, person())
    for table, column in (("contacts_patient", "identity_bi"), ("contacts_address", "value_bi")):
        rows = [bytes(row[0]) for row in sql(f"SELECT {column} FROM {table}")]
        assert len(set(rows)) == 2
    tokens = [set(row[0]) for row in sql("SELECT tokens FROM contacts_patient")]
    assert not tokens[0] & tokens[1]


def test_nothing_of_a_person_stands_in_plain(clinic: UUID) -> None:
    record(clinic, person(name="Grzegorz Brzęczyszczykiewicz", record_number="REC-777"))
    for table in ("contacts_patient", "contacts_address"):
        for (row,) in sql(f"SELECT t::text FROM {table} t"):
            for plain in ("Brz", "REC-777", "7700900321", "1948-03"):
                assert plain not in row
                assert plain.encode().hex() not in row


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip))
def test_any_name_comes_back_as_it_was(clinic: UUID, name: str) -> None:
    (made,) = record(clinic, person(name=name, record_number=None))
    with clinic_scope(clinic):
        view = queries.patient(clinic, made.patient_id)
    assert view is not None
    assert view.name == name


def test_two_at_once_who_bring_the_same_new_person_make_one(clinic: UUID) -> None:
    keys = keys_for(clinic)
    with psycopg.connect(cluster.superuser_url()) as other, ThreadPoolExecutor(1) as pool:
        (first,) = record(clinic, person(300, record_number="R-300"))
        other.execute(
            "UPDATE contacts_patient SET identity_bi = %s WHERE id = %s",
            (keys.blind_index("record", "R-321"), first.patient_id),
        )
        late = pool.submit(_recorded_elsewhere, clinic)
        _until_somebody_waits()
        other.commit()
        (second,) = late.result(timeout=30)
    assert (second.patient_id, second.is_new) == (first.patient_id, False)


def _recorded_elsewhere(clinic_id: UUID) -> list[Recorded]:
    try:
        return record(clinic_id, person())
    finally:
        connections.close_all()


def _until_somebody_waits() -> None:
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%contacts_patient%'"
    for _ in range(500):
        if sql(waits) != [(0,)]:
            return
        sleep(0.01)
    raise AssertionError("nobody waited")
