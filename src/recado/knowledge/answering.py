"""A question by text is answered by an article, at any hour, where that is sure; else it goes to a person, and is kept for the page
of questions without an answer. Wired under ANSWERERS.

Who writes + or - behind one says whether it helped: a - brings a person too.

Never a medical question, never while a person is in the conversation or several people have the phone, never the same article
twice, and only a few times a day. Whoever writes PERSON, or asks the same again, gets a person.
"""

import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from recado.clinics import queries as clinics
from recado.consent.types import Purpose
from recado.conversations.types import Heard, Settlement
from recado.conversations.understanding.meanings import Meaning
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.messaging import queries as messaging
from recado.messaging import queries as wording

from . import book
from .deciding import decide
from .models import Asked
from .types import Article, Outcome, Verdict
from .wordings import PERSON, RATE, VALUES, WORDINGS, asks_for_person, rating_in

ANSWERED = "answered"  # the outcome of a text that an article answered
RATED = "rated"  # of one that says that it helped
A_DAY = 4  # answers to one phone; more is a machine, or somebody whom articles don't help
SAME_AGAIN = timedelta(days=2)  # within which the same question wants a person
ALPHABET, CODE_LETTERS = "23456789abcdefghijkmnpqrstuvwxyz", 10
_QUESTIONS = frozenset({Meaning.QUESTION, Meaning.REFILL_REQUEST, Meaning.HELP})
_TEXTS = wording.define_all(WORDINGS, VALUES)


def answer(heard: Heard) -> Settlement | None:
    """What an article says to it, or what a rating of one does; None: a person must read it."""
    if (is_help := rating_in(heard.words)) is not None:
        return _rated(heard, is_help=is_help)
    if asks_for_person(heard.words):
        _hand_over(_given(heard)[:1])
        return None
    ready = book.answering(heard.clinic_id)
    policy = book.policy(heard.clinic_id)
    today = local(heard.at, clinics.clinic_settings(heard.clinic_id).time_zone).date()
    found = decide(
        heard.words,
        heard.understood,
        ready.index,
        language=heard.language.lower().split("-")[0],
        limit=policy.limit,
        overdue=ready.overdue(today),
    )
    given: list[Asked] = []
    if found.outcome is Outcome.ANSWERED:
        given = _given(heard)
        found = _held_back(found, heard, given, is_on=policy.is_on)
    if found.outcome is not Outcome.ANSWERED:
        if found.outcome is Outcome.AGAIN:
            _hand_over([one for one in given if found.best and one.article == found.best.key])
        if found.best or found.outcome is Outcome.MEDICAL or _is_question(heard):
            _note(heard, found, "", None)
        return None
    assert found.best is not None
    article, code = ready.articles[found.best.key], _fresh_code()
    _note(heard, found, code, article.version)
    return Settlement(ANSWERED, text_of(heard, article, found.best.language, code))


def _rated(heard: Heard, *, is_help: bool) -> Settlement | None:
    """Their newest answer helped or did not; who was not helped gets a person. None: it is not that answer that they write
    behind, since they were answered nothing lately, or something else was said since."""
    newest = next(iter(_given(heard)), None)
    if newest is None or not _is_behind(heard, newest):
        return None
    rows = Asked.objects.filter(clinic_id=heard.clinic_id, id=newest.id)
    rows.update(helped=is_help)
    if is_help:
        return Settlement(RATED, "")
    _hand_over([newest])
    return Settlement("waits_for_person", "", needs_person=True)


def _is_behind(heard: Heard, given: Asked) -> bool:
    """Whether the text comes straight behind this answer: a thumb for what staff wrote, or for a reminder, is none for it."""
    last = heard.known.last
    if heard.is_in_talk or last is None:
        return False
    if last.outcome == RATED:
        return heard.is_again  # pressed twice
    if last.outcome != ANSWERED or last.at != given.at or last.reply_id is None:
        return False
    return messaging.is_newest(heard.clinic_id, heard.phone_bi, last.reply_id)


def _is_question(heard: Heard) -> bool:
    asks = "?" in heard.words and heard.understood.meaning is Meaning.OTHER
    return heard.understood.meaning in _QUESTIONS or asks


def _given(heard: Heard) -> list[Asked]:
    """What this phone was answered lately, the newest first."""
    since = business_time.now() - SAME_AGAIN
    rows = Asked.objects.filter(clinic_id=heard.clinic_id, phone_bi=heard.phone_bi, at__gte=since)
    return list(rows.filter(outcome=Outcome.ANSWERED).order_by("-at", "-id")[:20])


def _held_back(found: Verdict, heard: Heard, given: list[Asked], *, is_on: bool) -> Verdict:
    """The verdict, with the reason where an answer that would be right is not given all the same."""
    day_ago = business_time.now() - timedelta(days=1)
    if not is_on:
        return replace(found, outcome=Outcome.OFF)
    if heard.is_in_talk or len(heard.people) > 1:
        return replace(found, outcome=Outcome.BUSY)
    if any(found.best is not None and one.article == found.best.key for one in given):
        return replace(found, outcome=Outcome.AGAIN)
    if sum(one.at > day_ago for one in given) >= A_DAY:
        return replace(found, outcome=Outcome.LIMIT)
    return found


def _hand_over(given: list[Asked]) -> None:
    """After these answers a person was wanted."""
    ids = [one.id for one in given if one.handed_at is None]
    if ids:
        Asked.objects.filter(clinic_id=given[0].clinic_id, id__in=ids).update(handed_at=business_time.now())


def _note(heard: Heard, found: Verdict, code: str, version: int | None) -> None:
    nearest = found.best or (found.others[0] if found.others else None)
    Asked.objects.create(
        clinic_id=heard.clinic_id,
        id=heard.id,
        at=heard.at,
        phone_bi=heard.phone_bi,
        language=(found.best.language if found.best else heard.understood.language or heard.language)[:8],
        outcome=found.outcome,
        article=nearest.key if nearest else "",
        version=version,
        confidence=round(100 * nearest.confidence) if nearest else 0,
        code=code,
    )


def _fresh_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))


def text_of(heard: Heard, article: Article, language: str, code: str) -> str:
    """The answer as it is sent."""
    is_heard = messaging.takes_answers(heard.clinic_id, heard.number, phone=heard.phone, purpose=Purpose.ANSWER)
    link = page_address(heard.clinic_id, code) if article.says[language].long else ""
    text = text_in(heard.clinic_id, article, language, link, is_heard=is_heard)
    return text if link or not is_heard else with_rating(text, language)  # the page asks for itself


def with_rating(text: str, language: str) -> str:
    """Asks whether it helped, where that makes the text no part longer. Pure."""
    longer = text + RATE.get(language, RATE["en"])
    return longer if messaging.measure(longer).segments == messaging.measure(text).segments else text


def text_in(clinic_id: UUID, article: Article, language: str, link: str, *, is_heard: bool = True) -> str:
    """The answer in one of the article's languages. `is_heard`: what they write back reaches us."""
    clinic = clinics.clinic_settings(clinic_id)
    values = {
        "clinic": clinic.name,
        "answer": article.says[language].short,
        "link": link,
        "person": PERSON.get(language, PERSON["en"]) if is_heard else "",
        "phone": "" if is_heard else clinic.phone_shown,
    }
    return wording.render(_TEXTS["article_answer"], language, values).text


def page_address(clinic_id: UUID, code: str) -> str:
    """Where the longer answer stands: an address that names neither the person nor what they asked."""
    return f"{settings.RECADO_PUBLIC_URL}/a/{clinics.clinic_settings(clinic_id).short_code}/{code}"
