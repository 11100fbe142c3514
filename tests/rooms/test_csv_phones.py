"""Phone cells as people type them and spreadsheets damage them. All numbers are reserved for fiction."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recado.integrations.csv_files import phones
from recado.integrations.csv_files.types import CellTrouble

UK = "+447700900123"


@pytest.mark.parametrize(
    ("cell", "country", "expected"),
    [
        ("07700 900123", "GB", UK),
        ("7700900123", "GB", UK),  # the spreadsheet took the zero
        ("7700900123.0", "GB", UK),
        ("7700900123,0", "GB", UK),
        ("447700900123", "GB", UK),
        ("+44 7700 900123", "FR", UK),
        ("+44 (0)7700 900123", "GB", UK),
        ("0044 (0) 7700-900.123", "FR", UK),
        ("(07700) 900 123", "GB", UK),
        ("'07700900123", "GB", UK),
        ("’07700900123", "GB", UK),
        ('="07700900123"', "GB", UK),
        ("０７７００ ９００１２３", "GB", UK),
        ("\u202a+44 7700 900123\u202c", "GB", UK),
        ("tel: 07700 900123", "GB", UK),
        ("Mob. 07700 900123", "GB", UK),
        ("07700900123 ext 12", "GB", UK),
        ("4.47700900123E+11", "GB", UK),  # every digit is still there
        ("7,700900123E+09", "GB", UK),
        ("07700 900123 / 07700 900456", "GB", UK),
        ("01632 960001 / 07700 900123", "GB", UK),
        ("01632 960001, 07700 900123", "GB", UK),
        ("01632 960001 or 07700 900123", "GB", UK),
        ("m: 07700 900123; h: 01632 960001", "GB", UK),
        ("06 39 98 00 12", "FR", "+33639980012"),
        ("639980012", "FR", "+33639980012"),
        ("06.39.98.00.12", "FR", "+33639980012"),
        ("06-39/98-00-12", "FR", "+33639980012"),
        ("6,39980012E+08", "FR", "+33639980012"),
        ("+33 (0)6 39 98 00 12", "PL", "+33639980012"),
    ],
)
def test_number_is_put_right_when_nothing_is_lost(cell: str, country: str, expected: str) -> None:
    found = phones.read(cell, country)
    assert found.phone is not None
    assert found.phone.e164 == expected
    assert not found.is_fixed


@pytest.mark.parametrize(
    "cell", ["", "  ", "-", "0", "0.0", "n/a", "brak", "Aucun", "tidak ada", "sin teléfono", "geen"]
)
def test_no_number_is_no_error_when_the_cell_says_so(cell: str) -> None:
    assert phones.read(cell, "GB") == phones.NO_NUMBER


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("6,12E+08", "phone_cut"),
        ("6.12E+08", "phone_cut"),
        ("4.47701E+11", "phone_cut"),
        ("7.7009E9", "phone_cut"),
        ("07700 9OO123", "phone_letters"),
        ("ask the daughter", "phone_letters"),
        ("07700 900", "phone_length"),
        ("07700 900123 99", "phone_length"),
        ("6,12E+08 / 01632 960001", "phone_cut"),
    ],
)
def test_number_is_refused_with_a_fix_when_it_is_damaged(cell: str, code: str) -> None:
    with pytest.raises(CellTrouble) as trouble:
        phones.read(cell, "GB")
    assert trouble.value.code == code
    assert "07700 900123" in trouble.value.fix
    assert cell not in trouble.value.reason


def test_fix_says_to_format_as_text_when_a_spreadsheet_cut_the_number() -> None:
    with pytest.raises(CellTrouble) as trouble:
        phones.read("6,12E+08", "FR")
    assert "cut" in trouble.value.reason
    assert "as text" in trouble.value.fix
    assert "06 39 98 00 12" in trouble.value.fix


def test_landline_is_told_when_there_is_no_mobile() -> None:
    assert phones.read("01632 960001", "GB").is_fixed
    assert phones.read("01 99 00 12 34", "FR").is_fixed


def test_number_is_unusual_when_it_belongs_to_another_country() -> None:
    assert phones.read("06 39 98 00 12", "GB").is_unusual  # a French mobile, read as British
    assert not phones.read("07700 900123", "GB").is_unusual


rests = st.integers(0, 999).map(lambda n: f"{n:03}")


@given(
    rests,
    st.lists(st.sampled_from([" ", "-", ".", "", "\u00a0", "/"]), min_size=12, max_size=12),
    st.sampled_from(["0", "", "+44", "0044", "+44 (0)"]),
)
def test_number_comes_back_when_people_group_it_as_they_like(rest: str, gaps: list[str], prefix: str) -> None:
    digits = f"7700900{rest}"
    typed = prefix + "".join(digit + gap for digit, gap in zip(digits, gaps, strict=False))
    # A slash with seven digits on each side (possible after 0044 alone) may part two numbers: refused, test below.
    assume(sum(len(re.findall(r"\d", part)) >= 7 for part in typed.split("/")) < 2)
    found = phones.read(typed, "GB")
    assert found.phone is not None
    assert found.phone.e164 == f"+44{digits}"


def test_slash_that_may_part_two_numbers_is_refused_rather_than_read_as_one() -> None:
    with pytest.raises(CellTrouble):
        phones.read("0044770/0900123", "GB")


@given(rests, st.integers(1, 12), st.sampled_from(".,"))
def test_number_is_right_or_refused_when_a_spreadsheet_wrote_it_as_a_power(rest: str, kept: int, point: str) -> None:
    """Never a number that differs from the one that was there: that would text a stranger."""
    digits = f"447700900{rest}"
    mantissa = f"{digits[0]}{point}{digits[1:kept]}" if kept > 1 else digits[0]
    damaged = f"{mantissa}E+{len(digits) - 1}"
    if kept < len(digits):
        with pytest.raises(CellTrouble, match="phone_cut"):
            phones.read(damaged, "GB")
    else:
        found = phones.read(damaged, "GB").phone
        assert found is not None
        assert found.e164 == f"+{digits}"


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_trouble_when_it_stands_in_a_phone_cell(cell: str) -> None:
    try:
        found = phones.read(cell, "GB").phone
    except CellTrouble:
        return
    assert found is None or re.fullmatch(r"\+[1-9]\d{5,14}", found.e164)
