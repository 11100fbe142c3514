"""Open tabs of the inbox: they are told the parts that changed, as the page itself shows them, and nothing that they have."""

import asyncio
import re
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from recado.clinics.roles import AUDITOR, CLINICIAN, RECEPTION, RECEPTION_LEAD, Role
from recado.conversations import actions, queries
from recado.conversations.types import Folder, ThreadRow
from recado.foundation import news
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.ids import new_id
from recado.foundation.news import Topic
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.web import live
from recado.web.inbox import folders, refreshing
from tests import factories, staff
from tests.desk import Desk
from tests.factories import hear, make_patient

pytestmark = pytest.mark.usefixtures("database")
LIST = ("places", "inbox-folders", "inbox-list")
BESIDE = ("talk-state", "talk-items", "talk-done", "inbox-patient")


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture(autouse=True)
def hearing(monkeypatch: pytest.MonkeyPatch) -> live.Switchboard:
    """A board that hears, and nothing kept from before."""
    board = live.Switchboard()
    board._hears = True
    monkeypatch.setattr(live, "board", board)
    monkeypatch.setattr(refreshing, "readings", refreshing.Readings())
    return board


def told(clinic_id: UUID, topic: Topic = Topic.THREADS) -> None:
    live.board._hand_on(news.word(clinic_id, topic))


def key_of(client: Client) -> str:
    """The session's key; who sits behind it was looked at, as the stream does."""
    key = str(client.session.session_key)
    live.clinic_behind(key)
    return key


def scope(
    key: str, path: str = "/inbox/", parts: tuple[str, ...] = LIST, topics: str = "threads", **more: str
) -> dict[str, Any]:
    place, _, query = path.partition("?")
    headers = {
        "cookie": f"{settings.SESSION_COOKIE_NAME}={key}",
        "x-live": "true",
        "x-live-topics": topics,
        "x-live-have": " ".join(one if "=" in one else f"{one}=" for one in parts),
    } | {name.replace("_", "-"): value for name, value in more.items()}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "GET", "path": place, "query_string": query.encode(), "headers": pairs}


def ask(*given: Any, **more: Any) -> tuple[dict[str, str], str] | None:
    """Tags and body."""
    found = asyncio.run(refreshing.answer(scope(*given, **more)))
    if found is None:
        return None
    tags = dict(found[0])[b"x-live-tags"].decode()
    return dict(one.split("=") for one in tags.split()), found[1].decode()


def part(html: str, name: str) -> str:
    found = re.search(rf'<live-part id="{name}".*?</live-part>', html, re.S)
    assert found is not None, name
    return found[0]


def newest(clinic_id: UUID) -> ThreadRow:
    with clinic_scope(clinic_id):
        return queries.page(clinic_id, Folder.ALL, UUID(int=0))[0]


def talks(clinic_id: UUID, me: UUID) -> ThreadRow:
    """Two conversations: one of somebody's who is named in it, one with a colleague at it. Returns the newest."""
    other = staff.hire(clinic_id, RECEPTION_LEAD, "Ruth Ellery")
    for last in (301, 302):
        make_patient(clinic_id, last)
        hear(clinic_id, "Do I bring the letter?", last)
    row = newest(clinic_id)
    with clinic_scope(clinic_id):
        by = Actor(ActorKind.STAFF, str(other))
        actions.write_note(clinic_id=clinic_id, thread_id=row.id, text="Is that so, @Marta Kowal?", ref=new_id(), by=by)
        actions.note_here(clinic_id=clinic_id, thread_id=row.id, user_id=other, is_typing=True)
        actions.note_here(clinic_id=clinic_id, thread_id=row.id, user_id=me, is_typing=False, tab="mine")
    return row


@pytest.mark.parametrize("role", [RECEPTION, CLINICIAN, AUDITOR])
@pytest.mark.parametrize("path", ["/inbox/", "/inbox/?folder=all", "/inbox/?folder=mine", "/inbox/?folder=snoozed"])
def test_parts_are_those_of_the_page(clinic: UUID, role: Role, path: str) -> None:
    me = staff.hire(clinic, role)
    client = staff.signed_in(clinic, me)
    if client.get("/inbox/").status_code != 200:
        assert ask(key_of(client), path) is None
        return
    row = talks(clinic, me)
    told(clinic)
    for place in (path, path.replace("/inbox/", f"/inbox/{row.id}")):
        found = ask(key_of(client), place)
        assert found is not None
        page = client.get(place).content.decode()
        for name in LIST:
            assert part(found[1], name) == part(page, name), name


def test_what_a_tab_has_is_not_told_again(clinic: UUID) -> None:
    key = key_of(staff.desk(clinic))
    hear(clinic, "Hello?", 301)
    told(clinic)
    first = ask(key)
    assert first is not None and "Hello?" in first[1]
    again = ask(key, parts=tuple(f"{name}={tag}" for name, tag in first[0].items()))
    assert again == (first[0], "")
    hear(clinic, "Anybody?", 302)
    told(clinic)
    then = ask(key, parts=tuple(f"{name}={tag}" for name, tag in first[0].items()))
    assert then is not None and "Anybody?" in then[1]


