"""Texts whose answer was lost: their carrier is asked, and only then their purpose's rule decides."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.channels.protocol import (
    CannotTell,
    Finding,
    Found,
    Missing,
    NotThere,
    Receipt,
    ReceiptState,
    Uncertain,
)
from recado.consent.types import Purpose
from recado.messaging import lookups
from recado.messaging.dispatch import looking
from recado.messaging.lookups import AskAgain, Asked, Over, Taken, decide, decide_all
from recado.messaging.types import RESENT_WHEN_UNCERTAIN, EventKind
from tests import factories
from tests.desk import Desk
from tests.factories import events_of, intent, phone, queued, send, sql

SENT, DELIVERED, FAILED, UNCERTAIN = EventKind.SENT, EventKind.DELIVERED, EventKind.FAILED, EventKind.UNCERTAIN
database = pytest.mark.usefixtures("database")


class Memory:
    """A carrier that is asked: it tells what is in `known`, and of anything else what `otherwise` says."""

    def __init__(self, known: dict[str, Receipt] | None = None, *, otherwise: Finding | None = None) -> None:
        self.known, self.otherwise = known or {}, otherwise or NotThere()
        self.asked: list[Missing] = []

    async def look_up(self, texts: Sequence[Missing]) -> list[Finding]:
        self.asked += texts
        return [
            Found((self.known[text.envelope.text],)) if text.envelope.text in self.known else self.otherwise
            for text in texts
        ]


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    sql("UPDATE messaging_carrieraccount SET has_lookup = true")
    return made


def lose(desk: Desk, clinic: UUID, *texts: str, **more: Any) -> list[UUID]:
    """Texts whose answer was lost, due to be asked about now."""
    made = send(clinic, *(intent(at, text=text, **more) for at, text in enumerate(texts, 321)))
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Uncertain("link_lost")))
    due()
    return [one.message_id for one in made]


def due() -> None:
    """Makes the next question due."""
    sql("UPDATE messaging_lookup SET next_at = now() - interval '1 second' WHERE settled_at IS NULL")


def delivered(ref: str) -> Receipt:
    return Receipt(ref, ReceiptState.DELIVERED, None)


def outcomes() -> list[tuple[str, bool]]:
    return [(r[0], r[1]) for r in sql("SELECT outcome, settled_at IS NOT NULL FROM messaging_lookup ORDER BY message")]


def incidents() -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in sql("SELECT reason, texts FROM messaging_incident ORDER BY reason, texts")]


# ------------------------------------------------------------------------------------------------ settled


@database
def test_text_that_the_carrier_has_is_settled_under_its_reference(clinic: UUID, desk: Desk) -> None:
    (made,) = lose(desk, clinic, "on its way")
    desk.look(Memory({"on its way": Receipt("r1", ReceiptState.ON_THE_WAY, None)}))
    assert sorted(events_of(made)) == [SENT, UNCERTAIN]
    desk.take(delivered("r1"))  # its report binds now
    assert sorted(events_of(made)) == [SENT, DELIVERED, UNCERTAIN]
    assert (outcomes(), incidents()) == ([("found", True)], [])


@database
@pytest.mark.parametrize(("state", "kind"), [(ReceiptState.DELIVERED, DELIVERED), (ReceiptState.FAILED, FAILED)])
def test_what_became_of_it_is_told_at_once(clinic: UUID, desk: Desk, state: ReceiptState, kind: EventKind) -> None:
    (made,) = lose(desk, clinic, "hello")
    desk.look(Memory({"hello": Receipt("r1", state, None, error="30005")}))
    assert sorted(events_of(made)) == sorted([SENT, kind, UNCERTAIN])


@database
def test_reference_that_no_column_holds_is_mended_and_binds_its_receipt(clinic: UUID, desk: Desk) -> None:
    (made,) = lose(desk, clinic, "hello")
    long = "r" * 200
    desk.look(Memory({"hello": Receipt(long, ReceiptState.ON_THE_WAY, None, error="\0")}))
    desk.take(delivered(long))
    assert sorted(events_of(made)) == [SENT, DELIVERED, UNCERTAIN]


@database
def test_carrier_is_asked_with_what_it_got(clinic: UUID, desk: Desk) -> None:
    before = datetime.now(UTC)
    (made,) = lose(desk, clinic, "the words")
    carrier = Memory({"the words": delivered("r1")})
    desk.look(carrier)
    (asked,) = carrier.asked
    assert (asked.envelope.message, asked.envelope.text, asked.envelope.to) == (made.bytes, "the words", phone().e164)
    assert before - timedelta(minutes=5) < asked.since < before


@database
def test_opt_out_that_a_look_up_tells_of_reaches_consent(clinic: UUID, desk: Desk) -> None:
    lose(desk, clinic, "hello")
    desk.look(Memory({"hello": Receipt("r1", ReceiptState.FAILED, None, error="21610", person_stopped=True)}))
    (later,) = send(clinic, intent())
    assert later.rule == "withdrawn"


@database
def test_reference_of_another_text_is_not_taken_for_this_one(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(321, text="alike"))
    (other,) = desk.send_all()
    (made,) = lose(desk, clinic, "alike")
    carrier = Memory({"alike": delivered(f"ref-{other.message.hex()[-8:]}")})
    desk.look(carrier)
    due()
    desk.look(carrier)
    assert events_of(made) == [UNCERTAIN]
    assert outcomes() == [("not_there", True)]


@database
def test_kill_between_the_answer_and_the_settle_only_asks_again(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (made,) = lose(desk, clinic, "hello")
    carrier = Memory({"hello": delivered("r1")})

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, Desk("dispatch@here#2") as first:
        patched.setattr(looking, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            first.look(carrier)
    assert (len(carrier.asked), events_of(made)) == (1, [UNCERTAIN])
    assert desk.look(carrier) == 0  # somebody else may still be asking
    due()
    desk.look(carrier)
    assert sorted(events_of(made)) == [SENT, DELIVERED, UNCERTAIN]


@database
def test_settled_twice_is_settled_once(clinic: UUID, desk: Desk) -> None:
    (made,) = lose(desk, clinic, "hello")
    carrier = Memory({"hello": delivered("r1")})
    questions = desk._runner.run(looking.take(desk.books, desk.carrier))
    findings = desk._runner.run(carrier.look_up([question.missing for question in questions]))
    for _ in range(2):  # a commit whose confirmation was lost
        desk._runner.run(looking.settle(desk.books, desk.carrier, questions, findings))
    assert sorted(events_of(made)) == [SENT, DELIVERED, UNCERTAIN]


@database
def test_text_that_a_receipt_has_settled_is_left_alone(clinic: UUID, desk: Desk) -> None:
    (made,) = lose(desk, clinic, "hello")
    desk.take(Receipt("r9", ReceiptState.DELIVERED, None, phone().e164, factories.NUMBER))
    desk.reconcile()
    desk.look(Memory())
    assert sorted(events_of(made)) == [SENT, DELIVERED, UNCERTAIN]
    assert (outcomes(), incidents()) == ([("told", True)], [])


# ------------------------------------------------------------------------------------------------ the rule


@database
def test_rule_waits_until_the_carrier_was_asked(clinic: UUID, desk: Desk) -> None:
    (care,) = lose(desk, clinic, "a reminder")
    assert incidents() == []
    carrier = Memory()
    desk.look(carrier)
    assert (incidents(), outcomes()) == ([], [("", False)])  # it may still have been on its way: asked once more
    due()
    desk.look(carrier)
    assert incidents() == [("link_lost", 1)]
    assert (outcomes(), events_of(care)) == ([("not_there", True)], [UNCERTAIN])


@database
def test_code_that_the_carrier_does_not_have_goes_once_more_at_once(clinic: UUID, desk: Desk) -> None:
    (code,) = lose(desk, clinic, "123456", purpose=Purpose.VERIFY)
    assert code not in queued()
    desk.look(Memory())
    assert code in queued()
    assert sorted(events_of(code)) == [UNCERTAIN, EventKind.RESENT]
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Uncertain("link_lost")))
    due()
    desk.look(Memory())  # lost twice: a person
    assert (incidents(), code in queued()) == ([("link_lost", 1)], False)


@database
def test_code_that_the_carrier_has_does_not_go_twice(clinic: UUID, desk: Desk) -> None:
    (code,) = lose(desk, clinic, "123456", purpose=Purpose.VERIFY)
    desk.look(Memory({"123456": Receipt("r1", ReceiptState.ON_THE_WAY, None)}))
    assert (code in queued(), sorted(events_of(code))) == (False, [SENT, UNCERTAIN])


@database
def test_texts_of_one_moment_are_one_incident_whenever_each_is_decided(clinic: UUID, desk: Desk) -> None:
    lose(desk, clinic, "one", "two", "three")
    sql(
        "UPDATE messaging_lookup SET next_at = now() + interval '1 hour' WHERE message = (SELECT max(message::text)::uuid "
        "FROM messaging_lookup)"
    )
    for _ in range(2):
        desk.look(Memory({"one": delivered("r1")}))
        sql("UPDATE messaging_lookup SET next_at = now() - interval '1 second' WHERE settled_at IS NULL AND tries > 0")
    assert incidents() == []
    due()
    desk.look(Memory())
    due()
    desk.look(Memory())
    assert incidents() == [("link_lost", 2)]
    assert sql("SELECT i.at = e.at FROM messaging_incident i, messaging_event e WHERE e.kind = 5 LIMIT 1") == [(True,)]


@database
def test_carrier_that_never_answers_leaves_it_to_the_rule(clinic: UUID, desk: Desk) -> None:
    lose(desk, clinic, "a reminder")
    carrier = Memory(otherwise=CannotTell("no_answer"))
    for _ in lookups.CALM:
        assert incidents() == []
        assert desk.look(carrier) == 1
        due()
    assert desk.look(carrier) == 0
    assert (incidents(), outcomes()) == ([("link_lost", 1)], [("cannot_tell", True)])


@database
def test_carrier_that_raises_decides_nothing(clinic: UUID, desk: Desk) -> None:
    class Raises(Memory):
        async def look_up(self, texts: Sequence[Missing]) -> list[Finding]:
            raise ZeroDivisionError

    lose(desk, clinic, "a reminder")
    assert desk.look(Raises()) == 1
    assert outcomes() == [("", False)]


@database
def test_text_that_does_not_open_comes_to_its_rule(clinic: UUID, desk: Desk) -> None:
    lose(desk, clinic, "one", "two")
    sql(
        "UPDATE messaging_message SET body_ct = 'damaged' WHERE id = (SELECT min(id::text)::uuid FROM messaging_message)"
    )
    for _ in lookups.CALM:
        desk.look(Memory({"two": delivered("r1")}))
        due()
    assert outcomes() == [("cannot_tell", True), ("found", True)]
    assert incidents() == [("link_lost", 1)]


@database
def test_carrier_that_nobody_asks_any_more_leaves_it_to_the_rule(clinic: UUID, desk: Desk) -> None:
    (code,) = lose(desk, clinic, "123456", purpose=Purpose.VERIFY)
    desk.give_up()
    assert code not in queued()
    sql("UPDATE messaging_lookup SET next_at = now() - interval '16 minutes'")
    desk.give_up()
    assert (code in queued(), outcomes()) == (True, [("nobody_asked", True)])


@database
def test_dead_process_leaves_texts_that_are_asked_about(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent(text="hello"))
    assert desk.claim()
    with Desk("dispatch@here#2") as successor:
        assert successor.recover() == 1
        assert incidents() == []
        due()
        successor.look(Memory({"hello": delivered("r1")}))
    assert sorted(events_of(made.message_id)) == [SENT, DELIVERED, UNCERTAIN]


@database
def test_other_carrier_is_not_asked(clinic: UUID, desk: Desk) -> None:
    lose(desk, clinic, "hello")
    carrier = Memory({"hello": delivered("r1")})
    with Desk(carrier=2) as other:
        assert other.look(carrier) == 0
    assert carrier.asked == []


@database
def test_few_are_asked_about_at_a_time(clinic: UUID, desk: Desk) -> None:
    lose(desk, clinic, *(f"text {at}" for at in range(looking.MOST + 5)))
    carrier = Memory()
    assert [desk.look(carrier), desk.look(carrier), desk.look(carrier)] == [looking.MOST, 5, 0]


@database
def test_carrier_without_look_up_goes_by_the_rule_at_once(clinic: UUID, desk: Desk) -> None:
    sql("UPDATE messaging_carrieraccount SET has_lookup = false")
    lose(desk, clinic, "hello")
    assert (incidents(), outcomes()) == ([("link_lost", 1)], [])


# ------------------------------------------------------------------------------------------------ pure

PURPOSES = st.sampled_from(list(Purpose))
REFS = st.sampled_from(["r1", "r2", "r3"])
FINDINGS = st.one_of(
    st.lists(REFS, max_size=3).map(lambda refs: Found(tuple(delivered(ref) for ref in refs))),
    st.just(NotThere()),
    st.just(CannotTell("no_answer")),
)


@given(PURPOSES, st.integers(1, 9), FINDINGS, st.sets(REFS))
def test_every_question_comes_to_an_end(purpose: Purpose, tries: int, finding: Finding, taken: set[str]) -> None:
    made = decide(Asked(b"m" * 16, purpose, tries), finding, taken)
    if isinstance(made, Taken):
        assert made.report.ref not in taken
    if isinstance(made, AskAgain):
        assert tries < len(lookups.URGENT if purpose in RESENT_WHEN_UNCERTAIN else lookups.CALM)
        assert timedelta(0) < made.after <= timedelta(minutes=15)
    if isinstance(made, Over) and made.outcome == "not_there":
        assert not isinstance(finding, CannotTell)


@given(st.lists(st.tuples(PURPOSES, FINDINGS), max_size=6))
def test_no_two_texts_get_one_reference(texts: list[tuple[Purpose, Finding]]) -> None:
    asked = [Asked(at.to_bytes(16, "big"), purpose, 1) for at, (purpose, _) in enumerate(texts)]
    made = decide_all(asked, [finding for _, finding in texts], {"r3": bytes(16)})
    refs = [decision.report.ref for _, decision in made if isinstance(decision, Taken)]
    assert len(refs) == len(set(refs))
    assert all(text.message == bytes(16) for text, d in made if isinstance(d, Taken) and d.report.ref == "r3")


def test_codes_rule_is_asked_before_the_code_is_dead() -> None:
    assert sum(lookups.URGENT, timedelta()) < timedelta(seconds=30)
