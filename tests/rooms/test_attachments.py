"""Files that came with texts are fetched from the carrier that brought them, kept sealed, shown to who opens them, and dropped."""

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread as Running
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.channels.protocol import Inbound
from recado.clinics.roles import INTEGRATOR
from recado.conversations import attachments, worker
from recado.conversations.models import Attachment, Thread
from recado.foundation import clock
from recado.foundation.database import Role, connect, key_file
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging import accounts
from recado.messaging.inbound import system_keys
from tests import factories, pages, staff
from tests.desk import Desk
from tests.factories import CARRIER, make_patient, phone, sql, wordings

pytestmark = pytest.mark.usefixtures("database")
ACCOUNT = "AC" + "7" * 32
PNG = b"\x89PNG\r\n\x1a\n" + bytes(3_000)


class Store:
    """Where the carrier keeps files. `body` by the last word of the address; none: 404. `status`: it misbehaves."""

    def __init__(self) -> None:
        self.body: dict[str, bytes] = {"ME1": PNG}
        self.status = 200
        self.asked: list[str] = []
        store = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                store.asked.append(self.path)
                body = store.body.get(self.path.rpartition("/")[2])
                self.send_response(store.status if body is not None else 404)
                self.send_header("content-length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Running(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def address(self, name: str) -> str:
        return f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/{name}"


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def clinic(database: None, store: Store) -> UUID:
    """Its carrier is one that keeps files."""
    made = factories.make_furnished().id
    make_patient(made)
    settings = {"account_sid": ACCOUNT, "auth_token": "invented", "url": store.url}
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        sealed = accounts.sealed(system_keys(maintenance, key_file()), CARRIER, settings)
        maintenance.execute(
            "UPDATE messaging_carrieraccount SET kind = 'twilio', settings_ct = %s WHERE id = %s", (sealed, CARRIER)
        )
    return made


def came(desk: Desk, store: Store, *names: str, text: str = "") -> None:
    """A text with these files comes and is read."""
    media = tuple(store.address(name) for name in names)
    desk.take(Inbound(phone().e164, factories.NUMBER, text, None, has_picture=True, media=media))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        worker.read_inbound(maintenance)


def fetch() -> int:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        return attachments.fetch_due(maintenance)


def kept(clinic: UUID) -> list[Attachment]:
    with clinic_scope(clinic):
        return list(Attachment.objects.order_by("at", "place"))


def thread(clinic: UUID) -> UUID:
    with clinic_scope(clinic):
        return Thread.objects.get().id


def test_a_picture_is_fetched_sealed_shown_and_its_opening_is_logged(clinic: UUID, desk: Desk, store: Store) -> None:
    came(desk, store, "ME1")
    assert "can't see pictures" not in wordings(clinic)[0], "a person will see it"
    client = staff.desk(clinic)
    assert "on its way from the carrier" in client.get(f"/inbox/{thread(clinic)}").content.decode()
    assert (fetch(), fetch()) == (1, 0)
    (row,) = kept(clinic)
    assert (row.state, row.media_type, row.size) == ("here", "image/png", len(PNG))
    assert row.body_ct is not None and PNG[:8] not in bytes(row.body_ct)
    page = client.get(f"/inbox/{thread(clinic)}").content.decode()
    assert pages.Reading(page).faults == [] and "Picture, 2.9" in page
    shown = client.get(f"/inbox/{thread(clinic)}/file/{row.id}")
    assert (shown.content, shown["content-type"], shown["x-content-type-options"]) == (PNG, "image/png", "nosniff")
    assert sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'conversation.attachment'") == [(1,)]


def test_a_pdf_is_saved_and_several_files_stand_in_their_order(clinic: UUID, desk: Desk, store: Store) -> None:
    store.body["ME2"] = b"%PDF-1.7 invented"
    came(desk, store, "ME1", "ME2", text="my letter")
    fetch()
    assert [row.media_type for row in kept(clinic)] == ["image/png", "application/pdf"]
    client = staff.desk(clinic)
    saved = client.get(f"/inbox/{thread(clinic)}/file/{kept(clinic)[1].id}")
    assert saved["content-disposition"].startswith("attachment")
    assert "my letter" in client.get(f"/inbox/{thread(clinic)}").content.decode()


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"<svg onload=alert(1)>", "other_kind"),
        (b"<!doctype html>", "other_kind"),
        (b"", "other_kind"),
        (None, "gone"),
        (b"\xff\xd8\xff" + bytes(attachments.MOST), "too_large"),
    ],
)
def test_what_can_not_be_shown_is_said_in_words(
    clinic: UUID, desk: Desk, store: Store, body: bytes | None, trouble: str
) -> None:
    store.body = {} if body is None else {"ME1": body}
    came(desk, store, "ME1")
    fetch()
    (row,) = kept(clinic)
    assert (row.state, row.trouble, row.body_ct) == ("failed", trouble, None)
    page = staff.desk(clinic).get(f"/inbox/{thread(clinic)}").content.decode()
    assert "File: " in page and f"/file/{row.id}" not in page


