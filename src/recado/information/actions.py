"""Pages are begun, written, published and taken down. Publishing makes a new version; the address stays."""

import secrets
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from recado.foundation import audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.crypto import plain_letters

from . import book
from .models import InfoPage, InfoVersion
from .types import NoSuchPage, NotPublishable, Page, PageState
from .writing import faults, to_json

ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"  # without 0/o, 1/l: an address is sometimes read out
CODE_LETTERS = 5
MOST_PAGES = 100


class TooMany(ValueError):
    """The clinic has as many pages as it may."""


def begin(*, clinic_id: UUID, page: Page, by: Actor) -> str:
    """A page as a draft; its key is made of its name where it has none. Returns the key. Raises TooMany. Call it inside
    `clinic_scope`."""
    with transaction.atomic():
        taken = dict(InfoPage.objects.filter(clinic_id=clinic_id).values_list("key", "code"))
        if len(taken) >= MOST_PAGES:
            raise TooMany
        key = _fresh_key(page.key or _key_of(page.name), taken)
        row = InfoPage.objects.create(
            clinic_id=clinic_id,
            key=key,
            code=_fresh_code(set(taken.values())),
            name=page.name,
            state=PageState.DRAFT,
            draft=to_json(replace(page, key=key)),
            changed_at=business_time.now(),
            changed_by=by.ref,
        )
        _note(clinic_id, "info_page.begin", row, by)
    return key


def _key_of(name: str) -> str:
    letters = "".join(one if one.isascii() and one.isalnum() else "_" for one in plain_letters(name))
    words = "_".join(filter(None, letters.split("_")))[:20].strip("_")
    return words if words[:1].isalpha() else f"page_{words}".strip("_")


def _fresh_key(wanted: str, taken: Any) -> str:
    return next(key for at in range(1, MOST_PAGES + 2) if (key := f"{wanted}_{at}" if at > 1 else wanted) not in taken)


def _fresh_code(taken: set[str]) -> str:
    while (code := "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))) in taken:
        pass
    return code


def save_draft(*, clinic_id: UUID, key: str, draft: Page | None, by: Actor) -> None:
    """Keeps what is being written, whatever its faults; None gives it up. Raises NoSuchPage; NotPublishable where there would
    be nothing left. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        if draft is None and row.version is None:
            raise NotPublishable("Nothing was ever published.")
        row.draft = None if draft is None else to_json(draft)
        row.name = draft.name if draft is not None else row.name
        _save(row, by, "draft", "name")
        _note(clinic_id, "info_page.write", row, by)


def publish(*, clinic_id: UUID, key: str, by: Actor) -> int:
    """Makes the draft the version that everybody reads, and returns its number. Raises NoSuchPage, NotPublishable. Call it
    inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        view = book.view_of(clinic_id, row)
        if view.draft is None or faults(view.draft):
            raise NotPublishable("There is no draft, or it has faults.")
        versions = InfoVersion.objects.filter(clinic_id=clinic_id, key=key)
        number = (versions.aggregate(most=Max("number"))["most"] or 0) + 1
        InfoVersion.objects.create(
            clinic_id=clinic_id,
            key=key,
            number=number,
            page=row.draft,
            published_at=business_time.now(),
            published_by=by.ref,
        )
        row.version, row.draft, row.state = number, None, PageState.LIVE
        _save(row, by, "version", "draft", "state")
        _note(clinic_id, "info_page.publish", row, by, version=number)
    return number


def take_down(*, clinic_id: UUID, key: str, by: Actor) -> None:
    """From now on its address leads nowhere, and texts leave it out. Raises NoSuchPage. Call it inside `clinic_scope`."""
    _set_state(clinic_id, key, PageState.ENDED, "info_page.end", by)


def put_back(*, clinic_id: UUID, key: str, by: Actor) -> None:
    """It can be read again at the same address. Raises NoSuchPage; NotPublishable where nothing was ever published. Call it
    inside `clinic_scope`."""
    _set_state(clinic_id, key, PageState.LIVE, "info_page.resume", by)


def _set_state(clinic_id: UUID, key: str, state: PageState, action: str, by: Actor) -> None:
    with transaction.atomic():
        row = _locked(clinic_id, key)
        if row.version is None:
            raise NotPublishable("Nothing was ever published.")
        if row.state != state:
            row.state = state
            _save(row, by, "state")
            _note(clinic_id, action, row, by)


def _locked(clinic_id: UUID, key: str) -> InfoPage:
    row = InfoPage.objects.select_for_update().filter(clinic_id=clinic_id, key=key).first()
    if row is None:
        raise NoSuchPage(key)
    return row


def _save(row: InfoPage, by: Actor, *fields: str) -> None:
    row.changed_at, row.changed_by = business_time.now(), by.ref
    row.save(update_fields=["changed_at", "changed_by", *fields])


def _note(clinic_id: UUID, action: str, row: InfoPage, by: Actor, **detail: Any) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, subject=f"info_page:{row.key}", detail=detail)
