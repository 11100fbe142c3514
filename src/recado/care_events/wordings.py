"""Every text about a care event, in every language. Pure literals, read by `messaging.wording`.

Safe on a locked screen: no diagnosis, no medicine, no result, no amount, nothing that tells what kind of clinic it is. One
action, or none. Letters outside GSM-7 are avoided where the language has other good words, never by leaving accents out;
what still takes two parts is listed in `tests/rooms/test_wordings.py`.

Values: clinic, name (how the person is addressed), day, when, hours, place, minutes, wait (those
minutes in words), insurer, reference, link, phone. Parts in [[ ]] are left out when their
value is missing.
"""

from recado.care_events import wordings_of_answers as of_answers
from recado.care_events import wordings_of_pages as of_pages
from recado.care_events import wordings_of_results as of_results

VALUES = (
    "clinic",
    "name",
    "day",
    "when",
    "hours",
    "place",
    "medicine",
    "minutes",
    "wait",
    "insurer",
    "reference",
    "link",
    "phone",
)

# How a question is answered by text, and what stands in its place where no answer reaches us (the sender is a name, or its
# carrier takes no texts for us).
_REPLY: dict[str, dict[str, str]] = {
    "dose": {
        "en": " Reply 1 done, 2 later, 3 to stop these reminders.",
        "fr": " Répondez 1 si c'est fait, 2 plus tard, 3 pour ne plus avoir ces rappels.",
        "nl": " Antwoord 1 = gedaan, 2 = later, 3 = niet meer herinneren.",
        "pl": " Odpisz 1 zrobione, 2 później, 3 bez przypomnień.",
        "es": " Responda 1 hecho, 2 luego, 3 para dejar de recibir estos avisos.",
        "id": " Balas 1 sudah, 2 nanti, 3 berhenti diingatkan.",
        "de": " Antwort 1 = erledigt, 2 = später, 3 = nicht mehr erinnern.",
        "it": " Risponda 1 fatto, 2 più tardi, 3 per fermare i promemoria.",
        "pt": " Responda 1 feito, 2 mais tarde, 3 para parar estes lembretes.",
    },
    "refill_due": {
        "en": " Reply 1 and we prepare it, 2 if you do not need it.",
        "fr": " Répondez 1 et nous la préparons, 2 si elle n'est pas utile.",
        "nl": " Antwoord 1 = graag klaarzetten, 2 = niet nodig.",
        "pl": " Odpisz 1 proszę przygotować, 2 nie trzeba.",
        "es": " Responda 1 y lo preparamos, 2 si no hace falta.",
        "id": " Balas 1 kami siapkan, 2 tidak perlu.",
        "de": " Antwort 1 = bitte vorbereiten, 2 = kein Bedarf.",
        "it": " Risponda 1 e lo prepariamo, 2 se non serve.",
        "pt": " Responda 1 para prepararmos, 2 se dispensa.",
    },
    "recall": {
        "en": " Reply 1 and we call you, 2 if you do not want it.",
        "fr": " Répondez 1 et nous vous appelons, 2 si vous n'en voulez pas.",
        "nl": " Antwoord 1 = bel mij, 2 = liever niet.",
        "pl": " Odpisz 1 proszę o telefon, 2 nie, dziękuję.",
        "es": " Responda 1 y le llamamos, 2 si no lo desea.",
        "id": " Balas 1 kami telepon, 2 tidak perlu.",
        "de": " Antwort 1 = bitte anrufen, 2 = kein Bedarf.",
        "it": " Risponda 1 e la chiamiamo, 2 se non lo desidera.",
        "pt": " Responda 1 e ligamos-lhe, 2 se dispensa.",
    },
}

CALL_ME = _REPLY["recall"]
_REPLY |= {"vaccination": CALL_ME, "education": of_pages.REPLY, "result_call_me": of_results.REPLY}

