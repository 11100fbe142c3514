"""Does what is due: replies, journeys, housekeeping. `recado up` starts this by itself."""

import argparse

NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    from recado.launch import work
    from recado.launch.lifeline import settle_in

    settle_in()
    return work.run()
