"""Times that staff may put into an answer, for a patient who wants another one: in the patient's language, each with its letter.
Nothing is sent or held until staff send it; then the letter moves the visit, as where the clinic asks by itself (`by_text`)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.conversations.types import Following, TimeWish
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.dates import When
from recado.messaging import queries as texts

from . import by_text, choosing, free, letters, times
from .models import Appointment, TimeOffer
from .types import ServiceView, Slot, SlotTaken, Suggested, VisitState

SEPARATOR = "|"


def suggested(clinic_id: UUID, visit_id: UUID, wish: TimeWish | None = None) -> Suggested | None:
    """The free times nearest to a visit that is booked here, or to what its patient wishes, and the words that offer them. None:
    nothing is free. Call it inside `clinic_scope`."""
    visit = Appointment.objects.filter(clinic_id=clinic_id, id=visit_id).first()
    service = _service(visit, business_time.now()) if visit else None
    found = choosing.near(clinic_id, visit, service, wish) if visit and service else []
    if visit is None or not found:
        return None
    keys = SEPARATOR.join(_key(slot) for slot in found)
    text = _text(visit, [slot.starts_at for slot in found]) if by_text.may_tell(visit) else ""
    return Suggested(visit_id, text, by_text.person_of(visit).language, tuple(found), keys)


def offer(
    *, clinic_id: UUID, visit_id: UUID, keys: str, text: str, by: Actor, leaves_at: datetime | None = None
) -> Following | None:
    """Holds the suggested times until an hour after the text leaves, and returns the question that a text with them asks. None: they don't stand in
    this text as they were suggested, so it offers nothing. Raises SlotTaken where one is free no more, or
    would be too soon for whoever reads it then; LookupError. Call it
    inside `clinic_scope` and the transaction that sends the text."""
    visit = Appointment.objects.select_for_update().filter(clinic_id=clinic_id, id=visit_id).first()
    if visit is None:
        raise LookupError(str(visit_id))
    wanted = keys.split(SEPARATOR)[: len(by_text.LETTERS)]
    if _lines(visit, [_moment(key) for key in wanted]) not in text:
        return None
    leaves = leaves_at or business_time.now()
    service = _service(visit, leaves)
    there = {_key(slot): slot for slot in _free(visit, service, wanted, leaves)} if service else {}
    if service is None or any(key not in there for key in wanted):
        raise SlotTaken
    return _hold(visit, service, [there[key] for key in wanted], leaves + by_text.HOLD, by)


def _hold(visit: Appointment, service: ServiceView, found: Sequence[Slot], until: datetime, by: Actor) -> Following:
    by_text.over(visit)
    if len(times.hold_several(visit, found, until, by)) < len(found):
        raise SlotTaken
    made = TimeOffer.objects.create(
        clinic_id=visit.clinic_id,
        visit_id=visit.id,
        revision=visit.revision,
        service_id=service.id,
        slots=[[slot.calendar_id, slot.starts_at.isoformat()] for slot in found],
        asked_at=business_time.now(),
        held_until=until,
    )
    closes = min(visit.starts_at, max(slot.starts_at for slot in found))
    return Following(by_text.KIND, made.id, closes, by_text.LETTERS[: len(found)])


def take_back(*, clinic_id: UUID, offer_ids: Collection[UUID]) -> None:
    """A text that offered times never left: they are held no longer. Call it inside `clinic_scope`."""
    rows = TimeOffer.objects.filter(clinic_id=clinic_id, id__in=offer_ids, state__in=by_text.ANSWERABLE)
    for visit in Appointment.objects.select_for_update().filter(
        clinic_id=clinic_id, id__in=list(rows.values_list("visit_id", flat=True))
    ):
        by_text.over(visit)


def _service(visit: Appointment, leaves: datetime) -> ServiceView | None:
    """The service of a visit that may be moved by a letter when a text leaves: staff may offer times that patients can't choose alone."""
    is_open = visit.state in (VisitState.BOOKED, VisitState.CONFIRMED) and visit.starts_at > leaves
    if not is_open or visit.source != times.OWN:
        return None
    return next((one for one in free.services(visit.clinic_id) if one.name == visit.service), None)


def _free(visit: Appointment, service: ServiceView, wanted: Sequence[str], leaves: datetime) -> list[Slot]:
    moments = [_moment(key) for key in wanted]
    end = max(moments) + timedelta(minutes=1)
    found = free.find(visit.clinic_id, service_id=service.id, start=min(moments), end=end, held_for=visit.id)
    return [slot for slot in found if slot.starts_at >= leaves + choosing.SOON]


def _key(slot: Slot) -> str:
    return f"{slot.calendar_id} {slot.starts_at.isoformat()}"


def _moment(key: str) -> datetime:
    """Raises SlotTaken for what names no time."""
    try:
        found = datetime.fromisoformat(key.partition(" ")[2])
    except ValueError:
        raise SlotTaken from None
    if found.tzinfo is None:
        raise SlotTaken
    return found


def _lines(visit: Appointment, moments: Sequence[datetime]) -> str:
    clinic = clinics.clinic_settings(visit.clinic_id)
    return by_text.choices(moments, clinic, by_text.person_of(visit).language)


def _text(visit: Appointment, moments: Sequence[datetime]) -> str:
    clinic, person = clinics.clinic_settings(visit.clinic_id), by_text.person_of(visit)
    most = consent.privacy_of(visit.clinic_id, [visit.patient_id])[visit.patient_id]
    values: dict[str, texts.Value] = {
        "clinic": clinic.name,
        "phone": clinic.phone_shown,
        "name": person.first_name,
        "when": When(visit.starts_at, clinic.time_zone),
        "clinician": visit.clinician,
        "link": "",
        "choices": _lines(visit, moments),
    }
    writer = texts.writer(visit.clinic_id, letters.TEXTS, clinic.default_language)
    return writer.write(by_text.OFFERED, most, person.language, values).text
