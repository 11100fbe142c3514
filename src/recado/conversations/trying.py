"""What would become of a text that answers no open question: what it means, whose it is, what goes back. Stores nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.messaging import actions as messaging
from recado.tasks import queries as sharing
from recado.tasks.types import Decision, Facts, RoutingView

from . import notices
from .understanding.deciding import understand
from .understanding.meanings import Context, Understood


@dataclass(frozen=True, slots=True)
class Tried:
    """What a text that somebody tried would do. `command`: it is a keyword, done at once; empty: it is none."""

    understood: Understood
    decided: Decision
    table: RoutingView
    command: str
    answer: str
    language: str


def try_text(clinic_id: UUID, text: str, language: str) -> Tried:
    """`language`: of whoever writes it; empty: the clinic's own. Call it inside `clinic_scope`."""
    clinic = clinics.clinic_settings(clinic_id)
    language, now = language or clinic.default_language, business_time.now().astimezone(ZoneInfo(clinic.time_zone))
    said = understand(text, Context.NONE, language=language, now=now)
    facts = Facts(is_danger=said.must_escalate, meaning=str(said.meaning), text=text, language=language)
    table = sharing.routing(clinic_id)
    (decided,) = sharing.decide(clinic_id, [facts], table)
    answer = _answer(clinic_id, language, said, table, decided)
    return Tried(said, decided, table, messaging.read_command(text) or "", answer, language)


def _answer(clinic_id: UUID, language: str, said: Understood, table: RoutingView, decided: Decision) -> str:
    if said.must_escalate:
        return messaging.danger_text(clinic_id, language)
    team = table.team(decided.team_id)
    if team is not None and team.opens_at is not None and table.tells_when:
        return notices.passed_out_of_hours(clinic_id, language, team.opens_at)
    return notices.passed_to_person(clinic_id, language)


def out_of_hours_text(clinic_id: UUID, language: str, opens_at: datetime) -> str:
    """What somebody hears who writes while the team is away until then."""
    return notices.passed_out_of_hours(clinic_id, language, opens_at)
