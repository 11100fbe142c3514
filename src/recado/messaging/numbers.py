"""Numbers of ours: what a clinic sends from, and what patients write to.

A carrier may name a default sender: a clinic that has chosen no number of its own sends from it, whichever of the two was
made first. Such a number is shared by all of them: an answer goes to who wrote last.

Where several clinics share the server, a clinic adds numbers by itself on its own carriers only, and none that another one uses:
with a keyword on another's number it would hear that one's patients, and by a carrier for all it could write in any name.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import IntegrityError, transaction
from django.db.models import Q

from recado.clinics import queries as clinics
from recado.clinics.types import Refused
from recado.foundation import audit, news
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.phone import BadPhone, read_phone
from recado.foundation.text import gettext_noop
from recado.foundation.wiring import wired

from . import carrier_desk, senders
from .carriers import forget_routes
from .checks import is_name
from .commands import read_command
from .models import CarrierAccount, Outbox, ReceivingNumber
from .types import NoSuchNumber, Problem

SHORTEST, LONGEST = 3, 20  # letters of a keyword; a single one chooses among visits that were asked about
LONGEST_CODE = 6  # digits of a short code: more are a number
LONGEST_ADDRESS, LONGEST_NOTE = 20, 80
NO_ADDRESS = gettext_noop(
    "Give a number such as +44 7700 900150, a short code of digits, or a name of up to 11 letters."
)
NOTE_TOO_LONG = gettext_noop("Say in 80 letters or fewer what it is for.")
BAD_KEYWORD = gettext_noop("A keyword has 3 to 20 letters or digits, and no space.")
RESERVED = gettext_noop("This word means something else already: STOP, HELP, YES and the like are understood at once.")
TAKEN = gettext_noop("Another clinic has this keyword on this number.")
OWNED = gettext_noop("This number is another clinic's own. Give that clinic a keyword on it first: then it is shared.")
NEEDS_KEYWORD = gettext_noop("Other clinics use this number too. A keyword tells whom people write to.")
NAMES_ARE_MUTE = gettext_noop("Nobody can write to a name, so it has no keyword.")
HELD = gettext_noop("The clinic has this number with this keyword already.")
TEXTS_WAIT = gettext_noop("Texts still wait to leave from this number. Let them leave first, or take them back.")
NO_CARRIER = gettext_noop("There is no such carrier.")
NO_CARRIER_YET = gettext_noop("There is no carrier yet: a number stands on one.")
OF_OPERATOR = gettext_noop(
    "Where several clinics share the server, only its operator gives a clinic a number that another one uses, or one on a "
    "carrier for all of them."
)


@dataclass(frozen=True, slots=True)
class Use:
    """A number as a clinic uses it."""

    id: UUID
    clinic_id: UUID
    carrier: int
    address: str
    keyword: str
    is_preferred: bool
    is_by_default: bool
    note: str


def where_to_join(clinic_id: UUID) -> tuple[str, str]:
    """A number of the clinic that takes texts, and what is to be written there; both empty where there is none. Call it inside
    `clinic_scope`."""
    rows = ReceivingNumber.objects.filter(clinic_id=clinic_id, carrier__is_active=True)
    for address, keyword in rows.order_by("-is_preferred", "id").values_list("address", "keyword"):
        if not is_name(address):
            return address, f"JOIN {keyword}" if keyword else "JOIN"
    return "", ""


USES = """
SELECT id, clinic_id, carrier_id, address, keyword, is_preferred, is_by_default, note FROM messaging_receivingnumber
WHERE %(address)s::text IS NULL OR lower(address) = lower(%(address)s) ORDER BY address, keyword, id
"""


def uses(maintenance: "psycopg.Connection[Any]", address: str | None = None) -> list[Use]:
    """Who uses a number (a name in whichever case), in all clinics; without one, all numbers."""
    return [Use(*row) for row in maintenance.execute(USES, {"address": address})]


def usable_by(clinic_id: UUID) -> Q:
    """The carriers that a clinic may send by: the operator's, and those that it has added itself."""
    return Q(removed_at=None) & (Q(kept_by=None) | Q(kept_by=clinic_id))


def addable_by(clinic_id: UUID) -> Q:
    """The carriers on which a clinic adds numbers by itself."""
    return usable_by(clinic_id) & (Q(kept_by=clinic_id) if carrier_desk.are_several() else Q())


def why_no_carrier() -> str:
    """Why there is no carrier on which a clinic could add a number by itself."""
    return OF_OPERATOR if carrier_desk.are_several() else NO_CARRIER_YET


