"""The table of routes is kept: by the operator's command for all, by a clinic for itself; and it says what never decides."""

import json
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.clinics.types import Refused
from recado.consent.types import Purpose
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import SET_CLINIC, clinic_scope
from recado.launch import console
from recado.messaging import actions, queries
from recado.messaging.actions import RouteWish
from recado.messaging.models import Outbox
from recado.messaging.route_rules import place_for, taken_by
from recado.messaging.routes import _Table, positions_of
from recado.messaging.routing import RouteRule, Target, first_match
from recado.messaging.types import NoSuchRoute
from tests import factories
from tests.factories import CARRIER, NUMBER, intent, send, sql

OTHER = 7


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    sql(
        "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
        "VALUES (%s, 'Baltica', 'smpp', '', true, 'ready')",
        (OTHER,),
    )
    return made


def run(*arguments: str) -> int:
    return console.main(["route", *arguments])


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert run(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def order(capsys: pytest.CaptureFixture[str]) -> list[tuple[str | None, str | None]]:
    return [(row["clinic"], row["country"]) for row in said(capsys, "list")]


# ------------------------------------------------------------------------------------------------ the command


def test_operator_adds_lists_changes_moves_and_removes(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    made = said(
        capsys, "add", "--country", "gb", "--purpose", "care,news", "--target", "Baltica,weight=3,sender=Harbour"
    )
    assert made["number"] == 1
    assert made["country"] == "GB"
    assert made["purposes"] == ["care", "news"]
    (target,) = made["targets"]
    assert (target["carrier"], target["name"], target["weight"], target["sender"]) == (OTHER, "Baltica", 3, "Harbour")
    assert (target["is_up"], target["score"], target["share"]) == (True, 1.0, 1.0)
    said(capsys, "add", "--shut")
    said(capsys, "add", "--clinic", "harbour-street", "--targets", '[{"carrier": 1}, {"carrier": 7, "weight": 0}]')
    assert order(capsys) == [(None, "GB"), ("harbour-street", None), (None, None)]
    changed = said(capsys, "change", made["id"], "--country", "any", "--target", "1,ceiling=0.05")
    assert changed["country"] is None and changed["purposes"] == ["care", "news"]
    assert changed["targets"][0]["ceiling"] == "0.05"
    assert said(capsys, "move", made["id"], "--last")["number"] == 3
    assert said(capsys, "move", "3", "--first")["id"] == made["id"]
    assert said(capsys, "remove", "1") == {"id": made["id"], "removed": True}
    assert order(capsys) == [("harbour-street", None), (None, None)]
    actions_noted = [
        row[0] for row in sql("SELECT action FROM foundation_auditevent WHERE action LIKE '%%route%%' ORDER BY id")
    ]
    assert actions_noted == [
        f"message.route_{verb}" for verb in ("added", "added", "added", "changed", "moved", "moved", "removed")
    ]


def test_list_for_people_says_how_each_row_is(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    assert "no rows" in capsys.readouterr().out
    run("add", "--country", "GB", "--target", "1", "--target", "Baltica,weight=0,ceiling=0.01")
    run("add", "--shut")
    sql("UPDATE messaging_carrieraccount SET state = 'down' WHERE id = 1")
    sql(
        "INSERT INTO messaging_carrierprice (carrier, country, price, currency, at) VALUES (7, 'GB', 0.02, 'GBP', now())"
    )
    sql("INSERT INTO messaging_carrierscore (carrier, country, score, at) VALUES (1, 'GB', 0.5, now())")
    capsys.readouterr()
    run("list")
    told = capsys.readouterr().out
    for words in ("every clinic, GB, any purpose", "no connection", "score 0.50", "backup", "too dear", "don't leave"):
        assert words in told


def test_row_decides_from_the_moment_it_is_saved(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "add", "--country", "GB", "--target", "Baltica")
    send(clinic, intent())
    with clinic_scope(clinic):
        assert Outbox.objects.get(clinic_id=clinic).carrier == OTHER


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--country", "XX", "--shut"), "two letters"),
        (("--country", "GBR", "--shut"), "two letters"),
        (("--target", "9"), "no carrier 9"),
        (("--target", "1", "--target", "1,weight=2"), "twice"),
        (("--target", "1,weight=-1"), "0 (a backup) to 1000"),
        (("--target", "1,weight=x"), "0 (a backup) to 1000"),
        (("--target", "1,ceiling=0"), "above 0"),
        (("--target", "1,ceiling=NaN"), "above 0"),
        (("--target", "1,price=1"), "--target: write it as"),
        (("--targets", "[1]"), "Say for each carrier"),
        (("--targets", "{"), "not JSON"),
        (("--targets", '[{"carrier": 1, "wait": 2}]'), "Say for each carrier"),
        (("--purpose", "fun", "--shut"), "no purpose fun"),
        (("--sender", "+447700900199", "--shut"), "No clinic"),
        (("--clinic", "nowhere", "--shut"), "--clinic"),
        ((), "--target is missing"),
        (("--before", "4", "--shut"), "no row 4"),
    ],
)
def test_refusals_say_what_to_do(
    clinic: UUID, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], word: str
) -> None:
    assert run("add", *arguments) == 1
    assert word in capsys.readouterr().err
    assert sql("SELECT count(*) FROM messaging_route") == [(0,)]


