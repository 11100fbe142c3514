"""Signatures of calls to other systems, as Standard Webhooks 1.0.0 has them
(github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md). Pure.

What is signed is `id.timestamp.body`, with HMAC-SHA-256 under the bytes behind `whsec_`; the header holds one `v1,BASE64` for
each secret that counts, so that a receiver can change over to a new one at leisure.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hmac import digest

PREFIX = "whsec_"
KEY_BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    """A fresh secret, as its receiver types it in."""
    return PREFIX + b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def signature(secret: str, call_id: str, timestamp: int, body: bytes) -> str:
    """One signature. `timestamp` is in whole seconds since 1970, of real time: receivers refuse what is minutes old."""
    signed = b"%s.%d.%s" % (call_id.encode(), timestamp, body)
    return "v1," + b64encode(digest(b64decode(secret.removeprefix(PREFIX)), signed, "sha256")).decode()


def headers(secrets_: Sequence[str], call_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a call. Tried again, a call keeps its id: by that a receiver knows it."""
    return {
        "webhook-id": call_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, call_id, timestamp, body) for secret in secrets_),
    }
