"""Forms are begun, written, published and ended. Publishing makes a new version; whoever was sent one keeps theirs."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from recado.foundation import audit, business_time
from recado.foundation.actors import Actor

from . import form_book
from .form_types import Form, FormState, NoSuchForm, NotPublishable
from .form_writing import faults, to_json
from .models import Form as Row
from .models import FormVersion

MOST_FORMS = 100


class TooMany(ValueError):
    """The clinic has as many forms as it may."""


def begin(*, clinic_id: UUID, form: Form, by: Actor) -> str:
    """A form as a draft. Returns its key, which is made where it has none. Raises TooMany. Call it inside `clinic_scope`."""
    with transaction.atomic():
        taken = set(Row.objects.filter(clinic_id=clinic_id).values_list("key", flat=True))
        if len(taken) >= MOST_FORMS:
            raise TooMany
        key = form.key or next(made for at in range(1, MOST_FORMS + 2) if (made := f"form_{at}") not in taken)
        row = Row.objects.create(
            clinic_id=clinic_id,
            key=key,
            name=form.name,
            state=FormState.DRAFT,
            draft=to_json(replace(form, key=key)),
            changed_at=business_time.now(),
            changed_by=by.ref,
        )
        _note(clinic_id, "form.begin", row, by)
    return key


def save_draft(*, clinic_id: UUID, key: str, draft: Form | None, by: Actor) -> None:
    """Keeps what is being written, whatever its faults; None gives it up. Raises NoSuchForm; NotPublishable where there would
    be nothing left. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        if draft is None and row.version is None:
            raise NotPublishable("Nothing was ever published.")
        row.draft = None if draft is None else to_json(draft)
        row.name = row.name if draft is None else draft.name
        _save(row, by, "draft", "name")
        _note(clinic_id, "form.write", row, by)


def publish(*, clinic_id: UUID, key: str, by: Actor) -> int:
    """Makes the draft the version that is sent from now on, and returns its number. Raises NoSuchForm, NotPublishable. Call it
    inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        draft = form_book.view_of(clinic_id, row).draft
        if draft is None or faults(draft):
            raise NotPublishable("There is no draft, or it has faults.")
        versions = FormVersion.objects.filter(clinic_id=clinic_id, key=key)
        number = (versions.aggregate(most=Max("number"))["most"] or 0) + 1
        FormVersion.objects.create(
            clinic_id=clinic_id,
            key=key,
            number=number,
            form=row.draft,
            published_at=business_time.now(),
            published_by=by.ref,
        )
        row.version, row.draft, row.state = number, None, FormState.LIVE
        _save(row, by, "version", "draft", "state")
        _note(clinic_id, "form.publish", row, by, version=number)
    return number


def end(*, clinic_id: UUID, key: str, by: Actor) -> None:
    """Nobody new is sent it. Raises NoSuchForm, NotPublishable. Call it inside `clinic_scope`."""
    _set_state(clinic_id, key, FormState.ENDED, "form.end", by)


def resume(*, clinic_id: UUID, key: str, by: Actor) -> None:
    """It is sent again. Raises NoSuchForm, NotPublishable. Call it inside `clinic_scope`."""
    _set_state(clinic_id, key, FormState.LIVE, "form.resume", by)


def _set_state(clinic_id: UUID, key: str, state: FormState, action: str, by: Actor) -> None:
    with transaction.atomic():
        row = _locked(clinic_id, key)
        if row.version is None:
            raise NotPublishable("Nothing was ever published.")
        if row.state != state:
            row.state = state
            _save(row, by, "state")
            _note(clinic_id, action, row, by)


def _locked(clinic_id: UUID, key: str) -> Row:
    row = Row.objects.select_for_update().filter(clinic_id=clinic_id, key=key).first()
    if row is None:
        raise NoSuchForm(key)
    return row


def _save(row: Row, by: Actor, *fields: str) -> None:
    row.changed_at, row.changed_by = business_time.now(), by.ref
    row.save(update_fields=["changed_at", "changed_by", *fields])


def _note(clinic_id: UUID, action: str, row: Row, by: Actor, **detail: Any) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, subject=f"form:{row.key}", detail=detail)
