"""Every recorded payload goes through its carrier's own code: what leaves, what an answer means, what a call says.

The tables of codes and states are compared with the carriers' own, both ways: a code that only one of them knows is a mistake.
"""

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from recado.channels.over_http import HttpCarrier, Reply, Trouble
from recado.channels.protocol import (
    Accepted,
    Outcome,
    PersonStopped,
    ReceiptState,
    Refused,
    TryLater,
    Uncertain,
    Unreadable,
)
from recado.foundation.phone import Phone, is_fictional
from tests.carriers import recorded
from tests.carriers.contract import envelope
from tests.carriers.fakes.every import KINDS
from tests.carriers.fakes.far_end import Asked
from tests.carriers.published import request_of
from tests.carriers.recorded import Case

CALLS = recorded.cases("receipts", "inbound")
CONTRACTS = {
    "twilio-messages.json": "/2010-04-01/Accounts/{AccountSid}/Messages.json",
    "vonage-sms.json": "/{format}",
    "messagebird-sms.json": "/messages",
}


def made(carrier: str, given: dict[str, object], url: str = "http://127.0.0.1:1") -> Any:
    kind = KINDS[carrier]
    return kind.make("recorded", {**kind.shapes().settings(url), **given})


def key_of(file: dict[str, Any], carrier: HttpCarrier) -> str:
    return str(carrier.settings[file["ref_key"]]) if "ref_key" in file else ""


# ---------------------------------------------------------------- texts out


@pytest.mark.parametrize("case", recorded.cases("send"), ids=str)
def test_request_leaves_as_recorded_and_its_answer_is_understood(case: Case) -> None:
    async def played() -> None:
        async with recorded.answering(case.told.get("answer", {"status": 500})) as far_end:
            carrier = made(case.carrier, case.settings, far_end.url)
            await carrier.start(_nowhere)
            outcomes = await carrier.send(recorded.envelopes(case.told["texts"]))
            await carrier.stop()
        assert len(far_end.asked) == (case.told["request"] is not None)
        for asked in far_end.asked:
            recorded.assert_asked(asked, case.told["request"])
            assert_published(asked, case.file.get("contract", ""))
        for outcome, wanted in zip(outcomes, case.told["outcomes"], strict=True):
            assert_outcome(outcome, wanted, key_of(case.file, carrier))

    asyncio.run(played())


async def _nowhere(items: object) -> None:
    raise AssertionError("nothing comes in here")


def assert_outcome(outcome: Outcome, wanted: dict[str, Any], key: str) -> None:
    match wanted:
        case {"accepted": ref}:
            assert outcome == Accepted(recorded.reference(ref, key), cost=recorded.cost(wanted))
        case {"refused": reason}:
            assert outcome == Refused(reason)
        case {"uncertain": reason}:
            assert outcome == Uncertain(reason)
        case {"later": reason, "after": seconds}:
            assert outcome == TryLater(timedelta(seconds=seconds), reason)
        case _:
            raise AssertionError(f"a file says {wanted}")


def assert_published(asked: Asked, contract: str) -> None:
    """What the vendor publishes of its requests holds for this one."""
    if contract == "botocore":
        model = ServiceModel(Loader().load_service_model("pinpoint-sms-voice-v2", "service-2"))
        shape = model.operation_model("SendTextMessage").input_shape
        body = json.loads(asked.body)
        assert not ParamValidator().validate(body, shape).has_errors()
        assert set(body) <= set(shape.members)
        assert body["MessageType"] in shape.members["MessageType"].enum
    elif contract:
        name = contract.replace("-2021.yml", ".json").replace(".yaml", ".json")
        request_of(name, CONTRACTS[name]).validate(_typed(asked))


def _typed(asked: Asked) -> dict[str, object]:
    """A form's words as what they stand for, since the contracts are written for both."""
    if asked.headers["content-type"] == "application/json":
        told: dict[str, object] = json.loads(asked.body)
        return told
    typed: dict[str, object] = dict(asked.form)
    for name, read in (("ValidityPeriod", int), ("ttl", int), ("status-report-req", lambda word: word == "true")):
        if name in typed:
            typed[name] = read(str(typed[name]))
    return typed


@pytest.mark.parametrize("carrier", recorded.carriers())
def test_request_holds_no_more_texts_than_its_carrier_takes(carrier: str) -> None:
    file = recorded.file(carrier, "send")
    assert made(carrier, {}).capabilities.batch == file["batch"]


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("case", recorded.cases("errors"), ids=str)
def test_refusal_is_of_its_class(case: Case) -> None:
    said = recorded.said(case.told["answer"])
    reply = Reply(said.status, {key.lower(): value for key, value in said.headers.items()}, said.body)
    carrier = made(case.carrier, case.settings)
    (told,) = carrier.read([envelope("hello")], reply)
    assert isinstance(told, Trouble)
    assert (str(told.kind), told.reason) == (case.told["class"], case.told["reason"])
    if "after" in case.told:
        assert told.after == timedelta(seconds=case.told["after"])


