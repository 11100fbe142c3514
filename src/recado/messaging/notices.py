"""What messaging itself tells people: after STOP, after START, after HELP. Literal; values: clinic, phone, emergency."""

from recado.messaging.wording import define

VALUES = ("clinic", "phone", "emergency")

OPT_OUT_CONFIRMED = define(
    "opt_out_confirmed",
    {
        "en": "You will get no more messages from {clinic}. Text START to begin again.",
        "fr": "Vous ne recevrez plus de messages de {clinic}. Pour les recevoir de nouveau, envoyez START.",
        "nl": "U krijgt geen berichten meer van {clinic}. Stuur START om ze weer te krijgen.",
        "pl": "Nie wyślemy więcej wiadomości: {clinic}. Aby wznowić, napisz START.",
        "es": "Ya no le llegan mensajes de {clinic}. Para volver a recibirlos, responda START.",
        "id": "Anda tidak akan menerima pesan lagi dari {clinic}. Balas START untuk mulai lagi.",
        "de": "Sie bekommen keine Nachrichten mehr von {clinic}. Mit START geht es wieder los.",
        "it": "Non le arrivano altri messaggi da {clinic}. Per riceverli di nuovo risponda START.",
        "pt": "Vai deixar de receber mensagens de {clinic}. Para voltar a receber, responda START.",
    },
    VALUES,
)

OPT_IN_CONFIRMED = define(
    "opt_in_confirmed",
    {
        "en": "{clinic}: you will get our messages again. Text STOP to end them.",
        "fr": "{clinic} : vous recevrez de nouveau nos messages. Pour ne plus en recevoir, envoyez STOP.",
        "nl": "{clinic}: u krijgt onze berichten weer. Stuur STOP om te stoppen.",
        "pl": "{clinic}: znów będziemy wysyłać wiadomości. Aby je wyłączyć, napisz STOP.",
        "es": "{clinic}: vuelve a recibir nuestros mensajes. Para no recibirlos, responda STOP.",
        "id": "{clinic}: Anda akan menerima pesan kami lagi. Balas STOP untuk berhenti.",
        "de": "{clinic}: Sie bekommen unsere Nachrichten wieder. Mit STOP enden sie.",
        "it": "{clinic}: riceve di nuovo i nostri messaggi. Per non riceverli risponda STOP.",
        "pt": "{clinic}: volta a receber as nossas mensagens. Para parar, responda STOP.",
    },
    VALUES,
)

# In an emergency: somebody may mean HELP as a cry. `emergency` is the number of the clinic's country.
HELP_TEXT = define(
    "help_text",
    {
        "en": "{clinic}: we text you about your appointments.[[ Call us: {phone}.]] Text STOP for no more messages."
        "[[ In an emergency call {emergency}.]]",
        "fr": "{clinic} : nos SMS concernent vos rendez-vous.[[ Appelez-nous : {phone}.]] STOP pour ne plus en recevoir."
        "[[ Urgence : {emergency}.]]",
        "nl": "{clinic}: wij sms'en over uw afspraken.[[ Bel ons: {phone}.]] Stuur STOP om te stoppen."
        "[[ Bel bij spoed {emergency}.]]",
        "pl": "{clinic}: piszemy o wizytach.[[ Tel. {phone}.]] STOP kończy wiadomości.[[ Nagły wypadek: {emergency}.]]",
        "es": "{clinic}: le escribimos sobre sus citas.[[ Tel. {phone}.]] Responda STOP para no recibir mensajes."
        "[[ Emergencias: {emergency}.]]",
        "id": "{clinic}: kami mengirim SMS tentang janji Anda.[[ Telepon kami: {phone}.]] Balas STOP untuk berhenti."
        "[[ Darurat: {emergency}.]]",
        "de": "{clinic}: Wir schreiben zu Ihren Terminen.[[ Anruf: {phone}.]] Mit STOP enden die Nachrichten."
        "[[ Im Notfall: {emergency}.]]",
        "it": "{clinic}: le scriviamo per i suoi appuntamenti.[[ Tel. {phone}.]] Risponda STOP per non riceverli."
        "[[ Emergenze: {emergency}.]]",
        "pt": "{clinic}: escrevemos sobre as suas consultas.[[ Tel. {phone}.]] Responda STOP para parar."
        "[[ Urgente: {emergency}.]]",
    },
    VALUES,
)

# Where somebody in danger finds help, by the clinic's country. 112 in the European Union (Directive (EU) 2018/1972,
# article 109); a country that isn't here gets no number rather than a wrong one.
EMERGENCY_NUMBERS: dict[str, str] = {
    "GB": "999",
    **dict.fromkeys(("AT", "BE", "BG", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"), "112"),
    **dict.fromkeys(("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"), "112"),
    "ID": "112",
}
