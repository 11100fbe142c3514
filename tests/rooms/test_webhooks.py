"""Calls to other systems, against a server of our own on the loopback."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments import steps
from recado.clinics.types import Refused
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import book, calls
from recado.journeys.plans import APPOINTMENT
from recado.journeys.types import AnchorChange
from recado.webhooks import actions, addresses, posting, queries, signing, worker
from recado.webhooks.models import Call
from recado.webhooks.types import BACK_OFF, MEMBERS, PATIENCE, CallState, CallWish, Tells, next_try, rest_of
from tests import factories
from tests.carriers.certificates import LOOPBACK, serving

HERE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
# The example of the specification's own libraries.
SECRET, CALL_ID, STAMP, BODY = (
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    1614265330,
    b'{"test": 2432232314}',
)


# ------------------------------------------------------------------------------------------------ pure


def test_a_signature_is_that_of_standard_webhooks_when_made_with_its_example() -> None:
    assert signing.signature(SECRET, CALL_ID, STAMP, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_both_secrets_sign_when_there_are_two() -> None:
    other = signing.new_secret()
    told = signing.headers([SECRET, other], CALL_ID, STAMP, BODY)
    assert told["webhook-signature"].split(" ") == [
        signing.signature(SECRET, CALL_ID, STAMP, BODY),
        signing.signature(other, CALL_ID, STAMP, BODY),
    ]
    assert (told["webhook-id"], told["webhook-timestamp"]) == (CALL_ID, str(STAMP))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "100.100.100.200"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "168.63.129.16", "192.0.0.192", "198.18.0.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
        *("::127.0.0.1", "64:ff9b:1::7f00:1"),
    ],
)
def test_an_address_is_not_called_when_it_is_not_public(address: str) -> None:
    assert not addresses.may_be_called(ip_address(address), "https", ())


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"])
def test_an_address_is_called_when_it_is_public(address: str) -> None:
    assert addresses.may_be_called(ip_address(address), "https", ())
    assert not addresses.may_be_called(ip_address(address), "http", ())


@given(st.ip_addresses())
def test_no_address_is_called_when_python_calls_it_private(address: IPv4Address | IPv6Address) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        mapped = isinstance(address, IPv6Address) and address.ipv4_mapped
        if not mapped:
            assert not addresses.may_be_called(address, "https", ())
    if isinstance(address, IPv4Address):
        plain = addresses.may_be_called(address, "https", ())
        assert plain is addresses.may_be_called(IPv6Address(f"::ffff:{address}"), "https", ())


@given(st.ip_addresses(v=4))
def test_an_address_of_a_named_network_is_called_over_http_too(address: IPv4Address) -> None:
    network = IPv4Network(f"{address}/32")
    is_never = any(address in one for one in addresses.NEVER)
    assert addresses.may_be_called(address, "http", (network,)) is not is_never


def test_none_is_called_when_a_name_leads_here_and_there() -> None:
    assert addresses.allowed(["93.184.215.14", "10.0.0.1"], "https", ()) == []
    both = ["2606:2800:21f::1", "93.184.215.14"]
    assert addresses.allowed(both, "https", ()) == both
    assert addresses.allowed([], "https", ()) == []


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://records.example.org/recado?x=1", ""),
        ("http://records.example.org/", "not_https"),
        ("ftp://records.example.org/", "not_https"),
        ("https://", "unreadable"),
        ("https://records.example.org:0/", "unreadable"),
        ("https://records.example.org:99999/", "unreadable"),
        ("https://ana:secret@records.example.org/", "has_login"),
        ("https://records.example.org/#x", "has_login"),
        ("https://records.example.org/\\@evil", "unreadable"),
        ("https://rec ords.example.org/", "unreadable"),
        ("https://127.0.0.1/", "private"),
        ("https://[::1]/", "private"),
        ("https://x.example/" + "a" * 500, "too_long"),
    ],
)
def test_an_address_is_kept_only_when_nothing_is_wrong_with_it(url: str, fault: str) -> None:
    assert addresses.fault(url, ()) == fault


def test_a_call_is_tried_for_about_two_days_before_it_is_given_up() -> None:
    call, spent, tries = uuid4(), timedelta(0), 1
    while (wait := next_try(call, tries)) + spent <= PATIENCE:
        assert BACK_OFF[min(tries, len(BACK_OFF)) - 1] <= wait <= BACK_OFF[min(tries, len(BACK_OFF)) - 1] * 1.2
        spent, tries = spent + wait, tries + 1
    assert spent > timedelta(hours=24)
    assert [rest_of(failures).total_seconds() for failures in (1, 2, 3, 50)] == [5, 10, 20, 300]


# ------------------------------------------------------------------------------------------------ against a server


class Far:
    """The other system: answers what `status` says, and keeps what it was told."""

    def __init__(self) -> None:
        self.status, self.told, self.location = 204, list[tuple[dict[str, str], bytes]](), ""
        far = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                far.told.append(({key.lower(): value for key, value in self.headers.items()}, body))
                self.send_response(far.status)
                if far.location:
                    self.send_header("location", far.location)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/recado"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.fixture
def far() -> Iterator[Far]:
    made = Far()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def clinic(database: None, monkeypatch: pytest.MonkeyPatch) -> UUID:
    monkeypatch.setattr(settings, "RECADO_WEBHOOK_NETWORKS", HERE)
    return factories.make_furnished("harbour-street").id


def endpoint(clinic: UUID, url: str, *tells: Tells) -> tuple[UUID, str]:
    with clinic_scope(clinic):
        made = actions.add(clinic_id=clinic, name="Records", url=url, tells=tells, by=OPERATOR)
    return made.view.id, made.secret


def wish(endpoint_id: UUID, ref: str = "one", **more: Any) -> CallWish:
    times = {Tells.TIME: {"starts_at": "2027-01-12T10:30:00+00:00"}, Tells.ANSWERS: {"answers": ["confirm"]}}
    return CallWish(endpoint_id, ref, "journey.step", {"step": "told"}, times, **more)


def call(clinic: UUID, *wishes: CallWish) -> list[bool]:
    with clinic_scope(clinic):
        return actions.call(clinic_id=clinic, wishes=wishes)


def make_due() -> int:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        return worker.make_due(maintenance)


def log(clinic: UUID, endpoint_id: UUID) -> list[Any]:
    with clinic_scope(clinic):
        return queries.log_of(clinic, endpoint_id)


def test_a_call_arrives_signed_and_with_what_the_clinic_chose(clinic: UUID, far: Far) -> None:
    ours, secret = endpoint(clinic, far.url, Tells.TIME)
    patient = uuid4()
    assert call(clinic, wish(ours, patient_id=patient), wish(ours, patient_id=patient)) == [True, True]
    assert make_due() == 1  # the same ref twice is one call
    ((headers, body),) = far.told
    told = json.loads(body)
    assert told["type"] == "journey.step"
    assert told["data"] == {
        "clinic_id": str(clinic),
        "step": "told",
        "starts_at": "2027-01-12T10:30:00+00:00",
        "patient_id": str(patient),
    }
    stamp = int(headers["webhook-timestamp"])
    assert abs(stamp - real_now().timestamp()) < 60
    assert headers["webhook-signature"] == signing.signature(secret, headers["webhook-id"], stamp, body)
    (line,) = log(clinic, ours)
    assert (line.state, line.attempts[0].status, str(line.id)) == (CallState.DELIVERED, 204, headers["webhook-id"])


def test_the_record_number_is_told_only_where_the_clinic_chose_it(clinic: UUID, far: Far) -> None:
    factories.record(clinic, factories.booking("F-1", factories.person(905, "Maud Ellery")))
    patient = factories.visit(clinic, "F-1").patient_id
    with_it, _ = endpoint(clinic, far.url, Tells.RECORD_NUMBER)
    without, _ = endpoint(clinic, far.url)
    call(clinic, wish(with_it, "a", patient_id=patient), wish(without, "b", patient_id=patient))
    make_due()
    numbers = [json.loads(body)["data"].get("record_number") for _, body in far.told]
    assert sum(one is not None for one in numbers) == 1
    assert all(b"Ellery" not in body and b"+44" not in body for _, body in far.told)


def test_a_call_is_tried_again_under_its_id_and_given_up_after_two_days(clinic: UUID, far: Far) -> None:
    ours, _ = endpoint(clinic, far.url)
    far.status = 500
    call(clinic, wish(ours))
    assert make_due() == 1
    assert make_due() == 0  # it rests
    tries = 1
    while (line := log(clinic, ours)[0]).state is CallState.WAITING:
        business_time.advance_to(line.due + timedelta(minutes=6))
        tries += make_due()
        assert tries < 20
    assert line.state is CallState.GIVEN_UP
    assert len({headers["webhook-id"] for headers, _ in far.told}) == 1
    assert len({body for _, body in far.told}) == 1
    with clinic_scope(clinic):
        (trouble,) = queries.troubles(clinic)
        assert (trouble.given_up, trouble.waiting, trouble.is_failing) == (1, 0, True)
        assert actions.again(clinic_id=clinic, endpoint_id=ours, by=OPERATOR) == 1
    far.status = 200
    assert make_due() == 1
    with clinic_scope(clinic):
        assert queries.troubles(clinic) == []


def test_an_endpoint_that_fails_is_tried_with_one_call_and_nobody_else_waits(clinic: UUID, far: Far) -> None:
    dead, _ = endpoint(clinic, "http://127.0.0.1:9/nobody")
    alive, _ = endpoint(clinic, far.url)
    call(clinic, *(wish(dead, f"d{n}") for n in range(5)), *(wish(alive, f"a{n}") for n in range(3)))
    assert make_due() == 8
    assert len(far.told) == 3
    business_time.advance_to(business_time.now() + timedelta(minutes=10))
    assert make_due() == 1
    assert {line.attempts[-1].trouble for line in log(clinic, dead)} == {"no_link"}


@pytest.mark.parametrize(
    ("status", "state", "trouble"), [(302, CallState.WAITING, "redirect"), (410, CallState.GIVEN_UP, "")]
)
def test_no_redirect_is_followed_and_gone_is_gone(
    clinic: UUID, far: Far, status: int, state: CallState, trouble: str
) -> None:
    ours, _ = endpoint(clinic, far.url)
    far.status, far.location = status, far.url if status == 302 else ""
    call(clinic, wish(ours))
    make_due()
    (line,) = log(clinic, ours)
    assert (line.state, line.attempts[0].trouble, line.attempts[0].status) == (state, trouble, status)
    assert len(far.told) == 1


def test_a_name_that_leads_into_a_private_network_is_not_called(
    clinic: UUID, far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address was fit when it was kept, and its name leads to this machine when it is called."""
    ours, _ = endpoint(clinic, f"https://localhost:{far.server.server_port}/")
    monkeypatch.setattr(settings, "RECADO_WEBHOOK_NETWORKS", ())
    call(clinic, wish(ours))
    make_due()
    (line,) = log(clinic, ours)
    assert (line.attempts[0].trouble, far.told) == ("private", [])


