"""What conversations themselves tell people: which visit is meant, and that a person will read it. A clinic may put it in its
own words; call what says them inside `clinic_scope`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent.types import Privacy
from recado.foundation.dates import When
from recado.messaging import actions as messaging
from recado.messaging import queries as wording

VALUES = ("clinic", "phone", "choices", "when", "emergency", "link", "stop")

ASK_WHICH = {
    "en": "{clinic}: which appointment do you mean? Reply with the letter. {choices}",
    "fr": "{clinic} : quel rendez-vous ? Répondez par la lettre. {choices}",
    "nl": "{clinic}: welke afspraak bedoelt u? Antwoord met de letter. {choices}",
    "pl": "{clinic}: o którą wizytę chodzi? Odpisz literą. {choices}",
    "es": "{clinic}: tiene varias citas. Responda con la letra de la que quiere decir. {choices}",
    "id": "{clinic}: janji yang mana? Balas dengan hurufnya. {choices}",
    "de": "{clinic}: Welchen Termin meinen Sie? Antworten Sie mit dem Buchstaben. {choices}",
    "it": "{clinic}: di quale appuntamento si tratta? Risponda con la lettera. {choices}",
    "pt": "{clinic}: de que consulta se trata? Responda com a letra. {choices}",
}

# The same where one of them is no appointment: a medicine to order again, say.
ASK_WHICH_ONE = {
    "en": "{clinic}: which of these do you mean? Reply with the letter. {choices}",
    "fr": "{clinic} : de quoi s'agit-il ? Répondez par la lettre. {choices}",
    "nl": "{clinic}: wat bedoelt u? Antwoord met de letter. {choices}",
    "pl": "{clinic}: o co chodzi? Odpisz literą. {choices}",
    "es": "{clinic}: ¿a qué se refiere? Responda con la letra. {choices}",
    "id": "{clinic}: yang mana maksud Anda? Balas dengan hurufnya. {choices}",
    "de": "{clinic}: Was meinen Sie? Antworten Sie mit dem Buchstaben. {choices}",
    "it": "{clinic}: di che cosa si tratta? Risponda con la lettera. {choices}",
    "pt": "{clinic}: de que se trata? Responda com a letra. {choices}",
}
APPOINTMENTS = frozenset({"appointment", "times", "visit_choice"})  # kinds of questions that are about one

ALL_CONFIRMED = {
    "en": "{clinic}: thank you, confirmed: {choices}.",
    "fr": "{clinic} : merci, c'est confirmé : {choices}.",
    "nl": "{clinic}: dank u, bevestigd: {choices}.",
    "pl": "{clinic}: dziękujemy, potwierdzone: {choices}.",
    "es": "{clinic}: gracias, queda confirmado: {choices}.",
    "id": "{clinic}: terima kasih, sudah dikonfirmasi: {choices}.",
    "de": "{clinic}: Danke, bestätigt: {choices}.",
    "it": "{clinic}: grazie, confermato: {choices}.",
    "pt": "{clinic}: obrigado, confirmado: {choices}.",
}

PASSED_TO_PERSON = {
    "en": "{clinic}: thank you, a member of our team will read this.[[ If it can't wait, call {phone}.]]",
    "fr": "{clinic} : merci, une personne de chez nous va lire votre message.[[ Si c'est pressé, appelez le {phone}.]]",
    "nl": "{clinic}: dank u, een medewerker leest uw bericht.[[ Kan het niet wachten, bel dan {phone}.]]",
    "pl": "{clinic}: dziękujemy, pracownik przeczyta wiadomość.[[ Pilne? {phone}]]",
    "es": "{clinic}: gracias, una persona del equipo lo va a leer.[[ Si no puede esperar, llame al {phone}.]]",
    "id": "{clinic}: terima kasih, petugas kami akan membaca pesan Anda.[[ Jika mendesak, telepon {phone}.]]",
    "de": "{clinic}: Danke, jemand aus dem Team liest Ihre Nachricht.[[ Wenn es eilt: {phone}.]]",
    "it": "{clinic}: grazie, una persona del nostro team legge il messaggio.[[ Se è urgente, chiami {phone}.]]",
    "pt": "{clinic}: obrigado, alguém da equipa vai ler.[[ Se for urgente, ligue {phone}.]]",
}

# Once, to who sends nothing but a picture; a person is told as well.
PICTURE_UNSEEN = {
    "en": "{clinic}: we can't see pictures sent by text. Please write what it is about[[, or call {phone}]].",
    "fr": "{clinic} : nous ne voyons pas les images envoyées par SMS. Écrivez-nous de quoi il s'agit[[ ou appelez le {phone}]].",
    "nl": "{clinic}: foto's per sms kunnen wij niet zien. Schrijf ons waar het om gaat[[ of bel {phone}]].",
    "pl": "{clinic}: nie widzimy zdjęć z SMS-ów. Prosimy napisać, o co chodzi[[, lub zadzwonić: {phone}]].",
    "es": "{clinic}: no podemos ver fotos enviadas por SMS. Escriba de qué se trata[[ o llame al {phone}]].",
    "id": "{clinic}: kami tidak bisa melihat gambar lewat SMS. Tuliskan maksud Anda[[ atau telepon {phone}]].",
    "de": "{clinic}: Bilder können wir hier nicht sehen. Schreiben Sie, worum es geht[[, oder rufen Sie an: {phone}]].",
    "it": "{clinic}: non possiamo vedere le immagini inviate. Ci scriva di che si tratta[[ o chiami il {phone}]].",
    "pt": "{clinic}: as fotos por SMS nunca nos chegam. Escreva-nos do que se trata[[ ou ligue {phone}]].",
}

# The same outside the hours of the team whose it is.
PASSED_OUT_OF_HOURS = {
    "en": "{clinic}: thank you. Our team reads this from {when}.[[ If it can't wait, call {phone}.]][[ Emergency: {emergency}.]]",
    "fr": "{clinic} : merci. Nous lirons ceci à partir du {when}.[[ Si c'est pressé : {phone}.]][[ Urgence : {emergency}.]]",
    "nl": "{clinic}: dank u. Ons team leest dit vanaf {when}.[[ Kan het niet wachten: {phone}.]][[ Spoed: {emergency}.]]",
    "pl": "{clinic}: dziękujemy. Przeczytamy: {when}.[[ Pilne? {phone}.]][[ Ratunek: {emergency}.]]",
    "es": "{clinic}: gracias. Lo leemos a partir del {when}.[[ Si no puede esperar: {phone}.]][[ Emergencias: {emergency}.]]",
    "id": "{clinic}: terima kasih. Tim kami membaca ini mulai {when}.[[ Mendesak? {phone}.]][[ Darurat: {emergency}.]]",
    "de": "{clinic}: Danke. Unser Team liest das ab {when}.[[ Wenn es eilt: {phone}.]][[ Notfall: {emergency}.]]",
    "it": "{clinic}: grazie. Il team legge il messaggio da {when}.[[ Se è urgente: {phone}.]][[ Emergenze: {emergency}.]]",
    "pt": "{clinic}: obrigado. A equipa vai ler isto a partir de {when}.[[ Urgente: {phone}.]][[ Em perigo: {emergency}.]]",
}


# Once, to who has agreed by themselves: the proof for them, and the way out. `stop`: where the sender can receive it.
JOINED = {
    "en": "{clinic}: thank you. You get our texts as you agreed.[[ See or change it: {link}]][[ {stop} ends them.]]",
    "fr": "{clinic} : merci. Vous recevrez nos SMS comme convenu.[[ Voir ou changer : {link}]][[ {stop} y met fin.]]",
    "nl": "{clinic}: dank u. U krijgt onze sms'en zoals afgesproken.[[ Zien of wijzigen: {link}]][[ {stop} stopt ze.]]",
    "pl": "{clinic}: dziękujemy za zgodę na SMS-y.[[ Zmiana: {link}]][[ {stop} kończy.]]",
    "es": "{clinic}: gracias. Recibirá nuestros mensajes como ha aceptado.[[ Ver o cambiar: {link}]][[ {stop} los para.]]",
    "id": "{clinic}: terima kasih. Anda akan menerima SMS kami.[[ Lihat atau ubah: {link}]][[ {stop} untuk berhenti.]]",
    "de": "{clinic}: Danke. Sie bekommen unsere SMS wie vereinbart.[[ Sehen oder ändern: {link}]][[ {stop} beendet sie.]]",
    "it": "{clinic}: grazie. Riceve i nostri SMS come d'accordo.[[ Vedere o cambiare: {link}]][[ {stop} li ferma.]]",
    "pt": "{clinic}: obrigado. Vai receber os nossos SMS.[[ Ver ou mudar: {link}]][[ {stop} para parar.]]",
}

# A code for the page to join: whoever reads it holds the phone.
JOIN_CODE = wording.define(
    "join_code",
    {
        "en": "{code} is your code for texts from {clinic}. If you did not ask for it, ignore it.",
        "fr": "{code} : votre code pour les SMS de {clinic}. Pas de demande de votre part ? Ignorez-le.",
        "nl": "{code} is uw code voor sms'en van {clinic}. Niet gevraagd? Doe niets.",
        "pl": "{code} to kod zgody na SMS-y: {clinic}. Jeśli to pomyłka, nic nie rób.",
        "es": "{code} es su clave para los mensajes de {clinic}. Si no la ha pedido, no haga nada.",
        "id": "{code} adalah kode Anda untuk SMS dari {clinic}. Abaikan jika Anda tidak memintanya.",
        "de": "{code} ist Ihr Code für SMS von {clinic}. Nicht angefordert? Dann nichts tun.",
        "it": "{code} è il suo codice per gli SMS di {clinic}. Se non l'ha chiesto, lo ignori.",
        "pt": "{code} é o seu código para os SMS de {clinic}. Se não o pediu, ignore.",
    },
    ("clinic", "code"),
)


LEVELS = {
    key: {Privacy.NEUTRAL: texts}
    for key, texts in {
        "ask_which": ASK_WHICH,
        "ask_which_one": ASK_WHICH_ONE,
        "all_confirmed": ALL_CONFIRMED,
        "passed_to_person": PASSED_TO_PERSON,
        "picture_unseen": PICTURE_UNSEEN,
        "passed_out_of_hours": PASSED_OUT_OF_HOURS,
        "joined": JOINED,
    }.items()
}
TEXTS = wording.wordings(LEVELS, VALUES)


def say(clinic_id: UUID, texts: Mapping[str, wording.Wording], key: str, language: str, **values: wording.Value) -> str:
    """One of these texts in the clinic's own words, where it has some. Call it inside `clinic_scope`."""
    fallback = clinics.clinic_settings(clinic_id).default_language
    return wording.say(clinic_id, texts, key, language, {**clinic_values(clinic_id), **values}, fallback)


