"""What the waitlist's pages and its worker read. Call everything inside `clinic_scope`."""

from collections import Counter
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from recado.clinics import queries as clinics
from recado.conversations import queries as conversations
from recado.conversations.types import OfferView
from recado.foundation import business_time

from .models import Appointment, FreedTime, WaitEntry
from .types import VisitState
from .waitlist_types import Freed, FreedState, Notice, Refill, Waiting, WhyEnded
from .waves import FreeTime, Wish, ranked

KIND = "waitlist"
EXPERIENCE = timedelta(days=90)


def wishes(clinic_id: UUID) -> list[Wish]:
    """What everybody on the list waits for, who waits longest first; the visit they would give up as it stands now."""
    rows = WaitEntry.objects.filter(clinic_id=clinic_id, state="waiting")
    return [_wish(row, at) for row, at in _with_visits(clinic_id, list(rows.order_by("joined_at", "id")))]


def waiting(clinic_id: UUID) -> list[Waiting]:
    """Everybody on the list, with how often something was offered to them since they joined."""
    rows = list(
        WaitEntry.objects.filter(clinic_id=clinic_id, state="waiting").order_by("-is_urgent", "joined_at", "id")
    )
    offers, answered = _offered(clinic_id, min((row.joined_at for row in rows), default=None))
    return [
        Waiting(_wish(row, at), row.visit_id, row.joined_by, offers[row.patient_id], answered[row.patient_id])
        for row, at in _with_visits(clinic_id, rows)
    ]


def waiting_of(clinic_id: UUID, patient_id: UUID) -> list[Waiting]:
    """What this person waits for; one at the most. What was offered to them is not counted."""
    found = WaitEntry.objects.filter(clinic_id=clinic_id, state="waiting", patient_id=patient_id)
    return [Waiting(_wish(row, at), row.visit_id, row.joined_by) for row, at in _with_visits(clinic_id, list(found))]


def how_many_wait(clinic_id: UUID) -> int:
    """People on the list."""
    return WaitEntry.objects.filter(clinic_id=clinic_id, state="waiting").count()


def _offered(clinic_id: UUID, since: datetime | None) -> tuple[Counter[UUID], Counter[UUID]]:
    offers: Counter[UUID] = Counter()
    answered: Counter[UUID] = Counter()
    if since is None:
        return offers, answered
    freed = list(FreedTime.objects.filter(clinic_id=clinic_id, freed_at__gte=since).values_list("id", flat=True))
    for offer in conversations.offers_about(clinic_id, KIND, freed):
        offers.update(one.patient_id for one in offer.offered)
        answered.update(one.patient_id for one in offer.offered if one.answer)
    return offers, answered


def _with_visits(clinic_id: UUID, rows: list[WaitEntry]) -> list[tuple[WaitEntry, datetime | None]]:
    visits = Appointment.objects.filter(
        clinic_id=clinic_id, state__in=[VisitState.BOOKED, VisitState.CONFIRMED]
    ).in_bulk([row.visit_id for row in rows if row.visit_id])
    return [(row, visits[row.visit_id].starts_at if row.visit_id in visits else None) for row in rows]


def _wish(row: WaitEntry, has_at: datetime | None) -> Wish:
    return Wish(
        row.id,
        row.patient_id,
        row.joined_at,
        row.clinician,
        row.service,
        row.site,
        row.days,
        row.from_minute,
        row.to_minute,
        row.notice,
        row.is_urgent,
        has_at,
        row.until,
        row.not_on,
    )


def experience(clinic_id: UUID, now: datetime) -> tuple[int, int]:
    """How many said yes, in time or too late, of how many that were asked in the last 90 days."""
    return conversations.tally_of_offers(clinic_id, KIND, now - EXPERIENCE)


def was_on_offer(clinic_id: UUID, freed_id: UUID) -> bool:
    """Whether this is a time of the clinic's that came free."""
    return FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id).exists()


