"""Somebody agrees by themselves before the first text: by keyword, or on the page to join."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections

from recado.clinics import queries as clinics
from recado.clinics.types import CareBasis
from recado.consent import queries as said
from recado.consent.actions import agreeing
from recado.consent.texts import NEWEST
from recado.consent.types import Agreement, Purpose, PurposeGroup, Stand
from recado.conversations import actions as conversations
from recado.conversations.joining import forget_old
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.asking import alone
from recado.foundation.database import Role, connect, plain_cursor
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from tests import factories, pages
from tests.factories import hear, intent, phone, send
from tests.staff import desk


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished(care_basis=CareBasis.CONSENT).id


def stands(clinic_id: UUID, patient_id: UUID, last: int = 321) -> dict[PurposeGroup, Stand]:
    with clinic_scope(clinic_id):
        bi = messaging.phone_index(clinic_id, phone(last))
        return {one.group: one.stand for one in said.choices(clinic_id, patient_id, bi, CareBasis.CONSENT)}


@pytest.mark.parametrize("word", ["JOIN", "join!", "Gabung", "MEEDOEN please", "Dołączam", "unirme"])
def test_the_keyword_is_a_yes_to_care_and_news_and_confirmed_once(clinic: UUID, word: str) -> None:
    patient_id = factories.make_patient(clinic)
    assert send(clinic, intent(patient_id=patient_id))[0].rule == "no_permission"
    assert hear(clinic, word) == "joined"
    now = stands(clinic, patient_id)
    assert (now[PurposeGroup.CARE], now[PurposeGroup.NEWS]) == (Stand.PERMITTED, Stand.PERMITTED)
    assert now[PurposeGroup.SURVEY] is Stand.NOT_ASKED
    assert send(clinic, intent(patient_id=patient_id, text="Another"))[0].verdict == "allow"
    assert hear(clinic, word + " ") == "joined_before"
    (confirmed,) = [text for text in factories.wordings(clinic) if "thank you" in text]
    assert "STOP ends them" in confirmed
    link = re.search(r"/r/(\w+)", confirmed)
    assert link is not None
    client = pages.browser()
    assert client.get(f"/r/{link[1]}")["Location"] == f"/r/{link[1]}/messages"
    assert client.get(f"/r/{link[1]}/messages").status_code == 200
    with clinic_scope(clinic):
        proof = next(one for one in said.proofs(clinic, patient_id, None) if one.kind == "permitted")
    assert (proof.how, proof.text_version, proof.channel) == ("sms", f"{NEWEST}/en", "sms")


def test_who_joined_before_they_were_on_record_is_not_asked_again(clinic: UUID) -> None:
    assert hear(clinic, "JOIN") == "joined"
    patient_id = factories.make_patient(clinic)
    assert stands(clinic, patient_id)[PurposeGroup.CARE] is Stand.PERMITTED
    assert send(clinic, intent(patient_id=patient_id))[0].verdict == "allow"
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, phone())
        assert [one.kind for one in said.proofs(clinic, patient_id, bi)] == ["permitted", "permitted"]


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=30)])
def test_yes_told_by_another_system_never_replaces_ones_own(clinic: UUID, later: timedelta) -> None:
    def tell(at: datetime) -> int:
        with clinic_scope(clinic), plain_cursor() as cursor:
            bi = messaging.phone_index(clinic, phone())
            told = [Agreement(bi, group, "crm", at, "v9") for group in (PurposeGroup.CARE, PurposeGroup.NEWS)]
            return alone(agreeing(clinic, told, by=OPERATOR, now=at), cursor)

    def sources() -> set[str]:
        return {source for (source,) in factories.sql("SELECT DISTINCT source FROM consent_numberpermission")}

    began = business_time.now()
    assert tell(began - timedelta(days=1)) == 2
    assert (hear(clinic, "JOIN"), sources()) == ("joined", {"recado:sms"}), "one's own yes replaces what was told"
    assert tell(business_time.now() + later) == 0
    assert sources() == {"recado:sms"}


def test_a_keyword_after_a_stop_takes_back_what_it_names(clinic: UUID) -> None:
    patient_id = factories.make_patient(clinic)
    hear(clinic, "STOP")
    assert hear(clinic, "JOIN") == "joined"
    now = stands(clinic, patient_id)
    assert (now[PurposeGroup.CARE], now[PurposeGroup.SURVEY]) == (Stand.PERMITTED, Stand.STOPPED)
    hear(clinic, "STOP")
    assert stands(clinic, patient_id)[PurposeGroup.CARE] is Stand.STOPPED


def test_the_clinics_own_word_on_a_shared_number_joins(database: None) -> None:
    clinic = factories.make_clinic(care_basis=CareBasis.CONSENT).id
    number = factories.furnish(clinic, "+447700900150", keyword="QUAY")
    patient_id = factories.make_patient(clinic)
    assert hear(clinic, "Quay", number=number) == "waits_for_person", "which clinic is meant, and no more"
    assert stands(clinic, patient_id)[PurposeGroup.CARE] is not Stand.PERMITTED
    assert hear(clinic, "JOIN", number=number) == "joined", "what is left of JOIN QUAY"
    assert stands(clinic, patient_id)[PurposeGroup.CARE] is Stand.PERMITTED


# ------------------------------------------------------------------------------------------------ by page


def ask(clinic_id: UUID, last: int = 321) -> UUID:
    with clinic_scope(clinic_id):
        return conversations.ask_join_code(
            clinic_id=clinic_id, phone=phone(last), groups=[PurposeGroup.NEWS], language="en"
        )


def codes(clinic_id: UUID) -> list[str]:
    found = (re.match(r"(\d{6}) is your code", text) for text in factories.wordings(clinic_id))
    return [match[1] for match in found if match]


def confirm(clinic_id: UUID, name: UUID, code: str) -> bool:
    with clinic_scope(clinic_id):
        return conversations.confirm_join_code(clinic_id=clinic_id, joining_id=name, code=code)


def test_nothing_counts_until_the_code_comes_back(clinic: UUID) -> None:
    name = ask(clinic)
    news = intent(purpose=Purpose.NEWS, text="News. STOP ends them")
    assert send(clinic, news)[0].rule == "no_permission"
    (code,) = codes(clinic)
    wrong = "000000" if code != "000000" else "111111"
    assert not confirm(clinic, name, wrong)
    assert confirm(clinic, name, code)
    assert not confirm(clinic, name, code), "a code is good once"
    assert send(clinic, news)[0].verdict == "allow"


def test_a_code_ends_with_its_tries_and_its_time(clinic: UUID) -> None:
    name = ask(clinic)
    (code,) = codes(clinic)
    wrong = "000000" if code != "000000" else "111111"
    assert not any(confirm(clinic, name, wrong) for _ in range(5))
    assert not confirm(clinic, name, code)
    late = ask(clinic)
    assert late != name, "guessed at too often: another one goes out"
    factories.advance(timedelta(minutes=16))
    assert not confirm(clinic, late, codes(clinic)[1])


def test_a_number_gets_three_codes_a_day_and_who_asks_sees_no_difference(clinic: UUID) -> None:
    for _ in range(5):
        assert isinstance(ask(clinic), UUID)
        factories.advance(timedelta(minutes=4))
    assert len(codes(clinic)) == 3


def test_one_press_more_without_script_sends_no_second_code(clinic: UUID) -> None:
    def press(number: str, group: str) -> UUID:
        return UUID(joining_of(post(clinic, do="ask", phone=number, group=[group]).content.decode()))

    first = press("07700 900321", "news")
    assert press("+44 7700 900321", "news") == first and len(codes(clinic)) == 1
    assert press("07700 900321", "care") != first, "they agree to something else"
    factories.advance(timedelta(minutes=4))
    again = press("07700 900321", "news")
    assert again != first and len(codes(clinic)) == 3, "nothing came, and they began anew"
    assert confirm(clinic, again, codes(clinic)[2])
    assert press("07700 900321", "news") != again, "what is done is asked anew"


def test_two_presses_at_the_same_moment_send_one_code(clinic: UUID) -> None:
    together = Barrier(2)

    def press(_: int) -> UUID:
        together.wait()
        try:
            return ask(clinic)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert len(set(threads.map(press, range(2)))) == 1
    assert len(codes(clinic)) == 1


def post(clinic_id: UUID, **fields: object):  # type: ignore[no-untyped-def]
    return pages.browser().post(f"/r/join/{clinics.clinic_settings(clinic_id).short_code}", fields)


def joining_of(html: str) -> str:
    found = re.search(r'name="joining" value="([\w-]+)"', html)
    assert found is not None
    return found[1]


def test_the_page_to_join_takes_a_yes_by_its_code(clinic: UUID) -> None:
    path = f"/r/join/{clinics.clinic_settings(clinic).short_code}"
    for language in ("en", "pl"):
        html = pages.browser().get(path, {"lang": language}).content.decode()
        assert pages.Reading(html).faults == []
        assert " checked" not in html, "nobody's yes is assumed"
        assert "data-settle" in html, "a second tap sends no second code"
    assert post(clinic, do="ask", phone="07700 900321").status_code == 422
    assert post(clinic, do="ask", phone="12", group=["news"]).status_code == 422
    asked = post(clinic, do="ask", phone="07700 900321", group=["news"])
    html = asked.content.decode()
    assert "900321" not in html and "data-settle" in html
    joining = joining_of(html)
    (code,) = codes(clinic)
    assert post(clinic, do="confirm", joining="x", code=code).status_code == 200
    assert post(clinic, do="confirm", joining=joining, code="1").status_code == 422
    done = post(clinic, do="confirm", joining=joining, code=f" {code[:3]} {code[3:]}")
    assert "We have noted what you agreed to" in done.content.decode()
    assert send(clinic, intent(purpose=Purpose.NEWS, text="News. STOP ends them"))[0].verdict == "allow"
    assert pages.browser().get("/r/join/zzzzzz").status_code == 404


def test_the_poster_leads_to_the_page_and_to_the_keyword(clinic: UUID) -> None:
    html = desk(clinic).get("/patients/poster", {"lang": "nl"}).content.decode()
    assert pages.Reading(html).faults == []
    assert f"/r/join/{clinics.clinic_settings(clinic).short_code}" in html
    assert "JOIN" in html and html.count("<svg class") >= 2
    assert "gezondheidsnieuws" in html and "rekeningen" not in html


def test_the_form_to_sign_has_the_words_and_the_version_that_the_proof_keeps(clinic: UUID) -> None:
    html = desk(clinic).get("/patients/form-to-sign", {"lang": "nl"}).content.decode()
    assert pages.Reading(html).faults == []
    assert "rekeningen" in html and "2/nl" in html and html.count("write-line") == 4
    assert "deze pagina" not in html and "de pagina achter de link in een bericht" in html, (
        "paper has no page to stop on"
    )


def test_a_number_that_was_typed_is_forgotten_when_its_code_is_of_no_use_any_more(clinic: UUID) -> None:
    ask(clinic)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        factories.advance(timedelta(days=1))
        assert forget_old(maintenance) == 0
        assert factories.sql("SELECT count(*) FROM conversations_joining") == [(1,)]
        factories.advance(timedelta(days=1))
        forget_old(maintenance)
    assert factories.sql("SELECT count(*) FROM conversations_joining") == [(0,)]
