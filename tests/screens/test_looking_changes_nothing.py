"""Link scanners, previews and bots that open every address behind every kind of link change and burn nothing, and no address,
title or header names anybody."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from recado.consent import queries as consent
from recado.consent.types import Privacy
from recado.documents import actions as documents
from recado.documents.types import FormWish
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.launch import wiring
from recado.messaging import actions as messaging
from recado.messaging.types import LinkWish
from recado.surveys.queries import READY
from recado.surveys.types import Survey, Way
from recado.web.urls import urlpatterns
from tests import factories, pages, papers
from tests.factories import booking, record, sql, visit, wordings
from tests.rooms.test_forms import publish as publish_form
from tests.rooms.test_surveys import HOURS, finish
from tests.rooms.test_surveys import patient as asked
from tests.rooms.test_surveys import publish as publish_survey
from tests.screens import test_waitlist_by_link as waiting

pytestmark = pytest.mark.usefixtures("database")
NAME, RECORD = "Brzęczysława Kangurowska", "QX-771-ZZ"
PLANTED = ("Brzęczysława", "Kangurowska", RECORD, "900321", "Xylofon")
LOOKED = ("foundation_audit", "foundation_unsealed", "launch_throttle", "django_session")
"""What may change: that a page was opened stands in the audit, and who asks too often is slowed down."""
BOTS: tuple[dict[str, str], ...] = (
    {"User-Agent": "Mozilla/5.0 (compatible; SafeLinks scanner)"},
    {"User-Agent": "facebookexternalhit/1.1", "Range": "bytes=0-524287"},
    {"User-Agent": "WhatsApp/2.23", "Purpose": "prefetch", "Sec-Purpose": "prefetch"},
)


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


def links(clinic: UUID) -> Iterator[tuple[str, str]]:
    """A live link of each kind, by the name of the kind."""
    yield "survey", survey_link(clinic)
    yield "offer", offer_link()
    patient = factories.make_patient(clinic, name=NAME, record_number=RECORD)
    record(clinic, booking("A-1", factories.person(name=NAME, record_number=RECORD), clinician="Dr Xylofon"))
    papers.send(clinic, patient, papers.TEXT, words="Xylofon")
    yield "paper", papers.link(clinic)
    publish_form(clinic, needs_code=False)
    due = business_time.now() + timedelta(days=10)
    documents.send_form(clinic_id=clinic, wish=FormWish("first_visit", patient, due, None), by=OPERATOR)
    yield "form", papers.link(clinic)
    with clinic_scope(clinic):
        phone_bi = consent.recipients(clinic, [patient])[patient].phone_bi
        subjects = {"appointment": visit(clinic).id, "waitlist": patient, "booking": patient, "wishes": patient}
        wishes = [LinkWish(kind, subject, patient, phone_bi, due) for kind, subject in subjects.items()]
        made = messaging.make_links(clinic_id=clinic, wishes=wishes)
    yield from zip(subjects, (address.rpartition("/")[2] for address in made), strict=True)


def survey_link(clinic: UUID) -> str:
    """As it comes some hours after a visit."""
    publish_survey(clinic, Survey(READY[0].key, 0, READY[0].name, READY[0].questions, Way.PAGE))
    finish(clinic, asked(clinic, 322))
    factories.advance(HOURS)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        worker.run_due(maintenance)
    return wordings(clinic)[-1].rpartition("/r/")[2].split()[0]


def offer_link() -> str:
    """As it comes to somebody on the list of another clinic, where a time has come free."""
    other = waiting.opened("+447700900777", "quay-street")
    waiting.joins(other, 321, privacy=Privacy.NEUTRAL)
    waiting.comes_free(other)
    return waiting.offer_link(other).split("/")[2]


def addresses(token: str) -> Iterator[str]:
    """Every address behind a link, whether or not this kind of link leads there."""
    for pattern in urlpatterns:
        name = str(getattr(pattern, "name", "") or "")
        if not name.startswith("link"):
            continue
        for given in ((), (uuid4(),), (1,)):
            try:
                yield reverse(name, args=[token, *given])
                break
            except NoReverseMatch:
                continue


def contents() -> dict[str, tuple[Any, ...]]:
    """What lies in each table."""
    tables = sql("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    return {
        name: sql(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t")[0]
        for (name,) in tables
        if not name.startswith(LOOKED)
    }


def names_nobody(response: Any) -> bool:
    title = re.search(r"<title>(.*?)</title>", response.content.decode("utf-8", "replace"), re.S)
    said = f"{dict(response.headers)} {title[1] if title else ''}"
    return not [word for word in PLANTED if word in said]


def test_nothing_changes_when_scanners_open_every_address_behind_every_link(clinic: UUID) -> None:
    tokens = dict(links(clinic))
    assert set(tokens) - {"form"} == set(wiring.LINK_TEXTS) >= set(wiring.LINK_PAGES), "a form is a document to fill in"
    assert len({tail for token in tokens.values() for tail in addresses(token)}) >= 15 * len(tokens)
    before = contents()
    for token in tokens.values():
        for bot, address in zip(BOTS * 20, addresses(token), strict=False):
            scanner = Client(headers={"Host": "localhost", **bot})
            for method in ("get", "head", "options"):
                response = getattr(scanner, method)(address)
                assert response.status_code < 500, address
                assert response["Cache-Control"] == "no-store" and response["Referrer-Policy"] == "no-referrer", address
                assert response["X-Robots-Tag"] == "noindex", address
                if not response.streaming and not address.endswith(".ics"):
                    assert names_nobody(response), address
    after = contents()
    assert {name for name in before if before[name] != after[name]} == set()


def test_a_press_without_the_forms_token_changes_nothing_behind_any_link(clinic: UUID) -> None:
    """Some scanners press buttons too; they come without the page's cookie."""
    tokens = dict(links(clinic))
    before = contents()
    robot = pages.browser(is_strict=True)
    for token in tokens.values():
        for address in addresses(token):
            for said in ({"answer": "confirm"}, {"do": "stop"}, {"do": "code"}, {"do": "again"}, {"q1": "Xylofon"}):
                assert robot.post(address, said).status_code in (403, 404, 405), address
    after = contents()
    assert {name for name in before if before[name] != after[name]} == set()
