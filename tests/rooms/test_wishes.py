"""What people wish: kinds of texts, hours, a shared phone; said on the page behind a link, and judged by the gate."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from recado.clinics.types import CareBasis
from recado.consent import actions as consent
from recado.consent import queries as said
from recado.consent.rules import judge
from recado.consent.texts import NEWEST, TEXTS, agreed_to, shown
from recado.consent.types import (
    EVERYTHING,
    GROUP_OF,
    Allow,
    CarerScope,
    Facts,
    Later,
    Never,
    Privacy,
    Proposal,
    Purpose,
    PurposeGroup,
    QuietHours,
    Stand,
    Wish,
)
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.types import LinkWish
from tests import factories, pages
from tests.factories import intent, phone, send
from tests.rooms.test_consent_rules import CLOCKS, LONDON, MOMENTS, NIGHT, NOON, QUIET, ZONES

NAMES = itertools.count()
PLANNED = st.sampled_from([Purpose.CARE, Purpose.BILLING, Purpose.SURVEY, Purpose.NEWS])
WISHED = st.one_of(st.none(), st.builds(QuietHours, CLOCKS, CLOCKS))
GROUPS = st.frozensets(st.sampled_from(EVERYTHING))
CARERS = st.one_of(st.none(), st.builds(CarerScope, GROUPS, st.one_of(st.none(), MOMENTS)))
FACTS = st.builds(
    Facts,
    time_zone=ZONES,
    quiet_hours=QUIET,
    wished_hours=WISHED,
    carer=CARERS,
    care_basis=st.sampled_from(CareBasis),
    withdrawn=GROUPS,
    permitted=GROUPS,
    is_wrong_number=st.booleans(),
    sent_today=st.integers(0, 5),
)


# ------------------------------------------------------------------------------------------------ the rules, pure


def test_a_planned_text_waits_for_the_hours_that_suit_when_others_are_asked_for() -> None:
    facts = replace(LONDON, wished_hours=QuietHours(time(17), time(18)))
    assert judge(Proposal(Purpose.CARE), facts, NOON) == Later(datetime(2026, 11, 24, 17, tzinfo=UTC), "wished_hours")
    assert judge(Proposal(Purpose.CARE), facts, NIGHT) == Later(datetime(2026, 11, 25, 17, tzinfo=UTC), "quiet_hours")
    assert isinstance(judge(Proposal(Purpose.ANSWER), facts, NOON), Allow)
    assert isinstance(judge(Proposal(Purpose.EMERGENCY), facts, NOON), Allow)


def test_a_text_is_refused_with_its_reason_when_wish_and_clinic_never_meet() -> None:
    facts = replace(LONDON, wished_hours=QuietHours(time(19), time(21)))
    assert judge(Proposal(Purpose.CARE), facts, NOON) == Never("no_wished_hour")


def test_a_carer_is_told_what_they_may_and_until_the_end_when_it_comes() -> None:
    end = NOON + timedelta(hours=1)
    facts = replace(LONDON, permitted=frozenset(EVERYTHING), carer=CarerScope(frozenset({PurposeGroup.CARE}), end))
    assert judge(Proposal(Purpose.CARE), facts, NOON) == Allow("care")
    assert judge(Proposal(Purpose.NEWS), facts, NOON) == Never("carer_scope")
    assert judge(Proposal(Purpose.CARE), facts, end) == Never("carer_ended")
    assert judge(Proposal(Purpose.CARE, due=end), facts, NOON) == Never("carer_ended")
    early = replace(facts, wished_hours=QuietHours(time(14), time(16)))
    assert judge(Proposal(Purpose.CARE), early, NOON) == Never("carer_ended"), "it could only go after the end"


@given(PLANNED, FACTS, MOMENTS)
def test_stop_wins_whatever_else_was_said(purpose: Purpose, facts: Facts, now: datetime) -> None:
    if GROUP_OF[purpose] in facts.withdrawn:
        assert isinstance(judge(Proposal(purpose), facts, now), Never)


@given(PLANNED, FACTS, MOMENTS)
def test_a_wish_or_a_carer_never_lets_through_what_is_not_let_through_without(
    purpose: Purpose, facts: Facts, now: datetime
) -> None:
    plain = judge(Proposal(purpose), replace(facts, wished_hours=None, carer=None), now)
    verdict = judge(Proposal(purpose), facts, now)
    if isinstance(verdict, Allow):
        assert verdict == plain
    if isinstance(verdict, Later):
        assert isinstance(plain, Allow | Later)
        assert verdict.until > now
        at_last = judge(Proposal(purpose), replace(facts, sent_today=0), verdict.until)
        assert isinstance(at_last, Allow), "judged again then, it goes"


def test_every_version_of_the_consent_text_stands_in_all_nine_languages() -> None:
    for version in TEXTS.values():
        assert sorted(version) == ["de", "en", "es", "fr", "id", "it", "nl", "pl", "pt"]
        for wording in version.values():
            assert "{clinic}" in wording.lead
            assert tuple(wording.groups) == EVERYTHING
            assert "STOP" in wording.end


def test_a_proof_shows_the_words_that_were_shown_when_it_is_looked_up() -> None:
    wording = shown("fr-CA", "Clinique du Port")
    assert wording.version == f"{NEWEST}/fr"
    assert agreed_to(wording.version, "Clinique du Port") == wording
    assert "Clinique du Port" in wording.whole([PurposeGroup.NEWS])
    assert [agreed_to(other, "x") for other in ("", "portal v3", "9/fr", "1/xx", "-1/en")] == [None] * 5


# ------------------------------------------------------------------------------------------------ in force


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def index(clinic_id: UUID, last: int = 321) -> bytes:
    return messaging.phone_index(clinic_id, phone(last))


def stands(clinic_id: UUID, patient_id: UUID) -> dict[PurposeGroup, Stand]:
    with clinic_scope(clinic_id):
        found = said.choices(clinic_id, patient_id, index(clinic_id), CareBasis.CARE)
    return {one.group: one.stand for one in found}


@pytest.mark.usefixtures("database")
@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(["stop", "start", "no", "yes"]), st.sampled_from(EVERYTHING)), max_size=8))
def test_the_last_word_about_a_kind_counts_in_any_order_of_grants_and_withdrawals(
    steps: list[tuple[str, PurposeGroup]],
) -> None:
    clinic_id = factories.make_clinic(f"c-{next(NAMES)}").id
    patient_id = factories.make_patient(clinic_id)
    silent: dict[PurposeGroup, int] = {}
    with clinic_scope(clinic_id):
        phone_bi = index(clinic_id)
        common = {"clinic_id": clinic_id, "phone_bi": phone_bi, "how": "sms", "by": OPERATOR}
        for at, (step, group) in enumerate(steps):
            business_time.advance_to(business_time.now() + timedelta(seconds=1))
            if step == "stop":
                consent.withdraw(**common)  # type: ignore[arg-type]
                silent |= {one: at for one in EVERYTHING if one not in silent}
            elif step == "no":
                consent.withdraw(groups=[group], **common)  # type: ignore[arg-type]
                silent.setdefault(group, at)
            elif step == "yes":
                consent.restore(groups=[group], **common)  # type: ignore[arg-type]
                silent.pop(group, None)
            else:
                consent.restore(**common)  # type: ignore[arg-type]
                newest = max(silent.values(), default=-1)
                silent = {one: since for one, since in silent.items() if since != newest}
        standing = said.standing_of(clinic_id, phones=[phone_bi], patients=[patient_id])
        assert standing.withdrawn.get(phone_bi, frozenset()) == silent.keys()
        assert (said.stopped_at(clinic_id, phone_bi) is not None) is (len(silent) == 4)


def test_start_undoes_the_stop_and_not_the_no_before_it(clinic: UUID) -> None:
    patient_id = factories.make_patient(clinic)
    with clinic_scope(clinic):
        consent.withdraw(clinic_id=clinic, phone_bi=index(clinic), groups=[PurposeGroup.NEWS], how="link", by=OPERATOR)
    factories.advance(timedelta(minutes=1))
    factories.stop(clinic)
    factories.start(clinic)
    now = stands(clinic, patient_id)
    assert now[PurposeGroup.NEWS] is Stand.STOPPED
    assert now[PurposeGroup.CARE] is Stand.PART_OF_CARE


def test_a_text_waits_for_the_wished_hours_of_its_number_and_no_other_does(database: None) -> None:
    clinic = factories.make_furnished().id
    now = business_time.now()
    opens = (now + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    hours = QuietHours(opens.time(), (opens + timedelta(hours=1)).time())
    with clinic_scope(clinic):
        consent.wish(clinic_id=clinic, phone_bi=index(clinic), wish=Wish(hours), how="link", by=OPERATOR)
    mine, other = send(clinic, intent(), intent(322))
    assert (mine.verdict, mine.rule) == ("later", "wished_hours")
    assert mine.due is not None and mine.due >= opens
    assert (other.verdict, other.rule) == ("allow", "care")
    with clinic_scope(clinic):
        assert consent.wish(clinic_id=clinic, phone_bi=index(clinic), wish=Wish(), how="link", by=OPERATOR)
    assert send(clinic, intent())[0].verdict == "allow"
    kinds = factories.sql("SELECT kind FROM consent_ledgerentry ORDER BY at, id")
    assert [kind for (kind,) in kinds] == ["hours_wished", "hours_dropped"]


# ------------------------------------------------------------------------------------------------ the page


@pytest.fixture
def link(clinic: UUID) -> str:
    """The token in the confirmation of a visit."""
    factories.record(clinic, factories.booking())
    visit = factories.visit(clinic)
    with clinic_scope(clinic):
        wish = LinkWish("appointment", visit.id, visit.patient_id, index(clinic), visit.starts_at)
        (address,) = messaging.make_links(clinic_id=clinic, wishes=[wish])
    return address.rsplit("/", 1)[1]


def choose(link: str, *groups: str, **more: str) -> int:
    fields = {"do": "save", "group": list(groups), "language": "en", "hours": ""} | more
    return pages.browser().post(f"/r/{link}/messages", fields).status_code


def body(link: str) -> str:
    response = pages.browser().get(f"/r/{link}/messages")
    assert response.status_code == 200
    html = response.content.decode()
    assert pages.Reading(html).faults == []
    assert "Eleanor" not in html and "Whitcombe" not in html
    return html


def test_the_page_shows_what_is_sent_and_changes_it_both_ways(clinic: UUID, link: str) -> None:
    patient_id = factories.visit(clinic).patient_id
    html = body(link)
    assert html.count(" checked") == 2, "care and bills are part of the care"
    assert choose(link, "care", "billing", "survey") == 303
    now = stands(clinic, patient_id)
    assert (now[PurposeGroup.SURVEY], now[PurposeGroup.NEWS]) == (Stand.PERMITTED, Stand.NOT_ASKED)
    assert choose(link, "care") == 303
    now = stands(clinic, patient_id)
    assert (now[PurposeGroup.SURVEY], now[PurposeGroup.BILLING]) == (Stand.STOPPED, Stand.STOPPED)
    assert choose(link, "care", "billing", "survey") == 303
    assert stands(clinic, patient_id)[PurposeGroup.SURVEY] is Stand.PERMITTED
    with clinic_scope(clinic):
        proof = said.proofs(clinic, patient_id, index(clinic))[0]
    assert (proof.kind, proof.how, proof.text_version) == ("permitted", "link", f"{NEWEST}/en")


def test_how_much_a_message_says_is_chosen_down_but_never_up_to_clinical_words(clinic: UUID, link: str) -> None:
    patient_id = factories.visit(clinic).patient_id

    def level() -> Privacy:
        with clinic_scope(clinic):
            return said.level_chosen(clinic, patient_id)

    assert 'value="clinical"' not in body(link)
    assert choose(link, "care", level="clinical") == 303
    assert level() is Privacy.PLACE_AND_TIME
    assert choose(link, "care", level="neutral") == 303
    assert level() is Privacy.NEUTRAL
    assert choose(link, "care") == 303
    assert level() is Privacy.NEUTRAL, "what the form does not say stays"
    with clinic_scope(clinic):
        consent.choose_privacy(
            clinic_id=clinic,
            patient_id=patient_id,
            level=Privacy.CLINICAL,
            how="desk",
            by=OPERATOR,
            phone_bi=index(clinic),
            text_version="clinical-1/en",
        )
    assert '<option value="clinical" selected>' in body(link)
    assert choose(link, "care", level="clinical") == 303
    assert level() is Privacy.CLINICAL
    assert choose(link, "care", level="place_and_time") == 303
    assert level() is Privacy.PLACE_AND_TIME and 'value="clinical"' not in body(link)


def test_opening_the_page_changes_nothing_however_often(clinic: UUID, link: str) -> None:
    before = factories.sql("SELECT count(*) FROM consent_ledgerentry")
    for method in ("get", "head"):
        getattr(pages.browser(), method)(f"/r/{link}/messages")
    assert factories.sql("SELECT count(*) FROM consent_ledgerentry") == before


def test_stop_all_is_confirmed_once_and_taken_back(clinic: UUID, link: str) -> None:
    client = pages.browser()
    for _ in range(2):
        client.post(f"/r/{link}/messages", {"do": "stop"})
    assert "All messages are stopped" in body(link)
    texts = [text for text in factories.wordings(clinic) if "no more messages" in text]
    assert len(texts) == 1
    client.post(f"/r/{link}/messages", {"do": "only", "keep": "care"})
    now = stands(clinic, factories.visit(clinic).patient_id)
    assert now[PurposeGroup.CARE] is Stand.PART_OF_CARE
    assert now[PurposeGroup.NEWS] is Stand.STOPPED
    assert "Stop everything" in body(link)


def test_language_hours_and_a_shared_phone_are_kept(clinic: UUID, link: str) -> None:
    assert choose(link, "care", language="fr", hours="17:00-20:00", shared="yes") == 303
    html = pages.browser().get(f"/r/{link}/messages").content.decode()
    assert 'lang="fr"' in html
    with clinic_scope(clinic):
        wish = said.wish_at(clinic, index(clinic))
    assert wish == Wish(QuietHours(time(17), time(20)), is_shared=True)
    assert choose(link, "care", hours="03:00-04:00") == 303, "hours that nobody offered are the usual ones"
    with clinic_scope(clinic):
        assert said.wish_at(clinic, index(clinic)) == Wish()


def test_the_page_of_a_visit_greets_nobody_by_name_when_others_are_reached_at_the_phone(
    clinic: UUID, link: str
) -> None:
    assert "Eleanor" in pages.browser().get(f"/r/{link}").content.decode()
    choose(link, "care", shared="yes")
    assert "Eleanor" not in pages.browser().get(f"/r/{link}").content.decode()
    choose(link, "care")
    factories.make_patient(clinic, 321, name="Ben Whitcombe", record_number="R-2")
    assert "Eleanor" not in pages.browser().get(f"/r/{link}").content.decode()
    assert "more than one person" in body(link)


def test_the_pages_are_light_when_they_are_opened(clinic: UUID, link: str) -> None:
    assets = pages.CSS.stat().st_size + (pages.CSS.parent.parent / "js/patient.js").stat().st_size
    assert len(body(link)) + assets < 60_000
    pages.browser().post(f"/r/{link}/messages", {"do": "stop"})
    assert "All messages are stopped" in body(link)
    assert len(body(link)) + assets < 60_000


@pytest.mark.parametrize("token", ["never-was", "x" * 200])
def test_a_link_that_is_none_leads_to_the_page_of_ended_ones(clinic: UUID, token: str) -> None:
    client: Client = pages.browser()
    assert client.get(f"/r/{token}/messages").status_code == 410
    assert client.post(f"/r/{token}/messages", {"do": "stop"}).status_code == 410
