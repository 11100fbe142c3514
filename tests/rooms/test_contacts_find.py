"""Finding a person by what somebody types at a counter."""

from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recado.contacts import actions, looking, lookups, queries
from recado.contacts.types import PersonRecord
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from tests import factories
from tests.factories import person, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_clinic().id


def record(clinic_id: UUID, *people: PersonRecord) -> None:
    with clinic_scope(clinic_id):
        actions.record_people(clinic_id=clinic_id, people=people)


def found(clinic_id: UUID, query: str) -> list[str]:
    with clinic_scope(clinic_id):
        return sorted(hit.name for hit in queries.find(clinic_id, query, country="GB").hits)


@pytest.fixture
def people(clinic: UUID) -> UUID:
    record(
        clinic,
        person(321, name="Łukasz Wójcik", birth_date=date(1979, 3, 14)),
        person(322, name="Lucy O'Brien", birth_date=date(1948, 3, 14)),
        person(323, name="Jo Lukather", birth_date=None, record_number="NHS 943 476 5919"),
        PersonRecord("0321", "María José Fernández-Castellanos de la Santísima Trinidad", None),
    )
    return clinic


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("luk", ["Jo Lukather", "Łukasz Wójcik"]),
        ("LUKASZ", ["Łukasz Wójcik"]),
        ("woj lukasz", ["Łukasz Wójcik"]),
        ("jo luk", ["Jo Lukather"]),
        ("jo", ["Jo Lukather"]),
        ("obrien", ["Lucy O'Brien"]),
        ("castellanos fern", ["María José Fernández-Castellanos de la Santísima Trinidad"]),
        ("07700 900 321", ["Łukasz Wójcik"]),
        ("+447700900321", ["Łukasz Wójcik"]),
        ("0321", ["María José Fernández-Castellanos de la Santísima Trinidad", "Łukasz Wójcik"]),
        ("luk 0321", ["Łukasz Wójcik"]),
        ("٠٣٢١ luk", ["Łukasz Wójcik"]),
        ("r-322", ["Lucy O'Brien"]),
        ("nhs 943 476 5919", ["Jo Lukather"]),
        ("14/3/1979", ["Łukasz Wójcik"]),
        ("1948-03-14 lucy", ["Lucy O'Brien"]),
        ("31/2/1979", []),
        ("luk 0322", []),
        ("zzz", []),
        ("   ", []),
        ("'; --", []),
    ],
)
def test_person_is_found(people: UUID, query: str, expected: list[str]) -> None:
    assert found(people, query) == expected


def test_other_clinic_finds_nobody(people: UUID) -> None:
    other = factories.make_clinic("elsewhere").id
    assert [found(other, query) for query in ("luk", "0321", "14/3/1979", "07700 900 321")] == [[], [], [], []]


def test_search_says_when_more_fit(clinic: UUID) -> None:
    record(clinic, *(person(last, name=f"Ann Lee{'x' * last}") for last in range(1, 5)))
    with clinic_scope(clinic):
        few, all_of_them = (queries.find(clinic, "ann", most=most) for most in (3, 4))
    assert (len(few.hits), few.is_cut) == (3, True)
    assert (len(all_of_them.hits), all_of_them.is_cut) == (4, False)


def test_statements_do_not_grow_with_the_hits(clinic: UUID) -> None:
    counts = []
    for most in (1, 30):
        record(clinic, *(person(last, name=f"Ann Number{last}") for last in range(1, most + 1)))
        with clinic_scope(clinic), CaptureQueriesContext(connection) as caught:
            queries.find(clinic, "ann 0001", country="GB")
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_number_with_a_country_code_is_read_as_such() -> None:
    (term,) = looking.read("+33 6 39 98 01 23", "GB").terms
    assert term.phone == Phone("+33639980123")


def test_american_dates_have_the_month_first() -> None:
    assert looking.read("3/14/1979", "US").terms[0].born == date(1979, 3, 14)


def test_rows_from_before_the_look_ups_are_filled_by_migrate(people: UUID) -> None:
    other = factories.make_clinic("elsewhere").id
    record(other, person(555, name="Ann Lee"))
    sql("UPDATE contacts_address SET last4_bi = NULL")
    sql("UPDATE contacts_patient SET birth_bi = NULL")
    assert (found(people, "luk 0321"), found(people, "14/3/1979")) == ([], [])
    assert lookups.complete() == 4 + 3  # phones, birth dates
    assert (found(people, "luk 0321"), found(people, "14/3/1979"), found(other, "0555")) == (
        ["Łukasz Wójcik"],
        ["Łukasz Wójcik"],
        ["Ann Lee"],
    )
    assert lookups.complete() == 0


def test_filling_goes_on_past_a_clinic_whose_keys_were_shredded(people: UUID) -> None:
    other = factories.make_clinic("elsewhere").id
    record(other, person(555, name="Ann Lee"))
    sql("UPDATE contacts_address SET last4_bi = NULL")
    sql("DELETE FROM foundation_datakey WHERE clinic_id = %s", (people,))
    lookups.complete()
    assert sql("SELECT count(*) FROM contacts_address WHERE last4_bi IS NULL") == [(3,)]
