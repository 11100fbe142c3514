"""Which surveys a clinic has, and the one that somebody was asked by."""

from functools import lru_cache
from uuid import UUID

from .catalogue import BY_DEFAULT, PRODUCT
from .models import ClinicPolicy, Version
from .models import Survey as Row
from .types import NoSuchSurvey, Policy, Survey, SurveyState, SurveyView
from .writing import from_json


def survey_of(clinic_id: UUID, key: str, version: int) -> Survey:
    """A survey as it was published. Raises NoSuchSurvey when none ever was. Call it inside `clinic_scope`."""
    product = PRODUCT.get((key, version))
    return product if product is not None else _published(clinic_id, key, version)


@lru_cache(maxsize=1_000)  # what is published never changes
def _published(clinic_id: UUID, key: str, version: int) -> Survey:
    row = Version.objects.filter(clinic_id=clinic_id, key=key, number=version).first()
    if row is None:
        raise NoSuchSurvey(f"{key!r} v{version}")
    return from_json(key, version, row.survey)


def surveys(clinic_id: UUID) -> list[SurveyView]:
    """The clinic's own, and those of the product that it has left as they came. Call it inside `clinic_scope`."""
    rows = {row.key: row for row in Row.objects.filter(clinic_id=clinic_id)}
    views = [
        SurveyView(survey.key, survey.name, SurveyState.LIVE, survey, None, is_product=True)
        for survey in BY_DEFAULT
        if survey.key not in rows
    ]
    views += [view_of(clinic_id, row) for row in rows.values()]
    return sorted(views, key=lambda view: (view.state == SurveyState.ENDED, view.key))


def view_of(clinic_id: UUID, row: Row) -> SurveyView:
    published = None if row.version is None else survey_of(clinic_id, row.key, row.version)
    draft = None if row.draft is None else from_json(row.key, 0, row.draft)
    is_product = any(key == row.key for key, _ in PRODUCT)
    return SurveyView(row.key, row.name, SurveyState(row.state), published, draft, is_product)


def survey(clinic_id: UUID, key: str) -> SurveyView:
    """Raises NoSuchSurvey. Call it inside `clinic_scope`."""
    for view in surveys(clinic_id):
        if view.key == key:
            return view
    raise NoSuchSurvey(key)


def live(clinic_id: UUID) -> list[Survey]:
    """Those by which people are asked, those for certain services first. Call it inside `clinic_scope`."""
    found = [view.published for view in surveys(clinic_id) if view.state == SurveyState.LIVE]
    return sorted((one for one in found if one is not None), key=lambda one: (not one.services, one.key))


def policy(clinic_id: UUID) -> Policy:
    """Call it inside `clinic_scope`."""
    row = ClinicPolicy.objects.filter(clinic_id=clinic_id).first()
    return Policy() if row is None else Policy(row.rest_days, row.fewest, row.review_url, row.clock_seen is not None)