@contextmanager
def alone(address: str) -> Iterator[list[Use]]:
    """Who uses a number, in all clinics, with nobody else changing that until the end. Enter it before `clinic_scope`, so
    that what is done there has committed when the next one looks."""
    with connect(Role.MAINTENANCE) as maintenance:
        maintenance.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", (f"recado number {address.lower()}",)
        )
        yield uses(maintenance, address)


def read_address(typed: str, country: str) -> str:
    """A number of ours as it is kept: E.164, a short code or a name. A number without a plus is one of `country`. Raises
    Refused."""
    text = " ".join(typed.split())
    if is_name(text):
        if len(text) > LONGEST_ADDRESS:
            raise Refused("address", NO_ADDRESS)
        return text
    digits = "".join(letter for letter in text if letter in "0123456789")
    if SHORTEST <= len(digits) <= LONGEST_CODE and text == digits:
        return digits
    try:
        return read_phone(text, country).e164
    except BadPhone:
        raise Refused("address", NO_ADDRESS) from None


def check(*, clinic_id: UUID, address: str, keyword: str = "", used_by: Sequence[Use] = (), by: Actor) -> str:
    """The keyword as it is kept, where the clinic may have this number. Raises Refused. Call it inside `clinic_scope`."""
    word, others = _word(address, keyword), [use for use in used_by if use.clinic_id != clinic_id]
    if by.kind is not ActorKind.OPERATOR and (others or _is_everybodys(clinic_id, address)):
        raise Refused("address", OF_OPERATOR)
    if any(not use.keyword and not use.is_by_default for use in others) and not is_name(address):
        raise Refused("address", OWNED)
    if others and not word and not is_name(address):
        raise Refused("keyword", NEEDS_KEYWORD)
    senders.refuse("address", address, clinics.clinic_settings(clinic_id).country, senders.registered(clinic_id))
    if ReceivingNumber.objects.filter(clinic_id=clinic_id, address=address, keyword=word).exists():
        raise Refused("address", HELD)
    return word


def _is_everybodys(clinic_id: UUID, address: str) -> bool:
    """Whether clinics without a number of their own send from it, or would, on a carrier that this clinic adds no numbers on."""
    default = CarrierAccount.objects.filter(default_sender__iexact=address).exclude(addable_by(clinic_id))
    return default.exists()


def problems(clinic_id: UUID, address: str) -> tuple[Problem, ...]:
    """What the clinic's own country has against a number or name as sender. Call it inside `clinic_scope`."""
    return senders.problems_of(address, clinics.clinic_settings(clinic_id).country, senders.registered(clinic_id))


def add(
    *,
    clinic_id: UUID,
    address: str,
    carrier: int,
    keyword: str = "",
    note: str = "",
    used_by: Sequence[Use] = (),
    by: Actor,
) -> UUID:
    """Gives a clinic a number. `used_by`: who uses it in all clinics, from `alone`; `note`: what it is for, in the clinic's own
    words. Raises Refused. Call it inside `clinic_scope`."""
    word, note = check(clinic_id=clinic_id, address=address, keyword=keyword, used_by=used_by, by=by), _noted(note)
    carrier_desk.hold_accounts()
    if not CarrierAccount.objects.filter(usable_by(clinic_id), id=carrier).exists():
        raise Refused("carrier", NO_CARRIER)
    is_its = by.kind is ActorKind.OPERATOR or CarrierAccount.objects.filter(addable_by(clinic_id), id=carrier).exists()
    if not is_its:
        raise Refused("carrier", OF_OPERATOR)
    try:
        with transaction.atomic():
            number = ReceivingNumber.objects.create(
                clinic_id=clinic_id, carrier_id=carrier, address=address, keyword=word, note=note
            )
            _note(number, "message.number_added", by)
    except IntegrityError:
        raise Refused("keyword", TAKEN) from None
    return number.id


def change(
    *, clinic_id: UUID, number_id: UUID, keyword: str, note: str | None = None, by: Actor, is_shared: bool = True
) -> bool:
    """Gives a number another keyword and, where one is given, another note. `is_shared`: others may use it too, so it can't do
    without a keyword. False: all is so already. Raises Refused and NoSuchNumber. Call it inside `clinic_scope`."""
    try:
        with transaction.atomic():
            number = ReceivingNumber.objects.select_for_update().filter(clinic_id=clinic_id, id=number_id).first()
            if number is None:
                raise NoSuchNumber
            word, note = _word(number.address, keyword), number.note if note is None else _noted(note)
            if (word, note) == (number.keyword, number.note):
                return False
            is_word = word != number.keyword
            if is_word and is_shared and not word:
                raise Refused("keyword", BAD_KEYWORD)
            number.keyword, number.note, number.is_by_default = word, note, number.is_by_default and not is_word
            number.save(update_fields=["keyword", "note", "is_by_default"])
            _note(number, "message.keyword" if is_word else "message.number_note", by)
    except IntegrityError:
        raise Refused("keyword", TAKEN) from None
    return True


