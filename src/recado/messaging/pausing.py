"""Holding a clinic's texts: a lane, or what a carrier would take of them. What is held waits, and leaves when it goes on; a
carrier's texts leave by another where a route has one. What has left already is not called back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from recado.foundation import audit, news
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor

from . import carrier_desk
from .carriers import forget_routes
from .models import CarrierAccount, CarrierHold, Pause
from .types import CHANNEL, Lane


class NoSuchCarrier(LookupError):
    """There is no carrier of this number."""


@dataclass(frozen=True, slots=True)
class Held:
    """Something that is held: a lane, or a carrier (its number). `by` None: held before that was kept."""

    lane: Lane | None
    carrier: int | None
    since: datetime  # real time
    by: Actor | None
    name: str = ""  # of the carrier


def pause(*, clinic_id: UUID, lanes: Collection[Lane], by: Actor) -> None:
    """Holds these lanes from the next claim on. Held already: stays as it is. Call it inside `clinic_scope`."""
    with transaction.atomic():
        rows = [
            Pause(clinic_id=clinic_id, lane=lane, since=real_now(), by_kind=by.kind, by_ref=by.ref)
            for lane in sorted(set(lanes))
        ]
        Pause.objects.bulk_create(rows, ignore_conflicts=True)
        _tell(clinic_id, "message.pause", lanes, by)


def resume(*, clinic_id: UUID, lanes: Collection[Lane], by: Actor) -> None:
    """Lets these lanes go on. Call it inside `clinic_scope`."""
    with transaction.atomic():
        Pause.objects.filter(clinic_id=clinic_id, lane__in=[int(lane) for lane in lanes]).delete()
        _tell(clinic_id, "message.resume", lanes, by)


def pause_carrier(*, clinic_id: UUID, carrier: int, by: Actor) -> bool:
    """A carrier takes none of the clinic's texts from the next claim on, emergencies included. Other clinics' go on. False:
    it is held already. Raises NoSuchCarrier. Call it inside `clinic_scope`."""
    with transaction.atomic():
        carrier_desk.hold_accounts()
        if not CarrierAccount.objects.filter(id=carrier, removed_at=None).exists():
            raise NoSuchCarrier
        _row, is_new = CarrierHold.objects.get_or_create(
            clinic_id=clinic_id,
            carrier=carrier,
            defaults={"since": real_now(), "by_kind": by.kind, "by_ref": by.ref},
        )
        if is_new:
            _tell_carrier(clinic_id, "message.pause_carrier", carrier, by)
        return is_new


def resume_carrier(*, clinic_id: UUID, carrier: int, by: Actor) -> bool:
    """It takes the clinic's texts again. False: it was not held. Call it inside `clinic_scope`."""
    with transaction.atomic():
        gone, _ = CarrierHold.objects.filter(clinic_id=clinic_id, carrier=carrier).delete()
        if gone:
            _tell_carrier(clinic_id, "message.resume_carrier", carrier, by)
        return bool(gone)


def paused_lanes(clinic_id: UUID) -> list[Lane]:
    """The lanes of a clinic that are held. Call it inside `clinic_scope`."""
    rows = Pause.objects.filter(clinic_id=clinic_id).order_by("lane")
    return [Lane(lane) for lane in rows.values_list("lane", flat=True)]


def held_of(clinic_id: UUID) -> list[Held]:
    """Everything that a clinic holds, the lanes first. Call it inside `clinic_scope`."""
    lanes = Pause.objects.filter(clinic_id=clinic_id).order_by("lane")
    carriers = list(CarrierHold.objects.filter(clinic_id=clinic_id).order_by("carrier"))
    numbers = [row.carrier for row in carriers]
    names = dict(CarrierAccount.objects.filter(id__in=numbers).values_list("id", "name")) if carriers else {}
    return [
        *(Held(Lane(row.lane), None, row.since, _actor(row.by_kind, row.by_ref)) for row in lanes),
        *(
            Held(None, row.carrier, row.since, _actor(row.by_kind, row.by_ref), names.get(row.carrier, ""))
            for row in carriers
        ),
    ]


def _actor(kind: str, ref: str) -> Actor | None:
    return Actor(ActorKind(kind), ref) if kind else None


def _tell(clinic_id: UUID, action: str, lanes: Collection[Lane], by: Actor) -> None:
    audit.record(
        clinic_id=clinic_id, by=by, action=action, detail={"lanes": [lane.name.lower() for lane in sorted(lanes)]}
    )
    _wake(clinic_id)


def _tell_carrier(clinic_id: UUID, action: str, carrier: int, by: Actor) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, subject=f"carrier {carrier}")
    forget_routes()
    _wake(clinic_id)


def _wake(clinic_id: UUID) -> None:
    news.tell(clinic_id, news.Topic.MESSAGES, news.Topic.CARRIERS)
    with plain_cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", (CHANNEL,))  # without a clinic: look at everything anew
