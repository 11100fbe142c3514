"""A carrier taken away: what it needs first, what is forgotten and what stays, and texts that are put for it all the same."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from recado.channels.protocol import Accepted, Receipt, ReceiptState, Uncertain
from recado.clinics.types import Refused
from recado.consent.types import Purpose
from recado.foundation import business_time
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.launch import console
from recado.messaging import accounts, actions, callbacks, carrier_desk, carrier_removal, carriers, queries
from recado.messaging.carrier_removal import (
    CALLS_WAIT,
    HAS_NUMBERS,
    HAS_ROUTES,
    IS_ASKED,
    IS_DEFAULT,
    IS_UNSURE,
    TEXTS_WAIT,
)
from recado.messaging.dispatch.failover import Failover
from recado.messaging.types import EventKind
from tests import factories
from tests.desk import Desk
from tests.factories import CARRIER, NUMBER, OPERATOR, intent, send, sql

pytestmark = pytest.mark.usefixtures("database")
SECRET = "a-token-that-nobody-sees"
OWN = "+447700900150"
ADD = ("carrier", "add", "twilio", "--name", "Main", "--account-sid", "AC7", "--auth-token", SECRET)


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    callbacks.forget()
    yield
    callbacks.forget()


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def spare(clinic: UUID) -> carrier_desk.Made:
    """A carrier of the clinic's own that nothing needs."""
    given = {"account_sid": "AC7", "auth_token": SECRET}
    return carrier_desk.add(name="Spare", kind="twilio", given=given, kept_by=clinic, by=OPERATOR)


def remove(clinic: UUID | None, carrier: int) -> str:
    return carrier_removal.remove(clinic_id=clinic, carrier=carrier, by=OPERATOR)


def refusal(carrier: int) -> str:
    """Why it stays."""
    with pytest.raises(Refused) as caught:
        remove(None, carrier)
    assert sql("SELECT removed_at FROM messaging_carrieraccount WHERE id = %s", (carrier,)) == [(None,)]
    return caught.value.sentence


def number_on(clinic: UUID, carrier: int, address: str = OWN) -> UUID:
    with clinic_scope(clinic):
        return actions.add_number(clinic_id=clinic, address=address, carrier=carrier, by=OPERATOR)


def without(clinic: UUID, number: UUID) -> None:
    with clinic_scope(clinic):
        assert actions.remove_number(clinic_id=clinic, number_id=number, by=OPERATOR)


# ------------------------------------------------------------------------------------------------ what goes, what stays


def test_what_opened_it_is_forgotten_and_its_row_stays(clinic: UUID, spare: carrier_desk.Made) -> None:
    assert remove(clinic, spare.number) == "Spare"
    ((name, sealed, is_active, removed_at),) = sql(
        "SELECT name, settings_ct, is_active, removed_at FROM messaging_carrieraccount WHERE id = %s", (spare.number,)
    )
    assert (name, is_active, removed_at is None) == ("Spare", False, False)
    assert accounts.settings_of(keys_for(SYSTEM_CLINIC), spare.number, bytes(sealed)) == {}
    ((of, subject, detail),) = sql(
        "SELECT clinic_id, subject, detail FROM foundation_auditevent WHERE action = 'message.carrier_removed'"
    )
    assert (of, subject, detail) == (
        clinic,
        f"carrier {spare.number}",
        {"carrier": spare.number, "kind": "twilio"},
    )


def test_nothing_lists_finds_or_takes_it_any_more(clinic: UUID, spare: carrier_desk.Made) -> None:
    with clinic_scope(clinic):
        actions.pause_carrier(clinic_id=clinic, carrier=spare.number, by=OPERATOR)
        assert spare.number in [one.id for one in queries.carriers_of(clinic)]
    remove(clinic, spare.number)
    with clinic_scope(clinic):
        assert spare.number not in [one.id for one in queries.carriers_of(clinic)]
        assert spare.number not in [one.carrier for one in queries.operations.overview(clinic).carriers]
        assert spare.number not in [number for number, _ in queries.carriers_to_choose(clinic)]
        assert queries.held_of(clinic) == []
        with pytest.raises(Refused):
            actions.add_number(clinic_id=clinic, address=OWN, carrier=spare.number, by=OPERATOR)
        with pytest.raises(LookupError):
            actions.pause_carrier(clinic_id=clinic, carrier=spare.number, by=OPERATOR)
    assert spare.number not in queries.changeable_carriers(clinic)
    for changes in (
        lambda: carrier_desk.settings_of(clinic_id=clinic, carrier=spare.number),
        lambda: carrier_desk.change(clinic_id=clinic, carrier=spare.number, name="Spare", given={}, by=OPERATOR),
        lambda: remove(clinic, spare.number),
        lambda: remove(None, spare.number),
    ):
        with pytest.raises(carrier_desk.NoSuchCarrier):
            changes()
    assert console.main(["carrier", "test", "Spare"]) == 1


