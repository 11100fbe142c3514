"""The frame around the staff screens."""

import re
from uuid import UUID

import pytest

from recado.clinics import actions as clinics
from recado.clinics.roles import ADMINISTRATOR, AUDITOR, RECEPTION
from recado.foundation.actors import OPERATOR
from tests import pages, staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> UUID:
    return clinics.create_clinic(slug="harbour", name="Harbour Street", time_zone="Europe/London", by=OPERATOR).id


def test_sidebar_shows_what_the_role_may_open(clinic: UUID) -> None:
    page = staff.desk(clinic, RECEPTION).get("/").content.decode()
    assert 'href="/inbox/"' in page and 'href="/patients/"' in page
    assert pages.Reading(page).faults == []


def test_bar_of_a_phone_holds_five_and_the_fifth_opens_the_others(clinic: UUID) -> None:
    for role in (ADMINISTRATOR, RECEPTION):
        page = staff.desk(clinic, role).get("/").content.decode()
        bar, _, more = page.partition('<nav class="mnav"')[2].partition("</nav>")[0].partition("<details")
        assert bar.count("<a ") == 4
        side = set(re.findall('href="([^"]+)"', page.partition('<nav class="side"')[2].partition("</nav>")[0]))
        assert side - {"/handset/"} == set(re.findall('href="([^"]+)"', bar + more))


def test_role_without_the_permission_is_told_who_gives_it(clinic: UUID) -> None:
    response = staff.desk(clinic, AUDITOR).get("/inbox/")
    assert response.status_code == 403
    assert "Auditor" in response.content.decode()


def test_of_many_who_can_help_a_few_are_named(clinic: UUID) -> None:
    for number in range(8):
        staff.hire(clinic, ADMINISTRATOR, f"Admin{number} Lee")
    page = staff.desk(clinic, AUDITOR).get("/inbox/").content.decode()
    assert "Admin4" in page and "Admin5" not in page and "and 3 more" in page


def test_stranger_is_led_to_the_way_in(clinic: UUID) -> None:
    assert pages.browser().get("/inbox/")["Location"] == "/sign-in?next=%2Finbox%2F"


def test_page_that_is_not_there_shows_the_way_back_to_who_is_signed_in_only(clinic: UUID) -> None:
    inside, outside = staff.desk(clinic, AUDITOR).get("/no/such"), pages.browser().get("/no/such")
    assert (inside.status_code, outside.status_code) == (404, 404)
    assert 'href="/"' in inside.content.decode() and 'href="/"' not in outside.content.decode()
    assert pages.Reading(inside.content.decode()).faults == []
