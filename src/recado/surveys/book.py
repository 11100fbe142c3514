"""Which surveys a clinic has, and the one that somebody was asked by."""

from uuid import UUID

from recado.foundation.publishing import Editions, Shelf, Standing

from .catalogue import BY_DEFAULT, PRODUCT
from .faults import faults
from .models import ClinicPolicy, Version
from .models import Survey as Row
from .types import NoSuchSurvey, Policy, Survey, SurveyState, SurveyView
from .writing import from_json, to_json

SURVEYS = Shelf(Row, Editions(Version, "survey", from_json, NoSuchSurvey, PRODUCT), "survey", to_json, faults)
survey_of = SURVEYS.editions.one
OF_THE_PRODUCT = frozenset(key for key, _ in PRODUCT)


def surveys(clinic_id: UUID) -> list[SurveyView]:
    """The clinic's own, and those of the product that it has left as they came. Call it inside `clinic_scope`."""
    own = {one.row.key: _view(one) for one in SURVEYS.all(clinic_id)}
    left = [
        SurveyView(survey.key, survey.name, SurveyState.LIVE, survey, None, is_product=True)
        for survey in BY_DEFAULT
        if survey.key not in own
    ]
    return sorted([*left, *own.values()], key=lambda view: (view.state == SurveyState.ENDED, view.key))


def _view(one: Standing[Survey]) -> SurveyView:
    return SurveyView(one.row.key, one.row.name, one.state, one.published, one.draft, one.row.key in OF_THE_PRODUCT)


def survey(clinic_id: UUID, key: str) -> SurveyView:
    """Raises NoSuchSurvey. Call it inside `clinic_scope`."""
    for view in surveys(clinic_id):
        if view.key == key:
            return view
    raise NoSuchSurvey(key)


def keys_ever(clinic_id: UUID, key: str) -> frozenset[str]:
    """The keys of all questions that a version of a survey asks or asked. Call it inside `clinic_scope`."""
    own = [past.content for past in SURVEYS.editions.past(clinic_id, key)]
    ours = [content for (name, _), content in PRODUCT.items() if name == key]
    return frozenset(question.key for content in (*own, *ours) for question in content.questions)


def live(clinic_id: UUID) -> list[Survey]:
    """Those by which people are asked, those for certain services first. Call it inside `clinic_scope`."""
    found = [view.published for view in surveys(clinic_id) if view.state == SurveyState.LIVE]
    return sorted((one for one in found if one is not None), key=lambda one: (not one.services, one.key))


def policy(clinic_id: UUID) -> Policy:
    """Call it inside `clinic_scope`."""
    row = ClinicPolicy.objects.filter(clinic_id=clinic_id).first()
    return Policy() if row is None else Policy(row.rest_days, row.fewest, row.review_url, row.clock_seen is not None)
