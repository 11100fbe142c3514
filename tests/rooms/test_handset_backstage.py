"""What the page with the simulated phones is told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from unittest.mock import MagicMock, patch

import pytest

from recado.foundation.phone import Phone
from recado.launch.handset import backstage
from recado.launch.handset.faults import SWITCHES
from recado.launch.simulator.client import PhoneMessage, PhoneSummary
from recado.launch.simulator.faults import Fault

ELEANOR, STRANGER = Phone("+447700900321"), Phone("+447700900999")
NURSE = "+447700900745"
NOW = datetime(2026, 11, 24, 10, 31, tzinfo=UTC)
PEOPLE = {ELEANOR.e164: ("Eleanor Whitcombe", "en", "patient"), NURSE: ("Amara Osei, nurse", "en", "staff")}


@pytest.fixture
def carrier() -> Iterator[MagicMock]:
    carrier = MagicMock()
    carrier.phones.return_value = [PhoneSummary(STRANGER, 2, NOW), PhoneSummary(ELEANOR, 0, NOW)]
    carrier.messages.return_value = []
    with (
        patch.object(backstage, "simulator", return_value=carrier),
        patch.object(backstage, "sender", return_value="+447700900100"),
        patch.multiple("recado.launch.demo", people=lambda: PEOPLE, people_at=MagicMock(return_value={})),
    ):
        yield carrier


def test_texted_phones_come_before_the_demos_other_people(carrier: MagicMock) -> None:
    rows = backstage.phones()
    assert [row.phone.e164 for row in rows] == [STRANGER.e164, ELEANOR.e164, NURSE]
    assert [(row.name, row.is_staff, row.unread) for row in rows] == [
        ("", False, 2),
        ("Eleanor Whitcombe", False, 0),
        ("Amara Osei, nurse", True, 0),
    ]
    assert len(backstage.phones(1)) == 1


def test_only_numbers_that_are_not_of_the_demo_are_looked_up(carrier: MagicMock) -> None:
    from recado.launch import demo

    demo.people_at.return_value = {STRANGER.e164: ("Zofia Wiśniewska", "pl", "patient")}  # type: ignore[attr-defined]
    assert backstage.phones()[0].name == "Zofia Wiśniewska"
    demo.people_at.assert_called_once_with([STRANGER.e164])  # type: ignore[attr-defined]


def test_reply_goes_to_whoever_texted_last_or_else_to_the_clinic(carrier: MagicMock) -> None:
    backstage.reply(ELEANOR, "hello")
    carrier.reply.assert_called_with(ELEANOR, "hello", to="+447700900100")
    carrier.messages.return_value = [PhoneMessage("1", "in", "Hello", NOW, "delivered")]
    backstage.reply(ELEANOR, "1")
    carrier.reply.assert_called_with(ELEANOR, "1", to=None)


def test_faults_of_the_carrier_befall_every_phone(carrier: MagicMock) -> None:
    carrier.faults.return_value = ({Fault.SLOW}, {ELEANOR: {Fault.PHONE_OFF}})
    assert backstage.faults_on(ELEANOR) == ["phone_off", "slow"]
    assert backstage.faults_on(STRANGER) == ["slow"]


@pytest.mark.parametrize("one", SWITCHES, ids=lambda one: one.fault.value)
def test_only_faults_of_a_phone_name_it(carrier: MagicMock, one: object) -> None:
    backstage.switch(one, True, ELEANOR)  # type: ignore[arg-type]
    assert carrier.switch.call_args.kwargs["phone"] == (ELEANOR if one.is_of_phone else None)  # type: ignore[attr-defined]


def test_equal_events_of_one_moment_have_keys_of_their_own() -> None:
    event = {"at": NOW.isoformat(), "kind": "sent", "title": "Sent", "detail": "", "raw": {}}
    with patch("recado.launch.story.of_phone", return_value=[event, event]):
        keys = [one["key"] for one in backstage.story(ELEANOR, 10)]
    assert len(set(keys)) == 2