def in_our_words(
    clinic_id: UUID, texts: Mapping[str, wording.Wording], key: str, language: str, **values: wording.Value
) -> str:
    """The same in the product's words, whatever the clinic has written. Call it inside `clinic_scope`."""
    fallback = clinics.clinic_settings(clinic_id).default_language
    said = {**clinic_values(clinic_id), **values}
    return wording.write(texts[key], Privacy.NEUTRAL, language, said, fallback=(fallback,)).text


def joined(clinic_id: UUID, language: str, link: str, stop: str) -> str:
    """The one confirmation of an agreement. It always says the way out: words of a clinic's that were published before that was
    asked of them, and lack it, give way to the product's."""
    text = say(clinic_id, TEXTS, "joined", language, link=link, stop=stop)
    has_way_out = link in text and stop in text
    return text if has_way_out else in_our_words(clinic_id, TEXTS, "joined", language, link=link, stop=stop)


def join_code(clinic_id: UUID, language: str, code: str) -> str:
    """The text that brings a code."""
    return wording.render(JOIN_CODE, language, {**clinic_values(clinic_id), "code": code}).text


def ask_which(clinic_id: UUID, language: str, options: Sequence[str], kinds: Collection[str]) -> str:
    """ "Which appointment do you mean?" with the options, "A: Thu 26 Nov at 10:30; B: ..."; "which of these" where one of the
    `kinds` of questions is about something else."""
    key = "ask_which" if APPOINTMENTS.issuperset(kinds) else "ask_which_one"
    return say(clinic_id, TEXTS, key, language, choices="; ".join(options))


