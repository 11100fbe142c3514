"""Every text that comes with the product, in every language, held against the lints that block."""

import importlib
from datetime import date
from pathlib import Path

import pytest

from recado.consent.types import Privacy
from recado.messaging.lints import Ground, longest_of, review

SOURCE = Path(__file__).parents[2] / "src"
TABLES = sorted(".".join(path.relative_to(SOURCE).with_suffix("").parts) for path in SOURCE.rglob("wordings.py"))
LANGUAGES = {"en", "fr", "nl", "pl", "es", "id", "de", "it", "pt"}
ON = date(2026, 11, 29)
LONG = {
    "clinic": "Harbour Street Clinic",
    "name": "Christopher",
    "clinician": "Dr Oyelaran-Smit",
    "link": "hsc.example/v/k7QdX2mP9a",
    "place": "Quay Pharmacy",
    "minutes": "45",
    "phone": "020 7946 0018",
}


@pytest.mark.parametrize("table", TABLES)
def test_product_text_passes_what_blocks_a_clinics_own_when_it_is_read(table: str) -> None:
    module = importlib.import_module(table)
    values = dict.fromkeys(module.VALUES, "12") | LONG
    for key, texts in module.WORDINGS.items():
        assert set(texts) == LANGUAGES, key
        for language, text in texts.items():
            ground = Ground("Harbour Street Clinic", "HSC", "GB", longest_of(language, ON, values), ON)
            blocking = [one for one in review(text, language, Privacy.PLACE_AND_TIME, ground) if one.blocks]
            assert not blocking, (key, language, text)


def test_tables_of_texts_are_found_when_they_are_looked_for() -> None:
    assert {"recado.appointments.wordings", "recado.care_events.wordings"} <= set(TABLES)
