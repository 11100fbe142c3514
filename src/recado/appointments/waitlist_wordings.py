"""The texts of the waitlist, in every language: part of `wordings.WORDINGS`, by its rules. Pure literals."""

_TAKE = {
    "en": "Reply 1 to take it, 2 to pass. First yes gets it.",
    "fr": "Répondez 1 = oui, 2 = non. Au premier oui.",
    "nl": "Antwoord 1 = ja, 2 = nee. De eerste ja krijgt het.",
    "pl": "Odpisz 1 tak, 2 nie. Kto pierwszy, ten lepszy.",
    "es": "Responda 1 si la quiere, 2 si no. Es del primero.",
    "id": "Balas 1 ya, 2 tidak. Untuk yang pertama menjawab.",
    "de": "Antwort 1 = ja, 2 = nein. Das erste Ja bekommt ihn.",
    "it": "Risponda 1 per averlo, 2 se no. Va al primo sì.",
    "pt": "Responda 1 se quer, 2 se passa. É do primeiro.",
}
_OFFER = {
    "en": "{clinic}: [[{name}, ]]a time is free on {when}[[ with {clinician}]]. ",
    "fr": "{clinic} : [[{name}, ]]un rendez-vous se libère {when}[[ avec {clinician}]]. ",
    "nl": "{clinic}: [[{name}, ]]er is plaats op {when}[[ bij {clinician}]]. ",
    "pl": "{clinic}: [[{name}, ]]wolny termin {when}[[, {clinician}]]. ",
    "es": "{clinic}: [[{name}, ]]hay una cita libre el {when}[[ con {clinician}]]. ",
    "id": "{clinic}: [[{name}, ]]ada waktu kosong {when}[[ dengan {clinician}]]. ",
    "de": "{clinic}: [[{name}, ]]ein Termin ist frei am {when}[[ bei {clinician}]]. ",
    "it": "{clinic}: [[{name}, ]]si è liberato un posto {when}[[ con {clinician}]]. ",
    "pt": "{clinic}: [[{name}, ]]temos uma consulta livre {when}[[ com {clinician}]]. ",
}

# Where no answer reaches us, the link's page asks in its place.
_SEE = {
    "en": "Yes or no: {link} First yes gets it.",
    "fr": "Oui ou non : {link} Au premier oui.",
    "nl": "Ja of nee: {link} De eerste ja krijgt het.",
    "pl": "Tak/nie: {link} Kto pierwszy.",
    "es": "Responda: {link} Es del primero.",
    "id": "Jawab di: {link} Yang pertama dapat.",
    "de": "Ja/nein: {link} Das erste Ja zählt.",
    "it": "Sì o no: {link} Va al primo sì.",
    "pt": "Responda: {link} É do primeiro.",
}

