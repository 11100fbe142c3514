"""Keys and sealed values. Knows neither Django nor the database.

Two layers: a key file outside the database holds the master keys; each clinic has data keys and one index key, kept in
the database wrapped by a master key. Forgetting a clinic's wrapped keys makes everything of that clinic unreadable.

A sealed value is `version(1) key number(4) nonce(12) ciphertext tag(16)`, AES-256-GCM (NIST SP 800-38D) with the
clinic, the column and the row as associated data: a value copied to another row, column or clinic doesn't open.
33 bytes more than the plain text; 0.9 us to seal and 0.7 us to open 160 bytes.
"""

import hmac
import json
import os
import re
import stat
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_HEADER = struct.Struct(">BI12s")
_VERSION = 1
_HEADER_LENGTH = 17
_SMALLEST = _HEADER_LENGTH + 16

SYSTEM_CLINIC = UUID(int=0)
"""Stands for "no clinic": keys of what is stored outside any tenant, such as inbound texts before they are bound."""


class KeyFileProblem(Exception):
    """The key file is missing, unsafe, damaged or not the one this database was made with. The text says what to do."""


class CannotOpen(Exception):
    """A sealed value didn't open: damaged, moved from another row, or sealed with a key that isn't here."""


class KeyMissing(CannotOpen):
    """The value names a key number that isn't loaded: loaded before a rotation, or shredded."""


# ------------------------------------------------------------------------------------------------ the key file


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The secrets that live outside the database. Lost, and everything sealed is lost.

    `masters` wrap the clinics' keys and can be rotated: the highest number wraps, the others still open.
    `root` is what passwords and digests are derived from; it stays when a master is rotated.
    """

    path: Path
    root: bytes = field(repr=False)
    masters: dict[int, bytes] = field(repr=False)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Makes a new key file, readable by its owner only. Raises FileExistsError: an old key is never overwritten."""
        path.parent.mkdir(parents=True, exist_ok=True)
        made = cls(path=path, root=os.urandom(32), masters={1: os.urandom(32)})
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        made._write(temporary)
        try:
            os.link(temporary, path)  # fails if the file exists, and is whole when it appears
        finally:
            temporary.unlink()
        return made

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads the key file. Raises KeyFileProblem if it is missing, readable by others, or damaged."""
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            raise KeyFileProblem(
                f"There is no key file at {path}. Put the backup of it there, or set RECADO_KEY_FILE to its place. "
                "Without it, what the database holds of patients can't be read."
            ) from None
        except PermissionError:
            raise KeyFileProblem(
                f"The key file {path} belongs to another account. Run Recado as that account."
            ) from None
        with os.fdopen(descriptor, "rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise KeyFileProblem(
                    f"Other accounts of this machine may read the key file (mode {mode:o}). Run: chmod 600 {path}"
                )
            return cls._parse(path, file.read())

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """Reads the key file, or makes it where there is none. Safe when two processes start at once."""
        try:
            return cls.create(path) if not path.exists() else cls.load(path)
        except FileExistsError:
            return cls.load(path)

    @classmethod
    def _parse(cls, path: Path, raw: bytes) -> Self:
        try:
            content = json.loads(raw)
            masters = {int(number): bytes.fromhex(entry["key"]) for number, entry in content["masters"].items()}
            made = cls(path=path, root=bytes.fromhex(content["root"]), masters=masters)
        except (ValueError, KeyError, TypeError, AttributeError):
            made = None
        if made is None or not made.masters or any(len(key) != 32 for key in (made.root, *made.masters.values())):
            raise KeyFileProblem(f"The key file {path} is damaged. Put the backup of it in its place.")
        return made

    def _write(self, path: Path) -> None:
        masters = {str(number): {"key": key.hex()} for number, key in self.masters.items()}
        content = {
            "what": "Recado's keys. Back this file up apart from the database; a lost key is lost data.",
            "version": 1,
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "root": self.root.hex(),
            "masters": masters,
        }
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())

    def with_new_master(self) -> Self:
        """Adds a master key and writes the file whole. Old ones stay until every clinic's keys are wrapped anew
        (`foundation.keys.rewrap`)."""
        number = max(self.masters) + 1
        made = type(self)(path=self.path, root=self.root, masters={**self.masters, number: os.urandom(32)})
        temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        made._write(temporary)
        temporary.replace(self.path)
        return made

    def derive(self, label: str) -> bytes:
        """32 bytes for one use, the same each time: HMAC-SHA-256 of the root and the label."""
        return hmac.digest(self.root, b"recado derive\0" + label.encode(), "sha256")

    def role_password(self, role_name: str) -> str:
        """The password of a database role. Nothing of it is stored but the server's own verifier."""
        return self.derive(f"role {role_name}").hex()

    def wrap(self, key: bytes, what: bytes) -> bytes:
        """Seals a clinic's key under the newest master."""
        number = max(self.masters)
        nonce = os.urandom(12)
        return _HEADER.pack(_VERSION, number, nonce) + AESGCM(self.masters[number]).encrypt(nonce, key, what)

    def unwrap(self, wrapped: bytes, what: bytes) -> bytes:
        """Opens a clinic's key. Raises KeyFileProblem if this file isn't the one it was wrapped with."""
        _, number, nonce = _HEADER.unpack_from(wrapped)
        try:
            return AESGCM(self.masters[number]).decrypt(nonce, wrapped[_HEADER_LENGTH:], what)
        except (KeyError, InvalidTag):
            raise KeyFileProblem(
                f"The key file {self.path} doesn't open this database's keys. "
                "Put the key file there that was used when the database was made."
            ) from None


