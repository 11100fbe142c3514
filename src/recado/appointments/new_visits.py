"""Who asks for a visit by text gets three free times, each with a letter, and the letter books it: nobody needs a page for that.

Who may book, what and how much stands in `online`: here only services that patients book by link, within the same limits. Which
service: the one that their words name, the only one, their last, or what the clinic calls the usual; where none of these tells,
they are asked once, if texts to them may say what a visit is for, and else have the link alone. The times are held for an hour; a
letter that comes later books as long as the time is free. Whoever wants texts that tell no time gets the link alone.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import Privacy, Purpose
from recado.contacts import queries as contacts
from recado.conversations import actions as asking
from recado.conversations import queries as conversations
from recado.conversations.types import Following, Heard, Settlement, TimeWish, time_wish_in
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.text import words_of
from recado.messaging import queries as texts

from . import by_text, choosing, kept_wishes, letters, online, own_bookings, times
from .booking_wordings import BY_LETTER, NEW_VISIT
from .by_text import HOLD, LETTERS
from .models import Appointment, NewVisitOffer
from .types import ServiceView, Slot, SlotTaken, SlotWish, TooMany

KIND = "new_visit"  # of the question
ARE_OFFERED = True  # under TIMES
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # no visit stands that the times should differ from
OFFERING = frozenset(
    {"dialogue_ended", "visit_offered", "times_asked"}
)  # outcomes of texts that we answered with times
TIMES, SERVICE = "new_visit_times", "new_visit_service"
_SAYS = texts.define_all(BY_LETTER, ("choices", "link"))
_NEW = texts.define("new_visit_named", NEW_VISIT, ())


def offer(*, clinic_id: UUID, patient_id: UUID, language: str, words: str, link: str, by: Actor) -> Settlement | None:
    """Times for a new visit, or the question what it is for, as a sentence behind "choose a time:", with the question that it
    puts. `words`: in which they asked; `link`: where they see all. None: the link alone will have to do. Wired under
    LINKS_TO_BOOK. Call it inside `clinic_scope`."""
    person = contacts.reach(clinic_id, [patient_id])[patient_id]
    most = consent.most_said(clinic_id, [person])[patient_id, person.phone_bi]
    if most < Privacy.PLACE_AND_TIME or not online.may_book(clinic_id, patient_id):
        return None
    now = business_time.now().astimezone(ZoneInfo(clinics.clinic_settings(clinic_id).time_zone))
    wish = conversations.time_wished([words], now)
    services = online.services(clinic_id, is_known=True)
    free = online.slots_of_each(clinic_id, services, patient_id)
    possible = [one for one in services if free[one.id]]
    seen = _seen(clinic_id, patient_id)
    service = which(possible, [visit.service for visit in seen], words)
    if service is None:
        if most < Privacy.CLINICAL or not 1 < len(possible) <= len(LETTERS):
            return None
        return _asked_for(clinic_id, patient_id, language, possible, wish, link)
    return _times(clinic_id, patient_id, language, service, free[service.id], wish, by, link=link)


def which(services: Sequence[ServiceView], seen: Sequence[str], words: str) -> ServiceView | None:
    """Which of these a visit is for. `seen`: the services of their visits, the newest first; `words`: in which they asked. Pure."""
    said = set(words_of(words))
    named = [one for one in services if (name := words_of(one.name)) and said.issuperset(name)]
    if len(named) == 1:
        return named[0]
    if len(services) == 1:
        return services[0]
    last = next(iter(seen), None)
    usual = [one for one in services if one.name == last] or [one for one in services if one.is_usual]
    return usual[0] if usual else None


def answer(heard: Heard) -> Settlement | None:
    """Times that were offered don't suit, and they say which would ("not before ten"): others are. None: it says something
    else. Wired under ANSWERERS."""
    last, patient_id = heard.known.last, heard.patient_id
    if patient_id is None or heard.is_to_staff or last is None or last.outcome not in OFFERING:
        return None
    if not conversations.is_asked(heard.clinic_id, heard.phone_bi, KIND):
        return None
    wish = time_wish_in(heard.words, heard.understood.slots)
    rows = NewVisitOffer.objects.filter(clinic_id=heard.clinic_id, patient_id=patient_id, visit_id=None)
    found = rows.filter(service_id__isnull=False).order_by("-asked_at").first()
    if wish is None or found is None:
        return None
    return _again(found, by_text.OFFERED, online.BY_TEXT, wish=wish)


# ------------------------------------------------------------------------------------------------ answers


def settle(clinic_id: UUID, offer_id: UUID, answer: str, by: Actor) -> Settlement:
    """Books the time of a letter, or offers times for its service. Wired under REPLY_HANDLERS. Call it inside `clinic_scope`."""
    found = NewVisitOffer.objects.select_for_update().get(clinic_id=clinic_id, id=offer_id)
    chosen = found.choices[LETTERS.index(answer)]
    if found.service_id is None:
        found.service_id = UUID(chosen)
        return _again(found, by_text.OFFERED, by, wish=kept_wishes.read(found.wish))
    if found.visit_id is not None:
        return _said_again(found, found.visit_id, answer)
    number, moment = chosen
    wish = SlotWish(found.service_id, number, datetime.fromisoformat(moment))
    try:
        visit_id = online.book(clinic_id=clinic_id, patient_id=found.patient_id, wish=wish, by=by, tell=False)
    except SlotTaken:
        return _again(found, by_text.GONE, by, wish=kept_wishes.read(found.wish))
    except TooMany:
        return Settlement("waits_for_person", "", is_over=True, needs_person=True)
    found.visit_id, found.booked = visit_id, answer
    found.save(update_fields=["visit_id", "booked"])
    return _booked(found, Appointment.objects.get(clinic_id=clinic_id, id=visit_id))


def _said_again(found: NewVisitOffer, visit_id: UUID, answer: str) -> Settlement:
    """The question stays open once a time is booked: the same letter says nothing new as long as the visit stands, and another, or
    one after it was cancelled, goes to a person."""
    visit = Appointment.objects.filter(clinic_id=found.clinic_id, id=visit_id, state__in=own_bookings.STANDS).first()
    if visit is None or found.booked != answer:
        return Settlement("waits_for_person", "", needs_person=True)
    return _booked(found, visit)


def _booked(found: NewVisitOffer, visit: Appointment) -> Settlement:
    (told,) = letters.write(found.clinic_id, [(visit, "visit_confirmation")], purpose=Purpose.ANSWER)
    return Settlement("booked", told.text, wording=told.mark)


def _again(found: NewVisitOffer, template: str, by: Actor, *, wish: TimeWish | None) -> Settlement:
    """Times once more; where there are none left, a person finds one."""
    service = next((one for one in online.services(found.clinic_id, is_known=True) if one.id == found.service_id), None)
    told = None
    if service is not None:
        told = _times(
            found.clinic_id,
            found.patient_id,
            found.language,
            service,
            online.slots(found.clinic_id, service.id, held_for=found.patient_id),
            wish,
            by,
            template=template,
        )
    return told or Settlement("waits_for_person", "", is_over=True, needs_person=True)


# ------------------------------------------------------------------------------------------------ as conversations ask


def describe(clinic_id: UUID, offer_ids: Sequence[UUID], language: str) -> list[str]:
    """What to call it where we ask back which is meant. Wired under DESCRIPTIONS."""
    return [texts.render(_NEW, language, {}).text for _ in offer_ids]


def moments(clinic_id: UUID, offer_id: UUID) -> list[datetime]:
    """The times of the letters; none where services stand behind them. Wired under TIMES. Call it inside `clinic_scope`."""
    found = NewVisitOffer.objects.get(clinic_id=clinic_id, id=offer_id)
    return [datetime.fromisoformat(moment) for _, moment in found.choices] if found.service_id else []


def ask_which(clinic_id: UUID, offer_id: UUID, places: Sequence[int], by: Actor) -> Settlement:
    """Which of these is meant? The letters stay, and all of them still count. Wired under TIMES. Call it inside
    `clinic_scope`."""
    found = NewVisitOffer.objects.get(clinic_id=clinic_id, id=offer_id)
    offered = moments(clinic_id, offer_id)
    shown = {LETTERS[at]: offered[at] for at in places}
    text, mark = _written(found, shown, by_text.OFFERED)
    return Settlement("times_asked", text, asks=_asks(found, offered), wording=mark)


# ------------------------------------------------------------------------------------------------ times


def _seen(clinic_id: UUID, patient_id: UUID) -> list[Appointment]:
    """Their visits, the newest first: the last tells what they come for, and with whom."""
    rows = Appointment.objects.filter(clinic_id=clinic_id, patient_id=patient_id)
    return list(rows.exclude(state="cancelled").order_by("-starts_at")[:1])


def _near(clinic_id: UUID, free: Sequence[Slot], wish: TimeWish | None, clinicians: Collection[str]) -> list[Slot]:
    """Three of these times, the soonest; as they wish, and with whom they were, as long as any is."""
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    now = business_time.now().astimezone(zone)
    found = [slot for slot in free if slot.starts_at >= now + choosing.SOON]
    found = [slot for slot in found if slot.clinician in clinicians] or found
    if wish is None:
        return choosing.nearest(found, LONG_AGO, zone, near=now)
    fitting = [slot for slot in found if wish.fits(slot.starts_at.astimezone(zone), now)]
    return choosing.nearest(fitting or found, LONG_AGO, zone, near=wish.near(now))


def _times(
    clinic_id: UUID,
    patient_id: UUID,
    language: str,
    service: ServiceView,
    free: Sequence[Slot],
    wish: TimeWish | None,
    by: Actor,
    *,
    link: str = "",
    template: str = "",
) -> Settlement | None:
    """Holds three of the free times and tells them: behind the words of somebody else, or in a text of its own (`template`)."""
    now = business_time.now()
    with_whom = {visit.clinician for visit in _seen(clinic_id, patient_id)}
    found = _near(clinic_id, free, wish, with_whom)
    held = times.hold_each(clinic_id, found, now + HOLD, held_for=patient_id, patient_id=patient_id, by=by)
    if not held:
        return None
    _over(clinic_id, patient_id)
    made = NewVisitOffer.objects.create(
        clinic_id=clinic_id,
        patient_id=patient_id,
        language=language,
        service_id=service.id,
        choices=[[slot.calendar_id, slot.starts_at.isoformat()] for slot in held],
        wish=kept_wishes.kept(wish),
        asked_at=now,
    )
    offered = [slot.starts_at for slot in held]
    shown = dict(zip(LETTERS, offered, strict=False))
    if template:
        text, mark = _written(made, shown, template)
    else:
        values: dict[str, texts.Value] = {
            "choices": by_text.lines(shown, clinics.clinic_settings(clinic_id), language),
            "link": link,
        }
        text, mark = texts.render(_SAYS[TIMES], language, values).text, ""
    return Settlement("visit_offered", text, asks=_asks(made, offered), wording=mark)


def _over(clinic_id: UUID, patient_id: UUID) -> None:
    """The letters of what was offered before choose nothing any more."""
    rows = NewVisitOffer.objects.filter(clinic_id=clinic_id, patient_id=patient_id, visit_id=None)
    earlier = list(rows.values_list("id", flat=True))
    if earlier:
        asking.note_moved(clinic_id=clinic_id, kind=KIND, subject_ids=earlier)


def _asked_for(
    clinic_id: UUID,
    patient_id: UUID,
    language: str,
    services: Sequence[ServiceView],
    wish: TimeWish | None,
    link: str,
) -> Settlement:
    now = business_time.now()
    _over(clinic_id, patient_id)
    made = NewVisitOffer.objects.create(
        clinic_id=clinic_id,
        patient_id=patient_id,
        language=language,
        choices=[str(service.id) for service in services],
        wish=kept_wishes.kept(wish),
        asked_at=now,
    )
    lines = (f"{letter.upper()}: {service.name}" for letter, service in zip(LETTERS, services, strict=False))
    text = texts.render(_SAYS[SERVICE], language, {"choices": "; ".join(lines), "link": link}).text
    asks = Following(KIND, made.id, now + own_bookings.LINK_LIVES, LETTERS[: len(services)])
    return Settlement("times_asked", text, asks=asks)


def _asks(found: NewVisitOffer, offered: Sequence[datetime]) -> Following:
    return Following(KIND, found.id, max(offered), LETTERS[: len(offered)])


def _written(found: NewVisitOffer, shown: Mapping[str, datetime], template: str) -> tuple[str, str]:
    """A text of its own, with a link to all other times."""
    clinic = clinics.clinic_settings(found.clinic_id)
    values: dict[str, texts.Value] = {
        "clinic": clinic.name,
        "phone": clinic.phone_shown,
        "link": online.fresh_link(found.clinic_id, found.patient_id),
        "choices": by_text.lines(shown, clinic, found.language),
    }
    writer = texts.writer(found.clinic_id, letters.TEXTS, clinic.default_language)
    written = writer.write(template, Privacy.PLACE_AND_TIME, found.language, values)
    return written.text, written.mark


def sample(clinic_id: UUID, language: str, link: str) -> str:
    """Times and a link as somebody invented would read them behind "choose a time:". Wired under LINKS_TO_BOOK."""
    now = business_time.now()
    invented = {letter: now + timedelta(days=at) for at, letter in enumerate(LETTERS, 1)}
    lines = by_text.lines(invented, clinics.clinic_settings(clinic_id), language)
    return texts.render(_SAYS[TIMES], language, {"choices": lines, "link": link}).text
