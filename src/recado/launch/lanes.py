"""The lanes of a clinic on the command line: `recado pause` and `recado resume`; and those of a carrier."""

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from recado.launch.errors import CannotRun

if TYPE_CHECKING:
    from recado.clinics.types import ClinicSettings
    from recado.messaging.types import Lane

LANES = ("emergency", "verify", "conversation", "care", "bulk")
USUAL = ("conversation", "care", "bulk")


def add_arguments(parser: argparse.ArgumentParser, usual: str) -> None:
    parser.add_argument("--clinic", required=True, metavar="SLUG", help="the clinic's slug: harbour-street")
    add_lanes(parser, usual)


def add_lanes(parser: argparse.ArgumentParser, usual: str) -> None:
    parser.add_argument(
        "--lane",
        nargs="+",
        action="extend",
        choices=LANES,
        metavar="|".join(LANES),
        help=f"which texts, one or more lanes (default: {usual})",
    )


def chosen(args: argparse.Namespace, usual: tuple[str, ...]) -> "tuple[ClinicSettings, list[Lane]]":
    """The clinic and lanes asked for. Raises CannotRun."""
    from recado.clinics import queries
    from recado.clinics.types import NoSuchClinic

    try:
        clinic = queries.clinic_by_slug(args.clinic)
    except NoSuchClinic as reason:
        raise CannotRun(str(reason)) from None
    return clinic, named(args.lane or usual)


def named(names: Sequence[str]) -> "list[Lane]":
    """The lanes of these names."""
    from recado.messaging.types import Lane

    return [Lane[name.upper()] for name in dict.fromkeys(names)]


def say(clinic: "ClinicSettings", args: argparse.Namespace) -> int:
    """Prints which lanes are held now."""
    from recado.foundation.tenancy import clinic_scope
    from recado.messaging import queries

    with clinic_scope(clinic.id):
        held = [lane.name.lower() for lane in queries.paused_lanes(clinic.id)]
    if args.json:
        print(json.dumps({"clinic": clinic.slug, "held": held}))
    else:
        print(f"{clinic.slug}: held are {', '.join(held)}." if held else f"{clinic.slug}: nothing is held.")
    return 0
