"""The numbers of ours: add one for a clinic, change its keyword, remove it; texts to a shared number that name nobody."""

import argparse
import json
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from recado.launch.errors import CannotRun

if TYPE_CHECKING:
    from recado.clinics.types import ClinicSettings

NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What stands after `recado number`."""
    verbs = parser.add_subparsers(
        dest="verb",
        metavar="add | list | change | remove | register | unregister | registrations | unbound | give",
        required=True,
    )
    add = verbs.add_parser(
        "add", help="give a clinic a number", description="Give a clinic a number, or a name to send from."
    )
    _of_clinic(add)
    add.add_argument("--carrier", required=True, metavar="NAME_OR_ID", help="as `recado carrier list` shows it")
    add.add_argument(
        "--keyword", default="", metavar="K", help="for a number that clinics share: what people begin with"
    )
    add.add_argument("--note", default="", metavar="T", help="what it is for, for those who look after it")
    listed = verbs.add_parser("list", help="list numbers", description="List the numbers and who uses them.")
    listed.add_argument("--clinic", metavar="SLUG", help="only this clinic's")
    change = verbs.add_parser(
        "change", help="change a keyword", description="Give a clinic's number another keyword or note."
    )
    _of_clinic(change)
    change.add_argument("--keyword", metavar="K", help='the new one; "" for none')
    change.add_argument("--note", metavar="T", help="what it is for")
    _which(change)
    remove = verbs.add_parser("remove", help="take a number away", description="Take a number from a clinic.")
    _of_clinic(remove)
    _which(remove)
    _add_registering(verbs)
    verbs.add_parser(
        "unbound",
        help="texts that name no clinic",
        description="List the texts of the last 30 days to shared numbers that could be for more than one clinic.",
    )
    give = verbs.add_parser(
        "give", help="hand such a text to a clinic", description="Hand an unbound text to a clinic."
    )
    give.add_argument("--id", required=True, help="the text's id, from `recado number unbound`")
    give.add_argument("--clinic", required=True, metavar="SLUG", help="the clinic that it is for")


def _add_registering(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    register = verbs.add_parser(
        "register",
        help="note a registration",
        description="Note what stands of a sender in a country's register, and what news from it must say to be stopped.",
    )
    _sender(register)
    register.add_argument("--id", default="", metavar="ID", help="the id that it has in the register")
    register.add_argument(
        "--register",
        default="",
        metavar="R",
        help="which register (default: the one that the country is known to have)",
    )
    register.add_argument("--since", metavar="YYYY-MM-DD", help="since when (default: it is there already)")
    register.add_argument(
        "--stop-text",
        default="",
        metavar="T",
        help="what news must say, word for word, as the carrier gave it: STOP 36111",
    )
    _sender(
        verbs.add_parser("unregister", help="forget a registration", description="Forget the registration of a sender.")
    )
    noted = verbs.add_parser(
        "registrations", help="list registrations", description="List what is noted of senders in registers."
    )
    noted.add_argument("--clinic", metavar="SLUG", help="only this clinic's and everybody's")


def _sender(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--address", required=True, metavar="S", help="the number or name")
    parser.add_argument("--country", required=True, metavar="CC", help="for phones of this country: ES")
    parser.add_argument("--clinic", metavar="SLUG", help="whose sender it is (default: everybody's)")


def _of_clinic(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clinic", required=True, metavar="SLUG", help="the clinic's slug: harbour-street")
    parser.add_argument(
        "--address", required=True, metavar="N", help="the number: +447700900100; or a name to send from"
    )


def _which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--was", metavar="K", help="the keyword now, where the clinic has several on that number")


def run(args: argparse.Namespace) -> int:
    """Does it; raises CannotRun with what to do."""
    from recado.clinics.types import NoSuchClinic, Refused

    verbs = {
        "add": _add,
        "list": _list,
        "change": _change,
        "remove": _remove,
        "register": _register,
        "unregister": _unregister,
        "registrations": _registrations,
        "unbound": _unbound,
        "give": _give,
    }
    try:
        return verbs[args.verb](args)
    except NoSuchClinic as reason:
        raise CannotRun(str(reason)) from None
    except Refused as refusal:
        raise CannotRun(f"--{refusal.field}: {refusal.hint}") from None


def _add(args: argparse.Namespace) -> int:
    from recado.foundation.actors import OPERATOR
    from recado.foundation.tenancy import clinic_scope
    from recado.launch.carrier_accounts import number_of_carrier, read_sender
    from recado.messaging import actions, senders

    clinic, address, carrier = _clinic(args), read_sender(args.address, "--address"), number_of_carrier(args.carrier)
    with actions.alone_with_number(address) as used_by, clinic_scope(clinic.id):
        made = actions.add_number(
            clinic_id=clinic.id,
            address=address,
            carrier=carrier,
            keyword=args.keyword,
            note=args.note,
            used_by=used_by,
            by=OPERATOR,
        )
        problems = senders.problems_of(address, clinic.country, senders.registered(clinic.id))
    told: dict[str, Any] = {
        "id": str(made),
        "clinic": clinic.slug,
        "address": address,
        "keyword": args.keyword.strip().upper(),
        "problems": [{"code": one.code, "text": one.sentence % one.values} for one in problems],
    }
    sentences = ["{clinic} has {address} {keyword}", *(f"! {one['text']}" for one in told["problems"])]
    return _say(told, args.json, "\n".join(sentences))


def _list(args: argparse.Namespace) -> int:
    from recado.launch import numbers

    rows = numbers.listed(args.clinic)
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
    elif not rows:
        print("There are no numbers yet. Add one: recado number add --help")
    else:
        for row in rows:
            flags = " ".join(word for word in ("preferred", "default") if row[f"is_{word}"])
            print(f"{row['address']:20} {row['keyword']:20} {row['clinic']:24} {row['carrier']:24} {flags}".rstrip())
    return 0


def _change(args: argparse.Namespace) -> int:
    from recado.foundation.actors import OPERATOR
    from recado.foundation.tenancy import clinic_scope
    from recado.messaging import actions

    if args.keyword is None and args.note is None:
        raise CannotRun("Nothing is to be changed: give --keyword or --note.")
    clinic, use = _clinic(args), _use(args)
    with actions.alone_with_number(use.address) as used_by, clinic_scope(clinic.id):
        is_shared = any(one.clinic_id != clinic.id for one in used_by)
        keyword = use.keyword if args.keyword is None else args.keyword
        actions.change_number(
            clinic_id=clinic.id, number_id=use.id, keyword=keyword, note=args.note, is_shared=is_shared, by=OPERATOR
        )
    told = {"id": str(use.id), "clinic": clinic.slug, "address": use.address, "keyword": keyword.strip().upper()}
    return _say(told, args.json, "{clinic} has {address} {keyword}")


def _remove(args: argparse.Namespace) -> int:
    from recado.foundation.actors import OPERATOR
    from recado.foundation.tenancy import clinic_scope
    from recado.messaging import actions

    clinic, use = _clinic(args), _use(args)
    with clinic_scope(clinic.id):
        actions.remove_number(clinic_id=clinic.id, number_id=use.id, by=OPERATOR)
    return _say({"id": str(use.id), "removed": True, "address": use.address}, args.json, "{address} is removed.")


def _register(args: argparse.Namespace) -> int:
    from recado.launch import numbers
    from recado.launch.carrier_accounts import read_sender

    told = numbers.register(
        slug=args.clinic,
        address=read_sender(args.address, "--address"),
        country=args.country.upper(),
        register=args.register.strip(),
        reference=args.id.strip(),
        since=_day(args.since),
        stop_text=args.stop_text.strip(),
    )
    return _say(told, args.json, "What stands of {address} in {country} is noted.")


def _unregister(args: argparse.Namespace) -> int:
    from recado.launch import numbers
    from recado.launch.carrier_accounts import read_sender

    address, country = read_sender(args.address, "--address"), args.country.upper()
    if not numbers.unregister(slug=args.clinic, address=address, country=country):
        raise CannotRun("Nothing is noted of it. `recado number list --json` shows what is.")
    return _say({"address": address, "country": country, "removed": True}, args.json, "{address} is forgotten.")


def _registrations(args: argparse.Namespace) -> int:
    from recado.launch import numbers

    rows = numbers.registrations(args.clinic)
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
    elif not rows:
        print("Nothing is noted of any sender.")
    for row in () if args.json else rows:
        words = [row["register"], row["id"], row["since"], row["stop_text"]]
        print(
            f"{row['address']:20} {row['country']}  {row['clinic'] or 'everybody':24} {'  '.join(w for w in words if w)}"
        )
    return 0


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise CannotRun("--since: write the day as 2026-09-15.") from None


def _unbound(args: argparse.Namespace) -> int:
    from recado.launch import numbers

    rows = numbers.unbound()
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
    elif not rows:
        print("Every text of the last 30 days found its clinic.")
    else:
        for row in rows:
            asked = ", asked which" if row["asked_at"] else ""
            whose = " or ".join(row["clinics"]) or "nobody has this number"
            to = f"{row['shown']} (national)" if row["is_national"] else row["shown"]
            print(f"{row['id']}  {row['at']}  {to:26} {whose}{asked}")
    return 0


def _give(args: argparse.Namespace) -> int:
    from recado.launch import numbers

    try:
        text_id = UUID(args.id)
    except ValueError:
        raise CannotRun("--id: give the text's id, from `recado number unbound`.") from None
    clinic = _clinic(args)
    if not numbers.give(text_id, clinic.id):
        raise CannotRun("There is no such text, or it has found its clinic.")
    return _say({"id": str(text_id), "clinic": clinic.slug}, args.json, "The text is {clinic}'s now.")


def _clinic(args: argparse.Namespace) -> "ClinicSettings":
    from recado.clinics import queries

    return queries.clinic_by_slug(args.clinic)


def _use(args: argparse.Namespace) -> Any:
    from recado.launch import numbers
    from recado.launch.carrier_accounts import read_sender

    return numbers.one(_clinic(args).id, read_sender(args.address, "--address"), args.was)


def _say(told: dict[str, Any], as_json: bool, sentence: str) -> int:
    print(json.dumps(told, ensure_ascii=False) if as_json else sentence.format(**told))
    return 0
