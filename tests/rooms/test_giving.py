"""A text that a person must read is given to a team and somebody of it; alarms; what is said out of hours."""

from datetime import datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.clinics.types import USUAL_WEEK
from recado.conversations import actions as conversations
from recado.conversations import alarming, giving, notices, queries
from recado.conversations.types import WAITS, Folder, Read, ThreadRow
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.dates import When, moment_words
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging.queries import measure
from recado.tasks import actions as tasks
from recado.tasks import hours
from recado.tasks import queries as sharing
from recado.tasks.types import By, RuleView
from tests.factories import advance, hear, make_furnished, make_patient, wordings
from tests.teams import NEVER, rule, staff, team

LONDON = ZoneInfo("Europe/London")
DANGER = "I can't breathe and my chest hurts"


@pytest.fixture
def clinic(database: None) -> UUID:
    found = make_furnished().id
    make_patient(found)
    return found


def row(clinic: UUID) -> ThreadRow:
    with clinic_scope(clinic):
        return queries.page(clinic, Folder.ALL, UUID(int=1))[0]


def as_staff(user: UUID) -> Actor:
    return Actor(ActorKind.STAFF, str(user))


def step() -> int:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        return alarming.step_alarms(maintenance)


def test_a_text_is_given_by_the_first_rule_that_fits_when_it_waits_for_a_person(clinic: UUID) -> None:
    ana, ben = staff(clinic, "Ana"), staff(clinic, "Ben")
    desk, billing = team(clinic, "Reception", ana), team(clinic, "Billing", ben)
    rule(clinic, By.KEYWORD, "invoice", to=billing)
    hear(clinic, "Where do I pay the invoice?")
    assert (row(clinic).team_id, row(clinic).assignee) == (billing, ben)
    with clinic_scope(clinic):
        assert sharing.given_by(clinic, [row(clinic).id])[row(clinic).id].by is By.KEYWORD
        assert queries.open_by_team(clinic) == {billing: 1}
    assert desk != billing


def test_the_next_text_changes_nobody_while_the_first_waits(clinic: UUID) -> None:
    ana, ben = staff(clinic, "Ana"), staff(clinic, "Ben")
    team(clinic, "Reception", ana, ben)
    hear(clinic, "Do I need to bring the letter?")
    first = row(clinic).assignee
    for text in ("And may I eat before?", "And my daughter too?"):
        hear(clinic, text)
        assert row(clinic).assignee == first


def test_nothing_changes_when_a_text_is_settled_by_itself_or_there_are_no_teams(clinic: UUID) -> None:
    hear(clinic, "Do I need to bring the letter?")
    assert (row(clinic).team_id, row(clinic).assignee) == (None, None)
    team(clinic, "Reception", staff(clinic, "Ana"))
    hear(clinic, "STOP")
    assert row(clinic).team_id is None


def test_out_of_hours_the_answer_says_from_when_the_team_reads_it(clinic: UUID) -> None:
    now = business_time.now().astimezone(LONDON)
    day = ((time(8), time(17)),)
    week = tuple(() if number == now.weekday() else day for number in range(7))
    team(clinic, "Reception", staff(clinic, "Ana"), week=week)
    hear(clinic, "Do I need to bring the letter?")
    opens = datetime.combine(now.date() + timedelta(days=1), time(8), LONDON)
    when = moment_words(When(opens, "Europe/London"), "en")
    assert wordings(clinic)[-1] == (
        f"Harbour Street Clinic: thank you. Our team reads this from {when}. If it can't wait, call 020 7946 0100. "
        "Emergency: 999."
    )
    assert row(clinic).assignee is None
    with clinic_scope(clinic):
        tasks.set_sharing(clinic_id=clinic, tells_when=False, by=OPERATOR)
    hear(clinic, "And may I eat before?")
    assert "a member of our team will read this" in wordings(clinic)[-1]


def test_words_out_of_hours_are_not_marked_as_those_that_they_replace(clinic: UUID) -> None:
    team_at = SimpleNamespace(opens_at=datetime(2026, 12, 24, 8, tzinfo=LONDON))
    table: Any = SimpleNamespace(team=lambda _: team_at, tells_when=True)
    heard: Any = SimpleNamespace(clinic_id=clinic, language="en")
    decided: Any = SimpleNamespace(team_id=UUID(int=7))
    with clinic_scope(clinic):
        read = giving._told_when(heard, Read("nothing", WAITS, "Bye.", wording="dialogue:1"), table, decided)
    assert read.text is not None and "Our team reads this from" in read.text and read.wording == ""


