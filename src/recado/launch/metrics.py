"""Figures for Prometheus on a port of their own: what the dispatcher counts, and what waits in the queue.

    RECADO_METRICS_PORT=9464 recado up        then   curl http://127.0.0.1:9464/metrics

No figure names anybody: carriers by number, lanes by name. The queue is counted when it is asked for, at most to
`MOST_COUNTED` a lane: beyond that the figure says "at least".
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from threading import Thread
from typing import LiteralString
from wsgiref.simple_server import WSGIServer

import psycopg
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.faults import describe
from recado.launch.environment import METRICS_HOST, METRICS_PORT
from recado.messaging.dispatch.meter import BUCKETS, Meter, Times
from recado.messaging.types import Lane

log = logging.getLogger("recado.metrics")
MOST_COUNTED = 100_000

# One step of the index for each counted row of each carrier and lane; the oldest is the smallest due of its clinics.
QUEUE: LiteralString = """
SELECT c.id, l.lane,
    (SELECT count(*) FROM (SELECT 1 FROM messaging_outbox o WHERE o.carrier = c.id AND o.lane = l.lane LIMIT %s) AS counted),
    (SELECT min(due) FROM messaging_outbox o WHERE o.carrier = c.id AND o.lane = l.lane)
FROM messaging_carrieraccount c, unnest(%s::smallint[]) AS l (lane)
"""
AHEAD: LiteralString = "SELECT ahead FROM foundation_clock"


class Figures(Collector):
    """Collects at each scrape. `lines`: window, texts under way and connection of each carrier, by its number."""

    def __init__(self, meter: Meter, lines: Callable[[], Mapping[int, tuple[int, int, bool]]]) -> None:
        self._meter, self._lines = meter, lines

    def collect(self) -> Iterator[Metric]:
        """The families of this moment."""
        yield self._histogram(
            "recado_handover_seconds",
            "From the moment a text was due to its carrier's answer",
            ("carrier", "lane"),
            {(str(carrier), lane.name.lower()): times for (carrier, lane), times in list(self._meter.waits.items())},
        )
        yield self._histogram(
            "recado_delivery_seconds",
            "From a carrier's answer to the receipt of delivery, of a sample",
            ("carrier",),
            {(str(carrier),): times for carrier, times in list(self._meter.deliveries.items())},
        )
        outcomes = CounterMetricFamily(
            "recado_outcomes", "What carriers answered", labels=("carrier", "outcome", "reason")
        )
        for (carrier, outcome, reason), count in list(self._meter.outcomes.items()):
            outcomes.add_metric((str(carrier), outcome, reason), count)
        yield outcomes
        yield from self._carriers()
        yield from self._queue()

    def _histogram(
        self, name: str, says: str, labels: tuple[str, ...], series: Mapping[tuple[str, ...], Times]
    ) -> Metric:
        family = HistogramMetricFamily(name, says, labels=labels)
        bounds = [*(str(bound) for bound in BUCKETS), "+Inf"]
        for values, times in series.items():
            reached, buckets = 0, []
            for bound, count in zip(bounds, times.counts, strict=True):
                reached += count
                buckets.append((bound, reached))
            family.add_metric(values, buckets, times.seconds)
        return family

    def _carriers(self) -> Iterator[Metric]:
        window = GaugeMetricFamily("recado_window", "Texts that may be under way at once", labels=("carrier",))
        on_air = GaugeMetricFamily("recado_under_way", "Texts handed over and not answered", labels=("carrier",))
        up = GaugeMetricFamily("recado_carrier_up", "1 while the carrier is connected", labels=("carrier",))
        for carrier, (size, count, is_up) in self._lines().items():
            window.add_metric((str(carrier),), size)
            on_air.add_metric((str(carrier),), count)
            up.add_metric((str(carrier),), int(is_up))
        yield from (window, on_air, up)

    def _queue(self) -> Iterator[Metric]:
        depth = GaugeMetricFamily(
            "recado_waiting", "Texts that wait, at most 100000 counted", labels=("carrier", "lane")
        )
        age = GaugeMetricFamily(
            "recado_oldest_due_seconds", "How long the oldest due text waits", labels=("carrier", "lane")
        )
        try:
            with connect(Role.DISPATCH, autocommit=True) as connection:
                ahead = connection.execute(AHEAD).fetchone()
                now = real_now() + ahead[0] if ahead else real_now()
                rows = connection.execute(QUEUE, (MOST_COUNTED, [int(lane) for lane in Lane])).fetchall()
        except psycopg.Error as error:
            log.warning("the queue can't be counted: %s", describe(error))
            rows = []
        for carrier, lane, count, oldest in rows:
            labels = (str(carrier), Lane(lane).name.lower())
            depth.add_metric(labels, count)
            age.add_metric(labels, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
        yield from (depth, age)


def serve(figures: Figures) -> tuple[WSGIServer, Thread] | None:
    """Serves /metrics on RECADO_METRICS_PORT (and RECADO_METRICS_HOST, else this machine only). None: not asked for, or
    the port is taken, which is said and stops nothing."""
    port = os.environ.get(METRICS_PORT)
    if not port:
        return None
    registry = CollectorRegistry(auto_describe=False)
    registry.register(figures)
    host = os.environ.get(METRICS_HOST) or "127.0.0.1"
    try:
        return start_http_server(int(port), addr=host, registry=registry)
    except (OSError, ValueError, OverflowError) as error:
        log.error("no metrics: %s can't be served (%s)", METRICS_PORT, type(error).__name__)
        return None
