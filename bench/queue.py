"""A million texts in the queue: what a claim costs then, how long an emergency waits, and whether memory stays flat.

    python -m bench.queue [--texts 1000000] [--batch 10000] [--quick]

1. A claim of 500 with nothing behind it, and with the million: buffers (exact) and milliseconds, by EXPLAIN (ANALYZE,
   BUFFERS) of the product's own statement. The looks of the operations page, of health and of the metrics the same way.
2. Emergencies one by one by API while the million waits, and while it flows: from the request to the carrier's answer.
3. A batch of emergencies while it flows: until the last is answered by the carrier.
4. The memory of each process up to a fifth of the million, and from there to its end.

The carrier is a sink that answers at once. About 6 minutes; half a minute with --quick.
"""

import asyncio
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import gauge, rig, send_chain, sink
from bench.product import Product, for_a_bench

CLAIM = 500
CHUNK = 10_000  # texts in one call of the product's own action
EMERGENCY = "+4478"  # and eight digits: what the sink watches
BETWEEN = 0.02  # seconds from an emergency's answer to the next
WHILE_WAITING = 200  # emergencies one by one while nothing flows
BARS = {"claim_buffers_ratio": 1.25, "emergency_p99_ms": 200, "batch_s": 3.0, "page_ms": 500}


def main() -> None:
    args = rig.arguments(
        __doc__,
        8396,
        texts=(1_000_000, 30_000, "bulk texts that wait"),
        batch=(10_000, 500, "emergencies in one request"),
    )
    with for_a_bench(args.port, has_demo=False) as product, tempfile.TemporaryDirectory() as folder:
        with sink.running(Path(folder), watch=EMERGENCY[1:]) as carrier:
            clinic = rig.clinic(product, "bench", carrier.port, window=send_chain.WINDOW, number=1)
            send_chain.warm_up(product, (clinic, carrier))
            rig.tell(measure(product, clinic, carrier, args.texts, args.batch), args.out)


def measure(product: Product, clinic: rig.Clinic, carrier: sink.Sink, texts: int, batch: int) -> dict[str, Any]:
    """All of it, in its order."""
    rig.use_product()
    emergencies = Emergencies(clinic, carrier)
    product.command("pause", "--clinic", clinic.slug, "--lane", "bulk")
    fill(clinic, CLAIM)
    empty = claim_cost(clinic)
    began = time.monotonic()
    fill(clinic, texts - CLAIM)
    put = time.monotonic() - began
    full, looks = claim_cost(clinic), cost_of_looks(clinic)
    waiting = emergencies.one_by_one(lambda sent: sent >= min(WHILE_WAITING, texts))
    flow = let_go(product, clinic, carrier, emergencies, texts, batch)
    return {
        "texts": texts,
        "put_per_s": round((texts - CLAIM) / put),
        "claim_of_500": {"nothing_behind": empty, "all_behind": full},
        "claim_buffers_ratio": round(full["buffers"] / empty["buffers"], 3),
        "looks_ms": looks,
        "emergency_ms_while_they_wait": waiting,
        **flow,
        "bars": BARS,
    }


def fill(clinic: rig.Clinic, texts: int) -> None:
    """Queues texts about care in the lowest lane, by the product's own action."""
    from recado.consent.types import Purpose
    from recado.foundation.actors import OPERATOR
    from recado.foundation.phone import Phone
    from recado.foundation.tenancy import clinic_scope
    from recado.messaging import actions as messaging
    from recado.messaging.types import Intent, Lane

    for first in range(0, texts, CHUNK):
        intents = [
            Intent(Purpose.CARE, rig.TEXT, Phone(f"+447{next(clinic.numbers)}"), lane=Lane.BULK)
            for _ in range(min(CHUNK, texts - first))
        ]
        with clinic_scope(clinic.id):
            messaging.send(clinic_id=clinic.id, intents=intents, by=OPERATOR)


# ------------------------------------------------------------------------------------------------ what looks cost


def claim_cost(clinic: rig.Clinic) -> dict[str, float]:
    """A claim, explained and taken back, as the dispatcher's role plans it: the middle of seven."""
    from recado.foundation.clock import real_now
    from recado.foundation.database import Role, connect
    from recado.messaging import outbox
    from recado.messaging.dispatch.turns import Turns
    from recado.messaging.types import Lane

    made = []
    with connect(Role.DISPATCH) as connection:
        for _ in range(7):
            now, turns = real_now(), Turns()
            turns.told(clinic.id, [Lane.BULK])
            looks = turns.plan(CLAIM)
            values = outbox.claim_parameters(
                looks, carrier=clinic.carrier, most=CLAIM, now=now, worker="bench", lease=now
            )
            made.append(explained(connection, outbox.CLAIM, values))
            connection.rollback()
    return {"buffers": statistics.median(b for b, _ in made), "ms": statistics.median(ms for _, ms in made)}


def explained(connection: Any, statement: str, values: Any) -> tuple[int, float]:
    """Buffers and milliseconds of a statement."""
    rows = connection.execute("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) " + statement, values).fetchall()
    plan = rows[0][0][0]
    top = plan["Plan"]
    return top["Shared Hit Blocks"] + top["Shared Read Blocks"], round(plan["Execution Time"], 2)