@pytest.mark.parametrize(
    ("holder", "trouble"),
    [(x509.DNSName("localhost"), ""), (x509.DNSName("records.example"), "certificate"), (LOOPBACK, "certificate")],
    ids=["for the name", "for another name", "for the address"],
)
def test_a_certificate_is_checked_against_the_name_although_the_address_is_called(
    clinic: UUID, far: Far, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holder: x509.GeneralName, trouble: str
) -> None:
    server, client = serving(tmp_path, holder)
    far.server.socket = server.wrap_socket(far.server.socket, server_side=True)
    monkeypatch.setattr(posting, "_tls", lambda: client)
    ours, _ = endpoint(clinic, f"https://localhost:{far.server.server_port}/recado")
    call(clinic, wish(ours))
    make_due()
    assert log(clinic, ours)[0].attempts[0].trouble == trouble
    assert [headers["host"] for headers, _ in far.told] == [f"localhost:{far.server.server_port}"] * (not trouble)


def test_a_certificate_that_nobody_vouches_for_is_refused(clinic: UUID, far: Far) -> None:
    ours, _ = endpoint(clinic, far.url.replace("http://", "https://"))  # speaks no TLS at all
    call(clinic, wish(ours))
    make_due()
    (line,) = log(clinic, ours)
    assert line.attempts[0].trouble == "certificate"


