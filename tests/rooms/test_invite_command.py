"""`recado invite`."""

import argparse
import json

import pytest

from recado.clinics import queries
from recado.launch.commands import invite
from recado.launch.errors import CannotRun
from tests import factories, pages

pytestmark = pytest.mark.usefixtures("database")


def call(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    invite.add_arguments(parser)
    args = parser.parse_args(arguments)
    args.json = True
    return invite.run(args)


def test_first_administrator_of_a_clinic_gets_in(capsys: pytest.CaptureFixture[str]) -> None:
    clinic = factories.make_furnished()
    who = ("--clinic", clinic.slug, "--email", "Noor@clinic.example")
    with pytest.raises(CannotRun, match="name"):
        call(*who)
    assert call(*who, "--name", "Noor Haddad") == 0
    path = "/enter/" + json.loads(capsys.readouterr().out)["link"].rpartition("/")[2]
    assert [one.role.code for one in queries.staff(clinic.id)] == ["administrator"]
    client = pages.browser()
    assert client.post(path, {"password": "four quiet harbour gulls"})["Location"] == "/second-step"
    assert client.get("/inbox/")["Location"] == "/second-step", "an administrator needs a second step first"


def test_what_is_wrong_is_said() -> None:
    clinic = factories.make_furnished()
    with pytest.raises(CannotRun, match="no clinic"):
        call("--clinic", "nowhere", "--email", "a@b.example")
    with pytest.raises(CannotRun, match="role"):
        call("--clinic", clinic.slug, "--email", "a@b.example", "--name", "A", "--role", "boss")
