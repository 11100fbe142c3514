"""The figures of a survey: few statements, each set-based, whatever the number of answers.

Counts of answers by value hold everything: means, shares and the net promoter score are made of them (`figures`, pure).
100,000 answers are 33,000 visits: the index on clinic, survey and day finds them, and one hash join counts them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from recado.foundation.database import plain_cursor

from .types import Asked, Tally, WeekTally


@dataclass(frozen=True, slots=True)
class Span:
    """Which visits are looked at: from `start` to before `end`, at a site, empty: at all."""

    survey: str
    start: datetime
    end: datetime
    site: str = ""


_VISITS: LiteralString = """
r.clinic_id = %(clinic)s AND r.survey = %(survey)s AND r.visited_at >= %(start)s AND r.visited_at < %(end)s
AND (%(site)s = '' OR r.site = %(site)s)
"""
# Whoever answered was asked, also where the text that asked was a renewed link.
ASKED: LiteralString = (
    """
SELECT count(*) FILTER (WHERE r.asked_at IS NOT NULL OR r.begun_at IS NOT NULL), count(*) FILTER (WHERE r.state = 'answered'),
       count(*) FILTER (WHERE r.state = 'begun')
FROM surveys_response r WHERE """
    + _VISITS
)
TALLIES: LiteralString = (
    """
SELECT a.question, a.value, count(*), count(a.words_ct) FROM surveys_response r
JOIN surveys_answer a ON a.clinic_id = r.clinic_id AND a.response_id = r.id
WHERE a.answered_at IS NOT NULL AND """
    + _VISITS
    + " GROUP BY a.question, a.value"
)
WEEKS: LiteralString = (
    """
SELECT date_trunc('week', r.visited_at AT TIME ZONE %(zone)s)::date AS monday, a.value, count(*) FROM surveys_response r
JOIN surveys_answer a ON a.clinic_id = r.clinic_id AND a.response_id = r.id
WHERE a.answered_at IS NOT NULL AND a.value IS NOT NULL AND a.question = %(question)s AND """
    + _VISITS
    + " GROUP BY 1, 2 ORDER BY 1"
)
# All three groupings in one pass over the answers.
BY: LiteralString = (
    """
SELECT CASE WHEN grouping(r.clinician) = 0 THEN 'clinician' WHEN grouping(r.service) = 0 THEN 'service' ELSE 'site' END,
    coalesce(r.clinician, r.service, r.site), a.value, count(*) FROM surveys_response r
JOIN surveys_answer a ON a.clinic_id = r.clinic_id AND a.response_id = r.id
WHERE a.answered_at IS NOT NULL AND a.value IS NOT NULL AND a.question = %(question)s AND """
    + _VISITS
    + " GROUP BY GROUPING SETS ((r.clinician, a.value), (r.service, a.value), (r.site, a.value))"
)
# From one site to the next by the index, not through every visit: a survey has few sites and many visits.
SITES: LiteralString = """
WITH RECURSIVE s (site) AS (
    (SELECT site FROM surveys_response WHERE clinic_id = %(clinic)s AND survey = %(survey)s AND site > '' ORDER BY site LIMIT 1)
    UNION ALL
    SELECT (SELECT r.site FROM surveys_response r WHERE r.clinic_id = %(clinic)s AND r.survey = %(survey)s AND r.site > s.site
            ORDER BY r.site LIMIT 1) FROM s WHERE s.site IS NOT NULL)
SELECT site FROM s WHERE site IS NOT NULL
"""


def asked(clinic_id: UUID, span: Span) -> Asked:
    """How many were asked, came to the end, and began. Call it inside `clinic_scope`."""
    (row,) = _rows(ASKED, clinic_id, span)
    return Asked(*row)


def tallies(clinic_id: UUID, span: Span) -> tuple[dict[str, Tally], int]:
    """The answers to every question by value, and how many comments there are. Call it inside `clinic_scope`."""
    counts: dict[str, dict[int, int]] = {}
    words = 0
    for question, value, count, with_words in _rows(TALLIES, clinic_id, span):
        words += with_words
        if value is not None:
            counts.setdefault(question, {})[value] = count
    return {question: Tally(held) for question, held in counts.items()}, words


def weeks(clinic_id: UUID, span: Span, question: str, zone: str) -> tuple[WeekTally, ...]:
    """The answers to one question by week of the visit. Call it inside `clinic_scope`."""
    found: dict[date, dict[int, int]] = {}
    for monday, value, count in _rows(WEEKS, clinic_id, span, question=question, zone=zone):
        found.setdefault(monday, {})[value] = count
    return tuple(WeekTally(monday, Tally(counts)) for monday, counts in found.items())


GROUPINGS = ("clinician", "service", "site")


def by(clinic_id: UUID, span: Span, question: str) -> dict[str, dict[str, Tally]]:
    """The answers to one question by each of `GROUPINGS`; what nobody named is left out. Call it inside `clinic_scope`."""
    found: dict[str, dict[str, dict[int, int]]] = {what: {} for what in GROUPINGS}
    for what, name, value, count in _rows(BY, clinic_id, span, question=question):
        if name:
            found[what].setdefault(name, {})[value] = count
    return {what: {name: Tally(held) for name, held in sorted(its.items())} for what, its in found.items()}


def sites(clinic_id: UUID, span: Span) -> list[str]:
    """The sites of visits that were asked about. Call it inside `clinic_scope`."""
    return sorted(row[0] for row in _rows(SITES, clinic_id, span))


def _rows(statement: LiteralString, clinic_id: UUID, span: Span, **more: str) -> Sequence[tuple[Any, ...]]:
    values = {"clinic": clinic_id, "survey": span.survey, "start": span.start, "end": span.end, "site": span.site}
    with plain_cursor() as cursor:
        return cursor.execute(statement, values | more).fetchall()
