"""Words inside the cells, in six languages: states of a visit, languages, months, "no phone". Data and two readers."""

import re
import unicodedata
from functools import lru_cache

from recado.appointments.types import BookingStatus
from recado.foundation.text import normalise

_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A word or two without case, accents and punctuation, single spaces between."""
    return " ".join(_WORD.findall(normalise(text)))


def _keys(*lists: str) -> frozenset[str]:
    return frozenset(plain(word) for words in lists for word in words.split(",") if word.strip())


# A visit that stands, whatever the practice calls it; also one that goes on, or is being held.
_BOOKED = _keys(
    # en
    "booked, confirmed, scheduled, planned, active, open, ok, new, moved, rescheduled, changed, pending, unconfirmed,"
    "to confirm, to be confirmed, reserved, busy, tentative, accepted, arrived, checked in, check in, in progress,"
    "in room, waiting, late, left",
    # fr
    "réservé, confirmé, prévu, planifié, programmé, déplacé, reporté, modifié, à confirmer, non confirmé, en attente,"
    "arrivé, présent, en cours, en salle d'attente, actif, pris, validé, occupé",
    # nl
    "geboekt, bevestigd, gepland, ingepland, verplaatst, verzet, gewijzigd, te bevestigen, niet bevestigd, aangekomen,"
    "aanwezig, binnen, bezig, in behandeling, actief, definitief, gereserveerd",
    # pl
    "zarezerwowana, zarezerwowany, umówiona, umówiony, potwierdzona, potwierdzony, zaplanowana, zaplanowany, aktywna,"
    "przełożona, przełożony, przesunięta, zmieniona, do potwierdzenia, niepotwierdzona, oczekująca, przybył, przybyła,"
    "obecny, obecna, w trakcie, w realizacji, nowa, rezerwacja, zajęty",
    # es
    "reservada, reservado, confirmada, confirmado, programada, programado, citado, citada, planificada, movida,"
    "reprogramada, reprogramado, cambiada, modificada, por confirmar, sin confirmar, pendiente, llegó, presente, en curso,"
    "en sala, en espera, activa, activo, asignada, ocupado",
    # id
    "dipesan, terkonfirmasi, dikonfirmasi, terjadwal, dijadwalkan, direncanakan, dipindahkan, dijadwalkan ulang, diubah,"
    "belum dikonfirmasi, menunggu konfirmasi, menunggu, tiba, sudah datang, datang, hadir, sedang berlangsung, aktif,"
    "terdaftar, baru",
)
# A visit that is over: the patient was seen. "Left" is no such word: people leave without being seen, too.
_FINISHED = _keys(
    "seen, attended, completed, complete, done, finished, fulfilled",
    "vu, honoré, terminé, effectué, réalisé, fait, venu",
    "afgerond, voltooid, klaar, gezien",
    "zakończona, zakończony, zrealizowana, zrealizowany, odbyta, wykonana",
    "atendida, atendido, realizada, realizado, completada, completado, finalizada, finalizado",
    "selesai",
)
_MISSED = _keys(
    "no show, noshow, did not attend, dna, missed, not attended",
    "absent, non honoré, absence, lapin",
    "niet verschenen, niet gekomen, gemist",
    "nieobecny, nieobecna, niestawiennictwo, nie stawił się, nie przyszedł, nie przyszła",
    "no presentado, no presentada, no acudió, no asistió, ausente",
    "tidak hadir, tidak datang",
)
_BY_PATIENT = _keys(
    "cancelled by patient, canceled by patient, patient cancelled, patient canceled, cancelled patient",
    "annulé par le patient, annulé patient, annulée par le patient, décommandé",
    "afgezegd, afgemeld, geannuleerd door patiënt, afgezegd door patiënt",
    "odwołana przez pacjenta, odwołany przez pacjenta, rezygnacja",
    "cancelada por el paciente, anulada por el paciente",
    "dibatalkan pasien, dibatalkan oleh pasien",
)
_CANCELLED = _BY_PATIENT | _keys(
    "cancelled, canceled, cancel, cancelled by practice, cancelled by clinic, canceled by practice, canceled by clinic,"
    "deleted, removed, void, withdrawn, declined, x",
    "annulé, annulée, annulation, supprimé, supprimée, annulé par le cabinet,annulé par le praticien",
    "geannuleerd, geschrapt, vervallen, verwijderd",
    "odwołana, odwołany, anulowana, anulowany, anulowano, odwołano, usunięta, skreślona",
    "cancelada, cancelado, anulada, anulado, eliminada, eliminado",
    "dibatalkan, batal, dihapus",
)


def status_of(text: str) -> BookingStatus | None:
    """What a status cell means; empty is booked, None is a word that is not known."""
    word = plain(text)
    if not word or word in _BOOKED:
        return BookingStatus.BOOKED
    if word in _FINISHED:
        return BookingStatus.FINISHED
    if word in _MISSED:
        return BookingStatus.MISSED
    return BookingStatus.CANCELLED if word in _CANCELLED else None


def is_by_patient(text: str) -> bool:
    """Whether a status cell says that the patient cancelled. A bare "afgezegd" is what Dutch says of a patient's own word."""
    return plain(text) in _BY_PATIENT