def test_its_name_is_free_and_its_number_is_not_given_again(clinic: UUID, spare: carrier_desk.Made) -> None:
    remove(clinic, spare.number)
    given = {"account_sid": "AC8", "auth_token": SECRET}
    again = carrier_desk.add(name="spare", kind="twilio", given=given, kept_by=clinic, by=OPERATOR)
    assert again.number == spare.number + 1
    with pytest.raises(Refused):
        carrier_desk.add(name="SPARE", kind="twilio", given=given, kept_by=clinic, by=OPERATOR)


def test_a_call_to_its_address_is_a_call_to_no_carrier(clinic: UUID, spare: carrier_desk.Made) -> None:
    secret = spare.callback_url.rpartition("/")[2]
    where = f"/callbacks/{spare.number}/{secret}"
    remembered = callbacks._carrier(spare.number, secret)
    unknown = Client().post("/callbacks/9999/x")
    remove(clinic, spare.number)
    with pytest.raises(callbacks.NoSuchAddress):
        callbacks.take(spare.number, secret, method="POST", query="", headers={}, body=b"")
    # Another process remembers the account for some seconds: it must not say that it took what nobody will read.
    callbacks._opened[spare.number] = (time.monotonic(), *remembered)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(remembered[1]), "verify", lambda self, raw: True)
        with pytest.raises(callbacks.NoSuchAddress):
            callbacks.take(spare.number, secret, method="POST", query="", headers={}, body=b"MessageSid=SM1")
    assert sql("SELECT 1 FROM messaging_callbackraw") == []
    callbacks.forget()
    gone = Client().post(where)
    assert (gone.status_code, gone.content) == (unknown.status_code, unknown.content)


def test_the_story_of_a_text_keeps_its_name(clinic: UUID, spare: carrier_desk.Made) -> None:
    number = number_on(clinic, spare.number)
    (sent,) = send(clinic, intent(number=OWN))
    with Desk(carrier=spare.number) as desk:
        desk.send_all()
    without(clinic, number)
    remove(clinic, spare.number)
    with clinic_scope(clinic):
        story = queries.text_story(clinic, sent.message_id)
    assert story and story.carriers == ("Spare",)


# ------------------------------------------------------------------------------------------------ what keeps it


def test_a_number_a_route_and_being_the_default_keep_it(clinic: UUID) -> None:
    made = carrier_desk.add(
        name="Main",
        kind="twilio",
        given={"account_sid": "AC7", "auth_token": SECRET},
        default_sender="Harbour",
        by=OPERATOR,
    )
    sql(
        "INSERT INTO messaging_route (id, position, country, purposes, sender, targets) VALUES (%s, 1, '', '{}', '', %s::jsonb)",
        (new_id(), json.dumps([{"carrier": CARRIER}, {"carrier": made.number}])),
    )
    numbers = [number_on(clinic, made.number, f"+4477009001{at}") for at in range(50, 54)]
    assert refusal(made.number) == IS_DEFAULT
    assert console.main(["carrier", "change", "Main", "--no-default"]) == 0
    assert console.main(["carrier", "change", "Main", "--no-default"]) == 1
    assert refusal(made.number) == HAS_NUMBERS
    with pytest.raises(Refused) as caught:
        remove(None, made.number)
    assert "+447700900150, +447700900151, +447700900152, …" in caught.value.hint
    for number in numbers:
        without(clinic, number)
    assert refusal(made.number) == HAS_ROUTES
    sql("DELETE FROM messaging_route")
    assert remove(None, made.number) == "Main"


def test_texts_that_wait_or_are_leaving_keep_it(clinic: UUID, spare: carrier_desk.Made) -> None:
    number = number_on(clinic, spare.number)
    later = business_time.now() + timedelta(days=2)
    send(clinic, intent(1, number=OWN), intent(2, number=OWN, not_before=later))
    sql("DELETE FROM messaging_receivingnumber WHERE id = %s", (number,))
    assert refusal(spare.number) == TEXTS_WAIT
    with Desk(carrier=spare.number) as desk:
        claimed = desk.claim()
        assert claimed
        sql("DELETE FROM messaging_outbox")  # the planned one
        assert refusal(spare.number) == TEXTS_WAIT
        desk.settle(desk.answered(claimed, Accepted("r-1")))
    assert remove(None, spare.number) == "Spare"


