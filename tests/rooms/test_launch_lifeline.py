"""Whoever is tied to a parent ends with it, also where its own handler of SIGTERM never comes back."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recado.launch import lifeline

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 8.0  # seconds: less than the ten after which the thread ends it in any case

CHILD = """
import signal, sys, threading
from recado.launch.lifeline import tie_to_parent
sys.platform = PLATFORM
def hang(*_): threading.Event().wait()
signal.signal(signal.SIGTERM, hang)
tie_to_parent(signal.SIGKILL)
print("tied", flush=True)
threading.Event().wait()
"""
PARENT = """
import subprocess, sys, threading
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True)
assert child.stdout.readline() == "tied\\n"
print(child.pid, flush=True)
threading.Event().wait()
"""


def is_alive(pid: int) -> bool:
    """A process that has ended and was not fetched yet is none any more."""
    try:
        if sys.platform != "linux":
            os.kill(pid, 0)
            return True
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False


@pytest.mark.parametrize("platform", sorted({sys.platform, "elsewhere"}))
def test_a_worker_whose_handler_of_sigterm_hangs_dies_by_sigkill_with_its_parent(platform: str) -> None:
    environment = os.environ | {lifeline.SUPERVISED: "1", "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", PARENT, CHILD.replace("PLATFORM", repr(platform))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        try:
            assert is_alive(child)
            parent.kill()
            parent.wait()
            until = time.monotonic() + PATIENCE
            while is_alive(child) and time.monotonic() < until:
                time.sleep(0.02)
            assert not is_alive(child)
        finally:
            parent.kill()
            if is_alive(child):
                os.kill(child, signal.SIGKILL)


def test_a_process_of_no_supervisor_is_tied_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(lifeline.SUPERVISED, raising=False)
    monkeypatch.setattr(lifeline, "die_with_parent", lambda how: pytest.fail("it is nobody's child"))
    lifeline.tie_to_parent(signal.SIGKILL)
