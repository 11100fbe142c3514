"""The texts around the questions of surveys, for whoever shows or changes them. Wired under TEXTS."""

from collections.abc import Sequence
from uuid import UUID

from recado.clinics import queries as clinics
from recado.messaging.queries import Spoken, Value, sample_link
from recado.messaging.types import TextRoom

from . import book, letters
from .types import Question
from .wordings import VALUES


def room(clinic_id: UUID) -> TextRoom:
    """What may be written around a question. Call it inside `clinic_scope`."""
    first = [one.questions[0] for one in book.live(clinic_id) if one.questions]
    usual: dict[str, Value] = {
        "clinic": clinics.clinic_settings(clinic_id).name,
        "name": letters.SAMPLE_NAME,
        "link": sample_link(),
        **_asked(first[:1], longest=False),
    }
    longest = {**usual, "name": letters.LONG_NAME, **_asked(first, longest=True)}
    return TextRoom(letters.LEVELS, VALUES, frozenset({"clinic"}), frozenset(), usual, longest)


def _asked(questions: Sequence[Question], *, longest: bool) -> dict[str, Value]:
    """A question of the clinic's and the sentence on how to answer, in each language that it is in; or the longest of all."""
    asked: dict[str, list[tuple[str, str]]] = {}
    for question in questions:
        for language, said in question.says.items():
            asked.setdefault(language, []).append((said.text, letters.how(question, language)))
    chosen = {
        language: max(pairs, key=lambda pair: len(pair[0]) + len(pair[1])) if longest else pairs[0]
        for language, pairs in asked.items()
    }
    return {
        "question": Spoken({language: pair[0] for language, pair in chosen.items()}),
        "how": Spoken({language: pair[1] for language, pair in chosen.items()}),
    }
