"""Whoever is met first on the demo's phones may move their visit: a "2" is answered with times, in each language of the staff."""

import re

import pytest

from tests.phones import Demo

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
FIRST = ("+447700900321", "+447700900417", "+447700900604", "+447700900512", "+447700900538", "+447700900571")
OFFERED = re.compile(r"A: .+; B: .+; C: .+ http\S+/r/\w+/times$")


def test_who_is_met_first_is_offered_times_and_takes_one(demo: Demo) -> None:
    for _ in range(40):
        if all(demo.texts(phone) for phone in FIRST):
            break
        demo.to_next()
    for phone in FIRST:
        offered = demo.answer(phone, "2")
        assert OFFERED.search(offered), offered
        second = re.search(r"B: (.+); C: ", offered)
        assert second is not None
        assert second[1] in demo.answer(phone, "B")
