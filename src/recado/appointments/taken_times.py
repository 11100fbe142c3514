"""Whose times are somebody's again, or on offer as another visit's: the waitlist offers neither. Call all of it inside `clinic_scope`."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection

from . import slots
from .claims import Kept
from .free import minute
from .models import LONGEST, Appointment, FreedTime
from .waitlist_rows import as_it_was

LEAST = timedelta(minutes=1)  # that a visit takes whose duration nobody told
_AT_ONCE: LiteralString = """
    o.clinic_id = %(clinic)s AND o.clinician = v.clinician AND o.site = v.site
        AND o.starts_at > v.starts_at - interval '1 day' AND o.starts_at < v.ends_at
        AND o.starts_at + coalesce(nullif(o.duration, interval '0'), interval '1 minute') > v.starts_at
"""
# Whether somebody has these times, and whether they are on offer as another visit's. By value: who moves has another time by now.
# What they take of us counts too: two clinicians may share a room. Where no clinician is told, one line of the calendar may be
# several chairs: somebody has this one who came to it since it was left, or within the day before, as files tell of it late.
_CAME: LiteralString = """
    EXISTS (
        SELECT 1 FROM appointments_change came JOIN appointments_change gone
            ON gone.clinic_id = %(clinic)s AND gone.appointment_id = v.id AND came.at >= gone.at - interval '1 day'
        WHERE came.clinic_id = %(clinic)s AND came.appointment_id = o.id AND came.kind IN ('booked', 'moved', 'taken_back')
            AND (gone.kind = 'moved' AND gone.was_at = v.starts_at OR gone.kind = 'cancelled' AND gone.starts_at = v.starts_at)
    )
"""
TAKEN: LiteralString = f"""
WITH kept AS (
    SELECT * FROM unnest(%(of)s::uuid[], %(calendars)s::bigint[], %(firsts)s::bigint[], %(untils)s::bigint[])
        AS k (id, calendar, first, until)
)
SELECT * FROM (
    SELECT v.id,
        EXISTS (
            SELECT 1 FROM appointments_appointment o
            WHERE {_AT_ONCE} AND o.state IN ('booked', 'confirmed') AND (v.clinician <> '' OR {_CAME})
        )
        OR EXISTS (
            SELECT 1 FROM kept k JOIN appointments_taken t ON t.clinic_id = %(clinic)s AND t.calendar_id = k.calendar
            WHERE k.id = v.id AND NOT t.is_off AND t.appointment_id IS NOT NULL AND t.minute > k.first - %(longest)s
                AND t.minute < k.until AND t.until > k.first
        ) AS is_taken,
        EXISTS (
            SELECT 1 FROM appointments_freedtime o WHERE v.clinician <> '' AND {_AT_ONCE} AND o.state = 'offering'
        )
        OR EXISTS (
            SELECT 1 FROM kept k JOIN appointments_freedtime o ON o.clinic_id = %(clinic)s AND k.calendar = ANY (o.calendars)
            WHERE k.id = v.id AND o.state = 'offering'
                AND o.starts_at < to_timestamp(k.until * 60) AND o.starts_at + o.takes > to_timestamp(k.first * 60)
        ) AS is_on_offer
    FROM unnest(%(ids)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(clinicians)s::text[], %(sites)s::text[])
        AS v (id, starts_at, ends_at, clinician, site)
) found
WHERE is_taken OR is_on_offer
"""


# Held until the transaction ends: of two that come free at once the second sees that the first is on offer. Whoever takes it
# writes everything else before, or waits for the journeys' worker while that waits here.
LOCK: LiteralString = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"


def gone(clinic_id: UUID, visits: Sequence[Appointment], kept: Mapping[UUID, Kept]) -> dict[UUID, tuple[bool, bool]]:
    """Of these visits those whose time somebody has, or that is on offer as another visit's: which of both. One at a time in a
    clinic, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, (f"recado waitlist {clinic_id}",))
    return _found(clinic_id, visits, kept)


def is_taken(row: FreedTime) -> bool:
    """Whether somebody has a time on offer: it was booked by hand, or a file brought somebody there, or back."""
    visit, kept = as_it_was(row)
    return _found(row.clinic_id, [visit], {visit.id: kept}).get(visit.id, (False, False))[0]


def _found(clinic_id: UUID, visits: Sequence[Appointment], kept: Mapping[UUID, Kept]) -> dict[UUID, tuple[bool, bool]]:
    taken = [(visit, calendar) for visit in visits for calendar in kept.get(visit.id, Kept()).calendars]
    values: dict[str, Any] = {
        "clinic": clinic_id,
        "ids": [visit.id for visit in visits],
        "starts": [visit.starts_at for visit in visits],
        "ends": [_stretch(visit)[1] for visit in visits],
        "clinicians": [visit.clinician for visit in visits],
        "sites": [visit.site for visit in visits],
        "of": [visit.id for visit, _ in taken],
        "calendars": [calendar for _, calendar in taken],
        "firsts": [minute(visit.starts_at) for visit, _ in taken],
        "untils": [minute(visit.starts_at + kept[visit.id].lasts) for visit, _ in taken],
        "longest": LONGEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, values)
        return {name: (is_taken, is_on) for name, is_taken, is_on in cursor.fetchall()}


def are_at_once(one: Appointment, other: Appointment, kept: Mapping[UUID, Kept]) -> bool:
    """Whether two visits are one chair's, or one room's, at overlapping times: as TAKEN looks at it."""
    first, second = kept.get(one.id, Kept()), kept.get(other.id, Kept())
    if not set(first.calendars).isdisjoint(second.calendars) and not slots.is_free(
        one.starts_at, one.starts_at + first.lasts, [(other.starts_at, other.starts_at + second.lasts)]
    ):
        return True
    is_same = one.clinician != "" and (one.clinician, one.site) == (other.clinician, other.site)
    return is_same and overlap(one, other)


def overlap(one: Appointment, other: Appointment) -> bool:
    """Whether two visits are at overlapping times, whoever sees them."""
    return not slots.is_free(*_stretch(one), [_stretch(other)])


def _stretch(visit: Appointment) -> slots.Stretch:
    return visit.starts_at, visit.starts_at + (visit.duration or LEAST)
