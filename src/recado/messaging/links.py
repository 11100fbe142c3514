"""Short links of ours: random, single purpose, expiring, revocable. Only the hash of a token is stored.

The token is 10 letters and digits (58 bits), long enough that guessing finds nothing and short enough for a text.
"""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.conf import settings

from recado.consent import queries as consent
from recado.foundation import business_time
from recado.foundation.tenancy import capability, clinic_scope

from .models import Link
from .types import LinkTarget, LinkWish

# Without 0/O, 1/l/I: a link is sometimes read out on the phone.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"
LENGTH = 10
_are_samples: ContextVar[bool] = ContextVar("recado_sample_links", default=False)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def make(*, clinic_id: UUID, wishes: Sequence[LinkWish]) -> list[str]:
    """Makes links and returns their addresses, in the order given. Whoever is told in somebody's place opens theirs no longer than
    they are told. Call it inside `clinic_scope`."""
    if _are_samples.get():
        return [sample() for _ in wishes]
    tokens = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in wishes]
    now = business_time.now()
    ends = consent.last_moments(clinic_id, {(wish.patient_id, wish.phone_bi) for wish in wishes if wish.phone_bi})
    Link.objects.bulk_create(
        Link(
            clinic_id=clinic_id,
            token_hash=token_hash(token),
            kind=wish.kind,
            subject_id=wish.subject_id,
            patient_id=wish.patient_id,
            phone_bi=wish.phone_bi,
            about_id=wish.about_id,
            created_at=now,
            expires_at=min(wish.expires_at, ends.get((wish.patient_id, wish.phone_bi or b""), wish.expires_at)),
        )
        for token, wish in zip(tokens, wishes, strict=True)
    )
    return [f"{settings.RECADO_PUBLIC_URL}/r/{token}" for token in tokens]


@contextmanager
def only_samples() -> Iterator[None]:
    """Texts that are written in here are only looked at: their links lead nowhere, and nothing is kept."""
    token = _are_samples.set(True)
    try:
        yield
    finally:
        _are_samples.reset(token)


def sample() -> str:
    """An address as long as one of ours, that leads nowhere: for a text that is only looked at."""
    return f"{settings.RECADO_PUBLIC_URL}/r/{'x' * LENGTH}"


def behind(token: str) -> LinkTarget | None:
    """What a token stands for, from outside any clinic: who shows it may read its row. None: we never gave it out. Whoever is told
    in somebody's place opens nothing from the end of that on, also where it was set after the link was made."""
    digest = token_hash(token)
    with capability(digest):
        link = Link.objects.filter(token_hash=digest).first()
    if link is None:
        return None
    phone_bi = bytes(link.phone_bi) if link.phone_bi is not None else None
    stood_until = min(link.expires_at, link.revoked_at or link.expires_at)
    is_live = link.revoked_at is None and link.expires_at > business_time.now()
    if is_live and phone_bi is not None:
        told = link.patient_id, phone_bi
        with clinic_scope(link.clinic_id):
            stood_until = min(stood_until, consent.last_moments(link.clinic_id, {told}).get(told, stood_until))
        is_live = stood_until > business_time.now()
    who, made_at = (link.subject_id, link.patient_id, phone_bi), link.created_at
    return LinkTarget(link.clinic_id, link.kind, *who, is_live, made_at, stood_until, link.about_id)


def end(*, clinic_id: UUID, kind: str, subject_ids: Sequence[UUID]) -> None:
    """Revokes the links to these subjects. Call it inside `clinic_scope`."""
    Link.objects.filter(clinic_id=clinic_id, kind=kind, subject_id__in=subject_ids, revoked_at=None).update(
        revoked_at=business_time.now()
    )


def end_at(*, clinic_id: UUID, patient_id: UUID, phone_bi: bytes) -> None:
    """Revokes every link about this patient that was sent to this number. Call it inside `clinic_scope`."""
    Link.objects.filter(clinic_id=clinic_id, patient_id=patient_id, phone_bi=phone_bi, revoked_at=None).update(
        revoked_at=business_time.now()
    )


def made_since(*, clinic_id: UUID, kind: str, subject_id: UUID, since: datetime) -> int:
    """How many links to a subject were made since then: what a request for a new one is limited by."""
    return Link.objects.filter(clinic_id=clinic_id, kind=kind, subject_id=subject_id, created_at__gte=since).count()


def live_until(*, clinic_id: UUID, kind: str, subject_id: UUID) -> datetime | None:
    """Until when a subject's newest link stands; None: it has none that does. Call it inside `clinic_scope`."""
    newest = _newest(clinic_id, kind, subject_id)
    is_live = newest is not None and newest.revoked_at is None and newest.expires_at > business_time.now()
    return newest.expires_at if newest and is_live else None


def has_lapsed(*, clinic_id: UUID, kind: str, subject_id: UUID) -> bool:
    """Whether a subject's newest link ended by time alone: nobody used it up or took it back. Call it inside
    `clinic_scope`."""
    newest = _newest(clinic_id, kind, subject_id)
    return newest is not None and newest.revoked_at is None and newest.expires_at <= business_time.now()


def _newest(clinic_id: UUID, kind: str, subject_id: UUID) -> Link | None:
    rows = Link.objects.filter(clinic_id=clinic_id, kind=kind, subject_id=subject_id)
    return rows.order_by("-created_at", "-expires_at").first()
