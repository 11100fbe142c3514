"""A clinic's own surveys: taken, written, published, ended; and what holds for all of them.

Publishing makes a new version. Whoever was asked answers the version that they were asked; answers of all versions are
counted together by the keys of their questions.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from recado.foundation import audit, business_time
from recado.foundation.actors import Actor

from .catalogue import BY_DEFAULT, PRODUCT
from .faults import Fault, faults
from .models import ClinicPolicy, Survey, Version
from .types import NoSuchSurvey, NotPublishable, Policy, SurveyState
from .types import Survey as Content
from .writing import from_json, to_json

MOST_REST_DAYS = 730
FEWEST_AT_LEAST = 5  # below this a figure tells of single people
LONGEST_ADDRESS = 300


def begin(*, clinic_id: UUID, survey: Content, by: Actor) -> None:
    """A survey of the clinic's own, as a draft. One of the product that the clinic has from its first day is live until the
    draft is published. Does nothing where the clinic has it. Call it inside `clinic_scope`."""
    with transaction.atomic():
        is_live = any(one.key == survey.key for one in BY_DEFAULT)
        row, is_new = Survey.objects.get_or_create(
            clinic_id=clinic_id,
            key=survey.key,
            defaults={
                "name": survey.name,
                "state": SurveyState.LIVE if is_live else SurveyState.DRAFT,
                "version": survey.version if is_live else None,
                "draft": None if is_live else to_json(survey),
                "changed_at": business_time.now(),
                "changed_by": by.ref,
            },
        )
        if is_new:
            _note(clinic_id, "survey.begin", row, by)


def save_draft(*, clinic_id: UUID, key: str, draft: Mapping[str, Any] | None, by: Actor) -> None:
    """Keeps what is being written, whatever its faults; None gives it up. Raises NoSuchSurvey and UnreadableSurvey. Call it
    inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        if draft is not None:
            survey = from_json(key, 0, draft)
            draft = to_json(survey)
        row.draft = draft
        _save(row, by, "draft")
        _note(clinic_id, "survey.write", row, by)


def faults_of(survey: Content) -> list[Fault]:
    """What keeps a survey from being published."""
    return faults(survey)


def publish(*, clinic_id: UUID, key: str, by: Actor) -> int:
    """Makes the draft the version that people are asked by from now on, and returns its number. Raises NoSuchSurvey and
    NotPublishable. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        if row.draft is None:
            raise NotPublishable("There is no draft.")
        number = _next_number(clinic_id, key)
        survey = from_json(key, number, row.draft)
        if faults(survey):
            raise NotPublishable("The draft has faults.")
        Version.objects.create(
            clinic_id=clinic_id,
            key=key,
            number=number,
            survey=row.draft,
            published_at=business_time.now(),
            published_by=by.ref,
        )
        row.version, row.draft, row.name, row.state = number, None, survey.name, SurveyState.LIVE
        _save(row, by, "version", "draft", "name", "state")
        _note(clinic_id, "survey.publish", row, by, version=number)
    return number


def end(*, clinic_id: UUID, key: str, by: Actor) -> None:
    """Nobody new is asked; who was asked may answer. Raises NoSuchSurvey. Call it inside `clinic_scope`."""
    _set_state(clinic_id, key, SurveyState.ENDED, "survey.end", by)


def resume(*, clinic_id: UUID, key: str, by: Actor) -> None:
    """People are asked again. Raises NoSuchSurvey, and NotPublishable where nothing was ever published. Call it inside
    `clinic_scope`."""
    _set_state(clinic_id, key, SurveyState.LIVE, "survey.resume", by)


def _set_state(clinic_id: UUID, key: str, state: SurveyState, action: str, by: Actor) -> None:
    with transaction.atomic():
        row = _locked(clinic_id, key)
        if row.version is None:
            raise NotPublishable("Nothing was ever published.")
        if row.state != state:
            row.state = state
            _save(row, by, "state")
            _note(clinic_id, action, row, by)


def set_policy(*, clinic_id: UUID, policy: Policy, by: Actor) -> None:
    """Raises ValueError, which names the field, for what can't be. Call it inside `clinic_scope`."""
    if not 0 <= policy.rest_days <= MOST_REST_DAYS:
        raise ValueError("rest_days")
    if policy.fewest < FEWEST_AT_LEAST:
        raise ValueError("fewest")
    url = policy.review_url
    if url and (not url.startswith("https://") or len(url) > LONGEST_ADDRESS or not url.isprintable() or " " in url):
        raise ValueError("review_url")
    with transaction.atomic():
        row, _ = ClinicPolicy.objects.select_for_update().get_or_create(
            clinic_id=clinic_id, defaults={"rest_days": policy.rest_days, "fewest": policy.fewest}
        )
        row.rest_days, row.fewest, row.review_url = policy.rest_days, policy.fewest, policy.review_url
        # From now on: whose visit was over before the clinic chose it is not asked.
        row.clock_seen = (row.clock_seen or business_time.now()) if policy.by_clock else None
        row.save()
        detail = {
            "rest_days": policy.rest_days,
            "fewest": policy.fewest,
            "has_review_url": bool(url),
            "by_clock": policy.by_clock,
        }
        audit.record(clinic_id=clinic_id, by=by, action="survey.policy", subject="surveys", detail=detail)


def _locked(clinic_id: UUID, key: str) -> Survey:
    row = Survey.objects.select_for_update().filter(clinic_id=clinic_id, key=key).first()
    if row is None:
        raise NoSuchSurvey(key)
    return row


def _next_number(clinic_id: UUID, key: str) -> int:
    own = Version.objects.filter(clinic_id=clinic_id, key=key).aggregate(most=Max("number"))["most"]
    return max([own or 0, *(version for name, version in PRODUCT if name == key)]) + 1


def _save(row: Survey, by: Actor, *fields: str) -> None:
    row.changed_at, row.changed_by = business_time.now(), by.ref
    row.save(update_fields=["changed_at", "changed_by", *fields])


def _note(clinic_id: UUID, action: str, row: Survey, by: Actor, **detail: Any) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, subject=f"survey:{row.key}", detail=detail)
