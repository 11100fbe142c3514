"""Sentences about a file. Each is English by itself, for the console; `here()` gives it in the reader's language."""

from typing import Self

from django.utils.translation import gettext


class Sentence(str):
    """A sentence made of a marked text (`gettext_noop`) and what is put into it: `Sentence("Row %(n)s", n="3")`."""

    text: str
    values: dict[str, str]

    def __new__(cls, text: str, **values: str) -> Self:
        made = super().__new__(cls, text % values if values else text)
        made.text, made.values = text, values
        return made

    def here(self) -> str:
        """In the language that is active."""
        translated = gettext(self.text)
        return translated % {name: _here(value) for name, value in self.values.items()} if self.values else translated


def _here(value: str) -> str:
    """A part that is a sentence itself is translated too."""
    return value.here() if isinstance(value, Sentence) else value


def here(text: str) -> str:
    """Any text: a sentence in the reader's language, other text as it is."""
    return _here(text)
