"""A language model on this machine: asked without names, numbers and dates, answered with them, logged without words, off by
default, and refused wherever it misbehaves."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from recado.assistant import actions, queries
from recado.assistant.models import Connector
from recado.assistant.types import TROUBLES, Line, NotUsable, Wish, Written
from recado.clinics.roles import ADMINISTRATOR, INTEGRATOR, RECEPTION
from recado.conversations.models import Reading
from recado.conversations.models import Thread as Talk
from recado.foundation.actors import OPERATOR
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.webhooks import posting
from tests import factories, pages, staff
from tests.factories import hear, make_patient, sql, wordings

HERE = (ip_network("127.0.0.0/8"),)
LINES = [Line(False, "Hello, this is Eleanor. Can I come on Thursday 26 November at 10:30?"), Line(True, "We look.")]
KEY = "sk-invented"


class Model:
    """A server that speaks the chat interface. `answer` makes the words from the request; `status` and `body` misbehave."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.words = "Dear [NAME1], [DATE1] at [NUMBER1] suits us."
        self.status, self.body, self.finish = 200, b"", "stop"
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                model.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                model.headers.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
                message = {"role": "assistant", "content": model.words}
                said = {"choices": [{"message": message, "finish_reason": model.finish}]}
                body = model.body or json.dumps(said).encode()
                self.send_response(model.status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    @property
    def heard(self) -> str:
        """All that it was told of the conversation."""
        return str(self.asked[-1]["messages"][1]["content"])


@pytest.fixture
def model() -> Iterator[Model]:
    made = Model()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def clinic(database: None, monkeypatch: pytest.MonkeyPatch) -> UUID:
    monkeypatch.setattr(settings, "RECADO_WEBHOOK_NETWORKS", HERE)
    return factories.make_furnished().id


def connect(clinic: UUID, url: str, *, is_on: bool = True, key: str | None = KEY) -> None:
    with clinic_scope(clinic):
        actions.connect(clinic_id=clinic, url=url, model="small-one", key=key, is_on=is_on, by=OPERATOR)


def ask(clinic: UUID, wish: Wish = Wish.DRAFT, lines: list[Line] = LINES) -> Written:
    return actions.ask(
        clinic_id=clinic,
        wish=wish,
        lines=lines,
        names=["Eleanor Whitcombe"],
        language="en",
        thread_id=new_id(),
        patient_id=None,
        by=OPERATOR,
    )


def test_a_draft_is_asked_for_without_what_tells_of_anybody_and_comes_back_with_it(clinic: UUID, model: Model) -> None:
    connect(clinic, model.url + "/")
    model.words = "Dear [NAME1], [DATE1] suits us."
    written = ask(clinic)
    assert written.text.startswith("Dear Eleanor, ") and "suits us." in written.text and not written.trouble
    assert "Eleanor" not in model.heard and "26" not in model.heard and "10:30" not in model.heard
    assert model.heard.startswith("Patient: Hello, this is [NAME1].") and "Clinic: We look." in model.heard
    assert model.headers[-1]["path"] == "/v1/chat/completions"
    assert model.headers[-1]["authorization"] == f"Bearer {KEY}"
    assert model.asked[-1]["model"] == "small-one"


def test_the_audit_says_who_asked_which_model_and_how_much_and_no_word(clinic: UUID, model: Model) -> None:
    connect(clinic, model.url)
    model.words = "Dear [NAME1]."
    ask(clinic, Wish.SUMMARY)
    ((detail,),) = sql("SELECT detail::text FROM foundation_auditevent WHERE action = 'assistant.ask'")
    told = json.loads(detail)
    assert told["model"] == "small-one" and told["wish"] == "summary" and told["sent"] > 100 and told["got"] > 10
    assert "Eleanor" not in detail and "look" not in detail


@pytest.mark.parametrize(
    ("status", "body", "words", "trouble"),
    [
        (401, b"{}", "", "refused"),
        (404, b"", "", "refused"),
        (429, b"", "", "busy"),
        (500, b"", "", "unreadable"),
        (302, b"", "", "redirect"),
        (200, b"<html>", "", "unreadable"),
        (200, b'{"choices": []}', "", "unreadable"),
        (200, b'{"choices": [{"message": {"content": 7}}]}', "", "unreadable"),
        (200, b'{"choices": ["no"]}', "", "unreadable"),
        (200, b'{"choices": [[]]}', "", "unreadable"),
        (200, b"", "   ", "unreadable"),
        (200, b"", "Dear [NAME9], come at [NUMBER1].", "invented"),
        (200, b"", "Pay at https://evil.example or call 0900 123", "invented"),
        (200, b"[" * 150_000, "", "unreadable"),
        (200, b"\xff\xfe\x00", "", "unreadable"),
        (200, b"x" * (actions.MOST_BYTES + 1), "", "broken"),
    ],
)
def test_what_is_no_answer_is_said_so_and_shown_to_nobody(
    clinic: UUID, model: Model, status: int, body: bytes, words: str, trouble: str
) -> None:
    connect(clinic, model.url)
    model.status, model.body, model.words = status, body, words
    written = ask(clinic)
    assert (written.trouble, written.text) == (trouble, "")
    assert trouble in TROUBLES


def test_it_is_off_by_default_and_asks_nothing_while_it_is(clinic: UUID, model: Model) -> None:
    assert ask(clinic).trouble == "off"
    connect(clinic, model.url, is_on=False)
    assert ask(clinic).trouble == "off"
    connect(clinic, model.url)
    assert ask(clinic, lines=[]).trouble == "nothing"
    with clinic_scope(clinic):
        assert queries.is_on(clinic)
        assert actions.disconnect(clinic_id=clinic, by=OPERATOR) and not actions.disconnect(
            clinic_id=clinic, by=OPERATOR
        )
    assert ask(clinic).trouble == "off"
    assert model.asked == []


def test_a_server_that_does_not_answer_is_not_waited_for(
    clinic: UUID, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.server.shutdown()
    monkeypatch.setattr(actions, "PATIENCE", 0.2)
    connect(clinic, model.url)
    assert ask(clinic).trouble == "timeout"
    connect(clinic, "http://127.0.0.1:9/v1")
    assert ask(clinic).trouble == "no_link"


def test_an_address_inside_is_kept_and_called_only_where_the_operator_allows_it(
    clinic: UUID, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(clinic, model.url)
    monkeypatch.setattr(settings, "RECADO_WEBHOOK_NETWORKS", ())
    assert ask(clinic).trouble == "private"
    for url in ("http://127.0.0.1/v1", "https://10.0.0.7/v1", "https://169.254.169.254/v1", "ftp://x.example", ""):
        with pytest.raises(NotUsable):
            connect(clinic, url)
    assert model.asked == []


def test_address_and_key_lie_sealed_and_a_key_stays_until_another_comes(clinic: UUID, model: Model) -> None:
    connect(clinic, model.url)
    connect(clinic, model.url, key=None)
    with clinic_scope(clinic):
        row = Connector.objects.get()
        assert KEY.encode() not in bytes(row.key_ct) and b"127.0.0.1" not in bytes(row.url_ct)
        connection = queries.connection(clinic)
    assert connection is not None and connection.key == KEY and KEY not in repr(connection)


def test_a_kept_key_goes_to_no_other_server(clinic: UUID, model: Model) -> None:
    connect(clinic, model.url)
    with pytest.raises(NotUsable) as refused:
        connect(clinic, "https://elsewhere.example/v1", key=None)
    assert (refused.value.field, refused.value.code) == ("key", "missing")
    connect(clinic, f"{model.url}/two", key=None)  # another path of the same server
    connect(clinic, "https://elsewhere.example/v1", key="")
    with clinic_scope(clinic):
        connection = queries.connection(clinic)
    assert connection is not None and connection.key == ""
    details = sql("SELECT detail::text FROM foundation_auditevent WHERE action = 'assistant.connect' ORDER BY at, id")
    assert json.loads(details[-1][0])["server"] == "https://elsewhere.example" and KEY not in str(details)


def test_no_proxy_and_no_redirect_are_followed_and_only_so_much_is_read() -> None:
    post = posting.Post("http://127.0.0.1:9/", {}, b"", most=10)
    assert posting.post([[post]], HERE)[0][0].trouble == "no_link"


# ------------------------------------------------------------------------------------------------ on the screen


@pytest.fixture
def talk(clinic: UUID) -> UUID:
    make_patient(clinic)
    hear(clinic, "Hello, this is Eleanor. Is my letter ready?")
    with clinic_scope(clinic):
        return Talk.objects.get().id


def test_the_buttons_are_absent_while_it_is_off_and_their_address_is_not_there(clinic: UUID, talk: UUID) -> None:
    desk = staff.desk(clinic, RECEPTION)
    assert "Draft a reply" not in desk.get(f"/inbox/{talk}").content.decode()
    assert desk.post(f"/inbox/{talk}/assist", {"do": "draft"}).status_code == 404


def test_a_draft_stands_in_the_field_and_nothing_is_sent(clinic: UUID, talk: UUID, model: Model) -> None:
    connect(clinic, model.url)
    desk = staff.desk(clinic, RECEPTION)
    page = desk.get(f"/inbox/{talk}").content.decode()
    assert "Draft a reply" in page and pages.Reading(page).faults == []
    model.words = "Hello [NAME1], we look for your letter."
    sent = wordings(clinic)
    shown = desk.post(f"/inbox/{talk}/assist", {"do": "draft"}, follow=True).content.decode()
    assert "Hello Eleanor, we look for your letter." in shown
    assert "nothing was sent" in shown
    assert wordings(clinic) == sent
    assert "Eleanor" not in model.heard


def test_a_summary_is_a_page_that_is_kept_nowhere(clinic: UUID, talk: UUID, model: Model) -> None:
    connect(clinic, model.url)
    desk = staff.desk(clinic, RECEPTION)
    model.words = "[NAME1] asks for a letter."
    shown = desk.post(f"/inbox/{talk}/assist", {"do": "summary"}).content.decode()
    assert pages.Reading(shown).faults == []
    assert "Eleanor asks for a letter." in shown and "It may be wrong" in shown
    model.status = 429
    assert "It is busy" in desk.post(f"/inbox/{talk}/assist", {"do": "draft"}, follow=True).content.decode()


def test_the_settings_show_no_key_and_say_what_is_wrong(clinic: UUID, model: Model) -> None:
    desk = staff.desk(clinic, ADMINISTRATOR)
    there = "/settings/assistant"
    page = desk.get(there).content.decode()
    assert pages.Reading(page).faults == [] and "What leaves this machine" in page
    assert desk.post(there, {"url": "https://10.0.0.1/v1", "model": "m"}).status_code == 422
    assert desk.post(there, {"url": model.url, "model": ""}).status_code == 422
    assert desk.post(there, {"url": model.url, "model": "m", "key": "a b"}).status_code == 422
    kept = desk.post(there, {"url": model.url, "model": "m", "key": KEY, "is_on": "yes"}, follow=True).content.decode()
    assert "Saved." in kept and KEY not in kept and pages.Reading(kept).faults == []
    moved = desk.post(there, {"url": "https://elsewhere.example/v1", "model": "m"})
    assert moved.status_code == 422 and "The address leads elsewhere now" in moved.content.decode()
    gone = desk.post(f"{there}/end", follow=True).content.decode()
    assert "forgotten" in gone


def test_reception_can_not_connect_one(clinic: UUID) -> None:
    desk: Client = staff.desk(clinic, RECEPTION)
    assert desk.get("/settings/assistant").status_code == 403


def test_a_draft_stands_behind_what_was_begun(clinic: UUID, talk: UUID, model: Model) -> None:
    connect(clinic, model.url)
    desk = staff.desk(clinic, RECEPTION)
    desk.post("/inbox/draft", {"name": f"inbox:{talk}", "text": "Good morning,"})
    model.words = "we look for your letter."
    shown = desk.post(f"/inbox/{talk}/assist", {"do": "draft"}, follow=True).content.decode()
    assert "Good morning,\n\nwe look for your letter.</textarea>" in shown


def test_who_reads_no_messages_can_not_choose_where_they_go(clinic: UUID) -> None:
    desk = staff.desk(clinic, INTEGRATOR)
    assert desk.get("/settings/assistant").status_code == 403
    assert desk.post("/settings/assistant", {"url": "https://x.example/v1", "model": "m"}).status_code == 403
    assert desk.post("/settings/assistant/end").status_code == 403
    listed = desk.get("/settings/webhooks").content.decode()
    assert "/settings/webhooks" in listed and "/settings/assistant" not in listed


# ------------------------------------------------------------------------------------------------ a text of theirs, translated


@pytest.fixture
def foreign(clinic: UUID) -> tuple[UUID, UUID]:
    """A conversation with a text in French, and that text."""
    make_patient(clinic, language="fr")
    hear(clinic, "Bonjour, est-ce que je dois venir à jeun demain ? Merci, Eleanor")
    with clinic_scope(clinic):
        return Talk.objects.get().id, Reading.objects.get().id


def test_a_text_in_another_language_has_its_name_and_a_button_only_with_a_model(
    clinic: UUID, foreign: tuple[UUID, UUID], model: Model
) -> None:
    thread, text = foreign
    desk = staff.desk(clinic, RECEPTION)
    without = desk.get(f"/inbox/{thread}").content.decode()
    assert "français" in without.casefold() and ">Translate<" not in without.replace("\n", "")
    assert desk.post(f"/inbox/{thread}/assist", {"do": "translation", "text": str(text)}).status_code == 404
    connect(clinic, model.url)
    page = desk.get(f"/inbox/{thread}").content.decode()
    assert "Translate</button>" in page and pages.Reading(page).faults == []


def test_a_translation_is_asked_for_that_text_alone_masked_and_shown_beside_it(
    clinic: UUID, foreign: tuple[UUID, UUID], model: Model
) -> None:
    thread, text = foreign
    connect(clinic, model.url)
    model.words = "Hello, do I have to come with an empty stomach tomorrow? Thanks, [NAME1]"
    hear(clinic, "Et encore une question, s'il vous plaît")
    shown = staff.desk(clinic, RECEPTION).post(f"/inbox/{thread}/assist", {"do": "translation", "text": str(text)})
    page = shown.content.decode()
    assert pages.Reading(page).faults == []
    assert "Thanks, Eleanor" in page and "est-ce que je dois venir" in page and "It may be wrong" in page
    assert "Eleanor" not in model.heard and "[NAME1]" in model.heard and "encore une question" not in model.heard
    assert "code “en”" in model.asked[-1]["messages"][0]["content"]
    ((detail,),) = sql("SELECT detail::text FROM foundation_auditevent WHERE action = 'assistant.ask'")
    assert json.loads(detail)["wish"] == "translation" and "jeun" not in detail


def test_no_text_of_another_conversation_is_translated(clinic: UUID, foreign: tuple[UUID, UUID], model: Model) -> None:
    thread, _text = foreign
    connect(clinic, model.url)
    hear(clinic, "Bonjour, une autre personne", 322)
    with clinic_scope(clinic):
        other = Reading.objects.order_by("-at").first()
    assert other is not None
    desk = staff.desk(clinic, RECEPTION)
    for wanted in (str(other.id), "", "x"):
        assert desk.post(f"/inbox/{thread}/assist", {"do": "translation", "text": wanted}).status_code == 404
    assert model.asked == []


LONG = "bonjour " * 400  # 3,200 letters


def test_a_long_text_is_translated_to_its_end(clinic: UUID, model: Model) -> None:
    connect(clinic, model.url)
    model.words = "hello " * 500 + "the end"
    written = ask(clinic, Wish.TRANSLATION, [Line(is_ours=False, text=f"{LONG}fin")])
    assert model.heard.endswith("bonjour fin") and model.asked[-1]["max_tokens"] > 3_200
    assert written.text == model.words and not written.trouble


def test_a_translation_that_lacks_its_end_is_shown_to_nobody(clinic: UUID, model: Model) -> None:
    connect(clinic, model.url)
    model.words, model.finish = "hello hello", "length"
    written = ask(clinic, Wish.TRANSLATION, [Line(is_ours=False, text=LONG)])
    assert (written.text, written.trouble) == ("", "too_long")
    model.finish = "stop"
    assert ask(clinic, Wish.TRANSLATION, [Line(is_ours=False, text=LONG)]).text == "hello hello"


def test_a_text_that_is_too_long_to_be_translated_whole_is_not_sent(clinic: UUID, model: Model) -> None:
    connect(clinic, model.url)
    assert ask(clinic, Wish.TRANSLATION, [Line(is_ours=False, text=LONG * 2)]).trouble == "too_long"
    assert model.asked == []
