"""The same words to the same number so soon: for texts whose sender gave them no reference, most likely a request that was
sent again because its answer was lost.

What was put in the last minutes comes with the counts that the gate asks for anyway, so a number that has had nothing costs
nothing; only bodies that may be the same are opened. A text that ended badly is no reason to refuse its second try.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from recado.foundation import arrays
from recado.foundation.asking import Ask, Work
from recado.foundation.crypto import ClinicKeys

from .types import EventKind, Intent

# Id, when it leaves (microseconds since 1970) and the sealed words of each text, in one piece.
SAID = """array_agg(
        uuid_send(m.id) || int8send((extract(epoch FROM coalesce(m.due, m.at)) * 1000000)::bigint) || m.body_ct
    ) FILTER (WHERE m.at >= %(soon)s)"""
ENDED_BADLY = "SELECT DISTINCT message FROM messaging_event WHERE message = ANY (%s) AND kind = ANY (%s)"
BADLY = (EventKind.FAILED, EventKind.STOPPED, EventKind.REFUSED, EventKind.CALLED_OFF, EventKind.EXPIRED)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Said = dict[tuple[bytes, str], list[datetime]]
"""When these words leave, or left, for a number."""


def said_before(
    keys: ClinicKeys, intents: Sequence[tuple[Intent, bytes | None]], recent: Mapping[bytes, Collection[bytes]]
) -> Work[Said]:
    """What of a batch was said a moment ago and still stands. `recent`: what each number was sent then, as `SAID` packs it.
    As steps: the one statement only where words are the same."""
    wanted = {(bi, intent.text) for intent, bi in intents if bi and bi in recent and intent.guards_repeats}
    same: dict[UUID, tuple[bytes, str, datetime]] = {}
    for bi in {bi for bi, _ in wanted}:
        for name, due, body_ct in map(_unpacked, recent[bi]):
            words = keys.open("message.body", name.bytes, body_ct).decode()
            if (bi, words) in wanted:
                same[name] = (bi, words, due)
    if not same:
        return {}
    kinds = arrays.int2_array([int(kind) for kind in BADLY])
    (rows,) = yield [Ask(ENDED_BADLY, (arrays.uuid_array([name.bytes for name in same]), kinds))]
    gone = {row[0] for row in rows}
    said: Said = {}
    for name, (bi, words, due) in same.items():
        if name not in gone:
            said.setdefault((bi, words), []).append(due)
    return said


def _unpacked(piece: bytes) -> tuple[UUID, datetime, bytes]:
    packed = bytes(piece)
    leaves = _EPOCH + timedelta(microseconds=int.from_bytes(packed[16:24], "big"))
    return UUID(bytes=packed[:16]), leaves, packed[24:]
