"""Texts leave by the route that matches: other carriers, other senders, or not at all."""

from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recado.consent.types import Purpose
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging.carriers import forget_routes
from recado.messaging.models import Message, Outbox
from tests import factories
from tests.factories import intent, send, sql

pytestmark = pytest.mark.usefixtures("database")
OTHER_CARRIER = 7


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    sql(
        "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
        "VALUES (%s, 'Baltica', 'smpp', '', true, 'ready')",
        (OTHER_CARRIER,),
    )
    forget_routes()
    return made


def add_route(
    position: int, targets: str, *, country: str = "", purposes: str = "{}", clinic: UUID | None = None
) -> None:
    sql(
        "INSERT INTO messaging_route (id, position, clinic_id, country, purposes, sender, targets) "
        "VALUES (%s, %s, %s, %s, %s::smallint[], '', %s::jsonb)",
        (new_id(), position, clinic, country, purposes, targets),
    )
    forget_routes()


def ways(clinic: UUID) -> list[tuple[int, str]]:
    with clinic_scope(clinic):
        return list(Outbox.objects.filter(clinic_id=clinic).order_by("id").values_list("carrier", "sender"))


def test_without_a_table_a_text_leaves_by_its_number(clinic: UUID) -> None:
    send(clinic, intent())
    assert ways(clinic) == [(factories.CARRIER, factories.NUMBER)]


def test_first_row_that_matches_decides(clinic: UUID) -> None:
    add_route(1, '[{"carrier": 7, "sender": "Harbour"}]', country="GB", purposes="{2}")
    add_route(2, '[{"carrier": 1}]', country="GB")
    send(clinic, intent(purpose=Purpose.VERIFY), intent())
    assert ways(clinic) == [(OTHER_CARRIER, "Harbour"), (factories.CARRIER, factories.NUMBER)]


def test_row_without_carriers_keeps_such_texts_from_leaving_and_says_why(clinic: UUID) -> None:
    add_route(1, "[]", country="FR")
    add_route(2, "[]")
    (made,) = send(clinic, intent())
    assert (made.verdict, made.rule) == ("never", "no_route")
    with clinic_scope(clinic):
        assert Message.objects.get(clinic_id=clinic, id=made.message_id).rule == "no_route"
    assert ways(clinic) == []


def test_row_of_one_clinic_is_for_nobody_else(clinic: UUID) -> None:
    other = factories.make_furnished("quay-side", number="+447700900101").id
    add_route(1, '[{"carrier": 7}]', clinic=other)
    send(clinic, intent())
    send(other, intent())
    assert ways(clinic) == [(factories.CARRIER, factories.NUMBER)]
    assert ways(other) == [(OTHER_CARRIER, "+447700900101")]


def test_backup_takes_over_while_the_first_is_down(clinic: UUID) -> None:
    add_route(1, '[{"carrier": 1}, {"carrier": 7, "weight": 0}]')
    sql("UPDATE messaging_carrieraccount SET state = 'down' WHERE id = 1")
    forget_routes()
    send(clinic, intent())
    assert ways(clinic) == [(OTHER_CARRIER, factories.NUMBER)]


def test_text_waits_for_a_carrier_of_which_a_lane_is_held_and_not_for_one_that_is_paused(clinic: UUID) -> None:
    add_route(1, '[{"carrier": 1}, {"carrier": 7, "weight": 0}]')
    for lanes in ([4, 5], [1, 2, 3, 4, 5]):
        sql("UPDATE messaging_carrieraccount SET paused_lanes = %s WHERE id = 1", (lanes,))
        forget_routes()
        send(clinic, intent(ref=str(lanes)))
    assert ways(clinic) == [(factories.CARRIER, factories.NUMBER), (OTHER_CARRIER, factories.NUMBER)]


def test_carrier_whose_price_is_above_the_ceiling_is_passed_over(clinic: UUID) -> None:
    add_route(1, '[{"carrier": 1, "ceiling": "0.05"}, {"carrier": 7, "weight": 0, "ceiling": "0.05"}]')
    price = (
        "INSERT INTO messaging_carrierprice (carrier, country, price, currency, at) VALUES (%s, 'GB', %s, 'GBP', now())"
    )
    sql(price, (1, Decimal("0.06")))
    forget_routes()
    send(clinic, intent())
    assert ways(clinic) == [(OTHER_CARRIER, factories.NUMBER)]
    sql(price, (7, Decimal("0.0501")))
    forget_routes()
    (made,) = send(clinic, intent())
    assert made.rule == "no_route"


def test_a_batch_reads_the_table_once(clinic: UUID) -> None:
    add_route(1, '[{"carrier": 1}, {"carrier": 7}]')
    send(clinic, intent())

    def statements(texts: int) -> int:
        forget_routes()
        with CaptureQueriesContext(connection) as seen:
            send(clinic, *(intent(at, ref=f"{texts}:{at}") for at in range(texts)))
        return len(seen)

    assert statements(50) == statements(1)
    assert {carrier for carrier, _ in ways(clinic)} == {factories.CARRIER, OTHER_CARRIER}