def filled(html: str, shown: str) -> str:
    """What a tab makes of an answer, as live.js does: rows that it has stand where their places are."""
    rows = {one[1]: one[0] for one in re.finditer(r'<li data-v="\w+" id="([\w-]+)".*?</li>', shown, re.S)}
    return re.sub(r'<li id="([\w-]+)" data-same="\w+"></li>', lambda at: rows[at[1]], html)


def test_of_rows_that_a_tab_has_it_is_told_the_place_alone(clinic: UUID) -> None:
    client = staff.desk(clinic)
    for last in range(301, 307):
        hear(clinic, f"Question {last}?", last)
    told(clinic)
    first = ask(key_of(client))
    assert first is not None and "data-same" not in first[1]
    hear(clinic, "And another?", 303)
    hear(clinic, "New here", 320)
    told(clinic)
    then = ask(key_of(client), parts=tuple(f"{name}={tag}" for name, tag in first[0].items()))
    assert then is not None and "And another?" in then[1] and "New here" in then[1]
    assert then[1].count("data-same") == 5 and "Question 301?" not in then[1]
    assert part(filled(then[1], first[1]), "inbox-list") == part(client.get("/inbox/").content.decode(), "inbox-list")
    row = newest(clinic)
    with clinic_scope(clinic):
        actions.done(clinic_id=clinic, thread_id=row.id, by=Actor(ActorKind.STAFF, str(new_id())))
    told(clinic)
    last = ask(key_of(client), parts=tuple(f"{name}={tag}" for name, tag in then[0].items()))
    assert last is not None and str(row.id) not in last[1], "a row that leaves is told nowhere"


def test_a_tab_of_long_ago_gets_all_rows(clinic: UUID) -> None:
    key = key_of(staff.desk(clinic))
    hear(clinic, "Hello?", 301)
    told(clinic)
    found = ask(key, parts=("places=", "inbox-folders=", "inbox-list=0123456789"))
    assert found is not None and "Hello?" in found[1] and "data-same" not in found[1]


