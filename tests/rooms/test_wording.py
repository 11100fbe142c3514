"""Templates: what is dropped, what is refused, and that values are never read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.foundation.dates import Day, When, day_words, moment_words, plural_forms, time_words
from recado.messaging.wording import (
    MissingValue,
    TemplateError,
    choose_language,
    define,
    placeholders,
    render,
)

ALLOWED = ("clinic", "name", "clinician", "when", "link", "count")


def template(text: str, **others: str):  # type: ignore[no-untyped-def]
    return define("t", {"en": text, **others}, ALLOWED)


def test_render_fills_placeholders_when_all_values_are_there() -> None:
    made = template("{clinic}: [[{name}, ]]you come[[ to {clinician}]].")
    values = {"clinic": "Harbour Street Clinic", "name": "Eleanor", "clinician": "Nurse Silva", "unused": "x"}
    assert render(made, "en", values).text == "Harbour Street Clinic: Eleanor, you come to Nurse Silva."


@pytest.mark.parametrize("empty", [{}, {"clinician": ""}, {"clinician": "  "}])
def test_render_drops_an_optional_part_when_its_value_is_empty(empty: dict[str, str]) -> None:
    made = template("See you[[ with {clinician}]].[[ {link}]]")
    assert render(made, "en", {**empty, "link": "hsc.example/v/1"}).text == "See you. hsc.example/v/1"


def test_render_names_the_placeholder_and_no_value_when_one_is_missing() -> None:
    made = template("{clinic}: {name}")
    with pytest.raises(MissingValue) as refused:
        render(made, "en", {"clinic": "Harbour Street Clinic"})
    assert str(refused.value) == "name"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{clinc}", "t (en): {clinc} is unknown; known are clinic, clinician, count, link, name, when"),
        ("{Clinic}", "t (en): {Clinic} is not a placeholder; one looks like {name}"),
        ("{}", "t (en): {} is not a placeholder; one looks like {name}"),
        ("{name.__class__}", "t (en): {name.__class__} is not a placeholder; one looks like {name}"),
        ("{name!r}", "t (en): {name!r} is not a placeholder; one looks like {name}"),
        ("{name", "t (en): a single { has no partner"),
        ("name}", "t (en): a single } has no partner"),
        ("[[ with {name}", "t (en): an optional part begins with [[ and never ends with ]]"),
        ("with {name}]]", "t (en): ]] without [[ before it"),
        ("[[a [[{name}]]]]", "t (en): an optional part [[ ]] can't hold another"),
        ("[[ hello]]", "t (en): an optional part [[ ]] needs a placeholder that decides whether it stays"),
        ("  ", "t (en): the text is empty"),
    ],
)
def test_define_says_where_and_why_when_a_template_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(TemplateError) as refused:
        template(text)
    assert str(refused.value) == reason


@pytest.mark.parametrize(("tag", "other"), [("e", "x"), ("en_gb!", "x"), ("en", "x")])
def test_define_refuses_when_languages_are_wrong(tag: str, other: str) -> None:
    with pytest.raises(TemplateError):
        define("t", {"EN": "x", tag: other}, ())


@pytest.mark.parametrize(
    ("wish", "given_language"),
    [
        ("fr", "fr"),
        ("fr-BE", "fr"),
        ("FR_be", "fr"),
        ("pt-BR", "pt-br"),
        ("pt", "en"),
        ("xx", "en"),
        (None, "en"),
        ("", "en"),
    ],
)
def test_choose_language_falls_back_when_there_is_no_variant(wish: str | None, given_language: str) -> None:
    made = define("t", {"fr": "a", "pt-BR": "b", "en": "c"}, ())
    assert choose_language(made, wish) == given_language
    assert render(made, wish, {}).language == given_language


def test_choose_language_takes_any_when_even_the_fallback_is_missing() -> None:
    assert choose_language(define("t", {"nl": "a", "pl": "b"}, ()), "fr") == "nl"
    assert choose_language(define("t", {"nl": "a", "pl": "b"}, ()), "fr", ("de", "pl")) == "pl"


def test_placeholders_finds_those_of_all_variants_when_they_differ() -> None:
    assert placeholders(template("{clinic}[[ {name}]]", fr="{link}")) == {"clinic", "name", "link"}


@given(st.text(min_size=1).filter(lambda text: not text.isspace()))
def test_values_are_shown_as_they_are_when_they_look_like_templates(value: str) -> None:
    made = template("<{name}>[[ ({clinician})]]")
    assert render(made, "en", {"name": value, "clinician": value, "link": "x"}).text == f"<{value}> ({value})"


@given(st.text(alphabet="{}[] namelink", max_size=40))
def test_define_either_refuses_or_renders_when_given_any_text(text: str) -> None:
    try:
        made = template(text)
    except TemplateError:
        return
    rendered = render(made, "en", dict.fromkeys(ALLOWED, "x")).text
    assert "{" not in rendered
    assert "[[" not in rendered


MOMENT = When(datetime(2026, 11, 26, 10, 30, tzinfo=UTC), "Europe/London")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Thu 26 Nov at 10:30"),
        ("en-GB", "Thu 26 Nov at 10:30"),
        ("en-US", "Thu Nov 26 at 10:30 AM"),
        ("fr", "jeu 26/11 à 10:30"),
        ("nl", "do 26 nov om 10:30"),
        ("pl", "czw. 26.11 o 10:30"),
        ("es", "jue 26 nov a las 10:30"),
        ("id", "Kamis 26 Nov pukul 10:30"),
        ("de", "Do 26.11. um 10:30"),
        ("it", "gio 26/11 alle 10:30"),
        ("pt", "qui 26/11 às 10:30"),
        ("tr", "Per 26 Kas 10:30"),
        ("zz", "Thu 26 Nov 10:30"),
    ],
)
def test_moment_is_written_as_people_do_when_in_their_language(language: str, words: str) -> None:
    assert moment_words(MOMENT, language) == words


def test_moment_is_that_of_the_place_when_the_clock_has_changed() -> None:
    summer = When(datetime(2026, 7, 3, 8, 5, tzinfo=UTC), "Europe/Warsaw")
    assert moment_words(summer, "en") == "Fri 3 Jul at 10:05"
    assert moment_words(summer, "pl") == "pt. 03.07 o 10:05"
    assert (day_words(summer, "fr"), time_words(summer, "en-US")) == ("ven 03/07", "10:05 AM")


def test_moment_is_refused_when_it_has_no_zone() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        moment_words(When(datetime(2026, 7, 3, 8, 5), "Europe/Warsaw"), "en")


def test_moment_follows_the_variant_when_the_wished_language_is_missing() -> None:
    made = define("t", {"en": "See you {when}.", "fr": "Rendez-vous {when}."}, ALLOWED)
    assert render(made, "fr-CA", {"when": MOMENT}).text == "Rendez-vous jeu 26/11 à 10:30."
    assert render(made, "pl", {"when": MOMENT}).text == "See you Thu 26 Nov at 10:30."


PLURALS = {
    "en": "{count, one: one visit | other: # visits}",
    "pl": "{count, one: # wizyta | few: # wizyty | many: # wizyt | other: # wizyty}",
    "id": "{count, other: # janji}",
}


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", "1", "one visit"),
        ("en", "2", "2 visits"),
        ("en", "0", "0 visits"),
        ("pl", "1", "1 wizyta"),
        ("pl", "3", "3 wizyty"),
        ("pl", "12", "12 wizyt"),
        ("pl", "22", "22 wizyty"),
        ("id", "1", "1 janji"),
        ("en", "many", "many visits"),
    ],
)
def test_plural_is_the_languages_own_when_a_count_is_written(language: str, count: str, said: str) -> None:
    made = define("t", PLURALS, ALLOWED)
    assert render(made, language, {"count": count}).text == said


def test_optional_part_goes_when_the_count_in_it_is_missing() -> None:
    assert render(template("Hello[[, {count, other: # visits}]]."), "en", {}).text == "Hello."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{count, few: # | other: #}", "t (en): {count} has no plural 'few' in en; there are one, other"),
        ("{count, one: # visit}", "t (en): {count} needs words for the plural other"),
        ("{count, other: # | other: #}", "t (en): {count} has the plural other twice"),
        ("{count, one: | other: #}", "t (en): {count} has no words for the plural one"),
        ("{when, hour}", "t (en): {when} has no form 'hour'; there are day, time, date, weekday"),
        ("{when,}", "t (en): {when} has no form ''; there are day, time, date, weekday"),
        ("{ when}", "t (en): { when} is not a placeholder; one looks like {name}"),
    ],
)
def test_define_says_what_is_wrong_when_a_form_is(text: str, reason: str) -> None:
    with pytest.raises(TemplateError) as refused:
        template(text)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Thursday 26 November 2026, 10:30"),
        ("fr", "jeudi 26 novembre 2026, 10:30"),
        ("pl", "czwartek 26 listopada 2026, 10:30"),
        ("de", "Donnerstag 26. November 2026, 10:30"),
    ],
)
def test_date_is_written_in_its_language_when_a_form_is_asked_for(language: str, said: str) -> None:
    made = define("t", {language: "{when, weekday} {when, date}, {when, time}"}, ALLOWED)
    when = When(datetime(2026, 11, 26, 10, 30, tzinfo=UTC), "Europe/London")
    assert render(made, language, {"when": when}).text == said


def test_day_has_no_hour_when_the_time_is_asked_for() -> None:
    day = Day(datetime(2026, 11, 26, tzinfo=UTC).date())
    assert render(template("{when, time}"), "en", {"when": day}).text == "Thu 26 Nov"


@given(st.sampled_from(["en", "fr", "nl", "pl", "es", "id", "de", "it", "pt", "ar", "cy"]), st.integers(0, 10**12))
def test_every_count_has_words_when_every_form_is_written(language: str, count: int) -> None:
    forms = " | ".join(f"{form}: {form}=#" for form in sorted(plural_forms(language)))
    said = render(define("t", {language: "{count, " + forms + "}"}, ALLOWED), language, {"count": str(count)}).text
    assert said.endswith(f"={count}") and said.partition("=")[0] in plural_forms(language)


@given(st.text(alphabet="{}[],:|# countewhn", max_size=40))
def test_define_reads_or_refuses_whatever_is_typed(text: str) -> None:
    try:
        made = template(text)
    except TemplateError:
        return
    values = dict.fromkeys(ALLOWED, "3")
    assert isinstance(render(made, "en", values).text, str)
