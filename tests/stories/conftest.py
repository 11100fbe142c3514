"""What browser stories share."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.phones import Demo

expect.set_options(timeout=15_000)  # a machine may be busy; what is there already costs no time


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once a story file."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Install chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """The product with its invented clinic, started once a story file."""
    with Demo() as running:
        yield running
