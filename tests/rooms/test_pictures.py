"""Pictures that patients send: nobody can see them here, so that there was one is kept, and a person looks after it."""

from uuid import UUID

import pytest

from recado.channels.protocol import Inbound
from recado.conversations import worker
from recado.conversations.models import Reading
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from tests import factories, staff
from tests.desk import Desk
from tests.factories import make_patient, phone, sql, stop, wordings

pytestmark = pytest.mark.usefixtures("database")
UNSEEN = (
    "Harbour Street Clinic: we can't see pictures sent by text. Please write what it is about, or call 020 7946 0100."
)


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    make_patient(made)
    return made


def sent(desk: Desk, *texts: str) -> None:
    """Pictures come in, each with these words beside it, and are read."""
    for text in texts:
        desk.take(Inbound(phone().e164, factories.NUMBER, text, None, has_picture=True))
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
