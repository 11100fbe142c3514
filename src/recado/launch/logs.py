"""How a log line looks: time, level, where, what; and nothing of a person.

Texts of exceptions may hold values and addresses of pages may hold secrets or numbers, so an exception is told of by its
type and places (`foundation.faults`), a request by its route, and whatever still looks like a phone number is masked.
"""

import logging
import re
import time

from recado.foundation.faults import describe

LOOKS_LIKE_A_NUMBER = re.compile(r"(?<![\w.-])(?:\+|00)[1-9](?:[ ().-]*\d){7,14}(?![\w])")


def mask(text: str) -> str:
    """Puts dots in the place of phone numbers written internationally."""
    return LOOKS_LIKE_A_NUMBER.sub("+…", text)


class PlainFormatter(logging.Formatter):
    """One line a record, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line = f"{at} {record.levelname} {record.name}: {_message(record)}"
        if record.exc_info and record.exc_info[1]:
            line += f" ({describe(record.exc_info[1])})"
        return mask(line).replace("\n", " ⏎ ")


def _message(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    if request is None:
        return record.getMessage()
    match = getattr(request, "resolver_match", None)
    route = match.route if match else "(no such page)"
    return f"{getattr(request, 'method', '')} {route} {getattr(record, 'status_code', '')}".strip()
