"""What the form of a survey says, as a survey. What can't be read stays as it was: the page shows it again."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from django.http import HttpRequest

from recado.surveys.types import SCALES, WITH_CHOICES, Only, Question, QuestionKind, Saying, Survey, Way
from recado.web import editing

LONGEST = 300  # letters of one field: more than is allowed, so that what is too long can be told of


def survey(request: HttpRequest, content: Survey, language: str) -> Survey:
    """The survey with what the form says of it in one language."""
    sent = request.POST
    way = sent.get("way", "")
    return replace(
        content,
        version=0,
        name=sent.get("name", content.name).strip()[:80],
        way=Way(way) if way in set(Way) else content.way,
        services=editing.names(sent.get("services", "")),
        questions=tuple(_question(sent, question, language) for question in content.questions),
    )


def _question(sent: Mapping[str, str], question: Question, language: str) -> Question:
    at = question.key  # by its key: whatever place a colleague has given it meanwhile
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


def _only(sent: Mapping[str, str], at: str) -> Only | None:
    earlier = sent.get(f"if-{at}", "")
    if not earlier:
        return None
    least, most = _number(sent.get(f"if-least-{at}", "")), _number(sent.get(f"if-most-{at}", ""))
    return Only(earlier[:24], 0 if least is None else least, 10 if most is None else most)


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else None


def moved(content: Survey, do: str, language: str, taken: Collection[str]) -> Survey:
    """The survey after a button: a question more or less, or in another place. `taken`: keys that some version has or had, since
    answers of all versions are counted together."""
    if do == "add":
        key = editing.free_key({*taken, *(question.key for question in content.questions)})
        says = {code: Saying("") for code in content.languages or (language,)}
        return replace(content, questions=(*content.questions, Question(key, QuestionKind.RATE, says)))
    return replace(content, questions=editing.moved(content.questions, do))
