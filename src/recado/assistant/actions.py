"""A clinic's own language model: connected, turned on and off, and asked by a person for a draft, a summary or a
translation.

Names, numbers and dates are taken out before the words leave and put back into what returns. The audit says that it was asked, by
whom, which model and how much; never the words. Nothing that it writes is sent without a person.
"""

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction

from recado.foundation import audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.audit import JSON
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.webhooks import queries as calls

from . import masking, queries, speaking
from .models import Connector
from .types import LONGEST_ADDRESS, LONGEST_KEY, LONGEST_MODEL, Line, NotUsable, Wish, Written

PATIENCE = 25.0  # seconds that somebody at the desk waits
MOST_BYTES = 200_000
_OF_STATUS = {401: "refused", 403: "refused", 404: "refused", 429: "busy", 503: "busy"}


def connect(*, clinic_id: UUID, url: str, model: str, key: str | None, is_on: bool, by: Actor) -> None:
    """Keeps address, model and key. `key` None: as it was, for the same server only: a key is told to nobody else. Raises
    NotUsable. Call it inside `clinic_scope`."""
    url, model = url.strip().rstrip("/"), model.strip()
    fault = calls.address_fault(url) if len(url) <= LONGEST_ADDRESS else "too_long"
    if not url or fault:
        raise NotUsable("url", fault or "missing")
    if not 0 < len(model) <= LONGEST_MODEL or not model.isprintable():
        raise NotUsable("model", "missing")
    if key is not None and (len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable() or " " in key):
        raise NotUsable("key", "unreadable")
    keys = keys_for(clinic_id)
    with transaction.atomic():
        row = Connector.objects.select_for_update().filter(clinic_id=clinic_id).first() or Connector(
            clinic_id=clinic_id
        )
        if key is None and row.key_ct is not None and _server(queries.url_of(row)) != _server(url):
            raise NotUsable("key", "missing")
        row.url_ct = keys.seal(queries.URL, row.id.bytes, url.encode())
        if key is not None:
            row.key_ct = keys.seal(queries.KEY, row.id.bytes, key.encode()) if key else None
        row.model, row.is_on, row.changed_at = model, is_on, business_time.now()
        row.save()
        _note(
            clinic_id, by, "assistant.connect", model=model, server=_server(url), is_on=is_on, new_key=key is not None
        )


def _server(url: str) -> str:
    """Whom an address reaches, without what stands behind it or in front of it (a password)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


def disconnect(*, clinic_id: UUID, by: Actor) -> bool:
    """Forgets address and key. False: none was connected. Call it inside `clinic_scope`."""
    with transaction.atomic():
        gone = Connector.objects.filter(clinic_id=clinic_id).delete()[0] > 0
        if gone:
            _note(clinic_id, by, "assistant.disconnect")
    return gone


def ask(
    *,
    clinic_id: UUID,
    wish: Wish,
    lines: Sequence[Line],
    names: Collection[str],
    language: str,
    thread_id: UUID,
    patient_id: UUID | None,
    by: Actor,
) -> Written:
    """A draft, a summary or a translation of these lines. `names`: of everybody who may stand in them. Waits up to half a minute: call it outside
    of any transaction, inside nothing but the caller's own request."""
    connection = queries.connection(clinic_id)
    told = speaking.newest(wish, lines)
    if connection is None or not told:
        return Written(trouble="off" if connection is None else "nothing")
    if speaking.is_too_long(wish, told):
        return Written(trouble="too_long")
    masked = masking.mask([line.text for line in told], names)
    hidden = [Line(line.is_ours, text) for line, text in zip(told, masked.texts, strict=True)]
    sent = speaking.body(wish, hidden, connection.model, language)
    headers = {"authorization": f"Bearer {connection.key}"} if connection.key else {}
    answer = calls.ask(f"{connection.url}/chat/completions", headers, sent, patience=PATIENCE, most=MOST_BYTES)
    trouble = answer.trouble or ("" if answer.is_ok else _OF_STATUS.get(answer.status or 0, "unreadable"))
    words = ""
    if not trouble:
        words, trouble = speaking.read(wish, answer.body)
    if words and masking.invents(words, masked):
        trouble = "invented"
    detail: dict[str, JSON] = {
        "wish": wish.value,
        "model": connection.model,
        "sent": len(sent),
        "got": len(answer.body),
        "took_ms": round(answer.took.total_seconds() * 1000),
        "hidden": len(masked.held),
        "trouble": trouble,
    }
    with clinic_scope(clinic_id):
        audit.record(
            clinic_id=clinic_id,
            by=by,
            action="assistant.ask",
            patient_id=patient_id,
            subject=f"thread:{thread_id}",
            detail=detail,
        )
    if trouble:
        return Written(trouble=trouble, hidden=len(masked.held), took=answer.took)
    said = masking.restore_in(words, masked, language) if wish is Wish.TRANSLATION else masking.restore(words, masked)
    return Written(said, hidden=len(masked.held), took=answer.took)


def _note(clinic_id: UUID, by: Actor, action: str, **detail: str | bool) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, subject="assistant", detail=dict(detail))
