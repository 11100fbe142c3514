"""Carrier accounts opened: what is kept sealed of each becomes a carrier, not started. Costs no connection.

Beside a carrier's own settings a `callback_secret` is kept: the last part of the address that the carrier reports to. The
address itself is made anew each time, so that it follows the installation's.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings as installation

from recado.channels.protocol import Carrier
from recado.foundation.crypto import ClinicKeys
from recado.foundation.wiring import wired

COLUMN = "carrier.settings"
SECRET = "callback_secret"  # the name of a setting


def place(number: int) -> bytes:
    """The row that sealed settings belong to."""
    return number.to_bytes(16, "big")


def new_secret() -> str:
    """The unguessable part of an address: 144 bits, short enough for carriers that take 100 characters."""
    return secrets.token_urlsafe(18)


def sealed(keys: ClinicKeys, number: int, settings: Mapping[str, object]) -> bytes:
    return keys.seal(COLUMN, place(number), json.dumps(dict(settings)).encode())


def settings_of(keys: ClinicKeys, number: int, sealed_settings: bytes) -> dict[str, Any]:
    """Raises CannotOpen."""
    told: dict[str, Any] = json.loads(keys.open(COLUMN, place(number), sealed_settings))
    return told


def callback_url(number: int, settings: Mapping[str, Any]) -> str:
    """Where this carrier reports to: its own setting, else the installation's address. Empty: it doesn't call."""
    if settings.get("callback_url") or not settings.get(SECRET):
        return str(settings.get("callback_url") or "")
    return f"{installation.RECADO_PUBLIC_URL}/callbacks/{number}/{settings[SECRET]}"


def opened(number: int, name: str, kind: str, settings: Mapping[str, Any]) -> Carrier:
    """The carrier. Raises `BadSettings`, `NotWired`."""
    given = {key: value for key, value in settings.items() if key != SECRET}
    address = callback_url(number, settings)
    if address:
        given["callback_url"] = address
    carrier: Carrier = wired("CARRIERS", kind)(name, given)
    return carrier
