"""Teams of the demo: reception, nurses and billing, and rules that give each its own."""

from collections.abc import Sequence
from datetime import time, timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.clinics.types import OpenDay
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.tasks import actions, queries
from recado.tasks.types import By, MemberView, RuleView, Share, TaskKind, TeamView

EVERY_DAY: tuple[OpenDay, ...] = (((time(7), time(22)),),) * 7
_MORNING: OpenDay = ((time(9), time(13)),)
MORNINGS: tuple[OpenDay, ...] = (_MORNING, (), _MORNING, (), _MORNING, (), ())
INVOICE = ("invoice", "bill", "payment", "facture", "rekening", "faktura", "factura", "tagihan")


def load(clinic_id: UUID, by: Actor) -> None:
    """Makes them, where there are none yet."""
    ids = {one.name: one.user_id for one in clinics.staff(clinic_id)}
    with clinic_scope(clinic_id):
        if queries.routing(clinic_id).teams:
            return
        desk, nurses, billing = (_team(clinic_id, one, by) for one in _teams(ids))
        for rule in (
            RuleView(By.KEYWORD, INVOICE, billing, Share.ROUND_ROBIN),
            RuleView(By.MEANING, ("symptom_or_emergency",), nurses, Share.ROUND_ROBIN),
            RuleView(By.TASK, (str(TaskKind.CALL_BACK), str(TaskKind.REFILL)), nurses, Share.LEAST_BUSY),
            RuleView(By.OWNER),
        ):
            actions.keep_rule(clinic_id=clinic_id, rule=rule, by=by)
        actions.set_sharing(clinic_id=clinic_id, danger_team=nurses, rest_team=desk, rest_share=Share.LEAST_BUSY, by=by)


def _teams(ids: dict[str, UUID]) -> Sequence[TeamView]:
    def people(*names: str, **speaks: tuple[str, ...]) -> tuple[MemberView, ...]:
        return tuple(MemberView(ids[name], languages=speaks.get(name.split()[0], ())) for name in names if name in ids)

    return (
        TeamView(
            new_id(),
            "Reception",
            "all sites",
            lead_id=ids.get("Ruth Ellery"),
            answer_within=timedelta(minutes=30),
            members=people("Marta Kowal", "Ruth Ellery", "Ben Carter", Marta=("en", "pl"), Ruth=("en", "fr")),
        ),
        TeamView(
            new_id(),
            "Nurses",
            "worrying answers",
            lead_id=ids.get("Ben Carter"),
            week=EVERY_DAY,
            answer_within=timedelta(minutes=10),
            members=people("Amara Osei", "Inês Silva"),
        ),
        TeamView(
            new_id(),
            "Billing",
            "invoices, cover",
            lead_id=ids.get("Ben Carter"),
            week=MORNINGS,
            answer_within=timedelta(hours=8),
            members=people("Noor Haddad"),
        ),
    )


def _team(clinic_id: UUID, team: TeamView, by: Actor) -> UUID:
    actions.keep_team(clinic_id=clinic_id, team=team, is_new=True, by=by)
    return team.id
