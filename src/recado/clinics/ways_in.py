"""Single-use ways in: for somebody new, and for whoever lost what they sign in with."""

import secrets
from datetime import timedelta
from hmac import digest as hmac_digest
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from recado.clinics.models import Membership, SignInLink
from recado.clinics.queries import workplaces
from recado.clinics.types import LinkKind, LinkView, Refused
from recado.foundation import audit
from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.foundation.database import key_file
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop

NOT_HERE = gettext_noop("This person doesn't work here.")
ELSEWHERE_TOO = gettext_noop("This person works at another clinic too. Who runs the installation can reset them.")


def reset_sign_in(*, clinic_id: UUID, user_id: UUID, by: Actor) -> str:
    """Makes a link by which a person begins anew: invited, or after a lost password or phone. Returns its token, which
    is kept nowhere, works once and lives for a day. Ask the person first, on the number that the clinic has. Raises
    Refused: an account that works at another clinic too would be handed over by one clinic for both.
    """
    places = workplaces(user_id)
    if all(place.clinic_id != clinic_id for place in places):
        raise Refused("user", NOT_HERE)
    if len(places) > 1:
        raise Refused("user", ELSEWHERE_TOO)
    return make_sign_in_link(clinic_id=clinic_id, user_id=user_id, kind=LinkKind.SET_UP, lasts=timedelta(days=1), by=by)


def make_sign_in_link(*, clinic_id: UUID, user_id: UUID, kind: LinkKind, lasts: timedelta, by: Actor) -> str:
    """Makes a single-use way in and returns its token. Older ones of this kind are over when one is used."""
    token = secrets.token_urlsafe(32)
    link = SignInLink(
        id=new_id(),
        clinic_id=clinic_id,
        user_id=user_id,
        kind=kind,
        digest=_link_digest(token),
        expires_at=real_now() + lasts,
    )
    with clinic_scope(clinic_id):
        link.save(force_insert=True)
        detail = {"kind": str(kind)}
        audit.record(
            clinic_id=clinic_id, by=by, action="clinics.sign_in_link", subject=f"user {user_id}", detail=detail
        )
    return token


def look_at_sign_in_link(token: str) -> LinkView | None:
    """Whom a link is for, while it works. Looking uses nothing up: programs that read e-mail look too."""
    found = _open_link(token)
    return _view(found) if found else None


def use_sign_in_link(token: str) -> LinkView | None:
    """Uses a link up, and every other of its kind for this person. None: it is over, or another request was first."""
    found = _open_link(token)
    if found is None:
        return None
    # By its own row alone: a statement that also asks other tables would, after waiting for another request, still see
    # `used_at` as it was before.
    unused = SignInLink.objects.using("accounts").filter(used_at__isnull=True)
    if not unused.filter(id=found.id).update(used_at=Now()):
        return None
    if found.kind == LinkKind.SET_UP:
        unused.filter(user_id=found.user_id, kind=found.kind).update(used_at=Now())
    return _view(found)


def _open_link(token: str) -> SignInLink | None:
    return _open_links().filter(digest=_link_digest(token)).select_related("user").first()


def _view(link: SignInLink) -> LinkView:
    return LinkView(link.clinic_id, link.user_id, link.user.name, LinkKind(link.kind))


def _open_links() -> QuerySet[SignInLink]:
    """A clinic's link is good while the person works there, and until they begin at another clinic as well: it would let
    the one into the other. Ids grow with time."""
    works = Membership.objects.filter(user_id=OuterRef("user_id"), until__isnull=True)
    here = works.filter(clinic_id=OuterRef("clinic_id"))
    elsewhere_since = works.filter(id__gt=OuterRef("id")).exclude(clinic_id=OuterRef("clinic_id"))
    return SignInLink.objects.using("accounts").filter(
        Exists(here), ~Exists(elsewhere_since), used_at__isnull=True, expires_at__gt=real_now(), user__is_active=True
    )


def _link_digest(token: str) -> bytes:
    return hmac_digest(key_file().derive("sign-in links"), token.encode(), "sha256")
