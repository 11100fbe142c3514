"""The day as a table: rows of a quarter of an hour, a column a clinician, or several where visits overlap. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .facts import Seen

ROW = 15  # minutes
ROWS = 24 * 60 // ROW


@dataclass(frozen=True, slots=True)
class Column:
    """A clinician; `lanes`: how many columns their overlapping visits need side by side."""

    name: str
    lanes: int
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of the table: a visit over some rows, or nothing."""

    seen: Seen | None
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A quarter of an hour; fields that a visit from above covers are left out."""

    clock: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    columns: list[Column]
    lines: list[Line]


@dataclass(slots=True)
class _Lane:
    """One column of the table while it is filled."""

    free_from: int = 0
    starts: dict[int, Cell] = field(default_factory=dict)
    covered: set[int] = field(default_factory=set)

    def put(self, seen: Seen, first: int, rows: int) -> None:
        self.starts[first] = Cell(seen, rows)
        self.covered.update(range(first, first + rows))
        self.free_from = first + rows


def lay_out(visits: Sequence[Seen]) -> Grid:
    """Every visit has its field: what overlaps stands side by side."""
    lanes: dict[str, list[_Lane]] = {}
    counts: dict[str, int] = {}
    for seen in sorted(visits, key=lambda one: (one.start, one.visit.id)):
        name = seen.visit.clinician
        first, rows = _place(seen)
        mine = lanes.setdefault(name, [])
        lane = next((one for one in mine if one.free_from <= first), None)
        if lane is None:
            lane = _Lane()
            mine.append(lane)
        lane.put(seen, first, rows)
        counts[name] = counts.get(name, 0) + 1
    names = sorted(lanes, key=lambda name: (not name, name.casefold()))
    every = [lane for name in names for lane in lanes[name]]
    if not every:
        return Grid([], [])
    top = min(min(lane.starts) for lane in every)
    end = max(lane.free_from for lane in every)
    lines = [
        Line(
            f"{row * ROW // 60:02}:{row * ROW % 60:02}",
            [lane.starts.get(row, Cell(None)) for lane in every if row in lane.starts or row not in lane.covered],
        )
        for row in range(top, end)
    ]
    return Grid([Column(name, len(lanes[name]), counts[name]) for name in names], lines)


def _place(seen: Seen) -> tuple[int, int]:
    """The first row of a visit and how many it takes; none goes past midnight."""
    first = _minutes(seen.start) // ROW
    minutes = max(round((seen.end - seen.start).total_seconds() / 60), 1)
    last = -(-(_minutes(seen.start) + minutes) // ROW)
    return first, max(1, min(last, ROWS) - first)


def _minutes(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute
