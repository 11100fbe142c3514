"""The forms of a clinic as they stand, and the one that somebody was sent."""

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from .form_types import Form, FormState, FormView, NoSuchForm
from .form_writing import from_json
from .models import Form as Row
from .models import FormVersion


def forms(clinic_id: UUID) -> list[FormView]:
    """Every form, by name; what has ended last. Call it inside `clinic_scope`."""
    views = [view_of(clinic_id, row) for row in Row.objects.filter(clinic_id=clinic_id)]
    return sorted(views, key=lambda view: (view.state is FormState.ENDED, view.name.casefold(), view.key))


def form(clinic_id: UUID, key: str) -> FormView:
    """Raises NoSuchForm. Call it inside `clinic_scope`."""
    row = Row.objects.filter(clinic_id=clinic_id, key=key).first()
    if row is None:
        raise NoSuchForm(key)
    return view_of(clinic_id, row)


def view_of(clinic_id: UUID, row: Row) -> FormView:
    published = None if row.version is None else version_of(clinic_id, row.key, row.version)
    draft = None if row.draft is None else from_json(row.key, 0, row.draft)
    return FormView(row.key, row.name, FormState(row.state), published, draft)


@lru_cache(maxsize=1_000)  # what is published never changes
def version_of(clinic_id: UUID, key: str, number: int) -> Form:
    """A form as it was published. Raises NoSuchForm. Call it inside `clinic_scope`."""
    row = FormVersion.objects.filter(clinic_id=clinic_id, key=key, number=number).first()
    if row is None:
        raise NoSuchForm(f"{key} v{number}")
    return from_json(key, number, row.form)


def live(clinic_id: UUID) -> list[Form]:
    """The forms that can be sent, by name. Call it inside `clinic_scope`."""
    return _published(forms(clinic_id))


def _published(views: Iterable[FormView]) -> list[Form]:
    return [view.published for view in views if view.state is FormState.LIVE and view.published is not None]
