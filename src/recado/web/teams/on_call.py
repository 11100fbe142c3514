"""The mobiles on call in the form of what happens when nobody answers."""

from uuid import UUID

from django.http import QueryDict

from recado.clinics import queries as clinics
from recado.foundation.phone import BadPhone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop
from recado.tasks import queries
from recado.tasks.types import NotKept, OnCall
from recado.web import numbers

ROWS = 4
NO_PHONE = gettext_noop("This is no phone number: +44 7700 900123, or as it is dialled at home.")


def typed_in(typed: QueryDict, clinic_id: UUID) -> list[OnCall]:
    """What was typed. Raises NotKept."""
    country = clinics.clinic_settings(clinic_id).country
    staff = {str(one.user_id): one.user_id for one in clinics.staff(clinic_id)}
    whose = [*typed.getlist("on_call_who"), *[""] * ROWS]
    try:
        return [
            OnCall(read_phone(one, country), staff.get(who))
            for one, who in zip(typed.getlist("on_call"), whose, strict=False)
            if one.strip()
        ]
    except BadPhone:
        raise NotKept("on_call", NO_PHONE) from None


def shown(clinic_id: UUID, typed: QueryDict | None) -> list[tuple[str, str]]:
    """A line for each that may be given, with who has it: what was typed, or what is kept."""
    if typed is not None:
        whose = [*typed.getlist("on_call_who"), *[""] * ROWS]
        lines = list(zip(typed.getlist("on_call"), whose, strict=False))
    else:
        with clinic_scope(clinic_id):
            kept = queries.on_call(clinic_id)
        lines = [(numbers.international(one.phone.e164), str(one.user_id or "")) for one in kept]
    return [*lines, *[("", "")] * ROWS][:ROWS]


def staff(clinic_id: UUID) -> list[tuple[str, str]]:
    """Who may have one, by name."""
    return [(str(one.user_id), one.name) for one in clinics.staff(clinic_id)]
