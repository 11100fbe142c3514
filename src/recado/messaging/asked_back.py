"""A text to a shared number that names no clinic is asked back: "Reply with the word of yours". In nobody's name, since no
clinic is told that somebody wrote: the question stands under the system's own keys, and goes by the gate as every text does.

At most once per person and day, never after a STOP, and only where every clinic on the number has a word.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

import psycopg

from recado.clinics import queries as clinics
from recado.clinics.types import NO_QUIET_HOURS, CareBasis, ClinicSettings
from recado.consent import actions as consent
from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM, Actor, ActorKind
from recado.foundation.asking import alone
from recado.foundation.crypto import SYSTEM_CLINIC, KeyFile
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for, load_keys
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope

from . import binding, carriers, inbound, putting
from .commands import Command, read_command
from .inbound import Raw
from .notices import ASK_WHOSE
from .segments import measure
from .types import Intent, Route
from .wording import render

AGAIN_AFTER = timedelta(days=1)
BY_TEXT = Actor(ActorKind.PATIENT, "sms")
CARRIER: LiteralString = """
SELECT n.carrier_id FROM messaging_receivingnumber n JOIN messaging_carrieraccount c ON c.id = n.carrier_id
WHERE n.address = %s AND c.is_active ORDER BY n.carrier_id LIMIT 1
"""


def ask_whose(connection: psycopg.Connection, raw: Raw, keyfile: KeyFile) -> bool:
    """Asks who wrote a text, which could be several clinics', whom they mean; whether asked or not, their answer will find
    the text. False: they are not asked. For the maintenance connection, outside of any clinic's scope."""
    phone, owners = binding.phone_of(raw), binding.owners_of(connection, raw, keyfile)
    sharing = list(dict.fromkeys(clinic for clinic, _ in owners))
    if phone is None or len(sharing) < 2:
        return False
    phone_bi, now = keys_for(SYSTEM_CLINIC).blind_index("phone", phone.e164), business_time.now()
    command, words = read_command(raw.text), [keyword for _, keyword in owners]
    _heed(phone_bi, command)
    carrier = connection.execute(CARRIER, (raw.to,)).fetchone()
    may_ask = command is not Command.STOP and all(words) and carrier is not None
    is_asked = may_ask and not inbound.was_asked(connection, phone_bi, now - AGAIN_AFTER)
    if is_asked and carrier is not None:
        text = _question(words, _language(connection, sharing, phone, keyfile))
        # Who asks for help or to begin again is asked although they had stopped the question itself.
        purpose = Purpose.HELP if command in (Command.HELP, Command.START) else Purpose.ANSWER
        _send(Intent(purpose, text, phone, ref=f"whose:{raw.id}", number=raw.to), Route(carrier[0], raw.to))
    inbound.leave_open(connection, raw, phone_bi, now if is_asked else None)
    return is_asked


def _heed(phone_bi: bytes, command: Command | None) -> None:
    """A STOP that no clinic could be found for ends the questions too; a START brings them back."""
    if command is Command.STOP:
        with clinic_scope(SYSTEM_CLINIC):
            consent.withdraw(clinic_id=SYSTEM_CLINIC, phone_bi=phone_bi, how="sms", by=BY_TEXT)
    if command is Command.START:
        with clinic_scope(SYSTEM_CLINIC):
            consent.restore(clinic_id=SYSTEM_CLINIC, phone_bi=phone_bi, how="sms", by=BY_TEXT)


def _question(words: Sequence[str], language: str) -> str:
    """With the words where they fit into one part; who has none before them finds theirs on what their clinic sent."""
    text = render(ASK_WHOSE, language, {"words": ", ".join(sorted(set(words)))}).text
    return text if measure(text).segments == 1 else render(ASK_WHOSE, language, {}).text


def _language(connection: psycopg.Connection, sharing: Sequence[UUID], phone: Phone, keyfile: KeyFile) -> str:
    """What the person reads, where one of the clinics knows them; otherwise what most of the clinics write in."""
    with connection.cursor() as cursor:
        rings = load_keys(cursor, sharing, keyfile)
    known = contacts.language_at(
        connection, list(rings), [keys.blind_index("phone", phone.e164) for keys in rings.values()]
    )
    if known:
        return known
    spoken = Counter(one.default_language for one in clinics.all_clinics() if one.id in sharing)
    return spoken.most_common(1)[0][0]


def _send(intent: Intent, route: Route) -> None:
    with clinic_scope(SYSTEM_CLINIC), plain_cursor() as cursor:
        work = putting.sending(
            clinic=_NOBODY,
            keys=keys_for(SYSTEM_CLINIC),
            route_of=carriers.routing_from(route, SYSTEM_CLINIC),
            intents=[intent],
            by=SYSTEM,
            now=business_time.now(),
        )
        alone(work, cursor)


# An answer goes at once, at any hour and by no clinic's rules: these are only what the gate wants to know.
_NOBODY = ClinicSettings(
    id=SYSTEM_CLINIC,
    slug="",
    short_code="",
    name="",
    time_zone="UTC",
    country="",
    default_language="en",
    care_basis=CareBasis.CARE,
    quiet_hours=NO_QUIET_HOURS,
)
