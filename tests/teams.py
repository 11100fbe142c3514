"""Staff who are here, teams and rules for tests, made by the actions that the product itself uses."""

from dataclasses import replace
from datetime import time
from typing import Any
from uuid import UUID

from recado.clinics import actions as clinics
from recado.clinics.roles import RECEPTION, Role
from recado.clinics.types import OpenDay
from recado.foundation.actors import OPERATOR
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.tasks import actions
from recado.tasks.types import By, MemberView, RuleView, Share, TeamView

ALWAYS: tuple[OpenDay, ...] = (((time(0), time(23, 59)),),) * 7
NEVER: tuple[OpenDay, ...] = ((),) * 7


def staff(clinic_id: UUID, name: str, *, is_here: bool = True, role: Role = RECEPTION) -> UUID:
    """Somebody who works at the clinic, with a screen that shows that they are there."""
    email = f"{name.split()[0].lower()}@clinic.example"
    found = clinics.add_staff(clinic_id=clinic_id, email=email, name=name, role=role, by=OPERATOR).user_id
    if is_here:
        with clinic_scope(clinic_id):
            actions.note_here(clinic_id=clinic_id, user_id=found)
    return found


def team(clinic_id: UUID, name: str, *users: UUID, **more: Any) -> UUID:
    """A team that works at any hour."""
    given = TeamView(new_id(), name, week=ALWAYS, members=tuple(MemberView(one) for one in users))
    made = replace(given, **more)
    with clinic_scope(clinic_id):
        actions.keep_team(clinic_id=clinic_id, team=made, is_new=True, by=OPERATOR)
    return made.id


def rule(clinic_id: UUID, by: By, *values: str, to: UUID | None = None, share: Share = Share.ROUND_ROBIN) -> UUID:
    """A rule at the end of the table."""
    with clinic_scope(clinic_id):
        return actions.keep_rule(clinic_id=clinic_id, rule=RuleView(by, values, to, share), by=OPERATOR)
