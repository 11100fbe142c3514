"""The way to a document: a link, a code sent to the phone on record, the day of birth. A GET does nothing of this.

Whoever finds the phone unlocked has link and code, but not the day of birth; whoever knows the patient has the day of
birth, but not the phone. Which of the two was wrong is not told. Codes, tries and passes count by real time.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.foundation import business_time, news
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.clock import real_now
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import Intent, LinkTarget
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import kept, store
from .content import LOCKED, safe_name
from .drawing import draw
from .letters import code_text
from .models import Check, Document
from .types import (
    CODE_DIGITS,
    CODE_LIVES,
    CODES_A_DAY,
    LINK,
    PASS_LIVES,
    TRIES_A_CODE,
    TRIES_IN_ALL,
    Came,
    Claim,
    DocumentKind,
    Gate,
    Opened,
    Try,
    What,
)

BY_LINK = Actor(ActorKind.PATIENT, "link")
DAY = timedelta(days=1)


def behind(token: str) -> LinkTarget | None:
    """The live link to a document; None: there is none, and nobody is told why."""
    target = texts.link_behind(token)
    return target if target is not None and target.is_live and target.kind == LINK else None


def live(target: LinkTarget) -> Document | None:
    """The document, if it may be opened. Call it inside `clinic_scope`."""
    row = Document.objects.filter(clinic_id=target.clinic_id, id=target.subject_id).first()
    return row if row is not None and kept.is_live(row) else None


def gate(token: str) -> Gate | None:
    """What the page before the code shows. None: the link or the document has ended."""
    target = behind(token)
    if target is None:
        return None
    with clinic_scope(target.clinic_id):
        row = live(target)
        return _gate(row) if row is not None else None


def _gate(row: Document) -> Gate:
    clinic = clinics.clinic_settings(row.clinic_id)
    person = consent.recipients(row.clinic_id, [row.patient_id])[row.patient_id]
    return Gate(
        clinic_id=row.clinic_id,
        document_id=row.id,
        clinic_name=clinic.name,
        clinic_phone=clinic.phone_shown,
        language=person.language,
        languages=clinic.languages,
        phone_ends=person.phone.e164[-3:] if person.phone else "",
        is_locked=row.wrong_tries >= TRIES_IN_ALL,
        has_code=_waiting(row, real_now()) is not None,
        is_sealed=row.media_type == LOCKED,
    )


def _waiting(row: Document, now: datetime) -> Check | None:
    """The code that was sent last, if it can still be typed."""
    check = Check.objects.filter(clinic_id=row.clinic_id, document_id=row.id).order_by("-made_at", "-id").first()
    if check is None or check.used_at or check.tries >= TRIES_A_CODE or check.made_at + CODE_LIVES <= now:
        return None
    return check


# ------------------------------------------------------------------------------------------------ the code


def ask_code(token: str) -> bool:
    """Sends a code to the number on record, at most `CODES_A_DAY`; an older one ends. False: the link has ended."""
    target = behind(token)
    if target is None:
        return False
    with clinic_scope(target.clinic_id), transaction.atomic():
        row = _locked(target)
        if row is None:
            return False
        now = real_now()
        asked = Check.objects.filter(clinic_id=row.clinic_id, document_id=row.id, made_at__gt=now - DAY).count()
        person = consent.recipients(row.clinic_id, [row.patient_id])[row.patient_id]
        if row.wrong_tries >= TRIES_IN_ALL or asked >= CODES_A_DAY or person.phone is None:
            return True
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        made = Check(clinic_id=row.clinic_id, document_id=row.id, made_at=now)
        made.code_mac = _mac(row, made.id, code)
        made.save(force_insert=True)
        text = code_text(row.clinic_id, person.language, code)
        intent = Intent(Purpose.VERIFY, text, person.phone, patient_id=row.patient_id)
        messaging.send(clinic_id=row.clinic_id, intents=[intent], by=BY_LINK)
        row.asked_at = business_time.now()
        row.save(update_fields=["asked_at"])
        kept.note(row, What.CODE_SENT, BY_LINK)
        news.tell(row.clinic_id, news.Topic.DOCUMENTS)
    return True


def _locked(target: LinkTarget) -> Document | None:
    row = live(target)
    return kept.locked(target.clinic_id, target.subject_id) if row is not None else None


def _mac(row: Document, check_id: UUID, code: str) -> bytes:
    return keys_for(row.clinic_id).blind_index("document code", f"{check_id}:{code}")


def ask_again(token: str) -> bool:
    """Asks somebody to lock a document anew, since its link came without the end or the device can't open it: one task a document
    until it is done. Nothing is shown for it. False: the link has ended, or the document is not locked by a key that we lack."""
    target = behind(token)
    if target is None:
        return False
    with clinic_scope(target.clinic_id), transaction.atomic():
        row = live(target)
        if row is None or row.media_type != LOCKED:
            return False
        source, kind = f"{LINK}:{row.id}:again", TaskKind.CALL
        is_new = tasks.raise_task(
            clinic_id=row.clinic_id,
            kind=kind,
            source=source,
            by=BY_LINK,
            patient_id=row.patient_id,
            subject_id=row.id,
            detail={"about": "document_again"},
        )
        if not is_new:
            tasks.reopen(
                clinic_id=row.clinic_id, kind=kind, sources=[source], by=BY_LINK
            )  # it was done, and helped nobody
        news.tell(row.clinic_id, news.Topic.DOCUMENTS)
    return True


# ------------------------------------------------------------------------------------------------ the try


def try_open(token: str, claim: Claim) -> Try | None:
    """Opens the document where code and day of birth are right: the code is used up, and a pass is given. None: the link has
    ended."""
    target = behind(token)
    if target is None:
        return None
    with clinic_scope(target.clinic_id), transaction.atomic():
        row = _locked(target)
        if row is None:
            return None
        if row.wrong_tries >= TRIES_IN_ALL:
            return Try(Came.LOCKED)
        check = _waiting(row, real_now())
        if check is None:
            return Try(Came.NO_CODE)
        person = contacts.patient(row.clinic_id, row.patient_id)
        is_code = hmac.compare_digest(bytes(check.code_mac), _mac(row, check.id, claim.code))
        is_person = person is not None and claim.birth_date is not None and claim.birth_date == person.birth_date
        return _let_in(row, check) if is_code and is_person else _refuse(row, check)


def _let_in(row: Document, check: Check) -> Try:
    token = secrets.token_urlsafe(32)
    check.used_at, check.pass_hash = real_now(), hashlib.sha256(token.encode()).digest()
    check.save(update_fields=["used_at", "pass_hash"])
    is_first = row.opened_at is None
    row.opened_at, row.openings = row.opened_at or business_time.now(), row.openings + 1
    row.wrong_tries = 0
    row.save(update_fields=["opened_at", "openings", "wrong_tries"])
    kept.note(row, What.OPENED, BY_LINK)
    if is_first:
        wired("PAPERS", "told").become(clinic_id=row.clinic_id, document_id=row.id, state="opened", by=BY_LINK)
    news.tell(row.clinic_id, news.Topic.DOCUMENTS)
    return Try(Came.OPEN, token)


def _refuse(row: Document, check: Check) -> Try:
    check.tries += 1
    check.save(update_fields=["tries"])
    row.wrong_tries += 1
    row.save(update_fields=["wrong_tries"])
    kept.note(row, What.WRONG, BY_LINK, result="refused")
    if row.wrong_tries < TRIES_IN_ALL:
        return Try(Came.WRONG if check.tries < TRIES_A_CODE else Came.NO_CODE)
    kept.note(row, What.LOCKED, BY_LINK)
    tasks.raise_task(
        clinic_id=row.clinic_id,
        kind=TaskKind.CALL,
        source=f"{LINK}:{row.id}:{check.id}",
        by=BY_LINK,
        patient_id=row.patient_id,
        subject_id=row.id,
        detail={"about": "document_locked"},
    )
    news.tell(row.clinic_id, news.Topic.DOCUMENTS)
    return Try(Came.LOCKED)


# ------------------------------------------------------------------------------------------------ behind it


def opened(token: str, shown: str) -> Opened | None:
    """What the page shows to whoever has the pass. None: no pass, or the link has ended."""
    target = behind(token)
    if target is None:
        return None
    with clinic_scope(target.clinic_id):
        row = passed(target, shown)
        if row is None:
            return None
        return _opened(row)


def _opened(row: Document) -> Opened:
    about = kept.about_of(row)
    zone = ZoneInfo(clinics.clinic_settings(row.clinic_id).time_zone)
    person = consent.recipients(row.clinic_id, [row.patient_id])[row.patient_id]
    return Opened(
        gate=_gate(row),
        first_name=person.first_name,
        title=about["title"],
        words=about["words"],
        kind=DocumentKind(row.kind),
        media_type=row.media_type,
        file_name=safe_name(about["title"], row.media_type),
        size=row.size,
        expires_at=row.expires_at.astimezone(zone),
        sent_at=row.sent_at.astimezone(zone),
        openings=row.openings,
    )


def passed(target: LinkTarget, shown: str, lives: timedelta = PASS_LIVES) -> Document | None:
    """The document, for whoever shows a pass of the last `lives`, or needs none. Call it inside `clinic_scope`."""
    row = live(target)
    if row is None or not row.needs_code:
        return row
    if not shown:
        return None
    digest = hashlib.sha256(shown.encode()).digest()
    since = real_now() - lives
    checks = Check.objects.filter(clinic_id=row.clinic_id, document_id=row.id, pass_hash=digest, used_at__gt=since)
    return row if checks.exists() else None


def look(token: str, shown: str, what: What) -> Iterator[bytes] | None:
    """The content in blocks, for whoever has the pass; `what` they do with it is noted before the first. None: no pass."""
    target = behind(token)
    if target is None:
        return None
    with clinic_scope(target.clinic_id), transaction.atomic():
        row = passed(target, shown)
        if row is None or row.form_key:
            return None
        kept.note(row, what, BY_LINK)
    return _blocks(row)


def _blocks(row: Document) -> Iterator[bytes]:
    return store.blocks(row.clinic_id, row.id, bytes(row.key_ct), row.size)


def pages_of(token: str, shown: str) -> int | None:
    """How many pages a PDF has; nothing is noted. None: no pass. Raises CannotDraw."""
    target = behind(token)
    if target is None:
        return None
    with clinic_scope(target.clinic_id):
        row = passed(target, shown)
    return draw(_blocks(row), 0).pages if row is not None and not row.form_key else None


def page_picture(token: str, shown: str, page: int) -> bytes | None:
    """A page of a PDF as PNG; the look is noted. None: no pass. Raises CannotDraw."""
    blocks = look(token, shown, What.LOOKED)
    return draw(blocks, page).png if blocks is not None else None
