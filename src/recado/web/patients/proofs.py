"""The ledger's entries as staff read them: on a patient's page, as a table to take along, and by a number that is nobody's on record."""

import csv
import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.consent import queries as consent
from recado.consent.types import BY_THEMSELVES, Proof
from recado.foundation import audit
from recado.foundation.phone import BadPhone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.web import dates, shell, spreadsheets
from recado.web.patients import happenings
from recado.web.sign_in.at_work import clinic_of

LONGEST_PHONE = 40
COLUMNS = (
    *("at", "what", "kinds", "channel", "how", "source", "said_at", "text_version", "text", "words"),
    *("noted_by", "signed_form"),
)


def line(one: Proof, zone: ZoneInfo, clinic: str, staff: dict[str, str]) -> dict[str, Any]:
    """One entry; `staff`: their names by id."""
    look, at = happenings.proof(one.kind), one.at.astimezone(zone)
    said = one.said_at.astimezone(zone) if one.said_at else None
    shown = consent.agreed_to(one.text_version, clinic)
    return {
        "id": one.id,
        "when": f"{dates.full_date(at)}, {dates.clock(at)}",
        "icon": look.icon,
        "what": str(look.words) % {"what": happenings.groups(one.groups)},
        "how": happenings.how(one.how),
        "channel": happenings.channel(one.channel),
        "shown": shown.whole(one.groups) if shown else "",
        "said_on": dates.full_date(said) if said and said.date() < at.date() else "",
        "source": "" if one.source.startswith(BY_THEMSELVES) else one.source,  # how they said it stands beside
        "version": one.text_version,
        "words": one.words,
        "has_paper": one.has_paper,
        "by": happenings.by(one.actor_kind, one.actor_ref, staff),
    }


def table(clinic_id: UUID, said: Sequence[Proof]) -> HttpResponse:
    """All of them as CSV, with the very words that were shown and the name of whoever noted it. Times by the clinic's clock, with
    their distance from UTC: the day on which a form was signed is a day there."""
    clinic = clinics.clinic_settings(clinic_id)
    zone = ZoneInfo(clinic.time_zone)
    staff = {str(one.user_id): one.name for one in clinics.staff(clinic_id)}
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for one in said:
        shown = consent.agreed_to(one.text_version, clinic.name)
        at, said_at = (when.astimezone(zone).isoformat() if when else "" for when in (one.at, one.said_at))
        row = (
            *(at, one.kind, " ".join(group.name.lower() for group in one.groups), one.channel, one.how),
            *(one.source, said_at, one.text_version),
            *(shown.whole(one.groups) if shown else "", one.words, staff.get(one.actor_ref, one.actor_kind)),
            "yes" if one.has_paper else "",
        )
        rows.writerow([spreadsheets.harmless(cell) for cell in row])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="consent-proof.csv"'
    return response


def of_number(clinic_id: UUID, typed: str) -> list[Proof]:
    """What whoever holds a number has said, where what was typed is a whole number. Call it inside `clinic_scope`; the caller
    audits."""
    try:
        phone = read_phone(typed[:LONGEST_PHONE], clinics.clinic_settings(clinic_id).country)
    except BadPhone:
        return []
    return consent.proofs(clinic_id, None, messaging.phone_index(clinic_id, phone))


@needs(Permission.SEE_PATIENTS)
@require_POST
def number_file(request: HttpRequest) -> HttpResponse:
    """The same as a table, empty where nothing was said there. The number goes by POST only: it stands in no address. Audited."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        said = of_number(clinic_id, request.POST.get("q", ""))
        audit.record(clinic_id=clinic_id, by=shell.actor(request), action="consent.exported")
        return table(clinic_id, said)