def test_it_is_tried_again_while_the_carrier_does_not_answer(
    clinic: UUID, desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.status = 503
    came(desk, store, "ME1")
    assert (fetch(), fetch()) == (1, 0), "not at once"
    assert kept(clinic)[0].state == "waiting"
    later = clock.real_now() + timedelta(minutes=2)
    monkeypatch.setattr(attachments, "real_now", lambda: later)
    store.status = 200
    assert fetch() == 1 and kept(clinic)[0].state == "here"


@pytest.mark.parametrize("status", [401, 403, 408, 425, 500])
def test_it_is_tried_again_whatever_the_carrier_refuses_it_for(
    clinic: UUID, desk: Desk, store: Store, status: int
) -> None:
    store.status = status
    came(desk, store, "ME1")
    assert fetch() == 1 and [(row.state, row.tries) for row in kept(clinic)] == [("waiting", 1)]


def test_it_is_tried_for_a_day_while_the_carrier_throttles(
    clinic: UUID, desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.status = 429
    came(desk, store, "ME1")
    began = now = clock.real_now()
    monkeypatch.setattr(attachments, "real_now", lambda: now)
    while (row := kept(clinic)[0]).state == "waiting":
        now = max(row.next_at, now)
        assert fetch() == 1
    assert (row.state, row.trouble, len(store.asked)) == ("failed", "refused", attachments.TRIES)
    assert timedelta(hours=23) < now - began < timedelta(hours=25)


@pytest.mark.parametrize("status", [404, 410])
def test_it_is_not_tried_again_once_the_carrier_says_that_it_is_gone(
    clinic: UUID, desk: Desk, store: Store, status: int
) -> None:
    store.status = status
    came(desk, store, "ME1")
    assert fetch() == 1
    assert [(row.state, row.trouble) for row in kept(clinic)] == [("failed", "gone")]


def test_an_address_in_the_words_is_never_fetched(clinic: UUID, desk: Desk, store: Store) -> None:
    desk.take(Inbound(phone().e164, factories.NUMBER, f"see {store.address('ME1')}", None, has_picture=True))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        worker.read_inbound(maintenance)
    assert fetch() == 0 and store.asked == [] and kept(clinic) == []


def test_after_90_days_nothing_of_it_is_left(clinic: UUID, desk: Desk, store: Store) -> None:
    came(desk, store, "ME1")
    fetch()
    factories.advance(attachments.KEPT_FOR + timedelta(minutes=1))
    fetch()
    (row,) = kept(clinic)
    assert (row.state, row.body_ct) == ("gone", None)
    client = staff.desk(clinic)
    assert client.get(f"/inbox/{thread(clinic)}/file/{row.id}").status_code == 404
    assert "no longer kept" in client.get(f"/inbox/{thread(clinic)}").content.decode()


def test_nobody_opens_a_file_of_another_conversation_or_without_seeing_messages(
    clinic: UUID, desk: Desk, store: Store
) -> None:
    came(desk, store, "ME1")
    fetch()
    (row,) = kept(clinic)
    factories.hear(clinic, "hello", 322)
    with clinic_scope(clinic):
        other = Thread.objects.exclude(id=Thread.objects.order_by("last_at").first().id).get()  # type: ignore[union-attr]
        mine = Thread.objects.exclude(id=other.id).get()
    client = staff.desk(clinic)
    assert client.get(f"/inbox/{other.id}/file/{row.id}").status_code == 404
    assert client.get(f"/inbox/{mine.id}/file/{new_id()}").status_code == 404
    assert client.get(f"/inbox/{mine.id}/file/{row.id}").status_code == 200
    assert staff.desk(clinic, INTEGRATOR).get(f"/inbox/{mine.id}/file/{row.id}").status_code == 403


@given(st.binary(max_size=40))
def test_only_pictures_and_pdfs_have_a_kind(body: bytes) -> None:
    kind = attachments.kind_of(body)
    assert kind == "" or kind.startswith("image/") or body.startswith(b"%PDF-")
    assert attachments.kind_of(b"<" + body) == ""