def remove(*, clinic_id: UUID, number_id: UUID, by: Actor) -> bool:
    """Takes a number from a clinic: nothing leaves from it any more, and what people write to it is not the clinic's. False:
    the clinic has no such number. Raises Refused while texts wait to leave from it. Call it inside `clinic_scope`."""
    with transaction.atomic():
        number = ReceivingNumber.objects.select_for_update().filter(clinic_id=clinic_id, id=number_id).first()
        if number is None:
            return False
        same = ReceivingNumber.objects.filter(clinic_id=clinic_id, address=number.address).exclude(id=number_id)
        is_last = not same.exists()
        if is_last and Outbox.objects.filter(clinic_id=clinic_id, sender=number.address).exists():
            raise Refused("number", TEXTS_WAIT)
        _note(number, "message.number_removed", by)
        number.delete()
    return True


def _noted(note: str) -> str:
    """What a number is for, as it is kept. Raises Refused."""
    text = " ".join(note.split())
    if len(text) > LONGEST_NOTE:
        raise Refused("note", NOTE_TOO_LONG)
    return text


def _word(address: str, keyword: str) -> str:
    """The keyword as it is kept. Raises Refused."""
    word = keyword.strip().upper()
    if not word:
        return ""
    if is_name(address):
        raise Refused("keyword", NAMES_ARE_MUTE)
    if not word.isalnum() or not SHORTEST <= len(word) <= LONGEST:
        raise Refused("keyword", BAD_KEYWORD)
    if word.isdigit() or read_command(word) is not None or wired("RESERVED_WORDS", "answers")(word) is not None:
        raise Refused("keyword", RESERVED)
    return word


def _note(number: ReceivingNumber, action: str, by: Actor) -> None:
    audit.record(
        clinic_id=number.clinic_id,
        by=by,
        action=action,
        subject=f"number {number.id}",
        detail={"address": number.address, "keyword": number.keyword, "carrier": number.carrier_id},
    )
    news.tell(number.clinic_id, news.Topic.SETTINGS, news.Topic.CARRIERS)
    transaction.on_commit(forget_routes)


def has_its_own(clinic_id: UUID, stand_ins: Collection[int] = ()) -> bool:
    """Whether a clinic has a number that is neither a default nor on a carrier that only stands in for a real one. Call it
    inside `clinic_scope`."""
    return _any_own(ReceivingNumber.objects.filter(clinic_id=clinic_id), stand_ins)


def _any_own(rows: Iterable[ReceivingNumber], stand_ins: Collection[int]) -> bool:
    return any(not row.is_by_default and row.carrier_id not in stand_ins for row in rows)


def furnish(*, clinic_id: UUID, by: Actor, stand_ins: Collection[int] = ()) -> str:
    """Gives a clinic the default sender, unless it has a number of its own. Returns the sender that it got, or "".

    A number on a carrier that only stands in for a real one (`stand_ins`) is not its own, nor is an older default: the
    newest default takes their place; patients may still answer to them. Call it inside `clinic_scope`.
    """
    with transaction.atomic():
        carrier_desk.hold_accounts()
        carrier = CarrierAccount.objects.exclude(default_sender="").filter(is_active=True).order_by("-id").first()
        if carrier is None:
            return ""
        ours = ReceivingNumber.objects.filter(clinic_id=clinic_id)
        rows = list(ours.select_for_update().order_by("id"))
        if _any_own(rows, stand_ins):
            return ""
        same = [row for row in rows if (row.carrier_id, row.address) == (carrier.id, carrier.default_sender)]
        if any(row.is_preferred for row in same):
            return ""
        ours.filter(is_preferred=True).update(is_preferred=False)
        number, _ = ReceivingNumber.objects.update_or_create(
            clinic_id=clinic_id,
            address=carrier.default_sender,
            keyword="",
            defaults={"carrier_id": carrier.id, "is_preferred": True, "is_by_default": True},
        )
        _note(number, "message.number_added", by)
    return number.address
