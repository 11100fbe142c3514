"""Nothing leaves without a verdict: one query to consent for a batch, then pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from recado.clinics.types import ClinicSettings
from recado.consent import queries as consent
from recado.consent.types import TRAFFIC_OF, Allow, Facts, Later, Never, Proposal, Purpose
from recado.foundation import arrays, ids
from recado.foundation.clock import real_now
from recado.foundation.countries.hours import LegalHours
from recado.foundation.countries.rules import BOUND, legal_hours
from recado.foundation.database import plain_cursor
from recado.foundation.phone import country_of, zones_of

from .types import Intent

MOST_A_DAY = 10  # planned texts to one number: a family may share it, and each has visits of their own
PLANNED = (Purpose.CARE, Purpose.BILLING, Purpose.SURVEY, Purpose.NEWS)

SENT_TODAY = """
SELECT phone_bi, count(*) FROM messaging_message
WHERE clinic_id = %s AND phone_bi = ANY (%s) AND id >= %s AND at >= %s AND verdict <> 'never' AND purpose = ANY (%s)
GROUP BY phone_bi
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """One intent with its verdict: allow, later or never, by which rule, and when it may leave."""

    intent: Intent
    phone_bi: bytes | None
    verdict: str
    rule: str
    due: datetime


def clear(*, clinic: ClinicSettings, intents: Sequence[tuple[Intent, bytes | None]], now: datetime) -> list[Judged]:
    """Judges a batch. Each intent comes with the blind index of its number. Call it inside `clinic_scope`."""
    phones = {phone_bi for _, phone_bi in intents if phone_bi is not None}
    patients = {intent.patient_id for intent, _ in intents if intent.patient_id is not None}
    standing = consent.standing_of(clinic.id, phones=phones, patients=patients)
    is_any_planned = any(intent.purpose in PLANNED for intent, _ in intents)
    sent = _sent_today(clinic.id, list(phones), now) if is_any_planned else {}
    return [_judge(clinic, intent, phone_bi, standing, sent, now) for intent, phone_bi in intents]


def _judge(
    clinic: ClinicSettings,
    intent: Intent,
    phone_bi: bytes | None,
    standing: consent.Standing,
    sent: dict[bytes, int],
    now: datetime,
) -> Judged:
    due = max(intent.not_before or now, now)
    phone = phone_bi or b""
    facts = Facts(
        time_zone=clinic.time_zone,
        quiet_hours=clinic.quiet_hours,
        law_hours=_law_hours(clinic, intent, due),
        care_basis=clinic.care_basis,
        withdrawn=standing.withdrawn.get(phone, frozenset()),
        permitted=standing.permitted.get(intent.patient_id, frozenset()) if intent.patient_id else frozenset(),
        is_wrong_number=intent.patient_id is not None and (intent.patient_id, phone) in standing.wrong,
        has_phone=phone_bi is not None,
        sent_today=sent.get(phone, 0),
        most_a_day=MOST_A_DAY,
    )
    match consent.judge(Proposal(purpose=intent.purpose, due=due, expires_at=intent.expires_at), facts, now):
        case Allow(rule):
            return Judged(intent, phone_bi, "allow", rule, due)
        case Later(until, rule):
            return Judged(intent, phone_bi, "later", rule, until)
        case Never(rule):
            return Judged(intent, phone_bi, "never", rule, due)


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


def _sent_today(clinic_id: UUID, phones: list[bytes], now: datetime) -> dict[bytes, int]:
    # Ids are made in real time, which never runs ahead of business time: a day of ids holds a day of business.
    lowest = ids.lowest_id_at(real_now() - timedelta(days=1))
    planned = arrays.int2_array([int(purpose) for purpose in PLANNED])
    since = now - timedelta(days=1)
    with plain_cursor() as cursor:
        # Planned each time: a plan kept from when the table was empty would walk it.
        rows = cursor.execute(
            SENT_TODAY, (clinic_id, arrays.bytea_array(phones), lowest, since, planned), prepare=False
        )
        return {bytes(phone): count for phone, count in rows}
