"""Bring a table of care events in (CSV), by page or by command. The same file twice changes nothing: an event is known by its
source, its kind and its `external_id`. Every row is counted; those that stay out are told with what to do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

from recado.appointments import actions as appointments
from recado.appointments.types import ANNOUNCE_LIMIT, Announce, Announced
from recado.care_events import actions as care
from recado.care_events import queries
from recado.care_events.types import CareEvent, EventKind, EventOutcome, EventsResult, EventTrouble
from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.clock import local
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import actions, event_rows, patience, reading
from recado.integrations.csv_files.dates import DateOrder, OrderEvidence
from recado.integrations.csv_files.detect import Dialect
from recado.integrations.csv_files.event_rows import Table
from recado.integrations.csv_files.listing import ErrorList
from recado.integrations.csv_files.sentences import Sentence
from recado.integrations.csv_files.types import ERRORS_KEPT, DateOrderWish, RowError, Unreadable, Wishes

CHUNK = 1_000
_TOO_MANY = _("This file has more than %(most)s rows. Make several of it, or use recado import events.")
NEEDED = _("Columns that are needed: external_id, and record_number or name. Headers seen: %(seen)s.")


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be read. `kind`: of rows that name none. `most`: a longer one is refused."""

    kind: EventKind | None = None
    dates: DateOrderWish = "auto"
    most: int | None = None  # rows


@dataclass(slots=True)
class _Tally:
    rows: int = 0
    repeated: int = 0
    left_out: int = 0
    outcome: EventOutcome = field(default_factory=EventOutcome)
    told: set[UUID] = field(default_factory=set)
    troubles: list[EventTrouble] = field(default_factory=list)


def import_events(
    *,
    clinic_id: UUID,
    path: Path,
    source: str,
    announce: Announce,
    dry_run: bool,
    by: Actor,
    wish: Wish | None = None,
    errors_to: Path | None = None,
) -> EventsResult:
    """Brings the good rows of a file in. Raises `Unreadable` when the file as a whole can't be read, before anything is
    written."""
    with (
        reading.open_file(path) as file,
        ErrorList.opened(errors_to, beside=path) as listing,
        reading.trouble_told(path),
    ):
        result = bring_in(
            clinic_id=clinic_id, file=file, source=source, announce=announce, dry_run=dry_run, by=by, wish=wish
        )
        listing.leave_out(as_error(one) for one in result.troubles)
    return result


def as_error(one: EventTrouble) -> RowError:
    return RowError(
        one.row, one.column or "row", one.key, Sentence("This row stays out."), Sentence(event_rows.WRONG[one.key])
    )


def bring_in(
    *,
    clinic_id: UUID,
    file: BinaryIO,
    source: str,
    announce: Announce,
    dry_run: bool,
    by: Actor,
    wish: Wish | None = None,
    run_id: UUID | None = None,
) -> EventsResult:
    """The same of an open file. `dry_run`: nothing stays."""
    if not actions.SOURCE_NAME.fullmatch(source):
        raise Unreadable("source_wrong", "--source takes small letters, digits, dots and dashes: front-desk.")
    clinic, wish = clinics.clinic_settings(clinic_id), wish or Wish()
    digest, dialect, table, last = _look(file, clinic, wish)
    work = _Work(clinic_id, source, announce, table, last)
    if dry_run:
        return work.run(file, dialect, by, dry_run=True)
    with actions.alone(clinic_id, source):
        name = actions.begin(clinic_id, run_id or new_id(), source, digest, announce, by)
        result = work.run(file, dialect, Actor(ActorKind.IMPORT, str(name)), dry_run=False)
        settle = partial(
            appointments.settle_announcements, clinic_id=clinic_id, source=source, announce=announce, by=by
        )
        settled = patience.until_done(settle)
        result = result.told_as(settled.told, settled.waiting)
        actions.finish(clinic_id, name, source, _counts(result), by)
    return result


def _look(file: BinaryIO, clinic: ClinicSettings, wish: Wish) -> tuple[bytes, Dialect, Table, dict[int, int]]:
    """How the file is written, where its fields stand, and the last row of each event."""
    is_polish = "PL" in (clinic.country, clinic.default_language.upper())
    wishes = Wishes(dates=wish.dates, is_header_assumed=True)
    digest, dialect = reading.recognise(file, wishes, event_rows.HEADERS, is_polish_likely=is_polish)
    at, left_out = event_rows.places(dialect.header)
    if "external_id" not in at or not at.keys() & {"record_number", "name"}:
        seen = ", ".join(title for title in dialect.header if title) or "none"
        raise Unreadable("column_missing", NEEDED, seen=seen)
    evidence, last = OrderEvidence(), dict[int, int]()
    dated = [place for name, place in at.items() if name.endswith(("_at", "_on", "_day", "on", "until", "_date"))]
    for row, cells in reading.rows_of(file, dialect):
        if cells is None:
            continue
        for place in dated:
            if place < len(cells):
                evidence.see(cells[place])
        last[_name(at, cells)] = row
    if wish.most is not None and len(last) > wish.most:
        raise Unreadable("too_many", _TOO_MANY, most=str(wish.most))
    order = reading.order_of(evidence, wishes)
    return digest, dialect, _table(clinic, dialect, at, left_out, order, wish.kind), last


