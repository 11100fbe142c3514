"""Which days a text names, in nine languages; and that nothing is guessed and nothing breaks."""

from datetime import date, datetime, time, timedelta

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from recado.conversations.naming_tables import calendar, tables_of
from recado.conversations.naming_words import LANGUAGES
from recado.conversations.time_wishes import TimeWish, time_wish_in
from recado.conversations.understanding.days import Span, days_named
from recado.conversations.understanding.reading import read
from recado.conversations.understanding.wishes import wish_of
from recado.foundation.text import words_of

MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 9)


def named(said: str, today: date = MONDAY, *, month_first: bool = False) -> Span | None:
    return days_named(said, words_of(said), today, month_first=month_first)


def on(day: int, month: int = 12, year: int = 2026) -> Span:
    return date(year, month, day), date(year, month, day)


def week(day: int) -> Span:
    return date(2026, 12, day), date(2026, 12, day) + timedelta(days=6)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("le 12 décembre svp", on(12)),
        ("12 grudnia proszę", on(12)),
        ("December 12th works", on(12)),
        ("12. Dezember", on(12)),
        ("el 12 de diciembre", on(12)),
        ("op 12 december om 10 uur", on(12)),
        ("tanggal 12 desember", on(12)),
        ("piątek 4 grudnia o 10", on(4)),
        ("3 november", on(3, 11, 2027)),
        ("2026-12-24", on(24)),
        ("24/12?", on(24)),
        ("the 14th at 3", on(14)),
        ("Could I do the 4th? May I come early", on(4)),
        ("the 4th may be better", on(4)),
        ("the 4th of May, we hope", on(4, 5, 2027)),
        ("le 14", on(14)),
        ("tanggal 14", on(14)),
        ("am 14.", on(14)),
        ("vrijdag de 18e", on(18)),
        ("Thursday 17", on(17)),
        ("in two weeks", week(14)),
        ("dans deux semaines", week(14)),
        ("za dwa tygodnie", week(14)),
        ("za tydzień", week(7)),
        ("dua minggu lagi", week(14)),
        ("tra due settimane, giovedì", on(17)),
        ("over 3 dagen", on(3)),
        ("next week please", week(7)),
        ("donderdag volgende week", on(10)),
        ("cette semaine", (MONDAY, date(2026, 12, 6))),
        ("in January", (date(2027, 1, 1), date(2027, 1, 31))),
        ("w styczniu", (date(2027, 1, 1), date(2027, 1, 31))),
        ("mañana por la mañana", on(1)),
        ("Montag Morgen", on(7)),
        ("the day after tomorrow", on(2)),
        ("pasado mañana", on(2)),
        ("après-demain", on(2)),
        ("depois de amanhã", on(2)),
    ],
)
def test_days_are_named_when_they_are_said_so(said: str, days: Span) -> None:
    assert named(said) == days


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("not Tuesday but Thursday", on(3)),
        ("no, Thursday please", on(3)),
        ("El jueves no puedo, el viernes sí", on(4)),
        ("Dinsdag is lastig, heeft u nog iets op woensdag?", on(2)),
        ("Friday, no problem", on(4)),
        ("pas avant jeudi", on(3)),
        ("jeudi pas avant 10h", on(3)),
        ("jpeux pas mardi, on peut décaler ?", None),
        ("Tuesdays are a nightmare for me, any other day?", None),
        ("sauf jeudi", None),
        ("can't come Thursday", None),
        ("could it be Thursday morning instead? I work on Mondays", on(3)),
        ("Thursday please, because I always work Monday and Tuesday", on(3)),
        ("I work Monday but Thursday is fine", on(3)),
        ("Thursday? I also work Monday", on(3)),
        ("Jeudi plutôt ? Je travaille le lundi", on(3)),
        ("Kan het donderdag? Maandag werk ik", on(3)),
        ("Geht Donnerstag? Montags arbeite ich, ich arbeite auch am Dienstag", on(3)),
        ("Może czwartek? W poniedziałek pracuję", on(3)),
        ("¿Puede ser el jueves? Los lunes trabajo", on(3)),
        ("Meglio giovedì, lavoro il lunedì", on(3)),
        ("Pode ser na quinta? Trabalho à segunda", on(3)),
        ("Bisa Kamis? Saya kerja hari Senin", on(3)),
        ("Thursday after work", on(3)),
        ("el jueves después del trabajo", on(3)),
        ("would Thursday work", on(3)),
        ("Wednesdays don't suit me", None),
        ("środy odpadają, wtorki nie pasują", None),
        ("saya tidak sempat hari Rabu", None),
        ("ik ga woensdag graag", on(2)),
    ],
)
def test_a_day_that_does_not_suit_is_no_wish(said: str, days: Span | None) -> None:
    assert named(said) == days


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("I have lectures on Wednesday", None),
        ("Wednesday I've got college", None),
        ("my lad is at school on Wednesday", None),
        ("mercredi j'ai cours de conduite", None),
        ("ma fille, elle a école mercredi", None),
        ("ik heb woensdag les", None),
        ("woensdags heeft hij school", None),
        ("we wtorek mam zajęcia", None),
        ("mam lekcje w środę", None),
        ("el miércoles tengo clases", None),
        ("mi nena tiene colegio el miércoles", None),
        ("Rabu saya kuliah", None),
        ("hari Rabu anak saya sekolah", None),
        ("mittwochs habe ich Unterricht", None),
        ("ho lezione mercoledì", None),
        ("na quarta tenho aulas", None),
        ("I have lectures on Wednesday but Friday is good", on(4)),
        ("Friday? I have lectures on Wednesday", on(4)),
        ("Vendredi ? Mercredi j'ai cours", on(4)),
        ("Kan vrijdag? Woensdag heb ik les", on(4)),
        ("Może piątek? W środę mam szkołę", on(4)),
        ("¿El viernes? Tengo clase el miércoles", on(4)),
        ("Bisa Jumat? Rabu saya sekolah", on(4)),
        ("after school on Wednesday", on(2)),
        ("na school op woensdag", on(2)),
        ("po szkole w środę", on(2)),
        ("I don't have school on Wednesday", on(2)),
        ("I haven't got school on Wednesday", on(2)),
        ("no tengo clase el miércoles", on(2)),
        ("is there a class on Wednesday", on(2)),
        ("j'ai les mercredis libres", on(2)),
    ],
)
def test_a_day_of_lessons_is_no_wish(said: str, days: Span | None) -> None:
    assert named(said) == days


