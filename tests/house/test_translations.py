"""Every text of the pages exists in every language, with the same placeholders, and none is kept for nothing."""

from pathlib import Path

from babel.messages.pofile import read_po

from recado.web.languages import OWN_NAMES, PATIENTS_NAMES
from tests.pages import SRC
from tools import messages


def test_every_text_is_translated() -> None:
    assert messages.check(SRC) == []


def test_there_is_one_catalogue_a_language() -> None:
    assert {po.parent.parent.name for po in messages.catalogues(SRC)} == set(PATIENTS_NAMES)
    assert set(messages.PATIENTS_ONLY) == PATIENTS_NAMES.keys() - OWN_NAMES.keys()


def test_no_catalogue_keeps_what_nobody_says() -> None:
    said_anywhere = {key[:2] for key in messages.texts(SRC)}
    said_to_patients = {key[:2] for key in messages.said_to_patients(SRC)}
    for po in messages.catalogues(SRC):
        said = said_to_patients if po.parent.parent.name in messages.PATIENTS_ONLY else said_anywhere
        with po.open("rb") as text:
            catalogue = read_po(text)
        kept = {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in catalogue if m.id}
        assert kept - said == set(), po


def test_every_text_of_patients_pages_has_words_in_nine_languages() -> None:
    """A new text of a patient's page is refused until it has words in each; what only staff see is not asked of these three."""
    said = messages.said_to_patients(SRC)
    places = {place for its in said.values() for place in its}
    assert {
        "recado/web/templates/recado/patient/visit.html",
        "recado/web/booking_page.py",
        "recado/web/dates.py",
    } <= places
    assert not {place for place in places if "/inbox/" in place or place.endswith("shell.py")}
    found = messages.check(SRC)
    assert [fault for fault in found if fault.startswith(messages.PATIENTS_ONLY)] == []


def test_a_text_is_found_under_whatever_name_its_function_was_imported(tmp_path: Path) -> None:
    words = ("from django.utils.translation import gettext_lazy as _later, ngettext as _several", "_later('One')")
    (tmp_path / "said.py").write_text("\n".join([*words, "_several('One of %(n)s', 'Some of %(n)s', 2)"]), "utf-8")
    assert set(messages.texts(tmp_path)) == {(None, "One", None), (None, "One of %(n)s", "Some of %(n)s")}
