"""The phone of whoever writes a text, to try it on: remembered while they are signed in, sealed, and nowhere else."""

import base64
from contextlib import suppress

from django.http import HttpRequest

from recado.foundation.crypto import CannotOpen
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.web.sign_in.at_work import clinic_of

KEPT = "own_phone"  # in the session
_COLUMN = "session.own_phone"


def remember(request: HttpRequest, phone: Phone) -> None:
    """Keeps it until they sign out."""
    clinic_id = clinic_of(request)
    sealed = keys_for(clinic_id).seal(_COLUMN, clinic_id.bytes, phone.e164.encode())
    request.session[KEPT] = base64.b64encode(sealed).decode()


def known(request: HttpRequest) -> str:
    """The number; empty: none was given here, or at another clinic."""
    clinic_id, kept = clinic_of(request), request.session.get(KEPT, "")
    with suppress(CannotOpen):
        return keys_for(clinic_id).open(_COLUMN, clinic_id.bytes, base64.b64decode(kept)).decode() if kept else ""
    return ""
