"""`recado apikey`."""

import argparse
import json
from typing import Any

import pytest

from recado.clinics import actions
from recado.clinics.roles import ApiScope
from recado.launch.commands import apikey
from recado.launch.errors import CannotRun
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    parser = argparse.ArgumentParser()
    apikey.add_arguments(parser)
    args = parser.parse_args(arguments)
    args.json = True
    assert apikey.run(args) == 0
    return json.loads(capsys.readouterr().out)


def test_key_is_made_listed_and_ended(capsys: pytest.CaptureFixture[str]) -> None:
    clinic = ("--clinic", factories.make_clinic().slug)
    made = call(capsys, "create", *clinic, "--name", "Lab", "--scope", "messages:send", "messages:read")
    assert set(made) == {"id", "key"}
    found = actions.check_api_key(made["key"])
    assert found and found.scopes == {ApiScope.SEND, ApiScope.READ}
    (line,) = call(capsys, "list", *clinic)
    assert (line["id"], line["name"], line["ended_at"]) == (made["id"], "Lab", None)
    call(capsys, "end", *clinic, "--id", made["id"])
    assert actions.check_api_key(made["key"]) is None
    with pytest.raises(CannotRun, match="no such key"):
        call(capsys, "end", *clinic, "--id", made["id"])


def test_key_may_do_everything_unless_said_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    made = call(capsys, "create", "--clinic", factories.make_clinic().slug, "--name", "Lab")
    found = actions.check_api_key(made["key"])
    assert found and found.scopes == set(ApiScope) == set(apikey.SCOPES)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (("--clinic", "nowhere", "--name", "Lab"), "no clinic"),
        (("--clinic", "harbour-street", "--name", " "), "--name"),
        (("--clinic", "harbour-street", "--name", "Lab", "--source", "here"), "--source"),
    ],
)
def test_what_is_wrong_is_said(capsys: pytest.CaptureFixture[str], given: tuple[str, ...], match: str) -> None:
    factories.make_clinic()
    with pytest.raises(CannotRun, match=match):
        call(capsys, "create", *given)
