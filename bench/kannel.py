"""Kannel 1.4.5 (Debian's bearerbox and smsbox) as a peer: texts by its HTTP door, the sink as its carrier, receipts by its
own call. Used by `bench.peers`.

Either as Debian's package comes: it writes each step into its log files, and ten texts at most are on their way. Or tuned for
speed: errors only, and a window of 500. Texts in memory or in its spool store, receipts in memory (the store keeps none). It
knows no batches, so texts come as single requests over connections that stay open.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from bench import sink
from bench.one_by_one import Gateway, Missing, free_port
from bench.rig import TEXT

CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = bench
smsbox-port = {smsbox}
{bearerbox_log}
dlr-storage = internal
{store}

group = smsc
smsc = smpp
smsc-id = sink
host = 127.0.0.1
port = {smpp}
transceiver-mode = 1
smsc-username = bench
smsc-password = bench
system-type = ""
source-addr-ton = 1
source-addr-npi = 1
dest-addr-ton = 1
dest-addr-npi = 1
{window}

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {smsbox}
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
{smsbox_log}

group = sendsms-user
username = bench
password = bench
"""

TUNED = {"bearerbox_log": "log-level = 3", "smsbox_log": "log-level = 3", "window": "max-pending-submits = 500"}
AS_INSTALLED = {
    "bearerbox_log": 'log-file = "{folder}/bearerbox.log"',
    "smsbox_log": 'log-file = "{folder}/smsbox.log"\naccess-log = "{folder}/access.log"',
    "window": "",
}


@contextmanager
def running(folder: Path, carrier: sink.Sink, *, is_stored: bool, is_tuned: bool) -> Iterator[Gateway]:
    """Kannel on a folder of its own. Raises Missing."""
    found = [shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin") for name in ("bearerbox", "smsbox")]
    if not found[0] or not found[1]:
        raise Missing("Kannel is not installed: apt-get install kannel")
    ports = {name: free_port() for name in ("admin", "smsbox", "sendsms")}
    spool = folder / "spool"
    shutil.rmtree(folder, ignore_errors=True)
    spool.mkdir(parents=True)
    store = f"store-type = spool\nstore-location = {spool}" if is_stored else ""
    file = folder / "kannel.conf"
    choices = TUNED if is_tuned else {name: line.format(folder=folder) for name, line in AS_INSTALLED.items()}
    file.write_text(CONFIGURATION.format(smpp=carrier.port, store=store, **choices, **ports))
    boxes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, program in zip(("bearerbox", "smsbox"), found, strict=True):
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            boxes[name] = subprocess.Popen([str(program), "-v", "4", str(file)], **quiet)  # type: ignore[call-overload]
            time.sleep(1)
        _wait_ready(ports["admin"])
        yield Gateway(ports["sendsms"], {name: box.pid for name, box in boxes.items()}, _path, b" 202 ")
    finally:
        for box in reversed(boxes.values()):
            box.terminate()
        for box in boxes.values():
            try:
                box.wait(10)
            except subprocess.TimeoutExpired:
                box.kill()
                box.wait()


def _wait_ready(admin: int) -> None:
    ends_at = time.monotonic() + 20
    while time.monotonic() < ends_at:
        try:
            with urlopen(f"http://127.0.0.1:{admin}/status.txt", timeout=5) as answer:
                said = answer.read().decode()
            if "online" in said and "smsbox" in said:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("Kannel did not come up")


def _path(number: int, listener: int) -> str:
    rest = urlencode(
        {
            "username": "bench",
            "password": "bench",
            "from": "447700900599",
            "to": f"447{number}",
            "text": TEXT,
            "dlr-mask": 3,  # delivered or not: what the others report too
            "dlr-url": f"http://127.0.0.1:{listener}/%d",
        }
    )
    return f"/cgi-bin/sendsms?{rest}"
