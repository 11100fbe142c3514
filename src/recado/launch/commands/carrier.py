"""Connect carriers: add, list, test, pause, resume and remove them, and see what can be set on each kind."""

import argparse
import getpass
import importlib
import json
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from recado.launch import lanes
from recado.launch.errors import CannotRun
from recado.launch.wiring import CARRIERS

if TYPE_CHECKING:
    from recado.channels.protocol import Setting

NEEDS_DATABASE = True
PRICES = (
    "What one part of a text costs with a carrier, by country. Routes with a price ceiling pass over a carrier that is dearer. Of "
    "what a carrier tells, the dearest network counts. A price set by hand stands, whatever the carrier tells, until it is removed."
)
SECRETS = (
    "A secret may be given as an option, better in the environment (RECADO_CARRIER_ and the setting's name in capitals), or "
    "as -, which reads it from the first lines of standard input."
)


def declared(kind: str) -> "tuple[Setting, ...]":
    """What can be set on carriers of this kind."""
    settings: tuple[Setting, ...] = importlib.import_module(f"recado.channels.{kind}").SETTINGS
    return settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What stands after `recado carrier`."""
    verbs = parser.add_subparsers(
        dest="verb",
        metavar="add | change | list | test | pause | resume | remove | reread | confirm | prices | settings",
        required=True,
    )
    add = verbs.add_parser("add", help="connect a carrier", description=f"Connect a carrier. {SECRETS}")
    kinds = add.add_subparsers(dest="kind", metavar="KIND", required=True)
    for kind in CARRIERS:
        _add_kind(
            kinds.add_parser(kind, help=f"{kind}: see `recado carrier settings {kind}`", description=SECRETS), kind
        )
    _add_change(verbs)
    verbs.add_parser("list", help="list the carriers", description="List the carriers and how they are.")
    test = verbs.add_parser(
        "test",
        help="try a carrier",
        description="Connect, ask for the balance where it is told, and send a text if asked to.",
    )
    _named(test)
    test.add_argument("--to", metavar="NUMBER", help="a phone of your own, to send one text to")
    test.add_argument("--sender", metavar="S", help="from which of your numbers or names")
    hold = verbs.add_parser("pause", help="hold a carrier's texts", description="Hold a carrier's texts: they wait.")
    free = verbs.add_parser("resume", help="let them go on", description="Let a paused carrier's texts go on.")
    for verb in (hold, free):
        _named(verb)
        lanes.add_lanes(verb, "all of them")
    _named(
        verbs.add_parser(
            "remove",
            help="take a carrier away",
            description="Take a carrier away for good: what opens it is forgotten, and texts that left by it keep its name in "
            "their story. Refused while something still needs it, with what to do first.",
        )
    )
    _named(
        verbs.add_parser(
            "reread",
            help="read its calls again",
            description="Read a carrier's calls again that could not be read: after an update, or with the right key file.",
        )
    )
    confirm = verbs.add_parser(
        "confirm",
        help="confirm what it asks for",
        description="Some carriers (AWS) want an address visited before they report to us. Recado does so by itself; where that "
        "failed, this does it now. Only an address that the carrier itself has signed is visited.",
    )
    _named(confirm)
    confirm.add_argument("--show", action="store_true", help="only say what waits")
    _add_prices(verbs.add_parser("prices", help="what a part costs, by country", description=PRICES))
    settings = verbs.add_parser("settings", help="what can be set", description="What can be set on a kind of carrier.")
    settings.add_argument("kind", choices=tuple(CARRIERS), metavar="|".join(CARRIERS))


def _add_prices(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, metavar="NAME_OR_ID", help="as `recado carrier list` shows it")
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--set", nargs=3, metavar=("COUNTRY", "PRICE", "CURRENCY"), help="set one: GB 0.034 GBP")
    does.add_argument("--remove", metavar="COUNTRY", help="take one away")
    does.add_argument("--fetch", action="store_true", help="ask the carrier (Twilio, Vonage)")
    parser.add_argument(
        "--country",
        action="append",
        default=[],
        metavar="COUNTRY",
        help="with --fetch: only this one; may be given again (default: where clinics are, routes lead or a price stands)",
    )


def _add_change(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    change = verbs.add_parser(
        "change",
        help="change what is set",
        description="Change what is set on a carrier, such as a new password; the rest stays. Texts wait the few seconds "
        "in which it is opened anew.",
    )
    _named(change)
    change.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SETTING=VALUE",
        help="as `recado carrier settings KIND` names it; = alone: the default again; =- reads the value from standard "
        "input or asks for it, as is right for a secret. May be given again",
    )
    default = change.add_mutually_exclusive_group()
    default.add_argument(
        "--sender", metavar="S", help="what clinics without a number of their own send from, on the default carrier"
    )
    default.add_argument(
        "--no-default",
        action="store_true",
        help="it is the default carrier no longer: clinics keep the number that they have from it",
    )
    change.add_argument(
        "--default",
        action="store_true",
        help="clinics without a number of their own send by it from now on, from --sender, and by no other default",
    )
    change.add_argument(
        "--test", action="store_true", help="connect with the new settings first: if that fails, nothing is changed"
    )


def _add_kind(parser: argparse.ArgumentParser, kind: str) -> None:
    parser.add_argument("--name", required=True, help="what people call it: Main carrier")
    parser.add_argument("--clinic", metavar="SLUG", help="a clinic that gets --sender as its number on this carrier")
    parser.add_argument(
        "--default",
        action="store_true",
        help="clinics without a number of their own, also those made later, send from --sender on this carrier",
    )
    own = {setting.name for setting in declared(kind)}
    if "sender" not in own:
        parser.add_argument(
            "--sender",
            metavar="S",
            help="the number (or name) that texts come from, for --clinic or --default (which makes one of --name)",
        )
    for setting in declared(kind):
        parser.add_argument(
            "--" + setting.name.replace("_", "-"),
            dest=f"set_{setting.name}",
            metavar=setting.kind.upper(),
            help=_help(setting).replace("%", "%%"),
        )


def _named(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("carrier", metavar="NAME_OR_ID", help="as `recado carrier list` shows it")


def _help(setting: "Setting") -> str:
    choices = f" One of {', '.join(setting.choices)}." if setting.choices else ""
    default = "" if setting.is_required or setting.default in ("", None) else f" (default: {setting.default})"
    return setting.help + choices + default + (" Needed." if setting.is_required else "")


def run(args: argparse.Namespace) -> int:
    """Does it; raises CannotRun with what to do."""
    from recado.launch import carrier_changes

    match args.verb:
        case "settings":
            return _settings(args)
        case "add":
            return _add(args)
        case "change":
            return _change(args)
        case "remove":
            return _say(carrier_changes.remove(args.carrier), args.json, "{name} is removed.")
        case "reread":
            return _say(carrier_changes.reread(args.carrier), args.json, "{name}: {calls} calls are read again.")
        case "confirm":
            return _confirm(args)
        case "prices":
            return _prices(args)
        case "list":
            return _list(args)
        case "test":
            return _test(args)
        case _:
            return _hold(args)


def _add(args: argparse.Namespace) -> int:
    from recado.channels.protocol import BadSettings
    from recado.launch import carrier_accounts

    settings = declared(args.kind)
    given = {s.name: _given(s, getattr(args, f"set_{s.name}")) for s in settings}
    sender = getattr(args, "sender", None) or given.get("sender")
    if args.clinic and not sender:
        raise CannotRun("--sender is missing: which number or name is it that the clinic gets on this carrier?")
    try:
        made = carrier_accounts.add(
            args.kind,
            args.name,
            {name: value for name, value in given.items() if value is not None},
            sender=str(sender or ""),
            clinic=args.clinic,
            is_default=args.default,
        )
    except BadSettings as refusal:
        raise CannotRun(f"--{refusal.setting.replace('_', '-')}: {refusal}") from None
    sentences = ["Connected {name} as carrier {id}."]
    if made["callback_url"]:
        sentences.append("Let it report to {callback_url}")
        if (urlsplit(made["callback_url"]).hostname or "") in ("localhost", "127.0.0.1", "::1"):
            sentences.append(
                "! No carrier elsewhere reaches that: set RECADO_PUBLIC_URL to the address of this installation."
            )
    if args.clinic and not made["is_given"]:
        sentences.append(
            "The clinic has {sender} on another carrier, where its texts go on leaving: `recado route add` brings them here."
        )
    elif args.clinic and made["sends_from"] != made["sender"]:
        sentences.append(
            "The clinic's texts go on coming from {sends_from}: Settings, Clinic, says which number they come from."
        )
    sentences += _doubts(args.kind, given)
    if args.default:
        sentences.append("Clinics without a number of their own send from {sender}.")
        if not sender:
            sentences.append("It is made of the carrier's name, and nobody can answer a name: --sender takes a number.")
    return _say(made, args.json, "\n".join(sentences))


def _change(args: argparse.Namespace) -> int:
    from recado.channels.protocol import BadSettings
    from recado.launch import carrier_accounts, carrier_changes

    kind = carrier_accounts.the_one(args.carrier)[2]
    known = {setting.name: setting for setting in declared(kind)}
    given: dict[str, str] = {}
    for one in args.set:
        written, has_value, value = one.partition("=")
        name = written.strip().replace("-", "_")
        if not has_value or name not in known:
            raise CannotRun(
                f"--set {written}: give SETTING=VALUE; `recado carrier settings {kind}` lists what there is."
            )
        given[name] = _given(known[name], value) or ""
    sender = "" if args.no_default else carrier_accounts.read_new_sender(args.sender) if args.sender else None
    if args.default and not sender:
        raise CannotRun("--sender is missing: what do clinics send from that have no number of their own?")
    if not given and sender is None:
        raise CannotRun("Nothing is to be changed: give --set SETTING=VALUE.")
    try:
        told = carrier_changes.change(args.carrier, given, sender=sender, is_default=args.default, is_tested=args.test)
    except BadSettings as refusal:
        raise CannotRun(f"--set {refusal.setting}: {refusal}") from None
    return _say(
        told, args.json, "\n".join(["{name} is changed. It is opened anew within seconds.", *_doubts(kind, given)])
    )


def _doubts(kind: str, given: Mapping[str, str | None]) -> list[str]:
    """What is taken as it was given, and may be a slip."""
    from recado.foundation.protocols.smpp.pdus import STANDARD_PASSWORD

    if kind != "smpp" or len(given.get("password") or "") <= STANDARD_PASSWORD:
        return []
    return [
        f"! The password is longer than the {STANDARD_PASSWORD} characters of the SMPP standard. It goes as it is, since some carriers "
        "give such: `recado carrier test` tells whether this one takes it."
    ]


def _given(setting: "Setting", option: str | None) -> str | None:
    if option == "-":
        return getpass.getpass(f"{setting.name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if option is None and setting.is_secret:
        return os.environ.get(f"RECADO_CARRIER_{setting.name.upper()}")
    return option


def _hold(args: argparse.Namespace) -> int:
    from recado.launch import carrier_accounts

    do = carrier_accounts.pause if args.verb == "pause" else carrier_accounts.resume
    told = do(args.carrier, lanes.named(args.lane or lanes.LANES))
    if told["is_paused"]:
        return _say(told, args.json, "{name} is paused: its texts wait.")
    return _say(told, args.json, "{name} goes on" + (f", but for {', '.join(told['held'])}." if told["held"] else "."))


def _list(args: argparse.Namespace) -> int:
    from recado.launch import carrier_changes

    found = carrier_changes.listed()
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
    elif not found:
        print("There are no carriers yet. Connect one: recado carrier add --help")
    else:
        for one in found:
            held = ["paused"] if one["is_paused"] else [f"held: {', '.join(one['held'])}"] * bool(one["held"])
            notes = held + ["waits to be confirmed: recado carrier confirm"] * (one["unconfirmed"] > 0)
            print(f"{one['id']:4} {one['name']:24} {one['kind']:14} {one['state']:8} {', '.join(notes)}".rstrip())
    return 0


def _prices(args: argparse.Namespace) -> int:
    from recado.launch import carrier_prices

    if args.country and not args.fetch:
        raise CannotRun("--country goes with --fetch.")
    if args.fetch:
        told = carrier_prices.fetched(args.name, args.country)
    elif args.set:
        told = carrier_prices.set_by_hand(args.name, *args.set)
    else:
        told = carrier_prices.removed(args.name, args.remove) if args.remove else carrier_prices.listed(args.name)
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for one in told["prices"]:
        source = "set by hand" if one["source"] == "hand" else "told by the carrier"
        print(f"{one['country']}  {one['price']:>9} {one['currency']}  {source}, {one['at'][:10]}")
    if not told["prices"]:
        print(f"No price is known of {told['name']}: routes' ceilings don't hold it back.")
    for country, reason in told.get("not_told", {}).items():
        print(f"{country}: {reason}")
    return 0


def _confirm(args: argparse.Namespace) -> int:
    from recado.launch import carrier_changes

    told = carrier_changes.confirm(args.carrier, is_visited=not args.show)
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
    elif not told["asked"]:
        print(f"{told['name']} waits for nothing.")
    for one in told["asked"] if not args.json else ():
        says = "reports to us from now on" if one["is_confirmed"] else f"waits since {one['since']}"
        print(f"{one['subject']} {says}")
    is_left = any(not one["is_confirmed"] for one in told["asked"]) and not args.show
    if is_left and not args.json:
        print(
            "What still waits wasn't signed for one of the carrier's topics, or the address refused. Request it again there."
        )
    return 1 if is_left else 0


def _test(args: argparse.Namespace) -> int:
    from recado.launch import carrier_accounts

    if bool(args.to) != bool(args.sender):
        raise CannotRun("A test text needs both --to and --sender.")
    told = carrier_accounts.test(args.carrier, to=args.to, sender=args.sender)
    _say(told, args.json, "{name}: {outcome}, balance {balance}" if told.get("balance") else "{name}: {outcome}")
    return 0 if told["is_ok"] else 1


def _settings(args: argparse.Namespace) -> int:
    rows: list[dict[str, Any]] = [
        {
            "name": setting.name,
            "kind": setting.kind,
            "is_required": setting.is_required,
            "is_secret": setting.is_secret,
            "default": None if setting.is_required else str(setting.default),
            "choices": list(setting.choices),
            "help": setting.help,
        }
        for setting in declared(args.kind)
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for row, setting in zip(rows, declared(args.kind), strict=True):
            print(f"--{row['name'].replace('_', '-'):26} {_help(setting)}")
    return 0


def _say(told: Mapping[str, Any], as_json: bool, sentence: str) -> int:
    print(json.dumps(told, ensure_ascii=False) if as_json else sentence.format(**told))
    return 0
