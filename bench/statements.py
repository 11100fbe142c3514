"""The peer of `send_chain`: the same schema and statements, one after the other on one connection, and nothing else.

    python -m bench.statements [--texts 50000] [--quick]

What PostgreSQL and the Python for its arrays can do at most when nothing is sent, sealed or judged. The bar for the
whole product is half of it.
"""

import time
from typing import Any

from bench import rig
from bench.product import for_a_bench

CLAIM = 500


def main() -> None:
    args = rig.arguments(__doc__, 8393, texts=(50_000, 2_000, "rows"))
    with for_a_bench(args.port):
        rig.tell(measure(rig.prepare(), args.texts), args.out)


def measure(clinic: Any, texts: int) -> dict[str, Any]:
    """Puts, claims, settles and takes receipts for these many rows; returns the rate of whole lives and of each part."""
    rig.use_product()
    from recado.foundation.database import Role, connect
    from recado.foundation.tenancy import SET_CLINIC

    spent: dict[str, float] = {"put": 0.0, "claim": 0.0, "settle": 0.0, "receipts": 0.0}
    with connect(Role.APP) as app, connect(Role.DISPATCH, autocommit=True) as dispatch:
        for first in range(0, texts, 2_000):
            started = time.perf_counter()
            with app.transaction():
                app.execute(SET_CLINIC, (str(clinic),))
                _put(app, clinic, range(first, min(first + 2_000, texts)))
            spent["put"] += time.perf_counter() - started
        while _life(dispatch, spent, clinic):
            pass
    total = sum(spent.values())
    return {
        "texts": texts,
        "lives_per_s": round(texts / total),
        "us_a_text": {name: round(seconds / texts * 1e6, 1) for name, seconds in spent.items()},
    }


def _put(connection: Any, clinic: Any, numbers: range) -> None:
    from recado.foundation import ids
    from recado.foundation.asking import alone
    from recado.foundation.clock import real_now
    from recado.messaging import outbox

    now = real_now()
    rows = [
        outbox.Row(
            id=name,
            due=now,
            lane=4,
            purpose=5,
            purpose_group=1,
            carrier=99,  # no dispatcher looks at it
            parts=1,
            verdict="allow",
            rule="care",
            sender="+447700900100",
            patient_id=None,
            phone_bi=number.to_bytes(16, "big"),
            phone_ct=b"\0" * 45,
            body_ct=b"\0" * 105,
            ref=None,
        )
        for name, number in zip(ids.new_ids(len(numbers)), numbers, strict=True)
    ]
    with connection.cursor() as cursor:
        alone(outbox.putting(clinic, [rows], now=now), cursor)


def _life(connection: Any, spent: dict[str, float], clinic: Any) -> bool:
    """One slice from its claim to its receipts. False when the queue is empty."""
    from recado.consent.types import WITHDRAWAL_LOCK
    from recado.foundation.clock import real_now
    from recado.messaging import outbox, receipts
    from recado.messaging.dispatch.turns import Turns
    from recado.messaging.outbox import Settled
    from recado.messaging.types import EventKind, Lane

    now = real_now()
    turns = Turns()
    turns.told(clinic, [Lane.CARE])
    marks = [time.perf_counter()]
    with connection.transaction():
        connection.execute(outbox.CLAIM_LOCK, (WITHDRAWAL_LOCK,))
        values = outbox.claim_parameters(turns.plan(CLAIM), carrier=99, most=CLAIM, now=now, worker="bench", lease=now)
        claimed = outbox.slice_of(connection.execute(outbox.CLAIM, values).fetchall())
    marks.append(time.perf_counter())
    if claimed is None:
        return False
    events = [Settled(text.clinic, text.message, EventKind.SENT, text.message.hex()) for text in claimed.texts]
    with connection.transaction():
        connection.execute(outbox.END_SLICES, {"slices": [claimed.id], "fences": [claimed.fence]})
        connection.execute(outbox.SETTLE, outbox.settle_parameters(events, carrier=99, now=now))
    marks.append(time.perf_counter())
    refs = [str(event.ref) for event in events]
    values = receipts.take_parameters(carrier=99, kind=EventKind.DELIVERED, reason="", refs=refs, now=now)
    connection.execute(receipts.TAKE, values)
    marks.append(time.perf_counter())
    for name, begun, ended in zip(("claim", "settle", "receipts"), marks, marks[1:], strict=False):
        spent[name] += ended - begun
    return True


if __name__ == "__main__":
    main()