def test_the_usual_words_go_back_when_the_team_is_open_or_never_opens(clinic: UUID) -> None:
    desk = team(clinic, "Reception", staff(clinic, "Ana"))
    never = team(clinic, "Billing", staff(clinic, "Ben"), week=NEVER)
    rule(clinic, By.KEYWORD, "invoice", to=never)
    hear(clinic, "Do I need to bring the letter?")
    hear(clinic, "Where do I pay the invoice?")
    assert all("a member of our team will read this" in one for one in wordings(clinic))
    assert desk


@pytest.mark.parametrize("language", ["en", "fr", "nl", "es", "id", "de", "it", "pl", "pt"])
def test_the_words_out_of_hours_take_one_part_when_the_letters_allow_it(clinic: UUID, language: str) -> None:
    opens = datetime(2026, 12, 24, 8, tzinfo=LONDON)
    with clinic_scope(clinic):
        words = notices.passed_out_of_hours(clinic, language, opens)
    assert "08:00" in words and "020 7946 0100" in words and "999" in words
    assert measure(words).segments <= (2 if language == "pl" else 1), words


def test_danger_sounds_the_alarm_until_somebody_takes_it(clinic: UUID) -> None:
    ana, ben = staff(clinic, "Ana"), staff(clinic, "Ben")
    nurses = team(clinic, "Nurses", ana)
    team(clinic, "Reception", ben)
    hear(clinic, DANGER)
    hear(clinic, "please, I can't breathe")
    with clinic_scope(clinic):
        (alarm,) = sharing.alarms(clinic)
        assert (alarm.subject_id, alarm.turn_id) == (row(clinic).id, ana)
        assert row(clinic).team_id == nurses
        assert conversations.take_emergency(clinic_id=clinic, thread_id=row(clinic).id, by=as_staff(ben))
        assert not conversations.take_emergency(clinic_id=clinic, thread_id=row(clinic).id, by=as_staff(ana))
        assert sharing.alarms(clinic) == [] and [one.by for one in sharing.alarms_taken(clinic, row(clinic).id)][
            :1
        ] == [ben]
    assert row(clinic).assignee == ben


@pytest.mark.parametrize("said", ["now I can't breathe", DANGER])
def test_danger_sounds_again_and_is_answered_again_when_it_was_just_done(clinic: UUID, said: str) -> None:
    ana = staff(clinic, "Ana")
    hear(clinic, DANGER)
    with clinic_scope(clinic):
        conversations.done(clinic_id=clinic, thread_id=row(clinic).id, by=as_staff(ana))
        assert sharing.alarms(clinic) == []
    advance(timedelta(minutes=1))
    assert hear(clinic, said) == "in_danger"
    with clinic_scope(clinic):
        assert [one.subject_id for one in sharing.alarms(clinic)] == [row(clinic).id]
    assert len(wordings(clinic)) == 2 and "999" in wordings(clinic)[-1]
    assert hear(clinic, "1") == "waits_for_person"


def test_no_alarm_sounds_again_while_whoever_took_it_has_it_before_them(clinic: UUID) -> None:
    hear(clinic, DANGER)
    with clinic_scope(clinic):
        conversations.take_emergency(clinic_id=clinic, thread_id=row(clinic).id, by=as_staff(staff(clinic, "Ana")))
    hear(clinic, "now I can't breathe")
    with clinic_scope(clinic):
        assert sharing.alarms(clinic) == []


def test_whoever_answers_a_danger_has_taken_it(clinic: UUID) -> None:
    ana = staff(clinic, "Ana")
    hear(clinic, DANGER)
    with clinic_scope(clinic):
        assert [one.turn_id for one in sharing.alarms(clinic)] == [None]  # no teams: everybody's
        given = {"version": row(clinic).version, "ref": str(new_id()), "by": as_staff(ana)}
        conversations.reply(clinic_id=clinic, thread_id=row(clinic).id, text="We are calling you.", **given)  # type: ignore[arg-type]
        assert sharing.alarms(clinic) == [] and [one.by for one in sharing.alarms_taken(clinic, row(clinic).id)][
            :1
        ] == [ana]


