"""Who asks for a visit by text gets free times, and a letter books one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments import actions as appointments
from recado.appointments import free, new_visits, online
from recado.appointments.models import Appointment, NewVisitOffer
from recado.appointments.types import CancelReason, ServiceView, Slot, SlotWish
from recado.consent import actions as consent
from recado.consent.types import Privacy
from recado.conversations import actions as conversations
from recado.dialogues import actions as dialogues
from recado.dialogues import catalogue
from recado.dialogues.types import Saying, Step, StepKind
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker as journeys
from recado.messaging import actions as messaging
from recado.messaging import segments
from recado.messaging.types import InboundText
from tests import calendars, factories
from tests.factories import hear, make_patient, wordings

database = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    """It has one service, and the dialogue to book a visit."""
    made, _service = calendars.make()
    with clinic_scope(made):
        key = dialogues.begin(clinic_id=made, dialogue=catalogue.BOOK, by=OPERATOR)
        dialogues.publish(clinic_id=made, key=key, by=OPERATOR)
    return made


def ask(clinic: UUID, words: str = "I'd like an appointment", last: int = 321) -> str:
    """They ask for a visit and choose a new one; the clock goes on, since nobody answers within three seconds."""
    assert hear(clinic, words, last) == "dialogue_asked"
    assert hear(clinic, "1", last) == "dialogue_ended"
    factories.advance(timedelta(seconds=20))
    return wordings(clinic)[-1]


def offers(clinic: UUID) -> list[NewVisitOffer]:
    with clinic_scope(clinic):
        return list(NewVisitOffer.objects.order_by("asked_at", "id"))


def visits(clinic: UUID) -> list[Appointment]:
    with clinic_scope(clinic):
        return list(Appointment.objects.order_by("booked_at"))


def another_service(clinic: UUID, name: str, **more: bool) -> UUID:
    with clinic_scope(clinic):
        (silva,) = online.services(clinic, is_known=True)[0].clinicians
    made = ServiceView(new_id(), name, 15, 0, True, (silva,), **more)
    return appointments.keep_service(clinic_id=clinic, service=made, is_new=True, by=OPERATOR)


def clinical(clinic: UUID, patient: UUID) -> None:
    """Texts to them may say what a visit is for."""
    with clinic_scope(clinic):
        consent.choose_privacy(
            clinic_id=clinic,
            patient_id=patient,
            level=Privacy.CLINICAL,
            how="desk",
            by=OPERATOR,
            phone_bi=messaging.phone_index(clinic, factories.phone()),
            text_version="clinical-1/en",
        )


def test_a_letter_books_the_visit_when_times_were_offered(clinic: UUID) -> None:
    patient = make_patient(clinic)
    said = ask(clinic)
    assert re.search(r"Choose a time: A: .+; B: .+; C: .+\. Reply with the letter\. Others: http\S+$", said)
    assert calendars.held(clinic) == 3 and visits(clinic) == []
    second = datetime.fromisoformat(offers(clinic)[0].choices[1][1])
    assert hear(clinic, "B please") == "booked"
    (visit,) = visits(clinic)
    assert (visit.patient_id, visit.starts_at, visit.state, visit.service) == (patient, second, "booked", "Blood test")
    assert calendars.held(clinic) == 0 and "is booked for" in wordings(clinic)[-1]
    count = len(wordings(clinic))
    hear(clinic, "B please")
    assert len(visits(clinic)) == 1 and len(wordings(clinic)) == count, "the same letter again books nothing"


def count_looks(monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[Slot]]:
    """Each look at what is taken, and each time that was found to be free, from now on."""
    looks: list[str] = []
    found: list[Slot] = []
    taken_of, of = free.taken_of, free._of

    def looked(*given: Any) -> Any:
        looks.append("looked")
        return taken_of(*given)

    def counted(*given: Any) -> Iterator[Slot]:
        for slot in of(*given):
            found.append(slot)
            yield slot

    monkeypatch.setattr(free, "taken_of", looked)
    monkeypatch.setattr(free, "_of", counted)
    return looks, found


def test_free_times_of_all_services_are_looked_for_once(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = make_patient(clinic)
    another_service(clinic, "Vaccination", is_usual=True)
    looks, found = count_looks(monkeypatch)
    given = {"language": "en", "words": "a vaccination", "link": "https://example.com/r/x"}
    with clinic_scope(clinic):
        said = new_visits.offer(clinic_id=clinic, patient_id=patient, by=OPERATOR, **given)
    assert said is not None and len(looks) == 1
    assert len({slot.service_id for slot in found}) == 2


def test_whether_a_link_leads_to_a_time_is_known_with_the_first_one(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = make_patient(clinic)
    another_service(clinic, "Vaccination")
    looks, found = count_looks(monkeypatch)
    with clinic_scope(clinic):
        assert online.may_have_link(clinic, patient)
    assert len(looks) == 1 and len(found) <= 2, "the first of each service"


def test_words_that_name_a_time_book_it(clinic: UUID) -> None:
    make_patient(clinic)
    ask(clinic)
    assert hear(clinic, "the second one please") == "booked"
    assert visits(clinic)[0].starts_at == datetime.fromisoformat(offers(clinic)[0].choices[1][1])


def test_a_time_that_is_gone_is_told_and_others_are_offered(clinic: UUID) -> None:
    make_patient(clinic)
    ask(clinic)
    number, moment = offers(clinic)[0].choices[0]
    factories.advance(timedelta(hours=1, minutes=1))
    wish = SlotWish(offers(clinic)[0].service_id or new_id(), number, datetime.fromisoformat(moment))
    other = make_patient(clinic, 322)
    appointments.book(clinic_id=clinic, wish=wish, patient_id=other, by=OPERATOR, tell=False)
    assert hear(clinic, "A") == "visit_offered"
    assert "has just gone" in wordings(clinic, 321)[-1]
    factories.advance(timedelta(seconds=20))
    assert hear(clinic, "A") == "booked"
    assert len(visits(clinic)) == 2


def test_who_wants_no_text_that_tells_a_time_gets_the_link_alone(clinic: UUID) -> None:
    patient = make_patient(clinic)
    with clinic_scope(clinic):
        consent.choose_privacy(clinic_id=clinic, patient_id=patient, level=Privacy.NEUTRAL, how="desk", by=OPERATOR)
    assert re.search(r"Choose a time: http\S+$", ask(clinic))
    assert offers(clinic) == [] and calendars.held(clinic) == 0


def test_a_service_is_asked_for_only_of_who_agreed_to_clinical_words(clinic: UUID) -> None:
    patient = make_patient(clinic)
    check = another_service(clinic, "Check-up")
    assert re.search(r"Choose a time: http\S+$", ask(clinic)), "two services, and nothing tells which"
    clinical(clinic, patient)
    factories.advance(timedelta(minutes=3))
    assert "what is it for? A: Blood test; B: Check-up. Reply with the letter. Or here: http" in ask(clinic)
    assert hear(clinic, "B") == "visit_offered"
    assert hear(clinic, "B") == "repeated", "nobody has read the times yet"
    factories.advance(timedelta(seconds=20))
    assert hear(clinic, "C") == "booked"
    assert (visits(clinic)[0].service, offers(clinic)[-1].service_id) == ("Check-up", check)


def test_the_usual_service_is_offered_where_nothing_tells_which(clinic: UUID) -> None:
    make_patient(clinic)
    check = another_service(clinic, "Check-up", is_usual=True)
    ask(clinic)
    assert offers(clinic)[-1].service_id == check
    another_service(clinic, "Vaccination", is_usual=True)
    with clinic_scope(clinic):
        usual = [one.name for one in online.services(clinic, is_known=True) if one.is_usual]
    assert usual == ["Vaccination"], "one is the usual one"


def test_a_wish_in_their_first_words_is_heeded_and_another_brings_other_times(clinic: UUID) -> None:
    make_patient(clinic)
    ask(clinic, "I'd like an appointment in the afternoon")
    assert all(datetime.fromisoformat(moment).hour >= 12 for _, moment in offers(clinic)[-1].choices)
    assert hear(clinic, "rather before 11 please") == "visit_offered"
    assert all(datetime.fromisoformat(moment).time() <= time(11) for _, moment in offers(clinic)[-1].choices)
    assert calendars.held(clinic) == 3, "the first three are let go"


def test_nobody_books_more_by_text_than_online(clinic: UUID) -> None:
    patient = make_patient(clinic)
    ask(clinic)
    with clinic_scope(clinic):
        free = online.slots(clinic, offers(clinic)[0].service_id or new_id())
    for slot in (free[0], free[-1], free[-4]):
        online.book(clinic_id=clinic, patient_id=patient, wish=calendars.wish(slot))
    assert hear(clinic, "C") == "waits_for_person"
    assert len(visits(clinic)) == 3


def test_two_letters_of_two_people_never_book_the_same_time(clinic: UUID) -> None:
    for last in (321, 322):
        make_patient(clinic, last, name=f"Person {last}")
        ask(clinic, last=last)
    mine, theirs = (one.choices for one in offers(clinic))
    assert not {moment for _, moment in mine} & {moment for _, moment in theirs}
    assert [hear(clinic, "A", last) for last in (321, 322)] == ["booked", "booked"]


def test_a_letter_for_a_time_that_is_gone_chooses_none_of_the_new_ones_when_it_is_said_twice(clinic: UUID) -> None:
    """Given a letter whose time is gone, when the thumb sends it twice, then the new times wait to be read."""
    make_patient(clinic)
    ask(clinic)
    number, moment = offers(clinic)[0].choices[0]
    factories.advance(timedelta(hours=1, minutes=1))
    wish = SlotWish(offers(clinic)[0].service_id or new_id(), number, datetime.fromisoformat(moment))
    other = make_patient(clinic, 322)
    appointments.book(clinic_id=clinic, wish=wish, patient_id=other, by=OPERATOR, tell=False)
    assert hear(clinic, "A") == "visit_offered"
    factories.advance(timedelta(seconds=5))
    assert hear(clinic, "A") == "repeated"
    assert len(visits(clinic)) == 1, "nobody has read the new times yet"
    factories.advance(timedelta(seconds=20))
    assert hear(clinic, "A") == "booked"


def test_the_letter_counts_once_the_times_are_read_though_the_thumb_had_said_it_twice(clinic: UUID) -> None:
    """Given a letter that chose the service, sent twice, when the same letter comes for a time, then it books that time."""
    patient = make_patient(clinic)
    another_service(clinic, "Check-up")
    clinical(clinic, patient)
    ask(clinic)
    assert hear(clinic, "A") == "visit_offered"
    assert hear(clinic, "A") == "repeated"
    factories.advance(timedelta(seconds=8))
    assert hear(clinic, "A") == "repeated", "a text of three times is not read in eight seconds"
    factories.advance(timedelta(seconds=20))
    assert hear(clinic, "A") == "booked"
    assert visits(clinic)[0].starts_at == datetime.fromisoformat(offers(clinic)[-1].choices[0][1])


def test_a_letter_said_again_goes_to_a_person_when_the_visit_was_cancelled(clinic: UUID) -> None:
    """Given a visit that a letter booked and the desk cancelled, when the letter comes again, then nobody is told that it stands."""
    make_patient(clinic)
    ask(clinic)
    assert hear(clinic, "A") == "booked"
    (visit,) = visits(clinic)
    with clinic_scope(clinic):
        appointments.cancel(clinic_id=clinic, visit_id=visit.id, reason=CancelReason.PATIENT, tell=True, by=OPERATOR)
    factories.advance(timedelta(hours=1))
    assert hear(clinic, "A") == "waits_for_person"
    assert "is booked for" not in wordings(clinic)[-1]


def test_a_letter_is_for_the_times_when_they_were_offered_after_we_had_asked_which(clinic: UUID) -> None:
    """Given two visits and a "3" of which we asked back which, when they have since asked for a visit and been offered times, then
    the letter books the time and cancels nothing."""
    who = factories.person()
    for name, ahead in (("A-1", timedelta(days=10)), ("A-2", timedelta(days=10, hours=2))):
        factories.record(clinic, factories.booking(name, who, ahead=ahead))
    factories.release(clinic)
    factories.advance(timedelta(days=7, hours=3))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while journeys.run_due(maintenance):
            pass
    assert hear(clinic, "3") == "asked_which"
    factories.advance(timedelta(days=1))
    ask(clinic, "I need a new appointment")
    assert hear(clinic, "A") == "booked"
    assert [factories.visit(clinic, name).state for name in ("A-1", "A-2")] == ["booked", "booked"]


@pytest.mark.parametrize("language", ["en", "fr", "nl", "pl", "es", "id", "de", "it", "pt"])
def test_the_times_go_in_one_text_of_few_parts_in_every_language(clinic: UUID, language: str) -> None:
    make_patient(clinic, language=language)
    with clinic_scope(clinic):
        step = catalogue.BOOK.steps[1].says[language]
        said = f"Harbour Street: {step.text} {new_visits.sample(clinic, language, 'https://hsc.example/r/k7QdX2mP9a')}"
    assert segments.measure(said).segments <= (3 if language == "pl" else 2)  # "śr." is no letter of a short text


# ------------------------------------------------------------------------------------------------ dialogues that book


AT_ONCE = Step("link", StepKind.BOOK, "A link to choose a time", {"en": Saying("Choose a time:")})


def publish_at_once(clinic: UUID, *more: Step) -> None:
    """A dialogue of the clinic's own that offers times without a question, at "check-up soon"."""
    own = replace(catalogue.BOOK, name="Check-up", steps=(AT_ONCE, *more), words={"en": ("check-up soon",)})
    with clinic_scope(clinic):
        key = dialogues.begin(clinic_id=clinic, dialogue=own, by=OPERATOR)
        dialogues.publish(clinic_id=clinic, key=key, by=OPERATOR)


