"""The gate: every text gets a verdict with its rule, and the verdict is stored."""

from collections import Counter
from datetime import time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from recado.clinics.types import CareBasis, QuietHours
from recado.consent import actions as consent
from recado.consent.types import Purpose, PurposeGroup
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.gate import MOST_A_DAY, SPREADS
from recado.messaging.models import Message
from tests import factories
from tests.factories import DAY, intent, phone, send, sql

pytestmark = pytest.mark.usefixtures("database")


def verdict_of(clinic_id: UUID, **more: object) -> tuple[str, str]:
    (made,) = send(clinic_id, intent(**more))  # type: ignore[arg-type]
    with clinic_scope(clinic_id):
        row = Message.objects.get(clinic_id=clinic_id, id=made.message_id)
    assert (row.verdict, row.rule) == (made.verdict, made.rule)
    return made.verdict, made.rule


def test_text_about_care_is_allowed_and_says_by_which_rule() -> None:
    assert verdict_of(factories.make_furnished().id) == ("allow", "care")


def test_text_without_a_phone_is_kept_with_its_reason() -> None:
    clinic = factories.make_furnished().id
    assert verdict_of(clinic, phone=None) == ("never", "no_phone")
    assert factories.queued() == set()


def test_clinic_without_a_carrier_sends_nothing() -> None:
    assert verdict_of(factories.make_clinic().id) == ("never", "no_carrier")


def test_text_in_quiet_hours_waits_for_the_opening() -> None:
    now = business_time.now().astimezone(ZoneInfo("Europe/London"))
    opens, closes = now + timedelta(hours=2), now + timedelta(hours=3)
    hours = QuietHours(time(opens.hour), time(closes.hour))
    clinic = factories.make_furnished(quiet_hours=hours)
    (made,) = send(clinic.id, intent())
    assert (made.verdict, made.rule) == ("later", "quiet_hours")
    assert made.due is not None
    opening = hours.window("Europe/London").next_open(now)
    assert timedelta(0) < opening - now <= timedelta(hours=2)
    assert opening <= made.due < opening + SPREADS[0]
    assert factories.queued() == {made.message_id}


def test_text_at_an_hour_that_the_person_chose_goes_in_quiet_hours() -> None:
    now = business_time.now().astimezone(ZoneInfo("Europe/London"))
    hours = QuietHours(time((now + timedelta(hours=2)).hour), time((now + timedelta(hours=3)).hour))
    clinic = factories.make_furnished(quiet_hours=hours)
    said = [
        verdict_of(clinic.id, at_chosen_hour=chosen, expires_at=now + timedelta(hours=1)) for chosen in (False, True)
    ]
    assert said == [("never", "expired"), ("allow", "care")]


