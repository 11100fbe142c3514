"""What people are told who asked for something in their own words: another language, no more texts of a kind, a number that
is not theirs. A clinic may put it in its own words, but for the two questions; call what says them inside `clinic_scope`."""

from collections.abc import Collection
from uuid import UUID

from recado.consent.types import Privacy, PurposeGroup
from recado.messaging import queries as wording
from recado.messaging.queries import Spoken

from . import notices

VALUES = (*notices.VALUES, "kinds")

LANGUAGE_CHANGED = {
    "en": "{clinic}: from now on we write to you in English.",
    "fr": "{clinic} : désormais, nous vous écrivons en français.",
    "nl": "{clinic}: vanaf nu schrijven wij u in het Nederlands.",
    "pl": "{clinic}: od teraz piszemy po polsku.",
    "es": "{clinic}: a partir de ahora le escribimos en español.",
    "id": "{clinic}: mulai sekarang kami menulis dalam bahasa Indonesia.",
    "de": "{clinic}: Ab jetzt schreiben wir Ihnen auf Deutsch.",
    "it": "{clinic}: d'ora in poi le scriviamo in italiano.",
    "pt": "{clinic}: a partir de agora escrevemos em português.",
}

# `kinds`: see KINDS. Other texts go on.
STOPPED_SOME = {
    "en": "{clinic}: noted, no more {kinds}. Other texts still come.[[ {stop} ends all.]]",
    "fr": "{clinic} : c'est noté, plus de SMS : {kinds}. Les autres SMS continuent.[[ {stop} met fin à tout.]]",
    "nl": "{clinic}: genoteerd, geen {kinds} meer. Andere sms'en komen nog.[[ {stop} stopt alles.]]",
    "pl": "{clinic}: koniec SMS-ów: {kinds}. Inne SMS-y bez zmian.[[ {stop} kończy wszystkie.]]",
    "es": "{clinic}: anotado, dejamos de enviarle {kinds}. Los otros SMS siguen.[[ {stop} los para todos.]]",
    "id": "{clinic}: baik, tidak ada lagi {kinds}. SMS lain tetap dikirim.[[ {stop} menghentikan semua.]]",
    "de": "{clinic}: Notiert, keine {kinds} mehr. Andere SMS kommen weiter.[[ {stop} beendet alle.]]",
    "it": "{clinic}: fatto, niente più {kinds}. Gli altri SMS restano.[[ {stop} li ferma tutti.]]",
    "pt": "{clinic}: registado, sem mais {kinds}. Os outros SMS continuam.[[ {stop} para todos.]]",
}
KINDS: dict[PurposeGroup, dict[str, str]] = {
    PurposeGroup.SURVEY: {
        "en": "surveys",
        "fr": "enquêtes",
        "nl": "enquêtes",
        "pl": "ankiety",
        "es": "encuestas",
        "id": "survei",
        "de": "Umfragen",
        "it": "sondaggi",
        "pt": "inquéritos",
    },
    PurposeGroup.NEWS: {
        "en": "news",
        "fr": "actualités",
        "nl": "nieuws",
        "pl": "nowości",
        "es": "novedades",
        "id": "berita",
        "de": "Neuigkeiten",
        "it": "novità",
        "pt": "novidades",
    },
    PurposeGroup.CARE: {  # all that a stop of reminders ends: our answers too
        "en": "texts about visits and care or answers",
        "fr": "rendez-vous, soins et réponses",
        "nl": "sms'en over afspraken en zorg of antwoorden",
        "pl": "wizyty, opieka, odpowiedzi",
        "es": "SMS sobre citas y cuidados ni respuestas",
        "id": "SMS kunjungan, perawatan dan jawaban",
        "de": "SMS zu Terminen und Behandlung und keine Antworten",
        "it": "SMS su visite e cure né risposte",
        "pt": "SMS sobre consultas e cuidados nem respostas",
    },
}

ASK_WRONG_NUMBER = {
    "en": "{clinic}: is this number wrong? Reply 1 and we stop writing to it, 2 if it is right.",
    "fr": "{clinic} : ce numéro est faux ? Répondez 1 et nous n'y écrivons plus, 2 s'il est juste.",
    "nl": "{clinic}: klopt dit nummer niet? Antwoord 1 en wij schrijven er niet meer naar, 2 als het klopt.",
    "pl": "{clinic}: to nie ten numer? Odpisz 1, a przestaniemy pisać, 2 jeśli numer jest dobry.",
    "es": "{clinic}: ¿no es para usted? Responda 1 y dejamos de escribir, 2 si es correcto.",
    "id": "{clinic}: nomor ini salah? Balas 1 dan kami berhenti menulis, 2 jika benar.",
    "de": "{clinic}: Ist diese Nummer falsch? Antworten Sie 1 und wir schreiben nicht mehr, 2 wenn sie stimmt.",
    "it": "{clinic}: il numero è sbagliato? Risponda 1 e non scriviamo più, 2 se è giusto.",
    "pt": "{clinic}: engano no contacto? Responda 1 e paramos de escrever, 2 se estiver certo.",
}

