"""What will be sent: every text to come and every refusal, by day, filtered, and as a file."""

import csv
import io
import json
import re
from datetime import datetime, time
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import AUDITOR, MANAGER
from recado.clinics.types import QuietHours
from recado.consent import actions as consent
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.gate import MOST_A_DAY
from recado.web.journeys import coming
from tests import factories, pages, staff
from tests.factories import DAY, booking, person, record

pytestmark = pytest.mark.usefixtures("database")
PAGE = "/journeys/coming"


@pytest.fixture
def clinic(database: None) -> UUID:
    """Four people are asked in two days: one has no phone, one has stopped."""
    clinic_id = factories.make_furnished(quiet_hours=QuietHours(time(9), time(18))).id
    start = (business_time.now() + 5 * DAY).replace(hour=11, minute=0)
    people = [person(1), person(2, "Rémi Lefebvre", language="fr"), person(3, phone=None), person(4)]
    record(clinic_id, *(booking(f"A-{n}", who, start=start) for n, who in enumerate(people)), is_first_import=True)
    factories.stop(clinic_id, 4)
    return clinic_id


@pytest.fixture
def manager(clinic: UUID) -> Client:
    return staff.desk(clinic, MANAGER)


NO_PHONE = "patient_id FROM appointments_appointment WHERE external_id = 'A-2'"
STOPPED = "patient_id FROM appointments_appointment WHERE external_id = 'A-3'"


def held_by_the_cap(clinic: UUID) -> UUID:
    """A text that waits for the next day, since its number has had enough of them. The clinic's clock stands at ten."""
    now = business_time.now()
    business_time.advance_to((now + DAY).replace(hour=10, minute=0, second=0, microsecond=0))
    patient = factories.make_patient(clinic, 5)
    factories.send(clinic, *(factories.intent(5, patient_id=patient) for _ in range(MOST_A_DAY)))
    (made,) = factories.send(clinic, factories.intent(5, patient_id=patient))
    assert (made.verdict, made.rule) == ("later", "frequency_cap")
    return made.message_id


def tomorrow_night() -> datetime:
    return (business_time.now() + DAY).replace(hour=22, minute=0, second=0, microsecond=0)


def read(client: Client, query: str = "") -> str:
    page: str = client.get(PAGE + query).content.decode()
    assert pages.Reading(page).faults == []
    return page


def the_day(days: int = 2) -> str:
    return f"?day={(business_time.now() + days * DAY).date().isoformat()}"


def test_a_day_shows_each_text_as_it_will_arrive_and_each_refusal_with_its_reason(manager: Client) -> None:
    page = read(manager, the_day())
    assert ": 2 texts</h1>" in page and "to 2 people" in page
    assert "Harbour Street Clinic : Rémi, vous avez rendez-vous" in page
    assert "1 · No number that works" in page and "1 · Asked us to stop" in page
    assert page.count("Not sent:") == 2
    assert "2 parts; no price is known" in page


def test_only_leaves_one_reason_and_the_week_counts_days(manager: Client) -> None:
    page = read(manager, the_day() + "&only=withdrawn")
    assert page.count("<tr data-row>") == 1 and "Asked us to stop" in page
    assert read(manager, "?when=week").count("<tr data-row>") == 8
    assert "Nothing is planned here" in read(manager, "?when=rest")
    assert read(manager, "?day=nonsense&page=99&hour=77").count("<tr data-row>") == 0


def test_week_counts_as_not_sent_what_nobody_gets(clinic: UUID, manager: Client) -> None:
    """Two visits of one phone on one day go in one text: that is counted once, and nothing stays out for it."""
    start = (business_time.now() + 5 * DAY).replace(hour=11, minute=0)
    record(
        clinic, *(booking(f"B-{n}", person(7), start=start.replace(hour=11 + n)) for n in (0, 1)), is_first_import=True
    )
    page = read(manager, "?when=week")
    assert "In one text with another of that day" in page
    days = re.findall(r'<td class="end num">(\d+)</td><td class="end num">(\d+)</td>', page)
    stated = re.search(r'Will not be sent</span><span class="v">(\d+)<', page)
    assert stated is not None
    assert sum(int(stays) for _, stays in days) == int(stated[1]) == 4


def test_price_is_told_where_one_is_known(manager: Client) -> None:
    factories.sql(
        "INSERT INTO messaging_carrierprice (carrier, country, price, currency, source, at)"
        " VALUES (1, 'GB', 0.041, 'GBP', 'hand', now())"
    )
    page = read(manager, the_day())
    assert "£0.08" in page, "of the day that is looked at"
    assert page.count("£0.041") == 2, "of each text, with all its digits"
    week = page.partition("Planned in the next 7 days")[2].partition("</table>")[0]
    row = week.partition(the_day())[2].partition("</tr>")[0]
    assert "£0.08" in row and ">Cost</th>" in week, "and of the day in the week"


def test_a_day_without_texts_says_nothing_of_prices(manager: Client) -> None:
    assert "no price is known" in read(manager, the_day()), "there is none in this test"
    page = read(manager, the_day(40))
    assert "Nothing is planned here" in page and "no price is known" not in page


