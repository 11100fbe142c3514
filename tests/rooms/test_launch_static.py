"""Style sheets and scripts: kept for a year under an address of their content, asked for anew under the plain one."""

import gzip

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


def test_style_sheet_goes_packed_to_whoever_takes_it_so(browser: Client) -> None:
    plain = browser.get(f"/static/{SHEET}")
    packed = browser.get(f"/static/{SHEET}", headers={"accept-encoding": "br;q=1.0, gzip;q=0.8"})
    assert (packed.headers["Content-Encoding"], "Content-Encoding" in plain.headers) == ("gzip", False)
    assert gzip.decompress(packed.content) == plain.content and len(packed.content) * 3 < len(plain.content)
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]
    assert plain.headers["ETag"] != packed.headers["ETag"]
    asked = {"accept-encoding": "gzip", "if-none-match": packed.headers["ETag"]}
    assert browser.get(f"/static/{SHEET}", headers=asked).status_code == 304


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "deflate, gzip; q=0.000"])
def test_nothing_goes_packed_to_who_does_not_take_it(browser: Client, accepted: str) -> None:
    answer = browser.get(f"/static/{SHEET}", headers={"accept-encoding": accepted})
    assert "Content-Encoding" not in answer.headers and answer.content.startswith(b"/*")


def test_a_font_that_is_packed_already_goes_as_it_is(browser: Client) -> None:
    font = browser.get("/static/recado/fonts/inter-latin-wght-normal.woff2", headers={"accept-encoding": "gzip"})
    assert font.status_code == 200 and "Content-Encoding" not in font.headers
