"""What is asked of whoever writes, unasked, that they want to move or cancel: part of `wordings.WORDINGS`, by its rules. Pure literals.

Cancelling is put as two orders and not as a question: to "shall we cancel?" many would answer yes or no, and to a reminder
those mean the opposite.
"""

WORDINGS: dict[str, dict[str, str]] = {
    "visit_cancel_sure": {
        "en": "{clinic}: [[{name}, ]]to cancel your appointment on {when}, reply 3. To keep it, reply 1.",
        "fr": "{clinic} : [[{name}, ]]pour annuler votre rendez-vous {when}, répondez 3. Pour le garder, répondez 1.",
        "nl": "{clinic}: [[{name}, ]]antwoord 3 om uw afspraak {when} te annuleren. Antwoord 1 om die te houden.",
        "pl": "{clinic}: [[{name}, ]]rezygnacja z wizyty {when}: odpisz 3. Bez zmian: odpisz 1.",
        "es": "{clinic}: [[{name}, ]]para cancelar su cita del {when}, responda 3. Para mantenerla, responda 1.",
        "id": "{clinic}: [[{name}, ]]untuk membatalkan janji {when}, balas 3. Untuk tetap datang, balas 1.",
        "de": "{clinic}: [[{name}, ]]Termin am {when} absagen: Antwort 3. Behalten: Antwort 1.",
        "it": "{clinic}: [[{name}, ]]per annullare l'appuntamento {when} risponda 3. Per mantenerlo risponda 1.",
        "pt": "{clinic}: [[{name}, ]]para cancelar a consulta {when}, responda 3. Para a manter, responda 1.",
    },
    "visit_which_moved": {
        "en": "{clinic}: which appointment shall we move? Reply with the letter. {choices}.",
        "fr": "{clinic} : quel rendez-vous déplacer ? Répondez par la lettre. {choices}.",
        "nl": "{clinic}: welke afspraak wilt u verzetten? Antwoord met de letter. {choices}.",
        "pl": "{clinic}: zmiana terminu, odpisz literą wizyty. {choices}.",
        "es": "{clinic}: diga qué cita cambiar. Responda con la letra. {choices}.",
        "id": "{clinic}: janji mana yang diubah? Balas dengan hurufnya. {choices}.",
        "de": "{clinic}: Welchen Termin verlegen? Antworten Sie mit dem Buchstaben. {choices}.",
        "it": "{clinic}: quale appuntamento spostare? Risponda con la lettera. {choices}.",
        "pt": "{clinic}: que consulta quer mudar? Responda com a letra. {choices}.",
    },
    "visit_which_cancelled": {
        "en": "{clinic}: which appointment shall we cancel? Reply with the letter. {choices}.",
        "fr": "{clinic} : quel rendez-vous annuler ? Répondez par la lettre. {choices}.",
        "nl": "{clinic}: welke afspraak wilt u annuleren? Antwoord met de letter. {choices}.",
        "pl": "{clinic}: rezygnacja, odpisz literą wizyty. {choices}.",
        "es": "{clinic}: diga qué cita cancelar. Responda con la letra. {choices}.",
        "id": "{clinic}: janji mana yang dibatalkan? Balas dengan hurufnya. {choices}.",
        "de": "{clinic}: Welchen Termin absagen? Antworten Sie mit dem Buchstaben. {choices}.",
        "it": "{clinic}: quale appuntamento annullare? Risponda con la lettera. {choices}.",
        "pt": "{clinic}: que consulta quer cancelar? Responda com a letra. {choices}.",
    },
}

NEUTRAL_SURE = {
    "en": "{clinic}: [[{name}, ]]to cancel your appointment, reply 3. To keep it, reply 1.",
    "fr": "{clinic} : [[{name}, ]]pour annuler votre rendez-vous, répondez 3. Pour le garder, répondez 1.",
    "nl": "{clinic}: [[{name}, ]]antwoord 3 om uw afspraak te annuleren. Antwoord 1 om die te houden.",
    "pl": "{clinic}: [[{name}, ]]rezygnacja z wizyty: odpisz 3. Bez zmian: odpisz 1.",
    "es": "{clinic}: [[{name}, ]]para cancelar su cita, responda 3. Para mantenerla, responda 1.",
    "id": "{clinic}: [[{name}, ]]untuk membatalkan janji, balas 3. Untuk tetap datang, balas 1.",
    "de": "{clinic}: [[{name}, ]]Termin absagen: Antwort 3. Behalten: Antwort 1.",
    "it": "{clinic}: [[{name}, ]]per annullare l'appuntamento risponda 3. Per mantenerlo risponda 1.",
    "pt": "{clinic}: [[{name}, ]]para cancelar a consulta, responda 3. Para a manter, responda 1.",
}
"""For whoever wants no text that tells a time; asked only of their one visit."""
