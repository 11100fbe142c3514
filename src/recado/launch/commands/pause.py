"""Hold a clinic's texts: they wait until `recado resume`."""

import argparse

from recado.launch import lanes

NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    lanes.add_arguments(parser, "all but emergency and verify")


def run(args: argparse.Namespace) -> int:
    """Does it; raises CannotRun with what to do."""
    from recado.foundation.actors import OPERATOR
    from recado.foundation.tenancy import clinic_scope
    from recado.messaging import actions

    clinic, wanted = lanes.chosen(args, lanes.USUAL)
    with clinic_scope(clinic.id):
        actions.pause(clinic_id=clinic.id, lanes=wanted, by=OPERATOR)
    return lanes.say(clinic, args)