@pytest.mark.parametrize(
    "said",
    [
        "my 1st visit",
        "can't on the 2nd reminder",
        "le 10h",
        "dopo le 15",
        "par la suite",
        "por la mañana",
        "bonjour je voudrais changer la date de mon rdv",
        "31/11",
        "29 february",
    ],
)
def test_no_day_is_guessed_where_none_is_said(said: str) -> None:
    assert named(said) is None


def test_a_date_without_a_year_is_the_next_of_its_kind_also_around_a_leap_day() -> None:
    assert named("29/02", date(2028, 2, 1)) == on(29, 2, 2028)
    assert named("29/02", date(2028, 3, 5)) is None, "2029 has none"
    assert named("29/02", date(2027, 3, 5)) == on(29, 2, 2028)


def test_month_comes_first_where_the_country_writes_it_so() -> None:
    assert named("12/03", month_first=True) == on(3, 12)
    assert named("12/03") == on(12, 3, 2027)


@pytest.mark.parametrize(
    ("said", "wished"),
    [
        ("donderdag om 16 uur", TimeWish(date(2026, 12, 3), about=time(16))),
        ("um 16 Uhr", TimeWish(about=time(16))),
        ("czwartek o 16", TimeWish(date(2026, 12, 3), about=time(16))),
        ("o czwartej", TimeWish(about=time(16))),
        ("jam 4 sore", TimeWish(about=time(16))),
        ("a las cuatro", TimeWish(about=time(16))),
        ("alle 16 va bene?", TimeWish(about=time(16))),
        ("at 4", TimeWish(about=time(16))),
        ("at 10 please", TimeWish(about=time(10))),
        ("halb vier", TimeWish(about=time(15, 30))),
        ("half past 4", TimeWish(about=time(16, 30))),
        ("could we make it half four please", TimeWish(about=time(16, 30))),
        ("can I come at half 4?", TimeWish(about=time(16, 30))),
        ("kan het ook om half vier?", TimeWish(about=time(15, 30))),
        ("geht es auch um halb vier?", TimeWish(about=time(15, 30))),
        ("dopo le 15", TimeWish(not_before=time(15))),
        ("next week, in the morning", TimeWish(date(2026, 12, 7), time(0), time(12), last_day=date(2026, 12, 13))),
        ("at the clinic", None),
        ("I'm at work", None),
    ],
)
def test_hours_are_read_as_people_write_them(said: str, wished: TimeWish | None) -> None:
    assert time_wish_in(said, wish_of(said, read(said), NOW)) == wished


words = st.lists(
    st.sampled_from(
        "29 february 31 30 feb juin 0 99 2028 mardi next week in two weken za tydzien lagi le the th 29/02 31.11.99 dopo not thursday "
        "half halb at om 16 uur, mañana 12th. minggu".split()
    ),
    max_size=8,
).map(" ".join)


@given(words | st.text(max_size=60), st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.booleans())
def test_any_words_name_days_in_order_or_none(said: str, today: date, month_first: bool) -> None:
    days = named(said, today, month_first=month_first)
    assert days is None or days[0] <= days[1]
    wish_of(said, read(said), datetime.combine(today, time(9)), month_first=month_first)


def test_a_week_that_is_wished_is_offered_near_the_same_day_of_it() -> None:
    wish = TimeWish(date(2026, 12, 7), last_day=date(2026, 12, 13))
    thursday = datetime(2026, 12, 3, 10)
    assert wish.near(thursday) == datetime(2026, 12, 10, 10)
    assert wish.fits(datetime(2026, 12, 13, 8), thursday) and not wish.fits(datetime(2026, 12, 14, 8), thursday)


def test_one_table_names_the_days_and_hours_of_all_languages_and_no_other_word() -> None:
    known = calendar()
    for language in LANGUAGES:
        own = tables_of(language)
        full = {words_of(name)[0]: day for day, name in Locale.parse(language).days["format"]["wide"].items()}
        assert all(known.days[word] == day for word, day in full.items() if word != "minggu"), language
        assert all(known.hours[word] == hour for (word, *more), hour in own.hours.items() if not more)
    assert known.days.keys().isdisjoint({"mon", "sun", "mar", "me", "so", "minggu"}) and "mar" not in known.months
    assert known.parts.keys().isdisjoint({"morgen", "manana", "fruh"})
