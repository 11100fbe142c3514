"""What the dispatcher counts, and how Prometheus reads it."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from recado.launch.metrics import Figures, serve
from recado.messaging.dispatch.meter import SAMPLED, Kept, Meter
from recado.messaging.types import Lane
from tests import factories
from tests.factories import intent, send


@pytest.fixture
def meter() -> Meter:
    return Meter()


def test_promise_counts_what_was_handed_over_within_ten_seconds(meter: Meter) -> None:
    meter.handed(1, Lane.CARE, [0.1, 10.0, 10.1])
    meter.handed(2, Lane.CARE, [1.0])
    taken = meter.take_promise()
    assert taken == {Lane.CARE: Kept(4, 3)}
    assert meter.take_promise() == {}
    meter.give_back(taken)
    meter.handed(1, Lane.CARE, [1.0])
    assert meter.take_promise() == {Lane.CARE: Kept(5, 4)}


def shown(meter: Meter) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    registry = CollectorRegistry()
    registry.register(Figures(meter, lambda: {1: (500, 12, True)}))
    text = generate_latest(registry).decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.usefixtures("database")
def test_prometheus_reads_times_outcomes_windows_and_the_queue(meter: Meter) -> None:
    clinic = factories.make_furnished().id
    send(clinic, intent(1), intent(2))
    meter.handed(1, Lane.CARE, [0.2, 0.2, 20.0, 2000.0])
    meter.accepted(1, [f"r{at}" for at in range(SAMPLED)], 100.0)
    meter.delivered(1, [f"r{at}" for at in range(SAMPLED)] * 2, 103.0)
    meter.delivered(2, [f"r{SAMPLED - 1}"], 104.0)
    meter.answered(1, [("Accepted", ""), ("Accepted", ""), ("TryLater", "throttled")])
    seen = shown(meter)
    care = (("carrier", "1"), ("lane", "care"))

    def bucket(bound: str) -> float:
        return seen["recado_handover_seconds_bucket", (("carrier", "1"), ("lane", "care"), ("le", bound))]

    assert (bucket("0.1"), bucket("0.25"), bucket("30.0"), bucket("+Inf")) == (0, 2, 3, 4)
    assert seen["recado_handover_seconds_count", care] == 4
    assert seen["recado_handover_seconds_sum", care] == pytest.approx(2020.4)
    assert seen["recado_outcomes_total", (("carrier", "1"), ("outcome", "Accepted"), ("reason", ""))] == 2
    assert seen["recado_delivery_seconds_count", (("carrier", "1"),)] == 1
    assert seen["recado_delivery_seconds_sum", (("carrier", "1"),)] == 3.0
    assert seen["recado_window", (("carrier", "1"),)] == 500
    assert seen["recado_waiting", care] == 2
    assert seen["recado_oldest_due_seconds", care] >= 0


def test_without_a_port_nothing_is_served_and_a_taken_one_stops_nothing(
    meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = Figures(meter, dict)
    monkeypatch.delenv("RECADO_METRICS_PORT", raising=False)
    assert serve(figures) is None
    monkeypatch.setenv("RECADO_METRICS_PORT", "0")
    first = serve(figures)
    assert first is not None
    monkeypatch.setenv("RECADO_METRICS_PORT", str(first[0].server_port))
    assert serve(figures) is None
    first[0].shutdown()
