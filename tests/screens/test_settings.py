"""The settings: who may open which page, what a form keeps, refuses and says."""

from datetime import time, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from recado.clinics import queries
from recado.clinics.roles import ADMINISTRATOR, AUDITOR, CLINICIAN, INTEGRATOR, MANAGER, PRIVACY_OFFICER, RECEPTION
from recado.clinics.types import CareBasis, QuietHours
from tests import factories, pages, staff

pytestmark = pytest.mark.usefixtures("database")

PLACES = {"clinic", "people", "audit", "carriers", "api-keys"}


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def admin(clinic: UUID) -> Client:
    return staff.desk(clinic, ADMINISTRATOR)


def settings(clinic_id: UUID) -> queries.ClinicSettings:
    queries.forget_settings()
    return queries.clinic_settings(clinic_id)


def changes() -> list[dict[str, object]]:
    rows = factories.sql(
        "SELECT detail FROM foundation_auditevent WHERE action = 'clinics.change_settings' ORDER BY id"
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        (ADMINISTRATOR, PLACES),
        (MANAGER, {"audit", "carriers"}),
        (AUDITOR, {"audit", "carriers"}),
        (INTEGRATOR, {"carriers", "api-keys"}),
        (PRIVACY_OFFICER, {"audit"}),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_the_list_shows_what_a_role_may_open(clinic: UUID, role: object, opens: set[str]) -> None:
    client = staff.desk(clinic, role)  # type: ignore[arg-type]
    page = client.get("/settings/").content.decode()
    assert {place for place in PLACES if f'href="/settings/{place}"' in page.split('id="main"')[1]} == opens
    assert {place for place in PLACES if client.get(f"/settings/{place}").status_code == 200} == opens


@pytest.mark.parametrize("role", [RECEPTION, CLINICIAN], ids=lambda role: role.code)
def test_who_has_no_settings_sees_no_way_there(clinic: UUID, role: object) -> None:
    client = staff.desk(clinic, role)  # type: ignore[arg-type]
    assert 'href="/settings' not in client.get("/").content.decode()
    assert client.get("/settings/").status_code == 403


@pytest.mark.parametrize(
    "place", ["", "clinic", "clinic/sites/new", "people", "people/new", "audit", "carriers", "api-keys", "api-keys/new"]
)
def test_pages_are_sound(admin: Client, place: str) -> None:
    assert pages.Reading(admin.get(f"/settings/{place}").content.decode()).faults == []


# ------------------------------------------------------------------------------------------------ the clinic

GENERAL = {
    "part": "general",
    "name": "Mill Lane Surgery",
    "phone_shown": "020 7946 0999",
    "address": "1 Mill Lane",
    "time_zone": "Europe/Paris",
    "country": "FR",
}


def test_general_is_saved_and_noted_with_what_it_was(admin: Client, clinic: UUID) -> None:
    assert admin.post("/settings/clinic", GENERAL).status_code == 303
    kept = settings(clinic)
    assert (kept.name, kept.time_zone, kept.country) == ("Mill Lane Surgery", "Europe/Paris", "FR")
    assert changes()[0]["time_zone"] == {"was": "Europe/London", "is": "Europe/Paris"}


def test_what_stays_as_it_is_is_no_change(admin: Client, clinic: UUID) -> None:
    admin.post("/settings/clinic", GENERAL)
    admin.post("/settings/clinic", GENERAL)
    assert len(changes()) == 1


def test_the_emergency_number_is_asked_for_where_none_is_known(admin: Client, clinic: UUID) -> None:
    assert "Empty: 999, for United Kingdom." in admin.get("/settings/clinic").content.decode()
    admin.post("/settings/clinic", GENERAL | {"country": "SO"})
    assert "No emergency number is known here for Somalia" in admin.get("/settings/clinic").content.decode()
    admin.post("/settings/clinic", GENERAL | {"country": "SO", "emergency_number": " 888 "})
    assert "No emergency number is known" not in admin.get("/settings/clinic").content.decode()
    assert settings(clinic).emergency_number == "888"


def test_hours_for_texts(admin: Client, clinic: UUID) -> None:
    admin.post("/settings/clinic", {"part": "quiet", "quiet": "on", "opens": "08:30", "closes": "19:00"})
    assert settings(clinic).quiet_hours == QuietHours(time(8, 30), time(19))
    admin.post("/settings/clinic", {"part": "quiet", "quiet": "off"})
    assert settings(clinic).quiet_hours.is_off
    assert "some countries forbid it" in admin.get("/settings/clinic").content.decode()


def test_other_parts(admin: Client, clinic: UUID) -> None:
    admin.post("/settings/clinic", {"part": "basis", "care_basis": "consent"})
    admin.post("/settings/clinic", {"part": "lock", "idle_lock": "5"})
    admin.post("/settings/clinic", {"part": "guard", "repeat_guard": "0", "most_an_hour": "3"})
    admin.post("/settings/clinic", {"part": "languages", "default_language": "fr", "languages": ["fr", "en"]})
    hours = {
        "part": "hours",
        "d0-0-opens": "08:00",
        "d0-0-closes": "12:00",
        "d0-1-opens": "13:00",
        "d0-1-closes": "17:00",
    }
    admin.post("/settings/clinic", hours)
    kept = settings(clinic)
    assert (kept.care_basis, kept.idle_lock, kept.languages) == (CareBasis.CONSENT, timedelta(minutes=5), ("en", "fr"))
    assert (kept.repeat_guard, kept.most_an_hour) == (timedelta(0), 3)
    assert kept.opening_hours[0] == ((time(8), time(12)), (time(13), time(17)))
    assert kept.opening_hours[1:] == ((),) * 6


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (GENERAL | {"name": " "}, "name"),
        (GENERAL | {"time_zone": "Europe/Lundon"}, "time_zone"),
        (GENERAL | {"country": "GBR"}, "country"),
        (GENERAL | {"phone_shown": "0" * 201}, "phone_shown"),
        (GENERAL | {"emergency_number": "nine"}, "emergency_number"),
        ({"part": "quiet", "quiet": "on", "opens": "soon", "closes": "19:00"}, "quiet_hours"),
        ({"part": "quiet", "quiet": "on", "opens": "09:00", "closes": "09:00"}, "quiet_hours"),
        ({"part": "basis", "care_basis": "hope"}, "care_basis"),
        ({"part": "languages", "default_language": "fr", "languages": ["en"]}, "languages"),
        ({"part": "languages", "default_language": "fr"}, "languages"),
        ({"part": "hours", "d0-0-opens": "18:00", "d0-0-closes": "08:00"}, "opening_hours"),
        ({"part": "hours", "d0-0-opens": "18:00"}, "opening_hours"),
        ({"part": "guard", "repeat_guard": "x", "most_an_hour": "3"}, "repeat_guard"),
        ({"part": "guard", "repeat_guard": "1441", "most_an_hour": "3"}, "repeat_guard"),
        ({"part": "guard", "repeat_guard": "5", "most_an_hour": "61"}, "most_an_hour"),
        ({"part": "lock", "idle_lock": "1"}, "idle_lock"),
        ({"part": "lock", "idle_lock": "61"}, "idle_lock"),
        ({"part": "lock", "idle_lock": "x"}, "idle_lock"),
    ],
)
def test_what_is_refused_is_said_at_its_field(admin: Client, clinic: UUID, typed: dict[str, str], field: str) -> None:
    before = settings(clinic)
    response = admin.post("/settings/clinic", typed)
    page = response.content.decode()
    assert response.status_code == 422 and f'id="{field}-err"' in page and f'href="#{field}"' in page
    assert pages.Reading(page).faults == []
    assert settings(clinic) == before and not changes()


