"""Clinics, people, visits and texts for tests. Everything is made by the actions that the product itself uses."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from recado.appointments import actions as appointments
from recado.appointments.models import Appointment
from recado.appointments.types import Announce, Booking, BookingOutcome
from recado.clinics import actions as clinics
from recado.clinics.types import NO_QUIET_HOURS, ClinicSettings
from recado.consent import actions as consent
from recado.consent.queries import said_of
from recado.consent.types import Purpose, PurposeGroup
from recado.contacts import actions as contacts
from recado.contacts.types import PersonRecord
from recado.conversations import actions as conversations
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.carriers import forget_routes
from recado.messaging.types import Delivery, InboundText, Intent
from tests import cluster

CARRIER = 1
NUMBER = "+447700900100"  # ours, of the first clinic
DAY = timedelta(days=1)


# ------------------------------------------------------------------------------------------------ clinics


def make_clinic(
    slug: str = "harbour-street", *, has_quiet_hours: bool = False, has_guard: bool = False, **more: Any
) -> ClinicSettings:
    """A clinic; without quiet hours unless asked for, so that a test doesn't depend on the time of day, and without the
    guard of one number, so that it may say the same many times."""
    given = {"name": "Harbour Street Clinic", "time_zone": "Europe/London", "phone_shown": "020 7946 0100"} | more
    if not has_quiet_hours:
        given.setdefault("quiet_hours", NO_QUIET_HOURS)
    if not has_guard:
        given = {"repeat_guard": timedelta(0), "most_an_hour": 0} | given
    return clinics.create_clinic(slug=slug, by=OPERATOR, **given)


def furnish(clinic_id: UUID, number: str = NUMBER, *, keyword: str = "", carrier: int = CARRIER) -> str:
    """A carrier account (made once) and a receiving number for a clinic."""
    sealed = keys_for(SYSTEM_CLINIC).seal("carrier.settings", carrier.to_bytes(16, "big"), json.dumps({}).encode())
    with connect(Role.MAINTENANCE) as connection:
        connection.execute(
            "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
            "VALUES (%s, %s, 'smpp', %s, true, 'new') ON CONFLICT DO NOTHING",
            (carrier, f"Carrier {carrier}", sealed),
        )
        connection.execute(
            "INSERT INTO messaging_receivingnumber (id, clinic_id, carrier_id, address, keyword) "
            "VALUES (%s, %s, %s, %s, %s)",
            (new_id(), clinic_id, carrier, number, keyword),
        )
    forget_routes()
    return number


def make_furnished(slug: str = "harbour-street", *, number: str = NUMBER, **more: Any) -> ClinicSettings:
    """A clinic that can send."""
    clinic = make_clinic(slug, **more)
    furnish(clinic.id, number)
    return clinic


# ------------------------------------------------------------------------------------------------ people and visits


def phone(last: int = 321) -> Phone:
    """A number reserved for fiction: 0 to 999."""
    return Phone(f"+447700900{last:03}")


def person(last: int = 321, name: str = "Eleanor Whitcombe", **more: Any) -> PersonRecord:
    """A person with a phone that ends in `last`, and a record number of it."""
    given: dict[str, Any] = {
        "record_number": f"R-{last}",
        "name": name,
        "phone": phone(last),
        "language": "en",
        "birth_date": date(1948, 3, 14),
    }
    return PersonRecord(**(given | more))


def make_patient(clinic_id: UUID, last: int = 321, **more: Any) -> UUID:
    """A patient on record."""
    with clinic_scope(clinic_id):
        (made,) = contacts.record_people(clinic_id=clinic_id, people=[person(last, **more)])
    return made.patient_id


def booking(name: str = "A-1", who: PersonRecord | None = None, *, ahead: timedelta = 10 * DAY, **more: Any) -> Booking:
    """A visit `ahead` of business time."""
    given: dict[str, Any] = {"clinician": "Nurse Silva", "service": "Blood test", "duration": timedelta(minutes=15)}
    given["start"] = (business_time.now() + ahead).replace(second=0, microsecond=0)
    return Booking(external_id=name, person=who or person(), **(given | more))


def record(
    clinic_id: UUID, *bookings: Booking, announce: Announce = Announce.AUTO, source: str = "csv", **more: Any
) -> BookingOutcome:
    """Records visits as an import does."""
    return appointments.record_bookings(
        clinic_id=clinic_id, source=source, bookings=bookings, announce=announce, by=OPERATOR, **more
    )


def release(clinic_id: UUID, announce: Announce = Announce.ALL, source: str = "csv") -> None:
    """Lets what an import would tell go."""
    appointments.settle_announcements(clinic_id=clinic_id, source=source, announce=announce, by=OPERATOR)


def visit(clinic_id: UUID, name: str = "A-1") -> Appointment:
    """The visit as it stands."""
    with clinic_scope(clinic_id):
        return Appointment.objects.get(clinic_id=clinic_id, external_id=name)


def advance(step: timedelta) -> datetime:
    """Moves business time on."""
    return business_time.advance_to(business_time.now() + step)


# ------------------------------------------------------------------------------------------------ texts


def went_over(clinic_id: UUID, message_id: UUID) -> None:
    """A text has left its first carrier, and what it was to leave from there."""
    put = "INSERT INTO messaging_movedtext (clinic_id, message, carrier, sender) VALUES (%s, %s, %s, '+447700900199')"
    sql(put, (clinic_id, message_id, CARRIER + 1))


def intent(last: int = 321, text: str = "Your visit is on Thursday.", **more: Any) -> Intent:
    """A text about care."""
    return Intent(more.pop("purpose", Purpose.CARE), text, more.pop("phone", phone(last)), **more)


def send(clinic_id: UUID, *intents: Intent) -> list[Delivery]:
    """Sends texts as a room does."""
    with clinic_scope(clinic_id):
        return messaging.send(clinic_id=clinic_id, intents=intents, by=OPERATOR)


def stop(clinic_id: UUID, last: int = 321) -> UUID | None:
    """The owner of a phone writes STOP."""
    with clinic_scope(clinic_id):
        return messaging.stop(clinic_id=clinic_id, phone=phone(last), how="sms", by=OPERATOR, language="en")


def start(clinic_id: UUID, last: int = 321) -> UUID | None:
    """The owner of a phone writes START."""
    with clinic_scope(clinic_id):
        return messaging.start(clinic_id=clinic_id, phone=phone(last), how="sms", by=OPERATOR, language="en")


def silence(clinic_id: UUID, last: int, *groups: PurposeGroup) -> None:
    """The owner of a phone wants none of these texts."""
    with clinic_scope(clinic_id):
        phone_bi = messaging.phone_index(clinic_id, phone(last))
        consent.withdraw(clinic_id=clinic_id, phone_bi=phone_bi, how="page", by=OPERATOR, groups=groups)


def unsilence(clinic_id: UUID, last: int, *groups: PurposeGroup) -> None:
    """They want them again."""
    with clinic_scope(clinic_id):
        phone_bi = messaging.phone_index(clinic_id, phone(last))
        consent.restore(clinic_id=clinic_id, phone_bi=phone_bi, how="page", by=OPERATOR, groups=groups)


def silent_groups(clinic_id: UUID, last: int = 321) -> set[PurposeGroup]:
    """What a phone gets no texts about."""
    with clinic_scope(clinic_id):
        phone_bi = messaging.phone_index(clinic_id, phone(last))
        return set(said_of(clinic_id, phone_bi=phone_bi, patient_id=None).withdrawn)


def hear(clinic_id: UUID, text: str, last: int = 321, *, number: str = NUMBER, at: datetime | None = None) -> str:
    """A text of a person is read. Returns the outcome."""
    heard = InboundText(new_id(), clinic_id, phone(last), number, text, at or business_time.now())
    with clinic_scope(clinic_id):
        return conversations.receive(heard)


def wordings(clinic_id: UUID, last: int | None = None) -> list[str]:
    """The words of every text that may leave, oldest first; of one phone or of all."""
    from recado.messaging.models import Message

    keys = keys_for(clinic_id)
    with clinic_scope(clinic_id):
        rows = Message.objects.filter(clinic_id=clinic_id).exclude(verdict="never").order_by("id")
        if last is not None:
            rows = rows.filter(phone_bi=messaging.phone_index(clinic_id, phone(last)))
        return [keys.open("message.body", row.id.bytes, bytes(row.body_ct)).decode() for row in rows]


# ------------------------------------------------------------------------------------------------ past row security


def sql(statement: str, parameters: Sequence[object] | dict[str, object] | None = None) -> list[tuple[Any, ...]]:
    """Runs a statement as the superuser, who sees every row."""
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as connection:
        cursor = connection.execute(statement, parameters)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


def events_of(message_id: UUID | bytes) -> list[int]:
    """The kinds of a message's events, in order."""
    name = message_id if isinstance(message_id, UUID) else UUID(bytes=message_id)
    return [row[0] for row in sql("SELECT kind FROM messaging_event WHERE message = %s ORDER BY at, kind", (name,))]


def queued() -> set[UUID]:
    """What waits in the outbox."""
    return {row[0] for row in sql("SELECT id FROM messaging_outbox")}
