"""What a person wishes, as they say it on the page behind the link in a text: kinds of texts, hours, language, a shared
phone; stop all, and back.

Any link that is live leads there: whoever holds it could stop everything by it anyway. The page shows neither names nor
numbers, and says nothing about visits.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.consent import actions as consent
from recado.consent import queries as said
from recado.consent.types import CarerView, Privacy, Purpose, PurposeGroup, Stand, Wish
from recado.contacts import actions as people
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import audit, business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import LinkTarget

from .types import MessagesChoice, MessagesPage

BY_LINK = Actor(ActorKind.PATIENT, "link")
UNDO_WITHIN = timedelta(hours=1)
ON = (Stand.PERMITTED, Stand.PART_OF_CARE)


def behind(token: str) -> MessagesPage | None:
    """What the page shows. None: the link has ended, or was none."""
    target = _live(token)
    if target is None:
        return None
    with clinic_scope(target.clinic_id):
        person = _person(target)
        if person is None:
            return None
        audit.record(
            clinic_id=target.clinic_id, by=BY_LINK, action="consent.choices_view", patient_id=target.patient_id
        )
        return _page(target, person, clinics.clinic_settings(target.clinic_id))


def _live(token: str) -> LinkTarget | None:
    target = texts.link_behind(token)
    return target if target is not None and target.is_live else None


def _person(target: LinkTarget) -> Reach | None:
    return contacts.reach(target.clinic_id, [target.patient_id]).get(target.patient_id)


def _phone_of(target: LinkTarget, person: Reach) -> bytes:
    """The number that the link went to, since whoever holds that phone speaks here."""
    return target.phone_bi or person.phone_bi or b""


def _page(target: LinkTarget, person: Reach, clinic: ClinicSettings) -> MessagesPage:
    phone_bi = _phone_of(target, person)
    choices = said.choices(clinic.id, person.patient_id, phone_bi, clinic.care_basis)
    wish = said.wish_at(clinic.id, phone_bi)
    stopped_at = said.stopped_at(clinic.id, phone_bi)
    way = texts.ways(clinic.id)(person.phone, Purpose.CARE, None)
    return MessagesPage(
        clinic_id=clinic.id,
        clinic_name=clinic.name,
        clinic_phone=clinic.phone_shown,
        language=person.language,
        languages=clinic.languages,
        time_zone=clinic.time_zone,
        groups=tuple((choice.group, choice.stand in ON) for choice in choices),
        hours=wish.hours,
        clinic_hours=clinic.quiet_hours,
        is_shared=wish.is_shared,
        has_others=contacts.is_shared(clinic.id, phone_bi),
        carers=_shown_carers(target, person),
        is_carer=_is_carer(clinic.id, person.patient_id, phone_bi),
        is_stopped=stopped_at is not None,
        stopped_at=stopped_at,
        receiving_number=way.sender if way and way.is_heard else "",
        opening_hours=clinic.opening_hours,
        levels=_levels(target, person),
        level=said.level_chosen(clinic.id, person.patient_id),
    )


def _is_carer(clinic_id: UUID, patient_id: UUID, phone_bi: bytes) -> bool:
    now = business_time.now()
    return any(one.phone_bi == phone_bi and not one.is_over(now) for one in said.carers_of(clinic_id, [patient_id]))


def _levels(target: LinkTarget, person: Reach) -> tuple[Privacy, ...]:
    """How much texts may say, as far as whoever holds the link may choose: less than before, never clinical words anew, since
    nobody knows who is speaking (ADR 39). Only on the person's own phone."""
    if person.phone_bi is None or _phone_of(target, person) != person.phone_bi:
        return ()
    stands = said.level_chosen(target.clinic_id, person.patient_id)
    return tuple(level for level in said.PRIVACY_CHOICES if level <= max(stands, Privacy.PLACE_AND_TIME))


def _shown_carers(target: LinkTarget, person: Reach) -> tuple[CarerView, ...]:
    """Only on the patient's own phone, and what ended within the hour too: whoever pressed the wrong button takes it back."""
    if person.phone_bi is None or _phone_of(target, person) != person.phone_bi:
        return ()
    now = business_time.now()
    found = said.carers_of(target.clinic_id, [person.patient_id], with_ended=True)
    return tuple(one for one in found if not one.is_over(now) or (one.ended_at and one.ended_at > now - UNDO_WITHIN))


def end_carer(token: str, carer_id: UUID) -> bool:
    """The patient says that somebody is no longer told in their place. False: the link has ended."""
    return _with_carer(token, carer_id, is_end=True)


def take_carer_back(token: str, carer_id: UUID) -> bool:
    """The patient takes that back. False: the link has ended."""
    return _with_carer(token, carer_id, is_end=False)