def test_what_waits_for_the_opening_leaves_spread_over_some_minutes_and_each_number_at_its_own_moment() -> None:
    now = business_time.now().astimezone(ZoneInfo("Europe/London"))
    hours = QuietHours(time((now.hour + 2) % 24), time((now.hour + 3) % 24))
    clinic = factories.make_furnished(quiet_hours=hours).id
    opening = hours.window("Europe/London").next_open(now)
    dues = [made.due for made in send(clinic, *(intent(at) for at in range(200)))]
    assert all(due is not None and opening <= due < opening + SPREADS[0] for due in dues)
    minutes = Counter(int((due - opening).total_seconds() // 60) for due in dues if due is not None)
    assert len(minutes) == 10 and max(minutes.values()) < 60
    assert dues == [made.due for made in send(clinic, *(intent(at) for at in range(200)))]


def test_nothing_is_spread_beyond_closing_or_its_own_use() -> None:
    now = business_time.now().astimezone(ZoneInfo("Europe/London"))
    opens = (now + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    clinic = factories.make_furnished(quiet_hours=QuietHours(opens.time(), opens.replace(minute=1).time())).id
    assert {made.due for made in send(clinic, *(intent(at) for at in range(20)))} == {opens}
    wide = factories.make_furnished(
        "wide", number="+447700900101", quiet_hours=QuietHours(opens.time(), opens.replace(minute=50).time())
    ).id
    soon = opens + timedelta(minutes=3)
    dues = [made.due for made in send(wide, *(intent(at, expires_at=soon) for at in range(20)))]
    assert all(due is not None and opens <= due < soon for due in dues)


@pytest.mark.parametrize("purpose", [Purpose.EMERGENCY, Purpose.VERIFY, Purpose.ANSWER, Purpose.STAFF])
def test_what_people_wait_for_goes_in_quiet_hours_too(purpose: Purpose) -> None:
    now = business_time.now().astimezone(ZoneInfo("Europe/London"))
    hours = QuietHours(time((now.hour + 2) % 24), time((now.hour + 3) % 24))
    clinic = factories.make_furnished(quiet_hours=hours).id
    assert verdict_of(clinic, purpose=purpose)[0] == "allow"


def test_text_that_would_come_too_late_is_not_kept_waiting() -> None:
    now = business_time.now().astimezone(ZoneInfo("Europe/London"))
    hours = QuietHours(time((now.hour + 2) % 24), time((now.hour + 3) % 24))
    clinic = factories.make_furnished(quiet_hours=hours).id
    assert verdict_of(clinic, expires_at=now + timedelta(minutes=30)) == ("never", "expired")


def test_news_needs_a_permission() -> None:
    clinic = factories.make_furnished().id
    patient = factories.make_patient(clinic)
    assert verdict_of(clinic, purpose=Purpose.NEWS, patient_id=patient) == ("never", "no_permission")
    with clinic_scope(clinic):
        consent.permit(clinic_id=clinic, patient_id=patient, groups=[PurposeGroup.NEWS], how="staff", by=OPERATOR)
    assert verdict_of(clinic, purpose=Purpose.NEWS, patient_id=patient) == ("allow", "news")
    assert verdict_of(clinic, purpose=Purpose.NEWS, patient_id=new_id()) == ("never", "no_permission")


def test_clinic_that_rests_on_consent_asks_for_it_first() -> None:
    clinic = factories.make_furnished(care_basis=CareBasis.CONSENT).id
    patient = factories.make_patient(clinic)
    assert verdict_of(clinic, patient_id=patient) == ("never", "no_permission")
    with clinic_scope(clinic):
        consent.permit(clinic_id=clinic, patient_id=patient, groups=[PurposeGroup.CARE], how="staff", by=OPERATOR)
    assert verdict_of(clinic, patient_id=patient) == ("allow", "care")


def test_wrong_number_silences_one_patient_and_not_the_phone() -> None:
    clinic = factories.make_furnished().id
    wrong, other = factories.make_patient(clinic), factories.make_patient(clinic, record_number="R-other")
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, phone())
        consent.report_wrong_number(clinic_id=clinic, patient_id=wrong, phone_bi=bi, how="link", by=OPERATOR)
    assert verdict_of(clinic, patient_id=wrong) == ("never", "wrong_number")
    assert verdict_of(clinic, patient_id=wrong, phone=phone(322)) == ("allow", "care")
    assert verdict_of(clinic, patient_id=other) == ("allow", "care")


def test_withdrawal_holds_for_one_clinic_alone() -> None:
    clinic = factories.make_furnished().id
    other = factories.make_furnished("quay-side", number="+447700900101").id
    factories.stop(clinic)
    assert verdict_of(clinic) == ("never", "withdrawn")
    assert verdict_of(other) == ("allow", "care")


def test_number_that_had_its_texts_for_today_waits_for_tomorrow() -> None:
    clinic = factories.make_furnished().id
    send(clinic, *(intent() for _ in range(MOST_A_DAY)))
    (made,) = send(clinic, intent())
    assert (made.verdict, made.rule) == ("later", "frequency_cap")
    assert verdict_of(clinic, purpose=Purpose.ANSWER) == ("allow", "answer_at_once")
    factories.advance(DAY)
    assert verdict_of(clinic) == ("allow", "care")


def test_texts_that_were_called_off_leave_room_for_others_when_a_number_had_many() -> None:
    clinic = factories.make_furnished().id
    made = send(clinic, *(intent() for _ in range(MOST_A_DAY)))
    with clinic_scope(clinic):
        messaging.call_off(clinic_id=clinic, message_ids=[one.message_id for one in made[:3]], reason="choice_changed")
    verdicts = [one.verdict for one in send(clinic, *(intent() for _ in range(4)))]
    assert verdicts == ["allow", "allow", "allow", "later"]


def test_batch_of_a_thousand_costs_as_many_statements_as_one() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clinic = factories.make_furnished().id
    send(clinic, intent())  # warms what is cached
    counts = []
    for size in (1, 1_000):
        with CaptureQueriesContext(connection) as seen:
            send(clinic, *(intent(last) for last in range(size)))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_sending_writes_one_audit_line_a_batch() -> None:
    clinic = factories.make_furnished().id
    send(clinic, intent(321), intent(322), intent(phone=None))
    rows = sql("SELECT detail FROM foundation_auditevent WHERE action = 'message.put' AND clinic_id = %s", (clinic,))
    assert [row[0] for row in rows] == [{"allow": 2, "never": 1}]


# ------------------------------------------------------------------------------------------------ stop and start


def test_second_stop_gets_no_second_text() -> None:
    clinic = factories.make_furnished().id
    assert factories.stop(clinic) is not None
    assert factories.stop(clinic) is None
    assert len(factories.wordings(clinic)) == 1


def test_stop_start_stop_is_confirmed_each_time() -> None:
    clinic = factories.make_furnished().id
    assert factories.start(clinic) is None, "nothing to start"
    said = [factories.stop(clinic), factories.start(clinic), factories.stop(clinic)]
    assert None not in said
    assert len(factories.wordings(clinic)) == 3
    kinds = [row[0] for row in sql("SELECT kind FROM consent_ledgerentry ORDER BY id")]
    assert kinds == ["withdrawn", "restored", "withdrawn"]
    assert verdict_of(clinic) == ("never", "withdrawn")
