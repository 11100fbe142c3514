"""Nothing leaves without a verdict: one query to consent for a batch, then pure rules.

What a number has had is counted over the batch too, so that many texts to one number in one request don't pass as the first.
"""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct, structs

from recado.clinics.types import NO_QUIET_HOURS, ClinicSettings
from recado.consent import queries as consent
from recado.consent.types import (
    TRAFFIC_OF,
    Allow,
    CareBasis,
    CarerScope,
    Facts,
    Later,
    Never,
    Privacy,
    Proposal,
    Purpose,
    PurposeGroup,
)
from recado.foundation import arrays, ids
from recado.foundation.asking import Ask, Work, alone
from recado.foundation.clock import real_now
from recado.foundation.countries.hours import LegalHours
from recado.foundation.countries.rules import BOUND, legal_hours
from recado.foundation.crypto import ClinicKeys
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import country_of, zones_of

from . import repeats
from .levels import level_of
from .types import EventKind, Intent

MOST_A_DAY = 10  # planned texts to one number: a family may share it, and each has visits of their own
PLANNED = (Purpose.CARE, Purpose.BILLING, Purpose.SURVEY, Purpose.NEWS)
NO_TIME = timedelta(0)
SPREADS = (timedelta(minutes=10), timedelta(minutes=2))
BY_PERMISSION = (Purpose.SURVEY, Purpose.NEWS)  # whatever a clinic rests its texts about care on


# One step of the index for each number, whatever the planner thinks of the table. On one that nobody has counted yet a day of
# ids seems as rare as a number, and the primary key was walked for each: 26 s for 10,000 numbers beside 20,000 texts. The order
# asked for is the index's own; the primary key would have to sort, which `Ask.in_order` forbids. The number stands as a range,
# since with `=` both would be in order.
PLANNED_TEXTS = """SELECT m.id, m.at, m.due, m.body_ct FROM messaging_message m
        WHERE m.clinic_id = %(clinic)s AND m.phone_bi >= p.phone_bi AND m.phone_bi <= p.phone_bi
            AND m.id >= %(lowest)s AND m.id < %(highest)s
            AND m.at >= %(day)s AND m.verdict <> 'never' AND m.purpose = ANY (%(planned)s)
        ORDER BY m.phone_bi, m.id OFFSET 0"""


def _counting(said: str) -> str:
    return f"""
SELECT p.phone_bi, s.day, s.hour, s.said FROM unnest(%(phones)s) AS p (phone_bi), LATERAL (
    SELECT count(*) AS day, count(*) FILTER (WHERE m.at >= %(hour)s) AS hour, {said} AS said FROM (
        {PLANNED_TEXTS}) m) s
WHERE s.day > 0
"""


