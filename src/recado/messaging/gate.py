"""Nothing leaves without a verdict: one query to consent for a batch, then pure rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from recado.clinics.types import ClinicSettings
from recado.consent import queries as consent
from recado.consent.types import (
    TRAFFIC_OF,
    Allow,
    CareBasis,
    Facts,
    Later,
    Never,
    Proposal,
    Purpose,
    PurposeGroup,
)
from recado.foundation import arrays, ids
from recado.foundation.asking import Ask, Work, alone
from recado.foundation.clock import real_now
from recado.foundation.countries.hours import LegalHours
from recado.foundation.countries.rules import BOUND, legal_hours
from recado.foundation.database import plain_cursor
from recado.foundation.phone import country_of, zones_of

from .types import Intent

MOST_A_DAY = 10  # planned texts to one number: a family may share it, and each has visits of their own
PLANNED = (Purpose.CARE, Purpose.BILLING, Purpose.SURVEY, Purpose.NEWS)
NO_TIME = timedelta(0)
SPREADS = (timedelta(minutes=10), timedelta(minutes=2))
BY_PERMISSION = (Purpose.SURVEY, Purpose.NEWS)  # whatever a clinic rests its texts about care on

# One step of the index for each number, whatever the planner thinks of the table: `phone_bi = ANY (...)` beside the range of
# ids became a filter on a young table, and 20,000 numbers took 25 s.
SENT_TODAY = """
SELECT p.phone_bi, s.texts FROM unnest(%s) AS p (phone_bi), LATERAL (
    SELECT count(*) AS texts FROM messaging_message m
    WHERE m.clinic_id = %s AND m.phone_bi = p.phone_bi AND m.id >= %s AND m.id < %s AND m.at >= %s
        AND m.verdict <> 'never' AND m.purpose = ANY (%s)) s
WHERE s.texts > 0
"""


class Judged(Struct, frozen=True, gc=False):
    """One intent with its verdict: allow, later or never, by which rule, and when it may leave."""

    intent: Intent
    phone_bi: bytes | None
    verdict: str
    rule: str
    due: datetime


def clear(*, clinic: ClinicSettings, intents: Sequence[tuple[Intent, bytes | None]], now: datetime) -> list[Judged]:
    """Judges a batch. Each intent comes with the blind index of its number. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        return alone(clearing(clinic=clinic, intents=intents, now=now), cursor)


def clearing(
    *, clinic: ClinicSettings, intents: Sequence[tuple[Intent, bytes | None]], now: datetime
) -> Work[list[Judged]]:
    """The same as steps."""
    phones = {phone_bi for _, phone_bi in intents if phone_bi is not None}
    patients = {intent.patient_id for intent, _ in intents if intent.patient_id is not None}
    purposes = {intent.purpose for intent, _ in intents}
    needs_permission = clinic.care_basis is not CareBasis.CARE or not purposes.isdisjoint(BY_PERMISSION)
    is_any_planned = phones and not purposes.isdisjoint(PLANNED)
    standing, more = yield from consent.reading_standing(
        clinic.id,
        phones=phones,
        patients=patients,
        with_agreed=needs_permission,
        also=[_sent_today(clinic.id, list(phones), now)] if is_any_planned else (),
    )
    sent = {bytes(phone): count for rows in more for phone, count in rows}
    judge = _Judge(clinic, standing, sent, now)
    return [judge(intent, phone_bi) for intent, phone_bi in intents]


_NOTHING: frozenset[PurposeGroup] = frozenset()


