"""The texts of a survey: its own questions, and the words around them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import Privacy, Purpose, PurposeGroup
from recado.contacts.types import Reach
from recado.journeys.types import Sample
from recado.messaging import actions as messaging
from recado.messaging import queries as wording
from recado.messaging.types import LinkWish

from .models import Response
from .types import KIND, SCALES, WITH_CHOICES, Question, QuestionKind, Saying, Survey, Way
from .wordings import HOW, HOW_VALUES, VALUES, WORD, WORDINGS

ANSWERS_COUNT = timedelta(days=14)  # behind the visit: later the memory of it is another
LEVELS = {key: {Privacy.NEUTRAL: texts} for key, texts in WORDINGS.items()}
TEXTS = wording.wordings(LEVELS, VALUES)
_HOW = wording.define_all(HOW, HOW_VALUES)
_WORD = wording.define_all({"word": WORD}, ())["word"]
_HOW_OF = {
    QuestionKind.RATE: "scale",
    QuestionKind.RECOMMEND: "scale",
    QuestionKind.CHOICE: "choice",
    QuestionKind.SEVERAL: "several",
    QuestionKind.YES_NO: "yes_no",
    QuestionKind.CALL: "yes_no",
    QuestionKind.WORDS: "words",
}


def saying(question: Question, language: str) -> tuple[str, Saying]:
    """The question in a person's language, or in the survey's first; and which language that is."""
    base = language.lower().replace("_", "-").partition("-")[0]
    chosen = base if base in question.says else next(iter(question.says))
    return chosen, question.says[chosen]


def person(clinic_id: UUID, response: Response) -> Reach:
    """Whom the survey speaks with: the patient, or whoever is told in their place. Call it inside `clinic_scope`."""
    return consent.recipients(clinic_id, [response.patient_id], PurposeGroup.SURVEY)[response.patient_id]


def ends_at(response: Response) -> datetime:
    """Until when answers to this survey count."""
    return response.visited_at + ANSWERS_COUNT


def first(clinic_id: UUID, wanted: Sequence[tuple[Response, Survey, Reach]]) -> list[str]:
    """The text that begins each survey: its first question, a link, or both; a link where no answer would reach us. Call it
    inside `clinic_scope`."""
    way_of = wording.ways(clinic_id)
    chosen = []
    for _, survey, person in wanted:
        sender = way_of(person.phone, Purpose.SURVEY, None)
        chosen.append(survey.way if sender is None or sender.is_heard else Way.PAGE)
    wishes = [
        LinkWish(KIND, response.id, response.patient_id, person.phone_bi, ends_at(response))
        for (response, _, person), way in zip(wanted, chosen, strict=True)
        if way is not Way.TEXT
    ]
    made = iter(messaging.make_links(clinic_id=clinic_id, wishes=wishes))
    return [
        _begins(clinic_id, survey, way, person.language, person.first_name, "" if way is Way.TEXT else next(made))
        for (_, survey, person), way in zip(wanted, chosen, strict=True)
    ]


_BEGINS = {Way.TEXT: "survey_ask", Way.PAGE: "survey_link", Way.BOTH: "survey_both"}


def _begins(clinic_id: UUID, survey: Survey, way: Way, language: str, name: str, link: str) -> str:
    question = survey.questions[0]
    spoken, said = saying(question, language)
    asked = after_name(said.text) if name else said.text
    values = {"name": name, "question": asked, "how": how(question, spoken), "link": link}
    return _said(clinic_id, _BEGINS[way], language, values)


def after_name(question: str) -> str:
    """A question as it goes on after a name and a comma: "Eleanor, how was your visit?". A word in capitals stays,
    and so do the polite German "Sie" and "Ihr"."""
    opening = question[: len(question) - len(question.lstrip("¿¡ "))]
    word, _, rest = question[len(opening) :].partition(" ")
    if not rest or word[1:] != word[1:].lower() or word in ("I", "Sie", "Ihr", "Ihre", "Ihnen"):
        return question
    return opening + word[:1].lower() + question[len(opening) + 1 :]


def _said(clinic_id: UUID, key: str, language: str, values: Mapping[str, str]) -> str:
    """In the clinic's own words, where it has some. Call it inside `clinic_scope`."""
    clinic = clinics.clinic_settings(clinic_id)
    return wording.say(clinic_id, TEXTS, key, language, {"clinic": clinic.name, **values}, clinic.default_language)


# An invented person, and the longest that is likely: what the editor shows and counts by.
SAMPLE_NAME, LONG_NAME, SAMPLE_LINK = "Eleanor", "Christopher", "https://hsc.example/r/k7QdX2mP9a"


def samples(clinic_id: UUID, survey: Survey) -> dict[str, Sample]:
    """The text that begins a survey, by language. Call it inside `clinic_scope`."""
    link = "" if survey.way is Way.TEXT else SAMPLE_LINK
    return {
        language: Sample(
            *(_begins(clinic_id, survey, survey.way, language, name, link) for name in (SAMPLE_NAME, LONG_NAME))
        )
        for language in survey.languages
    }


def by_link(clinic_id: UUID, response: Response, person: Reach) -> str:
    """The text with a link and no question. Call it inside `clinic_scope`."""
    wish = LinkWish(KIND, response.id, response.patient_id, person.phone_bi, ends_at(response))
    (link,) = messaging.make_links(clinic_id=clinic_id, wishes=[wish])
    return _said(clinic_id, "survey_link", person.language, {"name": person.first_name, "link": link})


def following(clinic_id: UUID, question: Question, person: Reach) -> str:
    """The text that asks the next question. Call it inside `clinic_scope`."""
    language, said = saying(question, person.language)
    return _said(clinic_id, "survey_next", person.language, {"question": said.text, "how": how(question, language)})


def say(clinic_id: UUID, template: str, person: Reach, link: str = "") -> str:
    """A text that asks nothing. Call it inside `clinic_scope`."""
    return _said(clinic_id, template, person.language, {"link": link})


def how(question: Question, language: str) -> str:
    """The sentence on how to answer by text."""
    _, said = saying(question, language)
    values = {"low": said.least, "high": said.most}
    if question.kind in SCALES:
        least, most = SCALES[question.kind]
        values |= {"least": str(least), "most": str(most)}
    if question.kind in WITH_CHOICES:
        values["options"] = ", ".join(f"{at} {choice}" for at, choice in enumerate(said.choices, 1))
    return wording.render(_HOW[_HOW_OF[question.kind]], language, values).text


def word_for(language: str) -> str:
    """What a survey is called where we ask back which is meant."""
    return wording.render(_WORD, language, {}).text


def templates() -> Collection[str]:
    """The keys of the texts that a journey may name."""
    return (KIND,)
