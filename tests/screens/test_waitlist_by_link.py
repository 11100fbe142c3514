"""The waitlist by link: a patient joins and leaves it, and answers an offer; whoever only looks changes nothing."""

import re
from datetime import time, timedelta
from uuid import UUID

import pytest
from django.test import Client

from recado.appointments import actions as appointments
from recado.appointments import queries, waitlist
from recado.appointments.types import CalendarKind, CancelReason, ServiceView, SlotWish, Waiting
from recado.clinics import actions as clinics
from recado.clinics.types import CareBasis
from recado.consent import actions as agreeing
from recado.consent import queries as consent
from recado.consent.types import Privacy, PurposeGroup, Stand
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.types import LinkWish
from tests import factories, pages
from tests.factories import DAY, booking, hear, make_patient, person, phone, record, sql, visit, wordings

pytestmark = pytest.mark.usefixtures("database")
FORM = {"do": "join", "half": ["morning"], "day": ["1", "3"], "notice": "60", "lasts": "", "clinician": "Dr Okafor"}


@pytest.fixture
def clinic() -> UUID:
    return opened()


def opened(number: str = factories.NUMBER, slug: str = "harbour-street") -> UUID:
    """A clinic that books follow-ups, with one visit soon and one later."""
    made = factories.make_furnished(slug, time_zone="UTC", care_basis=CareBasis.CONSENT, number=number).id
    clinics.change_settings(clinic_id=made, by=OPERATOR, opening_hours=(((time(8), time(18)),),) * 7)
    doctor = appointments.keep_calendar(clinic_id=made, kind=CalendarKind.CLINICIAN, name="Dr Okafor", by=OPERATOR)
    service = ServiceView(new_id(), "Follow-up", 15, 0, True, (doctor,))
    appointments.keep_service(clinic_id=made, service=service, is_new=True, by=OPERATOR)
    record(
        made,
        booking("LATER", person(321, "Paul Everett"), ahead=20 * DAY, clinician="Dr Okafor", service="Follow-up"),
        booking("FREE", person(300, "Oliver Grant"), ahead=3 * DAY, clinician="Dr Okafor", service="Follow-up"),
    )
    return made


def link(clinic_id: UUID, kind: str, subject: UUID, last: int = 321) -> str:
    with clinic_scope(clinic_id):
        bi = messaging.phone_index(clinic_id, phone(last))
        patient = make_patient(clinic_id, last)
        wish = LinkWish(kind, subject, patient, bi, business_time.now() + 30 * DAY)
        (made,) = messaging.make_links(clinic_id=clinic_id, wishes=[wish])
    return made.rpartition("/")[2]


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    html = answer.content.decode()
    assert (answer.status_code, pages.Reading(html).faults) == (status, [])
    assert len(answer.content) < 60_000 and "<script" not in html.replace('<script type="module"', "")
    return " ".join(" ".join(pages.Reading(html).text).split())


def on_list(clinic_id: UUID) -> list[Waiting]:
    with clinic_scope(clinic_id):
        return queries.waiting(clinic_id)


def joins(clinic_id: UUID, *lasts: int, privacy: Privacy | None = None, **more: object) -> None:
    for last in lasts:
        patient = make_patient(clinic_id, last)
        with clinic_scope(clinic_id):
            agreeing.permit(
                clinic_id=clinic_id, patient_id=patient, groups=[PurposeGroup.CARE], how="desk", by=OPERATOR
            )
            if privacy is not None:
                agreeing.choose_privacy(clinic_id=clinic_id, patient_id=patient, level=privacy, how="desk", by=OPERATOR)
            appointments.join_waitlist(clinic_id=clinic_id, patient_id=patient, by=OPERATOR, **more)  # type: ignore[arg-type]


def comes_free(clinic_id: UUID) -> None:
    with clinic_scope(clinic_id):
        appointments.cancel(
            clinic_id=clinic_id,
            visit_id=visit(clinic_id, "FREE").id,
            reason=CancelReason.OTHER,
            tell=False,
            by=OPERATOR,
        )
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        waitlist.offer_due(maintenance)
    sql("DELETE FROM messaging_outbox")


def offer_link(clinic_id: UUID, last: int = 321) -> str:
    found = re.search(r"/r/(\w+)", wordings(clinic_id, last)[-1])
    assert found is not None
    return f"/r/{found[1]}/offer"


