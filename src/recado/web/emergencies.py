"""The bar on every page of staff while a text that names a danger has been taken by nobody."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.tasks import queries as tasks
from recado.web import dates

MOST = 12  # bars on a page; the rest follow as these are taken


@dataclass(frozen=True, slots=True)
class Bar:
    """One alarm: since when, and whose turn it is. It names no patient: it stands on every screen."""

    thread_id: UUID
    said: str


def bars(clinic_id: UUID, me: UUID) -> list[Bar]:
    """The alarms that nobody has taken, the oldest first: one statement where there are none."""
    with clinic_scope(clinic_id):
        standing = tasks.alarms(clinic_id)[:MOST]
    if not standing:
        return []
    now, names = business_time.now(), {one.user_id: one.name for one in clinics.staff(clinic_id)}
    return [Bar(one.subject_id, _said(now - one.raised_at, one.turn_id, names, me)) for one in standing]


def _said(since: timedelta, turn: UUID | None, names: dict[UUID, str], me: UUID) -> str:
    if turn == me:
        whose = _("It is your turn.")
    elif turn in names:
        whose = _("It is %(name)s's turn; anybody may.") % {"name": names[turn]}
    else:
        whose = _("It is everybody's turn.")
    if since < timedelta(minutes=1):
        return _("It came just now. %(whose)s") % {"whose": whose}
    return _("For %(time)s nobody has taken it. %(whose)s") % {"time": dates.ago(since), "whose": whose}
