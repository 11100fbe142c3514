"""What must hold of a replay: seen on the phones as texts arrive, and asked of the tables at the end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from recado.appointments.wordings import WORDINGS
from recado.consent.types import Purpose
from recado.foundation.clock import local
from recado.foundation.dates import When, day_words, moment_words

from .carrier import Arrived
from .world import Place

PLANNED = (Purpose.CARE, Purpose.BILLING, Purpose.SURVEY, Purpose.NEWS)

# What stood behind each text at the moment it arrived.
BEHIND = """
SELECT s.message_id, s.step, s.revision, a.id, a.starts_at, a.revision, a.state, a.answer, a.external_id
FROM journeys_step s
JOIN journeys_run r ON r.clinic_id = s.clinic_id AND r.id = s.run_id
JOIN appointments_appointment a ON a.clinic_id = r.clinic_id AND a.id = r.anchor_id
WHERE s.clinic_id = ANY (%s) AND s.message_id = ANY (%s)
"""

# Each names what must not be: the rows are those that break it.
NEVER: dict[str, str] = {
    "a step twice in a revision": """
        SELECT run_id, step, revision FROM journeys_step WHERE outcome = 'sent'
        GROUP BY run_id, step, revision HAVING count(*) > 1""",
    "a text that left twice": """
        SELECT message FROM messaging_event WHERE kind = 1 GROUP BY message HAVING count(*) > 1""",
    "outside the allowed hours": """
        SELECT m.id FROM messaging_event e JOIN messaging_message m ON m.clinic_id = e.clinic_id AND m.id = e.message
        JOIN clinics_clinic c ON c.id = e.clinic_id
        WHERE e.kind = 1 AND m.purpose = ANY (ARRAY[5, 6, 7, 8])
            AND ((e.at AT TIME ZONE c.time_zone)::time < c.quiet_opens
                OR (e.at AT TIME ZONE c.time_zone)::time >= c.quiet_closes)""",
    "after a stop": """
        SELECT m.id FROM messaging_event e JOIN messaging_message m ON m.clinic_id = e.clinic_id AND m.id = e.message
        WHERE e.kind = 1 AND m.purpose = ANY (ARRAY[3, 5, 6, 7, 8]) AND 'withdrawn' = (
            SELECT l.kind FROM consent_ledgerentry l WHERE l.clinic_id = m.clinic_id AND l.phone_bi = m.phone_bi
                AND l.kind IN ('withdrawn', 'restored') AND l.at < e.at ORDER BY l.at DESC, l.id DESC LIMIT 1)""",
    "a question after the answer": """
        SELECT s.id FROM journeys_step s JOIN journeys_run r ON r.clinic_id = s.clinic_id AND r.id = s.run_id
        JOIN messaging_event e ON e.clinic_id = s.clinic_id AND e.message = s.message_id AND e.kind = 1
        WHERE s.step IN ('question', 'second_question', 'late_question') AND (
            SELECT c.kind FROM appointments_change c WHERE c.clinic_id = s.clinic_id AND c.appointment_id = r.anchor_id
                AND c.at < e.at AND c.kind <> 'changed' ORDER BY c.at DESC, c.id DESC LIMIT 1)
            IN ('confirmed', 'wished', 'cancelled')""",
    "after the visit began": """
        SELECT s.id FROM journeys_step s JOIN journeys_run r ON r.clinic_id = s.clinic_id AND r.id = s.run_id
        JOIN messaging_event e ON e.clinic_id = s.clinic_id AND e.message = s.message_id AND e.kind = 1
        JOIN appointments_appointment a ON a.clinic_id = r.clinic_id AND a.id = r.anchor_id AND a.revision = s.revision
        WHERE e.at >= a.starts_at""",
    "a step that was due and never done": "SELECT id FROM journeys_timer WHERE due <= %(now)s AND held_for IS NULL",
    "a step without a reason": """
        SELECT id FROM journeys_step WHERE outcome IN ('skipped', 'refused') AND reason = ''""",
    "a text that waits though it was due": "SELECT id FROM messaging_outbox WHERE due <= %(now)s",
    "a text without an outcome": """
        SELECT m.id FROM messaging_message m WHERE m.verdict <> 'never'
            AND NOT EXISTS (SELECT FROM messaging_outbox o WHERE o.id = m.id)
            AND NOT EXISTS (SELECT FROM messaging_event e WHERE e.clinic_id = m.clinic_id AND e.message = m.id)""",
    # A source's first import tells nobody at once, and a question would come too late within two hours.
    "a visit that nobody was told of, for no reason": """
        SELECT a.id FROM appointments_appointment a
        JOIN journeys_run r ON r.clinic_id = a.clinic_id AND r.anchor_id = a.id
        WHERE a.state <> 'cancelled' AND a.starts_at <= %(now)s AND a.starts_at - a.booked_at > interval '2 hours'
            AND NOT EXISTS (SELECT FROM journeys_step s WHERE s.clinic_id = r.clinic_id AND s.run_id = r.id
                AND s.revision = a.revision)
            AND NOT EXISTS (SELECT FROM tasks_task t WHERE t.clinic_id = a.clinic_id AND t.subject_id = a.id)""",
    "a visit with time to ask that was never asked, for no reason": """
        SELECT a.id FROM appointments_appointment a
        JOIN journeys_run r ON r.clinic_id = a.clinic_id AND r.anchor_id = a.id
        WHERE a.state = 'booked' AND a.answer = '' AND a.starts_at <= %(now)s
            AND a.starts_at - (SELECT max(c.at) FROM appointments_change c WHERE c.clinic_id = a.clinic_id
                AND c.appointment_id = a.id AND c.kind IN ('booked', 'moved')) > interval '5 days'
            AND NOT EXISTS (SELECT FROM journeys_step s WHERE s.clinic_id = r.clinic_id AND s.run_id = r.id
                AND s.revision = a.revision AND s.step LIKE '%%question')
            AND NOT EXISTS (SELECT FROM tasks_task t WHERE t.clinic_id = a.clinic_id AND t.subject_id = a.id)""",
    # One that its source called off before it was ever told of is only in the books.
    "a visit without a journey": """
        SELECT a.id FROM appointments_appointment a WHERE a.booked_at < a.starts_at
            AND EXISTS (SELECT FROM appointments_change c
                WHERE c.clinic_id = a.clinic_id AND c.appointment_id = a.id AND c.kind = 'booked')
            AND NOT EXISTS (SELECT FROM journeys_run r WHERE r.clinic_id = a.clinic_id AND r.anchor_id = a.id)""",
}

COUNTED: dict[str, str] = {
    "visits": "SELECT state || CASE WHEN answer <> '' THEN ', ' || answer ELSE '' END, count(*)"
    " FROM appointments_appointment GROUP BY 1",
    "changes": "SELECT kind, count(*) FROM appointments_change GROUP BY 1",
    "steps": "SELECT step || ': ' || outcome || CASE WHEN reason <> '' THEN ', ' || reason ELSE '' END, count(*)"
    " FROM journeys_step GROUP BY 1",
    "texts": "SELECT verdict || ', ' || rule, count(*) FROM messaging_message GROUP BY 1",
    "ends": "SELECT kind::text, count(*) FROM messaging_event GROUP BY 1",
    "answers read": "SELECT outcome, count(*) FROM conversations_reading GROUP BY 1",
    "tasks": "SELECT kind, count(*) FROM tasks_task GROUP BY 1",
}


def fragments(language: str) -> tuple[str, ...]:
    """The longest literal piece of each wording of a language: a text of that language holds one of them."""
    return tuple(max(_literals(by_language[language]), key=len) for by_language in WORDINGS.values())


def _literals(wording: str) -> list[str]:
    pieces = [""]
    depth = 0
    for letter in wording:
        if letter in "{[":
            depth += 1
            pieces.append("")
        elif letter in "}]":
            depth -= 1
            pieces.append("")
        elif depth == 0:
            pieces[-1] += letter
    return pieces


class Witness:
    """Looks at every text as it arrives."""

    def __init__(self, places: Sequence[Place], languages: Mapping[str, str]) -> None:
        self._zones = {place.id: place.zone for place in places}
        self._languages = languages
        self._fragments = {language: fragments(language) for language in set(languages.values())}
        self.broken: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def sees(self, text: Arrived, behind: Sequence[Any]) -> None:
        """`behind`: the rows of BEHIND; none where no journey sent it."""
        for row in behind:
            self._sees(text, row)

    def _sees(self, text: Arrived, behind: Any) -> None:
        _, step, revision, _, starts_at, revision_now, state, answer, _ = behind
        language = self._languages[text.phone]
        holds = {
            "names an old revision": revision == revision_now,
            "cancelled, and still written to": state != "cancelled" or step == "cancelled",
            "told of a cancelling that did not stand": step != "cancelled" or state == "cancelled",
            "asked after the answer": "question" not in step or step.startswith(("booked", "moved")) or not answer,
            "begun already": text.at < starts_at,
            "another language": any(piece in text.text for piece in self._fragments[language]),
            "another time": names_the_time(text.text, When(starts_at, self._zones[text.clinic]), language),
            "too soon": step != "question" or starts_at - text.at < timedelta(days=7),
        }
        for what, is_so in holds.items():
            if not is_so:
                self.broken[what] += 1
                self.examples.setdefault(what, f"{step} r{revision} at {text.at:%d.%m. %H:%M}: {text.text}")


def names_the_time(text: str, when: When, language: str) -> bool:
    """Day and time together; or each by itself, in a text about several visits of a day."""
    if moment_words(when, language) in text:
        return True
    return day_words(when, language) in text and f"{local(when.at, when.time_zone):%H:%M}" in text


def broken_at_the_end(rows: Any, now: datetime) -> dict[str, list[Any]]:
    """The rows that break each rule; `rows` runs a statement past row security."""
    found = {what: rows(statement, {"now": now}) for what, statement in NEVER.items()}
    return {what: broken for what, broken in found.items() if broken}


LIFE = """
SELECT a.booked_at, a.starts_at, a.state, a.revision, t.name,
    (SELECT string_agg(c.kind || ' ' || to_char(c.at, 'DD.MM. HH24:MI'), ', ' ORDER BY c.at)
        FROM appointments_change c WHERE c.clinic_id = a.clinic_id AND c.appointment_id = a.id)
FROM appointments_appointment a JOIN clinics_clinic t ON t.id = a.clinic_id WHERE a.id = %(id)s"""


def life(rows: Any, row: Any) -> str:
    """What happened to the visit that a broken rule's row is about, or the row as it is."""
    of_visit = rows(LIFE, {"id": row[0]})
    return ", ".join(map(str, of_visit[0] if of_visit else row))


def counts(rows: Any) -> dict[str, dict[str, int]]:
    """By outcome."""
    return {what: dict(sorted(rows(statement, None))) for what, statement in COUNTED.items()}


def by_text(rows: Sequence[Any]) -> dict[UUID, list[Any]]:
    """The rows of BEHIND by the text: several where it tells of several visits."""
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found
