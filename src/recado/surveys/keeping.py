"""A clinic's own surveys: taken, written, published, ended; and what holds for all of them.

Publishing makes a new version. Whoever was asked answers the version that they were asked; answers of all versions are
counted together by the keys of their questions.
"""

from uuid import UUID

from django.db import transaction

from recado.foundation import audit, business_time
from recado.foundation.actors import Actor

from .book import SURVEYS
from .catalogue import BY_DEFAULT
from .models import ClinicPolicy
from .types import Policy, Survey

MOST_REST_DAYS = 730
FEWEST_AT_LEAST = 5  # below this a figure tells of single people
LONGEST_ADDRESS = 300

save_draft, publish = SURVEYS.save_draft, SURVEYS.publish
end, resume = SURVEYS.end, SURVEYS.resume  # nobody new is asked, who was asked may answer; people are asked again


def begin(*, clinic_id: UUID, survey: Survey, by: Actor) -> None:
    """A survey of the clinic's own, as a draft. One of the product that the clinic has from its first day is live until the
    draft is published. Does nothing where the clinic has it. Call it inside `clinic_scope`."""
    live = next((one.version for one in BY_DEFAULT if one.key == survey.key), None)
    SURVEYS.begin(clinic_id=clinic_id, key=survey.key, content=survey, by=by, live=live)


def begin_new(*, clinic_id: UUID, survey: Survey, by: Actor) -> str:
    """A survey of the clinic's own, as a draft, under its key or the next that is free, which is returned: whoever begins one at the
    same moment has another. Raises TooMany. Call it inside `clinic_scope`."""
    return SURVEYS.begin_new(clinic_id=clinic_id, key=survey.key, content=survey, by=by)


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
