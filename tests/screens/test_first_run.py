"""The first run: the console's link makes one clinic and its administrator, and is over then."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from stat import S_IMODE
from uuid import UUID

import pytest
from django.db import connections

from recado.clinics import queries as clinics
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.integrations.csv_files import outcomes, worker
from recado.launch import first_run
from tests import factories, pages

PASSWORD = "four quiet harbour gulls"
GIVEN = {
    "clinic": "Łąka Dental",
    "country": "PL",
    "zone": "",
    "language": "pl",
    "name": "Noor Haddad",
    "email": "noor@clinic.example",
    "password": PASSWORD,
    "again": PASSWORD,
    "start": "own",
}


@pytest.fixture(autouse=True)
def way(database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "run").mkdir()
    monkeypatch.setattr(first_run, "run_folder", lambda: tmp_path / "run")
    first_run._has_begun.clear()
    return first_run.make_way()


def test_secret_is_kept_as_a_digest_for_our_own_account(way: str, tmp_path: Path) -> None:
    notice = tmp_path / "run" / "first-run"
    assert way not in notice.read_text() and S_IMODE(notice.stat().st_mode) == 0o600
    newer = first_run.make_way()
    assert first_run.is_way(newer) and not first_run.is_way(way), "a restart shows a new one"


def test_page_is_sound_and_guesses_the_country(way: str) -> None:
    page = pages.browser().get(f"/first-run/{way}", headers={"Accept-Language": "fr-BE,fr"}).content.decode()
    assert pages.Reading(page).faults == []
    assert '<option value="BE" selected>Belgique</option>' in page


def test_clinic_and_administrator_are_made_and_led_to_the_second_step(way: str) -> None:
    client = pages.browser()
    answer = client.post(f"/first-run/{way}", GIVEN)
    assert (answer.status_code, answer["Location"]) == (303, "/second-step")
    clinic = clinics.clinic_by_slug("laka-dental")
    assert (clinic.time_zone, clinic.country, clinic.default_language) == ("Europe/Warsaw", "PL", "pl")
    (person,) = clinics.staff(clinic.id)
    assert (person.email, person.role.code) == ("noor@clinic.example", "administrator")
    assert client.get("/inbox/")["Location"] == "/second-step", "an administrator needs it"
    assert pages.browser().get(f"/first-run/{way}").status_code == 404
    assert pages.browser().get("/sign-in").status_code == 200
    assert not first_run.make_way(), "a clinic exists"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("clinic", " "),
        ("country", "XX"),
        ("zone", "Europe/Atlantis"),
        ("language", "tlh"),
        ("name", ""),
        ("email", "noor"),
        ("password", "short"),
        ("again", "another set of words"),
    ],
)
def test_fault_stands_at_its_field_and_nothing_is_made(way: str, field: str, value: str) -> None:
    answer = pages.browser().post(f"/first-run/{way}", GIVEN | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 422 and f'id="{field}-fault"' in page and f'href="#{field}"' in page
    assert pages.Reading(page).faults == [] and PASSWORD not in page
    assert field == "clinic" or "Łąka Dental" in page
    assert clinics.all_clinics() == [] and first_run.is_way(way)


def test_country_of_many_zones_asks_for_one(way: str) -> None:
    page = pages.browser().post(f"/first-run/{way}", GIVEN | {"country": "US"}).content.decode()
    assert "more than one time zone" in page


def test_sample_brings_a_week_of_invented_visits_that_can_be_taken_back(way: str) -> None:
    pages.browser().post(f"/first-run/{way}", GIVEN | {"start": "sample"})
    clinic = clinics.clinic_by_slug("laka-dental")
    assert count(clinic.id) > 30
    assert factories.queued() == set(), "nobody is told"
    (run,), total = outcomes.runs(clinic.id, 1)
    assert total == 1 and run.counts["rows"] == run.counts["new"] == count(clinic.id), run.counts
    outcomes.take_back(clinic_id=clinic.id, run_id=run.id, by=OPERATOR)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_next(maintenance):
            pass
    assert count(clinic.id) == 0


def count(clinic_id: UUID) -> int:
    ((found,),) = factories.sql("SELECT count(*) FROM appointments_appointment WHERE clinic_id = %s", (clinic_id,))
    return int(found)


def test_of_two_who_begin_at_once_one_makes_the_clinic(way: str) -> None:
    def post(name: str) -> int:
        try:
            given = GIVEN | {"clinic": name, "email": f"{name}@clinic.example"}
            return pages.browser().post(f"/first-run/{way}", given).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(post, ("north", "south"))) == [303, 404]
    assert len(clinics.all_clinics()) == 1


def test_wrong_secret_opens_nothing(way: str) -> None:
    assert pages.browser().post(f"/first-run/{way[:-1]}", GIVEN).status_code == 404
    assert clinics.all_clinics() == []


def test_sign_in_of_an_empty_product_says_how_to_begin() -> None:
    page = pages.browser().get("/sign-in").content.decode()
    assert "Nobody works here yet" in page and pages.Reading(page).faults == []
    assert pages.browser().get("/")["Location"].startswith("/sign-in")


def test_language_that_was_chosen_holds_until_the_browser_is_closed(way: str) -> None:
    client = pages.browser()
    page = client.get(f"/first-run/{way}?lang=fr")
    assert 'lang="fr"' in page.content.decode() and page["Content-Language"] == "fr"
    assert pages.Reading(page.content.decode()).faults == []
    assert not client.cookies["django_language"]["max-age"]
    client.post(f"/first-run/{way}", GIVEN)
    (person,) = clinics.staff(clinics.clinic_by_slug("laka-dental").id)
    assert person.language == "fr", "the administrator's screens speak it, too"


def test_language_menu_keeps_where_one_was_going(way: str) -> None:
    pages.browser().post(f"/first-run/{way}", GIVEN)
    page = pages.browser().get("/sign-in?next=/inbox/&lang=xx").content.decode()
    assert 'href="?lang=pl&amp;next=%2Finbox%2F"' in page and '<html lang="en"' in page