# ------------------------------------------------------------------------------------------------ to join


@pytest.mark.parametrize("language", ["en", "ar"])
def test_patient_joins_changes_and_leaves_by_the_link_of_their_visit(clinic: UUID, language: str) -> None:
    client, later = pages.browser(), visit(clinic, "LATER")
    token = link(clinic, "appointment", later.id)
    assert f"/r/{token}/earlier" in client.get(f"/r/{token}").content.decode()
    path = f"/r/{token}/earlier?lang={language}"
    seen = read(client, path)
    assert "until you say yes to another" in seen and "08:00 to 12:00" in seen and "Follow-up" not in seen
    assert on_list(clinic) == [], "whoever only looks joins nothing"
    assert client.post(path, FORM).status_code == 303
    (entry,) = on_list(clinic)
    wish = entry.wish
    assert (wish.days, wish.from_minute, wish.to_minute, wish.clinician) == (0b1010, 0, 720, "Dr Okafor")
    assert (wish.service, entry.visit_id, entry.joined_by) == ("Follow-up", later.id, "patient")
    assert wish.until == later.starts_at.date()
    assert "You are on our list" in read(client, path + "&said=on")
    client.post(path, {**FORM, "half": ["morning", "afternoon"], "lasts": "14"})
    (entry,) = on_list(clinic)
    assert entry.wish.to_minute == 24 * 60 and entry.wish.joined_at == wish.joined_at
    client.post(path, {"do": "leave"})
    assert on_list(clinic) == []


def test_joining_is_a_yes_to_texts_about_care_with_its_proof(clinic: UUID) -> None:
    later = visit(clinic, "LATER")
    pages.browser().post(f"/r/{link(clinic, 'appointment', later.id)}/earlier?lang=fr", FORM)
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, phone())
        choices = consent.choices(clinic, later.patient_id, bi, CareBasis.CONSENT)
        proof = next(one for one in consent.proofs(clinic, later.patient_id, bi) if one.kind == "permitted")
    assert next(one.stand for one in choices if one.group is PurposeGroup.CARE) is Stand.PERMITTED
    assert (proof.how, proof.text_version.endswith("/fr"), proof.groups) == ("link", True, (PurposeGroup.CARE,))


def test_who_had_stopped_is_told_so_and_is_asked_again_when_they_join(clinic: UUID) -> None:
    factories.stop(clinic)
    path = f"/r/{link(clinic, 'appointment', visit(clinic, 'LATER').id)}/earlier"
    assert "You have stopped our texts" in read(pages.browser(), path)
    pages.browser().post(path, {**FORM, "half": ["morning", "afternoon"], "day": list("0123456")})
    comes_free(clinic)
    assert "a time is free" in wordings(clinic)[-1]


def test_time_on_another_day_than_they_named_is_none_for_them(clinic: UUID) -> None:
    day = visit(clinic, "FREE").starts_at.weekday()
    path = f"/r/{link(clinic, 'appointment', visit(clinic, 'LATER').id)}/earlier"
    others = [str(one) for one in range(7) if one != day]
    pages.browser().post(path, {**FORM, "half": ["morning", "afternoon"], "day": others})
    comes_free(clinic)
    assert wordings(clinic, 321) == []


@pytest.mark.parametrize(
    "wrong",
    [{"half": []}, {"day": []}, {"day": ["9"]}, {"notice": "7"}, {"lasts": "7"}, {"clinician": "Dr Nobody"}],
    ids=str,
)
def test_form_that_says_nothing_usable_is_shown_again(clinic: UUID, wrong: dict[str, object]) -> None:
    path = f"/r/{link(clinic, 'appointment', visit(clinic, 'LATER').id)}/earlier"
    answer = pages.browser().post(path, {**FORM, **wrong})
    assert answer.status_code == 422 and pages.Reading(answer.content.decode()).faults == []
    assert on_list(clinic) == []


