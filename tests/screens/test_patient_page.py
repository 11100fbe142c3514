"""The page of one patient: what it shows to whom, and what staff note on it."""

import io
import json
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from recado.appointments.models import Appointment
from recado.clinics.roles import CLINICIAN, MANAGER, PRIVACY_OFFICER, RECEPTION
from recado.consent import actions as consent
from recado.consent.types import PurposeGroup, Relation
from recado.contacts import actions as contact_actions
from recado.contacts import queries as contacts
from recado.conversations import freezing
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.tasks import queries as tasks
from tests import factories, pages, staff
from tests.counting import statements
from tests.factories import booking, intent, person, phone, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def patient(clinic: UUID) -> UUID:
    return factories.make_patient(clinic)


@pytest.fixture
def desk(clinic: UUID) -> Client:
    return staff.desk(clinic, RECEPTION)


def text(client: Client, patient: UUID, path: str = "", **query: str) -> str:
    response = client.get(f"/patients/{patient}/{path}", query)
    assert response.status_code == 200
    page = response.content.decode()
    assert pages.Reading(page).faults == []
    return page


def actions_on(patient: UUID) -> list[str]:
    return [
        row[0] for row in sql("SELECT action FROM foundation_auditevent WHERE patient_id = %s ORDER BY id", (patient,))
    ]


def write_to(clinic: UUID, patient: UUID, words: str = "Your visit is on Thursday.") -> None:
    factories.send(clinic, intent(text=words, patient_id=patient))


# ------------------------------------------------------------------------------------------------ what it shows


def test_page_says_who_and_how_to_reach(clinic: UUID, desk: Client) -> None:
    factories.record(clinic, booking())
    ((patient,),) = sql("SELECT id FROM contacts_patient")
    page = text(desk, patient)
    for words in (
        "Eleanor Whitcombe",
        "Born 14 Mar 1948",
        "R-321",
        "07700 900321",
        "English",
        "Visit booked",
        "Nurse Silva",
    ):
        assert words in page
    assert "<title>Patient ·" in page


def test_opening_is_audited_and_a_live_refresh_is_not(desk: Client, patient: UUID) -> None:
    desk.get(f"/patients/{patient}/")
    desk.get(f"/patients/{patient}/", headers={"X-Live": "true"})
    assert actions_on(patient) == ["patient.open"]


def test_texts_both_ways_stand_in_the_story(clinic: UUID, desk: Client, patient: UUID) -> None:
    write_to(clinic, patient)
    factories.hear(clinic, "May I bring <b>my</b> dog?")
    page = text(desk, patient)
    assert "Your visit is on Thursday." in page and "May I bring &lt;b&gt;my&lt;/b&gt; dog?" in page


def test_who_sees_no_messages_sees_that_there_were_some(clinic: UUID, patient: UUID) -> None:
    write_to(clinic, patient)
    factories.hear(clinic, "May I bring my dog?")
    page = text(staff.desk(clinic, PRIVACY_OFFICER), patient)
    assert "Text about care" in page and "A text from the patient" in page
    assert "Thursday" not in page and "dog" not in page


def test_texts_about_another_at_the_same_phone_are_not_hers(clinic: UUID, desk: Client, patient: UUID) -> None:
    child = factories.make_patient(clinic, 321, name="Isla Whitcombe", record_number="R-9")
    write_to(clinic, child, "Isla has a visit.")
    assert "Isla has a visit." not in text(desk, patient)
    assert "Isla has a visit." in text(desk, child)
    assert "Isla Whitcombe" in text(desk, patient)  # people at the same number


def test_filters_narrow_the_story(clinic: UUID, desk: Client) -> None:
    factories.record(clinic, booking())
    ((patient,),) = sql("SELECT id FROM contacts_patient")
    write_to(clinic, patient)
    factories.stop(clinic)
    shown = {show: text(desk, patient, show=show) for show in ("visits", "messages", "consent")}
    marks = {"visits": "Visit booked", "messages": "Text about care", "consent": "Said no to"}
    for show, page in shown.items():
        assert [mark for mark in marks if marks[mark] in page] == [show]


