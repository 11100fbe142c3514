"""Ask people, settle what they answer by text (`receive`) or by link, and what staff do with a conversation (`desk`)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from recado.consent.types import Purpose
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import Intent, LinkTarget

from . import (
    asking,
    attachments,
    desk,
    drafts,
    freezing,
    joining,
    notes,
    offers,
    older,
    presence,
    receiving,
    routing,
    saved,
    settling,
    several,
    taking,
    whose,
    wishing,
)
from .models import Question
from .queries import visit_behind
from .types import ACCEPT, Settlement, VisitPage

receive, receive_together = receiving.receive, receiving.receive_together
ask = asking.ask
open_offer, ask_wave = offers.open_offer, offers.ask_wave
withdraw_offer, expire_offer, hold_offer = offers.withdraw, offers.expire, offers.hold
MOST_PARTS = desk.MOST_PARTS
assign = desk.assign
choose_patient = desk.choose_patient
complete_threads = older.complete
done = desk.done
drop_draft = drafts.drop_draft
fit = desk.fit
keep_draft = drafts.keep_draft
note_here = presence.note_here
write_note, take_note_back, note_seen = notes.write, notes.take_back, notes.seen
purpose_of = desk.purpose_of
recall = desk.recall
reopen = desk.reopen
reply = desk.reply
say_whom_a_text_is_about = whose.say_whom_a_text_is_about
keep_saved_reply, remove_saved_reply = saved.keep, saved.remove
snooze = desk.snooze
done_several, snooze_several, assign_several = several.done, several.snooze, several.assign
undo_several = several.undo
start_conversation = desk.start_conversation
take_emergency = taking.take_emergency
open_attachment = attachments.opened
undo = desk.undo
wrong_person = desk.wrong_person
choose_messages = wishing.choose
keep_only = wishing.keep_only
ask_join_code, confirm_join_code = joining.ask_code, joining.confirm_code
end_carer_by_link, take_carer_back_by_link = wishing.end_carer, wishing.take_carer_back
stop_all_by_link, start_again_by_link = wishing.stop_all, wishing.start_again

BY_LINK = Actor(ActorKind.PATIENT, "link")
NEW_LINKS_A_DAY = 3


def give_offer(*, clinic_id: UUID, offer_id: UUID, patient_id: UUID, by: Actor) -> bool:
    """Staff give what is on offer to this person; what they were asked about it takes no answer any more. False: it can't be
    had. Call it inside `clinic_scope`."""
    with transaction.atomic():
        offered_id = offers.give(clinic_id=clinic_id, offer_id=offer_id, patient_id=patient_id, by=by)
        if offered_id is not None:
            settling.close_if_over(clinic_id, offers.KIND, offered_id, ACCEPT, is_over=True)
    return offered_id is not None


def note_cancelled(*, clinic_id: UUID, kind: str, subject_ids: Sequence[UUID]) -> None:
    """These subjects were cancelled by others: their questions need no answer, so that one meant for something else is
    not asked back about them. Whoever answers all the same is told. Call it inside `clinic_scope`."""
    Question.objects.filter(clinic_id=clinic_id, kind=kind, subject_id__in=subject_ids, answer="").update(
        answer="cancel", answered_at=business_time.now()
    )


def note_moved(*, clinic_id: UUID, kind: str, subject_ids: Sequence[UUID]) -> None:
    """These subjects were moved: what was asked about the old time takes no answer any more. A late "1" waits for a
    person rather than confirm a time that nobody asked about. Call it inside `clinic_scope`."""
    Question.objects.filter(clinic_id=clinic_id, kind=kind, subject_id__in=subject_ids, closed_at=None).update(
        closed_at=business_time.now()
    )


def answer_for(*, clinic_id: UUID, kind: str, subject_id: UUID, answer: str, by: Actor) -> Settlement:
    """Staff answer in a person's place, who said it on the phone or in words that no rule reads. It does what their own
    answer would; nothing is sent: whoever answers is in touch with them. Call it inside `clinic_scope`."""
    with transaction.atomic():
        settlement: Settlement = wired("REPLY_HANDLERS", kind)(clinic_id, subject_id, answer, by)
        if settlement.outcome != "too_late":
            settling.close_if_over(clinic_id, kind, subject_id, answer)
            news.tell(clinic_id, news.Topic.VISITS)
    return settlement


def answer_stands(*, clinic_id: UUID, kind: str, subject_id: UUID, answer: str) -> None:
    """Staff took back what they did: the questions about this subject hold this answer again, or none. Call it inside
    `clinic_scope`."""
    settling.close_if_over(clinic_id, kind, subject_id, "take_back")
    if answer:
        settling.close_if_over(clinic_id, kind, subject_id, answer)


def wrong_number(*, clinic_id: UUID, patient_id: UUID, phone_bi: bytes | None, by: Actor) -> None:
    """Staff learned on the phone that this number is not the patient's: nothing about them goes there any more, and a task
    asks for the right one. Call it inside `clinic_scope`."""
    with transaction.atomic():
        freezing.freeze(clinic_id, patient_id, phone_bi, by, how="staff")


def answer_by_link(token: str, answer: str, reason: str = "") -> VisitPage | None:
    """What the button on the page behind a link does: the same as the reply. `reason`: why, where the page asked it. None:
    the link has ended."""
    target = texts.link_behind(token)
    if target is None or not target.is_live:
        return None
    with clinic_scope(target.clinic_id):
        settle = wired("REPLY_HANDLERS", target.kind)
        why = {"reason": reason} if reason else {}
        settlement: Settlement = settle(target.clinic_id, target.subject_id, answer, BY_LINK, **why)
        settling.close_if_over(target.clinic_id, target.kind, target.subject_id, answer, is_over=settlement.is_over)
    return visit_behind(token)


def stop_by_link(token: str) -> VisitPage | None:
    """Stops every text of the clinic to this person's phone and confirms it once by text. Where the link went to an
    older phone of theirs, that one is silenced as well."""
    return visit_behind(token) if wishing.stop_all(token) else None


def start_by_link(token: str) -> VisitPage | None:
    """Takes a stop back."""
    return visit_behind(token) if wishing.start_again(token) else None


def wrong_person_by_link(token: str) -> bool:
    """Whoever holds this phone is not the patient: nothing about them goes there any more, and a person looks into it."""
    target = texts.link_behind(token)
    if target is None or not target.is_live:
        return False
    with clinic_scope(target.clinic_id):
        freezing.freeze(target.clinic_id, target.patient_id, target.phone_bi, BY_LINK)
        messaging.end_links(clinic_id=target.clinic_id, kind=target.kind, subject_ids=[target.subject_id])
    return True


def renew_link(token: str) -> None:
    """Sends a fresh link to the phone we have, at most three times a day. Whoever asks learns nothing from it."""
    target = texts.link_behind(token)
    if target is None:
        return
    with clinic_scope(target.clinic_id):
        since = business_time.now() - timedelta(days=1)
        made = texts.links_made_since(target.clinic_id, target.kind, target.subject_id, since)
        text = _fresh_link_text(target) if made < NEW_LINKS_A_DAY else None
        person = routing.person(target.clinic_id, target.patient_id) if text else None
        if text is None or person is None or person.phone is None:
            return
        intent = Intent(Purpose.ANSWER, text, person.phone, patient_id=target.patient_id)
        messaging.send(clinic_id=target.clinic_id, intents=[intent], by=BY_LINK)
        audit.record(clinic_id=target.clinic_id, by=BY_LINK, action="link.renew", patient_id=target.patient_id)


def _fresh_link_text(target: LinkTarget) -> str | None:
    text: str | None = wired("LINK_TEXTS", target.kind)(target.clinic_id, target.subject_id)
    return text
