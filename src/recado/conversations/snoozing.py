"""Until when a conversation is put aside."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics

from .types import Snooze

MORNING = time(8)  # where the clinic has no opening hours


def until(clinic_id: UUID, choice: Snooze, now: datetime) -> datetime | None:
    """None: until the person writes. Tomorrow is the next day on which the clinic opens: on a Friday, Monday."""
    if choice is Snooze.REPLY:
        return None
    if choice is Snooze.HOUR:
        return now + timedelta(hours=1)
    clinic = clinics.clinic_settings(clinic_id)
    zone = ZoneInfo(clinic.time_zone)
    opening = clinics.next_day_opening(clinic.opening_hours, zone, now)
    return opening or datetime.combine(now.astimezone(zone).date() + timedelta(days=1), MORNING, zone)
