"""Carers: texts go to whoever is told in a patient's place, about what they may be told and until the end."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments import actions as appointments
from recado.appointments import steps, together, waitlist
from recado.appointments.types import CancelReason
from recado.consent import actions as consent
from recado.consent import queries as said
from recado.consent.caring import grown_up_at
from recado.consent.types import CarerView, Purpose, PurposeGroup, Relation, Wish
from recado.contacts import actions as contacts
from recado.documents import opening as documents
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.types import LinkWish
from tests import factories, pages, papers
from tests.desk import Desk
from tests.factories import DAY, intent, phone, send
from tests.staff import desk

CARE = frozenset({PurposeGroup.CARE})
CHILD, MOTHER = 321, 700


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def child(clinic: UUID) -> UUID:
    return factories.make_patient(clinic, CHILD, name="Camille Lefebvre", birth_date=date(2017, 3, 1))


def entrust(clinic_id: UUID, patient_id: UUID, last: int = MOTHER, **more: object) -> UUID:
    given = {
        "name": "Rose Lefebvre",
        "phone": phone(last),
        "language": "fr",
        "relation": Relation.OTHER,
        "groups": CARE,
        "until": None,
        "how": "desk",
        "by": OPERATOR,
    } | more
    with clinic_scope(clinic_id):
        return consent.entrust(clinic_id=clinic_id, patient_id=patient_id, **given)  # type: ignore[arg-type]


def carer(clinic_id: UUID, patient_id: UUID) -> CarerView:
    with clinic_scope(clinic_id):
        (found,) = said.carers_of(clinic_id, [patient_id])
    return found


def told(clinic_id: UUID, patient_id: UUID, group: PurposeGroup = PurposeGroup.CARE) -> tuple[str, str, str]:
    with clinic_scope(clinic_id):
        one = said.recipients(clinic_id, [patient_id], group)[patient_id]
    return (one.phone.e164 if one.phone else "", one.language, one.first_name)


def test_a_text_goes_to_the_carer_in_their_language_and_names_the_person(clinic: UUID, child: UUID) -> None:
    assert told(clinic, child) == (phone(CHILD).e164, "en", "Camille")
    entrust(clinic, child)
    assert told(clinic, child) == (phone(MOTHER).e164, "fr", "Camille")
    assert told(clinic, child, PurposeGroup.BILLING)[0] == phone(CHILD).e164, "outside of what she is told"
    factories.record(clinic, factories.booking(who=factories.person(CHILD, name="Camille Lefebvre")))
    visit = factories.visit(clinic)
    with clinic_scope(clinic):
        (letter,) = steps.compose(clinic, [(visit.id, "visit_confirmation")])
    assert letter.phone == phone(MOTHER)
    assert "Camille, votre rendez-vous" in letter.text


def test_the_gate_judges_the_scope_also_of_a_text_that_somebody_else_addressed(clinic: UUID, child: UUID) -> None:
    entrust(clinic, child)
    care, bill, own = send(
        clinic,
        intent(MOTHER, patient_id=child),
        intent(MOTHER, purpose=Purpose.BILLING, patient_id=child, text="A bill"),
        intent(CHILD, purpose=Purpose.BILLING, patient_id=child, text="Another"),
    )
    assert [one.rule for one in (care, bill, own)] == ["care", "carer_scope", "billing"]


def test_nothing_goes_to_the_carer_from_the_end_on(clinic: UUID, child: UUID) -> None:
    end = business_time.now() + 2 * DAY
    entrust(clinic, child, until=end)
    before, after = send(
        clinic,
        intent(MOTHER, patient_id=child, not_before=end - timedelta(minutes=1)),
        intent(MOTHER, patient_id=child, not_before=end, text="Later"),
    )
    assert (before.verdict, after.rule) == ("allow", "carer_ended")
    factories.advance(2 * DAY)
    assert told(clinic, child)[0] == phone(CHILD).e164


def test_a_text_that_still_waits_at_the_end_does_not_leave(clinic: UUID, child: UUID) -> None:
    end = business_time.now() + timedelta(minutes=30)
    entrust(clinic, child, until=end)
    (made,) = send(clinic, intent(MOTHER, patient_id=child))
    assert made.verdict == "allow"
    factories.advance(timedelta(hours=1))
    with Desk() as dispatcher:
        (claimed,) = dispatcher.texts()
    assert claimed.ends_at == end < business_time.now(), "the loop lets what has ended go nowhere: test_dispatch_loop"
    assert claimed.message == made.message_id.bytes


def link_to(clinic: UUID, patient_id: UUID, last: int, until: datetime) -> str:
    """The address of a page about a patient, sent to a phone."""
    with clinic_scope(clinic):
        wish = LinkWish("appointment", patient_id, patient_id, messaging.phone_index(clinic, phone(last)), until)
        (address,) = messaging.make_links(clinic_id=clinic, wishes=[wish])
    return f"/r/{address.rsplit('/', 1)[1]}/messages"


def test_a_link_opens_nothing_to_the_carer_from_the_end_on(clinic: UUID, child: UUID) -> None:
    until = business_time.now() + 10 * DAY
    entrust(clinic, child, until=business_time.now() + 2 * DAY)
    theirs, own = (link_to(clinic, child, last, until) for last in (MOTHER, CHILD))
    client, reception = pages.browser(), desk(clinic)
    assert {client.get(path).status_code for path in (theirs, own)} == {200}
    assert "You are told in somebody" in client.get(theirs, {"lang": "en"}).content.decode()
    assert "Told in their place" in reception.get(f"/patients/{child}/").content.decode()
    factories.advance(2 * DAY)
    assert (client.get(theirs).status_code, client.get(own).status_code) == (410, 200)
    assert "Who is told in your place" not in client.get(own, {"lang": "en"}).content.decode()
    assert "Told in their place" not in reception.get(f"/patients/{child}/").content.decode()


def test_a_link_that_was_made_before_the_end_was_set_opens_nothing_from_the_end_on(clinic: UUID, child: UUID) -> None:
    until = business_time.now() + 10 * DAY
    theirs, own = (link_to(clinic, child, last, until) for last in (MOTHER, CHILD))
    entrust(clinic, child, until=business_time.now() + 2 * DAY)
    client = pages.browser()
    assert {client.get(path).status_code for path in (theirs, own)} == {200}
    factories.advance(2 * DAY)
    assert (client.get(theirs).status_code, client.get(own).status_code) == (410, 200)


def test_a_carer_named_twice_is_told_to_the_later_end(clinic: UUID, child: UUID) -> None:
    now = business_time.now()
    for until in (now + 2 * DAY, now + 5 * DAY):
        entrust(clinic, child, until=until)
    theirs, client = link_to(clinic, child, MOTHER, now + 10 * DAY), pages.browser()
    factories.advance(4 * DAY)
    assert client.get(theirs).status_code == 200
    factories.advance(DAY)
    assert client.get(theirs).status_code == 410


def test_what_waits_is_taken_back_when_staff_end_it(clinic: UUID, child: UUID) -> None:
    name = entrust(clinic, child)
    send(clinic, intent(MOTHER, patient_id=child, not_before=business_time.now() + DAY))
    assert len(factories.queued()) == 1
    with clinic_scope(clinic):
        ended = consent.release(clinic_id=clinic, carer_id=name, how="staff", by=OPERATOR)
        assert ended is not None and ended.phone_bi is not None
        messaging.retract(clinic_id=clinic, patient_id=child, phone_bi=ended.phone_bi, reason="carer_ended")
        assert consent.release(clinic_id=clinic, carer_id=name, how="staff", by=OPERATOR) is None
    assert factories.queued() == set()
    kinds = factories.sql("SELECT kind FROM consent_ledgerentry ORDER BY at, id")
    assert [kind for (kind,) in kinds] == ["carer_added", "carer_ended"]


def test_a_carer_who_is_a_patient_is_reached_at_their_new_number_when_it_changes(clinic: UUID, child: UUID) -> None:
    mother = factories.make_patient(clinic, MOTHER, name="Rose Lefebvre", language="nl")
    entrust(clinic, child)
    assert carer(clinic, child).carer_id == mother
    with clinic_scope(clinic):
        contacts.change_details(clinic_id=clinic, patient_id=mother, language="nl", phone=phone(701), by=OPERATOR)
    assert told(clinic, child) == (phone(701).e164, "nl", "Camille")
    (made,) = send(clinic, intent(701, purpose=Purpose.BILLING, patient_id=child))
    assert made.rule == "carer_scope"


def test_a_parent_is_told_until_the_18th_birthday_at_the_latest(clinic: UUID, child: UUID) -> None:
    grown = datetime(2035, 3, 1, tzinfo=ZoneInfo("Europe/London"))
    entrust(clinic, child, relation=Relation.PARENT, until=grown + DAY)
    assert carer(clinic, child).scope.until == grown
    adult = factories.make_patient(clinic, 322, birth_date=date(1950, 1, 1))
    entrust(clinic, adult, relation=Relation.GUARDIAN)
    assert carer(clinic, adult).scope.until is None


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_eighteen_is_reached_on_the_birthday_whatever_the_year(born: date) -> None:
    day = grown_up_at(born, "Europe/Paris").date()
    assert (day.year - born.year, day.month, day.day) in {
        (18, born.month, born.day),
        (18, 3, 1) if (born.month, born.day) == (2, 29) else (18, born.month, born.day),
    }


def test_stop_by_the_carer_silences_their_phone_and_not_the_persons(clinic: UUID, child: UUID) -> None:
    entrust(clinic, child)
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, phone(MOTHER))
        wish = LinkWish("appointment", child, child, bi, business_time.now() + DAY)
        (address,) = messaging.make_links(clinic_id=clinic, wishes=[wish])
    link = address.rsplit("/", 1)[1]
    html = pages.browser().get(f"/r/{link}/messages").content.decode()
    assert "You are told in somebody" in html and "Camille" not in html and "Lefebvre" not in html
    pages.browser().post(f"/r/{link}/messages", {"do": "stop"})
    mothers, own = send(clinic, intent(MOTHER, patient_id=child), intent(CHILD, patient_id=child))
    assert (mothers.rule, own.rule) == ("withdrawn", "care")
    assert len(factories.wordings(clinic, MOTHER)) == 1, "the confirmation goes to who asked"


def test_the_person_ends_it_on_their_page_and_takes_that_back(clinic: UUID, child: UUID) -> None:
    name = entrust(clinic, child)
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, phone(CHILD))
        wish = LinkWish("appointment", child, child, bi, business_time.now() + DAY)
        (address,) = messaging.make_links(clinic_id=clinic, wishes=[wish])
    link, client = address.rsplit("/", 1)[1], pages.browser()
    html = client.get(f"/r/{link}/messages").content.decode()
    assert pages.Reading(html).faults == []
    assert phone(MOTHER).e164[-3:] in html and "Rose" not in html
    client.post(f"/r/{link}/messages", {"do": "end_carer", "carer": str(name)})
    assert told(clinic, child)[0] == phone(CHILD).e164
    client.post(f"/r/{link}/messages", {"do": "take_carer_back", "carer": str(name)})
    assert told(clinic, child)[0] == phone(MOTHER).e164
    for carer_id in ("nonsense", str(UUID(int=1))):
        assert client.post(f"/r/{link}/messages", {"do": "end_carer", "carer": carer_id}).status_code == 303


def test_a_phone_that_others_read_gets_no_name(clinic: UUID, child: UUID) -> None:
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, phone(CHILD))
        consent.wish(clinic_id=clinic, phone_bi=bi, wish=Wish(is_shared=True), how="link", by=OPERATOR)
    assert told(clinic, child)[2] == ""


# ------------------------------------------------------------------------------------------------ at the desk


def test_staff_note_a_carer_with_what_was_said_and_end_it(clinic: UUID, child: UUID) -> None:
    client, today = desk(clinic), business_time.now().date()
    form = {
        "name": "Rose Lefebvre",
        "phone": "07700 900700",
        "relation": "parent",
        "language": "fr",
        "group": ["care"],
        "until": f"{today.year + 1}-03-31",
        "how": "desk",
        "words": "She brings him to every visit",
    }
    wrongs = {"phone": "x", "name": " ", "group": [], "until": "soon", "how": "guess"}
    for wrong in ({"until": str(today - DAY)}, *({field: value} for field, value in wrongs.items()), wrongs):
        refused = client.post(f"/patients/{child}/carer", form | wrong)
        html = refused.content.decode()
        assert refused.status_code == 422 and pages.Reading(html).faults == []
        for field in ("relation" if one == "how" else one for one in wrong):
            assert f'href="#{field}"' in html and f'id="{field}-err"' in html and f"{field}-err" in html
    assert html.count('aria-invalid="true"') == 4, "a group of boxes can't be invalid, it is described"
    assert client.post(f"/patients/{child}/carer", form).status_code == 303
    page = client.get(f"/patients/{child}/").content.decode()
    assert "Rose Lefebvre" in page and "Mar" in page and str(today.year + 1) in page
    assert told(clinic, child)[0] == phone(MOTHER).e164
    with clinic_scope(clinic):
        proof = said.proofs(clinic, child, None)[0]
    assert (proof.kind, proof.how, proof.words) == ("carer_added", "desk", "She brings him to every visit")
    name = carer(clinic, child).id
    assert client.post(f"/patients/{UUID(int=5)}/carer/{name}/end").status_code == 404
    assert client.post(f"/patients/{child}/carer/{name}/end").status_code == 303
    assert told(clinic, child)[0] == phone(CHILD).e164


def test_the_page_of_a_carer_shows_whom_they_are_told_about(clinic: UUID, child: UUID) -> None:
    mother = factories.make_patient(clinic, MOTHER, name="Rose Lefebvre")
    entrust(clinic, child)
    page = desk(clinic).get(f"/patients/{mother}/").content.decode()
    assert "Camille Lefebvre" in page


def test_a_free_time_is_offered_to_whoever_is_told_in_their_place(clinic: UUID, child: UUID) -> None:
    entrust(clinic, child)
    own = factories.make_patient(clinic, 322)
    factories.record(clinic, factories.booking("FREE", factories.person(300), ahead=3 * DAY))
    with clinic_scope(clinic):
        for patient_id in (child, own):
            appointments.join_waitlist(clinic_id=clinic, patient_id=patient_id, by=OPERATOR)
        reason = CancelReason.OTHER
        appointments.cancel(
            clinic_id=clinic, visit_id=factories.visit(clinic, "FREE").id, reason=reason, tell=False, by=OPERATOR
        )
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        waitlist.offer_due(maintenance)
    assert factories.wordings(clinic, CHILD) == []
    assert "Camille" in factories.wordings(clinic, MOTHER)[0]
    factories.sql("DELETE FROM messaging_outbox RETURNING id")  # the texts have left
    assert factories.hear(clinic, "1", 322) == "won"
    assert len(factories.wordings(clinic, MOTHER)) == 2, "she hears that it is gone, not the child"
    assert factories.wordings(clinic, CHILD) == []


def test_a_visit_is_told_of_alone_when_somebody_else_is_told_of_it(clinic: UUID, child: UUID) -> None:
    camille = factories.person(CHILD, name="Camille Lefebvre", birth_date=date(2017, 3, 1))
    jules = factories.person(CHILD, name="Jules Lefebvre", record_number="R-2", birth_date=date(2015, 3, 1))
    factories.record(clinic, factories.booking("A-1", camille), factories.booking("A-2", jules))
    visits = [factories.visit(clinic, name).id for name in ("A-1", "A-2")]
    with clinic_scope(clinic):
        assert set(together.groups(clinic, visits)) == set(visits)
    entrust(clinic, child)
    with clinic_scope(clinic):
        assert together.groups(clinic, visits) == {}


def test_a_document_and_its_code_go_to_whoever_is_told_in_their_place(clinic: UUID, child: UUID) -> None:
    entrust(clinic, child, language="en")
    papers.send(clinic, child)
    documents.ask_code(papers.link(clinic))
    assert papers.code(clinic)
    assert factories.wordings(clinic, CHILD) == []
    assert len(factories.wordings(clinic, MOTHER)) == 2
