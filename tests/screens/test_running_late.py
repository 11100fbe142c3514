"""A clinician runs late: who is told, who can't be, and what is taken back before it leaves."""

import re
from datetime import datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.test import Client

from recado.appointments import actions as appointments
from recado.appointments import replies
from recado.appointments.types import BookingStatus, CancelReason
from recado.clinics.roles import MANAGER, RECEPTION
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from tests import factories, pages, staff
from tests.factories import booking, person, sql, wordings

pytestmark = pytest.mark.usefixtures("database")

PAGE = "/appointments/late"
DOCTOR = "Dr Costa"
SECOND = timedelta(seconds=1)


@pytest.fixture
def clinic() -> UUID:
    """At 10:00: Dr Costa is to see two people, and a third who has no phone; another doctor has one."""
    made = factories.make_furnished().id
    now = business_time.now().astimezone(ZoneInfo("Europe/London"))
    business_time.advance_to((now + timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0))
    at = business_time.now()
    factories.record(
        made,
        *(
            booking(name, who, start=at + timedelta(minutes=ahead), clinician=doctor)
            for name, who, ahead, doctor in (
                ("A-0", person(300, "Ada Bell"), -45, DOCTOR),
                ("A-1", person(301, "Oliver Grant"), -15, DOCTOR),
                ("A-2", person(302, "Claire Morel", language="fr"), 60, DOCTOR),
                ("A-3", person(303, "Paul Everett", phone=None), 90, DOCTOR),
                ("A-4", person(304, "Tom Reed"), 60, "Dr Okafor"),
            )
        ),
        announce=factories.Announce.NONE,
    )
    factories.release(made, factories.Announce.NONE)
    return made


@pytest.fixture
def client(clinic: UUID) -> Client:
    return staff.desk(clinic, RECEPTION)


def work(step: timedelta = 21 * SECOND) -> None:
    factories.advance(step)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def code_of(client: Client) -> str:
    """What stands for the doctor in addresses, as the page offers it."""
    (code,) = re.findall(rf'value="(\w+)"[^>]*>{DOCTOR}<', client.get(PAGE).content.decode())
    return str(code)


def read(client: Client, status: int = 200, **given: str) -> str:
    answer = client.get(PAGE, {"with": code_of(client), "minutes": "30", **given})
    html = answer.content.decode()
    assert answer.status_code == status and pages.Reading(html).faults == []
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def send(client: Client, minutes: str = "30") -> str:
    return client.post(PAGE, {"with": code_of(client), "minutes": minutes}, follow=True).content.decode()


def told(clinic: UUID) -> list[str]:
    return sorted(text for text in wordings(clinic) if "running about" in text or "retard" in text)


def test_page_says_who_waits_whom_a_text_tells_and_who_has_no_phone(clinic: UUID, client: Client) -> None:
    said = read(client)
    assert "3 people still wait for Dr Costa" in said, "who was due 45 minutes ago is not counted, nor another doctor's"
    assert "2 are told by text , 1 is not" in said or "2 are told by text, 1 is not" in said
    assert "Paul Everett" in said and "No number that works" in said
    assert "10:15" in said, "whose turn was at 9:45"
    assert "we are running about 30 minutes late" in said
    work()
    assert told(clinic) == [] and sql("SELECT count(*) FROM care_events_event") == [(0,)]


def test_everybody_who_waits_is_told_once_and_again_when_it_takes_longer(clinic: UUID, client: Client) -> None:
    assert "2 texts go out." in send(client)
    work(SECOND)
    assert told(clinic) == [], "they can still be taken back"
    work()
    english, french = sorted(told(clinic), key=lambda text: "retard" in text)
    assert "Oliver, sorry, we are running about 30 minutes late" in english and "30 minutes de retard" in french
    assert "Has been told the same" in read(client) and "Take the delay back" in read(client)
    send(client)
    work()
    assert len(told(clinic)) == 2
    send(client, "40")
    work()
    assert len(told(clinic)) == 4
    assert sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'care_event.delay'") == [(3,)]


def test_what_has_not_left_is_taken_back_and_can_be_told_anew(clinic: UUID, client: Client) -> None:
    page = send(client)
    undo, _on_page = re.findall(r'action="(/appointments/late/back[^"]*)"', page)
    back = client.post(undo.replace("&amp;", "&"), follow=True).content.decode()
    assert "3 texts are taken back." in back
    work()
    assert told(clinic) == []
    send(client)
    work()
    assert len(told(clinic)) == 2


