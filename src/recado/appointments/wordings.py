"""Every text about a visit, in every language. Pure literals, read by `messaging.wording`.

Who we are first, then when and where, then one action. Safe on a locked screen: no specialty, no reason for the visit.
The question is the design guide's, word for word. Letters outside GSM-7 are avoided where the language has other good
words, never by leaving accents out; what still takes two parts is listed in `tests/rooms/test_wordings.py`.

Values: clinic, name (how the person is addressed), when (day and time), clinician, link, phone; and of several visits of
one day: day, visits (their times, with first names where they belong to several people); choices (free times with letters); and of
a series: count, rhythm (how often).
Parts in [[ ]] are left out when their value is missing.
"""

from . import booking_wordings, course_wordings, waitlist_wordings, wish_wordings, wordings_of_the_day

VALUES = (
    "clinic",
    "name",
    "when",
    "clinician",
    "service",
    "link",
    "phone",
    "day",
    "visits",
    "choices",
    "room",
    "count",
    "rhythm",
    "stays",
)

_REPLY = {
    "en": "Reply 1 to confirm, 2 to change, 3 to cancel.",
    "fr": "Répondez 1 pour confirmer, 2 pour changer, 3 pour annuler.",
    "nl": "Antwoord 1 = ik kom, 2 = andere tijd, 3 = annuleren.",
    "pl": "Odpisz 1 potwierdzam, 2 zmieniam, 3 odwołuję.",
    "es": "Responda 1 para confirmar, 2 cambiar, 3 cancelar.",
    "id": "Balas 1 konfirmasi, 2 ubah jadwal, 3 batal.",
    "de": "Antwort 1 = ich komme, 2 = andere Zeit, 3 = absagen.",
    "it": "Risponda 1 per confermare, 2 cambiare, 3 annullare.",
    "pt": "Responda 1 para confirmar, 2 mudar, 3 cancelar.",
}

# Where no answer reaches us (the sender is a name, or its carrier takes no texts for us), the link's page asks in its place.
_BY_LINK = {
    "en": "Confirm, change or cancel: {link}",
    "fr": "Confirmer, changer ou annuler : {link}",
    "nl": "Ja, andere tijd of nee: {link}",
    "pl": "Odpowiedź: {link}",
    "es": "Confirmar o cambiar: {link}",
    "id": "Konfirmasi, ubah, batal: {link}",
    "de": "Zusagen, verlegen oder absagen: {link}",
    "it": "Confermare, cambiare o annullare: {link}",
    "pt": "Confirmar, mudar ou cancelar: {link}",
}

