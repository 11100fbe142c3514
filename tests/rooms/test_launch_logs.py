"""Log lines: what happened and where, nothing of a person."""

import logging
import sys
from types import SimpleNamespace

import pytest

from recado.launch.logs import PlainFormatter, mask


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("recado.rooms", logging.WARNING, __file__, 1, message, args, None)
    vars(made).update(extra)
    return made


@pytest.mark.parametrize(
    "number", ["+447700900123", "+44 7700 900 123", "00447700900123", "+33 6 39 98 12 34", "+1 (202) 555-0123"]
)
def test_number_is_masked_when_it_stands_in_a_message(number: str) -> None:
    line = PlainFormatter().format(record("refused by the carrier for %s, twice", number))
    assert line.endswith("refused by the carrier for +…, twice")


@pytest.mark.parametrize(
    "text", ["3000 of 20000 done in 12.5 s", "clinic 0193a1b2-7700-7900-8123-000000000000", "port 54991"]
)
def test_other_digits_stay_when_a_line_is_masked(text: str) -> None:
    assert mask(text) == text


def test_text_of_an_exception_is_left_out_when_it_is_logged() -> None:
    try:
        raise ValueError("Ottoline Planted has no phone")
    except ValueError:
        made = record("a job failed")
        made.exc_info = sys.exc_info()
    line = PlainFormatter().format(made)
    assert "Ottoline" not in line
    assert "ValueError" in line
    assert "\n" not in line


def test_address_of_a_request_is_left_out_when_a_page_fails() -> None:
    request = SimpleNamespace(
        method="POST", path="/r/secret-token", resolver_match=SimpleNamespace(route="r/<str:token>")
    )
    line = PlainFormatter().format(
        record("%s: %s", "Internal Server Error", request.path, request=request, status_code=500)
    )
    assert "secret-token" not in line
    assert line.endswith("POST r/<str:token> 500")


def test_address_is_left_out_when_no_page_matched() -> None:
    request = SimpleNamespace(method="GET", path="/patients/Ottoline", resolver_match=None)
    assert "Ottoline" not in PlainFormatter().format(
        record("Not Found: %s", request.path, request=request, status_code=404)
    )


def test_line_begins_with_the_time_in_utc_when_formatted() -> None:
    assert PlainFormatter().format(record("x", created=0.0)).startswith("1970-01-01T00:00:00Z WARNING recado.rooms: x")
