"""The table of routes: which carriers take which texts. Add, list, change, move and remove rows."""

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from recado.launch.errors import CannotRun

if TYPE_CHECKING:
    from recado.messaging.actions import RouteWish
    from recado.messaging.queries import RouteView

NEEDS_DATABASE = True
TARGET = "CARRIER[,weight=N][,sender=S][,ceiling=PRICE]"
ANY = ("any", "")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What stands after `recado route`."""
    verbs = parser.add_subparsers(dest="verb", metavar="list | add | change | move | remove", required=True)
    listed = verbs.add_parser(
        "list",
        help="list the rows",
        description="List the rows in their order, with how their carriers are and what each gets now.",
    )
    listed.add_argument("--clinic", metavar="SLUG", help="only rows that speak of this clinic's texts")
    add = verbs.add_parser(
        "add",
        help="add a row",
        description="Add a row. The first row that matches a text decides. A row without carriers keeps such texts from leaving.",
    )
    add.add_argument("--clinic", metavar="SLUG", help="for this clinic's texts (default: everybody's)")
    _texts(add, "any")
    _carriers(add)
    add.add_argument(
        "--before",
        metavar="ROW",
        help="its place: before this row, by number or id (default: before the first that takes all of its texts, else at the end)",
    )
    change = verbs.add_parser(
        "change", help="change a row", description="Change a row: what is not given stays as it is."
    )
    _row(change)
    _texts(change, "as it is")
    _carriers(change)
    move = verbs.add_parser("move", help="move a row", description="Give a row another place.")
    _row(move)
    where = move.add_mutually_exclusive_group(required=True)
    where.add_argument("--before", metavar="ROW", help="before this row")
    where.add_argument("--first", action="store_true", help="to the top")
    where.add_argument("--last", action="store_true", help="to the end")
    _row(verbs.add_parser("remove", help="remove a row", description="Remove a row: the next that matches decides."))


def _row(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("row", metavar="ROW", help="number or id, as `recado route list` shows it")


def _texts(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument("--country", metavar="CC", help=f"phones of this country: GB; any (default: {default})")
    parser.add_argument(
        "--purpose",
        action="append",
        metavar="P",
        help=f"texts of this purpose: care, news, verify ...; may be given again; any (default: {default})",
    )
    parser.add_argument(
        "--sender", metavar="S", help=f"texts that would leave from this number or name; any (default: {default})"
    )


def _carriers(parser: argparse.ArgumentParser) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--target",
        action="append",
        metavar=TARGET,
        help="a carrier, by name or id, that may take them; may be given again. Weight 0: a backup. Sender: another than the "
        "clinic's own. Ceiling: the most that a part may cost, in the currency of the carrier's prices",
    )
    group.add_argument(
        "--targets",
        metavar="JSON",
        help='the same as JSON: [{"carrier": 1, "weight": 1, "sender": "", "ceiling": "0.05"}]',
    )
    group.add_argument("--shut", action="store_true", help="no carrier: such texts don't leave")


def run(args: argparse.Namespace) -> int:
    """Does it; raises CannotRun with what to do."""
    from recado.clinics.types import NoSuchClinic, Refused

    verbs = {"list": _list, "add": _add, "change": _change, "move": _move, "remove": _remove}
    try:
        return verbs[args.verb](args)
    except NoSuchClinic as reason:
        raise CannotRun(f"--clinic: {reason}") from None
    except Refused as refusal:
        raise CannotRun(f"--{refusal.field}: {refusal.hint}") from None


def _list(args: argparse.Namespace) -> int:
    from recado.messaging import queries

    only = _clinic(args)
    with _operator() as over:
        rows = queries.routes_of(only, over=over)
    slugs = _slugs()
    if args.json:
        print(json.dumps([_told(row, slugs) for row in rows], ensure_ascii=False))
    elif not rows:
        print(
            "There are no rows: each text leaves by the carrier of its clinic's number. Add one: recado route add --help"
        )
    for row in () if args.json else rows:
        print("\n".join(_lines(row, slugs)))
    return 0


def _add(args: argparse.Namespace) -> int:
    from recado.foundation.actors import OPERATOR
    from recado.messaging import actions, queries

    clinic = _clinic(args)
    if args.target is None and args.targets is None and not args.shut:
        raise CannotRun("--target is missing: which carrier takes such texts? --shut keeps them from leaving.")
    with _operator() as over:
        before = _find(queries.routes_of(None, over=over), args.before).id if args.before else None
        saved = actions.add_route(clinic_id=clinic, wish=_wish(args), before=before, by=OPERATOR, over=over)
        return _say(saved.id, over, args.json, "Row {number} is added.", saved.problems)


def _change(args: argparse.Namespace) -> int:
    from recado.foundation.actors import OPERATOR
    from recado.messaging import actions, queries

    with _operator() as over:
        row = _find(queries.routes_of(None, over=over), args.row)
        saved = actions.change_route(
            clinic_id=row.clinic_id, route_id=row.id, wish=_wish(args, row), by=OPERATOR, over=over
        )
        return _say(saved.id, over, args.json, "Row {number} is changed.", saved.problems)


def _move(args: argparse.Namespace) -> int:
    from recado.foundation.actors import OPERATOR
    from recado.messaging import actions, queries

    with _operator() as over:
        rows = queries.routes_of(None, over=over)
        row = _find(rows, args.row)
        before = None if args.last else rows[0].id if args.first else _find(rows, args.before).id
        saved = actions.move_route(clinic_id=row.clinic_id, route_id=row.id, before=before, by=OPERATOR, over=over)
        return _say(saved.id, over, args.json, "It is row {number} now.", saved.problems)


def _remove(args: argparse.Namespace) -> int:
    from recado.foundation.actors import OPERATOR
    from recado.messaging import actions, queries

    with _operator() as over:
        row = _find(queries.routes_of(None, over=over), args.row)
        actions.remove_route(clinic_id=row.clinic_id, route_id=row.id, by=OPERATOR, over=over)
    told = {"id": str(row.id), "removed": True}
    print(json.dumps(told) if args.json else f"Row {row.number} is removed.")
    return 0


# ------------------------------------------------------------------------------------------------ read and told


@contextmanager
def _operator() -> Iterator[Any]:
    from recado.foundation.database import Role, connect

    with connect(Role.MAINTENANCE) as connection:
        yield connection


def _clinic(args: argparse.Namespace) -> UUID | None:
    from recado.clinics import queries

    return queries.clinic_by_slug(args.clinic).id if args.clinic else None


def _slugs() -> dict[UUID, str]:
    from recado.clinics import queries

    return {clinic.id: clinic.slug for clinic in queries.all_clinics()}


def _find(rows: "Sequence[RouteView]", named: str) -> "RouteView":
    for row in rows:
        if named in (str(row.number), str(row.id)):
            return row
    raise CannotRun(f"There is no row {named}. `recado route list` shows them.")


def _wish(args: argparse.Namespace, was: "RouteView | None" = None) -> "RouteWish":
    """The row as it is asked for. What is not given is as it was."""
    from recado.launch.carrier_accounts import read_sender
    from recado.messaging.actions import RouteWish

    country = (was.country if was else "") if args.country is None else args.country
    sender = (was.sender if was else "") if args.sender is None else args.sender
    purposes = frozenset(was.purposes if was else ()) if args.purpose is None else _purposes(args.purpose)
    return RouteWish(
        country="" if country.lower() in ANY else country,
        purposes=purposes,
        sender="" if sender in ANY else read_sender(sender),
        targets=_wanted(args, was),
    )


def _purposes(given: Sequence[str]) -> frozenset[Any]:
    from recado.consent.types import Purpose

    names = {purpose.name.lower(): purpose for purpose in Purpose}
    wanted = [name for one in given for name in one.lower().split(",") if name not in ANY]
    for name in wanted:
        if name not in names:
            raise CannotRun(f"--purpose: there is no purpose {name}. They are {', '.join(names)}.")
    return frozenset(names[name] for name in wanted)


def _wanted(args: argparse.Namespace, was: "RouteView | None") -> tuple[Any, ...]:
    from recado.messaging.actions import read_targets

    if args.shut:
        return ()
    if args.targets is not None:
        try:
            told = json.loads(args.targets)
        except ValueError:
            raise CannotRun("--targets: this is not JSON.") from None
        return read_targets([_by_id(one) for one in told] if isinstance(told, list) else told)
    if args.target is not None:
        return read_targets([_by_id(_of_words(one)) for one in args.target])
    return read_targets([_stored(one) for one in was.targets] if was else [])


def _of_words(given: str) -> dict[str, str]:
    """`Main,weight=3` as an object."""
    carrier, *rest = given.split(",")
    told = {"carrier": carrier.strip()}
    for one in rest:
        name, sign, value = one.partition("=")
        if not sign or name.strip() not in ("weight", "sender", "ceiling"):
            raise CannotRun(f"--target: write it as {TARGET}.")
        told[name.strip()] = value.strip()
    return told


def _by_id(told: Any) -> Any:
    """A target with its carrier by number and its sender in full."""
    from recado.launch.carrier_accounts import number_of_carrier, read_sender

    if not isinstance(told, dict) or "carrier" not in told:
        return told
    sender = told.get("sender")
    read = {"sender": read_sender(str(sender))} if sender else {}
    return {**told, "carrier": number_of_carrier(str(told["carrier"])), **read}


def _stored(target: Any) -> dict[str, Any]:
    return {
        "carrier": target.carrier,
        "weight": target.weight,
        "sender": target.sender,
        "ceiling": None if target.ceiling is None else str(target.ceiling),
    }


def _told(row: "RouteView", slugs: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "number": row.number,
        "clinic": slugs.get(row.clinic_id, str(row.clinic_id)) if row.clinic_id else None,
        "country": row.country or None,
        "purposes": [purpose.name.lower() for purpose in row.purposes],
        "sender": row.sender or None,
        "targets": [
            {
                **_stored(target),
                "name": target.name,
                "price": None if target.price is None else str(target.price),
                "currency": target.currency or None,
                "is_too_dear": target.is_too_dear,
                "is_up": target.is_up,
                "score": round(target.score, 3),
                "share": round(target.share, 3),
                "scores": {country: round(score, 3) for country, score in sorted(target.scores.items())},
            }
            for target in row.targets
        ],
        "problems": _problems(row.problems),
    }


def _problems(found: Sequence[Any]) -> list[dict[str, str]]:
    return [{"severity": str(one.severity), "code": one.code, "text": one.sentence % one.values} for one in found]


def _lines(row: "RouteView", slugs: dict[UUID, str]) -> Iterator[str]:
    clinic = slugs.get(row.clinic_id, str(row.clinic_id)) if row.clinic_id else "every clinic"
    purposes = ", ".join(purpose.name.lower() for purpose in row.purposes) or "any purpose"
    yield f"{row.number:3}  {clinic}, {row.country or 'any country'}, {purposes}, {row.sender or 'any sender'}"
    if not row.targets:
        yield "       such texts don't leave"
    for target in row.targets:
        words = [f"weight {target.weight}" if target.weight else "backup", f"gets {target.share:.0%} now"]
        words += [f"from {target.sender}"] if target.sender else []
        words += [f"at most {target.ceiling} a part"] if target.ceiling is not None else []
        words += ["too dear: passed over"] if target.is_too_dear else []
        words += [] if target.is_up else ["no connection"]
        words += [f"score {target.score:.2f}"] if target.score < 1 else []
        yield f"       {target.name or f'carrier {target.carrier}'}: {', '.join(words)}"
    for problem in row.problems:
        yield f"       ! {problem.sentence % problem.values}"


def _say(route_id: UUID, over: Any, as_json: bool, sentence: str, problems: Sequence[Any]) -> int:
    """The row as it stands now, with what was found when it was saved."""
    from recado.messaging import queries

    row = _find(queries.routes_of(None, over=over), str(route_id))
    if as_json:
        print(json.dumps({**_told(row, _slugs()), "problems": _problems(problems)}, ensure_ascii=False))
        return 0
    print(sentence.format(number=row.number))
    for problem in problems:
        print(f"! {problem.sentence % problem.values}")
    return 0
