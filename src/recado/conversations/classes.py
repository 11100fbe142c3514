"""Which kinds of texts somebody wants no more of: "stop surveys", "geen nieuwsbrief meer", "plus d'enquêtes". Pure.

Two ways: the whole text says it, by tables (`read_kinds`), or it is understood as a STOP and names kinds (`kinds_named`). A STOP
that names none is for all. What could be meant for a visit or for texts at all ("offers", "Nachrichten") is left out.
"""

import re

from recado.consent.types import PurposeGroup
from recado.foundation.text import without_courtesy, words_of

_NAMES: dict[PurposeGroup, str] = {
    PurposeGroup.SURVEY: "survey surveys questionnaire questionnaires feedback enquete enquetes sondage sondages vragenlijst vragenlijsten "
    "ankieta ankiety ankiet encuesta encuestas survei kuesioner angket umfrage umfragen fragebogen sondaggio sondaggi questionario "
    "questionari inquerito inqueritos questionarios",
    PurposeGroup.NEWS: "news newsletter newsletters promotion promotions promo promos advertising advert adverts ads marketing nouvelles "
    "actualites pub pubs publicite publicites nieuws nieuwsbrief nieuwsbrieven reclame nowosci newslettera newslettery reklama reklamy "
    "reklam aktualnosci noticias boletin publicidad novedades promociones berita promosi iklan buletin neuigkeiten werbung "
    "novita notizie pubblicita novidades publicidade promocoes boletim",
    PurposeGroup.CARE: "reminder reminders rappel rappels herinnering herinneringen przypomnienie przypomnienia przypomnien recordatorio "
    "recordatorios pengingat erinnerung erinnerungen promemoria lembrete lembretes",
}
_KIND_OF = {word: kind for kind, line in _NAMES.items() for word in line.split()}

# Where the whole text is such a wish, these stand around the name, in any order: a word that ends, or a no and a word of more or
# wanting ("no reminder" alone says that none came), and words that change nothing.
_ENDING = frozenset(words_of("stop stopp plus koniec jangan basta arrêtez arrêter unsubscribe wypisz niente"))
_NO = frozenset(words_of("no geen pas nie keine kein não sem non bez tidak dont don not"))
_MORE = frozenset(
    words_of("more any want meer wil plus veux więcej chcę más quiero lagi mau mehr più voglio mais quero need")
)
_AROUND = frozenset(
    words_of(
        "me the your sending send with please just only de d des les aux vos mij ik met już proszę wysyłajcie las los la el "
        "kirim saya ya bitte mir grazie i le lo receber os as um uma seulement svp alleen tylko solo sólo hanya nur je ne n "
        "recevoir nog graag alstublieft por favor z do you from ich io eu o a t l and et en y und dan"
    )
)
_KNOWN = _ENDING | _NO | _MORE | _AROUND
_MOST = 8  # words

# Said of a kind that they want to keep: which they end is then for a person to read, as a guess would end the wrong one.
_ONLY = frozenset(
    words_of(
        "only just seulement uniquement juste alleen enkel tylko solo solamente unicamente hanya cuma nur soltanto somente só"
    )
)
_EXCEPT = frozenset(words_of("except sauf excepté behalve oprócz excepto salvo kecuali außer tranne eccetto exceto"))
_WANT = frozenset(
    words_of(
        "want keep like need love veux garde garder gardez voudrais souhaite wil chcę chciałbym chciałabym zostaw zostawcie "
        "quiero deseo mantener mantenga mau ingin will möchte behalten voglio vorrei tenere quero gostaria manter mantenham"
    )
)
_BUT = frozenset(words_of("but maar ale pero tapi aber ma"))
_BESIDE = _BUT | frozenset(
    words_of("keep keeping yes ok okay fine wel houden ja oui gardez garder tak zostaw sí iya behalten sim")
)
_NOT = frozenset(words_of("not t dont never n ne pas niet nie jangan bukan nicht non não"))
_NOT_STOP = frozenset(("t", "not", "dont", "never", "jangan"))  # "ik wil dit niet, stop" is a stop
_STOP = frozenset(("stop", "end", "cancel", "unsubscribe"))
_VERBS = _STOP | frozenset(
    words_of(
        "stopping stopp stoppe stoppen stopt stopzetten arrêter arrêtez arrête arrêtes przestań przestawaj przestawajcie "
        "zatrzymuj zatrzymujcie pare paren parar parem pares deje dejen dejar detenga detengan cancelar cancele berhenti hentikan "
        "setop aufhören beenden einstellen smettete smettere smetta fermate fermare interrompete interrompa remove opt fewer less "
        "annuler désabonner afmelden uitschrijven annuleren abmelden abbestellen zrezygnować wypisać baja disdire cancellare sair"
    )
)
_ALL = frozenset(
    words_of(
        "all every everything any tous toutes tout alle alles wszystko wszystkie wszystkich todo todos toda todas semua semuanya "
        "tutti tutte tutto tudo allemaal"
    )
)
_NOT_ALL_AFTER = frozenset(("at", "du", "after", "above", "of"))  # "no reminders at all", "pas de rappels du tout"
_BEHIND = frozenset(("stoppen", "stopzetten", "einstellen", "beenden"))  # at the end of a Dutch or German sentence
_TEXTS = frozenset(
    words_of("text texts sms message messages berichten wiadomości smsy mensajes pesan nachrichten messaggi mensagens")
)
_CLAUSES = re.compile(r"[.,;:!?\n]+")
_NEAR = 3  # words


