"""What seems to be an answer about a visit and is not clear enough to act on: we ask once, with the numbers; the next time a person
reads it."""

from collections.abc import Sequence

from .models import Question
from .types import ASKED_AGAIN, Heard, Meaning, Read
from .understanding.reading import read
from .wish_notices import ask_again

_ANSWERING = ("YES", "OK", "NO", "NOT", "CONFIRM", "COME", "CANCEL", "CANNOT", "MAYBE", "MOVE", "LATER", "EARLIER")
_NO_ANSWER = frozenset(  # says something else, that a person should read
    {Meaning.QUESTION, Meaning.SYMPTOM_OR_EMERGENCY, Meaning.WRONG_NUMBER, Meaning.REFILL_REQUEST, Meaning.STOP}
)
_MOST_WORDS = 6  # so does who writes more


def ask_once(heard: Heard, questions: Sequence[Question]) -> Read | None:
    """Asks what is meant. None: it is no such answer, nothing like it is open, people talk here, or we have asked lately."""
    is_asked = any(not question.answers and not question.answer for question in questions)
    if not is_asked or heard.is_in_talk or not _seems_an_answer(heard) or heard.known.was_asked_again:
        return None
    words = ask_again(heard.clinic_id, heard.language)
    return Read("unclear", ASKED_AGAIN, words, patient_id=heard.patient_id)


def _seems_an_answer(heard: Heard) -> bool:
    """Few words, with a yes, a no or a number among them, or no words at all."""
    if "?" in heard.words or heard.understood.meaning in _NO_ANSWER:
        return False
    text = read(heard.words, heard.language)
    if len(text.words) > _MOST_WORDS:
        return False
    has_words = any(letter.isalpha() for letter in heard.words)
    return not has_words or text.has(*_ANSWERING) or any(word.isdecimal() for word in text.words)
