"""One thing, offered to several people: the first yes wins, and everybody hears what became of it.

The offer's row is locked before anything else, by whoever answers, asks a next wave or withdraws: so two answers at the same
millisecond stand in a queue, one conditional UPDATE finds the offer open, and nobody waits for each other in a ring.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from django.db import transaction
from msgspec import structs

from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.contacts.types import Reach
from recado.foundation import audit, business_time, news
from recado.foundation.actors import SYSTEM, Actor
from recado.foundation.database import plain_cursor
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging
from recado.messaging.types import Delivery, Intent

from . import asking
from .models import Offer, Offered, Question
from .types import OFFER, Ask, OfferedView, OfferRoom, OfferState, OfferTo, OfferView, Settlement, VisitPage
from .words import ACCEPT, DECLINE

KIND = OFFER
ARE_OFFERED = True  # under TIMES
LATE = "late"
JUST_TOLD = timedelta(minutes=5)
BY_HAND = 0  # the wave of whoever was given it without being asked
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
        deliveries = [*_ask(offer, [one for one in fresh if not one.is_by_link], by)]
        deliveries += _write(offer, [one for one in fresh if one.is_by_link], by)
        ordered = [one for is_by_link in (False, True) for one in fresh if one.is_by_link is is_by_link]
        Offered.objects.bulk_create(
            Offered(
                clinic_id=clinic_id,
                id=one.id,
                offer_id=offer_id,
                patient_id=one.patient_id,
                wave=wave,
                asked_at=now,
                message_id=delivery.message_id if delivery.is_queued else None,
            )
            for one, delivery in zip(ordered, deliveries, strict=True)
        )
        detail = {"wave": wave, "people": len(fresh)}
        audit.record(clinic_id=clinic_id, by=by, action="offer.ask", subject=f"offer:{offer_id}", detail=detail)
        news.tell(clinic_id, news.Topic.VISITS)
    return deliveries


def _ask(offer: Offer, to: Sequence[OfferTo], by: Actor) -> list[Delivery]:
    """To those who can answer the text itself."""
    asks = [Ask(_intent(offer, one), KIND, one.id, offer.closes_at, ANSWERS) for one in to]
    return asking.ask(clinic_id=offer.clinic_id, asks=asks, by=by)


def _write(offer: Offer, to: Sequence[OfferTo], by: Actor) -> list[Delivery]:
    """To those whose answer would not reach us, or who are not told by text what is on offer: the link's page asks them. No
    question is kept open, or a "1" that they mean for something else would take the offer."""
    return messaging.send(clinic_id=offer.clinic_id, intents=[_intent(offer, one) for one in to], by=by) if to else []


def _intent(offer: Offer, one: OfferTo) -> Intent:
    return structs.replace(one.intent, ref=f"offer:{one.id}", expires_at=offer.closes_at)


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
    elif answer == ACCEPT and _wins(offer, offered, room, now, by, answers=offered_id):
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
    word = (
        "over" if outcome == "too_late" and offer.state != OfferState.TAKEN else outcome
    )  # as it stood when it was locked
    (text,) = room.say(clinic_id, offer.subject_id, [offered.patient_id], word)
    if outcome == "too_late" and offered.told_at is not None and now - offered.told_at < JUST_TOLD:
        text = ""  # their yes crossed with the text that it is gone
    return Settlement(outcome, text, is_over=outcome == "won")


def _wins(
    offer: Offer, offered: Offered, room: OfferRoom, now: datetime, by: Actor, *, answers: UUID | None = None
) -> bool:
    """Whether this yes is the first, and the thing can still be had. Writes all that follows from it. `answers`: who said it, and
    hears what became of it in answer."""
    clinic_id = offer.clinic_id
    is_first = Offer.objects.filter(clinic_id=clinic_id, id=offer.id, state=OfferState.OPEN, closes_at__gt=now).update(
        state=OfferState.TAKEN, ended_at=now, winner_id=offered.id
    )
    if not is_first:
        return False
    if not room.take(clinic_id, offer.subject_id, offered.patient_id, by):
        Offer.objects.filter(clinic_id=clinic_id, id=offer.id).update(state=OfferState.WITHDRAWN, winner_id=None)
        _tell_others(offer, room, "over", besides=answers)
        return False
    _tell_others(offer, room, "too_late", besides=offered.id)
    return True


def _tell_others(offer: Offer, room: OfferRoom, outcome: str, *, besides: UUID | None = None) -> None:
    """Those who have not answered hear that somebody has it, or that nobody can have it any more, once; texts that have not left
    are called off. `besides`: whoever hears of it in answer to their own words."""
    clinic_id, now = offer.clinic_id, business_time.now()
    asked = Offered.objects.filter(clinic_id=clinic_id, offer_id=offer.id, answer="", message_id__isnull=False)
    waiting = [row for row in asked.order_by("asked_at", "id") if row.id != besides]
    texts = [row.message_id for row in waiting if row.message_id]
    unsent = messaging.call_off(clinic_id=clinic_id, message_ids=texts, reason="offer_over")
    people = consent.recipients(clinic_id, {row.patient_id for row in waiting})
    told = [row for row in waiting if row.message_id not in unsent and row.patient_id in people]
    _say_gone(offer, room, told, people, outcome)
    questions = Question.objects.filter(clinic_id=clinic_id, kind=KIND, subject_id__in=[row.id for row in waiting])
    questions.filter(message_id__in=list(unsent), closed_at=None).update(closed_at=now)


def _say_gone(
    offer: Offer, room: OfferRoom, told: Sequence[Offered], people: Mapping[UUID, Reach], outcome: str
) -> None:
    """From the number that asked them, where it did."""
    if not told:
        return
    questions = Question.objects.filter(clinic_id=offer.clinic_id, kind=KIND, subject_id__in=[row.id for row in told])
    numbers = dict(questions.values_list("subject_id", "number"))
    words = room.say(offer.clinic_id, offer.subject_id, [row.patient_id for row in told], outcome)
    intents = [
        Intent(
            Purpose.CARE,
            text,
            people[row.patient_id].phone,
            patient_id=row.patient_id,
            ref=f"offer:{row.id}:over",
            number=numbers.get(row.id),
        )
        for row, text in zip(told, words, strict=True)
    ]
    messaging.send(clinic_id=offer.clinic_id, intents=intents, by=SYSTEM)
    rows = Offered.objects.filter(clinic_id=offer.clinic_id, id__in=[row.id for row in told])
    rows.update(told_at=business_time.now())


def give(*, clinic_id: UUID, offer_id: UUID, patient_id: UUID, by: Actor) -> UUID | None:
    """Staff give it to a person by hand, whether they were asked or not; who was asked and has not answered is told. Returns
    what the person's offer is called; None: it can't be had any more. Call it inside `clinic_scope`."""
    now = business_time.now()
    with transaction.atomic():
        offer = _locked(clinic_id, offer_id)
        offered, is_new = Offered.objects.get_or_create(
            clinic_id=clinic_id, offer_id=offer_id, patient_id=patient_id, defaults={"wave": BY_HAND, "asked_at": now}
        )
        if not _wins(offer, offered, wired("OFFERS", offer.kind), now, by):
            if is_new:
                offered.delete()
            return None
        Offered.objects.filter(clinic_id=clinic_id, id=offered.id).update(answer=ACCEPT, answered_at=now)
        if offered.message_id:
            messaging.call_off(clinic_id=clinic_id, message_ids=[offered.message_id], reason="offer_over")
        subject = f"offer:{offer_id}"
        audit.record(clinic_id=clinic_id, by=by, action="offer.give", patient_id=patient_id, subject=subject)
        news.tell(clinic_id, news.Topic.VISITS)
    return offered.id


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
        _tell_others(offer, wired("OFFERS", offer.kind), "over")
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


TALLY: LiteralString = """
SELECT count(*) FILTER (WHERE d.answer IN ('accept', 'late')), count(*)
FROM conversations_offer o JOIN conversations_offered d ON d.clinic_id = o.clinic_id AND d.offer_id = o.id
WHERE o.clinic_id = %s AND o.kind = %s AND o.opened_at >= %s AND d.wave > 0
"""


def tally(clinic_id: UUID, kind: str, since: datetime) -> tuple[int, int]:
    """How many said yes, in time or too late, of how many that offers of this kind opened since then were made to: one
    statement. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        yes, asked = cursor.execute(TALLY, (clinic_id, kind, since)).fetchone() or (0, 0)
    return yes, asked


