"""The page of one patient."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.foundation import audit
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.sign_in.at_work import clinic_of


@needs(Permission.SEE_PATIENTS)
@require_safe
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        person = contacts.patient(clinic_id, patient_id)
        if person is None:
            raise Http404("no such patient")
        if request.headers.get("X-Live") != "true":
            audit.record(clinic_id=clinic_id, by=shell.actor(request), action="patient.open", patient_id=patient_id)
    return shell.page(request, "recado/patients/patient.html", {"person": person}, at="patients")
