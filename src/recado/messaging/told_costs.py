"""What carriers say that a text costs, in their answers and reports: kept for the story of the text, never guessed.

Only texts of carriers that name a price cost a row; every other text costs nothing here. One row a text: the last word counts.
That of a report which was kept until its text was known is as old as the report.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import LiteralString

from recado.channels.protocol import Cost, Receipt
from recado.foundation import arrays

from . import receipts

Priced = tuple[bytes, bytes, Cost]  # clinic, message, what it costs

_AGAIN: LiteralString = """
ON CONFLICT (clinic_id, message) DO UPDATE SET carrier = EXCLUDED.carrier, amount = EXCLUDED.amount,
    currency = EXCLUDED.currency, at = EXCLUDED.at
"""
ANSWERED: LiteralString = f"""
INSERT INTO messaging_toldcost (clinic_id, message, carrier, amount, currency, at)
SELECT n.clinic_id, n.message, %(carrier)s, n.amount::numeric, n.currency, %(now)s
FROM unnest(%(clinics)s, %(messages)s, %(amounts)s, %(currencies)s) AS n (clinic_id, message, amount, currency)
ORDER BY 1, 2
{_AGAIN}"""
REPORTED: LiteralString = f"""
WITH d AS MATERIALIZED (
    SELECT e.clinic_id, e.message, n.ref, n.amount, n.currency, n.at
    FROM unnest(%(refs)s, %(amounts)s, %(currencies)s, %(ats)s) AS n (ref, amount, currency, at), {receipts.OF_REF}),
i AS (
    INSERT INTO messaging_toldcost (clinic_id, message, carrier, amount, currency, at)
    SELECT DISTINCT ON (clinic_id, message) clinic_id, message, %(carrier)s, amount::numeric, currency, at
    FROM d ORDER BY clinic_id, message, at DESC
{_AGAIN}    WHERE messaging_toldcost.at <= EXCLUDED.at)
SELECT ref FROM d
"""


def answered(told: Sequence[Priced], *, carrier: int, now: datetime) -> dict[str, object]:
    """The values of `ANSWERED`. A text that was answered twice in the batch is written once: a statement changes no row twice."""
    last = {(clinic, message): cost for clinic, message, cost in told}
    return {
        "carrier": carrier,
        "now": now,
        "clinics": arrays.uuid_array([clinic for clinic, _ in last]),
        "messages": arrays.uuid_array([message for _, message in last]),
        **_prices(list(last.values())),
    }


def reported(reports: Iterable[tuple[Receipt, datetime]], *, carrier: int) -> dict[str, object] | None:
    """The values of `REPORTED`, of reports with the business time at which each came; None: none names a price. Of two reports
    on one text the later counts."""
    priced = {report.ref: (report.cost, at) for report, at in reports if report.cost is not None and report.ref}
    if not priced:
        return None
    ats = arrays.timestamptz_array([at for _, at in priced.values()])
    return {**receipts.by_ref(carrier, list(priced)), "ats": ats, **_prices([cost for cost, _ in priced.values()])}


def _prices(costs: Sequence[Cost]) -> dict[str, object]:
    return {
        "amounts": arrays.text_array([str(cost.amount) for cost in costs]),
        "currencies": arrays.text_array([cost.currency for cost in costs]),
    }
