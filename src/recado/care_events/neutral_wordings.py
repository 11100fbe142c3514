"""What stands in the place of a text about an event for whoever chose neutral texts: who writes and what to do, no day, hour,
delay or place, nor what it is for. The link's page, or a call, tells the rest. Pure literals, by the rules of `wordings`.
"""

from recado.care_events.wordings import CALL_ME, CALL_US

_JOIN = {
    "en": "{clinic}: [[{name}, ]]the link for your appointment: {link}[[ Questions: {phone}.]]",
    "fr": "{clinic} : [[{name}, ]]le lien de votre rendez-vous : {link}[[ Questions : {phone}.]]",
    "nl": "{clinic}: [[{name}, ]]de link voor uw afspraak: {link}[[ Vragen: {phone}.]]",
    "pl": "{clinic}: [[{name}, ]]link do wizyty: {link}[[ Pytania: {phone}.]]",
    "es": "{clinic}: [[{name}, ]]el enlace para su cita: {link}[[ Dudas: {phone}.]]",
    "id": "{clinic}: [[{name}, ]]tautan untuk janji Anda: {link}[[ Pertanyaan: {phone}.]]",
    "de": "{clinic}: [[{name}, ]]der Link zu Ihrem Termin: {link}[[ Fragen: {phone}.]]",
    "it": "{clinic}: [[{name}, ]]il link per il suo appuntamento: {link}[[ Domande: {phone}.]]",
    "pt": "{clinic}: [[{name}, ]]o link para a sua consulta: {link}[[ Perguntas: {phone}.]]",
}
_OFF = {
    "en": "{clinic}: [[{name}, ]]please call us about your online appointment[[: {phone}]].",
    "fr": "{clinic} : [[{name}, ]]merci de nous appeler pour votre rendez-vous en ligne[[ : {phone}]].",
    "nl": "{clinic}: [[{name}, ]]bel ons alstublieft over uw online afspraak[[: {phone}]].",
    "pl": "{clinic}: [[{name}, ]]prosimy o telefon w sprawie wizyty online[[: {phone}]].",
    "es": "{clinic}: [[{name}, ]]por favor, llame por su cita por internet[[: {phone}]].",
    "id": "{clinic}: [[{name}, ]]silakan telepon kami tentang janji daring Anda[[: {phone}]].",
    "de": "{clinic}: [[{name}, ]]bitte rufen Sie uns wegen Ihres Online-Termins an[[: {phone}]].",
    "it": "{clinic}: [[{name}, ]]ci chiami per il suo appuntamento online[[: {phone}]].",
    "pt": "{clinic}: [[{name}, ]]por favor ligue-nos sobre a sua consulta online[[: {phone}]].",
}
_FORM = {
    "en": "{clinic}: [[{name}, ]]please fill in a form for us.[[ Here: {link}]][[ Tel. {phone}.]]",
    "fr": "{clinic} : [[{name}, ]]merci de remplir un formulaire.[[ Ici : {link}]][[ Tél. {phone}.]]",
    "nl": "{clinic}: [[{name}, ]]wilt u een formulier invullen?[[ Hier: {link}]][[ Tel. {phone}.]]",
    "pl": "{clinic}: [[{name}, ]]prosimy o formularz.[[ {link}]][[ Tel. {phone}.]]",
    "es": "{clinic}: [[{name}, ]]rellene un formulario, por favor.[[ Enlace: {link}]][[ Tel. {phone}.]]",
    "id": "{clinic}: [[{name}, ]]mohon isi formulir.[[ Di sini: {link}]][[ Tel. {phone}.]]",
    "de": "{clinic}: [[{name}, ]]bitte füllen Sie ein Formular aus.[[ Hier: {link}]][[ Tel. {phone}.]]",
    "it": "{clinic}: [[{name}, ]]compili un modulo, per favore.[[ Qui: {link}]][[ Tel. {phone}.]]",
    "pt": "{clinic}: [[{name}, ]]preencha uma ficha, por favor.[[ Aqui: {link}]][[ Tel. {phone}.]]",
}
_FORM_AGAIN = {
    "en": "{clinic}: [[{name}, ]]your form is still empty.[[ Here: {link}]][[ Tel. {phone}.]]",
    "fr": "{clinic} : [[{name}, ]]votre formulaire reste à remplir.[[ Ici : {link}]][[ Tél. {phone}.]]",
    "nl": "{clinic}: [[{name}, ]]uw formulier is nog leeg.[[ Hier: {link}]][[ Tel. {phone}.]]",
    "pl": "{clinic}: [[{name}, ]]formularz nadal czeka.[[ {link}]][[ Tel. {phone}.]]",
    "es": "{clinic}: [[{name}, ]]su formulario sigue sin rellenar.[[ Enlace: {link}]][[ Tel. {phone}.]]",
    "id": "{clinic}: [[{name}, ]]formulir Anda belum diisi.[[ Di sini: {link}]][[ Tel. {phone}.]]",
    "de": "{clinic}: [[{name}, ]]Ihr Formular ist noch leer.[[ Hier: {link}]][[ Tel. {phone}.]]",
    "it": "{clinic}: [[{name}, ]]il suo modulo attende ancora.[[ Qui: {link}]][[ Tel. {phone}.]]",
    "pt": "{clinic}: [[{name}, ]]a sua ficha continua por preencher.[[ Aqui: {link}]][[ Tel. {phone}.]]",
}
# Of a day that is closed too: whoever must know which day asks, and whose visit has to move is told anyway.
_HOURS = {
    "en": "{clinic}: [[{name}, ]]our opening hours change. If your visit has to move, we tell you.[[ Questions: {phone}.]]",
    "fr": "{clinic} : [[{name}, ]]nos horaires changent. Si votre visite change, nous vous prévenons.[[ Questions : {phone}.]]",
    "nl": "{clinic}: [[{name}, ]]onze openingstijden veranderen. Moet uw afspraak verschuiven, dan hoort u het.[[ Vragen: {phone}.]]",
    "pl": "{clinic}: [[{name}, ]]zmieniamy godziny otwarcia. O zmianie wizyty damy znać.[[ Pytania: {phone}.]]",
    "es": "{clinic}: [[{name}, ]]cambia nuestro horario. Si su cita cambia, le avisamos.[[ Dudas: {phone}.]]",
    "id": "{clinic}: [[{name}, ]]jam buka kami berubah. Bila janji Anda berubah, kami kabari.[[ Pertanyaan: {phone}.]]",
    "de": "{clinic}: [[{name}, ]]unsere Sprechzeiten ändern sich. Betrifft es Ihren Termin, melden wir uns.[[ Fragen: {phone}.]]",
    "it": "{clinic}: [[{name}, ]]i nostri orari cambiano. Se il suo appuntamento cambia, la avvisiamo.[[ Domande: {phone}.]]",
    "pt": "{clinic}: [[{name}, ]]abrimos noutras horas. Se a sua consulta mudar, avisamos.[[ Perguntas: {phone}.]]",
}
_INVOICE = {
    "en": "{clinic}: [[{name}, ]]an invoice is to be paid.[[ Pay here: {link}]][[ Questions: {phone}.]]",
    "fr": "{clinic} : [[{name}, ]]une facture est à régler.[[ Payer : {link}]][[ Questions : {phone}.]]",
    "nl": "{clinic}: [[{name}, ]]er staat een factuur open.[[ Betalen: {link}]][[ Vragen: {phone}.]]",
    "pl": "{clinic}: [[{name}, ]]faktura czeka na zapłatę.[[ Zapłać: {link}]][[ Tel. {phone}.]]",
    "es": "{clinic}: [[{name}, ]]tiene una factura pendiente.[[ Pagar: {link}]][[ Dudas: {phone}.]]",
    "id": "{clinic}: [[{name}, ]]ada tagihan untuk dibayar.[[ Bayar: {link}]][[ Pertanyaan: {phone}.]]",
    "de": "{clinic}: [[{name}, ]]eine Rechnung ist offen.[[ Bezahlen: {link}]][[ Fragen: {phone}.]]",
    "it": "{clinic}: [[{name}, ]]ha una fattura da pagare.[[ Pagare: {link}]][[ Domande: {phone}.]]",
    "pt": "{clinic}: [[{name}, ]]tem uma fatura a pagar.[[ Pagar: {link}]][[ Perguntas: {phone}.]]",
}
_COVER = {
    "en": "{clinic}: [[{name}, ]]your cover renews by itself.[[ Conditions: {link}]][[ Questions: {phone}.]]",
    "fr": "{clinic} : [[{name}, ]]votre couverture est reconduite automatiquement.[[ Conditions : {link}]][[ Tél. {phone}.]]",
    "nl": "{clinic}: [[{name}, ]]uw dekking wordt vanzelf verlengd.[[ Voorwaarden: {link}]][[ Vragen: {phone}.]]",
    "pl": "{clinic}: [[{name}, ]]ochrona odnawia się sama.[[ Warunki: {link}]][[ Pytania: {phone}.]]",
    "es": "{clinic}: [[{name}, ]]su cobertura se renueva sola.[[ Condiciones: {link}]][[ Dudas: {phone}.]]",
    "id": "{clinic}: [[{name}, ]]perlindungan Anda diperpanjang otomatis.[[ Ketentuan: {link}]][[ Telepon: {phone}.]]",
    "de": "{clinic}: [[{name}, ]]Ihr Schutz verlängert sich von selbst.[[ Bedingungen: {link}]][[ Fragen: {phone}.]]",
    "it": "{clinic}: [[{name}, ]]la sua copertura si rinnova da sola.[[ Condizioni: {link}]][[ Domande: {phone}.]]",
    "pt": "{clinic}: [[{name}, ]]a sua cobertura renova-se por si.[[ Termos: {link}]][[ Perguntas: {phone}.]]",
}
_DELAY = {
    "en": "{clinic}: [[{name}, ]]sorry, we are running late. You will be seen.",
    "fr": "{clinic} : [[{name}, ]]désolés, nous avons du retard. Votre passage est maintenu.",
    "nl": "{clinic}: [[{name}, ]]helaas lopen wij uit. U komt zeker aan de beurt.",
    "pl": "{clinic}: [[{name}, ]]przepraszamy, mamy opóźnienie. Wizyta się odbędzie.",
    "es": "{clinic}: [[{name}, ]]lo sentimos, llevamos retraso. Le atenderemos.",
    "id": "{clinic}: [[{name}, ]]mohon maaf, kami terlambat. Anda tetap akan dilayani.",
    "de": "{clinic}: [[{name}, ]]leider verzögert es sich. Sie kommen an die Reihe.",
    "it": "{clinic}: [[{name}, ]]ci scusiamo, siamo in ritardo. La riceveremo.",
    "pt": "{clinic}: [[{name}, ]]lamentamos, estamos com atraso. A consulta mantém-se.",
}
_BOOK = {  # of a vaccination, which it does not name
    "en": "{clinic}: [[{name}, ]]a time with us is reserved for you.",
    "fr": "{clinic} : [[{name}, ]]un rendez-vous vous est réservé chez nous.",
    "nl": "{clinic}: [[{name}, ]]wij houden een afspraak voor u vrij.",
    "pl": "{clinic}: [[{name}, ]]termin czeka na Ciebie.",
    "es": "{clinic}: [[{name}, ]]tenemos una cita reservada para usted.",
    "id": "{clinic}: [[{name}, ]]ada janji yang kami siapkan untuk Anda.",
    "de": "{clinic}: [[{name}, ]]ein Termin ist für Sie reserviert.",
    "it": "{clinic}: [[{name}, ]]un appuntamento è riservato per lei.",
    "pt": "{clinic}: [[{name}, ]]temos uma consulta reservada para si.",
}
_BOOK_LINK = {
    "en": " Choose: {link}[[ or call {phone}]]",
    "fr": " Choisir : {link}[[ ou appelez le {phone}]]",
    "nl": " Kiezen: {link}[[ of bel {phone}]]",
    "pl": " Wybór: {link}[[ lub tel. {phone}]]",
    "es": " Elegir: {link}[[ o llame al {phone}]]",
    "id": " Pilih: {link}[[ atau {phone}]]",
    "de": " Wählen: {link}[[ oder Tel. {phone}]]",
    "it": " Scegliere: {link}[[ o chiami {phone}]]",
    "pt": " Escolher: {link}[[ ou ligue {phone}]]",
}

NEUTRAL: dict[str, dict[str, str]] = {
    **dict.fromkeys(("video_visit", "video_now"), _JOIN),
    "video_off": _OFF,
    "form_ready": _FORM,
    "form_again": _FORM_AGAIN,
    **dict.fromkeys(("hours_changed", "hours_closed"), _HOURS),
    "invoice_due": _INVOICE,
    "cover_renewal": _COVER,
    "delay": _DELAY,
    "vaccination": {language: text + CALL_ME[language] for language, text in _BOOK.items()},
    "vaccination_by_phone": {language: text + CALL_US[language] for language, text in _BOOK.items()},
    "vaccination_link": {language: text + _BOOK_LINK[language] for language, text in _BOOK.items()},
}
"""By the key of the text that it stands for. What tells only in a part that may be left out is neutral without that part."""