def asked_of(clinic_id: UUID, offer_ids: Collection[UUID]) -> frozenset[UUID]:
    """The people that any of these offers was made to. Call it inside `clinic_scope`."""
    rows = Offered.objects.filter(clinic_id=clinic_id, offer_id__in=offer_ids)
    return frozenset(rows.values_list("patient_id", flat=True))


def offered(clinic_id: UUID, offered_id: UUID) -> tuple[str, UUID, UUID] | None:
    """The kind and subject of an offer, and the patient it was made to. Call it inside `clinic_scope`."""
    found = _of(clinic_id, offered_id)
    return (found[0].kind, found[0].subject_id, found[1].patient_id) if found else None


def moments(clinic_id: UUID, offered_id: UUID) -> list[datetime]:
    """When that is which was offered. Wired under TIMES. Call it inside `clinic_scope`."""
    found = _of(clinic_id, offered_id)
    if found is None:
        return []
    room: OfferRoom = wired("OFFERS", found[0].kind)
    return room.moments(clinic_id, found[0].subject_id)


def page(clinic_id: UUID, offered_id: UUID, phone_bi: bytes | None) -> VisitPage | None:
    """What the page behind an offer's link shows. Wired under LINK_PAGES. Call it inside `clinic_scope`."""
    found = _of(clinic_id, offered_id)
    if found is None:
        return None
    offer, offered = found
    room: OfferRoom = wired("OFFERS", offer.kind)
    return room.page(clinic_id, offer.subject_id, offered.patient_id, phone_bi)


def fresh_link_text(clinic_id: UUID, offered_id: UUID) -> str | None:
    """The text with a new link. Wired under LINK_TEXTS. Call it inside `clinic_scope`."""
    found = _of(clinic_id, offered_id)
    if found is None or found[0].state != OfferState.OPEN or found[0].closes_at <= business_time.now():
        return None
    offer, offered = found
    room: OfferRoom = wired("OFFERS", offer.kind)
    return room.link_text(clinic_id, offer.subject_id, offered.patient_id, offered.id)


def _of(clinic_id: UUID, offered_id: UUID) -> tuple[Offer, Offered] | None:
    offered = Offered.objects.filter(clinic_id=clinic_id, id=offered_id).first()
    return (Offer.objects.get(clinic_id=clinic_id, id=offered.offer_id), offered) if offered else None


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
