"""A copy of everything that is held about a person, for who answers their request: a ZIP with a page to read and the same
as JSON. Made in memory, kept nowhere; the reason stands in the audit."""

import io
import json
import zipfile
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import audit, business_time
from recado.foundation.tenancy import clinic_scope
from recado.web import languages, shell
from recado.web.patients import holdings, page
from recado.web.sign_in.at_work import clinic_of

REASONS: dict[str, Any] = {
    "person": gettext_lazy("The person asked for it"),
    "representative": gettext_lazy("Somebody who may act for the person asked for it"),
    "moving": gettext_lazy("The person moves to another clinic"),
    "authority": gettext_lazy("A court or an authority asked for it"),
}
LONGEST_REFERENCE = 40


@needs(Permission.ANSWER_DATA_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """GET asks why; POST gives the file."""
    clinic_id = clinic_of(request)
    why = request.POST.get("why", "")
    with clinic_scope(clinic_id):
        known = page.facts(request, patient_id)
        if request.method == "POST" and why in REASONS:
            forms = holdings.signed_forms(clinic_id, patient_id)
            held = holdings.everything(clinic_id, known, forms)
            reference = request.POST.get("reference", "")[:LONGEST_REFERENCE].strip()
            audit.record(
                clinic_id=clinic_id,
                by=shell.actor(request),
                action="patient.export",
                patient_id=patient_id,
                reason=f"{why}: {reference}" if reference else why,
            )
            return _download(held, dict(forms.values()), f"patient-data-{business_time.now():%Y-%m-%d}.zip")
        audit.record(clinic_id=clinic_id, by=shell.actor(request), action="patient.open", patient_id=patient_id)
    fault = _("Choose why.") if request.method == "POST" else ""
    context = {**known, "reasons": REASONS.items(), "fault": fault, "longest": LONGEST_REFERENCE}
    return shell.page(request, "recado/patients/export.html", context, at="patients", status=422 if fault else 200)


def _download(held: dict[str, Any], files: dict[str, bytes], name: str) -> HttpResponse:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("patient-data.json", json.dumps(held, ensure_ascii=False, indent=1))
        archive.writestr("patient-data.html", render_to_string("recado/patients/holdings.html", _readable(held)))
        for path, body in files.items():
            archive.writestr(path, body)
    return HttpResponse(
        packed.getvalue(),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _readable(held: dict[str, Any]) -> dict[str, Any]:
    from django.utils.translation import get_language

    language = get_language() or languages.FALLBACK
    return {"held": held, "lang": language, "dir": languages.direction(language)}
