"""Every path in `launch/wiring.py` leads to a module, or to something in it that can be called."""

import importlib
import re
from collections.abc import Iterator

import pytest

from recado.launch import wiring

DOTTED = re.compile(r"recado(\.\w+)+(:\w+)?")


def entries() -> Iterator[tuple[str, str]]:
    for name, table in vars(wiring).items():
        if name.isupper():
            for text in strings_in(table):
                if DOTTED.fullmatch(text):
                    yield name, text


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_in(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from strings_in(item)


def test_the_tables_are_there() -> None:
    assert {"CARRIERS", "ANCHORS", "REPLY_HANDLERS", "WORKERS"} <= {name for name, _ in entries()}


@pytest.mark.parametrize(("table", "path"), list(entries()))
def test_entry_resolves(table: str, path: str) -> None:
    module, _, name = path.partition(":")
    found = importlib.import_module(module)
    assert not name or callable(getattr(found, name))
