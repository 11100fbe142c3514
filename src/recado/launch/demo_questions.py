"""Questions of the last weeks at the demo clinic, from phones that belong to nobody: judged by the articles as a text would be, and
dealt with since. No conversation of them waits, and nothing of them can leave."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from recado.conversations.models import Reading
from recado.conversations.understanding.deciding import understand
from recado.foundation import business_time
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.knowledge import book
from recado.knowledge.deciding import decide
from recado.knowledge.models import Asked
from recado.knowledge.types import Outcome
from recado.messaging import actions as messaging

FIRST_PHONE = 440  # +44 7700 900440 and on, which are reserved for fiction
EVERY = timedelta(hours=7)

# Language, question, how many asked it, and how many of them said that it helped, and that it did not.
SAID = (
    ("en", "Where can I park?", 9, 5, 0),
    ("pl", "Czy jest parking?", 3, 2, 0),
    ("es", "¿Hay aparcamiento?", 2, 1, 0),
    ("en", "What time do you open?", 7, 3, 1),
    ("fr", "Quels sont vos horaires d'ouverture ?", 4, 2, 0),
    ("pl", "Czy na badanie krwi trzeba być na czczo?", 5, 4, 0),
    ("en", "Can I drink water before the blood test?", 4, 3, 0),
    ("en", "What shall I bring to my first visit?", 5, 3, 0),
    ("nl", "Welke papieren heb ik nodig?", 2, 1, 0),
    ("en", "How do I order a repeat prescription?", 6, 3, 1),
    ("id", "Di mana kliniknya?", 2, 1, 0),
    ("en", "Is there a lift?", 3, 2, 0),
    ("es", "¿Aceptan pacientes nuevos?", 2, 0, 0),
    ("en", "Can I bring my child with me?", 4, 0, 0),
    ("en", "can i bring my children", 2, 0, 0),
    ("es", "¿Puedo ir con mis hijos?", 2, 0, 0),
    ("en", "How do I get a sick note?", 3, 0, 0),
    ("en", "i need a sick note for work", 2, 0, 0),
    ("pl", "jak dostać zwolnienie lekarskie", 2, 0, 0),
    ("en", "How much is a visit?", 2, 0, 0),
    ("nl", "Spreekt iemand bij u Frans?", 2, 0, 0),
    ("en", "I am pregnant, can I still have the X-ray?", 2, 0, 0),
    ("en", "Is my blood pressure too high? 160 / 100", 1, 0, 0),
)


def load(clinic_id: UUID) -> int:
    """Writes them down. Returns how many."""
    now = business_time.now()
    with clinic_scope(clinic_id):
        made = [_asked(clinic_id, at, *one) for at, one in zip(_moments(now), _each(), strict=False)]
        Reading.objects.bulk_create([reading for reading, _ in made])
        Asked.objects.bulk_create([row for _, row in made])
    return len(made)


def _moments(now: datetime) -> Iterator[datetime]:
    at = now - timedelta(hours=5)
    while True:
        yield at
        at -= EVERY


def _each() -> Iterator[tuple[int, str, str, bool | None]]:
    """Phone, language and words of each, and whether it helped; kinds mixed as they come."""
    phones = count(FIRST_PHONE)
    for turn in range(max(asked for _, _, asked, _, _ in SAID)):
        for language, words, asked, yes, no in SAID:
            if turn < asked:
                yield next(phones), language, words, True if turn < yes else False if turn < yes + no else None


def _asked(
    clinic_id: UUID, at: datetime, phone: int, language: str, words: str, helped: bool | None
) -> tuple[Reading, Asked]:
    ready = book.answering(clinic_id)
    understood = understand(words, language=language)
    found = decide(words, understood, ready.index, language=language, overdue=ready.overdue(at.date()))
    nearest = found.best or (found.others[0] if found.others else None)
    is_answered = found.outcome is Outcome.ANSWERED
    name, number = new_id(), f"+447700900{phone}"
    keys = keys_for(clinic_id)
    common = {"clinic_id": clinic_id, "id": name, "at": at, "phone_bi": messaging.phone_index(clinic_id, Phone(number))}
    reading = Reading(
        **common,
        phone_ct=keys.seal("reading.phone", name.bytes, number.encode()),
        number="",
        body_ct=keys.seal("reading.body", name.bytes, words.encode()),
        body_mac=keys.blind_index("inbound body", words),
        understood=str(understood.meaning)[:16],
        outcome="answered" if is_answered else "waits_for_person",
        done_at=at + timedelta(minutes=40),
    )
    row = Asked(
        **common,
        language=language,
        outcome=found.outcome,
        article=nearest.key if nearest else "",
        version=1 if is_answered else None,
        confidence=round(100 * nearest.confidence) if nearest else 0,
        helped=helped if is_answered else None,
    )
    return reading, row
