"""Bring appointments in from a file that a practice system exported (CSV).

The same file twice changes nothing. Rows that can't be read are listed with what to do; the others come in.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from recado.launch.errors import CannotRun

if TYPE_CHECKING:
    from recado.integrations.csv_files.types import ImportResult, RowError

NEEDS_DATABASE = True

_SHOWN = 20  # rows listed on the screen; --json and --errors list more


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What stands after `recado import`."""
    kinds = parser.add_subparsers(dest="kind_of_file", metavar="WHAT", required=True)
    visits = kinds.add_parser("appointments", help="booked, moved and cancelled visits", description=__doc__)
    visits.add_argument("file", type=Path, metavar="FILE", help="the CSV file, with a header line")
    visits.add_argument("--clinic", required=True, metavar="SLUG", help="whose appointments these are")
    visits.add_argument("--dry-run", action="store_true", help="read and compare only; change nothing")
    visits.add_argument(
        "--announce",
        choices=("all", "none"),
        help="tell everybody at once what was booked, moved or cancelled, or nobody; without it a first import tells"
        " nobody, and more than 50 people wait for your word",
    )
    visits.add_argument(
        "--source",
        default="csv",
        metavar="NAME",
        help="the system the file comes from; its appointment numbers are its own",
    )
    visits.add_argument(
        "--column",
        action="append",
        default=[],
        metavar='"HEADER=field"',
        help='what a column means, remembered for this source; "HEADER=" leaves it out',
    )
    visits.add_argument(
        "--dates",
        choices=("auto", "day-first", "month-first"),
        default="auto",
        help="how 03/12/2026 is read (default: auto)",
    )
    visits.add_argument(
        "--without-ids",
        action="store_true",
        help="the file has no appointment numbers: know visits by record number and start",
    )
    visits.add_argument("--errors", type=Path, metavar="FILE", help="write every row that stays out to this CSV file")
    _add_events(kinds)


