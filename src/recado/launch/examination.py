"""What `recado doctor` looks at. Each check gives findings: what is so, and what to do where it isn't well."""

import json
import os
import shlex
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg

from recado.channels.protocol import BadSettings
from recado.foundation import database
from recado.foundation.clock import real_now
from recado.foundation.crypto import SYSTEM_CLINIC, CannotOpen, KeyFile, KeyFileProblem
from recado.foundation.keys import load_keys
from recado.foundation.places import data_folder, key_file_path
from recado.foundation.wiring import NotWired
from recado.launch.children import is_ours
from recado.launch.environment import DATABASE_URL, PORT, PUBLIC_URL, port, public_url
from recado.launch.errors import CannotRun
from recado.launch.supervisor import NAMES, is_serving, refuse_taken_port

LITTLE_SPACE, NO_SPACE = 2_000_000_000, 300_000_000  # bytes free


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` is empty where all is well."""

    about: str
    level: Level
    says: str
    advice: str = ""


Check = Callable[[], Iterator[Finding]]


def examine() -> list[Finding]:
    """Looks at everything. Never raises for what it finds; a check that can't be made is a finding of its own."""
    findings = [finding for check in (python, folder, keys, space, address, processes) for finding in check()]
    try:
        url = database.owner_url()
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as owner:
            findings += server(owner)
            findings += roles()
            findings += schema(owner)
            findings += row_security(owner)
            findings += carriers(owner)
    except database.NoDatabase as reason:
        findings.append(Finding("database", Level.WARNING, "PostgreSQL isn't running.", str(reason)))
    except psycopg.OperationalError as error:
        says = f"The database doesn't answer: {str(error).partition(chr(10))[0]}"
        findings.append(Finding("database", Level.BROKEN, says, f"Check {DATABASE_URL}, or start Recado: recado up"))
    return findings


def python() -> Iterator[Finding]:
    """An older Python could not even have read this file."""
    yield Finding("python", Level.OK, f"Python {'.'.join(map(str, sys.version_info[:3]))} on {sys.platform}")


def folder() -> Iterator[Finding]:
    data = data_folder()
    if not data.exists():
        yield Finding("data folder", Level.WARNING, f"{data} isn't there yet.", "Run: recado up")
    elif not os.access(data, os.W_OK | os.X_OK):
        yield Finding(
            "data folder", Level.BROKEN, f"{data} can't be written to.", "Run Recado as the account that owns it."
        )
    elif data.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH):
        yield Finding("data folder", Level.WARNING, f"Others can list {data}.", f"Run: chmod go-rw {data}")
    else:
        yield Finding("data folder", Level.OK, str(data))


def keys() -> Iterator[Finding]:
    path = key_file_path()
    try:
        KeyFile.load(path)
    except KeyFileProblem as problem:
        is_new = not path.exists() and not (data_folder() / "postgres").exists()
        level = Level.WARNING if is_new else Level.BROKEN
        yield Finding("key file", level, str(problem), "A new data folder gets one from `recado up`." if is_new else "")
        return
    yield Finding("key file", Level.OK, f"{path}, readable by its owner only")
    cluster = (data_folder() / "postgres").resolve()
    if path.resolve().is_relative_to(cluster):
        advice = "Move it out and set RECADO_KEY_FILE: whoever copies the database must not get the key with it."
        yield Finding("key file", Level.BROKEN, "It lies inside the database's folder.", advice)
    if cluster.exists() and path.stat().st_dev == cluster.stat().st_dev:
        says = "It lies on the same disk as the database: one broken disk takes both."
        yield Finding("key backup", Level.WARNING, says, f"Keep a copy of {path} elsewhere. A lost key is lost data.")


def space() -> Iterator[Finding]:
    place = next(path for path in (data_folder(), *data_folder().parents) if path.exists())
    free = shutil.disk_usage(place).free
    if free < LITTLE_SPACE:
        level = Level.BROKEN if free < NO_SPACE else Level.WARNING
        yield Finding("disk", level, f"{free / 1e6:.0f} MB free.", f"Make room on the disk of {place}.")
    else:
        yield Finding("disk", Level.OK, f"{free / 1e9:.0f} GB free")


def address() -> Iterator[Finding]:
    try:
        number = port()
        if is_serving("127.0.0.1", number):
            yield Finding(
                "address", Level.OK, f"http://localhost:{number} answers; links in texts begin {public_url()}"
            )
            return
        refuse_taken_port("127.0.0.1", number)
    except CannotRun as reason:
        yield Finding("address", Level.BROKEN, str(reason), f"Or set {PORT} for good.")
        return
    yield Finding(
        "address", Level.OK, f"Port {number} is free; links in texts will begin {public_url()} ({PUBLIC_URL})"
    )


def processes() -> Iterator[Finding]:
    notes = {name: data_folder() / "run" / f"{name}.json" for name in NAMES}
    running = {name for name, note in notes.items() if note.exists() and is_ours(_pid_in(note))}
    if not running:
        yield Finding("processes", Level.WARNING, "Recado isn't running on this data folder.", "Run: recado up")
        return
    dead = {name for name, note in notes.items() if note.exists()} - running
    if dead:
        says = f"Not running: {', '.join(sorted(dead))}."
        yield Finding("processes", Level.BROKEN, says, f"See their logs in {data_folder() / 'logs'}.")
    else:
        yield Finding("processes", Level.OK, ", ".join(name for name in NAMES if name in running))


def server(owner: psycopg.Connection[Any]) -> Iterator[Finding]:
    number = owner.info.server_version
    where = "RECADO_DATABASE_URL" if os.environ.get(DATABASE_URL) else "embedded"
    if number < 150000:
        yield Finding("database", Level.BROKEN, f"PostgreSQL {number // 10000} is too old.", "Use 15 or newer.")
    else:
        yield Finding("database", Level.OK, f"PostgreSQL {number // 10000}.{number % 10000} ({where})")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        row = owner.execute("SELECT current_setting(%s)", [setting]).fetchone()
        if row and row[0] == "off":
            advice = f"Set {setting} = on in postgresql.conf: messages may be lost or sent twice after a power cut."
            yield Finding("database", Level.BROKEN, f"{setting} is off.", advice)


def roles() -> Iterator[Finding]:
    for role in database.WORKING_ROLES:
        try:
            with database.connect(role, autocommit=True) as connection:
                row = connection.execute(
                    "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
        except (psycopg.OperationalError, KeyFileProblem):
            advice = "Run: recado migrate (it makes the roles, or prints the SQL for an administrator)."
            yield Finding("roles", Level.BROKEN, f"The role {role} can't sign in.", advice)
            continue
        if row and row[0]:
            advice = f"As an administrator: ALTER ROLE {connection.info.user} NOSUPERUSER NOBYPASSRLS."
            yield Finding("roles", Level.BROKEN, f"The role {role} sees around row security.", advice)
        else:
            yield Finding("roles", Level.OK, f"{role} signs in and is bound by row security")


def schema(owner: psycopg.Connection[Any]) -> Iterator[Finding]:
    from django.db.migrations.loader import MigrationLoader

    known = set(MigrationLoader(None).disk_migrations)
    row = owner.execute("SELECT to_regclass('public.django_migrations')").fetchone()
    if not row or row[0] is None:
        yield Finding("schema", Level.BROKEN, "The database is empty.", "Run: recado migrate")
        return
    applied = {(app, name) for app, name in owner.execute("SELECT app, name FROM django_migrations")}
    missing = {f"{app}.{name}" for app, name in known - applied}
    newer = {f"{app}.{name}" for app, name in applied - known}
    if missing:
        yield Finding("schema", Level.BROKEN, f"{len(missing)} migrations aren't applied.", "Run: recado migrate")
    elif newer:
        says = "The database was made by a newer Recado."
        yield Finding("schema", Level.BROKEN, says, "Update Recado: an old release must not write to it.")
    else:
        yield Finding("schema", Level.OK, f"{len(applied)} migrations applied, none missing")


UNCONFIRMED = """
SELECT c.name FROM messaging_carrieraccount c WHERE c.is_active AND EXISTS (
    SELECT FROM messaging_callbackraw r WHERE r.carrier = c.id AND r.settled_at IS NULL AND r.outcome = 'unconfirmed')
"""
ACTIVE = "SELECT id, name, kind, settings_ct FROM messaging_carrieraccount WHERE is_active ORDER BY id"
# Of which the dispatcher says so now for longer than a hiccup takes. One over HTTP that is out of reach is ready again and again, for
# the text that tries: its connection alone is not up all the while.
AILING = """
SELECT c.name, CASE c.state WHEN 'refused' THEN 'refused' ELSE 'down' END FROM messaging_carrieraccount c
WHERE c.is_active AND EXISTS (SELECT FROM messaging_carrierlink l WHERE l.carrier = c.id AND l.at > %(then)s)
    AND ((c.state IN ('down', 'refused') AND c.state_at < %(then)s) OR NOT EXISTS (
        SELECT FROM messaging_carrierlink l
        WHERE l.carrier = c.id AND l.at > %(then)s AND (l.health = 'up' OR l.since > %(then)s)))
ORDER BY c.id
"""
HICCUP = timedelta(minutes=1)
SAYS = {"refused": "refuses our account", "down": "is out of reach"}


def carriers(owner: psycopg.Connection[Any]) -> Iterator[Finding]:
    row = owner.execute("SELECT to_regclass('public.messaging_callbackraw')").fetchone()
    if not (row and row[0]):
        return
    unusable = _unusable()
    yield from unusable.values()
    for name, state in owner.execute(AILING, {"then": real_now() - HICCUP}):
        if name not in unusable:
            advice = f"Run: recado carrier test {shlex.quote(name)}. What waits leaves by another carrier where a route names one."
            yield Finding("carriers", Level.WARNING, f"{name} {SAYS[state]}: its texts wait.", advice)
    for (name,) in owner.execute(UNCONFIRMED):
        advice = f"Run: recado carrier confirm '{name}'. Until then nothing that it reports comes in."
        yield Finding("carriers", Level.WARNING, f"{name} waits to be confirmed.", advice)


def _unusable() -> dict[str, Finding]:
    """Carriers, by name, that the dispatcher can't open, since what is set on them is refused: also by a release that looks closer than the one
    in which it was set."""
    from recado.messaging import accounts, carrier_desk

    try:
        with database.connect(database.Role.MAINTENANCE) as maintenance, maintenance.cursor() as cursor:
            rows = cursor.execute(ACTIVE).fetchall()
            keys = load_keys(cursor, [SYSTEM_CLINIC], database.key_file()).get(SYSTEM_CLINIC)
        kept = [(*row[:3], accounts.settings_of(keys, row[0], bytes(row[3]))) for row in rows if keys]
    except (CannotOpen, KeyFileProblem, psycopg.Error):
        return {}  # told by the checks of the key file and of the roles
    found = {}
    for number, name, kind, settings in kept:
        if carrier_desk.SIMULATOR in settings:
            continue  # the demo's own follows the simulator
        try:
            accounts.opened(number, name, kind, settings)
        except (BadSettings, NotWired) as refusal:
            setting = refusal.setting if isinstance(refusal, BadSettings) else "SETTING"
            advice = f"Run: recado carrier change {shlex.quote(name)} --set {setting}=..."
            found[name] = Finding(
                "carriers", Level.BROKEN, f"{name} can't be opened, its texts wait. {refusal}", advice
            )
    return found


def row_security(owner: psycopg.Connection[Any]) -> Iterator[Finding]:
    from recado.foundation.policies import guards

    is_forced = {
        str(table): bool(forced)
        for table, forced in owner.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
            " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition"
        )
    }
    guarded = {guard.table for guard in guards() if guard.visible is not None}
    unguarded = {guard.table for guard in guards() if guard.visible is None}
    open_tables = sorted(table for table in guarded if not is_forced.get(table, True))
    strangers = sorted(is_forced.keys() - guarded - unguarded)
    if open_tables:
        says = f"Row security is off on {', '.join(open_tables)}."
        yield Finding("row security", Level.BROKEN, says, "Run: recado migrate")
    elif strangers:
        says = f"Tables that Recado doesn't know: {', '.join(strangers)}."
        yield Finding("row security", Level.WARNING, says, "Give Recado a database of its own.")
    else:
        yield Finding("row security", Level.OK, f"forced on {len(guarded)} tables")


def _pid_in(note: Path) -> int:
    try:
        return int(json.loads(note.read_text())["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return -1
