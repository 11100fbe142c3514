"""What a text costs, in words: how much, who says so, and plainly where nobody does."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import is_currency
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recado.messaging.types import CostView, EventKind, TextStory
from recado.web import dates, numbers
from recado.web.costs import exact

from .telling import Line


def amount(found: Decimal, currency: str) -> str:
    """An amount with all its digits, and what it counts where that is no currency."""
    if is_currency(currency.upper()):
        return exact(found, currency.upper())
    plain = exact(found, "")
    return f"{plain} {currency}" if currency else _("%(amount)s (currency not named)") % {"amount": plain}


def in_short(found: TextStory) -> str:
    """The whole cost; empty where no carrier has taken the text."""
    cost = found.cost
    if cost is None:
        return ""
    return _("not known") if cost.total is None else amount(cost.total, cost.currency)


def of_cost(found: TextStory, zone: ZoneInfo) -> Line | None:
    """The line of the story, beside the hand-over that costs it, or beside the report that says it."""
    cost = found.cost
    sent_at = max((one.at for one in found.message.events if one.kind is EventKind.SENT), default=None)
    if cost is None or sent_at is None:
        return None
    raw = {"amount": cost.total, "currency": cost.currency, "source": cost.source}
    if cost.total is None:
        said = _("The carrier has named no price, and its price list has none for this country.")
        return Line(sent_at, "cost", _("Cost not known"), said, raw)
    title = _("Cost: %(amount)s") % {"amount": amount(cost.total, cost.currency)}
    at = cost.at if cost.source == "told" and cost.at is not None else sent_at
    return Line(max(at, sent_at), "cost", title, _detail(cost, found.message.parts, zone), raw)


def _detail(cost: CostView, parts: int, zone: ZoneInfo) -> str:
    counted = ngettext("%(count)s part", "%(count)s parts", parts) % {"count": numbers.counted(parts)}
    if cost.source == "told" or cost.each is None:
        return _("The carrier says so, of this text: %(parts)s.") % {"parts": counted}
    values = {
        "parts": counted,
        "each": amount(cost.each, cost.currency),
        "when": dates.short_moment(cost.at.astimezone(zone)) if cost.at else "",
    }
    if cost.source == "hand":
        return _("%(parts)s at %(each)s, by the price that was set here on %(when)s. The carrier named none.") % values
    return _("%(parts)s at %(each)s, by the carrier's price list of %(when)s. Of this text it named none.") % values
