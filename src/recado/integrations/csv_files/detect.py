"""How a file is written: letters, separator, quotes, where its header stands. Pure: bytes in, facts out.

Practice systems of Poland write Windows-1250, those of France, Spain and the Netherlands Windows-1252, both
mostly with `;` (the spreadsheet's list separator there). The two share most byte values, so they are told
apart by bytes that make a letter of one language inside a word and nonsense in the other.
"""

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from recado.integrations.csv_files import columns
from recado.integrations.csv_files.sentences import Sentence
from recado.integrations.csv_files.types import Unreadable

HEAD_BYTES = 64 * 1024
DELIMITERS = ";,\t|"
DELIMITER_NAMES = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1250": "Windows-1250",
    "cp1252": "Windows-1252",
}
_COLUMNS_LEAST = 3  # a line with fewer is no header of a diary
_HEADER_WITHIN = 20  # records before the header: a title, a date of printing, empty lines
_EVIDENCE_MAX = 50_000  # bytes above 127 that are looked at; more would not change the answer
_EXPORT_AS_CSV = _("Open it in the spreadsheet program, choose Save as, CSV UTF-8, and bring that file in.")

# First bytes of files that people pick by mistake.
_MISTAKEN: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", _("This is a spreadsheet file (.xlsx or .ods), not CSV. %(how)s")),
    (b"\xd0\xcf\x11\xe0", _("This is an old spreadsheet file (.xls), not CSV. %(how)s")),
    (b"%PDF", _("This is a PDF, not CSV. Export the appointments from the practice system as CSV.")),
    (b"\x1f\x8b", _("This file is compressed (gzip). Unpack it and bring in the CSV inside.")),
    (b"{\\rtf", _("This is a text document (RTF), not CSV. Export the appointments as CSV.")),
    (b"<", _("This is a web page or XML file, not CSV. %(how)s")),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to take the file apart. `header_at` counts records from 0, after a `sep=` line."""

    encoding: str
    delimiter: str
    quote: str
    has_sep_line: bool
    header_at: int
    header: tuple[str, ...]


class LetterSurvey:
    """Looks at every byte of a file once: is it UTF-8, and if not, whose letters are these?"""

    _HIGH = re.compile(rb"([A-Za-z]?)([\x80-\xff])([A-Za-z]?)")
    _UTF8_PAIR = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._seen: Counter[tuple[bytes, int, bytes]] = Counter()
        self._pairs = 0
        self._high = 0
        self.is_utf8 = True

    def feed(self, block: bytes, *, is_last: bool = False) -> None:
        """Blocks in their order; the last one, which may be empty, with `is_last`."""
        if self.is_utf8:
            try:
                self._decoder.decode(block, is_last)
            except UnicodeDecodeError:
                self.is_utf8 = False
        if block.isascii() or self._high >= _EVIDENCE_MAX:
            return
        self._pairs += len(self._UTF8_PAIR.findall(block))
        for before, high, after in self._HIGH.findall(block):
            self._seen[before, high[0], after] += 1
            self._high += 1

    def encoding(self, *, is_polish_likely: bool = False) -> str:
        """`utf-8`, `cp1250` or `cp1252`. `is_polish_likely` decides only where the letters do not."""
        if self.is_utf8 or self._pairs * 2 > self._high * 0.9:
            return "utf-8"  # the second case: UTF-8 with a few broken bytes, not another encoding
        score = sum(_polish_weight(*key) * min(times, 50) for key, times in self._seen.items())
        return "cp1250" if score > 0 or (score == 0 and is_polish_likely) else "cp1252"


# Weight of a byte inside a word: above 0 a Polish letter of Windows-1250, below 0 a western one of Windows-1252.
_WEIGHTS: dict[int, int] = {
    **dict.fromkeys(b"\xb9\xb3\x9f\xbf", 3),  # ą ł ź ż against superscripts, Ÿ and ¿
    **dict.fromkeys(b"\xaf\x8f\xa3\xa5", 3),  # Ż Ź Ł Ą against a macron, nothing, £ and ¥
    **dict.fromkeys(b"\xe6\xc6\x9c\x8c", 1),  # ć Ć ś Ś against æ Æ œ Œ
    **dict.fromkeys(b"\xe8\xe0\xf9\xfb\xef\xc8\xc0\xba\xaa", -2),  # è à ù û ï È À º ª
    **dict.fromkeys(b"\xe9\xc9\xee\xf4\xe7\xed\xfa\xe1\xc1\xcd\xda\xe2\xeb", -1),  # é É î ô ç í ú á Á Í Ú â ë
}


def _polish_weight(before: bytes, byte: int, after: bytes) -> int:
    in_word = bool(before or after)
    if byte in b"\xf1\xd1":  # ń stands before a consonant or ends a word, ñ before a vowel
        return (-2 if after.lower() in (b"a", b"e", b"i", b"o", b"u") else 2) if in_word else 0
    if byte in b"\xea\xca":  # ę ends words (imię); ê hardly ever does
        return 2 if before and not after else 0
    if byte in b"\x9c\x8c" and after.lower() == b"u":  # cœur, sœur
        return -1
    if byte == 0xBF and not before and after.isupper():  # ¿Qué
        return -1
    return _WEIGHTS.get(byte, 0) if in_word else 0


def refuse_other_formats(head: bytes) -> None:
    """Raises `Unreadable` for an empty file and for what is no text at all."""
    if not head.strip():
        raise Unreadable("file_empty", _("The file is empty. Export the appointments again and look at its size."))
    for start, sentence in _MISTAKEN:
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start):
            raise Unreadable("file_not_csv", sentence, how=Sentence(_EXPORT_AS_CSV))
    if b"\0" in head and byte_order_mark(head) is None and _utf16_without_mark(head) is None:
        raise Unreadable(
            "file_not_csv", _("This file is not text, so it is not CSV. %(how)s"), how=Sentence(_EXPORT_AS_CSV)
        )


def byte_order_mark(head: bytes) -> str | None:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _utf16_without_mark(head: bytes) -> str | None:
    half = len(head) // 2
    if head[1::2].count(0) > half * 0.7 and not head[0::2].count(0):
        return "utf-16-le"
    if head[0::2].count(0) > half * 0.7 and not head[1::2].count(0):
        return "utf-16-be"
    return None


def encoding_of(head: bytes, survey: LetterSurvey, *, is_polish_likely: bool = False) -> str:
    """The codec's name; a byte order mark wins over the letters."""
    return byte_order_mark(head) or _utf16_without_mark(head) or survey.encoding(is_polish_likely=is_polish_likely)


