"""A row becomes a booking, or says what is wrong and how to put it right."""

import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments.types import BookingStatus, CancelReason
from recado.integrations.csv_files import reading, words
from recado.integrations.csv_files.rows import RowReader, RowReading, RowSettings, straight_name
from recado.integrations.csv_files.types import Unreadable, Wishes

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEADER = "id;patient;record_number;phone;language;birth_date;start;duration;clinician;service;site;status;remarks"
GOOD = {
    "id": "A-1",
    "patient": "Zoé Lefèvre",
    "record_number": "R7",
    "phone": "07700 900123",
    "language": "French",
    "birth_date": "03/05/1971",
    "start": "24/11/2026 09:15",
    "duration": "30",
    "clinician": "Dr Lindqvist",
    "service": "Check-up",
    "site": "Harbour Street",
    "status": "Confirmé",
    "remarks": "private words",
}


def read_file(
    text: str, zone: str = "Europe/London", country: str = "GB", wishes: Wishes | None = None
) -> list[tuple[int, RowReading]]:
    file = io.BytesIO(text.encode())
    wishes = wishes or Wishes()
    source = reading.look_through(file, wishes, wishes.columns, is_polish_likely=False)
    reader = RowReader(
        RowSettings(
            source.layout, ZoneInfo(zone), country, source.order, NOW, NOW.date(), is_without_ids=wishes.is_without_ids
        )
    )
    read = ((row, reader.read(row, cells)) for row, cells in reading.rows_of(file, source.dialect))
    return [(row, found) for row, found in read if found]


def read_row(**cells: str) -> RowReading:
    values = {**GOOD, **cells}
    quoted = ('"' + values[name].replace('"', '""') + '"' for name in HEADER.split(";"))
    ((_, found),) = read_file(HEADER + "\n" + ";".join(quoted) + "\n")
    return found


def test_row_becomes_a_booking_when_all_is_well() -> None:
    found = read_row()
    booking = found.booking
    assert booking is not None
    assert (found.errors, found.warnings) == ([], [])
    assert booking.external_id == "A-1"
    assert booking.start == datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
    assert booking.duration == timedelta(minutes=30)
    assert booking.status is BookingStatus.BOOKED
    assert (booking.clinician, booking.service, booking.site) == ("Dr Lindqvist", "Check-up", "Harbour Street")
    person = booking.person
    assert (person.name, person.record_number, person.language) == ("Zoé Lefèvre", "R7", "fr")
    assert person.birth_date == date(1971, 5, 3)
    assert person.phone is not None
    assert person.phone.e164 == "+447700900123"
    assert "private" not in repr(booking)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"id": ""}, "id", "id_missing"),
        ({"id": "1,02E+11"}, "id", "number_cut"),
        ({"id": "x" * 129}, "id", "number_too_long"),
        ({"record_number": "4.5E+10"}, "record_number", "number_cut"),
        ({"patient": "", "record_number": ""}, "patient", "patient_missing"),
        ({"patient": "Zo\ufffd Lef\ufffdvre"}, "patient", "letters_damaged"),
        ({"patient": "Zoé\nHugo"}, "patient", "line_break"),
        ({"phone": "6,12E+08"}, "phone", "phone_cut"),
        ({"phone": "07700 9OO123"}, "phone", "phone_letters"),
        ({"start": ""}, "start", "start_missing"),
        ({"start": "31/11/2026 09:15"}, "start", "date_impossible"),
        ({"start": "24/11/2026 25:15"}, "start", "time_impossible"),
        ({"start": "24/11/2026"}, "start", "time_missing"),
        ({"start": "29/03/2026 01:30"}, "start", "time_skipped"),
        ({"start": "24/11/2062 09:15"}, "start", "start_far"),
        ({"status": "Purple"}, "status", "status_unknown"),
        ({"birth_date": "never", "record_number": ""}, "birth_date", "date_unreadable"),
    ],
)
def test_row_stays_out_with_a_fix_when_a_cell_is_wrong(cells: dict[str, str], column: str, code: str) -> None:
    found = read_row(**cells)
    assert found.booking is None
    assert [(error.column, error.code) for error in found.errors] == [(column, code)]
    error = found.errors[0]
    assert error.row == 2
    assert error.reason.endswith(".")
    assert error.fix.endswith(".")


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"birth_date": "31/02/1980"}, "birth_date", "date_impossible"),
        ({"language": "Martian"}, "language", "language_unknown"),
        ({"duration": "a while"}, "duration", "duration_unreadable"),
        ({"service": "w" * 121}, "service", "text_too_long"),
        ({"phone": "01632 960001"}, "phone", "phone_landline"),
        ({"phone": "6,12E+08", "status": "Cancelled"}, "phone", "phone_cut"),
    ],
)
def test_visit_comes_in_without_the_cell_when_it_is_not_needed(cells: dict[str, str], column: str, code: str) -> None:
    found = read_row(**cells)
    assert found.booking is not None
    assert found.errors == []
    assert [(warning.column, warning.code) for warning in found.warnings] == [(column, code)]


