"""Staff who are signed in, for tests of screens: `desk(clinic_id)` is a browser of a receptionist."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import Client

from recado.clinics import actions as clinics
from recado.clinics.roles import RECEPTION, Role
from recado.foundation.actors import OPERATOR
from recado.web.sign_in import at_work
from tests import pages


def hire(clinic_id: UUID, role: Role = RECEPTION, name: str = "Marta Kowal") -> UUID:
    """Takes a person on and returns their account's id."""
    email = f"{role.code}.{str(clinic_id)[-6:]}.{name.split()[0].lower()}@clinic.example"
    return clinics.add_staff(clinic_id=clinic_id, email=email, name=name, role=role, by=OPERATOR).user_id


def signed_in(clinic_id: UUID, user_id: UUID, *, is_strict: bool = False) -> Client:
    """A browser in which this person has signed in, with a second factor, at this clinic."""
    client = pages.browser(is_strict=is_strict)
    client.force_login(get_user_model().objects.get(pk=user_id))
    session = client.session
    session[at_work.CLINIC] = str(clinic_id)
    session[at_work.METHODS] = [{"method": "mfa", "type": "totp"}]
    session.save()
    return client


def desk(clinic_id: UUID, role: Role = RECEPTION) -> Client:
    """A signed-in browser of somebody new in this role."""
    return signed_in(clinic_id, hire(clinic_id, role))