class _Judge:
    """Judges one text after the other. What is the same for many, nearly all of a batch, is asked of the rules once."""

    def __init__(
        self, clinic: ClinicSettings, standing: consent.Standing, sent: dict[bytes, int], now: datetime
    ) -> None:
        self._clinic, self._standing, self._sent, self._now = clinic, standing, sent, now
        self._known: dict[tuple[object, ...], tuple[str, str, datetime, timedelta]] = {}

    def __call__(self, intent: Intent, phone_bi: bytes | None) -> Judged:
        phone, standing = phone_bi or b"", self._standing
        due = intent.not_before
        if due is None or due < self._now:
            due = self._now
        if intent.patient_id is None:
            permitted, is_wrong = standing.agreed.get(phone, _NOTHING), False
        else:
            permitted = standing.permitted.get(intent.patient_id, _NOTHING)
            is_wrong = (intent.patient_id, phone) in standing.wrong
        withdrawn, sent = standing.withdrawn.get(phone, _NOTHING), self._sent.get(phone, 0)
        law = _law_hours(self._clinic, intent, due)
        case = (intent.purpose, due, intent.expires_at, withdrawn, permitted, is_wrong, phone_bi is None, sent, law)
        verdict = self._known.get(case)
        if verdict is None:
            facts = Facts(
                time_zone=self._clinic.time_zone,
                quiet_hours=self._clinic.quiet_hours,
                law_hours=law,
                care_basis=self._clinic.care_basis,
                withdrawn=withdrawn,
                permitted=permitted,
                is_wrong_number=is_wrong,
                has_phone=phone_bi is not None,
                sent_today=sent,
                most_a_day=MOST_A_DAY,
            )
            verdict = self._known[case] = _verdict(intent, due, facts, self._now)
        said, rule, leaves_at, room = verdict
        if room and phone:
            leaves_at += room * (int.from_bytes(phone[:4], "big") / 2**32)
        return Judged(intent, phone_bi, said, rule, leaves_at)


def _verdict(intent: Intent, due: datetime, facts: Facts, now: datetime) -> tuple[str, str, datetime, timedelta]:
    """The verdict, its rule, when the text leaves, and over how long after that moment such texts are spread."""
    match consent.judge(Proposal(purpose=intent.purpose, due=due, expires_at=intent.expires_at), facts, now):
        case Allow(rule):
            return "allow", rule, due, NO_TIME
        case Later(until, rule):
            return "later", rule, until, _room(intent, until, facts, now)
        case Never(rule):
            return "never", rule, due, NO_TIME


def _room(intent: Intent, until: datetime, facts: Facts, now: datetime) -> timedelta:
    """How long after the hours open a text may still leave: everybody's at the first second would be a burst for the
    carrier, and of answers for the desk."""
    for room in SPREADS:
        later = Proposal(purpose=intent.purpose, due=until + room, expires_at=intent.expires_at)
        if isinstance(consent.judge(later, replace(facts, sent_today=0), until), Allow):  # of the next day's count
            return room
    return NO_TIME


def _law_hours(clinic: ClinicSettings, intent: Intent, due: datetime) -> tuple[LegalHours, ...]:
    """The binding hours of the recipient's country. Most kinds of text have none anywhere: nobody asks for their country."""
    traffic = TRAFFIC_OF[intent.purpose]
    if traffic not in BOUND or intent.phone is None:
        return ()
    country = country_of(intent.phone) or clinic.country
    hours = legal_hours(country, traffic, due.date(), zone=clinic.time_zone)
    if len(hours) < 2:  # a country of one zone
        return hours
    return legal_hours(country, traffic, due.date(), zones_of(intent.phone), clinic.time_zone)


def _sent_today(clinic_id: UUID, phones: list[bytes], now: datetime) -> Ask:
    # Ids are made in real time, which never runs ahead of business time: a day of ids holds a day of business. The upper
    # bound leaves out the partitions of months to come.
    real = real_now()
    lowest, highest = ids.lowest_id_at(real - timedelta(days=1)), ids.lowest_id_at(real + timedelta(days=1))
    planned = arrays.int2_array([int(purpose) for purpose in PLANNED])
    values = (arrays.bytea_array(phones), clinic_id, lowest, highest, now - timedelta(days=1), planned)
    # Planned each time: a plan kept from when the table was empty would walk it.
    return Ask(SENT_TODAY, values, prepare=False)