# ------------------------------------------------------------------------------------------------ a clinic's keys


@dataclass(frozen=True, slots=True)
class ClinicKeys:
    """What one clinic's values are sealed, opened and looked up with. Immutable: a rotation makes a new one."""

    clinic_id: UUID
    index_key: bytes = field(repr=False)
    ciphers: dict[bytes, AESGCM] = field(repr=False)  # by a sealed value's first five bytes: version and key number
    newest: int

    @classmethod
    def made_of(cls, *, clinic_id: UUID, index_key: bytes, data_keys: dict[int, bytes], newest: int) -> Self:
        """`newest` is the number that seals; the other data keys still open."""
        return cls(clinic_id, index_key, {_head(n): AESGCM(key) for n, key in data_keys.items()}, newest)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the data keys that are here."""
        return sorted(int.from_bytes(head[1:], "big") for head in self.ciphers)

    def seal(self, column: str, row: bytes, plain: bytes) -> bytes:
        """Seals one value of `column` ("contacts.name") in the row with this id."""
        return self.seal_many(column, (row,), (plain,))[0]

    def open(self, column: str, row: bytes, sealed: bytes) -> bytes:
        """Raises CannotOpen if the value was changed, moved, or sealed with a key that isn't here."""
        return self.open_many(column, (row,), (sealed,))[0]

    def seal_many(self, column: str, rows: Sequence[bytes], plains: Sequence[bytes]) -> list[bytes]:
        """Seals a batch: all nonces come from one call to the operating system."""
        nonces = os.urandom(12 * len(rows))
        header = _head(self.newest)
        encrypt = self.ciphers[header].encrypt
        place = self._place(column)
        sealed = []
        at = 0
        for row, plain in zip(rows, plains, strict=True):
            nonce = nonces[at : at + 12]
            sealed.append(header + nonce + encrypt(nonce, plain, place + row))
            at += 12
        return sealed

    def open_many(self, column: str, rows: Sequence[bytes], sealed: Sequence[bytes]) -> list[bytes]:
        """Opens a batch. Raises CannotOpen for the first value that doesn't open."""
        place = self._place(column)
        ciphers = self.ciphers
        try:
            return [
                ciphers[value[:5]].decrypt(value[5:17], value[17:], place + row)
                for row, value in zip(rows, sealed, strict=True)
            ]
        except (KeyError, InvalidTag, ValueError):
            raise self._why(place, rows, sealed) from None

    def _why(self, place: bytes, rows: Sequence[bytes], sealed: Sequence[bytes]) -> Exception:
        if len(rows) != len(sealed):
            return ValueError("open_many: as many rows as values, please.")
        for row, value in zip(rows, sealed, strict=True):
            if len(value) < _SMALLEST or value[0] != _VERSION:
                return CannotOpen(f"Not a sealed value of Recado, in row {row.hex()}.")
            number = int.from_bytes(value[1:5], "big")
            if value[:5] not in self.ciphers:
                return KeyMissing(f"Key {number} of clinic {self.clinic_id} isn't loaded, wanted for row {row.hex()}.")
            try:
                self.ciphers[value[:5]].decrypt(value[5:17], value[17:], place + row)
            except InvalidTag:
                return CannotOpen(f"The value was changed or belongs elsewhere, in row {row.hex()}.")
        return CannotOpen("The values changed while they were read.")

    def _place(self, column: str) -> bytes:
        return self.clinic_id.bytes + column.encode() + b"\0"

    def blind_index(self, kind: str, value: str) -> bytes:
        """16 bytes that are equal for equal values of this clinic and tell nothing else: `kind` is "phone", "email"..."""
        return hmac.digest(self.index_key, kind.encode() + b"\0" + value.encode(), "sha256")[:16]

    def name_tokens(self, name: str) -> list[int]:
        """Tokens to store beside a sealed name, for search by the beginnings of its words (3 to 12 letters).

        4 bytes each, so that unrelated beginnings collide now and then: filter after opening the names.
        """
        parts = {part for word in name_words(name) for part in _beginnings(word)}
        return sorted({_token(self.index_key, part) for part in parts})

    def search_tokens(self, query: str) -> list[int]:
        """Tokens that must all be in a name's tokens. Empty where the query has no letters: that finds nobody."""
        return sorted({_token(self.index_key, word[:_LONGEST]) for word in _parts(query)})


