"""One thing, offered to several people: the first yes wins, and everybody hears what became of it.

The offer's row is locked before anything else, by whoever answers, asks a next wave or withdraws: so two answers at the same
millisecond stand in a queue, one conditional UPDATE finds the offer open, and nobody waits for each other in a ring.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from msgspec import structs

from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.foundation import audit, business_time, news
from recado.foundation.actors import SYSTEM, Actor
from recado.foundation.ids import new_id
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging
from recado.messaging.types import Delivery, Intent

from . import asking
from .models import Offer, Offered, Question
from .types import Ask, OfferedView, OfferRoom, OfferState, OfferTo, OfferView, Settlement
from .words import ACCEPT, DECLINE

KIND = "offer"  # of the questions that make an offer
LATE = "late"
ANSWERS = (ACCEPT, DECLINE)
SAID = {"won": ACCEPT, "declined": DECLINE, "too_late": LATE}  # what is kept of a person's answer, by its outcome


def open_offer(*, clinic_id: UUID, kind: str, subject_id: UUID, closes_at: datetime, by: Actor) -> UUID:
    """An offer that nobody has been asked yet. Call it inside `clinic_scope`."""
    made = Offer.objects.create(
        clinic_id=clinic_id,
        kind=kind,
        subject_id=subject_id,
        state=OfferState.OPEN,
        opened_at=business_time.now(),
        closes_at=closes_at,
    )
    audit.record(clinic_id=clinic_id, by=by, action="offer.open", subject=f"offer:{made.id}", detail={"kind": kind})
    return made.id


def ask_wave(*, clinic_id: UUID, offer_id: UUID, to: Sequence[OfferTo], by: Actor) -> list[Delivery]:
    """Makes the offer to more people, those left out whom it was made to before. Returns what became of each text; none where
    the offer is over. Call it inside `clinic_scope`."""
    now = business_time.now()
    with transaction.atomic():
        offer = _locked(clinic_id, offer_id)
        if offer.state != OfferState.OPEN or offer.closes_at <= now:
            return []
        rows = Offered.objects.filter(clinic_id=clinic_id, offer_id=offer_id)
        known = set(rows.values_list("patient_id", flat=True))
        wave = 1 + max(rows.values_list("wave", flat=True), default=0)
        fresh = [one for one in {one.patient_id: one for one in to}.values() if one.patient_id not in known]
        made = [
            Offered(
                clinic_id=clinic_id, id=new_id(), offer_id=offer_id, patient_id=one.patient_id, wave=wave, asked_at=now
            )
            for one in fresh
        ]
        Offered.objects.bulk_create(made)
        asks = [
            Ask(
                structs.replace(one.intent, ref=f"offer:{offered.id}", expires_at=offer.closes_at),
                KIND,
                offered.id,
                offer.closes_at,
                ANSWERS,
            )
            for one, offered in zip(fresh, made, strict=True)
        ]
        deliveries = asking.ask(clinic_id=clinic_id, asks=asks, by=by)
        detail = {"wave": wave, "people": len(made)}
        audit.record(clinic_id=clinic_id, by=by, action="offer.ask", subject=f"offer:{offer_id}", detail=detail)
        news.tell(clinic_id, news.Topic.VISITS)
    return deliveries


def settle(clinic_id: UUID, offered_id: UUID, answer: str, by: Actor) -> Settlement:
    """A person's answer to an offer. Wired under REPLY_HANDLERS. Call it inside `clinic_scope`."""
    now = business_time.now()
    offer_id = Offered.objects.values_list("offer_id", flat=True).get(clinic_id=clinic_id, id=offered_id)
    offer = _locked(clinic_id, offer_id)
    offered = Offered.objects.get(clinic_id=clinic_id, id=offered_id)
    room: OfferRoom = wired("OFFERS", offer.kind)
    if offer.winner_id == offered_id and answer == ACCEPT:
        outcome = "won"  # said twice
    elif answer == DECLINE and offer.winner_id != offered_id:
        outcome = "declined"
    elif answer == ACCEPT and _wins(offer, offered, room, now, by):
        outcome = "won"
    else:
        outcome = "too_late"
    said = SAID[outcome]
    if offer.winner_id != offered_id or outcome == "won":
        Offered.objects.filter(clinic_id=clinic_id, id=offered_id).update(answer=said, answered_at=now)
    audit.record(
        clinic_id=clinic_id,
        by=by,
        action=f"offer.{said}",
        patient_id=offered.patient_id,
        subject=f"offer:{offer_id}",
    )
    news.tell(clinic_id, news.Topic.VISITS)
    text = room.say(clinic_id, offer.subject_id, offered.patient_id, outcome)
    return Settlement(outcome, text, is_over=outcome == "won")


def _wins(offer: Offer, offered: Offered, room: OfferRoom, now: datetime, by: Actor) -> bool:
    """Whether this yes is the first, and the thing can still be had. Writes all that follows from it."""
    clinic_id = offer.clinic_id
    is_first = Offer.objects.filter(clinic_id=clinic_id, id=offer.id, state=OfferState.OPEN, closes_at__gt=now).update(
        state=OfferState.TAKEN, ended_at=now, winner_id=offered.id
    )
    if not is_first:
        return False
    if not room.take(clinic_id, offer.subject_id, offered.patient_id, by):
        Offer.objects.filter(clinic_id=clinic_id, id=offer.id).update(state=OfferState.WITHDRAWN, winner_id=None)
        _tell_others(offer, room, None)
        return False
    _tell_others(offer, room, offered.id)
    return True


