"""Settings of carriers: what a person gives becomes what the carrier needs, or a sentence that says what to do."""

from datetime import timedelta

import pytest

from recado.channels import given
from recado.channels.protocol import BadSettings, Setting

SETTINGS = (
    Setting("key", "the account's key", is_secret=True),
    Setting("window", "texts at once", "int", 20),
    Setting("timeout", "how long an answer may take", "duration", timedelta(seconds=30)),
    Setting("region", "where the account lives", "choice", "eu", choices=("eu", "us")),
    Setting("sandbox", "test only", "bool", False),
)


def test_defaults_fill_what_is_not_given() -> None:
    assert given.read(SETTINGS, {"key": "k"}) == {
        "key": "k",
        "window": 20,
        "timeout": timedelta(seconds=30),
        "region": "eu",
        "sandbox": False,
    }


def test_texts_become_what_they_stand_for() -> None:
    said = {"key": "k", "window": "7", "timeout": "2min", "region": "us", "sandbox": "yes"}
    assert given.read(SETTINGS, said) == {
        "key": "k",
        "window": 7,
        "timeout": timedelta(minutes=2),
        "region": "us",
        "sandbox": True,
    }


def test_what_was_given_is_kept_and_nothing_else() -> None:
    assert given.plain(SETTINGS, {"key": "k", "timeout": timedelta(seconds=9), "region": None}) == {
        "key": "k",
        "timeout": 9.0,
    }


@pytest.mark.parametrize(
    ("said", "setting"),
    [
        ({}, "key"),
        ({"key": ""}, "key"),
        ({"key": "two\nlines"}, "key"),
        ({"key": "k", "window": "many"}, "window"),
        ({"key": "k", "timeout": "soon"}, "timeout"),
        ({"key": "k", "region": "mars"}, "region"),
        ({"key": "k", "sandbox": "perhaps"}, "sandbox"),
        ({"key": "k", "colour": "red"}, "colour"),
    ],
)
def test_refusal_names_the_setting_and_not_its_value(said: dict[str, object], setting: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        given.read(SETTINGS, said)
    assert refusal.value.setting == setting
    assert setting in str(refusal.value)
    assert not any(str(value) in str(refusal.value) for value in said.values() if value not in ("", "k"))
