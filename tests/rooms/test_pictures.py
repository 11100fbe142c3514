"""Pictures that patients send: nobody can see them here, so that there was one is kept, and a person looks after it."""

from datetime import timedelta
from uuid import UUID

import pytest

from recado.channels.protocol import Inbound
from recado.conversations import worker
from recado.conversations.models import Reading
from recado.conversations.passing import PASSED_ON_A_DAY
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from tests import factories, staff
from tests.desk import Desk
from tests.factories import advance, make_patient, phone, sql, stop, wordings

pytestmark = pytest.mark.usefixtures("database")
UNSEEN = (
    "Harbour Street Clinic: we can't see pictures sent by text. Please write what it is about, or call 020 7946 0100."
)


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    make_patient(made)
    return made


def sent(desk: Desk, *texts: str, media: tuple[str, ...] = ()) -> None:
    """Pictures come in, each with these words beside it, and are read. `media`: the carrier keeps them for us."""
    for text in texts:
        desk.take(Inbound(phone().e164, factories.NUMBER, text, None, has_picture=True, media=media))
        with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
            worker.read_inbound(maintenance)


def read(clinic: UUID) -> list[tuple[str, bool, bool]]:
    with clinic_scope(clinic):
        return list(Reading.objects.order_by("at", "id").values_list("outcome", "has_picture", "needs_person"))


def test_a_picture_alone_goes_to_a_person_and_its_sender_is_told_once(clinic: UUID, desk: Desk) -> None:
    sent(desk, "", "", " ")
    assert read(clinic) == [("picture", True, True)] * 3
    assert wordings(clinic, 321) == [UNSEEN]
    assert sql("SELECT count(*) FROM tasks_task WHERE kind = 'read_reply' AND done_at IS NULL") == [(3,)]


def test_pictures_and_words_are_answered_that_a_person_looks_a_few_times_a_day_at_most(
    clinic: UUID, desk: Desk
) -> None:
    for text in ("", "", "a question about my bill", "", "", "and one about the parking"):
        sent(desk, text, media=("https://invented.example/ME1",))
        advance(timedelta(hours=1))
    assert [needs for _, _, needs in read(clinic)] == [True] * 6
    assert len(wordings(clinic, 321)) == PASSED_ON_A_DAY
    advance(timedelta(days=1))
    sent(desk, "", media=("https://invented.example/ME1",))
    assert len(wordings(clinic, 321)) == PASSED_ON_A_DAY + 1


def test_pictures_that_nothing_was_said_to_leave_words_their_answer(clinic: UUID, desk: Desk) -> None:
    for text in ("", "", "", "", "a question about my bill"):
        sent(desk, text)
        advance(timedelta(hours=1))
    assert wordings(clinic, 321)[0] == UNSEEN and len(wordings(clinic, 321)) == 2


def test_what_is_written_beside_a_picture_counts_and_a_person_looks_too(clinic: UUID, desk: Desk) -> None:
    factories.record(clinic, factories.booking())
    sent(desk, "I need to cancel my appointment")
    assert read(clinic) == [("asked_sure", True, True)]
    sent(desk, "STOP")
    assert read(clinic)[-1] == ("stopped", True, True)


def test_nobody_who_has_stopped_is_told_of_their_picture(clinic: UUID, desk: Desk) -> None:
    stop(clinic)
    before = wordings(clinic, 321)
    sent(desk, "")
    assert wordings(clinic, 321) == before and read(clinic) == [("picture", True, True)]


def test_a_picture_is_shown_as_one_in_the_conversation(clinic: UUID, desk: Desk) -> None:
    sent(desk, "", "look at this")
    ((thread,),) = sql("SELECT id FROM conversations_thread")
    page = staff.desk(clinic).get(f"/inbox/{thread}").content.decode()
    assert "[picture, not shown here]" in page and "look at this [picture, not shown here]" in page
    assert "🖼 look at this" in page
