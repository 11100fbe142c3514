"""What a refusal means: the closed set of classes, and how a carrier's own code becomes one. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from recado.channels.over_http.exchange import Reply
from recado.channels.protocol import Accepted


class ErrorClass(StrEnum):
    """What a carrier's refusal means. Closed: each carrier's codes are mapped to these in its one table."""

    THROTTLED = "throttled"  # too much at once: the same text goes again after a pause, and slower
    TEMPORARY = "temporary"  # not taken; may go again
    NOT_NOW = "not_now"  # a rule of the carrier's about hours: goes again in an hour
    PERMANENT = "permanent"  # the number or the text is wrong
    OPTED_OUT = "opted_out"  # this person has told the carrier to stop
    SENDER = "sender"  # this sender is not allowed or not registered: its texts wait, others go on
    ACCOUNT = "account"  # credentials, credit or address wrong: the whole carrier stops until a person acts
    UNKNOWN = "unknown"  # may have been taken, may not


@dataclass(frozen=True, slots=True)
class Trouble:
    """A text that wasn't simply taken. `reason` is a short code of ours and never holds anything of the text."""

    kind: ErrorClass
    reason: str
    after: timedelta | None = None


_CODE = re.compile(r"[A-Za-z0-9_.-]{1,27}")
_NUMBER = re.compile(r"[0-9]{7}")  # as long as a phone number

Codes = Mapping[int | str, tuple[ErrorClass, str]]
Told = Accepted | Trouble


def trouble_of(reply: Reply, codes: Codes, code: object = None) -> Trouble:
    """What a refusal means: by the carrier's own code, else by HTTP's status."""
    known = codes.get(code) if isinstance(code, int | str) else None
    if known is not None:
        return Trouble(*known, after=retry_after(reply))
    status = reply.status
    if status == 429:
        return Trouble(ErrorClass.THROTTLED, "throttled", retry_after(reply))
    if status in (401, 403):
        return Trouble(ErrorClass.ACCOUNT, "credentials_refused")
    if status == 402:
        return Trouble(ErrorClass.ACCOUNT, "no_credit")
    if status in (404, 405) or 300 <= status < 400:
        return Trouble(ErrorClass.ACCOUNT, "address_wrong")
    if status == 503 or (status >= 500 and code not in (None, "")):
        return Trouble(ErrorClass.TEMPORARY, "carrier_error", retry_after(reply))
    if status >= 500 or status == 408 or status < 400:
        return Trouble(ErrorClass.UNKNOWN, f"http_{status}")
    return Trouble(ErrorClass.PERMANENT, unlisted(code) if code not in (None, "") else f"http_{status}")


def unlisted(code: object) -> str:
    """A carrier's code that no table of ours lists, as a reason. What doesn't look like a code is left out: reasons are
    shown, logged and counted, and it could be a sentence with a person's number in it."""
    said = str(code)
    return f"carrier_code_{said}" if _CODE.fullmatch(said) and not _NUMBER.search(said) else "carrier_code_unlisted"


def retry_after(reply: Reply) -> timedelta | None:
    """The header Retry-After (RFC 9110 10.2.3): seconds or a date. Between a quarter of a second and an hour."""
    said = reply.headers.get("retry-after", "").strip()
    if not said:
        return None
    try:
        wait = timedelta(seconds=float(said)) if said[0].isdigit() and said[-1].isdigit() else None
        wait = wait or parsedate_to_datetime(said) - datetime.now(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(seconds=0.25)), timedelta(hours=1))
