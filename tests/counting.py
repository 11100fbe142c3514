"""How many statements a page costs, counted so that a busy machine counts the same."""

import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements(ask: Callable[[], object]) -> int:
    """How often `ask` asks the database once everything that is kept for some seconds is kept: it is called twice, the second
    call is counted. The clock by which things are kept stands still meanwhile, or some of them would be read anew in one
    count and not in another."""
    now = time.monotonic()
    with pytest.MonkeyPatch.context() as still:
        still.setattr(time, "monotonic", lambda: now)
        ask()
        with CaptureQueriesContext(connection) as caught:
            ask()
    return len(caught)
