"""Saved replies: what a clinic often answers, in the languages that it speaks, with places for what differs.

A reply is written like a template (`messaging.wording`): `{name}`, `{when}`, `[[ ... ]]` for what may be missing. It is never
sent by itself: staff put it into an answer, read it and send it. So it has no versions; the audit says who changed it.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from recado.clinics.types import ClinicSettings
from recado.foundation import audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.messaging import queries as texts
from recado.messaging.queries import MissingValue, Template, Value

from .models import SavedReply
from .types import Facts, Ready, SavedView, UnfitReply

MOST = 100  # of a clinic: the list stands in every conversation
LONGEST_TITLE, LONGEST_TEXT = 60, 1_000  # letters
VALUES = ("name", "when", "clinician", "service", "place", "clinic", "phone")


def keep(
    *, clinic_id: UUID, title: str, texts_by_language: Mapping[str, str], by: Actor, reply_id: UUID | None
) -> UUID:
    """Keeps a saved reply, new where `reply_id` is None. Raises UnfitReply, LookupError for one that isn't there."""
    title = " ".join(title.split())
    said = {language: text.strip() for language, text in texts_by_language.items() if text.strip()}
    _check(title, said)
    with transaction.atomic():
        rows = SavedReply.objects.filter(clinic_id=clinic_id)
        if reply_id is None and rows.count() >= MOST:
            raise UnfitReply("too_many")
        if reply_id is not None and not rows.filter(id=reply_id).exists():
            raise LookupError(str(reply_id))
        values = {"title": title, "texts": said, "changed_at": business_time.now()}
        row, _ = SavedReply.objects.update_or_create(clinic_id=clinic_id, id=reply_id or new_id(), defaults=values)
        _tell(clinic_id, "conversation.saved_reply", row.id, by)
    return row.id


def _check(title: str, said: Mapping[str, str]) -> None:
    if not title:
        raise UnfitReply("no_title")
    if not said:
        raise UnfitReply("no_text")
    for language, text in said.items():
        if len(text) > LONGEST_TEXT or len(title) > LONGEST_TITLE:
            raise UnfitReply("too_long", language)
        if _template(language, text) is None:
            raise UnfitReply("bad_text", language)


def remove(*, clinic_id: UUID, reply_id: UUID, by: Actor) -> bool:
    """Takes a saved reply away. Answers that were written with it stay. False: it was gone."""
    with transaction.atomic():
        gone, _ = SavedReply.objects.filter(clinic_id=clinic_id, id=reply_id).delete()
        if gone:
            _tell(clinic_id, "conversation.saved_reply_removed", reply_id, by)
    return bool(gone)


def _tell(clinic_id: UUID, action: str, reply_id: UUID, by: Actor) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, subject=f"saved_reply:{reply_id}")


def listed(clinic_id: UUID) -> list[SavedView]:
    """All of a clinic's, by title. Call it inside `clinic_scope`."""
    rows = SavedReply.objects.filter(clinic_id=clinic_id).order_by("title", "id")
    return [SavedView(row.id, row.title, row.texts) for row in rows]


def ready(replies: list[SavedView], clinic: ClinicSettings, facts: Facts, language: str) -> list[Ready]:
    """Those that can be said to this person, in their language or the clinic's, with everything filled in. One whose text
    needs what is not known (a next visit) is left out: nobody should send a gap. Pure."""
    values: dict[str, Value] = {
        "name": facts.name,
        "clinician": facts.clinician,
        "service": facts.service,
        "place": facts.place,
        "clinic": clinic.name,
        "phone": clinic.phone_shown,
    }
    if facts.starts_at:
        values["when"] = facts.starts_at
    filled = (_filled(one, values, language, clinic.default_language) for one in replies)
    return [one for one in filled if one is not None]


def _filled(one: SavedView, values: Mapping[str, Value], language: str, fallback: str) -> Ready | None:
    template = texts.define(one.title, one.texts, VALUES)
    try:
        made = texts.render(template, language, values, (fallback,))
    except MissingValue:
        return None
    return Ready(one.title, made.text, made.language)


def _template(language: str, text: str) -> Template | None:
    try:
        return texts.define("saved", {language: text}, VALUES)
    except ValueError:
        return None