def test_older_entries_come_page_by_page_each_once(clinic: UUID, desk: Client, patient: UUID) -> None:
    wanted = [f"Text number {n:03}." for n in range(45)]
    for words in wanted:
        write_to(clinic, patient, words)
    seen, before = [], ""
    while True:
        page = text(desk, patient, show="messages", **({"before": before} if before else {}))
        seen += [words for words in wanted if words in page]
        if "before=" not in page:
            break
        before = page.split("before=")[1].split('"')[0].replace("%3A", ":").replace("%2B", "+")
    assert sorted(seen) == wanted


def test_strange_cursors_and_filters_show_the_newest(desk: Client, patient: UUID) -> None:
    for query in (
        {"before": "x"},
        {"before": "2026-01-01T00:00:00_no"},
        {"before": "2026-01-01_"},
        {"show": "nonsense"},
    ):
        assert "Eleanor Whitcombe" in text(desk, patient, **query)


def test_statements_do_not_grow_with_the_story(clinic: UUID, desk: Client, patient: UUID) -> None:
    counts = []
    for most in (2, 30):
        for _ in range(most):
            write_to(clinic, patient)
        factories.record(clinic, *(booking(f"A{n}", ahead=timedelta(days=n + 1)) for n in range(most)))
        counts.append(statements(lambda: text(desk, patient)))
    assert counts[0] == counts[1]


def test_patient_without_phone_or_birth_date(clinic: UUID, desk: Client) -> None:
    patient = factories.make_patient(clinic, name="محمد عبد الله", phone=None, birth_date=None)
    assert "No phone on record" in text(desk, patient)


def test_another_clinic_knows_nobody(clinic: UUID, patient: UUID) -> None:
    stranger = staff.desk(factories.make_clinic("elsewhere").id, MANAGER)
    paths = ("", "edit", "consent")
    assert [stranger.get(f"/patients/{patient}/{path}").status_code for path in paths] == [404, 404, 404]
    posts = {"permit": {"group": "news", "how": "desk"}, "stop": {"how": "desk"}, "start": {"how": "desk"}}
    assert [stranger.post(f"/patients/{patient}/{path}", data).status_code for path, data in posts.items()] == [404] * 3


# ------------------------------------------------------------------------------------------------ phone and language


def edit(desk: Client, patient: UUID, **posted: str) -> tuple[int, str]:
    response = desk.post(f"/patients/{patient}/edit", {"language": "en", "phone": "07700 900321"} | posted)
    page = response.content.decode()
    if response.status_code == 422:
        assert pages.Reading(page).faults == []
    return response.status_code, page


def sure_of(page: str) -> str:
    return page.split('name="sure" value="')[1].split('"')[0]


def current(clinic: UUID, patient: UUID) -> tuple[object, str]:
    with clinic_scope(clinic):
        view = contacts.patient(clinic, patient)
    assert view
    return view.phone, view.language


def test_form_shows_what_is_kept_and_whose_it_is(desk: Client, patient: UUID) -> None:
    page = text(desk, patient, "edit")
    assert "07700 900321" in page and "come from another system" in page


def test_language_is_changed(clinic: UUID, desk: Client, patient: UUID) -> None:
    assert edit(desk, patient, language="pl")[0] == 303
    assert current(clinic, patient) == (phone(321), "pl")
    assert "Language changed" in text(desk, patient)
    ((detail,),) = sql("SELECT detail FROM foundation_auditevent WHERE action = 'patient.change'")
    assert detail == {"changed": ["language"]}


def test_number_that_cannot_be_is_said_and_kept_as_typed(clinic: UUID, desk: Client, patient: UUID) -> None:
    status, page = edit(desk, patient, phone="0770 12")
    assert status == 422 and "Too short" in page and 'value="0770 12"' in page and 'aria-invalid="true"' in page
    assert current(clinic, patient) == (phone(321), "en")


def test_shared_or_reserved_number_is_asked_about_once(clinic: UUID, desk: Client, patient: UUID) -> None:
    factories.make_patient(clinic, 322, name="Camille Rousseau")
    status, page = edit(desk, patient, phone="07700 900322")
    assert status == 422 and "Camille Rousseau" in page and "reserved for films" in page
    assert edit(desk, patient, phone="07700 900322", sure=sure_of(page))[0] == 303
    assert current(clinic, patient)[0] == phone(322)
    assert "Phone replaced" in text(desk, patient)


