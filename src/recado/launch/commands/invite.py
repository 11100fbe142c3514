"""Give a person a way in: a link that works once, for somebody new or for one who lost password or phone."""

import argparse
import json

from recado.launch.errors import CannotRun

NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What stands after `recado invite`."""
    parser.add_argument("--clinic", required=True, help="the clinic's slug: harbour-street")
    parser.add_argument("--email", required=True, help="the person's e-mail address, which they sign in with")
    parser.add_argument("--name", help="needed for somebody new: the name that colleagues know")
    parser.add_argument("--role", default="administrator", help="for somebody new (default: administrator)")


def run(args: argparse.Namespace) -> int:
    """Prints the link; raises CannotRun with what to do. Whoever runs this machine may reset anybody."""
    from datetime import timedelta

    from recado.clinics import actions, queries
    from recado.clinics.roles import ROLES
    from recado.clinics.types import LinkKind, NoSuchClinic, Refused
    from recado.foundation.actors import OPERATOR
    from recado.launch.environment import public_url

    try:
        clinic = queries.clinic_by_slug(args.clinic)
        email = args.email.strip().lower()
        person = next((one for one in queries.staff(clinic.id) if one.email == email), None)
        if person is None:
            if args.role not in ROLES:
                raise CannotRun(f"--role: choose one of {', '.join(ROLES)}.")
            role, name = ROLES[args.role], args.name or ""
            person = actions.add_staff(clinic_id=clinic.id, email=email, name=name, role=role, by=OPERATOR)
    except NoSuchClinic as reason:
        raise CannotRun(str(reason)) from None
    except Refused as refusal:
        raise CannotRun(f"--{refusal.field}: {refusal.hint}") from None
    token = actions.make_sign_in_link(
        clinic_id=clinic.id, user_id=person.user_id, kind=LinkKind.SET_UP, lasts=timedelta(days=1), by=OPERATOR
    )
    link = f"{public_url()}/enter/{token}"
    print(json.dumps({"link": link}) if args.json else f"{link}\nIt works once, within a day.")
    return 0
