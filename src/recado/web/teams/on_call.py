"""The mobiles on call in the form of what happens when nobody answers."""

from uuid import UUID

from django.http import QueryDict

from recado.clinics import queries as clinics
from recado.foundation.phone import BadPhone, Phone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop
from recado.tasks import queries
from recado.tasks.types import NotKept
from recado.web import numbers

ROWS = 4
NO_PHONE = gettext_noop("This is no phone number: +44 7700 900123, or as it is dialled at home.")


def typed_in(typed: QueryDict, clinic_id: UUID) -> list[Phone]:
    """What was typed. Raises NotKept."""
    country = clinics.clinic_settings(clinic_id).country
    try:
        return [read_phone(one, country) for one in typed.getlist("on_call") if one.strip()]
    except BadPhone:
        raise NotKept("on_call", NO_PHONE) from None


def shown(clinic_id: UUID, typed: QueryDict | None) -> list[str]:
    """A line for each that may be given: what was typed, or what is kept."""
    if typed is not None:
        lines = typed.getlist("on_call")
    else:
        with clinic_scope(clinic_id):
            lines = [numbers.international(one.e164) for one in queries.on_call(clinic_id)]
    return [*lines, *[""] * ROWS][:ROWS]