def test_no_times_are_held_when_a_person_goes_on_after_them(clinic: UUID) -> None:
    """Given a dialogue that ends with a person, when it tells how to book, then by the link: nobody would heed a letter."""
    make_patient(clinic)
    publish_at_once(clinic, Step("staff", StepKind.PERSON, "A person", {"en": Saying("A person writes to you.")}))
    assert hear(clinic, "check-up soon") == "waits_for_person"
    assert re.search(r"Choose a time: http\S+ A person writes to you\.", wordings(clinic)[0])
    assert (offers(clinic), calendars.held(clinic)) == ([], 0)


def test_what_may_lock_calendars_is_read_by_itself(clinic: UUID) -> None:
    """Given two who wish for other times than were offered, one who begins a dialogue with times and one who thanks, when their texts
    are read together, then only the thanks are."""
    publish_at_once(clinic)
    for last in (321, 322, 323, 324):
        make_patient(clinic, last, name=f"Person {last}")
    for last in (321, 322):
        ask(clinic, last=last)
    said = {321: "rather before 11 please", 322: "not before 10", 323: "check-up soon", 324: "thanks"}
    heard = [
        InboundText(new_id(), clinic, factories.phone(last), factories.NUMBER, words, business_time.now())
        for last, words in said.items()
    ]
    with clinic_scope(clinic):
        read = conversations.receive_together(clinic, heard)
        assert {one.text for one in heard if one.id in read} == {"thanks"}
        assert [conversations.receive(one) for one in heard[:3]] == ["visit_offered", "visit_offered", "dialogue_ended"]


