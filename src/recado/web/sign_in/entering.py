"""The moment at which somebody is in: a fresh session, how they proved who they are, and the line in the audit."""

from collections.abc import Mapping
from time import time
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model, login
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from recado.clinics import queries as clinics
from recado.foundation import audit
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.audit import JSON
from recado.foundation.tenancy import clinic_scope
from recado.web.sign_in import at_work


def enter(request: HttpRequest, user: Any, *proofs: str, clinic_id: UUID | None = None) -> None:
    """Signs somebody in. The session is a new one; of the old one nothing stays."""
    request.session.flush()
    login(request, user, backend="recado.web.sign_in.accounts.Accounts")
    request.session[at_work.METHODS] = [_method(proof) for proof in proofs]
    if clinic_id:
        request.session[at_work.CLINIC] = str(clinic_id)
    request.session.save()
    UserSession.objects.create_from_request(request)
    note(user.pk, "sign_in.enter", {"by": list(proofs)})


def prove(request: HttpRequest, proof: str) -> None:
    """A second step was added or shown within the session: it counts from now on, under a new session key."""
    request.session[at_work.METHODS] = [*request.session.get(at_work.METHODS, []), _method(proof)]
    renew(request)


def renew(request: HttpRequest) -> None:
    """The session goes on under a new key."""
    before = request.session.session_key
    request.session.cycle_key()
    request.session.save()
    UserSession.objects.filter(session_key=before).delete()
    UserSession.objects.create_from_request(request)


def note(user_id: UUID, action: str, detail: Mapping[str, JSON] | None = None, *, result: str = "done") -> None:
    """Writes an audit line in each clinic that the person works at."""
    by = Actor(ActorKind.STAFF, str(user_id))
    for place in clinics.workplaces(user_id):
        with clinic_scope(place.clinic_id):
            audit.record(
                clinic_id=place.clinic_id, by=by, action=action, subject=f"user {user_id}", result=result, detail=detail
            )


def account(user_id: UUID | str) -> Any:
    """An account that may sign in; None otherwise."""
    return get_user_model().objects.filter(pk=user_id, is_active=True).first()


def way_on(request: HttpRequest, wanted: str) -> str:
    """Where to go after signing in: an own path, or the first page."""
    hosts = {request.get_host()}
    is_own = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts)
    return wanted if is_own else reverse("home")


def end_sessions(user_id: UUID, *, but: str | None = None) -> int:
    """Signs an account out everywhere, or everywhere but in one session."""
    found = [one for one in UserSession.objects.filter(user_id=user_id) if one.session_key != but]
    for session in found:
        session.end()
    return len(found)


def _method(proof: str) -> dict[str, JSON]:
    """As allauth notes it: a password is one step, everything else stands for the second."""
    return {"method": "password" if proof == "password" else "mfa", "type": proof, "at": time()}
