"""The tool that looks after translations finds what is missing and what is wrong."""

from pathlib import Path

import pytest

from tools import messages

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext
_("Hello")
_("Hello %(name)s")
ngettext("%(n)s text", "%(n)s texts", 2)
pgettext("verb", "Book")
"""
TEMPLATE = '{% load i18n %}<p>{% translate "It\'s on" %}</p>{% blocktranslate %}Dear {{ name }}{% endblocktranslate %}'
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
ENTRIES = {
    "Hello": 'msgid "Hello"\nmsgstr "Bonjour"\n',
    "Hello name": 'msgid "Hello %(name)s"\nmsgstr "Bonjour %(name)s"\n',
    "texts": 'msgid "%(n)s text"\nmsgid_plural "%(n)s texts"\nmsgstr[0] "%(n)s texte"\nmsgstr[1] "%(n)s textes"\n',
    "Book": 'msgctxt "verb"\nmsgid "Book"\nmsgstr "Réserver"\n',
    "It": 'msgid "It\'s on"\nmsgstr "C\'est prévu"\n',
    "Dear": 'msgid "Dear %(name)s"\nmsgstr "Chère, cher %(name)s"\n',
}


@pytest.fixture
def src(tmp_path: Path) -> Path:
    (tmp_path / "pages.py").write_text(CODE)
    (tmp_path / "web/templates").mkdir(parents=True)
    (tmp_path / "web/templates/page.html").write_text(TEMPLATE)
    catalogue(tmp_path, ENTRIES)
    return tmp_path


def catalogue(src: Path, entries: dict[str, str]) -> Path:
    po = src / "web/locale/fr/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_text(HEAD + "\n".join(entries.values()), "utf-8")
    return po


def test_nothing_is_wrong_when_all_is_translated(src: Path) -> None:
    assert messages.check(src) == []
    assert len(messages.texts(src)) == len(ENTRIES)


@pytest.mark.parametrize("missing", ENTRIES)
def test_text_is_named_when_its_translation_is_missing(src: Path, missing: str) -> None:
    catalogue(src, {name: entry for name, entry in ENTRIES.items() if name != missing})
    [fault] = messages.check(src)
    assert "not in the catalogue" in fault
    assert missing.split()[0] in fault or missing == "texts"


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Hello %(name)s"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Hello %(name)s"\nmsgstr "Bonjour %(name)s"\n', "fuzzy"),
        ('msgid "Hello %(name)s"\nmsgstr "Bonjour"\n', "lost a placeholder"),
        ('msgid "Hello %(name)s"\nmsgstr "Bonjour %(nom)s"\n', "the original has not"),
    ],
)
def test_translation_is_refused_when_it_is_no_use(src: Path, entry: str, fault: str) -> None:
    catalogue(src, {**ENTRIES, "Hello name": entry})
    [said] = messages.check(src)
    assert fault in said


def test_new_texts_are_added_empty_when_catalogues_are_updated(src: Path) -> None:
    catalogue(src, {"Hello": ENTRIES["Hello"]})
    assert messages.update(src) == len(ENTRIES) - 1
    assert messages.update(src) == 0
    assert {said.split(": ")[1] for said in messages.check(src)} == {"not translated"}


def test_catalogue_is_compiled_when_it_is_newer_than_what_was_compiled(src: Path) -> None:
    import gettext

    assert messages.compile_all(src) == 1
    assert messages.compile_all(src) == 0
    with (src / "web/locale/fr/LC_MESSAGES/django.mo").open("rb") as compiled:
        french = gettext.GNUTranslations(compiled)
    assert french.gettext("Hello") == "Bonjour"
    assert french.ngettext("%(n)s text", "%(n)s texts", 3) == "%(n)s textes"
    assert french.pgettext("verb", "Book") == "Réserver"
