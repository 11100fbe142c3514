"""A clinic gets what it sends from: the default sender of the installation's carriers, or the demo's next number."""

from uuid import UUID

from recado.clinics import queries as clinics
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.launch import demo
from recado.messaging import actions as messaging


def furnish(clinic_id: UUID) -> str:
    """Called wherever a clinic is made. Returns the number that it got, or ""."""
    number = _by_default(clinic_id)
    return number if number or not demo.is_demo() else demo.furnish(clinic_id)


def furnish_all() -> list[str]:
    """Called when a carrier becomes the default. Returns the slugs of the clinics that send from it now."""
    return [clinic.slug for clinic in clinics.all_clinics() if _by_default(clinic.id)]


def stand_ins() -> frozenset[int]:
    """The carriers that only stand in for a real one: a number on them is no clinic's own."""
    return frozenset({demo.CARRIER_ID}) if demo.is_demo() else frozenset()


def _by_default(clinic_id: UUID) -> str:
    with clinic_scope(clinic_id):
        return messaging.furnish(clinic_id=clinic_id, by=OPERATOR, stand_ins=stand_ins())