def test_no_message_repeats_a_value_when_many_cells_are_wrong() -> None:
    found = read_row(patient="Planted\ufffdName", phone="07700 9OO123", start="31/11/2026 09:15", language="Plantish")
    said = " ".join(f"{e.column} {e.reason} {e.fix}" for e in found.errors + found.warnings)
    assert len(found.errors) == 3
    assert not any(planted in said for planted in ("Planted", "9OO123", "31/11/2026 09:15", "Plantish"))


def test_visit_comes_in_when_there_is_no_phone() -> None:
    booking = read_row(phone="").booking
    assert booking is not None
    assert booking.person.phone is None


def test_next_phone_is_taken_when_the_mobile_is_missing() -> None:
    rows = read_file(
        "id,patient,start,Home phone,Mobile\n"
        "1,Ann,24/11/2026 09:15,07700 900124,\n"
        "2,Bob,24/11/2026 09:15,07700 900125,6.12E+08\n"
        "3,Cy,24/11/2026 09:15,01632 960001,6.12E+08\n"
    )
    phones = [found.booking.person.phone.e164 for _, found in rows if found.booking and found.booking.person.phone]
    assert phones == ["+447700900124", "+447700900125"]
    assert [len(found.warnings) for _, found in rows] == [0, 1, 1]
    assert [error.code for error in rows[2][1].errors] == ["phone_cut"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("", BookingStatus.BOOKED),
        ("CANCELLED", BookingStatus.CANCELLED),
        ("Annulé", BookingStatus.CANCELLED),
        ("Geannuleerd", BookingStatus.CANCELLED),
        ("Odwołana", BookingStatus.CANCELLED),
        ("Cancelada", BookingStatus.CANCELLED),
        ("Dibatalkan", BookingStatus.CANCELLED),
        ("Déplacé", BookingStatus.BOOKED),
        ("Przełożona", BookingStatus.BOOKED),
        ("no-show", BookingStatus.MISSED),
        ("Did not attend", BookingStatus.MISSED),
        ("Nie stawił się", BookingStatus.MISSED),
        ("Seen", BookingStatus.FINISHED),
        ("Réalisé", BookingStatus.FINISHED),
        ("Afgerond", BookingStatus.FINISHED),
        ("zakończona", BookingStatus.FINISHED),
        ("Atendido", BookingStatus.FINISHED),
        ("Selesai", BookingStatus.FINISHED),
    ],
)
def test_status_is_known_when_written_in_six_languages(word: str, status: BookingStatus) -> None:
    assert words.status_of(word) is status


@pytest.mark.parametrize(
    "word", ["Cancelled by patient", "annulé par le patient", "Afgezegd", "Odwołana przez pacjenta"]
)
def test_cancelled_by_the_patient_is_heard_when_the_status_says_so(word: str) -> None:
    assert (words.status_of(word), words.reason_of(word, "")) == (BookingStatus.CANCELLED, CancelReason.PATIENT)
    assert words.reason_of("cancelled by clinic", "") is CancelReason.CLINIC


