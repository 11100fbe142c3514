"""What a file is, by what is in it: its name and what the browser says of it count for nothing. Pure."""

import codecs

PDF, JPEG, PNG, TEXT = "application/pdf", "image/jpeg", "image/png", "text/plain"
LOCKED = "application/x-recado-locked"  # locked in the uploader's browser: nobody here knows what is in it
LOCKED_START = b"RCDL\x01"  # then rounds (4), salt (16), nonce (12), and what is sealed: js/locked.js
LOCKED_HEAD = len(LOCKED_START) + 4 + 16 + 12
ENDINGS = {PDF: "pdf", JPEG: "jpg", PNG: "png", TEXT: "txt"}
LOOKED_AT = 1024  # bytes: readers of PDF look for the header this far (ISO 32000-1, annex H.3.4.1)

_STARTS = ((LOCKED_START, LOCKED), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_KEPT_CONTROLS = frozenset(b"\t\n\r\f")
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"{\\rtf", b"%!ps")


def kind_by_start(head: bytes) -> str:
    """The media type that the first bytes say; "" where they say none that is taken. Text still has to be read to its end."""
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    if b"%PDF-" in head[:LOOKED_AT]:
        return PDF if head.lstrip(b"\xef\xbb\xbf\r\n\t \x00")[:5] == b"%PDF-" else ""
    return "" if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP) else TEXT


class Reader:
    """Follows a file block by block. `media_type` is known at the end; "" where it is none of those that are taken."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_text = True

    def read(self, block: bytes) -> None:
        """Looks at the next block."""
        if len(self._head) < LOOKED_AT:
            self._head += block[: LOOKED_AT - len(self._head)]
        if self._is_text:
            self._is_text = _is_plain(block) and self._decodes(block)

    def _decodes(self, block: bytes, *, is_last: bool = False) -> bool:
        try:
            self._decoder.decode(block, is_last)
        except UnicodeDecodeError:
            return False
        return True

    @property
    def media_type(self) -> str:
        found = kind_by_start(bytes(self._head))
        if found == TEXT and not (self._is_text and self._decodes(b"", is_last=True)):
            return ""
        return found


def _is_plain(block: bytes) -> bool:
    return all(byte >= 32 or byte in _KEPT_CONTROLS for byte in set(block)) and b"\x7f" not in block


def safe_name(title: str, media_type: str) -> str:
    """A file name for a download: letters and digits of the title, and the ending of what it is."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in title)
    stem = "-".join(filter(None, kept.split("-")))[:60]
    return f"{stem or 'document'}.{ENDINGS.get(media_type, 'bin')}"