def test_the_alarm_rises_with_working_time_and_ends_with_an_answer(clinic: UUID) -> None:
    ana = staff(clinic, "Ana")
    team(clinic, "Reception", ana)
    hear(clinic, "Do I need to bring the letter?")
    assert step() == 1 and step() == 0 and row(clinic).alarm_step == 0
    advance(timedelta(minutes=10))
    assert step() == 0
    advance(timedelta(minutes=7))
    assert step() == 1 and row(clinic).alarm_step == 1
    advance(timedelta(minutes=120))
    assert step() == 1 and row(clinic).alarm_step == 3 and step() == 0
    with clinic_scope(clinic):
        conversations.done(clinic_id=clinic, thread_id=row(clinic).id, by=as_staff(ana))
    assert row(clinic).alarm_step == 0
    hear(clinic, "And may I eat before?")
    assert row(clinic).alarm_step == 0 and step() == 1 and row(clinic).alarm_step == 0


def test_no_alarm_rises_outside_working_time(clinic: UUID) -> None:
    team(clinic, "Reception", staff(clinic, "Ana"), week=NEVER)
    hear(clinic, "Do I need to bring the letter?")
    advance(timedelta(days=5))
    assert step() == 1 and row(clinic).alarm_step == 0 and step() == 0


def test_the_time_to_an_answer_is_the_half_of_all_and_working_time(clinic: UUID) -> None:
    ana = staff(clinic, "Ana")
    desk = team(clinic, "Reception", ana)
    begun = business_time.now()
    for minutes in (4, 10, 200):
        hear(clinic, "Do I need to bring the letter?")
        advance(timedelta(minutes=minutes))
        given = {"version": row(clinic).version, "ref": str(new_id()), "by": as_staff(ana)}
        with clinic_scope(clinic):
            conversations.reply(clinic_id=clinic, thread_id=row(clinic).id, text=f"Yes, {minutes}.", **given)  # type: ignore[arg-type]
    with clinic_scope(clinic):
        times = queries.answer_times(clinic, sharing.routing(clinic).teams, begun - timedelta(days=1))
    assert 8.9 < times[desk] < 11.1


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda one: one.replace(tzinfo=LONDON))


@given(moments, st.integers(1, 3000))
def test_so_much_working_time_lies_before_the_moment_at_which_it_is_over(since: datetime, minutes: int) -> None:
    """Across weekends and both clock changes."""
    end = hours.after(USUAL_WEEK, LONDON, since, timedelta(minutes=minutes))
    assert end is not None
    assert hours.between(USUAL_WEEK, LONDON, since, end) == timedelta(minutes=minutes)


def test_a_team_that_never_works_is_never_late() -> None:
    since = datetime(2026, 11, 26, 10, tzinfo=LONDON)
    assert hours.after(NEVER, LONDON, since, timedelta(minutes=1)) is None
    assert hours.between(USUAL_WEEK, LONDON, since, since) == timedelta(0)
    assert RuleView(By.REST).team_id is None


def test_an_alarm_stands_again_when_the_act_that_took_it_is_undone(clinic: UUID) -> None:
    by = as_staff(staff(clinic, "Ana"))
    hear(clinic, DANGER)
    here = row(clinic).id
    with clinic_scope(clinic):
        (was,) = sharing.alarms(clinic)
        done = conversations.done(clinic_id=clinic, thread_id=here, by=by)
        assert sharing.alarms(clinic) == []
        assert conversations.undo(clinic_id=clinic, thread_id=here, version=done.version, by=by)
        assert sharing.alarms(clinic) == [was] and sharing.alarms_taken(clinic, here) == []
        given = {"version": row(clinic).version, "ref": str(new_id()), "by": by}
        sent = conversations.reply(clinic_id=clinic, thread_id=here, text="We call you.", **given)  # type: ignore[arg-type]
        assert sharing.alarms(clinic) == [] and sent.message_id
        assert conversations.recall(clinic_id=clinic, message_id=sent.message_id, by=by)
        assert sharing.alarms(clinic) == [was]


def test_an_alarm_taken_by_itself_stays_taken_when_a_later_act_is_undone(clinic: UUID) -> None:
    by = as_staff(staff(clinic, "Ana"))
    hear(clinic, DANGER)
    here = row(clinic).id
    with clinic_scope(clinic):
        conversations.take_emergency(clinic_id=clinic, thread_id=here, by=by)
        done = conversations.done(clinic_id=clinic, thread_id=here, by=by)
        assert conversations.undo(clinic_id=clinic, thread_id=here, version=done.version, by=by)
        assert sharing.alarms(clinic) == []
