"""What the environment says: ports and addresses, and the making of the data folder. Imports nothing of Django.

Where things lie in the data folder says `foundation.places`.
`SETTINGS` is the one list of variables; docs/reference/settings.md is written from it.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from recado.launch.errors import CannotRun
from recado.webhooks.addresses import Network, read_networks

DATA, PORT, DATABASE_URL = "RECADO_DATA", "RECADO_PORT", "RECADO_DATABASE_URL"
KEY_FILE, PUBLIC_URL, ALLOWED_HOSTS = "RECADO_KEY_FILE", "RECADO_PUBLIC_URL", "RECADO_ALLOWED_HOSTS"
METRICS_PORT, METRICS_HOST = "RECADO_METRICS_PORT", "RECADO_METRICS_HOST"
DOCUMENT_MB, LARGEST_DOCUMENT = "RECADO_DOCUMENT_MB", 20
WEBHOOK_NETWORKS = "RECADO_WEBHOOK_NETWORKS"
DEFAULT_PORT = 8000
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEMO_STAYS_HERE = (
    "The demo shows its phones without a sign-in, so it listens on this machine only: leave --host out, or start an "
    "empty product on another data folder with --no-demo."
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable that an operator may set."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(PORT, str(DEFAULT_PORT), "The port of the web pages."),
    Setting(
        DATA,
        "`.recado` in the working directory",
        "The data folder: database, key file, logs, what runs at the moment.",
    ),
    Setting(
        DATABASE_URL,
        "none: an embedded PostgreSQL is started",
        "An existing PostgreSQL (15 or newer), as the owner of the database: "
        "`postgresql://owner:password@host/database`. The owner needs CREATEROLE, or an administrator runs the SQL "
        "that `recado migrate` prints. With this set no PostgreSQL is started.",
    ),
    Setting(
        KEY_FILE,
        "`keys.json` in the data folder",
        "The key file. It opens every encrypted column: back it up apart from the database. A lost key is lost data.",
    ),
    Setting(
        PUBLIC_URL,
        "`http://localhost:PORT`",
        "The address under which patients reach the link pages; short links in texts begin with it.",
    ),
    Setting(
        ALLOWED_HOSTS,
        "localhost and the host of `RECADO_PUBLIC_URL`",
        "Host names that the web pages answer to, with commas between them.",
    ),
    Setting(
        METRICS_PORT,
        "none: no metrics are served",
        "The port on which the dispatcher serves `/metrics` for Prometheus.",
    ),
    Setting(METRICS_HOST, "`127.0.0.1`", "The address that the metrics' port listens on."),
    Setting(
        DOCUMENT_MB,
        str(LARGEST_DOCUMENT),
        "The largest document that may be sent to a patient, in MB: 1 to 200. Documents lie in the database.",
    ),
    Setting(
        WEBHOOK_NETWORKS,
        "none: public addresses only, over https",
        "Networks of your own that webhooks may call, also over plain http, with commas between them: `10.20.0.0/16`. Clinics write "
        "the addresses: name only what all of them may reach.",
    ),
)


def port() -> int:
    """The port of the web pages. Raises `CannotRun` if the variable holds no port."""
    return read_port(os.environ.get(PORT) or str(DEFAULT_PORT), PORT)


def document_bytes() -> int:
    """The largest document, in bytes. Raises `CannotRun` if the variable holds no such number."""
    text = os.environ.get(DOCUMENT_MB) or str(LARGEST_DOCUMENT)
    if text.isdecimal() and 1 <= int(text) <= 200:
        return int(text) * 1024 * 1024
    raise CannotRun(f"{DOCUMENT_MB} must be a number of MB between 1 and 200, and is {text!r}.")


def webhook_networks() -> tuple[Network, ...]:
    """The networks beside the public ones that webhooks may call. Raises `CannotRun` if the variable holds something else."""
    text = os.environ.get(WEBHOOK_NETWORKS, "")
    try:
        return read_networks(text)
    except ValueError:
        raise CannotRun(f"{WEBHOOK_NETWORKS} must hold networks such as 10.20.0.0/16, and is {text!r}.") from None


def read_port(text: str, named: str) -> int:
    """Reads a port number; `named` says in the error where the text came from."""
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise CannotRun(f"{named} must be a port number between 1 and 65535, and is {text!r}.")


def public_url() -> str:
    """The address that stands in links, without a slash at its end."""
    return (os.environ.get(PUBLIC_URL) or f"http://localhost:{port()}").rstrip("/")


def make_data_folder(data: Path) -> None:
    """Makes the data folder. Only its owner may list it; others may pass through to what they own inside (PostgreSQL's
    account, when Recado runs as root)."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        data.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for name in ("run", "logs"):
            (data / name).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotRun(
            f"The data folder {data} can't be made or written: {error.strerror}. Set {DATA} to another."
        ) from error