@pytest.mark.parametrize(
    ("status", "reason", "why"),
    [
        ("Annulé par le praticien", "", CancelReason.CLINICIAN),
        ("Odwołana przez lekarza", "", CancelReason.CLINICIAN),
        ("geannuleerd door praktijk", "", CancelReason.CLINIC),
        ("Cancelada por la clínica", "", CancelReason.CLINIC),
        ("cancelled", "Patient", CancelReason.PATIENT),
        ("Annulé", "À la demande du patient", CancelReason.PATIENT),
        ("Cancelled", "pat-crs", CancelReason.PATIENT),
        ("Cancelled", "Provider: Personal", CancelReason.CLINICIAN),
        ("Dibatalkan", "Dokter sakit", CancelReason.CLINICIAN),
        ("Anulada", "avería", CancelReason.CLINIC),
        ("Cancelled", "oth-weath", CancelReason.CLINIC),
        ("Geannuleerd", "dubbele afspraak", CancelReason.DOUBLE),
        ("Cancelled", "Patient: Deceased", CancelReason.OTHER),
        ("Cancelled by patient", "clinic closed", CancelReason.PATIENT),
        ("Cancelled", "worried about the lump", None),
        ("Cancelled", "other", None),
        ("Cancelled", "", None),
        ("Confirmed", "Patient", None),
    ],
)
def test_why_a_visit_is_cancelled_is_read_from_status_or_a_column_of_its_own(
    status: str, reason: str, why: CancelReason | None
) -> None:
    header = HEADER.replace("remarks", "Cancellation reason")
    cells = {**GOOD, "status": status, "remarks": reason}
    ((_, found),) = read_file(header + "\n" + ";".join(cells.values()) + "\n")
    assert found.booking is not None
    assert found.booking.reason is why


def test_no_word_says_two_reasons() -> None:
    listed = [word for words_of_one in words._REASONS.values() for word in words_of_one]
    assert len(listed) == len(set(listed))


def test_no_status_word_is_both_booked_and_cancelled() -> None:
    assert frozenset() == words._BOOKED & words._CANCELLED


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Polish", "pl"),
        ("polski", "pl"),
        ("PL", "pl"),
        ("pol", "pl"),
        ("pl-PL", "pl"),
        ("Néerlandais", "nl"),
        ("bahasa", "id"),
        ("hiszpański", "es"),
        ("Inglés", "en"),
        ("en_GB", "en"),
        ("uk", "uk"),
        ("Klingon", None),
    ],
)
def test_language_is_known_when_written_in_six_languages(word: str, code: str | None) -> None:
    assert words.language_of(word) == code


@pytest.mark.parametrize(
    ("written", "is_last_first", "read"),
    [
        ("Lefèvre, Zoé", False, "Zoé Lefèvre"),
        ("LEFÈVRE Zoé", False, "Zoé LEFÈVRE"),
        ("DE LA CRUZ María", False, "María DE LA CRUZ"),
        ("Kowalska Anna", True, "Anna Kowalska"),
        ("Anna Kowalska", False, "Anna Kowalska"),
        ("García López Ana María", True, "García López Ana María"),
        ("MR John Smith", False, "MR John Smith"),
        ("JOHN SMITH", False, "JOHN SMITH"),
        ("Suharto", False, "Suharto"),
    ],
)
def test_name_is_put_first_name_first_when_the_file_shows_the_order(
    written: str, is_last_first: bool, read: str
) -> None:
    assert straight_name(written, is_last_name_first=is_last_first) == read


def test_names_are_joined_when_they_stand_in_columns_of_their_own() -> None:
    rows = read_file("id;Voornaam;Tussenvoegsel;Achternaam;Datum;Tijd\n1;Jan;van der;Berg;24-11-2026;9u15\n")
    assert rows[0][1].booking is not None
    assert rows[0][1].booking.person.name == "Jan van der Berg"


def test_last_name_moves_back_when_the_header_says_it_comes_first() -> None:
    rows = read_file("Nr wizyty;Nazwisko i imię;Termin\n1;Kowalska Anna;24.11.2026 9.15\n", "Europe/Warsaw", "PL")
    assert rows[0][1].booking is not None
    assert rows[0][1].booking.person.name == "Anna Kowalska"
    assert rows[0][1].booking.start == datetime(2026, 11, 24, 8, 15, tzinfo=UTC)


