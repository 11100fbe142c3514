"""The operations page: figures, lists, hold and let go, and sending again."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recado.clinics.roles import AUDITOR, INTEGRATOR, MANAGER, RECEPTION
from recado.messaging.types import EventKind
from tests import factories, pages, staff
from tests.rooms.test_operations import leave

pytestmark = pytest.mark.usefixtures("database")
PAGE = "/settings/operations"


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


def test_an_empty_and_a_full_page_are_sound_and_name_nobody(clinic: UUID) -> None:
    client = staff.desk(clinic, MANAGER)
    empty = client.get(PAGE).content.decode()
    assert "Nothing needs a decision" in empty and pages.Reading(empty).faults == []
    factories.send(clinic, factories.intent())
    factories.advance(timedelta(minutes=5))
    leave(clinic, EventKind.UNCERTAIN, last=322)
    leave(clinic, EventKind.REFUSED, last=323, reason="number_refused")
    factories.sql("INSERT INTO messaging_promise VALUES (current_date, 4, 10000, 9999)")
    full = client.get(PAGE).content.decode()
    for words in ("Stuck", "1 text uncertain since", "does not accept this phone number", "99.99%", "Send them again"):
        assert words in full, words
    assert pages.Reading(full).faults == [] and "900321" not in full and "Thursday" not in full


@pytest.mark.parametrize("what", ["waiting&lane=4", "again", "stuck&lane=4&carrier=1", "unsure", "refused", "x&page=a"])
def test_lists_are_sound(clinic: UUID, what: str) -> None:
    factories.send(clinic, *(factories.intent(last) for last in range(300, 360)))
    factories.advance(timedelta(minutes=5))
    leave(clinic, EventKind.UNCERTAIN, last=361)
    leave(clinic, EventKind.REFUSED, last=362)
    page = staff.desk(clinic, MANAGER).get(f"{PAGE}/texts?what={what}").content.decode()
    assert pages.Reading(page).faults == []
    assert ("Page 1" in page) is (what.startswith(("waiting", "stuck", "x")))


def test_statements_do_not_grow(clinic: UUID) -> None:
    client = staff.desk(clinic, MANAGER)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(PAGE).status_code == 200
        return len(seen)

    leave(clinic, EventKind.UNCERTAIN, last=380)
    client.get(PAGE)
    few = count()
    factories.send(clinic, *(factories.intent(last) for last in range(300, 330)))
    for last in range(330, 335):
        leave(clinic, EventKind.UNCERTAIN, last=last)
    assert count() == few


def test_lanes_are_held_and_everybody_is_told(clinic: UUID) -> None:
    manager, reception = staff.desk(clinic, MANAGER), staff.desk(clinic, RECEPTION)
    assert "Texts are held" not in reception.get("/").content.decode()
    assert manager.post(f"{PAGE}/hold", {"lane": ["4", "5"]}).status_code == 303
    for place in ("/", "/inbox/"):
        assert "Texts are held: care" in reception.get(place).content.decode()
    page = manager.get(PAGE).content.decode()
    assert "Let go: Care" in page and pages.Reading(page).faults == []
    manager.post(f"{PAGE}/release", {"lane": "4"})
    assert factories.sql("SELECT lane FROM messaging_pause") == [(5,)]
    manager.post(f"{PAGE}/release")
    assert factories.sql("SELECT lane FROM messaging_pause") == []


def test_who_only_looks_holds_nothing(clinic: UUID) -> None:
    auditor = staff.desk(clinic, AUDITOR)
    assert "Hold these" not in auditor.get(PAGE).content.decode()
    assert auditor.post(f"{PAGE}/hold", {"lane": "4"}).status_code == 403
    assert "Hold these" in staff.desk(clinic, INTEGRATOR).get(PAGE).content.decode()


def test_one_text_is_sent_again_by_two_clicks_once(clinic: UUID) -> None:
    client = staff.desk(clinic)
    old = leave(clinic, EventKind.UNCERTAIN)
    assert "Send again" in client.get(f"/messages/{old}").content.decode()
    page = client.get(f"/messages/{old}/again").content.decode()
    assert "may get it twice" in page and pages.Reading(page).faults == []
    first = client.post(f"/messages/{old}/again")
    assert first.status_code == 303 and client.post(f"/messages/{old}/again")["Location"] == first["Location"]
    (new,) = factories.queued()
    assert first["Location"] == f"/messages/{new}"
    assert f"/messages/{old}" in client.get(first["Location"]).content.decode()
    assert f"/messages/{new}" in client.get(f"/messages/{old}").content.decode()


def test_a_text_that_arrived_is_not_sent_again(clinic: UUID) -> None:
    client = staff.desk(clinic)
    old = leave(clinic, EventKind.DELIVERED)
    assert "Send again" not in client.get(f"/messages/{old}").content.decode()
    assert client.post(f"/messages/{old}/again")["Location"] == f"/messages/{old}"
    assert not factories.queued()


def test_all_of_an_incident(clinic: UUID) -> None:
    client = staff.desk(clinic, MANAGER)
    leave(clinic, EventKind.UNCERTAIN)
    ((incident,),) = factories.sql("SELECT id FROM messaging_incident")
    page = client.get(f"{PAGE}/again/{incident}").content.decode()
    assert "gets it twice" in page and pages.Reading(page).faults == []
    assert client.post(f"{PAGE}/again/{incident}").status_code == 303
    assert len(factories.queued()) == 1
    assert client.post(f"{PAGE}/again/{incident}").status_code == 404
    assert factories.sql("SELECT count(*) FROM foundation_auditevent WHERE action LIKE 'message.again%%'") == [(2,)]
