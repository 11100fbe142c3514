"""Internal: single-use ways into the demo, one for each role."""

import argparse
import json

NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(args: argparse.Namespace) -> int:
    """Makes and prints them; the supervisor calls it at each start of a demo."""
    from recado.launch import demo

    print(json.dumps(demo.ways_in()))
    return 0
