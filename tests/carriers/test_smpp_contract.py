"""The carrier suite, passed by SMPP over a real connection to the simulated carrier."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from recado.channels.smpp.settings import Mode
from recado.foundation.protocols.smpp.splitting import Alphabet, Form, Long
from tests.carriers.contract import CarrierContract, World
from tests.carriers.simulated import smpp_world


class TestSmpp(CarrierContract):
    def world(self, folder: Path, **wanted: Any) -> AbstractAsyncContextManager[World]:
        return smpp_world(folder, **wanted)


class TestSmppPairPackedWideReferences(CarrierContract):
    def world(self, folder: Path, **wanted: Any) -> AbstractAsyncContextManager[World]:
        return smpp_world(folder, mode=Mode.PAIR, form=Form(Alphabet.PACKED, Long.UDH16), **wanted)


class TestSmppLatin1Sar(CarrierContract):
    def world(self, folder: Path, **wanted: Any) -> AbstractAsyncContextManager[World]:
        return smpp_world(folder, form=Form(Alphabet.LATIN1, Long.SAR, latin1=0), **wanted)


class TestSmppInOnePiece(CarrierContract):
    def world(self, folder: Path, **wanted: Any) -> AbstractAsyncContextManager[World]:
        return smpp_world(folder, form=Form(long=Long.PAYLOAD), **wanted)
