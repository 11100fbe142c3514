"""Documents of the demo clinic, one in each state: sent, asked for, opened and taken back by the product's own actions, at the moments at
which that would have been done."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.appointments import queries as appointments
from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.contacts.types import PatientView
from recado.documents import actions
from recado.documents.types import Claim, DocumentKind, Wish
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker as journeys
from recado.launch.demo_past import carry
from recado.messaging import actions as messaging
from recado.messaging.models import Message
from recado.messaging.types import LinkWish

PAPER = "paper"
MORNING = time(9, 5)  # the hours for planned texts have begun
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOOKS = (timedelta(0), 2 * DAY + HOUR, 3 * DAY + 2 * HOUR)  # after sending, when its journey may have something to do


@dataclass(frozen=True, slots=True)
class _Paper:
    """`ago`: since it was sent. `opens`, `asks`: so long after, the patient opens it, or asks for a code and goes no further."""

    kind: DocumentKind
    title: str
    ago: timedelta
    lives: timedelta = 30 * DAY
    opens: timedelta | None = None
    asks: timedelta | None = None
    is_taken_back: bool = False
    asks_call: bool = False
    words: str = ""


PAPERS = (
    _Paper(
        DocumentKind.RESULT, "Blood test", 26 * HOUR, opens=7 * HOUR, words="All values are fine. See you in spring."
    ),
    _Paper(DocumentKind.RESULT, "Blood test", 8 * DAY),
    _Paper(DocumentKind.LETTER, "Letter to your dentist", 5 * HOUR, asks=2 * HOUR),
    _Paper(DocumentKind.LETTER, "Referral to the eye clinic", 3 * DAY, opens=9 * HOUR),
    _Paper(DocumentKind.PICTURE, "X-ray of the wrist", 2 * DAY, is_taken_back=True),
    _Paper(DocumentKind.LETTER, "Sick note", 9 * DAY, lives=7 * DAY, opens=HOUR),
    _Paper(DocumentKind.RESULT, "Cardiogram", 20 * HOUR, asks_call=True),
)


def load(clinic_id: UUID, by: Actor) -> int:
    """Sends the demo's documents. Returns how many."""
    now = business_time.now()
    sender = next((one for one in clinics.staff(clinic_id) if one.role.code == "clinician"), None)
    author = Actor(ActorKind.STAFF, str(sender.user_id)) if sender else by
    people = _people(clinic_id, now)
    made: list[tuple[datetime, Callable[[], object]]] = []
    for paper, person in zip(PAPERS, people, strict=False):
        made += _acts(clinic_id, paper, person, now, author)
    made += [(morning, lambda: None) for morning in _mornings(clinic_id, now)]
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        for moment, act in sorted(made, key=lambda one: one[0]):
            with business_time.standing_at(moment):
                act()
                while journeys.run_due(connection):
                    pass
                carry(clinic_id, moment)
    carry(clinic_id, now)  # what waited for the hours of planned texts
    return min(len(PAPERS), len(people))


def _mornings(clinic_id: UUID, now: datetime) -> list[datetime]:
    """When what was written at night leaves: a demo that is begun in the evening has the same past as one of the morning."""
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    first = min(now - paper.ago for paper in PAPERS).astimezone(zone).date()
    days = (now.astimezone(zone).date() - first).days + 1
    at = (datetime.combine(first + timedelta(days=ahead), MORNING, zone) for ahead in range(days))
    return [moment for moment in at if moment < now]


def _people(clinic_id: UUID, now: datetime) -> list[PatientView]:
    """Who can be sent one: with a visit to come, a phone of their own and a date of birth."""
    with clinic_scope(clinic_id):
        coming = appointments.between(clinic_id, now, now + 14 * DAY)
        known: Mapping[UUID, PatientView] = contacts.patients(clinic_id, [visit.patient_id for visit in coming])
        reached = consent.recipients(clinic_id, known.keys())
    ids = dict.fromkeys(visit.patient_id for visit in reversed(coming))
    fit = [known[one] for one in ids if known[one].birth_date and reached[one].phone]
    return fit[-len(PAPERS) :]


def _acts(
    clinic_id: UUID, paper: _Paper, person: PatientView, now: datetime, by: Actor
) -> list[tuple[datetime, Callable[[], object]]]:
    """What is done with a document, and when. The acts share the id that sending makes."""
    sent_at, names = now - paper.ago, list[UUID]()

    def opened(is_typed: bool) -> None:
        token = _token(clinic_id, names[0], person)
        actions.ask_code(token)
        if is_typed:
            actions.try_open(token, Claim(_code(clinic_id, person.id), person.birth_date))

    acts: list[tuple[datetime, Callable[[], object]]] = [
        (sent_at, lambda: names.append(_send(clinic_id, paper, person, by))),
        *((sent_at + look, lambda: None) for look in LOOKS[1:] if sent_at + look < now),
    ]
    if paper.asks:
        acts.append((sent_at + paper.asks, lambda: opened(is_typed=False)))
    if paper.opens:
        acts.append((sent_at + paper.opens, lambda: opened(is_typed=True)))
    if paper.is_taken_back:
        back = lambda: actions.revoke(clinic_id=clinic_id, document_id=names[0], by=by)  # noqa: E731
        acts.append((sent_at + HOUR, back))
    return acts


def _send(clinic_id: UUID, paper: _Paper, person: PatientView, by: Actor) -> UUID:
    intake = actions.intake()
    intake.write(_pdf(paper.title))
    wish = Wish(paper.kind, paper.title, paper.words, paper.lives, paper.asks_call)
    return actions.send(clinic_id=clinic_id, patient_id=person.id, intake=intake, wish=wish, by=by)


def _token(clinic_id: UUID, document_id: UUID, person: PatientView) -> str:
    """As the text's own link, whose token only the phone knows."""
    with clinic_scope(clinic_id):
        wish = LinkWish(PAPER, document_id, person.id, person.phone_bi, business_time.now() + DAY)
        return messaging.make_links(clinic_id=clinic_id, wishes=[wish])[0].rsplit("/", 1)[1]


def _code(clinic_id: UUID, patient_id: UUID) -> str:
    """As the phone shows it."""
    with clinic_scope(clinic_id):
        texts = Message.objects.filter(clinic_id=clinic_id, patient_id=patient_id, purpose=Purpose.VERIFY)
        row = texts.order_by("-at", "-id")[0]
        body = keys_for(clinic_id).open("message.body", row.id.bytes, bytes(row.body_ct)).decode()
    found = re.search(r"\b\d{6}\b", body)
    assert found
    return found[0]


def _pdf(title: str) -> bytes:
    """A page with a title on it."""
    line = f"BT /F1 20 Tf 72 740 Td ({title}) Tj ET BT /F1 12 Tf 72 710 Td (Harbour Street Clinic, an invented clinic.) Tj ET"
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    parts = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources {font} >>",
        f"<< /Length {len(line)} >>\nstream\n{line}\nendstream",
    )
    made, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return f"{made}xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}{end}".encode()