def test_many_tabs_are_answered_by_one_reading_after_each_change(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [key_of(staff.signed_in(clinic, staff.hire(clinic, name=f"N{n}x Kowal"))) for n in range(4)]
    read: list[object] = []
    real = folders.read
    monkeypatch.setattr(folders, "read", lambda *given: read.append(given) or real(*given))

    async def story() -> None:
        for change in range(1, 4):
            told(clinic)
            assert None not in await asyncio.gather(*(refreshing.answer(scope(key)) for key in keys * 10))
            assert len(read) == change

    asyncio.run(story())


def test_news_that_comes_while_it_is_read_is_read_again_for_who_was_told_of_it(clinic: UUID) -> None:
    key = key_of(staff.desk(clinic))
    real = folders.read

    async def story() -> bytes:
        def slowly(*given: Any) -> Any:
            found = real(*given)
            hear(clinic, "In between?", 305)
            told(clinic)
            return found

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(folders, "read", slowly)
            await refreshing.answer(scope(key))
        found = await refreshing.answer(scope(key))
        assert found is not None
        return found[1]

    assert b"In between?" in asyncio.run(story())


def test_rows_that_say_the_same_are_taken_over_and_no_other(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    client = staff.desk(clinic)
    for last in (301, 302, 303):
        hear(clinic, "Hello?", last)
    key, rendered, real = key_of(client), [], folders._html
    monkeypatch.setattr(folders, "_html", lambda *given: rendered.append(given[1].id) or real(*given))
    told(clinic)
    assert ask(key) is not None and len(rendered) == 3
    hear(clinic, "And now?", 302)
    told(clinic)
    found = ask(key)
    assert found is not None and len(rendered) == 4 and rendered[3] == newest(clinic).id
    assert part(found[1], "inbox-list") == part(client.get("/inbox/").content.decode(), "inbox-list")


def test_each_reader_gets_their_own_rows_from_one_reading(clinic: UUID) -> None:
    people = [staff.hire(clinic, RECEPTION, f"{name} Kowal") for name in ("Marta", "Nadia", "Olga")]
    clients = [staff.signed_in(clinic, one) for one in people]
    row = talks(clinic, people[0])
    told(clinic)
    for place in ("/inbox/", f"/inbox/{row.id}"):
        for client in (*clients, *clients):
            found = ask(key_of(client), place)
            assert found is not None
            assert part(found[1], "inbox-list") == part(client.get(place).content.decode(), "inbox-list")


def test_headers_are_those_of_the_page(clinic: UUID) -> None:
    client = staff.desk(clinic)
    page = {name.lower(): value for name, value in client.get("/inbox/").headers.items()}
    found = asyncio.run(refreshing.answer(scope(key_of(client))))
    assert found is not None
    told_here = {name.decode(): value.decode() for name, value in found[0]}
    assert int(told_here.pop("content-length")) == len(found[1]) and told_here.pop("x-live-tags")
    for own in ("content-length", "content-language", "vary"):
        page.pop(own, None)
    assert told_here == page


# ------------------------------------------------------------------------------------------------ who gets none


def test_locked_and_ended_sessions_are_forgotten_at_once(clinic: UUID) -> None:
    for end, name in (("/lock", "Marta Kowal"), ("/sign-out", "Ruth Ellery")):
        client = staff.signed_in(clinic, staff.hire(clinic, name=name))
        key = key_of(client)
        assert ask(key) is not None
        client.post(end)
        assert ask(key) is None, end
        live.clinic_behind(key)
        assert ask(key) is None, end


def test_a_role_that_changed_is_looked_up_again(clinic: UUID) -> None:
    key = key_of(staff.desk(clinic))
    assert ask(key) is not None
    told(clinic, Topic.SETTINGS)
    assert ask(key) is None


def test_another_clinic_sees_its_own(clinic: UUID) -> None:
    hear(clinic, "For harbour", 301)
    other = factories.make_furnished("mill-lane", number="+447700900101").id
    found = ask(key_of(staff.desk(other)))
    assert found is not None and "For harbour" not in found[1]


def test_page_answers_itself_where_this_cannot(clinic: UUID, hearing: live.Switchboard) -> None:
    key = key_of(staff.desk(clinic))
    assert ask("nobody") is None
    assert ask(key, "/inbox/replies") is None
    assert ask(key, parts=(*LIST, "emergencies")) is None
    hearing._hears = False
    assert ask(key) is None


# ------------------------------------------------------------------------------------------------ the conversation


def mark_of(client: Client, row: ThreadRow) -> str:
    found = re.search(r'data-mark="(\w+)"', client.get(f"/inbox/{row.id}").content.decode())
    assert found is not None
    return found[1]


def test_a_conversation_that_did_not_change_is_not_asked_for(clinic: UUID) -> None:
    client = staff.desk(clinic)
    make_patient(clinic, 301)
    hear(clinic, "Do I bring the letter?", 301)
    row = newest(clinic)
    mark, key, path = mark_of(client, row), key_of(client), f"/inbox/{row.id}"  # a page writes into the session
    hear(clinic, "Somebody else", 302)
    told(clinic)
    found = ask(key, path, (*LIST, *BESIDE), x_live_mark=mark)
    assert found is not None and "Somebody else" in found[1]
    for topics in ("visits", "patients", "all"):
        assert ask(key, path, (*LIST, *BESIDE), topics, x_live_mark=mark) is None
    assert ask(key, path, (*LIST, *BESIDE)) is None, "it has no mark"


def test_each_change_of_a_conversation_has_the_page_told(clinic: UUID) -> None:
    client = staff.desk(clinic)
    make_patient(clinic, 301)
    hear(clinic, "Do I bring the letter?", 301)
    row = newest(clinic)
    path, other = f"/inbox/{row.id}", staff.hire(clinic, RECEPTION_LEAD, "Ruth Ellery")
    before, key = mark_of(client, row), key_of(client)

    by = Actor(ActorKind.STAFF, str(other))
    changes: list[tuple[Any, dict[str, Any]]] = [
        (actions.write_note, {"text": "Is that so?", "ref": new_id(), "by": by}),
        (actions.assign, {"to": other, "by": by}),
        (actions.note_here, {"user_id": other, "is_typing": True}),
        (send, {}),
        (leave, {}),
        (send, {}),
        (call_off, {}),
        (send, {}),
        (withdraw, {}),
    ]
    for act, given in changes:
        with clinic_scope(clinic):
            act(clinic_id=clinic, thread_id=row.id, **given)
        told(clinic)
        mark = mark_of(client, row)
        assert mark != before, act
        assert ask(key, path, (*LIST, *BESIDE), x_live_mark=before) is None, act
        assert ask(key, path, (*LIST, *BESIDE), x_live_mark=mark) is not None, act
        before = mark


def send(*, clinic_id: UUID, **_: Any) -> None:
    factories.send(clinic_id, factories.intent(301))


def leave(**_: Any) -> None:
    """What waits leaves, and the carrier has it before anybody looks."""
    with Desk() as desk:
        assert desk.send_all()


def call_off(*, clinic_id: UUID, **_: Any) -> None:
    assert messaging.call_off(clinic_id=clinic_id, message_ids=list(factories.queued()), reason="visit_changed")


def withdraw(**_: Any) -> None:
    """Found out when it is to leave."""
    factories.sql(
        "INSERT INTO consent_withdrawal (clinic_id, phone_bi, purpose_group, at)"
        " SELECT clinic_id, phone_bi, purpose_group, now() FROM messaging_outbox"
    )
    with Desk() as desk:
        assert desk.send_all() == []
    assert not factories.queued()
