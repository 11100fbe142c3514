"""Senders and wordings: what is refused, what is warned of, from which day on; and texts that ask where nobody hears."""

from datetime import date
from uuid import UUID

import pytest

from recado.appointments import letters
from recado.clinics.types import Refused
from recado.consent import actions as consent
from recado.consent.types import Purpose, PurposeGroup
from recado.foundation.actors import OPERATOR
from recado.foundation.countries.rules import COUNTRIES
from recado.foundation.countries.values import Traffic
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.asking import asks_for_reply
from recado.messaging.checks import SENTENCES, check_sender, check_wording
from recado.messaging.models import Message, ReceivingNumber
from recado.messaging.types import Problem, Severity
from recado.web.inbox import words as inbox_words
from recado.web.patients import happenings
from recado.web.stories import words as story_words
from tests import factories

TODAY = date(2026, 11, 24)


def codes(found: list[Problem], severity: Severity) -> set[str]:
    assert all(one.sentence == SENTENCES[one.code] and one.sentence % one.values for one in found)
    return {one.code for one in found if one.severity is severity}


def sender(name: str, country: str, day: date = TODAY, **more: bool) -> tuple[set[str], set[str]]:
    found = check_sender(name, country, Traffic.SERVICE, on=day, **more)
    return codes(found, Severity.REFUSE), codes(found, Severity.WARN) - {"name_cannot_receive", "us_frequency"}


# ------------------------------------------------------------------------------------------------ senders


@pytest.mark.parametrize(
    ("name", "country", "refused", "warned"),
    [
        ("QuayClinic", "NL", set(), set()),
        ("QuayClinic", "US", {"name_not_allowed"}, set()),
        ("QuayClinic", "ES", {"name_unregistered"}, set()),
        ("QuayClinic", "IE", {"name_unregistered"}, set()),
        ("QuayClinic", "IT", {"name_unregistered"}, set()),
        ("QuayClinic", "ID", {"name_unregistered"}, set()),
        ("QuayClinic", "BE", set(), {"name_may_be_replaced"}),
        ("QuayClinic", "PT", set(), {"name_register_advised"}),
        ("QuayClinic", "ZZ", set(), {"name_may_be_replaced", "country_unknown"}),
        ("QuayClinics1", "DE", {"name_too_long"}, set()),
        ("Klinika Łódź", "DE", {"name_too_long", "name_letters"}, set()),
        ("Quay{1}", "DE", {"name_letters"}, set()),
        ("InfoSMS", "NL", {"name_generic"}, set()),
        ("Clinic", "DE", set(), {"name_generic"}),
        ("+447700900100", "GB", set(), set()),
        ("+33612345678", "GB", set(), {"number_foreign"}),
        ("+447700900100", "ES", set(), {"number_foreign"}),
        ("+33612345678", "FR", set(), {"number_replaced"}),
        ("+14155550101", "US", set(), {"number_unregistered"}),
        ("+6281234567890", "ID", set(), {"number_not_carried", "country_one_way"}),
    ],
)
def test_sender_is_judged_by_its_country(name: str, country: str, refused: set[str], warned: set[str]) -> None:
    assert sender(name, country) == (refused, warned)


def test_register_is_asked_for_from_its_day() -> None:
    assert sender("QuayClinic", "ES", date(2026, 9, 14)) == (set(), {"name_register_by"})
    assert sender("QuayClinic", "ES", date(2026, 9, 15)) == ({"name_unregistered"}, set())
    assert sender("QuayClinic", "IE", date(2025, 10, 2)) == (set(), {"name_register_by"})
    assert sender("QuayClinic", "IE", date(2025, 10, 3)) == ({"name_unregistered"}, set())
    assert sender("QuayClinic", "ES", is_registered=True) == (set(), set())
    assert sender("QuayClinic", "ID", is_registered=True) == (set(), {"name_in_text"})


def test_nobody_is_left_without_any_sender() -> None:
    for country in (*COUNTRIES, "ZZ"):
        for traffic in Traffic:
            number = check_sender("+447700900100", country, traffic, on=TODAY)
            assert not codes(number, Severity.REFUSE), country


# ------------------------------------------------------------------------------------------------ wordings


def wording(
    text: str, country: str = "GB", purpose: Purpose = Purpose.CARE, **more: object
) -> tuple[set[str], set[str]]:
    given: dict[str, object] = {"sender_can_receive": True, "on": TODAY, **more}
    found = check_wording(text, purpose=purpose, country=country, **given)  # type: ignore[arg-type]
    return codes(found, Severity.REFUSE), codes(found, Severity.WARN)


