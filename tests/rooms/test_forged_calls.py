"""Somebody has seen a genuine call of a carrier and sends its signature with other words, to the product's own address."""

import pytest

from recado.channels import aws
from tests.carriers.fakes.aws import certificate
from tests.carriers.fakes.every import KINDS
from tests.carriers.http_contract import swaps
from tests.factories import sql
from tests.rooms.test_callbacks import call
from tests.rooms.test_http_outages import open_account

pytestmark = pytest.mark.usefixtures("database")
SIGNERS = sorted(kind for kind, one in KINDS.items() if one.shapes.signs_words)
KEPT = ("messaging_callbackraw", "messaging_inboundraw", "messaging_receiptunmatched", "messaging_event")


def kept() -> int:
    return sum(int(sql(f"SELECT count(*) FROM {table}")[0][0]) for table in KEPT)


def test_carriers_that_sign_their_words_are_these() -> None:
    assert SIGNERS == ["android", "aws", "messagebird", "sinch", "twilio", "vonage"]


@pytest.mark.parametrize("kind", SIGNERS)
def test_words_under_another_calls_signature_are_refused_and_nothing_of_them_is_kept(
    kind: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(aws, "fetched", lambda place: certificate())
    open_account(7, kind, "http://127.0.0.1:1")
    shapes = KINDS[kind].shapes()
    for one, other in swaps(shapes):
        caplog.clear()
        answer = call(shapes.swapped(one, other))
        assert (answer.status_code, answer.content, kept()) == (403, b"", 0)
        assert [record.getMessage() for record in caplog.records if record.name == "recado.callbacks"] == [
            "carrier 7: a call with a wrong signature was refused"
        ]
        assert call(other).status_code < 300, "as it came it is taken"
        assert kept() == 1
        sql("DELETE FROM messaging_callbackraw")
