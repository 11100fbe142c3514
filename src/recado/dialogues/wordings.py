"""The texts around the steps of a dialogue, in every language. Pure literals, read by `messaging.wording`.

Values: clinic, said (what the steps say), how (the sentence on how to answer), person (the word for a person).
"""

VALUES = ("clinic", "said", "how", "person")

WORDINGS: dict[str, dict[str, str]] = {
    "dialogue_first": {
        "en": "{clinic}, automatic reply: {said}[[ {how}]][[ {person}: a person answers.]]",
        "fr": "{clinic}, réponse automatique : {said}[[ {how}]][[ {person} : une personne répond.]]",
        "nl": "{clinic}, automatisch antwoord: {said}[[ {how}]][[ {person}: een mens antwoordt.]]",
        "pl": "{clinic}, odpowiedź automatyczna: {said}[[ {how}]][[ {person}: odpowie pracownik.]]",
        "es": "{clinic}, respuesta automática: {said}[[ {how}]][[ {person}: responde una persona.]]",
        "id": "{clinic}, jawaban otomatis: {said}[[ {how}]][[ {person}: dijawab petugas.]]",
        "de": "{clinic}, automatische Antwort: {said}[[ {how}]][[ {person}: ein Mensch antwortet.]]",
        "it": "{clinic}, risposta automatica: {said}[[ {how}]][[ {person}: risponde una persona.]]",
        "pt": "{clinic}, resposta automática: {said}[[ {how}]][[ {person}: responde uma pessoa.]]",
    },
    "dialogue_next": {
        "en": "{clinic}: {said}[[ {how}]]",
        "fr": "{clinic} : {said}[[ {how}]]",
        "nl": "{clinic}: {said}[[ {how}]]",
        "pl": "{clinic}: {said}[[ {how}]]",
        "es": "{clinic}: {said}[[ {how}]]",
        "id": "{clinic}: {said}[[ {how}]]",
        "de": "{clinic}: {said}[[ {how}]]",
        "it": "{clinic}: {said}[[ {how}]]",
        "pt": "{clinic}: {said}[[ {how}]]",
    },
    "dialogue_again": {
        "en": "{clinic}: sorry, that was not clear. {how} {person}: a person answers.",
        "fr": "{clinic} : pardon, ce n'était pas clair. {how} {person} : une personne répond.",
        "nl": "{clinic}: sorry, dat was niet duidelijk. {how} {person}: een mens antwoordt.",
        "pl": "{clinic}: przepraszamy, to nie było jasne. {how} {person}: odpowie pracownik.",
        "es": "{clinic}: perdone, no quedó claro. {how} {person}: responde una persona.",
        "id": "{clinic}: maaf, kurang jelas. {how} {person}: dijawab petugas.",
        "de": "{clinic}: Entschuldigung, das war nicht klar. {how} {person}: ein Mensch antwortet.",
        "it": "{clinic}: scusi, non era chiaro. {how} {person}: risponde una persona.",
        "pt": "{clinic}: desculpe, não ficou claro. {how} {person}: responde uma pessoa.",
    },
}

HOW: dict[str, dict[str, str]] = {
    "dialogue_choice": {
        "en": "Reply {options}.",
        "fr": "Répondez {options}.",
        "nl": "Antwoord {options}.",
        "pl": "Odpisz {options}.",
        "es": "Responda {options}.",
        "id": "Balas {options}.",
        "de": "Antwort {options}.",
        "it": "Risponda {options}.",
        "pt": "Responda {options}.",
    },
}

OPEN: dict[str, dict[str, str]] = {
    "dialogue_hours": {
        "en": "We are open: {week}.",
        "fr": "Nous sommes ouverts : {week}.",
        "nl": "Wij zijn open: {week}.",
        "pl": "Godziny otwarcia: {week}.",
        "es": "Horario: {week}.",
        "id": "Jam buka: {week}.",
        "de": "Wir haben offen: {week}.",
        "it": "Siamo aperti: {week}.",
        "pt": "Horário: {week}.",
    },
    "dialogue_way": {
        "en": "How to find us: {way}",
        "fr": "Pour nous trouver : {way}",
        "nl": "Zo vindt u ons: {way}",
        "pl": "Dojazd: {way}",
        "es": "Cómo llegar: {way}",
        "id": "Petunjuk arah: {way}",
        "de": "So finden Sie uns: {way}",
        "it": "Come trovarci: {way}",
        "pt": "Como chegar: {way}",
    },
}