WORDINGS: dict[str, dict[str, str]] = {
    "waitlist_offer_by_link": {language: text + _SEE[language] for language, text in _OFFER.items()},
    "waitlist_offer": {language: text + _TAKE[language] for language, text in _OFFER.items()},
    "waitlist_won": {
        "en": "{clinic}: [[{name}, ]]it is yours: {when}[[ with {clinician}]]. See you then.",
        "fr": "{clinic} : [[{name}, ]]c'est réservé pour vous : {when}[[ avec {clinician}]]. Merci.",
        "nl": "{clinic}: [[{name}, ]]de tijd is voor u: {when}[[ bij {clinician}]]. Tot dan.",
        "pl": "{clinic}: [[{name}, ]]termin jest Twój: {when}[[, {clinician}]]. Do zobaczenia.",
        "es": "{clinic}: [[{name}, ]]la cita es suya: {when}[[ con {clinician}]]. Hasta entonces.",
        "id": "{clinic}: [[{name}, ]]waktu ini untuk Anda: {when}[[ dengan {clinician}]]. Sampai jumpa.",
        "de": "{clinic}: [[{name}, ]]der Termin ist Ihrer: {when}[[ bei {clinician}]]. Bis dann.",
        "it": "{clinic}: [[{name}, ]]il posto è suo: {when}[[ con {clinician}]]. A presto.",
        "pt": "{clinic}: [[{name}, ]]a consulta é sua: {when}[[ com {clinician}]]. Obrigado.",
    },
    "waitlist_gone": {
        "en": "{clinic}: thank you[[, {name}]]. That time has gone to somebody else.[[ {stays}]]",
        "fr": "{clinic} : merci[[ {name}]]. Ce rendez-vous est déjà pris.[[ {stays}]]",
        "nl": "{clinic}: dank u[[, {name}]]. Die tijd is al vergeven.[[ {stays}]]",
        "pl": "{clinic}: dziękujemy[[, {name}]]. Ten termin jest już zajęty.[[ {stays}]]",
        "es": "{clinic}: gracias[[, {name}]]. Esa cita ya es de otra persona.[[ {stays}]]",
        "id": "{clinic}: terima kasih[[, {name}]]. Waktu itu sudah diambil.[[ {stays}]]",
        "de": "{clinic}: Danke[[, {name}]]. Dieser Termin ist schon vergeben.[[ {stays}]]",
        "it": "{clinic}: grazie[[, {name}]]. Quel posto è già preso.[[ {stays}]]",
        "pt": "{clinic}: obrigado[[, {name}]]. Essa hora ficou para outra pessoa.[[ {stays}]]",
    },
    "waitlist_over": {
        "en": "{clinic}: [[{name}, ]]sorry, that time can't be had any more.[[ {stays}]]",
        "fr": "{clinic} : [[{name}, ]]désolés, ce rendez-vous n'est plus disponible.[[ {stays}]]",
        "nl": "{clinic}: [[{name}, ]]helaas, die tijd is er niet meer.[[ {stays}]]",
        "pl": "{clinic}: [[{name}, ]]niestety tego terminu już nie ma.[[ {stays}]]",
        "es": "{clinic}: [[{name}, ]]lo sentimos, esa cita ya no se puede dar.[[ {stays}]]",
        "id": "{clinic}: [[{name}, ]]maaf, waktu itu tidak tersedia lagi.[[ {stays}]]",
        "de": "{clinic}: [[{name}, ]]leider ist dieser Termin nicht mehr zu haben.[[ {stays}]]",
        "it": "{clinic}: [[{name}, ]]purtroppo quel posto non c'è più.[[ {stays}]]",
        "pt": "{clinic}: [[{name}, ]]lamentamos, essa hora deixou de estar livre.[[ {stays}]]",
    },
    "waitlist_declined": {
        "en": "{clinic}: thank you[[, {name}]], noted. Nothing changes for you.[[ {stays}]]",
        "fr": "{clinic} : merci[[ {name}]], c'est noté. Rien ne change pour vous.[[ {stays}]]",
        "nl": "{clinic}: dank u[[, {name}]], genoteerd. Er verandert niets.[[ {stays}]]",
        "pl": "{clinic}: dziękujemy[[, {name}]]. Nic się nie zmienia.[[ {stays}]]",
        "es": "{clinic}: gracias[[, {name}]], anotado. Nada cambia para usted.[[ {stays}]]",
        "id": "{clinic}: terima kasih[[, {name}]], dicatat. Tidak ada yang berubah.[[ {stays}]]",
        "de": "{clinic}: Danke[[, {name}]], notiert. Für Sie ändert sich nichts.[[ {stays}]]",
        "it": "{clinic}: grazie[[, {name}]], annotato. Per lei non cambia nulla.[[ {stays}]]",
        "pt": "{clinic}: obrigado[[, {name}]], anotado. Nada muda para si.[[ {stays}]]",
    },
    "waitlist_how": {
        "en": "{clinic}: [[{name}, ]]say here when you can come, and we text you when a time comes free: {link}",
        "fr": "{clinic} : [[{name}, ]]dites-nous ici quand vous pouvez venir, et nous vous écrirons : {link}",
        "nl": "{clinic}: [[{name}, ]]zeg hier wanneer u kunt komen, dan sms'en wij bij een vrije tijd: {link}",
        "pl": "{clinic}: [[{name}, ]]prosimy podać, kiedy można przyjść, damy znać o wolnym terminie: {link}",
        "es": "{clinic}: [[{name}, ]]indique sus horas y le avisamos si queda una cita libre: {link}",
        "id": "{clinic}: [[{name}, ]]isi kapan Anda bisa datang, kami kabari jika ada waktu kosong: {link}",
        "de": "{clinic}: [[{name}, ]]sagen Sie hier, wann Sie können. Wird ein Termin frei, melden wir uns: {link}",
        "it": "{clinic}: [[{name}, ]]dica qui quando può venire, le scriviamo se si libera un posto: {link}",
        "pt": "{clinic}: [[{name}, ]]diga aqui quando pode vir, avisamos se houver uma hora livre: {link}",
    },
    "waitlist_joined": {
        "en": "{clinic}: [[{name}, ]]we text you if a time before {when} comes free. You keep yours until then.[[ More: {link}]]",
        "fr": "{clinic} : [[{name}, ]]nous vous écrivons si un rendez-vous avant le {when} se libère.[[ Plus : {link}]]",
        "nl": "{clinic}: [[{name}, ]]wij sms'en u als er voor {when} plaats komt. Uw afspraak blijft staan.[[ Meer: {link}]]",
        "pl": "{clinic}: [[{name}, ]]damy znać o terminie przed {when}.[[ Więcej: {link}]]",
        "es": "{clinic}: [[{name}, ]]le avisamos si queda libre una cita antes del {when}. La suya sigue.[[ Ver: {link}]]",
        "id": "{clinic}: [[{name}, ]]kami kabari jika ada waktu sebelum {when}. Janji Anda tetap.[[ Lain: {link}]]",
        "de": "{clinic}: [[{name}, ]]wir melden uns, wenn vor {when} ein Termin frei wird. Ihrer bleibt.[[ Mehr: {link}]]",
        "it": "{clinic}: [[{name}, ]]le scriviamo se si libera un posto prima di {when}. Il suo resta.[[ Altro: {link}]]",
        "pt": "{clinic}: [[{name}, ]]avisamos se houver uma hora antes de {when}. A sua mantém-se.[[ Mais: {link}]]",
    },
    "waitlist_left": {
        "en": "{clinic}: [[{name}, ]]you are off our list. Nothing else changes.",
        "fr": "{clinic} : [[{name}, ]]votre nom n'est plus sur notre liste. Rien d'autre ne change.",
        "nl": "{clinic}: [[{name}, ]]u staat niet meer op onze lijst. Verder verandert er niets.",
        "pl": "{clinic}: [[{name}, ]]nie ma już Pana/Pani na liście. Nic więcej się nie zmienia.",
        "es": "{clinic}: [[{name}, ]]ya no figura en nuestra lista. Nada cambia para usted.",
        "id": "{clinic}: [[{name}, ]]Anda tidak lagi di daftar kami. Yang lain tetap.",
        "de": "{clinic}: [[{name}, ]]Sie stehen nicht mehr auf unserer Liste. Sonst bleibt alles.",
        "it": "{clinic}: [[{name}, ]]non figura più nella nostra lista. Il resto non cambia.",
        "pt": "{clinic}: [[{name}, ]]saiu da nossa lista. O resto fica igual.",
    },
    "waitlist_which": {
        "en": "{clinic}: [[{name}, ]]which appointment may come sooner? Reply 1, 2...: {visits}",
        "fr": "{clinic} : [[{name}, ]]lequel de vos rendez-vous avancer ? Répondez 1, 2... : {visits}",
        "nl": "{clinic}: [[{name}, ]]welke afspraak mag eerder? Antwoord 1, 2...: {visits}",
        "pl": "{clinic}: [[{name}, ]]która wizyta wcześniej? Odpisz 1, 2...: {visits}",
        "es": "{clinic}: [[{name}, ]]diga qué cita adelantar. Responda 1, 2...: {visits}",
        "id": "{clinic}: [[{name}, ]]janji mana yang lebih cepat? Balas 1, 2...: {visits}",
        "de": "{clinic}: [[{name}, ]]welcher Termin darf früher sein? Antwort 1, 2...: {visits}",
        "it": "{clinic}: [[{name}, ]]quale appuntamento anticipare? Risponda 1, 2...: {visits}",
        "pt": "{clinic}: [[{name}, ]]que consulta pode ser mais cedo? Responda 1, 2...: {visits}",
    },
}

