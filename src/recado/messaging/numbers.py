"""Numbers of ours: what a clinic sends from, and what patients write to.

A carrier may name a default sender: a clinic that has chosen no number of its own sends from it, whichever of the two was
made first. Such a number is shared by all of them: an answer goes to who wrote last.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from recado.foundation import audit, news
from recado.foundation.actors import Actor

from .carriers import forget_routes
from .models import CarrierAccount, ReceivingNumber


def furnish(*, clinic_id: UUID, by: Actor, stand_ins: Collection[int] = ()) -> str:
    """Gives a clinic the default sender, unless it has a number of its own. Returns the sender that it got, or "".

    A number on a carrier that only stands in for a real one (`stand_ins`) is not its own, nor is an older default: the
    newest default takes their place; patients may still answer to them. Call it inside `clinic_scope`.
    """
    carrier = CarrierAccount.objects.exclude(default_sender="").filter(is_active=True).order_by("-id").first()
    if carrier is None:
        return ""
    with transaction.atomic():
        ours = ReceivingNumber.objects.filter(clinic_id=clinic_id)
        rows = list(ours.select_for_update())
        if any(not row.is_by_default and row.carrier_id not in stand_ins for row in rows):
            return ""
        same = [row for row in rows if (row.carrier_id, row.address) == (carrier.id, carrier.default_sender)]
        if any(row.is_preferred for row in same):
            return ""
        ours.filter(is_preferred=True).update(is_preferred=False)
        number, _ = ReceivingNumber.objects.update_or_create(
            clinic_id=clinic_id,
            address=carrier.default_sender,
            keyword="",
            defaults={"carrier_id": carrier.id, "is_preferred": True, "is_by_default": True},
        )
        audit.record(
            clinic_id=clinic_id,
            by=by,
            action="message.number_added",
            subject=f"number {number.id}",
            detail={"address": number.address, "carrier": carrier.id},
        )
        news.tell(clinic_id, news.Topic.SETTINGS, news.Topic.CARRIERS)
        transaction.on_commit(forget_routes)
    return number.address
