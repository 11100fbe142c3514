"""One text with all that is stored of it, for the page that tells its story."""

from uuid import UUID

from django.db import connection

from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone, country_of

from .models import CarrierPrice, Lookup, Part, ToldCost
from .types import CostView, EventKind, Lane, LookupView, MessageView, PartView, TextStory

ONE_TEXT = """
SELECT m.lane, m.patient_id, m.phone_bi, m.phone_ct, array_agg(c.name ORDER BY e.at, e.kind) FILTER (WHERE e.kind IS NOT NULL),
    array_agg(e.ref ORDER BY e.at, e.kind) FILTER (WHERE e.kind IS NOT NULL),
    (array_agg(e.carrier ORDER BY e.at DESC) FILTER (WHERE e.kind = %s))[1]
FROM messaging_message m LEFT JOIN messaging_event e ON e.message = m.id AND e.clinic_id = m.clinic_id
    LEFT JOIN messaging_carrieraccount c ON c.id = e.carrier
WHERE m.clinic_id = %s AND m.id = %s GROUP BY m.clinic_id, m.id, m.lane, m.patient_id, m.phone_bi, m.phone_ct
"""


def story_of(clinic_id: UUID, view: MessageView) -> TextStory:
    """What stands beside a text: carriers, references, parts, look-ups. Call it inside `clinic_scope`."""
    message_id = view.id
    with connection.cursor() as cursor:
        cursor.execute(ONE_TEXT, (EventKind.SENT, clinic_id, message_id))
        lane, patient_id, phone_bi, phone_ct, carriers, refs, sent_by = cursor.fetchone()
    sealed = keys_for(clinic_id).open("message.phone", message_id.bytes, bytes(phone_ct)) if phone_ct else b""
    phone = sealed.decode()
    return TextStory(
        message=view,
        lane=Lane(lane),
        patient_id=patient_id,
        phone_bi=bytes(phone_bi) if phone_bi else None,
        phone=phone,
        carriers=tuple(name or "" for name in carriers or ()),
        refs=tuple(ref or "" for ref in refs or ()),
        lookup=_lookup(clinic_id, message_id),
        parts=_parts(clinic_id, message_id),
        cost=_cost(clinic_id, view, sent_by, phone) if sent_by is not None else None,
    )


def _cost(clinic_id: UUID, view: MessageView, carrier: int, phone: str) -> CostView:
    """What the carrier that took it has said of this very text, else what its price list says of the country."""
    told = ToldCost.objects.filter(clinic_id=clinic_id, message=view.id, carrier=carrier).first()
    if told is not None:
        return CostView(told.amount, None, told.currency, "told", told.at)
    country = country_of(Phone(phone)) if phone else None
    listed = CarrierPrice.objects.filter(carrier=carrier, country=country).first() if country else None
    if listed is None:
        return CostView(None, None, "", "", None)
    return CostView(listed.price * view.parts, listed.price, listed.currency, listed.source, listed.at)


def _parts(clinic_id: UUID, message_id: UUID) -> tuple[PartView, ...]:
    rows = Part.objects.filter(clinic_id=clinic_id, message=message_id).order_by("number")
    return tuple(
        PartView(row.number, row.total, row.ref, EventKind(row.kind) if row.kind else None, row.at, row.reason)
        for row in rows
    )


def _lookup(clinic_id: UUID, message_id: UUID) -> LookupView | None:
    row = Lookup.objects.filter(clinic_id=clinic_id, message=message_id, tries__gt=0).first()
    return LookupView(row.tries, row.outcome, row.heard_at or row.at) if row else None
