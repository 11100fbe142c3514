"""Senders and the rules of countries: asked when a number, a route or a registration is saved, and of each text by the route
that it would take."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recado.appointments import letters
from recado.clinics.types import Refused
from recado.consent import actions as consent
from recado.consent.types import Purpose, PurposeGroup
from recado.foundation.actors import OPERATOR
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.launch import console
from recado.messaging import actions, queries
from recado.messaging.carriers import forget_routes
from recado.messaging.models import Outbox, SenderRegistration
from tests import factories
from tests.factories import CARRIER, NUMBER, intent, send, sql

OTHER = 7
ASKS = "Quay: can you come? Reply 1."
FRENCH = Phone("+33639980001")


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    sql(
        "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
        "VALUES (%s, 'Baltica', 'smpp', '', true, 'ready')",
        (OTHER,),
    )
    return made


def route(*arguments: str) -> int:
    return console.main(["route", "add", *arguments])


def number(*arguments: str) -> int:
    return console.main(["number", *arguments])


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert console.main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def ways(clinic: UUID) -> list[tuple[int, str]]:
    with clinic_scope(clinic):
        return list(Outbox.objects.filter(clinic_id=clinic).order_by("id").values_list("carrier", "sender"))


# ------------------------------------------------------------------------------------------------ by the route


def test_what_is_heard_follows_the_route_of_each_country_and_purpose(clinic: UUID) -> None:
    assert route("--country", "FR", "--purpose", "care", "--target", "7,sender=Harbour") == 0
    assert route("--purpose", "verify", "--target", f"7,sender={NUMBER}") == 0
    with clinic_scope(clinic):
        assert queries.takes_answers(clinic)
        assert queries.takes_answers(clinic, phone=factories.phone())
        assert not queries.takes_answers(clinic, phone=FRENCH)
        assert queries.takes_answers(clinic, phone=FRENCH, purpose=Purpose.VERIFY)
        assert queries.takes_answers(clinic, phone=FRENCH, purpose=Purpose.ANSWER)
        assert queries.number_of(clinic, FRENCH) == "Harbour"
        assert queries.number_of(clinic, factories.phone()) == NUMBER


def test_other_number_of_the_clinic_is_heard_and_that_of_another_is_not(clinic: UUID) -> None:
    factories.furnish(clinic, "+447700900150", carrier=OTHER)
    other = factories.make_furnished("quay-side", name="Quay", number="+447700900101").id
    assert route("--country", "GB", "--target", "7,sender=+447700900150") == 0
    forget_routes()
    with clinic_scope(clinic):
        assert queries.takes_answers(clinic, phone=factories.phone())
    with clinic_scope(other):
        assert not queries.takes_answers(other, phone=factories.phone())


def test_text_that_asks_leaves_from_where_it_is_heard(clinic: UUID) -> None:
    assert route("--target", "7,weight=1000,sender=Harbour", "--target", "1") == 0
    send(clinic, *(intent(at, text=ASKS, ref=f"a:{at}") for at in range(20)))
    assert set(ways(clinic)) == {(CARRIER, NUMBER)}
    send(clinic, *(intent(at, ref=f"t:{at}") for at in range(20)))
    assert (OTHER, "Harbour") in ways(clinic)


def test_text_that_asks_stays_here_where_its_route_hears_nothing(clinic: UUID) -> None:
    assert route("--country", "GB", "--target", "7,sender=Harbour") == 0
    (made,) = send(clinic, intent(text=ASKS))
    assert (made.verdict, made.rule) == ("never", "sender_cannot_receive")
    (fine,) = send(clinic, intent(text=ASKS, purpose=Purpose.EMERGENCY))
    assert fine.is_queued


def test_number_of_a_carrier_that_only_sends_is_not_heard(clinic: UUID) -> None:
    sql("UPDATE messaging_carrieraccount SET receives = false WHERE id = 1")
    forget_routes()
    with clinic_scope(clinic):
        assert not queries.takes_answers(clinic)
        (view,) = queries.carriers_of(clinic)
        assert not view.numbers[0].receives
    (made,) = send(clinic, intent(text=ASKS))
    assert made.rule == "sender_cannot_receive"


def test_question_asks_by_link_where_the_route_to_that_phone_hears_nothing(clinic: UUID) -> None:
    assert route("--country", "GB", "--target", "7,sender=Harbour") == 0
    factories.record(clinic, factories.booking())
    factories.record(clinic, factories.booking("A-2", factories.person(322, phone=FRENCH)))
    with clinic_scope(clinic):
        wanted = [(factories.visit(clinic, name), "visit_question") for name in ("A-1", "A-2")]
        by_link, by_reply = letters.write(clinic, wanted)
    assert "/r/" in by_link.text and "Reply" not in by_link.text
    assert "Reply" in by_reply.text


def test_telling_for_a_batch_asks_the_database_once(clinic: UUID) -> None:
    assert route("--country", "FR", "--target", "7,sender=Harbour") == 0

    def statements(texts: int) -> int:
        forget_routes()
        with clinic_scope(clinic), CaptureQueriesContext(connection) as seen:
            way_of = queries.ways(clinic)
            for at in range(texts):
                way_of(factories.phone(at), Purpose.CARE, None)
        return len(seen)

    assert statements(100) == statements(1)


def test_stop_is_confirmed_without_a_word_to_write_back_where_nobody_hears(clinic: UUID) -> None:
    assert route("--country", "GB", "--target", "7,sender=Harbour") == 0
    factories.stop(clinic)
    assert not any("START" in text for text in factories.wordings(clinic))


# ------------------------------------------------------------------------------------------------ when saved


def test_route_with_a_sender_that_the_country_refuses_is_refused(
    clinic: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    assert route("--country", "US", "--target", "7,sender=QuayClinic") == 1
    assert "Take a number" in capsys.readouterr().err
    assert route("--country", "IE", "--target", "7,sender=QuayClinic") == 1
    assert "must stand in the register" in capsys.readouterr().err
    assert number("register", "--address", "QuayClinic", "--country", "ie", "--id", "IE-77") == 0
    made = said(capsys, "route", "add", "--country", "IE", "--target", "7,sender=QuayClinic")
    assert {one["code"] for one in made["problems"]} == {"name_cannot_receive"}


def test_row_says_when_a_register_has_come_into_force_since(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    assert number("register", "--address", "QuayClinic", "--country", "IE", "--id", "IE-77") == 0
    assert route("--country", "IE", "--target", "7,sender=QuayClinic") == 0
    assert number("unregister", "--address", "QuayClinic", "--country", "IE") == 0
    (row,) = said(capsys, "route", "list")
    assert {"severity": "refuse", "code": "name_unregistered"}.items() <= row["problems"][0].items()


def test_registration_of_one_clinic_is_no_others(clinic: UUID) -> None:
    factories.make_clinic("quay-side", name="Quay", country="IE")
    assert (
        number("register", "--clinic", "harbour-street", "--address", "QuayClinic", "--country", "IE", "--id", "1") == 0
    )
    assert route("--clinic", "quay-side", "--country", "IE", "--target", "7,sender=QuayClinic") == 1
    assert route("--clinic", "harbour-street", "--country", "IE", "--target", "7,sender=QuayClinic") == 0


def test_registration_counts_from_its_day(clinic: UUID) -> None:
    late = ("--address", "QuayClinic", "--country", "IE", "--id", "1", "--since", "2999-01-01")
    assert number("register", *late) == 0
    assert route("--country", "IE", "--target", "7,sender=QuayClinic") == 1
    assert number("register", *late[:-1], "2020-01-01") == 0
    assert route("--country", "IE", "--target", "7,sender=QuayClinic") == 0


def test_number_that_the_clinics_country_refuses_is_not_added(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    factories.make_clinic("liffey", name="Liffey", country="IE")
    add = ("number", "add", "--clinic", "liffey", "--carrier", "7", "--address", "QuayClinic")
    assert console.main([*add]) == 1
    assert "register" in capsys.readouterr().err
    assert number("register", "--clinic", "liffey", "--address", "QuayClinic", "--country", "IE", "--id", "IE-1") == 0
    made = said(capsys, *add)
    assert [one["code"] for one in made["problems"]] == ["name_cannot_receive"]


def test_carrier_gives_no_clinic_a_sender_that_its_country_refuses(
    clinic: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    factories.make_clinic("liffey", name="Liffey", country="IE")
    add = (
        "carrier",
        "add",
        "twilio",
        "--name",
        "Celt",
        "--account-sid",
        "AC7",
        "--auth-token",
        "x",
        "--clinic",
        "liffey",
    )
    assert console.main([*add, "--sender", "QuayClinic"]) == 1
    assert "register" in capsys.readouterr().err
    assert console.main([*add, "--sender", "+447700900177"]) == 0


def test_registrations_are_listed_audited_and_forgotten(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    args = ("--clinic", "harbour-street", "--address", "QuayClinic", "--country", "ES")
    made = said(
        capsys, "number", "register", *args, "--id", "ES-1", "--since", "2026-09-01", "--stop-text", "STOP 36111"
    )
    assert (made["clinic"], made["id"], made["since"], made["stop_text"]) == (
        "harbour-street",
        "ES-1",
        "2026-09-01",
        "STOP 36111",
    )
    assert made["register"]
    assert said(capsys, "number", "registrations") == [made]
    assert number("registrations") == 0 and "ES-1" in capsys.readouterr().out
    assert said(capsys, "number", "unregister", *args)["removed"]
    assert number("unregister", *args) == 1
    actions_noted = sql("SELECT action FROM foundation_auditevent WHERE action LIKE 'message.sender%%' ORDER BY id")
    assert actions_noted == [("message.sender_registered",), ("message.sender_unregistered",)]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (("--country", "XX", "--id", "1"), "two letters"),
        (("--country", "ES"), "Give the id"),
        (("--country", "ES", "--id", "x" * 81), "80 characters"),
        (("--country", "ES", "--id", "1", "--since", "soon"), "--since"),
        (("--country", "ES", "--id", "1", "--clinic", "nowhere"), "no clinic"),
    ],
)
def test_refused_registrations_say_what_to_do(
    clinic: UUID, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], word: str
) -> None:
    assert number("register", "--address", "QuayClinic", *more) == 1
    assert word in capsys.readouterr().err


def test_clinic_keeps_its_own_registrations_only(clinic: UUID) -> None:
    wanted = queries.Registration(clinic, "QuayClinic", "ES", reference="ES-1", since=date(2026, 1, 1))
    with clinic_scope(clinic):
        actions.register_sender(wanted=wanted, by=OPERATOR)
        assert queries.registrations(clinic)[0].reference == "ES-1"
        with pytest.raises(Refused):
            actions.register_sender(wanted=queries.Registration(clinic, "QuayClinic", "ES"), by=OPERATOR)
    other = factories.make_clinic("quay-side", name="Quay").id
    with clinic_scope(other):
        assert queries.registrations(other) == []
        assert not actions.forget_sender(clinic_id=other, sender="QuayClinic", country="ES", by=OPERATOR)
        assert not SenderRegistration.objects.exists()


# ------------------------------------------------------------------------------------------------ stop texts


def test_stop_text_of_the_carrier_is_wanted_word_for_word(clinic: UUID) -> None:
    patient = factories.make_patient(clinic)
    with clinic_scope(clinic):
        consent.permit(clinic_id=clinic, patient_id=patient, groups=[PurposeGroup.NEWS], how="desk", by=OPERATOR)
    news: dict[str, Any] = {"purpose": Purpose.NEWS, "patient_id": patient, "phone": FRENCH}
    assert send(clinic, intent(text="Offers. STOP 36222", **news))[0].verdict != "never"
    assert number("register", "--address", NUMBER, "--country", "FR", "--stop-text", "STOP au 36111") == 0
    assert send(clinic, intent(text="Offers. STOP 36222", **news))[0].rule == "stop_text_missing"
    assert send(clinic, intent(text="Offers. STOP au 36111", **news))[0].verdict != "never"
    assert send(clinic, intent(text="See you.", phone=FRENCH))[0].verdict != "never"
