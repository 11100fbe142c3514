"""A name, a number and words that occur nowhere else go through the whole story; a dump and the logs hold none of them."""

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psycopg
import pytest
from psycopg import sql

from tests.phones import CLINIC, DAY, Demo, in_days, link_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
NAME, FIRST = "Brzęczysława", "Oyindamola"
RECORD = "QX-771-ZZ"
PHONE = "+447700900877"
WORDS = "Czy mogę przyjść z kangurem fioletowym?"
DANGER = "I want to die, nobody but Wojciechomir would miss me"
ONLINE, ONLINE_PHONE = "Grzegorzówna", "+447700900878"  # books on the clinic's page
FORM_WORDS, SURVEY_WORDS, REFUSED_WORDS = "Alergia na ksylofonit", "Poczekalnia brzdękolka", "pierwszy brumowiec"
PLANTED = (
    "ksylofonit",
    "brzdękolka",
    "brumowiec",
    NAME,
    FIRST,
    RECORD,
    PHONE[1:],
    "07700 900877",
    "kangurem",
    "fioletowym",
    "Wojciechomir",
    ONLINE,
    ONLINE_PHONE[1:],
)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """The whole story of one person: told, asked, answered by text and by link, stopped, refused."""
    with Demo() as running:
        row = ("LK-1", f"{FIRST} {NAME}", RECORD, "07700 900877", "pl", in_days(9), "10:30", "Dr Costa")
        running.bring_in(row, announce="all")
        running.wait(DAY)
        running.page(link_in(running.texts(PHONE)[0]))
        running.page(link_in(running.texts(PHONE)[0]) + "/stop")
        running.wait(6 * DAY)
        for said in (WORDS, "1", "HELP", "STOP", "START", "3", DANGER):
            running.answer(PHONE, said)
        book_by_page(running)
        fill_in_a_form(running)
        answer_a_survey(running)
        bad = ("LK-2", f"{FIRST} {NAME}", RECORD, "not a number " + PHONE, "pl", "31/02/2031", "10:30", WORDS)
        running.bring_in(bad)
        running.product.run(
            "import", "appointments", str(running.product.folder / "gone.csv"), "--clinic", "harbour-street"
        )
        running.page(f"/handset/{PHONE}/story.json")
        running.page("/r/never-was")
        yield running


def book_by_page(running: Demo) -> None:
    """A stranger types a name and a number, gets a code by text, and gives it back."""
    code = running.inside(
        "from recado.clinics import queries; say(queries.clinic_by_slug('harbour-street').short_code)"
    )
    browser = build_opener(HTTPCookieProcessor())
    page = running.product.url + f"/r/book/{code}"

    def read(path: str, given: dict[str, str] | None = None) -> str:
        body = urlencode(given).encode() if given else None
        headers = {"Referer": page, "Origin": running.product.url} if given else {}
        with browser.open(Request(path, body, headers), timeout=30) as answer:
            html: str = answer.read().decode()
        return html

    def field(html: str, name: str) -> str:
        return html.partition(f'name="{name}" value="')[2].partition('"')[0]

    service = read(page).partition("?service=")[2].partition('"')[0]
    # The last of the day: what is told of a visit that begins before the clinic's hours for texts comes too late.
    slot = read(f"{page}?service={service}").rpartition("slot=")[2].partition('"')[0]
    form = f"{page}?service={service}&slot={slot}"
    token = {"csrfmiddlewaretoken": field(read(form), "csrfmiddlewaretoken")}
    asked = read(form, {**token, "do": "ask", "name": ONLINE, "phone": ONLINE_PHONE})
    running.wait(1)
    (sent,) = running.texts(ONLINE_PHONE)
    read(form, {**token, "do": "confirm", "trying": field(asked, "trying"), "code": sent[:6]})
    for _ in range(10):  # in the evening it waits for the morning, and others' texts with it
        running.to_next()
        if len(running.texts(ONLINE_PHONE)) == 2:
            return
    raise AssertionError("it is booked, and nothing says so")


SEND_FORM = """
from datetime import timedelta
from recado.appointments.models import Appointment
from recado.clinics import queries as clinics
from recado.consent import actions as consent, queries as people
from recado.consent.types import PurposeGroup
from recado.documents import actions
from recado.documents.models import Document
from recado.documents.types import FormWish
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.journeys.types import FinishedVisit
from recado.messaging import actions as messaging
from recado.messaging.types import LinkWish
from recado.surveys import actions as surveys
from recado.surveys.models import Response
clinic = clinics.clinic_by_slug({clinic!r}).id
with clinic_scope(clinic):
    visit = Appointment.objects.get(clinic_id=clinic, external_id="LK-1")
    who, due = visit.patient_id, business_time.now() + timedelta(days=5)
    form = actions.send_form(clinic_id=clinic, wish=FormWish("first_visit", who, due, None), by=OPERATOR)
    consent.permit(clinic_id=clinic, patient_id=who, groups=[PurposeGroup.SURVEY], how="desk", by=OPERATOR)
    told = FinishedVisit(visit.id, who, business_time.now(), visit.clinician)
    surveys.visits_finished(clinic_id=clinic, visits=[told], by=OPERATOR)
    asked = Response.objects.filter(clinic_id=clinic, patient_id=who).order_by("-id")[0]
    phone = people.recipients(clinic, [who])[who].phone_bi
    wishes = [LinkWish(kind, name, who, phone, due) for kind, name in (("paper", form), ("survey", asked.id))]
    say([address.rpartition("/r/")[2] for address in messaging.make_links(clinic_id=clinic, wishes=wishes)])
"""


