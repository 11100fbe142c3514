"""Headers in six languages mean the same fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.integrations.csv_files import columns
from recado.integrations.csv_files.header_words import HEADERS
from recado.integrations.csv_files.types import Unreadable


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (
            "id,patient,record_number,phone,language,birth_date,start,duration,clinician,service,site,status",
            "id,patient,record_number,phone,language,birth_date,start,duration,clinician,service,site,status",
        ),
        (
            "Appointment ID,Patient Name,MRN,Mobile Number,Preferred language,DOB,Start,Duration (min),Doctor,Type,Site,Status",
            "id,patient,record_number,phone,language,birth_date,start,duration,clinician,service,site,status",
        ),
        (
            "N° RDV,Nom et prénom,N° dossier,Téléphone portable,Langue,Date de naissance,Date et heure,Durée,Praticien,"
            "Prestation,Lieu,Statut",
            "id,patient,record_number,phone,language,birth_date,start,duration,clinician,service,site,status",
        ),
        (
            "Afspraaknummer,Patiënt,Patiëntnummer,Mobiel nummer,Taal,Geboortedatum,Datum en tijd,Duur,Behandelaar,"
            "Soort afspraak,Locatie,Afspraakstatus",
            "id,patient,record_number,phone,language,birth_date,start,duration,clinician,service,site,status",
        ),
        (
            "NR WIZYTY,IMIĘ I NAZWISKO,NR KARTY,TELEFON KOMÓRKOWY,JĘZYK,DATA URODZENIA,DATA I GODZINA,CZAS TRWANIA,LEKARZ,"
            "USŁUGA,PLACÓWKA,STATUS WIZYTY",
            "id,patient,record_number,phone,language,birth_date,start,duration,clinician,service,site,status",
        ),
        (
            "Nº cita,Paciente,Nº historia,Móvil,Idioma,Fecha de nacimiento,Fecha y hora,Duración,Médico,Servicio,Sede,Estado",
            "id,patient,record_number,phone,language,birth_date,start,duration,clinician,service,site,status",
        ),
        (
            "No. Janji Temu,Nama Pasien,No. Rekam Medis,No. HP,Bahasa,Tanggal Lahir,Tanggal & Waktu Mulai,Durasi,Dokter,"
            "Layanan,Lokasi,Status",
            "id,patient,record_number,phone,language,birth_date,?,duration,clinician,service,site,status",
        ),
        ("Nom,Prénom,Date,Heure", "last_name,first_name,start_date,start_time"),
        ("Nazwisko,Imię,Data wizyty,Godzina", "last_name,first_name,start_date,start_time"),
        ("Nombre,Apellidos,Fecha,Hora", "first_name,last_name,start_date,start_time"),
        ("Nombre,Fecha,Hora", "patient,start_date,start_time"),
        ("Voornaam,Tussenvoegsel,Achternaam", "first_name,name_infix,last_name"),
        ("Name,Start time", "patient,start"),
        ("Start,Time", "start_date,start_time"),
        ("patientId,patientName,startTime,birthDate", "record_number,patient,start,birth_date"),
        ("Patient phone,RDV - statut,Telefon pacjenta", "phone,status,phone"),
        ("Patient status,Reason,Motif,Notes,NHS number,PESEL", "?,?,?,?,?,?"),
    ],
)
def test_headers_are_known_when_written_in_a_language(headers: str, fields: str) -> None:
    titles = headers.split(",")
    named = columns.match(titles, {}).named()
    assert [named.get(title, "?") for title in titles] == fields.split(",")


@pytest.mark.parametrize("field", columns.CANONICAL)
def test_canonical_name_means_itself(field: str) -> None:
    assert columns.match([field], {}).named() == {field: field}


def test_no_word_means_two_fields() -> None:
    meanings: dict[str, set[str]] = {}
    for field, languages in HEADERS.items():
        for listed in languages.values():
            for word in filter(str.strip, listed.split(",")):
                meanings.setdefault(columns.plain(word), set()).add(field)
    assert {word: fields for word, fields in meanings.items() if len(fields) > 1} == {}


WORDS = [
    word.strip()
    for languages in HEADERS.values()
    for listed in languages.values()
    for word in listed.split(",")
    if word.strip()
]


@given(st.sampled_from(WORDS))
def test_header_is_known_when_case_and_punctuation_differ(word: str) -> None:
    meaning = columns.field_of(word)
    assert meaning is not None
    assert columns.field_of(f"  {word.upper()}: ") == meaning
    assert columns.field_of(word.replace(" ", "_")) == meaning


def test_mobile_is_preferred_when_several_phones_stand() -> None:
    layout = columns.match(["Home phone", "Phone", "Mobile", "Work phone"], {})
    assert layout.phones == (2, 1, 0)
    assert layout.left_out == ("Work phone",)


def test_mapping_wins_when_a_person_made_one() -> None:
    mapping = columns.mapping_from(["Motif = service", "Type=", "A=B=site"])
    layout = columns.match(["MOTIF", "type", "A=B"], mapping)
    assert layout.named() == {"MOTIF": "service", "A=B": "site"}
    assert layout.left_out == ("type",)


@pytest.mark.parametrize("pair", ["Motif", "=service", "Motif=illness"])
def test_mapping_is_refused_when_it_names_no_field(pair: str) -> None:
    with pytest.raises(Unreadable, match="--column wants"):
        columns.mapping_from([pair])


def test_record_number_may_stand_in_when_there_are_no_ids() -> None:
    layout = columns.match(["record_number", "start"], {})
    columns.refuse_incomplete(layout, is_without_ids=True)
    with pytest.raises(Unreadable, match="which appointment it is"):
        columns.refuse_incomplete(layout, is_without_ids=False)
    with pytest.raises(Unreadable, match="stands in for the appointment number"):
        columns.refuse_incomplete(columns.match(["patient", "start"], {}), is_without_ids=True)
