"""Who is told in place of a patient, as staff note it: a parent, a partner; about what and until when."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.consent import actions
from recado.consent import queries as consent
from recado.consent.types import EVERYTHING, Relation
from recado.foundation import audit, business_time
from recado.foundation.phone import BadPhone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.web import languages, shell
from recado.web.patients import consenting, noting, page
from recado.web.patients.carers import RELATIONS
from recado.web.sign_in.at_work import clinic_of

LONGEST_NAME, LONGEST_PHONE, LONGEST_WORDS = 80, 40, 400


@needs(Permission.CHANGE_PATIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def carer(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """GET asks who and about what; POST notes it."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        context = page.facts(request, patient_id)
        faults: dict[str, str] = {}
        if request.method == "POST":
            faults = _note(request, patient_id, context["zone"])
            if not faults:
                messages.success(request, _("Noted. Texts go to them from now on."))
                return _back(patient_id)
        else:
            audit.record(clinic_id=clinic_id, by=shell.actor(request), action="patient.open", patient_id=patient_id)
    context |= noting.choices() | {
        "faults": faults,
        "relations": RELATIONS.items(),
        "spoken": languages.PATIENTS_NAMES.items(),
        "typed": request.POST,
        "typed_groups": request.POST.getlist("group"),
        "language": request.POST.get("language") or context["person"].language,
    }
    return shell.page(request, "recado/patients/carer.html", context, at="patients", status=422 if faults else 200)


def _note(request: HttpRequest, patient_id: UUID, zone: ZoneInfo) -> dict[str, str]:
    """Notes it; what is wrong with the form, by field."""
    clinic_id, given = clinic_of(request), request.POST
    groups = [group for group in EVERYTHING if group.name.lower() in given.getlist("group")]
    name = given.get("name", "").strip()[:LONGEST_NAME]
    faults = {} if name else {"name": _("Who is it? Type their name.")}
    try:
        phone = read_phone(given.get("phone", "")[:LONGEST_PHONE], clinics.clinic_settings(clinic_id).country)
    except BadPhone:
        faults["phone"] = _("This is not a phone number. For example 07700 900123.")
    if not groups:
        faults["group"] = _("Choose what they are told about.")
    until, is_date = _until(given.get("until", ""), zone)
    if not is_date:
        faults["until"] = _("Type the last day, for example 2027-03-31, or leave it empty.")
    elif until is not None and until <= business_time.now():
        faults["until"] = _("That day is over: nothing would go to them. Type a later one, or leave it empty.")
    relation, how = given.get("relation", ""), given.get("how", "")
    if relation not in RELATIONS or how not in noting.SAID:
        faults["relation"] = _("Choose who they are to the patient, and how it was said.")
    scan = consenting.scan_of(request, how)
    if isinstance(scan, str):
        faults["paper"] = scan
    if faults or isinstance(scan, str):
        return faults
    actions.entrust(
        clinic_id=clinic_id,
        patient_id=patient_id,
        name=name,
        phone=phone,
        language=given["language"] if given.get("language") in languages.PATIENTS_NAMES else "en",
        relation=Relation(relation),
        groups=groups,
        until=until,
        how=how,
        by=shell.actor(request),
        words=given.get("words", "").strip()[:LONGEST_WORDS],
    )
    if scan is not None:
        by = shell.actor(request)
        actions.keep_paper(clinic_id=clinic_id, patient_id=patient_id, groups=groups, body=scan, text_version="", by=by)
    messaging.write_anew(clinic_id=clinic_id, phones=consent.phones_about(clinic_id, patient_id))
    return {}


def _until(typed: str, zone: ZoneInfo) -> tuple[datetime | None, bool]:
    """The moment after the last day, and whether what was typed is a day."""
    if not typed.strip():
        return None, True
    try:
        return datetime.combine(date.fromisoformat(typed.strip()) + timedelta(days=1), time(), tzinfo=zone), True
    except (ValueError, OverflowError):
        return None, False


@needs(Permission.CHANGE_PATIENTS)
@require_POST
def carer_end(request: HttpRequest, patient_id: UUID, carer_id: UUID) -> HttpResponse:
    """Ends it at once, and takes back what still waits for them: the patient is told in their place again."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        if all(one.id != carer_id for one in consent.carers_of(clinic_id, [patient_id])):
            raise Http404("no such carer")
        ended = actions.release(clinic_id=clinic_id, carer_id=carer_id, how="staff", by=shell.actor(request))
        if ended is not None and ended.phone_bi is not None:
            messaging.write_anew(clinic_id=clinic_id, phones=[ended.phone_bi], reason="carer_ended")
            messaging.retract(clinic_id=clinic_id, patient_id=patient_id, phone_bi=ended.phone_bi, reason="carer_ended")
    messages.success(request, _("Ended. Nothing more about this person goes to them."))
    return _back(patient_id)


def _back(patient_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("patient", args=[patient_id]), status=303)
