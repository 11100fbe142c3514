"""Where Recado keeps its things on this machine: the data folder, the key file, the notice of the running database."""

import os
from pathlib import Path


def data_folder() -> Path:
    """`RECADO_DATA`, or `.recado` in the working directory."""
    return Path(os.environ.get("RECADO_DATA") or ".recado").absolute()


def run_folder() -> Path:
    """Notices of running processes: ports and pids, no secrets of patients."""
    return data_folder() / "run"


def key_file_path() -> Path:
    """`RECADO_KEY_FILE`, or `keys.json` in the data folder."""
    given = os.environ.get("RECADO_KEY_FILE")
    return Path(given).absolute() if given else data_folder() / "keys.json"


def database_notice() -> Path:
    """`{"url": ...}` of an external database, written by the supervisor while it runs on one (mode 0600)."""
    return run_folder() / "database.json"


def postgres_notice() -> Path:
    """`{"url": ...}` of the embedded server, written by the supervisor while it runs. The URL is the owner's."""
    return run_folder() / "postgres.json"
