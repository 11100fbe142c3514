"""The texts about results that are told in person, or stand in a portal elsewhere: part of `wordings.WORDINGS`, by its rules. Pure
literals."""

ASKED = {
    "en": "{clinic}: [[{name}, ]]a member of our team would like to talk to you.",
    "fr": "{clinic} : [[{name}, ]]une personne de l'équipe souhaite vous parler.",
    "nl": "{clinic}: [[{name}, ]]iemand van ons team spreekt u graag.",
    "pl": "{clinic}: [[{name}, ]]ktoś z zespołu chce porozmawiać.",
    "es": "{clinic}: [[{name}, ]]una persona del equipo desea hablar con usted.",
    "id": "{clinic}: [[{name}, ]]tim kami ingin berbicara dengan Anda.",
    "de": "{clinic}: [[{name}, ]]jemand vom Team möchte mit Ihnen sprechen.",
    "it": "{clinic}: [[{name}, ]]una persona del nostro team desidera parlarle.",
    "pt": "{clinic}: [[{name}, ]]uma pessoa da nossa equipa gostava de falar consigo.",
}
REPLY = {
    "en": " Reply 1 and we call you[[, or call {phone}]].",
    "fr": " Répondez 1 et nous vous appelons[[, ou appelez le {phone}]].",
    "nl": " Antwoord 1 = bel mij[[, of bel {phone}]].",
    "pl": " Odpisz 1 proszę o telefon[[ lub zadzwoń: {phone}]].",
    "es": " Responda 1 y le llamamos[[, o llame al {phone}]].",
    "id": " Balas 1 kami telepon[[, atau telepon {phone}]].",
    "de": " Antwort 1 = bitte anrufen[[, oder Tel. {phone}]].",
    "it": " Risponda 1 e la chiamiamo[[, o chiami {phone}]].",
    "pt": " Responda 1 e ligamos-lhe[[, ou ligue {phone}]].",
}
_LINK = {
    "en": " Choose a time: {link}[[ or call {phone}]]",
    "fr": " Choisir l'heure : {link}[[ ou appelez le {phone}]]",
    "nl": " Kies een tijd: {link}[[ of bel {phone}]]",
    "pl": " Wybierz termin: {link}[[ lub tel. {phone}]]",
    "es": " Elija la hora: {link}[[ o llame al {phone}]]",
    "id": " Pilih waktu: {link}[[ atau telepon {phone}]]",
    "de": " Zeit: {link}[[ oder Tel. {phone}]]",
    "it": " Scelga l'ora: {link}[[ o chiami {phone}]]",
    "pt": " Escolha a hora: {link}[[ ou ligue {phone}]]",
}

_CALL_US: dict[str, dict[str, str]] = {
    "result_call": {
        "en": "{clinic}: [[{name}, ]]please call us[[ on {phone}]] when it suits you. A member of our team would like to talk to you.",
        "fr": "{clinic} : [[{name}, ]]merci de nous appeler[[ au {phone}]] quand cela vous convient. Une personne de l'équipe souhaite vous parler.",
        "nl": "{clinic}: [[{name}, ]]belt u ons alstublieft[[ op {phone}]] wanneer het u uitkomt. Iemand van ons team spreekt u graag.",
        "pl": "{clinic}: [[{name}, ]]prosimy o telefon w dogodnej chwili[[: {phone}]]. Ktoś z zespołu chce porozmawiać.",
        "es": "{clinic}: [[{name}, ]]por favor, llame[[ al {phone}]] cuando le venga bien. Una persona del equipo desea hablar con usted.",
        "id": "{clinic}: [[{name}, ]]silakan telepon kami[[ di {phone}]] saat Anda sempat. Tim kami ingin berbicara dengan Anda.",
        "de": "{clinic}: [[{name}, ]]bitte rufen Sie uns an, wann es Ihnen passt[[: {phone}]]. Jemand vom Team möchte mit Ihnen sprechen.",
        "it": "{clinic}: [[{name}, ]]per favore ci chiami[[ al {phone}]] quando le è comodo. Una persona del nostro team desidera parlarle.",
        "pt": "{clinic}: [[{name}, ]]por favor ligue-nos quando puder[[: {phone}]]. Uma pessoa da nossa equipa gostava de falar consigo.",
    },
}

WORDINGS: dict[str, dict[str, str]] = {
    # A notice: journeys that a clinic published before there was a question say it, and so does whoever can't be answered.
    **_CALL_US,
    "result_call_me_by_phone": _CALL_US["result_call"],
    "result_call_link": {language: text + _LINK[language] for language, text in ASKED.items()},
    "result_link": {
        "en": "{clinic}: [[{name}, ]]your results[[ of {day}]][[ ({reference})]] are ready: {link}[[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]vos résultats[[ du {day}]][[ ({reference})]] vous attendent : {link}[[ Questions : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw uitslag[[ van {day}]][[ ({reference})]] staat klaar: {link}[[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]wyniki[[ z {day}]][[ ({reference})]] czekają: {link}[[ Pytania: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]sus resultados[[ del {day}]][[ ({reference})]] le esperan: {link}[[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]hasil Anda[[ {day}]][[ ({reference})]] sudah siap: {link}[[ Pertanyaan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihre Ergebnisse[[ vom {day}]][[ ({reference})]] liegen bereit: {link}[[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]i suoi referti[[ del {day}]][[ ({reference})]] sono pronti: {link}[[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]os seus resultados[[ de {day}]][[ ({reference})]] esperam por si: {link}[[ Perguntas: {phone}.]]",
    },
}
