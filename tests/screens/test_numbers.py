"""Numbers as each language writes them."""

import pytest
from django.utils import translation

from recado.web import numbers


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "75%"), ("fr", "75\xa0%"), ("es", "75\xa0%"), ("nl", "75%"), ("pl", "75%"), ("id", "75%")],
)
def test_share_is_written_as_the_reader_does(language: str, said: str) -> None:
    with translation.override(language):
        assert numbers.percent(0.75) == said
