"""Words that name one of the times that were offered choose it; several: we ask which; none: nothing changes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments.models import TimeOffer
from recado.appointments.types import ServiceView
from recado.conversations.naming import named
from recado.conversations.naming_tables import tables_of
from recado.conversations.naming_words import LANGUAGES
from recado.foundation.dates import When, moment_words
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import words_of
from tests import calendars, factories
from tests.rooms.test_by_text import asked, tasks

NOW = datetime(2026, 12, 2, 9, 0)  # a Wednesday
TIMES = [datetime(2026, 12, 3, 10, 30), datetime(2026, 12, 4, 12, 30), datetime(2026, 12, 7, 15, 0)]
A, B, C = {0}, {1}, {2}
NONE: set[int] = set()


@pytest.mark.parametrize(
    ("language", "said", "meant"),
    [
        ("en", "Friday 12:30 please", B),
        ("en", "Hi, could I have Friday at 12.30?", B),
        ("en", "I'd like B", B),
        ("en", "option 2 please", B),
        ("en", "The first one works for me, thanks", A),
        ("en", "the later one", B | C),
        ("en", "the latest please", C),
        ("en", "the last one", C),
        ("en", "tomorrow is fine", A),
        ("en", "4 December", B),
        ("en", "the 4th", B),
        ("en", "half past 12", B),
        ("en", "half past twelve on Friday", B),
        ("en", "3pm", C),
        ("en", "Monday afternoon is perfect 👍", C),
        ("en", "15", C),
        ("en", "Thursday or Friday", A | B),
        ("en", "A, Friday 12:30", A | B),
        ("fr", "le premier", A),
        ("fr", "15h", C),
        ("fr", "vendredi 12h30 svp", B),
        ("fr", "plutôt vendredi", B),
        ("fr", "oui, lundi à 15 heures me va", C),
        ("fr", "je prends celui de jeudi", A),
        ("fr", "le 4 à midi", B),
        ("fr", "le plus tard", C),
        ("fr", "demain matin", A),
        ("nl", "donderdag graag", A),
        ("nl", "vrijdag half een past mij", B),
        ("nl", "doe maar maandagmiddag", C),
        ("nl", "de tweede", B),
        ("nl", "optie c graag", C),
        ("nl", "om 15 uur", C),
        ("pl", "czwartek", A),
        ("pl", "poproszę piątek o 12:30", B),
        ("pl", "pasuje mi w poniedziałek", C),
        ("pl", "ten drugi", B),
        ("pl", "jutro rano", A),
        ("pl", "wpół do pierwszej w piątek", B),
        ("es", "el viernes a las doce y media", B),
        ("es", "me viene bien el lunes", C),
        ("es", "el segundo por favor", B),
        ("es", "mañana por la mañana", A),
        ("id", "hari Jumat jam 12.30", B),
        ("id", "yang kedua saja", B),
        ("id", "besok pagi bisa", A),
        ("id", "Senin jam 3 sore ya", C),
        ("de", "Freitag 12:30 bitte", B),
        ("de", "Donnerstag passt mir gut", A),
        ("de", "den dritten Termin", C),
        ("de", "Montag um drei", C),
        ("de", "Freitagmittag", B),
        ("it", "venerdì alle 12 e mezza", B),
        ("it", "il primo", A),
        ("it", "va bene lunedì", C),
        ("pt", "sexta às 12h30", B),
        ("pt", "pode ser na quinta-feira", A),
        ("pt", "segunda às 15h", C),
        ("fr", "Friday 12:30 please", B),
        # not certain
        ("en", "Friday?", NONE),
        ("en", "Is it far from the station on Friday?", NONE),
        ("en", "not Friday", NONE),
        ("en", "Friday I work", NONE),
        ("en", "Friday after 3", NONE),
        ("en", "Monday at the latest", NONE),
        ("en", "anything but Friday", NONE),
        ("en", "I can't do Friday", NONE),
        ("en", "Friday is no good", NONE),
        ("en", "if Friday then B", NONE),
        ("en", "maybe Friday", NONE),
        ("en", "Friday 13:00", NONE),
        ("en", "Tuesday", NONE),
        ("en", "later please", NONE),
        ("en", "2", NONE),
        ("en", "yes please", NONE),
        ("fr", "sauf jeudi", NONE),
        ("fr", "pas vendredi", NONE),
        ("fr", "vendredi après 12h", NONE),
        ("fr", "dès 15h", NONE),
        ("fr", "C'est bon", NONE),
        ("fr", "vendredi au plus tard", NONE),
        ("nl", "vrijdag niet", NONE),
        ("nl", "na 15 uur", NONE),
        ("nl", "voor 15 uur", NONE),
        ("nl", "behalve donderdag", NONE),
        ("pl", "oprócz czwartku", NONE),
        ("pl", "w piątek nie mogę", NONE),
        ("pl", "do 15", NONE),
        ("pl", "od 15", NONE),
        ("es", "menos el jueves", NONE),
        ("es", "el jueves no puedo", NONE),
        ("id", "kecuali Kamis", NONE),
        ("id", "Jumat tidak bisa", NONE),
        ("de", "außer Donnerstag", NONE),
        ("de", "Freitag geht nicht", NONE),
        ("it", "tranne giovedì", NONE),
        ("it", "prima delle 15", NONE),
        ("pt", "exceto quinta", NONE),
        ("pt", "depois das 15h", NONE),
    ],
)
def test_words_name_a_time_that_was_offered(language: str, said: str, meant: set[int]) -> None:
    assert named(said, TIMES, language, NOW) == meant


def test_who_names_a_day_with_two_times_is_asked_which() -> None:
    two = [datetime(2026, 12, 4, 9, 0), datetime(2026, 12, 4, 15, 0), datetime(2026, 12, 4, 15, 15)]
    assert named("Friday", two, "en", NOW) == {0, 1, 2}
    assert named("Friday afternoon", two, "en", NOW) == {1, 2}
    assert named("the later one on Friday afternoon", two, "en", NOW) == {2}
    assert named("15h", two, "fr", NOW) == {1}, "at three sharp, where that is offered"


def test_of_one_time_there_is_no_first_and_no_later_one() -> None:
    one = TIMES[1:2]
    assert [named(said, one, "en", NOW) for said in ("Friday", "12:30 works", "the first one", "later one")] == [
        A,
        A,
        NONE,
        NONE,
    ]


DENIALS = (
    "not; no; can't; never; except; pas; non; sauf; jamais; niet; geen; behalve; nie; oprócz; salvo; excepto; nunca; tidak; bukan; "
    "jangan; kecuali; nicht; kein; außer; nein; tranne; eccetto; não; exceto; nunca"
).split("; ")
quarters = st.integers(0, 47).map(
    lambda quarter: timedelta(minutes=15 * quarter)
)  # from seven in the morning: "7:15" is nothing else
minutes = st.builds(lambda day, at: datetime(2026, 12, 2, 7) + timedelta(day) + at, st.integers(0, 90), quarters)
offers = st.lists(minutes, min_size=1, max_size=3, unique=True).map(sorted)
languages = st.sampled_from(sorted(LANGUAGES))


@given(offers, languages, st.integers(0, 2))
def test_a_time_written_as_we_tell_it_is_chosen(times: list[datetime], language: str, at: int) -> None:
    meant = times[at % len(times)]
    said = moment_words(When(meant.replace(tzinfo=UTC), "UTC"), language)
    assert named(said, times, language, NOW) == {at % len(times)}


@given(offers, languages, st.integers(0, 2), st.sampled_from(DENIALS), st.booleans())
def test_nothing_is_chosen_where_it_is_denied(
    times: list[datetime], language: str, at: int, denial: str, is_first: bool
) -> None:
    said = moment_words(When(times[at % len(times)].replace(tzinfo=UTC), "UTC"), language)
    assert named(f"{denial} {said}" if is_first else f"{said} {denial}", times, language, NOW) == set()


@given(st.text(max_size=60), offers, languages)
def test_any_words_can_be_read(words: str, times: list[datetime], language: str) -> None:
    assert named(words, times, language, NOW) <= set(range(len(times)))


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_word_of_the_list_denies(language: str) -> None:
    denied = {words_of(word) for word in DENIALS}
    known = tables_of(language)
    assert denied.isdisjoint({*known.beside, *known.days, *known.parts, *known.ordered})


# ------------------------------------------------------------------------------------------------ on the phone


@pytest.fixture
def kept(database: None) -> tuple[UUID, ServiceView, UUID]:
    """A clinic, its service, and a visit about which times have been offered half a minute ago."""
    clinic, service = calendars.make()
    visit = calendars.book(clinic, calendars.free(clinic, service)[3])
    asked(clinic, visit)
    assert factories.hear(clinic, "2") == "times_offered"
    factories.advance(timedelta(seconds=30))
    return clinic, service, visit


def offered(clinic: UUID) -> list[datetime]:
    """By the clinic's clock."""
    with clinic_scope(clinic):
        slots = TimeOffer.objects.filter(state="open").values_list("slots", flat=True).get()
    return [datetime.fromisoformat(moment).astimezone(ZoneInfo("Europe/London")) for _, moment in slots]


