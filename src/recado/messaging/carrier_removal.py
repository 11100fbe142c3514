"""A carrier taken away: nothing opens it any more, and its row stays without what opened it, since texts that left by it name
it in their story. An opt-out that it told of is heard before what it told is forgotten (`opt_outs`).

Refused while something still needs it. Other processes remember the routes for some seconds: a text that is put for it
meanwhile waits, and the dispatcher has it leave by what its clinic sends from now (dispatch/failover.py)."""

from typing import Any, LiteralString
from uuid import UUID

import psycopg

from recado.clinics.types import Refused
from recado.foundation import ids
from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect
from recado.foundation.keys import keys_for
from recado.foundation.text import gettext_noop

from . import accounts, carrier_desk, operations, opt_outs, routes

MOST_NAMED = 3  # numbers that a refusal names
IS_DEFAULT = gettext_noop(
    "Clinics without a number of their own send by it. Its operator takes that away first: recado carrier change, with "
    "--no-default."
)
HAS_NUMBERS = gettext_noop(
    "Numbers are on it still: %(numbers)s. Remove them first; one that you keep is then added on another carrier."
)
HAS_ROUTES = gettext_noop("Routes lead to it. Take it out of them first.")
TEXTS_WAIT = gettext_noop(
    "Texts still wait to leave by it, or are just leaving. Let them leave first, or take them back."
)
IS_ASKED = gettext_noop("It is still being asked about texts whose answer was lost. Try again in half an hour.")
IS_UNSURE = gettext_noop(
    "Nobody knows yet whether it took some texts of this week. See to them first, in Settings, Operations."
)
CALLS_WAIT = gettext_noop(
    "Calls of it have not been read yet. Try again in a minute; if Operations says that they can't be read, mend that first."
)

# One statement, so that a text which is just being claimed is seen in the queue or in its slice.
NEEDED: LiteralString = f"""
WITH u AS MATERIALIZED (
    SELECT DISTINCT ON (e.message) e.message, e.clinic_id FROM messaging_event e
    WHERE e.carrier = %(carrier)s AND e.kind = 5 AND e.message >= %(lowest)s ORDER BY e.message)
SELECT (SELECT default_sender <> '' FROM messaging_carrieraccount WHERE id = %(carrier)s),
    ARRAY(SELECT DISTINCT address FROM messaging_receivingnumber WHERE carrier_id = %(carrier)s ORDER BY 1),
    (SELECT count(*) FROM messaging_route r, jsonb_array_elements(r.targets) t WHERE (t ->> 'carrier')::int = %(carrier)s) > 0,
    (SELECT count(*) FROM (SELECT FROM messaging_outbox WHERE carrier = %(carrier)s LIMIT 1) o) > 0
        OR (SELECT count(*) FROM messaging_slice WHERE carrier = %(carrier)s) > 0,
    (SELECT count(*) FROM messaging_lookup WHERE carrier = %(carrier)s AND settled_at IS NULL) > 0,
    (SELECT count(*) FROM u WHERE {operations.STILL_UNSURE}) > 0,
    (SELECT count(*) FROM messaging_callbackraw
     WHERE carrier = %(carrier)s AND settled_at IS NULL AND outcome <> 'unconfirmed') > 0
"""
REMOVE: LiteralString = """
UPDATE messaging_carrieraccount SET removed_at = %(now)s, is_active = false, settings_ct = %(sealed)s, paused_lanes = '{}',
    paused_at = NULL
WHERE id = %(carrier)s
"""
# Its holds, and calls that nobody reads any more.
FORGET: tuple[LiteralString, ...] = (
    "DELETE FROM messaging_carrierhold WHERE carrier = %s",
    "DELETE FROM messaging_callbackraw WHERE carrier = %s AND settled_at IS NULL",
)


def remove(*, clinic_id: UUID | None, carrier: int, by: Actor) -> str:
    """Takes a carrier away that the clinic may change (None: the operator, who may change each): its settings are forgotten,
    and another may have its name. Returns the name. Raises NoSuchCarrier, and Refused while something still needs it."""
    with connect(Role.MAINTENANCE) as maintenance:
        maintenance.execute(carrier_desk.LOCK)
        name, kind, _, kept_by = carrier_desk.own(maintenance, clinic_id, carrier)
        maintenance.execute(routes.LOCK)
        _check(maintenance, carrier)
        sealed = accounts.sealed(keys_for(SYSTEM_CLINIC), carrier, {})
        maintenance.execute(REMOVE, {"carrier": carrier, "now": real_now(), "sealed": sealed})
        opt_outs.forget_reports(maintenance, carrier, kept_by)  # numbers of people, which would stay for good
        for statement in FORGET:
            maintenance.execute(statement, (carrier,))
        whose, told = clinic_id or kept_by, "message.carrier_removed"
        carrier_desk.tell(maintenance, whose, by, told, {"carrier": carrier, "kind": kind})
    carrier_desk.forget()
    return name


def _check(maintenance: "psycopg.Connection[Any]", carrier: int) -> None:
    """Raises Refused with the first thing that still needs it."""
    lowest = ids.lowest_id_at(real_now() - operations.LOOKED_BACK)
    row = maintenance.execute(NEEDED, {"carrier": carrier, "lowest": lowest}).fetchone()
    assert row
    is_default, numbers, *others = row
    if is_default:
        raise Refused("carrier", IS_DEFAULT)
    if numbers:
        more = ["…"] if len(numbers) > MOST_NAMED else []
        raise Refused("carrier", HAS_NUMBERS, numbers=", ".join([*numbers[:MOST_NAMED], *more]))
    for is_so, sentence in zip(others, (HAS_ROUTES, TEXTS_WAIT, IS_ASKED, IS_UNSURE, CALLS_WAIT), strict=True):
        if is_so:
            raise Refused("carrier", sentence)
