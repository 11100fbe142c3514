"""A reason is a code, never a carrier's words: those may hold a person's number."""

import pytest

from recado.channels.over_http import unlisted


@pytest.mark.parametrize("code", ["21610", 1025, "ERR_42", "not-allowed.v2"])
def test_code_that_no_table_lists_is_kept(code: object) -> None:
    assert unlisted(code) == f"carrier_code_{code}"


@pytest.mark.parametrize(
    "said", ["Invalid number +447700900321", "447700900321", "to.447700900321", "See you on Thursday", "x" * 28, ""]
)
def test_words_and_numbers_of_people_are_left_out(said: str) -> None:
    assert unlisted(said) == "carrier_code_unlisted"
