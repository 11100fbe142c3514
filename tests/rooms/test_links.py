"""Short links: who shows the token sees what it stands for; nobody else sees that it exists."""

from datetime import timedelta
from uuid import UUID

import pytest

from recado.foundation import business_time
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import SET_CLINIC, capability, clinic_scope
from recado.messaging import links
from recado.messaging.models import Link
from recado.messaging.types import LinkWish
from tests import factories
from tests.factories import DAY, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    clinic = factories.make_furnished()
    factories.record(clinic.id, factories.booking())
    return clinic.id


def make(clinic_id: UUID, *, live_for: timedelta = DAY) -> tuple[str, UUID, UUID]:
    """Token, visit and patient of a new link."""
    visit = factories.visit(clinic_id)
    wish = LinkWish("appointment", visit.id, visit.patient_id, b"1" * 16, business_time.now() + live_for)
    with clinic_scope(clinic_id):
        (address,) = links.make(clinic_id=clinic_id, wishes=[wish])
    return address.rsplit("/", 1)[1], visit.id, visit.patient_id


def test_token_leads_to_what_it_was_made_for(clinic: UUID) -> None:
    token, visit, patient = make(clinic)
    target = links.behind(token)
    assert target is not None
    assert (target.clinic_id, target.kind, target.subject_id, target.patient_id) == (
        clinic,
        "appointment",
        visit,
        patient,
    )
    assert (target.phone_bi, target.is_live) == (b"1" * 16, True)


@pytest.mark.parametrize("change", ["", "x", "upper", "longer"])
def test_unknown_token_leads_nowhere(clinic: UUID, change: str) -> None:
    token, *_ = make(clinic)
    wrong = {"": "", "x": "x" * links.LENGTH, "upper": token.swapcase(), "longer": token + "a"}[change]
    assert links.behind(wrong) is None


def test_token_stands_nowhere_in_the_database(clinic: UUID) -> None:
    token, *_ = make(clinic)
    assert sql("SELECT count(*) FROM messaging_link l WHERE l::text LIKE %s", (f"%{token}%",)) == [(0,)]
    assert len({make(clinic)[0] for _ in range(50)}) == 50


def test_expired_link_keeps_its_target_and_is_over(clinic: UUID) -> None:
    token, visit, _ = make(clinic, live_for=timedelta(hours=1))
    factories.advance(timedelta(hours=1))
    target = links.behind(token)
    assert target is not None
    assert (target.subject_id, target.is_live) == (visit, False)


def test_ended_link_is_over(clinic: UUID) -> None:
    token, visit, _ = make(clinic)
    with clinic_scope(clinic):
        links.end(clinic_id=clinic, kind="appointment", subject_ids=[visit])
    target = links.behind(token)
    assert target is not None
    assert not target.is_live


def test_other_clinic_can_end_no_link(clinic: UUID) -> None:
    other = factories.make_clinic("quay-side").id
    token, visit, _ = make(clinic)
    with clinic_scope(other):
        links.end(clinic_id=other, kind="appointment", subject_ids=[visit])
        links.end(clinic_id=clinic, kind="appointment", subject_ids=[visit])  # row security is the net
    target = links.behind(token)
    assert target is not None
    assert target.is_live


def test_other_clinic_sees_no_link(clinic: UUID) -> None:
    other = factories.make_clinic("quay-side").id
    make(clinic)
    with clinic_scope(other):
        assert Link.objects.count() == 0
    with clinic_scope(clinic):
        assert Link.objects.count() == 1


def test_capability_opens_one_row_and_ends_with_its_block(clinic: UUID) -> None:
    token, *_ = make(clinic)
    make(clinic)
    assert Link.objects.count() == 0, "outside of any clinic nothing is seen"
    with capability(links.token_hash(token)):
        assert Link.objects.count() == 1
        assert Link.objects.update(revoked_at=business_time.now()) == 0, "who shows a token may read, not change"
    assert Link.objects.count() == 0


def test_link_can_be_made_for_no_other_clinic(clinic: UUID) -> None:
    import psycopg

    other = factories.make_clinic("quay-side").id
    visit = factories.visit(clinic)
    with connect(Role.APP) as connection:
        connection.execute(SET_CLINIC, (str(other),))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "INSERT INTO messaging_link (clinic_id, token_hash, kind, subject_id, patient_id, created_at, expires_at)"
                " VALUES (%s, 'x', 'appointment', %s, %s, now(), now())",
                (clinic, visit.id, visit.patient_id),
            )


def test_links_made_are_counted_since_then(clinic: UUID) -> None:
    _, visit, _ = make(clinic)
    since = factories.advance(timedelta(minutes=1))
    make(clinic)
    with clinic_scope(clinic):
        assert links.made_since(clinic_id=clinic, kind="appointment", subject_id=visit, since=since) == 1
