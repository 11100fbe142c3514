"""The reference pages are written from the code: `make docs`. Here it shows if they are behind."""

from pathlib import Path

from recado.launch import console
from recado.launch.environment import SETTINGS
from tools import reference

ROOT = Path(__file__).resolve().parents[2]


def test_reference_pages_are_up_to_date() -> None:
    assert [
        page.name for page, text in reference.pages().items() if not page.exists() or page.read_text("utf-8") != text
    ] == []


def test_every_setting_is_described() -> None:
    text = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    assert [setting.name for setting in SETTINGS if f"`{setting.name}`" not in text] == []


def test_every_command_says_what_it_does() -> None:
    for name in console.names():
        assert console.summary(name).endswith("."), f"the docstring of {name} must begin with one whole sentence"


def test_every_variable_in_the_code_is_a_setting() -> None:
    import re

    internal = {"RECADO_WEB_THREADS", "RECADO_SUPERVISED", "RECADO_DB_ROLE", "RECADO_PYTHON"}
    known = {setting.name for setting in SETTINGS} | internal
    used = set()
    for path in (ROOT / "src").rglob("*.py"):
        used |= set(re.findall(r"environ(?:\.get\(|\[)\s*[\"'](RECADO_\w+)", path.read_text("utf-8")))
    assert used - known == set()
