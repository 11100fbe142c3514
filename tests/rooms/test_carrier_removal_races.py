"""Something is done with a carrier at the very moment at which it is removed: it ends in words, or before the removal, and never in a
row that points to a carrier that is gone. And what the carrier told last: an opt-out is heard."""

import json
from collections.abc import Iterator
from threading import Thread
from typing import Any
from uuid import UUID

import pytest

from recado.channels.protocol import Receipt, ReceiptState
from recado.consent import actions as consent
from recado.consent.types import EVERYTHING, PurposeGroup
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.launch import carrier_accounts, carrier_changes, carrier_prices, console
from recado.messaging import actions, callbacks, carrier_desk
from recado.messaging.worker import forget_reports
from tests import factories
from tests.desk import Desk
from tests.factories import CARRIER, NUMBER, OPERATOR, intent, phone, send, sql
from tests.rooms.test_carrier_removal import OWN, clinic, number_on, remove, spare, without

__all__ = ["clinic", "spare"]

pytestmark = pytest.mark.usefixtures("database")
LOCK = "recado carrier accounts"


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    callbacks.forget()
    yield
    callbacks.forget()


def is_held() -> bool:
    """Whether a removal would have to wait."""
    ((is_free,),) = sql("SELECT pg_try_advisory_lock(hashtextextended(%s, 7))", (LOCK,))
    return not is_free


# ------------------------------------------------------------------------------------------------ one after the other


def test_a_removal_waits_for_who_gives_clinics_the_default_number(clinic: UUID, spare: carrier_desk.Made) -> None:
    sql("DELETE FROM messaging_receivingnumber")
    sql("UPDATE messaging_carrieraccount SET default_sender = 'Harbour' WHERE id = %s", (spare.number,))
    with clinic_scope(clinic):
        assert actions.furnish(clinic_id=clinic, by=OPERATOR) == "Harbour"
        assert is_held()


def test_a_removal_waits_for_who_holds_the_carrier(clinic: UUID, spare: carrier_desk.Made) -> None:
    with clinic_scope(clinic):
        actions.pause_carrier(clinic_id=clinic, carrier=spare.number, by=OPERATOR)
        assert is_held()


