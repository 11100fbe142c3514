"""The table of calling codes says of every number what libphonenumber says of it."""

import subprocess
import sys

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberFormat, PhoneNumberType

from recado.foundation.phone import Phone, country_of

CODES = {code: names for code, names in COUNTRY_CODE_TO_REGION_CODE.items() if names != ("001",)}
SHARED = [code for code, names in CODES.items() if len(names) > 1]


def library(number: str) -> str | None:
    """None where it knows no such number."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return None
    return None if region in (None, "ZZ", "001") else region


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """In E.164, of codes that countries share above all."""
    code = draw(st.one_of(st.sampled_from(SHARED), st.sampled_from(sorted(CODES))))
    lengths = PhoneMetadata.metadata_for_region(CODES[code][0]).general_desc.possible_length
    length = draw(st.sampled_from([one for one in lengths if one > 1]))
    first = draw(st.sampled_from("0123456789" if code == 39 else "123456789"))
    return f"+{code}{first}{draw(st.text('0123456789', min_size=length - 1, max_size=length - 1))}"


@given(numbers())
def test_country_is_the_librarys_or_one_of_its_code(number: str) -> None:
    known, found = library(number), country_of(Phone(number))
    assert found == known if known else found is not None


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_usual_numbers_of_each_country_are_its_own(region: str) -> None:
    for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is not None:
            number = phonenumbers.format_number(example, PhoneNumberFormat.E164)
            assert country_of(Phone(number)) == library(number), kind


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+447781123456", "GG"),
        ("+447797123456", "JE"),
        ("+447624123456", "IM"),
        ("+447700900123", "GB"),
        ("+16135550142", "CA"),
        ("+12425550142", "BS"),
        ("+12125550142", "US"),
        ("+79161234567", "RU"),
        ("+77011234567", "KZ"),
        ("+390669812345", "VA"),
        ("+390612345678", "IT"),
        ("+4779123456", "SJ"),
        ("+888123456789", None),
        ("+2101234567", None),
    ],
)
def test_neighbours_with_one_code_are_told_apart(number: str, country: str | None) -> None:
    assert country_of(Phone(number)) == country


def test_telling_a_country_loads_no_library() -> None:
    code = (
        "import sys; from recado.foundation.phone import country_of, Phone;"
        "assert country_of(Phone('+16135550142')) == 'CA'; assert 'phonenumbers' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
