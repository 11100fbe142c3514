"""Whether a visit is somebody's first: here, with its clinician, or of its service. Facts that the conditions of journeys ask.

A visit is first where no earlier one is in the calendar that stands or took place: who cancelled or missed theirs has not been
here yet. Only what Recado has been told counts: a clinic that brings in its past visits too has its known patients known.
"""

from collections.abc import Collection
from typing import LiteralString
from uuid import UUID

from recado.foundation import arrays
from recado.foundation.database import plain_cursor

Firsts = dict[str, bool]

# Laterals, so that a planner without statistics walks each patient's own visits and never the whole calendar.
FIRSTS: LiteralString = """
SELECT v.id, v.clinician <> '', v.service <> '', e.before, e.with_them, e.of_it
FROM appointments_appointment v CROSS JOIN LATERAL (
    SELECT count(*) > 0, coalesce(bool_or(x.clinician = v.clinician), false), coalesce(bool_or(x.service = v.service), false)
    FROM appointments_appointment x
    WHERE x.clinic_id = v.clinic_id AND x.patient_id = v.patient_id AND (x.starts_at, x.id) < (v.starts_at, v.id)
        AND x.state NOT IN ('cancelled', 'missed')) e (before, with_them, of_it)
WHERE v.clinic_id = %s AND v.id = ANY (%s)
"""


def of(clinic_id: UUID, visit_ids: Collection[UUID]) -> dict[UUID, Firsts]:
    """The facts of each of these visits, by name; with whom and for what is left out where nobody has said it. One statement,
    however many. Call it inside `clinic_scope`."""
    if not visit_ids:
        return {}
    names = arrays.uuid_array([one.bytes for one in visit_ids])
    with plain_cursor() as cursor:
        rows = cursor.execute(FIRSTS, (clinic_id, names)).fetchall()
    return {
        visit: {
            "first_visit": not before,
            **({"first_with_clinician": not with_them} if has_clinician else {}),
            **({"first_of_service": not of_it} if has_service else {}),
        }
        for visit, has_clinician, has_service, before, with_them, of_it in rows
    }
