"""What changes clinics, their people and API keys."""

import secrets
from collections.abc import Collection
from hmac import digest as hmac_digest
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from recado.clinics import changing, checks, people, sites, ways_in
from recado.clinics.models import ApiKey, Clinic
from recado.clinics.queries import forget_settings
from recado.clinics.roles import API_SCOPES, Permission
from recado.clinics.types import (
    ApiKeyView,
    CareBasis,
    ClinicSettings,
    IssuedKey,
    QuietHours,
    Refused,
)
from recado.foundation import audit
from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.foundation.database import key_file
from recado.foundation.ids import new_id
from recado.foundation.keys import create_keys
from recado.foundation.tenancy import capability, clinic_scope
from recado.foundation.text import gettext_noop

__all__ = [
    "add_site",
    "add_staff",
    "change_role",
    "change_settings",
    "change_site",
    "check_api_key",
    "close_site",
    "create_clinic",
    "end_staff",
    "issue_api_key",
    "look_at_sign_in_link",
    "make_sign_in_link",
    "reset_sign_in",
    "revoke_api_key",
    "use_sign_in_link",
]

change_settings = changing.change_settings
add_site = sites.add_site
change_site = sites.change_site
close_site = sites.close_site
add_staff = people.add_staff
change_role = people.change_role
end_staff = people.end_staff
reset_sign_in = ways_in.reset_sign_in
make_sign_in_link = ways_in.make_sign_in_link
look_at_sign_in_link = ways_in.look_at_sign_in_link
use_sign_in_link = ways_in.use_sign_in_link

USUAL_HOURS = QuietHours()
TAKEN = gettext_noop("There is a clinic with the slug %(slug)s already. Choose another.")
CHOOSE = gettext_noop("Choose one or more of: %(scopes)s.")
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
    clinic_id: UUID | None = None,
) -> ClinicSettings:
    """Makes a clinic and its keys. Planned texts leave within `quiet_hours` of the patient's day. Raises Refused.

    With a new `clinic_id`, its first people can be taken on in the same `clinic_scope`: all of it, or nothing."""
    checks.slug(slug)
    checks.name(name)
    checks.time_zone(time_zone)
    checks.quiet_hours(quiet_hours)
    checks.country(country)
    checks.language(default_language)
    clinic = Clinic(
        id=clinic_id or new_id(),
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
            raise Refused("slug", TAKEN, slug=slug) from None
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


# ------------------------------------------------------------------------------------------------ API keys


def issue_api_key(*, clinic_id: UUID, name: str, scopes: Collection[Permission], by: Actor) -> IssuedKey:
    """Makes an API key. Its secret is in the answer and nowhere else. Raises Refused."""
    if not name.strip():
        raise Refused("name", gettext_noop("Name the system that will use the key."))
    if not scopes or not set(scopes) <= API_SCOPES:
        raise Refused("scopes", CHOOSE, scopes=", ".join(sorted(API_SCOPES)))
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
