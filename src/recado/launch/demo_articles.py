"""The articles of the demo clinic as its file has them, in six languages. Pure."""

from collections.abc import Iterator
from importlib import resources

from recado.knowledge.types import Article, Saying, Topic


def articles() -> Iterator[Article]:
    """Every article of the demo, in the order of the file."""
    key, topic, name = "", Topic.OTHER, ""
    says: dict[str, dict[str, str]] = {}
    for line in resources.files(__package__).joinpath("demo_articles.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            if key:
                yield _article(key, topic, name, says)
            key, _, rest = line[1:].partition("] ")
            code, _, name = rest.partition(" | ")
            topic, says = Topic(code), {}
        elif line and not line.startswith("#"):
            language, mark, words = line.split(" ", 2)
            says.setdefault(language, {})[mark] = words.replace("\\n", "\n")
    yield _article(key, topic, name, says)


def _article(key: str, topic: Topic, name: str, says: dict[str, dict[str, str]]) -> Article:
    said = {
        language: Saying(words["?"], tuple(words["~"].split("; ")), words["="], words.get("+", ""))
        for language, words in says.items()
    }
    return Article(key, 0, name, topic, said)
