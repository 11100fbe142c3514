"""What the import pages show, made ready for their templates."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recado.appointments.types import ANNOUNCE_LIMIT, FileLook, FileState, FileView, ImportView
from recado.foundation.actors import ActorKind
from recado.web import dates, spreadsheets
from recado.web.imports import words

ROWS = 50  # a page
RUNS = 20
SHOWN = ("to_fix", "warned", "fixed", "left_out")


@dataclass(frozen=True, slots=True)
class Pages:
    """Where one is in a long list."""

    number: int
    total: int
    size: int

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1 if self.last < self.total else 0


def columns(look: FileLook) -> dict[str, Any]:
    """The page of the columns."""
    first = dict(look.first)
    return {
        "look": look,
        "columns": look.columns,
        "fields": [(field, words.FIELDS[field]) for field in look.fields],
        "missing": [words.MISSING[what] for what in look.missing],
        "needs_id": "id" in look.missing,
        "known": sum(1 for column in look.columns if column.field),
        "encoding": words.ENCODINGS.get(look.encoding, look.encoding),
        "encodings": [(code, words.ENCODINGS[code]) for code in ("utf-8", "cp1252", "cp1250", "utf-16")],
        "delimiter": words.DELIMITERS.get(look.delimiter, look.delimiter),
        "delimiters": words.DELIMITERS.items(),
        "dates": words.DATES.get(look.dates, ""),
        "orders": words.DATES.items(),
        "first": first,
        "first_at": dates.short_moment(datetime.fromisoformat(first["start"])) if first.get("start") else "",
    }


def check(file: FileView) -> dict[str, Any]:
    """The page of the check."""
    counts = file.counts
    rest = counts.get("unchanged", 0) + counts.get("changed", 0)
    parts = {name: counts.get(name, 0) for name in ("new", "moved", "cancelled")}
    out = counts.get("left_out", 0)
    tabs = [(state, counts.get(state, 0)) for state in SHOWN]
    people = counts.get("to_tell", 0)
    return {
        "ready": max(0, counts.get("read", 0) - counts.get("to_fix", 0) - counts.get("repeated", 0) - out),
        "total": file.rows,
        "rest": rest,
        "counts": {
            **dict.fromkeys((*SHOWN, "new", "moved", "cancelled", "changed", "past", "without_phone", "repeated"), 0),
            **counts,
        },
        "segments": words.segments({**parts, "rest": rest, "to_fix": counts.get("to_fix", 0)}),
        "tabs": [tab for tab in tabs if tab[1] or tab[0] == "to_fix"],
        "people": people,
        "telling": words.telling(people, is_first=file.is_first),
        "waits": people > ANNOUNCE_LIMIT and not file.is_first,
        "limit": ANNOUNCE_LIMIT,
    }


def progress(file: FileView) -> dict[str, Any]:
    """The page of the progress, of a check and of the import itself."""
    counts, read = file.counts, file.counts.get("read", 0)
    rest = counts.get("unchanged", 0) + counts.get("changed", 0)
    return {
        "is_check": file.state is FileState.CHECKING,
        "is_paused": file.state is FileState.PAUSED,
        "read": read,
        "total": max(file.rows, read),
        "percent": min(100, 100 * read // file.rows) if file.rows else 0,
        "counts": {**dict.fromkeys(("new", "moved", "cancelled", "to_fix"), 0), **counts},
        "rest": rest,
        "before": max(0, file.rows - read),
    }


def result(run: ImportView, names: Mapping[str, str]) -> dict[str, Any]:
    """The page of the result."""
    return {
        "title": words.result_title(run),
        "counts": {
            **dict.fromkeys(("new", "moved", "cancelled", "changed", "unchanged", "rows_left_out", "told"), 0),
            **run.counts,
        },
        "rest": run.counts.get("unchanged", 0) + run.counts.get("changed", 0),
        "ended_early": bool(run.counts.get("ended_early")),
        "waiting": run.counts.get("waiting", 0) if run.is_waiting else 0,
        "who": who(run, names),
        "may_take_back": not run.stays and run.undoing_at is None and run.undone_at is None,
        "stays": words.STAYS.get(run.stays, "") if run.stays and run.undone_at is None else "",
        "undo": {**dict.fromkeys(("removed", "put_back", "people", "stayed"), 0), **run.undo_counts},
    }


def undoing(run: ImportView) -> dict[str, Any]:
    """The page of an import that is being taken back."""
    todo, done = max(1, run.undo_counts.get("todo", 1)), run.undo_counts.get("done", 0)
    return {"todo": todo, "done": min(todo, done), "percent": min(100, 100 * done // todo), "problem": run.undo_problem}


def who(run: ImportView, names: Mapping[str, str]) -> str:
    """The name of who brought a file in; empty for the console."""
    return names.get(run.actor.ref, "") if run.actor.kind is ActorKind.STAFF else ""


def history_line(run: ImportView, names: Mapping[str, str]) -> dict[str, Any]:
    counts = {name: run.counts.get(name, 0) for name in ("new", "moved", "cancelled", "rows_left_out")}
    return {"run": run, "who": who(run, names), "counts": counts}


def csv_lines(head: tuple[str, ...], lines: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """A CSV file line by line; the mark makes spreadsheets read the letters right."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(head)
    for line in lines:
        writer.writerow([spreadsheets.harmless(cell) for cell in line])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()
