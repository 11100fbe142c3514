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
    "visit_missed_link": {
        "en": "{clinic}: [[{name}, ]]we missed you on {when}. We hope all is well. New time: {link}",
        "fr": "{clinic} : [[{name}, ]]nous vous attendions {when}. Nous espérons que tout va bien. Autre date : {link}",
        "nl": "{clinic}: [[{name}, ]]wij hebben u gemist {when}. Hopelijk gaat alles goed. Nieuwe tijd: {link}",
        "pl": "{clinic}: [[{name}, ]]szkoda, że wizyta {when} się nie odbyła. Nowy termin: {link}",
        "es": "{clinic}: [[{name}, ]]le echamos de menos el {when}. Esperamos que todo vaya bien. Otra cita: {link}",
        "id": "{clinic}: [[{name}, ]]kami menunggu Anda {when}. Semoga semuanya baik. Jadwal baru: {link}",
        "de": "{clinic}: [[{name}, ]]wir haben Sie am {when} vermisst. Hoffentlich ist alles gut. Neuer Termin: {link}",
        "it": "{clinic}: [[{name}, ]]la aspettavamo {when}. Speriamo che vada tutto bene. Nuova data: {link}",
        "pt": "{clinic}: [[{name}, ]]sentimos a sua falta {when}. Esperamos que esteja tudo bem. Nova data: {link}",
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

BY_LETTER = {
    "new_visit_times": {
        "en": "{choices}. Reply with the letter.[[ Others: {link}]]",
        "fr": "{choices}. Répondez par la lettre.[[ Autres : {link}]]",
        "nl": "{choices}. Antwoord met de letter.[[ Andere: {link}]]",
        "pl": "{choices}. Odpisz literą.[[ Inne: {link}]]",
        "es": "{choices}. Responda con la letra.[[ Otras: {link}]]",
        "id": "{choices}. Balas dengan hurufnya.[[ Lain: {link}]]",
        "de": "{choices}. Antworten Sie mit dem Buchstaben.[[ Andere: {link}]]",
        "it": "{choices}. Risponda con la lettera.[[ Altri: {link}]]",
        "pt": "{choices}. Responda com a letra.[[ Outras: {link}]]",
    },
    "new_visit_service": {
        "en": "what is it for? {choices}. Reply with the letter.[[ Or here: {link}]]",
        "fr": "pour quel motif ? {choices}. Répondez par la lettre.[[ Ou ici : {link}]]",
        "nl": "waarvoor? {choices}. Antwoord met de letter.[[ Of hier: {link}]]",
        "pl": "w jakim celu? {choices}. Odpisz literą.[[ Lub tutaj: {link}]]",
        "es": "¿para qué? {choices}. Responda con la letra.[[ O aquí: {link}]]",
        "id": "untuk apa? {choices}. Balas dengan hurufnya.[[ Atau di sini: {link}]]",
        "de": "wofür? {choices}. Antworten Sie mit dem Buchstaben.[[ Oder hier: {link}]]",
        "it": "per che cosa? {choices}. Risponda con la lettera.[[ O qui: {link}]]",
        "pt": "para quê? {choices}. Responda com a letra.[[ Ou aqui: {link}]]",
    },
}
"""Behind the words of whoever offers a visit by text ("Choose a time:"). Names of services stand only in texts to who agreed to
clinical words."""

NEW_VISIT = {
    "en": "the new appointment",
    "fr": "le nouveau rendez-vous",
    "nl": "de nieuwe afspraak",
    "pl": "nowa wizyta",
    "es": "la cita nueva",
    "id": "janji baru",
    "de": "der neue Termin",
    "it": "il nuovo appuntamento",
    "pt": "a consulta nova",
}
"""What it is called where we ask back which of several things is meant."""
