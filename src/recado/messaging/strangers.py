"""Numbers that texts went to and that are no patient's are kept as addresses, behind the send path and never in its
transaction: a loop reads each clinic's messages from where it left off, slowly, so that a million texts cost the others nothing.

Answers to what somebody wrote make no address, nor do texts to staff.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from recado.consent.types import Purpose
from recado.contacts import actions as contacts
from recado.contacts import queries as people
from recado.foundation import arrays
from recado.foundation.actors import SYSTEM
from recado.foundation.clock import real_now
from recado.foundation.crypto import CannotOpen
from recado.foundation.faults import describe
from recado.foundation.ids import lowest_id_at
from recado.foundation.keys import NoKeys, keys_for
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope

log = logging.getLogger("recado.messaging")
BATCH = 1_000  # texts at a look; with a look every five seconds at most 200 a second
SETTLED = timedelta(minutes=1)  # ids are made before they are committed: a large batch takes seconds
NO_ADDRESS = (Purpose.ANSWER, Purpose.OPT_OUT_CONFIRMATION, Purpose.HELP, Purpose.STAFF)

NEW_CLINICS: LiteralString = """
INSERT INTO messaging_strangercursor (clinic_id, upto) SELECT id, %s FROM clinics_clinic c
WHERE NOT EXISTS (SELECT FROM messaging_strangercursor s WHERE s.clinic_id = c.id) ON CONFLICT DO NOTHING
"""
# The clinic that is furthest behind first. Every text is read once, whatever it is: else a clinic whose texts all go to
# patients would be read from the start each time.
NEWER: LiteralString = """
SELECT c.clinic_id, m.id, m.patient_id IS NULL AND m.phone_ct IS NOT NULL AND NOT (m.purpose = ANY (%(not)s)), m.phone_bi,
    m.phone_ct
FROM (SELECT * FROM messaging_strangercursor ORDER BY upto) AS c, LATERAL (
    SELECT * FROM messaging_message n WHERE n.clinic_id = c.clinic_id AND n.id > c.upto AND n.id < %(before)s
    ORDER BY n.id LIMIT %(most)s) AS m
LIMIT %(most)s
"""
READ: LiteralString = "UPDATE messaging_strangercursor SET upto = %s WHERE clinic_id = %s"


@dataclass(frozen=True, slots=True)
class _Text:
    id: UUID
    phone_bi: bytes
    phone_ct: bytes


def keep_numbers(maintenance: "psycopg.Connection[Any]", *, most: int = BATCH) -> int:
    """Looks at up to `most` texts that nobody has looked at. Returns 0: the next look is due after a while."""
    maintenance.execute(NEW_CLINICS, (UUID(int=0),))
    before = lowest_id_at(real_now() - SETTLED)
    purposes = arrays.int2_array([int(purpose) for purpose in NO_ADDRESS])
    values = {"not": purposes, "before": before, "most": most}
    texts: dict[UUID, list[_Text]] = {}
    upto: dict[UUID, UUID] = {}
    for clinic_id, message_id, is_wanted, phone_bi, phone_ct in maintenance.execute(NEWER, values):
        upto[clinic_id] = message_id
        if is_wanted:
            texts.setdefault(clinic_id, []).append(_Text(message_id, bytes(phone_bi), bytes(phone_ct)))
    for clinic_id, last in upto.items():
        _keep(clinic_id, texts.get(clinic_id, ()))
        maintenance.execute(READ, (last, clinic_id))
    return 0


def _keep(clinic_id: UUID, texts: Sequence[_Text]) -> None:
    if not texts:
        return
    by_number = {text.phone_bi: text for text in texts}
    try:
        keys = keys_for(clinic_id)
        with clinic_scope(clinic_id):
            strangers = people.strangers_among(clinic_id, by_number)
            found = [by_number[bi] for bi in strangers]
            phones = [Phone(keys.open("message.phone", one.id.bytes, one.phone_ct).decode()) for one in found]
            contacts.record_numbers(clinic_id=clinic_id, phones=phones, by=SYSTEM)
    except (NoKeys, CannotOpen) as error:  # a clinic whose keys are gone must not hold up the others
        log.error("numbers of clinic %s were not kept: %s", clinic_id, describe(error))
