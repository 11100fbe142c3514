"""What a keyword does: stop, begin again, agree to texts, help; and what rooms above do at a word of theirs (COMMANDS in
launch/wiring.py)."""

from collections.abc import Sequence

from recado.consent.types import Purpose
from recado.contacts.types import Reach
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.wiring import is_wired, wired
from recado.messaging import actions as messaging
from recado.messaging.types import InboundText

from . import joining
from .types import CommandRoom, Read

BY_TEXT = Actor(ActorKind.PATIENT, "sms")


def obey(text: InboundText, command: str, phone_bi: bytes, people: Sequence[Reach], language: str) -> Read | None:
    """Does what the keyword says, for whoever holds this phone. None: for whom is not certain, so a person reads it."""
    if is_wired("COMMANDS", command):
        return _for_a_room(text, command, phone_bi, people, language)
    patient_id = people[0].patient_id if len(people) == 1 else None
    common = {
        "clinic_id": text.clinic_id,
        "phone": text.phone,
        "by": BY_TEXT,
        "language": language,
        "patient_id": patient_id,
        "number": text.number,
    }
    if command == "stop":
        reply = messaging.stop(how="sms", **common)  # type: ignore[arg-type]
        return Read("stop", "stopped" if reply else "stopped_before", patient_id=patient_id, reply_id=reply)
    if command == "start":
        reply = messaging.start(how="sms", **common)  # type: ignore[arg-type]
        return Read("start", "started" if reply else "not_stopped", patient_id=patient_id, reply_id=reply)
    if command == "join":
        return _join(text, people, language)
    words = messaging.help_text(text.clinic_id, language, text.phone, text.number)
    return Read("help", "helped", words, patient_id=patient_id, purpose=Purpose.HELP)


def _join(text: InboundText, people: Sequence[Reach], language: str) -> Read:
    reply = joining.agree(
        clinic_id=text.clinic_id,
        phone=text.phone,
        groups=joining.BY_KEYWORD,
        language=language,
        how="sms",
        by=BY_TEXT,
        number=text.number,
    )
    patient_id = people[0].patient_id if len(people) == 1 else None
    return Read("join", "joined" if reply else "joined_before", patient_id=patient_id, reply_id=reply)


def _for_a_room(
    text: InboundText, command: str, phone_bi: bytes, people: Sequence[Reach], language: str
) -> Read | None:
    room: CommandRoom = wired("COMMANDS", command)
    done = room(text.clinic_id, people, phone_bi, language, BY_TEXT)
    if done is None:
        return None
    patient_id, settlement = done
    return Read(
        command,
        settlement.outcome,
        settlement.text or None,
        patient_id=patient_id,
        asks=settlement.asks,
        wording=settlement.wording,
    )
