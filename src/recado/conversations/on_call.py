"""A mobile on call takes an alarm of danger by answering the text that called it, and the others who were called hear that somebody
sees to it.

An answer counts only from a phone that is on call now, was called, and was asked nothing since: any other number, and any other
words, are read as every text is. Whoever answers too late is told that it is seen to."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent.types import Purpose
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.text import without_courtesy, words_of
from recado.messaging import queries as texts
from recado.tasks import queries as tasks
from recado.tasks.types import OnCall

from . import taking
from .knowing import Writer
from .matching import read_answer
from .settling import Acting
from .types import Heard, Read
from .words import Answer

NOBODYS = Actor(ActorKind.SYSTEM, "on_call")  # a mobile that is nobody's in particular
TAKEN, SEEN_TO = "alarm_taken", "alarm_seen_to"
_TAKES = frozenset(
    words_of(one)
    for one in (
        "taken; i take it; i'll take it; i have it; mine; on it; i'm on it; je m'en occupe; je prends; pris; ik pak het op; ik neem het; "
        "opgepakt; zajmę się tym; zajmuję się; biorę; me ocupo; me ocupo yo; lo tomo; saya tangani; saya ambil; ich übernehme; "
        "übernommen; me ne occupo; me ne occupo io; lo prendo io; eu trato; eu trato disso; trato eu"
    ).split(";")
)


def answered(heard: Heard, writer: Writer) -> Acting | None:
    """What the answer of a mobile on call does. None: it is none. Writes and locks nothing."""
    if writer.on_call is None or not says_taken(heard.words, heard.language):
        return None
    called = texts.called_on_call(heard.clinic_id, [heard.phone]).get(heard.phone)
    if called is None or (writer.questions and writer.questions[0].asked_at > called):
        return None
    standing = [one.subject_id for one in tasks.alarms(heard.clinic_id) if one.called.has(heard.phone_bi, called)]
    if not standing and writer.last_purpose is not Purpose.STAFF:
        return None  # it was long ago, and is about something else
    return Acting(partial(_take, heard, writer.on_call, standing))


def says_taken(words: str, language: str) -> bool:
    """Whether the whole text says so: 1, a yes, or "I take it" in any of our languages. Pure."""
    return without_courtesy(words_of(words)) in _TAKES or read_answer(words, language) is Answer.CONFIRM


def _take(heard: Heard, on_call: OnCall, standing: Sequence[UUID]) -> Read:
    """Every alarm that called this mobile; another's stands, and goes further."""
    clinic_id = heard.clinic_id
    works_here = {one.user_id for one in clinics.staff(clinic_id)}
    is_known = on_call.user_id in works_here
    by = Actor(ActorKind.STAFF, str(on_call.user_id)) if is_known else NOBODYS
    taken = [
        name
        for name in standing
        if taking.take_emergency(clinic_id=clinic_id, thread_id=name, by=by, answered_from=heard.phone)
    ]
    if taken:
        return Read("taken", TAKEN, texts.danger_yours(clinic_id, len(taken)), purpose=Purpose.STAFF)
    return Read("taken", SEEN_TO, texts.danger_seen_to(clinic_id, ""), purpose=Purpose.STAFF)
