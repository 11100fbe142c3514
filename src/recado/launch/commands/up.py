"""Starts everything and prints its address. Ctrl-C stops everything.

Starts an embedded PostgreSQL (unless RECADO_DATABASE_URL is set), brings the database up to date, loads an invented
clinic into a new one, and runs the web pages, the worker and the dispatcher. With --json it prints one line of JSON
when everything runs.
"""

import argparse

from recado.foundation.places import data_folder
from recado.launch.environment import port, read_port

NEEDS_DATABASE = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-demo", action="store_true", help="leave a new database empty: no invented clinic")
    parser.add_argument("--port", help="port of the web pages (else RECADO_PORT, else 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; a demo stays on this machine")


def run(args: argparse.Namespace) -> int:
    from recado.launch.supervisor import Supervisor

    chosen = read_port(args.port, "--port") if args.port else port()
    return Supervisor(data_folder(), chosen, args.host, not args.no_demo, args.json).run()