def test_both_secrets_sign_for_a_day_when_a_new_one_is_made(clinic: UUID, far: Far) -> None:
    ours, old = endpoint(clinic, far.url)
    with clinic_scope(clinic):
        new = actions.new_secret(clinic_id=clinic, endpoint_id=ours, by=OPERATOR).secret
    call(clinic, wish(ours, "a"))
    make_due()
    business_time.advance_to(business_time.now() + timedelta(hours=25))
    call(clinic, wish(ours, "b"))
    make_due()
    for (headers, body), secrets in zip(far.told, ([new, old], [new]), strict=True):
        stamp = int(headers["webhook-timestamp"])
        assert headers["webhook-signature"] == " ".join(
            signing.signature(secret, headers["webhook-id"], stamp, body) for secret in secrets
        )


def test_secret_address_and_body_lie_sealed(clinic: UUID, far: Far) -> None:
    ours, secret = endpoint(clinic, far.url, Tells.TIME)
    call(clinic, wish(ours))
    rows = factories.sql("SELECT e::text || c::text FROM webhooks_endpoint e, webhooks_call c")
    assert rows and not any(secret in row[0] or far.url in row[0] or "starts_at" in row[0] for row in rows)


def test_a_crash_behind_the_call_brings_it_back_under_its_id(clinic: UUID, far: Far) -> None:
    ours, _ = endpoint(clinic, far.url)
    call(clinic, wish(ours))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        now = business_time.now()
        ids = [row[1] for row in maintenance.execute(worker.DUE, {"now": now, "each": 9, "most": 9}).fetchall()]
    worker._claim(clinic, ids, now)  # and nothing is heard of it any more
    assert make_due() == 0
    business_time.advance_to(now + worker.LEASE + timedelta(seconds=1))
    assert make_due() == 1
    assert log(clinic, ours)[0].state is CallState.DELIVERED