def test_text_that_asks_needs_a_sender_that_hears() -> None:
    asked = "{clinic}: can you come? Reply 1 to confirm."
    assert wording(asked) == (set(), set())
    assert wording(asked, sender_can_receive=False) == ({"reply_unreachable"}, set())
    assert wording(asked, purpose=Purpose.EMERGENCY, sender_can_receive=False) == (set(), {"reply_unreachable"})
    assert wording("{clinic}: see you. {link}", sender_can_receive=False) == (set(), set())


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        ("Winter offers at the clinic.", False),
        ("Winter offers. STOP", False),
        ("Winter offers. STOP 36111", True),
        ("Winter offers. STOP au 36111", True),
    ],
)
def test_news_to_france_says_how_to_stop_it(text: str, is_fine: bool) -> None:
    assert ("stop_text_missing" not in wording(text, "FR", Purpose.NEWS)[0]) is is_fine
    assert "stop_text_missing" not in wording(text, "GB", Purpose.NEWS)[0]
    assert "stop_text_missing" not in wording(text, "FR", Purpose.CARE)[0]
    assert ("stop_text_missing" not in wording(text, "FR", Purpose.SURVEY)[1]) is is_fine
    assert wording("Offers. STOP 36111", "FR", Purpose.NEWS, stop_text="STOP 36222")[0] == {"stop_text_missing"}


@pytest.mark.parametrize("text", ["See https://bit.ly/x1", "BIT.LY/abc", "see tinyurl.com/y"])
def test_links_of_public_shorteners_are_refused_where_they_are_blocked(text: str) -> None:
    assert "public_shortener" in wording(text, "US")[0]
    assert "public_shortener" in wording(text, "BE")[0]
    assert "public_shortener" in wording(text, "GB")[1]


@pytest.mark.parametrize("text", ["See https://quay.example/v/1", "rabbit.ly/x", "bit.lyric.example/x"])
def test_own_links_are_no_shorteners(text: str) -> None:
    assert "public_shortener" not in set().union(*wording(text, "US"))
    assert "links_listed" in wording(text, "BE")[1]


def test_text_about_care_in_the_us_names_who_and_how_to_reach_them() -> None:
    fine = "Quay Side: your visit is on Thu at 10:30. Questions? 415 555 0101"
    assert wording(fine, "US", clinic="Quay Side") == (set(), set())
    assert wording("Your visit is on Thu.", "US", clinic="Quay Side")[1] == {"clinic_not_named", "us_contact_missing"}
    assert wording(fine + "." * 120, "US", clinic="Quay Side")[1] == {"us_too_long"}
    assert wording(fine, "US", Purpose.BILLING, clinic="Quay Side")[1] == {"us_billing"}
    assert wording("Votre visite.", "BE", clinic="Quay Side")[1] == {"clinic_not_named"}


ASKS = """Reply YES to confirm.|Please answer yes or no|Text 1 to confirm|Please reply|Reply to this message|Reply with 1
Can you come? Text us back|Répondez OUI pour confirmer|Merci de répondre à ce SMS|Merci de répondre par SMS|Antwoord JA
Stuur JA om te bevestigen|Odpisz TAK|Prosimy o odpowiedź|Responda SÍ|Conteste a este mensaje|Balas YA|Ketik 1
Antworten Sie mit JA|Bitte antworten Sie auf diese Nachricht|Risponda SI|Responda SIM|STOP to end|1 = oui, 2 = non
Let us know: reply 2"""
ASKS_NOT = """Take 1 tablet at 8 and 2 at noon.|Your answer was noted.|Please do not reply to this text.|Bring 2 forms: 1 signed
Ne répondez pas à ce message.|Merci de ne pas répondre à ce SMS|Antwoord niet op dit bericht.|Thank you for your answer.
Nie odpowiadaj na tę wiadomość.|Por favor no responda a este mensaje.|Jangan balas pesan ini.|Non risponda a questo messaggio.
Bitte antworten Sie nicht auf diese Nachricht.|Não responda a esta mensagem.|We have sent you a letter.|STOP au 36111
Bring the letter with you|Offre du mois. STOP 36111|Call us on 020|To change: https://x.test/1|See you on 1 March
We send this text because you have a visit|Do you have questions? Call us.|Merci pour votre réponse.|Ihre Antwort ist da."""


@pytest.mark.parametrize("text", ASKS.replace("\n", "|").split("|"))
def test_usual_requests_are_found(text: str) -> None:
    assert asks_for_reply(text)


