"""What texts cost, in words: amounts as the reader writes them."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recado.journeys.queries import Estimate
from recado.web import numbers
from recado.web.countries import locale_name


def money(amount: Any, currency: str) -> str:
    """An amount as the reader writes it; nothing where no currency is known."""
    return format_currency(amount, currency, locale=locale_name()) if currency else ""


def exact(amount: Decimal, currency: str) -> str:
    """The same with all its digits, as of a part: £0.036."""
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
