"""The forms of a clinic as they stand, and the one that somebody was sent."""

from uuid import UUID

from recado.foundation.publishing import Editions, Shelf, Standing

from .form_types import Form, FormState, FormView, NoSuchForm
from .form_writing import faults, from_json, to_json
from .models import Form as Row
from .models import FormVersion

FORMS = Shelf(Row, Editions(FormVersion, "form", from_json, NoSuchForm), "form", to_json, faults)
version_of = FORMS.editions.one


def forms(clinic_id: UUID) -> list[FormView]:
    """Every form, by name; what has ended last. Call it inside `clinic_scope`."""
    return [_view(one) for one in FORMS.all(clinic_id)]


def form(clinic_id: UUID, key: str) -> FormView:
    """Raises NoSuchForm. Call it inside `clinic_scope`."""
    return _view(FORMS.one(clinic_id, key))


def _view(one: Standing[Form]) -> FormView:
    return FormView(one.row.key, one.row.name, one.state, one.published, one.draft)


def live(clinic_id: UUID) -> list[Form]:
    """The forms that can be sent, by name. Call it inside `clinic_scope`."""
    return [one.published for one in FORMS.all(clinic_id, state=FormState.LIVE) if one.published is not None]
