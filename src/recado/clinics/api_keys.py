"""Keys for other systems: made, checked, ended. The secret is shown once; what is kept is a digest under the key file.

A key is 256 random bits, so one HMAC checks it: a slow password hash protects what people choose, and would cost more than
the request itself.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from hmac import digest as hmac_digest
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from uuid import UUID

from django.db.models.functions import Now

from recado.clinics.models import ApiKey
from recado.clinics.roles import ApiScope
from recado.clinics.types import ApiKeyView, IssuedKey, Refused
from recado.foundation import audit, news
from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.foundation.database import key_file
from recado.foundation.ids import new_id
from recado.foundation.tenancy import capability, clinic_scope
from recado.foundation.text import gettext_noop

NAME_IT = gettext_noop("Name the system that will use the key.")
NAME_SHORTER = gettext_noop("Use a name of at most 60 letters.")
CHOOSE = gettext_noop("Choose one or more of: %(scopes)s.")
BAD_SOURCE = gettext_noop("Write networks such as 10.20.0.0/16 or single addresses, with a comma between them.")
LONGEST_NAME, MOST_SOURCES, LONGEST_SECRET = 60, 20, 100
_SECRET_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_USED_NOTED_EACH = 60  # seconds


def issue(
    *, clinic_id: UUID, name: str, scopes: Collection[ApiScope], by: Actor, sources: Collection[str] = ()
) -> IssuedKey:
    """Makes an API key. Its secret is in the answer and nowhere else. Raises Refused."""
    if not name.strip():
        raise Refused("name", NAME_IT)
    if len(name.strip()) > LONGEST_NAME:
        raise Refused("name", NAME_SHORTER)
    if not scopes or not set(scopes) <= set(ApiScope):
        raise Refused("scopes", CHOOSE, scopes=", ".join(ApiScope))
    secret = "rk_live_" + "".join(secrets.choice(_SECRET_LETTERS) for _ in range(43))
    key = ApiKey(
        id=new_id(),
        clinic_id=clinic_id,
        name=name.strip(),
        prefix=secret[:12],
        digest=_digest(secret),
        scopes=sorted(scopes),
        sources=_networks(sources),
        created_at=real_now(),
    )
    with clinic_scope(clinic_id):
        key.save(force_insert=True)
        detail = {"scopes": sorted(scopes)}
        subject = f"api_key {key.id}"
        audit.record(clinic_id=clinic_id, by=by, action="clinics.issue_api_key", subject=subject, detail=detail)
        news.tell(clinic_id, news.Topic.SETTINGS)
    return IssuedKey(_view(key), secret)


def _networks(sources: Collection[str]) -> list[str]:
    written = [one.strip() for one in sources if one.strip()]
    if len(written) > MOST_SOURCES:
        raise Refused("sources", BAD_SOURCE)
    try:
        return [str(ip_network(one, strict=False)) for one in written]
    except ValueError:
        raise Refused("sources", BAD_SOURCE) from None


def may_come_from(key: ApiKeyView, address: str) -> bool:
    """Whether a key may be used from this network address."""
    if not key.sources:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(plain in network for network in _read(key.sources))


@lru_cache(maxsize=1024)
def _read(sources: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one) for one in sources)


def check(secret: str) -> ApiKeyView | None:
    """The key that a secret opens, or None. One HMAC and one look-up; that it was used is noted once a minute."""
    if not secret or len(secret) > LONGEST_SECRET or not secret.isascii():
        return None
    digest = _digest(secret)
    with capability(digest):
        key = ApiKey.objects.filter(digest=digest, revoked_at__isnull=True).first()
    if key is None:
        return None
    view = _view(key)
    if view.last_used_at is None or (real_now() - view.last_used_at).total_seconds() > _USED_NOTED_EACH:
        note_used(key.clinic_id, [key.id])
    return view


def note_used(clinic_id: UUID, key_ids: Sequence[UUID], at: datetime | None = None) -> None:
    """Notes that keys were used: coarsely, since a write for each request would cost more than the request."""
    with clinic_scope(clinic_id):
        rows = ApiKey.objects.filter(clinic_id=clinic_id, id__in=list(key_ids))
        rows.update(last_used_at=at or Now())


def revoke(*, clinic_id: UUID, key_id: UUID, by: Actor) -> bool:
    """Turns a key off. False if the clinic has no such key, or it was off already. A process that has just used it may
    take it for two seconds more (api/keyring.py)."""
    with clinic_scope(clinic_id):
        rows = ApiKey.objects.filter(clinic_id=clinic_id, id=key_id, revoked_at__isnull=True)
        if not rows.update(revoked_at=Now()):
            return False
        audit.record(clinic_id=clinic_id, by=by, action="clinics.revoke_api_key", subject=f"api_key {key_id}")
        news.tell(clinic_id, news.Topic.SETTINGS)
    return True


def keys_of(clinic_id: UUID) -> list[ApiKeyView]:
    """A clinic's keys, those that work first, each by name; those that were ended stay, for the audit."""
    with clinic_scope(clinic_id):
        views = [_view(key) for key in ApiKey.objects.filter(clinic_id=clinic_id)]
    return sorted(views, key=lambda one: (one.ended_at is not None, one.name.casefold(), one.id))


def _digest(secret: str) -> bytes:
    return hmac_digest(key_file().derive("api keys"), secret.encode(), "sha256")


def _view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=key.id,
        clinic_id=key.clinic_id,
        name=key.name,
        prefix=key.prefix,
        scopes=frozenset(ApiScope(scope) for scope in key.scopes if scope in set(ApiScope)),
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        ended_at=key.revoked_at,
        sources=tuple(key.sources),
    )
