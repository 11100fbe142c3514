"""What an article would answer to a question that staff type as a patient would. Nothing is sent or kept."""

from typing import Any

from django.http import HttpRequest

from recado.clinics import queries as clinics
from recado.conversations import queries as conversations
from recado.knowledge import queries
from recado.knowledge.types import LEAST_LIMIT, MOST_LIMIT, Candidate, Outcome
from recado.web import editing
from recado.web.answers import words
from recado.web.sign_in.at_work import clinic_of

LONGEST = 400
WIDTH = 1000  # of the bar
MOST_SURE = 99  # percent: nothing is quite certain


def context(request: HttpRequest) -> dict[str, Any]:
    """What the card shows. Call it inside `clinic_scope`."""
    clinic_id = clinic_of(request)
    policy = queries.policy(clinic_id)
    spoken = editing.offered(request)
    asked = request.POST.get("as", "")
    language = asked if asked in spoken else clinics.clinic_settings(clinic_id).default_language
    question = " ".join(request.POST.get("question", "").split())[:LONGEST]
    return {
        "question": question,
        "as": language,
        "spoken": spoken,
        "policy": policy,
        "limits": (LEAST_LIMIT, MOST_LIMIT),
        "tried": _tried(request, question, language, policy.limit) if question else None,
    }


def _tried(request: HttpRequest, question: str, language: str, limit: int) -> dict[str, Any]:
    clinic_id = clinic_of(request)
    found = queries.try_out(clinic_id, question, language)
    verdict = found.verdict
    best = verdict.best or (verdict.others[0] if verdict.others else None)
    rest = [one for one in verdict.others if one is not best]
    sure = min(MOST_SURE, round(100 * best.confidence)) if best else 0
    answers = verdict.outcome is Outcome.ANSWERED
    return {
        "answers": answers,
        "is_medical": verdict.outcome is Outcome.MEDICAL,
        "why": words.WHY.get(verdict.outcome, ""),
        "sure": sure,
        "bar": (WIDTH * sure // 100, WIDTH - WIDTH * sure // 100),
        "limit": limit,
        "text": found.text if answers else conversations.passed_to_person(clinic_id, language),
        "spoken": verdict.best.language if verdict.best and answers else language,
        "name": found.names[best.key] if best else "",
        "key": best.key if best else "",
        "is_other_language": answers and verdict.best is not None and verdict.best.language != language,
        "reviewed": _reviewed(request, best) if best and answers else ("", None),
        "others": [(one.key, found.names[one.key], round(100 * one.confidence)) for one in rest],
    }


def _reviewed(request: HttpRequest, best: Candidate) -> tuple[str, Any]:
    """Who last said that the article is right, and when."""
    clinic_id = clinic_of(request)
    review = queries.article(clinic_id, best.key).review
    staff = {str(one.user_id): one.name for one in clinics.staff(clinic_id)}
    return staff.get(review.reviewed_by, ""), review.reviewed_at
