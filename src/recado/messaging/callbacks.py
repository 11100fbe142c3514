"""Carriers that call us: verified, stored raw, answered; read later by the dispatcher (`dispatch/callbacks.py`).

Stored means committed: a carrier that hears 200 may forget. A call that isn't genuine leaves a line in the log and nothing of
what it said. The address holds a secret, compared in constant time, so that carriers that sign nothing can't be played by
whoever knows their documents.
"""

import base64
import hmac
import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from recado.channels.protocol import Answer, Carrier, RawCallback, TakesCallbacks
from recado.foundation import ids
from recado.foundation.clock import real_now
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for

from . import accounts
from .models import CarrierAccount

log = logging.getLogger("recado.callbacks")

CHANNEL = "recado_callback"
COLUMN = "callback.raw"
GIVE_UP_AFTER = 8  # tries to read a call; then it waits as failed, loudly, and nothing is lost
FRESH_FOR = 5.0  # seconds an opened account is remembered
REMEMBERED = 50

# Whose carrier has been removed is nobody's to read: an account that is remembered from before takes no more. A removal that is
# under way is waited for (it holds the same lock alone), or a call would be stored behind the back of its last look.
THERE = "SELECT pg_advisory_xact_lock_shared(hashtextextended('recado carrier accounts', 7))"
STORE = """
INSERT INTO messaging_callbackraw (id, carrier, received_at, raw_ct, outcome, tries)
SELECT %s, id, %s, %s, '', 0 FROM messaging_carrieraccount WHERE id = %s AND removed_at IS NULL
"""

_opened: OrderedDict[int, tuple[float, str, Carrier]] = OrderedDict()
_lock = threading.Lock()


class NoSuchAddress(LookupError):
    """No carrier reports here: unknown number, wrong secret, or one that doesn't call. Nobody is told which."""


def take(carrier_id: int, secret: str, *, method: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Takes a carrier's call and says what to answer. Raises NoSuchAddress. Call it outside of any transaction."""
    address, carrier = _carrier(carrier_id, secret)
    raw = RawCallback(method, f"{address}?{query}" if query else address, headers, body, real_now())
    if not carrier.verify(raw):
        log.warning("carrier %d: a call with a wrong signature was refused", carrier_id)
        return carrier.callback_answer(raw, False)
    name = ids.new_id()
    sealed = keys_for(SYSTEM_CLINIC).seal(COLUMN, name.bytes, packed(raw))
    with transaction.atomic(), plain_cursor() as cursor:
        cursor.execute(THERE)
        if not cursor.execute(STORE, (name, raw.received_at, sealed, carrier_id)).rowcount:
            raise NoSuchAddress(str(carrier_id))
        cursor.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
    return carrier.callback_answer(raw, True)


def _carrier(number: int, secret: str) -> tuple[str, TakesCallbacks]:
    address, carrier = _remembered(number)
    is_right = hmac.compare_digest(address.rpartition("/")[2].encode(), secret.encode("utf-8", "surrogatepass"))
    if not address or not is_right or not isinstance(carrier, TakesCallbacks):
        raise NoSuchAddress(str(number))
    return address, carrier


def _remembered(number: int) -> tuple[str, Carrier]:
    with _lock:
        known = _opened.get(number)
    if known is not None and time.monotonic() - known[0] < FRESH_FOR:
        return known[1], known[2]
    row = CarrierAccount.objects.filter(id=number, removed_at=None).first() if 0 <= number < 32768 else None
    if row is None:
        raise NoSuchAddress(str(number))
    settings = accounts.settings_of(keys_for(SYSTEM_CLINIC), number, bytes(row.settings_ct))
    address = accounts.callback_url(number, settings)
    carrier = accounts.opened(number, row.name, row.kind, settings)
    with _lock:
        _opened[number] = (time.monotonic(), address, carrier)
        while len(_opened) > REMEMBERED:
            _opened.popitem(last=False)
    return address, carrier


def forget() -> None:
    """Opens every account anew: after a change, and between tests."""
    with _lock:
        _opened.clear()


# ---------------------------------------------------------------- as it is stored


def packed(raw: RawCallback) -> bytes:
    """Without the headers, which only say how it travelled and who sent it."""
    return json.dumps(
        {
            "method": raw.method,
            "url": raw.url,
            "content_type": raw.headers.get("content-type", ""),
            "body": base64.b64encode(raw.body).decode(),
            "at": raw.received_at.isoformat(),
        }
    ).encode()


def unpacked(octets: bytes) -> RawCallback:
    told = json.loads(octets)
    return RawCallback(
        told["method"],
        told["url"],
        {"content-type": told["content_type"]},
        base64.b64decode(told["body"]),
        datetime.fromisoformat(told["at"]),
    )
