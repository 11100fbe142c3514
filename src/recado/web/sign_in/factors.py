"""Second steps: how allauth keeps a code app's secret and passkeys for us, and what an account has enrolled."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.db import transaction

from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.keys import keys_for

_COLUMN, _ROW = "mfa.secret", b"mfa"
_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seals what allauth would keep in the clear, and names us to code apps and passkeys."""

    def encrypt(self, text: str) -> str:
        return keys_for(SYSTEM_CLINIC).seal(_COLUMN, _ROW, text.encode()).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return keys_for(SYSTEM_CLINIC).open(_COLUMN, _ROW, bytes.fromhex(encrypted_text)).decode()

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


def is_right_code(user_id: UUID, code: str) -> bool:
    """Whether it is a code that the app shows about now, and wasn't used: allauth forgets a used one after 30 s, while one
    is right for three times as long (MFA_TOTP_TOLERANCE)."""
    found = of_kind(user_id, Authenticator.Type.TOTP)
    if not found or not TOTP(found).validate_code(code):
        return False
    used = sha256(f"{user_id} {normalize_user_code(code)}".encode()).hexdigest()
    if not cache.add(f"used-code-{used}", 1, app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)):
        return False
    found.record_usage()
    return True


def use_recovery_code(user_id: UUID, code: str) -> bool:
    """Uses one up. Two requests with the same code: one of them gets in."""
    found = of_kind(user_id, Authenticator.Type.RECOVERY_CODES)
    if not found:
        return False
    with transaction.atomic(using="accounts"):
        return bool(RecoveryCodes(found).validate_code("".join(code.split()).replace("-", "")))


def recovery_codes_left(user_id: UUID) -> int:
    found = of_kind(user_id, Authenticator.Type.RECOVERY_CODES)
    return len(RecoveryCodes(found).get_unused_codes()) if found else 0


def new_recovery_codes(user: Any) -> list[str]:
    """Ten fresh codes; the old ones are over."""
    with transaction.atomic(using="accounts"):
        Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
        codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def forget_all(user_id: UUID) -> None:
    """Removes passkeys, code app and recovery codes of an account."""
    Authenticator.objects.filter(user_id=user_id).delete()
