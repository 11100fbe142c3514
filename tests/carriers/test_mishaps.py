"""Which mishap is played against which carrier, as one table: a hole is a cell that doesn't say why.

Each column is a test that every carrier over HTTP inherits; the rows say what it finds there. A cell is `x` where the carrier's
fake plays the mishap in full, else a word of WHY. `test_table_says_what_the_fakes_can` holds both against the fakes themselves.
"""

import importlib
from typing import Any

import pytest

from tests.carriers.fakes.every import KINDS
from tests.carriers.fakes.far_end import Shapes
from tests.carriers.http_contract import HttpContract

COLUMNS = {
    "partly": "test_partly_accepted_batch_gives_each_its_own_outcome",
    "429": "test_throttled_text_may_go_again_later_and_arrives_once",
    "429+time": "test_carrier_waits_as_long_as_it_is_told",
    "unanswered": "test_lost_answer_makes_the_text_uncertain_when_time_is_up",
    "cut": "test_lost_link_makes_the_text_uncertain_and_never_sends_it_twice",
    "first": "test_receipt_before_the_answer_still_matches_it",
    "twice": "test_receipt_twice_counts_as_one_when_treated_as_a_set",
    "disorder": "test_report_of_an_earlier_state_may_come_after_the_last",
    "late": "test_delivered_after_expired_is_told_in_both_words",
    "never": "test_lost_receipt_leaves_the_text_accepted_and_nothing_owed",
    "forged": "test_forged_call_is_refused_and_says_nothing",
    "parts": "test_three_parts_in_reverse_are_one_text",
    "stop": "test_stop_in_a_persons_own_language_comes_in_as_written",
    "opted-out": "test_person_who_stopped_with_the_carrier_is_told_apart",
    "balance": "test_balance_gone_in_mid_campaign_keeps_the_rest_waiting",
}
WHY = {
    "one": "a request holds one text, so none is partly taken",
    "batch-id": "a request gets one id, whoever is in it: single numbers fail by report",
    "final": "it reports ends only",
    "secret": "it signs nothing: a wrong address is refused (tests/rooms/test_callbacks.py)",
    "whole": "replies come whole, however long",
    "report": "told by a failed report",
    "text": "told as a text that comes in",
    "untold": "it tells of no opt-outs",
    "402": "how an empty account answers isn't published: HTTP 402",
    "none": "there is no account with it that could be empty: HTTP 402",
}
TABLE = """
             partly    429  429+time  unanswered  cut  first  twice  disorder  late  never  forged  parts  stop  opted-out  balance
android      one       x    x         x           x    x      x      x         x     x      x       whole  x     untold     none
aws          one       x    x         x           x    x      x      x         x     x      x       whole  x     x          x
esendex      one       x    x         x           x    x      x      final     x     x      x       whole  x     untold     402
generic      one       x    x         x           x    x      x      x         x     x      x       whole  x     x          x
infobip      x         x    x         x           x    x      x      x         x     x      x       whole  x     untold     402
instasent    x         x    x         x           x    x      x      x         x     x      secret  whole  x     text       402
kannel       one       x    x         x           x    x      x      x         x     x      secret  whole  x     untold     none
messagebird  x         x    x         x           x    x      x      x         x     x      x       whole  x     report     402
sinch        batch-id  x    x         x           x    x      x      x         x     x      x       whole  x     untold     402
smsapi       one       x    x         x           x    x      x      x         x     x      secret  whole  x     untold     x
spryng       batch-id  x    x         x           x    x      x      x         x     x      x       whole  x     x          x
twilio       one       x    x         x           x    x      x      x         x     x      x       whole  x     x          x
vonage       one       x    x         x           x    x      x      x         x     x      x       x      x     report     x
"""
MODULES = ("test_aws", "test_generic", "test_http_carriers", "test_more_http_carriers", "test_twilio")


def rows() -> dict[str, dict[str, str]]:
    head, *lines = [line.split() for line in TABLE.strip().splitlines()]
    return {kind: dict(zip(head, cells, strict=True)) for kind, *cells in lines}


def suites() -> dict[type[Shapes], type[HttpContract]]:
    found: dict[type[Shapes], type[HttpContract]] = {}
    for name in MODULES:
        for one in vars(importlib.import_module(f"tests.carriers.{name}")).values():
            if isinstance(one, type) and issubclass(one, HttpContract) and one is not HttpContract:
                found[one.shapes] = one
    return found


def test_table_has_every_carrier_and_every_mishap() -> None:
    assert set(rows()) == set(KINDS)
    for kind, cells in rows().items():
        assert set(cells) == set(COLUMNS), kind
        assert set(cells.values()) <= {"x", *WHY}, f"{kind}: a cell that says neither x nor why"
    assert {cell for cells in rows().values() for cell in cells.values()} == {"x", *WHY}, "a reason that nobody gives"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_mishap_is_a_test_that_the_carrier_runs_as_all_do(kind: str) -> None:
    suite = suites()[KINDS[kind].shapes]
    for column, name in COLUMNS.items():
        assert getattr(suite, name) is getattr(HttpContract, name), f"{kind}, {column}: has a test of its own"
        assert not [mark for mark in getattr(getattr(suite, name), "pytestmark", []) if "skip" in mark.name], column


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_table_says_what_the_fakes_can(kind: str) -> None:
    shapes = KINDS[kind].shapes()
    carrier: Any = KINDS[kind].make("table", shapes.settings("http://127.0.0.1:1"))
    cells = rows()[kind]
    partly = "x" if shapes.tells_partly else "batch-id"
    assert cells["partly"] == (partly if carrier.can.batch > 1 else "one")
    assert cells["disorder"] == ("x" if shapes.tells_of_the_way else "final")
    assert cells["forged"] == ("x" if shapes.signs else "secret")
    assert cells["parts"] == ("x" if shapes.cuts_replies_at else "whole")
    stopped = "x" if shapes.stops_at_send else "report" if shapes.tells_of_stops else "text or untold"
    assert cells["opted-out"] in stopped.split(" or ")
    is_published = shapes.refused("no_credit").status != 402
    assert cells["balance"] in (("x",) if is_published else ("402", "none"))
