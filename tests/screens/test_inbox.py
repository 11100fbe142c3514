"""The inbox: folders, a conversation, the patient beside it, and what its buttons do."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from django.test import Client

from recado.clinics.roles import AUDITOR, CLINICIAN, ROLES, Permission, Role
from recado.conversations import queries
from recado.conversations.types import Folder, ThreadRow, ThreadState
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.tasks import queries as tasks
from recado.tasks.types import TaskKind
from tests import factories, pages, staff
from tests.counting import statements
from tests.factories import hear, make_patient, sql, wordings

pytestmark = pytest.mark.usefixtures("database")

READS_ONLY = Role("clinician", "Reads only", "", frozenset({Permission.SEE_MESSAGES}))


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def desk(clinic: UUID) -> Client:
    return staff.desk(clinic)


def waiting(clinic_id: UUID, text: str = "Do I need to bring the letter?", last: int = 321) -> ThreadRow:
    hear(clinic_id, text, last)
    return newest(clinic_id)


def newest(clinic_id: UUID) -> ThreadRow:
    with clinic_scope(clinic_id):
        return queries.page(clinic_id, Folder.ALL, UUID(int=0))[0]


def state(clinic_id: UUID, thread_id: UUID) -> ThreadState:
    with clinic_scope(clinic_id):
        row = queries.thread(clinic_id, thread_id)
    assert row is not None
    return row.state


def html(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def send(client: Client, row: ThreadRow, text: str = "Yes, please.", **more: Any) -> Any:
    given = {"text": text, "version": row.version, "ref": str(uuid4())} | more
    return client.post(f"/inbox/{row.id}/reply", given)


# ------------------------------------------------------------------------------------------------ what is shown


def test_every_state_of_the_page_is_sound(clinic: UUID, desk: Client) -> None:
    assert "No conversations yet" in html(desk, "/inbox/")
    patient = make_patient(clinic, name="Eleanor " + "Whitcombe-" * 12)
    factories.record(clinic, factories.booking(who=factories.person()), announce=factories.Announce.NONE)
    known, unknown = waiting(clinic), waiting(clinic, "مرحبا، هل أنتم مفتوحون؟ " * 20, last=777)
    for path in (
        "/inbox/",
        "/inbox/?folder=mine",
        "/inbox/?folder=snoozed",
        "/inbox/?folder=all&page=9",
        f"/inbox/{known.id}",
        f"/inbox/{known.id}/patient",
        f"/inbox/{unknown.id}?folder=all",
        "/inbox/new",
        f"/inbox/new?patient={patient}",
    ):
        response = desk.get(path)
        assert response.status_code == 200, path
        assert pages.Reading(response.content.decode()).faults == [], path


def test_keys_of_the_page_stand_in_the_help(desk: Client) -> None:
    assert "Send and done" in html(desk, "/inbox/").split('id="keys-help"')[1]


def test_row_says_who_what_and_why(clinic: UUID, desk: Client) -> None:
    make_patient(clinic, language="fr")
    row = waiting(clinic, "Bonjour, dois-je venir à jeun jeudi ?")
    page = html(desk, "/inbox/")
    for words in ("Eleanor Whitcombe", "venir à jeun jeudi", "Question", "SMS", "Français", f"/inbox/{row.id}"):
        assert words in page
    assert "Eleanor" not in page.split("</title>")[0]


def test_everyone_has_an_answer(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    desk.post(f"/inbox/{row.id}/done")
    assert "Everyone has an answer" in html(desk, "/inbox/")


def test_conversation_shows_both_sides_and_what_happened_by_itself(clinic: UUID, desk: Client) -> None:
    make_patient(clinic)
    row = waiting(clinic)
    send(desk, row, "Yes, please bring it.")
    page = html(desk, f"/inbox/{row.id}")
    for words in ("Do I need to bring the letter?", "came to you", "Yes, please bring it.", "Marta Kowal", "Waiting"):
        assert words in page
    assert "R-321" in page and "Born 14 Mar 1948" in page


def test_text_from_a_patient_is_never_markup(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic, "<b onclick=alert(1)>hi</b> https://evil.example")
    page = html(desk, f"/inbox/{row.id}")
    assert "<b onclick" not in page and 'href="https://evil.example' not in page


def test_statements_do_not_grow_with_the_rows(clinic: UUID, desk: Client) -> None:
    def count(path: str) -> int:
        return statements(lambda: desk.get(path))

    make_patient(clinic, 300)
    first = waiting(clinic, last=300)
    few, few_inside = count("/inbox/"), count(f"/inbox/{first.id}")
    for last in range(301, 312):
        make_patient(clinic, last)
        waiting(clinic, last=last)
        waiting(clinic, "Hello?", last=300)
    assert (count("/inbox/"), count(f"/inbox/{first.id}")) == (few, few_inside)


def test_older_texts_come_on_demand(clinic: UUID, desk: Client) -> None:
    for at in range(35):
        waiting(clinic, f"Text number {at:02}")
    row = newest(clinic)
    page = html(desk, f"/inbox/{row.id}")
    assert "Text number 00" not in page and "Older messages" in page
    assert "Text number 00" in html(desk, f"/inbox/{row.id}?most=90")


def test_pages_of_fifty(clinic: UUID, desk: Client) -> None:
    for last in range(100, 152):
        hear(clinic, "Hello", last)
    assert html(desk, "/inbox/").count("data-row") == 50
    assert html(desk, "/inbox/?page=2").count("data-row") == 2
    assert html(desk, "/inbox/?page=900").count("data-row") == 2


def test_search_is_by_post_and_says_how_far_it_read(clinic: UUID, desk: Client) -> None:
    waiting(clinic, "Je suis à l'hôpital")
    page = desk.post("/inbox/search", {"words": "hopital"}).content.decode()
    assert "hôpital" in page and "Searched the newest 2 messages, back to" in page
    assert pages.Reading(page).faults == []
    assert "No conversation holds" in desk.post("/inbox/search", {"words": "zebra"}).content.decode()
    assert desk.get("/inbox/search").status_code == 405


def test_search_leads_to_a_patient_who_is_in_no_conversation(clinic: UUID, desk: Client) -> None:
    quiet = make_patient(clinic, name="Ottilie Brand", record_number="R-77", last=455)
    for typed in ("Ottilie", "07700 900455", "0455"):
        page = desk.post("/inbox/search", {"words": typed}).content.decode()
        assert f'href="/patients/{quiet}/"' in page and "No conversation holds" in page
    assert pages.Reading(page).faults == []
    assert "people-found" not in desk.post("/inbox/search", {"words": "Nobody"}).content.decode()
    assert factories.sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'patient.search'")[0][0] == 3


def test_search_shows_five_people_and_a_way_to_all(clinic: UUID, desk: Client) -> None:
    counts = []
    for n in range(7):
        make_patient(clinic, name=f"Brandon Nr{n}", record_number=f"R-{n}", last=500 + n)
        if n in (1, 6):
            counts.append(statements(lambda: desk.post("/inbox/search", {"words": "Brandon"})))
    page = desk.post("/inbox/search", {"words": "Brandon"}).content.decode()
    assert page.count("Brandon Nr") == 5 and "All who fit" in page
    assert counts[0] == counts[1]


# ------------------------------------------------------------------------------------------------ what buttons do


def test_reply_leads_back_and_can_be_taken_back(clinic: UUID, desk: Client) -> None:
    make_patient(clinic)
    row = waiting(clinic)
    response = send(desk, row)
    assert (response.status_code, response["Location"]) == (303, f"/inbox/{row.id}?folder=todo")
    page = html(desk, response["Location"])
    assert "leaves in a few seconds" in page
    recall = page.split(f'action="/inbox/{row.id}/recall/')[1].split('"')[0]
    after = desk.post(f"/inbox/{row.id}/recall/{recall}")
    assert "Yes, please." in html(desk, after["Location"]).split('id="reply-text"')[1].split("</textarea>")[0]
    assert newest(clinic).waiting_since == row.waiting_since
    again = desk.post(f"/inbox/{row.id}/recall/{recall}", follow=True)
    assert "Too late" in again.content.decode()


def test_reply_pressed_twice_is_one_text(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    for _ in range(2):
        assert send(desk, row, ref="the-same").status_code == 303
    assert wordings(clinic).count("Yes, please.") == 1


def test_send_and_done_opens_the_next(clinic: UUID, desk: Client) -> None:
    first, second = waiting(clinic, last=321), waiting(clinic, last=322)
    response = send(desk, first, then="done")
    assert response["Location"] == f"/inbox/{second.id}?folder=todo"
    assert state(clinic, first.id) is ThreadState.DONE


def test_colleague_answered_first(clinic: UUID, desk: Client) -> None:
    make_patient(clinic)
    row = waiting(clinic)
    ben = staff.signed_in(clinic, staff.hire(clinic, name="Ben Carter"))
    send(ben, row, "Ben's answer")
    response = send(desk, row, "My answer")
    page = response.content.decode()
    assert response.status_code == 409
    for words in ("Ben Carter has answered since", "Ben&#x27;s answer", "My answer", "Send all the same"):
        assert words in page
    assert pages.Reading(page).faults == []
    assert send(desk, row, "My answer", even_so="yes").status_code == 303


@pytest.mark.parametrize(("text", "words"), [("", "nothing to send"), ("x" * 2000, "Too long")])
def test_unfit_text_is_shown_again_with_its_fault(clinic: UUID, desk: Client, text: str, words: str) -> None:
    row = waiting(clinic)
    response = send(desk, row, text)
    page = response.content.decode()
    assert response.status_code == 422 and words in page and 'aria-invalid="true"' in page
    assert text in page and pages.Reading(page).faults == []


def test_who_stopped_is_said_before_and_after(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    factories.stop(clinic)
    assert "asked us to stop" in html(desk, f"/inbox/{row.id}")
    response = send(desk, row, "All the same")
    assert response.status_code == 422 and "asked us to stop" in response.content.decode()
    assert "All the same" in response.content.decode()


def test_size_is_counted_by_the_server(clinic: UUID, desk: Client) -> None:
    assert desk.post("/inbox/measure", {"text": "a" * 142}).json() == {"size": "1 part, 142 of 160"}
    dearer = desk.post("/inbox/measure", {"text": "a" * 80 + "’"}).json()
    assert dearer == {"size": "2 parts, 81 of 134: fewer without ’"}, (
        "what makes it dearer is named, nothing is changed"
    )
    assert desk.post("/inbox/measure", {"text": "ą" * 71}).json() == {"size": "2 parts, 71 of 134: fewer without ą"}


def test_snooze_assign_reopen_and_undo(clinic: UUID) -> None:
    me = staff.hire(clinic)
    desk = staff.signed_in(clinic, me)
    row = waiting(clinic)
    desk.post(f"/inbox/{row.id}/assign", {"to": str(me)})
    assert html(desk, "/inbox/?folder=mine").count("data-row") == 1
    page = desk.post(f"/inbox/{row.id}/snooze", {"until": "hour"}, follow=True).content.decode()
    assert state(clinic, row.id) is ThreadState.SNOOZED
    undo = page.split('class="toast"')[1].split('action="')[1].split('"')[0]
    desk.post(undo.replace("&amp;", "&"))
    assert state(clinic, row.id) is ThreadState.OPEN
    desk.post(f"/inbox/{row.id}/done")
    desk.post(f"/inbox/{row.id}/reopen")
    assert state(clinic, row.id) is ThreadState.OPEN
    assert desk.post(f"/inbox/{row.id}/snooze", {"until": "never"}).status_code == 404
    assert desk.post(f"/inbox/{row.id}/assign", {"to": str(uuid4())}).status_code == 404


def test_wrong_person_and_shared_phone(clinic: UUID, desk: Client) -> None:
    mother = make_patient(clinic, record_number="R-1")
    tom = make_patient(clinic, record_number="R-2", name="Tom Whitcombe")
    row = waiting(clinic)
    assert "Whom is this about?" in html(desk, f"/inbox/{row.id}")
    desk.post(f"/inbox/{row.id}/about", {"patient": str(mother)})
    assert "R-1" in html(desk, f"/inbox/{row.id}")
    desk.post(f"/inbox/{row.id}/wrong", {"patient": str(mother)})
    page = html(desk, f"/inbox/{row.id}?folder=all")
    assert "Tom Whitcombe" in page and "R-1" not in page
    assert "It was said that this phone is not that of Eleanor Whitcombe" in page
    assert desk.post(f"/inbox/{row.id}/unlink", {"patient": str(tom)}).status_code == 404
    desk.post(f"/inbox/{row.id}/unlink", {"patient": str(mother)})
    page = html(desk, f"/inbox/{row.id}?folder=all")
    assert "out of the record" in page and "It was said" not in page
    with clinic_scope(clinic):
        assert [task.kind for task in tasks.open_tasks(clinic)].count(TaskKind.WRONG_NUMBER) == 1
    sure = messaging.phone_index(clinic, factories.phone(955)).hex()  # a number for fiction gives pause
    desk.post(f"/patients/{mother}/edit", {"phone": "07700 900955", "language": "en", "sure": sure})
    with clinic_scope(clinic):
        assert [task.kind for task in tasks.open_tasks(clinic)].count(TaskKind.WRONG_NUMBER) == 0


def test_one_text_of_a_shared_phone_is_about_one_of_them(clinic: UUID, desk: Client) -> None:
    mother = make_patient(clinic, record_number="R-1")
    tom = make_patient(clinic, record_number="R-2", name="Tom Whitcombe")
    row = waiting(clinic, "He has a cough since Monday")
    with clinic_scope(clinic):
        (text,) = queries.readings(clinic, row.phone_bi)
    page = html(desk, f"/inbox/{row.id}")
    assert "About whom?" in page and pages.Reading(page).faults == []
    path = f"/inbox/{row.id}/text/{text.id}/about"
    assert desk.post(path, {"patient": str(tom)}).status_code == 303
    assert "About Tom Whitcombe" in html(desk, f"/inbox/{row.id}")
    assert "a cough" in html(desk, f"/patients/{tom}/") and "a cough" not in html(desk, f"/patients/{mother}/")
    desk.post(path, {"patient": ""})
    assert "a cough" in html(desk, f"/patients/{mother}/")
    stranger = make_patient(clinic, 399, record_number="R-3", name="Ann Other")
    assert desk.post(path, {"patient": str(stranger)}).status_code == 404
    other = waiting(clinic, "Hello?", 398)
    assert desk.post(f"/inbox/{other.id}/text/{text.id}/about", {"patient": ""}).status_code == 404


def test_next_visit_is_changed_as_at_the_desk(clinic: UUID, desk: Client) -> None:
    """The same acts as elsewhere: they ask why a visit is off and who tells the patient, and lead back here."""
    factories.record(clinic, factories.booking(), announce=factories.Announce.NONE)
    visit, row = factories.visit(clinic), waiting(clinic)
    page = html(desk, f"/inbox/{row.id}")
    here, acts = f"/inbox/{row.id}?folder=todo", f"/appointments/visits/{visit.id}"
    assert "Not asked yet" in page and f'action="{acts}/confirm"' in page and f'value="{here}"' in page
    assert f"{acts}/cancel?back=" in page
    assert here in html(desk, f"{acts}/cancel?back={quote(here, safe='')}")
    answer = desk.post(f"{acts}/cancel", {"reason": "clinician", "tell": "text", "back": here})
    assert (answer.status_code, answer["Location"]) == (303, here)
    assert factories.visit(clinic).state == "cancelled"
    assert "A text tells the patient." in html(desk, here)
    assert acts not in html(staff.desk(clinic, CLINICIAN), here)


def test_writing_first(clinic: UUID, desk: Client) -> None:
    patient = make_patient(clinic)
    found = desk.post("/inbox/new", {"name": "whit"}).content.decode()
    assert f"/inbox/new?patient={patient}" in found and pages.Reading(found).faults == []
    response = desk.post("/inbox/new", {"patient": str(patient), "text": "Bring your card.", "ref": "x"})
    assert response.status_code == 303
    assert wordings(clinic) == ["Bring your card."]
    assert desk.post("/inbox/new", {"patient": str(patient), "text": " "}).status_code == 422
    assert desk.get(f"/inbox/new?patient={uuid4()}").status_code == 404
    assert desk.get("/inbox/new?patient=no").status_code == 404


def test_who_writes_first_from_a_name_is_told_that_nobody_can_answer(database: None) -> None:
    clinic = factories.make_furnished(number="QuaySide").id
    patient = make_patient(clinic)
    desk = staff.signed_in(clinic, staff.hire(clinic))
    form = desk.get(f"/inbox/new?patient={patient}").content.decode()
    assert "Nobody can answer this text" in form and pages.Reading(form).faults == []
    asked = desk.post("/inbox/new", {"patient": str(patient), "text": "Can you come? Please reply YES.", "ref": "x"})
    assert asked.status_code == 422
    assert "asks for an answer" in asked.content.decode() and "Please reply YES." in asked.content.decode()
    assert factories.queued() == set()


def test_colleague_who_types_is_seen(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    ben = staff.signed_in(clinic, staff.hire(clinic, name="Ben Carter"))
    assert ben.post(f"/inbox/{row.id}/here", {"typing": "yes"}).status_code == 204
    assert "Ben is replying" in html(desk, "/inbox/")
    assert "Ben is replying" not in html(ben, "/inbox/")


# ------------------------------------------------------------------------------------------------ who may


def test_other_clinic_has_none_of_it(clinic: UUID) -> None:
    row = waiting(clinic)
    other = staff.desk(factories.make_furnished("quay", number="+447700900101").id)
    assert other.get(f"/inbox/{row.id}").status_code == 404
    for act in ("reply", "done", "reopen", "snooze", "assign", "about", "wrong", "here", "note", "note/seen"):
        given = {"text": "x", "until": "hour", "patient": str(uuid4())}
        assert other.post(f"/inbox/{row.id}/{act}", given).status_code == 404, act
    assert state(clinic, row.id) is ThreadState.OPEN


def test_role_that_reads_only_has_no_buttons(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROLES, READS_ONLY.code, READS_ONLY)
    reader = staff.desk(clinic, READS_ONLY)
    row = waiting(clinic)
    page = html(reader, f"/inbox/{row.id}")
    assert "Your role reads conversations" in page and "/done" not in page and "<textarea" not in page
    assert pages.Reading(page).faults == []
    assert send(reader, row).status_code == 403
    assert reader.post(f"/inbox/{row.id}/done").status_code == 403
    assert staff.desk(clinic, AUDITOR).get(f"/inbox/{row.id}").status_code == 403


def test_reading_is_in_the_audit_and_a_live_refresh_is_not(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    desk.get(f"/inbox/{row.id}")
    desk.get(f"/inbox/{row.id}", headers={"X-Live": "true"})
    said = sql("SELECT action FROM foundation_auditevent WHERE actor_kind = 'staff' ORDER BY id")
    assert [action for (action,) in said] == ["conversation.list", "conversation.view"]


def test_two_changes_of_one_visit_are_two_lines(clinic: UUID, desk: Client) -> None:
    factories.record(clinic, factories.booking(), announce=factories.Announce.NONE)
    visit, row = factories.visit(clinic), waiting(clinic)
    for answer in ("confirm", "back", "confirm"):
        desk.post(f"/appointments/visits/{visit.id}/{answer}")
    page = html(desk, f"/inbox/{row.id}")
    assert page.count(" confirmed</span>") == 2
    assert pages.Reading(page).faults == []


# ------------------------------------------------------------------------------------------------ private notes


def test_note_stands_in_the_conversation_and_names_a_colleague(clinic: UUID, desk: Client) -> None:
    ben = staff.signed_in(clinic, staff.hire(clinic, name="Ben Carter"))
    row = waiting(clinic)
    answer = desk.post(f"/inbox/{row.id}/note", {"text": "Ask <b>her</b>, @Ben", "ref": str(uuid4())})
    assert (answer.status_code, answer["Location"]) == (303, f"/inbox/{row.id}?folder=todo")
    page = html(ben, f"/inbox/{row.id}?folder=mine")
    assert "&lt;b&gt;her" in page and '<span class="named" translate="no">@Ben</span>' in page
    assert "A note names you" in page and "only your team sees this" in page
    assert pages.Reading(page).faults == []
    ben.post(f"/inbox/{row.id}/note/seen", {"folder": "mine"})
    assert "A note names you" not in html(ben, f"/inbox/{row.id}?folder=mine")
    assert "her" not in " ".join(wordings(clinic))


def test_note_is_kept_and_its_fault_said_when_it_is_empty(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    answer = desk.post(f"/inbox/{row.id}/note", {"text": "  ", "ref": "x"})
    assert answer.status_code == 422 and "nothing to note" in answer.content.decode()
    assert pages.Reading(answer.content.decode()).faults == []


def test_note_taken_back_goes_on_being_written(clinic: UUID, desk: Client) -> None:
    row, ref = waiting(clinic), str(uuid4())
    desk.post(f"/inbox/{row.id}/note", {"text": "Wrong patient", "ref": ref})
    answer = desk.post(f"/inbox/{row.id}/note/{ref}/back")
    assert answer["Location"].endswith("&write=note")
    page = html(desk, answer["Location"])
    assert "Wrong patient" in page.split('id="note-text"')[1].split("</textarea>")[0]
    assert "msg-note" not in page
    assert desk.post(f"/inbox/{row.id}/note/{ref}/back", follow=True).content.decode().count("within 15 minutes") == 1


# ------------------------------------------------------------------------------------------------ send later


def test_text_that_leaves_later_says_when_and_can_be_taken_back(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    assert "The text leaves" in html(desk, f"/inbox/{row.id}")
    day = (business_time.now() + timedelta(days=2)).date()
    page = html(desk, send(desk, row, later="own", later_at=f"{day}T09:30")["Location"])
    assert "The text leaves" in page and "09:30" in page and f'action="/inbox/{row.id}/recall/' in page
    assert wordings(clinic)[-1] == "Yes, please."
    assert newest(clinic).waiting_since is None


@pytest.mark.parametrize("typed", ["", "soon", "2020-01-01T09:00"])
def test_text_is_kept_and_its_time_asked_again_when_that_is_none(clinic: UUID, desk: Client, typed: str) -> None:
    answer = send(desk, waiting(clinic), later="own", later_at=typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "still to come" in page and "Yes, please." in page
    assert pages.Reading(page).faults == []


# ------------------------------------------------------------------------------------------------ several at once


def seen(row: ThreadRow) -> str:
    """As the list names it."""
    return f"{row.id}.{row.version}"


def undo_of(page: str) -> str:
    return page.split('class="toast"')[1].split('action="')[1].split('"')[0].replace("&amp;", "&")


def test_several_are_done_at_once_and_undone(clinic: UUID, desk: Client) -> None:
    rows = [waiting(clinic, last=last) for last in (321, 322, 323)]
    chosen = [seen(row) for row in rows[:2]]
    assert pages.Reading(html(desk, "/inbox/")).faults == []
    page = desk.post("/inbox/several", {"thread": chosen, "do": "done"}, follow=True).content.decode()
    assert "2 conversations are done." in page
    assert [state(clinic, row.id) for row in rows] == [ThreadState.DONE, ThreadState.DONE, ThreadState.OPEN]
    hear(clinic, "One more thing?", 322)  # the second has moved on
    after = desk.post(undo_of(page), follow=True).content.decode()
    assert "something has happened since" in after
    assert {state(clinic, row.id) for row in rows} == {ThreadState.OPEN}


def test_one_of_several_is_left_open_when_a_text_came_since_the_list_was_shown(clinic: UUID, desk: Client) -> None:
    rows = [waiting(clinic, last=last) for last in (321, 322)]
    assert all(f'value="{seen(row)}"' in html(desk, "/inbox/") for row in rows)
    hear(clinic, "I can't breathe", 322)
    chosen = [seen(row) for row in rows]
    page = desk.post("/inbox/several", {"thread": chosen, "do": "done"}, follow=True).content.decode()
    assert "1 conversation is done." in page and "something has happened since" in page
    assert [state(clinic, row.id) for row in rows] == [ThreadState.DONE, ThreadState.OPEN]


def test_nothing_is_done_when_no_conversation_is_named(desk: Client) -> None:
    assert "Nothing was selected" in desk.post("/inbox/several", {"do": "done"}, follow=True).content.decode()


def test_several_are_snoozed_and_assigned(clinic: UUID) -> None:
    me = staff.hire(clinic)
    desk = staff.signed_in(clinic, me)
    rows = [waiting(clinic, last=last) for last in (321, 322)]
    desk.post("/inbox/several", {"thread": [seen(row) for row in rows], "to": str(me)})
    assert html(desk, "/inbox/?folder=mine").count("data-row") == 2
    chosen = [f"{row.id}.{row.version + 1}" for row in rows]
    page = desk.post("/inbox/several", {"thread": chosen, "until": "tomorrow"}, follow=True).content.decode()
    assert html(desk, "/inbox/?folder=snoozed").count("data-row") == 2
    desk.post(undo_of(page))
    assert html(desk, "/inbox/?folder=snoozed").count("data-row") == 0


@pytest.mark.parametrize("given", [{}, {"do": "delete"}, {"until": "never"}, {"to": "nobody"}])
def test_several_are_left_alone_when_the_button_says_nothing_known(
    clinic: UUID, desk: Client, given: dict[str, str]
) -> None:
    row = waiting(clinic)
    assert desk.post("/inbox/several", {"thread": [seen(row)]} | given).status_code == 404
    assert state(clinic, row.id) is ThreadState.OPEN


def test_several_of_another_clinic_are_left_alone(clinic: UUID) -> None:
    row = waiting(clinic)
    other = staff.desk(factories.make_furnished("quay", number="+447700900101").id)
    page = other.post("/inbox/several", {"thread": [seen(row), "x"], "do": "done"}, follow=True).content.decode()
    assert "those were left as they are" in page and state(clinic, row.id) is ThreadState.OPEN
    other.post(f"/inbox/several/undo?which={row.id.hex}.1,x.y")
    assert state(clinic, row.id) is ThreadState.OPEN


# ------------------------------------------------------------------------------------------------ languages


def test_each_text_says_its_language_where_it_is_another(clinic: UUID, desk: Client) -> None:
    make_patient(clinic, language="fr")
    waiting(clinic, "Could I come a little earlier please?")
    row = waiting(clinic, "Bonjour, est-ce que je peux venir demain matin ?")
    page = html(desk, f"/inbox/{row.id}").split('id="talk-items"')[1].split("</live-part>")[0]
    assert page.count('<span lang="fr">Français</span>') == 1
