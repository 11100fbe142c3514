"""The API: what is sent is judged, stored and answered as every text of the house."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from recado.api import edge
from recado.clinics import actions as clinics
from recado.clinics.roles import ApiScope
from recado.clinics.types import CareBasis, ClinicSettings
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging.models import Message
from tests import api, factories
from tests.api import call, make_key, send, send_many, text
from tests.factories import queued, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> ClinicSettings:
    return factories.make_furnished()


@pytest.fixture
def key(clinic: ClinicSettings) -> str:
    return make_key(clinic.id)


# ------------------------------------------------------------------------------------------------ sending


def test_a_text_is_stored_judged_and_queued(clinic: ClinicSettings, key: str) -> None:
    said = send(key, text(text="Zażółć gęślą jaźń"))
    assert said.status == 202, said.json
    assert said.json == {"id": said.json["id"], "state": "waiting", "verdict": "allow", "parts": 1, "rule": "care"}
    assert said.headers["content-type"] == "application/json"
    assert queued() == {UUID(said.json["id"])}
    assert factories.wordings(clinic.id) == ["Zażółć gęślą jaźń"]
    ((actor, detail),) = sql("SELECT actor_kind, detail FROM foundation_auditevent WHERE action = 'message.put'")
    assert (actor, detail) == ("api_key", {"allow": 1})


def test_the_answer_names_the_letters_that_cost_a_part(key: str) -> None:
    said = send(key, text(text="Please don’t eat or drink after midnight. " + "Come to the desk at 9. " * 3))
    assert said.json["parts"] == 2
    assert said.json["dearer"] == {"letters": [{"letter": "’", "instead": "'"}], "parts": 1}
    dear = send(key, text(text="Proszę przyjść. " * 3, to="+447700900322"))
    assert dear.json["parts"] == 1 and "dearer" not in dear.json, "it costs no part"
    plain = send(key, text(text="Come to the desk at 9. " * 9, to="+447700900323"))
    assert plain.json["parts"] == 2 and "dearer" not in plain.json, "no letter is to blame"


def test_a_batch_is_answered_in_order_and_one_mistake_costs_one_text(key: str) -> None:
    said = send_many(key, text(1), text(2, to="12"), text(3, text=""), {"to": 5}, text(4, extra=1), text(5))
    assert said.status == 202, said.json
    assert (said.json["accepted"], said.json["refused"]) == (2, 4)
    first, short, empty, number, unknown, last = said.json["messages"]
    assert queued() == {UUID(first["id"]), UUID(last["id"])}
    assert [one.get("field", "") for one in (short, empty, number, unknown)] == ["to", "text", "to", ""]
    assert {one["status"] for one in (short, empty, number, unknown)} == {422}
    assert "reference" in unknown["detail"], "the fields that there are"


def test_a_number_is_read_as_the_clinics_country_writes_it(clinic: ClinicSettings, key: str) -> None:
    assert send(key, text(to="07700 900321")).status == 202
    with clinic_scope(clinic.id):
        bi = bytes(Message.objects.get(clinic_id=clinic.id).phone_bi or b"")
        assert bi == factories.messaging.phone_index(clinic.id, factories.phone(321))


def test_a_text_to_an_unknown_number_makes_no_patient(key: str) -> None:
    assert send(key).status == 202
    assert sql("SELECT count(*) FROM contacts_patient") == [(0,)]
    assert sql("SELECT patient_id FROM messaging_message") == [(None,)]


@pytest.mark.parametrize(
    ("purpose", "lane", "stored"),
    [("care", None, 4), ("care", "bulk", 5), ("verify", "conversation", 3), ("news", "bulk", 5)],
)
def test_lane_may_be_a_lower_one(key: str, purpose: str, lane: str | None, stored: int) -> None:
    assert send(key, text(purpose=purpose, lane=lane)).status == 202
    assert sql("SELECT lane FROM messaging_message") == [(stored,)]


def test_times_reach_the_queue(key: str) -> None:
    now = business_time.now().replace(microsecond=0)
    due, end = now + timedelta(hours=1), now + timedelta(hours=2)
    assert send(key, text(send_at=due.isoformat(), valid_until=end.isoformat())).status == 202
    assert sql("SELECT due, expires FROM messaging_outbox") == [(due, end)]


def test_a_text_that_could_only_go_too_late_is_not_sent(database: None) -> None:
    clinic = factories.make_clinic(has_quiet_hours=True)
    factories.furnish(clinic.id)
    key = make_key(clinic.id)
    night = (business_time.now() + timedelta(days=1)).replace(hour=2)
    times = {"send_at": night.isoformat(), "valid_until": (night + timedelta(hours=1)).isoformat()}
    said = send(key, text(**times)).json
    assert (said["verdict"], said["state"], said["rule"]) == ("never", "not_allowed", "expired")
    later = send(key, text(send_at=night.isoformat())).json
    assert (later["verdict"], later["state"], later["rule"]) == ("later", "waiting", "quiet_hours")


def test_a_number_that_said_stop_is_not_written_to(clinic: ClinicSettings, key: str) -> None:
    factories.stop(clinic.id, 321)
    said = send(key).json
    assert (said["verdict"], said["rule"]) == ("never", "withdrawn")


# ------------------------------------------------------------------------------------------------ consent

CONSENT = {"source": "web form", "at": "2026-11-01T09:30:00+01:00", "text_version": "news-3"}


def test_news_needs_consent_and_consent_comes_with_the_text(clinic: ClinicSettings, key: str) -> None:
    assert send(key, text(purpose="news")).json["rule"] == "no_permission"
    assert send(key, text(purpose="news", consent=CONSENT)).json["rule"] == "news"
    assert send(key, text(purpose="news")).json["rule"] == "news", "it stays recorded"
    assert send(key, text(322, purpose="news")).json["rule"] == "no_permission"
    rows = sql("SELECT kind, how, source, text_version, purpose_groups, said_at, actor_kind FROM consent_ledgerentry")
    ((kind, how, source, version, groups, at, actor),) = rows
    assert (kind, how, source, version, groups, actor) == (
        "permitted",
        "api",
        "web form",
        "news-3",
        ["news"],
        "api_key",
    )
    assert at.isoformat() == "2026-11-01T08:30:00+00:00"


def test_the_same_consent_again_is_no_second_proof_and_a_newer_one_is(key: str) -> None:
    newer = CONSENT | {"at": "2026-11-02T09:30:00Z"}
    both = text(purpose="news", consent=CONSENT)
    send_many(key, both, both, text(purpose="survey", consent=CONSENT))
    send(key, both)
    assert sql("SELECT count(*) FROM consent_ledgerentry") == [(2,)]
    send(key, text(purpose="news", consent=newer))
    send(key, both)
    assert sql("SELECT count(*) FROM consent_ledgerentry") == [(3,)]


def test_consent_lifts_no_stop(clinic: ClinicSettings, key: str) -> None:
    factories.stop(clinic.id, 321)
    assert send(key, text(purpose="news", consent=CONSENT)).json["rule"] == "withdrawn"


@pytest.mark.parametrize("purpose", ["care", "billing"])
def test_a_clinic_that_rests_care_on_consent_needs_it(purpose: str) -> None:
    careful = make_key(factories.make_furnished("quay-side", care_basis=CareBasis.CONSENT).id)
    assert send(careful, text(purpose=purpose)).json["rule"] == "no_permission"
    assert send(careful, text(purpose=purpose, consent=CONSENT)).json["rule"] == purpose
    assert send(careful, text(322, purpose="emergency")).json["rule"] == "emergency"


def test_what_is_agreed_for_a_number_is_not_agreed_for_a_patient(clinic: ClinicSettings, key: str) -> None:
    patient = factories.make_patient(clinic.id, 321)
    send(key, text(purpose="news", consent=CONSENT))
    (made,) = factories.send(clinic.id, factories.intent(321, purpose=factories.Purpose.NEWS, patient_id=patient))
    assert made.rule == "no_permission"


# ------------------------------------------------------------------------------------------------ never twice


def test_the_same_request_again_is_the_same_answer(key: str) -> None:
    first = send(key, Idempotency_Key="a-1")
    again = send(key, Idempotency_Key="a-1")
    assert (again.status, again.body) == (202, first.body)
    assert (first.headers.get("idempotency-replayed"), again.headers.get("idempotency-replayed")) == (None, "true")
    assert len(queued()) == 1
    other = send(key, text(322), Idempotency_Key="a-1")
    assert (other.status, other.json["type"]) == (422, "urn:recado:problem:key-reused")
    assert send(key, Idempotency_Key="a-2").json["id"] != first.json["id"]


def test_a_batch_again_is_the_same_answer(key: str) -> None:
    first = send_many(key, text(1), text(2), text(3, to="x"), Idempotency_Key="a-1")
    assert send_many(key, text(1), text(2), text(3, to="x"), Idempotency_Key="a-1").body == first.body
    assert len(queued()) == 2


def test_a_request_that_failed_may_be_mended_under_its_key(key: str) -> None:
    assert send(key, text(text=""), Idempotency_Key="a-1").status == 422
    assert send(key, Idempotency_Key="a-1").status == 202


def test_keys_of_two_callers_are_strangers(clinic: ClinicSettings, key: str) -> None:
    other = make_key(clinic.id)
    assert send(key, Idempotency_Key="1").json["id"] != send(other, Idempotency_Key="1").json["id"]


def test_the_same_request_many_times_at_once_is_one_text(key: str) -> None:
    async def at_once() -> list[api.Said]:
        calls = [api.calling("POST", "messages", key, text(), Idempotency_Key="a-1") for _ in range(12)]
        return list(await asyncio.gather(*calls))

    said = asyncio.run(at_once())
    assert {one.status for one in said} == {202}
    assert len({one.json["id"] for one in said}) == 1
    assert len(queued()) == 1


def test_a_reference_is_sent_once_and_answered_as_it_stands(clinic: ClinicSettings, key: str) -> None:
    first = send(key, text(reference="visit-1")).json
    again = send(key, text(322, text="Other words", reference="visit-1"))
    assert (again.status, again.json) == (202, first | {"known": True})
    both = send_many(key, text(reference="visit-2"), text(reference="visit-2"), text(reference="visit-1")).json
    ids = [one["id"] for one in both["messages"]]
    assert ids[0] == ids[1] and ids[2] == first["id"]
    assert len(queued()) == 2
    refs = [row[0] for row in sql("SELECT ref FROM messaging_reference")]
    assert not any("visit" in ref for ref in refs), "a reference may hold a record number: only its digest is kept"
    other = make_key(factories.make_furnished("quay-side", number="+447700900101").id)
    assert send(other, text(reference="visit-1")).json["id"] != first["id"]


def test_callers_at_once_of_several_clinics_share_a_transaction_and_keep_apart(key: str) -> None:
    numbers = [f"+4477009001{n:02}" for n in range(10, 14)]
    keys = [make_key(factories.make_furnished(f"c-{n}", number=number).id) for n, number in enumerate(numbers)]

    async def at_once() -> list[api.Said]:
        calls = [api.calling("POST", "messages", one, text(n)) for n in range(5) for one in (key, *keys)]
        return list(await asyncio.gather(*calls))

    said = asyncio.run(at_once())
    assert {one.status for one in said} == {202}
    assert {row[0] for row in sql("SELECT count(*) FROM messaging_message GROUP BY clinic_id")} == {5}
    owners = [sql("SELECT count(DISTINCT clinic_id) FROM messaging_message WHERE sender = %s", (n,)) for n in numbers]
    assert owners == [[(1,)]] * 4


def test_a_request_that_breaks_the_transaction_fails_alone(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from recado.api import reading

    item = reading.Reader.item

    def breaking(self: reading.Reader, one: object) -> object:
        if getattr(one, "text", "") == "poison":
            raise RuntimeError
        return item(self, one)  # type: ignore[arg-type]

    monkeypatch.setattr(reading.Reader, "item", breaking)

    async def at_once() -> list[api.Said]:
        words = ["a", "poison", "b", "c"]
        return list(await asyncio.gather(*(api.calling("POST", "messages", key, text(text=w)) for w in words)))

    assert [one.status for one in asyncio.run(at_once())] == [202, 500, 202, 202]
    assert len(queued()) == 3


# ------------------------------------------------------------------------------------------------ where a text stands


def test_a_text_is_told_of_with_its_events_and_without_words_or_number(clinic: ClinicSettings, key: str) -> None:
    made = send(key, text(purpose="billing")).json
    sql(
        "INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, ref) VALUES (%s, %s, now(), 1, 1, 'x')",
        (clinic.id, made["id"]),
    )
    sql("DELETE FROM messaging_outbox")
    said = call("GET", f"messages/{made['id']}", key)
    assert said.status == 200, said.json
    assert {
        "id": made["id"],
        "state": "sent",
        "parts": 1,
        "purpose": "billing",
        "lane": "care",
    }.items() <= said.json.items()
    assert [(event["kind"], event["carrier"]) for event in said.json["events"]] == [("sent", "Carrier 1")]
    assert "900321" not in said.body.decode() and "Thursday" not in said.body.decode()


def test_a_text_of_another_clinic_is_not_there(key: str) -> None:
    other = make_key(factories.make_furnished("quay-side", number="+447700900101").id)
    made = send(key).json["id"]
    assert call("GET", f"messages/{made}", other).status == 404
    assert call("GET", f"messages/{made}", key).status == 200


def test_an_ended_key_is_ended(clinic: ClinicSettings) -> None:
    issued = clinics.issue_api_key(clinic_id=clinic.id, name="Lab", scopes=[ApiScope.SEND], by=OPERATOR)
    assert send(issued.secret).status == 202
    clinics.revoke_api_key(clinic_id=clinic.id, key_id=issued.key.id, by=OPERATOR)
    edge.keyring.forget()  # two seconds later
    assert send(issued.secret).status == 401


def test_old_answers_are_forgotten(key: str) -> None:
    from recado.api import requests
    from recado.foundation.database import Role, connect

    send(key, Idempotency_Key="a-1")
    for age, left in ((timedelta(hours=47), 1), (timedelta(hours=2), 0)):
        sql("UPDATE api_request SET at = at - %s", (age,))
        with connect(Role.MAINTENANCE) as maintenance:
            requests.forget_old(maintenance)
        assert sql("SELECT count(*) FROM api_request") == [(left,)]