def test_who_was_seen_or_has_cancelled_waits_no_more(clinic: UUID, client: Client) -> None:
    with clinic_scope(clinic):
        seen = factories.visit(clinic, "A-1")
    with clinic_scope(clinic):
        appointments.note_finished(clinic_id=clinic, visit_id=seen.id, by=SYSTEM)
    assert "2 people still wait" in read(client)


@pytest.mark.parametrize("minutes", ["", "0", "-5", "ten", "99999", "1441"])
def test_minutes_that_are_none_are_told_at_their_field(client: Client, minutes: str) -> None:
    assert "Type how many minutes" in read(client, 422, minutes=minutes)
    assert client.post(PAGE, {"with": code_of(client), "minutes": minutes}).status_code == 422


def test_today_leads_to_the_act_for_each_clinician(clinic: UUID, client: Client) -> None:
    page = client.get("/appointments/").content.decode()
    assert f"{PAGE}?with={code_of(client)}" in page
    assert not re.search(r"""(?:href|action)="[^"]*Costa""", page), "no name stands in an address"
    tomorrow: datetime = business_time.now() + timedelta(days=1)
    assert f"{PAGE}?with" not in client.get(f"/appointments/?day={tomorrow.date().isoformat()}").content.decode()


def test_act_is_for_those_who_change_appointments(clinic: UUID) -> None:
    assert staff.desk(clinic, MANAGER).get(PAGE).status_code == 200


# ------------------------------------------------------------------------------------------------ taken back


def take_back(client: Client, minutes: str = "30") -> str:
    said = client.post(f"{PAGE}/back?with={code_of(client)}&minutes={minutes}", follow=True).content.decode()
    return " ".join(re.findall(r"\d+ (?:texts? (?:is|are) taken back|had gone already)\.", said))


def states() -> list[str]:
    return sorted(state for (state,) in sql("SELECT state FROM care_events_event"))


def goes() -> None:
    """The carrier has what waited."""
    sql("DELETE FROM messaging_outbox")


def test_a_longer_delay_is_taken_back_before_its_texts_are_made_where_the_shorter_has_left(
    clinic: UUID, client: Client
) -> None:
    send(client)
    work()
    goes()
    send(client, "40")
    assert take_back(client, "40") == "3 texts are taken back."
    work()
    assert len(told(clinic)) == 2 and not any("40" in text for text in told(clinic))
    assert states() == ["late"] * 3, "the shorter holds again"
    send(client)
    work()
    assert not factories.queued(), "they know of the shorter"
    send(client, "40")
    work()
    assert sum("40" in text for text in told(clinic)) == 2, "who asks again is heard"


def test_a_longer_delay_is_taken_back_while_its_texts_wait_where_the_shorter_has_left(
    clinic: UUID, client: Client
) -> None:
    send(client)
    work()
    goes()
    send(client, "40")
    work()
    assert factories.queued()
    assert take_back(client, "40") == "3 texts are taken back."
    assert not factories.queued() and states() == ["late"] * 3
    send(client, "40")
    work()
    assert len(factories.queued()) == 2


def test_who_had_a_longer_delay_that_is_taken_back_is_told_the_shorter_one_again(clinic: UUID, client: Client) -> None:
    for minutes in ("30", "40"):
        send(client, minutes)
        work()
        goes()
    assert take_back(client, "40") == "1 text is taken back. 2 had gone already.", "of whom nothing had gone to"
    assert states() == ["late", "late", "late"]
    work()
    assert len(factories.queued()) == 2 and all("30" in text for text in wordings(clinic)[-2:])
    goes()
    send(client)
    work()
    assert not factories.queued(), "nobody is told the same twice"


def test_a_shorter_delay_that_never_left_is_told_once_the_longer_is_taken_back(clinic: UUID, client: Client) -> None:
    send(client)
    work()
    assert len(factories.queued()) == 2, "the carrier takes none"
    send(client, "40")
    work()
    assert len(factories.queued()) == 2, "the longer stands in its place"
    page = client.post(f"{PAGE}/back?with={code_of(client)}&minutes=40", follow=True).content.decode()
    assert "For 3 people the delay told before holds again." in page
    work()
    waits = wordings(clinic)[-2:]
    assert len(factories.queued()) == 2 and all("30" in text for text in waits)
    assert "10:15" in read(client) and "Has been told the same" in read(client)