def send(running: Demo, path: str, fields: dict[str, str]) -> str:
    """Presses the button of a page as a browser without script does, and returns the page that follows."""
    browser = build_opener(HTTPCookieProcessor())
    address = running.product.url + path
    with browser.open(address, timeout=30) as answer:
        token = answer.read().decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    body = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
    headers = {"Referer": address, "Origin": running.product.url}
    try:
        with browser.open(Request(address, body, headers), timeout=30) as answer:
            html: str = answer.read().decode()
    except HTTPError as refusal:
        html = refusal.read().decode()
    return html


def fill_in_a_form(running: Demo) -> None:
    """Once with a day that is none, so that it comes back, and once as it should be."""
    running.links = running.inside(SEND_FORM.format(clinic=CLINIC))  # type: ignore[attr-defined]
    form = f"/r/{running.links[0]}/document/form"  # type: ignore[attr-defined]
    typed = {"q1": FORM_WORDS, "q2": FORM_WORDS}
    assert REFUSED_WORDS in send(running, form, {**typed, "q6": REFUSED_WORDS}), "it came back with what was typed"
    assert FORM_WORDS not in send(running, form, typed), "it is taken"


def answer_a_survey(running: Demo) -> None:
    survey = f"/r/{running.links[1]}/survey"  # type: ignore[attr-defined]
    for _ in range(4):
        html = running.page(survey)[1]
        question = html.partition('name="question" value="')[2].partition('"')[0]
        if not question:
            return
        has_words = "<textarea" in html
        send(running, survey, {"question": question, **({"words": SURVEY_WORDS} if has_words else {"value": "1"})})


def forms(plain: str) -> set[str]:
    """How a planted string might stand in a dump."""
    raw = plain.encode()
    return {plain, raw.hex(), base64.b64encode(raw).decode().rstrip("=")[:-1], plain.encode("utf-16-le").hex()}


def found_in(text: str) -> set[str]:
    low = text.casefold()
    return {plain for plain in PLANTED for form in forms(plain) if form.casefold() in low}


def test_the_story_has_been_lived(demo: Demo) -> None:
    assert len(demo.texts(PHONE)) >= 7
    assert any(FIRST in text for text in demo.texts(PHONE)), "what is looked for did go through"
    assert demo.visit("LK-1")["record_number"] == RECORD
    assert any("999" in text for text in demo.texts(PHONE)), "the danger was answered"


def test_forms_and_surveys_were_filled_in(demo: Demo) -> None:
    from_form, from_survey = demo.inside(
        "from recado.documents.models import Document; from recado.surveys.models import Answer; "
        "from recado.clinics import queries as c; from recado.foundation.tenancy import clinic_scope\n"
        f"with clinic_scope(c.clinic_by_slug({CLINIC!r}).id): "
        "say([Document.objects.filter(filled_at__isnull=False).count(), Answer.objects.filter(words_ct__isnull=False).count()])"
    )
    assert from_form > 0 and from_survey > 0


def test_dump_of_the_database_holds_nothing_planted(demo: Demo) -> None:
    with psycopg.connect(demo.superuser_url(), autocommit=True) as connection:
        connection.execute("SET bytea_output = 'hex'")
        tables = connection.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        assert len(tables) > 30
        rows = 0
        for (table,) in tables:
            query = sql.SQL("SELECT t::text FROM {} t").format(sql.SQL(table))
            for (row,) in connection.execute(query):
                rows += 1
                assert found_in(row) == set(), f"{table} holds it"
        assert rows > 500


def test_bytes_of_the_database_hold_nothing_planted(demo: Demo) -> None:
    """Statistics, write-ahead log, temporary files and the server's own log too."""
    with psycopg.connect(demo.superuser_url(), autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")
        stats = connection.execute("SELECT s::text FROM pg_stats s").fetchall()
    assert found_in("\n".join(row[0] for row in stats)) == set()
    _none_in(demo.product.data / "postgres")


def test_logs_hold_nothing_planted(demo: Demo) -> None:
    logs = demo.product.data / "logs"
    assert any(file.stat().st_size for file in logs.rglob("*") if file.is_file())
    _none_in(logs)


def test_logs_hold_no_link(demo: Demo) -> None:
    """Whoever reads a log must not be able to open a patient's page."""
    token = link_in(demo.texts(PHONE)[0]).removeprefix("/r/")
    for file in (demo.product.data / "logs").rglob("*"):
        if file.is_file():
            assert token not in file.read_text("utf-8", "replace"), file.name


def test_no_other_file_of_ours_holds_anything_planted(demo: Demo) -> None:
    for place in sorted(demo.product.data.iterdir()):
        if place.name in {"postgres", "simulator"}:  # the second is the network itself: phones show texts
            continue
        _none_in(place)


def _none_in(place: Path) -> None:
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
    raw = [plain.encode() for plain in PLANTED]
    for file in files:
        content = file.read_bytes()
        assert not [one.decode() for one in raw if one in content], f"{file} holds it"
