"""What messaging itself tells people: after STOP, after START, after HELP. Literal.

Values: clinic, phone, emergency; start and stop, the words to write back, where the sender can receive them.
"""

from recado.messaging.wording import define

VALUES = ("clinic", "phone", "emergency", "start", "stop")

OPT_OUT_CONFIRMED = define(
    "opt_out_confirmed",
    {
        "en": "You will get no more messages from {clinic}.[[ Text {start} to begin again.]]",
        "fr": "Vous ne recevrez plus de messages de {clinic}.[[ Pour les recevoir de nouveau, envoyez {start}.]]",
        "nl": "U krijgt geen berichten meer van {clinic}.[[ Stuur {start} om ze weer te krijgen.]]",
        "pl": "Nie wyślemy więcej wiadomości: {clinic}.[[ Aby wznowić, napisz {start}.]]",
        "es": "Ya no le llegan mensajes de {clinic}.[[ Para volver a recibirlos, responda {start}.]]",
        "id": "Anda tidak akan menerima pesan lagi dari {clinic}.[[ Balas {start} untuk mulai lagi.]]",
        "de": "Sie bekommen keine Nachrichten mehr von {clinic}.[[ Mit {start} geht es wieder los.]]",
        "it": "Non le arrivano altri messaggi da {clinic}.[[ Per riceverli di nuovo risponda {start}.]]",
        "pt": "Vai deixar de receber mensagens de {clinic}.[[ Para voltar a receber, responda {start}.]]",
    },
    VALUES,
)

OPT_IN_CONFIRMED = define(
    "opt_in_confirmed",
    {
        "en": "{clinic}: you will get our messages again.[[ Text {stop} to end them.]]",
        "fr": "{clinic} : vous recevrez de nouveau nos messages.[[ Pour ne plus en recevoir, envoyez {stop}.]]",
        "nl": "{clinic}: u krijgt onze berichten weer.[[ Stuur {stop} om te stoppen.]]",
        "pl": "{clinic}: znów będziemy wysyłać wiadomości.[[ Aby je wyłączyć, napisz {stop}.]]",
        "es": "{clinic}: vuelve a recibir nuestros mensajes.[[ Para no recibirlos, responda {stop}.]]",
        "id": "{clinic}: Anda akan menerima pesan kami lagi.[[ Balas {stop} untuk berhenti.]]",
        "de": "{clinic}: Sie bekommen unsere Nachrichten wieder.[[ Mit {stop} enden sie.]]",
        "it": "{clinic}: riceve di nuovo i nostri messaggi.[[ Per non riceverli risponda {stop}.]]",
        "pt": "{clinic}: volta a receber as nossas mensagens.[[ Para parar, responda {stop}.]]",
    },
    VALUES,
)

# Where clinics share a number and a text names none of them. `words`: their keywords, where they fit into one part.
ASK_WHOSE = define(
    "ask_whose",
    {
        "en": "This number serves several practices. Reply with the word of yours[[: {words}]].",
        "fr": "Ce numéro sert à plusieurs cabinets. Répondez par le mot du cabinet[[ : {words}]].",
        "nl": "Dit nummer is van meerdere praktijken. Antwoord met het woord van de uwe[[: {words}]].",
        "pl": "To numer kilku placówek. Odpisz hasłem swojej[[: {words}]].",
        "es": "Varias consultas comparten este contacto. Responda con la palabra de la suya[[: {words}]].",
        "id": "Nomor ini dipakai beberapa klinik. Balas dengan kata klinik Anda[[: {words}]].",
        "de": "Diese Nummer haben mehrere Praxen. Antworten Sie mit dem Wort der Praxis[[: {words}]].",
        "it": "Questo numero serve più studi. Risponda con la parola del suo[[: {words}]].",
        "pt": "Mais de uma unidade usa este contacto. Responda com a palavra da sua[[: {words}]].",
    },
    ("words",),
)

# In an emergency: somebody may mean HELP as a cry. `emergency` is the number of the clinic's country.
HELP_TEXT = define(
    "help_text",
    {
        "en": "{clinic}: we text you about your appointments.[[ Call us: {phone}.]][[ Text {stop} for no more messages.]]"
        "[[ In an emergency call {emergency}.]]",
        "fr": "{clinic} : nos SMS concernent vos rendez-vous.[[ Appelez-nous : {phone}.]][[ {stop} pour ne plus en recevoir.]]"
        "[[ Urgence : {emergency}.]]",
        "nl": "{clinic}: wij sms'en over uw afspraken.[[ Bel ons: {phone}.]][[ Stuur {stop} om te stoppen.]]"
        "[[ Bel bij spoed {emergency}.]]",
        "pl": "{clinic}: piszemy o wizytach.[[ Tel. {phone}.]][[ {stop} kończy wiadomości.]][[ Nagły wypadek: {emergency}.]]",
        "es": "{clinic}: le escribimos sobre sus citas.[[ Tel. {phone}.]][[ Responda {stop} para no recibir mensajes.]]"
        "[[ Emergencias: {emergency}.]]",
        "id": "{clinic}: kami mengirim SMS tentang janji Anda.[[ Telepon kami: {phone}.]][[ Balas {stop} untuk berhenti.]]"
        "[[ Darurat: {emergency}.]]",
        "de": "{clinic}: Wir schreiben zu Ihren Terminen.[[ Anruf: {phone}.]][[ Mit {stop} enden die Nachrichten.]]"
        "[[ Im Notfall: {emergency}.]]",
        "it": "{clinic}: le scriviamo per i suoi appuntamenti.[[ Tel. {phone}.]][[ Risponda {stop} per non riceverli.]]"
        "[[ Emergenze: {emergency}.]]",
        "pt": "{clinic}: escrevemos sobre as suas consultas.[[ Tel. {phone}.]][[ Responda {stop} para parar.]]"
        "[[ Urgente: {emergency}.]]",
    },
    VALUES,
)

# To who writes that somebody may be in danger. It promises nothing but that a colleague is told.
DANGER_TEXT = define(
    "danger_text",
    {
        "en": "{clinic}: we can't help in an emergency by text.[[ If somebody is in danger call {emergency} now.]][[ Us: {phone}.]]",
        "fr": "{clinic} : pas de secours par SMS.[[ En cas de danger, appelez le {emergency} maintenant.]][[ Nous : {phone}.]]",
        "nl": "{clinic}: bij spoed kunnen wij niet per sms helpen.[[ Bel bij gevaar nu {emergency}.]][[ Wij: {phone}.]]",
        "pl": "{clinic}: nie pomagamy przez SMS w nagłych wypadkach.[[ Dzwoń teraz: {emergency}.]][[ My: {phone}.]]",
        "es": "{clinic}: no atendemos emergencias por mensaje.[[ Si hay peligro, llame ya al {emergency}.]][[ Tel. {phone}.]]",
        "id": "{clinic}: kami tidak bisa menolong keadaan darurat lewat SMS.[[ Telepon {emergency} sekarang.]][[ Kami: {phone}.]]",
        "de": "{clinic}: Im Notfall können wir nicht per SMS helfen.[[ Bei Gefahr jetzt {emergency} anrufen.]][[ Wir: {phone}.]]",
        "it": "{clinic}: non possiamo soccorrere per SMS.[[ In caso di pericolo chiami subito il {emergency}.]][[ Tel. {phone}.]]",
        "pt": "{clinic}: em emergência não ajudamos por SMS.[[ Em perigo ligue já {emergency}.]][[ Tel. {phone}.]]",
    },
    VALUES,
)