def test_yes_to_one_number_is_no_yes_to_another(clinic: UUID, desk: Client, patient: UUID) -> None:
    sure = sure_of(edit(desk, patient, phone="07700 900323")[1])
    assert edit(desk, patient, phone="07700 900324", sure=sure)[0] == 422


def test_taking_the_phone_away_is_asked_about(clinic: UUID, desk: Client, patient: UUID) -> None:
    status, page = edit(desk, patient, phone="")
    assert status == 422
    assert edit(desk, patient, phone="", sure=sure_of(page))[0] == 303
    assert current(clinic, patient)[0] is None


def open_tasks(clinic: UUID, patient: UUID) -> list[str]:
    with clinic_scope(clinic):
        return [str(one.kind) for one in tasks.tasks_of(clinic, patient) if one.done_at is None]


def freeze(clinic: UUID, patient: UUID, last: int) -> None:
    with clinic_scope(clinic):
        freezing.freeze(clinic, patient, messaging.phone_index(clinic, phone(last)), OPERATOR)


def replace_phone(desk: Client, patient: UUID, last: int) -> None:
    typed = f"07700 900{last}"
    assert edit(desk, patient, phone=typed, sure=sure_of(edit(desk, patient, phone=typed)[1]))[0] == 303


def test_new_number_ends_the_task_that_asked_for_it_and_no_other(clinic: UUID, desk: Client, patient: UUID) -> None:
    with clinic_scope(clinic):
        consent.entrust(
            clinic_id=clinic,
            patient_id=patient,
            name="Rose Whitcombe",
            phone=phone(325),
            language="en",
            relation=Relation.CHILD,
            groups=[PurposeGroup.CARE],
            until=None,
            how="desk",
            by=OPERATOR,
        )
    freeze(clinic, patient, 325)
    replace_phone(desk, patient, 323)
    assert open_tasks(clinic, patient) == ["wrong_number"], "whoever is told in their place is still not reached"
    freeze(clinic, patient, 323)
    replace_phone(desk, patient, 324)
    assert open_tasks(clinic, patient) == ["wrong_number"], "that of their own number is done"
    freeze(clinic, patient, 324)
    replace_phone(desk, patient, 323)
    assert len(open_tasks(clinic, patient)) == 2, "323 is frozen too"


def test_source_that_goes_on_telling_the_old_number_is_not_believed(clinic: UUID, desk: Client, patient: UUID) -> None:
    edit(desk, patient, phone="07700 900323", sure=sure_of(edit(desk, patient, phone="07700 900323")[1]))
    factories.make_patient(clinic)
    assert current(clinic, patient)[0] == phone(323)
    factories.make_patient(clinic, phone=phone(324))  # something new from the source counts
    assert current(clinic, patient)[0] == phone(324)


# ------------------------------------------------------------------------------------------------ permission


def do(desk: Client, patient: UUID, what: str, **posted: str | list[str]) -> int:
    return desk.post(f"/patients/{patient}/{what}", posted).status_code


def test_permission_at_the_desk_is_noted_with_proof(desk: Client, patient: UUID) -> None:
    assert do(desk, patient, "permit", group=["survey", "news"], how="desk") == 303
    page = text(desk, patient, "consent")
    assert "Said yes to: Surveys and News and campaigns" in page and "At the desk" in page and "Marta Kowal" in page
    assert "consent.permitted" in actions_on(patient)


def test_how_much_a_text_may_say_is_noted_with_proof(desk: Client, patient: UUID) -> None:
    assert do(desk, patient, "privacy", level="neutral", how="call") == 303
    page = text(desk, patient, "consent")
    assert "Wants texts that tell neither place nor time" in page and "In a call" in page
    assert "consent.privacy" in actions_on(patient)
    assert do(desk, patient, "privacy", level="", how="call") == 422


def test_clinical_words_are_agreed_to_when_their_text_was_read_out(desk: Client, patient: UUID) -> None:
    assert "Text messages are not encrypted" in text(desk, patient, "consent")
    assert do(desk, patient, "privacy", level="clinical", how="call") == 303
    page = text(desk, patient, "consent")
    assert "Agreed to texts that tell what the visit or the medicine is" in page
    assert "The text that was shown, version clinical-1/en" in page


