"""The texts around a survey's questions, measured: one part with the longest likely name, and no letter that costs a part where the
language has another word."""

import pytest

from recado.messaging.segments import Encoding, measure
from recado.messaging.wording import define, render
from recado.surveys.catalogue import READY
from recado.surveys.letters import after_name, how, saying
from recado.surveys.types import Survey
from recado.surveys.wordings import HOW, HOW_VALUES, VALUES, WORDINGS

LANGUAGES = ("en", "fr", "nl", "pl", "es", "id", "de", "it", "pt")
LONG = {"clinic": "Harbour Street Clinic", "name": "Christopher", "link": "hsc.example/v/k7QdX2mP9a"}
OWN = {"question": "x", "how": "y", "low": "x", "high": "y", "least": "1", "most": "5", "options": "1 x, 2 y"}
NEEDS = {"pl"}  # letters that the language can't do without: two parts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", [*WORDINGS, *HOW])
def test_words_around_a_question_fit_one_part_when_values_are_long(key: str, language: str) -> None:
    texts, values = (WORDINGS, VALUES) if key in WORDINGS else (HOW, HOW_VALUES)
    size = measure(render(define(key, {language: texts[key][language]}, values), language, LONG | OWN).text)
    assert size.segments <= (2 if language in NEEDS else 1)
    assert language in NEEDS or size.encoding is Encoding.GSM7


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["survey_ask", "survey_both"])
@pytest.mark.parametrize("survey", READY, ids=lambda one: one.key)
def test_first_question_fits_one_text_when_it_is_asked(survey: Survey, key: str, language: str) -> None:
    spoken, said = saying(survey.questions[0], language)
    asked = after_name(said.text) if key == "survey_ask" else said.text
    values = {**LONG, "question": asked, "how": how(survey.questions[0], spoken)}
    text = render(define(key, {language: WORDINGS[key][language]}, VALUES), language, values).text
    assert measure(text).segments <= (2 if language in NEEDS else 1), text
