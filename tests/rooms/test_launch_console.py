"""The command `recado`: its list of commands, its refusals, its JSON."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from recado.launch import console
from recado.launch.environment import read_port
from recado.launch.errors import CannotRun

SOURCE = Path(__file__).resolve().parents[2] / "src"


def recado(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RECADO_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "recado.launch.console", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**clean, "PYTHONPATH": str(SOURCE), **environment},
    )


def test_help_lists_every_command_but_internal_ones() -> None:
    text = console.overview().format_help()
    shown = {name for name in console.names() if not console.summary(name).startswith(console.INTERNAL)}
    assert {"up", "web", "worker", "dispatch", "migrate", "doctor"} <= shown
    listed = {line.split()[0] for line in text.splitlines() if line.startswith("    ") and not line.startswith("     ")}
    assert listed - {"COMMAND"} == shown


@pytest.mark.parametrize("name", console.names())
def test_every_leaf_takes_json_when_a_command_is_loaded(name: str) -> None:
    _, parser = console.load(name)
    for leaf in leaves(parser):
        assert "--json" in leaf.format_help()


def leaves(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    branches = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return [leaf for branch in branches for part in branch.choices.values() for leaf in leaves(part)] or [parser]


def test_command_that_needs_a_database_says_how_to_get_one_when_there_is_none(tmp_path: Path) -> None:
    done = recado("worker", RECADO_DATA=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("recado: No database is running here.")
    assert "Traceback" not in done.stderr


def test_refusal_is_json_when_json_was_asked_for(tmp_path: Path) -> None:
    done = recado("worker", "--json", RECADO_DATA=str(tmp_path))
    assert done.returncode == 1
    assert "recado up" in json.loads(done.stdout)["error"]


def test_unknown_command_is_refused_with_the_list() -> None:
    done = recado("fly")
    assert done.returncode == 2
    assert "invalid choice" in done.stderr


def test_doctor_finds_nothing_broken_on_a_machine_where_recado_never_ran(tmp_path: Path) -> None:
    done = recado("doctor", "--json", RECADO_DATA=str(tmp_path / "new"), RECADO_PORT="1" * 4)
    said = json.loads(done.stdout)
    assert done.returncode == 0
    assert said["is_well"]
    assert {finding["about"] for finding in said["findings"]} >= {
        "python",
        "data folder",
        "key file",
        "disk",
        "database",
    }
    assert not (tmp_path / "new").exists()


def test_doctor_says_what_to_do_when_others_may_read_the_key_file(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{}")
    (tmp_path / "keys.json").chmod(0o644)
    done = recado("doctor", "--json", RECADO_DATA=str(tmp_path))
    broken = [finding for finding in json.loads(done.stdout)["findings"] if finding["level"] == "broken"]
    assert done.returncode == 1
    assert [finding["about"] for finding in broken] == ["key file"]
    assert "chmod 600" in broken[0]["says"]


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "80 "])
def test_port_is_refused_when_it_is_none(text: str) -> None:
    with pytest.raises(CannotRun, match="between 1 and 65535"):
        read_port(text, "--port")


def test_database_out_of_reach_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away() -> None:
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(console, "prepare_database", away)
    assert console.main(["status", "--json"]) == 1
    assert "can't be reached" in json.loads(capsys.readouterr().out)["error"]
