"""What is known of people's permission, read once for a whole batch."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q

from recado.contacts import queries as contacts
from recado.foundation import arrays
from recado.foundation.asking import Ask, Rows, Work, alone
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for

from .caring import cared_for_by, carers_of, last_moments, phones_about, phones_told, recipients
from .models import LedgerEntry, NumberPermission, Permission, Withdrawal
from .models import Wish as WishRow
from .papers import LARGEST as LARGEST_PAPER
from .papers import media_of, paper, papers_of
from .privacy import CHOICES as PRIVACY_CHOICES
from .privacy import (
    UNSAID,
    count_at,
    level_at,
    level_chosen,
    level_said,
    may_agree,
    most_said,
    privacy_of,
    reading_clinical,
)
from .rules import RULES, judge
from .texts import Shown, agreed_to, clinical_shown, shown, versions
from .types import (
    EVERYTHING,
    NO_WISH,
    SMS,
    WORDS,
    CareBasis,
    CarerScope,
    Choice,
    Proof,
    PurposeGroup,
    QuietHours,
    Stand,
    Wish,
)

__all__ = [
    "LARGEST_PAPER",
    "PRIVACY_CHOICES",
    "RULES",
    "UNSAID",
    "SaidOf",
    "Shown",
    "Standing",
    "agreed_to",
    "cared_for_by",
    "carers_of",
    "choices",
    "clinical_shown",
    "count_at",
    "judge",
    "last_moments",
    "level_at",
    "level_chosen",
    "level_said",
    "may_agree",
    "media_of",
    "most_said",
    "paper",
    "papers_of",
    "phones_about",
    "phones_told",
    "privacy_of",
    "proofs",
    "reading_standing",
    "recipients",
    "refusing_care",
    "said_of",
    "shown",
    "standing_of",
    "stopped_at",
    "versions",
    "wish_at",
]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a batch of people have said: by number what is withdrawn, by person what is permitted and which number is wrong."""

    withdrawn: Mapping[bytes, frozenset[PurposeGroup]]
    permitted: Mapping[UUID, frozenset[PurposeGroup]]
    wrong: frozenset[tuple[UUID, bytes]]
    agreed: Mapping[bytes, frozenset[PurposeGroup]] = field(
        default_factory=dict
    )  # by number: for texts that name nobody
    agreed_here: Mapping[bytes, frozenset[PurposeGroup]] = field(default_factory=dict)  # what of it was said to us
    carers: Mapping[tuple[UUID, bytes], CarerScope] = field(default_factory=dict)  # by person, and number of theirs
    wishes: Mapping[bytes, Wish] = field(default_factory=dict)  # by number, of those who have any
    clinical: frozenset[tuple[UUID, bytes]] = frozenset()  # who gets clinical words, and at which number


# With the wishes of the same numbers in one statement: where nobody has any it is a step into an empty index.
WITHDRAWN = """
SELECT phone_bi, purpose_group, NULL::time, NULL::time, false FROM consent_withdrawal
WHERE clinic_id = %(clinic)s AND phone_bi = ANY (%(phones)s) AND channel = %(channel)s
UNION ALL SELECT phone_bi, 0, opens, closes, is_shared FROM consent_wish
WHERE clinic_id = %(clinic)s AND phone_bi = ANY (%(phones)s)
"""
PERMITTED = """
SELECT patient_id, purpose_group FROM consent_permission
WHERE clinic_id = %s AND patient_id = ANY (%s) AND channel = %s
"""
AGREED = """
SELECT phone_bi, purpose_group, starts_with(source, 'recado:') FROM consent_numberpermission
WHERE clinic_id = %s AND phone_bi = ANY (%s) AND channel = %s
"""
# With those who are told in place of the same people, as wishes above.
WRONG = """
SELECT patient_id, phone_bi, NULL::uuid, NULL::smallint[], NULL::timestamptz FROM consent_wrongnumber
WHERE clinic_id = %(clinic)s AND patient_id = ANY (%(people)s)
UNION ALL SELECT patient_id, phone_bi, carer_id, groups, until FROM consent_carer
WHERE clinic_id = %(clinic)s AND patient_id = ANY (%(people)s) AND ended_at IS NULL
"""


