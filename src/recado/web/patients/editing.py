"""What staff may put right about a patient: phone and language. Name, birth date and record number are the source's."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.consent import queries as consent
from recado.contacts import actions
from recado.contacts import queries as contacts
from recado.contacts.types import PatientView
from recado.foundation import audit
from recado.foundation.actors import Actor
from recado.foundation.phone import BadPhone, Phone, is_fictional, is_unusual, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind
from recado.web import languages, numbers, shell
from recado.web.patients import page, words
from recado.web.sign_in.at_work import clinic_of

LONGEST = 40  # letters of a phone number as people type it


@needs(Permission.CHANGE_PATIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """A form; what gives pause is said once, and saved when it is sent again unchanged."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        context = page.facts(request, patient_id)
        person: PatientView = context["person"]
        if request.method == "POST":
            asked = _save(request, person)
            if asked is None:
                return HttpResponseRedirect(reverse("patient", args=[patient_id]), status=303)
            context |= {"fault": asked.fault, "warnings": asked.pauses, "sure": asked.sure}
        else:
            audit.record(clinic_id=clinic_id, by=shell.actor(request), action="patient.open", patient_id=patient_id)
    context |= _typed(request, person) | {"languages": _languages(person.language)}
    status = 422 if request.method == "POST" else 200
    return shell.page(request, "recado/patients/edit.html", context, at="patients", status=status)


def _typed(request: HttpRequest, person: PatientView) -> dict[str, str]:
    shown = numbers.national(person.phone.e164) if person.phone else ""
    return {
        "phone_typed": request.POST.get("phone", shown)[:LONGEST],
        "language_typed": request.POST.get("language", person.language),
    }


def _languages(own: str) -> list[tuple[str, str]]:
    """What texts are written in, and the patient's own, whatever it is."""
    codes = dict.fromkeys((*languages.PATIENTS_NAMES, own))
    return [(code, words.language_name(code)) for code in codes]


@dataclass(frozen=True, slots=True)
class Asked:
    """Why it was not saved: what is wrong with the number, or what gives pause; `sure` sent along saves it all the same."""

    fault: str = ""
    pauses: tuple[str, ...] = ()
    sure: str = ""


def _save(request: HttpRequest, person: PatientView) -> Asked | None:
    """None: saved."""
    clinic_id = clinic_of(request)
    typed = request.POST.get("phone", "")[:LONGEST].strip()
    try:
        phone = read_phone(typed, clinics.clinic_settings(clinic_id).country) if typed else None
    except BadPhone as bad:
        return Asked(str(numbers.FAULTS.get(bad.code, numbers.FAULTS["not_possible"])))
    sure = messaging.phone_index(clinic_id, phone).hex() if phone else "none"
    if phone != person.phone and request.POST.get("sure") != sure:
        pauses = tuple(_pauses(clinic_id, person, phone))
        if pauses:
            return Asked(pauses=pauses, sure=sure)
    changed = actions.change_details(
        clinic_id=clinic_id,
        patient_id=person.id,
        language=_language(request, person.language),
        phone=phone,
        by=shell.actor(request),
    )
    if changed and person.phone_bi:
        messaging.write_anew(clinic_id=clinic_id, phones=[person.phone_bi])
    if phone is not None and phone != person.phone:
        _number_is_found(clinic_id, person.id, messaging.phone_index(clinic_id, phone), shell.actor(request))
    messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return None


def _number_is_found(clinic_id: UUID, patient_id: UUID, phone_bi: bytes, by: Actor) -> None:
    """What asked for another number of theirs is done, but where the new one is no better. What asks for that of somebody who is
    told in their place stays."""
    with clinic_scope(clinic_id):
        if (patient_id, phone_bi) in consent.standing_of(clinic_id, phones=[phone_bi], patients=[patient_id]).wrong:
            return
        theirs = {one.phone_bi for one in contacts.phones_of(clinic_id, patient_id)}
        others = {one.phone_bi for one in consent.carers_of(clinic_id, [patient_id])}
        sources = [f"patient:{patient_id}:{phone.hex()}" for phone in theirs - others]
        tasks.finish(clinic_id=clinic_id, kind=TaskKind.WRONG_NUMBER, sources=sources, by=by)


def _language(request: HttpRequest, own: str) -> str:
    wanted = request.POST.get("language", "")
    return wanted if wanted in languages.PATIENTS_NAMES else own


def _pauses(clinic_id: UUID, person: PatientView, phone: Phone | None) -> Iterator[str]:
    """What somebody should know before a number is kept."""
    if phone is None:
        yield _("Without a phone no text can reach this person.")
        return
    bi = messaging.phone_index(clinic_id, phone)
    if is_fictional(phone) and not wired("STANDING", "is_demo")():
        yield _("This number is reserved for films and tests: no text arrives there.")
    elif not is_fictional(phone) and is_unusual(phone):
        yield _("No numbering plan that we know has this number. Read it back to the person.")
    others = [one.name for one in contacts.patients_at(clinic_id, bi) if one.patient_id != person.id]
    if others:
        yield _("The number is also that of: %(names)s") % {"names": ", ".join(others)}
    standing = consent.standing_of(clinic_id, phones=[bi], patients=[person.id])
    if standing.withdrawn.get(bi):
        yield _("Texts to this number are stopped; they stay so until the person wants them again.")
    if (person.id, bi) in standing.wrong:
        yield _("This number was reported as somebody else's.")
