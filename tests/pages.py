"""Sample visits behind a link, and a plain reading of the HTML that a page sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.test import Client

from recado.conversations.types import VisitPage
from tools.messages import compile_all

SRC = Path(__file__).resolve().parent.parent / "src"
CSS = SRC / "recado/web/static/recado/css/recado.css"

BOOKED = VisitPage(
    clinic_id=UUID(int=1),
    clinic_name="Harbour Street Clinic",
    clinic_phone="+442079460100",
    first_name="Eleanor",
    language="en",
    starts_at=datetime(2026, 11, 26, 10, 30, tzinfo=ZoneInfo("Europe/London")),
    duration=timedelta(minutes=15),
    clinician="Nurse Silva",
    service="Blood test",
    site_name="Harbour Street Clinic",
    site_address="12 Harbour Street, ground floor",
    directions_url="https://maps.example/harbour",
    state="booked",
    wants_another_time=False,
    is_stopped=False,
    stopped_at=None,
    may_take_back=False,
    receiving_number="+447700900100",
)
CONFIRMED = replace(BOOKED, state="confirmed")
NOTED = replace(BOOKED, wants_another_time=True)
CANCELLED = replace(BOOKED, state="cancelled", may_take_back=True)
STOPPED = replace(BOOKED, is_stopped=True, stopped_at=datetime(2026, 11, 24, 10, 42, tzinfo=UTC))

LIVE = "kTq7Live"
ORIGIN = "http://localhost"


def browser(*, is_strict: bool = False) -> Client:
    """A client at an address that the product answers to; `is_strict` asks for form tokens, as the product does."""
    return Client(enforce_csrf_checks=is_strict, headers={"Host": "localhost"})


@dataclass
class Backend:
    """Stands where `recado.conversations` stands: one visit behind one link, and a list of what was done to it."""

    page: VisitPage | None = BOOKED
    done: list[str] = field(default_factory=list)

    def visit_behind(self, token: str) -> VisitPage | None:
        return self.page if token == LIVE else None

    def answer_by_link(self, token: str, answer: str, reason: str = "") -> VisitPage | None:
        changes = {
            "confirm": {"state": "confirmed", "wants_another_time": False},
            "change": {"wants_another_time": True},
            "cancel": {"state": "cancelled", "may_take_back": True},
            "take_back": {"state": "booked", "may_take_back": False},
        }
        return self._changed(token, answer, changes[answer])

    def stop_by_link(self, token: str) -> VisitPage | None:
        return self._changed(token, "stop", {"is_stopped": True, "stopped_at": STOPPED.stopped_at})

    def start_by_link(self, token: str) -> VisitPage | None:
        return self._changed(token, "start", {"is_stopped": False, "stopped_at": None})

    def wrong_person_by_link(self, token: str) -> bool:
        if self.visit_behind(token) is None:
            return False
        self.done.append("wrong")
        self.page = None
        return True

    def renew_link(self, token: str) -> None:
        self.done.append(f"renew {token}")

    def _changed(self, token: str, name: str, changes: dict[str, object]) -> VisitPage | None:
        page = self.visit_behind(token)
        if page is not None:
            self.done.append(name)
            self.page = replace(page, **changes)  # type: ignore[arg-type]
        return self.visit_behind(token)


@contextmanager
def backend(page: VisitPage | None = BOOKED) -> Iterator[Backend]:
    """The link pages with `Backend` behind them. Translations are compiled if they are stale."""
    compile_all(SRC)
    fake = Backend(page)
    names = ("answer_by_link", "stop_by_link", "start_by_link", "wrong_person_by_link", "renew_link")
    with patch.multiple("recado.web.patient_pages.conversations", **{name: getattr(fake, name) for name in names}):
        reads = {
            "visit_behind": fake.visit_behind,
            "is_for_messages": lambda token: False,
            "clinic_behind": lambda token: None,
        }
        with patch.multiple("recado.web.patient_pages.queries", **reads):
            yield fake


def every_patient_page(language: str = "en") -> Iterator[tuple[str, HttpResponse]]:
    """Each page that a patient may see, with a name for it."""
    client, query = browser(), {"lang": language}
    states = {"visit": BOOKED, "confirmed": CONFIRMED, "noted": NOTED, "cancelled": CANCELLED}
    for name, page in states.items():
        with backend(page):
            yield name, client.get(f"/r/{LIVE}", query)
    for name, path, page in (
        ("cancel", "cancel", BOOKED),
        ("stop", "stop", BOOKED),
        ("stopped", "stop", STOPPED),
        ("wrong", "wrong", BOOKED),
    ):
        with backend(page):
            yield name, client.get(f"/r/{LIVE}/{path}", query)
    with backend(BOOKED):
        yield "link_ended", client.get("/r/never-was", query)
        yield "renewed", client.post("/r/never-was/new", query_params=query)
        yield "wrong_done", client.post(f"/r/{LIVE}/wrong", query_params=query)
        strict = browser(is_strict=True)
        yield "form_refused", strict.post(f"/r/{LIVE}", {"answer": "confirm"}, query_params=query)


VOID = {"meta", "link", "br", "input", "img", "hr"}
SELF_CLOSED = {"path", "rect", "circle", "line", "polyline"}


class Reading(HTMLParser):
    """Reads a page and notes what is wrong with it in `faults`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.named: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"{tag} is never closed" for tag in self.open]
        self.faults += [f"id {one} stands twice" for one in sorted({i for i in self.ids if self.ids.count(i) > 1})]
        self.faults += [f"nothing has the id {one}" for one in self.named if one not in self.ids]
        if [tag for tag, _ in self.tags].count("h1") != 1:
            self.faults.append("a page has one h1")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self.ids += [value for name, value in attrs if name == "id" and value]
        for name in ("aria-labelledby", "aria-describedby", "for"):
            self.named += (given.get(name) or "").split()
        self.faults += [f"inline {name} on {tag}" for name in given if name == "style" or name.startswith("on")]
        is_data = given.get("type") == "application/json"
        if tag == "style" or (tag == "script" and not given.get("src") and not is_data):
            self.faults.append(f"inline {tag}")
        if tag not in VOID | SELF_CLOSED:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID | SELF_CLOSED:
            self.faults.append(f"{tag} closes itself")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{tag} closes what is not open")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
