"""Hands texts to the carriers and takes their receipts and replies. `recado up` starts this by itself."""

import argparse

NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    from recado.launch import dispatching
    from recado.launch.lifeline import settle_in

    settle_in()
    return dispatching.run()