def test_texts_whose_fate_is_open_keep_it(clinic: UUID, spare: carrier_desk.Made) -> None:
    number = number_on(clinic, spare.number)
    sql("UPDATE messaging_carrieraccount SET has_lookup = true WHERE id = %s", (spare.number,))
    (sent,) = send(clinic, intent(1, number=OWN))
    with Desk(carrier=spare.number) as desk:
        claimed = desk.claim()
        assert claimed
        desk.settle(desk.answered(claimed, Uncertain("link_lost")))
    without(clinic, number)
    assert refusal(spare.number) == IS_ASKED
    sql("UPDATE messaging_lookup SET settled_at = now()")
    assert refusal(spare.number) == IS_UNSURE
    sql(
        "INSERT INTO messaging_event (clinic_id, message, at, kind, carrier) VALUES (%s, %s, now() + interval '1 s', %s, %s)",
        (clinic, sent.message_id, int(EventKind.DELIVERED), spare.number),
    )
    assert remove(None, spare.number) == "Spare"


def test_calls_that_are_not_read_keep_it_and_one_to_be_confirmed_does_not(
    clinic: UUID, spare: carrier_desk.Made
) -> None:
    sql(
        "INSERT INTO messaging_callbackraw (id, carrier, received_at, raw_ct, outcome, tries) "
        "VALUES (%s, %s, now(), '', 'failed', 8)",
        (new_id(), spare.number),
    )
    assert refusal(spare.number) == CALLS_WAIT
    sql("UPDATE messaging_callbackraw SET outcome = 'unconfirmed'")
    assert remove(None, spare.number) == "Spare"


def test_reports_that_nobody_will_read_are_forgotten_with_it(clinic: UUID, spare: carrier_desk.Made) -> None:
    early = Receipt("r-9", ReceiptState.DELIVERED, None, factories.phone().e164, OWN)
    for carrier in (CARRIER, spare.number):
        with Desk(carrier=carrier) as desk:
            desk.take(early)
        sql(
            "INSERT INTO messaging_callbackraw (id, carrier, received_at, raw_ct, outcome, tries) "
            "VALUES (%s, %s, now(), '', 'unconfirmed', 1)",
            (new_id(), carrier),
        )
    assert remove(None, spare.number) == "Spare"
    for table in ("receiptunmatched", "callbackraw"):
        assert sql(f"SELECT carrier FROM messaging_{table}") == [(CARRIER,)]


def test_one_of_several_clinics_removes_its_own_alone(clinic: UUID, spare: carrier_desk.Made) -> None:
    other = factories.make_furnished("quay", number="+447700900101").id
    for whose, carrier in ((other, spare.number), (clinic, CARRIER)):
        with pytest.raises(carrier_desk.NoSuchCarrier):
            remove(whose, carrier)
    assert remove(clinic, spare.number) == "Spare"


def test_the_demos_own_carrier_stays(clinic: UUID) -> None:
    sealed = accounts.sealed(keys_for(SYSTEM_CLINIC), CARRIER, {"simulator": True})
    sql("UPDATE messaging_carrieraccount SET settings_ct = %s WHERE id = %s", (sealed, CARRIER))
    assert refusal(CARRIER) == carrier_desk.OF_DEMO


def test_a_number_waits_for_a_removal_that_is_under_way(clinic: UUID, spare: carrier_desk.Made) -> None:
    """Both look first and write then: one after the other, or the number stands on a carrier that is gone."""
    with clinic_scope(clinic):
        actions.add_number(clinic_id=clinic, address=OWN, carrier=spare.number, by=OPERATOR)
        ((held,),) = sql("SELECT pg_try_advisory_lock(hashtextextended('recado carrier accounts', 7))")
    assert held is False


# ------------------------------------------------------------------------------------------------ put all the same


@pytest.fixture
def late(clinic: UUID, spare: carrier_desk.Made) -> Callable[..., UUID]:
    """Puts a text as a process does that remembers the routes from before the carrier's removal."""
    number = number_on(clinic, spare.number)
    with clinic_scope(clinic):
        actions.choose_sender(clinic_id=clinic, number_id=number, by=OPERATOR)
        carriers.route_for(clinic)
    held = dict(carriers._routes)
    without(clinic, number)
    remove(clinic, spare.number)

    def put(text: str = "Your visit is on Thursday.", **more: Any) -> UUID:
        carriers._routes.update(held)
        (sent,) = send(clinic, intent(text=text, **more))
        carriers.forget_routes()
        return sent.message_id

    return put