COUNTED = _counting("NULL::bytea[]")
COUNTED_AND_SAID = _counting(repeats.SAID)
# A second look, for the few numbers that seem to have had enough: which of those texts never left.
COUNTED_OFF = f"""
SELECT p.phone_bi, s.day, s.hour FROM unnest(%(phones)s) AS p (phone_bi), LATERAL (
    SELECT count(*) AS day, count(*) FILTER (WHERE m.at >= %(hour)s) AS hour FROM (
        {PLANNED_TEXTS}) m
    WHERE (SELECT e.kind FROM messaging_event e WHERE e.message = m.id AND e.kind = %(off)s
        AND e.message >= %(lowest)s AND e.message < %(highest)s LIMIT 1) IS NOT NULL) s
WHERE s.day > 0
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
        return alone(clearing(clinic=clinic, keys=keys_for(clinic.id), intents=intents, now=now), cursor)


def clearing(
    *, clinic: ClinicSettings, keys: ClinicKeys, intents: Sequence[tuple[Intent, bytes | None]], now: datetime
) -> Work[list[Judged]]:
    """The same as steps."""
    with_phone = [phone_bi for _, phone_bi in intents if phone_bi is not None]
    phones = sorted(set(with_phone))  # neighbours in an index are found faster one after the other
    patients = {intent.patient_id for intent, _ in intents if intent.patient_id is not None}
    purposes = {intent.purpose for intent, _ in intents}
    needs_permission = clinic.care_basis is not CareBasis.CARE or not purposes.isdisjoint(BY_PERMISSION)
    is_any_planned = phones and not purposes.isdisjoint(PLANNED)
    guard = clinic.repeat_guard if any(intent.guards_repeats for intent, _ in intents) else NO_TIME
    standing, more = yield from consent.reading_standing(
        clinic.id,
        phones=phones,
        patients=patients,
        with_agreed=needs_permission,
        clinical=_told_clinically(intents),
        is_held=True,
        also=[_sent_lately(clinic.id, phones, guard, now)] if is_any_planned else (),
    )
    lately = [row for rows in more for row in rows]
    sent = {bytes(phone): (day, hour) for phone, day, hour, _ in lately}
    recent = {bytes(phone): those for phone, _, _, those in lately if those}
    said = (yield from repeats.said_before(keys, intents, recent)) if recent else {}
    if sent:
        sent = yield from _but_called_off(clinic, sent, with_phone, now)
    # Nearly every batch names each number once: nothing is counted for it.
    twice = {bi for bi, times in Counter(with_phone).items() if times > 1} if len(phones) < len(with_phone) else set()
    judge = _Judge(clinic, standing, sent, now, said, twice)
    decide = judge.counting if said or twice else judge
    return [decide(intent, phone_bi) for intent, phone_bi in intents]


def clear_ahead(
    *, clinic: ClinicSettings, intents: Sequence[tuple[Intent, bytes | None]], now: datetime
) -> list[Judged]:
    """Judges texts to come, soonest first, each at its own `not_before` and by what stands now. What goes to a number before
    counts for what goes after. Nobody's words are compared. Stores nothing; call it inside `clinic_scope`."""
    phones = {phone_bi for _, phone_bi in intents if phone_bi is not None}
    patients = {intent.patient_id for intent, _ in intents if intent.patient_id is not None}
    with plain_cursor() as cursor:
        reading = consent.reading_standing(
            clinic.id,
            phones=phones,
            patients=patients,
            clinical=_told_clinically(intents),
            also=[_sent_lately(clinic.id, list(phones), NO_TIME, now)],
        )
        standing, more = alone(reading, cursor)
        counted = {bytes(phone): (day, hour) for rows in more for phone, day, hour, _ in rows}
        with_phone = [phone_bi for _, phone_bi in intents if phone_bi is not None]
        lately = alone(_but_called_off(clinic, counted, with_phone, now), cursor)
    judge = _Judge(clinic, standing, {}, now, {}, frozenset())
    leaving: dict[bytes, list[datetime]] = {}
    judged = []
    for intent, phone_bi in intents:
        at, phone = max(now, intent.not_before or now), phone_bi or b""
        judged.append(
            judge.ahead(intent, phone_bi, at, _had(lately.get(phone, _NONE), leaving.get(phone, ()), at, now))
        )
        if judged[-1].verdict != "never" and intent.purpose in PLANNED:
            leaving.setdefault(phone, []).append(judged[-1].due)
    return judged


def clear_beyond_caps(clinic: ClinicSettings, intent: Intent, phone_bi: bytes, *, now: datetime) -> Judged:
    """Judges a text as if its number had had none yet. Call it inside `clinic_scope`."""
    patients = {intent.patient_id} if intent.patient_id is not None else set()
    wanted = [(intent, phone_bi)]
    with plain_cursor() as cursor:
        reading = consent.reading_standing(
            clinic.id, phones=[phone_bi], patients=patients, clinical=_told_clinically(wanted), is_held=True
        )
        standing, _ = alone(reading, cursor)
    return _Judge(clinic, standing, {}, now, {}, frozenset())(intent, phone_bi)


def _had(lately: tuple[int, int], leaving: Sequence[datetime], at: datetime, now: datetime) -> tuple[int, int]:
    """What a number will have had in the day and the hour before `at`."""
    day = sum(at - timedelta(days=1) < moment <= at for moment in leaving)
    hour = sum(at - timedelta(hours=1) < moment <= at for moment in leaving)
    had_day, had_hour = lately if at - now < timedelta(hours=1) else (lately[0], 0)
    return day + (had_day if at - now < timedelta(days=1) else 0), hour + had_hour