def test_second_row_for_the_same_texts_is_refused(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", "--country", "GB", "--purpose", "care", "--target", "1") == 0
    assert run("add", "--country", "GB", "--purpose", "care", "--target", "7") == 1
    assert "exactly such texts" in capsys.readouterr().err


def test_row_that_never_decides_is_told(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    broad = said(capsys, "add", "--target", "1")
    narrow = said(capsys, "add", "--country", "GB", "--target", "7")
    assert narrow["number"] == 1, "placed where it counts"
    assert narrow["problems"] == broad["problems"] == []
    moved = said(capsys, "move", "1", "--last")
    assert [one["code"] for one in moved["problems"]] == ["route_never_decides"]
    assert "Row 1" in moved["problems"][0]["text"]
    assert [[one["code"] for one in row["problems"]] for row in said(capsys, "list")] == [[], ["route_never_decides"]]
    back = said(capsys, "move", broad["id"], "--last")
    assert back["problems"] == []
    hiding = said(capsys, "move", broad["id"], "--first")
    assert [one["code"] for one in hiding["problems"]] == ["route_hides"]


def test_number_of_nobody_as_sender_is_told(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    made = said(capsys, "add", "--target", "7,sender=+447700900155")
    assert [one["code"] for one in made["problems"]] == ["route_sender_unheard"]
    assert said(capsys, "add", "--country", "GB", "--target", f"7,sender={NUMBER}")["problems"] == []


# ------------------------------------------------------------------------------------------------ a clinic's own rows


def test_clinic_manages_its_own_rows_between_those_of_others(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    other = factories.make_furnished("quay-side", name="Quay", number="+447700900101").id
    first = said(capsys, "add", "--country", "FR", "--target", "1")
    said(capsys, "add", "--shut")
    theirs = said(capsys, "add", "--clinic", "quay-side", "--country", "DE", "--target", "7")
    targets = (Target(CARRIER),)
    with clinic_scope(clinic):
        one = actions.add_route(clinic_id=clinic, wish=RouteWish(country="GB", targets=targets), by=OPERATOR)
        two = actions.add_route(clinic_id=clinic, wish=RouteWish(country="NL", targets=targets), by=OPERATOR)
        actions.move_route(clinic_id=clinic, route_id=two.id, before=UUID(first["id"]), by=OPERATOR)
        seen = queries.routes_of(clinic, country="GB")
        assert [(row.country, row.is_own) for row in seen] == [("NL", True), ("FR", False), ("GB", True), ("", False)]
        changed = actions.change_route(clinic_id=clinic, route_id=one.id, wish=RouteWish(country="ES"), by=OPERATOR)
        assert changed.number == 3
    mine = ("harbour-street",)
    rows = order(capsys)
    assert [row for row in rows if row[0] != "quay-side"] == [
        (*mine, "NL"),
        (None, "FR"),
        (*mine, "ES"),
        (None, None),
    ]
    assert rows.index(("quay-side", "DE")) < rows.index((None, None))
    for foreign in (first["id"], theirs["id"], str(new_id())):
        with clinic_scope(clinic), pytest.raises(NoSuchRoute):
            actions.remove_route(clinic_id=clinic, route_id=UUID(foreign), by=OPERATOR)
        with clinic_scope(clinic), pytest.raises(NoSuchRoute):
            actions.change_route(clinic_id=clinic, route_id=UUID(foreign), wish=RouteWish(), by=OPERATOR)
    with clinic_scope(clinic):
        actions.remove_route(clinic_id=clinic, route_id=one.id, by=OPERATOR)
    assert len(order(capsys)) == 4
    with clinic_scope(other):
        assert [row.country for row in queries.routes_of(other)] == ["FR", "DE", ""]


def test_clinic_names_only_carriers_and_senders_that_serve_it(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    def add(target: Target) -> UUID:
        with clinic_scope(clinic):
            return actions.add_route(clinic_id=clinic, wish=RouteWish(targets=(target,)), by=OPERATOR).id

    with pytest.raises(Refused, match="does not serve"):
        add(Target(OTHER))
    with pytest.raises(Refused, match="no such number"):
        add(Target(CARRIER, sender="QuayClinic"))
    said(capsys, "add", "--clinic", "harbour-street", "--country", "FR", "--target", "7")
    assert add(Target(OTHER))


def test_clinic_names_a_carrier_of_its_own_on_which_no_number_stands(clinic: UUID) -> None:
    sql("UPDATE messaging_carrieraccount SET kept_by = %s WHERE id = %s", (clinic, OTHER))
    with clinic_scope(clinic):
        assert OTHER in [one.id for one in queries.carriers_of(clinic)]
        actions.add_route(clinic_id=clinic, wish=RouteWish(targets=(Target(OTHER),)), by=OPERATOR)
    other = factories.make_furnished("quay", number="+447700900101").id
    with clinic_scope(other), pytest.raises(Refused, match="does not serve"):
        actions.add_route(clinic_id=other, wish=RouteWish(targets=(Target(OTHER),)), by=OPERATOR)


def test_row_security_keeps_the_rows_of_others(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "add", "--shut")
    with connect(Role.APP) as app:
        app.execute(SET_CLINIC, (str(clinic),))
        assert app.execute("SELECT count(*) FROM messaging_route").fetchone() == (1,)
        assert app.execute("UPDATE messaging_route SET targets = '[]'").rowcount == 0
        assert app.execute("DELETE FROM messaging_route").rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(
                "INSERT INTO messaging_route (id, position, clinic_id, country, purposes, sender, targets) "
                "VALUES (gen_random_uuid(), 1, NULL, '', '{}', '', '[]')"
            )


def test_page_tells_prices_scores_and_shares(clinic: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "add", "--target", "1,ceiling=0.05", "--target", "7,weight=3")
    sql("INSERT INTO messaging_carrierscore (carrier, country, score, at) VALUES (7, 'GB', 0.5, now())")
    sql(
        "INSERT INTO messaging_carrierprice (carrier, country, price, currency, at) VALUES (1, 'GB', 0.04, 'GBP', now())"
    )
    with clinic_scope(clinic):
        (row,) = queries.routes_of(clinic, country="GB")
        (abroad,) = queries.routes_of(clinic, country="FR")
    first, second = row.targets
    assert (first.price, first.currency, first.is_too_dear, first.ceiling) == (
        Decimal("0.04"),
        "GBP",
        False,
        Decimal("0.05"),
    )
    assert (second.score, second.scores) == (0.5, {"GB": 0.5})
    assert first.share + second.share == pytest.approx(1)
    assert first.share == pytest.approx(1 / 1.75)
    assert abroad.targets[1].score == 1.0


# ------------------------------------------------------------------------------------------------ rules

CLINICS = [UUID(int=1), UUID(int=2)]
COUNTRIES, SENDERS, PURPOSES = ["GB", "FR"], ["+447700900100"], [Purpose.CARE, Purpose.NEWS]
ELSE = {"clinic": UUID(int=9), "country": "ZZ", "sender": "elsewhere"}
ROWS = st.builds(
    RouteRule,
    id=st.uuids(),
    clinic=st.sampled_from([None, *CLINICS]),
    country=st.sampled_from(["", *COUNTRIES]),
    purposes=st.sampled_from(
        [frozenset[Purpose](), frozenset(PURPOSES[:1]), frozenset(PURPOSES[1:]), frozenset(Purpose) - {PURPOSES[0]}]
    ),
    sender=st.sampled_from(["", *SENDERS]),
)


def texts() -> list[dict[str, Any]]:
    every = product([*CLINICS, ELSE["clinic"]], [*COUNTRIES, ELSE["country"]], Purpose, [*SENDERS, ELSE["sender"]])
    return [{"clinic": c, "country": k, "purpose": p, "sender": s} for c, k, p, s in every]


@given(st.lists(ROWS, max_size=6, unique_by=lambda row: row.id))
def test_row_is_said_to_never_decide_exactly_if_no_text_comes_to_it(rows: list[RouteRule]) -> None:
    deciding = {rule.id for text in texts() if (rule := first_match(rows, **text)) is not None}
    for place, row in enumerate(rows):
        assert (taken_by(rows, place) is None) is (row.id in deciding)
        behind = taken_by(rows, place)
        assert behind is None or behind < place


@given(st.lists(ROWS, max_size=5, unique_by=lambda row: row.id), ROWS)
def test_new_row_is_placed_before_the_first_that_takes_it_all(rows: list[RouteRule], row: RouteRule) -> None:
    at = place_for(rows, row)
    assert not any(taken_by([other, row], 1) == 0 for other in rows[:at])


@given(st.lists(ROWS, max_size=8, unique_by=lambda row: row.id), st.data())
def test_clinics_positions_keep_the_order_and_move_nobody_else(rows: list[RouteRule], data: st.DataObject) -> None:
    stands = {row.id: float(place) for place, row in enumerate(rows, start=1)}
    row = data.draw(st.sampled_from(rows)) if rows else None
    if row is None or row.clinic is None:
        return
    rest = [other for other in rows if other.id != row.id]
    at = data.draw(st.integers(0, len(rest)))
    wanted = [*rest[:at], row, *rest[at:]]
    made = positions_of(_Table(tuple(wanted), stands), row.clinic)
    assert made.keys() == {other.id for other in rows if other.clinic == row.clinic}
    after = stands | made
    assert sorted(wanted, key=lambda one: after[one.id]) == wanted
