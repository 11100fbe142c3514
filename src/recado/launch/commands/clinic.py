"""Make clinics and list them."""

import argparse
import json
from collections.abc import Mapping
from datetime import time, timedelta
from typing import TYPE_CHECKING

from recado.launch.errors import CannotRun

if TYPE_CHECKING:
    from uuid import UUID

    from recado.clinics.types import QuietHours

NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What stands after `recado clinic`."""
    verbs = parser.add_subparsers(dest="verb", metavar="create | list", required=True)
    create = verbs.add_parser("create", help="make a clinic", description="Make a clinic, with keys of its own.")
    create.add_argument("--slug", required=True, help="short name for addresses and commands: harbour-street")
    create.add_argument("--name", required=True, help="the name that patients know")
    create.add_argument("--timezone", required=True, help="IANA name: Europe/London")
    create.add_argument(
        "--care-basis",
        choices=("care", "consent"),
        default="care",
        help="what texts about care rest on: the care itself, or a permission given before (default: care)",
    )
    create.add_argument(
        "--quiet-hours",
        default="09:00-18:00",
        metavar="none|HH:MM-HH:MM",
        help="20:00-08:00 = no planned texts in that night; 09:00-18:00 = they leave within that day; "
        "none = at any hour (default: 09:00-18:00)",
    )
    create.add_argument("--country", help="for phone numbers without a country code (default: the time zone's)")
    create.add_argument("--language", default="en", help="for patients whose language is unknown (default: en)")
    create.add_argument(
        "--repeat-guard",
        type=int,
        default=10,
        metavar="MINUTES",
        help="within so many minutes the same words to the same number by API are refused where they come without a "
        "reference; 0 = never (default: 10)",
    )
    create.add_argument(
        "--most-an-hour",
        type=int,
        default=6,
        metavar="N",
        help="planned texts to one number in an hour; more wait; 0 = as many as come (default: 6)",
    )
    verbs.add_parser("list", help="list the clinics", description="List the clinics of this installation.")


def run(args: argparse.Namespace) -> int:
    """Does it; raises CannotRun with what to do."""
    return _create(args) if args.verb == "create" else _list(args)


def _create(args: argparse.Namespace) -> int:
    from recado.clinics import actions
    from recado.clinics.types import CareBasis, Refused
    from recado.foundation.actors import OPERATOR

    try:
        clinic = actions.create_clinic(
            slug=args.slug,
            name=args.name,
            time_zone=args.timezone,
            care_basis=CareBasis(args.care_basis),
            quiet_hours=read_hours(args.quiet_hours),
            country=args.country or country_of_zone(args.timezone),
            default_language=args.language,
            repeat_guard=timedelta(minutes=args.repeat_guard),
            most_an_hour=args.most_an_hour,
            by=OPERATOR,
        )
    except Refused as refusal:
        raise CannotRun(f"--{refusal.field.replace('_', '-')}: {refusal.hint}") from None
    number = _furnish(clinic.id)
    _say(
        {"id": str(clinic.id), "slug": clinic.slug, "name": clinic.name, "timezone": clinic.time_zone, **number},
        args.json,
    )
    return 0


def _furnish(clinic_id: "UUID") -> dict[str, str]:
    """A new clinic gets the default sender, or in a demo a number on the simulated carrier, so that it can text at once."""
    from recado.launch import furnishing

    number = furnishing.furnish(clinic_id)
    return {"number": number} if number else {}


def _list(args: argparse.Namespace) -> int:
    from recado.clinics import queries

    found = [
        {"id": str(c.id), "slug": c.slug, "name": c.name, "timezone": c.time_zone, "care_basis": c.care_basis}
        for c in queries.all_clinics()
    ]
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
    elif not found:
        print("There are no clinics yet. Make one: recado clinic create --help")
    else:
        for clinic in found:
            print(f"{clinic['slug']:24} {clinic['timezone']:20} {clinic['name']}")
    return 0


def _say(clinic: Mapping[str, str], as_json: bool) -> None:
    if as_json:
        print(json.dumps(clinic, ensure_ascii=False))
    else:
        print(f"Made the clinic {clinic['name']} ({clinic['slug']}).")


def country_of_zone(time_zone: str) -> str:
    """The country of an IANA time zone by CLDR; GB where a zone belongs to none ("UTC")."""
    from babel.core import get_global

    return get_global("zone_territories").get(time_zone) or "GB"


def read_hours(text: str) -> "QuietHours":
    """Reads `none` or `HH:MM-HH:MM`. Raises CannotRun.

    A range over midnight ("20:00-08:00") is when it is quiet; one within the day ("09:00-18:00") is when texts may
    leave. Nobody means the other: a clinic isn't silent by day and awake by night.
    """
    from recado.clinics.types import NO_QUIET_HOURS, QuietHours

    if text == "none":
        return NO_QUIET_HOURS
    first, _, second = text.partition("-")
    try:
        begins, ends = time.fromisoformat(first.strip()), time.fromisoformat(second.strip())
    except ValueError:
        raise CannotRun("--quiet-hours: say none, or two times such as 20:00-08:00.") from None
    return QuietHours(ends, begins) if begins > ends else QuietHours(begins, ends)
