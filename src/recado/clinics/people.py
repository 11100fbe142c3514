"""Who works at a clinic, and as what. A clinic never loses its last administrator: its row is locked before one goes."""

import re
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from recado.clinics.models import Clinic, Membership, User
from recado.clinics.roles import ADMINISTRATOR, Role
from recado.clinics.types import Refused, StaffView
from recado.foundation import audit, news
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.tenancy import capability, clinic_scope
from recado.foundation.text import gettext_noop

NO_ADDRESS = gettext_noop("Give an e-mail address, such as name@clinic.example.")
NO_NAME = gettext_noop("Give the person's name as colleagues know it.")
HERE_ALREADY = gettext_noop("This person works here already. Change their role instead.")
LAST_ADMINISTRATOR = gettext_noop("This is the clinic's last administrator. Make somebody else one first.")


def add_staff(
    *, clinic_id: UUID, email: str, name: str, role: Role, by: Actor, language: str = "en", password: str | None = None
) -> StaffView:
    """Takes a person on. Who has an account already, because they work at another clinic, keeps it as it is.

    Without a password nobody can sign in by one. Raises Refused.
    """
    address = email.strip().lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
        raise Refused("email", NO_ADDRESS)
    if not name.strip():
        raise Refused("name", NO_NAME)
    with clinic_scope(clinic_id):
        user = _account(address, name.strip(), language, password)
        try:
            with transaction.atomic():
                Membership(id=new_id(), clinic_id=clinic_id, user_id=user.id, role=role.code).save(force_insert=True)
        except IntegrityError:
            raise Refused("email", HERE_ALREADY) from None
        detail = {"role": role.code}
        audit.record(clinic_id=clinic_id, by=by, action="clinics.add_staff", subject=f"user {user.id}", detail=detail)
        news.tell(clinic_id, news.Topic.SETTINGS)
    return StaffView(user.id, user.name, user.email, user.language, role)


def _account(email: str, name: str, language: str, password: str | None) -> User:
    with capability(sha256(email.encode()).digest()):
        found = User.objects.using("default").defer("password").filter(email=email).first()
        if found:
            return found
        user = User(id=new_id(), email=email, name=name, language=language)
        user.set_password(password)
        user.save(force_insert=True, using="default")
        return user


def change_role(*, clinic_id: UUID, user_id: UUID, role: Role, by: Actor) -> bool:
    """Somebody works in another role, from the next page they open. False: they don't work there, or in that role
    already. Raises Refused for the last administrator."""
    with clinic_scope(clinic_id):
        here = _locked(clinic_id, user_id)
        if here is None or here.role == role.code:
            return False
        _keep_an_administrator(here)
        detail = {"was": here.role, "is": role.code}
        Membership.objects.filter(clinic_id=clinic_id, id=here.id).update(role=role.code)
        subject = f"user {user_id}"
        audit.record(clinic_id=clinic_id, by=by, action="clinics.change_role", subject=subject, detail=detail)
        news.tell(clinic_id, news.Topic.SETTINGS)
    return True


def end_staff(*, clinic_id: UUID, user_id: UUID, by: Actor) -> bool:
    """A person leaves the clinic, at once. False if they didn't work there. Raises Refused for the last administrator."""
    with clinic_scope(clinic_id):
        here = _locked(clinic_id, user_id)
        if here is None:
            return False
        _keep_an_administrator(here)
        Membership.objects.filter(clinic_id=clinic_id, id=here.id).update(until=Now())
        audit.record(clinic_id=clinic_id, by=by, action="clinics.end_staff", subject=f"user {user_id}")
        news.tell(clinic_id, news.Topic.SETTINGS)
    return True


def _locked(clinic_id: UUID, user_id: UUID) -> Membership | None:
    """Somebody's present work at the clinic. Whoever else would change who works there waits."""
    Clinic.objects.select_for_update().get(id=clinic_id)
    return Membership.objects.filter(clinic_id=clinic_id, user_id=user_id, until__isnull=True).first()


def _keep_an_administrator(leaving: Membership) -> None:
    if leaving.role != ADMINISTRATOR.code:
        return
    others = Membership.objects.filter(clinic_id=leaving.clinic_id, role=ADMINISTRATOR.code, until__isnull=True)
    if not others.exclude(id=leaving.id).exists():
        raise Refused("role", LAST_ADMINISTRATOR)
