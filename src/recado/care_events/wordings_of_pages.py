"""The texts about what opens on the web (video visits, a portal, pages to read) and about opening hours, in every language.
The rules are those of `wordings`, which joins both. Pure literals."""

ASKED = {
    "en": "{clinic}: [[{name}, ]]a page to read when it suits you: {link}",
    "fr": "{clinic} : [[{name}, ]]une page à lire quand vous voulez : {link}",
    "nl": "{clinic}: [[{name}, ]]een pagina voor u om rustig te lezen: {link}",
    "pl": "{clinic}: [[{name}, ]]strona do przeczytania: {link}",
    "es": "{clinic}: [[{name}, ]]una lectura para cuando le venga bien: {link}",
    "id": "{clinic}: [[{name}, ]]bacaan untuk Anda: {link}",
    "de": "{clinic}: [[{name}, ]]etwas zum Lesen, wann es Ihnen passt: {link}",
    "it": "{clinic}: [[{name}, ]]una lettura per quando vuole: {link}",
    "pt": "{clinic}: [[{name}, ]]uma leitura para quando quiser: {link}",
}
REPLY = {
    "en": " Reply 1 if it helps, 2 to stop these.",
    "fr": " Répondez 1 si c'est utile, 2 pour ne plus en recevoir.",
    "nl": " Antwoord 1 = nuttig, 2 = stoppen.",
    "pl": " Odpisz 1 przydatne, 2 bez kolejnych.",
    "es": " Responda 1 si le ayuda, 2 para dejar de recibirlas.",
    "id": " Balas 1 bermanfaat, 2 berhenti.",
    "de": " Antwort 1 = hilfreich, 2 = keine mehr.",
    "it": " Risponda 1 se è utile, 2 per non riceverne altre.",
    "pt": " Responda 1 se ajuda, 2 para parar.",
}
STOP_BY_PHONE = {
    "en": "[[ To stop these call {phone}.]]",
    "fr": "[[ Pour ne plus en recevoir : {phone}.]]",
    "nl": "[[ Stoppen: bel {phone}.]]",
    "pl": "[[ Bez kolejnych: tel. {phone}.]]",
    "es": "[[ Para dejar de recibirlas llame al {phone}.]]",
    "id": "[[ Untuk berhenti, telepon {phone}.]]",
    "de": "[[ Keine mehr: Tel. {phone}.]]",
    "it": "[[ Per non riceverne altre chiami {phone}.]]",
    "pt": "[[ Para parar ligue {phone}.]]",
}

