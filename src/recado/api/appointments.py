"""Free times and visits by API: asked for, booked, moved, cancelled. Only visits that were booked here: a practice system moves
its own.

No Idempotency-Key: a visit has a name of its own, and the same word twice changes nothing.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs
from uuid import UUID

from django.db import close_old_connections, transaction
from msgspec.json import Decoder

from recado.api import appointment_shapes as shapes
from recado.api.answers import Answer, answer
from recado.api.decoding import decode_one
from recado.api.events import by_key, read_person, read_source
from recado.api.problems import Problem, Wrong, problem, wrong
from recado.appointments import actions, queries
from recado.appointments.types import (
    CancelReason,
    Outcome,
    ServiceView,
    Slot,
    SlotTaken,
    SlotWish,
    VisitState,
    VisitView,
)
from recado.clinics import queries as clinics
from recado.clinics.types import ApiKeyView
from recado.contacts.types import PersonRecord
from recado.foundation import audit, business_time
from recado.foundation.tenancy import clinic_scope

USUAL = timedelta(days=14)  # looked ahead where `to` is not said
_new, _move, _cancel = (
    Decoder(shapes.NewAppointment),
    Decoder(shapes.MoveAppointment),
    Decoder(shapes.CancelAppointment),
)
TAKEN = problem("taken", "Somebody has this time. Nothing was changed: ask for the free times again.", "slot")
NOT_OURS = problem("not_found", "No visit of this id was booked here. What a practice system tells of is moved there.")
TOO_LATE = problem("invalid", "The visit has begun, or is off. Nothing was changed.")

Take = Callable[[ApiKeyView, bytes, str], Answer]


def free(key: ApiKeyView, query: bytes) -> Answer:
    """The services of a clinic, and the free times of one. Raises Wrong."""
    asked = {name: values[-1] for name, values in parse_qs(query.decode("latin-1")).items()}
    unknown = asked.keys() - {"service", "clinician", "from", "to"}
    if unknown:
        raise wrong("invalid", "Leave out what isn't one of: service, clinician, from, to.")
    start = max(_moment(asked.get("from"), "from") or business_time.now(), business_time.now())
    end = _moment(asked.get("to"), "to") or start + USUAL
    if not start <= end <= start + timedelta(days=shapes.MOST_DAYS):
        raise wrong("invalid", f"Give a time after `from`, at most {shapes.MOST_DAYS} days behind it.", "to")
    close_old_connections()
    try:
        with clinic_scope(key.clinic_id):
            services = queries.services(key.clinic_id)
            names = {one.id: one.name for one in queries.calendars(key.clinic_id)}
            found = _free(key.clinic_id, services, names, asked, start, end)
    finally:
        close_old_connections()
    offered = [
        shapes.ServiceOffered(s.id, s.name, s.minutes, [names[one] for one in s.clinicians if one in names])
        for s in services
    ]
    return answer(200, shapes.SlotsAnswer(offered, [_shown(one) for one in found]))


def _free(
    clinic_id: UUID,
    services: list[ServiceView],
    names: dict[int, str],
    asked: dict[str, str],
    start: datetime,
    end: datetime,
) -> list[Slot]:
    if "service" not in asked:
        return []
    service = next((one for one in services if asked["service"] in (str(one.id), one.name)), None)
    if service is None:
        raise wrong("invalid", "Name a service that can be booked: GET /slots without one lists them.", "service")
    wanted = [one for one in service.clinicians if names.get(one) == asked.get("clinician")]
    if "clinician" in asked and not wanted:
        raise wrong("invalid", "Name a clinician who does this service.", "clinician")
    return queries.free_slots(clinic_id, service_id=service.id, start=start, end=end, clinicians=wanted)


def taker(path: str) -> Take | None:
    """What is done at this address under appointments; None: nothing."""
    if not path:
        return book
    name, _, act = path.partition("/")
    take = {"move": move, "cancel": cancel}.get(act)
    try:
        visit_id = UUID(name)
    except ValueError:
        return None
    return None if take is None else lambda key, body, origin: take(key, visit_id, body, origin)


def book(key: ApiKeyView, body: bytes, origin: str) -> Answer:
    """Books. Raises Wrong, and nothing is kept then: neither the visit nor the person."""
    new = decode_one(_new, shapes.NewAppointment, body)
    wish, source = _wish(new.slot), read_source(new.source)
    if not new.external_id.isprintable():
        raise wrong("invalid", "Use letters, digits and signs that can be seen.", "external_id")

    def do() -> tuple[UUID, bool]:
        return actions.book_once(
            clinic_id=key.clinic_id,
            name=f"{source}:{new.external_id}",
            wish=wish,
            person=_person(key.clinic_id, new),
            tell=new.tell,
            by=by_key(key),
        )

    return _done(key, origin, do)


def move(key: ApiKeyView, visit_id: UUID, body: bytes, origin: str) -> Answer:
    """Moves. A visit that is there already stays. Raises Wrong."""
    asked = decode_one(_move, shapes.MoveAppointment, body)
    wish = _wish(asked.slot)

    def do() -> tuple[UUID, bool]:
        _ours(key.clinic_id, visit_id)
        said = actions.move(clinic_id=key.clinic_id, visit_id=visit_id, wish=wish, tell=asked.tell, by=by_key(key))
        _in_time(said)
        return visit_id, False

    return _done(key, origin, do)


def cancel(key: ApiKeyView, visit_id: UUID, body: bytes, origin: str) -> Answer:
    """Cancels. A visit that is off stays off. Raises Wrong."""
    asked = decode_one(_cancel, shapes.CancelAppointment, body)

    def do() -> tuple[UUID, bool]:
        if _ours(key.clinic_id, visit_id).state is not VisitState.CANCELLED:
            reason = CancelReason(asked.reason)
            _in_time(
                actions.cancel(
                    clinic_id=key.clinic_id, visit_id=visit_id, reason=reason, tell=asked.tell, by=by_key(key)
                )
            )
        return visit_id, False

    return _done(key, origin, do)


def _done(key: ApiKeyView, origin: str, do: Callable[[], tuple[UUID, bool]]) -> Answer:
    """Does it in one transaction, and tells how the visit stands. Raises Wrong."""
    close_old_connections()
    try:
        with audit.arrived(origin=origin, request_id=""), clinic_scope(key.clinic_id), transaction.atomic():
            visit_id, is_new = do()
            visit = queries.visit(key.clinic_id, visit_id)
            assert visit is not None
    except SlotTaken:
        raise Wrong(TAKEN) from None
    finally:
        close_old_connections()
    return answer(
        200,
        shapes.AppointmentAnswer(
            visit.id, visit.state.value, visit.starts_at, visit.service, visit.clinician, is_new=is_new
        ),
    )


def _ours(clinic_id: UUID, visit_id: UUID) -> VisitView:
    visit = queries.visit(clinic_id, visit_id)
    if visit is None or not queries.is_kept_here(clinic_id, visit_id):
        raise Wrong(NOT_OURS)
    return visit


def _in_time(outcome: Outcome) -> None:
    if outcome is Outcome.TOO_LATE:
        raise Wrong(TOO_LATE)


def _person(clinic_id: UUID, new: shapes.NewAppointment) -> PersonRecord:
    read = read_person(new.person, clinics.clinic_settings(clinic_id).country)
    if isinstance(read, Problem):
        raise Wrong(read)
    return read


def _shown(slot: Slot) -> shapes.FreeSlot:
    name = f"{slot.service_id.hex}.{slot.calendar_id}.{int(slot.starts_at.timestamp() // 60)}"
    return shapes.FreeSlot(name, slot.service_id, slot.service, slot.clinician, slot.starts_at, slot.minutes, slot.room)


def _wish(slot: str) -> SlotWish:
    """Raises Wrong."""
    try:
        service, number, minute = slot.split(".")
        return SlotWish(UUID(service), int(number), datetime.fromtimestamp(int(minute) * 60, UTC))
    except (ValueError, OverflowError, OSError):
        raise wrong("invalid", "Give a slot as GET /slots names it.", "slot") from None


def _moment(text: str | None, field: str) -> datetime | None:
    """Raises Wrong."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a plus in an address is read as a space
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise wrong("invalid", "Give a time with its zone, as 2026-11-24T10:00:00Z.", field)
    return moment
