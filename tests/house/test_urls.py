"""Every address says whom it serves: it needs a permission, or it is public for a reason that is written down."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from recado.clinics import access


def views() -> Iterator[tuple[str, Any]]:
    yield from walk(get_resolver().url_patterns, "/")


def walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern.callback


ALL = list(views())


def test_there_are_addresses() -> None:
    assert {"/healthz", "/readyz", "/static/<path:name>"} <= {route for route, _ in ALL}


@pytest.mark.parametrize(("route", "view"), ALL, ids=[route for route, _ in ALL])
def test_address_says_whom_it_serves(route: str, view: Any) -> None:
    assert access.access_of(view) is not None, (
        f"{route}: put @needs(Permission....) or @public('why') on {view.__name__}"
    )