def all_confirmed(clinic_id: UUID, language: str, options: Sequence[str]) -> str:
    """ "Thank you, confirmed:" with a line for each, "Eleanor Thu 26 Nov at 10:30; ..."."""
    return say(clinic_id, TEXTS, "all_confirmed", language, choices="; ".join(options))


def passed_to_person(clinic_id: UUID, language: str) -> str:
    """ "A member of our team will read this." """
    return say(clinic_id, TEXTS, "passed_to_person", language)


def picture_unseen(clinic_id: UUID, language: str) -> str:
    """ "We can't see pictures sent by text." """
    return say(clinic_id, TEXTS, "picture_unseen", language)


def passed_out_of_hours(clinic_id: UUID, language: str, opens_at: datetime) -> str:
    """ "Our team reads this from Mon 30 Nov at 08:00", by the clinic's clock."""
    clinic = clinics.clinic_settings(clinic_id)
    when, emergency = When(opens_at, clinic.time_zone), messaging.emergency_number(clinic)
    return say(clinic_id, TEXTS, "passed_out_of_hours", language, when=when, emergency=emergency)


def clinic_values(clinic_id: UUID) -> dict[str, str]:
    clinic = clinics.clinic_settings(clinic_id)
    return {"clinic": clinic.name, "phone": clinic.phone_shown}
