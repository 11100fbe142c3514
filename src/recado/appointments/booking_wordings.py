"""The texts by which patients book and choose times themselves. Pure literals, part of `wordings`.

`choices` are times with a letter each: "A: Thu 26 Nov at 10:30; B: ...".
"""

WORDINGS: dict[str, dict[str, str]] = {
    "booking_link": {
        "en": "{clinic}: [[{name}, ]]please choose a time for your visit: {link}",
        "fr": "{clinic} : [[{name}, ]]choisissez l'heure de votre rendez-vous : {link}",
        "nl": "{clinic}: [[{name}, ]]kies een tijd voor uw afspraak: {link}",
        "pl": "{clinic}: [[{name}, ]]prosimy wybrać termin: {link}",
        "es": "{clinic}: [[{name}, ]]elija la hora de su cita: {link}",
        "id": "{clinic}: [[{name}, ]]silakan pilih waktu janji Anda: {link}",
        "de": "{clinic}: [[{name}, ]]bitte wählen Sie Ihren Termin: {link}",
        "it": "{clinic}: [[{name}, ]]scelga l'orario del suo appuntamento: {link}",
        "pt": "{clinic}: [[{name}, ]]escolha a hora da sua consulta: {link}",
    },
    "times_offered": {
        "en": "{clinic}: which time suits you? Reply with the letter. {choices}.[[ Others: {link}]]",
        "fr": "{clinic} : quelle heure vous convient ? Répondez par la lettre. {choices}.[[ Autres : {link}]]",
        "nl": "{clinic}: welke tijd past u? Antwoord met de letter. {choices}.[[ Andere: {link}]]",
        "pl": "{clinic}: odpisz literą terminu. {choices}.[[ Inne: {link}]]",
        "es": "{clinic}: elija otra hora. Responda con la letra. {choices}.[[ Otras: {link}]]",
        "id": "{clinic}: pilih waktu, balas dengan hurufnya. {choices}.[[ Lain: {link}]]",
        "de": "{clinic}: Welche Zeit passt? Antworten Sie mit dem Buchstaben. {choices}.[[ Andere: {link}]]",
        "it": "{clinic}: quale orario va bene? Risponda con la lettera. {choices}.[[ Altri: {link}]]",
        "pt": "{clinic}: que hora lhe serve? Responda com a letra. {choices}.[[ Outras: {link}]]",
    },
    "times_gone": {
        "en": "{clinic}: that time has just gone. Reply with the letter. {choices}.[[ Others: {link}]]",
        "fr": "{clinic} : cette heure est déjà prise. Répondez par la lettre. {choices}.[[ Autres : {link}]]",
        "nl": "{clinic}: die tijd is net weg. Antwoord met de letter. {choices}.[[ Andere: {link}]]",
        "pl": "{clinic}: termin zajęty. Odpisz literą. {choices}.[[ Inne: {link}]]",
        "es": "{clinic}: esa hora se ha ocupado. Responda con la letra. {choices}.[[ Otras: {link}]]",
        "id": "{clinic}: waktu itu terisi. Balas dengan hurufnya. {choices}.[[ Lain: {link}]]",
        "de": "{clinic}: Diese Zeit ist weg. Antworten Sie mit dem Buchstaben. {choices}.[[ Mehr: {link}]]",
        "it": "{clinic}: quell'orario è già preso. Risponda con la lettera. {choices}.[[ Altri: {link}]]",
        "pt": "{clinic}: essa hora foi ocupada. Responda com a letra. {choices}.[[ Outras: {link}]]",
    },
}

TIMES = frozenset({"times_offered", "times_gone"})

NEUTRAL_TIMES = {
    "en": "{clinic}: [[{name}, ]]choose another time here: {link}",
    "fr": "{clinic} : [[{name}, ]]choisissez une autre heure ici : {link}",
    "nl": "{clinic}: [[{name}, ]]kies hier een andere tijd: {link}",
    "pl": "{clinic}: [[{name}, ]]inny termin można wybrać tutaj: {link}",
    "es": "{clinic}: [[{name}, ]]elija otra hora: {link}",
    "id": "{clinic}: [[{name}, ]]pilih waktu lain di sini: {link}",
    "de": "{clinic}: [[{name}, ]]wählen Sie hier eine andere Zeit: {link}",
    "it": "{clinic}: [[{name}, ]]scelga qui un altro orario: {link}",
    "pt": "{clinic}: [[{name}, ]]escolha aqui outra hora: {link}",
}
"""For whoever wants no text that tells a time."""

CODE = {
    "en": "{code} is your code to book at {clinic}. If you did not ask for it, ignore it.",
    "fr": "{code} : votre code pour réserver chez {clinic}. Pas de demande de votre part ? Ignorez-le.",
    "nl": "{code} is uw code om af te spreken bij {clinic}. Niet gevraagd? Doe niets.",
    "pl": "{code} to kod rezerwacji: {clinic}. Jeśli to pomyłka, nic nie rób.",
    "es": "{code} es su clave para pedir cita en {clinic}. Si no la ha pedido, no haga nada.",
    "id": "{code} adalah kode Anda untuk membuat janji di {clinic}. Abaikan jika Anda tidak memintanya.",
    "de": "{code} ist Ihr Code zum Buchen bei {clinic}. Nicht angefordert? Dann nichts tun.",
    "it": "{code} è il suo codice per prenotare presso {clinic}. Se non l'ha chiesto, lo ignori.",
    "pt": "{code} é o seu código para marcar em {clinic}. Se não o pediu, ignore.",
}
"""Proves on the clinic's booking page that a phone is theirs."""
