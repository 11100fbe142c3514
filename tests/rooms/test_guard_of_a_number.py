"""What one number gets: planned texts by the hour, and never the same words twice because a request was sent twice."""

from datetime import time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from recado.channels.protocol import Refused
from recado.clinics.types import QuietHours
from recado.consent.types import Purpose
from recado.foundation.clock import real_now
from tests import api, factories
from tests.desk import Desk, reference_of
from tests.factories import intent, make_furnished, phone, send, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> UUID:
    return make_furnished(has_guard=True).id


def rules(clinic_id: UUID, *those: dict[str, Any]) -> list[str]:
    """The rules by which texts by API were decided."""
    said = api.send_many(api.make_key(clinic_id), *those)
    assert said.status in (200, 202), said.body
    return [one["rule"] for one in said.json["messages"]]


# ------------------------------------------------------------------------------------------------ the same words


def test_the_same_words_to_a_number_again_are_refused_with_their_rule(clinic: UUID) -> None:
    assert rules(clinic, api.text(321)) == ["care"]
    assert rules(clinic, api.text(321), api.text(322), api.text(321, text="Bring your letter.")) == [
        "repeated",
        "care",
        "care",
    ]
    assert sql("SELECT count(*) FROM messaging_message WHERE verdict = 'never'") == [(1,)], "kept, with its rule"


def test_the_same_words_twice_in_a_batch_go_once(clinic: UUID) -> None:
    assert rules(clinic, api.text(321), api.text(321), api.text(322)) == ["care", "repeated", "care"]


def test_the_same_words_go_again_after_the_time_that_is_set(clinic: UUID) -> None:
    assert rules(clinic, api.text(321)) == ["care"]
    factories.advance(timedelta(minutes=9))
    assert rules(clinic, api.text(321)) == ["repeated"]
    factories.advance(timedelta(minutes=2))
    assert rules(clinic, api.text(321)) == ["care"]


def test_who_gives_references_says_what_is_the_same(clinic: UUID) -> None:
    those = [api.text(321, reference=f"lab-{at}") for at in (1, 2, 1)]
    assert rules(clinic, *those) == ["care", "care", "care"]
    assert sql("SELECT count(*) FROM messaging_message") == [(2,)]


def test_the_same_words_at_two_planned_times_are_two_texts(clinic: UUID) -> None:
    morning = real_now() + timedelta(hours=2)
    at = [{"send_at": (morning + timedelta(hours=hours)).isoformat()} for hours in (0, 6, 6)]
    assert rules(clinic, *(api.text(321, **one) for one in at)) == ["care", "care", "repeated"]
    assert rules(clinic, api.text(321, **at[0]), api.text(321)) == ["repeated", "care"]


def test_what_waits_for_the_same_opening_is_the_same_text(clinic: UUID) -> None:
    hour = real_now().astimezone(ZoneInfo("Europe/London")).hour
    hours = QuietHours(time((hour + 2) % 24), time((hour + 3) % 24))
    night = make_furnished("night", number="+447700900101", quiet_hours=hours, has_guard=True).id
    assert rules(night, api.text(321)) == ["quiet_hours"]
    factories.advance(timedelta(minutes=3))
    assert rules(night, api.text(321)) == ["repeated"]


def test_a_text_that_ended_badly_may_be_tried_again(clinic: UUID) -> None:
    assert rules(clinic, api.text(321)) == ["care"]
    with Desk() as desk:
        claimed = desk.claim()
        assert claimed is not None and reference_of(claimed.texts[0])
        desk.settle(desk.answered(claimed, Refused("invalid_number")))
    assert rules(clinic, api.text(321)) == ["care"]
    assert rules(clinic, api.text(321)) == ["repeated"]


def test_codes_emergencies_and_our_own_texts_may_be_the_same(clinic: UUID) -> None:
    for purpose in ("verify", "emergency", "staff"):
        assert rules(clinic, api.text(321, purpose=purpose), api.text(321, purpose=purpose)) == [purpose, purpose]
    made = send(clinic, intent(321), intent(321))  # two children, the same hour: journeys know what they do
    assert [one.rule for one in made] == ["care", "care"]


def test_a_clinic_may_turn_it_off() -> None:
    clinic = make_furnished(has_guard=True, repeat_guard=timedelta(0)).id
    assert rules(clinic, api.text(321), api.text(321)) == ["care", "care"]
    assert rules(clinic, api.text(321)) == ["care"]


# ------------------------------------------------------------------------------------------------ by the hour


def test_planned_texts_to_a_number_wait_for_a_later_hour_when_it_had_its_share(clinic: UUID) -> None:
    made = send(clinic, *(intent(321, f"Text {at}") for at in range(4)))
    made += send(clinic, *(intent(321, f"Text {at}") for at in range(4, 9)), intent(322))
    assert [one.rule for one in made] == ["care"] * 6 + ["hourly_cap"] * 3 + ["care"]
    assert [one.verdict for one in made[6:]] == ["later"] * 3 + ["allow"]
    first, later = made[0].due, made[6].due
    assert first is not None and later is not None
    assert timedelta(hours=1) <= later - first < timedelta(hours=1, minutes=11)
    factories.advance(timedelta(hours=1, minutes=1))
    assert send(clinic, intent(321))[0].rule == "care"


def test_a_batch_to_one_number_is_counted_while_it_is_judged(clinic: UUID) -> None:
    made = send(clinic, *(intent(321, f"Text {at}") for at in range(14)))
    assert [one.rule for one in made] == ["care"] * 6 + ["hourly_cap"] * 4 + ["frequency_cap"] * 4


def test_answers_codes_and_emergencies_neither_wait_nor_count(clinic: UUID) -> None:
    free = (Purpose.ANSWER, Purpose.VERIFY, Purpose.EMERGENCY, Purpose.STAFF, Purpose.HELP)
    assert {one.verdict for purpose in free for one in send(clinic, *[intent(321, purpose=purpose)] * 8)} == {"allow"}
    assert {one.rule for one in send(clinic, *[intent(321)] * 6)} == {"care"}
    assert {one.verdict for purpose in free for one in send(clinic, *[intent(321, purpose=purpose)] * 3)} == {"allow"}


def test_a_text_that_is_planned_for_later_is_not_of_this_hour(clinic: UUID) -> None:
    send(clinic, *[intent(321)] * 6)
    then = real_now() + timedelta(hours=5)
    (made,) = send(clinic, intent(321, not_before=then))
    assert (made.rule, made.due) == ("care", then)
    assert send(clinic, intent(321, expires_at=real_now() + timedelta(minutes=30)))[0].rule == "expired"


def test_every_text_that_was_held_or_refused_can_be_explained(clinic: UUID) -> None:
    key = api.make_key(clinic)
    api.send(key)
    told = api.send(key).json
    assert (told["state"], told["verdict"], told["rule"]) == ("not_allowed", "never", "repeated")
    status = api.call("GET", f"messages/{told['id']}", key).json
    assert status["reason"] == "The same words went to this number a moment ago."
    assert phone(321).e164 not in str(status)
