"""Holding a clinic's texts: a paused lane waits, and leaves when it goes on. What has left already is not called back."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from recado.foundation import audit, news
from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor

from .models import Pause
from .types import CHANNEL, Lane


def pause(*, clinic_id: UUID, lanes: Collection[Lane], by: Actor) -> None:
    """Holds these lanes from the next claim on. Held already: stays as it is. Call it inside `clinic_scope`."""
    with transaction.atomic():
        rows = [Pause(clinic_id=clinic_id, lane=lane, since=real_now()) for lane in sorted(set(lanes))]
        Pause.objects.bulk_create(rows, ignore_conflicts=True)
        _tell(clinic_id, "message.pause", lanes, by)


def resume(*, clinic_id: UUID, lanes: Collection[Lane], by: Actor) -> None:
    """Lets these lanes go on. Call it inside `clinic_scope`."""
    with transaction.atomic():
        Pause.objects.filter(clinic_id=clinic_id, lane__in=[int(lane) for lane in lanes]).delete()
        _tell(clinic_id, "message.resume", lanes, by)


def paused_lanes(clinic_id: UUID) -> list[Lane]:
    """The lanes of a clinic that are held. Call it inside `clinic_scope`."""
    rows = Pause.objects.filter(clinic_id=clinic_id).order_by("lane")
    return [Lane(lane) for lane in rows.values_list("lane", flat=True)]


def _tell(clinic_id: UUID, action: str, lanes: Collection[Lane], by: Actor) -> None:
    audit.record(
        clinic_id=clinic_id, by=by, action=action, detail={"lanes": [lane.name.lower() for lane in sorted(lanes)]}
    )
    news.tell(clinic_id, news.Topic.MESSAGES, news.Topic.CARRIERS)
    with plain_cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", (CHANNEL,))  # without a clinic: look at everything anew
