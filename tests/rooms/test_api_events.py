"""Care events by API: taken one by one, the same word twice changes nothing, and a refusal names the field."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recado.api import event_shapes
from recado.care_events import actions, kinds
from recado.care_events.types import CareEvent, EventKind, Recall
from recado.clinics.roles import ApiScope
from recado.clinics.types import ClinicSettings
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.database import Role, connect
from recado.journeys import worker
from tests import factories
from tests.api import become, call, event, make_key, tell
from tests.factories import sql, wordings

SECRET = "Eleanor Whitcombe 0770"  # stands for what must come back nowhere
DAY = "2027-01-12"
FIELDS: dict[EventKind, dict[str, Any]] = {
    EventKind.PRESCRIPTION: {"ready_at": "2026-11-24T10:00:00Z", "until": DAY},
    EventKind.MEDICATION: {"first_day": DAY, "stages": [{"days": 5, "times": ["08:00", "20:00"]}], "medicine": "A"},
    EventKind.REFILL: {"on": DAY},
    EventKind.RESULT: {"ready_at": "2026-11-24T10:00:00Z", "needs_call": True},
    EventKind.DOCUMENT: {"sent_at": "2026-11-24T10:00:00Z", "title": "Letter"},
    EventKind.INVOICE: {"due_on": DAY, "amount_minor": 4500, "currency": "GBP", "pay_url": "https://pay.example/1"},
    EventKind.COVER_RENEWAL: {"renews_on": DAY, "insurer": "Example Health"},
    EventKind.DELAY: {"expected_at": "2026-11-24T10:30:00Z", "minutes": 30},
    EventKind.RECALL: {"due_on": DAY},
    EventKind.VACCINATION: {"begins_on": DAY, "until": "2027-02-12"},
    EventKind.VIDEO_VISIT: {"starts_at": "2026-11-24T10:00:00Z", "join_url": "https://meet.example/1"},
    EventKind.PORTAL: {"sent_at": "2026-11-24T10:00:00Z", "url": "https://portal.example"},
    EventKind.EDUCATION: {"first_day": DAY, "every_days": 7, "pages": ["https://hsc.example/p1"]},
    EventKind.FORM: {"due_at": "2027-01-12T10:00:00Z", "url": "https://forms.example/1"},
    EventKind.HOURS: {"on": DAY, "opens": "09:00", "closes": "13:00"},
    EventKind.VISIT_FINISHED: {"finished_at": "2026-11-24T10:00:00Z", "clinician": "Nurse Silva", "site": "Quay"},
}


@pytest.fixture
def clinic(database: None) -> ClinicSettings:
    return factories.make_furnished()


@pytest.fixture
def key(clinic: ClinicSettings) -> str:
    return make_key(clinic.id)


def problems(said: Any, of: str = "events") -> list[tuple[str, str]]:
    assert SECRET not in said.body.decode()
    return [(one["field"], one["detail"]) for one in said.json[of] if "type" in one]


def do_due() -> None:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def states() -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in sql("SELECT external_id, state FROM care_events_event ORDER BY external_id")]


def test_every_kind_is_taken(key: str) -> None:
    said = tell(key, *(event(kind, kind=kind, fields=fields) for kind, fields in FIELDS.items()))
    assert (said.status, said.json["accepted"], said.json["refused"]) == (200, len(EventKind), 0), said.body
    assert {one["came"] for one in said.json["events"]} == {"new"}


def test_event_is_told_to_the_patient_and_its_end_stops_the_journey(clinic: ClinicSettings, key: str) -> None:
    now = business_time.now()
    said = tell(key, event(fields={"ready_at": now.isoformat(), "place": "Quay Pharmacy"}), source="pharmacy")
    assert said.json["told"] == 1
    do_due()
    assert "ready to collect at Quay Pharmacy" in wordings(clinic.id)[0]
    done = {"kind": "prescription", "external_id": "RX-1", "state": "collected"}
    assert become(key, done, source="pharmacy").json["accepted"] == 1
    factories.advance(timedelta(days=9))
    do_due()
    assert len(wordings(clinic.id)) == 1


def test_same_word_twice_changes_nothing_and_another_source_has_names_of_its_own(key: str) -> None:
    first = tell(key, event()).json["events"][0]
    again = tell(key, event(), event()).json["events"]
    assert [one["came"] for one in again] == ["unchanged", "unchanged"]
    assert {one["id"] for one in again} == {first["id"]}
    moved = tell(key, event(fields={"ready_at": "2026-11-25T10:00:00Z"})).json["events"][0]
    assert (moved["came"], moved["id"]) == ("changed", first["id"])
    assert tell(key, event(), source="lab").json["events"][0]["came"] == "new"


def test_first_load_tells_nobody_at_once(clinic: ClinicSettings, key: str) -> None:
    said = tell(key, event(fields={"ready_at": business_time.now().isoformat()}), announce=False)
    assert said.json["told"] == 0
    do_due()
    assert wordings(clinic.id) == []


def test_person_without_a_phone_is_counted_and_stops_nobody_else(key: str) -> None:
    person = {"record_number": "R-1", "name": "Harriet Pell"}
    said = tell(key, event("A", person=person), event("B")).json
    assert (said["accepted"], said["without_phone"]) == (2, 1)


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"kind": "x"}, "kind", "Choose one of: prescription, medication"),
        ({"state": "paid"}, "state", "Choose one of: ready, collected, withdrawn."),
        ({"external_id": "a\nb"}, "external_id", "Leave line breaks"),
        ({"external_id": ""}, "external_id", "at least one letter"),
        ({"person": {"name": "Eleanor", "phone": SECRET}}, "person.phone", "."),
        ({"person": {"name": " "}}, "person.name", "Give the name."),
        ({"person": {"name": "Eleanor", "language": "english"}}, "person.language", "Give a language"),
        ({"person": {"name": "Eleanor", "birth_date": SECRET}}, "person.birth_date", "Give a day"),
        ({"person": {"name": "Eleanor", "ward": SECRET}}, "person", "Leave out what isn't one of: name, record_number"),
        ({"person": None}, "person", "Give a JSON object."),
        ({"fields": {}}, "fields.ready_at", "This field is needed."),
        ({"fields": {"ready_at": SECRET}}, "fields.ready_at", "Give a time with its zone"),
        ({"fields": {SECRET: 1}}, "fields", "Leave out what isn't one of: ready_at, place, until."),
        ({"fields": {"ready_at": "2026-11-24T10:00:00Z", "place": "x" * 121}}, "fields.place", "At most 120 letters"),
        ({"fields": {"ready_at": "2026-11-24T10:00:00Z", "until": "2026-11-01"}}, "fields.until", "It ends before"),
        ({"fields": {"ready_at": "9999-12-31T23:00:00-05:00"}}, "fields.ready_at", "five years ahead"),
        (
            {"kind": "medication", "fields": {"first_day": DAY, "stages": [{}]}},
            "fields.stages",
            "Give a list of stages",
        ),
        ({"kind": "medication", "fields": {"first_day": DAY, "stages": []}}, "fields.stages", "at least one stage"),
        ({"kind": "recall", "fields": {"due_on": DAY, "book_url": "http://x"}}, "fields.book_url", "https://"),
    ],
)
def test_wrong_event_is_refused_by_its_field_and_the_others_are_taken(
    key: str, more: dict[str, Any], field: str, words: str
) -> None:
    said = tell(key, event("bad", **more), event("good"))
    ((found, detail),) = problems(said)
    assert found == field and words in detail, detail
    assert (said.status, said.json["accepted"], said.json["events"][1]["external_id"]) == (200, 1, "good")
    assert states() == [("good", "ready")]


def test_request_that_is_no_batch_is_refused_whole(key: str) -> None:
    for body, status, field in (
        ({"events": []}, 422, "events"),
        ({"events": [event()] * (event_shapes.MOST_EVENTS + 1)}, 422, "events"),
        ({"events": [event()], "source": "My Lab"}, 422, "source"),
        ({"events": [event()], "more": 1}, 422, ""),
        (b"{", 400, ""),
        (b'{"events": [{"fields": ' + b"[" * 3000 + b"]}", 400, ""),
        (b"x" * (4 * 1024 * 1024 + 1), 413, ""),
    ):
        said = call("POST", "events", key, body)
        assert (said.status, said.json.get("field", "")) == (status, field), said.body
    assert call("GET", "events", key).status == 405
    assert call("POST", "events", key, event(), Content_Type="text/xml").status == 415


def test_a_key_without_the_scope_tells_of_nothing(clinic: ClinicSettings) -> None:
    sends = make_key(clinic.id, ApiScope.SEND)
    assert tell(sends, event()).status == become(sends, {}).status == 403
    tells = make_key(clinic.id, ApiScope.EVENTS)
    assert tell(tells, event()).status == 200
    assert call("POST", "messages", tells, {}).status == 403


def test_state_of_an_event_that_nobody_sent_is_refused_and_of_several_the_last_holds(key: str) -> None:
    tell(key, event("A"), event("B"))
    of = {"kind": "prescription", "external_id": "A"}
    said = become(
        key,
        of | {"state": "withdrawn"},
        of | {"state": "collected"},
        of | {"external_id": "C", "state": "collected"},
        of | {"state": "paid"},
        of | {"kind": "recall", "state": "booked"},
    )
    assert [field for field, _ in problems(said, "states")] == ["external_id", "state", "external_id"]
    assert (said.json["accepted"], said.json["refused"]) == (2, 3)
    assert states() == [("A", "collected"), ("B", "ready")]


def test_other_clinics_event_of_the_same_name_stays(key: str) -> None:
    tell(key, event("A"))
    other = make_key(factories.make_furnished("quay-side", number="+447700900101").id)
    tell(other, event("A"))
    become(other, {"kind": "prescription", "external_id": "A", "state": "collected"})
    assert sorted(states()) == [("A", "collected"), ("A", "ready")]


def test_who_told_and_from_where_stands_in_the_audit(key: str) -> None:
    call("POST", "events", key, {"events": [event()]}, origin="10.20.3.4")
    ((kind, origin, subject),) = sql(
        "SELECT actor_kind, origin, subject FROM foundation_auditevent WHERE action = 'care_event.record'"
    )
    assert (kind, origin, subject) == ("api_key", "10.20.3.4", "source:api:api")


def test_many_events_cost_as_many_statements_as_two(clinic: ClinicSettings) -> None:
    def statements(names: Sequence[int]) -> int:
        events = [CareEvent(f"E-{n}", factories.person(n), Recall(date(2027, 1, 12))) for n in names]
        with CaptureQueriesContext(connection) as seen:
            actions.record_events(clinic_id=clinic.id, source="lab", events=events, by=SYSTEM)
        return len(seen)

    statements([1])
    assert statements(range(100, 160)) <= statements([2, 3]) + 2


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(DAY) | st.just("08:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["days", "times"]), inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(EventKind), data=st.data())
def test_whatever_is_sent_is_taken_or_refused_by_a_field_of_its_kind(key: str, kind: EventKind, data: Any) -> None:
    fields = FIELDS[kind] | data.draw(st.dictionaries(st.sampled_from(sorted(FIELDS[kind])), JUNK, min_size=1))
    said = tell(key, event(kind=kind, fields=fields))
    assert said.status == 200
    (one,) = said.json["events"]
    known = {f"fields.{name}" for name in kinds.DETAIL_OF[kind].__dataclass_fields__}
    assert one.get("came") or one["field"] in known, one