def test_duration_comes_from_the_end_when_there_is_one() -> None:
    rows = read_file(
        "id,patient,start,end\n"
        "1,A,24/11/2026 09:15,09:45\n"
        "2,B,24/11/2026 09:15,24/11/2026 10:15\n"
        "3,C,24/11/2026 09:15-09:25,\n"
        "4,D,24/11/2026 09:15,09:00\n"
    )
    durations = [found.booking.duration for _, found in rows if found.booking]
    assert durations == [timedelta(minutes=30), timedelta(hours=1), timedelta(minutes=10), None]


def test_numbers_lose_what_a_spreadsheet_added() -> None:
    booking = read_row(id="10231.0", record_number="'00123").booking
    assert booking is not None
    assert (booking.external_id, booking.person.record_number) == ("10231", "00123")


def test_id_is_made_of_record_number_and_start_when_asked_for() -> None:
    wishes = Wishes(is_without_ids=True)
    rows = read_file("record_number,start\nR7,24/11/2026 09:15\n,24/11/2026 09:30\n", wishes=wishes)
    assert rows[0][1].booking is not None
    assert rows[0][1].booking.external_id == "R7@2026-11-24T09:15"
    assert [error.code for error in rows[1][1].errors][:1] == ["record_number_missing"]


def test_record_number_is_too_long_when_the_start_must_fit_behind_it() -> None:
    for length, codes in ((111, []), (112, ["number_too_long"])):
        text = f"record_number,start\n{'R' * length},24/11/2026 09:15\n"
        ((_, found),) = read_file(text, wishes=Wishes(is_without_ids=True))
        assert [error.code for error in found.errors] == codes


def test_row_of_another_width_is_read_or_told() -> None:
    rows = read_file(
        "id,patient,start,phone\n"
        "1,Ann,24/11/2026 09:15\n"  # the last cell is empty and left away
        "2,Bob\n"
        "3,Cy,24/11/2026 09:15,07700 900126,,\n"
        "4,Doe, Dan,24/11/2026 09:15,07700 900127\n"
        "id,patient,start,phone,\n"
        ",,,\n"
        "\n"
        "5,Eve,24/11/2026 09:15,07700 900128\n"
    )
    assert [(row, found.errors[0].code if found.errors else "ok") for row, found in rows] == [
        (2, "ok"),
        (3, "row_too_short"),
        (4, "ok"),
        (5, "row_too_long"),
        (9, "ok"),
    ]


def test_hour_that_happens_twice_is_told_when_it_is_read() -> None:
    found = read_row(start="25/10/2026 01:30")
    assert found.happens_twice
    assert found.booking is not None
    assert found.booking.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_column_of_the_time_is_named_when_the_time_is_wrong() -> None:
    rows = read_file("id,patient,date,time\n1,Ann,24/11/2026,25:15\n2,Bob,31/11/2026,09:15\n")
    assert [found.errors[0].column for _, found in rows] == ["time", "date"]


@given(st.lists(st.text(max_size=30), min_size=13, max_size=13))
def test_any_row_is_a_booking_or_an_error(cells: list[str]) -> None:
    try:
        rows = read_file(HEADER + "\n" + ";".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n")
    except Unreadable as refusal:
        assert refusal.code in ("dates_unclear", "file_not_csv")  # or a NUL: then it is no text
        return
    for _, found in rows:
        assert (found.booking is None) == bool(found.errors)


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: f"id,patient,start\n{text}".encode()))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    file = io.BytesIO(data)
    try:
        source = reading.look_through(file, Wishes(), {}, is_polish_likely=False)
    except Unreadable as refusal:
        assert refusal.sentence.endswith((".", '=field".'))
        return
    reader = RowReader(RowSettings(source.layout, ZoneInfo("Europe/London"), "GB", source.order, NOW, NOW.date()))
    read = [reader.read(row, cells) for row, cells in reading.rows_of(file, source.dialect)]
    assert len([found for found in read if found]) <= source.rows + data.count(b'"')
