"""What conversations themselves tell people: which visit is meant, and that a person will read it. Literal."""

from collections.abc import Sequence
from uuid import UUID

from recado.clinics import queries as clinics
from recado.messaging import queries as wording

VALUES = ("clinic", "phone", "choices")

ASK_WHICH = wording.define(
    "ask_which",
    {
        "en": "{clinic}: which appointment do you mean? Reply with the letter. {choices}",
        "fr": "{clinic} : quel rendez-vous ? Répondez par la lettre. {choices}",
        "nl": "{clinic}: welke afspraak bedoelt u? Antwoord met de letter. {choices}",
        "pl": "{clinic}: o którą wizytę chodzi? Odpisz literą. {choices}",
        "es": "{clinic}: tiene varias citas. Responda con la letra de la que quiere decir. {choices}",
        "id": "{clinic}: janji yang mana? Balas dengan hurufnya. {choices}",
        "de": "{clinic}: Welchen Termin meinen Sie? Antworten Sie mit dem Buchstaben. {choices}",
        "it": "{clinic}: di quale appuntamento si tratta? Risponda con la lettera. {choices}",
        "pt": "{clinic}: de que consulta se trata? Responda com a letra. {choices}",
    },
    VALUES,
)

PASSED_TO_PERSON = wording.define(
    "passed_to_person",
    {
        "en": "{clinic}: thank you, a member of our team will read this.[[ If it can't wait, call {phone}.]]",
        "fr": "{clinic} : merci, une personne de chez nous va lire votre message.[[ Si c'est pressé, appelez le {phone}.]]",
        "nl": "{clinic}: dank u, een medewerker leest uw bericht.[[ Kan het niet wachten, bel dan {phone}.]]",
        "pl": "{clinic}: dziękujemy, pracownik przeczyta wiadomość.[[ Pilne? {phone}]]",
        "es": "{clinic}: gracias, una persona del equipo lo va a leer.[[ Si no puede esperar, llame al {phone}.]]",
        "id": "{clinic}: terima kasih, petugas kami akan membaca pesan Anda.[[ Jika mendesak, telepon {phone}.]]",
        "de": "{clinic}: Danke, jemand aus dem Team liest Ihre Nachricht.[[ Wenn es eilt: {phone}.]]",
        "it": "{clinic}: grazie, una persona del nostro team legge il messaggio.[[ Se è urgente, chiami {phone}.]]",
        "pt": "{clinic}: obrigado, alguém da equipa vai ler.[[ Se for urgente, ligue {phone}.]]",
    },
    VALUES,
)


def ask_which(clinic_id: UUID, language: str, options: Sequence[str]) -> str:
    """ "Which appointment do you mean?" with the options, "A: Thu 26 Nov at 10:30; B: ..."."""
    return wording.render(ASK_WHICH, language, {**_clinic(clinic_id), "choices": "; ".join(options)}).text


def passed_to_person(clinic_id: UUID, language: str) -> str:
    """ "A member of our team will read this." """
    return wording.render(PASSED_TO_PERSON, language, _clinic(clinic_id)).text


def _clinic(clinic_id: UUID) -> dict[str, str]:
    clinic = clinics.clinic_settings(clinic_id)
    return {"clinic": clinic.name, "phone": clinic.phone_shown}