# ISO 639-1 code -> the language's codes and names in English, French, Dutch, Polish, Spanish, Indonesian and itself.
_LANGUAGES = {
    "en": "en, eng, english, anglais, engels, angielski, inglés, inggris, bahasa inggris, gb",
    "fr": "fr, fra, fre, french, français, française, frans, francuski, francés, prancis, perancis, bahasa prancis",
    "nl": "nl, nld, dut, dutch, néerlandais, nederlands, niderlandzki, holenderski, neerlandés, holandés, belanda,"
    "bahasa belanda, flamand, flemish, vlaams",
    "pl": "pl, pol, polish, polonais, pools, polski, polaco, polandia, bahasa polandia",
    "es": "es, spa, esp, spanish, espagnol, spaans, hiszpański, español, castellano, spanyol, bahasa spanyol, sp",
    "id": "id, ind, in, indonesian, indonésien, indonesisch, indonezyjski, indonesio, indonesia, bahasa indonesia, bahasa",
    "de": "de, deu, ger, german, allemand, duits, niemiecki, alemán, jerman, deutsch",
    "it": "it, ita, italian, italien, italiaans, włoski, italiano, italia",
    "pt": "pt, por, portuguese, portugais, portugees, portugalski, portugués, portugis, português",
    "uk": "uk, ukr, ukrainian, ukrainien, oekraïens, ukraiński, ucraniano, ukraina, українська",
    "ru": "ru, rus, russian, russe, russisch, rosyjski, ruso, rusia, русский",
    "ar": "ar, ara, arabic, arabe, arabisch, arabski, árabe, arab, العربية",
    "tr": "tr, tur, turkish, turc, turks, turecki, turco, turki, türkçe",
    "ro": "ro, ron, rum, romanian, roumain, roemeens, rumuński, rumano, rumania, română",
    "zh": "zh, zho, chi, chinese, chinois, chinees, chiński, chino, mandarin, 中文",
}
_CODE_OF = {plain(word): code for code, words in _LANGUAGES.items() for word in words.split(",")}


@lru_cache(maxsize=1024)
def language_of(text: str) -> str | None:
    """ISO 639-1 code of a language as written in a cell: `Polish`, `polski`, `PL`, `pol`, `pl-PL`. None if unknown."""
    word = plain(text)
    return _CODE_OF.get(word) or _CODE_OF.get(word.split(" ")[0] if word else "")


def _months() -> dict[str, int]:
    rows = (
        "january jan janvier janv januari stycznia styczeń sty enero ene",
        "february feb février févr fév februari lutego luty lut febrero",
        "march mar mars maart mrt marca marzec marzo maret",
        "april apr avril avr kwietnia kwiecień kwi abril abr",
        "may mai mei maja maj mayo",
        "june jun juin juni czerwca czerwiec cze junio",
        "july jul juillet juil juli lipca lipiec lip julio",
        "august aug août augustus sierpnia sierpień sie agosto ago agustus agu agt ags",
        "september sep sept septembre września wrzesień wrz septiembre",
        "october oct octobre oktober okt października październik paź octubre",
        "november nov novembre listopada listopad lis noviembre nopember",
        "december dec décembre déc grudnia grudzień gru diciembre dic desember des",
    )
    table: dict[str, int] = {}
    for number, words in enumerate(rows, start=1):
        for word in words.split():
            table[word] = number
            flat = unicodedata.normalize("NFKD", word)
            table["".join(c for c in flat if not unicodedata.combining(c))] = number
    return table


MONTHS = _months()

# What people write where there is no number.
NO_PHONE = _keys(
    "none, no, n a, na, nil, no phone, no mobile, unknown, not known, null, nan",
    "aucun, néant, inconnu, sans, pas de téléphone, non renseigné",
    "geen, onbekend, geen telefoon, nvt, n v t",
    "brak, nie ma, bez telefonu, nieznany",
    "ninguno, sin teléfono, no tiene, desconocido",
    "tidak ada, tidak punya, kosong",
) | {""}
