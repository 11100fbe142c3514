"""Numbers as people type them."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.foundation.phone import BadPhone, Phone, country_of, is_fictional, is_unusual, read_phone


@pytest.mark.parametrize(
    ("typed", "country", "expected"),
    [
        ("+447700900123", "GB", "+447700900123"),
        ("07700 900123", "GB", "+447700900123"),
        ("(07700) 900-123", "GB", "+447700900123"),
        ("0044 7700 900 123", "FR", "+447700900123"),
        ("tel:+44-7700-900123", "FR", "+447700900123"),
        ("+44 (0)7700 900123", "GB", "+447700900123"),
        ("\u200e+44 7700 900123\u202c", "GB", "+447700900123"),
        ("06 39 98 00 17", "FR", "+33639980017"),
        ("+33 6 39 98 00 17", "GB", "+33639980017"),
        ("06.39.98.00.17", "fr", "+33639980017"),
        ("020 7946 0017", "GB", "+442079460017"),
        ("+1 (212) 555-0142", "GB", "+12125550142"),
        ("٠٧٧٠٠ ٩٠٠١٢٣", "GB", "+447700900123"),
    ],
)
def test_number_is_read_when_typed_by_people(typed: str, country: str, expected: str) -> None:
    assert read_phone(typed, country) == Phone(expected)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("-", "empty"),
        ("none", "letters"),
        ("07700 900123 (mum)", "letters"),
        ("0800 FLOWERS", "letters"),
        ("+4477", "too_short"),
        ("0770", "too_short"),
        ("+44770090012345678", "too_long"),
        ("07700900123 07700900124", "too_long"),
        ("+999123456789", "not_possible"),
    ],
)
def test_number_is_refused_when_it_is_none(typed: str, code: str) -> None:
    with pytest.raises(BadPhone) as refused:
        read_phone(typed, "GB")
    assert refused.value.code == code
    assert refused.value.hint.endswith(".")


@given(st.text(max_size=30), st.sampled_from(["GB", "FR", "PL", "ES", "NL", "ID"]))
def test_any_text_gives_a_number_or_a_refusal_that_does_not_repeat_it(typed: str, country: str) -> None:
    try:
        phone = read_phone(typed, country)
    except BadPhone as refusal:
        digits = "".join(c for c in typed if c.isdigit())
        assert len(digits) < 4 or digits not in f"{refusal} {refusal.hint}"
    else:
        assert phone.e164.startswith("+")
        assert 8 <= len(phone.e164) <= 16
        assert read_phone(phone.e164, country) == phone


@given(st.integers(0, 999))
def test_numbers_for_fiction_are_known(number: int) -> None:
    assert is_fictional(Phone(f"+447700900{number:03}"))
    assert is_fictional(Phone(f"+441632960{number:03}"))
    assert is_fictional(Phone(f"+442079460{number:03}"))
    assert is_fictional(Phone(f"+3363998{number:04}"))
    assert is_fictional(Phone(f"+3319900{number:04}"))
    assert not is_fictional(Phone(f"+447700901{number:03}"))
    assert not is_fictional(Phone(f"+442079461{number:03}"))
    assert not is_fictional(Phone(f"+3363997{number:04}"))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+12125550100", True),
        ("+12125550199", True),
        ("+12125550200", False),
        ("+46701740605", True),
        ("+46701740699", True),
        ("+46701740604", False),
        ("+4477009001234", False),
    ],
)
def test_ranges_for_fiction_end_where_they_end(number: str, expected: bool) -> None:
    assert is_fictional(Phone(number)) is expected


def test_number_is_flagged_when_its_plan_does_not_know_it() -> None:
    assert is_unusual(read_phone("+447700900123", "GB"))
    assert not is_unusual(read_phone("+441212345678", "GB"))


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+447700900123", "GB"),
        ("+33639980017", "FR"),
        ("+12125550142", "US"),
        ("+48000000000", "PL"),
        ("+353201234567", "IE"),
    ],
)
def test_country_is_told_by_the_number(number: str, country: str) -> None:
    assert country_of(Phone(number)) == country


def test_number_is_masked_when_printed() -> None:
    phone = Phone("+447700900123")
    assert "900123" not in f"{phone} {phone!r} {[phone]}"


def test_reading_plain_numbers_loads_no_library() -> None:
    code = (
        "import sys; from recado.foundation.phone import read_phone, Phone;"
        "read_phone('+447700900123', 'GB'); print('phonenumbers' in sys.modules, 'django' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert done.stdout.split() == ["False", "False"]
