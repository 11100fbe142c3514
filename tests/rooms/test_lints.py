"""What is found in a template before patients read it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.consent.types import Privacy, Purpose
from recado.foundation.dates import Day, day_words, moment_words
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import words_of
from recado.messaging import text_desk
from recado.messaging.lint_words import WORDS
from recado.messaging.lints import (
    LINTS,
    Finding,
    Ground,
    length_of,
    longest_of,
    longest_when,
    name_at,
    respelled,
    review,
    review_all,
    short_name,
    tells,
)
from recado.messaging.segments import GSM7, measure
from recado.messaging.types import Severity
from tests import factories

ON = date(2026, 11, 29)
VALUES = {
    "clinic": "Harbour Street Clinic",
    "name": "Christopher",
    "clinician": "Dr Oyelaran-Smit",
    "phone": "020 7946 0018",
}


def ground(language: str = "en", **changed: object) -> Ground:
    usual = {"clinic": "Harbour Street Clinic", "short": "HSC", "country": "GB", "on": ON}
    values = longest_of(language, ON, {**VALUES, "link": "hsc.example/v/k7QdX2mP9a", "count": "12"})
    if "clinic" in changed:
        values["clinic"] = str(changed["clinic"])
    return Ground(**{**usual, "longest": values, **changed})  # type: ignore[arg-type]


def found(
    text: str, language: str = "en", level: Privacy = Privacy.PLACE_AND_TIME, **changed: object
) -> dict[str, Finding]:
    return {one.code: one for one in review(text, language, level, ground(language, **changed))}


def test_nothing_is_found_when_a_text_is_as_it_should_be() -> None:
    text = (
        "{clinic}: [[{name}, ]]you have an appointment on {when}[[ with {clinician}]]. Reply 1 to confirm, 2 to change."
    )
    assert found(text, asks=True) == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{clinic}: {nam}", "{nam} is unknown"),
        ("{clinic}: [[{name}", "never ends"),
        ("", "the text is empty"),
        ("{clinic}: {count, few: # visits | other: # visits}", "no plural 'few' in en"),
    ],
)
def test_unreadable_is_all_that_is_said_when_a_text_is_no_template(text: str, why: str) -> None:
    (finding,) = review(text, "en", Privacy.NEUTRAL, ground())
    assert finding.code == "unreadable" and finding.blocks and why in finding.values["why"]


@pytest.mark.parametrize("text", ["{clinic}: hello.", "Dear {name}, {clinic} here.", "Harbour Street Clinic: hello."])
def test_sender_is_found_when_it_comes_in_the_first_words(text: str) -> None:
    assert "sender_first" not in found(text)


@pytest.mark.parametrize("text", ["Hello {name}.", "You have an appointment on {when} with us. Yours, {clinic}"])
def test_sender_is_missed_when_it_comes_late_or_not_at_all(text: str) -> None:
    assert found(text)["sender_first"].severity is Severity.REFUSE


@pytest.mark.parametrize(
    ("language", "said", "word"),
    [
        ("en", "your oncology visit", "oncology"),
        ("en", "your mental health review", "mental health"),
        ("fr", "votre visite en gynécologie", "gynecologie"),
        ("nl", "uw afspraak psychiatrie", "psychiatrie"),
        ("pl", "poradnia onkologiczna", "onkologiczna"),
        ("es", "su prueba de VIH", "vih"),
        ("id", "jadwal kemoterapi", "kemoterapi"),
        ("de", "Ihre Krebsvorsorge", "krebsvorsorge"),
        ("it", "visita di oncologia", "oncologia"),
        ("pt", "a sua biópsia", "biopsia"),
        ("nl", "uw HIV-test", "hiv"),
    ],
)
def test_health_word_blocks_when_the_phone_may_be_seen(language: str, said: str, word: str) -> None:
    text = f"{{clinic}}: {said}."
    finding = found(text, language, Privacy.NEUTRAL)["health_word"]
    assert finding.values["word"] == word and finding.blocks
    assert "health_word" in found(text, language, Privacy.PLACE_AND_TIME)
    assert "health_word" in found(text, language, Privacy.CLINICAL), "nobody can agree to that on a locked screen"


def test_health_word_is_found_when_it_hides_in_a_plural() -> None:
    assert "health_word" in found("{clinic}: {count, one: # biopsy | other: # biopsies} on {when}.")


@pytest.mark.parametrize("word", ["canceled", "order", "visit", "raket", "results", "control"])
def test_health_word_is_not_found_when_an_everyday_word_begins_alike(word: str) -> None:
    assert "health_word" not in found(f"{{clinic}}: your {word}.")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "bitte kommen Sie 1 Std. vorher"),
        ("es", "el autobús sale a las 9"),
        ("es", "sin embargo puede llamarnos"),
        ("fr", "la salle d'attente est sale, entrez au 2"),
        ("fr", "remise de votre document à l'accueil"),
        ("it", "le sale sono al primo piano"),
        ("pl", "sale są na parterze"),
        ("nl", "de automatische incasso is niet gelukt"),
    ],
)
def test_everyday_word_is_no_finding_when_it_looks_like_one_of_another_language(language: str, said: str) -> None:
    assert found(f"{{clinic}}: {said}.", language).keys() == set()


@pytest.mark.parametrize(
    ("language", "said", "code"),
    [
        ("en", "our winter sale", "mixing"),
        ("en", "your STD test", "health_word"),
        ("fr", "20 euros de remise", "mixing"),
        ("es", "orden de embargo", "fear"),
        ("nl", "het incassobureau", "fear"),
    ],
)
def test_its_other_sense_is_still_found(language: str, said: str, code: str) -> None:
    assert found(f"{{clinic}}: {said}.", language)[code].blocks


def test_clinics_name_is_replaced_in_neutral_texts_when_it_tells() -> None:
    assert tells("Riverside Oncology") and not tells("Harbour Street Clinic")
    assert name_at(Privacy.NEUTRAL, "Riverside Oncology", "RSO", "en") == "RSO"
    assert name_at(Privacy.PLACE_AND_TIME, "Riverside Oncology", "RSO", "en") == "Riverside Oncology"
    assert name_at(Privacy.NEUTRAL, "Harbour Street Clinic", "HSC", "en") == "Harbour Street Clinic"
    warned = found("{clinic}: please call.", level=Privacy.NEUTRAL, clinic="Riverside Oncology", short="RSO")
    assert warned.keys() == {"clinic_tells"} and warned["clinic_tells"].values == {"short": "RSO"}
    assert found("Riverside: please call.", level=Privacy.NEUTRAL, clinic="Riverside Oncology", short="RSO") == {}


def test_short_name_is_the_initials_or_the_phone_when_a_name_tells() -> None:
    assert short_name("Riverside Oncology & Care", "020") == "ROC"
    assert short_name("Oncocare", "020 7946 0018") == "020 7946 0018"
    assert short_name("Oncocare", "") == "O"


def test_threat_blocks_when_a_bill_is_late() -> None:
    assert found("{clinic}: final notice. Pay now.")["fear"].values["word"] == "final notice"
    assert "fear" in found("{clinic}: dernier avertissement.", "fr")


def test_offers_block_in_care_and_pass_in_news_when_looked_at() -> None:
    text = "{clinic}: 20% off this month, a special offer. Text STOP to 60075 to end."
    assert found(text)["mixing"].blocks
    assert "mixing" in found("{clinic}: 20% korting.", "nl")
    assert "mixing" not in found(text, purpose=Purpose.NEWS)


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ("flu jabs from Monday.", False),
        ("nonstop flu jabs.", False),
        ("flu jabs. Text STOP to end.", True),
        ("flu jabs: {link}", True),
    ],
)
def test_news_say_how_to_end_them_in_every_country(said: str, is_told: bool) -> None:
    text = f"{{clinic}}: {said}"
    for country in ("GB", "ES", "PL", "ID"):
        news = found(text, purpose=Purpose.NEWS, country=country)
        assert ("no_way_out" in news) is not is_told
        assert is_told or news["no_way_out"].blocks
    assert "no_way_out" not in found(text)


@pytest.mark.parametrize(
    ("country", "said", "is_told"),
    [
        ("US", "free checks until the end of May. Cancel your gym, we help you.", False),
        ("US", "flu jabs. Text END or CANCEL to end.", False),
        ("GB", "quit smoking with us.", False),
        ("NL", "kijk uit voor de griep.", False),
        ("GB", "flu jabs: https://harbour.example/flu", False),
        ("GB", "flu jabs at www.harbour.example", False),
        ("GB", "flu jabs.[[ {name}, text STOP to end.]]", False),
        ("GB", "flu jabs[[ for {name}: {link}]]", False),
        ("GB", "flu jabs. Reply “stop” to end.", True),
        ("GB", "flu jabs. Reply 'Stop' to end.", True),
        ("GB", "flu jabs. OPT OUT ends these texts.", True),
        ("GB", "flu jabs. UNSUBSCRIBE ends these texts.", True),
        ("DE", "Impfungen. STOPP beendet diese SMS.", True),
        ("PT", "vacunas. BAJA los termina.", True),
        ("PL", "szczepienia. WYPISZ kończy te SMS.", True),
        ("GB", "flu jabs. ARRÊT ends these texts.", True),
    ],
)
def test_only_what_is_read_as_an_end_of_news_is_a_way_out_of_them(country: str, said: str, is_told: bool) -> None:
    news = found(f"{{clinic}}: {said}", purpose=Purpose.NEWS, country=country)
    assert ("no_way_out" in news) is not is_told


@pytest.mark.usefixtures("database")
def test_news_that_lack_what_their_country_wants_are_not_said_to_tell_how_to_end_them() -> None:
    clinic = factories.make_furnished()
    with clinic_scope(clinic.id):
        desk = text_desk.desk(clinic.id, "news", "flu")
    french = replace(desk, clinic=replace(clinic, country="FR"))
    text = "{clinic}: flu jabs. Text STOP to end."
    for one, code in ((desk, "no_way_out"), (french, "stop_text_missing")):
        look = one.look(text, "en", Privacy.PLACE_AND_TIME)
        is_missing = code in {finding.code for finding in look.findings}
        assert is_missing is (one is french) and (LINTS["no_way_out"] in look.fine) is not is_missing


def test_word_that_ends_news_does_not_shout() -> None:
    for word in ("WYPISZ", "UNSUBSCRIBE", "STOPP", "BERHENTI"):
        assert "shouting" not in found(f"{{clinic}}: flu jabs. {word} ends these texts.", purpose=Purpose.NEWS), word


@pytest.mark.parametrize("name", ["when", "clinician"])
def test_what_belongs_to_a_visit_blocks_in_news_and_passes_in_care(name: str) -> None:
    text = f"{{clinic}}: see you[[, {{{name}}}]]. Text STOP to 60075 to end."
    assert found(text, purpose=Purpose.NEWS)["care_in_news"].values["names"] == f"{{{name}}}"
    assert found(text, purpose=Purpose.NEWS)["care_in_news"].blocks
    assert "care_in_news" not in found(text)


def test_stop_words_are_asked_for_when_a_country_wants_them_in_news() -> None:
    text = "{clinic} : nouvelles du cabinet."
    assert found(text, "fr", country="FR", purpose=Purpose.NEWS)["stop_text_missing"].blocks
    assert "stop_text_missing" not in found(text, "fr", country="FR")
    assert "stop_text_missing" not in found(f"{text} STOP au 36111", "fr", country="FR", purpose=Purpose.NEWS)


def test_reply_is_refused_when_nobody_would_hear_it() -> None:
    text = "{clinic}: reply 1 to confirm, 2 to change."
    assert found(text, can_receive=False)["reply_unreachable"].blocks
    assert "reply_unreachable" not in found(text)


def test_two_actions_warn_when_a_text_wants_an_answer_and_a_click() -> None:
    warned = found("{clinic}: reply 1 to confirm, 2 to change, or see {link}")
    assert warned.keys() == {"one_action"} and not warned["one_action"].blocks
    assert "one_action" not in found("{clinic}: to change: {link} or call {phone}")


def test_way_to_answer_is_missed_when_a_question_has_none() -> None:
    assert "answers_missing" in found("{clinic}: you have an appointment on {when}.", asks=True)
    assert "answers_missing" not in found("{clinic}: say whether you come: {link}", asks=True)


def test_shouting_is_found_when_words_stand_in_capitals() -> None:
    assert found("{clinic}: URGENT, call us.")["shouting"].values["word"] == "URGENT"
    assert "shouting" not in found("{clinic}: text STOP to end these SMS.")


def test_length_is_counted_with_the_longest_values_when_it_varies() -> None:
    text = "{clinic}: " + "word " * 25 + "[[{clinician}]]"
    assert length_of(text, "en", ground()).parts == 2
    assert length_of(text, "en", ground(longest={"clinic": "HSC", "clinician": "Dr Li"})).parts == 1
    assert found("{clinic}: " + "word " * 100)["many_parts"].values["parts"] == "4"
    assert found("{clinic}: " + "word " * 400)["too_long"].blocks


def test_dearest_day_is_the_one_that_costs_when_a_language_has_it() -> None:
    assert moment_words(longest_when("es", ON), "es").startswith("sáb")
    values = longest_of("en", ON, {})
    assert isinstance(values["day"], Day) and len(day_words(values["day"], "en")) == 10


def test_spelling_is_offered_when_letters_cost_a_part() -> None:
    text = "{clinic}: [[{name}, ]]wizyta jest jutro. Odpisz 1 potwierdzam, 2 zmieniam, 3 odwołuję."
    finding = found(text, "pl", longest={"clinic": "Harbour Street Clinic", "name": "Anna"})["costly_letters"]
    assert finding.values == {"letters": "ł ę", "more": "1"}
    assert finding.fix == text.replace("odwołuję", "odwoluje")


def test_spelling_is_offered_when_letters_cost_a_part_on_most_days() -> None:
    text = "{clinic}: [[{name}, ]]wizyta {when}. Odpisz 1 potwierdzam, 2 zmieniam, 3 odwołuję."
    assert moment_words(longest_when("pl", ON), "pl").startswith("śr"), "the dearest day costs by itself"
    assert found(text, "pl")["costly_letters"].values["more"] == "1"


@given(st.text(alphabet="abcęł€| ,:ż").map(lambda text: f"{text}[[ {{name}}]]"))
def test_respelling_leaves_placeholders_and_optional_parts_alone(text: str) -> None:
    spelled, letters = respelled(text)
    assert spelled.endswith("[[ {name}]]")
    assert not set(spelled) & set(letters)


@given(st.text(min_size=1, max_size=60), st.sampled_from(["en", "pl", "fr", "xx"]), st.sampled_from(list(Privacy)))
def test_review_finds_something_or_nothing_but_never_breaks(text: str, language: str, level: Privacy) -> None:
    for finding in review(text, language, level, ground(language)):
        assert finding.sentence
        assert finding.fix == "" or measure(finding.fix)


def test_missing_language_warns_and_missing_neutral_blocks_when_a_template_is_read() -> None:
    texts = {Privacy.NEUTRAL: {"en": "a"}, Privacy.PLACE_AND_TIME: {"en": "a", "fr": "b"}}
    assert [(one.code, one.values["language"]) for one in review_all(texts, ["en", "fr", "pl"])] == [
        ("missing_language", "pl")
    ]
    (missing,) = review_all({Privacy.PLACE_AND_TIME: {"en": "a"}}, ["en"])
    assert missing.code == "missing_neutral" and missing.blocks


@pytest.mark.parametrize("kind", WORDS)
def test_word_lists_are_read_as_they_are_folded_when_compared(kind: str) -> None:
    assert WORDS[kind].keys() == {"en", "fr", "nl", "pl", "es", "id", "de", "it", "pt"}
    for language, line in WORDS[kind].items():
        for entry in line.split(","):
            plain = tuple(word.rstrip("*") for word in entry.split())
            assert plain and words_of(entry.replace("*", "")) == plain, (language, entry)


def test_every_lint_says_what_to_do_when_it_is_shown() -> None:
    assert all(lint.sentence and lint.to_do for lint in LINTS.values())
    assert "ę" not in GSM7


def test_value_that_may_be_missing_blocks_when_it_stands_outside_of_an_optional_part() -> None:
    always = frozenset({"clinic", "when"})
    blocked = found("{clinic}: {when} with {clinician}.", always=always)["may_be_missing"]
    assert blocked.values == {"names": "{clinician}"} and blocked.blocks
    assert "may_be_missing" not in found("{clinic}: {when}[[ with {clinician}]].", always=always)
    assert "may_be_missing" not in found("{clinic}: {when} with {clinician}.")


def test_neutral_text_warns_when_it_tells_where_and_when() -> None:
    assert found("{clinic}: see you {when}.", level=Privacy.NEUTRAL)["says_place"].values == {"names": "{when}"}
    assert "says_place" not in found("{clinic}: see you {when}.")
