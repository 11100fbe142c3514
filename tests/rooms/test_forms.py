"""Forms before a visit: written, sent, filled in by link, read by staff, moved with the visit."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as some

from recado.appointments.types import BookingStatus
from recado.clinics.roles import CLINICIAN, MANAGER, PRIVACY_OFFICER, RECEPTION
from recado.documents import actions, form_answers, form_worker, form_writing, queries
from recado.documents.types import CannotSend, Field, FieldKind, Form, FormWish, Heading, Label
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.types import LinkWish
from tests import factories, pages, papers, staff
from tests.factories import DAY, sql, wordings

PILLS = "Metformin twice a day, since the spring"


def label(text: str, *choices: str) -> dict[str, Label]:
    return {
        "en": Label(text, choices=choices),
        "pl": Label(f"{text} (pl)", choices=tuple(f"{one} (pl)" for one in choices)),
    }


FORM = Form(
    "first_visit",
    0,
    "First visit",
    {"en": Heading("Before your first visit", "A few questions."), "pl": Heading("Przed pierwszą wizytą")},
    (
        Field("q1", FieldKind.LONG, label("Which medicines do you take?"), is_required=True),
        Field("q2", FieldKind.YES_NO, label("Do you smoke?"), is_required=True),
        Field("q3", FieldKind.CHOICE, label("How did you find us?", "A friend", "The web")),
        Field("q4", FieldKind.SEVERAL, label("What do you need?", "A ramp", "An interpreter", "Nothing")),
        Field("q5", FieldKind.DATE, label("Last blood test")),
        Field("q6", FieldKind.SHORT, label("Whom may we call?")),
    ),
)
GOOD = {"q1": PILLS, "q2": "no", "q3": "2", "q4": ["1", "3"], "q5": "2026-05-01", "q6": "Jo, 07700 900999"}


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def patient(clinic: UUID) -> UUID:
    return factories.make_patient(clinic)


def publish(clinic: UUID, **more: Any) -> Form:
    form = replace(FORM, **more)
    with clinic_scope(clinic):
        actions.begin_form(clinic_id=clinic, form=form, by=OPERATOR)
        actions.publish_form(clinic_id=clinic, key=form.key, by=OPERATOR)
    return form


def send(clinic: UUID, patient: UUID, *, ahead: timedelta = 10 * DAY, visit_id: UUID | None = None) -> UUID:
    wish = FormWish("first_visit", patient, business_time.now() + ahead, visit_id)
    return actions.send_form(clinic_id=clinic, wish=wish, by=OPERATOR)


def text(response: Any) -> str:
    reading = pages.Reading(response.content.decode())
    assert reading.faults == []
    return " ".join(" ".join(reading.text).split())


def sent_back(clinic: UUID, document_id: UUID) -> Mapping[str, Any]:
    with clinic_scope(clinic):
        return queries.sheet(clinic, document_id, by=OPERATOR).filled[0].answers


# ------------------------------------------------------------------------------------------------ by its own link


def test_form_without_a_code_is_filled_in_by_its_link_and_read_by_staff(clinic: UUID, patient: UUID) -> None:
    publish(clinic, needs_code=False)
    document_id = send(clinic, patient)
    token = papers.link(clinic)
    assert "please fill in a form before" in wordings(clinic)[-1]
    browser = pages.browser()
    there = browser.get(f"/r/{token}", follow=True)
    assert there.redirect_chain[-1][0] == f"/r/{token}/document/form"
    assert "Before your first visit" in text(there) and "Do you smoke?" in text(there)
    assert browser.post(f"/r/{token}/document/form", GOOD).status_code == 303
    assert "We have your answers" in text(browser.get(f"/r/{token}/document/form"))
    assert sent_back(clinic, document_id) == {**GOOD, "q3": (2,), "q4": (1, 3)}
    desk = staff.desk(clinic, CLINICIAN)
    read = text(desk.get(f"/documents/forms/answers/{document_id}"))
    for part in (PILLS, "The web", "A ramp, Nothing", "Eleanor Whitcombe"):
        assert part in read
    assert PILLS in desk.get(f"/documents/forms/answers/{document_id}/text").content.decode()
    assert "Sent back" in text(desk.get("/documents/"))
    assert "Read the answers" in text(desk.get(f"/documents/{document_id}"))


def test_form_is_read_in_the_patients_language_where_the_words_around_it_are_not(clinic: UUID) -> None:
    says = {"en": Label("Do you smoke?"), "de": Label("Rauchen Sie?")}
    heads = {"en": Heading("Before your visit"), "de": Heading("Vor Ihrem Besuch")}
    publish(clinic, heads=heads, fields=(Field("q1", FieldKind.YES_NO, says, is_required=True),), needs_code=False)
    document_id = send(clinic, factories.make_patient(clinic, language="de"))
    browser = pages.browser()
    address = f"/r/{papers.link(clinic)}/document/form"
    page = text(browser.get(address))
    assert "Rauchen Sie?" in page and "Vor Ihrem Besuch" in page and "Do you smoke?" not in page
    assert "Do you smoke?" in text(browser.get(f"{address}?lang=en")), "or in the language that they chose"
    assert "Rauchen Sie?" in text(browser.post(address, {"q1": ""}))
    assert browser.post(address, {"q1": "no"}).status_code == 303
    with clinic_scope(clinic):
        assert [one.language for one in queries.held_sheet(clinic, document_id).filled] == ["de"]


def test_nothing_typed_is_lost_on_an_error(clinic: UUID, patient: UUID) -> None:
    publish(clinic, needs_code=False)
    send(clinic, patient)
    address = f"/r/{papers.link(clinic)}/document/form"
    refused = pages.browser().post(address, {**GOOD, "q2": "", "q5": "the first of May"})
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert "Everything you typed is still here" in text(refused)
    assert PILLS in shown and 'value="the first of May"' in shown and 'value="Jo, 07700 900999"' in shown
    assert shown.count("checked") == 3
    assert "Please answer this." in shown and "This is not a day." in shown
    assert 'href="#q2-1"' in shown and 'href="#q5"' in shown


def test_answers_lie_sealed(clinic: UUID, patient: UUID) -> None:
    publish(clinic, needs_code=False)
    send(clinic, patient)
    pages.browser().post(f"/r/{papers.link(clinic)}/document/form", GOOD)
    ((kept,),) = sql("SELECT answers_ct FROM documents_filledform")
    assert len(kept) > len(PILLS) and b"Metformin" not in bytes(kept)


def test_correcting_sends_again_and_keeps_what_came_before(clinic: UUID, patient: UUID) -> None:
    publish(clinic, needs_code=False)
    document_id = send(clinic, patient)
    address = f"/r/{papers.link(clinic)}/document/form"
    browser = pages.browser()
    browser.post(address, GOOD)
    assert PILLS in browser.get(f"{address}?again=1").content.decode()
    factories.advance(timedelta(minutes=31))
    assert PILLS not in browser.get(f"{address}?again=1").content.decode()
    browser.post(address, {**GOOD, "q1": "None"})
    assert sent_back(clinic, document_id)["q1"] == "None"
    desk, sheet = staff.desk(clinic, RECEPTION), f"/documents/forms/answers/{document_id}?sent="
    assert PILLS in text(desk.get(f"{sheet}2"))
    assert {desk.get(sheet + odd).status_code for odd in ("0010", "9" * 5000, "\u00b2", "0", "3")} == {200}


# ------------------------------------------------------------------------------------------------ behind a code


def open_by_code(clinic: UUID, token: str) -> Client:
    browser = pages.browser()
    browser.post(f"/r/{token}/document", {"do": "code"})
    code = papers.code(clinic)
    browser.post(f"/r/{token}/document", {"do": "open", "code": code, "birth_date": papers.BORN.isoformat()})
    return browser


def test_confidential_form_opens_by_code_and_day_of_birth_only(clinic: UUID, patient: UUID) -> None:
    publish(clinic)
    document_id = send(clinic, patient)
    token = papers.link(clinic)
    stranger = pages.browser()
    assert "Do you smoke?" not in text(stranger.get(f"/r/{token}/document/form", follow=True))
    assert stranger.post(f"/r/{token}/document/form", GOOD).status_code == 410
    browser = open_by_code(clinic, token)
    assert "Do you smoke?" in text(browser.get(f"/r/{token}/document", follow=True))
    business_time.advance_to(business_time.now() + timedelta(hours=2))
    sql("UPDATE documents_check SET used_at = used_at - interval '2 hours'")  # passes count by real time
    refused = browser.post(f"/r/{token}/document/form", {**GOOD, "q2": ""})
    assert refused.status_code == 422 and PILLS in refused.content.decode()
    assert browser.post(f"/r/{token}/document/form", GOOD).status_code == 303
    assert sent_back(clinic, document_id)["q1"] == PILLS
    assert PILLS not in browser.get(f"/r/{token}/document/form", follow=True).content.decode()


def test_form_is_no_file(clinic: UUID, patient: UUID) -> None:
    publish(clinic)
    send(clinic, patient)
    token = papers.link(clinic)
    browser = open_by_code(clinic, token)
    for path in ("file", "read"):
        assert browser.get(f"/r/{token}/document/{path}").status_code == 303
    assert browser.get(f"/r/{token}/document/page/1.png").status_code == 404


# ------------------------------------------------------------------------------------------------ and its visit


def visit_link(clinic: UUID) -> str:
    visit = factories.visit(clinic)
    with clinic_scope(clinic):
        wish = LinkWish("appointment", visit.id, visit.patient_id, None, visit.starts_at)
        return messaging.make_links(clinic_id=clinic, wishes=[wish])[0].rsplit("/", 1)[1]


def follow() -> int:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        return form_worker.follow_now(maintenance)


def states(clinic: UUID) -> list[str]:
    return [row[0] for row in sql("SELECT state FROM care_events_event WHERE kind = 'form'")]


def test_form_goes_by_itself_before_visits_of_its_service_once(clinic: UUID) -> None:
    publish(clinic, needs_code=False, services=("blood test",), days_before=7)
    factories.record(clinic, factories.booking("A-1", ahead=6 * DAY))
    factories.record(clinic, factories.booking("A-2", factories.person(322, "Amara Okafor"), ahead=9 * DAY))
    factories.record(
        clinic, factories.booking("A-3", factories.person(323, "Wen Li"), ahead=5 * DAY, service="Check-up")
    )
    assert (follow(), follow()) == (1, 0)
    token = visit_link(clinic)
    browser = pages.browser()
    shown = browser.get(f"/r/{token}").content.decode()
    assert "Please fill in before you come" in shown
    ((document_id,),) = sql("SELECT id FROM documents_document")
    address = f"/r/{token}/form/{document_id}"
    assert address in shown and "Do you smoke?" in browser.get(address).content.decode()
    assert browser.post(address, GOOD).status_code == 303
    assert sent_back(clinic, document_id)["q1"] == PILLS
    assert states(clinic) == ["filled"]


def test_link_of_a_visit_opens_no_form_of_another_or_behind_a_code(clinic: UUID) -> None:
    publish(clinic, needs_code=True)
    factories.record(clinic, factories.booking("A-1"))
    visit = factories.visit(clinic)
    guarded = send(clinic, visit.patient_id, visit_id=visit.id)
    token = visit_link(clinic)
    assert pages.browser().get(f"/r/{token}/form/{guarded}").status_code == 410
    assert "Please fill in" not in pages.browser().get(f"/r/{token}").content.decode()


def test_form_moves_with_its_visit_and_goes_with_it(clinic: UUID) -> None:
    publish(clinic, needs_code=False)
    factories.record(clinic, factories.booking("A-1", ahead=6 * DAY))
    visit = factories.visit(clinic)
    wish = FormWish("first_visit", visit.patient_id, visit.starts_at, visit.id)
    document_id = actions.send_form(clinic_id=clinic, wish=wish, by=OPERATOR)
    assert follow() == 0
    factories.record(clinic, factories.booking("A-1", ahead=8 * DAY))
    assert follow() == 1
    ((due_at,),) = sql("SELECT due_at FROM documents_document")
    assert due_at == factories.visit(clinic).starts_at
    factories.record(clinic, factories.booking("A-1", ahead=8 * DAY, status=BookingStatus.CANCELLED))
    assert (follow(), follow()) == (1, 0)
    assert states(clinic) == ["withdrawn"]
    with clinic_scope(clinic):
        assert queries.document(clinic, document_id, by=OPERATOR)[0].state == "revoked"


def test_form_that_stays_empty_is_reminded_of_and_becomes_a_task_two_days_before(clinic: UUID, patient: UUID) -> None:
    publish(clinic, needs_code=False)
    send(clinic, patient)
    token = papers.link(clinic)
    factories.advance(6 * DAY + timedelta(hours=1))
    papers.work()
    assert "is still empty" in wordings(clinic)[-1]
    factories.advance(2 * DAY)
    papers.work()
    assert sql("SELECT kind, done_at FROM tasks_task") == [("unopened", None)]
    pages.browser().post(f"/r/{token}/document/form", GOOD)
    ((done_at,),) = sql("SELECT done_at FROM tasks_task")
    assert done_at is not None


def test_form_is_refused_where_it_could_not_be_opened(clinic: UUID) -> None:
    publish(clinic)
    nobody = factories.make_patient(clinic, 330, birth_date=None)
    for wish, reason in (
        (FormWish("first_visit", nobody, business_time.now() + DAY), "no_birth_date"),
        (FormWish("first_visit", nobody, business_time.now() - DAY), "too_late"),
    ):
        with pytest.raises(CannotSend) as refused:
            actions.send_form(clinic_id=clinic, wish=wish, by=OPERATOR)
        assert refused.value.reason == reason


# ------------------------------------------------------------------------------------------------ staff


def test_form_is_written_in_two_languages_and_sent(clinic: UUID, patient: UUID) -> None:
    desk = staff.desk(clinic, MANAGER)
    there = desk.post("/documents/forms/new", {"name": "First visit"})["Location"]
    fields = {
        "language": "en",
        "name": "First visit",
        "title": "Before you come",
        "intro": "",
        "days_before": "7",
        "services": "",
    }
    fields |= {"text-q1": "Allergies?", "kind-q1": "yes_no", "required-q1": "yes", "hint-q1": "Food and medicines"}
    desk.post(there, {**fields, "do": "add"})
    refused = desk.post(there, {**fields, "text-q2": "", "kind-q2": "choice", "do": "publish"})
    assert refused.status_code == 422 and "Write the question in this language." in text(refused)
    more = {"text-q2": "Which?", "kind-q2": "choice", "choices-q2": "Nuts\nMilk"}
    assert desk.post(there, {**fields, **more, "do": "publish"}).status_code == 303
    page = desk.get(there)
    assert "Version 1 is sent" in text(page)
    desk.post(
        there,
        {
            **fields,
            **more,
            "language": "pl",
            "title": "Przed wizytą",
            "text-q1": "Alergie?",
            "text-q2": "Jakie?",
            "choices-q2": "Orzechy\nMleko",
            "do": "up:q2",
        },
    )
    with clinic_scope(clinic):
        draft = queries.form(clinic, "first_visit").draft
    assert draft is not None and [one.key for one in draft.fields] == ["q2", "q1"]
    assert draft.fields[0].says["pl"].choices == ("Orzechy", "Mleko")
    offered = text(desk.get(f"/documents/send?patient={patient}"))
    assert "Or a form to fill in" in offered
    sent = desk.post("/documents/forms/send", {"patient": str(patient), "form": "first_visit", "before": "days:14"})
    assert sent.status_code == 303 and "to fill in" in text(desk.get(sent["Location"]))
    assert "First visit" in text(desk.get("/documents/forms/"))
    assert staff.desk(clinic, RECEPTION).get(there).status_code == 403


# ------------------------------------------------------------------------------------------------ pure

TYPED = some.dictionaries(
    some.sampled_from([one.key for one in FORM.fields]),
    some.lists(
        some.text(max_size=60) | some.sampled_from(["1", "2", "3", "yes", "no", "2026-02-30", "2026-02-28"]), max_size=3
    ),
)


@given(TYPED)
@example({"q6": ["0 \x08"]})
@example({"q6": ["0 \x08 1"]})
def test_answers_that_are_kept_are_answers_again(typed: dict[str, Sequence[str]]) -> None:
    answers, faults = form_answers.check(FORM, typed)
    assert not answers.keys() & faults.keys()
    assert faults.keys() | answers.keys() >= {one.key for one in FORM.fields if one.is_required}
    again = {key: [one] if isinstance(one, str) else [str(number) for number in one] for key, one in answers.items()}
    assert form_answers.check(FORM, again)[0] == answers
    assert form_answers.from_json(form_answers.to_json("en", answers)) == ("en", answers)


def test_form_is_the_same_when_it_comes_back_from_json() -> None:
    assert form_writing.from_json("first_visit", 0, form_writing.to_json(FORM)) == FORM
    assert form_writing.faults(FORM) == []


def test_what_stays_empty_or_unopened_stands_on_today_until_it_is_done(clinic: UUID, patient: UUID) -> None:
    desk = staff.desk(clinic, RECEPTION)
    publish(clinic, needs_code=False)
    send(clinic, patient)
    token = papers.link(clinic)
    papers.send(clinic, patient)
    for _ in range(9):
        factories.advance(DAY)
        papers.work()
    today = text(desk.get("/"))
    assert "has not filled in a form" in today and "has not opened a document" in today
    pages.browser().post(f"/r/{token}/document/form", GOOD)
    today = text(desk.get("/"))
    assert "has not filled in a form" not in today and "has not opened a document" in today


def test_copy_of_a_persons_data_holds_what_they_sent_back(clinic: UUID, patient: UUID) -> None:
    publish(clinic, needs_code=False)
    send(clinic, patient)
    pages.browser().post(f"/r/{papers.link(clinic)}/document/form", GOOD)
    copied = staff.desk(clinic, PRIVACY_OFFICER).post(f"/patients/{patient}/export", {"why": "person"})
    with zipfile.ZipFile(io.BytesIO(copied.content)) as packed:
        told = json.loads(packed.read("patient-data.json"))["documents"][0]
        assert PILLS in packed.read("patient-data.html").decode()
    assert told["title"] == "Before your first visit"
    assert told["answers"][0]["answers"]["Which medicines do you take?"] == PILLS
