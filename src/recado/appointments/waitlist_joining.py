"""A patient joins the waitlist by themselves: for an earlier time than a visit they have, or for any time of a service.

Whoever asks to be told agrees by it to texts about their care: kept with its proof, as every agreement is.
"""

from datetime import timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent import actions as agreeing
from recado.consent import queries as consent
from recado.consent.types import PurposeGroup, Stand
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.clock import local

from . import free, wait_entries, waves
from . import waitlist_rows as rows
from .models import Appointment
from .types import ServiceView
from .waitlist_types import OwnWish

SOONEST = timedelta(hours=2)  # before a visit: an earlier time could hardly be offered and reached


def may_wait(clinic_id: UUID, visit: Appointment) -> bool:
    """Whether its patient may ask for an earlier time: a visit to come, of a service that the clinic books here. Call it
    inside `clinic_scope`."""
    is_ahead = visit.state in rows.AHEAD and visit.starts_at - business_time.now() > SOONEST
    return is_ahead and service_of(clinic_id, visit) is not None


def service_of(clinic_id: UUID, visit: Appointment) -> ServiceView | None:
    """The bookable service of a visit, by its name."""
    name = visit.service.casefold()
    return next((one for one in free.services(clinic_id) if name and one.name.casefold() == name), None)


def join(
    *,
    clinic_id: UUID,
    patient_id: UUID,
    phone_bi: bytes | None,
    visit_id: UUID | None,
    wish: OwnWish,
    language: str,
    how: str,
    by: Actor,
) -> UUID:
    """Puts somebody on the list who asked for it themselves. `how`: as in consent, `link` or `sms`. `language`: in which they
    were told what they agree to. Call it inside `clinic_scope`. Raises ValueError as `wait_entries.join`."""
    own = Appointment.objects.filter(clinic_id=clinic_id, patient_id=patient_id)
    visit = own.filter(id=visit_id).first() if visit_id else None
    agree(clinic_id=clinic_id, patient_id=patient_id, phone_bi=phone_bi, language=language, how=how, by=by)
    clinic = clinics.clinic_settings(clinic_id)
    until = wish.until
    if visit is not None:
        of_visit = local(visit.starts_at, clinic.time_zone).date()
        until = min(until, of_visit) if until else of_visit
    return wait_entries.join(
        clinic_id=clinic_id,
        patient_id=patient_id,
        by=by,
        visit_id=visit.id if visit else None,
        clinician=wish.clinician,
        service=visit.service if visit else wish.service,
        days=wish.days,
        from_minute=wish.from_minute,
        to_minute=wish.to_minute,
        notice=wish.notice,
        until=until,
    )


def agree(*, clinic_id: UUID, patient_id: UUID, phone_bi: bytes | None, language: str, how: str, by: Actor) -> None:
    """They may be texted about their care: what stood against it goes, and what they were shown is kept as proof."""
    clinic = clinics.clinic_settings(clinic_id)
    choices = consent.choices(clinic_id, patient_id, phone_bi, clinic.care_basis)
    stand = next(one.stand for one in choices if one.group is PurposeGroup.CARE)
    if stand is Stand.PERMITTED:
        return
    only = [PurposeGroup.CARE]
    if stand is Stand.STOPPED and phone_bi is not None:
        agreeing.restore(clinic_id=clinic_id, phone_bi=phone_bi, groups=only, how=how, by=by, patient_id=patient_id)
    version = consent.shown(language, clinic.name).version
    agreeing.permit(clinic_id=clinic_id, patient_id=patient_id, groups=only, how=how, by=by, text_version=version)


ANY_TIME = OwnWish(days=waves.ALL_DAYS, from_minute=0, to_minute=waves.DAY_END)
"""What somebody waits for who only says that they want to come sooner."""
