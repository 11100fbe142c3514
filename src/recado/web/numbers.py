"""Numbers as a page shows them."""

import re
from typing import Any

import phonenumbers
from babel import Locale
from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language, gettext_lazy

FAULTS: dict[str, Any] = {
    "letters": gettext_lazy("There are letters in the number. Type digits only, for example 07700 900123."),
    "too_short": gettext_lazy("Too short: digits are missing. For example 07700 900123 or +33 6 39 98 01 23."),
    "too_long": gettext_lazy("Too long: there are digits too many. Type one number only."),
    "not_possible": gettext_lazy(
        "No country has such a number. Type it with its country code, for example +44 7700 900123."
    ),
}
"""What is wrong with a phone number that somebody typed: by `BadPhone.code`."""


def national(number: str) -> str:
    """`+447700900100` as `07700 900100`; what isn't E.164 stays as it was written."""
    parsed = _parsed(number)
    if parsed is None:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def international(number: str) -> str:
    """`+447700900321` as `+44 7700 900321`; what isn't E.164 stays as it was written."""
    parsed = _parsed(number)
    if parsed is None:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def callable_number(number: str) -> str:
    """The number for a `tel:` link (RFC 3966): digits, with the plus sign if it had one."""
    digits = re.sub(r"\D", "", number)
    return f"+{digits}" if number.lstrip().startswith("+") else digits


def counted(count: int) -> str:
    """12,345 with the separators of the reader's language."""
    return format_decimal(count, locale=(get_language() or "en").replace("-", "_"))


def percent(share: float, places: int = 0) -> str:
    """0.754 as 75%, with the space and sign of the reader's language; `places`: so many behind the point."""
    locale = Locale.parse((get_language() or "en").replace("-", "_"))
    form = locale.percent_formats[None].pattern
    if places:
        form = form.replace("#,##0", "#,##0." + places * "0")
    return format_percent(share, form, locale=locale)


def tenths(number: float) -> str:
    """6.3 with the separators of the reader's language."""
    return format_decimal(number, format="#,##0.0", locale=(get_language() or "en").replace("-", "_"))


def hundredths(number: float, *, signed: bool = False) -> str:
    """4.21 with the separators of the reader's language; `signed`: +0.30."""
    form = "+#,##0.00;-#,##0.00" if signed else "#,##0.00"
    return format_decimal(number, format=form, locale=(get_language() or "en").replace("-", "_"))


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    if not number.startswith("+"):
        return None
    try:
        return phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
