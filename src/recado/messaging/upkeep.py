"""The numbers that a clinic texts from: which of them is the sender, what its country says of it, and a test text."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.clinics.types import Refused
from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.foundation import audit, ids, news
from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.foundation.text import gettext_noop

from . import senders
from .carriers import forget_routes
from .checks import is_name
from .models import ReceivingNumber
from .types import CHANNEL, REOPEN, Problem

TESTS_AN_HOUR = 5


@dataclass(frozen=True, slots=True)
class OurNumber:
    """A number of the clinic's: patients write to it, and texts come from it."""

    id: UUID
    address: str
    keyword: str
    is_preferred: bool
    receives: bool = True
    note: str = ""  # what it is for, in the clinic's own words
    problems: tuple[Problem, ...] = ()  # as the sender of texts to phones of the clinic's own country


def number_of_row(
    row: ReceivingNumber, country: str, registered: Collection[tuple[str, str]], *, receives: bool
) -> OurNumber:
    """A number as the clinic's people see it. `receives`: people can write to numbers on its carrier."""
    problems = senders.problems_of(row.address, country, registered)
    is_heard = receives and not is_name(row.address)
    return OurNumber(row.id, row.address, row.keyword, row.is_preferred, is_heard, row.note, problems)


def choose_sender(*, clinic_id: UUID, number_id: UUID, by: Actor) -> bool:
    """Texts that answer to no number come from this one. False: the clinic has no such number, or it is so already.
    Raises Refused where the clinic's country has none of it. Call it inside `clinic_scope`."""
    ours = ReceivingNumber.objects.filter(clinic_id=clinic_id)
    rows = list(ours.select_for_update().order_by("id"))
    wanted = next((row for row in rows if row.id == number_id and not row.is_preferred), None)
    if wanted is None:
        return False
    country = clinics.clinic_settings(clinic_id).country
    senders.refuse("number_id", wanted.address, country, senders.registered(clinic_id))
    ours.filter(is_preferred=True).update(is_preferred=False)
    ours.filter(id=number_id).update(is_preferred=True, is_by_default=False)
    audit.record(clinic_id=clinic_id, by=by, action="message.choose_sender", subject=f"number {number_id}")
    news.tell(clinic_id, news.Topic.SETTINGS, news.Topic.CARRIERS)
    forget_routes()
    return True


TOO_MANY = gettext_noop("Five test texts an hour is the most. Try again later.")
HAS_STOPPED = gettext_noop("This number has asked to get no texts. A test goes to a phone of your own.")
NO_NUMBER = gettext_noop("The clinic has no such number to text from.")
LATELY = """
SELECT count(*) FROM foundation_auditevent WHERE clinic_id = %s AND action = 'message.test' AND id >= %s AND at >= %s
"""


def try_carrier(clinic_id: UUID, number: str) -> None:
    """A carrier that refuses our account waits before it asks again; whoever tests it wants to know now, once the caller's
    transaction has committed. What it had put off waits on: nobody knows yet whether it takes texts. Call it inside
    `clinic_scope`."""
    for carrier in ReceivingNumber.objects.filter(clinic_id=clinic_id, address=number).values_list(
        "carrier_id", flat=True
    ):
        with plain_cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{REOPEN}{carrier}"))


def check_test(clinic_id: UUID, phone: Phone, number: str) -> None:
    """Raises Refused where a test text may not go. Whoever tests at the same time waits. Call it inside `clinic_scope`."""
    if not ReceivingNumber.objects.filter(clinic_id=clinic_id, address=number).exists():
        raise Refused("number", NO_NUMBER)
    phone_bi = keys_for(clinic_id).blind_index("phone", phone.e164)
    if consent.said_of(clinic_id, phone_bi=phone_bi, patient_id=None).withdrawn:
        raise Refused("phone", HAS_STOPPED)
    since = real_now() - timedelta(hours=1)
    with plain_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", (f"recado test text {clinic_id}",))
        row = cursor.execute(LATELY, (clinic_id, ids.lowest_id_at(since), since)).fetchone()
    if row and row[0] >= TESTS_AN_HOUR:
        raise Refused("phone", TOO_MANY)


TEST = Purpose.STAFF
"""A test goes to a phone of the staff's own: at once, at any hour, told as what it is."""
