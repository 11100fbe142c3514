"""The words of the three answers, by language. Literal; `matching` reads them. No phrase stands in two meanings (tested).

Left out on purpose, because alone they may mean either of two things; a person reads them:
- "no", "non", "nee", "nie", "nein", "não", "tidak", 👎, ❌: "I am not coming" or "no change".
- "afmelden", "abmelden", "rezygnuję": the visit or the texts.
- "prima": great in Dutch, earlier in Italian. "end", "fin", "koniec": of the visit or of the texts.
"""

from enum import StrEnum


class Answer(StrEnum):
    """The answers to the default question. Values are stored and are the names that handlers know."""

    CONFIRM = "confirm"
    CHANGE = "change"
    CANCEL = "cancel"


# What an offer is answered with. To an offer "no" means one thing, unlike to a reminder.
ACCEPT, DECLINE = "accept", "decline"
ORDER, CALL_ME, NO = "order", "call_me", "no"  # to what is due: prepare it again, phone me, not this time
ANY_WORDS = "*"  # the one answer of a question that is answered in the person's own words
LEFT_OUT = "0"  # nothing is to be said
SEVERAL = "+"  # beside numbers: more than one of them may be chosen
REFUSALS = (
    "no; nope; not now; no i can't; i can't; decline; non; non je ne peux pas; je ne peux pas; je refuse; nee; nee ik kan niet; "
    "ik kan niet; liever niet; nie; nie mogę; nie nie mogę; no puedo; no no puedo; tidak; tidak bisa; saya tidak bisa; enggak; "
    "gak; nein; ich kann nicht; nein ich kann nicht; non posso; no non posso; não; não posso; não não posso; 👎; ❌"
)

KEEP_OR_CANCEL: tuple[str, ...] = (Answer.CONFIRM, Answer.CHANGE, Answer.CANCEL)
"""To the question whether a visit is to be cancelled, put to whoever wrote so unasked: by number, or by a word that says cancel."""

PERSON = {
    "en": "PERSON",
    "fr": "HUMAIN",
    "nl": "MENS",
    "pl": "OSOBA",
    "es": "PERSONA",
    "id": "PETUGAS",
    "de": "MENSCH",
    "it": "PERSONA",
    "pt": "PESSOA",
}
"""What to write back for a person."""

ARRIVED = "arrived"  # the answer of who has come, where that is asked for: their own words for it
HERE = (
    "here; i am here; i'm here; arrived; i have arrived; i've arrived; je suis là; je suis arrivé; je suis arrivée; arrivé; arrivée; "
    "ik ben er; ben er; ik ben er al; aangekomen; ik ben aangekomen; jestem; już jestem; jestem na miejscu; na miejscu; "
    "estoy aquí; ya estoy aquí; aquí estoy; he llegado; ya he llegado; ya llegué; sudah tiba; saya sudah tiba; sudah sampai; "
    "saya sudah sampai; saya di sini; ich bin da; bin da; ich bin hier; angekommen; sono qui; sono arrivato; sono arrivata; eccomi; "
    "cheguei; já cheguei; estou aqui; já estou aqui"
)

# The answers to a reminder of a medicine: their own words for them. A yes, an "ok" or a thumb says that it was read, and not that
# the medicine is taken: what a study or a doctor counts by must never be more than people said (SEEN is no choice of the question).
TAKEN, LATER, SEEN = "taken", "later", "seen"
ONE = "one; un; une; één; jeden; uno; satu; eins; um"  # its number, in a word
DONE_WORDS = (
    "done; all done; taken; taken it; took it; i took it; i have taken it; i've taken it; just took it; just taken; c'est fait; fait; pris; prise; "
    "c'est pris; je l'ai pris; je l'ai prise; gedaan; is gedaan; ingenomen; genomen; ik heb het ingenomen; zrobione; wzięte; wzięłam; wziąłem; "
    "już wzięłam; już wziąłem; hecho; ya está; tomado; tomada; ya lo tomé; ya la tomé; ya lo he tomado; ya la he tomado; sudah; "
    "sudah minum; sudah saya minum; sudah diminum; erledigt; genommen; eingenommen; habe ich genommen; schon genommen; fatto; preso; presa; "
    "l'ho preso; l'ho presa; già preso; già presa; feito; tomei; já tomei"
)
LATER_WORDS = (
    "later; later please; not yet; in a bit; in a minute; remind me later; plus tard; pas encore; tout à l'heure; straks; nog niet; "
    "herinner me later; później; potem; jeszcze nie; luego; más tarde; después; todavía no; aún no; nanti; nanti saja; belum; später; "
    "noch nicht; gleich; più tardi; dopo; non ancora; mais tarde; depois; ainda não"
)

DIGITS: dict[str, Answer] = {"1": Answer.CONFIRM, "2": Answer.CHANGE, "3": Answer.CANCEL}

