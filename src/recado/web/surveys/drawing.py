"""The line of scores by week, as points of an SVG, its figures and days as the reader's language writes them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor

from recado.surveys.queries import Figure, difference, mean
from recado.surveys.types import Tally, WeekTally
from recado.web import dates, numbers

LEFT, RIGHT, TOP, BOTTOM = 34.0, 690.0, 16.0, 160.0
FEWEST = 5  # answers of a week: fewer are not shown, the mean of three people says little
STEPS, MOST_LINES = (0.5, 1.0, 2.0, 5.0), 4
LABELS = 5  # weeks that are named below


@dataclass(frozen=True, slots=True)
class Week:
    """One week. `figure` none: too few answered."""

    monday: date
    total: int
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across with what it stands for, or a week named below."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`lines` and `bands`: points as SVG wants them; a week without enough answers interrupts both."""

    lines: tuple[str, ...]
    bands: tuple[str, ...]
    across: tuple[Tick, ...]
    below: tuple[tuple[float, str], ...]
    last: Point
    last_value: str


def weeks(tallies: Sequence[WeekTally], least: int, most: int) -> list[Week]:
    """Each week with its mean, where enough answered."""
    return [
        Week(one.monday, one.tally.total, mean(one.tally, least, most) if one.tally.total >= FEWEST else None)
        for one in tallies
    ]


def risen(tallies: Sequence[WeekTally]) -> Figure | None:
    """From the earlier half of the weeks to the later."""
    half = len(tallies) // 2
    return difference(_together(tallies[:half]), _together(tallies[half:]))


def _together(tallies: Sequence[WeekTally]) -> Tally:
    counts: Counter[int] = Counter()
    for one in tallies:
        counts.update(one.tally.counts)
    return Tally(dict(counts))


def chart(shown: Sequence[Week], most: int) -> Chart | None:
    """None: fewer than two weeks have enough answers to draw a line."""
    known = [(week, week.figure) for week in shown if week.figure is not None]
    if len(known) < 2:
        return None
    first, last = shown[0].monday, shown[-1].monday
    bottom = _bottom(min(figure.low if figure.low is not None else figure.value for _, figure in known))
    span = max((last - first).days, 1)

    def x(monday: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (monday - first).days / span, 1)

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (value - bottom) / (most - bottom), 1)

    runs = _runs(shown)
    lines = tuple(" ".join(f"{x(day)},{y(figure.value)}" for day, figure in run) for run in runs)
    bands = tuple(
        " ".join(
            [f"{x(day)},{y(figure.high or 0)}" for day, figure in run]
            + [f"{x(day)},{y(figure.low or 0)}" for day, figure in reversed(run)]
        )
        for run in _runs(shown, with_band=True)
    )
    end, figure = known[-1]
    across = tuple(Tick(y(value), numbers.tenths(value)) for value in _steps(bottom, most))
    named = sorted({round(at * (len(shown) - 1) / (LABELS - 1)) for at in range(LABELS)})
    below = tuple((x(shown[at].monday), dates.month_day(shown[at].monday)) for at in named)
    return Chart(lines, bands, across, below, Point(x(end.monday), y(figure.value)), numbers.hundredths(figure.value))


def _steps(bottom: float, most: int) -> list[float]:
    """Round values from the highest down, five lines at most."""
    step = next(one for one in STEPS if (most - bottom) / one <= MOST_LINES)
    return [most - step * at for at in range(floor((most - bottom) / step) + 1)]


def _bottom(lowest: float) -> float:
    return max(0.0, floor((lowest - 0.2) * 2) / 2)


def _runs(shown: Sequence[Week], *, with_band: bool = False) -> list[list[tuple[date, Figure]]]:
    """Weeks that follow one another with enough answers."""
    runs: list[list[tuple[date, Figure]]] = []
    before: date | None = None
    for week in shown:
        figure = week.figure
        if figure is None or (with_band and figure.low is None):
            continue
        if before is None or (week.monday - before).days > 7:
            runs.append([])
        runs[-1].append((week.monday, figure))
        before = week.monday
    return runs
