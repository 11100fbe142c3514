"""A reminder at an hour that the patient chose, outside of the clinic's own, which only the number of texts of a day holds, goes anyway."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from recado.care_events import actions
from recado.care_events.types import CareEvent, MedicationCourse, Stage
from recado.consent.types import QuietHours
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, SYSTEM
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import retelling, worker
from recado.messaging import actions as messaging
from tests import factories
from tests.factories import intent, person, send, sql

# As one of the clinic's own texts at this hour is held, which is of use for days; the usual one is of none the day after.
HELD = (
    "UPDATE messaging_message SET verdict = 'later', rule = 'frequency_cap', expires = expires + interval '7 days' RETURNING id",
    "UPDATE messaging_outbox SET due = due + interval '1 day', expires = expires + interval '7 days'",
)


@pytest.mark.usefixtures("database")
def test_a_dose_that_the_measure_of_a_day_holds_goes_anyway_in_the_evening() -> None:
    london = ZoneInfo("Europe/London")
    clinic = factories.make_furnished(quiet_hours=QuietHours(time(9), time(18))).id
    day = business_time.now().astimezone(london).date() + timedelta(days=1)
    course = CareEvent("E-1", person(), MedicationCourse(day, (Stage(1, (time(20),)),)), "")
    actions.record_events(clinic_id=clinic, source="lab", events=[course], by=SYSTEM)
    factories.advance(datetime.combine(day, time(20), london) - business_time.now())
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass
    ((dose,),) = sql(HELD[0])
    sql(HELD[1])
    (other,) = send(clinic, intent())
    with clinic_scope(clinic):
        assert retelling.at_chosen_hours(clinic, [dose, other.message_id]) == {dose}
        due = messaging.send_anyway(clinic_id=clinic, message_id=dose, by=OPERATOR)
    assert due is not None and due <= business_time.now()
