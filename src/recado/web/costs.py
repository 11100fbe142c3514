"""What texts cost, in words: amounts as the reader writes them. What one part or one text costs is told with all its digits (`exact`),
or £0.036 would be told as £0.04; what many cost together as money is (`money`)."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recado.journeys.queries import Estimate
from recado.web import numbers
from recado.web.countries import locale_name


def money(amount: Any, currency: str) -> str:
    """A sum as the reader writes it: £0.08; nothing where no currency is known."""
    return format_currency(amount, currency, locale=locale_name()) if currency else ""


def exact(amount: Decimal, currency: str) -> str:
    """With all its digits, as of a part or of one text: £0.036."""
    if not currency:
        return format_decimal(amount.normalize(), format="#,##0.######", locale=locale_name())
    return format_currency(amount.normalize(), currency, locale=locale_name(), decimal_quantization=False)


def cost_words(cost: Estimate) -> dict[str, str]:
    """The cost of a stretch: the amount, and beneath it the parts."""
    amounts = " + ".join(money(amount, currency) for currency, amount in cost.sums.items())
    parts = ngettext("%(count)s part", "%(count)s parts", cost.parts) % {"count": numbers.counted(cost.parts)}
    if cost.is_about:
        amounts, parts = (_("about %(what)s") % {"what": what} if what else "" for what in (amounts, parts))
    without = _("no price is known for %(count)s of them") % {"count": numbers.counted(cost.unpriced)}
    return {"amount": amounts, "parts": parts, "without": without if cost.unpriced and cost.sums else ""}
