"""Make, list and end API keys: for systems that send and read messages."""

import argparse
import json
from uuid import UUID

from recado.launch.errors import CannotRun

NEEDS_DATABASE = True
SCOPES = (
    "messages:send",
    "messages:emergency",
    "messages:verify",
    "messages:read",
    "consent:write",
    "events:write",
    "documents:write",
    "appointments:write",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What stands after `recado apikey`."""
    verbs = parser.add_subparsers(dest="verb", metavar="create | list | end", required=True)
    create = verbs.add_parser("create", help="make a key", description="Make a key. It is shown once and kept nowhere.")
    _of_clinic(create)
    create.add_argument("--name", required=True, help="the system that will use it: Lab results")
    create.add_argument(
        "--scope",
        nargs="+",
        action="extend",
        choices=SCOPES,
        metavar="|".join(SCOPES),
        help="what it may do, one or more (default: all of them)",
    )
    create.add_argument(
        "--source",
        nargs="+",
        action="extend",
        default=[],
        metavar="NETWORK",
        help="where it may be used from: 10.20.0.0/16 (default: anywhere)",
    )
    _of_clinic(verbs.add_parser("list", help="list a clinic's keys", description="List a clinic's keys."))
    end = verbs.add_parser("end", help="turn a key off", description="Turn a key off. It can't be turned on again.")
    _of_clinic(end)
    end.add_argument("--id", required=True, help="the key's id, from `recado apikey list`")


def _of_clinic(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clinic", required=True, help="the clinic's slug: harbour-street")


def run(args: argparse.Namespace) -> int:
    """Does it; raises CannotRun with what to do."""
    from recado.clinics import queries
    from recado.clinics.types import NoSuchClinic, Refused

    try:
        clinic = queries.clinic_by_slug(args.clinic)
        return {"create": _create, "list": _list, "end": _end}[args.verb](clinic.id, args)
    except NoSuchClinic as reason:
        raise CannotRun(str(reason)) from None
    except Refused as refusal:
        raise CannotRun(f"--{refusal.field.removesuffix('s')}: {refusal.hint}") from None


def _create(clinic_id: UUID, args: argparse.Namespace) -> int:
    from recado.clinics import actions
    from recado.clinics.roles import ApiScope
    from recado.foundation.actors import OPERATOR

    scopes = [ApiScope(scope) for scope in args.scope or SCOPES]
    made = actions.issue_api_key(clinic_id=clinic_id, name=args.name, scopes=scopes, sources=args.source, by=OPERATOR)
    if args.json:
        print(json.dumps({"id": str(made.key.id), "key": made.secret}))
    else:
        print(f"{made.secret}\nKeep it now: it is shown this once. Its id is {made.key.id}.")
    return 0


def _list(clinic_id: UUID, args: argparse.Namespace) -> int:
    from recado.clinics import queries

    found = queries.api_keys_of(clinic_id)
    if args.json:
        lines = [
            {
                "id": str(one.id),
                "name": one.name,
                "prefix": one.prefix,
                "scopes": sorted(one.scopes),
                "sources": list(one.sources),
                "created_at": one.created_at.isoformat(),
                "last_used_at": one.last_used_at.isoformat() if one.last_used_at else None,
                "ended_at": one.ended_at.isoformat() if one.ended_at else None,
            }
            for one in found
        ]
        print(json.dumps(lines, ensure_ascii=False))
    elif not found:
        print("The clinic has no keys. Make one: recado apikey create --help")
    else:
        for one in found:
            state = "ended" if one.ended_at else "used" if one.last_used_at else "never used"
            print(f"{one.id}  {one.prefix}…  {state:10}  {' '.join(sorted(one.scopes))}  {one.name}")
    return 0


def _end(clinic_id: UUID, args: argparse.Namespace) -> int:
    from recado.clinics import actions
    from recado.foundation.actors import OPERATOR

    try:
        key_id = UUID(args.id)
    except ValueError:
        raise CannotRun("--id: give the key's id, from `recado apikey list`.") from None
    if not actions.revoke_api_key(clinic_id=clinic_id, key_id=key_id, by=OPERATOR):
        raise CannotRun("The clinic has no such key, or it was ended before.")
    print(json.dumps({"id": str(key_id), "ended": True}) if args.json else "The key is ended.")
    return 0