def dialect_of(
    head: bytes,
    encoding: str,
    *,
    is_whole_file: bool,
    mapping: columns.Mapping | None = None,
    wanted: str = "",
    is_header_assumed: bool = False,
) -> Dialect:
    """Separator, quotes and header from the first bytes. Raises `Unreadable` where no header can be found."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head, is_whole_file)
    if not is_whole_file and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    lines = list(io.StringIO(text.lstrip("\ufeff"), newline=""))  # as the file itself is read
    sep = _sep_line(lines[0]) if lines else None
    if sep:
        lines = lines[1:]
    quote = _quote_of(lines)
    best = max(
        (_reading(lines, delimiter, quote, mapping or {}) for delimiter in (wanted or sep or DELIMITERS)),
        key=lambda reading: reading[:3],
    )
    known, _even, _width, delimiter, header_at, header = best
    if not known and not (is_header_assumed and len(header) >= _COLUMNS_LEAST):
        raise _no_header(header)
    return Dialect(encoding, delimiter, quote, sep is not None, header_at, header)


_Reading = tuple[int, float, int, str, int, tuple[str, ...]]


def _reading(lines: list[str], delimiter: str, quote: str, mapping: columns.Mapping) -> _Reading:
    """How well the lines read with this separator: known headers first, then how even the rows are."""
    try:
        records = list(csv.reader(lines[:200], delimiter=delimiter, quotechar=quote))
    except csv.Error:
        return 0, 0.0, 0, delimiter, 0, ()
    known, header_at, header = 0, 0, next((tuple(r) for r in records if any(r)), ())
    for at, record in enumerate(records[:_HEADER_WITHIN]):
        count = columns.count_known(record, mapping)
        if count > known:
            known, header_at, header = count, at, tuple(record)
    widths = Counter(len(record) for record in records[header_at + 1 :] if record)
    even = widths[len(header)] / max(1, widths.total())
    return known, even, len(header), delimiter, header_at, header


def _sep_line(line: str) -> str | None:
    """`sep=;`, which spreadsheets write and read as an instruction."""
    found = re.fullmatch(r'"?sep=(.)"?', line.rstrip("\r\n"), re.IGNORECASE)
    return found[1] if found else None


def _quote_of(lines: list[str]) -> str:
    sample = lines[:50]
    singles = sum(line.count("','") + line.count("';'") + line.count("'\t'") for line in sample)
    return "'" if singles > len(sample) and not any('"' in line for line in sample) else '"'


_EXPECTED = _("Expected one with names such as id, patient, record_number, phone, start.")


def _no_header(first: tuple[str, ...]) -> Unreadable:
    if not first:
        text = _("No header line was found. %(expected)s")
    elif len(first) == 1:
        text = _("No header line was found, and no separator (comma, semicolon, tab or bar). %(expected)s")
    else:  # what stands in its place may be a patient's row, so it is counted and not repeated
        text = _("The first line holds %(count)s cells and none of them is a header that is known. %(expected)s")
    return Unreadable("header_missing", text, expected=Sentence(_EXPECTED), count=str(len(first)))
