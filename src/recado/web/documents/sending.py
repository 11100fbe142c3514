"""Send a document (25b): whom to, which file, what they will see."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from recado.clinics import queries as clinics
from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.consent import queries as consent
from recado.contacts import queries as contacts
from recado.documents import actions, queries
from recado.documents.actions import Intake
from recado.documents.types import LIFETIME, LIFETIMES, WITH_FILE, CannotSend, DocumentKind, Wish
from recado.foundation import audit
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, shell
from recado.web.documents import form_sending, looking, words
from recado.web.imports.uploads import Sealing
from recado.web.sign_in.at_work import clinic_of

FOUND, LONGEST_QUERY = 20, 100
ROOM_FOR_HEAD = 8192  # bytes of a locked file that its own head and seal take


@csrf_exempt  # checked inside, by csrf_protect: it reads the form, which must not happen before the upload is sealed
@needs(Permission.SEND_DOCUMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponseBase:
    """Choose whom (`?patient=`), then what; POST sends."""
    if request.method == "POST" and request.content_type == "multipart/form-data":
        intake = actions.intake()
        sealing = Sealing(request, intake)
        request.upload_handlers = [sealing]
        return cast(HttpResponseBase, csrf_protect(_send)(request, sealing, intake))
    return cast(HttpResponseBase, csrf_protect(_choose_or_form)(request))


def _choose_or_form(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("patient", "")
    return _form(request, _id(asked)) if asked else _choose(request)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _choose(request: HttpRequest) -> HttpResponse:
    clinic_id = clinic_of(request)
    wanted = request.POST.get("name", "").strip()[:LONGEST_QUERY]
    people = []
    if wanted and may(request, Permission.SEE_PATIENTS):
        with clinic_scope(clinic_id):
            country = clinics.clinic_settings(clinic_id).country
            hits = contacts.find(clinic_id, wanted, country=country, most=FOUND).hits
            known = contacts.patients(clinic_id, [hit.patient_id for hit in hits])
            people = [known[hit.patient_id] for hit in hits]
            shown: list[str] = [str(person.id) for person in people]
            audit.record(
                clinic_id=clinic_id, by=shell.actor(request), action="patient.search", detail={"patients": shown}
            )
    return shell.page(request, "recado/documents/choose.html", {"wanted": wanted, "people": people}, at="documents")


def _form(request: HttpRequest, patient_id: UUID, fault: str = "", given: dict[str, Any] | None = None) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        person = contacts.patient(clinic_id, patient_id)
        if person is None:
            raise Http404
        reached = consent.recipients(clinic_id, [patient_id])[patient_id]
        forms = form_sending.offered(clinic_id, patient_id)
        barred = "no_birth_date" if person.birth_date is None else "no_phone" if reached.phone is None else ""
        has_results = DocumentKind.RESULT in _kinds(request)
        by = shell.actor(request)
        looks = [] if barred else looking.looks(clinic_id, patient_id, by, with_results=has_results)
        sender = looking.sender(clinic_id)
        audit.record(
            clinic_id=clinic_id,
            by=by,
            action="patient.view",
            patient_id=patient_id,
            reason="document",
        )
    typed = (given or {}).get("days")
    ends_after = next((lives for lives in LIFETIMES if str(lives.days) == typed), LIFETIME)
    context = {
        "person": person,
        "born": dates.full_date(person.birth_date) if person.birth_date else "",
        "phone_ends": reached.phone.e164[-3:] if reached.phone else "",
        "is_carer": reached.phone is not None and reached.phone != person.phone,
        "barred": words.REFUSALS.get(barred, ""),
        "kinds": [(kind, words.KINDS[kind][1]) for kind in _kinds(request)],
        "days": [(lives.days, lives == ends_after) for lives in LIFETIMES],
        "most": queries.most_bytes() // 1024 // 1024,
        "most_bytes": queries.most_bytes() - ROOM_FOR_HEAD,
        "fault": words.REFUSALS.get(fault, ""),
        "fault_at": words.FIELD_OF.get(fault, "file") if fault else "",
        "given": given or {},
        "looks": looks,
        "sender": sender,
        "clinic_name": clinics.clinic_settings(clinic_id).name,
        **forms,
    }
    status = 422 if fault else 200
    return shell.page(request, "recado/documents/send.html", context, at="documents", status=status)


def _kinds(request: HttpRequest) -> list[DocumentKind]:
    """Results are sent by whom may release them."""
    has_results = may(request, Permission.RELEASE_RESULTS)
    return [kind for kind in WITH_FILE if has_results or kind is not DocumentKind.RESULT]


def _send(request: HttpRequest, sealing: Sealing, intake: Intake) -> HttpResponse:
    request.FILES.get("file")  # reads the form, and with it the file
    given = request.POST.dict()
    if not request.POST.get("patient"):
        return _choose(request)
    patient_id = _id(request.POST["patient"])
    try:
        wish = _wish(request)
        if not sealing.name:
            raise CannotSend("no_file")
        document_id = actions.send(
            clinic_id=clinic_of(request),
            patient_id=patient_id,
            intake=intake,
            wish=wish,
            by=shell.actor(request),
        )
    except CannotSend as refused:
        return _form(request, patient_id, refused.reason, given)
    if wish.fragment:
        return HttpResponseRedirect(
            reverse("document", args=[document_id]), status=303
        )  # the page itself says what to tell
    messages.success(
        request,
        _("Sent: the text asks to call. Release the document when you have spoken.")
        if wish.asks_call
        else _("Sent. The text says that a document is ready, never which."),
    )
    return HttpResponseRedirect(reverse("document", args=[document_id]), status=303)


def _wish(request: HttpRequest) -> Wish:
    kind, days = request.POST.get("kind", ""), request.POST.get("days", "")
    if kind not in _kinds(request):
        raise CannotSend("bad_kind")
    if not days.isdecimal() or len(days) > 3:
        raise CannotSend("bad_days")
    return Wish(
        DocumentKind(kind),
        request.POST.get("title", ""),
        request.POST.get("words", "").replace("\r\n", "\n"),
        timedelta(days=int(days)),
        request.POST.get("asks_call") == "yes",
        request.POST.get("fragment", "")[:64],
    )
