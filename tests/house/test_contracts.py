"""What the import contracts in pyproject.toml can't see themselves: that they name everything there is."""

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ROOT / "src" / "recado"
NOT_CARRIERS = {"__init__", "protocol", "given", "over_http"}  # the last two: what carriers share
WITHOUT_DOORS = {"foundation", "channels", "launch", "web", "api", "integrations"}  # the contracts' comment says why


def contract(kind: str) -> dict[str, Any]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    found: dict[str, Any] = next(contract for contract in contracts if contract["type"] == kind)
    return found


def test_every_carrier_is_a_stranger_to_the_others() -> None:
    files = {
        path.stem for path in (ROOMS / "channels").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {f"recado.channels.{name}" for name in files - NOT_CARRIERS} == set(contract("independence")["modules"])


def test_every_room_has_doors() -> None:
    rooms = {path.parent.name for path in ROOMS.glob("*/__init__.py")} - WITHOUT_DOORS
    assert {f"recado.{name}" for name in rooms} == set(contract("room_doors")["rooms"])


def test_rooms_in_parentheses_are_not_built_yet() -> None:
    named = [name.strip() for layer in contract("layers")["layers"] for name in layer.split("|")]
    planned = {name.strip("()") for name in named if name.startswith("(")}
    assert {name for name in planned if (ROOMS / name).exists()} == set()
