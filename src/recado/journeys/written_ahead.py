"""The words and the cost of texts to come: each is written as it would arrive today. Nothing is stored and nothing leaves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from recado.consent import queries as consent
from recado.foundation import business_time
from recado.foundation.database import plain_cursor
from recado.foundation.wiring import wired
from recado.messaging import queries as messaging
from recado.messaging.types import Intent

from .foresight import Coming, id_of
from .types import AnchorRoom, Letter, TogetherRoom

# The soonest event of a kind with something still to come.
NEXT: LiteralString = """
SELECT r.anchor_id, r.patient_id FROM journeys_timer t JOIN journeys_run r ON r.id = t.run_id AND r.clinic_id = t.clinic_id
WHERE t.clinic_id = %s AND t.held_for IS NULL AND t.due >= %s AND r.anchor_kind = %s ORDER BY t.due, t.id LIMIT 1
"""
MEASURED = 1_000  # texts that are written to see what all of them cost: 0.2 s


@dataclass(frozen=True, slots=True)
class Written:
    """A text to come as it would arrive today."""

    text: str
    cost: messaging.Cost


def written(clinic_id: UUID, coming: Sequence[Coming]) -> list[Written | None]:
    """The words and the cost of these, in the order given; None: nothing is said. Call it inside `looking`; the caller
    audits."""
    words: dict[int, tuple[str, Intent]] = {}
    known = messaging.words_of(clinic_id, [one.message_id for one in coming if one.message_id])
    people = consent.recipients(clinic_id, {one.patient_id for one in coming if one.patient_id})
    for at, one in enumerate(coming):
        if one.message_id and one.message_id in known:
            who = people.get(one.patient_id) if one.patient_id else None
            words[at] = known[one.message_id], _intent(one, known[one.message_id], who.phone if who else None)
    by_kind: dict[str, list[int]] = {}
    for at, one in enumerate(coming):
        if one.anchor_id is not None and one.template:
            by_kind.setdefault(one.kind, []).append(at)
    for kind, places in by_kind.items():
        room: AnchorRoom = wired("ANCHORS", kind)
        wanted = [(coming[at].anchor_id, coming[at].template) for at in places]
        known_ids = room.load(clinic_id, [name for name, _ in wanted if name])
        places = [at for at in places if coming[at].anchor_id in known_ids]
        several = [at for at in places if coming[at].others]
        alone = [at for at in places if not coming[at].others and coming[at].outcome != "joined"]
        letters = _composed(room, clinic_id, [(id_of(coming[at]), coming[at].template) for at in alone])
        if several:
            together: TogetherRoom = wired("TOGETHER", kind)
            wanted_together = [((id_of(coming[at]), *coming[at].others), coming[at].template) for at in several]
            letters += together.compose(clinic_id, wanted_together)
        for at, letter in zip([*alone, *several], letters, strict=True):
            if letter is None:
                continue
            words[at] = letter.text, _intent(coming[at], letter.text, letter.phone)
    order = list(words)
    costs: Mapping[int, messaging.Cost] = dict(
        zip(order, messaging.costs(clinic_id, [words[at][1] for at in order]), strict=True)
    )
    return [Written(words[at][0], costs[at]) if at in words else None for at in range(len(coming))]


@dataclass(frozen=True, slots=True)
class Real:
    """A text as a real person would get it: of the next event of its kind, which begins at `start`. `language`: of whoever is
    told."""

    patient_id: UUID
    start: datetime
    text: str
    language: str


def next_real(clinic_id: UUID, kind: str, template: str) -> Real | None:
    """What this text would say of the next event; None: none is ahead, or the text can't be about it. Nothing is stored, and
    nothing leaves. Call it inside `clinic_scope`; the caller audits."""
    with plain_cursor() as cursor:
        row = cursor.execute(NEXT, (clinic_id, business_time.now(), kind)).fetchone()
    if row is None:
        return None
    anchor_id, patient_id = row
    room: AnchorRoom = wired("ANCHORS", kind)
    view = room.load(clinic_id, [anchor_id]).get(anchor_id)
    who = consent.recipients(clinic_id, [patient_id]).get(patient_id)
    if view is None or who is None:
        return None
    with messaging.only_samples():
        (letter,) = _composed(room, clinic_id, [(anchor_id, template)])
    return Real(patient_id, view.anchor.start, letter.text, who.language) if letter else None


def _intent(one: Coming, text: str, phone: object) -> Intent:
    return Intent(one.purpose, text, phone, patient_id=one.patient_id, not_before=one.at)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Parts and money by currency. `is_about`: measured on some of the texts and reckoned up. `unpriced`: parts for which
    nobody has told a price."""

    parts: int
    sums: Mapping[str, Decimal]
    unpriced: int
    is_about: bool


def estimate(clinic_id: UUID, coming: Sequence[Coming], *, most: int = MEASURED) -> Estimate:
    """What these texts cost together: each is written as it would arrive; of more than `most`, that many evenly spread. Call
    it inside `looking`."""
    going = [one for one in coming if one.goes]
    step = max(1, -(-len(going) // most))
    some = going[::step]
    return _estimate(written(clinic_id, some), len(going))


def estimates(clinic_id: UUID, groups: Mapping[date, Sequence[Coming]]) -> dict[date, Estimate]:
    """What the texts of each day cost; they are written all at once. Call it inside `looking`."""
    going = [(day, one) for day, coming in groups.items() for one in coming if one.goes]
    made: dict[date, list[Written | None]] = {day: [] for day in groups}
    for (day, _), one in zip(going, written(clinic_id, [one for _, one in going]), strict=True):
        made[day].append(one)
    return {day: _estimate(some, len(some)) for day, some in made.items()}


def _estimate(some: Sequence[Written | None], going: int) -> Estimate:
    """Of `going` texts, `some` of which were written."""
    parts = unpriced = 0
    sums: dict[str, Decimal] = {}
    for one in some:
        if one is None or one.cost.objection:
            continue
        parts += one.cost.parts
        if one.cost.price is None:
            unpriced += one.cost.parts
        else:
            sums[one.cost.currency] = sums.get(one.cost.currency, Decimal(0)) + one.cost.price
    share = Decimal(going) / len(some) if some else Decimal(1)
    return Estimate(
        round(parts * share),
        {currency: amount * share for currency, amount in sorted(sums.items())},
        round(unpriced * share),
        going > len(some),
    )


def together(several: Iterable[Estimate]) -> Estimate:
    """All of them as one."""
    parts, unpriced, is_about, sums = 0, 0, False, dict[str, Decimal]()
    for one in several:
        parts, unpriced, is_about = parts + one.parts, unpriced + one.unpriced, is_about or one.is_about
        for currency, amount in one.sums.items():
            sums[currency] = sums.get(currency, Decimal(0)) + amount
    return Estimate(parts, dict(sorted(sums.items())), unpriced, is_about)


def _composed(room: AnchorRoom, clinic_id: UUID, wanted: Sequence[tuple[UUID, str]]) -> list[Letter | None]:
    """The letters in the order given; None: it can't be written, as what it would tell is not there (a step that the plan
    leaves out for that very reason)."""
    try:
        return [*room.compose(clinic_id, wanted)]
    except messaging.MissingValue:
        if len(wanted) == 1:
            return [None]
        half = len(wanted) // 2
        return _composed(room, clinic_id, wanted[:half]) + _composed(room, clinic_id, wanted[half:])
