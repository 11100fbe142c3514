"""The list of texts and the editor of one: what is shown, kept, refused, published and taken back."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics import actions as clinics
from recado.clinics.roles import AUDITOR, MANAGER, RECEPTION
from recado.consent.types import Privacy
from recado.contacts import queries as contacts
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.information import queries as information
from recado.messaging import clinic_texts
from recado.messaging.queries import templates
from recado.surveys import letters
from recado.web.wordings import reading, words
from recado.web.wordings.acts import key_of
from tests import factories, pages, staff
from tests.counting import statements
from tests.screens.test_journeys_page import work

pytestmark = pytest.mark.usefixtures("database")
LIST, REMINDER = "/templates/", "/templates/visit_question"
WORDS = "{clinic}: [[{name}, ]]we see you {when}. Reply 1 to confirm, 2 to change, 3 to cancel."


@pytest.fixture
def clinic() -> UUID:
    clinic_texts.forget()
    made = factories.make_furnished().id
    clinics.change_settings(clinic_id=made, languages=("en", "fr", "pl"), by=OPERATOR)
    return made


@pytest.fixture
def manager(clinic: UUID) -> Client:
    return staff.desk(clinic, MANAGER)


def read(client: Client, path: str = LIST) -> str:
    page: str = client.get(path).content.decode()
    assert pages.Reading(page).faults == []
    return page


def post(client: Client, path: str = f"{REMINDER}/save", **given: Any) -> Any:
    usual = {"language": "en", "level": "place_and_time", "text": WORDS, "revision": "0"}
    answer = client.post(path, {**usual, **given})
    if answer.status_code != 303:
        assert pages.Reading(answer.content.decode()).faults == []
    return answer


def view(clinic: UUID, key: str = "visit_question") -> Any:
    with clinic_scope(clinic):
        return templates.text_of(clinic, key)


def test_list_shows_every_text_with_its_languages_parts_and_where_it_is_used(manager: Client) -> None:
    page = read(manager)
    row = next(one for one in page.split("<tr data-row>") if ">Reminder with a question<" in one)
    said = " ".join(re.sub(r"<[^>]+>", " ", row.partition("</tr>")[0]).split())
    assert "All 9" in said and "Place and time" in said and "Appointment" in said and "As it came" in said
    assert "you have an appointment on {when}" in said
    assert "Ready to collect" in page and "Ready to collect" not in read(manager, f"{LIST}?about=visits")


def test_list_comes_in_pages_of_fifty_which_keep_what_is_asked_for(clinic: UUID, manager: Client) -> None:
    first, second = read(manager), read(manager, f"{LIST}?page=2")
    assert first.count("<tr data-row>") == 50 and 'rel="prev"' not in first
    assert "51 to 100 of" in second and not set(re.findall("/templates/[a-z_]+", first.partition("<table")[2])) & set(
        re.findall("/templates/[a-z_]+", second.partition("<table")[2])
    )
    care = read(manager, f"{LIST}?about=care")
    assert 'rel="next"' not in care, "care has fewer than fifty"
    post(manager, language="pl", text="", level="place_and_time", revision=0)
    assert "1 to 50 of" in read(manager) and 'rel="next"' not in read(manager, f"{LIST}?show=missing")


def test_every_text_of_the_product_has_a_name_of_its_own(clinic: UUID) -> None:
    with clinic_scope(clinic):
        held = reading.all_of(clinic)
    assert {one.key for one in held} <= words.NAMES.keys()
    assert len({str(name) for name in words.NAMES.values()}) == len(words.NAMES)


def test_every_placeholder_has_a_name_in_the_readers_language(clinic: UUID) -> None:
    with clinic_scope(clinic):
        values = {name for room in reading.PRODUCT_ROOMS for name in templates.room_of(clinic, room).values}
        pages_of_the_clinic = information.titles(clinic, "en").keys()
    assert values - pages_of_the_clinic - words.PLACEHOLDERS.keys() == set()


def test_languages_that_lack_are_told_when_the_clinic_offers_them(clinic: UUID, manager: Client) -> None:
    assert "lacks a language" not in read(manager)
    for revision, level in enumerate(("clinical", "place_and_time", "neutral")):
        post(manager, language="pl", text="", level=level, revision=revision)
    page = read(manager)
    assert "1 template lacks a language" in page
    assert "PL" in read(manager, f"{LIST}?show=missing") and "Booking" not in read(manager, f"{LIST}?show=missing")


def test_statements_do_not_grow_with_the_clinics_own_texts(clinic: UUID, manager: Client) -> None:
    def count(*keys: str) -> int:
        for key in keys:
            post(manager, f"/templates/{key}/save", level="neutral", text="{clinic}: hello")
        return statements(lambda: read(manager))

    first, then = count("visit_question"), count("visit_moved", "recall", "delay")
    assert then <= first + 2 < 45


def test_editor_shows_the_words_what_to_look_at_and_the_phone(manager: Client) -> None:
    page = read(manager, f"{REMINDER}?language=pl&level=place_and_time")
    assert "Odpisz 1 potwierdzam" in page and "English, to compare:" in page
    assert "Harbour Street Clinic: Eleanor, wizyta" in page, "the example on the phone"
    assert "ł ę" in page and "Use the other spelling" in page
    assert "Says who we are in the first five words" in page and "4 steps" in page


def test_draft_is_kept_and_shown_when_it_is_saved(clinic: UUID, manager: Client) -> None:
    answer = post(manager)
    assert answer.status_code == 303 and answer["Location"] == f"{REMINDER}?language=en&level=place_and_time"
    kept = view(clinic)
    assert kept.draft[Privacy.PLACE_AND_TIME]["en"] == WORDS and kept.version is None
    assert kept.draft[Privacy.PLACE_AND_TIME]["fr"].startswith("{clinic} : [[{name}, ]]vous avez")
    page = read(manager, REMINDER)
    assert "Draft" in page and "Give up the draft" in page and WORDS in page


def test_going_to_another_language_keeps_what_was_typed_and_looking_keeps_nothing(
    clinic: UUID, manager: Client
) -> None:
    assert post(manager, f"{REMINDER}/look", text="{clinic}: URGENT").status_code == 200
    assert view(clinic) is None
    assert post(manager, go="fr")["Location"].endswith("language=fr&level=place_and_time")
    assert view(clinic).draft[Privacy.PLACE_AND_TIME]["en"] == WORDS
    french = view(clinic).draft[Privacy.PLACE_AND_TIME]["fr"]
    assert post(manager, language="fr", text=french, go="neutral")["Location"].endswith("language=fr&level=neutral")
    assert view(clinic).revision == 1, "nothing was different"


def test_lengths_by_language_follow_what_is_typed_and_a_journey_that_says_it_is_a_step_away(manager: Client) -> None:
    def row(page: str) -> str:
        return page.partition("English</th>")[2].partition("</tr>")[0]

    kept = read(manager, REMINDER)
    looked = post(manager, f"{REMINDER}/look", text="{clinic}: " + "see you {when}. " * 20).content.decode()
    assert 'id="look-rows"' in kept and ">1</td>" in row(kept) and ">4</td>" in row(looked)
    assert '<a class="anywhere" href="/journeys/own/appointment">' in kept


def test_look_tells_what_blocks_while_it_is_typed(manager: Client) -> None:
    page = post(manager, f"{REMINDER}/look", text="Your oncology visit {nam}").content.decode()
    assert "{nam} is unknown" in page and "Must be put right" in page
    page = post(manager, f"{REMINDER}/look", text="Your oncology visit {when}").content.decode()
    assert "“oncology” tells something about health" in page and "does not begin with who writes" in page


def test_publish_is_refused_with_its_reasons_and_kept_as_a_draft(clinic: UUID, manager: Client) -> None:
    answer = post(manager, do="publish", text="Your oncology visit {when}")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "not published" in page and "English, Place and time: “oncology” tells" in page
    assert view(clinic).version is None and view(clinic).draft
    again = manager.get(f"{REMINDER}/save")
    assert (again.status_code, again["Location"]) == (303, REMINDER), "the address at which that stands can be opened"


def test_published_words_are_live_and_compared_with_what_was_before(clinic: UUID, manager: Client) -> None:
    assert post(manager, do="publish").status_code == 303
    assert view(clinic).version == 1 and view(clinic).draft is None
    page = read(manager, f"{REMINDER}?compare=product")
    assert "Live, version 1" in page and "<ins>" in page and "<del>" in page
    assert "Not a word is different." in read(manager, f"{REMINDER}?compare=1")
    assert post(manager, do="publish", revision="2").status_code == 303, "nothing to publish is no fault"
    assert view(clinic).version == 1


def test_versions_are_taken_up_given_up_and_left_for_the_products_words(clinic: UUID, manager: Client) -> None:
    post(manager, do="publish")
    post(manager, text=WORDS.replace("we see", "we expect"), revision="2", do="publish")
    assert view(clinic).version == 2
    assert manager.post(f"{REMINDER}/take-up/1", {"revision": view(clinic).revision}).status_code == 303
    assert view(clinic).draft[Privacy.PLACE_AND_TIME]["en"] == WORDS
    manager.post(f"{REMINDER}/drop", {"revision": view(clinic).revision})
    assert view(clinic).draft is None and view(clinic).version == 2
    manager.post(f"{REMINDER}/back", {"revision": view(clinic).revision})
    assert view(clinic).version is None
    page = read(manager, REMINDER)
    assert "you have an appointment" in page and "Version 2" in page
    assert manager.post(f"{REMINDER}/take-up/9", {"revision": "1"}).status_code == 404


def test_colleagues_words_are_shown_when_they_saved_meanwhile(clinic: UUID, manager: Client) -> None:
    post(manager, text="{clinic}: hers")
    answer = post(manager, text="{clinic}: mine")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "{clinic}: hers</q>" in page and "{clinic}: mine</textarea>" in page and 'name="revision" value="1"' in page
    assert post(manager, text="{clinic}: mine", revision="1").status_code == 303
    assert view(clinic).draft[Privacy.PLACE_AND_TIME]["en"] == "{clinic}: mine"
    manager.post(f"{REMINDER}/drop", {"revision": "1"})
    assert view(clinic).draft is not None, "an old form changes nothing"


def test_other_spelling_is_taken_by_a_button(clinic: UUID, manager: Client) -> None:
    with clinic_scope(clinic):
        polish = reading.one_of(clinic, "visit_question").product[Privacy.PLACE_AND_TIME]["pl"]  # type: ignore[union-attr]
    post(manager, language="pl", text=polish, fix="costly_letters")
    assert view(clinic).draft[Privacy.PLACE_AND_TIME]["pl"] == polish.replace("odwołuję", "odwoluje")


def test_own_template_is_made_written_and_named(clinic: UUID, manager: Client) -> None:
    assert "What is it about?" in read(manager, f"{LIST}new")
    answer = manager.post(f"{LIST}new", {"name": "Parking, from March", "room": "visits"})
    assert answer["Location"] == "/templates/parking_from_march"
    assert "Parking, from March" in read(manager, "/templates/parking_from_march")
    text = "{clinic}: parking is behind the house. See you {when}."
    post(manager, "/templates/parking_from_march/save", text=text, level="neutral", revision="1", do="publish")
    assert view(clinic, "parking_from_march").version == 1
    assert manager.post(f"{LIST}new", {"name": "Parking  from March", "room": "visits"}).status_code == 422
    assert manager.post(f"{LIST}new", {"name": "", "room": "visits"}).status_code == 422
    assert manager.post(f"{LIST}new", {"name": "Good", "room": "elsewhere"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "key"), [("Bring a dog", "bring_a_dog"), ("Élan vital!", "elan_vital"), ("3 things", ""), ("日本", "")]
)
def test_key_is_made_of_the_name(name: str, key: str) -> None:
    assert key_of(name) == key


def test_reception_reads_and_changes_nothing_and_others_see_nothing(clinic: UUID) -> None:
    desk = staff.desk(clinic, RECEPTION)
    page = read(desk, REMINDER)
    assert "Save the draft" not in page and "readonly" in page and "Publish" not in page
    assert [post(desk, f"{REMINDER}/{act}").status_code for act in ("save", "look", "drop", "back")] == [403] * 4
    auditor = staff.desk(clinic, AUDITOR)
    assert [auditor.get(path).status_code for path in (LIST, REMINDER)] == [403, 403]


def test_unknown_text_and_another_clinics_are_not_there(clinic: UUID, manager: Client) -> None:
    manager.post(f"{LIST}new", {"name": "Ours", "room": "care"})
    other = staff.desk(factories.make_furnished("quay-side", number="+447700900101").id, MANAGER)
    assert [other.get(f"/templates/{key}").status_code for key in ("ours", "nothing")] == [404, 404]
    assert post(other, "/templates/ours/save").status_code == 404


def test_a_draft_goes_to_ones_own_phone_with_invented_values(clinic: UUID, manager: Client) -> None:
    answer = post(manager, text="{clinic}: [[{name}, ]]see you {when}.", do="test", phone="07700 900741")
    assert answer.status_code == 303
    assert view(clinic).draft[Privacy.PLACE_AND_TIME]["en"] == "{clinic}: [[{name}, ]]see you {when}."
    (sent,) = factories.wordings(clinic, 741)
    assert sent.startswith("Harbour Street Clinic: Eleanor, see you")
    assert "+447700900741" in read(manager, REMINDER), "it is known the next time"
    assert not factories.sql("SELECT 1 FROM django_session WHERE session_data LIKE '%900741%'")


def test_enter_in_the_field_for_the_phone_sends_the_test_and_publishes_nothing(manager: Client) -> None:
    buttons = re.findall(r'<button[^>]*form="text-form"[^>]*>', read(manager, REMINDER))
    assert 'value="test"' in buttons[0], "browsers press the first button of a form that Enter is struck in"
    assert 'value="publish"' in buttons[1]


@pytest.mark.parametrize("phone", ["", "12", "nobody"])
def test_a_test_is_refused_and_what_was_typed_stays_when_the_phone_is_none(manager: Client, phone: str) -> None:
    answer = post(manager, do="test", phone=phone)
    assert answer.status_code == 422 and "Write the number of your phone" in answer.content.decode()
    assert "we see you {when}" in answer.content.decode()


def test_cost_stands_by_language_where_a_price_is_known(manager: Client) -> None:
    assert "Cost each" not in read(manager, REMINDER)
    factories.sql(
        "INSERT INTO messaging_carrierprice (carrier, country, price, currency, source, at)"
        " VALUES (1, 'GB', 0.036, 'GBP', 'hand', now()) RETURNING carrier"
    )
    page = read(manager, REMINDER)
    assert "Cost each" in page and "£0.036" in page and "£0.072" in page, "Polish takes two parts"


def test_how_many_answered_stands_beside_a_text_that_asks(clinic: UUID, manager: Client) -> None:
    assert "Answered, 30 days" not in read(manager), "nobody was asked"
    for last in (321, 322):
        visit = factories.booking(f"A-{last}", factories.person(last), ahead=10 * factories.DAY)
        factories.record(clinic, visit, is_first_import=True)
    factories.advance(7 * factories.DAY)
    work()
    assert len(factories.wordings(clinic)) == 2
    factories.hear(clinic, "1", last=321)
    page = read(manager)
    row = next(one for one in page.split("<tr data-row>") if ">Reminder with a question<" in one)
    assert "Answered, 30 days" in page and "50%" in row.partition("</tr>")[0] and page.count("50%") == 1


@pytest.mark.parametrize("room", ["surveys", "notices"])
def test_what_surveys_and_automatic_answers_say_can_be_published_as_it_came(clinic: UUID, room: str) -> None:
    with clinic_scope(clinic):
        about = templates.room_of(clinic, room)
        for key, texts in about.texts.items():
            desk = templates.desk(clinic, room, key)
            assert desk.blocking(texts) == [], key
            looks = [desk.look(text, language, Privacy.NEUTRAL) for language, text in texts[Privacy.NEUTRAL].items()]
            assert all(look.example and look.length for look in looks), key
            assert str(words.NAMES[key])


def test_surveys_and_automatic_answers_speak_in_the_clinics_own_words(clinic: UUID, manager: Client) -> None:
    assert "Survey: thank you" in read(manager, f"{LIST}?about=surveys")
    assert "Answer: a person will read it" in read(manager, f"{LIST}?about=notices")
    assert "Every survey says it" in read(manager, "/templates/survey_thanks")
    for key, text in (
        ("passed_to_person", "{clinic}: we have your text, Marta reads it.[[ Urgent? {phone}]]"),
        ("survey_thanks", "{clinic}: you were a great help."),
    ):
        given = {"level": "neutral", "text": text, "do": "publish"}
        assert post(manager, f"/templates/{key}/save", **given).status_code == 303
    clinic_texts.forget()
    factories.hear(clinic, "Is the door on the left?", last=321)
    assert any("Marta reads it." in text for text in factories.wordings(clinic))
    with clinic_scope(clinic):
        patient = factories.make_patient(clinic)
        person = contacts.reach(clinic, [patient])[patient]
        assert letters.say(clinic, "survey_thanks", person).endswith("you were a great help.")
    assert 'value="surveys"' not in read(manager, "/templates/new"), "nobody would say a text made for them"