@pytest.mark.parametrize("text", ASKS_NOT.replace("\n", "|").split("|"))
def test_other_texts_are_no_requests(text: str) -> None:
    assert not asks_for_reply(text)


# ------------------------------------------------------------------------------------------------ the send path


def verdict_of(clinic_id: UUID, text: str, **more: object) -> tuple[str, str]:
    (made,) = factories.send(clinic_id, factories.intent(text=text, **more))
    with clinic_scope(clinic_id):
        row = Message.objects.get(clinic_id=clinic_id, id=made.message_id)
    assert (row.verdict, row.rule) == (made.verdict, made.rule)
    return made.verdict, made.rule


def test_every_rule_has_words_wherever_texts_are_told() -> None:
    assert texts.RULES.keys() >= {
        "law_hours",
        "no_lawful_hour",
        "sender_cannot_receive",
        "stop_text_missing",
        "no_carrier",
    }
    for rule, sentence in texts.RULES.items():
        assert sentence.endswith(".")
        assert happenings.rule(rule) == inbox_words.rule_words(rule) == sentence
        assert rule in story_words.RULES


@pytest.mark.usefixtures("database")
class TestSendPath:
    def test_text_that_asks_never_leaves_from_a_name(self) -> None:
        clinic = factories.make_furnished(number="QuayClinic").id
        assert verdict_of(clinic, "Quay: can you come? Reply 1.") == ("never", "sender_cannot_receive")
        assert factories.queued() == set()
        assert verdict_of(clinic, "Quay: see you on Thursday.") == ("allow", "care")
        assert verdict_of(clinic, "Leave the house. Reply 1.", purpose=Purpose.EMERGENCY) == ("allow", "emergency")
        assert texts.RULES["sender_cannot_receive"]

    def test_text_that_asks_leaves_from_a_number(self) -> None:
        clinic = factories.make_furnished().id
        assert verdict_of(clinic, "Quay: can you come? Reply 1.") == ("allow", "care")

    def test_stop_from_a_name_is_confirmed_without_a_word_to_write_back(self) -> None:
        clinic = factories.make_furnished(number="QuayClinic")
        factories.stop(clinic.id)
        (said,) = factories.wordings(clinic.id)
        assert "START" not in str(said)
        assert clinic.name in str(said)

    def test_question_from_a_name_asks_by_link(self) -> None:
        clinic = factories.make_furnished(number="QuayClinic").id
        assert not self.takes_answers(clinic)
        factories.record(clinic, factories.booking())
        visit = factories.visit(clinic)
        with clinic_scope(clinic):
            made = letters.write(
                clinic, [(visit, "visit_question"), (visit, "visit_moved"), (visit, "answer_too_late")]
            )
        made = [one.text for one in made]
        assert "/r/" in made[0]
        assert "Reply" not in made[0]
        assert not any(asks_for_reply(text) for text in made)
        other = factories.make_furnished("quay-side", number="+447700900101").id
        assert self.takes_answers(other)

    def takes_answers(self, clinic_id: UUID) -> bool:
        with clinic_scope(clinic_id):
            return texts.takes_answers(clinic_id)

    def test_news_without_stop_text_stays_here_where_the_country_wants_one(self) -> None:
        clinic = factories.make_furnished().id
        patient = factories.make_patient(clinic)
        with clinic_scope(clinic):
            consent.permit(clinic_id=clinic, patient_id=patient, groups=[PurposeGroup.NEWS], how="desk", by=OPERATOR)
        french = Phone("+33639980001")
        news = {"purpose": Purpose.NEWS, "patient_id": patient, "phone": french}
        assert verdict_of(clinic, "Winter offers.", **news) == ("never", "stop_text_missing")
        assert verdict_of(clinic, "Winter offers. STOP 36111", **news)[0] in ("allow", "later")
        assert verdict_of(clinic, "Winter offers.", purpose=Purpose.NEWS, patient_id=patient) == ("allow", "news")

    def test_name_that_the_country_refuses_is_not_chosen(self) -> None:
        clinic = factories.make_furnished(country="IE").id
        factories.furnish(clinic, "QuayClinic")
        with clinic_scope(clinic):
            name = ReceivingNumber.objects.get(clinic_id=clinic, address="QuayClinic")
            with pytest.raises(Refused, match="register"):
                messaging.choose_sender(clinic_id=clinic, number_id=name.id, by=OPERATOR)
            assert not ReceivingNumber.objects.filter(clinic_id=clinic, is_preferred=True).exists()