def mend(desk: Desk) -> int:
    """What a dispatcher does each few seconds."""
    knows = Failover()

    async def run() -> int:
        await knows.refresh(desk.books, {CARRIER: True})
        return sum([await knows.move(desk.books, carrier) for carrier in knows.to_leave(0.0)])

    return desk._runner.run(run())


def waiting() -> list[tuple[UUID, int, str]]:
    return sql("SELECT id, carrier, sender FROM messaging_outbox ORDER BY id")


def test_a_text_put_by_who_still_remembers_it_leaves_by_what_the_clinic_has(
    clinic: UUID, spare: carrier_desk.Made, desk: Desk, late: Callable[..., UUID]
) -> None:
    name = late()
    assert waiting() == [(name, spare.number, OWN)]
    assert mend(desk) == 1 and mend(desk) == 0
    assert waiting() == [(name, CARRIER, NUMBER)]
    assert [text.message for text in desk.send_all()] == [name.bytes]
    assert factories.events_of(name) == [EventKind.RETRY, EventKind.SENT]


def test_such_a_text_goes_by_the_routes_and_waits_where_they_forbid_it(
    clinic: UUID, spare: carrier_desk.Made, desk: Desk, late: Callable[..., UUID]
) -> None:
    factories.furnish(clinic, "+447700900177", carrier=7)
    name = late()
    route = "INSERT INTO messaging_route (id, position, country, purposes, sender, targets) VALUES (%s, 1, '', '{}', '', %s)"
    sql(route, (new_id(), "[]"))
    assert mend(desk) == 0
    sql("DELETE FROM messaging_route")
    sql(route, (new_id(), '[{"carrier": 7}]'))
    assert mend(desk) == 1
    assert waiting() == [(name, 7, NUMBER)]


def test_such_a_text_of_a_clinic_without_a_number_waits_until_it_has_one(
    clinic: UUID, spare: carrier_desk.Made, desk: Desk, late: Callable[..., UUID]
) -> None:
    sql("DELETE FROM messaging_receivingnumber")
    name = late()
    assert mend(desk) == 0
    factories.furnish(clinic, "+447700900177")
    assert mend(desk) == 1
    assert waiting() == [(name, CARRIER, "+447700900177")]


def test_such_a_text_that_may_not_leave_by_what_the_clinic_has_ends_with_the_reason(
    clinic: UUID, spare: carrier_desk.Made, desk: Desk, late: Callable[..., UUID]
) -> None:
    """Nobody has noted the clinic's name in Ireland's register: nobody would hear of what waits at a carrier that is gone."""
    sql("DELETE FROM messaging_receivingnumber")
    factories.furnish(clinic, "QuayClinic")
    irish, later = Phone("+353209100123"), business_time.now() + timedelta(days=3)
    fine = {late(), late(phone=irish, not_before=later), late("Get out.", phone=irish, purpose=Purpose.EMERGENCY)}
    barred = late(phone=irish)
    with clinic_scope(clinic):
        noted = queries.Registration(clinic, "QuayClinic", "IE", reference="IE-1", since=later.date())
        actions.register_sender(wanted=noted, by=OPERATOR)
    assert mend(desk) == 3 and mend(desk) == 0
    assert {(name, carrier) for name, carrier, _ in waiting()} == {(name, CARRIER) for name in fine}
    ends = sql("SELECT message, kind, carrier, reason FROM messaging_event WHERE kind <> 7")
    assert ends == [(barred, int(EventKind.REFUSED), spare.number, "sender_unregistered")]


# ------------------------------------------------------------------------------------------------ by command


def test_by_command(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    assert console.main([*ADD, "--sender", OWN, "--clinic", "harbour-street"]) == 0
    capsys.readouterr()
    assert console.main(["carrier", "remove", "Main"]) == 1
    told = capsys.readouterr().err
    assert f"Main stays. Numbers are on it still: {OWN}." in told
    assert console.main(["number", "remove", "--clinic", "harbour-street", "--address", OWN]) == 0
    capsys.readouterr()
    assert console.main(["carrier", "remove", "Main", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"id": 2, "name": "Main", "kind": "twilio", "removed": True}
    assert console.main(["carrier", "list", "--json"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == [CARRIER]
    assert console.main(["carrier", "remove", "Main"]) == 1
    assert "There is no carrier Main." in capsys.readouterr().err
    assert console.main([*ADD]) == 0 and "as carrier 3" in capsys.readouterr().out
