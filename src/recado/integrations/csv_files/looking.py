"""What a person sees of a file before it is checked: how it is written, what its columns mean, its first row."""

from dataclasses import asdict, dataclass
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from recado.appointments.types import CannotImport, FileColumn, FileLook
from recado.clinics.types import ClinicSettings
from recado.integrations.csv_files import columns, reading
from recado.integrations.csv_files.chunks import settings_for
from recado.integrations.csv_files.columns import Layout
from recado.integrations.csv_files.dates import DateOrder
from recado.integrations.csv_files.detect import Dialect
from recado.integrations.csv_files.rows import RowReader
from recado.integrations.csv_files.sentences import here
from recado.integrations.csv_files.types import Unreadable, Wishes

_LOOKED_AT = 60  # rows that samples are taken from
_SAMPLES = 3
_LONG = 28  # letters: longer values are free text, unless the column is known
OFFERED = tuple(field for field in columns.MAPPABLE)
ENCODINGS = ("utf-8", "cp1250", "cp1252", "utf-16")
ORDERS = {"day-first": DateOrder.DAY_FIRST, "month-first": DateOrder.MONTH_FIRST}


@dataclass(frozen=True, slots=True)
class Setup:
    """How a file is read: what a person said, and what was found. Sealed as JSON beside the file."""

    mapping: dict[str, str]
    dates: str = "auto"
    is_without_ids: bool = False
    encoding: str = ""
    delimiter: str = ""
    found: dict[str, Any] | None = None

    def wishes(self) -> Wishes:
        dates: Any = self.dates
        return Wishes(self.mapping, dates, self.is_without_ids, self.encoding, self.delimiter, is_header_assumed=True)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def layout(self) -> Layout:
        assert self.found
        return columns.match(self.found["header"], self.mapping)

    @property
    def order(self) -> DateOrder:
        assert self.found
        return ORDERS[self.found["dates"] or "day-first"]


def is_polish_likely(clinic: ClinicSettings) -> bool:
    return "PL" in (clinic.country, clinic.default_language.upper())


def examine(file: BinaryIO, clinic: ClinicSettings, setup: Setup) -> dict[str, Any]:
    """Reads the file once. Raises `CannotImport` where it is no file of appointments at all."""
    wishes = setup.wishes()
    try:
        _digest, dialect = reading.recognise(file, wishes, setup.mapping, is_polish_likely=is_polish_likely(clinic))
    except Unreadable as refusal:
        raise CannotImport(refusal.code, here(refusal.sentence)) from None
    layout = columns.match(dialect.header, setup.mapping)
    evidence, _repeated, rows = reading.look_at_rows(file, dialect, layout)
    try:
        dates = "month-first" if reading.order_of(evidence, wishes) is DateOrder.MONTH_FIRST else "day-first"
    except Unreadable:
        dates = ""
    samples = _samples(file, dialect)
    found = {
        "header": list(dialect.header),
        "encoding": dialect.encoding,
        "delimiter": dialect.delimiter,
        "dates": dates,
        "rows": rows,
        "samples": samples,
    }
    return {**found, "first": _first(file, clinic, dialect, layout, setup, ORDERS[dates or "day-first"])}


def _samples(file: BinaryIO, dialect: Dialect) -> list[list[str]]:
    taken: list[list[str]] = [[] for _title in dialect.header]
    for at, (_row, cells) in enumerate(reading.rows_of(file, dialect)):
        if at >= _LOOKED_AT:
            break
        for values, cell in zip(taken, cells or (), strict=False):
            value = " ".join(cell.split())[:60]
            if value and value not in values and len(values) < _SAMPLES:
                values.append(value)
    return taken


def _first(
    file: BinaryIO, clinic: ClinicSettings, dialect: Dialect, layout: Layout, setup: Setup, order: DateOrder
) -> dict[str, str]:
    """The first row that can be read, as it is understood."""
    if columns.missing_in(layout, is_without_ids=setup.is_without_ids):
        return {}
    reader = RowReader(settings_for(clinic, layout, order, is_without_ids=setup.is_without_ids))
    for at, (row, cells) in enumerate(reading.rows_of(file, dialect)):
        found = reader.read(row, cells)
        if found and found.booking:
            booking = found.booking
            return {
                "id": booking.external_id,
                "patient": booking.person.name,
                "phone": booking.person.phone.e164 if booking.person.phone else "",
                "start": booking.start.astimezone(ZoneInfo(clinic.time_zone)).isoformat(),
                "clinician": booking.clinician,
                "status": booking.status.value,
            }
        if at >= _LOOKED_AT:
            break
    return {}


def look_of(clinic: ClinicSettings, setup: Setup, *, is_mapping_saved: bool) -> FileLook:
    """What the page of the columns shows."""
    found = setup.found
    assert found
    layout = setup.layout
    return FileLook(
        encoding=found["encoding"],
        delimiter=found["delimiter"],
        dates=found["dates"],
        time_zone=clinic.time_zone,
        rows=found["rows"],
        columns=tuple(_columns(found, layout, setup.mapping)),
        missing=tuple(columns.missing_in(layout, is_without_ids=setup.is_without_ids)),
        is_without_ids=setup.is_without_ids,
        is_mapping_saved=is_mapping_saved,
        first=found["first"],
        fields=OFFERED,
    )


def _columns(found: dict[str, Any], layout: Layout, mapping: columns.Mapping) -> list[FileColumn]:
    meant = fields_at(layout, mapping)
    made = []
    for at, title in enumerate(found["header"]):
        samples, field = found["samples"][at], meant.get(at, "")
        is_long = not samples or max(map(len, samples)) > _LONG or columns.plain(title) in FREE_TEXT
        is_hidden = is_long if not field else field == "cancel_reason"  # of which only known words are read
        made.append(FileColumn(at, title.strip(), field, () if is_hidden else tuple(samples), is_hidden))
    return made


def fields_at(layout: Layout, mapping: columns.Mapping) -> dict[int, str]:
    """Column -> what it means."""
    meant = {at: field for field, at in layout.fields.items()}
    for at in layout.phones:
        title = layout.header[at]
        meant[at] = mapping.get(columns.plain(title)) or columns.field_of(title) or "phone"
    return meant


FREE_TEXT = frozenset(
    columns.plain(word)
    for word in [
        "notes",
        " note",
        " reason",
        " comment",
        " comments",
        " remarks",
        " diagnosis",
        " motif",
        " motif de consultation",
        " remarques",
        " commentaire",
        "opmerking",
        " opmerkingen",
        " reden",
        " notitie",
        " notities",
        " uwagi",
        " powód",
        " notatki",
        " komentarz",
        " rozpoznanie",
        " motivo",
        " observaciones",
        "notas",
        " comentarios",
        " diagnóstico",
        " catatan",
        " keterangan",
        " alasan",
        " keluhan",
        " diagnosa",
    ]
)
