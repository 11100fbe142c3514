"""A disk that is full: said in a sentence, at the start and while everything runs."""

from collections import namedtuple
from pathlib import Path

import pytest

from recado.launch import postgres_cluster, room, supervisor
from recado.launch.errors import CannotRun

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes are left, to be changed."""
    bytes_left = [3_000_000]
    monkeypatch.setattr(room.shutil, "disk_usage", lambda path: Usage(9, 9, bytes_left[0]))
    return bytes_left


def make(data: Path) -> supervisor.Supervisor:
    return supervisor.Supervisor(data, 8000, "127.0.0.1", wants_demo=False)


def test_full_disk_is_named_beside_what_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: list[int]
) -> None:
    def fail(self: object) -> None:
        raise CannotRun("`recado migrate` failed.")

    monkeypatch.setattr(supervisor.Supervisor, "_start_postgres", fail)
    monkeypatch.setattr(supervisor.Supervisor, "_listen_to_signals", lambda self: None)
    monkeypatch.setattr(supervisor, "refuse_taken_port", lambda host, port: None)
    with pytest.raises(CannotRun, match=r"`recado migrate` failed\. The disk of .* is full \(3 MB left\): make room"):
        make(tmp_path).run()
    left[0] = room.LEAST
    with pytest.raises(CannotRun, match=r"failed\.$"):
        make(tmp_path).run()


def test_full_disk_is_said_once_and_its_end_too(
    tmp_path: Path, left: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    running = make(tmp_path)
    running._look_for_room()
    running._look_for_room()
    left[0] = room.LEAST
    running._look_for_room()
    running._look_for_room()
    first, second = capsys.readouterr().out.splitlines()
    assert "is full" in first and second == "There is room on the disk again."


def test_reason_is_the_line_of_the_error_not_of_the_tidying() -> None:
    said = 'creating\ninitdb: error: could not write to file "x": No space left on device\ninitdb: removing contents\n'
    assert postgres_cluster._reason(said).endswith("No space left on device")
    assert postgres_cluster._reason("one\ntwo\n") == "two"
