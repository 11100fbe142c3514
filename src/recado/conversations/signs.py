"""Why a text waits for a person, told by its words. Pure. It sorts nothing and answers nothing: it names the reason on a
list, so a wrong guess costs a glance.
"""

from recado.foundation.text import words_of

from .types import Reason

_WRONG_PERSON = """
wrong number; wrong person; not my appointment; i am not; don't know who; mauvais numéro; faux numéro; pas le bon numéro;
mauvaise personne; vous vous trompez; verkeerd nummer; verkeerde nummer; verkeerde persoon; zły numer; pomyłka; to nie ja;
número equivocado; se equivoca; se ha equivocado; salah nomor; salah orang; nomor salah; falsche nummer; falsche person;
numero sbagliato; número errado; nie ten numer
"""
_URGENT = """
urgent; urgently; emergency; can't breathe; cannot breathe; chest pain; bleeding; ambulance; suicide; urgence; saigne;
douleur à la poitrine; respire mal; spoed; dringend; bloedt; benauwd; pilne; krwawi; ból w klatce; urgente; urgencia;
sangrando; dolor en el pecho; darurat; mendesak; sesak napas; berdarah; notfall; blutet; emergenza; sanguina
"""
_QUESTION_MARKS = frozenset("?？؟¿")


def _phrases(table: str) -> tuple[str, ...]:
    return tuple(f" {' '.join(words_of(phrase))} " for phrase in table.replace("\n", " ").split(";"))


_WRONG, _PRESSING = _phrases(_WRONG_PERSON), _phrases(_URGENT)


def reason_of(text: str, *, is_known: bool, understood: str) -> Reason:
    """Why this text, which no rule could settle, needs a person. `is_known`: it comes from a patient's phone."""
    words = f" {' '.join(words_of(text))} "
    if any(phrase in words for phrase in _PRESSING):
        return Reason.URGENT
    if any(phrase in words for phrase in _WRONG):
        return Reason.WRONG_PERSON
    if understood == "change":
        return Reason.ANOTHER_TIME
    if not is_known:
        return Reason.UNKNOWN_NUMBER
    if not _QUESTION_MARKS.isdisjoint(text):
        return Reason.QUESTION
    return Reason.UNPROMPTED if understood != "nothing" else Reason.TO_READ