def read_kinds(text: str) -> frozenset[PurposeGroup]:
    """The kinds that the whole text wants no more of; none: it says something else, or more."""
    words = without_courtesy(_words(text))
    if "?" in text or not 2 <= len(words) <= _MOST or is_mixed(text):
        return frozenset()
    others = [word for word in words if word not in _KIND_OF]
    ends = not _ENDING.isdisjoint(others) or not (_NO.isdisjoint(others) or _MORE.isdisjoint(others))
    return _kinds(words) if ends and _KNOWN.issuperset(others) else frozenset()


def kinds_named(text: str) -> frozenset[PurposeGroup]:
    """The kinds that a STOP in own words ends; none: all of them, as in "stop all texts, I'm sick of your reminders"."""
    return frozenset() if _ends_all(text) else _kinds(_words(text))


def is_mixed(text: str) -> bool:
    """True where it wants to keep something too, or to stop nothing: "reminders, not surveys", "don't stop the reminders"."""
    words = _words(text)
    kinds = _kinds(words)
    if any(_is_denied(_words(clause)) for clause in _CLAUSES.split(text)):
        return True
    if not kinds:
        return False
    if not _EXCEPT.isdisjoint(words) or (_ends_all(text) and not _BUT.isdisjoint(words)):
        return True
    return any(_keeps(words, at) for at in range(len(words))) or (len(kinds) > 1 and _keeps_one(words))


def _is_denied(words: tuple[str, ...]) -> bool:
    """A clause that says not to stop: "don't stop", "n'arrêtez pas", "stop niet", "stoppen Sie die Erinnerungen nicht"."""
    for at, word in enumerate(words):
        if word not in _VERBS:
            continue
        before, after = words[at - 1] if at else "", words[at + 1 : at + 3]
        if before in (_NOT_STOP if word in _STOP else _NOT | {"no"}):
            return True
        if after[:1] in (("niet",), ("nicht",)) and after[1:] not in (("meer",), ("mehr",)):
            return True
        if word not in _STOP and words[-1] in ("niet", "nicht") and _kinds(words):
            return True
    return False


def _keeps(words: tuple[str, ...], at: int) -> bool:
    """An "only" or a wish, not denied, that is said of a kind."""
    if words[at] in _ONLY:
        return _leads_to_kind(words, at) or (at > 0 and words[at - 1] in _KIND_OF)
    is_wanted = words[at] in _WANT and (_NOT | {"no"}).isdisjoint(words[max(at - 2, 0) : at])
    return is_wanted and _leads_to_kind(words, at)


def _keeps_one(words: tuple[str, ...]) -> bool:
    """Several kinds are named, and one is set against another: "stop surveys but not reminders", "reminders yes, surveys no"."""
    if not _BESIDE.isdisjoint(words):
        return True
    ends = any(word in _VERBS for word in words)
    return ends and any(word in _NOT and _leads_to_kind(words, at) for at, word in enumerate(words))


def _ends_all(text: str) -> bool:
    """A word of all close behind one that ends, and not said of a kind ("stop all surveys", "thanks for everything")."""
    return any(_is_for_all(_words(clause)) for clause in _CLAUSES.split(text))


def _is_for_all(words: tuple[str, ...]) -> bool:
    return any(
        word in _ALL
        and (not at or words[at - 1] not in _NOT_ALL_AFTER)
        and not _leads_to_kind(words, at)
        and (_ends_before(words, at) or not _BEHIND.isdisjoint(words[at : at + _NEAR + 1]))
        for at, word in enumerate(words)
    )


def _ends_before(words: tuple[str, ...], at: int) -> bool:
    before = words[max(at - _NEAR, 0) : at]
    return not _kinds(before) and any(word in _ENDING | _NO | _VERBS for word in before)


def _leads_to_kind(words: tuple[str, ...], at: int) -> bool:
    """True where a kind follows soon, with no word that ends and no other name of texts before it."""
    following = words[at + 1 : at + 5]
    kind = next((place for place, word in enumerate(following) if word in _KIND_OF), None)
    return kind is not None and (_ENDING | _NO | _VERBS | _NOT | _TEXTS).isdisjoint(following[:kind])


def _kinds(words: tuple[str, ...]) -> frozenset[PurposeGroup]:
    return frozenset(_KIND_OF[word] for word in words if word in _KIND_OF)


def _words(text: str) -> tuple[str, ...]:
    """ "d'enquêtes" is two."""
    return words_of(text.replace("'", " ").replace("’", " "))
