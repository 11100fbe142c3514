"""What the dispatcher counts, and how Prometheus reads it."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from recado.channels.protocol import Accepted, Connection, LinkHealth, Outcome, Refused, TryLater, Uncertain
from recado.channels.smpp import SmppCarrier, SmppSettings
from recado.consent.types import Purpose
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect_async, key_file
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.launch.metrics import Figures, Seen, seen_from_here, serve
from recado.messaging import operations
from recado.messaging.dispatch import counting
from recado.messaging.dispatch.counting import Counted, Counting
from recado.messaging.dispatch.lines import Line, Link
from recado.messaging.dispatch.meter import ALL_TIMED, MOST_REASONS, SAMPLED, Kept, Meter
from recado.messaging.dispatch.turns import Holds
from recado.messaging.outbox import Claimed
from recado.messaging.types import Lane
from tests import factories
from tests.factories import intent, send

NOON, SECOND = datetime(2026, 11, 24, 12, tzinfo=UTC), timedelta(seconds=1)
CLINIC = UUID(int=7)


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


def text(due: datetime, *, lane: Lane = Lane.CARE, first_due: datetime | None = None) -> Claimed:
    return Claimed(new_id().bytes, CLINIC.bytes, lane, "", Purpose.CARE, 0, due, b"", b"", b"", None, first_due)


def kept(*texts: Claimed, outcome: Outcome, holds: Holds | None = None) -> Kept:
    meter = Meter()
    meter.note(1, texts, [outcome] * len(texts), NOON, 0.0, holds or Holds())
    return meter.take_promise().get(Lane.CARE, Kept())


def test_promise_counts_from_when_a_text_was_due_at_first_and_lost_answers_as_missed() -> None:
    late = text(NOON - SECOND, first_due=NOON - 60 * SECOND)
    assert kept(text(NOON - SECOND), late, outcome=Accepted("r")) == Kept(2, 1)
    assert kept(text(NOON), outcome=Uncertain("no_answer")) == Kept(1, 0)
    assert kept(text(NOON), outcome=Refused("number_refused")) == Kept(0, 0)
    assert kept(text(NOON), outcome=TryLater(SECOND, "throttled")) == Kept(0, 0)


def test_promise_leaves_out_what_fell_due_while_a_person_held_its_lane() -> None:
    holds, pair = Holds(), (CLINIC, Lane.CARE)
    holds.look({pair: NOON - 600 * SECOND}, NOON - 300 * SECOND)
    holds.look({}, NOON - 120 * SECOND)
    waited = [text(NOON - seconds * SECOND) for seconds in (620, 605, 300, 60)]  # the first was late before the hold
    assert kept(*waited, outcome=Accepted("r"), holds=holds) == Kept(2, 0)
    of_the_carrier = Holds()
    of_the_carrier.look({(None, Lane.CARE): NOON - 600 * SECOND}, NOON - 300 * SECOND)
    of_the_carrier.look({}, NOON)
    assert kept(*waited, outcome=Accepted("r"), holds=of_the_carrier) == Kept(1, 0)


def test_reasons_and_open_deliveries_do_not_grow_without_end(meter: Meter) -> None:
    meter.answered(1, [("Refused", f"code_{at}") for at in range(MOST_REASONS + 50)])
    assert len(meter.outcomes) == MOST_REASONS + 1 and meter.outcomes[1, "Refused", "other"] == 50
    meter.accepted(1, [(f"r{at}", Lane.CARE) for at in range(ALL_TIMED + 10 * SAMPLED)], 0.0)
    meter.delivered(1, [f"r{at}" for at in range(ALL_TIMED + 10 * SAMPLED)], 1.0)
    assert meter.deliveries[1, Lane.CARE].total == ALL_TIMED + 10


def seen_carrier() -> Seen:
    """With two connections, one of which owes an answer."""
    links = [
        Connection("transceiver", health, NOON, 500, 500, 3, None, unheard_since=since)
        for health, since in ((LinkHealth.UP, real_now() - 7 * SECOND), (LinkHealth.DOWN, None))
    ]
    return Seen("Northline", "ready", 500, 12, links)


def scraped(meter: Meter, counted: Counted | None = None) -> str:
    registry, counting = CollectorRegistry(), Counting()
    counting.counted = counted
    registry.register(Figures(meter, counting, lambda: {1: seen_carrier()}))
    return generate_latest(registry).decode()


def shown(meter: Meter, counted: Counted | None = None) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(scraped(meter, counted))
        for sample in family.samples
    }


@pytest.mark.usefixtures("database")
def test_prometheus_reads_times_answers_windows_and_the_queue(meter: Meter) -> None:
    clinic = factories.make_furnished().id
    send(clinic, intent(1), intent(2))
    counted = count()
    meter.handed(1, Lane.CARE, [0.2, 0.2, 20.0, 2000.0])
    meter.accepted(1, [("r1", Lane.CARE), ("r2", Lane.BULK)], 100.0)
    meter.delivered(1, ["r1", "r1", "unknown"], 103.0)
    meter.delivered(2, ["r2"], 104.0)
    meter.answered(1, [("Accepted", ""), ("Accepted", ""), ("TryLater", "throttled")])
    seen = shown(meter, counted)
    one, care = (("carrier", "1"),), (("carrier", "1"), ("lane", "care"))

    def bucket(bound: str) -> float:
        return seen["recado_handover_seconds_bucket", (("carrier", "1"), ("lane", "care"), ("le", bound))]

    assert (bucket("0.1"), bucket("0.25"), bucket("30.0"), bucket("+Inf")) == (0, 2, 3, 4)
    assert seen["recado_handover_seconds_count", care] == 4
    assert seen["recado_handover_seconds_sum", care] == pytest.approx(2020.4)
    assert seen["recado_answers_total", (("carrier", "1"), ("outcome", "accepted"), ("reason", ""))] == 2
    assert seen["recado_answers_total", (("carrier", "1"), ("outcome", "try_later"), ("reason", "throttled"))] == 1
    assert (seen["recado_delivery_seconds_count", care], seen["recado_delivery_seconds_sum", care]) == (1, 3.0)
    assert seen["recado_promise_texts_total", (("lane", "care"),)] == 4
    assert seen["recado_promise_kept_texts_total", (("lane", "care"),)] == 2
    assert seen["recado_carrier_window", one] == 500
    assert seen["recado_carrier_unheard_seconds", one] >= 7
    assert seen["recado_carrier_info", (("carrier", "1"), ("name", "Northline"))] == 1
    assert seen["recado_carrier_state", (("carrier", "1"), ("state", "refused"))] == 0
    assert seen["recado_carrier_connections", (("carrier", "1"), ("state", "up"))] == 1
    assert seen["recado_queue_texts", care] == 2
    assert seen["recado_queue_texts", (("carrier", "1"), ("lane", "bulk"))] == 0
    assert 0 <= seen["recado_queue_oldest_due_seconds", care] < 60
    assert seen["recado_queue_counted_timestamp_seconds", ()] == pytest.approx(real_now().timestamp(), abs=60)


def test_carriers_are_looked_at_on_their_own_loop_whoever_scrapes() -> None:
    async def scrape() -> Mapping[int, Seen]:
        settings = SmppSettings("127.0.0.1", 1, "recado", "secret", reconnect_at_most=timedelta(seconds=5))
        carrier = SmppCarrier("Northline", settings)
        await carrier.start(nobody)
        look = seen_from_here(lambda: {1: Line(1, carrier)}, asyncio.get_running_loop())
        found = await asyncio.to_thread(look)
        await carrier.stop()
        return found

    async def nobody(items: object) -> None:
        """Nothing comes in."""

    (one,) = asyncio.run(scrape()).values()
    assert (one.name, one.state, len(one.connections)) == ("Northline", "down", 1)


def test_every_family_has_help_type_and_a_name_as_prometheus_wants_it(meter: Meter) -> None:
    meter.handed(1, Lane.CARE, [0.2])
    counted = Counted(real_now(), calls={1: (3, 1)}, unread=2, unread_since=real_now())
    families = list(text_string_to_metric_families(scraped(meter, counted)))
    assert len(families) >= 18
    for family in families:
        assert family.documentation and family.type in ("gauge", "counter", "histogram"), family
        assert re.fullmatch(r"recado_[a-z_]+", family.name), family.name
        assert (family.type == "histogram") <= family.name.endswith("_seconds"), family.name
        for sample in family.samples:
            assert sample.name.endswith("_total") == (family.type == "counter"), sample.name
            assert set(sample.labels) <= {"carrier", "lane", "outcome", "reason", "state", "le", "name", "version"}
    assert {family.name for family in families} <= explained()


def explained() -> set[str]:
    """The families that the reference tells of."""
    page = (Path(__file__).parents[2] / "docs/reference/metrics.md").read_text("utf-8")
    return {name.removesuffix("_total") for name in re.findall(r"`(recado_[a-z_]+)", page)}


def test_a_long_lane_is_counted_for_the_pages(monkeypatch: pytest.MonkeyPatch, database: None) -> None:
    clinic = factories.make_furnished().id
    send(clinic, *(intent(last) for last in range(300, 304)))
    for most in (operations, counting):
        monkeypatch.setattr(most, "MOST", 2)

    def care() -> tuple[int, bool]:
        with clinic_scope(clinic):
            lane = operations.overview(clinic).lanes[Lane.CARE - 1]
        return lane.waiting, lane.is_more

    assert care() == (2, True)
    count()
    assert care() == (4, False)
    factories.sql("DELETE FROM messaging_outbox")
    count()
    assert factories.sql("SELECT count(*) FROM messaging_queuecount") == [(0,)]


def count() -> Counted:
    async def once() -> Counted:
        link = Link(lambda: connect_async(Role.DISPATCH, autocommit=True), key_file())
        try:
            return await link.once(lambda books: books.count())
        finally:
            await link.close()

    return asyncio.run(once())


def test_without_a_port_nothing_is_served_and_a_taken_one_stops_nothing(
    meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = Figures(meter, Counting(), dict)
    monkeypatch.delenv("RECADO_METRICS_PORT", raising=False)
    assert serve(figures) is None
    monkeypatch.setenv("RECADO_METRICS_PORT", "0")
    first = serve(figures)
    assert first is not None
    monkeypatch.setenv("RECADO_METRICS_PORT", str(first[0].server_port))
    assert serve(figures) is None
    first[0].shutdown()


def test_alert_rules_ask_for_figures_that_are_served_and_lead_to_their_advice() -> None:
    docs = Path(__file__).parents[2] / "docs"
    rules = (docs / "reference/recado-alerts.yml").read_text("utf-8")
    asked = set(re.findall(r"\brecado_[a-z_]+", rules))
    served = explained() | {"recado_delivery_seconds_bucket"}
    assert {name.removesuffix("_total") for name in asked} <= served
    headings = re.findall(r"^#+ (.+)$", (docs / "howto/operate.md").read_text("utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in headings}
    assert set(re.findall(r"operate\.md#([a-z-]+)", rules)) <= anchors
    assert rules.count("- alert:") == rules.count("expr:") == rules.count("runbook:") == rules.count("severity:")
