"""Texts of several people are read together: what becomes of each is as if it had come alone, in as many statements as one.
What locks more than conversations and visits is read by itself."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recado.clinics import queries as clinics
from recado.conversations import actions as conversations
from recado.conversations import worker
from recado.conversations.models import Question, Reading, Thread
from recado.foundation import business_time
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker as journeys
from recado.messaging import actions as messaging
from recado.messaging import carriers, clinic_texts
from recado.messaging.types import InboundText
from tests import factories
from tests.desk import Desk
from tests.factories import DAY, booking, person, phone, record, release, sql, wordings
from tests.rooms.test_inbound import inbound, outcomes

pytestmark = pytest.mark.usefixtures("database")
FIRST = 400
MIXED = [
    *("1", "3", "2", "STOP", "thanks", "Do I need to bring my card?", "I can't breathe", "OK", "HELP", "maybe"),
    *("running 10 min late", "Can't make it sorry", "wrong number", "français svp", "No more reminders please", "1"),
]


def asked(*clinics: UUID, people: int) -> None:
    """So many people of each were asked about a visit; the last is known to nobody."""
    for clinic_id in clinics:
        visits = [booking(f"A-{n:02}", person(FIRST + n)) for n in range(people - 1)]
        record(clinic_id, *visits, is_first_import=True)
        release(clinic_id)
    factories.advance(7 * DAY + timedelta(hours=1))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while journeys.run_due(maintenance):
            pass
    assert sql("SELECT count(*) FROM conversations_question") == [(len(clinics) * (people - 1),)]


def text(clinic_id: UUID, words: str, n: int) -> InboundText:
    return InboundText(new_id(), clinic_id, phone(FIRST + n), factories.NUMBER, words, business_time.now())


def together(clinic_id: UUID, heard: Sequence[InboundText]) -> dict[UUID, str]:
    with clinic_scope(clinic_id):
        return conversations.receive_together(clinic_id, heard)


def receive(clinic_id: UUID, heard: Sequence[InboundText]) -> list[str]:
    """As the worker does."""
    found = together(clinic_id, heard)
    for one in heard:
        if one.id not in found:
            with clinic_scope(clinic_id):
                found[one.id] = conversations.receive(one)
    return [found[one.id] for one in heard]


def standing(clinic_id: UUID, people: int) -> list[tuple[Any, ...]]:
    """What each person's text came to, but for ids and times."""
    found: list[tuple[Any, ...]] = []
    for n in range(people):
        bi = messaging.phone_index(clinic_id, phone(FIRST + n))
        with clinic_scope(clinic_id):
            thread = Thread.objects.get(clinic_id=clinic_id, phone_bi=bi)
            (read,) = Reading.objects.filter(clinic_id=clinic_id, phone_bi=bi)
            questions = Question.objects.filter(clinic_id=clinic_id, phone_bi=bi).order_by("id")
            answers = [(row.kind, row.answer, row.closed_at is None) for row in questions]
        said = (
            read.outcome,
            read.understood,
            read.needs_person,
            read.reply_id is not None,
            read.question_id is not None,
        )
        left = (thread.state, thread.reason, thread.waiting_since is not None, thread.version, thread.is_last_ours)
        found.append((*said, *left, answers, wordings(clinic_id, FIRST + n)))
    return found


ABOUT = "SELECT * FROM (SELECT {what} AS what, count(*) FROM {table} WHERE clinic_id = %s GROUP BY 1) t WHERE what IS NOT NULL ORDER BY 1"


def counted(clinic_id: UUID, table: str, what: str) -> list[tuple[object, ...]]:
    return sql(ABOUT.format(table=table, what=what), [clinic_id])


def test_texts_read_together_come_to_what_each_would_alone() -> None:
    people = len(MIXED)
    together, alone = factories.make_furnished().id, factories.make_furnished("quay-side", number="+447700900101").id
    asked(together, alone, people=people)
    said = receive(together, [text(together, words, n) for n, words in enumerate(MIXED)])
    one_by_one = [receive(alone, [text(alone, words, n)])[0] for n, words in enumerate(MIXED)]
    assert said == one_by_one
    assert {"confirmed", "cancelled", "change_noted", "stopped", "thanked", "in_danger", "waits_for_person"} <= set(
        said
    )
    # The clinics have other names: of the texts only their number.
    assert [(*row[:-1], len(row[-1])) for row in standing(together, people)] == [
        (*row[:-1], len(row[-1])) for row in standing(alone, people)
    ]
    for table, what in (
        ("tasks_task", "kind"),
        ("appointments_appointment", "state"),
        ("appointments_change", "kind"),
        ("journeys_timer", "split_part(step, '#', 1)"),  # behind it a mark of the text, where it was written anew
        ("consent_withdrawal", "purpose_group"),
        ("tasks_emergency", "step"),
        ("foundation_auditevent", "nullif(action, 'message.put')"),
    ):
        assert counted(together, table, what) == counted(alone, table, what), table


