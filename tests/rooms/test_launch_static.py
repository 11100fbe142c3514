"""Style sheets and scripts: kept for a year under an address of their content, asked for anew under the plain one."""

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from recado.launch.static_files import ASK_EACH_TIME, FOR_A_YEAR

SHEET = "recado/css/recado.css"


@pytest.fixture
def browser() -> Client:
    return Client(headers={"host": "localhost"})


def test_file_is_kept_when_its_address_names_its_content(browser: Client) -> None:
    address = staticfiles_storage.url(SHEET)
    assert address.startswith(f"/static/{SHEET}?v=")
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == FOR_A_YEAR
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"


def test_file_is_not_sent_again_when_the_browser_has_it(browser: Client) -> None:
    first = browser.get(f"/static/{SHEET}")
    assert first.headers["Cache-Control"] == ASK_EACH_TIME
    again = browser.get(f"/static/{SHEET}", headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_file_is_not_kept_when_the_address_names_other_content(browser: Client) -> None:
    assert browser.get(f"/static/{SHEET}?v=0").headers["Cache-Control"] == ASK_EACH_TIME


@pytest.mark.parametrize(
    "name", ["recado/css/none.css", "../settings.py", "%2e%2e/settings.py", "recado/css", "a%00.css", ""]
)
def test_nothing_is_served_when_no_room_has_such_a_file(browser: Client, name: str) -> None:
    assert browser.get(f"/static/{name}").status_code == 404


def test_nothing_is_changed_by_a_post(browser: Client) -> None:
    assert Client(enforce_csrf_checks=False).post(f"/static/{SHEET}", headers={"host": "localhost"}).status_code == 405
