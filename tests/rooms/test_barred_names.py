"""A name as sender that a country takes none of, or none that isn't registered: said when a text is put, or the text leaves from a
number; never sent to be dropped on its way without a word."""

import json
from datetime import date, timedelta
from uuid import UUID

import pytest

from recado.api import messages as api
from recado.consent.types import Purpose
from recado.foundation.actors import OPERATOR
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.launch import console
from recado.messaging import actions, foreseeing, queries
from recado.messaging.carriers import forget_routes
from recado.messaging.checks import objection
from recado.messaging.models import Outbox
from recado.messaging.route_book import NoRoute, RouteBook
from recado.messaging.routing import RouteRule, Target
from recado.messaging.types import Delivery, Route
from tests import factories
from tests.factories import NUMBER, intent, phone, send, sql

NAME = "QuayClinic"
IRISH, AMERICAN = Phone("+353209100123"), Phone("+12025550123")  # both kept for fiction
NOT_ALLOWED, UNREGISTERED = ("never", "sender_not_allowed"), ("never", "sender_unregistered")
OPEN = {"purpose": Purpose.ANSWER}  # at any hour


@pytest.fixture
def clinic(database: None) -> UUID:
    """A clinic whose texts leave from its name."""
    made = factories.make_clinic(name="Quay").id
    factories.furnish(made, NAME)
    return made


def put(clinic: UUID, to: Phone, **more: object) -> Delivery:
    forget_routes()
    (made,) = send(clinic, intent(phone=to, **{**OPEN, **more}))
    return made


def verdict(clinic: UUID, to: Phone, **more: object) -> tuple[str, str]:
    made = put(clinic, to, **more)
    return made.verdict, made.rule


def test_text_from_a_name_is_refused_where_the_country_drops_it(clinic: UUID) -> None:
    assert verdict(clinic, AMERICAN) == NOT_ALLOWED
    assert verdict(clinic, IRISH) == UNREGISTERED
    assert put(clinic, phone()).is_queued
    assert sql("SELECT phone_ct IS NOT NULL, sender FROM messaging_outbox") == [(True, NAME)]


def test_text_from_a_number_is_not_asked(database: None) -> None:
    clinic = factories.make_furnished().id
    assert put(clinic, AMERICAN).is_queued and put(clinic, IRISH).is_queued


def test_who_sent_it_reads_why(clinic: UUID) -> None:
    made = put(clinic, IRISH)
    with clinic_scope(clinic):
        (cost,) = foreseeing.costs(clinic, [intent(phone=IRISH, **OPEN)])
    assert cost.objection == "sender_unregistered"
    told = api.status(clinic, made.message_id)
    assert told
    assert json.loads(told.body)["reason"] == queries.RULES["sender_unregistered"]


@pytest.mark.parametrize(("owner", "is_fine"), [("the clinic", True), ("another", False), ("everybody", True)])
def test_registered_name_goes(clinic: UUID, owner: str, is_fine: bool) -> None:
    register = ("number", "register", "--address", NAME, "--country", "IE", "--id", "IE-1")
    if owner == "everybody":
        assert console.main([*register]) == 0
    else:
        whose = clinic if owner == "the clinic" else factories.make_clinic("mill-lane", name="Mill").id
        with clinic_scope(whose):
            actions.register_sender(wanted=queries.Registration(whose, NAME, "IE", reference="IE-1"), by=OPERATOR)
    assert put(clinic, IRISH).is_queued is is_fine
    assert verdict(clinic, AMERICAN) == NOT_ALLOWED


def test_name_goes_from_the_day_on_which_it_is_registered(clinic: UUID) -> None:
    now = factories.business_time.now()
    since = (now + timedelta(days=2)).date()
    with clinic_scope(clinic):
        wanted = queries.Registration(clinic, NAME, "IE", reference="IE-1", since=since)
        actions.register_sender(wanted=wanted, by=OPERATOR)
    assert verdict(clinic, IRISH) == UNREGISTERED
    assert put(clinic, IRISH, not_before=now + timedelta(days=3)).verdict != "never"


def test_stop_text_alone_registers_nothing(clinic: UUID) -> None:
    register = ("number", "register", "--address", NAME, "--country", "IE", "--stop-text", "STOP 50123")
    assert console.main([*register]) == 0
    assert verdict(clinic, IRISH) == UNREGISTERED