@pytest.mark.parametrize("words", ["1", "3", "2", "Can't make it sorry"])
def test_answers_of_twenty_people_cost_as_many_statements_as_of_two(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (carriers, clinic_texts):  # what is remembered for seconds is remembered for all of this test
        monkeypatch.setattr(module, "FRESH_FOR", 3_600.0)
    monkeypatch.setattr(clinics, "SETTINGS_LIVE", timedelta(hours=1))
    clinic = factories.make_furnished().id
    asked(clinic, people=25)
    receive(clinic, [text(clinic, words, 22)])  # what is read once is known from here on

    def statements(first: int, people: int) -> int:
        heard = [text(clinic, words, n) for n in range(first, first + people)]
        with CaptureQueriesContext(connection) as seen:
            assert len(together(clinic, heard)) == people
        return len(seen)

    assert statements(2, 20) <= statements(0, 2)


def test_second_text_of_a_person_is_read_after_the_first() -> None:
    clinic = factories.make_furnished().id
    asked(clinic, people=3)
    heard = [text(clinic, "1", 0), text(clinic, "3", 1), text(clinic, "3", 0), text(clinic, "1", 1)]
    assert receive(clinic, heard) == ["confirmed", "cancelled", "cancelled", "waits_for_person"]


def test_text_that_comes_again_in_company_is_known() -> None:
    clinic = factories.make_furnished().id
    asked(clinic, people=3)
    first, second = text(clinic, "1", 0), text(clinic, "1", 1)
    assert receive(clinic, [first]) == ["confirmed"]
    assert receive(clinic, [first, second]) == ["known", "confirmed"]
    assert sql("SELECT count(*) FROM conversations_reading") == [(2,)]


def test_two_phones_that_were_asked_about_one_visit_are_read_one_after_the_other() -> None:
    clinic = factories.make_furnished().id
    asked(clinic, people=3)
    [(visit_id,)] = sql("SELECT subject_id FROM conversations_question ORDER BY asked_at, id LIMIT 1")
    sql("UPDATE conversations_question SET subject_id = %s", [visit_id])
    assert receive(clinic, [text(clinic, "3", 0), text(clinic, "1", 1)]) == ["cancelled", "waits_for_person"]


def test_worker_reads_what_one_person_wrote_in_its_order() -> None:
    clinic = factories.make_furnished().id
    asked(clinic, people=3)
    with Desk() as desk:
        desk.take(*(inbound(words, FIRST + n) for words, n in (("1", 0), ("1", 1), ("3", 0), ("3", 1))))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        assert worker.read_inbound(maintenance) == 4
    assert [outcome for _, outcome in outcomes()] == ["confirmed", "confirmed", "cancelled", "cancelled"]


def test_only_what_locks_no_more_than_visits_is_read_together() -> None:
    """Calendars, patients and consent in one transaction with others' visits would be a ring with whoever books or imports."""
    clinic = factories.make_furnished().id
    asked(clinic, people=len(MIXED))
    heard = [text(clinic, words, n) for n, words in enumerate(MIXED)]
    found = together(clinic, heard)
    alone = {one.text for one in heard if one.id not in found}
    assert {"STOP", "HELP", "français svp", "No more reminders please"} <= alone
    assert alone.isdisjoint({"1", "3", "2", "thanks", "Can't make it sorry", "Do I need to bring my card?"})


def test_worker_reads_each_stop_in_a_transaction_of_its_own() -> None:
    """All of the dispatcher waits for what it locks."""
    clinic = factories.make_furnished().id
    asked(clinic, people=5)
    with Desk() as desk:
        desk.take(*(inbound(words, FIRST + n) for n, words in enumerate(("STOP", "1", "please stop texting me", "1"))))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        assert worker.read_inbound(maintenance) == 4
    assert [outcome for _, outcome in outcomes()] == ["stopped", "confirmed", "stopped", "confirmed"]
    read = sql("SELECT array_agg(outcome) FROM conversations_reading GROUP BY xmin::text")
    assert sorted(row[0] for row in read) == [["confirmed", "confirmed"], ["stopped"], ["stopped"]]
