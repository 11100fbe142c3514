"""README promises commands and a picture: they are there."""

import re
import struct
from pathlib import Path

from recado.launch import console

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CODE = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", README, re.DOTALL))
PICTURE = ROOT / "docs/images/today.png"


def test_make_targets_in_readme_are_listed_by_bare_make() -> None:
    listed = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", CODE))
    assert {"run", "test"} <= named
    assert named - listed == set()


def test_recado_commands_in_readme_exist() -> None:
    assert set(re.findall(r"\brecado ([a-z-]+)", CODE)) - set(console.names()) == set()


def test_readme_shows_one_picture_of_the_product() -> None:
    assert re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README) == [str(PICTURE.relative_to(ROOT))]
    assert struct.unpack(">II", PICTURE.read_bytes()[16:24]) == (1440, 900)
