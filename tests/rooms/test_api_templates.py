"""Texts by API that name a template of the clinic's own: filled, measured, stored with the version that they are by."""

from typing import Any

import pytest

from recado.clinics.types import ClinicSettings
from recado.consent.types import Privacy
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging import clinic_texts, intake
from tests import factories
from tests.api import make_key, make_template, send, send_many, text
from tests.factories import sql

pytestmark = pytest.mark.usefixtures("database")
READY = {
    "en": "{clinic}: your order {number} is ready[[ at {place}]] until {day}.",
    "fr": "{clinic} : la commande {number} est prête[[, {place}]], jusqu'au {day}.",
}


@pytest.fixture
def clinic(database: None) -> ClinicSettings:
    made = factories.make_furnished()
    make_template(made.id, "order_ready", READY)
    return made


@pytest.fixture
def key(clinic: ClinicSettings) -> str:
    return make_key(clinic.id)


def filled(last: int = 321, **more: Any) -> dict[str, Any]:
    values = {"number": "20417", "day": "2026-11-26"}
    return text(last, **{"text": None, "template": "order_ready", "values": values, **more})


def test_template_is_filled_in_the_readers_language_and_its_version_kept(clinic: ClinicSettings, key: str) -> None:
    assert send(key, filled()).status == 202
    assert (
        send(key, filled(322, language="fr-BE", values={"number": "7", "day": "2026-11-26", "place": "Quai"})).status
        == 202
    )
    assert factories.wordings(clinic.id) == [
        "Harbour Street Clinic: your order 20417 is ready until Thu 26 Nov.",
        "Harbour Street Clinic : la commande 7 est prête, Quai, jusqu'au jeu 26/11.",
    ]
    marks = sql("SELECT wording FROM messaging_message ORDER BY id")
    assert [mark for (mark,) in marks] == ["order_ready@1/en/neutral", "order_ready@1/fr/neutral"]


def test_moment_is_written_in_the_clinics_zone_and_what_is_none_as_it_stands(clinic: ClinicSettings, key: str) -> None:
    for day in ("2026-07-01T09:30:00Z", "2026-02-31", "soon"):
        assert send(key, filled(values={"number": "1", "day": day})).status == 202
    assert [said.partition("until ")[2] for said in factories.wordings(clinic.id)] == [
        "Wed 1 Jul at 10:30.",
        "2026-02-31.",
        "soon.",
    ]


def test_clinics_name_is_ours_and_values_are_never_read_as_a_template(clinic: ClinicSettings, key: str) -> None:
    values = {"clinic": "Elsewhere", "number": "{day}", "day": "[[x]]", "more": "ignored"}
    assert send(key, filled(values=values)).status == 202
    assert factories.wordings(clinic.id) == ["Harbour Street Clinic: your order {day} is ready until [[x]]."]


@pytest.mark.parametrize(
    ("more", "kind", "field"),
    [
        ({"values": {"number": "1"}}, "invalid", "values"),
        ({"values": None}, "invalid", "values"),
        ({"template": "nothing"}, "no-template", "template"),
        ({"template": ""}, "no-template", "template"),
        ({"text": "and words"}, "invalid", "template"),
        ({"purpose": "news"}, "invalid", "purpose"),
        ({"values": {"number": "x" * 1600, "day": "now"}}, "invalid", "values"),
        ({"values": {"number": "\u001b", "day": "now"}}, "invalid", "values"),
    ],
)
def test_template_that_cannot_be_filled_costs_its_own_text(
    clinic: ClinicSettings, key: str, more: dict[str, Any], kind: str, field: str
) -> None:
    said = send_many(key, filled(321, **more), filled(322)).json
    wrong, fine = said["messages"]
    assert (wrong["type"], wrong["field"]) == (f"urn:recado:problem:{kind}", field)
    assert fine["verdict"] == "allow"


def test_news_go_by_templates_of_news_only(clinic: ClinicSettings, key: str) -> None:
    make_template(clinic.id, "spring", {"en": "{clinic}: our news."}, room="news")
    assert send(key, filled(template="spring", purpose="news")).status == 202
    assert send(key, filled(template="spring")).json["field"] == "purpose"


def test_draft_is_no_template_for_others_and_neither_is_another_clinics(clinic: ClinicSettings, key: str) -> None:
    with clinic_scope(clinic.id):
        clinic_texts.save_draft(
            clinic_id=clinic.id,
            key="later",
            room="api",
            name="Later",
            texts={Privacy.NEUTRAL: READY},
            revision=0,
            by=OPERATOR,
        )
    intake.forget_grounds()
    assert send(key, filled(template="later")).status == 422
    other = factories.make_furnished("quay-side", number="+447700900101")
    assert send(make_key(other.id), filled()).status == 422
