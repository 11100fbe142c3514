"""Dialogues as staff see, write, try and publish them."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import MANAGER, RECEPTION
from recado.dialogues import actions, catalogue, queries
from recado.dialogues.models import Run
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.foundation.works import WorkState
from tests import factories, pages, staff
from tests.factories import hear, make_patient, wordings

LIST = "/answers/dialogues/"
REPEAT = f"{LIST}own/repeat"


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def desk(clinic: UUID) -> Client:
    return staff.desk(clinic, MANAGER)


def take(desk: Client, key: str = "repeat", *, live: bool = False) -> str:
    there = str(desk.post(f"{LIST}new", {"ready": key})["Location"])
    if live:
        desk.post(f"{there}/publish")
    return there


def shown(desk: Client, address: str) -> str:
    html = desk.get(address).content.decode()
    assert pages.Reading(html).faults == []
    return html


def test_a_ready_dialogue_is_taken_looked_at_and_published(desk: Client, clinic: UUID) -> None:
    assert "Ready to take" in shown(desk, LIST)
    there = take(desk)
    page = shown(desk, there)
    assert "Same medicines as last time?" in page and "Publish version 1" in page
    assert "Reply 1 yes, 2 only some, 3 I have a question." in page
    desk.post(f"{there}/publish")
    assert "Live, version 1" in shown(desk, there)
    make_patient(clinic)
    hear(clinic, "repeat please")
    hear(clinic, "hm")
    hear(clinic, "1")
    assert "0% understood" in shown(desk, there)
    assert "1: 100%" in shown(desk, there)


def test_every_step_has_its_form_and_its_words_by_language(desk: Client) -> None:
    for key in ("repeat", "details", "book", "directions", "hours"):
        there = take(desk, key)
        content = catalogue.PRODUCT[key].dialogue
        for step in ("start", *(step.key for step in content.steps)):
            for language in ("en", "pl"):
                assert "panel-h" in shown(desk, f"{there}?step={step}&language={language}")


def test_a_choice_is_given_words_and_led_elsewhere(desk: Client, clinic: UUID) -> None:
    there = take(desk)
    fields = {
        "language": "en",
        "name": "Same as last time?",
        "text": "The same again?",
        "label-0": "yes",
        "words-0": "aye, same again",
        "then-0": "end",
        "label-1": "no",
        "words-1": "",
        "then-1": "person",
        "do": "save",
    }
    desk.post(f"{there}/steps/same", fields)
    with clinic_scope(clinic):
        step = queries.dialogue(clinic, "repeat").draft.step("same")
    assert step.says["en"].words == (("aye", "same again"), ())
    assert step.then == ("end", "person")
    assert step.says["fr"].choices[0] == "oui"
    page = shown(desk, there)
    assert "to put right" in page and "Give as many choices in this language" in page
    assert desk.post(f"{there}/publish").status_code == 303
    with clinic_scope(clinic):
        assert queries.dialogue(clinic, "repeat").state is WorkState.DRAFT


def test_text_is_weighed_as_it_is_written_and_words_that_frighten_keep_it_a_draft(desk: Client, clinic: UUID) -> None:
    there = take(desk)
    page = shown(desk, f"{there}?step=which")
    assert "Reads well?" in page and "letters, 1 part" in page and "Does not frighten" in page
    desk.post(f"{there}/steps/which", {"language": "en", "text": "[[{name}, ]]THIS is your final warning!!"})
    page = shown(desk, f"{there}?step=which")
    assert "threatens. Frightened people stay away" in page and "read as shouting" in page
    assert '<span class="var">first name</span>, THIS' in page, "a place is shown by what it stands for"
    assert "A word in it frightens" in page and "1 thing to put right" in page
    desk.post(f"{there}/publish")
    with clinic_scope(clinic):
        assert queries.dialogue(clinic, "repeat").state is WorkState.DRAFT


def test_ready_dialogues_have_no_unfit_word_in_any_language() -> None:
    assert [fault for one in catalogue.READY for fault in queries.faults_of(one.dialogue)] == []


def test_what_leads_back_is_no_choice(desk: Client, clinic: UUID) -> None:
    there = take(desk)
    desk.post(
        f"{there}/steps/how",
        {"language": "en", "text": "How?", "label-0": "a way", "then-0": "same", "label-1": "other", "then-1": "gone"},
    )
    with clinic_scope(clinic):
        assert queries.dialogue(clinic, "repeat").draft.step("how").then == ()


def test_steps_are_added_moved_and_removed(desk: Client, clinic: UUID) -> None:
    there = take(desk)
    added = str(desk.post(f"{there}/steps", {"kind": "branch", "behind": "which", "language": "en"})["Location"])
    assert "step=branch_1" in added
    desk.post(
        f"{there}/steps/branch_1", {"case-0": "same=2", "then-0": "end", "case-1": "known=no", "then-1": "person"}
    )
    desk.post(f"{there}/steps/branch_1", {"do": "down"})
    desk.post(f"{there}/steps/how", {"do": "remove"})
    with clinic_scope(clinic):
        draft = queries.dialogue(clinic, "repeat").draft
    assert [step.key for step in draft.steps] == ["same", "which", "branch_1", "end"]
    assert draft.step("same").then == ("", "", "person")
    assert [(case.fact, case.value, case.then) for case in draft.step("branch_1").cases] == [
        ("same", "2", "end"),
        ("known", "no", "person"),
    ]
    assert "Same medicines as last time?: 2" in shown(desk, f"{there}?step=branch_1")


def test_what_begins_it_is_written_by_language(desk: Client, clinic: UUID) -> None:
    there = take(desk)
    desk.post(
        f"{there}/start",
        {
            "language": "fr",
            "name": "Repeats",
            "words": "mes pilules\nmes gouttes",
            "meanings": ["refill_request", "nonsense"],
            "wait": "8",
            "silence": "end",
        },
    )
    with clinic_scope(clinic):
        draft = queries.dialogue(clinic, "repeat").draft
    assert draft.words["fr"] == ("mes pilules", "mes gouttes") and draft.words["en"]
    assert (draft.name, draft.meanings, draft.wait_hours, draft.silence) == ("Repeats", ("refill_request",), 8, "end")


def test_two_who_write_are_told(desk: Client, clinic: UUID) -> None:
    there = take(desk)
    stale = {"seen": "2026-01-01T00:00:00+00:00", "do": "remove"}
    told = desk.post(f"{there}/steps/which", stale, follow=True).content.decode()
    assert "Somebody has changed this dialogue since" in told
    with clinic_scope(clinic):
        assert len(queries.dialogue(clinic, "repeat").draft.steps) == 4


def test_the_phone_answers_as_the_dialogue_would_and_keeps_nothing(desk: Client, clinic: UUID) -> None:
    there = take(desk)
    tried = desk.post(f"{there}/try", {"language": "en", "said": ["dunno", "1", "2"]}).content.decode()
    assert pages.Reading(tried).faults == []
    assert "sorry, that was not clear" in tried and "Came to its end" in tried and "A task to prepare it again" in tried
    anew = desk.post(f"{there}/try", {"language": "en", "said": ["dunno"], "do": "anew"}).content.decode()
    assert "sorry, that was not clear" not in anew
    with clinic_scope(clinic):
        assert not Run.objects.exists()
    assert wordings(clinic) == []


def test_a_dialogue_is_paused_put_back_and_its_draft_given_up(desk: Client, clinic: UUID) -> None:
    there = take(desk, live=True)
    desk.post(f"{there}/pace", {"do": "pause"})
    assert "Paused" in shown(desk, LIST)
    desk.post(f"{there}/pace", {"do": "resume"})
    desk.post(f"{there}/steps/which", {"do": "remove"})
    assert "Unpublished changes" in shown(desk, there)
    desk.post(f"{there}/discard")
    assert "Unpublished changes" not in shown(desk, there)


def test_own_one_begins_with_a_question_to_write(desk: Client) -> None:
    there = str(desk.post(f"{LIST}new", {"name": "Travel vaccines"})["Location"])
    assert "Write what it says in this language." in shown(desk, there)
    assert "Give the dialogue a name." in desk.post(f"{LIST}new", {}, follow=True).content.decode()


def test_what_was_said_stands_behind_its_task(desk: Client, clinic: UUID) -> None:
    make_patient(clinic)
    take(desk, "details", live=True)
    for text in ("I have moved, new address", "yes", "no", "14 Mill Lane"):
        hear(clinic, text)
    with clinic_scope(clinic):
        run = Run.objects.get()
    page = shown(desk, f"{LIST}said/{run.id}")
    assert "14 Mill Lane" in page and "Eleanor Whitcombe" in page and "Came to its end" in page
    today = desk.get("/").content.decode()
    assert "answered questions by text" in today and f"{LIST}said/{run.id}" in today


def test_reception_reads_and_changes_nothing(desk: Client, clinic: UUID) -> None:
    take(desk, live=True)
    reader = staff.desk(clinic, RECEPTION)
    page = shown(reader, f"{REPEAT}?step=same")
    assert "Keep in the draft" not in page and "Also understood" in page
    assert reader.post(f"{REPEAT}/steps/same", {"do": "remove"}).status_code == 403
    assert "Take it" not in shown(reader, LIST)


def test_a_dialogue_whose_draft_names_a_gone_language_is_shown(desk: Client, clinic: UUID) -> None:
    with clinic_scope(clinic):
        actions.begin(clinic_id=clinic, dialogue=replace(catalogue.HOURS, key="bare", words={}, steps=()), by=OPERATOR)
    assert "There is no step yet" in shown(desk, f"{LIST}own/bare")
