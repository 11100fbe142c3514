"""Send, call off, stop and start: what other rooms may ask of messaging.

Sending is plural; a single text is a batch of one. Each call costs a handful of statements, whatever its size.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.consent import actions as consent
from recado.consent.types import Purpose
from recado.foundation import audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.asking import alone
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.foundation.wiring import all_wired

from . import (
    anew,
    asked_back,
    callbacks,
    carrier_desk,
    carrier_removal,
    clinic_texts,
    intake,
    links,
    media,
    numbers,
    overruling,
    pausing,
    putting,
    replay,
    route_rules,
    routes,
    senders,
    upkeep,
)
from .carriers import routing, ways
from .commands import read_command
from .emergency_numbers import emergency_number
from .emergency_numbers import usual as usual_emergency_number
from .models import Message
from .notices import DANGER_TEXT, HELP_TEXT, OPT_IN_CONFIRMED, OPT_OUT_CONFIRMED
from .types import Delivery, Intent, Way
from .wording import render

__all__ = [
    "Consents",
    "NoSuchAddress",
    "Order",
    "RouteWish",
    "add_carrier",
    "add_number",
    "add_route",
    "alone_with_number",
    "ask_whose",
    "call_off",
    "change_carrier",
    "change_number",
    "change_route",
    "check_number",
    "choose_sender",
    "drop_text_draft",
    "emergency_number",
    "end_links",
    "fetch_media",
    "forget_sender",
    "furnish",
    "go_back_to_product_text",
    "help_text",
    "intake_ground",
    "make_links",
    "move_route",
    "pause",
    "pause_carrier",
    "phone_index",
    "publish_text",
    "read_address",
    "read_command",
    "read_targets",
    "register_sender",
    "remove_carrier",
    "remove_number",
    "remove_route",
    "resume",
    "resume_carrier",
    "retract",
    "save_text",
    "send",
    "send_again",
    "send_anyway",
    "send_test",
    "start",
    "stop",
    "take_callback",
    "taking",
    "usual_emergency_number",
    "write_anew",
]

ask_whose = asked_back.ask_whose
choose_sender = upkeep.choose_sender
furnish = numbers.furnish
add_carrier = carrier_desk.add
change_carrier = carrier_desk.change
remove_carrier = carrier_removal.remove
add_number = numbers.add
check_number = numbers.check
alone_with_number = numbers.alone
change_number = numbers.change
remove_number = numbers.remove
read_address = numbers.read_address
RouteWish = route_rules.RouteWish
read_targets = route_rules.read_targets
add_route = routes.add
change_route = routes.change
move_route = routes.move
remove_route = routes.remove
register_sender = senders.keep
forget_sender = senders.drop
take_callback = callbacks.take
NoSuchAddress = callbacks.NoSuchAddress
make_links = links.make
fetch_media = media.fetch
end_links = links.end
pause = pausing.pause
resume = pausing.resume
pause_carrier = pausing.pause_carrier
resume_carrier = pausing.resume_carrier
save_text = clinic_texts.save_draft
publish_text = clinic_texts.publish
drop_text_draft = clinic_texts.drop_draft
go_back_to_product_text = clinic_texts.go_back
Order = intake.Order
Consents = intake.Consents
intake_ground = intake.ground
taking = intake.taking
call_off = anew.call_off
send_anyway = overruling.send_anyway
write_anew = anew.write_anew


def phone_index(clinic_id: UUID, phone: Phone) -> bytes:
    """The keyed hash under which a number of this clinic is found."""
    return keys_for(clinic_id).blind_index("phone", phone.e164)


def send(*, clinic_id: UUID, intents: Sequence[Intent], by: Actor) -> list[Delivery]:
    """Judges, stores and queues a batch of texts. Returns what became of each, in the order given.

    A text that may not be sent is stored with its rule all the same, so that "why was this not sent?" has an answer.
    Call it inside `clinic_scope`.
    """
    if not intents:
        return []
    clinic = clinics.clinic_settings(clinic_id)
    work = putting.sending(
        clinic=clinic,
        keys=keys_for(clinic_id),
        route_of=routing(clinic_id),
        intents=intents,
        by=by,
        now=business_time.now(),
    )
    with transaction.atomic(), plain_cursor() as cursor:
        return alone(work, cursor)


def send_test(*, clinic_id: UUID, phone: Phone, number: str, text: str, by: Actor) -> Delivery:
    """A test text from one of the clinic's numbers to a phone of the staff's own, by the same way as any other. Raises
    Refused: five an hour, and never to a number that has stopped. Call it inside `clinic_scope`."""
    with transaction.atomic():
        upkeep.check_test(clinic_id, phone, number)
        (delivery,) = send(clinic_id=clinic_id, intents=[Intent(upkeep.TEST, text, phone, number=number)], by=by)
        subject = f"message {delivery.message_id}"
        audit.record(clinic_id=clinic_id, by=by, action="message.test", subject=subject, detail={"from": number})
        upkeep.try_carrier(clinic_id, number)
        return delivery


def send_again(*, clinic_id: UUID, message_ids: Sequence[UUID], by: Actor, is_late_too: bool = False) -> replay.Replay:
    """Sends texts once more that are uncertain or ended badly: new ones with the same words, by the same gate. Asked twice
    it sends once. `is_late_too`: also what is no longer worth delivering. Call it inside `clinic_scope`."""
    made = replay.Replay()
    with transaction.atomic():
        wanted = replay.intents(clinics.clinic_settings(clinic_id), message_ids, made, is_late_too=is_late_too)
        replay.note(clinic_id, wanted, send(clinic_id=clinic_id, intents=wanted, by=by), made, by)
    return made


def retract(*, clinic_id: UUID, patient_id: UUID, phone_bi: bytes, reason: str) -> int:
    """Ends the links about a patient that were sent to a number, and takes back the texts about them that still wait
    for it: it is not theirs. A text that tells of others as well (SHARED_TEXTS) is taken back too, and the others are told
    without them. Returns how many texts. Call it inside `clinic_scope`."""
    links.end_at(clinic_id=clinic_id, patient_id=patient_id, phone_bi=phone_bi)
    newest = Message.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi).order_by("-id")
    found = list(newest.values_list("id", "patient_id")[: anew.MOST_WAITING])
    names = {name for name, about in found if about == patient_id}
    shared = all_wired("SHARED_TEXTS")
    for room in shared:
        others = [name for name, _ in found if name not in names]
        names |= room.tell_of(clinic_id=clinic_id, patient_id=patient_id, message_ids=others)
    with transaction.atomic():
        off = call_off(clinic_id=clinic_id, message_ids=sorted(names), reason=reason)
        for room in shared:
            room.tell_others(clinic_id=clinic_id, message_ids=off, but=patient_id)
    return len(off)


def stop(
    *,
    clinic_id: UUID,
    phone: Phone,
    how: str,
    by: Actor,
    language: str,
    patient_id: UUID | None = None,
    number: str | None = None,
) -> UUID | None:
    """Withdraws a number from every text of a clinic and confirms it once, in one transaction.

    Returns the confirmation's id; None when the number was silent already: a second STOP gets no second text.
    """
    with transaction.atomic():
        phone_bi = phone_index(clinic_id, phone)
        fresh = consent.withdraw(clinic_id=clinic_id, phone_bi=phone_bi, how=how, by=by, patient_id=patient_id)
        if not fresh:
            return None
        way = ways(clinic_id)(phone, Purpose.OPT_OUT_CONFIRMATION, number)
        text = _notice(clinic_id, OPT_OUT_CONFIRMED, language, way)
        intent = Intent(Purpose.OPT_OUT_CONFIRMATION, text, phone, patient_id=patient_id, number=number)
        return send(clinic_id=clinic_id, intents=[intent], by=by)[0].message_id


def start(
    *,
    clinic_id: UUID,
    phone: Phone,
    how: str,
    by: Actor,
    language: str,
    patient_id: UUID | None = None,
    number: str | None = None,
) -> UUID | None:
    """Takes a withdrawal back and says so. Returns the confirmation's id; None when nothing had been withdrawn."""
    with transaction.atomic():
        phone_bi = phone_index(clinic_id, phone)
        if not consent.restore(clinic_id=clinic_id, phone_bi=phone_bi, how=how, by=by, patient_id=patient_id):
            return None
        text = _notice(clinic_id, OPT_IN_CONFIRMED, language, ways(clinic_id)(phone, Purpose.ANSWER, number))
        intent = Intent(Purpose.ANSWER, text, phone, patient_id=patient_id, number=number)
        return send(clinic_id=clinic_id, intents=[intent], by=by)[0].message_id


def help_text(clinic_id: UUID, language: str, phone: Phone, number: str | None = None) -> str:
    """Who we are and how to reach a person: the answer to HELP."""
    return _notice(clinic_id, HELP_TEXT, language, ways(clinic_id)(phone, Purpose.HELP, number))


def danger_text(clinic_id: UUID, language: str) -> str:
    """Whom to call in an emergency: the answer to a text that names one. It asks for no answer."""
    return _notice(clinic_id, DANGER_TEXT, language, None)


def _notice(clinic_id: UUID, template: object, language: str, way: Way | None) -> str:
    """What to write back is left out where the sender can't receive it."""
    is_heard = way is None or way.is_heard
    clinic = clinics.clinic_settings(clinic_id)
    values = {
        "clinic": clinic.name,
        "phone": clinic.phone_shown,
        "emergency": emergency_number(clinic),
        "start": "START" if is_heard else "",
        "stop": "STOP" if is_heard else "",
    }
    return render(template, language, values).text  # type: ignore[arg-type]
