"""What is known of a clinic's articles: for staff, for the inbox, and for whoever was answered by one."""

from dataclasses import dataclass
from uuid import UUID

from recado.clinics import queries as clinics
from recado.conversations.understanding.deciding import understand
from recado.foundation import business_time
from recado.foundation.clock import local

from . import answering, book, counting, writing
from .deciding import decide
from .models import Asked
from .types import Article, Given, NoSuchArticle, Outcome, Verdict
from .wordings import PERSON as PERSON

articles, article, versions, policy = book.articles, book.article, book.versions, book.policy
to_review = book.to_review
use, figures, groups, unanswered_count = counting.use, counting.figures, counting.groups, counting.unanswered_count
corrected = counting.corrected
faults_of, FAULTS = writing.faults, writing.FAULTS
LONGEST_QUESTION, LONGEST_SHORT, LONGEST_LONG = (
    writing.LONGEST_QUESTION,
    writing.LONGEST_SHORT,
    writing.LONGEST_LONG,
)
said_in, text_in, MOST_OTHERS = book.said_in, answering.text_in, writing.MOST_OTHERS


@dataclass(frozen=True, slots=True)
class TryOut:
    """What would become of a question. `text`: what would be sent; `names`: of the articles that the verdict names."""

    verdict: Verdict
    article: Article | None
    text: str
    names: dict[str, str]


def try_out(clinic_id: UUID, question: str, language: str) -> TryOut:
    """As a text from somebody whose language this is; nothing is stored. Call it inside `clinic_scope`."""
    ready, rules = book.answering(clinic_id), book.policy(clinic_id)
    today = local(business_time.now(), clinics.clinic_settings(clinic_id).time_zone).date()
    found = decide(
        question,
        understand(question, language=language),
        ready.index,
        language=language,
        limit=rules.limit,
        overdue=ready.overdue(today),
    )
    article = ready.articles[found.best.key] if found.best else None
    text = ""
    if article is not None and found.best is not None and found.outcome is Outcome.ANSWERED:
        link = answering.page_address(clinic_id, "…") if article.says[found.best.language].long else ""
        text = answering.text_in(clinic_id, article, found.best.language, link)
    return TryOut(found, article, text, {key: one.name for key, one in ready.articles.items()})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a colleague may answer: the name of the article, its words, and in which language they are."""

    name: str
    text: str
    language: str


def suggestion(clinic_id: UUID, question: str, language: str) -> Suggestion | None:
    """The article that half answers a question or better, in this language or its own, for a colleague to send or change.
    None: no article comes near, it is past its review date, or the question is a medical one. Call it inside
    `clinic_scope`."""
    ready = book.answering(clinic_id)
    today = local(business_time.now(), clinics.clinic_settings(clinic_id).time_zone).date()
    found = decide(question, understand(question, language=language), ready.index, language=language)
    near = found.best or (found.others[0] if found.others else None)
    if near is None or near.confidence < SUGGESTED or found.outcome is Outcome.MEDICAL:
        return None
    article = ready.articles[near.key]
    if near.key in ready.overdue(today):
        return None
    spoken = book.said_in(article, language)
    return Suggestion(article.name, article.says[spoken].short, spoken)


SUGGESTED = 0.5  # so sure an article must be for a colleague to be shown it


def behind(clinic_id: UUID, code: str) -> Given | None:
    """The answer whose page has this code; None: there is none. Call it inside `clinic_scope`."""
    row = Asked.objects.filter(clinic_id=clinic_id, code=code).first() if code else None
    if row is None or row.version is None:
        return None
    try:
        article = book.ARTICLES.editions.one(clinic_id, row.article, row.version)
    except NoSuchArticle:
        return None
    return Given(clinic_id, article, row.language, row.helped)
