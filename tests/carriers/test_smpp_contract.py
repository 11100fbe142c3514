"""The carrier suite, passed by SMPP over a real connection to the simulated carrier."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from tests.carriers.contract import CarrierContract, World
from tests.carriers.simulated import smpp_world


class TestSmpp(CarrierContract):
    def world(self, folder: Path, **wanted: Any) -> AbstractAsyncContextManager[World]:
        return smpp_world(folder, **wanted)