def test_emergency_goes_from_a_name_that_may_be_registered_and_not_where_none_arrives(clinic: UUID) -> None:
    assert put(clinic, IRISH, purpose=Purpose.EMERGENCY).is_queued
    assert verdict(clinic, AMERICAN, purpose=Purpose.EMERGENCY) == NOT_ALLOWED


@pytest.mark.parametrize("purpose", [Purpose.ANSWER, Purpose.EMERGENCY])
def test_text_leaves_by_the_target_whose_sender_the_country_carries(clinic: UUID, purpose: Purpose) -> None:
    targets = ("--target", "1,weight=1000", "--target", f"10,sender={NUMBER}")
    sql(
        "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
        "VALUES (10, 'Baltica', 'smpp', '', true, 'ready')"
    )
    assert console.main(["route", "add", *targets]) == 0
    for last in range(12):
        assert put(clinic, IRISH, ref=f"ie:{last}", purpose=purpose).is_queued
        assert put(clinic, AMERICAN, ref=f"us:{last}", purpose=purpose).is_queued
    with clinic_scope(clinic):
        assert set(Outbox.objects.filter(clinic_id=clinic).values_list("carrier", "sender")) == {(10, NUMBER)}


def test_text_says_why_where_no_target_is_left(clinic: UUID) -> None:
    assert console.main(["route", "add", "--target", "1"]) == 0
    assert verdict(clinic, IRISH) == UNREGISTERED


def test_text_that_waits_moves_to_no_name_that_its_country_drops() -> None:
    own, whose = Route(1, NUMBER), UUID(int=5)

    def way(*targets: Target, **more: object) -> tuple[str, str | None]:
        book = RouteBook((RouteRule(UUID(int=1), targets=(Target(1), *targets)),), **more)  # type: ignore[arg-type]
        try:
            found = book.route(own, clinic=whose, phone=IRISH.e164, purpose=Purpose.CARE, without=frozenset({1}))
        except NoRoute:
            return "", None
        return found.sender, objection(Purpose.CARE, "See you.", IRISH, found, date(2026, 11, 30))

    second, third = Target(2, sender=NAME), Target(3, sender="+447700900101")
    assert way(second) == ("", None)
    assert way(second, third) == ("+447700900101", None)
    assert way(second, registered={(whose, NAME, "IE"): date(2026, 1, 1)}) == (NAME, None)


@pytest.mark.parametrize(
    ("to", "purpose", "down", "without", "leaves_by"),
    [
        (IRISH, Purpose.EMERGENCY, (), (), 2),
        (IRISH, Purpose.EMERGENCY, (2,), (), 1),
        (IRISH, Purpose.EMERGENCY, (), (2,), 1),
        (IRISH, Purpose.EMERGENCY, (1, 2), (), 2),  # it waits, and rather for a number
        (IRISH, Purpose.EMERGENCY, (1,), (2,), 1),
        (IRISH, Purpose.EMERGENCY, (), (1, 2), None),
        (IRISH, Purpose.CARE, (2,), (), 2),
        (IRISH, Purpose.CARE, (), (2,), None),
        (AMERICAN, Purpose.EMERGENCY, (2,), (), 2),
        (AMERICAN, Purpose.EMERGENCY, (), (2,), None),
    ],
)
def test_emergency_leaves_from_a_name_that_nobody_has_noted_while_no_number_takes_it(
    to: Phone, purpose: Purpose, down: tuple[int, ...], without: tuple[int, ...], leaves_by: int | None
) -> None:
    rule, own, whose = (
        RouteRule(UUID(int=1), targets=(Target(1), Target(2, sender=NUMBER))),
        Route(1, NAME),
        UUID(int=5),
    )

    def way(book: RouteBook, **more: frozenset[int]) -> int | None:
        gone = frozenset(without)
        try:
            found = book.route(own, clinic=whose, phone=to.e164, purpose=purpose, without=gone, **more)
        except NoRoute:
            return None
        assert objection(purpose, "Leave the house.", to, found, date(2026, 11, 30)) is None
        assert found.sender == (NUMBER if found.carrier_id == 2 else NAME)
        return found.carrier_id

    assert way(RouteBook((rule,), frozenset(down))) == leaves_by
    assert way(RouteBook((rule,)), held=frozenset(down)) == leaves_by
