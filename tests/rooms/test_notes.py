"""Private notes: whom they name, where the conversation then stands, and that nothing of them leaves."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.clinics.roles import AUDITOR
from recado.conversations import actions as conversations
from recado.conversations import mentions, queries
from recado.conversations.types import Folder, Snooze, ThreadRow, ThreadState, UnfitText
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from tests import factories, staff
from tests.factories import hear, sql, wordings

MARTA, MARTIN, BEN = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = {MARTA: "Marta Kowal", MARTIN: "Marta-Lou Kay", BEN: "Ben Carter"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Marta please call", [MARTA]),
        ("ask @ben carter, or @MARTA KOWAL.", [BEN, MARTA]),
        ("@Ben@Marta", [BEN]),
        ("write to ben@marta", []),
        ("@Bent is nobody", []),
        ("@Marta-Lou Kay knows", [MARTIN]),
        ("nothing @ all", []),
    ],
)
def test_colleague_is_named_when_the_mark_and_a_name_stand_there(text: str, named: list[UUID]) -> None:
    assert [one.user_id for one in mentions.find(text, NAMES)] == named


def test_first_name_alone_names_nobody_where_two_have_it() -> None:
    names = {MARTA: "Marta Kowal", BEN: "Marta Silva"}
    assert mentions.find("@Marta", names) == []
    assert [one.user_id for one in mentions.find("@Marta Silva", names)] == [BEN]


@given(st.text(alphabet="@ MartKowlBen.", max_size=40))
def test_mentions_never_overlap_and_stand_in_the_text(text: str) -> None:
    end = 0
    for one in mentions.find(text, NAMES):
        assert end <= one.start < one.end <= len(text) and text[one.start] == "@"
        end = one.end


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


class Team:
    """Two receptionists of a clinic."""

    def __init__(self, clinic_id: UUID) -> None:
        self.clinic = clinic_id
        self.marta, self.ben = staff.hire(clinic_id), staff.hire(clinic_id, name="Ben Carter")

    def by(self, user: UUID) -> Actor:
        return Actor(ActorKind.STAFF, str(user))

    def note(self, row: ThreadRow, text: str, user: UUID | None = None, ref: UUID | None = None) -> UUID | None:
        with clinic_scope(self.clinic):
            return conversations.write_note(
                clinic_id=self.clinic,
                thread_id=row.id,
                text=text,
                ref=ref or new_id(),
                by=self.by(user or self.marta),
            )

    def mine(self, user: UUID) -> list[UUID]:
        with clinic_scope(self.clinic):
            found = [row.id for row in queries.page(self.clinic, Folder.MINE, user)]
            assert queries.counts(self.clinic, user).mine == len(found)
        return found

    def row(self) -> ThreadRow:
        with clinic_scope(self.clinic):
            return queries.page(self.clinic, Folder.ALL, self.marta)[0]


@pytest.fixture
def team(clinic: UUID) -> Team:
    hear(clinic, "Do I need to bring the letter?")
    return Team(clinic)


def test_note_names_a_colleague_until_they_act(team: Team) -> None:
    row, before = team.row(), wordings(team.clinic)
    team.note(row, "Two gaps on Thursday, @Ben")
    assert team.mine(team.ben) == [row.id] and team.mine(team.marta) == []
    assert wordings(team.clinic) == before and team.row().waiting_since == row.waiting_since
    team.note(row, "Thursday 9 is fine", team.ben)
    assert team.mine(team.ben) == []


def test_done_conversation_is_open_again_when_a_note_names_somebody(team: Team) -> None:
    row = team.row()
    with clinic_scope(team.clinic):
        conversations.done(clinic_id=team.clinic, thread_id=row.id, by=team.by(team.marta))
    team.note(row, "For the record")
    assert team.row().state is ThreadState.DONE
    team.note(row, "@Ben, have you seen this?")
    assert team.row().state is ThreadState.OPEN and team.mine(team.ben) == [row.id]


def test_snoozed_conversation_is_under_mine_of_whom_a_note_names(team: Team) -> None:
    row = team.row()
    with clinic_scope(team.clinic):
        conversations.snooze(clinic_id=team.clinic, thread_id=row.id, until=Snooze.TOMORROW, by=team.by(team.marta))
    team.note(row, "@Ben")
    assert team.row().state is ThreadState.SNOOZED and team.mine(team.ben) == [row.id]


def test_done_of_a_colleague_is_undone_with_whom_a_note_named(team: Team) -> None:
    row = team.row()
    team.note(row, "@Ben")
    with clinic_scope(team.clinic):
        act = conversations.done(clinic_id=team.clinic, thread_id=row.id, by=team.by(team.marta))
    assert team.mine(team.ben) == []
    with clinic_scope(team.clinic):
        assert conversations.undo(clinic_id=team.clinic, thread_id=row.id, version=act.version, by=team.by(team.marta))
    assert team.mine(team.ben) == [row.id]


def test_seen_note_leaves_mine_and_says_so_in_the_audit(team: Team) -> None:
    row = team.row()
    team.note(row, "@Ben")
    with clinic_scope(team.clinic):
        conversations.note_seen(clinic_id=team.clinic, thread_id=row.id, by=team.by(team.ben))
    assert team.mine(team.ben) == []
    said = [
        action for (action,) in sql("SELECT action FROM foundation_auditevent WHERE action LIKE 'conversation.note%'")
    ]
    assert said == ["conversation.note", "conversation.note_seen"]


def test_note_pressed_twice_is_one_note(team: Team) -> None:
    row, ref = team.row(), new_id()
    assert team.note(row, "Once", ref=ref) == ref and team.note(row, "Once", ref=ref) is None
    with clinic_scope(team.clinic):
        assert [note.text for note in queries.notes_of(team.clinic, row.id, limit=9)] == ["Once"]


def test_note_is_taken_back_by_its_writer_within_a_quarter_of_an_hour(team: Team) -> None:
    row = team.row()
    first, second = team.note(row, "@Ben, wrong patient"), team.note(row, "Another")
    assert first and second

    def back(note: UUID, user: UUID) -> str | None:
        with clinic_scope(team.clinic):
            return conversations.take_note_back(clinic_id=team.clinic, note_id=note, by=team.by(user))

    assert back(first, team.ben) is None
    assert back(first, team.marta) == "@Ben, wrong patient" and team.mine(team.ben) == []
    factories.advance(timedelta(minutes=16))
    assert back(second, team.marta) is None


@pytest.mark.parametrize(("text", "fault"), [(" \n ", "empty"), ("x" * 2001, "too_long")])
def test_note_is_refused_when_it_is_empty_or_too_long(team: Team, text: str, fault: str) -> None:
    with pytest.raises(UnfitText) as refused:
        team.note(team.row(), text)
    assert refused.value.fault == fault


def test_who_reads_no_conversations_can_not_be_named(team: Team) -> None:
    staff.hire(team.clinic, AUDITOR, name="Uma Grey")
    assert "Uma Grey" not in queries.may_be_named(team.clinic).values()
