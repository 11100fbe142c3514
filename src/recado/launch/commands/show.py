"""Show what the calendar knows of one appointment."""

import argparse
import json
from typing import Any

NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    appointment = what.add_parser("appointment", help="an appointment by the id that its source gave it")
    appointment.add_argument("external_id", metavar="EXTERNAL_ID")
    appointment.add_argument("--clinic", required=True, metavar="SLUG")


def run(args: argparse.Namespace) -> int:
    """Prints state, start and the patient's record number. Exit code 1 when there is no such appointment."""
    from recado.clinics import queries as clinics
    from recado.clinics.types import NoSuchClinic
    from recado.launch.errors import CannotRun

    try:
        clinic = clinics.clinic_by_slug(args.clinic)
    except NoSuchClinic as error:
        raise CannotRun(str(error)) from None
    found = _appointment(clinic.id, clinic.time_zone, args.external_id)
    if found is None:
        raise CannotRun(f"{clinic.name} has no appointment with the id {args.external_id}.")
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        for key, value in found.items():
            print(f"{key.replace('_', ' ')}: {value if value not in (None, '') else '-'}")
    return 0


def _appointment(clinic_id: Any, time_zone: str, external_id: str) -> dict[str, Any] | None:
    from zoneinfo import ZoneInfo

    from recado.appointments import queries as appointments
    from recado.contacts import queries as contacts
    from recado.foundation import audit
    from recado.foundation.actors import OPERATOR
    from recado.foundation.tenancy import clinic_scope

    with clinic_scope(clinic_id):
        visits = appointments.visits_called(clinic_id, external_id)
        if not visits:
            return None
        visit = visits[0]
        patient = contacts.patient(clinic_id, visit.patient_id)
        audit.record(
            clinic_id=clinic_id,
            by=OPERATOR,
            action="appointment.view",
            patient_id=visit.patient_id,
            subject=f"appointment:{visit.id}",
        )
    return {
        "id": visit.external_id,
        "state": str(visit.state),
        "start": visit.starts_at.astimezone(ZoneInfo(time_zone)).isoformat(),
        "record_number": patient.record_number if patient else None,
        "wants_another_time": visit.wants_another_time,
        "clinician": visit.clinician,
        "service": visit.service,
        "site": visit.site,
        "source": visit.source,
    }
