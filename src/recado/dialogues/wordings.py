"""The texts around the steps of a dialogue, in every language. Pure literals, read by `messaging.wording`.

Values: clinic, phone, said (what the steps say), how (the sentence on how to answer), person (the word for a person).
"""

VALUES = ("clinic", "phone", "said", "how", "person")

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
    "dialogue_kept": {
        "en": "{clinic}: no answer came, so we stop asking. A person reads what you wrote.[[ Urgent: call {phone}.]]",
        "fr": "{clinic} : sans réponse, nous n'insistons pas. Une personne lit ce que vous avez écrit.[[ Urgent : {phone}.]]",
        "nl": "{clinic}: er kwam geen antwoord, wij vragen niet verder. Een mens leest wat u schreef.[[ Dringend: bel {phone}.]]",
        "pl": "{clinic}: bez odpowiedzi nie pytamy dalej. Pracownik przeczyta, co napisano.[[ Pilne: tel. {phone}.]]",
        "es": "{clinic}: no hubo respuesta y no preguntamos más. Una persona lee lo que escribió.[[ Urgente: {phone}.]]",
        "id": "{clinic}: belum ada jawaban, jadi kami berhenti bertanya. Petugas membaca pesan Anda.[[ Mendesak: {phone}.]]",
        "de": "{clinic}: Es kam keine Antwort, wir fragen nicht weiter. Ein Mensch liest, was Sie schrieben.[[ Dringend: {phone}.]]",
        "it": "{clinic}: nessuna risposta, non chiediamo altro. Una persona legge quello che ha scritto.[[ Urgente: {phone}.]]",
        "pt": "{clinic}: sem resposta, deixamos de perguntar. Uma pessoa lê o que escreveu.[[ Urgente: {phone}.]]",
    },
    "dialogue_silent": {
        "en": "{clinic}: no answer came, so we stop asking. Write again at any time.[[ By phone: {phone}.]]",
        "fr": "{clinic} : sans réponse, nous n'insistons pas. Écrivez-nous quand vous voulez.[[ Par téléphone : {phone}.]]",
        "nl": "{clinic}: er kwam geen antwoord, wij vragen niet verder. U kunt altijd weer schrijven.[[ Of bel {phone}.]]",
        "pl": "{clinic}: bez odpowiedzi nie pytamy dalej. Zapraszamy do kontaktu w dowolnej chwili.[[ Tel. {phone}.]]",
        "es": "{clinic}: no hubo respuesta y no preguntamos más. Escriba cuando quiera.[[ Por teléfono: {phone}.]]",
        "id": "{clinic}: belum ada jawaban, jadi kami berhenti bertanya. Silakan tulis lagi kapan saja.[[ Telepon: {phone}.]]",
        "de": "{clinic}: Es kam keine Antwort, wir fragen nicht weiter. Schreiben Sie jederzeit wieder.[[ Telefon: {phone}.]]",
        "it": "{clinic}: nessuna risposta, non chiediamo altro. Scriva di nuovo quando vuole.[[ Per telefono: {phone}.]]",
        "pt": "{clinic}: sem resposta, deixamos de perguntar. Escreva de novo quando quiser.[[ Por telefone: {phone}.]]",
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
