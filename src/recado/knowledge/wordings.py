"""How an article's answer is sent: marked as automatic, with a way to a person. Pure."""

from recado.conversations.types import PERSON as PERSON
from recado.conversations.understanding.tokens import tokens_of
from recado.foundation.text import without_courtesy

VALUES = ("clinic", "answer", "link", "person", "phone")

# `person`: the word to write back, where the sender can receive it; else the clinic's phone.
WORDINGS: dict[str, dict[str, str]] = {
    "article_answer": {
        "en": "{clinic}, automatic answer: {answer}[[ More: {link}]][[ A person: reply {person}.]][[ A person: {phone}.]]",
        "fr": "{clinic}, réponse automatique : {answer}[[ Plus : {link}]][[ Une personne : répondez {person}.]][[ Une personne : {phone}.]]",
        "nl": "{clinic}, automatisch antwoord: {answer}[[ Meer: {link}]][[ Een mens: antwoord {person}.]][[ Een mens: {phone}.]]",
        "pl": "{clinic}, automatyczna odpowiedź: {answer}[[ Więcej: {link}]][[ Pracownik: odpisz {person}.]][[ Pracownik: {phone}.]]",
        "es": "{clinic}, respuesta automática: {answer}[[ Más: {link}]][[ Una persona: responda {person}.]][[ Una persona: {phone}.]]",
        "id": "{clinic}, jawaban otomatis: {answer}[[ Lengkapnya: {link}]][[ Bicara dengan petugas: balas {person}.]][[ Petugas: {phone}.]]",
        "de": "{clinic}, automatische Antwort: {answer}[[ Mehr: {link}]][[ Ein Mensch: {person} antworten.]][[ Ein Mensch: {phone}.]]",
        "it": "{clinic}, risposta automatica: {answer}[[ Altro: {link}]][[ Una persona: risponda {person}.]][[ Una persona: {phone}.]]",
        "pt": "{clinic}, resposta automática: {answer}[[ Mais: {link}]][[ Uma pessoa: responda {person}.]][[ Uma pessoa: {phone}.]]",
    },
}

# Behind an answer without a page, where it costs no further part. Both signs are letters of every phone.
RATE = {
    "en": " Did it help? Reply + or -.",
    "fr": " Utile ? Répondez + ou -.",
    "nl": " Geholpen? Antwoord + of -.",
    "pl": " Pomocne? Odpisz + lub -.",
    "es": " ¿Le ha servido? Responda + o -.",
    "id": " Membantu? Balas + atau -.",
    "de": " Hilfreich? Antwort + oder -.",
    "it": " Utile? Risponda + o -.",
    "pt": " Ajudou? Responda + ou -.",
}
_RATES = {"+": True, "👍": True, "-": False, "–": False, "−": False, "👎": False}


def rating_in(text: str) -> bool | None:
    """Whether an answer helped, where the whole text says nothing else. None: it does not say.

    >>> rating_in(" + "), rating_in("-."), rating_in("+ thanks")
    (True, False, None)
    """
    return _RATES.get(text.strip().rstrip(".! ").rstrip("\ufe0f"))


_ASKING = frozenset(
    tokens_of(
        "person human agent operator receptionist humain humaine personne conseiller mens medewerker persoon "
        "osoba osobe osobą człowiek człowiekiem człowieka pracownik pracownikiem konsultant persona humano agente operador "
        "petugas manusia mensch mitarbeiter operatore umano pessoa atendente"
    )
)
_MOST_WORDS = 6


def asks_for_person(text: str) -> bool:
    """Whether somebody writes that word, alone or with few others. Who is understood so wrongly gets a person too.

    >>> asks_for_person("Person please"), asks_for_person("osoba"), asks_for_person("Is parking free?")
    (True, True, False)
    """
    words = without_courtesy(tokens_of(text))
    return 0 < len(words) <= _MOST_WORDS and not _ASKING.isdisjoint(words)