def test_who_has_no_visit_says_what_for_by_a_link_of_their_own(clinic: UUID) -> None:
    patient, client = make_patient(clinic, 322), pages.browser()
    token = link(clinic, "waitlist", patient, 322)
    assert client.get(f"/r/{token}")["Location"] == f"/r/{token}/earlier"
    assert "Follow-up" in read(client, f"/r/{token}/earlier")
    assert client.post(f"/r/{token}/earlier", {**FORM, "service": "Follow-up", "lasts": "30"}).status_code == 303
    (entry,) = on_list(clinic)
    assert (entry.wish.service, entry.visit_id) == ("Follow-up", None)
    assert entry.wish.until == business_time.now().date() + timedelta(days=30)
    for path in ("messages", "stop", "wrong"):
        read(client, f"/r/{token}/{path}")
    factories.advance(31 * DAY)
    joins(clinic, 321)
    assert [one.wish.patient_id for one in on_list(clinic)] == [make_patient(clinic, 321)], "their last day is over"


def test_visit_of_a_service_that_is_not_booked_here_has_no_list(clinic: UUID) -> None:
    record(clinic, booking("OTHER", person(323), ahead=9 * DAY, service="Blood test"))
    token = link(clinic, "appointment", visit(clinic, "OTHER").id, 323)
    client = pages.browser()
    assert "/earlier" not in client.get(f"/r/{token}").content.decode()
    assert client.post(f"/r/{token}/earlier", FORM).status_code == 303
    assert on_list(clinic) == []


# ------------------------------------------------------------------------------------------------ to answer


@pytest.mark.parametrize("language", ["en", "ar"])
def test_yes_by_link_takes_the_time_and_the_others_are_told(clinic: UUID, language: str) -> None:
    later = visit(clinic, "LATER")
    joins(clinic, 321, privacy=Privacy.NEUTRAL, visit_id=later.id)
    joins(clinic, 322)
    comes_free(clinic)
    text = wordings(clinic, 321)[-1]
    assert "Dr Okafor" not in text and "Reply" not in text, "the text says neither when nor with whom"
    path, client = f"{offer_link(clinic)}?lang={language}", pages.browser()
    seen = read(client, path)
    assert "Do you want it" in seen and "1 other person was asked too" in seen and "Dr Okafor" in seen
    assert client.head(path).status_code == 200
    assert visit(clinic, "LATER").starts_at == later.starts_at, "whoever only looks takes nothing"
    assert client.post(path, {"answer": "yes"}).status_code == 303
    assert "yours" in read(client, path)
    assert client.get(path.replace("/offer", "/visit.ics")).status_code == 200
    assert visit(clinic, "LATER").starts_at < later.starts_at
    assert "somebody else" in wordings(clinic, 322)[-1]
    assert hear(clinic, "1", 322) == "too_late"
    client.post(path, {"answer": "no"})
    assert "yours" in read(client, path), "what is theirs stays theirs"


def test_who_comes_too_late_by_link_keeps_their_time_and_may_leave(clinic: UUID) -> None:
    later = visit(clinic, "LATER")
    joins(clinic, 321, privacy=Privacy.NEUTRAL, visit_id=later.id)
    joins(clinic, 322)
    comes_free(clinic)
    path, client = offer_link(clinic), pages.browser()
    assert hear(clinic, "1", 322) == "won"
    client.post(path, {"answer": "yes"})
    seen = read(client, path)
    assert "someone was faster" in seen and "Your own time has not changed" in seen and "still yours" in seen
    client.post(path, {"answer": "stay"})
    assert [one.wish.patient_id for one in on_list(clinic)] == [later.patient_id]
    client.post(path, {"answer": "leave"})
    assert "You are off our list" in read(client, path + "?said=left")
    assert on_list(clinic) == []