def test_clinical_words_are_not_offered_when_others_share_the_phone(clinic: UUID, desk: Client, patient: UUID) -> None:
    factories.make_patient(clinic, record_number="R-9", name="Tom Whitcombe")
    assert "not encrypted" not in text(desk, patient, "consent")
    assert do(desk, patient, "privacy", level="clinical", how="call") == 422


def test_form_ticks_what_counts_when_clinical_words_were_agreed_to_for_an_earlier_number(
    clinic: UUID, desk: Client, patient: UUID
) -> None:
    do(desk, patient, "privacy", level="clinical", how="call")
    assert 'value="clinical" required checked' in text(desk, patient, "consent")
    phone_changes(clinic, patient)
    page = text(desk, patient, "consent")
    assert "were agreed to for an earlier number" in page and "Read out first" in page
    assert 'value="place_and_time" required checked' in page and 'value="clinical" required checked' not in page
    assert '<span class="tag">Place and time</span>' in text(desk, patient)
    ticked = {"level": "place_and_time", "how": "call", "agreed_for": agreed_for(page)}
    assert do(desk, patient, "privacy", **ticked) == 303
    assert sql("SELECT level, phone_bi FROM consent_privacychoice") == [(2, None)]


def test_nothing_is_agreed_to_for_a_number_that_came_after_the_form_was_shown(
    clinic: UUID, desk: Client, patient: UUID
) -> None:
    shown = agreed_for(text(desk, patient, "consent"))
    phone_changes(clinic, patient)
    assert do(desk, patient, "privacy", level="clinical", how="call", agreed_for=shown) == 409
    assert sql("SELECT level FROM consent_privacychoice") == []


def agreed_for(page: str) -> str:
    return page.split('name="agreed_for" value="')[1].split('"')[0]


def phone_changes(clinic: UUID, patient: UUID) -> None:
    with clinic_scope(clinic):
        contact_actions.change_details(
            clinic_id=clinic, patient_id=patient, language="en", phone=phone(322), by=OPERATOR
        )


def test_permission_for_nothing_is_refused(desk: Client, patient: UUID) -> None:
    assert [do(desk, patient, "permit", how="desk"), do(desk, patient, "permit", group="news", how="x")] == [422, 422]


def test_stop_silences_the_number_and_start_lets_texts_go_again(clinic: UUID, desk: Client, patient: UUID) -> None:
    assert do(desk, patient, "stop", how="call") == 303
    (refused,) = factories.send(clinic, intent(patient_id=patient))
    assert (refused.verdict, refused.rule) == ("never", "withdrawn")
    assert "Start again" in text(desk, patient) and "In a call" in text(desk, patient, "consent")
    assert do(desk, patient, "start", how="letter") == 303
    (allowed,) = factories.send(clinic, intent(patient_id=patient))
    assert allowed.verdict == "allow"


def test_stop_warns_that_others_hear_nothing_either(clinic: UUID, desk: Client, patient: UUID) -> None:
    factories.make_patient(clinic, 321, name="Isla Whitcombe", record_number="R-9")
    assert "hear nothing either" in text(desk, patient)


def test_how_it_was_said_must_be_chosen(desk: Client, patient: UUID) -> None:
    assert [do(desk, patient, what) for what in ("stop", "start")] == [422, 422]


def test_wrong_number_is_cleared_only_after_a_check(clinic: UUID, desk: Client, patient: UUID) -> None:
    bi = messaging.phone_index(clinic, phone(321))
    with clinic_scope(clinic):
        consent.report_wrong_number(clinic_id=clinic, patient_id=patient, phone_bi=bi, how="link", by=OPERATOR)
    assert "Wrong number" in text(desk, patient)
    assert do(desk, patient, "right-number") == 422
    assert do(desk, patient, "right-number", checked="yes") == 303
    assert "Wrong number" not in text(desk, patient)
    assert "The number was checked and is right" in text(desk, patient, "consent")