def _told_clinically(intents: Sequence[tuple[Intent, bytes | None]]) -> set[UUID]:
    """Whose texts say what their visit or medicine is. Nearly every batch has none, and then nothing is asked."""
    return {
        intent.patient_id
        for intent, _ in intents
        if intent.wording and intent.patient_id and level_of(intent.wording) is Privacy.CLINICAL
    }


_NOTHING: frozenset[PurposeGroup] = frozenset()
_NONE = (0, 0)


class _Judge:
    """Judges one text after the other. What is the same for many, nearly all of a batch, is asked of the rules once."""

    def __init__(
        self,
        clinic: ClinicSettings,
        standing: consent.Standing,
        sent: dict[bytes, tuple[int, int]],
        now: datetime,
        said: repeats.Said,
        twice: AbstractSet[bytes],
    ) -> None:
        self._clinic, self._standing, self._sent, self._now = clinic, standing, sent, now
        self._said, self._twice = said, twice
        self._known: dict[tuple[object, ...], tuple[str, str, datetime, timedelta]] = {}

    def counting(self, intent: Intent, phone_bi: bytes | None) -> Judged:
        """The same where words may be said again, or a number stands in the batch more than once."""
        judged = self(intent, phone_bi)
        if phone_bi is None or judged.verdict == "never":
            return judged
        if self._said and intent.guards_repeats:
            before = self._said.get((phone_bi, intent.text), ())
            if any(abs(judged.due - moment) < self._clinic.repeat_guard for moment in before):
                judged = self(intent, phone_bi, is_repeat=True)
        if phone_bi in self._twice and judged.verdict != "never":
            self._note(judged, phone_bi)
        return judged

    def ahead(self, intent: Intent, phone_bi: bytes | None, at: datetime, had: tuple[int, int]) -> Judged:
        """The same at a moment to come, when the number will have had so many in a day and an hour."""
        self._now, self._sent = at, {phone_bi or b"": had}
        return self(intent, phone_bi)

    def _note(self, judged: Judged, phone_bi: bytes) -> None:
        """What a number gets by this batch counts for the rest of it."""
        if judged.intent.purpose in PLANNED:
            day, hour = self._sent.get(phone_bi, _NONE)
            self._sent[phone_bi] = day + 1, hour + 1
        if judged.intent.guards_repeats and self._clinic.repeat_guard:
            self._said.setdefault((phone_bi, judged.intent.text), []).append(judged.due)

    def __call__(self, intent: Intent, phone_bi: bytes | None, *, is_repeat: bool = False) -> Judged:
        phone, standing = phone_bi or b"", self._standing
        due = intent.not_before
        if due is None or due < self._now:
            due = self._now
        if intent.patient_id is None:
            permitted, is_wrong = standing.agreed.get(phone, _NOTHING), False
        else:
            permitted = standing.permitted.get(intent.patient_id, _NOTHING)
            if standing.agreed_here:  # whoever holds the phone said so to us, before anybody knew who it is
                permitted |= standing.agreed_here.get(phone, _NOTHING)
            is_wrong = (intent.patient_id, phone) in standing.wrong
        withdrawn, sent = standing.withdrawn.get(phone, _NOTHING), self._sent.get(phone, _NONE)
        law = _law_hours(self._clinic, intent, due)
        wished = standing.wishes[phone].hours if phone in standing.wishes else None
        carer = standing.carers.get((intent.patient_id, phone)) if standing.carers and intent.patient_id else None
        if carer is not None:
            intent = _until_the_end(intent, carer)
        says = level_of(intent.wording) if intent.wording else Privacy.PLACE_AND_TIME
        may = says is Privacy.CLINICAL and (intent.patient_id, phone) in standing.clinical
        known = (withdrawn, permitted, is_wrong, phone_bi is None, sent, law, is_repeat, wished, carer, says, may)
        case = (intent.purpose, due, intent.expires_at, intent.at_chosen_hour, *known)
        verdict = self._known.get(case)
        if verdict is None:
            facts = Facts(
                time_zone=self._clinic.time_zone,
                quiet_hours=NO_QUIET_HOURS if intent.at_chosen_hour else self._clinic.quiet_hours,
                law_hours=law,
                wished_hours=wished,
                carer=carer,
                care_basis=self._clinic.care_basis,
                withdrawn=withdrawn,
                permitted=permitted,
                is_wrong_number=is_wrong,
                has_phone=phone_bi is not None,
                sent_today=sent[0],
                most_a_day=MOST_A_DAY,
                sent_this_hour=sent[1],
                most_an_hour=self._clinic.most_an_hour,
                is_repeat=is_repeat,
                privacy=Privacy.CLINICAL if may else Privacy.PLACE_AND_TIME,
            )
            verdict = self._known[case] = _verdict(intent, due, says, facts, self._now)
        said, rule, leaves_at, room = verdict
        if room and phone:
            leaves_at += room * (int.from_bytes(phone[:4], "big") / 2**32)
        return Judged(intent, phone_bi, said, rule, leaves_at)


