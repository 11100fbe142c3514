"""The texts about a visit: values for the wordings, and links for those that carry one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.contacts.types import Reach
from recado.foundation.dates import When, moment_words
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging
from recado.messaging import queries as wording
from recado.messaging.types import LinkWish

from .models import Appointment
from .neutral_wordings import LEVELS
from .rooms import rooms_of
from .types import BookingStatus
from .waitlist_wordings import STAYS
from .wordings import BY_LINK, VALUES

KIND = "appointment"
MISSED, MISSED_BY_LINK = "visit_missed", "visit_missed_link"
UNHEARD = {**BY_LINK, "visit_check_in": "visit_today"}  # what goes where no answer would reach us
TEXTS = wording.wordings(LEVELS, VALUES)


def write(
    clinic_id: UUID,
    wanted: Sequence[tuple[Appointment, str]],
    people: Mapping[UUID, Reach] | None = None,
    *,
    purpose: Purpose = Purpose.CARE,
    wish: Callable[[Appointment, Reach], LinkWish] | None = None,
    stays: Collection[UUID] = (),
) -> list[wording.Written]:
    """The text of each (visit, template) in the patient's language, saying no more than they want said; questions by link
    where no answer would reach us. `wish`: where its link leads, else to the visit. `stays`: the patients who wait on the list.
    Call it inside `clinic_scope`."""
    clinic = clinics.clinic_settings(clinic_id)
    if people is None:
        people = consent.recipients(clinic_id, {visit.patient_id for visit, _ in wanted})
    way_of = wording.ways(clinic_id)
    for_phones = [
        (way_of(people[visit.patient_id].phone, purpose, None), visit, template) for visit, template in wanted
    ]
    wanted = [
        (
            visit,
            _by_whom(visit, template)
            if way is None or way.is_heard
            else UNHEARD.get(template, _by_whom(visit, template)),
        )
        for way, visit, template in for_phones
    ]
    writer = wording.writer(clinic_id, TEXTS, clinic.default_language)
    wanted, to_book = _missed_by_link(clinic_id, wanted, people, writer)
    said = consent.most_said(clinic_id, people.values())
    most = {name: said[name, person.phone_bi] for name, person in people.items()}
    linked = [
        writer.uses(template, most[visit.patient_id], people[visit.patient_id].language, "link")
        for visit, template in wanted
    ]
    wishes = [
        to_book[visit.patient_id, visit.service]
        if template == MISSED_BY_LINK
        else (wish or to_visit)(visit, people[visit.patient_id])
        for (visit, template), has_link in zip(wanted, linked, strict=True)
        if has_link
    ]
    made = iter(messaging.make_links(clinic_id=clinic_id, wishes=wishes))
    in_rooms = [
        visit.id
        for visit, template in wanted
        if writer.uses(template, most[visit.patient_id], people[visit.patient_id].language, "room")
    ]
    rooms = rooms_of(clinic_id, in_rooms) if in_rooms else {}

    def text(visit: Appointment, template: str, link: str) -> wording.Written:
        person = people[visit.patient_id]
        values = _values(clinic, visit, person, link, rooms, visit.patient_id in stays)
        return writer.write(template, most[visit.patient_id], person.language, values)

    return [
        text(visit, template, next(made) if has_link else "")
        for (visit, template), has_link in zip(wanted, linked, strict=True)
    ]


def _missed_by_link(
    clinic_id: UUID, wanted: Sequence[tuple[Appointment, str]], people: Mapping[UUID, Reach], writer: wording.Writer
) -> tuple[Sequence[tuple[Appointment, str]], Mapping[tuple[UUID, str], LinkWish]]:
    """Whoever can book such a visit by themselves is sent the link in place of the number to call, and the links. A clinic that
    has words of its own for one of the two and none for the other keeps them."""
    missed = {(visit.patient_id, visit.service) for visit, template in wanted if template == MISSED}
    if not missed or (MISSED in writer.own and MISSED_BY_LINK not in writer.own):
        return wanted, {}
    links: Mapping[tuple[UUID, str], LinkWish] = wired("LINKS_TO_BOOK", "missed")(clinic_id, missed, people)

    def fitting(visit: Appointment, template: str) -> str:
        return MISSED_BY_LINK if template == MISSED and (visit.patient_id, visit.service) in links else template

    return [(visit, fitting(visit, template)) for visit, template in wanted], links


def _by_whom(visit: Appointment, template: str) -> str:
    """Who cancelled is not said where another system did: "sorry" would be wrong to whoever asked for it."""
    is_theirs = template == "visit_cancelled_by_clinic" and visit.source_status == BookingStatus.CANCELLED
    return "visit_cancelled" if is_theirs else template


def to_visit(visit: Appointment, person: Reach) -> LinkWish:
    return LinkWish(KIND, visit.id, visit.patient_id, person.phone_bi, visit.starts_at)


def link_to_visit(*, clinic_id: UUID, visit_id: UUID, phone_bi: bytes | None) -> str:
    """The address of a visit's page, for whoever holds this phone. Call it inside `clinic_scope`. Raises LookupError."""
    visit = Appointment.objects.filter(clinic_id=clinic_id, id=visit_id).first()
    if visit is None:
        raise LookupError(str(visit_id))
    wish = LinkWish(KIND, visit.id, visit.patient_id, phone_bi, visit.starts_at)
    return messaging.make_links(clinic_id=clinic_id, wishes=[wish])[0]


def _values(
    clinic: ClinicSettings, visit: Appointment, person: Reach, link: str, rooms: Mapping[UUID, str], stays: bool
) -> dict[str, wording.Value]:
    return {
        "clinic": clinic.name,
        "phone": clinic.phone_shown,
        "name": person.first_name,
        "when": When(visit.starts_at, clinic.time_zone),
        "clinician": visit.clinician,
        "service": visit.service,
        "room": rooms.get(visit.id, ""),
        "link": link,
        "stays": wording.Spoken(STAYS) if stays else "",
    }


def choice_line(clinic: ClinicSettings, starts_at: datetime, name: str, language: str, *, with_name: bool) -> str:
    """One of the visits that we ask back about: the moment, and the first name where several people share a phone."""
    words = moment_words(When(starts_at, clinic.time_zone), language)
    return f"{name} {words}" if with_name and name else words
