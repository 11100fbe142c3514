"""What changes clinics, their people and API keys."""

import re
import secrets
from collections.abc import Collection
from datetime import timedelta
from difflib import get_close_matches
from hashlib import sha256
from hmac import digest as hmac_digest
from uuid import UUID
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from recado.clinics.models import ApiKey, Clinic, Membership, SignInLink, Site, User
from recado.clinics.queries import forget_settings, workplaces
from recado.clinics.roles import API_SCOPES, Permission, Role
from recado.clinics.types import (
    ApiKeyView,
    CareBasis,
    ClinicSettings,
    IssuedKey,
    LinkKind,
    LinkView,
    QuietHours,
    Refused,
    SiteView,
    StaffView,
)
from recado.foundation import audit
from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.foundation.database import key_file
from recado.foundation.ids import new_id
from recado.foundation.keys import create_keys
from recado.foundation.tenancy import capability, clinic_scope

USUAL_HOURS = QuietHours()
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that look alike
_SECRET_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_USED_NOTED_EACH = 60  # seconds


# ------------------------------------------------------------------------------------------------ clinics


def create_clinic(
    *,
    slug: str,
    name: str,
    time_zone: str,
    by: Actor,
    care_basis: CareBasis = CareBasis.CARE,
    quiet_hours: QuietHours = USUAL_HOURS,
    country: str = "GB",
    default_language: str = "en",
    phone_shown: str = "",
    address: str = "",
) -> ClinicSettings:
    """Makes a clinic and its keys. Planned texts leave within `quiet_hours` of the patient's day. Raises Refused."""
    _check_clinic(slug, name, time_zone, quiet_hours, country, default_language)
    clinic = Clinic(
        id=new_id(),
        slug=slug,
        short_code="".join(secrets.choice(_CODE_LETTERS) for _ in range(6)),
        name=name.strip(),
        time_zone=time_zone,
        country=country.upper(),
        default_language=default_language,
        care_basis=care_basis,
        quiet_opens=quiet_hours.opens,
        quiet_closes=quiet_hours.closes,
        phone_shown=phone_shown,
        address=address,
    )
    with clinic_scope(clinic.id):
        try:
            with transaction.atomic():
                clinic.save(force_insert=True)
        except IntegrityError:
            raise Refused("slug", f"There is a clinic with the slug {slug} already. Choose another.") from None
        create_keys(clinic.id)
        audit.record(clinic_id=clinic.id, by=by, action="clinics.create_clinic", subject=f"clinic {clinic.id}")
    forget_settings()
    return ClinicSettings(
        id=clinic.id,
        slug=slug,
        short_code=clinic.short_code,
        name=clinic.name,
        time_zone=time_zone,
        country=clinic.country,
        default_language=default_language,
        care_basis=care_basis,
        quiet_hours=quiet_hours,
        phone_shown=phone_shown,
        address=address,
    )


def _check_clinic(
    slug: str,
    name: str,
    time_zone: str,
    quiet_hours: QuietHours,
    country: str,
    default_language: str,
) -> None:
    if not _SLUG.fullmatch(slug) or not 2 <= len(slug) <= 50:
        raise Refused("slug", "Use 2 to 50 small letters, digits and single hyphens, a letter first: harbour-street.")
    if not name.strip() or len(name) > 200:
        raise Refused("name", "Give the clinic's name as patients know it, up to 200 letters.")
    zones = available_timezones()
    if time_zone not in zones:
        close = get_close_matches(time_zone, sorted(zones), n=1)
        said = f"Did you mean {close[0]}?" if close else "Give its IANA name, such as Europe/London."
        raise Refused("timezone", f"There is no time zone of this name. {said}")
    if (quiet_hours.opens is None) != (quiet_hours.closes is None) or (
        not quiet_hours.is_off and quiet_hours.opens == quiet_hours.closes
    ):
        raise Refused("quiet_hours", "Say none for any hour, or two different times such as 09:00-18:00.")
    if not re.fullmatch(r"[A-Za-z]{2}", country):
        raise Refused("country", "Give the country as two letters, such as GB or FR.")
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,8})?", default_language):
        raise Refused("language", "Give the language as its code, such as en, fr or pl.")


def add_site(*, clinic_id: UUID, name: str, by: Actor, address: str = "", directions_url: str = "") -> SiteView:
    """Adds a place to a clinic. Raises Refused where one of that name exists, or the link isn't https."""
    if not name.strip():
        raise Refused("name", "Give the place a name that patients will find.")
    if directions_url and not directions_url.startswith("https://"):
        raise Refused("directions_url", "A link to directions begins with https://.")
    site = Site(id=new_id(), clinic_id=clinic_id, name=name.strip(), address=address, directions_url=directions_url)
    with clinic_scope(clinic_id):
        try:
            with transaction.atomic():
                site.save(force_insert=True)
        except IntegrityError:
            raise Refused("name", "The clinic has a place of this name already.") from None
        audit.record(clinic_id=clinic_id, by=by, action="clinics.add_site", subject=f"site {site.id}")
    return SiteView(site.id, site.name, site.address, site.directions_url)


# ------------------------------------------------------------------------------------------------ people


def add_staff(
    *, clinic_id: UUID, email: str, name: str, role: Role, by: Actor, language: str = "en", password: str | None = None
) -> StaffView:
    """Takes a person on. Who has an account already, because they work at another clinic, keeps it as it is.

    Without a password nobody can sign in by one. Raises Refused.
    """
    address = email.strip().lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
        raise Refused("email", "Give an e-mail address, such as name@clinic.example.")
    if not name.strip():
        raise Refused("name", "Give the person's name as colleagues know it.")
    with clinic_scope(clinic_id):
        user = _account(address, name.strip(), language, password)
        try:
            with transaction.atomic():
                Membership(id=new_id(), clinic_id=clinic_id, user_id=user.id, role=role.code).save(force_insert=True)
        except IntegrityError:
            raise Refused("email", "This person works here already. Change their role instead.") from None
        detail = {"role": role.code}
        audit.record(clinic_id=clinic_id, by=by, action="clinics.add_staff", subject=f"user {user.id}", detail=detail)
    return StaffView(user.id, user.name, user.email, user.language, role)