def test_a_time_in_words_moves_the_visit_as_its_letter_would(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, visit = kept
    second = offered(clinic)[1]
    assert factories.hear(clinic, f"{second:%A} {second:%H:%M} please") == "moved"
    assert calendars.visit(clinic, visit).starts_at == second and calendars.held(clinic) == 0
    assert "moved to" in factories.wordings(clinic)[-1] and tasks(clinic) == []


def test_order_chooses_too(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, visit = kept
    last = offered(clinic)[-1]
    assert factories.hear(clinic, "the last one please") == "moved"
    assert calendars.visit(clinic, visit).starts_at == last


def test_several_that_fit_are_asked_about_and_their_letters_still_count(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, visit = kept
    times = offered(clinic)
    assert factories.hear(clinic, "the later one") == "times_asked"
    said = factories.wordings(clinic)[-1]
    assert "B: " in said and "C: " in said and "A: " not in said
    assert calendars.held(clinic) == 3
    factories.advance(timedelta(seconds=30))
    assert factories.hear(clinic, "C") == "moved"
    assert calendars.visit(clinic, visit).starts_at == times[2]


def test_a_day_that_is_denied_or_not_offered_moves_nothing(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, visit = kept
    was = calendars.visit(clinic, visit).starts_at
    first = offered(clinic)[0]
    factories.hear(clinic, f"not {first:%A}")
    assert calendars.visit(clinic, visit).starts_at == was
    factories.advance(timedelta(seconds=30))
    wished = was + timedelta(days=8)
    assert factories.hear(clinic, f"can we do {wished:%A %d %B} instead?") == "times_offered"
    assert calendars.visit(clinic, visit).starts_at == was


def test_what_nobody_can_have_read_chooses_nothing(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, visit = kept
    was = calendars.visit(clinic, visit).starts_at
    factories.advance(timedelta(minutes=5))
    assert factories.hear(clinic, "ok but not before 10") == "times_offered"
    first = offered(clinic)[0]
    factories.hear(clinic, f"{first:%A} please")
    assert calendars.visit(clinic, visit).starts_at == was


def test_a_danger_in_it_is_heard_first(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, visit = kept
    was = calendars.visit(clinic, visit).starts_at
    assert factories.hear(clinic, f"{offered(clinic)[1]:%A} please I can't breathe") == "in_danger"
    assert calendars.visit(clinic, visit).starts_at == was