# ------------------------------------------------------------------------------------------------ which service


def _service(name: str, **more: bool) -> ServiceView:
    return ServiceView(new_id(), name, 15, by_link=True, **more)


CHECK, BLOOD = _service("Check-up"), _service("Blood test")


def test_the_service_is_what_words_name_then_the_last_then_the_usual() -> None:
    usual = replace(CHECK, is_usual=True)
    assert new_visits.which([usual, BLOOD], ["Check-up"], "I need a blood test") is BLOOD
    assert new_visits.which([usual, BLOOD], ["Blood test", "Check-up"], "an appointment please") is BLOOD
    assert new_visits.which([usual, BLOOD], ["Consultation"], "an appointment please") is usual
    assert new_visits.which([CHECK, BLOOD], [], "an appointment please") is None
    assert new_visits.which([], [], "an appointment please") is None


@given(
    st.lists(st.sampled_from(["Check-up", "Blood test", "Filling", "X"]), unique=True),
    st.lists(st.sampled_from(["Check-up", "Filling", "Other"])),
    st.text(max_size=40),
)
def test_what_is_chosen_is_always_one_of_those_that_may_be(names: list[str], seen: list[str], words: str) -> None:
    services = [_service(name) for name in names]
    found = new_visits.which(services, seen, words)
    assert found is None or found in services
    assert found is not None or len(services) != 1