WORDS: dict[Answer, dict[str, str]] = {
    Answer.CONFIRM: {
        "signs": "1; 👍; 👌; ✅; ✔; ☑; 🆗; 💯",
        "en": "one; yes; y; yep; yeah; yup; yes i do; yes i will; yes i can; ok; okay; k; confirm; confirmed; to confirm; i confirm; i will come; "
        "i'll come; i will be there; i'll be there; coming; i am coming; i'm coming; agreed; fine; that's fine; sure",
        "fr": "un; une; oui; ouais; d'accord; daccord; dac; confirmer; confirme; je confirme; confirmez; c'est confirmé; c'est bon; "
        "je viens; je viendrai; je serai là; entendu; bien sûr; pour confirmer",
        "nl": "één; ja; jawel; jazeker; oke; oké; akkoord; bevestig; bevestigen; bevestigd; ik bevestig; ik bevestig het; ik kom; "
        "ik ben er; is goed; dat is goed; komt goed",
        "pl": "jeden; tak; potwierdzam; potwierdzić; potwierdź; potwierdzone; przyjdę; będę; zgadzam się; zgoda; okej; dobrze",
        "es": "uno; sí; vale; confirmo; confirmar; confirmado; confirmada; para confirmar; de acuerdo; iré; voy; allí estaré; "
        "ahí estaré; claro; perfecto",
        "id": "satu; ya; iya; yaa; oke; okee; setuju; konfirmasi; saya konfirmasi; saya datang; saya akan datang; akan datang; "
        "baik; siap; hadir; saya hadir",
        "de": "eins; jawohl; bestätigen; bestätigt; bestätige; ich bestätige; ich komme; einverstanden; in ordnung; gut; passt",
        "it": "confermo; conferma; confermare; confermato; per confermare; va bene; d'accordo; certo; vengo; ci sarò; ci saro",
        "pt": "um; sim; está bem; tudo bem; lá estarei; certo; eu vou; vou",
    },
    Answer.CHANGE: {
        "signs": "2; 🔄; 📅; 🗓",
        "en": "two; change; to change; change it; change time; change the time; change my appointment; change appointment; move; move it; "
        "move my appointment; reschedule; rebook; postpone; another time; other time; different time; another day; other day; "
        "different day; another date; new time; new date",
        "fr": "deux; changer; change; changez; changement; je change; pour changer; changer de date; changer d'heure; "
        "changer le rendez-vous; modifier; déplacer; reporter; autre date; une autre date; autre heure; une autre heure; "
        "autre horaire; un autre horaire; autre jour; un autre jour",
        "nl": "twee; wijzigen; wijzig; wijziging; veranderen; verander; verzetten; verzet; verplaatsen; verplaats; andere tijd; "
        "een andere tijd; ander tijdstip; andere datum; een andere datum; andere dag; een andere dag; afspraak verzetten",
        "pl": "dwa; zmienić; zmieniam; zmiana; zmień; zmiana terminu; zmienić termin; chcę zmienić; chcę zmienić termin; inny termin; "
        "inna data; inna godzina; przełożyć; przekładam; przełóż; przenieść",
        "es": "dos; cambiar; cambio; cambia; cambie; para cambiar; cambiar cita; cambiar la cita; cambiar hora; cambiar la hora; "
        "modificar; mover; aplazar; reprogramar; otra hora; otro día; otra fecha; otro horario",
        "id": "dua; ubah; mengubah; ubah jadwal; ganti; ganti jadwal; ganti waktu; ganti hari; jadwal ulang; reschedule; "
        "pindah jadwal; waktu lain; hari lain; jadwal lain",
        "de": "zwei; ändern; ändere; änderung; verschieben; verschiebe; verlegen; umbuchen; andere zeit; eine andere zeit; "
        "anderer termin; ein anderer termin; anderen termin; anderer tag; termin ändern; termin verschieben",
        "it": "due; cambiare; cambia; per cambiare; modificare; spostare; sposta; rinviare; altro orario; un altro orario; "
        "altra data; un'altra data; altro giorno; un altro giorno",
        "pt": "dois; mudar; alterar; remarcar; adiar; para mudar; outro horário; outra hora; outro dia; outra data",
    },
    Answer.CANCEL: {
        "signs": "3",
        "en": "three; cancel; to cancel; cancelled; canceled; cancel it; cancel appointment; cancel my appointment; "
        "cancel the appointment; cancel visit; cancel my visit; i cancel; cancellation",
        "fr": "trois; annuler; annule; annulez; annulé; annulée; annulation; j'annule; je l'annule; pour annuler; "
        "annuler rendez-vous; annuler le rendez-vous; annuler mon rendez-vous; annuler rdv; annuler mon rdv",
        "nl": "drie; annuleren; annuleer; annulering; geannuleerd; ik annuleer; afzeggen; ik zeg af; zeg af; "
        "afspraak annuleren; afspraak afzeggen; annuleer mijn afspraak; annuleer de afspraak",
        "pl": "trzy; odwołuję; odwołać; odwołaj; odwołane; odwołanie; anuluj; anulować; anuluję; odwołuję wizytę; odwołać wizytę; "
        "odwołaj wizytę; anuluj wizytę; anulować wizytę; chcę odwołać; chcę odwołać wizytę",
        "es": "tres; cancelar; cancelo; cancela; cancele; cancelada; cancelación; para cancelar; anular; anulo; anula; anule; "
        "cancelar cita; cancelar la cita; cancelar mi cita; anular cita; anular la cita",
        "id": "tiga; batal; batalkan; membatalkan; dibatalkan; saya batal; saya batalkan; batal janji; batalkan janji; "
        "batalkan jadwal; saya mau batal",
        "de": "drei; absagen; absage; abgesagt; ich sage ab; sage ab; stornieren; storno; termin absagen; ich möchte absagen",
        "it": "annullare; annulla; annullo; annullato; per annullare; disdire; disdico; disdetta; cancellare; cancella; "
        "annullare appuntamento; disdire appuntamento",
        "pt": "três; cancelado; desmarcar; desmarco; cancelar consulta; cancelar a consulta; desmarcar consulta; desmarcar a consulta",
    },
}

# Words that mean something else to a person who reads that language: not taken as an answer from them.
FALSE_FRIENDS: dict[str, frozenset[str]] = {
    "id": frozenset({"tak"}),  # not
    "pl": frozenset({"ja"}),  # I
    "es": frozenset({"ja"}),  # a laugh
}