def standing_of(
    clinic_id: UUID, *, phones: Collection[bytes], patients: Collection[UUID], channel: str = SMS
) -> Standing:
    """Reads withdrawals and permissions of a batch on one channel, and wrong numbers. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        return alone(reading_standing(clinic_id, phones=phones, patients=patients, channel=channel), cursor)[0]


def reading_standing(
    clinic_id: UUID,
    *,
    phones: Collection[bytes],
    patients: Collection[UUID],
    with_agreed: bool = True,
    clinical: Collection[UUID] = (),
    is_held: bool = False,
    also: Sequence[Ask] = (),
    channel: str = SMS,
) -> Work[tuple[Standing, list[Rows]]]:
    """The same of one channel as steps, with the rows of what else is asked in the same step. Part of the send path, so in SQL with
    binary arrays: Django's `__in` took a fifth of putting a batch. `with_agreed=False` leaves out what was agreed to for a
    number, where no text needs a permission; `clinical`: those for whom a text says that much; `is_held`:
    that stays so until the transaction ends."""
    asks = {}
    if phones:
        numbers = arrays.bytea_array(list(phones))
        asks["withdrawn"] = Ask(WITHDRAWN, {"clinic": clinic_id, "phones": numbers, "channel": channel})
        if with_agreed:
            asks["agreed"] = Ask(AGREED, (clinic_id, numbers, channel))
    if patients:
        people = arrays.uuid_array([patient.bytes for patient in patients])
        asks["permitted"] = Ask(PERMITTED, (clinic_id, people, channel))
        asks["wrong"] = Ask(WRONG, {"clinic": clinic_id, "people": people})
    answers = (yield [*asks.values(), *also]) if asks or also else []
    rows = dict(zip(asks, answers, strict=False))
    said = [(bytes(phone), *rest) for phone, *rest in rows.get("withdrawn", ())]
    about = list(rows.get("wrong", ()))
    carers = (yield from _carers(clinic_id, about)) if any(row[3] is not None for row in about) else {}
    agreed_clinical = (yield from reading_clinical(clinic_id, clinical, is_held=is_held)) if clinical else frozenset()
    standing = Standing(
        withdrawn=_groups((phone, group) for phone, group, *_ in said if group),
        permitted=_groups(rows.get("permitted", ())),
        wrong=frozenset((patient, bytes(phone)) for patient, phone, *_, groups, _ in about if groups is None),
        agreed=_groups((bytes(phone), group) for phone, group, _ in rows.get("agreed", ())),
        agreed_here=_groups((bytes(phone), group) for phone, group, is_own in rows.get("agreed", ()) if is_own),
        carers=carers,
        wishes={phone: _wish(*wished) for phone, group, *wished in said if not group},
        clinical=agreed_clinical,
    )
    return standing, answers[len(asks) :]


def _carers(clinic_id: UUID, rows: Rows) -> Work[dict[tuple[UUID, bytes], CarerScope]]:
    """What may be said about people to whoever is told in their place. One step more, only where there are any, for the
    numbers that carers have as patients; who is named twice is told what either says, until the later end."""
    known = {row[2] for row in rows if row[2] is not None}
    phones: dict[UUID, bytes] = {}
    if known:
        people = arrays.uuid_array([carer.bytes for carer in known])
        (found,) = yield [Ask(contacts.PHONES, (clinic_id, people))]
        phones = {carer: bytes(phone) for carer, phone in found}
    made: dict[tuple[UUID, bytes], CarerScope] = {}
    for patient, phone, carer, groups, until in rows:
        number = phones.get(carer) if carer is not None else phone
        if groups is None or number is None:
            continue
        scope, key = CarerScope(frozenset(map(PurposeGroup, groups)), until), (patient, bytes(number))
        made[key] = _wider(made[key], scope) if key in made else scope
    return made


def _wider(one: CarerScope, other: CarerScope) -> CarerScope:
    ends = [scope.until for scope in (one, other) if scope.until is not None]
    return CarerScope(one.groups | other.groups, max(ends) if len(ends) == 2 else None)


def _wish(opens: time | None, closes: time | None, is_shared: bool) -> Wish:
    return Wish(QuietHours(opens, closes) if opens is not None and closes is not None else None, is_shared)


def wish_at(clinic_id: UUID, phone_bi: bytes) -> Wish:
    """What whoever holds a number asked for. Call it inside `clinic_scope`."""
    row = WishRow.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi).first()
    return _wish(row.opens, row.closes, row.is_shared) if row else NO_WISH


def _groups(pairs: Iterable[tuple[Any, ...]]) -> dict[Any, frozenset[PurposeGroup]]:
    made: dict[Any, set[PurposeGroup]] = {}
    for whose, group in pairs:
        made.setdefault(whose, set()).add(PurposeGroup(group))
    return {whose: frozenset(groups) for whose, groups in made.items()}


def stopped_at(clinic_id: UUID, phone_bi: bytes) -> datetime | None:
    """Since when no text that can be stopped goes to a number; None: some texts still do. Call it inside `clinic_scope`."""
    rows = Withdrawal.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi, channel=SMS)
    stops = dict(rows.values_list("purpose_group", "at"))
    return max(stops.values()) if stops.keys() >= set(map(int, EVERYTHING)) else None


def refusing_care(clinic_id: UUID, phones: Collection[bytes]) -> frozenset[bytes]:
    """Where whoever holds the number asked for no texts about care: answers don't go there either. One statement. Call it
    inside `clinic_scope`."""
    stops = Withdrawal.objects.filter(
        clinic_id=clinic_id, phone_bi__in=list(phones), purpose_group=PurposeGroup.CARE, channel=SMS
    )
    return frozenset(bytes(phone_bi) for phone_bi in stops.values_list("phone_bi", flat=True))


@dataclass(frozen=True, slots=True)
class SaidOf:
    """What stands of one person's word, and since when."""

    withdrawn: Mapping[PurposeGroup, datetime]
    permitted: Mapping[PurposeGroup, datetime]


