"""Internal: the demo's simulated carrier, a real SMPP server on loopback."""

import argparse

from recado.foundation.places import data_folder

NEEDS_DATABASE = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--receipt-delay", type=float, default=0.4, metavar="SECONDS", help="from a phone's text to its receipt"
    )


def run(args: argparse.Namespace) -> int:
    """Runs until SIGTERM or SIGINT."""
    from datetime import timedelta

    from recado.launch.simulator import process
    from recado.launch.simulator.settings import SimulatorSettings

    process.run(SimulatorSettings(data=data_folder(), receipt_delay=timedelta(seconds=args.receipt_delay)))
    return 0
