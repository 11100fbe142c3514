"""Whose a text to a shared number is: decided by exact tables; a STOP stops somebody, and nothing else stops more than one."""

import itertools
from collections.abc import Collection, Iterator
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from recado.channels.protocol import Inbound, Uncertain
from recado.consent.types import Purpose
from recado.conversations import words as answers
from recado.conversations import worker
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging import inbound
from recado.messaging.binding import whose
from recado.messaging.commands import WORDS, Command, is_stop
from recado.messaging.types import Route
from tests import factories
from tests.desk import Desk
from tests.factories import intent, make_clinic, phone, sql

SHARED = "+447700900190"
CLINICS = [new_id() for _ in range(4)]
KEYWORDS = ("HARBOUR", "QUAY", "", "JETTY")
OWNERS = list(zip(CLINICS, KEYWORDS, strict=True))

_STOPS = [phrase.strip() for line in WORDS[Command.STOP].values() for phrase in line.split(";")]
_CANCELS = [phrase.strip() for line in answers.WORDS[answers.Answer.CANCEL].values() for phrase in line.split(";")] + [
    "CANCEL",
    "END",
    "ANNULER",
    "BATAL",
    "CANCELAR",
    "no",
    "3",
    "afmelden",
    "fin",
    "koniec",
]
_DECOR = st.sampled_from(["", " ", "!", ".", " 🙏", "please ", "Bonjour "])


def _decorated(phrases: Collection[str]) -> st.SearchStrategy[str]:
    said = st.tuples(_DECOR, st.sampled_from(sorted(phrases)), st.sampled_from(["", "!", ".", " 🙏"]), st.booleans())
    return said.map(lambda parts: f"{parts[0]}{parts[1].upper() if parts[3] else parts[1]}{parts[2]}")


TEXTS = st.one_of(
    _decorated(_STOPS),
    _decorated(_CANCELS),
    st.text(max_size=40),
    st.builds("{} {}".format, st.sampled_from(KEYWORDS), _decorated([*_STOPS, *_CANCELS])),
)


@settings(max_examples=400, deadline=None)
@given(
    text=TEXTS,
    owners=st.lists(st.sampled_from(OWNERS), max_size=4, unique=True),
    last=st.none() | st.integers(0, 3),
    knowing=st.sets(st.sampled_from(CLINICS)),
)
def test_only_a_bare_stop_is_for_more_than_one_clinic(
    text: str, owners: list[tuple[UUID, str]], last: int | None, knowing: set[UUID]
) -> None:
    ours = [clinic for clinic, _ in owners]
    writer = CLINICS[last] if last is not None and CLINICS[last] in ours else None
    found = whose(text, owners, lambda: writer, lambda: knowing)
    assert set(found.clinics) <= set(ours)
    if len(found.clinics) > 1:
        assert is_stop(text) and found.text == text
    if is_stop(text):
        assert found.clinics == (
            tuple(ours) if len(ours) == 1 else (writer,) if writer else tuple(c for c in ours if c in knowing)
        ), "each that knows the number, unless one is told"


@settings(max_examples=200, deadline=None)
@given(text=_decorated(_CANCELS))
def test_a_word_about_a_visit_is_nobodys_stop(text: str) -> None:
    assert whose(text, OWNERS, lambda: None, lambda: CLINICS).clinics == ()


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("QUAY stop", "stop"),
        ("quay: STOP", "STOP"),
        ("STOP QUAY", "STOP"),
        ("stop all, Quay.", "stop all,"),
        ("Quay\nstop", "stop"),
    ],
)
def test_a_keyword_names_one_clinic(said: str, text: str) -> None:
    found = whose(said, OWNERS, lambda: CLINICS[0], lambda: CLINICS)
    assert found.clinics == (CLINICS[1],) and found.text == text and is_stop(text)


def test_a_keyword_behind_other_words_names_nobody() -> None:
    assert whose("the lift at the quay", OWNERS, lambda: None, lambda: CLINICS).clinics == ()