def test_a_call_that_comes_while_the_carrier_is_removed_is_a_call_to_no_carrier(
    clinic: UUID, spare: carrier_desk.Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = spare.callback_url.rpartition("/")[2]
    monkeypatch.setattr(type(callbacks._carrier(spare.number, secret)[1]), "verify", lambda self, raw: True)
    answered: list[str] = []

    def call() -> None:
        try:
            callbacks.take(spare.number, secret, method="POST", query="", headers={}, body=b"MessageSid=SM1")
            answered.append("taken")
        except callbacks.NoSuchAddress:
            answered.append("no such address")

    with connect(Role.MAINTENANCE) as removing:
        removing.execute(carrier_desk.LOCK)
        calling = Thread(target=call)
        calling.start()
        waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND NOT granted"
        while sql(waits) == [(0,)] and calling.is_alive():
            calling.join(0.02)
        removing.execute(
            "UPDATE messaging_carrieraccount SET removed_at = %s WHERE id = %s", (real_now(), spare.number)
        )
    calling.join()
    assert answered == ["no such address"]
    assert sql("SELECT 1 FROM messaging_callbackraw") == []


DOES: dict[str, tuple[str, ...]] = {
    "test": ("test", "Spare"),
    "pause": ("pause", "Spare"),
    "resume": ("resume", "Spare"),
    "confirm": ("confirm", "Spare"),
    "reread": ("reread", "Spare"),
    "change": ("change", "Spare", "--set", "auth_token=another"),
    "fetch": ("prices", "--name", "Spare", "--fetch"),
    "price": ("prices", "--name", "Spare", "--set", "GB", "0.04", "GBP"),
}


@pytest.mark.parametrize("what", DOES)
def test_what_a_command_does_with_a_carrier_that_goes_meanwhile_is_told(
    what: str,
    clinic: UUID,
    spare: carrier_desk.Made,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = carrier_accounts.the_one("Spare")
    for module in (carrier_accounts, carrier_changes, carrier_prices):
        monkeypatch.setattr(module, "the_one", lambda named: found)
    remove(None, spare.number)
    account = "SELECT paused_lanes, paused_at, settings_ct FROM messaging_carrieraccount WHERE id = %s"
    before = sql(account, (spare.number,))
    sql("UPDATE messaging_callbackraw SET tries = 1")
    assert console.main(["carrier", *DOES[what], "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "Spare has been removed meanwhile."
    assert sql(account, (spare.number,)) == before
    assert sql("SELECT 1 FROM messaging_carrierprice") == []


# ------------------------------------------------------------------------------------------------ what it told last


def opt_out(ref: str = "nobody's", last: int = 321, sender: str = OWN) -> Receipt:
    return Receipt(ref, ReceiptState.FAILED, None, phone(last).e164, sender, "opted_out", person_stopped=True)


def told(carrier: int, *reports: Receipt) -> None:
    with Desk(carrier=carrier) as desk:
        desk.take(*reports)


@pytest.fixture
def texted(clinic: UUID, spare: carrier_desk.Made) -> UUID:
    """The clinic has texted somebody by the spare carrier, whose number it has given up."""
    number = number_on(clinic, spare.number)
    send(clinic, intent(321, number=OWN))
    with Desk(carrier=spare.number) as desk:
        desk.send_all()
    without(clinic, number)
    return clinic


def ledger() -> list[tuple[Any, ...]]:
    return sql("SELECT clinic_id, kind, how, actor_ref FROM consent_ledgerentry WHERE how = 'carrier'")


def test_an_opt_out_that_no_text_was_known_for_is_heard_before_the_carrier_goes(
    texted: UUID, spare: carrier_desk.Made
) -> None:
    told(spare.number, opt_out(), opt_out("nobody's either", 322))
    remove(None, spare.number)
    assert ledger() == [(texted, "withdrawn", "carrier", "carrier")]
    assert send(texted, intent(321))[0].rule == "withdrawn"
    assert send(texted, intent(322))[0].rule != "withdrawn"
    assert sql("SELECT 1 FROM messaging_receiptunmatched") == []


def test_it_is_heard_by_who_texted_from_that_sender_before_the_text_went_over_to_another(
    texted: UUID, spare: carrier_desk.Made
) -> None:
    ((message,),) = sql("SELECT id FROM messaging_message")
    factories.went_over(texted, message)
    told(spare.number, opt_out())
    remove(None, spare.number)
    assert ledger() == [(texted, "withdrawn", "carrier", "carrier")]


def test_one_that_tells_neither_whom_nor_from_where_is_heard_by_its_text(
    texted: UUID, spare: carrier_desk.Made
) -> None:
    ((ref,),) = sql("SELECT ref FROM messaging_event WHERE ref IS NOT NULL")
    told(spare.number, opt_out("of another text", 900, ""))
    sql("UPDATE messaging_receiptunmatched SET ref = %s", (ref,))
    remove(None, spare.number)
    assert ledger() == [(texted, "withdrawn", "carrier", "carrier")]


def test_who_has_written_start_since_has_the_last_word(texted: UUID, spare: carrier_desk.Made) -> None:
    told(spare.number, opt_out())
    factories.stop(texted, 321)
    factories.start(texted, 321)
    remove(None, spare.number)
    assert ledger() == []
    assert send(texted, intent(321))[0].rule != "withdrawn"


def test_who_has_taken_up_news_since_gets_news_and_nothing_else(texted: UUID, spare: carrier_desk.Made) -> None:
    factories.silence(texted, 321, PurposeGroup.NEWS)
    told(spare.number, opt_out())
    factories.unsilence(texted, 321, PurposeGroup.NEWS)
    remove(None, spare.number)
    assert factories.silent_groups(texted) == {*EVERYTHING} - {PurposeGroup.NEWS}


def test_what_was_taken_back_on_another_channel_keeps_no_opt_out_back(texted: UUID, spare: carrier_desk.Made) -> None:
    told(spare.number, opt_out())
    with clinic_scope(texted):
        phone_bi = actions.phone_index(texted, phone(321))
        consent.withdraw(clinic_id=texted, phone_bi=phone_bi, how="page", by=OPERATOR, channel="rcs")
        consent.restore(clinic_id=texted, phone_bi=phone_bi, how="page", by=OPERATOR, channel="rcs")
    remove(None, spare.number)
    assert factories.silent_groups(texted) == {*EVERYTHING}


def test_a_clinics_own_carrier_speaks_to_that_clinic_alone(texted: UUID, spare: carrier_desk.Made) -> None:
    other = factories.make_furnished("quay", number="+447700900101").id
    factories.furnish(other, OWN, keyword="QUAY", carrier=spare.number)
    send(other, intent(321, number=OWN))
    with Desk(carrier=spare.number) as desk:
        desk.send_all()
    sql("DELETE FROM messaging_receivingnumber WHERE carrier_id = %s", (spare.number,))
    told(spare.number, opt_out())
    remove(None, spare.number)
    assert [row[0] for row in ledger()] == [texted]


def test_who_was_texted_by_another_carrier_is_not_stopped(texted: UUID, spare: carrier_desk.Made) -> None:
    send(texted, intent(322))
    with Desk() as desk:
        desk.send_all()
    told(spare.number, opt_out(last=322, sender=NUMBER))
    remove(None, spare.number)
    assert ledger() == []


def test_one_that_comes_while_the_dispatcher_still_hears_the_carrier_is_heard_later(
    texted: UUID, spare: carrier_desk.Made
) -> None:
    remove(None, spare.number)
    told(spare.number, opt_out(), Receipt("r-7", ReceiptState.DELIVERED, None, phone().e164, OWN))
    told(CARRIER, Receipt("r-8", ReceiptState.DELIVERED, None, phone().e164, OWN))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        assert forget_reports(maintenance) == 2
        assert forget_reports(maintenance) == 0
    assert [row[0] for row in ledger()] == [texted]
    assert sql("SELECT ref FROM messaging_receiptunmatched") == [("r-8",)]
