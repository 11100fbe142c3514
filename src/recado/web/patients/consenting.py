"""What a patient permits: the proof of it, and what staff note when somebody says so at the desk, by phone or in writing.

No text goes out about it: who stands before one need not be told by text, and the phone may be nobody's any more.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.consent import actions, queries
from recado.consent.queries import PRIVACY_CHOICES
from recado.consent.types import EVERYTHING, BadPaper, NotTheirsAlone, PurposeGroup
from recado.contacts import queries as contacts
from recado.contacts.types import PatientView
from recado.foundation import audit, business_time
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind
from recado.web import shell
from recado.web.patients import noting, page, proofs
from recado.web.sign_in.at_work import clinic_of

LONGEST_WORDS = 400
OLDEST = timedelta(days=36_500)
__all__ = ["consent", "permit", "privacy", "right_number", "start", "stop"]


@needs(Permission.SEE_PATIENTS)
@require_safe
def consent(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What is permitted now, every entry that proves it, and the forms to note more."""
    return _page(request, patient_id)


def _page(request: HttpRequest, patient_id: UUID, *, fault: str = "", status: int = 200) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        context = page.facts(request, patient_id)
        person = context["person"]
        said = queries.proofs(clinic_id, patient_id, person.phone_bi)
        if request.headers.get("X-Live") != "true":
            audit.record(clinic_id=clinic_id, by=shell.actor(request), action="consent.view", patient_id=patient_id)
    context |= {
        "proofs": [proofs.line(one, context["zone"], context["clinic_name"], context["staff_names"]) for one in said],
        "fault": fault,
        **noting.choices(),
    }
    if fault:  # what was chosen and typed stands in its form again; a browser does not give a file twice
        context["typed"] = {**request.POST.dict(), "groups": request.POST.getlist("group")}
    return shell.page(request, "recado/patients/consent.html", context, at="patients", status=status)


@needs(Permission.CHANGE_PATIENTS)
@require_POST
def permit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The person agrees to these groups of texts."""
    chosen = [group for group in EVERYTHING if group.name.lower() in request.POST.getlist("group")]
    how = _how(request)
    if not chosen or not how:
        return _page(
            request, patient_id, fault=_("Choose what the person agrees to, and how they said so."), status=422
        )
    scan = scan_of(request, how)
    if isinstance(scan, str):
        return _page(request, patient_id, fault=scan, status=422)
    said_at = _said_at(request)
    if isinstance(said_at, str):
        return _page(request, patient_id, fault=said_at, status=422)
    with clinic_scope(clinic_of(request)):
        person = _known(request, patient_id)
        if said_at is not None and _has_stopped_since(clinic_of(request), person, chosen, said_at):
            fault = _("They have stopped texts of this kind since that day, and the later word counts.")
            return _page(request, patient_id, fault=fault, status=422)
        _permit(request, person, chosen, how, scan, said_at)
    messages.success(request, _("The permission is noted."))
    return _back(patient_id)


def _said_at(request: HttpRequest) -> datetime | str | None:
    """The beginning of the day on which it was said or signed, by the clinic's clock; None: today. Or what is wrong with it."""
    typed = request.POST.get("said_on", "").strip()
    zone = ZoneInfo(clinics.clinic_settings(clinic_of(request)).time_zone)
    today = business_time.now().astimezone(zone).date()
    try:
        day = date.fromisoformat(typed) if typed else today
    except ValueError:
        return _("Type the day, for example 2027-03-31, or leave it empty for today.")
    if not today - OLDEST <= day <= today:
        return _("That day is still to come, or too long ago.")
    return None if day == today else datetime.combine(day, time(), tzinfo=zone)


def _has_stopped_since(clinic_id: UUID, person: PatientView, groups: list[PurposeGroup], said_at: datetime) -> bool:
    """Whether a stop of one of these kinds came on that day or later: a form that lay in a drawer takes no newer no back. Which of
    the two came first on one day is not known, so the stop counts; what is said today takes it back."""
    stops = queries.said_of(clinic_id, phone_bi=person.phone_bi, patient_id=person.id).withdrawn
    return any(stops[group] >= said_at for group in groups if group in stops)


def scan_of(request: HttpRequest, how: str) -> bytes | str | None:
    """The signed form, or what is wrong with it; None: there is none, and none is needed."""
    given = request.FILES.get("paper")
    if given is None:
        return _("Choose the scan of the signed form.") if how == "paper" else None
    body: bytes = given.read(queries.LARGEST_PAPER + 1)
    try:
        queries.media_of(body)
    except BadPaper as error:
        if str(error) == "too_large":
            return _("The scan is larger than 5 MB. Scan it with fewer dots.")
        return _("This is no PDF, JPEG or PNG file. Scan the form as one of them.")
    return body


def _permit(
    request: HttpRequest,
    person: PatientView,
    groups: list[PurposeGroup],
    how: str,
    scan: bytes | None,
    said_at: datetime | None,
) -> None:
    """What was said counts, also where one of these kinds had been stopped before."""
    clinic = clinics.clinic_settings(clinic_of(request))
    by = shell.actor(request)
    version = queries.shown(person.language, clinic.name).version
    if how == "paper" and request.POST.get("version") in queries.versions():
        version = request.POST["version"]  # what they signed may be older than the newest words, or in another language
    words = request.POST.get("words", "").strip()[:LONGEST_WORDS]
    if person.phone_bi is not None:
        actions.restore(
            clinic_id=clinic.id, phone_bi=person.phone_bi, groups=groups, how=how, by=by, patient_id=person.id
        )
    given: dict[str, Any] = {"clinic_id": clinic.id, "patient_id": person.id, "groups": groups, "by": by}
    given |= {"text_version": version, "said_at": said_at}
    actions.permit(how=how, words=words, **given)
    if scan is not None:
        actions.keep_paper(body=scan, **given)