CALL_US = {
    "en": " Please call us[[ on {phone}]].",
    "fr": " Merci de nous appeler[[ au {phone}]].",
    "nl": " Bel ons alstublieft[[ op {phone}]].",
    "pl": " Prosimy o telefon[[: {phone}]].",
    "es": " Por favor, llame[[ al {phone}]].",
    "id": " Silakan telepon kami[[ di {phone}]].",
    "de": " Bitte rufen Sie uns an[[: {phone}]].",
    "it": " Per favore ci chiami[[ al {phone}]].",
    "pt": " Por favor ligue-nos[[: {phone}]].",
}
_STOP_BY_PHONE = {
    "en": "[[ To stop these reminders call {phone}.]]",
    "fr": "[[ Pour ne plus avoir ces rappels : {phone}.]]",
    "nl": "[[ Niet meer herinneren: bel {phone}.]]",
    "pl": "[[ Bez przypomnień: tel. {phone}.]]",
    "es": "[[ Para dejar de recibirlo llame al {phone}.]]",
    "id": "[[ Untuk berhenti diingatkan, telepon {phone}.]]",
    "de": "[[ Nicht mehr erinnern: Tel. {phone}.]]",
    "it": "[[ Per fermare i promemoria chiami {phone}.]]",
    "pt": "[[ Para parar estes lembretes ligue {phone}.]]",
}

# What the questions say, before how they are answered.
_ASKED: dict[str, dict[str, str]] = {
    "dose": {
        "en": "{clinic}: [[{name}, ]]this is the reminder you asked for.",
        "fr": "{clinic} : [[{name}, ]]voici le rappel que vous avez demandé.",
        "nl": "{clinic}: [[{name}, ]]dit is de herinnering waar u om vroeg.",
        "pl": "{clinic}: [[{name}, ]]to umówione przypomnienie.",
        "es": "{clinic}: [[{name}, ]]este es el recordatorio acordado.",
        "id": "{clinic}: [[{name}, ]]ini pengingat yang Anda minta.",
        "de": "{clinic}: [[{name}, ]]hier ist die gewünschte Erinnerung.",
        "it": "{clinic}: [[{name}, ]]ecco il promemoria che ha richiesto.",
        "pt": "{clinic}: [[{name}, ]]este é o lembrete que pediu.",
    },
    "refill_due": {
        "en": "{clinic}: [[{name}, ]]it is time to order again, so that you do not run out.",
        "fr": "{clinic} : [[{name}, ]]il est temps de renouveler votre commande.",
        "nl": "{clinic}: [[{name}, ]]tijd om opnieuw te bestellen, zodat u niet zonder zit.",
        "pl": "{clinic}: [[{name}, ]]czas na kolejne zamówienie.",
        "es": "{clinic}: [[{name}, ]]es hora de pedir de nuevo, para que no le falte.",
        "id": "{clinic}: [[{name}, ]]sudah waktunya memesan lagi agar tidak kehabisan.",
        "de": "{clinic}: [[{name}, ]]Zeit für eine neue Bestellung, damit nichts ausgeht.",
        "it": "{clinic}: [[{name}, ]]è ora di ordinare di nuovo, per non restare senza.",
        "pt": "{clinic}: [[{name}, ]]é altura de encomendar de novo, para que nada falte.",
    },
    "recall": {
        "en": "{clinic}: [[{name}, ]]it is time to book your next check.",
        "fr": "{clinic} : [[{name}, ]]c'est le moment de prévoir votre prochaine visite.",
        "nl": "{clinic}: [[{name}, ]]het is tijd voor uw volgende controle.",
        "pl": "{clinic}: [[{name}, ]]pora umówić następną kontrolę.",
        "es": "{clinic}: [[{name}, ]]es hora de reservar su siguiente visita de control.",
        "id": "{clinic}: [[{name}, ]]sudah waktunya membuat janji pemeriksaan berikutnya.",
        "de": "{clinic}: [[{name}, ]]es ist Zeit für Ihre nächste Kontrolle.",
        "it": "{clinic}: [[{name}, ]]è ora di prenotare il suo prossimo controllo.",
        "pt": "{clinic}: [[{name}, ]]é altura de marcar a sua consulta de rotina.",
    },
    "vaccination": {
        "en": "{clinic}: [[{name}, ]]your vaccination is reserved for you[[, until {day}]].",
        "fr": "{clinic} : [[{name}, ]]votre vaccin vous est réservé[[ jusqu'au {day}]].",
        "nl": "{clinic}: [[{name}, ]]uw vaccinatie ligt voor u klaar[[ tot en met {day}]].",
        "pl": "{clinic}: [[{name}, ]]szczepienie czeka na Ciebie[[ do {day}]].",
        "es": "{clinic}: [[{name}, ]]tenemos su vacuna reservada[[ hasta el {day}]].",
        "id": "{clinic}: [[{name}, ]]vaksinasi Anda sudah kami siapkan[[ sampai {day}]].",
        "de": "{clinic}: [[{name}, ]]Ihre Impfung ist[[ bis {day}]] für Sie reserviert.",
        "it": "{clinic}: [[{name}, ]]il suo vaccino è riservato per lei[[, fino a {day}]].",
        "pt": "{clinic}: [[{name}, ]]temos a sua vacina reservada[[ até {day}]].",
    },
}

