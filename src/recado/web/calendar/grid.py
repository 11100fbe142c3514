"""The day as a table: rows of a quarter of an hour, a column a clinician, or several where visits overlap. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .blocks import Block
from .facts import Seen

ROW = 15  # minutes
ROWS = 24 * 60 // ROW
TAKEN = ("held", "offer")  # blocks that nobody else can have


@dataclass(frozen=True, slots=True)
class Column:
    """A clinician; `lanes`: how many columns their overlapping visits need side by side."""

    name: str
    lanes: int
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of the table over some rows: a visit, a block beside the visits, or nothing."""

    seen: Seen | None = None
    rows: int = 1
    block: Block | None = None


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

    starts: dict[int, Cell] = field(default_factory=dict)
    covered: set[int] = field(default_factory=set)

    def put(self, cell: Cell, first: int) -> None:
        self.starts[first] = cell
        self.covered.update(range(first, first + cell.rows))

    def has_room(self, first: int, rows: int) -> bool:
        return self.covered.isdisjoint(range(first, first + rows))


def lay_out(visits: Sequence[Seen], blocks: Sequence[Block] = ()) -> Grid:
    """Every visit has its field: what overlaps stands side by side. Blocks stand beside the visits."""
    lanes: dict[str, list[_Lane]] = {}
    counts: dict[str, int] = {}
    for seen in sorted(visits, key=lambda one: (one.start, one.visit.id)):
        name = seen.visit.clinician
        first, rows = _place(seen.start, seen.end)
        _lane(lanes.setdefault(name, []), first, rows).put(Cell(seen, rows), first)
        counts[name] = counts.get(name, 0) + 1
    known = {name.casefold(): name for name in lanes}
    for block in sorted(blocks, key=lambda one: (one.kind not in TAKEN, one.start)):
        place = _place(block.start, block.end) if block.kind in TAKEN else _within(block)
        if place is not None:
            first, rows = place
            mine = lanes.setdefault(known.setdefault(block.clinician.casefold(), block.clinician), [])
            if block.kind != "break" or not mine or any(lane.has_room(first, rows) for lane in mine):
                _lane(mine, first, rows).put(Cell(None, rows, block), first)
    names = sorted(lanes, key=lambda name: (not name, name.casefold()))
    every = [lane for name in names for lane in lanes[name]]
    if not every:
        return Grid([], [])
    top = min(min(lane.starts) for lane in every)
    end = max(max(lane.covered) for lane in every) + 1
    lines = [
        Line(
            f"{row * ROW // 60:02}:{row * ROW % 60:02}",
            [lane.starts.get(row, Cell()) for lane in every if row in lane.starts or row not in lane.covered],
        )
        for row in range(top, end)
    ]
    return Grid([Column(name, len(lanes[name]), counts.get(name, 0)) for name in names], lines)


def _lane(mine: list[_Lane], first: int, rows: int) -> _Lane:
    """The first column of a clinician's with room there; a new one where none has."""
    found = next((one for one in mine if one.has_room(first, rows)), None)
    if found is None:
        found = _Lane()
        mine.append(found)
    return found


def _place(start: datetime, end: datetime) -> tuple[int, int]:
    """The first row of a visit and how many it takes; none goes past midnight."""
    first = _minutes(start) // ROW
    minutes = max(round((end - start).total_seconds() / 60), 1)
    last = -(-(_minutes(start) + minutes) // ROW)
    return first, max(1, min(last, ROWS) - first)


def _within(block: Block) -> tuple[int, int] | None:
    """The rows that lie in free time as a whole: a row that a visit shares is the visit's. None: there is none."""
    first = -(-_minutes(block.start) // ROW)
    last = (_minutes(block.start) + round((block.end - block.start).total_seconds() / 60)) // ROW
    return (first, min(last, ROWS) - first) if last > first else None


def _minutes(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute
