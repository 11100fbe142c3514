"""The pages behind the link in a patient's text."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client

from recado.web import languages
from recado.web.patient_pages import LONGEST_TOKEN
from tests import pages
from tests.pages import BOOKED, CANCELLED, CONFIRMED, LIVE, NOTED, STOPPED, Backend, backend


@pytest.fixture
def link() -> Iterator[Backend]:
    with backend() as fake:
        yield fake


@pytest.fixture
def client() -> Client:
    """As strict about form tokens as in the product."""
    return pages.browser(is_strict=True)


def post(client: Client, path: str, *, page: str = "", **fields: str):  # type: ignore[no-untyped-def]
    """Opens `page` (or `path`) and sends its form, as a browser does under `no-referrer`."""
    client.get(page or path)
    token = client.cookies["csrftoken"].value
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    return client.post(path, {**fields, "csrfmiddlewaretoken": token}, headers=headers)


def words(response) -> str:  # type: ignore[no-untyped-def]
    """The page's text with plain spaces."""
    return " ".join(" ".join(pages.Reading(response.content.decode()).text).split())


# ---------------------------------------------------------------- seeing


@pytest.mark.parametrize("path", ["", "/cancel", "/wrong", "/stop", "/new", "/visit.ics"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_changes_nothing(link: Backend, client: Client, path: str, method: str) -> None:
    response = getattr(client, method)(f"/r/{LIVE}{path}")
    assert response.status_code in {200, 303}
    assert link.done == []


def test_visit_shows_who_when_and_where(link: Backend, client: Client) -> None:
    seen = words(client.get(f"/r/{LIVE}"))
    for part in ("Hello Eleanor", "Thursday 26 November", "at 10:30", "about 15 minutes", "Nurse Silva", "12 Harbour"):
        assert part in seen
    assert "Blood test" not in seen, "the page needs no sign-in, so it does not say what the visit is for"


def test_visit_title_names_nobody(link: Backend, client: Client) -> None:
    html = client.get(f"/r/{LIVE}").content.decode()
    title = html[html.index("<title>") : html.index("</title>")]
    assert title == "<title>Your appointment · Harbour Street Clinic"


def test_visit_has_no_way_shown_without_directions(link: Backend, client: Client) -> None:
    assert "Show the way" in words(client.get(f"/r/{LIVE}"))
    link.page = replace(BOOKED, directions_url="")
    assert "Show the way" not in words(client.get(f"/r/{LIVE}"))


def test_names_are_escaped(link: Backend, client: Client) -> None:
    link.page = replace(BOOKED, first_name="<b>Zoë</b>", clinic_name="A & B", clinician='<i x="">')
    html = client.get(f"/r/{LIVE}").content.decode()
    assert "&lt;b&gt;Zoë&lt;/b&gt;" in html
    assert "A &amp; B" in html
    assert pages.Reading(html).faults == []


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        (CONFIRMED, "Thank you, you have confirmed"),
        (NOTED, "We have noted that you want another time Your visit stays booked until we call you."),
        (replace(NOTED, state="confirmed"), "We have noted that you want another time"),
        (CANCELLED, "Your appointment is cancelled You can take your time back until someone else has it."),
        (replace(CANCELLED, may_take_back=False), "Your appointment is cancelled For a new time, please call us."),
    ],
)
def test_each_state_says_where_things_stand(link: Backend, client: Client, page: object, sentence: str) -> None:
    link.page = page  # type: ignore[assignment]
    assert sentence in words(client.get(f"/r/{LIVE}"))


def test_confirmed_visit_may_still_be_cancelled_or_changed(link: Backend, client: Client) -> None:
    link.page = CONFIRMED
    html = client.get(f"/r/{LIVE}").content.decode()
    assert 'value="change"' in html
    assert f'href="/r/{LIVE}/cancel"' in html


# ---------------------------------------------------------------- answering


@pytest.mark.parametrize("answer", ["confirm", "change"])
def test_answer_is_given_by_post_and_shown_by_get(link: Backend, client: Client, answer: str) -> None:
    response = post(client, f"/r/{LIVE}", answer=answer)
    assert (response.status_code, response["Location"]) == (303, f"/r/{LIVE}")
    assert link.done == [answer]


def test_cancel_is_asked_once_more_then_done_then_taken_back(link: Backend, client: Client) -> None:
    assert post(client, f"/r/{LIVE}", answer="cancel")["Location"] == f"/r/{LIVE}/cancel"
    assert link.done == []
    assert "Cancel your appointment?" in words(client.get(f"/r/{LIVE}/cancel"))
    assert post(client, f"/r/{LIVE}/cancel")["Location"] == f"/r/{LIVE}"
    assert client.get(f"/r/{LIVE}/cancel")["Location"] == f"/r/{LIVE}"
    assert post(client, f"/r/{LIVE}", answer="take_back").status_code == 303
    assert link.done == ["cancel", "take_back"]


@pytest.mark.parametrize("answer", ["", "Confirm", "stop", "yes"])
def test_unknown_answer_changes_nothing(link: Backend, client: Client, answer: str) -> None:
    assert post(client, f"/r/{LIVE}", answer=answer)["Location"] == f"/r/{LIVE}"
    assert link.done == []


def test_stop_is_asked_then_done_then_undone(link: Backend, client: Client) -> None:
    assert "Stop all messages?" in words(client.get(f"/r/{LIVE}/stop"))
    assert post(client, f"/r/{LIVE}/stop", do="stop")["Location"] == f"/r/{LIVE}/stop"
    seen = words(client.get(f"/r/{LIVE}/stop"))
    assert "All messages are stopped Since Tue 24 Nov, 10:42." in seen
    assert "text START to 07700 900100" in seen
    back = post(client, f"/r/{LIVE}/stop", do="start")
    assert "Our messages come to you again." in words(client.get(back["Location"]))
    assert link.done == ["stop", "start"]


def test_stop_without_a_word_changes_nothing(link: Backend, client: Client) -> None:
    assert post(client, f"/r/{LIVE}/stop")["Location"] == f"/r/{LIVE}/stop"
    assert link.done == []


def test_wrong_person_is_told_nothing_about_the_patient(link: Backend, client: Client) -> None:
    asked = words(client.get(f"/r/{LIVE}/wrong"))
    done = post(client, f"/r/{LIVE}/wrong")
    assert (done.status_code, link.done) == (200, ["wrong"])
    for text in (asked, words(done)):
        assert not [part for part in ("Eleanor", "Silva", "November", "10:30") if part in text]
    assert client.get(f"/r/{LIVE}").status_code == 410


# ---------------------------------------------------------------- links that ended


