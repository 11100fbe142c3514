"""An article as JSON holds it, and back; and what is wrong with one. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from recado.foundation.text import gettext_noop
from recado.foundation.works import Fault, faults_of, is_plain
from recado.knowledge.types import Article, Saying, Topic, UnreadableArticle

LONGEST_QUESTION, LONGEST_SHORT, LONGEST_LONG = 160, 320, 8_000  # letters
MOST_OTHERS = 30

FAULTS: dict[str, str] = {
    "no_name": gettext_noop("Give the article a name."),
    "no_question": gettext_noop("Write the question in this language."),
    "long_question": gettext_noop("A question, and each other way to ask it, has at most 160 letters."),
    "many_others": gettext_noop("Write at most 30 other ways to ask."),
    "no_short": gettext_noop("Write the answer in this language, or empty its question to leave the language out."),
    "long_short": gettext_noop("An answer by text has at most 320 letters. What is more belongs on the page."),
    "long_long": gettext_noop("The page has at most 8,000 letters."),
    "unseen": gettext_noop("Leave control characters out."),
}


def to_json(article: Article) -> dict[str, Any]:
    return {
        "name": article.name,
        "topic": article.topic.value,
        # A list, since PostgreSQL sorts the keys of an object and the first language is the article's own.
        "says": [[code, one.question, list(one.others), one.short, one.long] for code, one in article.says.items()],
    }


def from_json(key: str, version: int, held: Mapping[str, Any]) -> Article:
    """Raises UnreadableArticle."""
    try:
        says = {
            str(code): Saying(str(question), tuple(map(str, others)), str(short), str(long))
            for code, question, others, short, long in held["says"]
        }
        return Article(key, version, str(held["name"]), Topic(held["topic"]), says)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableArticle(f"{key} v{version}: {type(error).__name__}") from error


def faults(article: Article) -> list[Fault]:
    """Every fault of an article; none: it can be published."""
    return faults_of(article.name, article.says, _of)


def _of(said: Saying) -> Iterator[str]:
    ways = (said.question, *said.others)
    if not said.question.strip():
        yield "no_question"
    if any(len(one) > LONGEST_QUESTION for one in ways):
        yield "long_question"
    if len(said.others) > MOST_OTHERS:
        yield "many_others"
    if not said.short.strip():
        yield "no_short"
    if len(said.short) > LONGEST_SHORT:
        yield "long_short"
    if len(said.long) > LONGEST_LONG:
        yield "long_long"
    if not all(map(is_plain, (*ways, said.short))) or not is_plain(said.long, "\n\t"):
        yield "unseen"
