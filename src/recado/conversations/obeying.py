"""What a keyword does: stop, begin again, agree to texts, help; and what rooms above do at a word of theirs (COMMANDS in
launch/wiring.py)."""

from recado.consent.types import Purpose
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.wiring import is_wired, wired
from recado.messaging import actions as messaging

from . import joining
from .types import CommandRoom, Heard, Read

BY_TEXT = Actor(ActorKind.PATIENT, "sms")


def obey(heard: Heard, command: str) -> Read | None:
    """Does what the keyword says, for whoever holds this phone. None: for whom is not certain, so a person reads it."""
    if is_wired("COMMANDS", command):
        return _for_a_room(heard, command)
    patient_id = heard.patient_id
    common = {
        "clinic_id": heard.clinic_id,
        "phone": heard.phone,
        "by": BY_TEXT,
        "language": heard.language,
        "patient_id": patient_id,
        "number": heard.number,
    }
    if command == "stop":
        reply = messaging.stop(how="sms", **common)  # type: ignore[arg-type]
        return Read("stop", "stopped" if reply else "stopped_before", patient_id=patient_id, reply_id=reply)
    if command == "start":
        reply = messaging.start(how="sms", **common)  # type: ignore[arg-type]
        return Read("start", "started" if reply else "not_stopped", patient_id=patient_id, reply_id=reply)
    if command == "join":
        return _join(heard)
    words = messaging.help_text(heard.clinic_id, heard.language, heard.phone, heard.number)
    return Read("help", "helped", words, patient_id=patient_id, purpose=Purpose.HELP)


def _join(heard: Heard) -> Read:
    reply = joining.agree(
        clinic_id=heard.clinic_id,
        phone=heard.phone,
        groups=joining.BY_KEYWORD,
        language=heard.language,
        how="sms",
        by=BY_TEXT,
        number=heard.number,
    )
    return Read("join", "joined" if reply else "joined_before", patient_id=heard.patient_id, reply_id=reply)


def _for_a_room(heard: Heard, command: str) -> Read | None:
    room: CommandRoom = wired("COMMANDS", command)
    done = room(heard.clinic_id, heard.people, heard.phone_bi, heard.language, BY_TEXT)
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
