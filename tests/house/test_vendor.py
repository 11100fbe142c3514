"""Front-end code of others is the very file that its authors published."""

import re

from tests.pages import SRC
from tools import vendor


def test_vendored_files_are_those_of_the_list() -> None:
    assert vendor.check() == []


def test_nothing_asks_htmx_to_evaluate_words() -> None:
    """`hx-on`, `js:` values and trigger filters need `eval`, which the policy forbids."""
    for path in SRC.rglob("templates/**/*.html"):
        source = path.read_text("utf-8")
        assert re.findall(r"hx-on|js:|javascript:|hx-trigger=\"[^\"]*\[", source) == [], path.name
