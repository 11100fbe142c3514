"""The texts of an offer: the time and how to take it, by reply where the answer reaches us, by link where it would not or where
the text may not say what is on offer; and what became of it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from recado.consent import queries as consent
from recado.consent.types import Privacy, Purpose
from recado.contacts.types import Reach
from recado.conversations.types import OFFER, OfferTo
from recado.foundation.ids import new_id
from recado.messaging import queries as texts
from recado.messaging.types import Intent, LinkWish

from . import letters
from . import waitlist_rows as rows
from .models import Appointment, FreedTime, WaitEntry

TEXT, BY_LINK = "waitlist_offer", "waitlist_offer_by_link"
TEXT_OF = {"won": "waitlist_won", "too_late": "waitlist_gone", "over": "waitlist_over", "declined": "waitlist_declined"}


def to_people(row: FreedTime, patient_ids: Sequence[UUID]) -> list[OfferTo]:
    """The offer of a time, written to each of these people who is on record, in their order. As many statements for ten as
    for one. Call it inside `clinic_scope`."""
    people = consent.recipients(row.clinic_id, patient_ids)
    most = consent.privacy_of(row.clinic_id, people.keys())
    way_of = texts.ways(row.clinic_id)
    names = {patient: new_id() for patient in patient_ids if patient in people}
    written = _write(row, dict.fromkeys(names, TEXT), names, people)
    made = []
    for (patient, name), text in zip(names.items(), written, strict=True):
        way = way_of(people[patient].phone, Purpose.CARE, None)
        is_by_link = most[patient] is Privacy.NEUTRAL or (way is not None and not way.is_heard)
        intent = Intent(Purpose.CARE, text.text, people[patient].phone, patient, wording=text.mark)
        made.append(OfferTo(patient, intent, name, is_by_link))
    return made


def fresh_link(row: FreedTime, patient_id: UUID, offered_id: UUID) -> str:
    """The offer of a time once more, with a new link. Call it inside `clinic_scope`."""
    people = consent.recipients(row.clinic_id, [patient_id])
    return _write(row, {patient_id: BY_LINK}, {patient_id: offered_id}, people)[0].text


def won(row: FreedTime, person: Reach) -> Intent:
    """What somebody is told to whom staff gave the time. Call it inside `clinic_scope`."""
    wanted = [(rows.as_visit(row, person.patient_id), TEXT_OF["won"])]
    text = letters.write(row.clinic_id, wanted, {person.patient_id: person})[0]
    return Intent(Purpose.CARE, text.text, person.phone, person.patient_id, ref=f"freed:{row.id}", wording=text.mark)


def outcome(row: FreedTime, patient_ids: Sequence[UUID], which: str) -> list[str]:
    """What each of these people is told, in their order: a key of TEXT_OF. Call it inside `clinic_scope`."""
    wanted = [(rows.as_visit(row, patient), TEXT_OF[which]) for patient in patient_ids]
    waiting = WaitEntry.objects.filter(clinic_id=row.clinic_id, state="waiting", patient_id__in=patient_ids)
    stays = set(waiting.values_list("patient_id", flat=True))
    return [one.text for one in letters.write(row.clinic_id, wanted, purpose=Purpose.ANSWER, stays=stays)]


def _write(
    row: FreedTime, wanted: Mapping[UUID, str], names: Mapping[UUID, UUID], people: Mapping[UUID, Reach]
) -> list[texts.Written]:
    def to_offer(visit: Appointment, person: Reach) -> LinkWish:
        return LinkWish(OFFER, names[visit.patient_id], visit.patient_id, person.phone_bi, row.starts_at)

    visits = [(rows.as_visit(row, patient), template) for patient, template in wanted.items()]
    return letters.write(row.clinic_id, visits, people, wish=to_offer)
