"""Numbers in addresses and hidden fields as no link of ours writes them: thousands of digits, digits of other kinds, noughts
before them. Python's `int` refuses more than 4,300 digits, and `isdigit` is true of a raised two."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from recado.clinics.roles import INTEGRATOR, MANAGER, RECEPTION_LEAD, ROLES
from recado.web.paging import PAGE, Pages, whole
from tests import factories, imports, staff
from tests.screens import test_compare_page as compared
from tests.screens.test_roles import GUARDED, parameters

pytestmark = pytest.mark.usefixtures("database")

ENDLESS, RAISED, ARABIC = "9" * 5000, "\u00b2", "\u0664"
ODD = (ENDLESS, RAISED, ARABIC, "-1", "1_0", " 2", "", "x")

clinic, manager = compared.clinic, compared.manager


@pytest.mark.parametrize("text", [*ODD, None, "9" * 10])
def test_what_is_no_number_of_at_most_nine_digits_is_not_read(text: str | None) -> None:
    assert whole(text, -1) == -1


@pytest.mark.parametrize(("text", "page"), [("2", 2), ("03", 3), ("4", 3), ("0", 1), (None, 1), (ENDLESS, 1)])
def test_a_page_is_one_of_those_there_are(text: str | None, page: int) -> None:
    assert Pages.asked(text, 2 * PAGE + 1) == Pages(page, 2 * PAGE + 1)
    assert Pages.asked(text, 0) == Pages(1, 0)


@pytest.mark.parametrize("text", [ENDLESS, RAISED])
def test_no_page_breaks_by_a_number_in_its_address(text: str) -> None:
    client = staff.desk(factories.make_furnished().id, ROLES["administrator"])
    asked = 0
    for route, _view in GUARDED:
        if not parameters(route):
            status = client.get(route, {"page": text, "carrier": text, "what": "stuck"}).status_code
            assert status < 500, route
            asked += status == 200
    assert asked > 20


@pytest.mark.parametrize("text", ODD)
def test_pages_of_a_journey_and_its_draft_stand_whatever_number_is_asked(manager: Client, text: str) -> None:
    compared.play(manager)
    for page in ("compare", "stages"):
        assert manager.get(f"/journeys/own/appointment/{page}", {"page": text}).status_code == 200
    assert manager.get("/journeys/coming", {"page": text}).status_code == 200
    before = compared.read(manager, "/journeys/own/appointment")
    assert manager.post("/journeys/own/appointment/publish", {"edit": text}).status_code == 409
    for path in ("steps", "steps/question"):
        assert manager.post(f"/journeys/own/appointment/{path}", {"kind": "task", "edit": text}).status_code < 500
    assert compared.read(manager, "/journeys/own/appointment").count('id="step-') == before.count('id="step-')


def test_a_cell_or_a_carrier_of_no_such_number_changes_nothing(database: None) -> None:
    made = factories.make_furnished().id
    client = staff.desk(made, RECEPTION_LEAD)
    file_id = imports.checked(client, imports.line(1), imports.line(2, start="32/11/2026 10:00"))
    for text in (ENDLESS, RAISED):
        typed, form = urlencode({f"c{text}": "x"}), "application/x-www-form-urlencoded"
        answer = client.post(f"/import/{file_id}/row/3", typed, form, follow=True)
        assert answer.status_code == 200 and "stays out still" in answer.content.decode()
        answer = client.post(f"/import/{file_id}/columns", f"{typed}&do=check", form)
        assert answer.status_code == 302
    desk = staff.desk(made, INTEGRATOR)
    for text in (ENDLESS, "9" * 9, RAISED):
        asked = {"address": "07700 900150", "carrier": text, "keyword": "", "note": ""}
        assert desk.post("/settings/carriers/numbers/new", asked).status_code == 422


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-12-01T09:00:00-23:00", "2026-12-01", "x"]
)
def test_a_list_that_goes_on_before_an_impossible_moment_begins_anew_or_stands(moment: str) -> None:
    made = factories.make_furnished().id
    patient = factories.make_patient(made)
    asked = {"before": f"{moment}_{patient}"}
    assert staff.desk(made, RECEPTION_LEAD).get(f"/patients/{patient}/", asked).status_code == 200
    asked = {"before": moment, "id": str(patient)}
    assert staff.desk(made, MANAGER).get("/surveys/comments", asked).status_code == 200
