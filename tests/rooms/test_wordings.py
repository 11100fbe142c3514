"""The texts: complete, sender first, one part where it can be, and the exceptions by name."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from recado.appointments import wordings as of_visits
from recado.appointments.course_wordings import RHYTHMS
from recado.appointments.waitlist_wordings import STAYS
from recado.care_events import wordings as of_care
from recado.care_events.durations import waiting
from recado.consent.types import Privacy
from recado.conversations import notices as of_conversations
from recado.conversations import wish_notices
from recado.foundation.dates import Day, When, day_words, moment_words
from recado.journeys.faults import faults
from recado.journeys.plans import APPOINTMENT
from recado.messaging import notices
from recado.messaging.asking import asks_for_reply
from recado.messaging.commands import read_command
from recado.messaging.segments import measure
from recado.messaging.wording import Spoken, Template, define_all, placeholders, render

LANGUAGES = ("en", "fr", "nl", "pl", "es", "id", "de", "it", "pt")
QUESTIONS = of_visits.QUESTIONS | of_care.QUESTIONS | {"visits_question", "visit_check_in"}
VISITS = define_all(of_visits.WORDINGS, of_visits.VALUES)
CARE = define_all(of_care.WORDINGS, of_care.VALUES)
NOTICES = {
    notice.key: notice
    for notice in (
        notices.OPT_OUT_CONFIRMED,
        notices.OPT_IN_CONFIRMED,
        notices.HELP_TEXT,
        *define_all(
            {
                "ask_which": of_conversations.ASK_WHICH,
                "ask_which_one": of_conversations.ASK_WHICH_ONE,
                "all_confirmed": of_conversations.ALL_CONFIRMED,
                "passed_to_person": of_conversations.PASSED_TO_PERSON,
            },
            of_conversations.VALUES,
        ).values(),
        *(text.levels[Privacy.NEUTRAL] for text in (wish_notices.TEXTS | wish_notices.FIXED).values()),
    )
}
EVERY = {**VISITS, **CARE, **NOTICES}

# The longest that is likely, in letters of GSM-7: what a name adds by its own accents is not the template's doing.
LONG = {
    "clinic": "Harbour Street Clinic",
    "name": "Christopher",
    "clinician": "Dr Oyelaran-Smit",
    "link": "hsc.example/v/k7QdX2mP9a",
    "place": "Quay Pharmacy",
    "minutes": "45",
    "wait": waiting(90),
    "insurer": "Quay Mutual",
    "reference": "X-2041",
    "hours": "09:00-13:00",
    "visits": "Christopher 12:00, Eleanor 12:20",
    "phone": "020 7946 0018",
    "emergency": "112",
    "start": "START",
    "stop": "STOP",
    "kinds": "SMS",
    "count": "12",
    "rhythm": Spoken(RHYTHMS[14]),
    "stays": Spoken(STAYS),
}
# One date of each weekday in each month, at a time of four digits.
DATES = [
    When(datetime(2027, month, 20 + day, 10, 30, tzinfo=UTC), "Europe/London")
    for month in range(1, 13)
    for day in range(7)
]

# Texts that take more than one part with the longest values, and why. Anything else must fit.
SHORT_IN_POLISH = {"document_ready", "document_again", "answer_noted", "answer_call_you", "portal", "portal_again"}
SHORT_IN_POLISH |= {"education", "education_by_phone", "paper_ready", "paper_again", "language_changed", "number_stays"}
SHORT_IN_POLISH |= {"delay_off"}
ACCENTS = {  # letters that the language needs and GSM-7 has not: two parts, on any day
    **{("pl", key): 2 for key in EVERY.keys() - SHORT_IN_POLISH},
    ("pt", "answer_too_late"): 2,
}
SATURDAY = {"es", "pt"}  # sáb
NEED_LINK = {*of_visits.BY_LINK.values(), "visit_arrival", "visit_first", "recall_link", "vaccination_link"}
NEED_LINK |= {"video_visit", "video_now", "portal", "portal_again", "education", "education_by_phone"}
NEED_CLINICIAN = {"visit_clinician"}
NEED_LINK |= {"result_link", "result_call_link"}
NEED_LINK |= {"paper_ready", "paper_again", "waitlist_how", "booking_link", "visit_missed_link", "visits_series"}
NEED_DAY = {"visits_confirmation", "visits_question", "invoice_due", "cover_renewal", "hours_changed", "hours_closed"}
NEED_DAY |= {"form_ready", "form_again", "visits_series"}


def longest(template: Template, language: str, when: When) -> str:
    label = moment_words(when, language)
    values = {**LONG, "when": when, "day": Day(when.at.date()), "choices": f"A: {label}; B: {label}"}
    return render(template, language, values).text


def test_every_text_is_there_when_a_language_is_spoken() -> None:
    for key, template in EVERY.items():
        assert template.languages == LANGUAGES, key


def test_languages_of_a_text_use_the_same_values_when_compared() -> None:
    for key, texts in {**of_visits.WORDINGS, **of_care.WORDINGS}.items():
        used = {language: frozenset(re.findall(r"\{(\w+)\}", text)) for language, text in texts.items()}
        assert set(used.values()) == {used["en"]}, key
    of_the_list = {"waitlist_offer", "waitlist_which"}
    asking = {"visit_question", "visit_second_question", "visit_moved_question", "times_offered", "times_gone"}
    asking |= {"visit_cancel_sure", "visit_which_moved", "visit_which_cancelled"}
    assert asking | of_the_list == of_visits.QUESTIONS
    assert {"dose", "refill_due", "recall", "vaccination", "education", "result_call_me"} == of_care.QUESTIONS
    assert not of_visits.WORDINGS.keys() & of_care.WORDINGS.keys()
    assert placeholders(VISITS["visit_question"]) == {"clinic", "name", "when", "clinician"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", EVERY)
def test_text_fits_one_part_when_values_are_long(key: str, language: str) -> None:
    most = ACCENTS.get((language, key), 1)
    has_date = bool({"when", "day", "choices"} & placeholders(EVERY[key]))
    worst = 0
    for when in DATES if has_date else DATES[:1]:
        text = longest(EVERY[key], language, when)
        is_dear_day = has_date and language in SATURDAY and when.at.weekday() == 5
        parts = measure(text).segments
        assert parts <= (3 if is_dear_day else most), text
        worst = max(worst, 0 if is_dear_day else parts)
    assert worst == most, "an exception that is none any more"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", EVERY)
def test_sender_comes_first_when_a_text_is_seen_on_a_locked_screen(key: str, language: str) -> None:
    text = longest(EVERY[key], language, DATES[0])
    if key == "opt_out_confirmed":  # nothing follows it, so it names us in its only sentence
        assert LONG["clinic"] in text
    else:
        assert text.startswith(LONG["clinic"])
    assert "!" not in text
    assert not re.search(r"\b(?!START|STOP|SMS)[A-Z]{4,}\b", text)
    assert not re.search(r"  |[ ,]\.|[{}\[\]]", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", EVERY)
def test_text_reads_well_when_optional_values_are_missing(key: str, language: str) -> None:
    text = render(
        EVERY[key],
        language,
        {
            "clinic": "Harbour Street Clinic",
            "when": DATES[3],
            "choices": "A: x; B: y",
            "link": LONG["link"] if key in NEED_LINK else "",
            "day": Day(date(2026, 11, 28)) if key in NEED_DAY else "",
            "clinician": LONG["clinician"] if key in NEED_CLINICIAN else "",
            "minutes": "45",
            "count": "6",
            "wait": waiting(45),
            "hours": "09:00-13:00",
            "visits": "10:00, 10:20",
            "kinds": "SMS",
        },
    ).text
    assert not re.search(r"  |[ ,]\.|,,|[{}\[\]]|: ?$|^\s|\s$", text), text


@pytest.mark.parametrize("kind", of_care.KINDS)
def test_every_kind_of_event_has_its_word_when_we_ask_back(kind: str) -> None:
    assert set(of_care.KINDS[kind]) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(of_care.QUESTIONS))
def test_question_says_to_phone_when_no_answer_would_reach_us(key: str, language: str) -> None:
    text = longest(CARE[of_care.BY_PHONE[key]], language, DATES[0])
    assert LONG["phone"] in text
    assert "1" not in text.replace(LONG["phone"], "").replace(day_words(DATES[0], language), "")


def test_question_is_the_design_guides_when_filled_with_its_example() -> None:
    when = When(datetime(2026, 11, 26, 10, 30, tzinfo=UTC), "Europe/London")
    expected = {
        "en": ("Nurse Silva", "Harbour Street Clinic: Eleanor, you have an appointment on Thu 26 Nov at 10:30 with Nurse Silva. Reply 1 to confirm, 2 to change, 3 to cancel."),
        "fr": ("Mme Silva", "Harbour Street Clinic : Eleanor, vous avez rendez-vous jeu 26/11 à 10:30 avec Mme Silva. Répondez 1 pour confirmer, 2 pour changer, 3 pour annuler."),
        "nl": ("mevr. Silva", "Harbour Street Clinic: Eleanor, u heeft een afspraak op do 26 nov om 10:30 bij mevr. Silva. Antwoord 1 = ik kom, 2 = andere tijd, 3 = annuleren."),
        "pl": ("pielęgniarka Silva", "Harbour Street Clinic: Eleanor, wizyta czw. 26.11 o 10:30, pielęgniarka Silva. Odpisz 1 potwierdzam, 2 zmieniam, 3 odwołuję."),
        "es": ("la enfermera Silva", "Harbour Street Clinic: Eleanor, tiene cita el jue 26 nov a las 10:30 con la enfermera Silva. Responda 1 para confirmar, 2 cambiar, 3 cancelar."),
        "id": ("Perawat Silva", "Harbour Street Clinic: Eleanor, Anda ada janji Kamis 26 Nov pukul 10:30 dengan Perawat Silva. Balas 1 konfirmasi, 2 ubah jadwal, 3 batal."),
    }  # fmt: skip
    sizes = {}
    for language, (clinician, text) in expected.items():
        values = {"clinic": "Harbour Street Clinic", "name": "Eleanor", "when": when, "clinician": clinician}
        assert render(VISITS["visit_question"], language, values).text == text
        sizes[language] = (measure(text).units, measure(text).segments)
    assert sizes == {"en": (142, 1), "fr": (147, 1), "nl": (144, 1), "pl": (124, 2), "es": (142, 1), "id": (137, 1)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", EVERY)
def test_texts_that_ask_are_told_from_those_that_do_not(key: str, language: str) -> None:
    values = {**LONG, "when": DATES[0], "day": Day(date(2026, 11, 28)), "choices": "A: x; B: y"}
    always = QUESTIONS | {"ask_which", "ask_which_one", "ask_wrong_number", "ask_again"}
    with_a_word = ("opt_out_confirmed", "opt_in_confirmed", "help_text", "stopped_some")
    asks = key in always or key in with_a_word
    assert asks_for_reply(render(EVERY[key], language, values).text) == asks
    if key not in always:
        assert not asks_for_reply(render(EVERY[key], language, {**values, "start": "", "stop": ""}).text)


def test_journey_names_texts_that_exist_when_its_steps_are_read() -> None:
    assert faults(APPOINTMENT, set(of_visits.WORDINGS)) == []


def test_command_words_in_our_texts_are_understood_when_sent_back() -> None:
    for key, word in (("opt_out_confirmed", "START"), ("opt_in_confirmed", "STOP"), ("help_text", "STOP")):
        assert read_command(word) is not None
        for language in LANGUAGES:
            assert re.search(rf"\b{word}\b", longest(NOTICES[key], language, DATES[0])), (key, language)


def test_dates_of_the_measure_cover_every_weekday_and_month_when_counted() -> None:
    assert {(when.at.month, when.at.weekday()) for when in DATES} == {(m, d) for m in range(1, 13) for d in range(7)}
    assert all(when.at - DATES[0].at < timedelta(days=366) for when in DATES)
