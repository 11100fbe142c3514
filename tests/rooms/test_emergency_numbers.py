"""Where somebody in danger finds help: which countries have a number, and whose stands first."""

import dataclasses

import phonenumbers
import pytest

from recado.foundation.countries.table import ROWS
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.emergency_numbers import EMERGENCY_NUMBERS, emergency_number
from tests import factories

OLDER_IN_THE_LIBRARY = {"RS"}


@pytest.mark.parametrize("country", sorted({row.country for row in ROWS}))
def test_a_country_with_rules_of_its_own_has_a_number(country: str) -> None:
    assert EMERGENCY_NUMBERS[country]


@pytest.mark.parametrize("country", sorted(set(EMERGENCY_NUMBERS) - OLDER_IN_THE_LIBRARY))
def test_each_number_is_one_for_emergencies_to_another_table_too(country: str) -> None:
    assert phonenumbers.is_emergency_number(EMERGENCY_NUMBERS[country], country)


def test_the_clinics_own_number_stands_before_its_countrys(database: None) -> None:
    clinic = factories.make_clinic(country="GB")
    assert emergency_number(clinic) == "999"
    assert emergency_number(dataclasses.replace(clinic, emergency_number="112")) == "112"
    assert emergency_number(dataclasses.replace(clinic, country="SO")) == ""


@pytest.mark.parametrize(("country", "called"), [("US", "call 911 now"), ("SO", "text. Us: 020 7946 0100.")])
def test_what_is_answered_to_a_danger_names_the_number_where_there_is_one(
    database: None, country: str, called: str
) -> None:
    clinic = factories.make_clinic(country=country)
    with clinic_scope(clinic.id):
        assert called in messaging.danger_text(clinic.id, "en")
