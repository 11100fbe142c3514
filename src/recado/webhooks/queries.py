"""What may be known of endpoints and calls. Call everything inside `clinic_scope`."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Min, Q

from . import addresses, endpoints, posting
from .models import Attempt, Call, Endpoint
from .types import AttemptView, CallState, CallView, EndpointView, Trouble

MOST_CALLS = 100  # of an endpoint's log


def address_fault(url: str) -> str:
    """What is wrong with an address as somebody writes it: a key of ADDRESS_FAULTS; empty: it may be kept."""
    return addresses.fault(url, endpoints.networks())


def ask(url: str, headers: Mapping[str, str], body: bytes, *, patience: float, most: int) -> posting.Answer:
    """One call to an address of a clinic's, guarded as all are, and so many bytes of its answer. Never raises for what the other
    side does."""
    post = posting.Post(url, headers, body, most, patience)
    return posting.post([[post]], endpoints.networks())[0][0]


def names(clinic_id: UUID) -> dict[str, str]:
    """The names of the endpoints that work, by id as steps hold it."""
    rows = Endpoint.objects.filter(clinic_id=clinic_id, ended_at=None).order_by("name", "id")
    return {str(key): name for key, name in rows.values_list("id", "name")}


def all_of(clinic_id: UUID) -> list[EndpointView]:
    """Those that work by name, behind them those that were turned off."""
    counted = _counts(clinic_id, None)
    rows = Endpoint.objects.filter(clinic_id=clinic_id)
    views = [endpoints.view(row, *counted.get(row.id, (0, 0))) for row in rows]
    return sorted(views, key=lambda one: (one.ended_at is not None, one.name.casefold(), one.id))


def endpoint(clinic_id: UUID, endpoint_id: UUID) -> EndpointView | None:
    row = Endpoint.objects.filter(clinic_id=clinic_id, id=endpoint_id).first()
    return endpoints.view(row, *_counts(clinic_id, [row.id]).get(row.id, (0, 0))) if row else None


def _counts(clinic_id: UUID, ids: Collection[UUID] | None) -> dict[UUID, tuple[int, int]]:
    """How many calls wait and were given up."""
    rows = Call.objects.filter(clinic_id=clinic_id, is_test=False).exclude(state=CallState.DELIVERED)
    if ids is not None:
        rows = rows.filter(endpoint_id__in=ids)
    counted = rows.values("endpoint_id").annotate(
        waiting=Count("id", filter=Q(state=CallState.WAITING)), given_up=Count("id", filter=Q(state=CallState.GIVEN_UP))
    )
    return {one["endpoint_id"]: (one["waiting"], one["given_up"]) for one in counted}


def log_of(clinic_id: UUID, endpoint_id: UUID) -> list[CallView]:
    """Its newest calls with their tries, the newest first."""
    calls = list(Call.objects.filter(clinic_id=clinic_id, endpoint_id=endpoint_id).order_by("-id")[:MOST_CALLS])
    tries: dict[UUID, list[AttemptView]] = {}
    rows = Attempt.objects.filter(clinic_id=clinic_id, call_id__in=[one.id for one in calls]).order_by("at", "id")
    for row in rows:
        took = timedelta(milliseconds=row.took_ms)
        tries.setdefault(row.call_id, []).append(AttemptView(row.at, row.status, row.trouble, took))
    return [
        CallView(
            one.id, one.kind, CallState(one.state), one.made_at, one.due, one.is_test, tuple(tries.get(one.id, ()))
        )
        for one in calls
    ]


def troubles(clinic_id: UUID) -> list[Trouble]:
    """The endpoints that need a look: they fail while calls wait, or calls to them were given up."""
    found = {row.id: row for row in Endpoint.objects.filter(clinic_id=clinic_id, ended_at=None)}
    rows = Call.objects.filter(clinic_id=clinic_id, is_test=False, endpoint_id__in=list(found))
    counted = (
        rows.exclude(state=CallState.DELIVERED)
        .values("endpoint_id")
        .annotate(
            waiting=Count("id", filter=Q(state=CallState.WAITING)),
            given_up=Count("id", filter=Q(state=CallState.GIVEN_UP)),
            oldest=Min("made_at", filter=Q(state=CallState.WAITING)),
        )
    )
    by_endpoint = {one["endpoint_id"]: (one["waiting"], one["given_up"], one["oldest"]) for one in counted}
    made = []
    for row in found.values():
        waiting, given_up, oldest = by_endpoint.get(row.id, (0, 0, None))
        if given_up or (row.failures and waiting):  # a test call that fails is nobody's trouble yet
            made.append(Trouble(row.id, row.name, waiting, given_up, oldest, is_failing=row.failures > 0))
    return sorted(made, key=lambda one: (one.name.casefold(), one.id))