def test_nothing_typed_is_lost(admin: Client) -> None:
    page = admin.post("/settings/clinic", GENERAL | {"time_zone": "Mars"}).content.decode()
    assert 'value="Mill Lane Surgery"' in page and 'value="Mars"' in page


def test_a_part_that_does_not_exist(admin: Client) -> None:
    assert admin.post("/settings/clinic", {"part": "moon"}).status_code == 400


def test_sites_are_added_changed_closed_and_opened_again(admin: Client, clinic: UUID) -> None:
    admin.post("/settings/clinic/sites/new", {"name": "Quayside", "address": "2 Quay"})
    (site,) = queries.sites(clinic)
    admin.post(f"/settings/clinic/sites/{site.id}", {"name": "Quayside East"})
    assert [one.name for one in queries.sites(clinic)] == ["Quayside East"]
    assert admin.post("/settings/clinic/sites/new", {"name": "quayside east"}).status_code == 422
    assert admin.post(f"/settings/clinic/sites/{site.id}/close").status_code == 303
    assert queries.sites(clinic) == []
    assert admin.post(f"/settings/clinic/sites/{site.id}/close").status_code == 404
    admin.post("/settings/clinic/sites/new", {"name": "Quayside East"})
    assert [one.id for one in queries.sites(clinic)] == [site.id]


def test_one_clinic_does_not_reach_the_other(admin: Client, clinic: UUID) -> None:
    other = factories.make_clinic("mill-lane").id
    staff.desk(other, ADMINISTRATOR).post("/settings/clinic/sites/new", {"name": "Mill"})
    (theirs,) = queries.sites(other)
    assert admin.post(f"/settings/clinic/sites/{theirs.id}", {"name": "Ours"}).status_code == 404
    admin.post("/settings/clinic", GENERAL)
    assert settings(other).name == "Harbour Street Clinic"


# ------------------------------------------------------------------------------------------------ people


