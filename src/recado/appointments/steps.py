"""What journeys ask of this room: where a visit stands, and the texts about it. Wired under ANCHORS."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from recado.consent import queries as consent
from recado.foundation import business_time
from recado.foundation.actors import ActorKind
from recado.journeys.types import Anchor, AnchorChange, AnchorState, AnchorView, Known, Letter, Sample
from recado.messaging import queries as wording

from . import firsts, letters, sampling
from .models import Appointment, Change
from .types import ChangeKind

STALE = timedelta(days=2)  # a text about a visit that is over
HOUR = timedelta(hours=1)
JUST_NOW = timedelta(minutes=15)  # a worker that was down for a moment still answers
_ACTS = (ChangeKind.BOOKED, ChangeKind.MOVED, ChangeKind.CANCELLED)
LATE_ARRIVAL = timedelta(hours=1)  # so long behind its time "I am here" still counts


def anchor_of(visit: Appointment, known: Mapping[str, Known] | None = None, *, has_just_acted: bool = False) -> Anchor:
    """Where a visit stands. `known`: what else conditions may ask of it (`firsts`); `has_just_acted`: see `_acted_on_by_patients`."""
    return Anchor(
        start=visit.starts_at,
        booked_at=visit.booked_at,
        state=AnchorState(visit.state),
        revision=visit.revision,
        end=visit.starts_at + visit.duration if visit.duration else None,
        fields={
            "service": visit.service,
            "clinician": visit.clinician,
            "site": visit.site,
            "lead_hours": (visit.starts_at - visit.booked_at) // HOUR,
            **(known or {}),
        },
        clinician_was=visit.clinician_was,
        has_just_acted=has_just_acted,
    )


def _acted_on_by_patients(clinic_id: UUID, visits: Iterable[Appointment]) -> set[UUID]:
    """Those whose time the patient has just chosen, or that they have just cancelled, and nobody has changed since. Whoever books in the evening for the next morning looks at their phone now,
    and when the hours for planned texts open the visit has begun. One statement where any was changed lately."""
    since = business_time.now() - JUST_NOW
    fresh = [visit.id for visit in visits if visit.updated_at >= since]
    if not fresh:
        return set()
    rows = Change.objects.filter(clinic_id=clinic_id, appointment_id__in=fresh, at__gte=since).order_by("at", "id")
    newest = {visit: done for visit, *done in rows.values_list("appointment_id", "kind", "actor_kind")}
    return {visit for visit, (kind, by) in newest.items() if kind in _ACTS and by == ActorKind.PATIENT}


def answers_of(visit: Appointment) -> frozenset[str]:
    """What the patient has answered since the visit was last set."""
    return frozenset(filter(None, (visit.answer, "change" if visit.wants_another_time else "")))


def changes(clinic_id: UUID, visits: Sequence[tuple[Appointment, bool]]) -> list[AnchorChange]:
    """These visits as journeys are told that they were set, each with whether it is new. Call it inside `clinic_scope`, when
    they are kept."""
    known = firsts.of(clinic_id, [visit.id for visit, _ in visits])
    acted = _acted_on_by_patients(clinic_id, [visit for visit, _ in visits])
    return [
        AnchorChange(
            letters.KIND,
            one.id,
            one.patient_id,
            anchor_of(one, known.get(one.id), has_just_acted=one.id in acted),
            answers_of(one),
            is_new=is_new,
        )
        for one, is_new in visits
    ]


def load(clinic_id: UUID, ids: Iterable[UUID]) -> dict[UUID, AnchorView]:
    """Call it inside `clinic_scope`."""
    visits = list(Appointment.objects.filter(clinic_id=clinic_id, id__in=list(ids)))
    known = firsts.of(clinic_id, [visit.id for visit in visits])
    acted = _acted_on_by_patients(clinic_id, visits)
    return {
        one.id: AnchorView(
            one.id,
            one.patient_id,
            anchor_of(one, known[one.id], has_just_acted=one.id in acted),
            answers_of(one),
            one.external_id,
        )
        for one in visits
    }


def compose(clinic_id: UUID, wanted: Sequence[tuple[UUID, str]]) -> list[Letter]:
    """The text of each (visit, template), in the order given. Call it inside `clinic_scope`."""
    if not wanted:
        return []
    visits = Appointment.objects.filter(clinic_id=clinic_id).in_bulk({visit_id for visit_id, _ in wanted})
    people = consent.recipients(clinic_id, {visit.patient_id for visit in visits.values()})
    texts = letters.write(clinic_id, [(visits[visit_id], template) for visit_id, template in wanted], people)
    return [
        Letter(
            text.text, people[visits[visit_id].patient_id].phone, _of_use_until(visits[visit_id], template), text.mark
        )
        for (visit_id, template), text in zip(wanted, texts, strict=True)
    ]


def _of_use_until(visit: Appointment, template: str) -> datetime:
    """Until the visit begins; what is said afterwards is of use for two days. Who is asked to say that they are here may be late."""
    if template == "visit_check_in":
        return visit.starts_at + LATE_ARRIVAL
    return visit.starts_at if visit.starts_at > business_time.now() else business_time.now() + STALE


def templates(clinic_id: UUID) -> Collection[str]:
    """The keys of the texts about a visit, the clinic's own among them."""
    return wording.keys_of(clinic_id, "visits") | letters.TEXTS.keys()


def samples(
    clinic_id: UUID, kind: str, templates: Collection[str], at: datetime | None = None
) -> Mapping[str, Mapping[str, Sample]]:
    """Texts about an invented visit, by key and language. Call it inside `clinic_scope`."""
    return sampling.samples(clinic_id, templates, at)


def answers(kind: str) -> Mapping[str, str]:
    """What a question about a visit offers."""
    return {"confirm": "confirmed", "change": "booked", "cancel": "cancelled"}