def test_who_comes_too_late_may_move_their_own_visit_to_another_free_time(clinic: UUID) -> None:
    with clinic_scope(clinic):
        (service,) = queries.services(clinic)
    now = business_time.now()
    with clinic_scope(clinic):
        times = queries.free_slots(clinic, service_id=service.id, start=now + 2 * DAY, end=now + 12 * DAY)
    wish = SlotWish(service.id, times[-1].calendar_id, times[-1].starts_at)
    own = appointments.book(clinic_id=clinic, wish=wish, patient_id=make_patient(clinic, 324), by=OPERATOR)
    joins(clinic, 324, privacy=Privacy.NEUTRAL, visit_id=own)
    joins(clinic, 322)
    comes_free(clinic)
    path, client = offer_link(clinic, 324), pages.browser()
    assert hear(clinic, "1", 322) == "won"
    assert "Free now, and earlier than yours" in read(client, path)
    html = client.get(path).content.decode()
    keys = re.findall(r'name="hold" value="([^"]+)"', html)
    assert len(keys) == 3
    assert client.post(path, {"hold": "1 2026-01-01T00:00:00+00:00"})["Location"].endswith("said=taken")
    assert "Somebody has just taken that time" in read(client, path + "?said=taken")
    moved = client.post(path, {"hold": keys[0]})["Location"]
    assert re.fullmatch(r"/r/\w+/times", moved) and moved.split("/")[2] != path.split("/")[2]
    assert f'name="move" value="{keys[0]}"' in client.get(moved).content.decode()
    assert client.post(moved, {"move": keys[0]}).status_code == 303
    with clinic_scope(clinic):
        (entry,) = [one for one in queries.waiting(clinic) if one.visit_id == own]
    assert entry.wish.has_at is not None and entry.wish.has_at.isoformat() in keys[0].replace("+00:00", "") + "+00:00"


def test_who_passes_for_a_day_is_not_asked_about_it_again(clinic: UUID) -> None:
    joins(clinic, 321, privacy=Privacy.NEUTRAL)
    comes_free(clinic)
    path, client = offer_link(clinic), pages.browser()
    client.post(path, {"answer": "not_today"})
    assert "no other time on" in read(client, path + "?said=not_today")
    record(clinic, booking("FREE2", person(301), ahead=3 * DAY, clinician="Dr Okafor", service="Follow-up"))
    before = len(wordings(clinic))
    with clinic_scope(clinic):
        row = visit(clinic, "FREE2")
        appointments.cancel(clinic_id=clinic, visit_id=row.id, reason=CancelReason.OTHER, tell=False, by=OPERATOR)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        waitlist.offer_due(maintenance)
    assert len(wordings(clinic)) == before
    client.post(path, {"answer": "yes"})
    assert "yours" in read(client, path), "who changes their mind while it is free may have it"


def test_offer_asks_by_link_when_the_sender_hears_nothing() -> None:
    clinic = opened("QuayClinic")
    joins(clinic, 321)
    comes_free(clinic)
    text = wordings(clinic, 321)[-1]
    assert "Yes or no: " in text and "Reply" not in text
    read(pages.browser(), offer_link(clinic))


def test_offer_that_was_ended_says_so_and_its_link_is_renewed_only_while_it_stands(clinic: UUID) -> None:
    joins(clinic, 321, privacy=Privacy.NEUTRAL)
    comes_free(clinic)
    path, client = offer_link(clinic), pages.browser()
    before = len(wordings(clinic, 321))
    client.post(path.replace("/offer", "/new"))
    assert len(wordings(clinic, 321)) == before + 1 and offer_link(clinic) != path
    ((freed,),) = sql("SELECT id FROM appointments_freedtime")
    with clinic_scope(clinic):
        appointments.take_free_time_back(clinic_id=clinic, freed_id=freed, by=OPERATOR)
    client.post(path, {"answer": "yes"})
    assert "can no longer be taken" in read(client, path)
    after = len(wordings(clinic, 321))
    client.post(path.replace("/offer", "/new"))
    assert len(wordings(clinic, 321)) == after


def test_buttons_of_a_visit_do_nothing_to_an_offer(clinic: UUID) -> None:
    joins(clinic, 321, privacy=Privacy.NEUTRAL)
    comes_free(clinic)
    path, client = offer_link(clinic), pages.browser()
    for answer in ("confirm", "change", "take_back", "cancel"):
        assert client.post(path.removesuffix("/offer"), {"answer": answer}).status_code == 303
    assert client.post(path.replace("/offer", "/cancel")).status_code == 303
    assert sql("SELECT answer FROM conversations_offered") == [("",)]


def test_wrong_person_ends_their_own_offer_alone(clinic: UUID) -> None:
    joins(clinic, 321, 322, privacy=Privacy.NEUTRAL)
    comes_free(clinic)
    client = pages.browser()
    mine, theirs = offer_link(clinic, 321), offer_link(clinic, 322)
    client.post(mine.replace("/offer", "/wrong"))
    read(client, mine, status=410)
    read(client, theirs)
