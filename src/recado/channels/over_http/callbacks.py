"""What carriers that call us have in common: forms, JSON, signatures, numbers. Pure; not a carrier."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from recado.channels.protocol import Answer, RawCallback, Unreadable

FRESH_FOR: Final = timedelta(minutes=5)  # an older signed call, or one from the future, is a replay
NOT_GENUINE: Final = Answer(403)
_DIGESTS: Final = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def query(raw: RawCallback) -> dict[str, str]:
    """The parameters of the address; of one that is there twice, the last."""
    return _pairs(urlsplit(raw.url).query)


def form(raw: RawCallback) -> dict[str, str]:
    """The fields of a form in the body."""
    try:
        return _pairs(raw.body.decode())
    except UnicodeDecodeError:
        raise Unreadable("a form that isn't UTF-8") from None


def fields(raw: RawCallback) -> dict[str, str]:
    """What a carrier says by GET, by form or by one flat JSON object: many let the customer choose."""
    if raw.method == "GET" or not raw.body:
        return query(raw)
    if "json" in raw.headers.get("content-type", ""):
        return {key: _word(value) for key, value in json_object(raw).items()}
    return form(raw)


def json_object(raw: RawCallback) -> dict[str, Any]:
    try:
        told = json.loads(raw.body)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(told, dict):
        raise Unreadable("JSON, but no object")
    return told


def objects(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects under this name; one that is missing is empty."""
    found = told.get(name) or []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise Unreadable("a list of objects was wanted")
    return found


def text_of(told: Mapping[str, Any], *names: str) -> str:
    """The first of these that is there, as text; empty where none is."""
    return next((_word(told[name]) for name in names if told.get(name) not in (None, "")), "")


def e164(number: str) -> str:
    """A number as carriers write it, with its plus where it can be told; names and short codes stay as they are."""
    number = number.strip()
    digits = number.removeprefix("+").removeprefix("00")
    if not (digits.isascii() and digits.isdigit()):
        return number
    is_whole = number.startswith(("+", "00")) or (10 <= len(digits) <= 15 and digits[0] != "0")
    return "+" + digits if is_whole else number


def moment(text: str) -> datetime | None:
    """An ISO 8601 time, with or without its colon in the zone; without a zone UTC. None: it is none."""
    try:
        at = datetime.fromisoformat(text.strip().replace(" +", "+"))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def reference_of(own: str) -> int | None:
    """The last two octets of our message id, from the reference that we gave and the carrier returns."""
    try:
        return int.from_bytes(bytes.fromhex(own)[-2:], "big") if len(own) == 32 else None
    except ValueError:
        return None


# ---------------------------------------------------------------- signatures


def has_login(raw: RawCallback, user: str, password: str) -> bool:
    """Whether the call shows this name and password (RFC 7617). Without a password set, every call does."""
    if not password:
        return True
    kind, _, given = raw.headers.get("authorization", "").partition(" ")
    try:
        login = base64.b64decode(given, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
    return kind.casefold() == "basic" and same(login, f"{user}:{password}")


def same(given: str, wanted: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def signed(key: str, content: bytes, digest: str = "sha256") -> bytes:
    return hmac.new(key.encode(), content, digest).digest()


def base64_of(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def is_fresh(raw: RawCallback, seconds: object, within: timedelta = FRESH_FOR) -> bool:
    """Whether a Unix time in a signed call is not older than this when it came, and not from the future."""
    try:
        at = datetime.fromtimestamp(float(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return -FRESH_FOR <= raw.received_at - at <= within


def jwt_claims(token: str, key: str) -> dict[str, Any] | None:
    """The claims of a JSON Web Token signed with this key (RFC 7519, HMAC only); None when it isn't genuine. Which of
    the claims hold is for the caller to say."""
    head, _, signature = token.rpartition(".")
    try:
        kind, _, payload = head.partition(".")
        algorithm = json.loads(_unpadded(kind))["alg"]
        wanted = hmac.new(key.encode(), head.encode(), _DIGESTS[algorithm]).digest()
        if not hmac.compare_digest(_unpadded(signature), wanted):
            return None
        claims = json.loads(_unpadded(payload))
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        return None
    return claims if isinstance(claims, dict) else None


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _pairs(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=200, errors="strict"))
    except ValueError:
        raise Unreadable("a form that can't be read") from None


def _word(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value)
