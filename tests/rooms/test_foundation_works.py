"""What every work of a clinic shares: keys, and drafts, versions and states, whatever the room that has it."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from recado.foundation.actors import OPERATOR
from recado.foundation.publishing import Shelf
from recado.foundation.tenancy import clinic_scope
from recado.foundation.works import LONGEST_KEY, NotPublishable, Overtaken, TooMany, WorkState, fresh_key, key_of
from recado.information.book import PAGES
from recado.information.types import NoSuchPage, Page, PageKind, Words
from tests import factories


@pytest.fixture
def clinic(database: None) -> Iterator[UUID]:
    made = factories.make_clinic().id
    with clinic_scope(made):
        yield made


def page(name: str, body: str = "By bus.") -> Page:
    return Page("way", 0, name, PageKind.DIRECTIONS, {"en": Words(name, body)})


def begin(clinic: UUID, key: str = "way") -> None:
    PAGES.begin(clinic_id=clinic, key=key, content=page("The way"), by=OPERATOR, code=key)


@given(some.text(max_size=60))
def test_key_fits_whatever_the_name(name: str) -> None:
    key = key_of(name, "page")
    assert key[:1].isalpha() and len(key) <= LONGEST_KEY and key.replace("_", "").isalnum() and key.isascii()


def test_key_is_fresh_when_the_wanted_one_is_taken() -> None:
    assert [fresh_key("way", taken) for taken in (set[str](), {"way"}, {"way", "way_2"})] == ["way", "way_2", "way_3"]


def test_draft_hides_until_it_is_published(clinic: UUID) -> None:
    begin(clinic)
    assert PAGES.one(clinic, "way").published is None
    assert PAGES.publish(clinic_id=clinic, key="way", by=OPERATOR) == 1
    PAGES.save_draft(clinic_id=clinic, key="way", draft=page("Another way"), by=OPERATOR)
    one = PAGES.one(clinic, "way")
    assert one.state is WorkState.LIVE and one.published and one.draft
    assert (one.published.name, one.draft.name, one.row.name) == ("The way", "Another way", "Another way")


class LookedBefore(Shelf[Page]):
    """Whose list of taken keys was read before a colleague began theirs."""

    def room_left(self, clinic_id: UUID) -> set[str]:
        return set()


def test_both_are_kept_when_two_begin_one_of_the_same_name_at_once(clinic: UUID) -> None:
    late = LookedBefore(PAGES.rows, PAGES.editions, PAGES.noun, PAGES.write, PAGES.faults)
    begin(clinic)
    key = late.begin_new(clinic_id=clinic, key="way", content=page("Mine"), by=OPERATOR, code="mine")
    assert key == "way_2"
    assert [(one.row.key, one.draft and one.draft.name) for one in PAGES.all(clinic)] == [
        ("way_2", "Mine"),
        ("way", "The way"),
    ]


def test_draft_is_not_saved_over_a_newer_one_that_its_writer_has_not_seen(clinic: UUID) -> None:
    begin(clinic)
    seen = PAGES.one(clinic, "way").draft
    assert seen is not None
    PAGES.save_draft(clinic_id=clinic, key="way", draft=page("Theirs"), by=OPERATOR, seen=seen)
    with pytest.raises(Overtaken):
        PAGES.save_draft(clinic_id=clinic, key="way", draft=page("Mine"), by=OPERATOR, seen=seen)
    PAGES.publish(clinic_id=clinic, key="way", by=OPERATOR)
    live = PAGES.one(clinic, "way").published
    PAGES.save_draft(clinic_id=clinic, key="way", draft=page("Mine"), by=OPERATOR, seen=live)
    one = PAGES.one(clinic, "way")
    assert one.draft and one.published and (one.published.name, one.draft.name) == ("Theirs", "Mine")


def test_published_versions_stay_as_they_were(clinic: UUID) -> None:
    begin(clinic)
    PAGES.publish(clinic_id=clinic, key="way", by=OPERATOR)
    PAGES.save_draft(clinic_id=clinic, key="way", draft=page("Another way"), by=OPERATOR)
    assert PAGES.publish(clinic_id=clinic, key="way", by=OPERATOR) == 2
    assert [(one.number, one.content.name) for one in PAGES.editions.past(clinic, "way")] == [
        (2, "Another way"),
        (1, "The way"),
    ]
    assert PAGES.editions.one(clinic, "way", 1).name == "The way"
    with pytest.raises(NoSuchPage):
        PAGES.editions.one(clinic, "way", 3)


def test_faulty_draft_is_kept_and_not_published(clinic: UUID) -> None:
    begin(clinic)
    PAGES.save_draft(clinic_id=clinic, key="way", draft=page("The way", ""), by=OPERATOR)
    with pytest.raises(NotPublishable):
        PAGES.publish(clinic_id=clinic, key="way", by=OPERATOR)
    assert PAGES.one(clinic, "way").draft == page("The way", "")


def test_nothing_is_left_where_nothing_was_published(clinic: UUID) -> None:
    begin(clinic)
    for act in (PAGES.end, PAGES.resume):
        with pytest.raises(NotPublishable):
            act(clinic_id=clinic, key="way", by=OPERATOR)
    with pytest.raises(NotPublishable):
        PAGES.save_draft(clinic_id=clinic, key="way", draft=None, by=OPERATOR)


def test_name_is_the_live_one_again_when_the_draft_is_given_up(clinic: UUID) -> None:
    begin(clinic)
    PAGES.publish(clinic_id=clinic, key="way", by=OPERATOR)
    PAGES.save_draft(clinic_id=clinic, key="way", draft=page("Another way"), by=OPERATOR)
    PAGES.save_draft(clinic_id=clinic, key="way", draft=page(""), by=OPERATOR)
    assert PAGES.one(clinic, "way").row.name == "Another way", "a list has to call it something"
    PAGES.save_draft(clinic_id=clinic, key="way", draft=None, by=OPERATOR)
    assert PAGES.one(clinic, "way").row.name == "The way"


def test_one_that_is_begun_twice_stays_as_it_was(clinic: UUID) -> None:
    begin(clinic)
    PAGES.begin(clinic_id=clinic, key="way", content=page("Another"), by=OPERATOR, code="other")
    assert PAGES.one(clinic, "way").draft == page("The way")


def test_versions_are_numbered_behind_those_of_the_product(clinic: UUID) -> None:
    product = {("way", 1): page("As it came"), ("way", 2): page("As it comes now")}
    editions = replace(PAGES.editions, product=product)
    shelf = replace(PAGES, editions=editions)
    shelf.begin(clinic_id=clinic, key="way", content=product["way", 2], by=OPERATOR, live=2, code="way")
    one = shelf.one(clinic, "way")
    assert (one.state, one.published, one.draft) == (WorkState.LIVE, product["way", 2], None)
    shelf.save_draft(clinic_id=clinic, key="way", draft=page("Our own"), by=OPERATOR)
    assert shelf.publish(clinic_id=clinic, key="way", by=OPERATOR) == 3
    assert [editions.one(clinic, "way", at).name for at in (1, 2, 3)] == ["As it came", "As it comes now", "Our own"]
    assert [one.number for one in editions.past(clinic, "way")] == [3]


def test_ended_stands_last_and_comes_back(clinic: UUID) -> None:
    begin(clinic)
    begin(clinic, "zoo")
    PAGES.publish(clinic_id=clinic, key="way", by=OPERATOR)
    PAGES.end(clinic_id=clinic, key="way", by=OPERATOR)
    assert [one.row.key for one in PAGES.all(clinic)] == ["zoo", "way"]
    PAGES.resume(clinic_id=clinic, key="way", by=OPERATOR)
    assert PAGES.one(clinic, "way").state is WorkState.LIVE


def test_shelf_is_full_at_its_limit(clinic: UUID) -> None:
    begin(clinic)
    small = replace(PAGES, most=1)
    with pytest.raises(TooMany):
        small.room_left(clinic)


def test_first_language_stays_the_first_when_it_is_stored(clinic: UUID) -> None:
    said = {one: Words("Title", "Body") for one in ("pl", "fr", "en")}
    content = Page("way", 0, "The way", PageKind.DIRECTIONS, said)
    PAGES.begin(clinic_id=clinic, key="way", content=content, by=OPERATOR, code="way")
    stored = PAGES.one(clinic, "way").draft
    assert stored and stored.languages == ("pl", "fr", "en")
