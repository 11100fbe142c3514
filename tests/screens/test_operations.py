"""The operations page: figures, lists, hold and let go, and sending again."""

from datetime import timedelta
from uuid import UUID

import pytest

from recado.clinics.roles import AUDITOR, INTEGRATOR, MANAGER, RECEPTION
from recado.foundation import business_time
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.journeys import worker
from recado.messaging.types import EventKind
from tests import factories, pages, staff
from tests.counting import statements
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
        return statements(lambda: client.get(PAGE))

    leave(clinic, EventKind.UNCERTAIN, last=380)
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
    assert "Lane Care" in page and "by Marta Kowal, since" in page and pages.Reading(page).faults == []
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


def uncertain_letters(clinic: UUID) -> UUID:
    """Three people are told of their visits, in one moment the fate of all three texts becomes open; then one visit moves
    and one is over. Returns the incident."""
    near, far = timedelta(hours=3), 10 * factories.DAY
    visits = {f"A-{last}": factories.person(last) for last in (321, 322, 323)}
    ahead = {"A-321": far, "A-322": far, "A-323": near}
    factories.record(clinic, *(factories.booking(name, who, ahead=ahead[name]) for name, who in visits.items()))
    factories.release(clinic)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass
    now, incident = business_time.now(), new_id()
    factories.sql(
        "WITH gone AS (DELETE FROM messaging_outbox RETURNING id, clinic_id) INSERT INTO messaging_event "
        "(clinic_id, message, at, kind, carrier, reason) SELECT clinic_id, id, %s, 5, 1, 'link_lost' FROM gone",
        (now,),
    )
    factories.sql(
        "INSERT INTO messaging_incident (id, clinic_id, carrier, at, reason, texts) VALUES (%s, %s, 1, %s, %s, 3)",
        (incident, clinic, now, "link_lost"),
    )
    factories.advance(near + timedelta(minutes=1))
    factories.record(clinic, factories.booking("A-322", visits["A-322"], ahead=far + factories.DAY))
    return incident


def test_all_of_an_incident_leaves_out_texts_of_visits_that_changed_or_are_over(clinic: UUID) -> None:
    incident = uncertain_letters(clinic)
    client = staff.desk(clinic, MANAGER)
    page = client.get(f"{PAGE}/again/{incident}").content.decode()
    assert pages.Reading(page).faults == []
    for words in ("1 text speaks of an appointment that was moved", "1 text speaks of an appointment that is over"):
        assert words in page, words
    assert "Send the other 1 again" in page
    before = set(factories.queued())
    said = client.post(f"{PAGE}/again/{incident}", follow=True).content.decode()
    assert len(factories.queued() - before) == 1
    assert "2 texts are left as they are: their appointments have changed since or are over." in said
    # Ticked, they go too, but not the one whose own time is over.
    client.post(f"{PAGE}/again/{incident}", {"outdated": "on"})
    assert len(factories.queued() - before) == 2


def test_one_text_again_says_what_became_of_its_visit(clinic: UUID) -> None:
    uncertain_letters(clinic)
    client = staff.desk(clinic)
    rows = factories.sql(
        "SELECT s.message_id, a.external_id FROM journeys_step s JOIN journeys_run r ON r.id = s.run_id "
        "JOIN appointments_appointment a ON a.id = r.anchor_id WHERE s.outcome = 'sent'"
    )
    shown = {name: client.get(f"/messages/{message}/again").content.decode() for message, name in rows}
    assert "has changed since" in shown["A-322"] and "is over" in shown["A-323"]
    assert "has changed since" not in shown["A-321"] and "is over" not in shown["A-321"]
