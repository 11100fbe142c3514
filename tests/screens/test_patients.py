"""The list of patients, and finding one."""

from datetime import timedelta
from uuid import UUID

import pytest

from recado.clinics.roles import AUDITOR, PRIVACY_OFFICER, RECEPTION_LEAD
from tests import factories, pages, staff
from tests.counting import statements
from tests.factories import booking, person, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


def order(html: str, *wanted: str) -> list[str]:
    return sorted(wanted, key=html.index)


def test_list_goes_by_the_next_visit(clinic: UUID) -> None:
    factories.make_patient(clinic, 1, name="Ann Never")
    factories.record(clinic, booking("A", person(2, name="Ben Later"), ahead=timedelta(days=9)))
    factories.record(clinic, booking("B", person(3, name="Cem Sooner"), ahead=timedelta(days=2)))
    page = staff.desk(clinic).get("/patients/").content.decode()
    assert page.count("Not asked yet") == 2 and "No answer yet" not in page
    assert order(page, "Ann Never", "Ben Later", "Cem Sooner") == ["Cem Sooner", "Ben Later", "Ann Never"]
    assert pages.Reading(page).faults == []


def test_list_is_audited_once_and_not_when_live(clinic: UUID) -> None:
    patient = factories.make_patient(clinic)
    client = staff.desk(clinic)
    client.get("/patients/")
    client.get("/patients/", headers={"X-Live": "true"})
    lines = sql("SELECT detail FROM foundation_auditevent WHERE action = 'patient.list'")
    assert lines == [({"patients": [str(patient)]},)]


def test_first_use_leads_to_the_import_for_who_may(clinic: UUID) -> None:
    page = staff.desk(clinic, RECEPTION_LEAD).get("/patients/").content.decode()
    assert "No patients yet" in page
    assert pages.Reading(page).faults == []


def test_pages_of_fifty_show_everybody_once(clinic: UUID) -> None:
    factories.record(clinic, *(booking(f"A{n}", person(n, name=f"Coming{n:03} Lee")) for n in range(30)))
    for n in range(30, 60):
        factories.make_patient(clinic, n, name=f"Other{n:03} Lee")
    client = staff.desk(clinic)
    both = [client.get("/patients/", {"page": page}).content.decode() for page in (1, 2)]
    assert [html.count("data-row") for html in both] == [50, 10]
    everybody = [f"Coming{n:03}" for n in range(30)] + [f"Other{n:03}" for n in range(30, 60)]
    assert [name for name in everybody if (name in both[0]) == (name in both[1])] == []


def test_statements_of_the_list_do_not_grow(clinic: UUID) -> None:
    counts = []
    client = staff.desk(clinic)
    for most in (1, 30):
        factories.record(clinic, *(booking(f"A{n}", person(n, name=f"Ann Lee{n}")) for n in range(most)))
        counts.append(statements(lambda: client.get("/patients/")))
    assert counts[0] == counts[1]


def test_search_shows_the_soonest_first(clinic: UUID) -> None:
    factories.make_patient(clinic, 1, name="Lee Never")
    factories.record(clinic, booking("A", person(2, name="Lee Later"), ahead=timedelta(days=9)))
    factories.record(clinic, booking("B", person(3, name="Lee Sooner"), ahead=timedelta(days=2)))
    page = staff.desk(clinic).post("/search", {"q": "lee"}).content.decode()
    assert order(page, "Lee Never", "Lee Later", "Lee Sooner") == ["Lee Sooner", "Lee Later", "Lee Never"]
    assert pages.Reading(page).faults == []
    assert "<title>Search" in page


def test_search_says_when_nobody_fits(clinic: UUID) -> None:
    page = staff.desk(clinic).post("/search", {"q": "Nobody <here>"}).content.decode()
    assert "Nobody fits" in page and "Nobody &lt;here&gt;" in page


def test_search_field_is_there_without_a_query(clinic: UUID) -> None:
    page = staff.desk(clinic).get("/search").content.decode()
    assert pages.Reading(page).faults == []
    assert "find-again" in page


def test_quick_search_is_a_list_of_options(clinic: UUID) -> None:
    patient = factories.make_patient(clinic, 321, name="Ann Lee")
    answer = staff.desk(clinic).post("/search", {"q": "0321"}, headers={"X-Quick": "true"})
    part = answer.content.decode()
    assert f'href="/patients/{patient}/"' in part and "…0321" in part and "1 person fits." in part
    assert answer["Cache-Control"] == "no-store"


def test_search_is_audited_without_the_words(clinic: UUID) -> None:
    patient = factories.make_patient(clinic, 321, name="Ann Lee")
    staff.desk(clinic).post("/search", {"q": "ann lee"})
    ((detail,),) = sql("SELECT detail FROM foundation_auditevent WHERE action = 'patient.search'")
    assert detail == {"patients": [str(patient)]}


def test_other_clinics_patients_are_not_found(clinic: UUID) -> None:
    patient = factories.make_patient(clinic, 321, name="Ann Lee")
    stranger = staff.desk(factories.make_clinic("elsewhere").id)
    assert "Nobody fits" in stranger.post("/search", {"q": "ann"}).content.decode()
    assert stranger.get(f"/patients/{patient}/").status_code == 404


def test_role_that_sees_no_patients_is_refused(clinic: UUID) -> None:
    client = staff.desk(clinic, AUDITOR)
    assert [client.get("/patients/").status_code, client.post("/search").status_code] == [403, 403]


def test_words_for_a_person_can_be_looked_for_in_messages(clinic: UUID) -> None:
    client = staff.desk(clinic)
    page = client.post("/search", {"q": "parking"}).content.decode()
    assert 'formaction="/inbox/search"' in page
    factories.hear(clinic, "Is there parking?")
    assert "Is there parking?" in client.post("/inbox/search", {"q": "parking"}).content.decode()


def test_role_without_messages_is_not_offered_to_search_them(clinic: UUID) -> None:
    assert "formaction" not in staff.desk(clinic, PRIVACY_OFFICER).post("/search", {"q": "x"}).content.decode()
