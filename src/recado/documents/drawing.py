"""A page of a PDF as a picture, drawn in a process of its own.

A PDF comes from outside, and its reader is a large C++ library: it runs apart, with nothing in its environment, a ceiling on
memory and time, and may write no file. What goes wrong there is a page that can't be shown; the download stays.
"""

import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .types import CannotDraw

SECONDS = 20
AT_ONCE = 2  # drawings in one web process; each takes a core and some 150 MB for a moment
_room = threading.BoundedSemaphore(AT_ONCE)
_SOURCE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page, and of how many."""

    pages: int
    png: bytes


def draw(blocks: Iterable[bytes], page: int) -> Drawn:
    """Draws a page (from 1; 0: only counts) of the PDF that these blocks are. Raises CannotDraw."""
    if not _room.acquire(timeout=SECONDS):
        raise CannotDraw("Too many pages are being drawn.")
    try:
        drawn = _drawn(_ask(blocks, page))
    finally:
        _room.release()
    if page and not drawn.png:
        raise CannotDraw("There is no such page.")
    return drawn


def _ask(blocks: Iterable[bytes], page: int) -> bytes:
    child = subprocess.Popen(
        [sys.executable, "-m", "recado.documents.drawing_child", str(page)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(_SOURCE)},
        cwd="/",
    )
    assert child.stdin
    try:
        for block in blocks:
            child.stdin.write(block)
        said, _ = child.communicate(timeout=SECONDS)
    except (BrokenPipeError, subprocess.TimeoutExpired):
        raise CannotDraw("It took too long, or broke off.") from None
    finally:
        child.kill()
        child.wait()
    if child.returncode:
        raise CannotDraw("It can't be read.")
    return said


def _drawn(said: bytes) -> Drawn:
    count, _, png = said.partition(b"\n")
    return Drawn(int(count), png)