def test_file_holds_the_same_lines(manager: Client) -> None:
    response = manager.get("/journeys/coming.csv" + the_day())
    assert "attachment" in response["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert len(rows) == 5
    assert sorted(row[1] for row in rows[1:]) == ["never", "never", "send", "send"]


def test_looking_is_audited_with_the_people_seen(clinic: UUID, manager: Client) -> None:
    manager.get(PAGE + the_day())
    ((detail,),) = factories.sql("SELECT detail FROM foundation_auditevent WHERE action = 'journey.foresee'")
    seen = detail if isinstance(detail, dict) else json.loads(detail)
    assert len(seen["patients"]) == 4


def test_each_refusal_leads_to_where_it_is_mended(clinic: UUID, manager: Client) -> None:
    page = read(manager, the_day())
    nobody, stopped = (factories.sql(f"SELECT {what}")[0][0] for what in (NO_PHONE, STOPPED))
    assert f'href="/patients/{nobody}/edit"' in page and "Add a number" in page
    assert f'href="/patients/{stopped}/consent"' in page and "What they said" in page
    manager.post("/journeys/own/appointment/pause", {"back": PAGE})
    assert 'href="/journeys/own/appointment">To the journey' in read(manager, the_day())


def test_a_text_that_only_the_days_measure_holds_goes_anyway(clinic: UUID, manager: Client) -> None:
    waiting = held_by_the_cap(clinic)
    page = read(manager, "?when=week")
    assert f'value="{waiting}"' in page and "Send anyway" in page
    answer = manager.post(f"{PAGE}/anyway", {"message": str(waiting), "back": PAGE})
    assert answer.status_code == 303 and "It leaves" in manager.get(answer["Location"]).content.decode()
    ((due,),) = factories.sql("SELECT due FROM messaging_outbox WHERE id = %s", (waiting,))
    assert due <= business_time.now()
    audited = factories.sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'message.anyway'")
    assert audited == [(1,)]
    again = manager.post(f"{PAGE}/anyway", {"message": str(waiting), "back": PAGE})
    assert "nothing was changed" in manager.get(again["Location"]).content.decode()


@pytest.mark.parametrize("what", ["stop", "wrong"])
def test_a_stop_or_a_wrong_number_is_overruled_by_nobody(clinic: UUID, manager: Client, what: str) -> None:
    waiting = held_by_the_cap(clinic)
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, factories.phone(5))
        if what == "stop":
            consent.withdraw(clinic_id=clinic, phone_bi=bi, how="desk", by=OPERATOR)
        else:
            patient = factories.sql("SELECT patient_id FROM messaging_message WHERE id = %s", (waiting,))[0][0]
            consent.report_wrong_number(clinic_id=clinic, patient_id=patient, phone_bi=bi, how="desk", by=OPERATOR)
    before = factories.sql("SELECT due FROM messaging_outbox WHERE id = %s", (waiting,))
    manager.post(f"{PAGE}/anyway", {"message": str(waiting), "back": PAGE})
    assert factories.sql("SELECT due FROM messaging_outbox WHERE id = %s", (waiting,)) == before


def test_a_text_that_waits_for_the_hours_is_not_offered_to_go_anyway(clinic: UUID, manager: Client) -> None:
    (made,) = factories.send(clinic, factories.intent(6, not_before=tomorrow_night()))
    assert (made.verdict, made.rule) == ("later", "quiet_hours")
    assert "Send anyway" not in read(manager, "?when=week")
    manager.post(f"{PAGE}/anyway", {"message": str(made.message_id), "back": PAGE})
    assert factories.sql("SELECT due FROM messaging_outbox WHERE id = %s", (made.message_id,)) == [(made.due,)]


def test_only_who_may_change_journeys_lets_a_text_go(clinic: UUID) -> None:
    waiting = held_by_the_cap(clinic)
    client = staff.desk(clinic)
    assert client.post(f"{PAGE}/anyway", {"message": str(waiting)}).status_code == 403
    assert "Send anyway" not in read(client, "?when=week")


def test_who_may_change_journeys_can_pause_them_all_from_here(clinic: UUID, manager: Client) -> None:
    assert 'data-opens="pause-all"' in read(manager) and 'action="/journeys/pause-all"' in read(manager)
    assert "pause-all" not in read(staff.desk(clinic))
    manager.post("/journeys/pause-all")
    assert "pause-all" not in read(manager), "nothing is live any more"


def test_auditor_may_not_look(clinic: UUID) -> None:
    assert staff.desk(clinic, AUDITOR).get(PAGE).status_code == 403


def test_more_than_a_page_looks_at_comes_in_parts_and_is_counted_whole(
    manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coming, "AT_ONCE", 3)
    page = read(manager, the_day())
    assert "4 steps are planned in all" in page and page.count("<tr data-row>") == 3
    following = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    page = read(manager, following)
    assert page.count("<tr data-row>") == 1 and "To the first part" in page
    monkeypatch.setattr(coming, "AT_ONCE", 4)
    page = read(manager, the_day())
    assert "planned in all" not in page and page.count("<tr data-row>") == 4, (
        "a day that is small, of a week that is not"
    )


@pytest.mark.parametrize("query", ["?when=week", ""])
def test_chart_of_a_phone_is_rows_that_fit_it_and_say_the_same(manager: Client, query: str) -> None:
    page = read(manager, query or the_day())
    wide, narrow = re.findall(r'<svg class="chart coming-\w+".*?</svg>', page, re.S)
    assert re.findall(r'class="lab">([^<]+)<', wide) == re.findall(r'class="lab">([^<]+)<', narrow) != []
    assert wide.count("<rect") == narrow.count("<rect") > 0
    ends = [float(x) + float(width) for x, width in re.findall(r'<rect x="([\d.]+)"[^>]* width="([\d.]+)"', narrow)]
    assert max(ends) == 58 + 214, "the longest leaves room for its number in a drawing of 320"
    assert "scroll-x" not in page


def test_reasons_and_what_mends_them_are_in_the_readers_language(manager: Client) -> None:
    page = read(manager, the_day())
    assert "Asked us to stop" in page and "Add a number" in page
    assert manager.post("/profile", {"name": "Marta Kowal", "language": "pl"}).status_code == 303
    page = read(manager, the_day())
    assert "Prośba o zaprzestanie" in page and "Asked us" not in page and "Add a number" not in page
