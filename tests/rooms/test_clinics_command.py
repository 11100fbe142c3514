"""`recado clinic`."""

import argparse
import json
from datetime import time

import pytest

from recado.clinics.queries import clinic_by_slug
from recado.clinics.types import NO_QUIET_HOURS, CareBasis, QuietHours
from recado.launch.commands import clinic
from recado.launch.errors import CannotRun

CREATE = ["create", "--slug", "harbour-street", "--name", "Harbour Street Clinic", "--timezone", "Europe/London"]


def call(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    clinic.add_arguments(parser)
    args = parser.parse_args(arguments)
    args.json = True
    return clinic.run(args)


@pytest.mark.usefixtures("database")
def test_clinic_is_made_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        call(*CREATE, "--care-basis", "consent", "--quiet-hours", "08:30-20:00", "--country", "PL", "--language", "pl")
        == 0
    )
    made = json.loads(capsys.readouterr().out)
    found = clinic_by_slug("harbour-street")
    assert made == {
        "id": str(found.id),
        "slug": "harbour-street",
        "name": "Harbour Street Clinic",
        "timezone": "Europe/London",
    }
    assert (found.care_basis, found.quiet_hours) == (CareBasis.CONSENT, QuietHours(time(8, 30), time(20)))
    assert (found.country, found.default_language) == ("PL", "pl")
    call("list")
    assert [one["slug"] for one in json.loads(capsys.readouterr().out)] == ["harbour-street"]


@pytest.mark.usefixtures("database")
def test_refusal_names_the_option() -> None:
    call(*CREATE)
    with pytest.raises(CannotRun, match=r"--slug: .* already"):
        call(*CREATE)
    with pytest.raises(CannotRun, match=r"--timezone: .*Did you mean Europe/London"):
        call(*CREATE[:-1], "Europe/Lundon")


def test_hours_are_read() -> None:
    assert clinic.read_hours("none") == NO_QUIET_HOURS
    assert clinic.read_hours("09:00-18:00") == QuietHours(time(9), time(18))


@pytest.mark.parametrize("text", ["", "9-18-20", "09:00", "25:00-26:00", "always"])
def test_hours_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(CannotRun, match="20:00-08:00"):
        clinic.read_hours(text)


def test_hours_over_midnight_are_the_quiet_ones() -> None:
    assert clinic.read_hours("20:00-08:00") == QuietHours(time(8), time(20))
