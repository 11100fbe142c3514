"""Delivery reports: each becomes one event, in whatever order, number and company it comes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.channels.protocol import Accepted, Receipt, ReceiptState, Refused, Uncertain
from recado.consent.types import EVERYTHING, Purpose, PurposeGroup
from recado.foundation import ids
from recado.messaging.receipts import UncertainText, Unmatched, batches, match
from recado.messaging.types import EventKind
from tests import factories
from tests.desk import Desk, reference_of
from tests.factories import events_of, intent, phone, send, sql

SENT, DELIVERED, FAILED, UNCERTAIN = EventKind.SENT, EventKind.DELIVERED, EventKind.FAILED, EventKind.UNCERTAIN
database = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def receipt(ref: str, state: ReceiptState = ReceiptState.DELIVERED, **more: object) -> Receipt:
    given = {"at": None, "to": phone().e164, "sender": factories.NUMBER} | more
    return Receipt(ref, state, **given)  # type: ignore[arg-type]


def unmatched() -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in sql("SELECT ref, outcome FROM messaging_receiptunmatched ORDER BY id")]


def make_uncertain(desk: Desk, clinic: UUID, *lasts: int, text: str = "?") -> list[UUID]:
    """Texts whose answer was lost."""
    made = send(clinic, *(intent(last, text=text) for last in lasts))
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Uncertain("link_lost")))
    return [one.message_id for one in made]


# ------------------------------------------------------------------------------------------------ events


@database
def test_receipt_becomes_an_event(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    (text,) = desk.send_all()
    desk.take(receipt(reference_of(text)))
    assert events_of(made.message_id) == [SENT, DELIVERED]
    assert unmatched() == []


@database
@pytest.mark.parametrize("ref", ["a\0b", "\ud800", "x" * 5000, "é" * 81])
def test_reference_that_no_column_holds_matches_its_receipt_all_the_same(clinic: UUID, desk: Desk, ref: str) -> None:
    (made,) = send(clinic, intent())
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Accepted(ref)))
    desk.take(receipt(ref))
    assert events_of(made.message_id) == [SENT, DELIVERED]


@database
def test_report_that_no_column_holds_is_stored_all_the_same(clinic: UUID, desk: Desk) -> None:
    odd = "\0\ud83d"
    desk.take(receipt("r" + odd, ReceiptState.FAILED, error=odd * 50, to="+44" + odd, sender=odd * 20))
    assert unmatched() == [("r?", "")]
    (claimed,) = [send(clinic, intent()), desk.claim()][1:]
    assert claimed
    desk.settle(desk.answered(claimed, Refused(odd)))
    assert sql("SELECT reason FROM messaging_event") == [("?",)]


@database
@pytest.mark.parametrize("is_one_batch", [True, False])
def test_receipt_that_comes_twice_is_one_event(clinic: UUID, desk: Desk, is_one_batch: bool) -> None:
    (made,) = send(clinic, intent())
    (text,) = desk.send_all()
    same = [receipt(reference_of(text)), receipt(reference_of(text))]
    for batch in [same] if is_one_batch else [same[:1], same[1:]]:
        desk.take(*batch)
    assert events_of(made.message_id) == [SENT, DELIVERED]


@database
def test_failure_keeps_the_carriers_reason(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    (text,) = desk.send_all()
    desk.take(receipt(reference_of(text), ReceiptState.FAILED, error="unknown_subscriber"))
    assert sql("SELECT kind, reason FROM messaging_event WHERE message = %s ORDER BY at", (made.message_id,)) == [
        (SENT, None),
        (FAILED, "unknown_subscriber"),
    ]


@database
def test_receipt_that_is_not_final_changes_nothing(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    (text,) = desk.send_all()
    desk.take(receipt(reference_of(text), ReceiptState.ON_THE_WAY))
    assert events_of(made.message_id) == [SENT]
    assert unmatched() == []


@database
def test_same_reference_of_two_carriers_is_two_texts(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    (text,) = desk.send_all()
    with Desk(carrier=2) as other:
        other.take(receipt(reference_of(text)))
    assert events_of(made.message_id) == [SENT]
    assert len(unmatched()) == 1


@database
def test_unknown_receipt_is_stored_before_it_is_acknowledged(clinic: UUID, desk: Desk) -> None:
    desk.take(receipt("nobody's"))
    assert unmatched() == [("nobody's", "")]
    assert desk.reconcile() == 0
    sql("UPDATE messaging_receiptunmatched SET received_at = received_at - interval '4 days'")
    desk.reconcile()
    assert unmatched() == [("nobody's", "unknown")]


@database
def test_receipt_that_overtakes_the_settle_finds_its_text(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    claimed = desk.claim()
    assert claimed
    desk.take(receipt("early"))
    desk.settle(desk.answered(claimed, Accepted("early")))
    assert desk.reconcile() == 1
    assert events_of(made.message_id) == [SENT, DELIVERED]
    assert unmatched() == [("early", "late")]


# ------------------------------------------------------------------------------------------------ uncertain texts


@database
def test_uncertain_text_is_settled_by_the_one_receipt_it_can_have(clinic: UUID, desk: Desk) -> None:
    (made,) = make_uncertain(desk, clinic, 321)
    desk.take(receipt("r1"), receipt("r1"))
    assert desk.reconcile() == 2
    assert desk.reconcile() == 0
    assert sorted(events_of(made)) == [SENT, DELIVERED, UNCERTAIN]
    desk.take(receipt("r1"))  # now it is known
    assert sorted(events_of(made)) == [SENT, DELIVERED, UNCERTAIN]


@database
def test_uncertain_texts_stay_so_where_two_could_be_meant(clinic: UUID, desk: Desk) -> None:
    made = make_uncertain(desk, clinic, 321, 321)
    desk.take(receipt("r1"))
    assert desk.reconcile() == 0
    assert [events_of(one) for one in made] == [[UNCERTAIN]] * 2


@database
def test_uncertain_text_stays_so_where_two_reports_could_be_its_own(clinic: UUID, desk: Desk) -> None:
    (made,) = make_uncertain(desk, clinic, 321)
    desk.take(receipt("r1"), receipt("r2"))
    assert desk.reconcile() == 0
    assert events_of(made) == [UNCERTAIN]


@database
def test_message_reference_tells_two_uncertain_texts_apart(clinic: UUID, desk: Desk) -> None:
    first, second = make_uncertain(desk, clinic, 321, 321)
    desk.take(receipt("r1", message_reference=int.from_bytes(second.bytes[-2:], "big")))
    assert desk.reconcile() == 1
    assert events_of(first) == [UNCERTAIN]
    assert sorted(events_of(second)) == [SENT, DELIVERED, UNCERTAIN]


@database
def test_receipt_for_another_person_or_sender_settles_nothing(clinic: UUID, desk: Desk) -> None:
    (made,) = make_uncertain(desk, clinic, 321)
    desk.take(receipt("r1", to=phone(322).e164), receipt("r2", sender="+447700900199"))
    assert desk.reconcile() == 0
    assert events_of(made) == [UNCERTAIN]


@database
def test_text_that_was_resent_is_settled_by_no_receipt_of_its_first_way(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent(purpose=Purpose.VERIFY))
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Uncertain("link_lost")))
    desk.take(receipt("r1"))
    assert desk.reconcile() == 0
    desk.send_all()
    assert sorted(events_of(made.message_id)) == [SENT, UNCERTAIN, EventKind.RESENT]


@database
def test_report_under_our_own_id_settles_its_text_though_it_tells_nothing_else(clinic: UUID, desk: Desk) -> None:
    first, second = make_uncertain(desk, clinic, 321, 322)
    desk.take(receipt(second.hex, to="", sender=""), receipt("f" * 32, to="", sender=""))
    assert desk.reconcile() == 1
    assert sorted(events_of(second)) == [SENT, DELIVERED, UNCERTAIN]
    assert events_of(first) == [UNCERTAIN]
    assert unmatched() == [(second.hex, "settled_uncertain"), ("f" * 32, "")]


@database
def test_report_with_our_reference_that_names_the_phone_alone_settles_its_text(clinic: UUID, desk: Desk) -> None:
    first, second = make_uncertain(desk, clinic, 321, 322)
    ours = int.from_bytes(first.bytes[-2:], "big")
    desk.take(receipt("b-1", sender="", message_reference=ours), receipt("b-2", sender="", to=phone(322).e164))
    assert desk.reconcile() == 1
    assert sorted(events_of(first)) == [SENT, DELIVERED, UNCERTAIN]
    assert events_of(second) == [UNCERTAIN], "without a reference it could be another's"


# ------------------------------------------------------------------------------------------------ opt-outs


def opt_out(ref: str, state: ReceiptState = ReceiptState.FAILED, **more: object) -> Receipt:
    return receipt(ref, state, error="opted_out", person_stopped=True, **more)


def withdrawn() -> list[tuple[object, ...]]:
    return sql("SELECT DISTINCT kind, how FROM consent_ledgerentry")


@database
@pytest.mark.parametrize("state", [ReceiptState.FAILED, ReceiptState.ON_THE_WAY])
def test_opt_out_in_a_report_that_is_settled_late_reaches_consent(
    clinic: UUID, desk: Desk, state: ReceiptState
) -> None:
    send(clinic, intent())
    claimed = desk.claim()
    assert claimed
    desk.take(opt_out("early", state))
    assert withdrawn() == []
    desk.settle(desk.answered(claimed, Accepted("early")))
    assert desk.reconcile() == 1
    assert withdrawn() == [("withdrawn", "carrier")]
    (later,) = send(clinic, intent())
    assert later.rule == "withdrawn"


@database
def test_opt_out_that_settles_an_uncertain_text_reaches_consent(clinic: UUID, desk: Desk) -> None:
    (made,) = make_uncertain(desk, clinic, 321)
    desk.take(opt_out("r1"))
    assert desk.reconcile() == 1
    assert sorted(events_of(made)) == [SENT, FAILED, UNCERTAIN]
    assert withdrawn() == [("withdrawn", "carrier")]


@database
def test_opt_out_of_a_text_nobody_knows_reaches_who_has_texted_that_phone(clinic: UUID, desk: Desk) -> None:
    other = factories.make_furnished("mill-lane", number="+447700900150").id
    send(clinic, intent(321))
    send(other, intent(321))
    desk.take(opt_out("nobody's"), opt_out("nobody's either", to=phone(322).e164))
    desk.reconcile()
    assert sql("SELECT clinic_id FROM consent_ledgerentry") == [(clinic,)]
    assert unmatched() == [("nobody's", "heard"), ("nobody's either", "heard")]
    assert (
        sql("SELECT 1 FROM messaging_receiptunmatched WHERE settled_at IS NOT NULL") == []
    )  # their texts may become known


@database
def test_opt_out_reaches_who_texted_from_that_sender_before_the_text_went_over_to_another(
    clinic: UUID, desk: Desk
) -> None:
    (made,) = make_uncertain(desk, clinic, 321)
    factories.went_over(clinic, made)
    desk.take(opt_out("nobody's", to=phone(321).e164))
    desk.reconcile()
    assert withdrawn() == [("withdrawn", "carrier")]


@database
def test_opt_out_that_was_taken_back_is_not_heard_again_by_a_dispatcher_that_begins_anew(
    clinic: UUID, desk: Desk
) -> None:
    send(clinic, intent(321))
    desk.take(opt_out("nobody's"))
    desk.reconcile()
    assert factories.start(clinic, 321)
    with Desk("dispatch@here#2") as anew:
        anew.reconcile()
    assert send(clinic, intent())[0].rule != "withdrawn"


def heard(desk: Desk, ref: str) -> None:
    """An opt-out comes before its text is known, and is heard by who the person is."""
    desk.take(opt_out(ref))
    desk.reconcile()
    assert unmatched() == [(ref, "heard")]
    assert withdrawn() == [("withdrawn", "carrier")]


@database
@pytest.mark.parametrize("is_lost", [False, True])
def test_start_is_not_undone_when_the_text_of_an_opt_out_that_was_heard_becomes_known(
    clinic: UUID, desk: Desk, is_lost: bool
) -> None:
    (made,) = send(clinic, intent(321))
    claimed = desk.claim()
    assert claimed
    heard(desk, "early")
    assert factories.start(clinic, 321)
    desk.settle(desk.answered(claimed, Uncertain("link_lost") if is_lost else Accepted("early")))
    assert desk.reconcile() == 1
    assert unmatched() == [("early", "settled_uncertain" if is_lost else "late")]
    assert FAILED in events_of(made.message_id)
    assert factories.silent_groups(clinic) == set()


@database
def test_news_that_were_taken_up_again_go_on_and_the_rest_of_the_opt_out_stands(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(321))
    claimed = desk.claim()
    assert claimed
    heard(desk, "early")
    factories.unsilence(clinic, 321, PurposeGroup.NEWS)
    desk.settle(desk.answered(claimed, Accepted("early")))
    assert desk.reconcile() == 1
    assert factories.silent_groups(clinic) == {*EVERYTHING} - {PurposeGroup.NEWS}


@database
def test_opt_out_that_named_nobody_is_heard_when_its_text_becomes_known(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(321))
    claimed = desk.claim()
    assert claimed
    desk.take(opt_out("early", to="", sender=""))
    desk.reconcile()
    assert withdrawn() == []
    desk.settle(desk.answered(claimed, Accepted("early")))
    assert desk.reconcile() == 1
    assert withdrawn() == [("withdrawn", "carrier")]


@database
def test_opt_out_that_comes_after_a_start_counts_beside_one_before_it(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(321), intent(321, text="another"))
    claimed = desk.claim()
    assert claimed
    heard(desk, "before")
    assert factories.start(clinic, 321)
    desk.take(opt_out("after", to="", sender=""))
    desk.settle(desk.answered(claimed, Accepted("before"), Accepted("after")))
    assert desk.reconcile() == 2
    assert factories.silent_groups(clinic) == {*EVERYTHING}


@database
def test_opt_out_proves_what_it_silenced_and_no_more(clinic: UUID, desk: Desk) -> None:
    factories.silence(clinic, 321, PurposeGroup.NEWS)
    send(clinic, intent(321))
    (text,) = desk.send_all()
    desk.take(opt_out(reference_of(text)))
    proved = sql("SELECT purpose_groups FROM consent_ledgerentry WHERE how = 'carrier'")
    assert proved == [(["billing", "care", "survey"],)]


# ------------------------------------------------------------------------------------------------ pure


REFS = st.sampled_from(["r1", "r2", "r3"])
PEOPLE = st.sampled_from(["+447700900001", "+447700900002"])
SENDERS = st.sampled_from(["+447700900100", "+447700900101"])
STATES = st.sampled_from(list(ReceiptState))
NOW = datetime(2026, 11, 26, tzinfo=UTC)

RECEIPTS = st.builds(
    lambda ref, state, error: Receipt(ref, state, None, error=error), REFS, STATES, st.text(max_size=60)
)
UNMATCHED = st.builds(
    lambda ref, kind, to, sender, reference: Unmatched(ids.new_id(), ref, kind, "", to, sender, reference, NOW),
    REFS,
    st.sampled_from([DELIVERED, FAILED]),
    PEOPLE,
    SENDERS,
    st.none() | st.integers(0, 3),
)
TEXTS = st.builds(
    lambda low, sender, to: UncertainText(ids.new_ids(1)[0][:14] + low.to_bytes(2, "big"), bytes(16), sender, to),
    st.integers(0, 3),
    SENDERS,
    PEOPLE,
)


@given(st.lists(RECEIPTS, max_size=30))
def test_batches_hold_each_final_reference_once_and_nothing_else(receipts: list[Receipt]) -> None:
    made = batches(receipts)
    assert all(len(refs) == len(set(refs)) for refs in made.values())
    assert all(len(reason) <= 40 for _, reason in made)
    final = {(one.ref, str(one.state)) for one in receipts if one.state is not ReceiptState.ON_THE_WAY}
    told = {(ref, kind.name.lower()) for (kind, _), refs in made.items() for ref in refs}
    assert told == final


@given(st.lists(UNMATCHED, max_size=8), st.lists(TEXTS, max_size=6))
def test_match_pairs_only_what_can_be_nothing_else(unmatched: list[Unmatched], uncertain: list[UncertainText]) -> None:
    pairs = match(unmatched, uncertain)
    for report, text in pairs:
        assert (report.sender, report.to) == (text.sender, text.to)
        same = [one for one in uncertain if (one.sender, one.to) == (text.sender, text.to)]
        if report.message_reference is None:
            assert same == [text]
            assert {one.ref for one in unmatched if (one.sender, one.to) == (text.sender, text.to)} == {report.ref}
        else:
            assert [one for one in same if one.reference == report.message_reference] == [text]
    refs = {text.message: {one.ref for one, other in pairs if other is text} for _, text in pairs}
    assert all(len(found) == 1 for found in refs.values())


@given(st.lists(UNMATCHED, max_size=6), st.lists(TEXTS, max_size=5), st.randoms())
def test_match_does_not_depend_on_the_order(
    unmatched: list[Unmatched],
    uncertain: list[UncertainText],
    dice: "st.randoms",  # type: ignore[valid-type]
) -> None:
    expected = {(report.id, text.message) for report, text in match(unmatched, uncertain)}
    dice.shuffle(unmatched)  # type: ignore[attr-defined]
    dice.shuffle(uncertain)  # type: ignore[attr-defined]
    assert {(report.id, text.message) for report, text in match(unmatched, uncertain)} == expected


def test_late_look_goes_back_further_than_any_carrier_keeps_a_text() -> None:
    from recado.messaging.receipts import WINDOW, take_parameters

    made = take_parameters(carrier=1, kind=DELIVERED, reason="", refs=["r"], now=NOW)
    lowest = made["lowest"]
    assert isinstance(lowest, UUID)
    assert ids.id_time(lowest) < datetime.now(UTC) - WINDOW
    assert timedelta(days=2) < WINDOW
