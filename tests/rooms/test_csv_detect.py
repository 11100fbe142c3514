"""How a file is written is told from its bytes: letters, separator, header."""

import io

import pytest

from recado.integrations.csv_files import detect, reading
from recado.integrations.csv_files.dates import DateOrder
from recado.integrations.csv_files.types import Unreadable, Wishes

POLISH = (
    "Nr wizyty;Pacjent;Telefon komórkowy;Data wizyty;Godzina;Usługa;Uwagi\r\n"
    "W-1;Świętosława Gąsior;07700 900101;24.11.2026;10.30;Próba;brak\r\n"
    "W-2;Łukasz Żółć;07700 900102;25.11.2026;9:15;Kontrola;źle\r\n"
)
FRENCH = (
    "N° RDV;Nom du patient;Portable;Date;Heure;Praticien;Statut\r\n"
    "A-1;Lefèvre, Zoé;06 39 98 00 12;24/11/2026;9h30;Mme Cœuré;Confirmé\r\n"
    "A-2;Noël, Françoise;06 39 98 00 13;03/12/2026;14.20;Dr Lindqvist;Annulé\r\n"
)
SPANISH = (
    "Nº cita;Paciente;Móvil;Fecha y hora;Duración;Médico\r\n"
    "C-1;Muñoz Peña, Íñigo;07700 900201;24/11/2026 10:30;30;Dra. Ibáñez\r\n"
)
DUTCH = (
    "Afspraaknummer\tPatiënt\tMobiel\tDatum\tTijd\tBehandelaar\r\n"
    "N-1\tAntoinette de Coëtlogon\t07700 900301\t24-11-2026\t10u30\tMevr. Daniël\r\n"
)
INDONESIAN = (
    "No janji temu|Nama pasien|No HP|Tanggal|Jam|Dokter\n"
    "J-1|Siti Rahayu|07700 900401|24 November 2026|10.30|dr. Wibowo\n"
)
BRITISH = 'id,patient,phone,start,status\nB-1,"Doe, Jane",07700 900501,24/11/2026 10:30,booked\n'


def look(data: bytes, wishes: Wishes | None = None) -> reading.Source:
    return reading.look_through(io.BytesIO(data), wishes or Wishes(), {}, is_polish_likely=False)


@pytest.mark.parametrize(
    ("text", "codec", "encoding", "delimiter"),
    [
        (POLISH, "cp1250", "cp1250", ";"),
        (POLISH, "utf-8", "utf-8", ";"),
        (FRENCH, "cp1252", "cp1252", ";"),
        (FRENCH, "utf-8-sig", "utf-8-sig", ";"),
        (SPANISH, "cp1252", "cp1252", ";"),
        (DUTCH, "cp1252", "cp1252", "\t"),
        (DUTCH, "utf-16", "utf-16", "\t"),
        (DUTCH, "utf-16-le", "utf-16-le", "\t"),
        (INDONESIAN, "utf-8", "utf-8", "|"),
        (BRITISH, "ascii", "utf-8", ","),
    ],
)
def test_file_is_read_right_when_a_practice_system_wrote_it(
    text: str, codec: str, encoding: str, delimiter: str
) -> None:
    source = look(text.encode(codec))
    assert (source.dialect.encoding, source.dialect.delimiter) == (encoding, delimiter)
    assert source.dialect.header == tuple(text.splitlines()[0].split(delimiter))
    assert source.order is DateOrder.DAY_FIRST
    read = [cells for _, cells in reading.rows_of(io.BytesIO(text.encode(codec)), source.dialect) if cells]
    assert len(read) == source.rows == len(text.splitlines()) - 1
    assert read[0][0] == text.splitlines()[1].split(delimiter)[0]


@pytest.mark.parametrize(
    ("sentence", "encoding"),
    [
        ("Zażółć gęślą jaźń", "cp1250"),
        ("Kraków, Gdańsk, Łódź", "cp1250"),
        ("imię", "cp1250"),
        ("Ćwik", "cp1250"),
        ("Hélène à Nîmes, sœur", "cp1252"),
        ("Muñoz ¿Qué? señora", "cp1252"),
        ("Noël, Daniël, België", "cp1252"),
        ("Müller", "cp1252"),
    ],
)
def test_windows_letters_are_told_apart_when_words_hold_them(sentence: str, encoding: str) -> None:
    survey = detect.LetterSurvey()
    survey.feed(sentence.encode(encoding), is_last=True)
    assert survey.encoding() == encoding


def test_hint_of_the_clinic_decides_when_the_letters_do_not() -> None:
    survey = detect.LetterSurvey()
    survey.feed("Mróz".encode("cp1250"), is_last=True)  # ó has the same byte in both
    assert survey.encoding(is_polish_likely=True) == "cp1250"
    assert survey.encoding(is_polish_likely=False) == "cp1252"


