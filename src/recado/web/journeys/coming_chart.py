"""The chart of what will be sent: columns where there is room for them, and rows on a phone, where neither columns nor their
words would be readable. Drawn here, so that it needs no script."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from recado.web import dates

Places = dict[int | date, Counter[str]]  # hours of a day, or days of several: how many texts of each colour
COLOURS = ("acc", "info", "mute")  # appointments, results and documents, the rest
BAR_STEP, BAR_WIDTH, TALLEST, NARROWEST = 60, 44, 80, 720
FLOOR = 96.0
ROW_STEP, ROW_FROM, LONGEST = 24, 58, 214  # a row in a drawing of 320: its words, its bar, its number


def bars(places: Places) -> dict[str, Any]:
    """What the page draws: each hour or day with its parts as a column (`y`, `height`) and as a row (`x`, `width`)."""
    if not places:
        return {"bars": [], "width": 0}
    most = max(sum(counter.values()) for counter in places.values())
    drawn = [_bar(number, key, places.get(key, Counter()), most) for number, key in enumerate(_every(places))]
    return {
        "bars": drawn,
        "width": max(BAR_STEP * len(drawn), NARROWEST) + 8,
        "tall": ROW_STEP * len(drawn),
        "told": _told(drawn),
    }


def _every(places: Places) -> Sequence[int | date]:
    """From the first to the last, those without a text among them."""
    hours = [one for one in places if isinstance(one, int)]
    if hours:
        return range(min(hours), max(hours) + 1)
    days = [one for one in places if isinstance(one, date)]
    return [min(days) + timedelta(days=n) for n in range((max(days) - min(days)).days + 1)]


def _bar(number: int, key: int | date, counter: Counter[str], most: int) -> dict[str, Any]:
    top, end, parts = FLOOR, float(ROW_FROM), []
    for colour in COLOURS:
        height, width = TALLEST * counter[colour] / most, LONGEST * counter[colour] / most
        top -= height
        if height:
            column = {"y": round(top, 1), "height": round(height, 1)}
            parts.append({**column, "x": round(end, 1), "width": round(width, 1), "colour": colour})
        end += width
    x = 8 + BAR_STEP * number
    return {
        **{"x": x, "middle": x + BAR_WIDTH // 2, "top": top - 5, "row": ROW_STEP * number, "end": round(end + 6, 1)},
        **{"parts": parts, "total": sum(counter.values())},
        "label": f"{key:02}:00" if isinstance(key, int) else dates.weekday(datetime.combine(key, time())),
    }


def _told(drawn: Sequence[dict[str, Any]]) -> str:
    first = max(drawn, key=lambda bar: bar["total"])
    return _("Texts by hour or day, most at %(when)s with %(count)d") % {
        "when": first["label"],
        "count": first["total"],
    }