OUTCOMES = {
    "throttled": TryLater,
    "temporary": TryLater,
    "not_now": TryLater,
    "sender": TryLater,
    "account": TryLater,
    "permanent": Refused,
    "opted_out": PersonStopped,
    "unknown": Uncertain,
}


@pytest.mark.parametrize("carrier", recorded.carriers())
def test_refusals_come_to_what_their_class_promises(carrier: str) -> None:
    async def played(case: dict[str, Any]) -> None:
        async with recorded.answering(case["answer"]) as far_end:
            one = made(carrier, {}, far_end.url)
            await one.start(_nowhere)
            (outcome,) = await one.send([envelope("hello")])
            assert isinstance(outcome, OUTCOMES[case["class"]]), case["what"]
            assert one.is_connected() is (case["class"] not in ("account", "temporary", "unknown")), case["what"]
            await one.stop()

    seen = set()
    for case in recorded.file(carrier, "errors")["cases"]:
        if case["class"] not in seen:
            seen.add(case["class"])
            asyncio.run(played(case))


@pytest.mark.parametrize("carrier", recorded.carriers())
def test_table_of_codes_is_the_recorded_one(carrier: str) -> None:
    recorded_codes = {case["code"] for case in recorded.file(carrier, "errors")["cases"] if "code" in case}
    assert set(KINDS[carrier].module.CODES) == recorded_codes


# ---------------------------------------------------------------- calls in


@pytest.mark.parametrize("case", CALLS, ids=str)
def test_call_is_genuine_read_and_answered(case: Case) -> None:
    carrier = made(case.carrier, case.settings)
    raw = recorded.call_of(case.told["call"])
    if not case.told.get("is_unsigned"):
        raw = KINDS[case.carrier].shapes().signed(raw)
        assert carrier.verify(raw)
    answer = carrier.callback_answer(raw, True)
    assert (answer.status, answer.body.decode()) == (case.file["answer"]["status"], case.file["answer"]["body"])
    if case.told["read"] == "unreadable":
        with pytest.raises(Unreadable):
            carrier.read_callback(raw)
        return
    items = carrier.read_callback(raw)
    for item, wanted in zip(items, case.told["read"], strict=True):
        recorded.assert_read(item, wanted, key_of(case.file, carrier))


@pytest.mark.parametrize("case", [case for case in CALLS if KINDS[case.carrier].shapes.signs], ids=str)
def test_call_that_somebody_changed_is_not_genuine(case: Case) -> None:
    if case.settings.get("push_password") == "":
        return  # Esendex by XML: the address is the secret
    shapes = KINDS[case.carrier].shapes()
    raw = shapes.signed(recorded.call_of(case.told["call"]))
    forged = shapes.forged(raw)
    assert forged is not None
    changed = replace(raw, body=raw.body + b" ") if forged == raw else forged
    assert not made(case.carrier, case.settings).verify(changed)


@pytest.mark.parametrize("carrier", recorded.carriers())
def test_table_of_states_is_the_recorded_one_and_each_is_read(carrier: str) -> None:
    file = recorded.file(carrier, "receipts")
    table = getattr(KINDS[carrier].module, file.get("table", "STATES"))
    assert {word: str(state) for word, state in table.items()} == file["states"]
    for word, state in file["states"].items():
        raw = KINDS[carrier].shapes().signed(recorded.call_of(recorded.of_state(file["each"], word)))
        one = made(carrier, {})
        assert one.verify(raw)
        (receipt,) = one.read_callback(raw)
        assert receipt.state is ReceiptState(state), word


# ---------------------------------------------------------------- the files themselves


def test_every_carrier_has_its_payloads_and_each_file_names_its_source() -> None:
    assert set(recorded.carriers()) == set(KINDS) - {"generic"}, "the generic carrier's documents are its own settings"
    for carrier in recorded.carriers():
        for name in ("send", "errors", "receipts", "inbound"):
            file = recorded.file(carrier, name)
            assert file["source"].endswith((".", ")")) or file["source"], carrier
            assert file["confidence"] in "HMLU", carrier


def test_no_number_is_anybodys() -> None:
    for place in recorded.FOLDER.rglob("*.json"):
        for digits in re.findall(r"(?<![0-9A-Za-z-])\+?((?:44|33|31|48|34)\d{9,10})(?!\d)", place.read_text("utf-8")):
            assert is_fictional(Phone(f"+{digits}")), f"{place.name}: {digits}"
