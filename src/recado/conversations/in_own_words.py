"""What somebody wants that no question was about, where their own words leave no doubt: thanks that need no answer, texts again
or help, no more texts of a kind, another language, a number that is not theirs."""

from collections.abc import Callable

from recado.clinics import queries as clinics
from recado.consent import actions as consent
from recado.consent.types import Purpose, PurposeGroup
from recado.contacts import actions as people
from recado.foundation.text import words_of
from recado.messaging import actions as messaging
from recado.messaging import queries as texts

from . import classes, obeying, wish_notices, wrong_numbers
from .obeying import BY_TEXT
from .types import Heard, Read
from .understanding.meanings import LANGUAGES, Meaning
from .understanding.wishes import languages_named

MOST_THANKS = 8  # words


def do(heard: Heard) -> Read | None:
    """Does it. None: it is nothing of this kind, or not sure enough, or not for us to do."""
    act = _ACTS.get(heard.understood.meaning) if heard.understood.acts else None
    return act(heard) if act is not None else None


def stop(heard: Heard) -> Read | None:
    """Ends the kinds of texts that they name; all where they name none. None: they want to keep some, so a person reads it."""
    if classes.is_mixed(heard.words):
        return None
    kinds = classes.kinds_named(heard.words)
    return stop_kinds(heard, kinds) if kinds else obeying.obey(heard, "stop")


def stop_kinds(heard: Heard, kinds: frozenset[PurposeGroup]) -> Read:
    """Ends these kinds of texts to this phone, and says so once. What goes to it in an emergency is never among them."""
    fresh = consent.withdraw(
        clinic_id=heard.clinic_id,
        phone_bi=heard.phone_bi,
        groups=kinds,
        how="sms",
        by=BY_TEXT,
        patient_id=heard.patient_id,
        ends_permission=True,
    )
    if not fresh:
        return Read("stop", "stopped_before", patient_id=heard.patient_id)
    purpose = Purpose.OPT_OUT_CONFIRMATION
    way = texts.ways(heard.clinic_id)(heard.phone, purpose, heard.number)
    is_heard = way is None or way.is_heard
    words = wish_notices.stopped_some(heard.clinic_id, heard.language, kinds, is_heard=is_heard)
    return Read("stop", "stopped_some", words, patient_id=heard.patient_id, purpose=purpose)


def _start(heard: Heard) -> Read | None:
    return obeying.obey(heard, "start")


def _help(heard: Heard) -> Read | None:
    return obeying.obey(heard, "help")


def _thanks(heard: Heard) -> Read | None:
    """No answer is owed, and nobody need look. None: so many words say something else too, and only the model saw thanks."""
    if heard.understood.reason.startswith("reads like") and len(words_of(heard.words)) > MOST_THANKS:
        return None
    return Read("thanks", "thanked", patient_id=heard.patient_id)


def _change_language(heard: Heard) -> Read | None:
    """For everybody who is reached at this phone: whoever holds it reads that language. None: we don't write it, they all
    have it already, or several are named ("I don't understand French, English please")."""
    language = str(heard.understood.slots.get("language", ""))
    offered = clinics.clinic_settings(heard.clinic_id).languages or LANGUAGES
    if language not in offered or language not in LANGUAGES or not heard.people:
        return None
    if len(languages_named(heard.words)) != 1 or all(person.language == language for person in heard.people):
        return None
    for person in heard.people:
        people.change_details(
            clinic_id=heard.clinic_id, patient_id=person.patient_id, language=language, phone=heard.phone, by=BY_TEXT
        )
    messaging.write_anew(clinic_id=heard.clinic_id, phones={one.phone_bi for one in heard.people if one.phone_bi})
    words = wish_notices.language_changed(heard.clinic_id, language)
    return Read("language_change", "language_changed", words, patient_id=heard.patient_id)


_ACTS: dict[Meaning, Callable[[Heard], Read | None]] = {
    Meaning.THANKS: _thanks,
    Meaning.START: _start,
    Meaning.HELP: _help,
    Meaning.LANGUAGE_CHANGE: _change_language,
    Meaning.WRONG_NUMBER: wrong_numbers.ask_once,
}