def _account(email: str, name: str, language: str, password: str | None) -> User:
    with capability(sha256(email.encode()).digest()):
        found = User.objects.using("default").filter(email=email).first()
        if found:
            return found
        user = User(id=new_id(), email=email, name=name, language=language)
        user.set_password(password)
        user.save(force_insert=True, using="default")
        return user


def end_staff(*, clinic_id: UUID, user_id: UUID, by: Actor) -> bool:
    """A person leaves the clinic, at once. False if they didn't work there."""
    with clinic_scope(clinic_id):
        here = Membership.objects.filter(clinic_id=clinic_id, user_id=user_id, until__isnull=True)
        if not here.update(until=Now()):
            return False
        audit.record(clinic_id=clinic_id, by=by, action="clinics.end_staff", subject=f"user {user_id}")
    return True


# ------------------------------------------------------------------------------------------------ ways in


def reset_sign_in(*, clinic_id: UUID, user_id: UUID, by: Actor) -> str:
    """Makes a link by which a person begins anew: invited, or after a lost password or phone. Returns its token, which
    is kept nowhere, works once and lives for a day. Ask the person first, on the number that the clinic has. Raises
    Refused: an account that works at another clinic too would be handed over by one clinic for both.
    """
    places = workplaces(user_id)
    if all(place.clinic_id != clinic_id for place in places):
        raise Refused("user", "This person doesn't work here.")
    if len(places) > 1:
        raise Refused("user", "This person works at another clinic too. Who runs the installation can reset them.")
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
    found = _open_links().filter(digest=_link_digest(token)).select_related("user").first()
    return LinkView(found.clinic_id, found.user_id, found.user.name, LinkKind(found.kind)) if found else None


def use_sign_in_link(token: str) -> LinkView | None:
    """Uses a link up, and every other of its kind for this person. None: it is over, or another request was first."""
    found = look_at_sign_in_link(token)
    if found is None or not _open_links().filter(digest=_link_digest(token)).update(used_at=Now()):
        return None
    if found.kind is LinkKind.SET_UP:
        _open_links().filter(user_id=found.user_id, kind=found.kind).update(used_at=Now())
    return found


def _open_links() -> QuerySet[SignInLink]:
    return SignInLink.objects.using("accounts").filter(
        used_at__isnull=True, expires_at__gt=real_now(), user__is_active=True
    )


def _link_digest(token: str) -> bytes:
    return hmac_digest(key_file().derive("sign-in links"), token.encode(), "sha256")


# ------------------------------------------------------------------------------------------------ API keys


def issue_api_key(*, clinic_id: UUID, name: str, scopes: Collection[Permission], by: Actor) -> IssuedKey:
    """Makes an API key. Its secret is in the answer and nowhere else. Raises Refused."""
    if not name.strip():
        raise Refused("name", "Name the system that will use the key.")
    if not scopes or not set(scopes) <= API_SCOPES:
        raise Refused("scopes", f"Choose one or more of: {', '.join(sorted(API_SCOPES))}.")
    secret = "rk_live_" + "".join(secrets.choice(_SECRET_LETTERS) for _ in range(43))
    key = ApiKey(
        id=new_id(),
        clinic_id=clinic_id,
        name=name.strip(),
        prefix=secret[:12],
        digest=_digest(secret),
        scopes=sorted(scopes),
        created_at=real_now(),
    )
    with clinic_scope(clinic_id):
        key.save(force_insert=True)
        detail = {"scopes": sorted(scopes)}
        audit.record(
            clinic_id=clinic_id, by=by, action="clinics.issue_api_key", subject=f"api_key {key.id}", detail=detail
        )
    return IssuedKey(_key_view(key), secret)


def check_api_key(secret: str) -> ApiKeyView | None:
    """The key that a secret opens, or None. One HMAC and one look-up; that it was used is noted once a minute."""
    if len(secret) > 100:
        return None
    digest = _digest(secret)
    with capability(digest):
        key = ApiKey.objects.filter(digest=digest, revoked_at__isnull=True).first()
    if key is None:
        return None
    if key.last_used_at is None or (real_now() - key.last_used_at).total_seconds() > _USED_NOTED_EACH:
        with clinic_scope(key.clinic_id):
            ApiKey.objects.filter(clinic_id=key.clinic_id, id=key.id).update(last_used_at=Now())
    return _key_view(key)


def revoke_api_key(*, clinic_id: UUID, key_id: UUID, by: Actor) -> bool:
    """Turns a key off, at once. False if the clinic has no such key, or it was off already."""
    with clinic_scope(clinic_id):
        if not ApiKey.objects.filter(Q(revoked_at__isnull=True), clinic_id=clinic_id, id=key_id).update(
            revoked_at=Now()
        ):
            return False
        audit.record(clinic_id=clinic_id, by=by, action="clinics.revoke_api_key", subject=f"api_key {key_id}")
    return True


def _digest(secret: str) -> bytes:
    return hmac_digest(key_file().derive("api keys"), secret.encode(), "sha256")


def _key_view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=key.id,
        clinic_id=key.clinic_id,
        name=key.name,
        prefix=key.prefix,
        scopes=frozenset(Permission(scope) for scope in key.scopes),
        created_at=key.created_at,
        last_used_at=key.last_used_at,
    )
