"""Brings the database up to date: roles, tables, policies, partitions.

Works on RECADO_DATABASE_URL (the owner's URL) or on the database of the product that runs on this data folder. Where
the owner may not make roles, it prints the SQL for an administrator and does nothing.
"""

import argparse
import json

from recado.launch.errors import CannotRun

NO_RIGHTS = "The owner may not make roles. `recado migrate` prints the SQL that an administrator runs once."
NEEDS_DATABASE = False  # it makes what the others need


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    from recado.foundation.database import RolesMissing, UnsafeRole
    from recado.launch import migrate

    try:
        done = migrate.run()
    except RolesMissing as letter:
        print(json.dumps({"error": NO_RIGHTS, "sql": str(letter)}) if args.json else letter)
        return 1
    except UnsafeRole as reason:
        raise CannotRun(str(reason)) from None
    if args.json:
        print(json.dumps({"was_new": done.was_new, "applied": done.applied, "is_demo": done.is_demo}))
    else:
        print(
            f"{done.applied} migration{'s' if done.applied > 1 else ''} applied."
            if done.applied
            else "The database is up to date."
        )
    return 0