def cost_of_looks(clinic: rig.Clinic) -> dict[str, float]:
    """Milliseconds of what pages, health, metrics and the dispatcher ask while so much waits: the middle of three."""
    from recado.foundation import arrays, business_time
    from recado.foundation.database import Role, connect
    from recado.foundation.tenancy import clinic_scope
    from recado.launch import health
    from recado.messaging import operations, outbox
    from recado.messaging.dispatch import counting
    from recado.messaging.types import Lane

    def page() -> None:
        with clinic_scope(clinic.id):
            operations.overview(clinic.id)

    def listed() -> None:
        with clinic_scope(clinic.id):
            operations.waiting_texts(clinic.id, Lane.BULK, skip=1_000, most=50)

    with connect(Role.DISPATCH) as connection:

        def waiting() -> None:
            values = {"carrier": clinic.carrier, "now": business_time.now(), "lanes": arrays.int2_array(list(Lane))}
            connection.execute(outbox.WAITING, values).fetchall()

        asked: dict[str, Callable[[], object]] = {
            "operations_page": page,
            "operations_list": listed,
            "health": health.parts,
            "metrics_count": lambda: connection.execute(counting.COUNT).fetchall(),
            "dispatcher_look": waiting,
        }
        return {name: round(statistics.median(_ms(look) for _ in range(3)), 1) for name, look in asked.items()}


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


# ------------------------------------------------------------------------------------------------ emergencies


class Emergencies:
    """Sends emergencies by API, and knows when each was answered by the carrier."""

    def __init__(self, clinic: rig.Clinic, carrier: sink.Sink) -> None:
        self._clinic, self._carrier = clinic, carrier
        self._next = 10_000_000

    def one_by_one(self, is_over: Callable[[int], bool]) -> dict[str, float]:
        """One after the other, until it is over. Milliseconds from the request's first byte to the carrier's answer."""
        begun = asyncio.run(self._singles(is_over))
        return self._waits(begun)

    async def _singles(self, is_over: Callable[[int], bool]) -> dict[str, float]:
        place = urlsplit(self._clinic.url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        begun: dict[str, float] = {}
        while not is_over(len(begun)):
            number = self._number()
            body = json.dumps({"to": f"+{number}", "text": rig.TEXT, "purpose": "emergency"}).encode()
            begun[number] = time.monotonic()
            writer.write(rig.request("messages", self._clinic.key, body))
            status, answer = await rig.answered(reader)
            if status != 202:
                raise RuntimeError(f"{status}: {answer[:300]!r}")
            await asyncio.sleep(BETWEEN)
        writer.close()
        return begun

    def batch(self, texts: int) -> dict[str, float]:
        """Many in one request: seconds until it was accepted, and until the carrier had answered the last."""
        numbers = [self._number() for _ in range(texts)]
        messages = [{"to": f"+{number}", "text": rig.TEXT, "purpose": "emergency"} for number in numbers]
        request = rig.request("messages/batch", self._clinic.key, json.dumps({"messages": messages}).encode())
        began = time.monotonic()
        accepted = asyncio.run(rig.sent_as_is(self._clinic.url, request))
        accepted_at = time.monotonic()
        if accepted != texts:
            raise RuntimeError(f"{accepted} of {texts} emergencies accepted")
        waits = self._waits(dict.fromkeys(numbers, began))
        return {"texts": texts, "accepted_s": round(accepted_at - began, 2), "last_s": round(waits["most"] / 1000, 2)}

    def _number(self) -> str:
        self._next += 1
        return f"{EMERGENCY[1:]}{self._next}"

    def _waits(self, begun: dict[str, float]) -> dict[str, float]:
        ends_at = time.monotonic() + 60
        while begun.keys() - (answered := self._carrier.watched()).keys():
            if time.monotonic() > ends_at:
                raise RuntimeError("an emergency has not reached the carrier within a minute")
            time.sleep(0.05)
        if not begun:  # all was gone before the first could be sent
            return {"texts": 0}
        waits = sorted((answered[number] - at) * 1000 for number, at in begun.items())
        return {
            "texts": len(waits),
            "p50": round(waits[len(waits) // 2], 1),
            "p99": round(waits[min(len(waits) - 1, len(waits) * 99 // 100)], 1),
            "most": round(waits[-1], 1),
        }


# ------------------------------------------------------------------------------------------------ all of it flows


def let_go(
    product: Product, clinic: rig.Clinic, carrier: sink.Sink, emergencies: Emergencies, texts: int, batch: int
) -> dict[str, Any]:
    """The million goes out while emergencies come: one by one up to two fifths and from three fifths on, and a batch between."""
    groups = product.groups()
    before = carrier.counts().texts
    told: dict[str, Any] = {}

    def gone() -> int:
        return carrier.counts().texts - before

    cpu, began = gauge.cpu(groups), time.monotonic()
    with gauge.Memory(groups, gone) as memory:
        product.command("resume", "--clinic", clinic.slug)
        first = emergencies.one_by_one(lambda _: gone() >= texts * 2 // 5)
        sender = threading.Thread(target=lambda: told.update(emergencies.batch(batch)))
        sender.start()
        sender.join()
        is_early = gone() < texts * 9 // 10
        second = emergencies.one_by_one(lambda _: gone() >= texts * 9 // 10)
        after = carrier.wait(carrier.counts().taken + texts - gone(), 60) if gone() < texts else carrier.counts()
        while carrier.counts().taken < carrier.counts().texts:
            time.sleep(0.05)
        took = carrier.counts().last - began
    spent = sum(gauge.cpu(groups).values()) - sum(cpu.values())
    sent = after.texts - before
    early, late = memory.peak_mb(upto=texts // 5), memory.peak_mb(above=texts // 5)
    return {
        "emergency_ms_while_they_flow": {"first_part": first, "second_part": second},
        "emergency_batch_while_they_flow": {**told, "is_while_they_flow": is_early},
        "flow": {"texts_per_s": round(sent / took), "cpu_us_a_text": round(spent / sent * 1e6, 1)},
        "peak_mb_up_to_a_fifth": early,
        "peak_mb_after": late,
        "growth_mb": {name: round(late[name] - early[name], 1) for name in groups},
    }


if __name__ == "__main__":
    main()
