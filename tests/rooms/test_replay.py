"""A small replay: weeks of visits in four time zones by the product's own code, and nothing that must not be."""

import pytest

from bench import replay
from tests import cluster

pytestmark = pytest.mark.usefixtures("database")


def test_replay_of_weeks_breaks_no_rule_when_visits_move_and_people_answer() -> None:
    result = replay.replay(45, 32, 7, cluster.superuser_url())
    assert result["broken"] == {}, result["examples"]
    steps = result["counts"]["steps"]
    assert {"booked: sent, care", "question: sent, care", "moved: sent, care"} <= steps.keys()
    assert result["texts on phones"] > 60
    assert result["happened"]["reply, confirmed"] > 5


@pytest.mark.slow
def test_replay_of_ninety_days_breaks_no_rule_when_clocks_change() -> None:
    result = replay.replay(200, 90, 1, cluster.superuser_url())
    assert result["broken"] == {}, result["examples"]
    assert {"stopped", "asked_which", "confirmed", "cancelled"} <= result["counts"]["answers read"].keys()
