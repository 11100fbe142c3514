"""What is held about a person, as plain values: for a copy that the person may have.

Staff stand in it as "staff" and not by name: the copy is of the person's data, not of theirs. Times are of the clinic's zone.
"""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.appointments import queries as appointments
from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.contacts import queries as contacts
from recado.contacts.types import AddressView, PatientView
from recado.conversations import queries as conversations
from recado.documents import queries as documents
from recado.documents.types import DocumentKind
from recado.foundation import audit
from recado.messaging import queries as messaging
from recado.messaging.types import MessageView
from recado.tasks import queries as tasks
from recado.web.patient_forms import sheets

MOST = 100_000  # texts of one person; nobody has as many
Forms = dict[UUID, tuple[str, bytes]]
LAST = UUID(int=(1 << 128) - 1)


def everything(clinic_id: UUID, known: dict[str, Any], forms: Forms) -> dict[str, Any]:
    """All of it; `known` is what `page.facts` found, `forms` what `signed_forms` did. Call it inside `clinic_scope`; the caller audits."""
    person: PatientView = known["person"]
    zone: ZoneInfo = known["zone"]
    clinic = clinics.clinic_settings(clinic_id)
    return {
        "about": {"clinic": clinic.name, "made_at": _moment(known["now"], zone), "time_zone": clinic.time_zone},
        "person": {
            "name": person.name,
            "record_number": person.record_number,
            "birth_date": person.birth_date.isoformat() if person.birth_date else None,
            "language": person.language,
            "updated_at": _moment(person.updated_at, zone),
        },
        "phones": [_phone(one, zone) for one in known["phones"]],
        "visits": _visits(clinic_id, known["visits"], zone),
        "messages": _messages(clinic_id, known, zone),
        "notes": _notes(clinic_id, person.id, zone),
        "documents": _documents(clinic_id, person, zone),
        "permissions": _permissions(clinic_id, person, zone, forms),
        "tasks": _tasks(clinic_id, person.id, zone),
        "changes": _changes(clinic_id, known, zone),
        "audit": _audit(clinic_id, person.id, zone),
    }


