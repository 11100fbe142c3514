"""A patient who is not on record yet, made while a time is held for them: a name, and what is needed to text them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.contacts import actions, queries
from recado.contacts.types import KnownAlready, PersonRecord
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.foundation.phone import BadPhone, Phone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.web import languages, numbers, shell
from recado.web.sign_in.at_work import clinic_of

LONGEST_NAME, LONGEST_PHONE = 120, 40
OLDEST = date(1895, 1, 1)


@dataclass(frozen=True, slots=True)
class Adding:
    """The form, with what was typed. `fault`: what keeps it from being saved, in `field`; `warning`: what gives pause once, and
    `sure` sent along adds the patient all the same."""

    name: str = ""
    phone: str = ""
    born: str = ""
    language: str = ""
    languages: tuple[tuple[str, str], ...] = ()
    field: str = ""
    fault: str = ""
    warning: str = ""
    sure: str = ""


def form(request: HttpRequest, *, field: str = "", fault: str = "", warning: str = "", sure: str = "") -> Adding:
    """What was typed to find somebody is their name, where it is none of the numbers by which people are found too."""
    given = request.POST
    sought = given.get("q", "")[:LONGEST_NAME].strip()
    name = given.get("name", "" if any(letter.isdigit() for letter in sought) else sought)[:LONGEST_NAME]
    language = given.get("language", clinics.clinic_settings(clinic_of(request)).default_language)
    names = tuple(languages.PATIENTS_NAMES.items())
    phone, born = given.get("phone", "")[:LONGEST_PHONE], given.get("born", "")[:10]
    return Adding(name, phone, born, language, names, field, fault, warning, sure)


def add(request: HttpRequest) -> UUID | Adding:
    """The patient who was added; or the form once more. Raises KnownAlready where somebody has this name, phone and birth date."""
    clinic_id, given = clinic_of(request), request.POST
    clinic = clinics.clinic_settings(clinic_id)
    name = " ".join(given.get("name", "")[:LONGEST_NAME].split())
    if not any(letter.isalpha() for letter in name):
        return form(request, field="name", fault=_("Write the patient's name."))
    try:
        phone, born = _phone(request, clinic), _born(request, clinic)
    except BadPhone as bad:
        return form(request, field="phone", fault=str(numbers.FAULTS.get(bad.code, numbers.FAULTS["not_possible"])))
    except ValueError:
        return form(request, field="born", fault=_("Choose a day that is past."))
    language = given.get("language", "")
    spoken = language if language in languages.PATIENTS_NAMES else clinic.default_language
    person = PersonRecord(None, name, phone, spoken, born)
    with clinic_scope(clinic_id):
        if (known := queries.known_as(clinic_id, person)) is not None:
            raise KnownAlready(known)
        sure = phone.e164 if phone else "none"
        warning = _pause(clinic_id, phone) if given.get("sure") != sure else ""
        if warning:
            return form(request, warning=warning, sure=sure)
        return actions.add_person(clinic_id=clinic_id, person=person, by=shell.actor(request))


def _phone(request: HttpRequest, clinic: ClinicSettings) -> Phone | None:
    typed = request.POST.get("phone", "")[:LONGEST_PHONE].strip()
    return read_phone(typed, clinic.country) if typed else None


def _born(request: HttpRequest, clinic: ClinicSettings) -> date | None:
    """Raises ValueError for what is no day, or none on which somebody alive was born."""
    typed = request.POST.get("born", "").strip()
    born = date.fromisoformat(typed) if typed else None
    if born is not None and not OLDEST <= born <= local(business_time.now(), clinic.time_zone).date():
        raise ValueError
    return born


def _pause(clinic_id: UUID, phone: Phone | None) -> str:
    """What somebody should know before a patient is added. Call it inside `clinic_scope`."""
    if phone is None:
        return _("Without a phone no text can reach this person.")
    others = [one.name for one in queries.patients_at(clinic_id, messaging.phone_index(clinic_id, phone))]
    return _("The number is also that of: %(names)s") % {"names": ", ".join(others)} if others else ""