ASK_AGAIN = {
    "en": "{clinic}: we are not sure what you mean. Reply 1 to confirm your visit, 2 for another time, 3 to cancel.",
    "fr": "{clinic} : nous n'avons pas bien compris. Répondez 1 pour confirmer, 2 pour changer, 3 pour annuler.",
    "nl": "{clinic}: wij begrijpen uw antwoord niet goed. Antwoord 1 = ik kom, 2 = andere tijd, 3 = annuleren.",
    "pl": "{clinic}: nie mamy pewności. Odpisz 1 potwierdzam, 2 zmieniam, 3 odwołuję.",
    "es": "{clinic}: no lo hemos entendido bien. Responda 1 para confirmar, 2 cambiar, 3 cancelar.",
    "id": "{clinic}: kami kurang paham. Balas 1 konfirmasi, 2 ubah jadwal, 3 batal.",
    "de": "{clinic}: Wir sind nicht sicher. Antworten Sie 1 = ich komme, 2 = andere Zeit, 3 = absagen.",
    "it": "{clinic}: non abbiamo capito bene. Risponda 1 per confermare, 2 cambiare, 3 annullare.",
    "pt": "{clinic}: queremos ter a certeza. Responda 1 para confirmar, 2 mudar, 3 cancelar.",
}

NUMBER_STAYS = {
    "en": "{clinic}: thank you, we go on writing to this number.",
    "fr": "{clinic} : merci, nous continuons d'écrire à ce numéro.",
    "nl": "{clinic}: dank u, wij blijven naar dit nummer schrijven.",
    "pl": "{clinic}: dziękujemy, piszemy dalej na ten numer.",
    "es": "{clinic}: gracias, seguimos escribiendo a este número.",
    "id": "{clinic}: terima kasih, kami tetap menulis ke nomor ini.",
    "de": "{clinic}: Danke, wir schreiben weiter an diese Nummer.",
    "it": "{clinic}: grazie, continuiamo a scrivere a questo numero.",
    "pt": "{clinic}: obrigado, continuamos a escrever para aqui.",
}

# Where several questions are open, what this one is about.
WORD_FOR_NUMBER = {
    "en": "wrong number",
    "fr": "numéro faux",
    "nl": "verkeerd nummer",
    "pl": "zły numer",
    "es": "número equivocado",
    "id": "nomor salah",
    "de": "falsche Nummer",
    "it": "numero sbagliato",
    "pt": "número errado",
}


LEVELS = {
    key: {Privacy.NEUTRAL: texts}
    for key, texts in {
        "language_changed": LANGUAGE_CHANGED,
        "stopped_some": STOPPED_SOME,
        "number_stays": NUMBER_STAYS,
    }.items()
}
TEXTS = wording.wordings(LEVELS, VALUES)
# What 1, 2 and 3 do is fixed, so a clinic's words can't turn the question round: nobody but the product writes these.
FIXED = wording.wordings(
    {
        "ask_wrong_number": {Privacy.NEUTRAL: ASK_WRONG_NUMBER},
        "ask_again": {Privacy.NEUTRAL: ASK_AGAIN},
    },
    VALUES,
)


def language_changed(clinic_id: UUID, language: str) -> str:
    """In the new language: in the product's words where the clinic's own are not in it."""
    own = wording.own_texts(clinic_id).get("language_changed")
    if own is None or language in own.levels[Privacy.NEUTRAL].languages:
        return notices.say(clinic_id, TEXTS, "language_changed", language)
    return notices.in_our_words(clinic_id, TEXTS, "language_changed", language)


def stopped_some(clinic_id: UUID, language: str, kinds: Collection[PurposeGroup], *, is_heard: bool) -> str:
    """Which texts come no more. `is_heard`: a STOP would reach us."""
    stop = "STOP" if is_heard else ""
    return notices.say(clinic_id, TEXTS, "stopped_some", language, kinds=named(kinds), stop=stop)


def named(kinds: Collection[PurposeGroup]) -> Spoken:
    """These kinds in words."""
    return Spoken({code: ", ".join(KINDS[kind][code] for kind in sorted(kinds)) for code in LANGUAGE_CHANGED})


def ask_wrong_number(clinic_id: UUID, language: str) -> str:
    """Whether the number is wrong. It names nobody: whoever reads it may be a stranger."""
    return notices.in_our_words(clinic_id, FIXED, "ask_wrong_number", language)


def ask_again(clinic_id: UUID, language: str) -> str:
    """What they mean about their visit."""
    return notices.in_our_words(clinic_id, FIXED, "ask_again", language)


def number_stays(clinic_id: UUID, language: str) -> str:
    """It is right after all."""
    return notices.say(clinic_id, TEXTS, "number_stays", language)


def word_for_number(language: str) -> str:
    """What the question is about, in a few words."""
    return Spoken(WORD_FOR_NUMBER).in_language(language)
