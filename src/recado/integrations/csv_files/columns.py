"""Which column means what. Pure: headers in, a layout out."""

import re
from collections import abc
from dataclasses import dataclass
from functools import lru_cache

from recado.integrations.csv_files import words
from recado.integrations.csv_files.header_words import HEADERS, PERSON_WORDS, SMALL_WORDS, VISIT_WORDS
from recado.integrations.csv_files.sentences import Sentence
from recado.integrations.csv_files.types import Unreadable

Mapping = abc.Mapping[str, str]  # plain header -> field; "" leaves the column out

# The fields a person may map a column to: the canonical ones, and the parts that make them up.
CANONICAL = (
    "id",
    "patient",
    "record_number",
    "phone",
    "language",
    "birth_date",
    "start",
    "duration",
    "clinician",
    "service",
    "site",
    "status",
    "cancel_reason",
)
PARTS = ("first_name", "name_infix", "last_name", "second_last_name", "mobile", "other_phone")
PARTS_OF_TIME = ("start_date", "start_time", "end")
MAPPABLE = (*CANONICAL, *PARTS, *PARTS_OF_TIME)
_PERSON_FIELDS = frozenset(
    ("id", "name", "first_name", "last_name", "mobile", "phone", "other_phone", "language", "birth_date")
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BRACKETS = re.compile(r"\s*[(\[].*?[)\]]\s*")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a row stand. `fields` holds the index of each; phones are in order of preference."""

    header: tuple[str, ...]
    fields: abc.Mapping[str, int]
    phones: tuple[int, ...]
    left_out: tuple[str, ...]

    def title(self, field: str) -> str:
        """The header as the file writes it, for messages; the field's name where several columns make it up."""
        if field == "phone" and self.phones:
            return self.header[self.phones[0]]
        at = self.fields.get(field)
        return field if at is None else self.header[at]

    def at(self, title: str) -> int | None:
        """Where the column of that header or field stands; None for a whole row."""
        if title in self.header:
            return self.header.index(title)
        if title == "patient":  # a name in parts: the first of them
            parts = ("last_name", "first_name", "record_number")
            return next((self.fields[part] for part in parts if part in self.fields), None)
        return self.fields.get(title)

    def named(self) -> dict[str, str]:
        """Header as written -> field, in the file's order."""
        by_index = {at: field for field, at in self.fields.items()} | dict.fromkeys(self.phones, "phone")
        return {self.header[at]: by_index[at] for at in sorted(by_index)}


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """A header without case, accents, spaces and punctuation."""
    return "".join(_words(header))


def _words(header: str) -> list[str]:
    return words.plain(_CAMEL.sub(" ", header)).split()


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for field, languages in HEADERS.items():
        table.setdefault(plain(field), field)
        for listed in languages.values():
            for word in listed.split(","):
                if word.strip():
                    table.setdefault(plain(word), field)
    return table


_FIELD_OF = _table()


def field_of(header: str) -> str | None:
    """What a header means by itself, without its neighbours; None when it is not known."""
    found = _FIELD_OF.get(plain(header))
    if found:
        return found
    bare = _BRACKETS.sub(" ", header).strip()
    if bare and bare != header:
        return field_of(bare)
    spoken = _words(header)
    rest = [word for word in spoken if word not in PERSON_WORDS | VISIT_WORDS | SMALL_WORDS]
    found = _FIELD_OF.get("".join(rest))
    if not PERSON_WORDS.isdisjoint(spoken) and found in _PERSON_FIELDS:
        return "record_number" if found == "id" else "patient" if found == "name" else found
    return found if not VISIT_WORDS.isdisjoint(spoken) and found not in _PERSON_FIELDS else None


def count_known(record: abc.Sequence[str], mapping: Mapping) -> int:
    """How many cells of this record are headers: of known meaning, or mapped by hand."""
    return len({mapping.get(plain(cell)) or field_of(cell) for cell in record if cell.strip()} - {None, ""})


def match(header: abc.Sequence[str], mapping: Mapping) -> Layout:
    """The layout for this header. A mapping by hand wins; of two columns with one meaning the first is used."""
    wanted: dict[str, int] = {}
    phones: list[tuple[int, int]] = []
    left_out: list[str] = []
    ranks = {"mobile": 0, "phone": 1, "other_phone": 2}
    for at, title in enumerate(header):
        key = plain(title)
        field = mapping[key] if key in mapping else field_of(title)
        if field in ranks:
            phones.append((ranks[field], at))
        elif field and field not in wanted:
            wanted[field] = at
        elif title.strip():
            left_out.append(title.strip())
    _settle_names(wanted)
    _settle_times(wanted)
    return Layout(
        header=tuple(title.strip().strip("\ufeff") for title in header),
        fields=wanted,
        phones=tuple(at for _, at in sorted(phones)),
        left_out=tuple(left_out),
    )


def _settle_names(wanted: dict[str, int]) -> None:
    if "given_or_name" in wanted:
        at = wanted.pop("given_or_name")
        wanted.setdefault("first_name" if "last_name" in wanted else "patient", at)
    if "name" in wanted:
        at = wanted.pop("name")
        wanted.setdefault("last_name" if "first_name" in wanted else "patient", at)


def _settle_times(wanted: dict[str, int]) -> None:
    """`Start time` may hold date and time; `start` beside a column of times is the date."""
    if "start" in wanted and "start_time" in wanted and "start_date" not in wanted:
        wanted["start_date"] = wanted.pop("start")
    if "start" not in wanted and "start_date" not in wanted and "start_time" in wanted:
        wanted["start"] = wanted.pop("start_time")


def refuse_incomplete(layout: Layout, *, is_without_ids: bool) -> None:
    """Raises `Unreadable` when what a visit can't do without has no column."""
    missing = missing_in(layout, is_without_ids=is_without_ids)
    if missing:
        seen = ", ".join(title for title in layout.header if title) or "none"
        said = "; and none says ".join(Sentence(_MISSING[what]) for what in missing)
        raise Unreadable("column_missing", _COLUMN_MISSING, missing=said, seen=seen)


def missing_in(layout: Layout, *, is_without_ids: bool) -> list[str]:
    """What a visit can't do without and no column holds: start, who, record, id."""
    fields = layout.fields
    missing = []
    if "start" not in fields and "start_date" not in fields:
        missing.append("start")
    if not fields.keys() & {"patient", "last_name", "first_name", "record_number"}:
        missing.append("who")
    if is_without_ids and "record_number" not in fields:
        missing.append("record")
    elif not is_without_ids and "id" not in fields:
        missing.append("id")
    return missing


# The console's words; the page of the columns has its own.
_COLUMN_MISSING = (
    'No column says %(missing)s. Headers seen: %(seen)s. If one of them holds it, say so with --column "HEADER=field".'
)
_MISSING = {
    "start": "when the visit starts (a header such as start, or date and time; début, termin, fecha y hora)",
    "who": "who comes (a header such as patient, name or record_number; pacjent, paciente, nom)",
    "record": "the record number, which stands in for the appointment number (a header such as record_number)",
    "id": "which appointment it is (a header such as id, appointment number, n° rdv, nr wizyty). It tells a moved visit"
    " from a new one. If your system can't export it, --without-ids knows visits by record number and start: a moved"
    " visit then comes in as a new one and the old one stays until you cancel it",
}


def mapping_from(pairs: abc.Iterable[str]) -> dict[str, str]:
    """`["Motif=service", "Salle="]` as a mapping. Raises `Unreadable` for a field that does not exist."""
    mapping = {}
    for pair in pairs:
        header, is_pair, field = (part.strip() for part in pair.rpartition("="))
        if not is_pair or not header or (field and field not in MAPPABLE):
            raise Unreadable(
                "mapping_wrong",
                f'--column wants "HEADER=field" with one of these fields: {", ".join(MAPPABLE)};'
                ' "HEADER=" leaves a column out.',
            )
        mapping[plain(header)] = field
    return mapping