NEUTRAL_OFFER = {
    "en": "{clinic}: [[{name}, ]]there is news for you about our list: {link}",
    "fr": "{clinic} : [[{name}, ]]du nouveau pour vous sur notre liste : {link}",
    "nl": "{clinic}: [[{name}, ]]er is nieuws voor u over onze lijst: {link}",
    "pl": "{clinic}: [[{name}, ]]nowa wiadomość w sprawie listy: {link}",
    "es": "{clinic}: [[{name}, ]]hay novedades para usted en nuestra lista: {link}",
    "id": "{clinic}: [[{name}, ]]ada kabar untuk Anda tentang daftar kami: {link}",
    "de": "{clinic}: [[{name}, ]]es gibt Neues für Sie auf unserer Liste: {link}",
    "it": "{clinic}: [[{name}, ]]ci sono novità per lei sulla nostra lista: {link}",
    "pt": "{clinic}: [[{name}, ]]temos novidades para si na nossa lista: {link}",
}
"""For whoever wants no text that tells a time: the link's page tells it, and takes the answer. A yes by text to a time that was
not named would be no yes."""

WORD = {
    "en": "our list",
    "fr": "notre liste",
    "nl": "onze lijst",
    "pl": "lista",
    "es": "nuestra lista",
    "id": "daftar kami",
    "de": "unsere Liste",
    "it": "la nostra lista",
    "pt": "a nossa lista",
}
"""The list, among things that a text may mean."""

STAYS = {
    "en": "You stay on our list.",
    "fr": "Vous restez sur notre liste.",
    "nl": "U blijft op onze lijst.",
    "pl": "Zostaje Pan/Pani na liście.",
    "es": "Sigue en nuestra lista.",
    "id": "Anda tetap di daftar kami.",
    "de": "Sie bleiben auf unserer Liste.",
    "it": "Resta nella nostra lista.",
    "pt": "Continua na nossa lista.",
}
"""Of the list, to whoever still waits on it: not to those who have left it, or have had a time by it meanwhile."""