def test_delays_are_taken_back_one_after_the_other(clinic: UUID, client: Client) -> None:
    for minutes in ("20", "30"):
        send(client, minutes)
        work()
        goes()
    send(client, "40")
    assert take_back(client, "40") == "3 texts are taken back."
    assert take_back(client, "40") == "1 text is taken back. 2 had gone already.", "30 minutes hold, and were told"
    send(client, "42")
    send(client, "44")
    assert take_back(client, "44") == "3 texts are taken back."
    assert take_back(client, "44") == "3 texts are taken back.", "42 minutes, which had not left either"
    work()
    assert len(factories.queued()) == 2 and states() == ["late"] * 3
    assert all("20" in text for text in wordings(clinic)[-2:]), "they go by the 30 minutes"
    goes()
    send(client, "20")
    work()
    assert not factories.queued()


def test_taken_back_twice_counts_once(clinic: UUID, client: Client) -> None:
    send(client)
    assert take_back(client) == "3 texts are taken back."
    assert take_back(client) == "0 texts are taken back."


def test_two_clicks_at_once_tell_everybody_once(clinic: UUID) -> None:
    desks, ready = [staff.desk(clinic, role) for role in (RECEPTION, MANAGER)], Barrier(2)

    def click(desk: Client) -> None:
        try:
            ready.wait()
            send(desk)
        finally:
            connections.close_all()

    clicks = [Thread(target=click, args=(desk,)) for desk in desks]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    work()
    assert len(told(clinic)) == 2 and states() == ["late"] * 3


# ------------------------------------------------------------------------------------------------ on time after all


def on_time(clinic: UUID) -> list[str]:
    return sorted(text for text in wordings(clinic) if "on time after all" in text or "pas de retard" in text)


def tell_and_leave(client: Client, minutes: str = "30") -> None:
    send(client, minutes)
    work()
    goes()


def test_who_had_been_told_of_a_delay_hears_that_it_is_on_time_after_all(clinic: UUID, client: Client) -> None:
    tell_and_leave(client)
    said = read(client)
    assert (
        "What has not left is not sent. For 2 people who were told of it, it is on time after all. 2 texts go out."
        in said
    )
    assert not on_time(clinic), "nobody has taken it back yet"
    assert take_back(client) == "1 text is taken back. 2 had gone already.", "one of them has no phone"
    assert states() == ["on_time", "on_time", "over"]
    work(SECOND)
    assert not on_time(clinic), "that can still be taken back too"
    work()
    english, french = sorted(on_time(clinic), key=lambda text: "retard" in text)
    assert "Oliver, we are on time after all. Please come at your own time, or now if it has passed." in english
    assert "Claire, finalement, pas de retard." in french
    assert take_back(client) == "0 texts are taken back." and "Take the delay back" not in read(client)


def test_who_was_never_told_of_a_delay_hears_nothing_when_it_is_taken_back(clinic: UUID, client: Client) -> None:
    send(client)
    work()
    assert len(factories.queued()) == 2, "the carrier has none yet"
    assert "on time after all" not in read(client)
    assert take_back(client) == "3 texts are taken back."
    work()
    assert not factories.queued() and not on_time(clinic) and states() == ["over"] * 3


def test_who_should_have_come_by_then_is_not_told(clinic: UUID, client: Client) -> None:
    tell_and_leave(client)
    factories.advance(timedelta(minutes=20))
    assert take_back(client) == "1 text is taken back. 1 had gone already.", "10:15 has passed"
    work()
    (french,) = on_time(clinic)
    assert "Claire" in french


def test_who_cancelled_or_was_seen_is_not_told(clinic: UUID, client: Client) -> None:
    tell_and_leave(client)
    with clinic_scope(clinic):
        cancelled, seen = factories.visit(clinic, "A-2"), factories.visit(clinic, "A-1")
        appointments.cancel(clinic_id=clinic, visit_id=cancelled.id, reason=CancelReason.PATIENT, tell=False, by=SYSTEM)
        appointments.note_finished(clinic_id=clinic, visit_id=seen.id, by=SYSTEM)
    assert take_back(client) == "1 text is taken back."
    work()
    assert not on_time(clinic)


def goes_away(clinic: UUID, how: str, name: str = "A-2") -> None:
    visit = factories.visit(clinic, name)
    about = {"clinic_id": clinic, "visit_id": visit.id, "by": SYSTEM}
    more = {"who": person(302, "Claire Morel", language="fr"), "clinician": DOCTOR}
    with clinic_scope(clinic):
        if how == "patient":
            replies.settle(clinic, visit.id, "cancel", SYSTEM)
        elif how == "desk":
            appointments.cancel(reason=CancelReason.CLINIC, tell=False, **about)
        elif how == "seen":
            appointments.note_finished(**about)
    if how == "moved by file":
        factories.record(clinic, booking(name, start=visit.starts_at + timedelta(hours=3), **more))
    if how == "cancelled by file":
        factories.record(clinic, booking(name, start=visit.starts_at, status=BookingStatus.CANCELLED, **more))


