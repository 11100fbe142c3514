"""Saved replies: what is kept, what is refused, and that nothing with a gap is ever offered."""

from uuid import UUID

import pytest

from recado.clinics import queries as clinics
from recado.conversations import actions as conversations
from recado.conversations import queries, saved
from recado.conversations.types import Facts, SavedView, UnfitReply
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.dates import When
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from tests import factories


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def keep(clinic_id: UUID, title: str = "Letter", reply_id: UUID | None = None, **texts: str) -> UUID:
    with clinic_scope(clinic_id):
        return conversations.keep_saved_reply(
            clinic_id=clinic_id, title=title, texts_by_language=texts, by=OPERATOR, reply_id=reply_id
        )


def listed(clinic_id: UUID) -> list[SavedView]:
    with clinic_scope(clinic_id):
        return queries.saved_replies(clinic_id)


def test_reply_is_kept_changed_and_removed(clinic: UUID) -> None:
    made = keep(clinic, en="Yes, bring the letter.", fr=" ")
    assert [(one.title, one.texts) for one in listed(clinic)] == [("Letter", {"en": "Yes, bring the letter."})]
    keep(clinic, "The letter", made, en="Yes, please.", fr="Oui.")
    assert [one.title for one in listed(clinic)] == ["The letter"]
    with clinic_scope(clinic):
        assert conversations.remove_saved_reply(clinic_id=clinic, reply_id=made, by=OPERATOR)
        assert not conversations.remove_saved_reply(clinic_id=clinic, reply_id=made, by=OPERATOR)
    assert listed(clinic) == []
    with pytest.raises(LookupError):
        keep(clinic, "Gone", new_id(), en="x")


@pytest.mark.parametrize(
    ("title", "texts", "fault", "language"),
    [
        (" ", {"en": "Yes."}, "no_title", ""),
        ("Yes", {"en": " "}, "no_text", ""),
        ("Yes", {"en": "Yes.", "fr": "Oui {prenom}."}, "bad_text", "fr"),
        ("Yes", {"en": "Yes [[."}, "bad_text", "en"),
        ("Yes", {"en": "x" * 1001}, "too_long", "en"),
    ],
)
def test_reply_is_refused_when_it_can_not_be_said(
    clinic: UUID, title: str, texts: dict[str, str], fault: str, language: str
) -> None:
    with pytest.raises(UnfitReply) as refused:
        keep(clinic, title, **texts)
    assert (refused.value.fault, refused.value.language) == (fault, language)


def test_reply_beyond_the_most_is_refused(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST", 1)
    made = keep(clinic, en="Yes.")
    with pytest.raises(UnfitReply, match="too_many"):
        keep(clinic, "Other", en="No.")
    assert keep(clinic, "Changed", made, en="No.") == made


def test_reply_is_filled_in_the_language_of_its_reader_and_left_out_when_something_is_unknown(clinic: UUID) -> None:
    keep(clinic, "Directions", en="{name}, we are at the quay[[, {place}]].", fr="{name}, nous sommes au quai.")
    keep(clinic, "Your visit", en="See you on {when}[[ with {clinician}]].")
    settings = clinics.clinic_settings(clinic)
    visit = When(business_time.now(), settings.time_zone)
    known = queries.ready_replies(listed(clinic), settings, Facts("Rémi", visit, "Dr Lind"), "fr")
    assert [(one.title, one.language) for one in known] == [("Directions", "fr"), ("Your visit", "en")]
    assert known[0].text == "Rémi, nous sommes au quai." and known[1].text.endswith("with Dr Lind.")
    assert [one.title for one in queries.ready_replies(listed(clinic), settings, Facts("Rémi"), "fr")] == ["Directions"]
    assert queries.ready_replies(listed(clinic), settings, Facts(), "en") == []
