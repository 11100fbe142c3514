"""Information pages: written, published, pointed to by texts, and safe whatever was typed."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as some

from recado.clinics import actions as clinics
from recado.clinics.roles import ADMINISTRATOR
from recado.consent.types import Privacy
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.information import actions, queries
from recado.information.types import NoSuchPage, NotPublishable, Page, PageKind, PageState, Words
from recado.messaging import actions as messaging
from recado.messaging import clinic_texts
from recado.messaging.queries import templates
from recado.messaging.types import LinkWish
from tests import factories, pages, papers, staff
from tests.factories import sql

DIRECTIONS = Page(
    "directions",
    0,
    "Directions",
    PageKind.DIRECTIONS,
    {"en": Words("How to find us", "By **bus**.\n- Line 4"), "pl": Words("Jak do nas trafić", "Autobusem.")},
    on_visits=True,
)


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def publish(clinic: UUID, page: Page = DIRECTIONS) -> str:
    with clinic_scope(clinic):
        key = actions.begin(clinic_id=clinic, page=page, by=OPERATOR)
        actions.publish(clinic_id=clinic, key=key, by=OPERATOR)
        return queries.page(clinic, key).address


def path(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def test_page_is_read_by_anybody_in_their_language(clinic: UUID) -> None:
    address = path(publish(clinic))
    browser = pages.browser()
    english = browser.get(address, headers={"accept-language": "en"})
    assert "How to find us" in english.content.decode() and '<b class="strong">bus</b>' in english.content.decode()
    polish = browser.get(address, headers={"accept-language": "pl-PL,en;q=0.5"})
    assert "Jak do nas trafić" in polish.content.decode() and polish["Content-Language"] == "pl"
    assert "Jak do nas trafić" in browser.get(f"{address}?lang=pl").content.decode()
    assert "How to find us" in browser.get(f"{address}?lang=fr").content.decode()
    assert pages.Reading(english.content.decode()).faults == []
    assert not english.cookies


def test_address_says_nothing_and_stays(clinic: UUID) -> None:
    address = publish(clinic)
    assert "direction" not in address
    with clinic_scope(clinic):
        changed = replace(DIRECTIONS, says={"en": Words("Where we are now", "Next door.")})
        actions.save_draft(clinic_id=clinic, key="directions", draft=changed, by=OPERATOR)
        assert "How to find us" in pages.browser().get(path(address)).content.decode()
        assert actions.publish(clinic_id=clinic, key="directions", by=OPERATOR) == 2
        assert [one.number for one in queries.versions(clinic, "directions")] == [2, 1]
        assert queries.page(clinic, "directions").address == address
    assert "Where we are now" in pages.browser().get(path(address)).content.decode()


def test_page_taken_down_is_gone_and_can_come_back(clinic: UUID) -> None:
    address = path(publish(clinic))
    with clinic_scope(clinic):
        actions.take_down(clinic_id=clinic, key="directions", by=OPERATOR)
    gone = pages.browser().get(address)
    assert gone.status_code == 404 and "not here any more" in gone.content.decode()
    with clinic_scope(clinic):
        actions.put_back(clinic_id=clinic, key="directions", by=OPERATOR)
    assert pages.browser().get(address).status_code == 200
    assert pages.browser().get("/i/nobody/nothing").status_code == 404


def test_draft_with_faults_is_not_published(clinic: UUID) -> None:
    with clinic_scope(clinic):
        page = replace(DIRECTIONS, says={"en": Words("", "")})
        key = actions.begin(clinic_id=clinic, page=page, by=OPERATOR)
        with pytest.raises(NotPublishable):
            actions.publish(clinic_id=clinic, key=key, by=OPERATOR)
        with pytest.raises(NotPublishable):
            actions.take_down(clinic_id=clinic, key=key, by=OPERATOR)
        with pytest.raises(NoSuchPage):
            actions.publish(clinic_id=clinic, key="nothing", by=OPERATOR)
        assert queries.page(clinic, key).state is PageState.DRAFT
        assert queries.addresses(clinic) == {}


def test_key_is_made_of_the_name_and_never_taken_twice(clinic: UUID) -> None:
    with clinic_scope(clinic):
        made = [
            actions.begin(clinic_id=clinic, page=replace(DIRECTIONS, key="", name=name), by=OPERATOR)
            for name in ("Before a blood test", "Before a blood test", "10 rules", "…")
        ]
    assert made == ["before_a_blood_test", "before_a_blood_test_2", "page_10_rules", "page"]


def test_visit_shows_the_pages_of_its_service_and_place(clinic: UUID) -> None:
    publish(clinic)
    publish(clinic, replace(DIRECTIONS, key="blood", services=("blood test",)))
    publish(clinic, replace(DIRECTIONS, key="quay", sites=("Quay",)))
    publish(clinic, replace(DIRECTIONS, key="hidden", on_visits=False))
    with clinic_scope(clinic):
        assert [one.title for one in queries.for_visit(clinic, "Check-up", "", "pl")] == ["Jak do nas trafić"]
        assert len(queries.for_visit(clinic, "Blood test", "quay", "en")) == 3
    factories.record(clinic, factories.booking("A-1", ahead=timedelta(days=3), service="Blood test"))
    visit = factories.visit(clinic)
    with clinic_scope(clinic):
        wish = LinkWish("appointment", visit.id, visit.patient_id, None, visit.starts_at)
        link = messaging.make_links(clinic_id=clinic, wishes=[wish])[0]
    seen = pages.browser().get(path(link)).content.decode()
    assert "Good to know" in seen and seen.count('href="/i/') == 2


def test_visit_shows_the_way_on_the_clinics_own_page_where_no_map_is_linked(clinic: UUID) -> None:
    address = path(publish(clinic))
    factories.record(clinic, factories.booking("A-1", ahead=timedelta(days=3), site="Quay"))
    visit = factories.visit(clinic)

    def card() -> str:
        with clinic_scope(clinic):
            link = messaging.make_links(
                clinic_id=clinic,
                wishes=[LinkWish("appointment", visit.id, visit.patient_id, None, visit.starts_at)],
            )[0]
        return str(pages.browser().get(f"{path(link)}?lang=pl").content.decode())

    seen = card()
    assert f'<a href="{address}?lang=pl">' in seen and seen.count(address) == 1, "it does not stand there twice"
    clinics.add_site(
        clinic_id=clinic, name="Quay", address="2 Quay", directions_url="https://maps.example/q", by=OPERATOR
    )
    seen = card()
    assert 'href="https://maps.example/q"' in seen and f'href="{address}' in seen, "then it is good to know"


def own_text(clinic: UUID, text: str) -> None:
    with clinic_scope(clinic):
        texts = {Privacy.NEUTRAL: {"en": text}}
        revision = messaging.save_text(
            clinic_id=clinic,
            key="visit_confirmation",
            room="visits",
            name="",
            texts=texts,
            revision=0,
            by=OPERATOR,
        )
        messaging.publish_text(
            clinic_id=clinic, key="visit_confirmation", revision=revision, by=OPERATOR, check=lambda _: ()
        )


def test_text_points_to_a_page_while_it_is_live(clinic: UUID) -> None:
    address = publish(clinic)
    own_text(clinic, "{clinic}: see you on {when}.[[ How to find us: {info_directions}]]")
    factories.record(clinic, factories.booking("A-1"))
    factories.release(clinic)
    papers.work()
    assert f"How to find us: {address}" in factories.wordings(clinic)[-1]
    with clinic_scope(clinic):
        actions.take_down(clinic_id=clinic, key="directions", by=OPERATOR)
        clinic_texts.forget()
    factories.record(clinic, factories.booking("A-2", factories.person(322, "Amara Okafor")))
    factories.release(clinic)
    papers.work()
    assert "How to find us" not in factories.wordings(clinic)[-1]


def test_editor_of_texts_offers_published_pages(clinic: UUID) -> None:
    publish(clinic)
    with clinic_scope(clinic):
        assert "info_directions" in templates.room_of(clinic, "visits").values
        look = templates.desk(clinic, "visits", "visit_confirmation").look(
            "{clinic}: {info_directions}", "en", Privacy.NEUTRAL
        )
    assert "may_be_missing" in {one.code for one in look.findings}


def test_editor_of_texts_calls_pages_by_their_titles(clinic: UUID) -> None:
    publish(clinic)
    own = {"pl": Words("Przed badaniem", "Bez śniadania.")}
    publish(clinic, replace(DIRECTIONS, key="page_2", name="Fasting", says=own))
    with clinic_scope(clinic):
        assert queries.titles(clinic, "pl")["info_directions"] == "Jak do nas trafić"
        actions.begin(clinic_id=clinic, page=replace(DIRECTIONS, key="page_3"), by=OPERATOR)
        assert queries.titles(clinic, "en") == {
            "info_directions": "How to find us",
            "info_page_2": "Przed badaniem",
        }, "in its own language where it is in no other; none before it is published"
    html = staff.desk(clinic, ADMINISTRATOR).get("/templates/visit_confirmation").content.decode()
    buttons = re.findall(r'data-insert="\{(info_\w+)\}".*?</span>([^<]+)</button>', html)
    assert buttons == [("info_directions", "page How to find us"), ("info_page_2", "page Przed badaniem")]


def test_every_change_is_in_the_audit(clinic: UUID) -> None:
    publish(clinic)
    actions_noted = [one[0] for one in sql("SELECT action FROM foundation_auditevent WHERE action LIKE 'info_page.%%'")]
    assert sorted(actions_noted) == ["info_page.begin", "info_page.publish"]


# ------------------------------------------------------------------------------------------------ the markup

PIECES = some.sampled_from(
    (
        *(
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            '[x](https://a.example/"onload=)',
            "**",
            "## ",
            "- ",
        ),
        *("\n", "1. ", "https://a.example/<b>", "[a](tel:+44)", "&lt;", "'", '"', "[", "](", "plain "),
    )
)


def shown(text: str) -> str:
    return render_to_string("recado/patient/_article.html", {"blocks": queries.read_markup(text)})


@given(some.lists(PIECES, max_size=12).map("".join) | some.text(max_size=200))
def test_page_holds_no_markup_but_ours_whatever_was_typed(text: str) -> None:
    reading: Any = pages.Reading(shown(text))
    assert {tag for tag, _ in reading.tags} <= {"h2", "ul", "ol", "li", "p", "br", "b", "a"}
    for tag, given_ in reading.tags:
        assert set(given_) <= ({"href", "rel"} if tag == "a" else {"class"})
        assert given_.get("href", "https://").startswith(("https://", "tel:"))


def test_markup_says_what_it_means() -> None:
    made = shown(
        "## By bus\nLine **4**\nor 11\n\n- one\n- two\n1. first\n[call](tel:+442079460100), https://a.example/x."
    )
    assert made.count("<li>") == 3 and "<h2>By bus</h2>" in made and '<b class="strong">4</b><br>or 11' in made
    assert 'href="tel:+442079460100"' in made and 'href="https://a.example/x"' in made