def _name(at: dict[str, int], cells: Sequence[str]) -> int:
    """Stands for the event that a row tells of."""
    return hash(
        tuple(" ".join(cells[at[one]].split()) if one in at and at[one] < len(cells) else "" for one in _NAMING)
    )


_NAMING = ("kind", "external_id")


def _table(
    clinic: ClinicSettings,
    dialect: Dialect,
    at: dict[str, int],
    left_out: tuple[str, ...],
    order: DateOrder,
    kind: EventKind | None,
) -> Table:
    today: date = local(business_time.now(), clinic.time_zone).date()
    zone = ZoneInfo(clinic.time_zone)
    return Table(dialect.header, at, left_out, zone, clinic.country.upper(), order, today, kind)


class _Work:
    """One file on its way in."""

    def __init__(self, clinic_id: UUID, source: str, announce: Announce, table: Table, last: dict[int, int]) -> None:
        self._clinic_id, self._source, self._announce = clinic_id, source, announce
        self._table, self._last, self._tally = table, last, _Tally()

    def run(self, file: BinaryIO, dialect: Dialect, by: Actor, *, dry_run: bool) -> EventsResult:
        with clinic_scope(self._clinic_id):
            is_first = queries.is_new_source(self._clinic_id, self._source)
        tells = self._announce is Announce.ALL or (self._announce is Announce.AUTO and not is_first)
        for chunk in self._chunks(file, dialect):
            record = partial(
                care.record_events,
                clinic_id=self._clinic_id,
                source=self._source,
                events=[event for _, event in chunk],
                by=by,
                tells=tells,
                held_for=self._source,
                dry_run=dry_run,
            )
            self._count(chunk, patience.until_done(record))
        return self._result(dry_run=dry_run, is_first=is_first)

    def _chunks(self, file: BinaryIO, dialect: Dialect) -> Iterator[list[tuple[int, CareEvent]]]:
        chunk: list[tuple[int, CareEvent]] = []
        for row, cells in reading.rows_of(file, dialect):
            found = event_rows.read(self._table, row, cells)
            if found is None:
                continue
            self._tally.rows += 1
            if isinstance(found, list):
                self._leave_out(found)
            elif cells is not None and self._last[_name(dict(self._table.at), cells)] != row:
                self._tally.repeated += 1
            else:
                chunk.append((row, found))
            if len(chunk) >= CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _leave_out(self, found: Sequence[EventTrouble]) -> None:
        self._tally.left_out += 1
        self._tally.troubles += found[: max(0, ERRORS_KEPT - len(self._tally.troubles))]

    def _count(self, chunk: Sequence[tuple[int, CareEvent]], outcome: EventOutcome) -> None:
        tally = self._tally
        for place, fault in outcome.refused.items():
            title = event_rows.title_of(self._table, fault.field)
            self._leave_out([EventTrouble(chunk[place][0], title, fault.key)])
        tally.told |= outcome.to_tell
        old = tally.outcome
        tally.outcome = EventOutcome(
            old.new + outcome.new,
            old.changed + outcome.changed,
            old.unchanged + outcome.unchanged,
            old.without_phone + outcome.without_phone,
        )

    def _result(self, *, dry_run: bool, is_first: bool) -> EventsResult:
        tally, people = self._tally, len(self._tally.told)
        waits = self._announce is Announce.AUTO and people > ANNOUNCE_LIMIT
        settled = Announced(waiting=people) if waits else Announced(told=people)
        return EventsResult(
            is_dry_run=dry_run,
            is_first=is_first,
            rows=tally.rows,
            new=tally.outcome.new,
            changed=tally.outcome.changed,
            unchanged=tally.outcome.unchanged,
            without_phone=tally.outcome.without_phone,
            repeated=tally.repeated,
            left_out=tally.left_out,
            told=settled.told,
            waiting=settled.waiting,
            columns_left_out=self._table.left_out,
            troubles=tuple(tally.troubles),
        )


def _counts(result: EventsResult) -> dict[str, int]:
    """As the list of imports keeps them."""
    return {
        "rows": result.rows,
        "new": result.new,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "without_phone": result.without_phone,
        "repeated": result.repeated,
        "rows_left_out": result.left_out,
        "error_count": result.left_out,
        "told": result.told,
        "waiting": result.waiting,
    }
