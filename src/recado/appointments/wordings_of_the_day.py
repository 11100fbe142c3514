"""Who the person will see, and the text by which they say that they are here: part of `wordings.WORDINGS`, by its rules. Pure
literals."""

_HERE = {
    "en": "When you are here, reply 1. If you can't come, reply 2.",
    "fr": "Une fois ici, répondez 1. Si vous ne pouvez pas venir, répondez 2.",
    "nl": "Antwoord 1 als u er bent. Kunt u niet komen, antwoord 2.",
    "pl": "Na miejscu odpisz 1. Kto nie może przyjść: 2.",
    "es": "Al llegar, responda 1. Si no puede venir, responda 2.",
    "id": "Setelah tiba, balas 1. Jika tidak bisa datang, balas 2.",
    "de": "Wenn Sie da sind, Antwort 1. Wenn Sie nicht kommen, Antwort 2.",
    "it": "Quando arriva, risponda 1. Se non può venire, risponda 2.",
    "pt": "Ao chegar, responda 1. Se for faltar, responda 2.",
}
_EXPECTED = {
    "en": "{clinic}: [[{name}, ]]we expect you {when}. ",
    "fr": "{clinic} : [[{name}, ]]nous vous attendons {when}. ",
    "nl": "{clinic}: [[{name}, ]]wij verwachten u {when}. ",
    "pl": "{clinic}: [[{name}, ]]czekamy {when}. ",
    "es": "{clinic}: [[{name}, ]]le esperamos el {when}. ",
    "id": "{clinic}: [[{name}, ]]kami menunggu Anda {when}. ",
    "de": "{clinic}: [[{name}, ]]wir erwarten Sie am {when}. ",
    "it": "{clinic}: [[{name}, ]]la aspettiamo {when}. ",
    "pt": "{clinic}: [[{name}, ]]esperamos por si {when}. ",
}

CHECK_IN = {language: text + _HERE[language] for language, text in _EXPECTED.items()}
CHECK_IN_NEUTRAL = {
    language: "{clinic}" + (" : " if language == "fr" else ": ") + "[[{name}. ]]" + text
    for language, text in _HERE.items()
}

WORDINGS: dict[str, dict[str, str]] = {
    "visit_clinician": {
        "en": "{clinic}: [[{name}, ]]your appointment on {when} will be with {clinician}.[[ To change or cancel: {link}]]",
        "fr": "{clinic} : [[{name}, ]]votre rendez-vous {when} sera avec {clinician}.[[ Changer ou annuler : {link}]]",
        "nl": "{clinic}: [[{name}, ]]uw afspraak op {when} is bij {clinician}.[[ Wijzigen of annuleren: {link}]]",
        "pl": "{clinic}: [[{name}, ]]wizyta {when}, przyjmie {clinician}.[[ Zmiana: {link}]]",
        "es": "{clinic}: [[{name}, ]]en su cita del {when} le atiende {clinician}.[[ Cambiar o cancelar: {link}]]",
        "id": "{clinic}: [[{name}, ]]janji Anda {when} bersama {clinician}.[[ Ubah atau batal: {link}]]",
        "de": "{clinic}: [[{name}, ]]Ihr Termin am {when} ist bei {clinician}.[[ Ändern oder absagen: {link}]]",
        "it": "{clinic}: [[{name}, ]]il suo appuntamento {when} sarà con {clinician}.[[ Cambiare o annullare: {link}]]",
        "pt": "{clinic}: [[{name}, ]]a sua consulta de {when} é com {clinician}.[[ Mudar ou cancelar: {link}]]",
    },
    # True of whoever has been here before too: the calendar may not know it.
    "visit_first": {
        "en": "{clinic}: [[{name}, ]]on {when} please come 10 minutes early: we note your details. The way to us: {link}",
        "fr": "{clinic} : [[{name}, ]]{when}, venez 10 minutes en avance pour vous inscrire. Nous trouver : {link}",
        "nl": "{clinic}: [[{name}, ]]kom {when} 10 minuten eerder: wij noteren uw gegevens. Zo vindt u ons: {link}",
        "pl": "{clinic}: [[{name}, ]]{when}: zapraszamy 10 min wcześniej, spiszemy dane. Dojazd: {link}",
        "es": "{clinic}: [[{name}, ]]el {when} venga 10 minutos antes para tomar sus datos. Llegar: {link}",
        "id": "{clinic}: [[{name}, ]]{when} mohon datang 10 menit lebih awal untuk pendataan. Arah: {link}",
        "de": "{clinic}: [[{name}, ]]kommen Sie am {when} bitte 10 Minuten früher zur Anmeldung. Der Weg: {link}",
        "it": "{clinic}: [[{name}, ]]{when} venga 10 minuti prima per i suoi dati. Come arrivare: {link}",
        "pt": "{clinic}: [[{name}, ]]{when} venha 10 minutos antes para os seus dados. Como chegar: {link}",
    },
    "visit_check_in": CHECK_IN,
    "answer_late": {
        "en": "{clinic}: thank you. The team knows that you come later. If that can't work today, we call you.",
        "fr": "{clinic} : merci. L'équipe sait que vous arrivez plus tard. Si ce n'est pas possible, nous vous appelons.",
        "nl": "{clinic}: dank u. Het team weet dat u later komt. Lukt dat vandaag niet, dan bellen wij u.",
        "pl": "{clinic}: dziękujemy. Wiemy o spóźnieniu. Jeśli dziś się nie uda, zadzwonimy.",
        "es": "{clinic}: gracias. El equipo sabe que llega tarde. Si hoy no es posible, le llamamos.",
        "id": "{clinic}: terima kasih. Tim tahu Anda datang terlambat. Jika tidak bisa hari ini, kami menelepon.",
        "de": "{clinic}: Danke. Das Team weiß, dass Sie später kommen. Geht es heute nicht mehr, rufen wir an.",
        "it": "{clinic}: grazie. Sappiamo che arriva più tardi. Se oggi non è possibile, la chiamiamo.",
        "pt": "{clinic}: obrigado. A equipa sabe que chega mais tarde. Se hoje for tarde demais, ligamos.",
    },
    "answer_arrived": {
        "en": "{clinic}: thank you[[, {name}]]. We know that you are here. Please take a seat.",
        "fr": "{clinic} : merci[[ {name}]]. Votre arrivée est notée. Installez-vous en salle d'attente.",
        "nl": "{clinic}: dank u[[, {name}]]. Wij weten dat u er bent. Neemt u plaats.",
        "pl": "{clinic}: dziękujemy[[, {name}]]. Przybycie zapisane. Prosimy zająć miejsce w poczekalni.",
        "es": "{clinic}: gracias[[, {name}]]. Sabemos que ya ha llegado. Tome asiento, por favor.",
        "id": "{clinic}: terima kasih[[, {name}]]. Kami tahu Anda sudah tiba. Silakan duduk.",
        "de": "{clinic}: Danke[[, {name}]]. Wir wissen, dass Sie da sind. Bitte nehmen Sie Platz.",
        "it": "{clinic}: grazie[[, {name}]]. Il suo arrivo è registrato. Si accomodi.",
        "pt": "{clinic}: obrigado[[, {name}]]. A sua chegada foi registada. Pode sentar-se.",
    },
}