# ------------------------------------------------------------------------------------------------ in the product


@pytest.fixture
def maintenance(database: None) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        yield connection


@pytest.fixture
def shared(database: None) -> list[UUID]:
    """Three clinics with a number that they share."""
    made = [make_clinic(slug, name=slug.title()).id for slug in ("harbour", "quay", "jetty")]
    for clinic, keyword in zip(made, ("HARBOUR", "QUAY", "JETTY"), strict=True):
        factories.furnish(clinic, SHARED, keyword=keyword)
    return made


def hear(maintenance: "psycopg.Connection[tuple[object, ...]]", text: str, last: int = 321) -> None:
    with Desk() as desk:
        desk.take(Inbound(phone(last).e164, SHARED, text, None))
    worker.read_inbound(maintenance)


def outcome() -> tuple[UUID | None, str]:
    rows = sql("SELECT clinic_id, outcome FROM messaging_inboundraw ORDER BY id DESC LIMIT 1")
    return rows[0][0], rows[0][1]


def stopped() -> set[UUID]:
    """The clinics that are; not the questions about whose a text is, which a STOP ends too."""
    return {row[0] for row in sql("SELECT DISTINCT clinic_id FROM consent_withdrawal")} - {SYSTEM_CLINIC}


def test_bare_stop_stops_every_clinic_that_wrote_or_knows_the_number(
    shared: list[UUID], maintenance: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    harbour, quay, _jetty = shared
    factories.send(harbour, intent(321))
    sql("UPDATE messaging_message SET sender = %s", ("+447700900999",))  # once, from another number
    factories.make_patient(quay, 321)
    hear(maintenance, "Stop, please.")
    assert stopped() == {harbour, quay} and outcome() == (None, "stopped")
    assert [text.count("no more messages") for text in factories.wordings(quay)] == [1]
    with clinic_scope(harbour):
        assert factories.wordings(harbour)[-1].startswith("You will get no more messages from Harbour")
    ids = [row[0] for row in sql("SELECT id FROM conversations_reading")]
    assert len(set(ids)) == 2 and not set(ids) & {row[0] for row in sql("SELECT id FROM messaging_inboundraw")}


def test_bare_stop_that_nobody_knows_waits_for_the_operator(
    shared: list[UUID], maintenance: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    factories.make_patient(shared[0], 322)
    hear(maintenance, "STOP", 321)
    assert stopped() == set() and outcome() == (None, "unbound")


def test_a_stop_cut_off_halfway_confirms_each_clinic_once(
    shared: list[UUID], maintenance: "psycopg.Connection[tuple[object, ...]]", monkeypatch: pytest.MonkeyPatch
) -> None:
    for clinic in shared:
        factories.make_patient(clinic)
    receive, heard = worker.receive, []

    def fails_second(text: object) -> str:
        heard.append(text)
        if len(heard) == 2:
            raise ZeroDivisionError
        return receive(text)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(worker, "receive", fails_second)
        hear(maintenance, "STOP")
    assert len(stopped()) == 1 and outcome() == (None, "failed")
    sql("UPDATE messaging_inboundraw SET received_at = received_at - interval '2 seconds'")
    worker.read_inbound(maintenance)
    assert stopped() == set(shared) and outcome() == (None, "stopped")
    assert [len(factories.wordings(clinic)) for clinic in shared] == [1, 1, 1]


_lasts = itertools.count(100)  # a phone for each example: what one said must not stand for the next


@settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(knows=st.sets(st.integers(0, 2)), text=st.one_of(_decorated(_STOPS), _decorated(_CANCELS)))
def test_who_is_stopped_is_told_by_the_tables_alone(
    shared: list[UUID], maintenance: "psycopg.Connection[tuple[object, ...]]", knows: set[int], text: str
) -> None:
    last, before = next(_lasts), set(sql("SELECT clinic_id, phone_bi FROM consent_withdrawal"))
    for at in knows:
        factories.make_patient(shared[at], last)
    hear(maintenance, text, last)
    after = set(sql("SELECT clinic_id, phone_bi FROM consent_withdrawal"))
    assert {row[0] for row in after - before} - {SYSTEM_CLINIC} == (
        {shared[at] for at in knows} if is_stop(text) else set()
    )


def test_stop_goes_to_the_last_writer_alone(
    shared: list[UUID], maintenance: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    for clinic in shared[:2]:
        factories.send(clinic, intent(321, number=SHARED))
        factories.advance(timedelta(minutes=1))
    hear(maintenance, "STOP")
    assert stopped() == {shared[1]} and outcome() == (shared[1], "stopped")


def test_answer_finds_the_clinic_whose_text_went_over_to_another_carrier_and_its_sender(
    shared: list[UUID], maintenance: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    quay = shared[1]
    factories.furnish(quay, "+447700900192", carrier=2)
    (text,) = factories.send(quay, intent(321, number="+447700900192"))
    with Desk(carrier=2) as desk:
        desk._runner.run(desk.books.move([text.message_id.bytes], 2, Route(factories.CARRIER, SHARED)))
    hear(maintenance, "thank you")
    assert outcome()[0] == quay


@pytest.mark.parametrize("is_uncertain", [True, False])
def test_answer_to_the_first_sender_is_the_clinics_whose_text_may_have_left_from_there(
    shared: list[UUID], maintenance: "psycopg.Connection[tuple[object, ...]]", is_uncertain: bool
) -> None:
    before, quay = shared[:2]
    factories.send(before, intent(321, number=SHARED))
    factories.advance(timedelta(minutes=1))
    (text,) = factories.send(quay, intent(321, number=SHARED))
    with Desk() as desk:
        claimed = desk.claim()
        assert claimed
        if is_uncertain:
            desk.settle(desk.answered(claimed, Uncertain("connection_lost")))
    factories.went_over(quay, text.message_id)
    hear(maintenance, "thank you")
    assert outcome()[0] == (quay if is_uncertain else before)


OWN, LAST = Route(2, "+447700900192"), Route(3, "+447700900193")


@pytest.mark.parametrize(("first", "second"), [(OWN, Route(1, SHARED)), (Route(1, SHARED), OWN)])
def test_answer_to_one_of_three_senders_is_the_clinics_whose_text_was_uncertain_there(
    shared: list[UUID], maintenance: "psycopg.Connection[tuple[object, ...]]", first: Route, second: Route
) -> None:
    before, quay = shared[:2]
    factories.send(before, intent(321, number=SHARED))
    with Desk() as desk:
        desk.send_all()
    factories.advance(timedelta(minutes=1))
    factories.furnish(quay, OWN.sender, carrier=OWN.carrier_id)
    (text,) = factories.send(quay, intent(321, number=first.sender, purpose=Purpose.VERIFY))
    with Desk(carrier=second.carrier_id) as desk:
        move, name = desk.books.move, text.message_id.bytes
        assert desk._runner.run(move([name], first.carrier_id, second)) == 1
        claimed = desk.claim()
        assert claimed
        desk.settle(desk.answered(claimed, Uncertain("connection_lost")))
        assert desk._runner.run(move([name], second.carrier_id, LAST)) == 1
    hear(maintenance, "thank you")
    assert outcome()[0] == (quay if second.sender == SHARED else before)


# ------------------------------------------------------------------------------------------------ by a clinic's own carrier


@pytest.fixture
def own(shared: list[UUID]) -> int:
    """A carrier that the first clinic has added itself."""
    factories.furnish(shared[0], "+447700900191", carrier=2)
    sql("UPDATE messaging_carrieraccount SET kept_by = %s WHERE id = 2", (shared[0],))
    return 2


def brought(
    maintenance: "psycopg.Connection[tuple[object, ...]]", carrier: int, text: str, to: str
) -> tuple[UUID | None, str]:
    with Desk(carrier=carrier) as desk:
        desk.take(Inbound(phone(321).e164, to, text, None))
    worker.read_inbound(maintenance)
    return outcome()


@pytest.mark.parametrize("text", ["STOP", "QUAY stop", "stop quay", "3", "QUAY hello"])
def test_a_clinics_own_carrier_says_nothing_to_another_clinic(
    shared: list[UUID], own: int, maintenance: "psycopg.Connection[tuple[object, ...]]", text: str
) -> None:
    quay = shared[1]
    factories.furnish(quay, "+447700900192")
    factories.make_patient(quay, 321)
    factories.send(quay, intent(321, number=SHARED))
    assert brought(maintenance, own, text, "+447700900192") == (None, "unbound"), "the other's own number"
    assert brought(maintenance, own, text, SHARED)[0] in (shared[0], None), "one that they share"
    assert not {quay, shared[2]} & stopped()
    assert sql("SELECT 1 FROM conversations_reading WHERE clinic_id <> %s", (shared[0],)) == []


def test_what_a_clinics_own_carrier_brought_is_never_given_to_another(
    shared: list[UUID], own: int, maintenance: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    factories.furnish(shared[1], "+447700900192")
    brought(maintenance, own, "STOP", "+447700900192")
    ((name,),) = sql("SELECT id FROM messaging_inboundraw")
    assert not inbound.give(maintenance, name, shared[1])
    assert inbound.give(maintenance, name, shared[0])


def test_a_clinics_own_carrier_brings_it_nothing_that_another_carrier_brought(
    shared: list[UUID], own: int, maintenance: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    assert brought(maintenance, factories.CARRIER, "Something private", SHARED) == (None, "unbound")
    assert brought(maintenance, own, "HARBOUR hello", SHARED)[0] == shared[0]
    assert sql("SELECT outcome FROM messaging_inboundraw ORDER BY id LIMIT 1") == [("unbound",)]


def test_a_clinics_own_carriers_bring_texts_to_each_of_its_numbers(
    shared: list[UUID], own: int, maintenance: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    assert brought(maintenance, own, "STOP", "+447700900191") == (shared[0], "stopped")
    factories.furnish(shared[0], "+447700900193")
    assert brought(maintenance, own, "hello", "+447700900193")[0] == shared[0], "it moves from one carrier to another"


def test_what_the_operators_carrier_brings_to_a_number_on_a_clinics_own_is_not_simply_its(
    shared: list[UUID], own: int, maintenance: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    """Nobody but the clinic says that it is its number: it may have been another's, whose patients go on writing to it."""
    claimed = "+447700900191"
    for text in ("Something private", "STOP", "1"):
        assert brought(maintenance, factories.CARRIER, text, claimed) == (None, "unbound"), text
    assert brought(maintenance, own, "hello", claimed)[0] == shared[0]
    factories.send(shared[0], intent(321, number=claimed))
    assert sql("SELECT sender FROM messaging_message ORDER BY id DESC LIMIT 1") == [(claimed,)]
    assert brought(maintenance, factories.CARRIER, "thank you", claimed)[0] == shared[0], "an answer to its text"


def test_stop_to_a_number_on_a_clinics_own_carrier_is_heard_by_who_wrote_long_ago(
    shared: list[UUID], own: int, maintenance: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    """Or from another number: whichever carrier brings it, and where no text is that an answer would find."""
    claimed = "+447700900191"
    factories.send(shared[0], intent(321, number=SHARED))
    assert brought(maintenance, factories.CARRIER, "What did you want?", claimed) == (None, "unbound")
    assert brought(maintenance, factories.CARRIER, "STOP", claimed) == (shared[0], "stopped")


def test_what_comes_to_a_number_of_the_only_clinic_is_its_whichever_carrier_brings_it(
    database: None, maintenance: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    clinic = factories.make_furnished().id
    factories.furnish(clinic, "+447700900191", carrier=2)
    sql("UPDATE messaging_carrieraccount SET kept_by = %s WHERE id = 2", (clinic,))
    assert brought(maintenance, factories.CARRIER, "hello", "+447700900191")[0] == clinic
