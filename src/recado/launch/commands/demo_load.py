"""Internal: loads the demo clinic into a new database."""

import argparse
import json

NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(args: argparse.Namespace) -> int:
    """Loads the demo; the supervisor calls it once, before it starts the other processes."""
    from recado.launch import demo

    made = demo.load()
    print(json.dumps({"clinics": made.clinics, "patients": made.patients, "appointments": made.appointments}))
    return 0
