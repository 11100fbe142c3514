"""Reading ahead changes nothing but when the work is done."""

import threading
from collections.abc import Iterator

import pytest

from recado.integrations.csv_files.read_ahead import read_ahead


def test_items_come_whole_and_in_order() -> None:
    assert list(read_ahead(range(1_000))) == list(range(1_000))


def test_error_comes_where_it_would_have_come() -> None:
    def breaks() -> Iterator[int]:
        yield 1
        raise ValueError("row 2")

    items = read_ahead(breaks())
    assert next(items) == 1
    with pytest.raises(ValueError, match="row 2"):
        next(items)


def test_thread_ends_when_nobody_wants_more() -> None:
    items = read_ahead(iter(range(1_000_000)))
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threading.enumerate() if thread.name == "read ahead"]
