"""Serves the web pages. `recado up` starts this by itself."""

import argparse
import multiprocessing
import os
import signal

from recado.launch.environment import DEMO_STAYS_HERE, LOOPBACK, port, read_port
from recado.launch.errors import CannotRun

NEEDS_DATABASE = False  # its worker process sets Django up
# Requests at once, and connections to the database. More would only wait for one another at Python's lock.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on (else RECADO_PORT, else 8000)")
    parser.add_argument("--threads", type=int, default=THREADS, help=f"requests at once (default {THREADS})")


def run(args: argparse.Namespace) -> int:
    from granian.server.mp import MPServer

    class Pages(MPServer):
        """Lets the event streams go before it waits for its worker's open answers."""

        def shutdown(self, exit_code: int = 0) -> None:
            for worker in multiprocessing.active_children():
                if worker.pid:
                    os.kill(worker.pid, signal.SIGUSR1)
            super().shutdown(exit_code)  # type: ignore[no-untyped-call]

    from granian.constants import Interfaces
    from granian.log import LogLevels

    from recado.foundation import database
    from recado.launch import migrate

    os.environ["RECADO_WEB_THREADS"] = str(args.threads)  # read by launch/asgi.py in the worker process
    database.key_file()
    if args.host not in LOOPBACK and migrate.standing_of(database.owner_url()).is_demo:
        raise CannotRun(DEMO_STAYS_HERE)
    chosen = read_port(args.port, "--port") if args.port else port()
    try:
        Pages(
            "recado.launch.asgi:application",
            address=args.host,
            port=chosen,
            interface=Interfaces.ASGI,
            workers=1,
            workers_kill_timeout=5,
            log_level=LogLevels.warning,
            websockets=False,
        ).serve()
    except OSError as error:
        raise CannotRun(f"The web pages can't listen on {args.host}, port {chosen}: {error.strerror}.") from None
    return 0
