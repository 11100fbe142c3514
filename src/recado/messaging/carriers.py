"""Which carrier takes a clinic's texts, and from which of our numbers."""

import time
from uuid import UUID

from .models import ReceivingNumber
from .types import Route

FRESH_FOR = 2.0  # seconds a route is remembered: read once a batch, not once a text
_routes: dict[UUID, tuple[float, list[tuple[Route, bool]]]] = {}


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