WORDINGS: dict[str, dict[str, str]] = {
    "prescription_ready": {
        "en": "{clinic}: [[{name}, ]]what you ordered is ready to collect[[ at {place}]].[[ We keep it until {day}.]]",
        "fr": "{clinic} : [[{name}, ]]vous pouvez retirer votre commande[[ ({place})]].[[ Nous la gardons jusqu'au {day}.]]",
        "nl": "{clinic}: [[{name}, ]]uw bestelling ligt klaar[[ bij {place}]].[[ Wij bewaren die tot en met {day}.]]",
        "pl": "{clinic}: [[{name}, ]]zamówienie czeka na odbiór[[: {place}]].[[ Przechowamy je do {day}.]]",
        "es": "{clinic}: [[{name}, ]]ya puede recoger su pedido[[ en {place}]].[[ Lo guardamos hasta el {day}.]]",
        "id": "{clinic}: [[{name}, ]]pesanan Anda sudah bisa diambil[[ di {place}]].[[ Kami simpan sampai {day}.]]",
        "de": "{clinic}: [[{name}, ]]Ihre Bestellung liegt bereit[[ ({place})]].[[ Wir bewahren sie bis {day} auf.]]",
        "it": "{clinic}: [[{name}, ]]può ritirare il suo ordine[[ presso {place}]].[[ Lo teniamo fino a {day}.]]",
        "pt": "{clinic}: [[{name}, ]]pode levantar a sua encomenda[[ em {place}]].[[ Guardamos até {day}.]]",
    },
    "prescription_again": {
        "en": "{clinic}: [[{name}, ]]what you ordered is still waiting for you[[ at {place}]].[[ We keep it until {day}.]]",
        "fr": "{clinic} : [[{name}, ]]votre commande vous attend toujours[[ ({place})]].[[ Nous la gardons jusqu'au {day}.]]",
        "nl": "{clinic}: [[{name}, ]]uw bestelling ligt nog voor u klaar[[ bij {place}]].[[ Wij bewaren die tot en met {day}.]]",
        "pl": "{clinic}: [[{name}, ]]zamówienie nadal czeka na odbiór[[: {place}]].[[ Przechowamy je do {day}.]]",
        "es": "{clinic}: [[{name}, ]]su pedido le sigue esperando[[ en {place}]].[[ Lo guardamos hasta el {day}.]]",
        "id": "{clinic}: [[{name}, ]]pesanan Anda masih menunggu diambil[[ di {place}]].[[ Kami simpan sampai {day}.]]",
        "de": "{clinic}: [[{name}, ]]Ihre Bestellung liegt noch für Sie bereit[[ ({place})]].[[ Wir bewahren sie bis {day} auf.]]",
        "it": "{clinic}: [[{name}, ]]il suo ordine la aspetta ancora[[ presso {place}]].[[ Lo teniamo fino a {day}.]]",
        "pt": "{clinic}: [[{name}, ]]a sua encomenda continua à sua espera[[ em {place}]].[[ Guardamos até {day}.]]",
    },
    "result_ready": {
        "en": "{clinic}: [[{name}, ]]your results[[ of {day}]][[ ({reference})]] are ready to collect.[[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]vous pouvez retirer vos résultats[[ du {day}]][[ ({reference})]].[[ Questions : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw uitslag[[ van {day}]][[ ({reference})]] ligt voor u klaar.[[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]wyniki[[ z {day}]][[ ({reference})]] są do odbioru.[[ Pytania: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]ya puede recoger sus resultados[[ del {day}]][[ ({reference})]].[[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]hasil Anda[[ {day}]][[ ({reference})]] sudah bisa diambil.[[ Pertanyaan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihre Ergebnisse[[ vom {day}]][[ ({reference})]] liegen zur Abholung bereit.[[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]può ritirare i suoi referti[[ del {day}]][[ ({reference})]].[[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]pode levantar os seus resultados[[ de {day}]][[ ({reference})]].[[ Perguntas: {phone}.]]",
    },
    "result_again": {
        "en": "{clinic}: [[{name}, ]]your results are still waiting for you.[[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]vos résultats vous attendent toujours.[[ Questions : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw uitslag ligt nog voor u klaar.[[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]wyniki nadal czekają na odbiór.[[ Pytania: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]sus resultados le siguen esperando.[[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]hasil Anda masih menunggu diambil.[[ Pertanyaan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihre Ergebnisse liegen noch für Sie bereit.[[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]i suoi referti la aspettano ancora.[[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]os seus resultados continuam à sua espera.[[ Perguntas: {phone}.]]",
    },
    "document_ready": {
        "en": "{clinic}: [[{name}, ]]there is a document for you to read.[[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]un document à lire vous attend.[[ Questions : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]er ligt een document voor u klaar.[[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]mamy dokument do przeczytania.[[ Pytania: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]tiene un documento por leer.[[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]ada dokumen untuk Anda baca.[[ Pertanyaan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]für Sie liegt ein Dokument bereit.[[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]ha un documento da leggere.[[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]tem um documento para ler.[[ Perguntas: {phone}.]]",
    },
    "document_again": {
        "en": "{clinic}: [[{name}, ]]a document is still waiting for you.[[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]un document vous attend toujours.[[ Questions : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]er ligt nog een document voor u klaar.[[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]dokument nadal czeka na przeczytanie.[[ Pytania: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]le sigue esperando un documento.[[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]dokumen untuk Anda masih menunggu dibaca.[[ Pertanyaan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]ein Dokument wartet noch auf Sie.[[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]un documento la aspetta ancora.[[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]tem ainda um documento para ler.[[ Perguntas: {phone}.]]",
    },
    "invoice_due": {
        "en": "{clinic}: [[{name}, ]]an invoice is due on {day}.[[ Pay here: {link}]][[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]une facture est à régler d'ici le {day}.[[ Payer : {link}]][[ Questions : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]de betaaldatum van uw factuur is {day}.[[ Betalen: {link}]][[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]termin płatności faktury: {day}.[[ Zapłać: {link}]][[ Tel. {phone}.]]",
        "es": "{clinic}: [[{name}, ]]una factura vence el {day}.[[ Pagar: {link}]][[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]tagihan jatuh tempo {day}.[[ Bayar: {link}]][[ Pertanyaan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]eine Rechnung ist am {day} fällig.[[ Bezahlen: {link}]][[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]una fattura scade {day}.[[ Pagare: {link}]][[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]tem uma fatura a pagar até {day}.[[ Pagar: {link}]][[ Perguntas: {phone}.]]",
    },
    "invoice_late": {
        "en": "{clinic}: [[{name}, ]]your payment has not reached us yet. If it is on its way, all is well.[[ Pay: {link}]][[ Tel. {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]votre paiement n'est pas encore arrivé. Déjà fait ? Tout va bien.[[ Payer : {link}]][[ Tél. {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw betaling is nog niet binnen. Al betaald? Dan is het goed.[[ Betalen: {link}]][[ Tel. {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]płatność jeszcze nie dotarła. Może jest w drodze.[[ {link}]][[ Tel. {phone}.]]",
        "es": "{clinic}: [[{name}, ]]su pago no ha llegado. Si va en camino, todo en orden.[[ Pagar: {link}]][[ Tel. {phone}.]]",
        "id": "{clinic}: [[{name}, ]]pembayaran belum kami terima. Abaikan jika sudah dikirim.[[ Bayar: {link}]][[ Tel. {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihre Zahlung ist noch nicht da. Ist sie unterwegs? Dann passt alles.[[ Zahlen: {link}]][[ Tel. {phone}.]]",
        "it": "{clinic}: [[{name}, ]]non ci risulta ancora il pagamento. Se è in arrivo, tutto bene.[[ Pagare: {link}]][[ Tel. {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]ainda aguardamos o seu pagamento. Se vem a caminho, tudo bem.[[ Pagar: {link}]][[ Tel. {phone}.]]",
    },
    "payment_refused": {
        "en": "{clinic}: [[{name}, ]]your payment did not go through.[[ Try again: {link}]][[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]votre paiement n'a pas abouti.[[ Nouvel essai : {link}]][[ Questions : {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw betaling is niet gelukt.[[ Opnieuw proberen: {link}]][[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]płatność nie doszła do skutku.[[ Ponów: {link}]][[ Pytania: {phone}.]]",
        "es": "{clinic}: [[{name}, ]]su pago no se ha completado.[[ Intentar de nuevo: {link}]][[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]pembayaran Anda belum berhasil.[[ Coba lagi: {link}]][[ Pertanyaan: {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihre Zahlung hat nicht geklappt.[[ Neuer Versuch: {link}]][[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]il suo pagamento non è andato a buon fine.[[ Riprovare: {link}]][[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]o seu pagamento ficou por concluir.[[ Tentar de novo: {link}]][[ Perguntas: {phone}.]]",
    },
    "cover_renewal": {
        "en": "{clinic}: [[{name}, ]]your cover[[ ({insurer})]] renews by itself on {day}.[[ Conditions: {link}]][[ Questions: {phone}.]]",
        "fr": "{clinic} : [[{name}, ]]votre couverture[[ ({insurer})]] se renouvelle seule le {day}.[[ Détails : {link}]][[ Tél. {phone}.]]",
        "nl": "{clinic}: [[{name}, ]]uw dekking[[ ({insurer})]] wordt op {day} vanzelf verlengd.[[ Voorwaarden: {link}]][[ Vragen: {phone}.]]",
        "pl": "{clinic}: [[{name}, ]]ochrona[[ ({insurer})]] odnawia się: {day}.[[ {link}]][[ Tel. {phone}.]]",
        "es": "{clinic}: [[{name}, ]]su cobertura[[ ({insurer})]] se renueva sola el {day}.[[ Condiciones: {link}]][[ Dudas: {phone}.]]",
        "id": "{clinic}: [[{name}, ]]perlindungan Anda[[ ({insurer})]] diperpanjang otomatis {day}.[[ Info: {link}]][[ Tel. {phone}.]]",
        "de": "{clinic}: [[{name}, ]]Ihr Schutz[[ ({insurer})]] verlängert sich am {day} von selbst.[[ Infos: {link}]][[ Fragen: {phone}.]]",
        "it": "{clinic}: [[{name}, ]]la sua copertura[[ ({insurer})]] si rinnova da sola {day}.[[ Condizioni: {link}]][[ Domande: {phone}.]]",
        "pt": "{clinic}: [[{name}, ]]a sua cobertura[[ ({insurer})]] renova-se por si {day}.[[ Termos: {link}]][[ Perguntas: {phone}.]]",
    },
    "delay": {
        "en": "{clinic}: [[{name}, ]]sorry, we are running about {wait} late[[ at {place}]]. You will be seen.",
        "fr": "{clinic} : [[{name}, ]]désolés, nous avons environ {wait} de retard[[ ({place})]]. Votre passage est maintenu.",
        "nl": "{clinic}: [[{name}, ]]helaas lopen wij ongeveer {wait} uit[[ ({place})]]. U komt zeker aan de beurt.",
        "pl": "{clinic}: [[{name}, ]]przepraszamy, opóźnienie ok. {wait}[[ ({place})]]. Wizyta się odbędzie.",
        "es": "{clinic}: [[{name}, ]]lo sentimos, llevamos cerca de {wait} de retraso[[ en {place}]]. Le atenderemos.",
        "id": "{clinic}: [[{name}, ]]mohon maaf, kami terlambat sekitar {wait}[[ di {place}]]. Anda tetap akan dilayani.",
        "de": "{clinic}: [[{name}, ]]leider verzögert es sich um etwa {wait}[[ ({place})]]. Sie kommen an die Reihe.",
        "it": "{clinic}: [[{name}, ]]ci scusiamo, siamo in ritardo di circa {wait}[[ ({place})]]. La riceveremo.",
        "pt": "{clinic}: [[{name}, ]]lamentamos, temos cerca de {wait} de atraso[[ ({place})]]. A consulta mantém-se.",
    },
    # Their time may have passed while they were told to come later.
    "delay_off": {
        "en": "{clinic}: [[{name}, ]]we are on time after all[[ at {place}]]. Please come at your own time, or now if it has passed.",
        "fr": "{clinic} : [[{name}, ]]finalement, pas de retard[[ ({place})]]. Merci de venir à l'heure prévue, ou maintenant si elle est passée.",
        "nl": "{clinic}: [[{name}, ]]wij lopen toch niet uit[[ ({place})]]. Kom alstublieft op uw eigen tijd, of nu als die voorbij is.",
        "pl": "{clinic}: [[{name}, ]]przyjmujemy jednak punktualnie[[ ({place})]]. Zapraszamy o wyznaczonej godzinie, a po tej godzinie od razu.",
        "es": "{clinic}: [[{name}, ]]al final no hay retraso[[ en {place}]]. Venga a su hora, o ahora si ya ha pasado.",
        "id": "{clinic}: [[{name}, ]]ternyata kami tepat waktu[[ di {place}]]. Silakan datang sesuai jadwal Anda, atau sekarang bila sudah lewat.",
        "de": "{clinic}: [[{name}, ]]wir sind nun doch pünktlich[[ ({place})]]. Bitte kommen Sie zu Ihrer Zeit, oder gleich, wenn sie vorbei ist.",
        "it": "{clinic}: [[{name}, ]]alla fine siamo in orario[[ ({place})]]. Venga alla sua ora, o subito se è già passata.",
        "pt": "{clinic}: [[{name}, ]]afinal estamos a horas[[ ({place})]]. Venha à sua hora, ou agora se esta passou.",
    },
    "recall_link": {
        "en": "{clinic}: [[{name}, ]]it is time to book your next check: {link}[[ or call {phone}]]",
        "fr": "{clinic} : [[{name}, ]]c'est le moment de prévoir votre prochaine visite : {link}[[ ou appelez le {phone}]]",
        "nl": "{clinic}: [[{name}, ]]het is tijd voor uw volgende controle. Plannen: {link}[[ of bel {phone}]]",
        "pl": "{clinic}: [[{name}, ]]pora umówić następną kontrolę: {link}[[ lub tel. {phone}]]",
        "es": "{clinic}: [[{name}, ]]es hora de reservar su siguiente visita de control: {link}[[ o llame al {phone}]]",
        "id": "{clinic}: [[{name}, ]]sudah waktunya membuat janji pemeriksaan berikutnya: {link}[[ atau telepon {phone}]]",
        "de": "{clinic}: [[{name}, ]]es ist Zeit für Ihre nächste Kontrolle. Termin: {link}[[ oder Tel. {phone}]]",
        "it": "{clinic}: [[{name}, ]]è ora di prenotare il suo prossimo controllo: {link}[[ o chiami {phone}]]",
        "pt": "{clinic}: [[{name}, ]]é altura de marcar a sua consulta de rotina: {link}[[ ou ligue {phone}]]",
    },
    "vaccination_link": {
        "en": "{clinic}: [[{name}, ]]your vaccination is reserved for you[[, until {day}]]. Time: {link}[[ or call {phone}]]",
        "fr": "{clinic} : [[{name}, ]]votre vaccin vous est réservé[[ jusqu'au {day}]]. Date : {link}[[ ou appelez le {phone}]]",
        "nl": "{clinic}: [[{name}, ]]uw vaccinatie ligt voor u klaar[[ tot en met {day}]]. Tijd: {link}[[ of bel {phone}]]",
        "pl": "{clinic}: [[{name}, ]]szczepienie czeka na Ciebie[[ do {day}]]. Termin: {link}[[ lub tel. {phone}]]",
        "es": "{clinic}: [[{name}, ]]tenemos su vacuna reservada[[ hasta el {day}]]. Hora: {link}[[ o llame al {phone}]]",
        "id": "{clinic}: [[{name}, ]]vaksinasi Anda sudah kami siapkan[[ sampai {day}]]. Waktu: {link}[[ atau {phone}]]",
        "de": "{clinic}: [[{name}, ]]Ihre Impfung ist[[ bis {day}]] für Sie reserviert. Termin: {link}[[ oder Tel. {phone}]]",
        "it": "{clinic}: [[{name}, ]]il suo vaccino è riservato per lei[[, fino a {day}]]. Orario: {link}[[ o chiami {phone}]]",
        "pt": "{clinic}: [[{name}, ]]temos a sua vacina reservada[[ até {day}]]. Hora: {link}[[ ou ligue {phone}]]",
    },
}