@pytest.mark.parametrize("path", ["", "/cancel", "/stop", "/wrong"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_ended_link_is_the_same_page_everywhere(link: Backend, path: str, method: str) -> None:
    client = pages.browser()
    fields = {"answer": "confirm", "do": "stop"}
    response = getattr(client, method)(f"/r/gone{path}", fields if method == "post" else {})
    plain = client.get("/r/gone")
    assert response.status_code == plain.status_code == 410
    assert words(response) == words(plain)
    assert not [part for part in ("Eleanor", "Harbour", "Silva", "07700") if part in words(response)]


def test_unknown_and_used_links_look_alike(link: Backend, client: Client) -> None:
    link.page = None
    used, never = client.get(f"/r/{LIVE}"), client.get("/r/never-was")
    assert used.status_code == never.status_code
    assert words(used) == words(never)


def test_absurd_token_never_reaches_the_database(link: Backend, client: Client) -> None:
    token = "x" * (LONGEST_TOKEN + 1)
    assert client.get(f"/r/{token}").status_code == 410
    assert post(client, f"/r/{token}/new").status_code == 200
    assert link.done == []


def test_new_link_is_answered_alike_for_known_and_unknown(link: Backend, client: Client) -> None:
    known = post(client, f"/r/{LIVE}/new", page="/r/gone")
    unknown = post(client, "/r/gone/new", page="/r/gone")
    assert known.status_code == unknown.status_code == 200
    assert words(known) == words(unknown)
    assert link.done == [f"renew {LIVE}", "renew gone"]


# ---------------------------------------------------------------- forms


def test_post_without_token_is_refused_in_plain_words(link: Backend, client: Client) -> None:
    response = client.post(f"/r/{LIVE}", {"answer": "confirm"})
    assert response.status_code == 403
    assert "Nothing was changed" in words(response)
    assert link.done == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "null"}, 303),  # a browser from before Sec-Fetch-Site
        ({"Origin": pages.ORIGIN}, 303),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
    ],
)
def test_form_is_taken_from_our_own_page_only(
    link: Backend, client: Client, headers: dict[str, str], status: int
) -> None:
    client.get(f"/r/{LIVE}")
    fields = {"answer": "confirm", "csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    assert client.post(f"/r/{LIVE}", fields, headers=headers).status_code == status


# ---------------------------------------------------------------- languages


def test_language_is_the_patients_own(link: Backend, client: Client) -> None:
    link.page = replace(BOOKED, language="fr")
    response = client.get(f"/r/{LIVE}", headers={"Accept-Language": "pl"})
    assert response["Content-Language"] == "fr"
    assert '<html lang="fr" dir="ltr">' in response.content.decode()
    assert "Jeudi 26 novembre" in words(response)


def test_language_may_be_switched_and_stays_with_every_link(link: Backend, client: Client) -> None:
    html = client.get(f"/r/{LIVE}?lang=pl").content.decode()
    assert "Czwartek, 26 listopada" in html
    assert f'action="/r/{LIVE}?lang=pl"' in html
    assert post(client, f"/r/{LIVE}?lang=pl", answer="confirm")["Location"] == f"/r/{LIVE}?lang=pl"


@pytest.mark.parametrize("tag", ["xx", "", "<script>", "en-GB"])
def test_strange_language_falls_back(link: Backend, client: Client, tag: str) -> None:
    assert "Hello Eleanor" in words(client.get(f"/r/{LIVE}", {"lang": tag}))


def test_ended_link_speaks_the_browsers_language(link: Backend, client: Client) -> None:
    response = client.get("/r/gone", headers={"Accept-Language": "nl-BE,fr;q=0.5"})
    assert response["Content-Language"] == "nl"
    assert "Deze link is verlopen" in words(response)


@pytest.mark.parametrize("language", languages.PATIENTS_NAMES)
def test_every_page_speaks_every_language(language: str) -> None:
    seen = {name: words(response) for name, response in pages.every_patient_page(language)}
    assert len(seen) == 12
    if language != "en":
        english = {name: words(response) for name, response in pages.every_patient_page("en")}
        assert [name for name in seen if seen[name] == english[name]] == []


@pytest.mark.usefixtures("database")
def test_address_of_nothing_speaks_the_browsers_language(client: Client) -> None:
    for tag, said in (("de-AT", "Diese Seite gibt es nicht"), ("it", "Questa pagina non esiste"), ("nl", "pagina")):
        response = client.get("/r/join/nobody", headers={"Accept-Language": tag})
        assert (response.status_code, response["Content-Language"]) == (404, tag[:2])
        assert said in words(response) and f'lang="{tag[:2]}"' in response.content.decode()


def test_minutes_follow_the_plural_rules(link: Backend, client: Client) -> None:
    expected = {("en", 1): "about 1 minute", ("pl", 1): "około 1 minuty", ("pl", 22): "około 22 minut"}
    for (language, minutes), phrase in expected.items():
        link.page = replace(BOOKED, language=language, duration=BOOKED.duration * minutes / 15)  # type: ignore[operator]
        assert phrase in words(client.get(f"/r/{LIVE}"))


# ---------------------------------------------------------------- safety


def test_every_page_carries_the_headers(link: Backend) -> None:
    for name, response in pages.every_patient_page():
        assert response["Referrer-Policy"] == "no-referrer", name
        assert response["Cache-Control"] == "no-store", name
        assert response["X-Content-Type-Options"] == "nosniff", name
        assert response["X-Robots-Tag"] == "noindex", name
        assert response["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert response["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ), name


def test_stopped_patient_still_sees_the_visit(link: Backend, client: Client) -> None:
    link.page = STOPPED
    seen = words(client.get(f"/r/{LIVE}"))
    assert "Hello Eleanor" in seen
    assert "Messages are stopped" in seen


# ---------------------------------------------------------------- calendar


def test_calendar_file_names_neither_patient_nor_reason(link: Backend, client: Client) -> None:
    response = client.get(f"/r/{LIVE}/visit.ics")
    body = response.content.decode()
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "DTSTART:20261126T103000Z\r\nDTEND:20261126T104500Z\r\n" in body
    assert "SUMMARY:Appointment\\, Harbour Street Clinic\r\n" in body
    assert not [part for part in ("Eleanor", "Blood", "Silva", LIVE) if part in body]


def test_calendar_file_of_a_cancelled_visit_leads_back(link: Backend, client: Client) -> None:
    link.page = CANCELLED
    assert client.get(f"/r/{LIVE}/visit.ics")["Location"] == f"/r/{LIVE}"