def test_number_that_is_reported_again_after_a_check_is_a_task_again(clinic: UUID, desk: Client, patient: UUID) -> None:
    bi = messaging.phone_index(clinic, phone(321))
    open_ones = []
    for _ in range(2):
        with clinic_scope(clinic):
            freezing.freeze(clinic, patient, bi, OPERATOR)
            open_ones.append(len(tasks.open_tasks(clinic)))
        do(desk, patient, "right-number", checked="yes")
        with clinic_scope(clinic):
            open_ones.append(len(tasks.open_tasks(clinic)))
    assert open_ones == [1, 0, 1, 0]


def test_clinician_sees_but_changes_nothing(clinic: UUID, patient: UUID) -> None:
    client = staff.desk(clinic, CLINICIAN)
    assert "Stop all messages" not in text(client, patient)
    assert [do(client, patient, what) for what in ("permit", "privacy", "stop", "start", "right-number", "edit")] == [
        403
    ] * 6


# ------------------------------------------------------------------------------------------------ coming visits


@pytest.fixture
def visit(clinic: UUID) -> Appointment:
    factories.record(clinic, booking())
    return factories.visit(clinic)


def state(clinic: UUID) -> str:
    return factories.visit(clinic).state


def test_visits_are_changed_as_at_the_desk_and_lead_back(clinic: UUID, desk: Client, visit: Appointment) -> None:
    """One set of acts for every page: they ask why a visit is off, and say when the patient had been told already."""
    here, acts = f"/patients/{visit.patient_id}/", f"/appointments/visits/{visit.id}"
    page = text(desk, visit.patient_id)
    assert f'action="{acts}/confirm"' in page and f'value="{here}"' in page and f"{acts}/cancel?back=" in page
    answer = desk.post(f"{acts}/confirm", {"back": here})
    assert (answer.status_code, answer["Location"]) == (303, here)
    assert state(clinic) == "confirmed"
    page = text(desk, visit.patient_id)
    assert f"{acts}/back?back=" in page and "Visit confirmed" in page
    desk.post(f"{acts}/cancel", {"reason": "clinician", "tell": "text", "back": here})
    assert "Coming visits" not in text(desk, visit.patient_id)


def test_who_may_not_change_visits_sees_no_button(clinic: UUID, visit: Appointment) -> None:
    client = staff.desk(clinic, CLINICIAN)
    assert "Cancel the visit of" not in text(client, visit.patient_id)


# ------------------------------------------------------------------------------------------------ a copy of it all


def test_copy_holds_everything_and_is_audited(clinic: UUID, desk: Client) -> None:
    factories.record(clinic, booking())
    ((patient,),) = sql("SELECT id FROM contacts_patient")
    write_to(clinic, patient)
    factories.hear(clinic, "May I bring my dog?")
    do(desk, patient, "permit", group="news", how="desk")
    officer = staff.desk(clinic, PRIVACY_OFFICER)
    text(officer, patient, "export")
    response = officer.post(f"/patients/{patient}/export", {"why": "person", "reference": "DSR-7"})
    assert "attachment" in response["Content-Disposition"] and "Whitcombe" not in response["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        held = json.loads(archive.read("patient-data.json"))
        page = archive.read("patient-data.html").decode()
    assert held["person"]["name"] == "Eleanor Whitcombe" and held["phones"][0]["number"] == "+447700900321"
    assert {"Your visit is on Thursday.", "May I bring my dog?"} <= {line["text"] for line in held["messages"]}
    assert held["visits"][0]["story"][0]["what"] == "booked"
    assert held["permissions"]["now"]["news"] == "permitted"
    assert "patient.open" not in held["audit"] and held["audit"]
    assert "Marta" not in json.dumps(held)
    assert pages.Reading(page).faults == []
    assert ("person: DSR-7",) in sql("SELECT reason FROM foundation_auditevent WHERE action = 'patient.export'")


def test_copy_needs_a_reason_and_the_right_role(clinic: UUID, desk: Client, patient: UUID) -> None:
    assert do(desk, patient, "export", why="person") == 403
    assert do(staff.desk(clinic, PRIVACY_OFFICER), patient, "export", why="curiosity") == 422
    assert sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'patient.export'") == [(0,)]


def test_person_who_was_imported_twice_is_shown_once(clinic: UUID, desk: Client) -> None:
    for name in ("A-1", "A-2"):
        factories.record(clinic, booking(name, person()))
    assert desk.get("/patients/").content.decode().count("data-row") == 1
