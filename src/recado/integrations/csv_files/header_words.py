"""What practice systems and people write above their columns, in six languages. Data, no code.

Compared without case, accents, spaces and punctuation: `N° RDV`, `n_rdv` and `NRdv` are one word here.
Free text (reason, notes, remarks, diagnosis) and national identity numbers (NHS, NIR, BSN, PESEL, DNI, NIK) are
missing on purpose: they stay in the file unless a clinic maps them by hand.
"""

# field -> language -> words. The field's own name is known in every language.
HEADERS: dict[str, dict[str, str]] = {
    "id": {
        "en": "id, appointment id, appointment number, appointment no, appointment ref, appointment reference, appt id,"
        " appt no, booking id, booking number, booking ref, booking reference, reference, ref, visit id, visit number,"
        " external id, event id, uid, identifier, slot id, encounter id",
        "fr": "n° rdv, n° de rdv, numéro rdv, numéro de rdv, numéro de rendez-vous, n° de rendez-vous, n° rendez-vous,"
        " id rdv, id rendez-vous, identifiant, identifiant rdv, référence, réf, réf rdv, code rdv, rdv id",
        "nl": "afspraaknummer, afspraak id, afspraaknr, afspraak nr, afspraakcode, referentie, boekingsnummer, kenmerk,"
        " nummer afspraak, id afspraak",
        "pl": "nr wizyty, numer wizyty, id wizyty, identyfikator, identyfikator wizyty, numer rezerwacji,"
        " nr rezerwacji, id terminu, kod wizyty",
        "es": "id cita, id de cita, id de la cita, número de cita, nº cita, nº de cita, n° cita, n° de cita,"
        " num cita, identificador, código de cita, código cita, referencia, identificador de cita",
        "id": "id janji temu, nomor janji temu, no janji temu, no janji, kode booking, nomor booking, no booking,"
        " nomor kunjungan, no kunjungan, id kunjungan, kode janji temu, id booking, nomor antrean janji",
    },
    "patient": {
        "en": "patient, patient name, patient full name, full name, client, client name, customer, customer name,"
        " name of patient",
        "fr": "patient, patient(e), patiente, nom du patient, nom patient, nom complet, nom et prénom, nom prénom,"
        " nom prénoms, prénom nom, prénom et nom, nom & prénom",
        "nl": "patiënt, patiëntnaam, naam patiënt, naam van de patiënt, volledige naam, cliënt, cliëntnaam,"
        " naam cliënt, klant, klantnaam",
        "pl": "pacjent, pacjentka, imię i nazwisko, nazwisko i imię, imię nazwisko, nazwisko imię, nazwa pacjenta,"
        " klient",
        "es": "paciente, nombre completo, nombre y apellidos, nombre y apellido, apellidos y nombre,"
        " apellidos nombre, nombre del paciente, nombre paciente, cliente",
        "id": "pasien, nama pasien, nama lengkap, nama lengkap pasien, klien",
    },
    # A name alone is the whole name, or the last name where a first name stands beside it.
    "name": {"en": "name", "fr": "nom", "nl": "naam", "pl": "", "es": "", "id": "nama"},
    # The other way round: `nombre` is the first name where `apellidos` stands beside it.
    "given_or_name": {"es": "nombre"},
    "first_name": {
        "en": "first name, forename, forenames, given name, given names, fname",
        "fr": "prénom, prénoms, prénom du patient, prénom patient",
        "nl": "voornaam, voornamen, roepnaam",
        "pl": "imię, imiona, imię pacjenta",
        "es": "nombre de pila, primer nombre, nombres",
        "id": "nama depan",
    },
    "name_infix": {"nl": "tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels"},
    "last_name": {
        "en": "last name, surname, family name, lname",
        "fr": "nom de famille, nom d'usage, nom usuel",
        "nl": "achternaam, familienaam",
        "pl": "nazwisko, nazwisko pacjenta",
        "es": "apellido, apellidos, primer apellido, apellido 1, apellido1",
        "id": "nama belakang, nama keluarga",
    },
    "second_last_name": {"es": "segundo apellido, apellido 2, apellido2"},
    "record_number": {
        "en": "record number, record no, record id, patient id, patient number, patient no, patient ref,"
        " patient reference, patient code, mrn, medical record number, medical record no, hospital number, chart number,"
        " chart no, file number, file no, client id, client number, patient identifier",
        "fr": "n° dossier, n° de dossier, numéro de dossier, numéro dossier, dossier, ipp, id patient, n° patient,"
        " numéro patient, numéro de patient, code patient, identifiant patient, réf patient",
        "nl": "patiëntnummer, patiëntnr, patiënt nr, patiënt id, patiëntcode, dossiernummer, dossiernr, cliëntnummer,"
        " cliëntnr, dossier nr",
        "pl": "nr karty, numer karty, nr karty pacjenta, numer karty pacjenta, nr pacjenta, numer pacjenta,"
        " id pacjenta, kartoteka, nr kartoteki, numer kartoteki, nr dokumentacji, kod pacjenta, identyfikator pacjenta",
        "es": "nº historia, n° historia, nº de historia, número de historia, número de historia clínica,"
        " nº historia clínica, nhc, id paciente, id del paciente, código de paciente, código paciente,"
        " número de paciente, nº paciente, expediente, número de expediente, nº expediente",
        "id": "no rekam medis, nomor rekam medis, no rm, norm, nomor rm, rekam medis, id pasien, nomor pasien,"
        " no pasien, kode pasien, no mr",
    },
    "mobile": {
        "en": "mobile, mobile number, mobile no, mobile phone, mobile phone number, mobile tel, mobile telephone, cell,"
        " cell phone, cell number, cellphone, sms number, phone mobile, telephone mobile",
        "fr": "portable, téléphone portable, tél portable, tel portable, n° portable, n° de portable,"
        " numéro de portable, numéro portable, gsm, tél mobile, téléphone mobile, n° mobile, numéro de mobile",
        "nl": "mobiel, mobiel nummer, mobiele nummer, mobiele telefoon, mobiel telefoonnummer, telefoon mobiel,"
        " 06 nummer, 06-nummer, gsm nummer, tel mobiel",
        "pl": "telefon komórkowy, komórka, tel. kom., tel komórkowy, telefon kom, nr komórkowy, numer komórkowy,"
        " nr tel kom, nr telefonu komórkowego, numer telefonu komórkowego",
        "es": "móvil, teléfono móvil, tel móvil, tlf móvil, número de móvil, número móvil, celular, teléfono celular,"
        " n° móvil, nº móvil",
        "id": "hp, no hp, nomor hp, handphone, no handphone, nomor handphone, ponsel, nomor ponsel, no ponsel,"
        " telepon seluler, no wa, nomor wa, nomor whatsapp",
    },
    "phone": {
        "en": "phone, phone number, phone no, telephone, telephone number, telephone no, tel, tel no, tel number,"
        " contact number, contact no, contact phone, phone 1, telephone 1, primary phone",
        "fr": "téléphone, tél, numéro de téléphone, n° tél, n° de téléphone, n° téléphone, numéro téléphone,"
        " téléphone 1, tél 1, coordonnées téléphoniques",
        "nl": "telefoon, telefoonnummer, telefoonnr, telnr, tel nr, telefoon 1, telefoon nummer",
        "pl": "telefon, nr telefonu, numer telefonu, nr tel, tel, telefon kontaktowy, telefon 1, telefon pacjenta",
        "es": "teléfono, número de teléfono, nº teléfono, nº de teléfono, tfno, tlf, tfn, tlfno, teléfono 1,"
        " teléfono de contacto",
        "id": "telepon, nomor telepon, no telepon, no telp, telp, nomor telpon, telpon, nomor telp, no tlp, kontak",
    },
    "other_phone": {
        "en": "home phone, home telephone, home tel, home number, landline, phone 2, telephone 2, other phone,"
        " secondary phone, alternative phone, phone home, telephone home, second phone",
        "fr": "fixe, téléphone fixe, tél fixe, téléphone domicile, tél domicile, téléphone 2, tél 2, autre téléphone",
        "nl": "vaste telefoon, vast nummer, telefoon thuis, telefoon vast, thuisnummer, telefoon 2, telefoon privé",
        "pl": "telefon stacjonarny, telefon domowy, tel domowy, tel stacjonarny, telefon 2, drugi telefon, inny telefon",
        "es": "teléfono fijo, fijo, tel fijo, teléfono de casa, teléfono 2, otro teléfono",
        "id": "telepon rumah, no telepon rumah, telp rumah, telepon 2",
    },
    "language": {
        "en": "language, lang, preferred language, language code, spoken language, locale, patient language",
        "fr": "langue, langue parlée, langue préférée, langue du patient, code langue",
        "nl": "taal, voorkeurstaal, taalcode, gesproken taal, taal patiënt",
        "pl": "język, język pacjenta, preferowany język, kod języka",
        "es": "idioma, lengua, idioma preferido, idioma del paciente, código de idioma",
        "id": "bahasa, bahasa pasien, bahasa pilihan, kode bahasa",
    },
    "birth_date": {
        "en": "birth date, date of birth, dob, d.o.b., born, birthday, date birth",
        "fr": "date de naissance, date naissance, naissance, ddn, né le, née le, né(e) le, date naiss, dt naissance",
        "nl": "geboortedatum, geb datum, geb. datum, geboren, geboren op, gebdat",
        "pl": "data urodzenia, data ur, ur, urodzony, data urodz, data ur.",
        "es": "fecha de nacimiento, fecha nacimiento, nacimiento, f nacimiento, fec nac, fecha nac, f. nac.",
        "id": "tanggal lahir, tgl lahir, lahir",
    },
    "start": {
        "en": "start, starts, start at, starts at, appointment start, start datetime, start date time,"
        " start date and time, date time, datetime, date and time, date & time, appointment date time,"
        " appointment date and time, appointment datetime, appointment, when, begin, begins, slot, scheduled at,"
        " scheduled for, scheduled start",
        "fr": "début, date et heure, date heure, date & heure, rendez-vous, rdv, début rdv, début du rdv,"
        " date et heure rdv, date et heure du rdv, date et heure du rendez-vous, date heure rdv, date et heure de début",
        "nl": "begin, aanvang, datum en tijd, datum tijd, datum & tijd, afspraak, start afspraak, begin afspraak,"
        " datum en tijd afspraak, datumtijd",
        "pl": "początek, termin, rozpoczęcie, data i godzina, data i czas, termin wizyty, data i godzina wizyty,"
        " data godzina, początek wizyty, wizyta",
        "es": "inicio, comienzo, fecha y hora, fecha hora, fecha & hora, cita, inicio cita, inicio de la cita,"
        " fecha y hora de la cita, fecha y hora cita",
        "id": "mulai, tanggal dan jam, tanggal jam, tanggal waktu, tanggal dan waktu, jadwal, waktu janji temu,"
        " jadwal kunjungan, tgl jam, tgl dan jam, janji temu",
    },
    "start_date": {
        "en": "date, appointment date, start date, visit date, day, booking date, date of appointment, appt date",
        "fr": "date du rdv, date rdv, date de rdv, date du rendez-vous, date de rendez-vous, jour, date de début,"
        " date début, jour du rdv",
        "nl": "datum, afspraakdatum, datum afspraak, startdatum, dag, begindatum",
        "pl": "data, data wizyty, dzień, data terminu, data rozpoczęcia, dzień wizyty",
        "es": "fecha, fecha de la cita, fecha de cita, fecha cita, fecha de inicio, fecha inicio, día",
        "id": "tanggal, tgl, tanggal janji temu, tanggal kunjungan, tgl kunjungan, tanggal mulai, tgl janji temu",
    },
    "start_time": {
        "en": "time, start time, appointment time, hour, time of appointment, appt time, begin time, time start",
        "fr": "heure, heure de début, heure début, heure rdv, heure du rdv, heure de rdv, heure du rendez-vous, horaire",
        "nl": "tijd, tijdstip, begintijd, starttijd, uur, aanvangstijd, tijd afspraak, afspraaktijd",
        "pl": "godzina, godz, czas, godzina wizyty, godzina rozpoczęcia, czas rozpoczęcia, godz wizyty",
        "es": "hora, hora de inicio, hora inicio, hora cita, hora de la cita, hora de cita",
        "id": "jam, waktu, pukul, jam mulai, jam kunjungan, waktu kunjungan, waktu mulai, jam janji temu",
    },
    "end": {
        "en": "end, ends, end time, finish, end date time, ends at, end datetime, finish time, appointment end",
        "fr": "fin, heure de fin, heure fin, fin rdv, date et heure de fin",
        "nl": "einde, eindtijd, eind, einde afspraak",
        "pl": "koniec, godzina zakończenia, zakończenie, koniec wizyty",
        "es": "hora de fin, hora fin, final, término",
        "id": "selesai, jam selesai, waktu selesai, berakhir",
    },
    "duration": {
        "en": "duration, length, minutes, mins, duration minutes, duration mins, duration min, slot length,"
        " appointment length, length minutes, length mins",
        "fr": "durée, durée minutes, durée min, durée rdv, durée du rdv, durée du rendez-vous",
        "nl": "duur, tijdsduur, duur minuten, duur min, minuten, afspraakduur",
        "pl": "czas trwania, długość, długość wizyty, czas trwania min, czas trwania wizyty, minuty",
        "es": "duración, duración minutos, duración min, duración de la cita, minutos",
        "id": "durasi, lama, durasi menit, lama kunjungan, menit",
    },
    "clinician": {
        "en": "clinician, clinician name, doctor, doctor name, dr, provider, provider name, practitioner, physician,"
        " staff, staff member, resource, therapist, gp, dentist, nurse, with, professional, specialist, consultant,"
        " seen by",
        "fr": "praticien, nom du praticien, médecin, docteur, soignant, professionnel, professionnel de santé,"
        " intervenant, thérapeute, dentiste, avec",
        "nl": "behandelaar, arts, zorgverlener, dokter, huisarts, tandarts, medewerker, specialist, therapeut, naam arts",
        "pl": "lekarz, lekarka, specjalista, doktor, personel, pracownik, lekarz prowadzący, terapeuta, stomatolog",
        "es": "médico, médica, profesional, doctor, doctora, facultativo, especialista, terapeuta, nombre del médico",
        "id": "dokter, nama dokter, tenaga medis, terapis, petugas medis, tenaga kesehatan",
    },
    "service": {
        "en": "service, service name, appointment type, type, visit type, consultation type, type of appointment",
        "fr": "prestation, type de rdv, type rdv, type de rendez-vous, type de consultation, acte, type d'acte",
        "nl": "dienst, afspraaktype, soort afspraak, type afspraak, consulttype, afspraaksoort, soort consult",
        "pl": "usługa, rodzaj wizyty, typ wizyty, świadczenie, nazwa usługi",
        "es": "servicio, tipo de cita, tipo cita, tipo, prestación, tipo de consulta, tipo de visita",
        "id": "layanan, jenis layanan, jenis kunjungan, tipe, poli, poliklinik, jenis janji temu",
    },
    "site": {
        "en": "site, site name, location, branch, practice, clinic, place, surgery, clinic name",
        "fr": "lieu, cabinet, centre, établissement, lieu de rdv, lieu du rdv, lieu de consultation, adresse du cabinet",
        "nl": "locatie, vestiging, praktijk, plaats",
        "pl": "lokalizacja, placówka, przychodnia, oddział, miejsce, poradnia",
        "es": "sede, centro, lugar, ubicación, clínica, centro médico",
        "id": "lokasi, cabang, klinik, tempat",
    },
    "status": {
        "en": "status, state, appointment status, appointment state, booking status, visit status, appt status",
        "fr": "statut, état, statut du rdv, statut rdv, état du rdv, état rdv, statut du rendez-vous, état du rendez-vous",
        "nl": "afspraakstatus, status afspraak",
        "pl": "stan, status wizyty, stan wizyty",
        "es": "estado, estado de la cita, estado cita, situación, estatus",
        "id": "status janji temu, status kunjungan, status booking",
    },
    # Only known words are taken from it (`words.reason_of`); a column of reasons for the visit stays in the file.
    "cancel_reason": {
        "en": "cancellation reason, cancelation reason, cancel reason, cancelled reason, canceled reason, reason cancelled,"
        " reason canceled, reason for cancellation, reason for cancelation, cancelled by, canceled by",
        "fr": "motif d'annulation, raison de l'annulation, raison d'annulation, annulé par, annulation par",
        "nl": "reden annulering, reden van annulering, annuleringsreden, reden afzegging, geannuleerd door, afgezegd door",
        "pl": "powód odwołania, przyczyna odwołania, powód anulowania, przyczyna anulowania, odwołana przez, anulowana przez,"
        " odwołał, kto odwołał",
        "es": "motivo de cancelación, motivo cancelación, motivo de anulación, motivo anulación, cancelada por, anulada por",
        "id": "alasan pembatalan, alasan batal, dibatalkan oleh",
    },
}

# Words that say only whom or what a header belongs to: `Patient phone`, `Statut du RDV`, `Telefon pacjenta`.
PERSON_WORDS = frozenset(
    ["patient", "patiente", "client", "pacjent", "pacjenta", "paciente", "pasien", "klant", "cliente"]
)
VISIT_WORDS = frozenset(
    ["appointment", "appt", "visit", "booking", "rdv", "afspraak", "wizyta", "wizyty", "cita", "kunjungan"]
)
SMALL_WORDS = frozenset(["of", "the", "du", "de", "la", "le", "l", "d", "van", "der", "den", "del"])
