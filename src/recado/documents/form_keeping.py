"""Forms are begun, written, published and ended. Publishing makes a new version; whoever was sent one keeps theirs."""

from uuid import UUID

from recado.foundation.actors import Actor
from recado.foundation.works import TooMany as TooMany
from recado.foundation.works import key_of

from .form_book import FORMS
from .form_types import Form

save_draft, publish = FORMS.save_draft, FORMS.publish
end, resume = FORMS.end, FORMS.resume  # nobody new is sent it; it is sent again


def begin(*, clinic_id: UUID, form: Form, by: Actor) -> str:
    """A form as a draft. Returns its key, which is made of its name where it has none. Raises TooMany. Call it inside `clinic_scope`."""
    key = form.key or key_of(form.name, "form")
    return FORMS.begin_new(clinic_id=clinic_id, key=key, content=form, by=by)