WORDINGS: dict[str, dict[str, str]] = {
    "video_visit": {
        "en": "{clinic}: [[{name}, ]]your video visit is {when}. Open this then: {link}[[ Tel. {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]rendez-vous vidéo {when}. Lien à ouvrir alors : {link}[[ Tél. {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw videogesprek is {when}. Open dan: {link}[[ Tel. {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]wideowizyta {when}. Link: {link}[[ Tel. {phone}.]]",
        "es": "{clinic}: [[{name}, ]]su consulta por video es el {when}. Abra entonces: {link}[[ Tel. {phone}.]]",
        "id": "{clinic}: [[{name}, ]]konsultasi video Anda {when}. Buka saat itu: {link}[[ Tel. {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihr Videotermin ist am {when}. Dann bitte öffnen: {link}[[ Tel. {phone}.]]",
        "it": "{clinic}: [[{name}, ]]il suo video appuntamento è {when}. Da aprire allora: {link}[[ Tel. {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]a sua videochamada fica para {when}. Abrir nessa hora: {link}[[ Tel. {phone}.]]",
    },
    # With the hour, since it goes the evening before where the visit begins outside the allowed hours.
    "video_now": {
        "en": "{clinic}: [[{name}, ]]your video visit begins {when}. Join: {link}[[ Help: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]votre rendez-vous vidéo commence {when}. Entrer : {link}[[ Aide : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw videogesprek begint {when}. Deelnemen: {link}[[ Hulp: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]wideowizyta {when}. Wejście: {link}[[ Pomoc: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]su consulta por video empieza el {when}. Entrar: {link}[[ Ayuda: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]konsultasi video Anda mulai {when}. Masuk: {link}[[ Bantuan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihr Videotermin beginnt am {when}. Beitreten: {link}[[ Hilfe: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]il suo video appuntamento inizia {when}. Entrare: {link}[[ Aiuto: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]a sua videochamada inicia {when}. Entrar: {link}[[ Ajuda: {phone}.]]",
    },
    "video_off": {
        "en": "{clinic}: [[{name}, ]]sorry, your video visit {when} can't take place.[[ For a new time call {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]désolés, votre rendez-vous vidéo {when} ne peut avoir lieu.[[ Autre date : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]helaas gaat uw videogesprek {when} niet door.[[ Nieuwe tijd: bel {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]niestety wideowizyta {when} jest odwołana.[[ Nowy termin: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]lo sentimos, se cancela su consulta por video del {when}.[[ Para otra cita llame al {phone}.]]",
        "id": "{clinic}: [[{name}, ]]mohon maaf, konsultasi video {when} dibatalkan.[[ Jadwal baru: telepon {phone}.]]",
        "de": "{clinic}: [[{name}, ]]leider entfällt Ihr Videotermin am {when}.[[ Neuer Termin: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]ci dispiace, il video appuntamento {when} è annullato.[[ Nuova data: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]lamentamos, a videochamada {when} fica sem efeito.[[ Nova data: {phone}.]]",
    },
    "portal": {
        "en": "{clinic}: [[{name}, ]]your own page with us: {link}[[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]votre espace personnel chez nous : {link}[[ Questions : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw eigen pagina bij ons: {link}[[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]Twoja strona u nas: {link}[[ Pytania: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]su espacio personal con nosotros: {link}[[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]halaman pribadi Anda: {link}[[ Pertanyaan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihre eigene Seite bei uns: {link}[[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]la sua pagina personale da noi: {link}[[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]a sua conta connosco: {link}[[ Perguntas: {phone}.]]",
    },
    "portal_again": {
        "en": "{clinic}: [[{name}, ]]your own page with us still waits for you: {link}[[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]votre espace personnel vous attend toujours : {link}[[ Questions : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw eigen pagina staat nog voor u klaar: {link}[[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]Twoja strona nadal czeka: {link}[[ Pytania: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]su espacio personal le sigue esperando: {link}[[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]halaman pribadi Anda masih menunggu: {link}[[ Pertanyaan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihre eigene Seite wartet noch auf Sie: {link}[[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]la sua pagina personale la aspetta ancora: {link}[[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]a sua conta connosco continua à sua espera: {link}[[ Perguntas: {phone}.]]",
    },
    "hours_changed": {
        "en": "{clinic}: [[{name}, ]]our hours on {day}: {hours}. If your visit has to move, we tell you.[[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]nos horaires le {day} : {hours}. Si votre visite change, nous vous prévenons.[[ Questions : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]op {day} zijn wij open {hours}. Moet uw afspraak verschuiven, dan hoort u het.[[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]{day} otwarte {hours}. O zmianie wizyty damy znać.[[ Pytania: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]el {day} abrimos {hours}. Si su cita cambia, le avisamos.[[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]jam buka kami {day}: {hours}. Bila janji Anda berubah, kami kabari.[[ Pertanyaan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]am {day} ist geöffnet {hours}. Ändert sich Ihr Termin, melden wir uns.[[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]{day} siamo aperti {hours}. Se il suo appuntamento cambia, la avvisiamo.[[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]{day} abrimos {hours}. Se a sua consulta mudar, avisamos.[[ Perguntas: {phone}.]]",
    },
    "hours_closed": {
        "en": "{clinic}: [[{name}, ]]we are closed on {day}. We contact you about your visit.[[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]nous sommes fermés le {day}. Nous vous contactons pour votre visite.[[ Questions : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]op {day} zijn wij gesloten. U hoort van ons over uw afspraak.[[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]{day} nieczynne. W sprawie wizyty damy znać.[[ Pytania: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]el {day} cerramos. Le contactaremos sobre su cita.[[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]kami tutup {day}. Tentang janji Anda, kami hubungi Anda.[[ Pertanyaan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]am {day} ist geschlossen. Wegen Ihres Termins melden wir uns.[[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]{day} siamo chiusi. Per il suo appuntamento la contattiamo noi.[[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]{day} estamos fechados. Sobre a sua consulta entramos em contacto.[[ Perguntas: {phone}.]]",
    },
}

KINDS: dict[str, dict[str, str]] = {
    "video_visit": {
        **{"en": "your video visit", "fr": "votre rendez-vous vidéo", "nl": "uw videogesprek", "pl": "wideowizyta"},
        **{"es": "su consulta por video", "id": "konsultasi video Anda", "de": "Ihr Videotermin"},
        **{"it": "il suo video appuntamento", "pt": "a sua videochamada"},
    },
    "portal": {
        **{"en": "your own page", "fr": "votre espace personnel", "nl": "uw eigen pagina", "pl": "Twoja strona"},
        **{"es": "su espacio personal", "id": "halaman Anda", "de": "Ihre eigene Seite", "it": "la sua pagina"},
        **{"pt": "a sua conta"},
    },
    "education": {
        **{"en": "your reading", "fr": "vos lectures", "nl": "uw leesstof", "pl": "strony do przeczytania"},
        **{"es": "sus lecturas", "id": "bacaan Anda", "de": "Ihr Lesestoff", "it": "le sue letture"},
        **{"pt": "as suas leituras"},
    },
    "hours": {
        **{"en": "opening hours", "fr": "les horaires", "nl": "openingstijden", "pl": "godziny otwarcia"},
        **{"es": "el horario", "id": "jam buka", "de": "Sprechzeiten", "it": "gli orari", "pt": "os horários"},
    },
}
