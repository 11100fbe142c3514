"""Carers as the page of a patient shows them."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy

from recado.consent import queries as consent
from recado.consent.types import CarerView, Relation
from recado.contacts import queries as contacts
from recado.foundation import business_time
from recado.web import dates, numbers
from recado.web.patients import happenings

RELATIONS: dict[str, Any] = {
    Relation.PARENT: gettext_lazy("Parent"),
    Relation.GUARDIAN: gettext_lazy("Guardian"),
    Relation.PARTNER: gettext_lazy("Partner"),
    Relation.CHILD: gettext_lazy("Son or daughter"),
    Relation.OTHER: gettext_lazy("Somebody else"),
}


def card(clinic_id: UUID, patient_id: UUID, zone: ZoneInfo) -> dict[str, Any]:
    """Who is told in place of a patient, and for whom the patient is told. Call it inside `clinic_scope`."""
    now = business_time.now()
    told = [one for one in consent.carers_of(clinic_id, [patient_id]) if not one.is_over(now)]
    cared = [one for one in consent.cared_for_by(clinic_id, patient_id) if not one.is_over(now)]
    names = contacts.reach(clinic_id, {one.patient_id for one in cared})
    return {
        "carers": [_line(one, one.name, zone) for one in told],
        "cared_for": [_line(one, names[one.patient_id].name, zone) for one in cared],
    }


def _line(one: CarerView, name: str, zone: ZoneInfo) -> dict[str, Any]:
    until = one.scope.until
    return {
        "id": one.id,
        "name": name,
        "patient_id": one.patient_id,
        "carer_id": one.carer_id,
        "relation": RELATIONS[one.relation],
        "phone": numbers.national(one.phone.e164) if one.phone else "",
        "groups": happenings.groups(sorted(one.scope.groups)),
        "until": dates.full_date((until - timedelta(microseconds=1)).astimezone(zone)) if until else "",
    }
