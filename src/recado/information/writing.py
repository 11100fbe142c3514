"""A page as JSON holds it, and back; and what is wrong with one. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from recado.foundation.text import gettext_noop
from recado.foundation.works import Fault, faults_of, in_order, is_plain
from recado.information.types import Page, PageKind, UnreadablePage, Words

LONGEST_TITLE, LONGEST_BODY = 80, 12_000  # letters: a page stays under 60 KB
MOST_LANGUAGES = 20

FAULTS: dict[str, str] = {
    "no_name": gettext_noop("Give the page a name."),
    "no_title": gettext_noop("Give the page a title in this language."),
    "long_title": gettext_noop("A title has at most 80 letters."),
    "no_body": gettext_noop("Write the page in this language, or empty its title to leave the language out."),
    "long_body": gettext_noop("A page has at most 12,000 letters. Make two of it."),
    "unseen": gettext_noop("Leave control characters out."),
}


def to_json(page: Page) -> dict[str, Any]:
    return {
        "name": page.name,
        "kind": page.kind.value,
        "on_visits": page.on_visits,
        "services": list(page.services),
        "sites": list(page.sites),
        "languages": list(page.says),  # works.in_order
        "says": {language: [words.title, words.body] for language, words in page.says.items()},
    }


def from_json(key: str, version: int, held: Mapping[str, Any]) -> Page:
    """Raises UnreadablePage."""
    try:
        said = in_order(held["says"], map(str, held.get("languages", ())))
        says = {language: Words(str(title), str(body)) for language, (title, body) in said.items()}
        return Page(
            key,
            version,
            str(held["name"]),
            PageKind(held["kind"]),
            says,
            bool(held["on_visits"]),
            tuple(map(str, held["services"])),
            tuple(map(str, held["sites"])),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadablePage(f"{key} v{version}: {type(error).__name__}") from error


def faults(page: Page) -> list[Fault]:
    """Every fault of a page; none: it can be published."""
    return faults_of(page.name, page.says, _of_words)


def _of_words(words: Words) -> Iterator[str]:
    if not words.title.strip():
        yield "no_title"
    if not words.body.strip():
        yield "no_body"
    if len(words.title) > LONGEST_TITLE:
        yield "long_title"
    if len(words.body) > LONGEST_BODY:
        yield "long_body"
    if not is_plain(words.title) or not is_plain(words.body, "\n\t"):
        yield "unseen"