def _add_events(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    words = "results, medicines, invoices and other care events, a row each"
    events = kinds.add_parser("events", help=words, description="Bring care events in from a table (CSV).")
    events.add_argument(
        "file", type=Path, metavar="FILE", help="the CSV file; its columns are named as the API's fields"
    )
    events.add_argument("--clinic", required=True, metavar="SLUG", help="whose patients these are")
    events.add_argument("--dry-run", action="store_true", help="read and compare only; change nothing")
    events.add_argument(
        "--announce", choices=("all", "none"), help="tell everybody at once whom it concerns, or nobody"
    )
    events.add_argument("--source", default="events", metavar="NAME", help="the system the file comes from")
    events.add_argument("--kind", metavar="KIND", default="", help="what rows are that name no kind, as prescription")
    events.add_argument(
        "--dates", choices=("auto", "day-first", "month-first"), default="auto", help="how 03/12 is read"
    )
    events.add_argument("--errors", type=Path, metavar="FILE", help="write every row that stays out to this CSV file")


def run(args: argparse.Namespace) -> int:
    """0 when rows could be read, even if some stay out; 1 when the file or all of it could not."""
    return _run_events(args) if args.kind_of_file == "events" else _run_visits(args)


def _run_events(args: argparse.Namespace) -> int:
    from recado.appointments.types import Announce
    from recado.care_events.types import EventKind
    from recado.clinics import queries as clinics
    from recado.clinics.types import NoSuchClinic
    from recado.foundation.actors import OPERATOR
    from recado.integrations.csv_files import event_files, event_rows
    from recado.integrations.csv_files.types import Unreadable

    if args.kind and args.kind not in set(EventKind):
        raise CannotRun(f"--kind is one of: {', '.join(EventKind)}.")
    try:
        result = event_files.import_events(
            clinic_id=clinics.clinic_by_slug(args.clinic).id,
            path=args.file,
            source=args.source,
            announce=Announce(args.announce or "auto"),
            dry_run=args.dry_run,
            by=OPERATOR,
            wish=event_files.Wish(EventKind(args.kind) if args.kind else None, args.dates),
            errors_to=args.errors,
        )
    except (Unreadable, NoSuchClinic) as refusal:
        raise CannotRun(str(refusal)) from None
    if args.json:
        print(json.dumps(asdict(result), ensure_ascii=False))
        return 1 if result.rows and result.left_out == result.rows else 0
    print("Dry run: nothing was changed." if result.is_dry_run else f"Read {result.rows:,} rows.")
    counts = {"new": result.new, "changed": result.changed, "unchanged": result.unchanged}
    counts |= {"followed by a later row for the same event": result.repeated, "left out": result.left_out}
    for words, count in counts.items():
        print(f"  {count:>7,}  {words}")
    for one in result.troubles[:_SHOWN]:
        print(f"  Row {one.row}, {one.column or 'the whole row'}: {event_rows.WRONG[one.key]}")
    if result.waiting:
        print(f"{result.waiting:,} people wait for your word: bring the same file in with --announce all, or none.")
    elif result.told:
        print(f"{result.told:,} people {'would be' if result.is_dry_run else 'are'} told at once.")
    return 1 if result.rows and result.left_out == result.rows else 0


def _run_visits(args: argparse.Namespace) -> int:
    from recado.appointments.types import Announce
    from recado.clinics import queries as clinics
    from recado.clinics.types import NoSuchClinic
    from recado.foundation.actors import OPERATOR
    from recado.integrations.csv_files import actions
    from recado.integrations.csv_files.columns import mapping_from
    from recado.integrations.csv_files.types import Unreadable, Wishes

    try:
        result = actions.import_appointments(
            clinic_id=clinics.clinic_by_slug(args.clinic).id,
            path=args.file,
            source=args.source,
            announce=Announce(args.announce or "auto"),
            dry_run=args.dry_run,
            by=OPERATOR,
            wishes=Wishes(mapping_from(args.column), args.dates, args.without_ids),
            errors_to=args.errors,
        )
    except (Unreadable, NoSuchClinic) as refusal:
        raise CannotRun(str(refusal)) from None
    print(json.dumps(as_json(result), ensure_ascii=False) if args.json else in_words(result, args))
    return 1 if result.is_empty_handed else 0


def as_json(result: "ImportResult") -> dict[str, object]:
    """The result for programs. `waiting` are people; `row` counts from 1 at the first line, as spreadsheets do."""
    return {
        "dry_run": result.is_dry_run,
        "rows": result.rows,
        "new": result.new,
        "moved": result.moved,
        "cancelled": result.cancelled,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "without_phone": result.without_phone,
        "past": result.past,
        "repeated": result.repeated,
        "left_out": result.rows_left_out,
        "announce": result.announce,
        "told": result.told,
        "waiting": result.waiting,
        "error_count": result.error_count,
        "errors": [asdict(error) for error in result.errors],
        "warning_count": result.warning_count,
        "warnings": [asdict(warning) for warning in result.warnings],
        "notes": list(result.notes),
        "detected": asdict(result.detected),
        "run": str(result.run_id) if result.run_id else None,
    }


def in_words(result: "ImportResult", args: argparse.Namespace) -> str:
    """The result for a person: what came in, what stays out and why, what to do next."""
    found = result.detected
    lines = [
        "Dry run: nothing was changed." if result.is_dry_run else "",
        f"Read {result.rows:,} {'row' if result.rows == 1 else 'rows'}: {found.encoding}, {found.delimiter}, dates {found.dates}, times of {found.time_zone}.",
        f"Left in the file: {', '.join(found.left_out)}." if found.left_out else "",
        "",
        *_counts(result),
        *(("", "Did not come in:", *_listed(result.errors, result.error_count)) if result.errors else ()),
        *(("", "Came in without this:", *_listed(result.warnings, result.warning_count)) if result.warnings else ()),
        *(("", *result.notes) if result.notes else ()),
    ]
    more = result.error_count > min(_SHOWN, len(result.errors))
    if more and not args.errors:
        lines += ["", "Every row that stays out: add --errors FILE."]
    lines += _waiting(result, args)
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1]))


def _counts(result: "ImportResult") -> list[str]:
    rows = [
        (result.new, "new"),
        (result.moved, "moved"),
        (result.cancelled, "cancelled"),
        (result.changed, "with other changes"),
        (result.unchanged, "unchanged"),
        (result.repeated, "followed by a later row for the same appointment"),
        (result.rows_left_out, "left out"),
    ]
    shown = [f"  {count:>7,}  {words}" for count, words in rows if count] or ["  Nothing to bring in."]
    if result.past:
        shown.append(f"  {result.past:,} of these lie in the past: recorded, no texts.")
    if result.without_phone:
        shown.append(f"  {result.without_phone:,} of these have no number to text: recorded, no texts.")
    return shown


def _listed(errors: "tuple[RowError, ...]", count: int) -> list[str]:
    lines = [f"  Row {error.row}, {error.column}: {error.reason} {error.fix}" for error in errors[:_SHOWN]]
    return [*lines, f"  and {count - _SHOWN:,} more"] if count > _SHOWN else lines


def _waiting(result: "ImportResult", args: argparse.Namespace) -> list[str]:
    if result.told:
        people = "1 person is" if result.told == 1 else f"{result.told:,} people are"
        return ["", f"{people} told at once." if not result.is_dry_run else f"{people} to be told at once."]
    if not result.waiting:
        return []
    again = f"recado import appointments {args.file} --clinic {args.clinic}"
    if args.source != "csv":
        again += f" --source {args.source}"
    people = "1 person has" if result.waiting == 1 else f"{result.waiting:,} people have"
    return [
        "",
        f"The calendar is up to date. {people} not been told yet; their texts wait for your word.",
        f"  Tell them:    {again} --announce all",
        f"  Tell nobody:  {again} --announce none",
        "Reminders before each visit are planned either way.",
    ]
