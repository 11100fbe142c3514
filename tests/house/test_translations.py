"""Every text of the pages exists in every language, with the same placeholders, and none is kept for nothing."""

from babel.messages.pofile import read_po

from recado.web.languages import OWN_NAMES
from tests.pages import SRC
from tools import messages


def test_every_text_is_translated() -> None:
    assert messages.check(SRC) == []


def test_there_is_one_catalogue_a_language() -> None:
    assert {po.parent.parent.name for po in messages.catalogues(SRC)} == set(OWN_NAMES)


def test_no_catalogue_keeps_what_nobody_says() -> None:
    said = {key[:2] for key in messages.texts(SRC)}
    for po in messages.catalogues(SRC):
        with po.open("rb") as text:
            catalogue = read_po(text)
        kept = {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in catalogue if m.id}
        assert kept - said == set(), po
