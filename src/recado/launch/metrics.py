"""Figures for Prometheus on a port of their own: what the dispatcher counts, and what it has last seen in the queue.

    RECADO_METRICS_PORT=9464 recado up        then   curl http://127.0.0.1:9464/metrics

No figure names anybody: carriers by number (their names in `recado_carrier_info`), lanes by name. A scrape asks the database
nothing, so it costs the same with a million texts queued and while the database is away; how old the count of the queue is
says `recado_queue_counted_timestamp_seconds`. What each means and what to be woken for: docs/reference/metrics.md.
"""

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from recado import __version__
from recado.channels.protocol import Connection
from recado.foundation.clock import real_now
from recado.launch.environment import METRICS_HOST, METRICS_PORT
from recado.messaging.dispatch.counting import Counted, Counting
from recado.messaging.dispatch.lines import Line
from recado.messaging.dispatch.meter import BUCKETS, Meter, Times
from recado.messaging.dispatch.watch import connections_of
from recado.messaging.types import Lane

log = logging.getLogger("recado.metrics")
LOOP_ANSWERS = 5.0  # seconds
STATES = ("ready", "down", "refused")
OUTCOMES = {
    "Accepted": "accepted",
    "TryLater": "try_later",
    "Refused": "refused",
    "PersonStopped": "person_stopped",
    "Uncertain": "uncertain",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A carrier as its dispatcher sees it at this moment."""

    name: str
    state: str
    window: int
    under_way: int
    connections: Sequence[Connection]


def seen_from_here(
    lines: Callable[[], Mapping[int, Line]], loop: asyncio.AbstractEventLoop
) -> Callable[[], Mapping[int, Seen]]:
    """A look at a dispatcher's carriers from the thread of a scrape: made on the loop that they belong to. Raises TimeoutError
    where that does not answer within 5 s: the scrape fails, as it should."""

    async def look() -> dict[int, Seen]:
        return {
            number: Seen(line.carrier.name, line.state, line.window, line.under_way, connections_of(line.carrier))
            for number, line in lines().items()
        }

    return lambda: asyncio.run_coroutine_threadsafe(look(), loop).result(LOOP_ANSWERS)


class Figures(Collector):
    """Collects at each scrape. `carriers`: those that are open, by number."""

    def __init__(self, meter: Meter, counting: Counting, carriers: Callable[[], Mapping[int, Seen]]) -> None:
        self._meter, self._counting, self._carriers = meter, counting, carriers

    def collect(self) -> Iterator[Metric]:
        """The families of this moment."""
        yield InfoMetricFamily("recado_build", "Which Recado this is", value={"version": __version__})
        yield _histogram(
            "recado_handover_seconds", "From the moment a text was due to its carrier's answer", self._meter.waits
        )
        yield _histogram(
            "recado_delivery_seconds",
            "From a carrier's answer to the receipt of delivery; where many are open, of one in sixteen",
            self._meter.deliveries,
        )
        yield from self._answers()
        yield from self._promise()
        carriers = self._carriers()
        yield from _of_carriers(carriers)
        counted = self._counting.counted
        if counted is not None:
            yield from _queue(counted, carriers)
            yield from _of_calls(counted)

    def _answers(self) -> Iterator[Metric]:
        outcomes = CounterMetricFamily(
            "recado_answers", "Texts by what their carrier answered", labels=("carrier", "outcome", "reason")
        )
        for (carrier, outcome, reason), count in list(self._meter.outcomes.items()):
            outcomes.add_metric((str(carrier), OUTCOMES.get(outcome, outcome), reason), count)
        yield outcomes
        yield CounterMetricFamily(
            "recado_texts_left_uncertain", "Texts that a process had under way when it died", value=self._meter.left
        )

    def _promise(self) -> Iterator[Metric]:
        handed = CounterMetricFamily("recado_promise_texts", "Texts that the promise counts", labels=("lane",))
        kept = CounterMetricFamily(
            "recado_promise_kept_texts", "Of these, handed over within 10 s of being due", labels=("lane",)
        )
        for lane, one in sorted(self._meter.promised.items()):
            handed.add_metric((lane.name.lower(),), one.handed)
            kept.add_metric((lane.name.lower(),), one.in_time)
        yield from (handed, kept)


def _of_carriers(carriers: Mapping[int, Seen]) -> Iterator[Metric]:
    carrier = ("carrier",)
    info = InfoMetricFamily("recado_carrier", "Name of a carrier", labels=carrier)
    state = GaugeMetricFamily("recado_carrier_state", "1 at the state it is in", labels=("carrier", "state"))
    window = GaugeMetricFamily("recado_carrier_window", "Texts that may be under way at once", labels=carrier)
    on_air = GaugeMetricFamily("recado_carrier_under_way", "Texts handed over and not answered", labels=carrier)
    unheard = GaugeMetricFamily(
        "recado_carrier_unheard_seconds", "How long it has owed an answer and said nothing", labels=carrier
    )
    links = GaugeMetricFamily("recado_carrier_connections", "Its connections by state", labels=("carrier", "state"))
    for number, seen in carriers.items():
        name, connections = (str(number),), seen.connections
        info.add_metric(name, {"name": seen.name})
        for one in STATES:
            state.add_metric((*name, one), int(one == seen.state))
        window.add_metric(name, seen.window)
        on_air.add_metric(name, seen.under_way)
        since = min((one.unheard_since for one in connections if one.unheard_since), default=None)
        unheard.add_metric(name, max(0.0, (real_now() - since).total_seconds()) if since else 0.0)
        for health, count in sorted(Counter(str(one.health) for one in connections).items()):
            links.add_metric((*name, health), count)
    yield from (info, state, window, on_air, unheard, links)


def _queue(counted: Counted, carriers: Mapping[int, Seen]) -> Iterator[Metric]:
    labels = ("carrier", "lane")
    depth = GaugeMetricFamily("recado_queue_texts", "Texts that wait, planned ones too", labels=labels)
    age = GaugeMetricFamily("recado_queue_oldest_due_seconds", "How long the oldest due text waits", labels=labels)
    now = real_now() + counted.ahead
    pairs = set(counted.waiting) | {(carrier, lane) for carrier in carriers for lane in Lane}
    for carrier, lane in sorted(pairs):
        count, oldest = counted.waiting.get((carrier, lane), (0, now))
        depth.add_metric((str(carrier), lane.name.lower()), count)
        age.add_metric((str(carrier), lane.name.lower()), max(timedelta(), now - oldest).total_seconds())
    yield from (depth, age)
    yield GaugeMetricFamily(
        "recado_queue_counted_timestamp_seconds",
        "When the dispatcher last counted the queue",
        value=counted.at.timestamp(),
    )


def _of_calls(counted: Counted) -> Iterator[Metric]:
    """What came in and is not read yet: no text of a patient's may lie there unseen."""
    calls = GaugeMetricFamily(
        "recado_callbacks", "A carrier's calls that are stored and not read", labels=("carrier", "state")
    )
    for carrier, (waiting, failed) in sorted(counted.calls.items()):
        calls.add_metric((str(carrier), "waiting"), waiting - failed)
        calls.add_metric((str(carrier), "failed"), failed)
    yield calls
    yield GaugeMetricFamily(
        "recado_inbound_unread_texts", "Texts of patients that no clinic has yet", value=counted.unread
    )
    since = (real_now() - counted.unread_since).total_seconds() if counted.unread_since else 0.0
    yield GaugeMetricFamily(
        "recado_inbound_unread_oldest_seconds", "How long the oldest of them waits", value=max(0.0, since)
    )


def _histogram(name: str, says: str, series: Mapping[tuple[int, Lane], Times]) -> Metric:
    family = HistogramMetricFamily(name, says, labels=("carrier", "lane"))
    bounds = [*(str(bound) for bound in BUCKETS), "+Inf"]
    for (carrier, lane), times in sorted(series.items()):
        reached, buckets = 0, []
        for bound, count in zip(bounds, list(times.counts), strict=True):
            reached += count
            buckets.append((bound, reached))
        family.add_metric((str(carrier), lane.name.lower()), buckets, times.seconds)
    return family


def serve(figures: Figures) -> tuple[WSGIServer, Thread] | None:
    """Serves /metrics on RECADO_METRICS_PORT (and RECADO_METRICS_HOST, else this machine only). None: not asked for, or
    the port is taken, which is said and stops nothing."""
    port = os.environ.get(METRICS_PORT)
    if not port:
        return None
    registry = CollectorRegistry(auto_describe=False)
    registry.register(figures)
    ProcessCollector(registry=registry)
    host = os.environ.get(METRICS_HOST) or "127.0.0.1"
    try:
        return start_http_server(int(port), addr=host, registry=registry)
    except (OSError, ValueError, OverflowError) as error:
        log.error("no metrics: %s can't be served (%s)", METRICS_PORT, type(error).__name__)
        return None