def test_letters_are_found_when_they_come_after_the_first_64_kib() -> None:
    rows = "".join(f"{n};Jan Kos;07700 900101;24.11.2026 10:30\r\n" for n in range(3000))
    data = ("id;pacjent;telefon;termin\r\n" + rows + "X;Łukasz Wąż;07700 900102;24.11.2026 10:30\r\n").encode("cp1250")
    assert len(data) > detect.HEAD_BYTES
    assert look(data).dialect.encoding == "cp1250"


def test_utf8_stands_when_a_few_bytes_are_broken() -> None:
    data = POLISH.encode() + b"W-3;Jan \xff Kos;07700 900103;24.11.2026;11:00;;\r\n"
    assert look(data).dialect.encoding == "utf-8"


def test_header_is_found_when_a_title_and_a_sep_line_stand_above() -> None:
    data = ("sep=;\r\nTerminarz 48;;\r\n\r\n" + POLISH).encode("cp1250")
    source = look(data)
    assert source.dialect.header[0] == "Nr wizyty"
    rows = [row for row, cells in reading.rows_of(io.BytesIO(data), source.dialect) if cells]
    assert rows == [4, 5]  # as the spreadsheet shows them: it hides the sep line


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "file_empty", "empty"),
        (b" \r\n\r\n", "file_empty", "empty"),
        (b"PK\x03\x04rest", "file_not_csv", "Save as, CSV"),
        (b"\xd0\xcf\x11\xe0rest", "file_not_csv", ".xls"),
        (b"%PDF-1.7", "file_not_csv", "PDF"),
        (b"<html><table>", "file_not_csv", "web page"),
        (b"id,patient\0\0\xff\0\1\2", "file_not_csv", "not text"),
        (b"Ann Lee,07700 900123,tomorrow\nBob Roy,07700 900124,today\n", "header_missing", "3 cells"),
        (b"just one line of words\n", "header_missing", "no separator"),
        (b"id;patient;phone\n1;Ann;07700 900123\n", "column_missing", "when the visit starts"),
        (b"id;phone;start\n", "column_missing", "who comes"),
        (b"patient;phone;start\n", "column_missing", "--without-ids"),
    ],
)
def test_file_is_refused_in_a_sentence_when_it_can_not_be_read(data: bytes, code: str, word: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        look(data)
    assert refusal.value.code == code
    assert word in refusal.value.sentence
    assert "Ann" not in refusal.value.sentence
    assert "0012" not in refusal.value.sentence


def test_headers_seen_are_named_when_a_column_is_missing() -> None:
    with pytest.raises(Unreadable) as refusal:
        look(b"id;patient;Rendez;Motif\n")
    assert "id, patient, Rendez, Motif" in refusal.value.sentence


def test_only_the_header_is_no_error() -> None:
    assert look(b"id,patient,phone,start\n").rows == 0


def read_all(data: bytes) -> list[tuple[int, list[str] | None]]:
    file = io.BytesIO(data)
    return list(reading.rows_of(file, look(data).dialect))


def test_one_row_is_lost_when_a_quotation_mark_never_closes() -> None:
    rows = "".join(f'{n},"Doe, Jane",24/11/2026 10:30\n' for n in range(100))
    data = f'id,patient,start\n1,"Broken name,24/11/2026 10:30\n{rows}'.encode()
    found = read_all(data)
    assert found[0] == (2, None)
    assert found[1] == (3, ["0", "Doe, Jane", "24/11/2026 10:30"])
    assert len(found) == 101


def test_cell_may_span_lines_when_it_is_quoted() -> None:
    data = b'id,patient,start,remarks\n1,Ann,24/11/2026 10:30,"two\nlines"\n2,Bob,24/11/2026 10:45,5" nail\n'
    assert read_all(data) == [
        (2, ["1", "Ann", "24/11/2026 10:30", "two\nlines"]),
        (3, ["2", "Bob", "24/11/2026 10:45", '5" nail']),
    ]


def test_rows_do_not_grow_together_when_two_marks_stand_open() -> None:
    data = b'id,patient,start\n1,"Ann,24/11/2026 10:30\n2,Bo" b,24/11/2026 10:45\n3,"Cy,24/11/2026 11:00\n'
    assert [(row, cells and cells[0]) for row, cells in read_all(data)] == [(2, None), (3, "2"), (4, None)]


def test_endless_line_is_refused() -> None:
    with pytest.raises(Unreadable) as refusal:
        look(b"id,patient,start\n" + b"x" * (1 << 21))
    assert refusal.value.code == "line_too_long"


def test_repeated_ids_are_counted_when_a_file_holds_them() -> None:
    source = look(b"id,patient,start\n1,A,24/11/2026 10:30\n2,B,24/11/2026 10:30\n 1 ,A,25/11/2026 10:30\n")
    assert source.repeated == {reading.id_hash("1"): 2}


def test_missing_file_is_told_when_the_name_is_wrong(tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    with pytest.raises(Unreadable, match="not there"):
        reading.open_file(tmp_path / "agenda.csv")
    with pytest.raises(Unreadable, match="a folder"):
        reading.open_file(tmp_path)
