"""STOP, START, JOIN, HELP and the words of the waitlist by exact tables, in every language that we write in. Pure.

A text is a command only as a whole ("STOP", "Stop, please.", "ARRÊT 🙏"): free wording is understood elsewhere. All
languages count for everybody: a person may live in one and write in another.

Never opt-outs, whatever some carriers' own lists say: CANCEL, END, ANNULER, BATAL, CANCELAR and the like, because after
a text about a visit they are about the visit. Left to a person, because they mean both: the Dutch "afmelden", the German
"abmelden", the Polish "rezygnuję". Where a carrier blocks a number on such a word by itself, it tells us so.
"""

import re
from enum import StrEnum

from recado.foundation.text import is_emoji, without_courtesy, words_of


class Command(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"
    JOIN = "join"
    WAIT = "wait"
    UNWAIT = "unwait"


# Per language; sources: facts on countries (law, carriers' lists), and the words that our own texts name.
WORDS: dict[Command, dict[str, str]] = {
    Command.STOP: {
        "en": "stop; stop all; stopall; stop it; stop sms; stop text; stop texts; stop texting; stop texting me; stop messages; "
        "stop messaging me; stop sending; stop sending me texts; stop sending me messages; no more texts; no more messages; "
        "unsubscribe; unsubscribe me; unsub; quit; revoke; opt out; optout; opt me out; remove; remove me; remove my number",
        "fr": "arrêt; arrête; arrêter; arrêtez; arrêter sms; arrêt sms; stop aux sms; stop les sms; plus de sms; plus de messages; "
        "désabonner; me désabonner; désabonnez-moi; désinscrire; me désinscrire; désinscrivez-moi; désinscription",
        "nl": "stoppen; stop ermee; stop met sms; geen sms meer; geen berichten meer; uit; stop uit; sms uit; uitschrijven; "
        "schrijf me uit",
        "pl": "stop sms-y; wypisz; wypisz mnie; przestań; przestańcie; przestać; nie pisać; nie piszcie; nie pisz; "
        "koniec sms",
        "es": "baja; darme de baja; dar de baja; date de baja; dame de baja; deme de baja; quiero darme de baja; no más mensajes; "
        "no más sms; basta",
        "id": "berhenti; berhenti sms; hentikan; stop sms ya; setop; jangan kirim; jangan kirim lagi; jangan sms; jangan sms lagi",
        "de": "stopp; abbestellen; keine sms mehr; keine nachrichten mehr; aufhören",
        "it": "ferma; fermate; disiscrivimi; disiscrivetemi; niente più messaggi; niente più sms",
        "pt": "parar; pare; sair; não quero mais mensagens; remover",
        "uk": "стоп",
    },
    Command.START: {
        "en": "start; unstop; restart; resubscribe; subscribe; opt in; optin; start again",
        "fr": "reprendre; démarrer; recommencer",
        "nl": "starten; opnieuw starten; aanmelden voor sms; weer aan",
        "pl": "wznów; wznowić; zacznij",
        "es": "iniciar; empezar; alta; reanudar",
        "id": "mulai; mulai lagi",
        "de": "starten; wieder starten",
        "it": "inizia; iniziare; riprendi",
        "pt": "começar; retomar",
    },
    # One plain word a language, as posters print it; what may also mean that a visit is booked or registered is left out.
    Command.JOIN: {
        "en": "join; join us",
        "fr": "rejoindre",
        "nl": "meedoen",
        "pl": "dołączam; dołącz",
        "es": "unirme",
        "id": "gabung; bergabung",
        "de": "mitmachen",
        "it": "partecipo",
        "pt": "aderir",
    },
    # To be told of an earlier time, and no more. What may also be a remark about a visit ("earlier", "antes") is left out.
    Command.WAIT: {
        "en": "sooner; sooner please; earlier time; earlier appointment; waitlist; wait list; waiting list",
        "fr": "plus tôt; rendez-vous plus tôt; liste d'attente",
        "nl": "eerder; eerdere afspraak; wachtlijst",
        "pl": "wcześniej; wcześniejszy termin; lista oczekujących",
        "es": "más pronto; cita antes; lista de espera",
        "id": "lebih cepat; jadwal lebih cepat; daftar tunggu",
        "de": "früher; früherer termin; warteliste",
        "it": "prima possibile; appuntamento prima; lista d'attesa",
        "pt": "mais cedo; consulta mais cedo; lista de espera",
    },
    Command.UNWAIT: {
        "en": "stop list; stop the list; stop waitlist; leave list; leave the list; leave waitlist; off the list",
        "fr": "stop liste; quitter la liste; plus de liste",
        "nl": "stop lijst; stop wachtlijst; van de lijst",
        "pl": "stop lista; wypisz z listy",
        "es": "stop lista; baja lista; baja de la lista",
        "id": "stop daftar; keluar dari daftar; keluar daftar",
        "de": "stop liste; stopp liste; von der liste",
        "it": "stop lista; fuori dalla lista",
        "pt": "stop lista; parar lista; sair da lista",
    },
    Command.HELP: {
        "en": "help; help me; info; information; who is this; who are you",
        "fr": "aide; contact; infos; informations; qui êtes-vous; c'est qui",
        "nl": "hulp; informatie; wie is dit; wie bent u",
        "pl": "pomoc; pomocy; informacje; kto to; kto pisze",
        "es": "ayuda; información; quién es; quiénes son",
        "id": "bantuan; bantu; informasi; siapa ini; ini siapa; ini siapa ya",
        "de": "hilfe; wer ist das; wer ist da; wer sind sie",
        "it": "aiuto; informazioni; chi è; chi siete",
        "pt": "ajuda; informações; quem é",
    },
}


def phrases_of(table: dict[str, str]) -> frozenset[tuple[str, ...]]:
    """The phrases of one table ("a; b c" by language) in the form in which they are compared."""
    return frozenset(words_of(phrase) for line in table.values() for phrase in line.split(";"))


_COMMANDS = {phrase: command for command, table in WORDS.items() for phrase in phrases_of(table)}
# French law has "STOP au 36xxx" printed under promotion; people copy it whole.
_STOP_TO_CODE = re.compile(r"stop (?:au |to )?[0-9]{4,6}\Z")


def read_command(text: str) -> Command | None:
    """The command that the whole text is, or None."""
    words = tuple(word for word in words_of(text) if not is_emoji(word))
    return _read(words) or _read(without_courtesy(words))


def _read(words: tuple[str, ...]) -> Command | None:
    if len(set(words)) == 1:  # STOP STOP STOP
        words = words[:1]
    if _STOP_TO_CODE.match(" ".join(words)):
        return Command.STOP
    return _COMMANDS.get(words)


def is_stop(text: str) -> bool:
    return read_command(text) is Command.STOP


def is_start(text: str) -> bool:
    return read_command(text) is Command.START


def is_help(text: str) -> bool:
    return read_command(text) is Command.HELP
