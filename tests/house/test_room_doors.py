"""Our own import contract catches what it is there for."""

import sys
from pathlib import Path

import grimp
import pytest
from importlinter.domain.contract import Contract

from tools.room_doors import RoomDoorsContract

FILES = {
    "__init__.py": "",
    "house/__init__.py": "",
    "house/kitchen/__init__.py": "",
    "house/kitchen/actions.py": "from house.kitchen import oven",
    "house/kitchen/oven.py": "",
    "house/kitchen/passage.py": "",
    "house/parlour/__init__.py": "",
    "house/entrance/__init__.py": "",
    "house/entrance/hall.py": "from house.kitchen import oven",
}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.split(".")[0] == "house"]:
        monkeypatch.delitem(sys.modules, name)
    return tmp_path


def trespasses(**extra: list[str]) -> list[tuple[str, str]]:
    options = {"rooms": ["house.kitchen"], "doors": ["actions"], "open_to": ["house.entrance"], **extra}
    contract: Contract = RoomDoorsContract("doors", {"root_packages": ["house"]}, options)
    found = contract.check(grimp.build_graph("house", cache_dir=None), verbose=False)
    assert found.kept == (not found.metadata["trespasses"])
    return list(found.metadata["trespasses"])


def test_room_is_left_alone_when_it_is_entered_by_its_doors(house: Path) -> None:
    (house / "house/parlour/tea.py").write_text("from house.kitchen import actions")
    assert trespasses() == []


def test_trespass_is_named_when_a_private_module_is_entered(house: Path) -> None:
    (house / "house/parlour/tea.py").write_text("def boil():\n    from house.kitchen.oven import heat")
    assert trespasses() == [("house.parlour.tea", "house.kitchen.oven")]


def test_further_door_is_open_when_the_room_names_it(house: Path) -> None:
    (house / "house/parlour/tea.py").write_text("from house.kitchen import passage")
    assert trespasses() == [("house.parlour.tea", "house.kitchen.passage")]
    assert trespasses(extra_doors=["house.kitchen: passage"]) == []
    assert trespasses(extra_doors=["house.cellar: passage"]) != []
