"""What the form of a survey says, as a survey. What can't be read stays as it was: the page shows it again."""

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest

from recado.clinics import queries as clinics
from recado.surveys.queries import LANGUAGES
from recado.surveys.types import SCALES, WITH_CHOICES, Only, Question, QuestionKind, Saying, Survey, Way
from recado.web.sign_in.at_work import clinic_of

LONGEST = 300  # letters of one field: more than is allowed, so that what is too long can be told of


def offered(request: HttpRequest) -> tuple[str, ...]:
    """The languages that a survey of this clinic may have: the product's, and the clinic's."""
    return tuple(dict.fromkeys((*LANGUAGES, *clinics.clinic_settings(clinic_of(request)).languages)))


def language_of(request: HttpRequest, content: Survey) -> str:
    """The language that is written: what was asked for where it is one, else the survey's first."""
    asked = request.POST.get("language") or request.GET.get("language", "")
    known = (*content.languages, *offered(request))
    return asked if asked in known else next(iter(content.languages), "en")


def survey(request: HttpRequest, content: Survey, language: str) -> Survey:
    """The survey with what the form says of it in one language."""
    sent = request.POST
    way = sent.get("way", "")
    return replace(
        content,
        name=sent.get("name", content.name).strip()[:80],
        way=Way(way) if way in set(Way) else content.way,
        services=tuple(one for part in sent.get("services", "").split(",") if (one := part.strip()[:120])),
        questions=tuple(_question(sent, at, question, language) for at, question in enumerate(content.questions)),
    )


def _question(sent: Mapping[str, str], at: int, question: Question, language: str) -> Question:
    if f"text-{at}" not in sent:
        return question
    kind = sent.get(f"kind-{at}", "")
    made = QuestionKind(kind) if kind in set(QuestionKind) else question.kind
    text, least, most = (sent.get(f"{name}-{at}", "").strip()[:LONGEST] for name in ("text", "least", "most"))
    choices = tuple(one.strip()[:LONGEST] for one in sent.get(f"choices-{at}", "").splitlines() if one.strip())
    said = Saying(
        text,
        least if made in SCALES else "",
        most if made in SCALES else "",
        choices[:20] if made in WITH_CHOICES else (),
    )
    says = {**question.says, language: said}
    if not text and language != next(iter(question.says)):
        says.pop(language)  # emptied: this language is not spoken any more
    return replace(
        question,
        kind=made,
        says=says,
        only_if=_only(sent, at),
        low=_number(sent.get(f"low-{at}", "")) if made in SCALES else None,
    )


def _only(sent: Mapping[str, str], at: int) -> Only | None:
    earlier = sent.get(f"if-{at}", "")
    if not earlier:
        return None
    least, most = _number(sent.get(f"if-least-{at}", "")), _number(sent.get(f"if-most-{at}", ""))
    return Only(earlier[:24], 0 if least is None else least, 10 if most is None else most)


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else None


def moved(content: Survey, do: str, language: str) -> Survey:
    """The survey after a button: a question more or less, or in another place."""
    verb, _, where = do.partition(":")
    questions = list(content.questions)
    if verb == "add":
        spoken = content.languages or (language,)
        questions.append(Question(_fresh(content), QuestionKind.RATE, {code: Saying("") for code in spoken}))
        return replace(content, questions=tuple(questions))
    at = _number(where)
    if at is None or at >= len(questions):
        return content
    match verb:
        case "up" if at:
            questions[at - 1], questions[at] = questions[at], questions[at - 1]
        case "down" if at + 1 < len(questions):
            questions[at + 1], questions[at] = questions[at], questions[at + 1]
        case "drop":
            questions.pop(at)
    return replace(content, questions=tuple(questions))


def _fresh(content: Survey) -> str:
    """A key that no question of it has."""
    taken = {question.key for question in content.questions}
    return next(key for number in range(1, 1000) if (key := f"q{number}") not in taken)