@needs(Permission.SEE_PATIENTS)
@require_safe
def signed(request: HttpRequest, patient_id: UUID, entry_id: UUID) -> HttpResponse:
    """The signed form behind an entry, as a file. Audited."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        found = queries.paper(clinic_id, patient_id, entry_id)
        if found is None:
            raise Http404("no such form")
        audit.record(clinic_id=clinic_id, by=shell.actor(request), action="consent.paper_view", patient_id=patient_id)
    media, body = found
    response = HttpResponse(body, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="form.{media.rsplit("/", 1)[1]}"'
    return response


@needs(Permission.SEE_PATIENTS)
@require_safe
def proof_file(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every entry of the ledger about a person as a table, with the very words that they were shown. Audited."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        person = _known(request, patient_id)
        said = queries.proofs(clinic_id, patient_id, person.phone_bi)
        audit.record(clinic_id=clinic_id, by=shell.actor(request), action="consent.exported", patient_id=patient_id)
    return proofs.table(clinic_id, said)


@needs(Permission.CHANGE_PATIENTS)
@require_POST
def stop(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """No text of any group goes to the person's number any more."""
    how = _how(request)
    if not how:
        return _page(request, patient_id, fault=_("Choose how the person said so."), status=422)
    if _with_phone(request, patient_id, actions.withdraw, how):
        messages.success(request, _("Texts are stopped."))
    return _back(patient_id)


@needs(Permission.CHANGE_PATIENTS)
@require_POST
def start(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The person wants texts again."""
    how = _how(request)
    if not how:
        return _page(request, patient_id, fault=_("Choose how the person said so."), status=422)
    if _with_phone(request, patient_id, actions.restore, how):
        messages.success(request, _("Texts may go again."))
    return _back(patient_id)


@needs(Permission.CHANGE_PATIENTS)
@require_POST
def privacy(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """How much a text to the person may say."""
    how = _how(request)
    chosen = next((one for one in PRIVACY_CHOICES if one.name.lower() == request.POST.get("level")), None)
    if chosen is None or not how:
        fault = _("Choose how much a text may say, and how the person said so.")
        return _page(request, patient_id, fault=fault, status=422)
    clinic_id, by = clinic_of(request), shell.actor(request)
    with clinic_scope(clinic_id):
        person = _known(request, patient_id)
        version = queries.clinical_shown(person.language, "").version
        shown_for = noting.agreed_for(person.phone_bi)
        if request.POST.get("agreed_for", shown_for) != shown_for:
            fault = _("A colleague has changed it meanwhile. Look at it, then do it again.")
            return _page(request, patient_id, fault=fault, status=409)
        try:
            is_new = actions.choose_privacy(
                clinic_id=clinic_id,
                patient_id=patient_id,
                level=chosen,
                how=how,
                by=by,
                phone_bi=person.phone_bi,
                text_version=version,
            )
        except NotTheirsAlone:
            fault = _(
                "Clinical words need a phone that is this person's alone. Others read this one, or there is none."
            )
            return _page(request, patient_id, fault=fault, status=422)
        if is_new:
            messaging.write_anew(clinic_id=clinic_id, phones=queries.phones_about(clinic_id, patient_id))
    messages.success(request, _("Noted. Texts that are written from now on go by it."))
    return _back(patient_id)


@needs(Permission.CHANGE_PATIENTS)
@require_POST
def right_number(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The number was checked and is the person's after all: the task about it is done too."""
    if request.POST.get("checked") != "yes":
        return _page(
            request, patient_id, fault=_("Check the number with the person first, then tick the box."), status=422
        )
    if _with_phone(request, patient_id, actions.clear_wrong_number, "staff"):
        messages.success(request, _("The number is right again."))
    return _back(patient_id)


def _with_phone(request: HttpRequest, patient_id: UUID, act: Any, how: str) -> bool:
    """Does it for the person's current number; returns whether anything changed."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        person = _known(request, patient_id)
        if person.phone_bi is None:
            return False
        done = act(
            clinic_id=clinic_id, patient_id=patient_id, phone_bi=person.phone_bi, how=how, by=shell.actor(request)
        )
        if done and act is actions.clear_wrong_number:
            source = f"patient:{patient_id}:{person.phone_bi.hex()}"
            tasks.finish(clinic_id=clinic_id, kind=TaskKind.WRONG_NUMBER, sources=[source], by=shell.actor(request))
    return bool(done)


def _known(request: HttpRequest, patient_id: UUID) -> PatientView:
    person = contacts.patient(clinic_of(request), patient_id)
    if person is None:
        raise Http404("no such patient")
    return person


def _how(request: HttpRequest) -> str:
    """How the person said it; empty where nothing of the list was chosen."""
    how = request.POST.get("how", "")
    return how if how in noting.SAID else ""


def _back(patient_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("patient", args=[patient_id]), status=303)
