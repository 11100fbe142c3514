"""The demo clinic: invented people, two weeks of appointments, a simulated carrier and its number."""

import json
import time as time_of
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from recado.appointments import actions as appointments
from recado.appointments.types import Announce
from recado.clinics import actions as clinics
from recado.clinics import queries as clinic_queries
from recado.clinics.roles import ROLES
from recado.clinics.types import ClinicSettings, LinkKind, NoSuchClinic, Refused
from recado.contacts import queries as contacts
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.crypto import SYSTEM_CLINIC, plain_letters
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions as journeys
from recado.journeys import queries as journey_queries
from recado.launch import (
    demo_answers,
    demo_dialogues,
    demo_documents,
    demo_forms,
    demo_inbox,
    demo_pages,
    demo_past,
    demo_questions,
    demo_services,
    demo_surveys,
    demo_teams,
    demo_waitlist,
    sample,
)
from recado.launch.demo_care import load as load_care
from recado.launch.demo_people import PATIENTS, STAFF, VISITORS
from recado.launch.models import DemoMark
from recado.messaging import actions as messaging
from recado.messaging import queries as messaging_queries
from recado.messaging.carriers import forget_routes
from recado.webhooks import actions as webhooks
from recado.webhooks import queries as webhook_queries
from recado.webhooks.types import Tells

SLUG = "harbour-street"
SOURCE = "demo"
CARRIER_ID = 1
CARRIER_NAME = "Northline (simulated)"
FIRST_NUMBER = 100  # +44 7700 900100: the demo clinic's; clinics made later get the next ones
LAST_NUMBER = 199
AHEAD = range(1, 15)  # days
MET_FIRST = 6  # on the phones, one in each language of the staff; their visits are booked here
WAY_IN_LASTS = timedelta(hours=12)
PRICE = "0.036"  # pounds a part, invented: the simulated carrier bills nobody
DEMO = Actor(ActorKind.SYSTEM, "demo")


@dataclass(frozen=True, slots=True)
class Made:
    clinics: int
    patients: int
    appointments: int


_known_demo: dict[str, bool] = {}


def is_demo() -> bool:
    """Whether this database was created as a demo. Once it is one, it stays one, so a yes is asked once."""
    if not _known_demo.get("yes"):
        _known_demo["yes"] = DemoMark.objects.exists()
    return _known_demo["yes"]


def is_connected() -> bool:
    """Whether a carrier beside the simulated one may take texts of this demo out of this computer."""
    return is_demo() and messaging_queries.has_other_carriers(than=CARRIER_ID)


def demo_clinic() -> UUID:
    """The demo's own clinic. Raises NoSuchClinic."""
    return clinic_queries.clinic_by_slug(SLUG).id


def ways_in() -> dict[str, str]:
    """A token for each role of the demo, which lets its first person in once, within half a day."""
    clinic_id = demo_clinic()
    first: dict[str, UUID] = {}
    for person in clinic_queries.staff(clinic_id):
        first.setdefault(person.role.code, person.user_id)
    return {
        role: clinics.make_sign_in_link(
            clinic_id=clinic_id, user_id=user_id, kind=LinkKind.DEMO, lasts=WAY_IN_LASTS, by=DEMO
        )
        for role, user_id in first.items()
    }


def load() -> Made:
    """Fills a new database and marks it as a demo. Nothing where the mark stands already; what an interrupted load has
    made is found again."""
    if is_demo():
        return Made(0, 0, 0)
    add_carrier()
    clinic = _clinic()
    with suppress(Refused):
        clinics.add_site(clinic_id=clinic.id, name="Harbour Street", address="12 Harbour Street, ground floor", by=DEMO)
    for person in STAFF:
        email = f"{plain_letters(person.name.split()[0])}@harbour-street.example"
        with suppress(Refused):
            clinics.add_staff(clinic_id=clinic.id, email=email, name=person.name, role=ROLES[person.role], by=DEMO)
    demo_teams.load(clinic.id, DEMO)
    demo_waitlist.past(clinic, DEMO)
    visits = demo_past.load(clinic, DEMO)
    bookings = sample.bookings(
        business_time.now(), clinic.time_zone, days=AHEAD, prefix="HS", site="Harbour Street", only_if_asked=True
    )
    first, bookings = bookings[:MET_FIRST], bookings[MET_FIRST:]
    appointments.record_bookings(
        clinic_id=clinic.id, source=SOURCE, bookings=bookings, announce=Announce.NONE, by=DEMO, is_first_import=True
    )
    appointments.settle_announcements(clinic_id=clinic.id, source=SOURCE, announce=Announce.NONE, by=DEMO)
    demo_surveys.load(clinic, DEMO)
    booked = demo_services.load(clinic, first, DEMO)
    demo_past.ask(clinic.id)
    demo_inbox.load(clinic.id, DEMO)
    load_care(clinic, DEMO)
    demo_waitlist.load(clinic.id, DEMO)
    demo_pages.load(clinic.id, DEMO)
    demo_dialogues.load(clinic.id, DEMO)
    demo_answers.load(clinic.id, DEMO)
    demo_questions.load(clinic.id)
    demo_forms.load(clinic.id, DEMO)
    demo_documents.load(clinic.id, DEMO)
    demo_teams.load(clinic.id, DEMO)
    _begin_a_journey(clinic.id)
    _add_a_webhook(clinic.id)
    with connect(Role.MAINTENANCE) as connection:
        connection.execute("INSERT INTO launch_demomark (id, made_at) VALUES (1, now()) ON CONFLICT DO NOTHING")
    return Made(1, len(PATIENTS) + len(VISITORS), visits + len(bookings) + booked)


