"""Key file, sealed values, blind indexes and name tokens."""

import os
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.foundation.crypto import (
    CannotOpen,
    ClinicKeys,
    KeyFile,
    KeyFileProblem,
    KeyMissing,
    name_words,
    plain_letters,
    wrapping_place,
)

CLINIC, OTHER = UUID(int=1), UUID(int=2)
ROW = b"r" * 16


def keys(clinic: UUID = CLINIC, newest: int = 1, numbers: tuple[int, ...] = (1,)) -> ClinicKeys:
    data = {number: bytes([number]) * 32 for number in numbers}
    return ClinicKeys.made_of(
        clinic_id=clinic, index_key=b"i" * 31 + bytes([clinic.int]), data_keys=data, newest=newest
    )


# ------------------------------------------------------------------------------------------------ key file


def test_key_file_is_private_when_made(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys.json"
    made = KeyFile.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert KeyFile.load(path) == made
    assert os.listdir(path.parent) == ["keys.json"]


def test_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    made = KeyFile.create(path)
    with pytest.raises(FileExistsError):
        KeyFile.create(path)
    assert KeyFile.load_or_create(path) == made


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_key_file_is_refused_when_others_may_read_it(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    KeyFile.create(path)
    path.chmod(mode)
    with pytest.raises(KeyFileProblem, match="chmod 600"):
        KeyFile.load(path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"root": "00", "masters": {}}', "not json"])
def test_key_file_is_refused_when_damaged(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileProblem, match="damaged"):
        KeyFile.load(path)


def test_key_file_says_what_to_do_when_missing(tmp_path: Path) -> None:
    with pytest.raises(KeyFileProblem, match="RECADO_KEY_FILE"):
        KeyFile.load(tmp_path / "keys.json")


def test_secrets_stay_out_of_what_is_printed(tmp_path: Path) -> None:
    file = KeyFile.create(tmp_path / "keys.json")
    printed = f"{file} {file!r} {keys()!r}"
    assert file.root.hex() not in printed
    assert repr(file.root) not in printed
    assert repr(keys().index_key) not in printed


def test_wrapped_keys_open_after_the_master_is_rotated(tmp_path: Path) -> None:
    first = KeyFile.create(tmp_path / "keys.json")
    place = wrapping_place(CLINIC, "data", 1)
    wrapped = first.wrap(b"k" * 32, place)
    second = first.with_new_master()
    assert KeyFile.load(first.path) == second
    assert second.unwrap(wrapped, place) == b"k" * 32
    assert second.role_password("recado_app") == first.role_password("recado_app")
    again = second.wrap(b"k" * 32, place)
    with pytest.raises(KeyFileProblem):
        first.unwrap(again, place)


def test_wrapped_key_does_not_open_elsewhere(tmp_path: Path) -> None:
    file, stranger = KeyFile.create(tmp_path / "a.json"), KeyFile.create(tmp_path / "b.json")
    wrapped = file.wrap(b"k" * 32, wrapping_place(CLINIC, "data", 1))
    with pytest.raises(KeyFileProblem, match="doesn't open this database's keys"):
        stranger.unwrap(wrapped, wrapping_place(CLINIC, "data", 1))
    for place in (
        wrapping_place(OTHER, "data", 1),
        wrapping_place(CLINIC, "index", 1),
        wrapping_place(CLINIC, "data", 2),
    ):
        with pytest.raises(KeyFileProblem):
            file.unwrap(wrapped, place)


def test_derived_secrets_differ_by_label(tmp_path: Path) -> None:
    file = KeyFile.create(tmp_path / "keys.json")
    assert len({file.derive("a"), file.derive("b"), file.derive("role a"), file.root}) == 4
    assert file.derive("a") == file.derive("a")


# ------------------------------------------------------------------------------------------------ sealed values


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_values_open_as_they_were_sealed(plains: list[bytes]) -> None:
    ring = keys()
    rows = [bytes([n]) * 16 for n in range(len(plains))]
    sealed = ring.seal_many("messaging.body", rows, plains)
    assert ring.open_many("messaging.body", rows, sealed) == plains
    assert [len(s) - len(p) for s, p in zip(sealed, plains, strict=True)] == [33] * len(plains)
    assert len({s[5:17] for s in sealed}) == len(sealed)


def test_same_value_is_sealed_differently_each_time() -> None:
    ring = keys()
    assert ring.seal("a.b", ROW, b"Ana") != ring.seal("a.b", ROW, b"Ana")


@given(st.binary(min_size=1, max_size=40), st.integers(0, 10_000), st.integers(1, 255))
def test_value_does_not_open_when_any_byte_was_changed(plain: bytes, place: int, change: int) -> None:
    ring = keys()
    sealed = bytearray(ring.seal("a.b", ROW, plain))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(CannotOpen):
        ring.open("a.b", ROW, bytes(sealed))


def test_what_is_no_sealed_value_is_told() -> None:
    for value in (b"", b"Ana", keys().seal("a.b", ROW, b"Ana")[:20], b"\2" + bytes(40)):
        with pytest.raises(CannotOpen, match="Not a sealed value"):
            keys().open("a.b", ROW, value)


def test_value_does_not_open_when_moved() -> None:
    ring = keys()
    sealed = ring.seal("contacts.name", ROW, b"Ana")
    for other, column, row in [
        (ring, "contacts.name", b"s" * 16),
        (ring, "contacts.email", ROW),
        (keys(OTHER), "contacts.name", ROW),
    ]:
        with pytest.raises(CannotOpen, match="belongs elsewhere"):
            other.open(column, row, sealed)


def test_old_values_open_after_a_rotation_and_new_ones_carry_the_new_number() -> None:
    old, new = keys(), keys(newest=2, numbers=(1, 2))
    sealed = new.seal("a.b", ROW, b"new")
    assert new.open("a.b", ROW, old.seal("a.b", ROW, b"old")) == b"old"
    assert sealed[1:5] == b"\0\0\0\2"
    with pytest.raises(KeyMissing):
        old.open("a.b", ROW, sealed)


def test_batch_is_refused_when_rows_and_values_differ_in_number() -> None:
    with pytest.raises(ValueError):
        keys().seal_many("a.b", [ROW], [])
    with pytest.raises(ValueError):
        keys().open_many("a.b", [ROW], [])


# ------------------------------------------------------------------------------------------------ look-ups


def test_blind_index_is_equal_only_for_the_same_value_kind_and_clinic() -> None:
    here, there = keys(), keys(OTHER)
    value = here.blind_index("phone", "+447700900123")
    assert len(value) == 16
    assert value == here.blind_index("phone", "+447700900123")
    assert len({value, here.blind_index("email", "+447700900123"), there.blind_index("phone", "+447700900123")}) == 3


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Łukasz Kowalski", "lukasz kowalsk"),
        ("Łukasz Kowalski", "ŁUK"),
        ("Zoë Müller-Strauß", "muller strauss"),
        ("Ngọc Đặng", "dang ngoc"),
        ("Sørensen", "sorens"),
        ("Orla O'Brien", "obrien"),
        ("Orla O’Brien", "o'brien"),
        ("Li Na", "li"),
        ("María José García Márquez", "garcia mar"),
        ("Chukwuemeka-Oluwaseunfunmi", "oluwaseunfunmi"),
        ("İpek Yılmaz", "ipek yilm"),
    ],
)
def test_name_is_found_by_the_beginnings_of_its_words(name: str, query: str) -> None:
    ring = keys()
    assert ring.search_tokens(query)
    assert set(ring.search_tokens(query)) <= set(ring.name_tokens(name))


@pytest.mark.parametrize(("name", "query"), [("Ana Silva", "lva"), ("Ana Silva", "an"), ("Ana Silva", "silvan")])
def test_name_is_not_found_by_anything_else(name: str, query: str) -> None:
    ring = keys()
    assert not set(ring.search_tokens(query)) <= set(ring.name_tokens(name))


@given(st.text(max_size=40))
def test_tokens_fit_four_bytes_and_find_their_own_name(name: str) -> None:
    ring = keys()
    tokens = ring.name_tokens(name)
    assert tokens == sorted(set(tokens))
    assert all(0 <= token < 2**32 for token in tokens)
    assert set(ring.search_tokens(name)) <= set(tokens)


def test_tokens_differ_between_clinics() -> None:
    assert not set(keys().name_tokens("Ana Silva")) & set(keys(OTHER).name_tokens("Ana Silva"))


def test_query_without_letters_finds_nobody() -> None:
    assert keys().search_tokens(" -, ") == []


@given(st.text(max_size=40))
def test_plain_letters_are_stable(text: str) -> None:
    assert plain_letters(plain_letters(text)) == plain_letters(text)
    assert all(word for word in name_words(text))
