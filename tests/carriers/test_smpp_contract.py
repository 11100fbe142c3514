"""The carrier suite, passed by SMPP over a real connection to the simulated carrier."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from recado.channels.protocol import Accepted
from recado.channels.smpp.settings import Mode
from recado.foundation.protocols.smpp.splitting import Alphabet, Form, Long
from tests.carriers.contract import ELEANOR, CarrierContract, World, envelope
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


class TestSmppTwoPairs(CarrierContract):
    def world(self, folder: Path, **wanted: Any) -> AbstractAsyncContextManager[World]:
        return smpp_world(folder, mode=Mode.PAIR, binds=2, **wanted)

    def test_batch_above_the_window_is_sent_whole(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            outcomes = await world.carrier.send([envelope(f"text {number}") for number in range(100)])
            assert all(isinstance(outcome, Accepted) for outcome in outcomes)
            arrived = await world.far_end.texts(ELEANOR)  # over two binds texts may overtake one another
            assert sorted(arrived) == sorted(f"text {number}" for number in range(100))

        self.run(tmp_path, story, window=7)