def _tell_others(offer: Offer, room: OfferRoom, winner: UUID | None) -> None:
    """Those who have not answered hear that it is gone, once; texts that have not left are called off."""
    clinic_id, now = offer.clinic_id, business_time.now()
    waiting = Offered.objects.filter(clinic_id=clinic_id, offer_id=offer.id, answer="")
    open_to = {row.id: row.patient_id for row in waiting if row.id != winner}
    questions = Question.objects.filter(clinic_id=clinic_id, kind=KIND, subject_id__in=list(open_to), closed_at=None)
    texts = [message for message in questions.values_list("message_id", flat=True) if message]
    unsent = messaging.call_off(clinic_id=clinic_id, message_ids=texts, reason="offer_over")
    told = [row for row in questions if row.message_id not in unsent]
    people = contacts.reach(clinic_id, {row.patient_id for row in told})
    intents = [
        Intent(
            Purpose.CARE,
            room.say(clinic_id, offer.subject_id, row.patient_id, "too_late"),
            people[row.patient_id].phone,
            patient_id=row.patient_id,
            ref=f"offer:{row.subject_id}:over",
            number=row.number,
        )
        for row in told
        if row.patient_id in people
    ]
    messaging.send(clinic_id=clinic_id, intents=intents, by=SYSTEM)
    questions.filter(message_id__in=list(unsent)).update(closed_at=now)


def hold(*, clinic_id: UUID, offer_id: UUID) -> None:
    """Locks the offer before rows of its room are, in the caller's transaction, as whoever answers does: in any other order two
    would wait for each other. Call it inside `clinic_scope`."""
    _locked(clinic_id, offer_id)


def withdraw(*, clinic_id: UUID, offer_id: UUID, by: Actor) -> bool:
    """Takes the offer back; those who have not answered are told. False where it was over. Call it inside `clinic_scope`."""
    with transaction.atomic():
        offer = _locked(clinic_id, offer_id)
        if offer.state != OfferState.OPEN:
            return False
        Offer.objects.filter(clinic_id=clinic_id, id=offer_id).update(
            state=OfferState.WITHDRAWN, ended_at=business_time.now()
        )
        _tell_others(offer, wired("OFFERS", offer.kind), None)
        audit.record(clinic_id=clinic_id, by=by, action="offer.withdraw", subject=f"offer:{offer_id}")
        news.tell(clinic_id, news.Topic.VISITS)
    return True


def expire(*, clinic_id: UUID, offer_id: UUID) -> bool:
    """Ends an offer whose time is over. False where it was over before. Call it inside `clinic_scope`."""
    now = business_time.now()
    with transaction.atomic():
        _locked(clinic_id, offer_id)
        ended = Offer.objects.filter(
            clinic_id=clinic_id, id=offer_id, state=OfferState.OPEN, closes_at__lte=now
        ).update(state=OfferState.EXPIRED, ended_at=now)
        if ended:
            audit.record(clinic_id=clinic_id, by=SYSTEM, action="offer.expire", subject=f"offer:{offer_id}")
            news.tell(clinic_id, news.Topic.VISITS)
    return bool(ended)


def describe(clinic_id: UUID, offered_ids: Sequence[UUID], language: str) -> list[str]:
    """A line for each offer, to ask back which is meant. Wired under DESCRIPTIONS. Call it inside `clinic_scope`."""
    found = Offered.objects.filter(clinic_id=clinic_id).in_bulk(offered_ids)
    offers = Offer.objects.filter(clinic_id=clinic_id).in_bulk({row.offer_id for row in found.values()})
    lines = []
    for offered_id in offered_ids:
        offer = offers[found[offered_id].offer_id]
        room: OfferRoom = wired("OFFERS", offer.kind)
        lines.append(room.line(clinic_id, offer.subject_id, language))
    return lines


def offers_about(clinic_id: UUID, kind: str, subject_ids: Sequence[UUID]) -> list[OfferView]:
    """The offers about these subjects, newest first. Call it inside `clinic_scope`."""
    rows = list(
        Offer.objects.filter(clinic_id=clinic_id, kind=kind, subject_id__in=list(subject_ids)).order_by("-opened_at")
    )
    asked: dict[UUID, list[Offered]] = {}
    for one in Offered.objects.filter(clinic_id=clinic_id, offer_id__in=[row.id for row in rows]).order_by(
        "wave", "asked_at", "id"
    ):
        asked.setdefault(one.offer_id, []).append(one)
    return [_view(row, asked.get(row.id, [])) for row in rows]


def _view(row: Offer, asked: Sequence[Offered]) -> OfferView:
    return OfferView(
        row.id,
        row.kind,
        row.subject_id,
        OfferState(row.state),
        row.opened_at,
        row.closes_at,
        row.ended_at,
        next((one.patient_id for one in asked if one.id == row.winner_id), None),
        tuple(
            OfferedView(one.id, one.patient_id, one.wave, one.asked_at, one.answer, one.answered_at) for one in asked
        ),
    )


def _locked(clinic_id: UUID, offer_id: UUID) -> Offer:
    return Offer.objects.select_for_update().get(clinic_id=clinic_id, id=offer_id)
