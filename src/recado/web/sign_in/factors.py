"""Second steps: how allauth keeps a code app's secret and passkeys for us, and what an account has enrolled."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from typing import Any
from uuid import UUID

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.db import transaction

from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.keys import keys_for

_COLUMN = "mfa.secret"
_whose: ContextVar[UUID] = ContextVar("whose second step")
CODES, CODE_LETTERS = 10, "23456789abcdefghjkmnpqrstuvwxyz"  # of recovery; none that look alike on paper
CODE_LENGTH, GROUP = 16, 4  # 79 bits: no guessing from a digest, so none that is slow to make is needed
_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@contextmanager
def _of(user_id: UUID) -> Iterator[None]:
    """Says whose secrets are sealed and opened inside: allauth hands its adapter the text alone."""
    token = _whose.set(user_id)
    try:
        yield
    finally:
        _whose.reset(token)


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seals what allauth would keep in the clear, for one account: in another's row it doesn't open. Names us to code apps
    and passkeys."""

    def encrypt(self, text: str) -> str:
        return keys_for(SYSTEM_CLINIC).seal(_COLUMN, _whose.get().bytes, text.encode()).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return keys_for(SYSTEM_CLINIC).open(_COLUMN, _whose.get().bytes, bytes.fromhex(encrypted_text)).decode()

    def get_totp_issuer(self) -> str:
        return "Recado"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Recado"}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {"id": str(user.pk).encode(), "display_name": user.name, "name": user.email}

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The product sends no e-mail."""


def has_second_step(user_id: UUID) -> bool:
    """Whether somebody has a code app or a passkey."""
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=_STEPS).exists())


def passkeys(user_id: UUID) -> list[Any]:
    return list(Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.WEBAUTHN).order_by("created_at"))


def of_kind(user_id: UUID, kind: str) -> Any:
    """The code app ("totp") or the recovery codes ("recovery_codes") of an account; None: it has none."""
    return Authenticator.objects.filter(user_id=user_id, type=kind).first()


def sealed_secret(user_id: UUID, secret: str) -> str:
    """A code app's secret on its way to being turned on, as the session keeps it."""
    with _of(user_id):
        return Factors().encrypt(secret)


def opened_secret(user_id: UUID, sealed: str) -> str:
    with _of(user_id):
        return Factors().decrypt(sealed)


def turn_app_on(user: Any, secret: str) -> None:
    """From now on the codes of this app are asked for; those of an older one are over."""
    with transaction.atomic(using="accounts"), _of(user.pk):
        Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).delete()
        TOTP.activate(user, secret)


def is_right_code(user_id: UUID, code: str) -> bool:
    """Whether it is a code that the app shows about now, and wasn't used: allauth forgets a used one after 30 s, while one
    is right for three times as long (MFA_TOTP_TOLERANCE)."""
    found = of_kind(user_id, Authenticator.Type.TOTP)
    with _of(user_id):
        if not found or not TOTP(found).validate_code(code):
            return False
    used = f"used-code {user_id} {normalize_user_code(code)}"  # kept as a keyed hash: see `throttle.hashed`
    if not cache.add(used, 1, app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)):
        return False
    found.record_usage()
    return True


def use_recovery_code(user_id: UUID, code: str) -> bool:
    """Uses one up. Two requests with the same code: one of them gets in."""
    with transaction.atomic(using="accounts"):
        found = (
            Authenticator.objects.select_for_update()
            .filter(user_id=user_id, type=Authenticator.Type.RECOVERY_CODES)
            .first()
        )
        kept = found.data.get("digests", []) if found else []
        digest = _digest(user_id, code)
        if digest not in kept:
            return False
        found.data["digests"] = [one for one in kept if one != digest]
        found.record_usage()
        found.save(update_fields=["data"])
    return True


def _digest(user_id: UUID, code: str) -> str:
    """Of a code as it may be typed: with spaces, hyphens and capitals."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return sha256(f"{user_id} {plain}".encode()).hexdigest()


def recovery_codes_left(user_id: UUID) -> int:
    found = of_kind(user_id, Authenticator.Type.RECOVERY_CODES)
    return len(found.data.get("digests", [])) if found else 0


def new_recovery_codes(user: Any) -> list[str]:
    """Ten fresh codes, shown once; the old ones are over. Only digests are kept: allauth's own recovery codes come from a
    seed, so whoever holds database and key file could read them all."""
    codes = ["".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    kind = Authenticator.Type.RECOVERY_CODES
    with transaction.atomic(using="accounts"):
        Authenticator.objects.filter(user_id=user.pk, type=kind).delete()
        Authenticator.objects.create(user=user, type=kind, data={"digests": [_digest(user.pk, code) for code in codes]})
    return ["-".join(code[at : at + GROUP] for at in range(0, CODE_LENGTH, GROUP)) for code in codes]


def forget_all(user_id: UUID) -> None:
    """Removes passkeys, code app and recovery codes of an account."""
    Authenticator.objects.filter(user_id=user_id).delete()
