"""Which carrier takes a clinic's texts, and from which of our numbers."""

import time
from collections.abc import Callable
from uuid import UUID

from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor

from . import route_book
from .models import ReceivingNumber
from .route_book import NoRoute, RouteBook
from .types import Intent, Route

__all__ = ["NoRoute", "forget_routes", "route_for", "routing"]

FRESH_FOR = 2.0  # seconds a route is remembered: read once a batch, not once a text
_routes: dict[UUID, tuple[float, list[tuple[Route, bool]]]] = {}
_books: dict[UUID, tuple[float, RouteBook]] = {}


def route_for(clinic_id: UUID, number: str | None = None) -> Route | None:
    """The clinic's own number and its carrier; `number` asks for a certain one. None: the clinic has none yet.

    Call it inside `clinic_scope`.
    """
    routes = _routes_of(clinic_id)
    if number is not None:
        for route, is_active in routes:
            if route.sender == number and is_active:
                return route
    return next((route for route, is_active in routes if is_active), None)


def routing(clinic_id: UUID) -> Callable[[Intent], Route | None]:
    """Tells where each text leaves: the clinic's own number, by the carrier that the table of routes chooses for it. None:
    the clinic has no number. Raises NoRoute where the routes forbid such a text.

    What it rests on is read now, inside `clinic_scope`; telling asks no database."""
    own, routes, book = route_for(clinic_id), _routes_of(clinic_id), _routes_now(clinic_id)

    def choose(intent: Intent) -> Route | None:
        route = own
        if intent.number is not None:
            route = next((one for one, is_active in routes if is_active and one.sender == intent.number), own)
        if route is None or intent.phone is None:
            return None
        return book.route(route, clinic=clinic_id, phone=intent.phone.e164, purpose=intent.purpose)

    return choose


def routing_from(route: Route, clinic_id: UUID) -> Callable[[Intent], Route | None]:
    """The same for texts from one certain number, whoever's it is."""
    book = _routes_now(clinic_id)

    def choose(intent: Intent) -> Route | None:
        if intent.phone is None:
            return None
        return book.route(route, clinic=clinic_id, phone=intent.phone.e164, purpose=intent.purpose)

    return choose


def _routes_now(clinic_id: UUID) -> RouteBook:
    """The rows of the table of routes that are for a clinic, with what is known of their carriers."""
    known = _books.get(clinic_id)
    if known is not None and time.monotonic() - known[0] < FRESH_FOR:
        return known[1]
    with plain_cursor() as cursor:
        rules = cursor.execute(route_book.RULES).fetchall()
        if rules:  # most installations have one carrier and no table
            scores = cursor.execute(route_book.SCORES, (route_book.oldest_score(real_now()),)).fetchall()
            prices = cursor.execute(route_book.PRICES).fetchall()
            down = cursor.execute(route_book.DOWN).fetchall()
            down += [(carrier, True) for _, carrier in cursor.execute(route_book.HELD).fetchall()]  # the clinic's own
            book = route_book.book_of(rules, scores, prices, down)
        else:
            book = RouteBook()
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
    routes = [(Route(row.carrier_id, row.address), row.carrier.is_active) for row in rows]
    if routes:  # a clinic that has none yet is asked again at once
        _routes[clinic_id] = (time.monotonic(), routes)
    return routes


def forget_routes() -> None:
    """Drops what is remembered: after a change, and between tests."""
    _routes.clear()
    _books.clear()
