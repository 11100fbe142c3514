"""The pages' style sheet, icons, markup and weight."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from recado.launch.handset.views import STORY_ICONS
from recado.web.icons import BODIES
from tests import pages
from tests.pages import CSS, SRC

TEMPLATES = sorted(SRC.rglob("templates/**/*.html"))
SCRIPTS = sorted(path for path in (SRC / "recado").rglob("static/**/*.js") if "vendor" not in path.parts)
WEIGHT = 60_000  # octets of a patient's page before fonts, uncompressed


def test_both_dark_blocks_are_the_same() -> None:
    css = CSS.read_text("utf-8")
    by_system = re.search(r":root:not\(\[data-theme=light\]\)\{(.*?)\n\}\}", css, re.S)
    by_choice = re.search(r":root\[data-theme=dark\]\{(.*?)\n\}", css, re.S)
    assert by_system and by_choice
    assert by_system[1] == by_choice[1]
    assert by_choice[1].count("--") > 30


def test_every_colour_has_a_dark_value() -> None:
    css = CSS.read_text("utf-8")
    light, dark = (
        set(re.findall(r"--[\w-]+(?=:#)", css.split(mark)[1].split("}")[0])) for mark in (":root{", "=dark]{")
    )
    assert light - dark == set()


def test_style_sheet_asks_nobody_else() -> None:
    named = re.findall(r"url\(([^)]+)\)", CSS.read_text("utf-8"))
    assert named
    assert all((CSS.parent / name).is_file() for name in named)


def test_layout_knows_no_left_and_right() -> None:
    css = re.sub(r"/\*.*?\*/", "", CSS.read_text("utf-8"), flags=re.S)
    sided = re.findall(r"(?<![\w-])(?:margin|padding|border)-(?:left|right)|(?<![\w-])(?:left|right):", css)
    assert sided == [], "logical properties only: margin-inline-start, inset-inline-end"


def test_icons_kept_are_icons_shown() -> None:
    shown = {name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text("utf-8"))}
    shown |= {name for _, name, _ in STORY_ICONS}
    # Chips and story lines name theirs in Python; a word there that is an icon's name counts as shown.
    spoken = " ".join(path.read_text("utf-8") for path in (SRC / "recado/web").rglob("*.py"))
    shown |= {name for name in BODIES if f'"{name}"' in spoken}
    assert shown - set(BODIES) == set(), "run tools.icons"
    assert set(BODIES) - shown == set(), "tools.icons --drop"


def test_licences_lie_beside_what_they_are_for() -> None:
    assert "ISC License" in (SRC / "recado/web/LICENSE-Lucide-ISC.txt").read_text("utf-8")
    assert "MIT License" in (SRC / "recado/conversations/understanding/LICENSE-multilingual-e5-MIT.txt").read_text(
        "utf-8"
    )
    assert "SIL OPEN FONT LICENSE" in (CSS.parent.parent / "fonts/LICENSE-Inter-OFL.txt").read_text("utf-8").upper()


def test_patient_pages_are_sound() -> None:
    for name, response in pages.every_patient_page():
        assert pages.Reading(response.content.decode()).faults == [], name


def test_patient_pages_are_light() -> None:
    assets = CSS.stat().st_size + (CSS.parent.parent / "js/patient.js").stat().st_size
    for name, response in pages.every_patient_page("pl"):
        assert len(response.content) + assets < WEIGHT, name


def test_thumbs_find_every_button() -> None:
    """A patient's action is a button or a link that looks like one; both are at least 44 px high by their class."""
    for name, response in pages.every_patient_page():
        reading = pages.Reading(response.content.decode())
        assert all("btn" in (given.get("class") or "") for tag, given in reading.tags if tag == "button"), name


@pytest.mark.parametrize("template", ["404.html", "500.html"])
def test_bare_pages_are_sound(template: str) -> None:
    assert pages.Reading(render_to_string(template)).faults == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_obeys_the_policy(path: Path) -> None:
    source = path.read_text("utf-8")
    assert re.findall(r"\sstyle=|\son\w+=|javascript:|<style|<script(?![^>]*\ssrc=)|hx-on|\|safe\b", source) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_sets_no_markup(path: Path) -> None:
    source = path.read_text("utf-8")
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", source) == []