def test_person_is_added_changed_and_ended(admin: Client, clinic: UUID) -> None:
    typed = {"name": "Ben Carter", "email": "Ben@Clinic.example", "role": "reception", "language": "fr"}
    response = admin.post("/settings/people/new", typed)
    ben = next(one for one in queries.people(clinic) if one.email == "ben@clinic.example")
    link = response.content.decode().partition("<code")[2].partition(">")[2].partition("<")[0]
    assert link.startswith("http") and "/enter/" in link and ben.language == "fr"
    assert pages.browser().get(link).status_code == 200
    admin.post(f"/settings/people/{ben.user_id}", {"role": "manager"})
    assert queries.role_of(clinic_id=clinic, user_id=ben.user_id) is MANAGER
    admin.post(f"/settings/people/{ben.user_id}/end")
    assert queries.role_of(clinic_id=clinic, user_id=ben.user_id) is None
    assert "Ben Carter" in admin.get("/settings/people?show=left").content.decode()
    written = factories.sql(
        "SELECT action FROM foundation_auditevent WHERE action LIKE 'clinics.%%' ORDER BY id DESC LIMIT 4"
    )
    done = ["clinics.end_staff", "clinics.change_role", "clinics.sign_in_link", "clinics.add_staff"]
    assert [row[0] for row in written] == done


def test_people_come_in_pages_of_fifty(admin: Client, clinic: UUID) -> None:
    for number in range(52):
        staff.hire(clinic, RECEPTION, f"Person{number:02} Lee")
    first, second = (admin.get(f"/settings/people?page={page}").content.decode() for page in (1, 2))
    assert "1 to 50 of 53" in first and "Person51" not in first and 'href="?page=2"' in first
    assert "51 to 53 of 53" in second and "Person51" in second and 'href="?page=1"' in second
    assert pages.Reading(second).faults == []
    assert "51 to 53 of 53" in admin.get("/settings/people?page=9").content.decode(), "the last there is"


def test_a_link_to_begin_anew_is_shown_once(admin: Client, clinic: UUID) -> None:
    user = staff.hire(clinic, RECEPTION, "Ben Carter")
    page = admin.post(f"/settings/people/{user}/link").content.decode()
    assert page.count("/enter/") == 2 and pages.Reading(page).faults == []  # to read and to copy
    assert "/enter/" not in admin.get(f"/settings/people/{user}").content.decode()
    assert admin.get(f"/settings/people/{user}/link").status_code == 405


def test_who_works_elsewhere_too_is_not_handed_over(admin: Client, clinic: UUID) -> None:
    typed = {"name": "Ben", "email": "ben@two.example", "role": "reception", "language": "en"}
    other = factories.make_clinic("mill-lane").id
    staff.desk(other, ADMINISTRATOR).post("/settings/people/new", typed)
    page = admin.post("/settings/people/new", typed).content.decode()
    assert "/enter/" not in page and "as they do there" in page
    ben = next(one for one in queries.people(clinic) if one.email == "ben@two.example")
    response = admin.post(f"/settings/people/{ben.user_id}/link")
    assert response.status_code == 422 and "works at another clinic too" in response.content.decode()


def test_who_is_ended_is_out_at_once(clinic: UUID, admin: Client) -> None:
    user = staff.hire(clinic, RECEPTION, "Ben Carter")
    browser = staff.signed_in(clinic, user)
    assert browser.get("/").status_code == 200
    admin.post(f"/settings/people/{user}/end")
    assert browser.get("/").status_code == 403


@pytest.mark.parametrize("path", ["", "/end"])
def test_last_administrator_stays(clinic: UUID, path: str) -> None:
    user = staff.hire(clinic, ADMINISTRATOR)
    response = staff.signed_in(clinic, user).post(f"/settings/people/{user}{path}", {"role": "reception"})
    assert response.status_code == 422
    assert "last administrator" in response.content.decode()
    assert queries.role_of(clinic_id=clinic, user_id=user) is ADMINISTRATOR


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "nowhere"}, "email"),
        ({"name": ""}, "name"),
        ({"role": "king"}, "role"),
        ({"email": "here@c.example"}, "email"),
    ],
)
def test_new_person_is_refused_at_the_field(admin: Client, typed: dict[str, str], field: str) -> None:
    good = {"name": "Ann", "email": "here@c.example", "role": "reception", "language": "en"}
    if typed.get("email") == good["email"]:
        admin.post("/settings/people/new", good)
    response = admin.post("/settings/people/new", good | typed)
    assert response.status_code == 422 and f'id="{field}-err"' in response.content.decode()


def test_people_of_another_clinic_are_not_there(admin: Client) -> None:
    other = staff.hire(factories.make_clinic("mill-lane").id)
    for user in (other, uuid4()):
        assert admin.get(f"/settings/people/{user}").status_code == 404
        assert admin.post(f"/settings/people/{user}/end").status_code == 404


def test_a_number_that_is_none_is_not_said_to_be_saved(admin: Client) -> None:
    answer = admin.post("/settings/clinic", {"part": "sender", "number_id": "none"})
    assert answer.status_code == 422 and "Choose one of the numbers." in answer.content.decode()