@lru_cache(maxsize=65_536)  # names repeat: a file of 100,000 people has a few thousand first names
def _token(index_key: bytes, part: str) -> int:
    return int.from_bytes(hmac.digest(index_key, b"name token\0" + part.encode(), "sha256")[:4], "big")


def _head(number: int) -> bytes:
    return struct.pack(">BI", _VERSION, number)


def wrapping_place(clinic_id: UUID, kind: str, number: int) -> bytes:
    """Associated data of a wrapped key: it opens only as this key of this clinic."""
    return sha256(b"|".join((clinic_id.bytes, kind.encode(), str(number).encode()))).digest()


# ------------------------------------------------------------------------------------------------ names

SHORTEST, _LONGEST = 3, 12
_WORD = re.compile(r"[^\W_]+")
_NO_APOSTROPHES = str.maketrans("", "", "'’ʼ`´")
# Letters that Unicode doesn't split into a letter and a mark.
_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t"}
)


@lru_cache(maxsize=1)
def _marks_gone() -> dict[int, None]:
    return {c: None for c in range(0x300, 0x1AFF) if unicodedata.category(chr(c)) == "Mn"}


def plain_letters(text: str) -> str:
    """Lower case without marks: "Łukasz Müller-Œuvré" gives "lukasz muller-oeuvre"."""
    return unicodedata.normalize("NFKD", text).casefold().translate(_marks_gone()).translate(_PLAIN_LETTERS)


def _parts(name: str) -> list[str]:
    return _WORD.findall(plain_letters(name))


def name_words(name: str) -> set[str]:
    """The words of a name as they are searched for; "O'Brien" gives o, brien and obrien."""
    words = set(_parts(name))
    joined = name.translate(_NO_APOSTROPHES)
    return words if joined == name else words | set(_parts(joined))


def _beginnings(word: str) -> list[str]:
    if len(word) <= SHORTEST:
        return [word]
    return [word[:length] for length in range(SHORTEST, min(len(word), _LONGEST) + 1)]