def said_of(clinic_id: UUID, *, phone_bi: bytes | None, patient_id: UUID | None, channel: str = SMS) -> SaidOf:
    """What was withdrawn for a number and agreed to by a person on one channel, or, where nobody is known there, for the number by another
    system. Call it inside `clinic_scope`."""
    withdrawn: dict[PurposeGroup, datetime] = {}
    permitted: dict[PurposeGroup, datetime] = {}
    if phone_bi is not None:
        stops = Withdrawal.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi, channel=channel)
        withdrawn = {PurposeGroup(group): at for group, at in stops.values_list("purpose_group", "at")}
    if patient_id is not None:
        given = Permission.objects.filter(clinic_id=clinic_id, patient_id=patient_id, channel=channel)
        permitted = {PurposeGroup(group): at for group, at in given.values_list("purpose_group", "at")}
    elif phone_bi is not None:
        told = NumberPermission.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi, channel=channel)
        permitted = {PurposeGroup(group): at for group, at in told.values_list("purpose_group", "said_at")}
    return SaidOf(withdrawn, permitted)


KINDS = (
    *("withdrawn", "restored", "permitted", "wrong_number", "right_number"),
    *("carer_added", "carer_ended", "paper_kept"),
    *("hours_wished", "hours_dropped", "shared", "not_shared"),
    *("says_neutral", "says_place", "says_clinical"),
)
"""What an entry of the ledger may say. Stored: never rename one."""
# What was said by a number counts for everybody who is reached there; what was said about a person, for that person.
OF_NUMBER = ("withdrawn", "restored", "hours_wished", "hours_dropped", "shared", "not_shared")
MOST_PROOFS = 500


def proofs(
    clinic_id: UUID,
    patient_id: UUID | None,
    phone_bi: bytes | None,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = MOST_PROOFS,
) -> list[Proof]:
    """The ledger's entries about a person (None: nobody is known) or the number that reaches them, newest first. Call it inside
    `clinic_scope`; the caller audits."""
    about = Q(patient_id=patient_id) if patient_id else Q(pk__in=[])
    if phone_bi:
        about |= Q(phone_bi=phone_bi, kind__in=(*OF_NUMBER, "permitted"))
    rows = LedgerEntry.objects.filter(about, clinic_id=clinic_id)
    if before:
        rows = rows.filter(Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1]))
    keys, papers = keys_for(clinic_id), papers_of(clinic_id, patient_id) if patient_id else frozenset()
    return [
        Proof(
            id=row.id,
            at=row.at,
            kind=row.kind,
            how=row.how,
            groups=tuple(PurposeGroup[name.upper()] for name in row.purpose_groups),
            actor_kind=row.actor_kind,
            actor_ref=row.actor_ref,
            channel=row.channel,
            source=row.source,
            said_at=row.said_at,
            text_version=row.text_version,
            words=keys.open(WORDS, row.id.bytes, bytes(row.words_ct)).decode() if row.words_ct else "",
            has_paper=row.id in papers,
        )
        for row in rows.order_by("-at", "-id")[:limit]
    ]


def choices(clinic_id: UUID, patient_id: UUID, phone_bi: bytes | None, basis: CareBasis) -> list[Choice]:
    """What a person may be written about, group by group, and the entry that says so. Call it inside `clinic_scope`."""
    standing = standing_of(clinic_id, phones=[phone_bi] if phone_bi else [], patients=[patient_id])
    withdrawn = standing.withdrawn.get(phone_bi or b"", frozenset())
    permitted = standing.permitted.get(patient_id, frozenset()) | standing.agreed_here.get(phone_bi or b"", frozenset())
    said = proofs(clinic_id, patient_id, phone_bi)
    return [_choice(group, withdrawn, permitted, basis, said) for group in EVERYTHING]


def _choice(
    group: PurposeGroup,
    withdrawn: frozenset[PurposeGroup],
    permitted: frozenset[PurposeGroup],
    basis: CareBasis,
    said: list[Proof],
) -> Choice:
    is_care = group in (PurposeGroup.CARE, PurposeGroup.BILLING) and basis is CareBasis.CARE
    if group in withdrawn:
        stand, kinds = Stand.STOPPED, frozenset({"withdrawn"})
    elif group in permitted:
        stand, kinds = Stand.PERMITTED, frozenset({"permitted", "restored"})
    else:
        stand, kinds = (Stand.PART_OF_CARE if is_care else Stand.NOT_ASKED), frozenset({"restored"})
    proof = next((one for one in said if one.kind in kinds and group in one.groups and one.channel == SMS), None)
    return Choice(group, stand, proof)
