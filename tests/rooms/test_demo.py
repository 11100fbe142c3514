"""The demo looks true at whatever hour it is started."""

from datetime import UTC, datetime, timedelta

import pytest

from recado.appointments.types import Status, Why
from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.launch import demo
from recado.web.calendar import days

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(("weekday", "hour"), [(1, 7.5), (1, 13), (1, 22.4), (5, 11)])
def test_today_is_alive_and_nobody_was_forgotten(weekday: int, hour: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_known_demo", {})
    clinics.forget_settings()
    monday = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    with business_time.standing_at(monday + timedelta(days=weekday, hours=hour)):
        demo.load()
        clinic_id = demo.demo_clinic()
        with clinic_scope(clinic_id):
            near = days.near(clinic_id)
    standing = {one.status for one in near.today}
    assert Status.CONFIRMED in standing and standing & {Status.NO_ANSWER, Status.NOT_CONFIRMED}
    assert near.tomorrow
    assert near.calls
    assert Why.NOT_ASKED not in {one.why for one in near.calls}
