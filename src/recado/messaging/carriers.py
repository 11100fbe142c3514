"""Which carrier takes a clinic's texts, and from which of our numbers."""

import time
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from recado.consent.types import Purpose
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor
from recado.foundation.phone import Phone

from . import route_book
from .models import CarrierPrice, ReceivingNumber
from .route_book import NoRoute, RouteBook
from .types import Intent, Route, Way

__all__ = ["NoRoute", "forget_routes", "route_for", "routing", "routing_from", "ways"]

FRESH_FOR = 2.0  # seconds a route is remembered: read once a batch, not once a text
_routes: dict[UUID, tuple[float, list[tuple[Route, bool]]]] = {}
_books: dict[UUID, tuple[float, RouteBook]] = {}


def route_for(clinic_id: UUID, number: str | None = None) -> Route | None:
    """The clinic's own number and its carrier, whatever the routes say; `number` asks for a certain one. None: the clinic
    has none yet. Call it inside `clinic_scope`.
    """
    return _own(clinic_id)(number)


def routing(clinic_id: UUID) -> Callable[[Intent], Route | None]:
    """Tells where each text leaves: the clinic's own number, by the carrier that the table of routes chooses for it. None:
    the clinic has no number. Raises NoRoute where the routes forbid such a text.

    What it rests on is read now, inside `clinic_scope`; telling asks no database."""
    own_of, book = _own(clinic_id), _book(clinic_id)
    own = own_of(None)

    def choose(intent: Intent) -> Route | None:
        route = own if intent.number is None else own_of(intent.number)
        if route is None or intent.phone is None:
            return None
        return book.route(route, clinic=clinic_id, phone=intent.phone.e164, purpose=intent.purpose, body=intent.text)

    return choose


def routing_from(route: Route, clinic_id: UUID) -> Callable[[Intent], Route | None]:
    """The same for texts from one certain number, whoever's it is."""
    book = _book(clinic_id)

    def choose(intent: Intent) -> Route | None:
        if intent.phone is None:
            return None
        return book.route(route, clinic=clinic_id, phone=intent.phone.e164, purpose=intent.purpose, body=intent.text)

    return choose


def ways(clinic_id: UUID) -> Callable[[Phone | None, Purpose, str | None], Way | None]:
    """Tells from what a text to a phone (None: nobody in particular) would leave that asks for an answer, and whether we
    would hear it; the number asks for a certain sender. None: the clinic has no number.

    What it rests on is read now, inside `clinic_scope`; telling asks no database."""
    own_of, book = _own(clinic_id), _book(clinic_id)

    def way(phone: Phone | None, purpose: Purpose, number: str | None) -> Way | None:
        own = own_of(number)
        return book.way(own, clinic=clinic_id, phone=phone, purpose=purpose) if own else None

    return way


def number_of(clinic_id: UUID, phone: Phone | None = None, purpose: Purpose = Purpose.CARE) -> str:
    """The number (or name) of ours that a text to a phone would come from; empty when the clinic has none yet. Call it
    inside `clinic_scope`."""
    way = ways(clinic_id)(phone, purpose, None)
    return way.sender if way else ""


def price_of(clinic_id: UUID, country: str) -> tuple[Decimal, str] | None:
    """What a part costs in a country with the carrier of the clinic's own number, and the currency; None: nobody has said.
    Call it inside `clinic_scope`."""
    own = _own(clinic_id)(None)
    row = CarrierPrice.objects.filter(carrier=own.carrier_id, country=country).first() if own else None
    return (row.price, row.currency) if row else None


def takes_answers(
    clinic_id: UUID, number: str | None = None, *, phone: Phone | None = None, purpose: Purpose = Purpose.CARE
) -> bool:
    """Whether an answer to a text to a phone (from one of the clinic's numbers) would come back to us. Where it would not,
    texts ask by link. For many texts: `ways`. Call it inside `clinic_scope`."""
    way = ways(clinic_id)(phone, purpose, number)
    return way is None or way.is_heard


def _own(clinic_id: UUID) -> Callable[[str | None], Route | None]:
    """The clinic's number by which a text leaves where no route says another: the one asked for, else its own."""
    active = [route for route, is_active in _routes_of(clinic_id) if is_active]
    by_sender = {route.sender: route for route in reversed(active)}
    first = active[0] if active else None
    return lambda number: first if number is None else by_sender.get(number, first)


def _book(clinic_id: UUID) -> RouteBook:
    """The rows of the table of routes that are for a clinic, with what is known of their carriers."""
    known = _books.get(clinic_id)
    if known is not None and time.monotonic() - known[0] < FRESH_FOR:
        return known[1]
    with plain_cursor() as cursor:
        rules = cursor.execute(route_book.RULES).fetchall()
        registrations = cursor.execute(route_book.REGISTRATIONS).fetchall()
        if rules:  # most installations have one carrier and no table
            scores = cursor.execute(route_book.SCORES, (route_book.oldest_score(real_now()),)).fetchall()
            prices = cursor.execute(route_book.PRICES).fetchall()
            down = cursor.execute(route_book.DOWN).fetchall()
            down += [(carrier, True) for _, carrier in cursor.execute(route_book.HELD).fetchall()]  # the clinic's own
            heard = [(clinic_id, route.sender) for route, _ in _routes_of(clinic_id) if route.receives]
            book = route_book.book_of(rules, scores, prices, down, heard, registrations)
        else:
            book = route_book.book_of((), (), (), (), (), registrations)
    _books[clinic_id] = (time.monotonic(), book)
    return book


def _routes_of(clinic_id: UUID) -> list[tuple[Route, bool]]:
    known = _routes.get(clinic_id)
    if known is not None and time.monotonic() - known[0] < FRESH_FOR:
        return known[1]
    rows = (
        ReceivingNumber.objects.filter(clinic_id=clinic_id)
        .select_related("carrier")
        .order_by("-is_preferred", "keyword", "id")
    )
    routes = [(Route(row.carrier_id, row.address, row.carrier.receives), row.carrier.is_active) for row in rows]
    if routes:  # a clinic that has none yet is asked again at once
        _routes[clinic_id] = (time.monotonic(), routes)
    return routes


def forget_routes() -> None:
    """Drops what is remembered: after a change, and between tests."""
    _routes.clear()
    _books.clear()
