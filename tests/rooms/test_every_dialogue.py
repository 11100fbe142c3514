"""Every ready dialogue, in every language, along every choice to its end, as a phone hears it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from recado.clinics import actions as clinics
from recado.dialogues import actions, catalogue
from recado.dialogues.models import Run
from recado.dialogues.ready_words import ASK_VISIT, STARTS
from recado.dialogues.types import Ending
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging.queries import measure
from tests import calendars, factories

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LANGUAGES = sorted(ASK_VISIT)
WORDS = {  # of their own: a medicine, an insurer, an address
    "en": ("the white ones", "Harbour Mutual", "12 Quay Street"),
    "fr": ("les blancs", "Mutuelle du Port", "12 rue du Quai"),
    "nl": ("de witte", "Havenzorg", "Kadestraat 12"),
    "pl": ("te białe", "Portowe", "ulica Portowa 12"),
    "es": ("las blancas", "Mutua del Puerto", "calle del Muelle 12"),
    "id": ("yang putih", "Asuransi Pelabuhan", "Jalan Dermaga 12"),
    "de": ("die weißen", "Hafenkasse", "Kaistraße 12"),
    "it": ("quelle bianche", "Mutua del Porto", "via del Molo 12"),
    "pt": ("os brancos", "Mutua do Porto", "rua do Cais 12"),
}
# Of each dialogue the answers along which it is played: "w0" to "w2" are own words; then how it ends.
PATHS: dict[str, tuple[tuple[tuple[str, ...], Ending], ...]] = {
    "hours": (((), Ending.DONE),),
    "directions": (((), Ending.DONE),),
    "book": ((("1", "a"), Ending.DONE), (("2",), Ending.HANDED), (("3",), Ending.HANDED)),
    "repeat": (
        (("1", "1"), Ending.DONE),
        (("1", "2"), Ending.DONE),
        (("2", "w0", "1"), Ending.DONE),
        (("3",), Ending.HANDED),
    ),
    "details": (
        (("1", "1"), Ending.DONE),
        (("1", "2", "w2"), Ending.DONE),
        (("2", "w1", "1"), Ending.DONE),
        (("2", "w1", "2", "w2"), Ending.DONE),
    ),
}


@pytest.fixture
def clinic(database: None) -> Iterator[UUID]:
    with business_time.standing_at(NOON):
        made, _service = calendars.make()
        clinics.change_settings(clinic_id=made, by=OPERATOR, address="12 Harbour Street")
        with clinic_scope(made):
            for one in catalogue.READY:
                key = actions.begin(clinic_id=made, dialogue=one.dialogue, by=OPERATOR)
                actions.publish(clinic_id=made, key=key, by=OPERATOR)
        yield made


def talk(clinic: UUID, last: int, texts: list[str]) -> list[str]:
    """What came back to each of these texts."""
    came = []
    for text in texts:
        before = len(factories.wordings(clinic, last))
        factories.hear(clinic, text, last)
        came.append(" ".join(factories.wordings(clinic, last)[before:]))
        factories.advance(timedelta(seconds=20))
    return came


def test_the_paths_lead_along_every_choice_of_every_ready_dialogue() -> None:
    assert PATHS.keys() == catalogue.PRODUCT.keys()
    for key, paths in PATHS.items():
        asks = [step for step in catalogue.PRODUCT[key].dialogue.steps if step.kind == "ask"]
        if asks:
            assert {path[0] for path, _ in paths} == {str(at) for at in range(1, asks[0].choices + 1)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ready_dialogue_comes_to_its_end(clinic: UUID, language: str) -> None:
    last = 330
    for key, paths in PATHS.items():
        for path, end in paths:
            last += 1
            patient = factories.make_patient(clinic, last, name=f"Person {last}", language=language)
            step = catalogue.PRODUCT[key].dialogue.steps[0]
            answers = [WORDS[language][int(one[1])] if one.startswith("w") else one for one in path]
            if answers:  # the first by its label, the others by their number
                answers[0] = step.says[language].choices[int(path[0]) - 1]
            came = talk(clinic, last, [STARTS[key][language][0], *answers])
            where = f"{language} {key} {path}: {came}"
            with clinic_scope(clinic):
                assert Run.objects.get(patient_id=patient).state == end, where
            assert all(came), where
            for text in came:
                assert not re.search(r"[{}\[\]]|  ", text), where
                assert measure(text).segments <= 4, where
            if key == "book" and end is Ending.DONE:
                assert "A: " in came[1] and "http" in came[1] and "A: " not in came[2], where