def _with_carer(token: str, carer_id: UUID, *, is_end: bool) -> bool:
    target = _live(token)
    if target is None:
        return False
    with clinic_scope(target.clinic_id), transaction.atomic():
        person = _person(target)
        if person is None:
            return False
        if all(one.id != carer_id for one in _shown_carers(target, person)):
            return True  # not on the page: nothing is done
        turn = consent.release if is_end else consent.take_up
        done = turn(clinic_id=target.clinic_id, carer_id=carer_id, how="link", by=BY_LINK)
        if not is_end:
            phones = said.phones_about(target.clinic_id, person.patient_id)
            messaging.write_anew(clinic_id=target.clinic_id, phones=phones)
        elif done is not None and done.phone_bi is not None and done.phone_bi != person.phone_bi:
            messaging.write_anew(clinic_id=target.clinic_id, phones=[done.phone_bi], reason="carer_ended")
            messaging.retract(
                clinic_id=target.clinic_id,
                patient_id=person.patient_id,
                phone_bi=done.phone_bi,
                reason="carer_ended",
            )
    return True


def choose(token: str, choice: MessagesChoice) -> bool:
    """Does what was chosen on the page, at once. False: the link has ended."""
    target = _live(token)
    if target is None:
        return False
    with clinic_scope(target.clinic_id), transaction.atomic():
        person = _person(target)
        if person is None:
            return False
        clinic = clinics.clinic_settings(target.clinic_id)
        phone_bi = _phone_of(target, person)
        _set_groups(clinic, person, phone_bi, choice.groups)
        wish = Wish(choice.hours, choice.is_shared)
        is_new = consent.wish(
            clinic_id=clinic.id, phone_bi=phone_bi, wish=wish, how="link", by=BY_LINK, patient_id=person.patient_id
        )
        if choice.level in _levels(target, person) and choice.level is not Privacy.CLINICAL:
            is_new |= consent.choose_privacy(
                clinic_id=clinic.id, patient_id=person.patient_id, level=choice.level, how="link", by=BY_LINK
            )
        is_own = person.phone is not None and phone_bi == person.phone_bi
        if choice.language != person.language and is_own:
            is_new |= bool(
                people.change_details(
                    clinic_id=clinic.id,
                    patient_id=person.patient_id,
                    language=choice.language,
                    phone=person.phone,
                    by=BY_LINK,
                )
            )
        if is_new:
            phones = said.phones_about(clinic.id, person.patient_id)
            messaging.write_anew(clinic_id=clinic.id, phones={phone_bi, *phones})
    return True


def keep_only(token: str, groups: frozenset[PurposeGroup]) -> bool:
    """ "Only too many?": these groups and no others. Language and hours stay. False: the link has ended."""
    target = _live(token)
    if target is None:
        return False
    with clinic_scope(target.clinic_id), transaction.atomic():
        person = _person(target)
        if person is None:
            return False
        _set_groups(clinics.clinic_settings(target.clinic_id), person, _phone_of(target, person), groups)
    return True


def _set_groups(clinic: ClinicSettings, person: Reach, phone_bi: bytes, wanted: frozenset[PurposeGroup]) -> None:
    choices = said.choices(clinic.id, person.patient_id, phone_bi, clinic.care_basis)
    by = {"clinic_id": clinic.id, "how": "link", "by": BY_LINK, "patient_id": person.patient_id}
    off = [one.group for one in choices if one.group not in wanted and one.stand in ON]
    back = [one.group for one in choices if one.group in wanted and one.stand is Stand.STOPPED]
    if off:
        consent.withdraw(phone_bi=phone_bi, groups=off, ends_permission=True, **by)  # type: ignore[arg-type]
    if back:
        consent.restore(phone_bi=phone_bi, groups=back, **by)  # type: ignore[arg-type]
    after = said.choices(clinic.id, person.patient_id, phone_bi, clinic.care_basis)
    new = [one.group for one in after if one.group in wanted and one.stand is Stand.NOT_ASKED]
    if new:
        version = said.shown(person.language, clinic.name).version
        consent.permit(groups=new, text_version=version, **by)  # type: ignore[arg-type]


def _reached(target: LinkTarget, person: Reach) -> Reach:
    """Who holds the phone that the link went to: a carer, or the person."""
    if target.phone_bi is None or target.phone_bi == person.phone_bi:
        return person
    for one in said.carers_of(target.clinic_id, [person.patient_id], with_ended=True):
        if one.phone_bi == target.phone_bi:
            return replace(person, phone=one.phone, phone_bi=one.phone_bi, language=one.language)
    return person


def stop_all(token: str) -> bool:
    """Stops every text of the clinic to this phone, and confirms it once by text. Where the link went to an older phone of
    the person, that one is silenced as well. False: the link has ended."""
    return _both_ways(token, is_stop=True)


def start_again(token: str) -> bool:
    """Takes the last stop back. False: the link has ended."""
    return _both_ways(token, is_stop=False)


def _both_ways(token: str, *, is_stop: bool) -> bool:
    target = _live(token)
    if target is None:
        return False
    with clinic_scope(target.clinic_id):
        person = _person(target)
        if person is None:
            return False
        who = _reached(target, person)
        if who.phone is not None:
            (messaging.stop if is_stop else messaging.start)(
                clinic_id=target.clinic_id,
                phone=who.phone,
                how="link",
                by=BY_LINK,
                language=who.language,
                patient_id=target.patient_id,
            )
        if target.phone_bi is not None and target.phone_bi != who.phone_bi:
            turn = consent.withdraw if is_stop else consent.restore
            turn(clinic_id=target.clinic_id, phone_bi=target.phone_bi, how="link", by=BY_LINK)
    return True