WORDINGS |= of_answers.WORDINGS | of_pages.WORDINGS | of_results.WORDINGS
_ASKED |= {"education": of_pages.ASKED, "result_call_me": of_results.ASKED}
QUESTIONS = frozenset(_ASKED)
BY_PHONE = {key: f"{key}_by_phone" for key in QUESTIONS}
for _key, _texts in _ASKED.items():
    _call = {"dose": _STOP_BY_PHONE, "education": of_pages.STOP_BY_PHONE}.get(_key, CALL_US)
    WORDINGS[_key] = {language: text + _REPLY[_key][language] for language, text in _texts.items()}
    WORDINGS.setdefault(BY_PHONE[_key], {language: text + _call[language] for language, text in _texts.items()})

# What each kind is called where we ask back which is meant. As neutral as the texts.
KINDS: dict[str, dict[str, str]] = {
    "prescription": {
        **{"en": "what you ordered", "fr": "votre commande", "nl": "uw bestelling", "pl": "zamówienie"},
        **{"es": "su pedido", "id": "pesanan Anda", "de": "Ihre Bestellung", "it": "il suo ordine"},
        **{"pt": "a sua encomenda"},
    },
    "medication": {
        **{"en": "your reminder", "fr": "votre rappel", "nl": "uw herinnering", "pl": "przypomnienie"},
        **{"es": "su recordatorio", "id": "pengingat Anda", "de": "Ihre Erinnerung", "it": "il suo promemoria"},
        **{"pt": "o seu lembrete"},
    },
    "refill": {
        **{"en": "ordering again", "fr": "nouvelle commande", "nl": "opnieuw bestellen", "pl": "kolejne zamówienie"},
        **{"es": "nuevo pedido", "id": "pesanan berikutnya", "de": "neue Bestellung", "it": "nuovo ordine"},
        **{"pt": "nova encomenda"},
    },
    "result": {
        **{"en": "your results", "fr": "vos résultats", "nl": "uw uitslag", "pl": "wyniki"},
        **{"es": "sus resultados", "id": "hasil Anda", "de": "Ihre Ergebnisse", "it": "i suoi referti"},
        **{"pt": "os seus resultados"},
    },
    "document": {
        **{"en": "the document", "fr": "le document", "nl": "het document", "pl": "dokument"},
        **{"es": "el documento", "id": "dokumen", "de": "das Dokument", "it": "il documento", "pt": "o documento"},
    },
    "invoice": {
        **{"en": "the invoice", "fr": "la facture", "nl": "de factuur", "pl": "faktura"},
        **{"es": "la factura", "id": "tagihan", "de": "die Rechnung", "it": "la fattura", "pt": "a fatura"},
    },
    "cover_renewal": {
        **{"en": "your cover", "fr": "votre couverture", "nl": "uw dekking", "pl": "ochrona"},
        **{"es": "su cobertura", "id": "perlindungan Anda", "de": "Ihr Schutz", "it": "la sua copertura"},
        **{"pt": "a sua cobertura"},
    },
    "delay": {
        **{"en": "the delay", "fr": "le retard", "nl": "de vertraging", "pl": "opóźnienie"},
        **{"es": "el retraso", "id": "keterlambatan", "de": "die Verspätung", "it": "il ritardo", "pt": "o atraso"},
    },
    "recall": {
        **{"en": "your next check", "fr": "votre prochaine visite", "nl": "uw volgende controle", "pl": "kontrola"},
        **{"es": "su visita de control", "id": "pemeriksaan berikutnya", "de": "Ihre Kontrolle"},
        **{"it": "il suo controllo", "pt": "a sua consulta de rotina"},
    },
    "vaccination": {
        **{"en": "your vaccination", "fr": "votre vaccin", "nl": "uw vaccinatie", "pl": "szczepienie"},
        **{"es": "su vacuna", "id": "vaksinasi Anda", "de": "Ihre Impfung", "it": "il suo vaccino"},
        **{"pt": "a sua vacina"},
    },
    **of_pages.KINDS,
}