def _until_the_end(intent: Intent, carer: CarerScope) -> Intent:
    """A text to a carer that still waits when their time is over is of no use any more: the claim looks at that."""
    if carer.until is None or (intent.expires_at is not None and intent.expires_at <= carer.until):
        return intent
    return structs.replace(intent, expires_at=carer.until)


def _verdict(
    intent: Intent, due: datetime, says: Privacy, facts: Facts, now: datetime
) -> tuple[str, str, datetime, timedelta]:
    """The verdict, its rule, when the text leaves, and over how long after that moment such texts are spread."""
    proposal = Proposal(purpose=intent.purpose, due=due, privacy=says, expires_at=intent.expires_at)
    match consent.judge(proposal, facts, now):
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
        if isinstance(
            consent.judge(later, replace(facts, sent_today=0, sent_this_hour=0), until), Allow
        ):  # of its own count
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


def _sent_lately(clinic_id: UUID, phones: list[bytes], guard: timedelta, now: datetime) -> Ask:
    values = _a_day_of(clinic_id, phones, now) | {"soon": now - guard}
    # Planned each time: a plan kept from when the table was empty would walk it.
    return Ask(COUNTED_AND_SAID if guard else COUNTED, values, prepare=False, in_order=True)


def _a_day_of(clinic_id: UUID, phones: list[bytes], now: datetime) -> dict[str, object]:
    # Ids are made in real time, which never runs ahead of business time: a day of ids holds a day of business. The upper
    # bound leaves out the partitions of months to come.
    real, day = real_now(), timedelta(days=1)
    return {
        "phones": arrays.bytea_array(phones),
        "clinic": clinic_id,
        "lowest": ids.lowest_id_at(real - day),
        "highest": ids.lowest_id_at(real + day),
        "day": now - day,
        "hour": now - timedelta(hours=1),
        "planned": arrays.int2_array([int(purpose) for purpose in PLANNED]),
    }


def _but_called_off(
    clinic: ClinicSettings, sent: dict[bytes, tuple[int, int]], wanted: Sequence[bytes], now: datetime
) -> Work[dict[bytes, tuple[int, int]]]:
    """What numbers have had, without the texts that were called off before they left: one that is written anew is one text,
    and a reminder must not be lost to those that nobody got. Asked only for numbers that this batch would bring to a cap."""
    times = Counter(wanted)
    most, an_hour = MOST_A_DAY, clinic.most_an_hour
    full = [bi for bi, (day, hour) in sent.items() if day + times[bi] > most or 0 < an_hour < hour + times[bi]]
    if not full:
        return sent
    values = _a_day_of(clinic.id, sorted(full), now) | {"off": int(EventKind.CALLED_OFF)}
    (rows,) = yield [Ask(COUNTED_OFF, values, prepare=False, in_order=True)]
    off = {bytes(phone): (day, hour) for phone, day, hour in rows}
    return sent | {bi: (sent[bi][0] - day, sent[bi][1] - hour) for bi, (day, hour) in off.items()}