def _begin_a_journey(clinic_id: UUID) -> None:
    """A ready journey that somebody has taken, had played over the calendar, and not published yet."""
    ready = next(one for one in journey_queries.GALLERY if one.plan.key == "same_day")
    with clinic_scope(clinic_id):
        journeys.begin(clinic_id=clinic_id, key="same_day", name=ready.title, plan=ready.plan, by=DEMO)
        journeys.play_draft(clinic_id=clinic_id, key="same_day", days=7, by=DEMO)


def _add_a_webhook(clinic_id: UUID) -> None:
    """A system that may be told, at an address that leads nowhere. No journey of the demo calls it."""
    url = "https://records.harbour-street.example/recado"
    with clinic_scope(clinic_id):
        if not webhook_queries.names(clinic_id):
            webhooks.add(clinic_id=clinic_id, name="Patient records", url=url, tells=[Tells.TIME], by=DEMO)


def _clinic() -> ClinicSettings:
    try:
        return clinic_queries.clinic_by_slug(SLUG)
    except NoSuchClinic:
        made = clinics.create_clinic(
            slug=SLUG,
            name="Harbour Street Clinic",
            time_zone="Europe/London",
            phone_shown="020 7946 0100",
            address="12 Harbour Street",
            by=DEMO,
        )
        furnish(made.id)
        return made


def add_carrier() -> None:
    """The simulated carrier; how to reach it stands in the simulator's own notice, not here. Its price is invented."""
    sealed = keys_for(SYSTEM_CLINIC).seal(
        "carrier.settings", CARRIER_ID.to_bytes(16, "big"), json.dumps({"simulator": True}).encode()
    )
    with connect(Role.MAINTENANCE) as connection:
        connection.execute(
            "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
            "VALUES (%s, %s, 'smpp', %s, true, 'new') ON CONFLICT DO NOTHING",
            (CARRIER_ID, CARRIER_NAME, sealed),
        )
        connection.execute(
            "INSERT INTO messaging_carrierprice (carrier, country, price, currency, source, at) "
            "VALUES (%s, 'GB', %s, 'GBP', 'hand', now()) ON CONFLICT DO NOTHING",
            (CARRIER_ID, PRICE),
        )


def furnish(clinic_id: UUID) -> str:
    """Gives a clinic of a demo its number on the simulated carrier. Returns the number; raises LookupError when all
    numbers reserved for the demo are taken."""
    with connect(Role.MAINTENANCE) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('recado demo numbers', 7))")
        taken = {row[0] for row in connection.execute("SELECT address FROM messaging_receivingnumber")}
        free = (f"+447700900{last:03}" for last in range(FIRST_NUMBER, LAST_NUMBER + 1))
        number = next((one for one in free if one not in taken), None)
        if number is None:
            raise LookupError("All numbers of the demo are taken: start an empty product for more clinics.")
        connection.execute(
            "INSERT INTO messaging_receivingnumber (id, clinic_id, carrier_id, address, keyword) VALUES (%s, %s, %s, %s, '')",
            (new_id(), clinic_id, CARRIER_ID, number),
        )
    forget_routes()
    return number


@lru_cache(maxsize=1)
def people() -> dict[str, tuple[str, str, str]]:
    """The demo's own people by number: name, language, patient or staff. A number that is shared shows the first."""
    known: dict[str, tuple[str, str, str]] = {}
    for person in (*PATIENTS, *(who for who, _ in VISITORS if who.e164), *STAFF):
        known.setdefault(person.e164, (person.name, person.language, "staff" if person.role else "patient"))
    return known


LOOK_AGAIN = 5.0  # seconds after which a number that belonged to nobody is looked up again
_found: dict[str, tuple[str, str, str]] = {}
_nobody: dict[str, float] = {}


def people_at(numbers: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Whose these numbers are in any clinic of the demo: people whom a file brought have a name on their phone too.

    A batch costs two queries a clinic; what was found is remembered.
    """
    now = time_of.monotonic()
    unknown = [n for n in numbers if n not in _found and _nobody.get(n, 0.0) < now]
    for clinic in clinic_queries.all_clinics() if unknown else ():
        with clinic_scope(clinic.id):
            by_index = {messaging.phone_index(clinic.id, Phone(number)): number for number in unknown}
            for bi, person in contacts.first_at(clinic.id, list(by_index)).items():
                _found.setdefault(by_index[bi], (person.name, person.language, "patient"))
    _nobody.update({number: now + LOOK_AGAIN for number in unknown if number not in _found})
    return {number: _found[number] for number in numbers if number in _found}
