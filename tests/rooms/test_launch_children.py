"""Processes under the supervisor: rest after a death, an end in time, nothing left over."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recado.launch import children
from recado.launch.children import Child
from tests.product import is_alive, wait_for


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("run", "logs"):
        (tmp_path / name).mkdir()
    return tmp_path


def child_that(does: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> Child:
    """A child whose "Python" is a shell script."""
    script = data / "python"
    script.write_text(f"#!/bin/sh\n{does}\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    return Child("worker", ["worker"], dict(os.environ), data)


def wait_for_death(child: Child) -> None:
    assert child.process
    child.process.wait(10)


def test_child_rests_longer_each_time_when_it_dies_at_once(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = child_that("exit 3", data, monkeypatch)
    rests = []
    for _ in range(3):
        child.rests_until = 0
        child.process or child.tend()
        wait_for_death(child)
        news = child.tend()
        assert news is not None
        assert "exit code 3" in news
        rests.append(child.rests_until - time.monotonic())
        assert child.tend() is None  # it rests: nothing new to tell
        assert child.process is None
    assert rests == pytest.approx([0.5, 1.0, 2.0], abs=0.2)


def test_child_that_was_killed_is_told_of_by_its_signal(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = child_that("kill -9 $$", data, monkeypatch)
    child.start()
    wait_for_death(child)
    assert "killed by SIGKILL" in (child.tend() or "")


def test_what_a_killed_child_had_started_is_ended_before_it_starts_again(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server's worker that hung in its handler of SIGTERM held the port with the killed server's connections."""
    child = child_that(f"(trap '' TERM; sleep 60) & echo $! > {data}/grandchild; kill -9 $$", data, monkeypatch)
    child.start()
    wait_for_death(child)
    grandchild = int((data / "grandchild").read_text())
    assert is_alive(grandchild)
    assert "killed by SIGKILL" in (child.tend() or "")
    assert wait_for(lambda: not is_alive(grandchild), 5)


def test_stop_kills_with_all_it_started_when_a_child_ignores_the_request(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    does = f"trap '' TERM; sleep 60 & echo $! > {data}/grandchild; touch {data}/ready; while :; do sleep 1; done"
    child = child_that(does, data, monkeypatch)
    child.start()
    give_up = time.monotonic() + 5
    while not (data / "ready").exists() and time.monotonic() < give_up:
        time.sleep(0.01)
    started = time.monotonic()
    children.stop([child], patience=0.3)
    assert time.monotonic() - started < 3
    assert not child.note.exists()
    grandchild = int((data / "grandchild").read_text())
    assert wait_for(lambda: not is_alive(grandchild), 5)


def test_leftovers_are_ended_when_their_supervisor_is_gone(data: Path) -> None:
    ours = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", children.SIGNATURE])
    assert wait_for(lambda: children.is_ours(ours.pid), 5)  # its command line shows a moment after it began
    (data / "run" / "worker.json").write_text(json.dumps({"pid": ours.pid}))
    (data / "run" / "web.json").write_text("not even JSON")
    children.end_leftovers(data, ["worker", "web"])
    assert ours.wait(5) == -signal.SIGTERM
    assert list((data / "run").iterdir()) == []


def test_strangers_are_left_alone_when_a_note_names_their_process(data: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (data / "run" / "worker.json").write_text(json.dumps({"pid": stranger.pid}))
        children.end_leftovers(data, ["worker"])
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_log_begins_anew_when_it_has_grown_too_long(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LOG_LIMIT", 10)
    child = Child("worker", ["worker"], {}, data)
    child.log.write_text("more than ten letters")
    child.limit_log()
    assert child.log.read_text() == ""
    assert child.log.with_suffix(".log.1").read_text() == "more than ten letters"
