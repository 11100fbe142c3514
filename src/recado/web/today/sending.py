"""What was sent today, half hour by half hour, and what is planned for the rest of the day."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.foundation.clock import local
from recado.journeys import queries as journeys
from recado.messaging import queries as messaging
from recado.web import dates
from recado.web.calendar import days

FIRST, LAST = 14, 38  # half hours of the day that are always shown: 07:00 to 19:00
HEIGHT = 62.0
WIDTH = 300.0


@dataclass(frozen=True, slots=True)
class Slot:
    """Half an hour: how many texts left and how many are to come, and its bars."""

    begins: str
    sent: int
    planned: int
    x: float
    width: float
    sent_height: float
    planned_height: float

    @property
    def sent_y(self) -> float:
        return round(64 - self.sent_height, 1)

    @property
    def planned_y(self) -> float:
        return round(64 - self.sent_height - self.planned_height, 1)


@dataclass(frozen=True, slots=True)
class Sending:
    slots: list[Slot]
    sent: int
    delivered: int
    failed: int
    planned: int
    first: str
    last: str
    now: str
    next: str  # when the next text is due; empty: none today
    next_count: int

    @property
    def shown(self) -> list[Slot]:
        """The rows of the table: half hours in which something left or will."""
        return [slot for slot in self.slots if slot.sent or slot.planned]


def today(clinic_id: UUID, now: datetime) -> Sending:
    """Call it inside `clinic_scope`."""
    zone = now.tzinfo.key if isinstance(now.tzinfo, ZoneInfo) else "UTC"
    start, end = days.bounds(now.date(), zone)
    sent = messaging.sent_between(clinic_id, start, end)
    due = journeys.planned_between(clinic_id, now, end)
    left, coming = [0] * 48, [0] * 48
    for text in sent:
        left[_half(local(text.since, zone))] += text.count
    for moment in due:
        coming[_half(local(moment, zone))] += 1
    used = [at for at in range(48) if left[at] or coming[at]]
    first, last = min([FIRST, *used]), max([LAST, *(at + 1 for at in used)])
    most = max(*(left[at] + coming[at] for at in range(first, last)), 1)
    step = WIDTH / (last - first)
    soon = local(due[0], zone) if due else None
    return Sending(
        slots=[
            Slot(
                _clock(at),
                left[at],
                coming[at],
                round((at - first) * step + 1, 1),
                round(step - 2, 1),
                round(HEIGHT * left[at] / most, 1),
                round(HEIGHT * coming[at] / most, 1),
            )
            for at in range(first, last)
        ],
        sent=sum(left),
        delivered=sum(text.delivered for text in sent),
        failed=sum(text.failed for text in sent),
        planned=len(due),
        first=_clock(first),
        last=_clock(last),
        now=dates.clock(now),
        next=dates.clock(soon) if soon else "",
        next_count=sum(1 for moment in due if soon and _half(local(moment, zone)) == _half(soon)),
    )


def _half(moment: datetime) -> int:
    return moment.hour * 2 + moment.minute // 30


def _clock(half: int) -> str:
    return f"{half // 2:02}:{half % 2 * 30:02}"