WORDINGS: dict[str, dict[str, str]] = {
    "visit_confirmation": {
        "en": "{clinic}: [[{name}, ]]your appointment is booked for {when}[[ with {clinician}]].[[ To change or cancel: {link}]]",
        "fr": "{clinic} : [[{name}, ]]votre rendez-vous est pris pour {when}[[ avec {clinician}]].[[ Changer ou annuler : {link}]]",
        "nl": "{clinic}: [[{name}, ]]uw afspraak staat op {when}[[ bij {clinician}]].[[ Wijzigen of annuleren: {link}]]",
        "pl": "{clinic}: [[{name}, ]]wizyta umówiona: {when}[[, {clinician}]].[[ Zmiana: {link}]]",
        "es": "{clinic}: [[{name}, ]]su cita queda para el {when}[[ con {clinician}]].[[ Cambiar o cancelar: {link}]]",
        "id": "{clinic}: [[{name}, ]]janji Anda tercatat {when}[[ dengan {clinician}]].[[ Ubah atau batal: {link}]]",
        "de": "{clinic}: [[{name}, ]]Ihr Termin ist am {when}[[ bei {clinician}]].[[ Ändern oder absagen: {link}]]",
        "it": "{clinic}: [[{name}, ]]il suo appuntamento: {when}[[ con {clinician}]].[[ Cambiare o annullare: {link}]]",
        "pt": "{clinic}: [[{name}, ]]a sua consulta fica para {when}[[ com {clinician}]].[[ Mudar ou cancelar: {link}]]",
    },
    "visit_question": {
        "en": "{clinic}: [[{name}, ]]you have an appointment on {when}[[ with {clinician}]]. " + _REPLY["en"],
        "fr": "{clinic} : [[{name}, ]]vous avez rendez-vous {when}[[ avec {clinician}]]. " + _REPLY["fr"],
        "nl": "{clinic}: [[{name}, ]]u heeft een afspraak op {when}[[ bij {clinician}]]. " + _REPLY["nl"],
        "pl": "{clinic}: [[{name}, ]]wizyta {when}[[, {clinician}]]. " + _REPLY["pl"],
        "es": "{clinic}: [[{name}, ]]tiene cita el {when}[[ con {clinician}]]. " + _REPLY["es"],
        "id": "{clinic}: [[{name}, ]]Anda ada janji {when}[[ dengan {clinician}]]. " + _REPLY["id"],
        "de": "{clinic}: [[{name}, ]]Sie haben einen Termin am {when}[[ bei {clinician}]]. " + _REPLY["de"],
        "it": "{clinic}: [[{name}, ]]ha un appuntamento {when}[[ con {clinician}]]. " + _REPLY["it"],
        "pt": "{clinic}: [[{name}, ]]tem consulta {when}[[ com {clinician}]]. " + _REPLY["pt"],
    },
    "visit_second_question": {
        "en": "{clinic}: [[{name}, ]]we keep {when}[[ with {clinician}]] reserved for you. " + _REPLY["en"],
        "fr": "{clinic} : [[{name}, ]]nous vous réservons {when}[[ avec {clinician}]]. " + _REPLY["fr"],
        "nl": "{clinic}: [[{name}, ]]wij houden {when}[[ bij {clinician}]] voor u vrij. " + _REPLY["nl"],
        "pl": "{clinic}: [[{name}, ]]czekamy {when}[[, {clinician}]]. " + _REPLY["pl"],
        "es": "{clinic}: [[{name}, ]]le reservamos la cita del {when}[[ con {clinician}]]. " + _REPLY["es"],
        "id": "{clinic}: [[{name}, ]]{when}[[ dengan {clinician}]] kami siapkan untuk Anda. " + _REPLY["id"],
        "de": "{clinic}: [[{name}, ]]wir halten {when}[[ bei {clinician}]] für Sie frei. " + _REPLY["de"],
        "it": "{clinic}: [[{name}, ]]le teniamo riservato {when}[[ con {clinician}]]. " + _REPLY["it"],
        "pt": "{clinic}: [[{name}, ]]guardamos para si {when}[[ com {clinician}]]. " + _REPLY["pt"],
    },
    "visit_moved": {
        "en": "{clinic}: [[{name}, ]]your appointment has moved to {when}[[ with {clinician}]].[[ To change or cancel: {link}]]",
        "fr": "{clinic} : [[{name}, ]]votre rendez-vous est déplacé : {when}[[ avec {clinician}]].[[ Changer ou annuler : {link}]]",
        "nl": "{clinic}: [[{name}, ]]uw afspraak is verzet naar {when}[[ bij {clinician}]].[[ Wijzigen of annuleren: {link}]]",
        "pl": "{clinic}: [[{name}, ]]nowy termin wizyty: {when}[[, {clinician}]].[[ Zmiana: {link}]]",
        "es": "{clinic}: [[{name}, ]]su cita cambia al {when}[[ con {clinician}]].[[ Cambiar o cancelar: {link}]]",
        "id": "{clinic}: [[{name}, ]]janji Anda pindah ke {when}[[ dengan {clinician}]].[[ Ubah atau batal: {link}]]",
        "de": "{clinic}: [[{name}, ]]Ihr Termin ist verlegt auf {when}[[ bei {clinician}]].[[ Ändern oder absagen: {link}]]",
        "it": "{clinic}: [[{name}, ]]il suo appuntamento si sposta: {when}[[ con {clinician}]].[[ Cambiare o annullare: {link}]]",
        "pt": "{clinic}: [[{name}, ]]a sua consulta muda para {when}[[ com {clinician}]].[[ Mudar ou cancelar: {link}]]",
    },
    # The notice and the question in one, where the new time is too near for another text.
    "visit_moved_question": {
        "en": "{clinic}: [[{name}, ]]your appointment has moved to {when}[[ with {clinician}]]. " + _REPLY["en"],
        "fr": "{clinic} : [[{name}, ]]rendez-vous déplacé : {when}[[ avec {clinician}]]. " + _REPLY["fr"],
        "nl": "{clinic}: [[{name}, ]]uw afspraak is verzet naar {when}[[ bij {clinician}]]. " + _REPLY["nl"],
        "pl": "{clinic}: [[{name}, ]]nowy termin: {when}[[, {clinician}]]. " + _REPLY["pl"],
        "es": "{clinic}: [[{name}, ]]su cita cambia al {when}[[ con {clinician}]]. " + _REPLY["es"],
        "id": "{clinic}: [[{name}, ]]janji Anda pindah ke {when}[[ dengan {clinician}]]. " + _REPLY["id"],
        "de": "{clinic}: [[{name}, ]]Ihr Termin ist verlegt auf {when}[[ bei {clinician}]]. " + _REPLY["de"],
        "it": "{clinic}: [[{name}, ]]nuovo orario: {when}[[ con {clinician}]]. " + _REPLY["it"],
        "pt": "{clinic}: [[{name}, ]]a sua consulta muda para {when}[[ com {clinician}]]. " + _REPLY["pt"],
    },
    "visit_cancelled_by_clinic": {
        "en": "{clinic}: [[{name}, ]]sorry, your appointment on {when}[[ with {clinician}]] can't take place.[[ For a new time call {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]désolés, votre rendez-vous {when}[[ avec {clinician}]] ne peut avoir lieu.[[ Autre date : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]helaas gaat uw afspraak {when}[[ bij {clinician}]] niet door.[[ Bel voor een nieuwe tijd {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]niestety wizyta {when}[[, {clinician}]] jest odwołana.[[ Nowy termin: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]lo sentimos, se cancela su cita del {when}[[ con {clinician}]].[[ Para otra cita llame al {phone}.]]",
        "id": "{clinic}: [[{name}, ]]mohon maaf, janji {when}[[ dengan {clinician}]] dibatalkan.[[ Jadwal baru: telepon {phone}.]]",
        "de": "{clinic}: [[{name}, ]]leider entfällt Ihr Termin am {when}[[ bei {clinician}]].[[ Neuer Termin: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]ci dispiace, l'appuntamento {when}[[ con {clinician}]] è annullato.[[ Nuova data: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]lamentamos, a consulta {when}[[ com {clinician}]] fica sem efeito.[[ Nova data: {phone}.]]",
    },
    # Of one that another system cancelled, and did not say for whom.
    "visit_cancelled": {
        "en": "{clinic}: [[{name}, ]]your appointment on {when}[[ with {clinician}]] is cancelled.[[ For a new time call {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]votre rendez-vous {when}[[ avec {clinician}]] est annulé.[[ Autre date : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw afspraak {when}[[ bij {clinician}]] is geannuleerd.[[ Nieuwe tijd: bel {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]wizyta {when}[[, {clinician}]] jest odwołana.[[ Nowy termin: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]su cita del {when}[[ con {clinician}]] queda cancelada.[[ Para otra cita llame al {phone}.]]",
        "id": "{clinic}: [[{name}, ]]janji {when}[[ dengan {clinician}]] sudah dibatalkan.[[ Jadwal baru: telepon {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihr Termin am {when}[[ bei {clinician}]] ist abgesagt.[[ Neuer Termin: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]l'appuntamento {when}[[ con {clinician}]] è annullato.[[ Nuova data: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]a consulta {when}[[ com {clinician}]] fica cancelada.[[ Nova data: {phone}.]]",
    },
    "visit_today": {
        "en": "{clinic}: [[{name}, ]]see you {when}[[ with {clinician}]].[[ Running late? Call {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]nous vous attendons {when}[[ avec {clinician}]].[[ En retard ? Appelez le {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]wij verwachten u {when}[[ bij {clinician}]].[[ Bent u later? Bel {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]czekamy {when}[[, {clinician}]].[[ Spóźnienie? Tel. {phone}.]]",
        "es": "{clinic}: [[{name}, ]]le esperamos el {when}[[ con {clinician}]].[[ Si llega tarde, llame al {phone}.]]",
        "id": "{clinic}: [[{name}, ]]sampai jumpa {when}[[ dengan {clinician}]].[[ Terlambat? Telepon {phone}.]]",
        "de": "{clinic}: [[{name}, ]]wir erwarten Sie am {when}[[ bei {clinician}]].[[ Verspätet? Tel. {phone}.]]",
        "it": "{clinic}: [[{name}, ]]la aspettiamo {when}[[ con {clinician}]].[[ In ritardo? Chiami {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]esperamos por si {when}[[ com {clinician}]].[[ Se se atrasar, ligue {phone}.]]",
    },
    "visit_arrival": {
        "en": "{clinic}: [[{name}, ]]for your visit on {when} please bring ID and your papers. How to find us: {link}",
        "fr": "{clinic} : [[{name}, ]]pour votre visite {when}, apportez une pièce d'identité et vos papiers. Nous trouver : {link}",
        "nl": "{clinic}: [[{name}, ]]neem {when} uw identiteitsbewijs en papieren mee. Zo vindt u ons: {link}",
        "pl": "{clinic}: [[{name}, ]]na wizytę {when} prosimy zabrać dowód i dokumenty. Dojazd: {link}",
        "es": "{clinic}: [[{name}, ]]para su cita del {when} traiga su documento de identidad y sus papeles. Llegar: {link}",
        "id": "{clinic}: [[{name}, ]]untuk janji {when}, bawalah kartu identitas dan berkas Anda. Arah: {link}",
        "de": "{clinic}: [[{name}, ]]bringen Sie am {when} bitte Ausweis und Unterlagen mit. So finden Sie uns: {link}",
        "it": "{clinic}: [[{name}, ]]{when} porti un documento e le sue carte. Come arrivare: {link}",
        "pt": "{clinic}: [[{name}, ]]{when} traga um documento e os seus papéis. Como chegar: {link}",
    },
    # Several visits of one day at one phone, in one text: a family's, or one person's.
    "visits_confirmation": {
        "en": "{clinic}: [[{name}, ]]booked for {day}: {visits}.[[ To change or cancel call {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]rendez-vous pris le {day} : {visits}.[[ Changer ou annuler : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]afspraken op {day}: {visits}.[[ Wijzigen of annuleren: bel {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]wizyty {day}: {visits}.[[ Zmiana: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]citas para el {day}: {visits}.[[ Cambiar o cancelar: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]janji {day}: {visits}.[[ Ubah atau batal: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Termine am {day}: {visits}.[[ Ändern oder absagen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]appuntamenti {day}: {visits}.[[ Cambiare o annullare: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]consultas {day}: {visits}.[[ Mudar ou cancelar: {phone}.]]",
    },
    "visits_question": {
        "en": "{clinic}: [[{name}, ]]appointments on {day}: {visits}. Reply 1 to confirm all, 2 to change, 3 to cancel.",
        "fr": "{clinic} : [[{name}, ]]rendez-vous {day} : {visits}. Répondez 1 pour tout confirmer, 2 changer, 3 annuler.",
        "nl": "{clinic}: [[{name}, ]]afspraken op {day}: {visits}. Antwoord 1 = alle ja, 2 = andere tijd, 3 = annuleren.",
        "pl": "{clinic}: [[{name}, ]]wizyty {day}: {visits}. Odpisz 1 tak, 2 zmiana, 3 odwołanie.",
        "es": "{clinic}: [[{name}, ]]citas el {day}: {visits}. Responda 1 para confirmar todas, 2 cambiar, 3 cancelar.",
        "id": "{clinic}: [[{name}, ]]janji {day}: {visits}. Balas 1 konfirmasi semua, 2 ubah jadwal, 3 batal.",
        "de": "{clinic}: [[{name}, ]]Termine am {day}: {visits}. Antwort 1 = alle ja, 2 = andere Zeit, 3 = absagen.",
        "it": "{clinic}: [[{name}, ]]appuntamenti {day}: {visits}. Risponda 1 per confermare tutti, 2 cambiare, 3 annullare.",
        "pt": "{clinic}: [[{name}, ]]consultas {day}: {visits}. Responda 1 para confirmar todas, 2 mudar, 3 cancelar.",
    },
    "visit_missed": {
        "en": "{clinic}: [[{name}, ]]we missed you on {when}. We hope all is well.[[ For a new time call {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]nous vous attendions {when}. Nous espérons que tout va bien.[[ Autre date : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]wij hebben u gemist {when}. Hopelijk gaat alles goed.[[ Nieuwe tijd: bel {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]szkoda, że wizyta {when} się nie odbyła.[[ Nowy termin: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]le echamos de menos el {when}. Esperamos que todo vaya bien.[[ Otra cita: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]kami menunggu Anda {when}. Semoga semuanya baik.[[ Jadwal baru: telepon {phone}.]]",
        "de": "{clinic}: [[{name}, ]]wir haben Sie am {when} vermisst. Hoffentlich ist alles gut.[[ Neuer Termin: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]la aspettavamo {when}. Speriamo che vada tutto bene.[[ Nuova data: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]sentimos a sua falta {when}. Esperamos que esteja tudo bem.[[ Nova data: {phone}.]]",
    },
    "answer_confirmed": {
        "en": "{clinic}: thank you[[, {name}]]. See you {when}.",
        "fr": "{clinic} : merci[[ {name}]]. Rendez-vous {when}.",
        "nl": "{clinic}: dank u[[, {name}]]. Tot {when}.",
        "pl": "{clinic}: [[{name}, ]]wizyta {when} jest potwierdzona. Do zobaczenia.",
        "es": "{clinic}: gracias[[, {name}]]. Le esperamos el {when}.",
        "id": "{clinic}: terima kasih[[, {name}]]. Sampai jumpa {when}.",
        "de": "{clinic}: Danke[[, {name}]]. Wir erwarten Sie am {when}.",
        "it": "{clinic}: grazie[[, {name}]]. A presto: {when}.",
        "pt": "{clinic}: obrigado[[, {name}]]. Contamos consigo {when}.",
    },
    "answer_cancelled": {
        "en": "{clinic}: [[{name}, ]]your appointment on {when} is cancelled. Thank you for telling us.[[ For a new time call {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]votre rendez-vous {when} est annulé. Merci de nous avoir prévenus.[[ Autre date : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw afspraak {when} is geannuleerd. Dank u voor het doorgeven.[[ Nieuwe tijd: bel {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]wizyta {when} jest odwołana.[[ Nowy termin: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]su cita del {when} queda cancelada. Gracias por avisar.[[ Para otra cita llame al {phone}.]]",
        "id": "{clinic}: [[{name}, ]]janji {when} sudah dibatalkan. Terima kasih atas kabarnya.[[ Jadwal baru: telepon {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihr Termin am {when} ist abgesagt. Danke für die Nachricht.[[ Neuer Termin: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]l'appuntamento {when} è annullato. Grazie per averci avvisato.[[ Nuova data: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]a consulta {when} fica cancelada. Obrigado por avisar.[[ Nova data: {phone}.]]",
    },
    "answer_change_noted": {
        "en": "{clinic}: [[{name}, ]]we have noted that you want another time. Your appointment on {when} stands until we call you.",
        "fr": "{clinic} : [[{name}, ]]vous voulez une autre date, c'est noté. Nous vous appelons ; d'ici là, celle de {when} reste valable.",
        "nl": "{clinic}: [[{name}, ]]wij noteren dat u een andere tijd wilt. Uw afspraak {when} blijft staan tot wij u bellen.",
        "pl": "{clinic}: [[{name}, ]]zadzwonimy w sprawie nowego terminu. Do tego czasu wizyta {when} jest aktualna.",
        "es": "{clinic}: [[{name}, ]]anotado: quiere otra hora. Le llamaremos; hasta entonces sigue en pie su cita del {when}.",
        "id": "{clinic}: [[{name}, ]]kami catat Anda ingin waktu lain. Janji {when} tetap berlaku sampai kami menelepon Anda.",
        "de": "{clinic}: [[{name}, ]]notiert: Sie möchten eine andere Zeit. Ihr Termin am {when} gilt, bis wir Sie anrufen.",
        "it": "{clinic}: [[{name}, ]]vuole un altro orario: ne prendiamo nota. L'appuntamento {when} resta valido fino alla nostra chiamata.",
        "pt": "{clinic}: [[{name}, ]]anotado: quer outra hora. A consulta {when} fica marcada até lhe ligarmos.",
    },
    "answer_too_late": {
        "en": "{clinic}: [[{name}, ]]this can no longer be changed by text. Please call us[[ on {phone}]].",
        "fr": "{clinic} : [[{name}, ]]il n'est plus possible de changer cela par SMS. Merci de nous appeler[[ au {phone}]].",
        "nl": "{clinic}: [[{name}, ]]dit kan niet meer per sms. Bel ons alstublieft[[ op {phone}]].",
        "pl": "{clinic}: [[{name}, ]]SMS-em nie można już tego zmienić. Prosimy o telefon[[: {phone}]].",
        "es": "{clinic}: [[{name}, ]]esto ya no se puede cambiar por SMS. Por favor, llame[[ al {phone}]].",
        "id": "{clinic}: [[{name}, ]]ini tidak bisa diubah lagi lewat SMS. Silakan telepon kami[[ di {phone}]].",
        "de": "{clinic}: [[{name}, ]]das geht per SMS nicht mehr. Bitte rufen Sie uns an[[: {phone}]].",
        "it": "{clinic}: [[{name}, ]]non si può più cambiare con un SMS. Per favore ci chiami[[ al {phone}]].",
        "pt": "{clinic}: [[{name}, ]]isto já não se muda por SMS. Por favor ligue-nos[[: {phone}]].",
    },
}

WORDINGS.update(waitlist_wordings.WORDINGS)
WORDINGS.update(wordings_of_the_day.WORDINGS)
WORDINGS.update(booking_wordings.WORDINGS)
WORDINGS.update(wish_wordings.WORDINGS)
WORDINGS.update(course_wordings.WORDINGS)

TOGETHER = {  # what stands for these where several visits of a day go in one text
    "visit_confirmation": "visits_confirmation",
    "visit_question": "visits_question",
    "visit_second_question": "visits_question",
}
_ABOUT_A_VISIT = frozenset(key for key, texts in WORDINGS.items() if texts["en"].endswith(_REPLY["en"]))
QUESTIONS = (
    _ABOUT_A_VISIT | {"waitlist_offer", "waitlist_which"} | booking_wordings.TIMES | wish_wordings.WORDINGS.keys()
)
BY_LINK = {key: f"{key}_by_link" for key in _ABOUT_A_VISIT}
for _key, _other in sorted(BY_LINK.items()):
    WORDINGS[_other] = {
        language: text.removesuffix(_REPLY[language]) + _BY_LINK[language] for language, text in WORDINGS[_key].items()
    }
BY_LINK["waitlist_offer"] = "waitlist_offer_by_link"
