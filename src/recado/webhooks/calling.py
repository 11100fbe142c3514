"""Calls asked for: written to the queue in the caller's transaction, so that what is rolled back calls nobody."""

import json
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import transaction

from recado.contacts import queries as contacts
from recado.foundation import audit, bulk, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id, new_ids
from recado.foundation.keys import keys_for

from .models import Call, Endpoint
from .types import MEMBERS, CallState, CallWish, Tells

BODY = "webhook.body"
CALL = (
    *("clinic_id", "id", "endpoint_id", "ref", "kind", "is_test", "patient_id", "body_ct"),
    *("state", "attempts", "due", "made_at", "since", "ended_at"),
)


def call(*, clinic_id: UUID, wishes: Sequence[CallWish]) -> list[bool]:
    """Queues calls, in statements whose number does not grow with theirs. True for each whose endpoint is there. The body is
    written now: a try after an hour says what was so when it was asked for. Call it inside `clinic_scope`."""
    if not wishes:
        return []
    now, keys = business_time.now(), keys_for(clinic_id)
    wanted = {wish.endpoint_id for wish in wishes}
    tells = dict(
        Endpoint.objects.filter(clinic_id=clinic_id, id__in=list(wanted), ended_at=None).values_list("id", "tells")
    )
    numbers = _record_numbers(clinic_id, wishes, tells)
    rows: list[tuple[object, ...]] = []
    for name, wish in zip(new_ids(len(wishes)), wishes, strict=True):
        if wish.endpoint_id in tells:
            body = json.dumps(_body(clinic_id, wish, tells[wish.endpoint_id], numbers, now.isoformat()))
            sealed = keys.seal(BODY, name, body.encode())
            about = (wish.endpoint_id, wish.ref, wish.kind, False, wish.patient_id, sealed)
            rows.append((clinic_id, UUID(bytes=name), *about, CallState.WAITING, 0, now, now, now, None))
    bulk.insert_rows(Call, CALL, rows, once=True)
    return [wish.endpoint_id in tells for wish in wishes]


def _record_numbers(
    clinic_id: UUID, wishes: Sequence[CallWish], tells: Mapping[UUID, Sequence[str]]
) -> dict[UUID, str]:
    people = {w.patient_id for w in wishes if w.patient_id and Tells.RECORD_NUMBER in tells.get(w.endpoint_id, ())}
    found = contacts.patients(clinic_id, people) if people else {}
    return {key: one.record_number for key, one in found.items() if one.record_number}


def _body(
    clinic_id: UUID, wish: CallWish, tells: Collection[str], numbers: Mapping[UUID, str], at: str
) -> dict[str, object]:
    """{"type", "timestamp", "data"}: the form that Standard Webhooks recommends."""
    data: dict[str, object] = {"clinic_id": str(clinic_id), **wish.ids}
    for what, values in wish.chosen.items():
        if what in tells:
            data.update(values)
    if wish.patient_id is not None:
        data["patient_id"] = str(wish.patient_id)
        if wish.patient_id in numbers and Tells.RECORD_NUMBER in tells:
            data["record_number"] = numbers[wish.patient_id]
    return {"type": wish.kind, "timestamp": at, "data": data}


def trimmed(body: bytes, tells: Collection[str]) -> bytes:
    """What of it an endpoint may know that is told so much: what a clinic has taken back since is told no more, not even by a
    call that waits or was given up."""
    hidden = {name for what, names in MEMBERS.items() if what not in tells for name in names}
    held = json.loads(body)
    if hidden.isdisjoint(held["data"]):
        return body
    held["data"] = {name: value for name, value in held["data"].items() if name not in hidden}
    return json.dumps(held).encode()


def test(*, clinic_id: UUID, endpoint_id: UUID, by: Actor) -> UUID:
    """One call without any patient, made at once even where the endpoint rests, and tried only once. Returns it. Raises
    LookupError. Call it inside `clinic_scope`."""
    now, call_id = business_time.now(), new_id()
    body = {"type": "recado.test", "timestamp": now.isoformat(), "data": {"clinic_id": str(clinic_id)}}
    with transaction.atomic():
        if not Endpoint.objects.filter(clinic_id=clinic_id, id=endpoint_id, ended_at=None).update(rests_until=None):
            raise LookupError(str(endpoint_id))
        Call.objects.create(
            clinic_id=clinic_id,
            id=call_id,
            endpoint_id=endpoint_id,
            ref=f"test:{call_id}",
            kind="recado.test",
            is_test=True,
            body_ct=keys_for(clinic_id).seal(BODY, call_id.bytes, json.dumps(body).encode()),
            state=CallState.WAITING,
            due=now,
            made_at=now,
            since=now,
        )
        audit.record(clinic_id=clinic_id, by=by, action="webhook.test", subject=f"webhook {endpoint_id}")
    return call_id


def again(*, clinic_id: UUID, endpoint_id: UUID, by: Actor) -> int:
    """What was given up for this endpoint is tried anew. Returns how many. Raises LookupError where it is off. Call it inside
    `clinic_scope`."""
    now = business_time.now()
    with transaction.atomic():
        if not Endpoint.objects.filter(clinic_id=clinic_id, id=endpoint_id, ended_at=None).update(rests_until=None):
            raise LookupError(str(endpoint_id))
        rows = Call.objects.filter(
            clinic_id=clinic_id, endpoint_id=endpoint_id, state=CallState.GIVEN_UP, is_test=False
        )
        count = rows.update(state=CallState.WAITING, due=now, since=now, ended_at=None)
        detail = {"calls": count}
        audit.record(
            clinic_id=clinic_id, by=by, action="webhook.again", subject=f"webhook {endpoint_id}", detail=detail
        )
        news.tell(clinic_id, news.Topic.SETTINGS)
    return count
