"""Which other time somebody wishes for, and that the times offered are such."""

import json
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments import kept_wishes
from recado.appointments.models import Appointment, TimeOffer
from recado.appointments.types import ServiceView
from recado.conversations.models import Reading
from recado.conversations.time_wishes import TimeWish, time_ahead, time_wish_in
from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Context
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from tests import calendars, factories
from tests.rooms.test_by_text import asked

MONDAY = datetime(2026, 11, 30, 9, 0)
THURSDAY, FRIDAY = date(2026, 12, 3), date(2026, 12, 4)


@pytest.mark.parametrize(
    ("language", "said", "wished"),
    [
        ("fr", "ok mais pas avant 10h 👍", TimeWish(not_before=time(10))),
        ("fr", "plutôt avant 11h", TimeWish(not_after=time(11))),
        ("fr", "Oui mais plutôt jeudi", TimeWish(THURSDAY)),
        ("en", "could we make it Thursday afternoon instead?", TimeWish(THURSDAY, time(12), time(18))),
        ("en", "Can I come after 4 on Friday?", TimeWish(FRIDAY, time(16))),
        ("en", "can we do 3:30pm instead", TimeWish(about=time(15, 30))),
        ("nl", "liever niet voor 10 uur", TimeWish(not_before=time(10))),
        ("nl", "ok maar kan het later?", TimeWish(is_later=True)),
        ("pl", "wolałbym w czwartek po 15", TimeWish(THURSDAY, time(15))),
        ("es", "mejor el jueves por la tarde", TimeWish(THURSDAY, time(12), time(18))),
        ("id", "bisa ganti hari Kamis setelah jam 2?", TimeWish(THURSDAY, time(14))),
        ("de", "geht auch Donnerstag ab 14 Uhr?", TimeWish(THURSDAY, time(14))),
        ("it", "meglio venerdì dopo le 15", TimeWish(FRIDAY, time(15))),
        ("pt", "pode ser sexta depois das 14h?", TimeWish(FRIDAY, time(14))),
        ("en", "I need another time", None),
    ],
)
def test_a_wish_is_read_with_its_bounds(language: str, said: str, wished: TimeWish | None) -> None:
    meant = understand(said, Context.REMINDER_MENU, language=language, now=MONDAY)
    assert time_wish_in(said, meant.slots) == wished


@given(st.text(max_size=80), st.dictionaries(st.sampled_from(["part", "wish"]), st.text(max_size=9)))
def test_any_words_can_be_read(words: str, slots: dict[str, str]) -> None:
    wish = time_wish_in(words, slots)
    assert wish is None or wish != TimeWish()


wishes = st.builds(
    TimeWish,
    st.none() | st.dates(date(2026, 12, 1), date(2026, 12, 9)),
    st.none() | st.times(),
    st.none() | st.times(),
    st.none() | st.times(),
    st.booleans(),
    st.booleans(),
)
moments = st.datetimes(datetime(2026, 12, 1), datetime(2026, 12, 9))


@given(wishes, moments, moments)
def test_a_time_that_fits_keeps_every_bound(wish: TimeWish, start: datetime, was: datetime) -> None:
    if wish.fits(start, was):
        assert wish.day in (None, start.date())
        assert (wish.not_before or time.min) <= start.time() <= (wish.not_after or time.max)
        assert not (wish.is_later and start <= was) and not (wish.is_earlier and start >= was)


@given(wishes, moments, st.integers(1, 30), st.integers(30, 90))
def test_free_times_are_looked_for_within_bounds(wish: TimeWish, now: datetime, usual: int, most: int) -> None:
    found = time_ahead(wish, now, timedelta(usual), timedelta(most))
    assert timedelta(usual) <= found <= timedelta(most)


def test_the_day_of_the_visit_itself_is_no_wish() -> None:
    assert TimeWish(THURSDAY).but_not(THURSDAY) == TimeWish()
    assert TimeWish(THURSDAY, not_before=time(14)).but_not(THURSDAY).day == THURSDAY
    assert TimeWish(FRIDAY).but_not(THURSDAY).day == FRIDAY