AWAY = ["patient", "desk", "seen", "moved by file", "cancelled by file"]


@pytest.mark.parametrize("how", AWAY)
def test_who_cancels_before_on_time_is_sent_does_not_hear_it(clinic: UUID, client: Client, how: str) -> None:
    tell_and_leave(client)
    take_back(client)
    goes_away(clinic, how)
    work()
    (english,) = on_time(clinic)
    assert "Oliver" in english


@pytest.mark.parametrize("how", AWAY)
def test_who_cancels_before_the_delay_is_sent_does_not_hear_of_it(clinic: UUID, client: Client, how: str) -> None:
    send(client)
    goes_away(clinic, how)
    work()
    (english,) = told(clinic)
    assert "Oliver" in english


def test_who_cancels_while_on_time_waits_for_the_carrier_does_not_hear_it(clinic: UUID, client: Client) -> None:
    tell_and_leave(client)
    take_back(client)
    work()
    assert len(factories.queued()) == 2
    goes_away(clinic, "patient")
    assert len(factories.queued()) == 1 and states() == ["on_time", "over", "over"]


def test_visit_that_is_confirmed_or_stands_again_hears_what_holds(clinic: UUID, client: Client) -> None:
    tell_and_leave(client)
    visit = factories.visit(clinic, "A-2")
    with clinic_scope(clinic):
        for answer in ("cancel", "take_back"):
            replies.settle(clinic, visit.id, answer, SYSTEM)
    take_back(client)
    with clinic_scope(clinic):
        replies.settle(clinic, visit.id, "confirm", SYSTEM)
    work()
    assert len(on_time(clinic)) == 2


def test_who_goes_by_a_longer_delay_hears_when_every_one_is_taken_back(clinic: UUID, client: Client) -> None:
    tell_and_leave(client)
    tell_and_leave(client, "40")
    take_back(client, "40")
    assert take_back(client) == "3 texts are taken back.", "the shorter one, told anew, has not left"
    work()
    assert len(on_time(clinic)) == 2 == len(factories.queued()), "they had been told of 40 minutes"


def test_a_shorter_delay_whose_time_has_passed_does_not_hold_again(clinic: UUID, client: Client) -> None:
    tell_and_leave(client, "20")
    tell_and_leave(client, "40")
    factories.advance(timedelta(minutes=10))
    page = client.post(f"{PAGE}/back?with={code_of(client)}&minutes=40", follow=True).content.decode()
    assert "For 2 people the delay told before holds again." in page
    assert "For 1 person who was told of it, it is on time after all." in page
    work()
    (english,) = on_time(clinic)
    assert "Oliver" in english and "20 minutes de retard" in wordings(clinic)[-1] + wordings(clinic)[-2]


def test_who_should_have_come_by_the_delay_that_they_know_hears_nothing(clinic: UUID, client: Client) -> None:
    tell_and_leave(client, "20")
    factories.advance(timedelta(minutes=10))
    send(client, "40")
    assert take_back(client, "40") == "3 texts are taken back."
    work()
    assert states() == ["late", "late", "over"], "Oliver was told 10:05"
    assert not factories.queued() and not on_time(clinic)


def test_a_delay_told_again_at_once_takes_on_time_back_and_tells_nobody_twice(clinic: UUID, client: Client) -> None:
    tell_and_leave(client)
    take_back(client)
    send(client)
    work()
    assert not factories.queued() and len(told(clinic)) == 2 and not on_time(clinic)
    assert states() == ["late"] * 3 + ["over"], "whom nothing had left for is told by a new one"
    take_back(client)
    send(client, "40")
    work()
    assert len(factories.queued()) == 2 and not on_time(clinic), "of the longer delay"


def test_a_delay_after_on_time_has_left_is_told_anew(clinic: UUID, client: Client) -> None:
    tell_and_leave(client)
    take_back(client)
    work()
    goes()
    send(client)
    work()
    assert len(factories.queued()) == 2 and sum("30 minutes" in text for text in wordings(clinic)) == 4
    assert take_back(client) == "3 texts are taken back."
    work()
    assert len(on_time(clinic)) == 2, "they go by that still"
