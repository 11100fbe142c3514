"""Jasmin as a peer, where it can be installed: RabbitMQ and Redis from the system, Jasmin itself by pip in a folder of its own.
Used by `bench.peers`.

Whatever is left to choose is chosen for speed: what handles receipts runs inside its daemon, a receipt that overtook its answer
is looked up again after a second in place of ten, its connector has no limit of texts a second, Redis writes nothing to disk.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from bench import sink
from bench.one_by_one import Gateway, Missing, free_port
from bench.rig import TEXT

VERSION = "0.11.0"  # 0.11.1 loses every receipt (jookies/jasmin#1236)
HOME = Path(__file__).resolve().parents[1] / ".bench" / f"jasmin-{VERSION}"
BROKER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

CONFIGURATION = """
[amqp-broker]
port = {amqp}
spec = {spec}
[redis-client]
port = {redis}
[http-api]
bind = 127.0.0.1
port = {http}
log_level = ERROR
access_log = /dev/null
[jcli]
port = {jcli}
authentication = no
[client-management]
bind = 127.0.0.1
port = {clients}
authentication = no
[router]
bind = 127.0.0.1
port = {router}
authentication = no
[smpp-server]
bind = 127.0.0.1
port = {smpps}
[sm-listener]
log_level = ERROR
[dlr]
log_level = ERROR
dlr_lookup_retry_delay = 1
dlr_lookup_max_retries = 60
[dlr-thrower]
log_level = ERROR
[service-smppclient]
log_level = ERROR
"""
SETTINGS = """
group -a
gid bench
ok
user -a
username bench
password bench
gid bench
uid bench
ok
smppccm -a
cid sink
host 127.0.0.1
port {smpp}
username bench
password bench
bind transceiver
submit_throughput 0
ok
mtrouter -a
type DefaultRoute
connector smppc(sink)
rate 0.0
ok
smppccm -1 sink
"""


def install() -> Path:
    """The folder of a Python that has Jasmin; made the first time. Raises Missing."""
    if not BROKER.exists() or not shutil.which("redis-server"):
        raise Missing(
            "Jasmin needs RabbitMQ and Redis: apt-get install --no-install-recommends rabbitmq-server redis-server"
        )
    python = HOME / "bin" / "python"
    if not python.exists():
        HOME.parent.mkdir(exist_ok=True)
        for command in (
            [sys.executable, "-m", "venv", str(HOME)],
            [str(python), "-m", "pip", "install", "--quiet", f"jasmin=={VERSION}"],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                shutil.rmtree(HOME, ignore_errors=True)
                raise Missing(f"Jasmin could not be installed by pip: {done.stderr.strip().splitlines()[-1]}")
    return HOME


@contextmanager
def running(folder: Path, carrier: sink.Sink) -> Iterator[Gateway]:
    """Jasmin with its broker and its Redis, all on ports and folders of their own. Raises Missing."""
    home = install()
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "etc" / "jasmin" / "store").mkdir(parents=True)
    ports = {
        name: free_port() for name in ("amqp", "redis", "http", "jcli", "clients", "router", "smpps", "dist", "epmd")
    }
    spec = next(home.glob("lib/*/site-packages/txamqp/specs/standard/amqp0-9-1.stripped.xml"))
    file = folder / "jasmin.cfg"
    file.write_text(CONFIGURATION.format(spec=spec, **ports))
    with contextlib.ExitStack() as stack:
        redis = [
            "redis-server",
            "--port",
            str(ports["redis"]),
            "--dir",
            str(folder),
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        groups = {"redis": stack.enter_context(_process(redis, folder / "redis.log", {}))}
        _wait_port(ports["redis"])
        groups["rabbitmq"] = stack.enter_context(
            _process([str(BROKER)], folder / "rabbitmq.log", _broker(folder, ports))
        )
        _wait_port(ports["amqp"], 60)
        command = [str(home / "bin" / "python"), str(home / "bin" / "jasmind.py"), "-c", str(file)]
        flags = ["--enable-dlr-thrower", "--enable-dlr-lookup"]
        own = {"ROOT_PATH": str(folder)}
        groups["jasmin"] = stack.enter_context(_process(command + flags, folder / "jasmin.log", own))
        _wait_port(ports["jcli"], 60)
        _configure(ports["jcli"], SETTINGS.format(smpp=carrier.port))
        _wait_bound(carrier)
        yield Gateway(ports["http"], groups, _path, b" 200 ", b"ACK/Jasmin")


def _broker(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    data = folder / "rabbitmq"
    data.mkdir()
    return {
        "HOME": str(data),  # its cookie
        "RABBITMQ_NODENAME": f"bench{ports['amqp']}@localhost",
        "RABBITMQ_NODE_PORT": str(ports["amqp"]),
        "RABBITMQ_DIST_PORT": str(ports["dist"]),
        "RABBITMQ_MNESIA_BASE": str(data / "mnesia"),
        "RABBITMQ_LOG_BASE": str(data / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(data / "plugins"),
        "RABBITMQ_CONFIG_FILE": str(data / "none"),
        "RABBITMQ_PID_FILE": str(data / "pid"),
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_RELAXED_COMMAND_CHECK": "true",  # so that its name server may be ended while a node stands
    }


@contextmanager
def _process(command: list[str], log: Path, environment: dict[str, str]) -> Iterator[int]:
    """A process in a group of its own, which ends with the block and takes its children with it."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, env={**os.environ, **environment}, start_new_session=True
        )
    try:
        yield process.pid
    finally:
        for how, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
                break
        if "ERL_EPMD_PORT" in environment:
            subprocess.run(["epmd", "-port", environment["ERL_EPMD_PORT"], "-kill"], capture_output=True, check=False)


def _wait_port(port: int, most: float = 15) -> None:
    ends_at = time.monotonic() + most
    while time.monotonic() < ends_at:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise Missing("Jasmin, or what it needs, did not come up")


def _configure(port: int, lines: str) -> None:
    """Types these lines into its console."""
    with socket.create_connection(("127.0.0.1", port), 10) as console:
        console.settimeout(0.4)  # silence means that it waits for more: its prompts look different each time
        said = b""
        for line in ["", *lines.strip().splitlines()]:
            if line:
                console.sendall(line.encode() + b"\r\n")
            with contextlib.suppress(TimeoutError):
                while got := console.recv(4096):
                    said += got
        if b"rror" in said or b"nknown" in said:
            raise Missing(f"Jasmin's console refused a setting: {said[-300:]!r}")


def _wait_bound(carrier: sink.Sink) -> None:
    ends_at = time.monotonic() + 30
    while carrier.counts().binds == 0:
        if time.monotonic() > ends_at:
            raise Missing("Jasmin did not bind to the sink")
        time.sleep(0.1)


def _path(number: int, listener: int) -> str:
    rest = urlencode(
        {
            "username": "bench",
            "password": "bench",
            "from": "447700900598",
            "to": f"447{number}",
            "content": TEXT,
            "dlr": "yes",
            "dlr-level": 2,  # delivered or not
            "dlr-url": f"http://127.0.0.1:{listener}/",
            "dlr-method": "GET",
        }
    )
    return f"/send?{rest}"
