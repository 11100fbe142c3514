"""What journeys ask of this room: where an event stands, and the texts about it. Wired under ANCHORS."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import PurposeGroup
from recado.contacts.types import Reach
from recado.foundation import business_time
from recado.foundation.keys import keys_for
from recado.journeys.types import Anchor, AnchorChange, AnchorView, Letter, Sample
from recado.messaging import queries as wording

from . import kinds, letters, paper_links, sampling
from .effects import EFFECTS
from .models import Event
from .types import Detail, EventKind

SEALED = "care_events.detail"
DOSE_COUNTS = timedelta(hours=1)  # a reminder of a dose is of no use later
DOSE_ANSWERED = timedelta(
    days=1
)  # but whoever answers in the evening that they took it, or want no more, is understood
TEXT_COUNTS = timedelta(days=7)
ABOUT_MONEY = (EventKind.INVOICE, EventKind.COVER_RENEWAL)
OF_NO_USE_LATER = (EventKind.DELAY, EventKind.VIDEO_VISIT, EventKind.HOURS)  # than the event itself


def detail_of(event: Event) -> Detail:
    sealed = keys_for(event.clinic_id).open(SEALED, event.id.bytes, bytes(event.detail_ct))
    return kinds.from_json(EventKind(event.kind), json.loads(sealed))


def seal_detail(event: Event, detail: Detail) -> bytes:
    return keys_for(event.clinic_id).seal(SEALED, event.id.bytes, json.dumps(kinds.to_json(detail)).encode())


def anchor_of(event: Event, detail: Detail, time_zone: str) -> Anchor:
    return Anchor(
        start=event.at,
        booked_at=event.created_at,
        state=event.state,
        revision=event.revision,
        end=event.ends_at,
        times=kinds.times_of(detail, time_zone),
        fields=kinds.known_of(detail),
    )


def change_of(event: Event, detail: Detail, time_zone: str, *, is_new: bool = False) -> AnchorChange:
    answers = frozenset(filter(None, (event.answer,)))
    return AnchorChange(
        event.kind, event.id, event.patient_id, anchor_of(event, detail, time_zone), answers, is_new=is_new
    )


def load(clinic_id: UUID, ids: Iterable[UUID]) -> dict[UUID, AnchorView]:
    """Call it inside `clinic_scope`."""
    zone = clinics.clinic_settings(clinic_id).time_zone
    views = {}
    for event in Event.objects.filter(clinic_id=clinic_id, id__in=list(ids)):
        change = change_of(event, detail_of(event), zone)
        views[event.id] = AnchorView(event.id, event.patient_id, change.anchor, change.answers, event.external_id)
    return views


def compose(clinic_id: UUID, wanted: Sequence[tuple[UUID, str]]) -> list[Letter]:
    """The text of each (event, template), in the order given. Call it inside `clinic_scope`."""
    if not wanted:
        return []
    events = Event.objects.filter(clinic_id=clinic_id).in_bulk({event_id for event_id, _ in wanted})
    people = _people(clinic_id, events.values())
    texts = _texts(clinic_id, wanted, events, people)
    now = business_time.now()
    made = []
    for (name, template), text in zip(wanted, texts, strict=True):
        event = events[name]
        expires = event.at if event.kind in OF_NO_USE_LATER else now + TEXT_COUNTS
        is_dose = template == "dose"
        until = now + DOSE_COUNTS if is_dose else expires
        answered = now + DOSE_ANSWERED if is_dose else None
        made.append(Letter(text.text, people[name].phone, until, text.mark, answered))
    return made


def _people(clinic_id: UUID, events: Collection[Event]) -> dict[UUID, Reach]:
    """Whom the text about each event goes to, by the event."""
    found: dict[UUID, Reach] = {}
    for group in PurposeGroup.CARE, PurposeGroup.BILLING:
        ours = [event for event in events if (event.kind in ABOUT_MONEY) is (group is PurposeGroup.BILLING)]
        people = consent.recipients(clinic_id, {event.patient_id for event in ours}, group) if ours else {}
        found |= {event.id: people[event.patient_id] for event in ours}
    return found


def _texts(
    clinic_id: UUID, wanted: Sequence[tuple[UUID, str]], events: Mapping[UUID, Event], people: Mapping[UUID, Reach]
) -> list[wording.Written]:
    """Of papers, the text says where they are."""
    linked = dict.fromkeys(name for name, template in wanted if template in paper_links.TEMPLATES)
    links = paper_links.links(clinic_id, [events[name] for name in linked], people)
    details = {event.id: detail_of(event) for event in events.values()}
    return letters.write(
        clinic_id,
        [
            (
                details[name],
                paper_links.TEMPLATES.get(template, template) if name in links else template,
                people[name],
            )
            for name, template in wanted
        ],
        [links.get(name, "") for name, _ in wanted],
    )


def templates(clinic_id: UUID) -> Collection[str]:
    """The keys of the texts about events, the clinic's own among them."""
    return wording.keys_of(clinic_id, "care") | letters.TEXTS.keys()


def samples(
    clinic_id: UUID, kind: str, templates: Collection[str], at: datetime | None = None
) -> Mapping[str, Mapping[str, Sample]]:
    """Texts about an invented event, by key and language. Call it inside `clinic_scope`."""
    return sampling.samples(clinic_id, EventKind(kind), templates, at)


def answers(kind: str) -> Mapping[str, str]:
    """What a question about such an event offers."""
    return {answer: state or "" for (its, answer), (state, _, _) in EFFECTS.items() if its == kind}
