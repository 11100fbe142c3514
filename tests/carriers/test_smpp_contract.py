"""The carrier suite, passed by SMPP over a real connection to the simulated carrier."""

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from recado.channels.protocol import Accepted
from recado.channels.smpp.settings import Mode, Receipts
from recado.foundation.protocols.smpp.splitting import Alphabet, Form, Long
from tests.carriers.contract import ELEANOR, LONG_GSM, CarrierContract, World, envelope, until
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


def test_long_text_of_which_each_part_is_reported_names_them_all(tmp_path: Path) -> None:
    async def told() -> None:
        async with smpp_world(tmp_path, receipts=Receipts.ALL) as world:
            await world.carrier.wait_ready()
            long, short = await world.carrier.send([envelope(LONG_GSM), envelope("short")])
            assert isinstance(long, Accepted) and isinstance(short, Accepted)
            assert (len(long.parts), long.parts[-1], short.parts) == (3, long.ref, ())
            await until(lambda: len(world.sink.receipts) == 4)
            assert {receipt.ref for receipt in world.sink.receipts} == {*long.parts, short.ref}
            assert world.carrier.capabilities.part_receipts

    asyncio.run(told())
