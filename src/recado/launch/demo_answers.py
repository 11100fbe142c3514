"""Articles of the demo clinic that answer patients' questions, in its six languages."""

from datetime import timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.knowledge import actions
from recado.launch.demo_articles import articles

# Days until they want looking at again; what has passed answers nobody.
DUE = {"hours": 6, "fees": -9, "prescription": 66}
USUAL_DUE = 190


def load(clinic_id: UUID, by: Actor) -> int:
    """Publishes them. Returns how many."""
    staff = clinics.staff(clinic_id)
    author = next((one for one in staff if one.role.code == "manager"), None)
    owner = next((one for one in staff if one.role.code == "clinician"), author)
    writer = Actor(ActorKind.STAFF, str(author.user_id)) if author else by
    today, made = business_time.now().date(), 0
    with clinic_scope(clinic_id):
        for article in articles():
            key = actions.begin(clinic_id=clinic_id, article=article, by=writer)
            due = today + timedelta(days=DUE.get(article.key, USUAL_DUE))
            user = owner.user_id if owner else None
            actions.publish(clinic_id=clinic_id, key=key, by=writer)
            actions.review(clinic_id=clinic_id, key=key, owner=user, due=due, by=writer)
            made += 1
    return made
