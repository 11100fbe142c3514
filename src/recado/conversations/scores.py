"""Which score is this? By exact tables; only when the whole text says it. Pure.

"9", "9/10", "nine", "ok 8 👍", "4 étoiles", "⭐⭐⭐⭐" are scores. "8 or 9", "7-8", "8.5", "not 9", "9?" and "10 minutes late" are
not: they wait for a person. A number word is read in any of our languages; none of them means two numbers (tested).
"""

import re

from recado.foundation.text import without_courtesy, words_of

NUMBERS: dict[str, str] = {
    "en": "zero one two three four five six seven eight nine ten",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix",
    "nl": "nul één twee drie vier vijf zes zeven acht negen tien",
    "pl": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez",
    "id": "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci",
    "pt": "zero um dois três quatro cinco seis sete oito nove dez",
}
"""From nothing to ten, in order."""

_MARKS = "jedynka dwójka trójka czwórka piątka szóstka siódemka ósemka dziewiątka dziesiątka"  # Polish, as at school
VALUE_OF = {words_of(word)[0]: value for line in NUMBERS.values() for value, word in enumerate(line.split())} | {
    words_of(word)[0]: value for value, word in enumerate(_MARKS.split(), 1)
}
"""What each word for a number says."""

# Said around a score without changing it.
_AROUND = frozenset(
    words_of(
        "a an i'd i would say give you it is it's that's my score is ok okay oké oke okej yes oui ja tak sí ya sim sì "
        "point points star stars je dirais note étoile étoiles punt punten ster sterren punkt punktów punkty gwiazdka gwiazdki "
        "gwiazdek punto puntos estrella estrellas poin bintang punkte sterne stern punti stelle stella ponto pontos estrelas "
        "👍 👌 ✅ ⭐ 🌟 ★ 💯"
    )
)
# "8 out of 10": these stand before the highest.
_OUT_OF = frozenset(words_of("out of sur van de op na dari von su em pada"))
_STARS = frozenset("⭐🌟★")
_SHARE = re.compile(r"(?<![\d.,/])(\d{1,2})\s*/\s*(\d{1,2})(?![\d.,/])")
# "7-8", "8.5", "8,5", "-3": no whole score.
BROKEN = re.compile(r"\d\s*[-–−~]\s*\d|\d[.,]\d|(?<!\w)[-−]\s*\d")
_QUESTION_MARKS = frozenset("?？؟¿")
_MOST_WORDS = 8


def read_score(text: str, least: int, most: int) -> int | None:
    """The score from `least` to `most` that the whole text gives; None: that is not certain."""
    if not _QUESTION_MARKS.isdisjoint(text) or BROKEN.search(text):
        return None
    share = _SHARE.findall(text)
    if len(share) > 1 or (share and int(share[0][1]) != most):
        return None
    words = without_courtesy(words_of(_SHARE.sub(r" \1 ", text)))
    if not words:
        return None
    if all(word in _STARS for word in words):
        return _within(len(words), least, most)
    return None if len(words) > _MOST_WORDS else _within(_only_number(words, most), least, most)


def read_several(text: str, most: int) -> str | None:
    """The choices that the whole text names, as their digits in order ("1, 3 and 4" is "134"; "0" is none of them). None:
    that is not certain. At most nine choices."""
    if not _QUESTION_MARKS.isdisjoint(text):
        return None
    words = [word for word in without_courtesy(words_of(text)) if word not in _AND]
    if len(words) == 1 and words[0].isdecimal():
        words = list(words[0])  # "134" typed without spaces
    if not words or not all(word.isdecimal() and len(word) == 1 for word in words):
        return None
    chosen = {int(word) for word in words}
    if chosen == {0}:
        return "0"
    return "".join(map(str, sorted(chosen))) if 0 not in chosen and max(chosen) <= most else None


_AND = frozenset(words_of("and et en i y dan und e & + plus"))


def _only_number(words: tuple[str, ...], most: int) -> int | None:
    """The one number among words that change nothing, once "out of ten" is taken off."""
    size = len(words)
    if size >= 3 and _value(words[-1]) == most and words[-2] in _OUT_OF:
        words = words[:-1]
        while words and words[-1] in _OUT_OF:
            words = words[:-1]
    values = [value for value in map(_value, words) if value is not None]
    others = [word for word in words if _value(word) is None]
    return values[0] if len(values) == 1 and all(word in _AROUND for word in others) else None


def _value(word: str) -> int | None:
    if word.isdecimal():
        return int(word) if len(word) < 3 else -1
    return VALUE_OF.get(word)


def _within(value: int | None, least: int, most: int) -> int | None:
    return value if value is not None and least <= value <= most else None
