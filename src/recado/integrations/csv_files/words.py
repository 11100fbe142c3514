"""Words inside the cells, in six languages: states of a visit, languages, months, "no phone". Data and two readers."""

import re
import unicodedata
from functools import lru_cache

from recado.appointments.types import BookingStatus, CancelReason
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
_BY_CLINICIAN = _keys(
    "cancelled by doctor, canceled by doctor, cancelled by clinician, canceled by clinician, cancelled by provider,"
    "canceled by provider, provider cancelled, provider canceled",
    "annulé par le praticien, annulée par le praticien, annulé par le médecin, annulé praticien",
    "geannuleerd door arts, geannuleerd door behandelaar, afgezegd door arts, afgezegd door behandelaar",
    "odwołana przez lekarza, odwołany przez lekarza",
    "cancelada por el médico, anulada por el médico, cancelada por el profesional, anulada por el profesional",
    "dibatalkan dokter, dibatalkan oleh dokter",
)
_BY_CLINIC = _keys(
    "cancelled by practice, cancelled by clinic, canceled by practice, canceled by clinic, clinic cancelled, clinic canceled",
    "annulé par le cabinet, annulée par le cabinet, annulé par la clinique, annulé cabinet",
    "geannuleerd door praktijk, geannuleerd door de praktijk, afgezegd door praktijk, afgezegd door de praktijk",
    "odwołana przez przychodnię, odwołany przez przychodnię, odwołana przez placówkę, odwołany przez placówkę",
    "cancelada por la clínica, anulada por la clínica, cancelada por el centro, anulada por el centro",
    "dibatalkan klinik, dibatalkan oleh klinik",
)
_CANCELLED = (
    _BY_PATIENT
    | _BY_CLINICIAN
    | _BY_CLINIC
    | _keys(
        "cancelled, canceled, cancel, deleted, removed, void, withdrawn, declined, x",
        "annulé, annulée, annulation, supprimé, supprimée",
        "geannuleerd, geschrapt, vervallen, verwijderd",
        "odwołana, odwołany, anulowana, anulowany, anulowano, odwołano, usunięta, skreślona",
        "cancelada, cancelado, anulada, anulado, eliminada, eliminado",
        "dibatalkan, batal, dihapus",
    )
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


# What a column about the cancellation alone may hold: who, or why. The codes and their English names are those that FHIR R4B
# lists for Appointment.cancelationReason (http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason), as systems
# export them; its bare `other` says nothing. HL7 v2 has no codes of its own for SCH-6, and table 0276 (SCH-7) says why
# a visit is made, not why it is off.
_REASONS = {
    CancelReason.PATIENT: _BY_PATIENT
    | _keys(
        "patient, by patient, client, patient request, patient s request, at patient s request, patient ill, patient sick,"
        "patient is ill, patient unwell, no longer needed, not needed, feeling better, found another clinic, rescheduled by patient",
        "patiente, par le patient, par la patiente, demande du patient, à la demande du patient, patient malade, guéri",
        "patiënt, cliënt, door patiënt, door de patiënt, op verzoek van patiënt, verzoek patiënt, patiënt ziek",
        "pacjent, pacjentka, przez pacjenta, na prośbę pacjenta, choroba pacjenta",
        "paciente, por el paciente, por la paciente, a petición del paciente, paciente enfermo, paciente enferma",
        "pasien, oleh pasien, permintaan pasien, pasien sakit",
        "pat, pat-cpp, pat-crs, pat-fb, pat-lt, pat-mv, pat-preg, pat-swl, pat-ucp",
        "Patient: Canceled via Patient Portal, Patient: Canceled via automated reminder system, Patient: Feeling Better,"
        "Patient: Lack of Transportation, Patient: Moved, Patient: Pregnant, Patient: Scheduled from Wait List,"
        "Patient: Unhappy/Changed Provider",
    ),
    CancelReason.CLINICIAN: _BY_CLINICIAN
    | _keys(
        "doctor, clinician, provider, by doctor, by clinician, by provider, doctor ill, doctor sick, doctor away, clinician ill,"
        "clinician away, provider ill, provider unavailable, doctor unavailable, clinician unavailable",
        "praticien, médecin, par le praticien, par le médecin, praticien absent, médecin absent, absence du praticien,"
        "absence du médecin, praticien malade, médecin malade, praticien indisponible",
        "arts, behandelaar, door arts, door de arts, door behandelaar, arts ziek, arts afwezig, behandelaar ziek,"
        "behandelaar afwezig",
        "lekarz, przez lekarza, choroba lekarza, nieobecność lekarza, lekarz nieobecny, lekarz chory, urlop lekarza",
        "médico, médica, profesional, por el médico, por el profesional, médico ausente, médico enfermo, ausencia del médico,"
        "ausencia del profesional",
        "dokter, oleh dokter, dokter sakit, dokter tidak ada, dokter cuti, dokter berhalangan",
        "prov, prov-edu, prov-hosp, prov-pers, Provider: Edu/Meeting, Provider: Hospitalized, Provider: Personal",
    ),
    CancelReason.CLINIC: _BY_CLINIC
    | _keys(
        "clinic, practice, by clinic, by practice, clinic closed, practice closed, closed, no room, room unavailable, equipment,"
        "equipment failure, equipment maintenance, weather, strike",
        "clinique, cabinet, par le cabinet, par la clinique, cabinet fermé, fermeture, fermé, salle indisponible, panne, météo,"
        "grève",
        "kliniek, praktijk, door praktijk, door de praktijk, praktijk gesloten, gesloten, geen ruimte, staking, storing",
        "przychodnia, placówka, przez przychodnię, przez placówkę, przychodnia zamknięta, zamknięte, brak gabinetu, awaria",
        "clínica, centro, por la clínica, por el centro, clínica cerrada, cerrado, sin sala, avería, huelga",
        "klinik, oleh klinik, klinik tutup, tutup, ruangan tidak ada",
        "maint, oth-room, oth-weath, Equipment Maintenance/Repair, Other: Room/Resource Maintenance, Other: Weather",
    ),
    CancelReason.DOUBLE: _keys(
        "double, double booking, double booked, booked twice, duplicate, duplicate booking",
        "doublon, double rendez-vous, double rdv, en double",
        "dubbel, dubbele afspraak, dubbel geboekt",
        "duplikat, podwójna rezerwacja, zdublowana",
        "duplicada, cita duplicada, cita doble",
        "ganda, janji ganda, duplikat",
    ),
    # What lies with the patient's care, cover or end: somebody is there at that time, and nobody is thanked for a word.
    CancelReason.OTHER: _keys(
        "meds-inc, oth-cms, oth-err, oth-fin, oth-int, oth-iv, oth-mu, oth-oerr, oth-swie, pat-dec, pat-mt, prov-dch, prov-labs,"
        "prov-mri, prov-onc",
        "Prep/Med Incomplete, Other: CMS Therapy Cap Service Not Authorized, Other: Error, Other: Financial,"
        "Other: No Interpreter Available, Other: Improper IV Access/Infiltrate IV, Other: Prep/Med/Results Unavailable,"
        "Other: Schedule Order Error, Other: Silent Walk In Error, Patient: Deceased, Patient: Member Terminated,"
        "Provider: Discharged, Provider: Labs Out of Acceptable Range, Provider: MRI Screening Form Marked Do Not Proceed,"
        "Provider: Oncology Treatment Plan Changes",
        "deceased, patient deceased, patient died, décédé, décédée, patient décédé, overleden, zgon, fallecido, fallecida, meninggal",
    ),
}
_REASON_OF = {word: reason for reason, listed in _REASONS.items() for word in listed}


def reason_of(status: str, reason: str) -> CancelReason | None:
    """Why a visit is cancelled, by its status cell, else by a cell that says only that; None: it isn't said, or in words of
    somebody's own. A bare "afgezegd" is what Dutch says of a patient's own word."""
    word = plain(status)
    if word in _BY_CLINICIAN:
        return CancelReason.CLINICIAN
    if word in _BY_CLINIC:
        return CancelReason.CLINIC
    return CancelReason.PATIENT if word in _BY_PATIENT else _REASON_OF.get(plain(reason))


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