def test_a_test_call_goes_before_all_others_and_is_tried_once(clinic: UUID, far: Far) -> None:
    ours, _ = endpoint(clinic, far.url)
    far.status = 503
    call(clinic, wish(ours))
    make_due()
    with clinic_scope(clinic):
        name = actions.test(clinic_id=clinic, endpoint_id=ours, by=OPERATOR)
    assert make_due() == 1
    assert json.loads(far.told[-1][1])["type"] == "recado.test"
    (line,) = [one for one in log(clinic, ours) if one.id == name]
    assert (line.state, line.is_test) == (CallState.GIVEN_UP, True)


def test_what_a_clinic_takes_back_is_told_no_more_by_calls_that_wait(clinic: UUID, far: Far) -> None:
    ours, secret = endpoint(clinic, far.url, Tells.TIME, Tells.ANSWERS)
    call(clinic, wish(ours))
    with clinic_scope(clinic):
        actions.change(clinic_id=clinic, endpoint_id=ours, name="Records", url=far.url, tells=[Tells.TIME], by=OPERATOR)
    make_due()
    ((headers, body),) = far.told
    assert "starts_at" in json.loads(body)["data"] and b"answers" not in body
    stamp = int(headers["webhook-timestamp"])
    assert headers["webhook-signature"] == signing.signature(secret, headers["webhook-id"], stamp, body)


def test_nothing_of_a_patient_but_what_was_chosen_leaves(clinic: UUID, far: Far) -> None:
    """A name, a number and words that occur nowhere else; the step of a journey tells a system that may know all there is."""
    ours, _ = endpoint(clinic, far.url, *Tells)
    factories.record(clinic, factories.booking("F-1", factories.person(905, "Brzęczysława Oyindamola")))
    factories.hear(clinic, "Is the purple kangaroo allowed in?", last=905)
    visit = factories.visit(clinic, "F-1")
    with clinic_scope(clinic):
        (view,) = steps.load(clinic, [visit.id]).values()
        run = book.new_run(
            clinic,
            APPOINTMENT,
            AnchorChange("appointment", visit.id, visit.patient_id, view.anchor),
            business_time.now(),
        )
        made = calls.call_of(run, "told", view, str(ours))
        actions.call(clinic_id=clinic, wishes=[made])
    assert {what: set(values) for what, values in made.chosen.items()} == {
        what: set(MEMBERS[what]) for what in Tells if what is not Tells.RECORD_NUMBER
    }
    make_due()
    ((headers, body),) = far.told
    data = json.loads(body)["data"]
    assert {"starts_at", "answers", "details", "record_number", "patient_id"} <= data.keys()
    seen = f"{headers} {body.decode('unicode_escape')}".casefold()
    for planted in ("brzęczysława", "oyindamola", "447700900905", "7700 900905", "kangaroo", "purple"):
        assert planted not in seen
    assert set(headers) == {
        *("accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent"),
        *("webhook-id", "webhook-signature", "webhook-timestamp"),
    }


def test_what_waits_is_given_up_when_an_endpoint_is_turned_off(clinic: UUID, far: Far) -> None:
    ours, _ = endpoint(clinic, far.url)
    call(clinic, wish(ours))
    with clinic_scope(clinic):
        assert actions.end(clinic_id=clinic, endpoint_id=ours, by=OPERATOR)
        assert not actions.end(clinic_id=clinic, endpoint_id=ours, by=OPERATOR)
    assert make_due() == 0
    assert call(clinic, wish(ours, "later")) == [False]
    assert log(clinic, ours)[0].state is CallState.GIVEN_UP


def test_old_calls_go_a_month_after_they_ended(clinic: UUID, far: Far) -> None:
    ours, _ = endpoint(clinic, far.url)
    call(clinic, wish(ours))
    make_due()
    business_time.advance_to(business_time.now() + timedelta(days=31))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        worker.forget_old(maintenance)
    with clinic_scope(clinic):
        assert not Call.objects.filter(clinic_id=clinic).exists()


def test_an_address_inside_is_refused_when_no_network_is_named(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "RECADO_WEBHOOK_NETWORKS", ())
    with clinic_scope(clinic), pytest.raises(Refused) as refused:
        actions.add(clinic_id=clinic, name="Records", url="https://169.254.169.254/", tells=(), by=OPERATOR)
    assert refused.value.field == "url"