# ------------------------------------------------------------------------------------------------ what is offered


@pytest.fixture
def kept(database: None) -> tuple[UUID, ServiceView, UUID]:
    """A clinic, its service, and a visit at nine on the day after tomorrow that was asked about; it is eight in the morning."""
    clinic, service = calendars.make()
    now = business_time.now()
    business_time.advance_to(now.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1))
    slot = next(one for one in calendars.free(clinic, service) if one.starts_at.hour == 9)
    visit = calendars.book(clinic, slot)
    asked(clinic, visit)
    return clinic, service, visit


def offered(clinic: UUID) -> list[datetime]:
    with clinic_scope(clinic):
        return [datetime.fromisoformat(moment) for _, moment in TimeOffer.objects.get(state="open").slots]


def test_not_before_ten_confirms_nothing_and_offers_later_times(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, visit = kept
    assert factories.hear(clinic, "ok mais pas avant 10h 👍") == "times_offered"
    assert calendars.visit(clinic, visit).state == "booked"
    assert len(offered(clinic)) == 3 and all(one.hour >= 10 for one in offered(clinic))


def test_a_day_that_is_wished_for_is_offered_and_the_letter_moves(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, visit = kept
    was = calendars.visit(clinic, visit).starts_at
    wished = was + timedelta(days=3)
    assert factories.hear(clinic, f"could we make it {wished:%A} instead?") == "times_offered"
    assert {one.date() for one in offered(clinic)} == {wished.date()}
    first = offered(clinic)[0]
    assert factories.hear(clinic, "A") == "moved"
    assert calendars.visit(clinic, visit).starts_at == first


def test_the_nearest_are_offered_when_none_is_as_wished(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, _visit = kept
    assert factories.hear(clinic, "rather after 8pm please") == "times_offered"
    assert len(offered(clinic)) == 3


def test_a_wish_without_a_question_moves_the_only_visit(database: None) -> None:
    clinic, service = calendars.make()
    visit = calendars.book(clinic, calendars.free(clinic, service)[3])
    wish = "I would like to move my appointment to another day please"
    assert factories.hear(clinic, wish) == "times_offered"
    assert calendars.visit(clinic, visit).wants_another_time
    first = offered(clinic)[0]
    assert factories.hear(clinic, wish) == "repeated"
    assert factories.hear(clinic, "A") == "moved"
    assert calendars.visit(clinic, visit).starts_at == first


MOVE, CANCEL = "I would like to move my appointment to another day please", "I need to cancel my appointment"


@pytest.fixture
def two(database: None) -> tuple[UUID, UUID, UUID]:
    """A clinic, and two visits of one patient that nothing asks about, the next first."""
    clinic, service = calendars.make()
    first, second = (calendars.book(clinic, calendars.free(clinic, service)[at]) for at in (3, 9))
    return clinic, first, second


def test_which_is_asked_when_a_wish_without_a_question_may_be_for_two_visits(two: tuple[UUID, UUID, UUID]) -> None:
    clinic, first, second = two
    assert factories.hear(clinic, MOVE) == "asked_which"
    assert "which appointment shall we move? Reply with the letter. A: " in factories.wordings(clinic)[-1]
    assert factories.hear(clinic, MOVE) == "repeated"
    assert factories.hear(clinic, "B") == "times_offered"
    assert calendars.visit(clinic, second).wants_another_time
    assert not calendars.visit(clinic, first).wants_another_time
    business_time.advance_to(business_time.now() + timedelta(minutes=1))
    chosen = offered(clinic)[0]
    assert factories.hear(clinic, "A") == "moved"
    assert calendars.visit(clinic, second).starts_at == chosen


def test_the_day_that_was_named_is_kept_until_the_letter_says_for_which(two: tuple[UUID, UUID, UUID]) -> None:
    clinic, first, _second = two
    wished = calendars.visit(clinic, first).starts_at + timedelta(days=6)
    assert factories.hear(clinic, f"can I move my appointment to {wished:%A} please?") == "asked_which"
    assert factories.hear(clinic, "A") == "times_offered"
    assert {one.weekday() for one in offered(clinic)} == {wished.weekday()}


def test_a_letter_does_nothing_to_a_visit_that_was_moved_since(two: tuple[UUID, UUID, UUID]) -> None:
    clinic, first, _second = two
    factories.hear(clinic, CANCEL)
    with clinic_scope(clinic):
        Appointment.objects.filter(id=first).update(revision=2)
    assert factories.hear(clinic, "A") == "too_late"
    assert calendars.visit(clinic, first).state == "booked"


def test_one_of_two_is_cancelled_by_its_letter(two: tuple[UUID, UUID, UUID]) -> None:
    clinic, first, second = two
    assert factories.hear(clinic, CANCEL) == "asked_which"
    assert factories.hear(clinic, "1") != "cancelled"
    assert factories.hear(clinic, "A") == "cancelled"
    assert (calendars.visit(clinic, first).state, calendars.visit(clinic, second).state) == ("cancelled", "booked")


def test_a_visit_is_chosen_by_its_day_too(two: tuple[UUID, UUID, UUID]) -> None:
    clinic, *_ = two
    third = business_time.now() + timedelta(days=20)
    factories.record(clinic, factories.booking("A-9", factories.person(), ahead=third - business_time.now()))
    assert factories.hear(clinic, CANCEL) == "asked_which"
    business_time.advance_to(business_time.now() + timedelta(minutes=1))
    named = factories.visit(clinic, "A-9").starts_at
    assert factories.hear(clinic, f"{named:%A} {named.day} {named:%B} please") == "cancelled"
    assert factories.visit(clinic, "A-9").state == "cancelled"


@pytest.mark.parametrize(
    "said",
    [
        "I'll come on {en}",
        "{en} is fine",
        "{nl} kom ik",
        "je viens {fr}",
        "{de} komme ich",
        "voy el {es}",
        "{en} suits me",
        "yes {en}",
    ],
)
def test_who_says_when_they_come_has_not_cancelled_that_visit(two: tuple[UUID, UUID, UUID], said: str) -> None:
    clinic, first, second = two
    assert factories.hear(clinic, CANCEL) == "asked_which"
    business_time.advance_to(business_time.now() + timedelta(minutes=1))
    day = calendars.visit(clinic, second).starts_at
    names = {one: format_date(day, "EEEE", locale=one) for one in ("en", "nl", "fr", "de", "es")}
    assert factories.hear(clinic, said.format(**names)) not in ("cancelled", "asked_which")
    assert [calendars.visit(clinic, one).state for one in (first, second)] == ["booked", "booked"]


@given(
    st.builds(
        TimeWish,
        *(st.none() | st.dates(), *[st.none() | st.times()] * 3, st.booleans(), st.booleans(), st.none() | st.dates()),
    )
)
def test_a_wish_is_kept_whole_until_the_letter_comes(wish: TimeWish) -> None:
    assert kept_wishes.read(json.loads(json.dumps(kept_wishes.kept(wish)))) == wish


def test_people_who_share_a_phone_are_told_apart_by_name(database: None) -> None:
    clinic = factories.make_furnished().id
    for name, who in (("A-1", "Eleanor Whitcombe"), ("A-2", "Tom Whitcombe")):
        factories.record(clinic, factories.booking(name, factories.person(name=who, record_number=name)))
    assert factories.hear(clinic, CANCEL) == "asked_which"
    text = factories.wordings(clinic)[-1]
    assert "Eleanor" in text and "Tom" in text
    with clinic_scope(clinic):
        assert Reading.objects.get().patient_id is None
    letter = "AB"[text.index("Tom") > text.index("Eleanor")]
    assert factories.hear(clinic, letter) == "cancelled"
    assert (factories.visit(clinic, "A-1").state, factories.visit(clinic, "A-2").state) == ("booked", "cancelled")


# ------------------------------------------------------------------------------------------------ unasked: cancel, and yes


@pytest.fixture
def one(database: None) -> tuple[UUID, UUID]:
    """A clinic, and the one visit of its patient that nothing asks about."""
    clinic, service = calendars.make()
    return clinic, calendars.book(clinic, calendars.free(clinic, service)[3])


def test_nothing_is_cancelled_before_it_is_answered(one: tuple[UUID, UUID]) -> None:
    clinic, visit = one
    assert factories.hear(clinic, CANCEL) == "asked_sure"
    assert ", reply 3. To keep it, reply 1." in factories.wordings(clinic)[-1]
    assert factories.hear(clinic, CANCEL) == "repeated"
    assert factories.hear(clinic, "yes") == "waits_for_person"
    assert calendars.visit(clinic, visit).state == "booked"
    assert factories.hear(clinic, "3") == "cancelled"
    assert calendars.visit(clinic, visit).state == "cancelled"


def test_the_words_that_led_to_the_question_do_not_answer_it(one: tuple[UUID, UUID]) -> None:
    clinic, visit = one
    assert factories.hear(clinic, "cancel my appointment") == "asked_sure"
    assert factories.hear(clinic, "cancel my appointment") == "repeated"
    assert calendars.visit(clinic, visit).state == "booked"


@pytest.mark.parametrize(("said", "state"), [("1", "confirmed"), ("cancel it", "cancelled"), ("no, keep it", "booked")])
def test_what_is_answered_to_it_counts(one: tuple[UUID, UUID], said: str, state: str) -> None:
    clinic, visit = one
    factories.hear(clinic, CANCEL)
    factories.hear(clinic, said)
    assert calendars.visit(clinic, visit).state == state


def test_another_time_is_offered_when_they_would_rather_move_after_all(one: tuple[UUID, UUID]) -> None:
    clinic, visit = one
    factories.hear(clinic, CANCEL)
    assert factories.hear(clinic, "2") == "times_offered"
    assert calendars.visit(clinic, visit).wants_another_time


def test_it_is_asked_once_and_the_next_time_a_person_reads_it(one: tuple[UUID, UUID]) -> None:
    clinic, _visit = one
    assert factories.hear(clinic, CANCEL) == "asked_sure"
    assert factories.hear(clinic, "sorry, I really have to cancel my appointment this time") == "waits_for_person"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "je dois annuler mon rendez-vous"),
        ("nl", "ik moet mijn afspraak annuleren"),
        ("pl", "muszę odwołać wizytę"),
        ("es", "tengo que cancelar mi cita"),
        ("id", "saya mau membatalkan janji"),
    ],
)
def test_it_is_asked_in_the_patients_language(database: None, language: str, said: str) -> None:
    clinic = factories.make_furnished().id
    factories.record(clinic, factories.booking(who=factories.person(language=language)))
    assert factories.hear(clinic, said) == "asked_sure"
    assert factories.visit(clinic).state == "booked" and "3" in factories.wordings(clinic)[-1]


def test_a_yes_without_a_question_confirms_the_one_visit_of_the_next_days(database: None) -> None:
    clinic = factories.make_furnished().id
    factories.record(clinic, factories.booking(ahead=timedelta(days=4)))
    factories.record(clinic, factories.booking("A-2", ahead=timedelta(days=40)))
    assert factories.hear(clinic, "yes") == "waits_for_person"
    assert factories.hear(clinic, "I confirm my appointment, see you then") == "confirmed"
    assert (factories.visit(clinic).state, factories.visit(clinic, "A-2").state) == ("confirmed", "booked")


@pytest.mark.parametrize("days", [(9,), (2, 4)])
def test_a_yes_without_a_question_waits_for_a_person_when_it_is_not_certain(
    database: None, days: tuple[int, ...]
) -> None:
    clinic = factories.make_furnished().id
    for number, ahead in enumerate(days):
        factories.record(clinic, factories.booking(f"A-{number}", ahead=timedelta(days=ahead)))
    assert factories.hear(clinic, "I confirm my appointment, see you then") == "waits_for_person"
    assert {factories.visit(clinic, f"A-{number}").state for number in range(len(days))} == {"booked"}