def who_could_come(clinic_id: UUID, freed_id: UUID) -> tuple[Freed, list[Waiting], list[Waiting]] | None:
    """A time on offer, whom on the list it suits in the order in which they are asked, and who else is on the list. None:
    it is not on offer."""
    row = FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id, state=FreedState.OFFERING).first()
    if row is None:
        return None
    zone = clinics.clinic_settings(clinic_id).time_zone
    on_list = {one.wish.entry_id: one for one in waiting(clinic_id)}
    time = FreeTime(row.starts_at, row.duration, row.clinician, row.service, row.site)
    suits = ranked((one.wish for one in on_list.values()), time, business_time.now(), zone)
    first = [on_list.pop(wish.entry_id) for wish in suits]
    return _freed(row, None), first, list(on_list.values())


def freed_times(clinic_id: UUID, *, since: datetime, limit: int = 50) -> list[Freed]:
    """The times that came free since then, newest first, those on offer before all."""
    rows = FreedTime.objects.filter(clinic_id=clinic_id, freed_at__gte=since)
    on_offer = list(rows.filter(state=FreedState.OFFERING).order_by("starts_at")[:limit])
    over = list(rows.exclude(state=FreedState.OFFERING).order_by("-freed_at")[:limit])
    offers: dict[UUID, OfferView] = {}
    for offer in conversations.offers_about(clinic_id, KIND, [row.id for row in (*on_offer, *over)]):
        offers.setdefault(offer.subject_id, offer)
    return [_freed(row, offers.get(row.id)) for row in (*on_offer, *over)]


def on_offer(clinic_id: UUID, start: datetime, end: datetime) -> list[Freed]:
    """The times on offer that begin between two moments, in order."""
    rows = FreedTime.objects.filter(clinic_id=clinic_id, state=FreedState.OFFERING)
    found = list(rows.filter(starts_at__gte=start, starts_at__lt=end).order_by("starts_at"))
    offers = conversations.offers_about(clinic_id, KIND, [row.id for row in found]) if found else []
    newest: dict[UUID, OfferView] = {}
    for offer in offers:
        newest.setdefault(offer.subject_id, offer)
    return [_freed(row, newest.get(row.id)) for row in found]


def _freed(row: FreedTime, offer: OfferView | None) -> Freed:
    return Freed(
        row.id,
        row.visit_id,
        FreeTime(row.starts_at, row.duration, row.clinician, row.service, row.site),
        row.freed_at,
        FreedState(row.state),
        row.wave_ends_at,
        row.filled_by,
        row.ended_at,
        offer,
        WhyEnded(row.why),
    )


def refill(clinic_id: UUID, *, days: int = 30) -> Refill:
    """How the list did: what was filled, what nobody wanted, what came too late. What was taken back counts for nothing; what
    was offered once more counts once, as it ended."""
    since = business_time.now() - timedelta(days=days)
    every = FreedTime.objects.filter(clinic_id=clinic_id, freed_at__gte=since).order_by("freed_at", "id")
    found = every.values_list("visit_id", "state", "freed_at", "ended_at", "starts_at")
    last = {(visit, starts): (state, freed, ended, starts) for visit, state, freed, ended, starts in found}
    rows = list(last.values())
    states = Counter(state for state, *_ in rows)
    took = [(ended - freed).total_seconds() for state, freed, ended, _ in rows if state == FreedState.FILLED and ended]
    ended_as = Counter((_notice(starts - freed), state) for state, freed, _, starts in rows)
    return Refill(
        states[FreedState.FILLED],
        states[FreedState.NOBODY],
        states[FreedState.TOO_LATE],
        median(took) if took else None,
        tuple(
            (notice, ended_as[notice, FreedState.FILLED], total)
            for notice in Notice
            if (total := sum(ended_as[notice, state] for state in COUNTED))
        ),
    )


COUNTED = (FreedState.FILLED, FreedState.NOBODY, FreedState.TOO_LATE)


def _notice(ahead: timedelta) -> Notice:
    if ahead > timedelta(hours=4):
        return Notice.LONG
    return Notice.MIDDLE if ahead >= timedelta(hours=2) else Notice.SHORT
