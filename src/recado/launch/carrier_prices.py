"""What a part costs with a carrier, by country: set by hand, or asked of the carrier where it tells. For the command line."""

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from recado.channels.protocol import Carrier, HasPrices, Inbound, PriceList, Receipt
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.phone import is_country
from recado.launch.carrier_accounts import SETTINGS, gone, opened, the_one
from recado.launch.errors import CannotRun
from recado.messaging import carrier_desk
from recado.messaging.carriers import forget_routes

HAND, TOLD = "hand", "carrier"  # where a price is from, as it is stored
LARGEST: Final = Decimal("1000")
SMALLEST: Final = Decimal("0.00001")

LIST = "SELECT country, price, currency, source, at FROM messaging_carrierprice WHERE carrier = %s ORDER BY country"
SET = """
INSERT INTO messaging_carrierprice (carrier, country, price, currency, source, at)
VALUES (%(carrier)s, %(country)s, %(price)s, %(currency)s, %(source)s, %(at)s)
ON CONFLICT (carrier, country) DO UPDATE SET price = EXCLUDED.price, currency = EXCLUDED.currency, source = EXCLUDED.source,
    at = EXCLUDED.at WHERE %(source)s = 'hand' OR messaging_carrierprice.source <> 'hand'
"""
REMOVE = "DELETE FROM messaging_carrierprice WHERE carrier = %s AND country = %s"
COUNTRIES = """
SELECT country FROM clinics_clinic UNION SELECT country FROM messaging_route WHERE country <> ''
UNION SELECT country FROM messaging_carrierprice WHERE carrier = %s ORDER BY 1
"""


def listed(named: str) -> dict[str, Any]:
    """The prices that stand. Raises CannotRun."""
    number, name, kind = the_one(named)
    return {"id": number, "name": name, "kind": kind, "prices": _listed(number)}


def _listed(number: int) -> list[dict[str, Any]]:
    with connect(Role.MAINTENANCE) as connection:
        rows = connection.execute(LIST, (number,)).fetchall()
    return [
        {
            "country": country,
            "price": str(price.normalize()),
            "currency": currency,
            "source": source,
            "at": at.isoformat(),
        }
        for country, price, currency, source, at in rows
    ]


def set_by_hand(named: str, country: str, price: str, currency: str) -> dict[str, Any]:
    """Sets what a part costs to a country; it stands until it is set or removed again, whatever the carrier tells."""
    number, name, _ = the_one(named)
    try:
        amount = Decimal(price)
    except InvalidOperation:
        raise CannotRun(f"--set: {price} is no price. Write it with a point: 0.045") from None
    if not amount.is_finite() or not SMALLEST <= amount < LARGEST:
        raise CannotRun("--set: a price lies above 0.00001 and below 1000, for one part of a text.")
    if not re.fullmatch(r"[A-Za-z]{3}", currency):
        raise CannotRun(f"--set: {currency} is no currency. Use its three letters: EUR")
    _store(number, name, {_country(country): (amount, currency.upper())}, HAND, real_now())
    return listed(named)


def removed(named: str, country: str) -> dict[str, Any]:
    """Takes a price away: routes then take it for unknown."""
    number = the_one(named)[0]
    with connect(Role.MAINTENANCE) as connection:
        if not connection.execute(REMOVE, (number, _country(country))).rowcount:
            raise CannotRun(f"--remove: there is no price for {country.upper()}.")
    forget_routes()
    return listed(named)


def fetched(named: str, countries: Sequence[str]) -> dict[str, Any]:
    """Asks the carrier what a part costs, the dearest network of each country; by default those that a clinic is in, a route
    names, or a price stands for. Prices set by hand stay. Raises CannotRun where this carrier can't be asked."""
    number, name, kind, carrier = opened(named)
    with connect(Role.MAINTENANCE) as connection:
        known = [country for (country,) in connection.execute(COUNTRIES, (number,)).fetchall()]
    if not isinstance(carrier, HasPrices):
        raise CannotRun(
            f"{name} ({kind}) tells no prices by its API, or none that is documented. Set them from your contract: "
            f"recado carrier prices --name '{name}' --set COUNTRY PRICE CURRENCY"
        )
    wanted = [_country(country) for country in countries] or known
    told, failed = asyncio.run(_ask(carrier, wanted))
    _store(number, name, {c: (one.dearest, one.currency) for c, one in told.items()}, TOLD, real_now())
    return {**listed(named), "fetched": sorted(told), "not_told": failed}


async def _ask(carrier: Any, countries: Collection[str]) -> tuple[dict[str, PriceList], dict[str, str]]:
    async def ignore(items: Sequence[Receipt | Inbound]) -> None:
        raise OSError("nothing is taken here: the dispatcher's own connection hears it")

    started: Carrier = carrier
    told: dict[str, PriceList] = {}
    failed: dict[str, str] = {}
    await started.start(ignore)
    try:
        for country in countries:
            try:
                told[country] = await carrier.prices(country)
            except LookupError as reason:
                failed[country] = str(reason)
            except Exception as error:
                failed[country] = f"no answer ({type(error).__name__})"
    finally:
        await started.stop()
    return told, failed


def _store(number: int, name: str, prices: Mapping[str, tuple[Decimal, str]], source: str, now: datetime) -> None:
    with connect(Role.MAINTENANCE) as connection:
        connection.execute(carrier_desk.LOCK)
        if not connection.execute(SETTINGS, (number,)).fetchone():
            raise gone(name)
        for country, (price, currency) in prices.items():
            values = {"carrier": number, "country": country, "price": price, "currency": currency}
            connection.execute(SET, {**values, "source": source, "at": now})
    forget_routes()


def _country(code: str) -> str:
    if not is_country(code.upper()):
        raise CannotRun(f"{code} is no country. Use its two letters: GB")
    return code.upper()