def _moment(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else None


def _phone(one: AddressView, zone: ZoneInfo) -> dict[str, Any]:
    return {"number": one.phone.e164, "is_current": one.is_current, "since": _moment(one.since, zone)}


def _visits(clinic_id: UUID, visits: Any, zone: ZoneInfo) -> list[dict[str, Any]]:
    story: dict[UUID, list[dict[str, Any]]] = {}
    for change in reversed(appointments.story(clinic_id, [visit.id for visit in visits])):
        line = {
            "at": _moment(change.at, zone),
            "what": str(change.kind),
            "starts_at": _moment(change.starts_at, zone),
            "was_at": _moment(change.was_at, zone),
            "by": change.actor_kind,
        }
        story.setdefault(change.appointment_id, []).append(line)
    return [
        {
            "starts_at": _moment(visit.starts_at, zone),
            "minutes": visit.duration.total_seconds() / 60 if visit.duration else None,
            "clinician": visit.clinician,
            "service": visit.service,
            "site": visit.site,
            "state": str(visit.state),
            "wants_another_time": visit.wants_another_time,
            "source": visit.source,
            "source_id": visit.external_id,
            "story": story.get(visit.id, []),
        }
        for visit in visits
    ]


def _messages(clinic_id: UUID, known: dict[str, Any], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Both ways, the oldest first."""
    person: PatientView = known["person"]
    phones = list({one.phone_bi for one in known["phones"]})
    common: dict[str, Any] = {"current": person.phone_bi, "before": (known["now"], LAST), "limit": MOST}
    sent = messaging.texts_about(clinic_id, person.id, phones, **common)
    heard = conversations.readings_of(clinic_id, person.id, phones, **common)
    lines = [(message.at, _sent(message, zone)) for message in sent]
    for reading in heard:
        came = {"direction": "from the person", "text": reading.text, "understood_as": reading.understood}
        lines.append((reading.at, {"at": _moment(reading.at, zone), **came, "outcome": reading.outcome}))
    return [line for _at, line in sorted(lines, key=lambda one: one[0])]


def _sent(message: MessageView, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "at": _moment(message.at, zone),
        "direction": "to the person",
        "text": message.text,
        "purpose": message.purpose.name.lower(),
        "state": str(message.state),
        "rule": message.rule,
        "from": message.sender,
        "events": [
            {"at": _moment(event.at, zone), "what": event.kind.name.lower(), "reason": event.reason}
            for event in message.events
        ],
    }


def _notes(clinic_id: UUID, patient_id: UUID, zone: ZoneInfo) -> list[dict[str, Any]]:
    """What staff noted for one another in conversations about the person, the oldest first."""
    found = reversed(conversations.notes_about(clinic_id, patient_id, limit=MOST))
    return [{"at": _moment(note.at, zone), "text": note.text} for note in found]


def _documents(clinic_id: UUID, person: PatientView, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Which were sent and opened, and what came back of forms; what is in a document only its reader opens."""
    return [
        {
            "sent_at": _moment(one.sent_at, zone),
            "kind": str(one.kind),
            "title": one.title,
            "opened_at": _moment(one.opened_at, zone),
            "ends_at": _moment(one.expires_at, zone),
            "answers": _answers(clinic_id, one.id, person.language, zone) if one.kind is DocumentKind.FORM else None,
        }
        for one in documents.of_patients(clinic_id, [person.id], limit=MOST)
    ]


def _answers(clinic_id: UUID, document_id: UUID, language: str, zone: ZoneInfo) -> list[dict[str, Any]]:
    sheet = documents.held_sheet(clinic_id, document_id)
    return [
        {"sent_at": _moment(filled.at, zone), "answers": dict(sheets.lines(sheet, filled, language))}
        for filled in sheet.filled
    ]


def _permissions(clinic_id: UUID, person: PatientView, zone: ZoneInfo, forms: Forms) -> dict[str, Any]:
    clinic = clinics.clinic_settings(clinic_id)
    name, now = clinic.name, consent.choices(clinic_id, person.id, person.phone_bi, clinic.care_basis)
    return {
        "now": {choice.group.name.lower(): str(choice.stand) for choice in now},
        "ledger": [
            {
                "at": _moment(proof.at, zone),
                "what": proof.kind,
                "how": proof.how,
                "channel": proof.channel,
                "source": proof.source,
                "said_at": _moment(proof.said_at, zone),
                "text_version": proof.text_version,
                "text": shown.whole(proof.groups) if (shown := consent.agreed_to(proof.text_version, name)) else "",
                "signed_form": forms[proof.id][0] if proof.id in forms else None,
                "words": proof.words,
                "groups": [group.name.lower() for group in proof.groups],
                "by": proof.actor_kind,
            }
            for proof in consent.proofs(clinic_id, person.id, person.phone_bi, limit=MOST)
        ],
    }


def signed_forms(clinic_id: UUID, patient_id: UUID) -> dict[UUID, tuple[str, bytes]]:
    """The scans behind the entries of the ledger, each with its name in the copy. Call it inside `clinic_scope`; the caller
    audits."""
    found = (
        (name, consent.paper(clinic_id, patient_id, name)) for name in sorted(consent.papers_of(clinic_id, patient_id))
    )
    return {name: (f"signed-forms/{name}.{one[0].rpartition('/')[2]}", one[1]) for name, one in found if one}


def _tasks(clinic_id: UUID, patient_id: UUID, zone: ZoneInfo) -> list[dict[str, Any]]:
    return [
        {"raised_at": _moment(task.raised_at, zone), "what": str(task.kind), "done_at": _moment(task.done_at, zone)}
        for task in tasks.tasks_of(clinic_id, patient_id)
    ]


def _changes(clinic_id: UUID, known: dict[str, Any], zone: ZoneInfo) -> list[dict[str, Any]]:
    found = contacts.changes_of(clinic_id, known["person"].id, before=(known["now"], LAST), limit=MOST)
    return [{"at": _moment(one.at, zone), "what": str(one.kind), "by": one.actor_kind} for one in found]


def _audit(clinic_id: UUID, patient_id: UUID, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Who looked and what was done, without names or addresses of staff."""
    return [
        {"at": _moment(line.at, zone), "what": line.action, "by": line.actor_kind, "result": line.result}
        for line in audit.about_patient(clinic_id, patient_id)
    ]
