"""Every carrier of the installation in one line: how it is, its connections, its window. For the operations page; more about
those that serve a clinic has carrier_views."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from recado.foundation.clock import real_now

from . import carrier_views
from .carrier_views import Health, LinkView
from .models import CarrierAccount, CarrierLink


@dataclass(frozen=True, slots=True)
class CarrierLine:
    """A carrier as its dispatchers have last seen it. `window` and `under_way` are those of its connections together;
    `unheard`: how long it has owed an answer and said nothing; `calls_failed`: its calls that wait for a person."""

    carrier: int
    name: str
    health: Health
    up: int
    connections: int
    window: int
    under_way: int
    unheard: timedelta | None
    reason: str
    calls_failed: int


def lines_of(accounts: Collection[CarrierAccount]) -> list[CarrierLine]:
    """One for each of these accounts: one statement."""
    links: dict[int, list[LinkView]] = {}
    fresh = CarrierLink.objects.filter(at__gt=real_now() - carrier_views.SILENT_AFTER)
    for row in fresh.order_by("carrier", "worker", "number"):
        links.setdefault(row.carrier, []).append(carrier_views.link_view(row))
    return [_line(row, links.get(row.id, [])) for row in accounts]


def _line(row: CarrierAccount, links: list[LinkView]) -> CarrierLine:
    health = carrier_views.health_of(row.state, row.state_at, is_active=row.is_active, links=links)
    is_wrong = health in (Health.DOWN, Health.REFUSED, Health.PART)
    up = [one for one in links if one.is_up]
    return CarrierLine(
        carrier=row.id,
        name=row.name,
        health=health,
        up=len(up),
        connections=len(links),
        window=sum(one.window for one in up),
        under_way=sum(one.under_way for one in links),
        unheard=max((wait for one in up if (wait := carrier_views.unheard_for(one))), default=None),
        reason=next((one.trouble for one in links if is_wrong and one.trouble and not one.is_up), ""),
        calls_failed=row.calls_failed,
    )
