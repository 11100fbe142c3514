"""Whatever the demo's story shows has a sentence, in every language."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import translation

from recado.appointments import late, replies, waitlist_commands
from recado.care_events import refills
from recado.care_events import replies as care_replies
from recado.channels.protocol import Accepted
from recado.channels.smpp.answers import OUTCOME_OF_STATUS
from recado.consent.types import Purpose
from recado.conversations import offers, on_call, pictures
from recado.conversations.queries import ReadingView
from recado.conversations.types import ASKED_AGAIN, DANGER, WAITS
from recado.dialogues import answering
from recado.knowledge import answering as articles
from recado.messaging import queries as texts
from recado.messaging.types import EventKind, EventView, MessageView, State
from recado.web.inbox import words as inbox_words
from recado.web.languages import OWN_NAMES
from recado.web.stories import telling, words

AT = datetime(2026, 11, 24, 10, 31, tzinfo=UTC)


ROOMS = ("appointments", "care_events", "conversations", "dialogues", "knowledge", "surveys")


def written_outcomes() -> set[str]:
    """Every outcome that a room which reads replies writes: the second argument of `Read(...)`, what replaces it, the first of
    `Settlement(...)`."""
    source = Path(words.__file__).parents[2]
    trees = [ast.parse(path.read_text()) for room in ROOMS for path in (source / room).rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call.args[1] for call in calls if ast.unparse(call.func) == "Read"]
    made += [call.args[0] for call in calls if ast.unparse(call.func) == "Settlement"]
    replaced = [word for call in calls if ast.unparse(call.func) == "replace" for word in call.keywords]
    made += [word.value for word in replaced if word.arg == "outcome"]
    written = [
        branch for node in made for branch in ([node.body, node.orelse] if isinstance(node, ast.IfExp) else [node])
    ]
    return {node.value for node in written if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def reading(understood: str, outcome: str) -> ReadingView:
    return ReadingView(
        id=UUID(int=1),
        at=AT,
        text="1",
        understood=understood,
        outcome=outcome,
        question_id=None,
        needs_person=False,
    )


def test_every_outcome_of_a_reply_has_a_sentence() -> None:
    assert {"asked_which", "stopped_before", "repeated", "survey_ended"} <= written_outcomes()
    rooms = {
        DANGER,
        WAITS,
        articles.ANSWERED,
        articles.RATED,
        on_call.TAKEN,
        on_call.SEEN_TO,
        ASKED_AGAIN,
        *waitlist_commands.OUTCOMES,
        *replies.TEXT_OF,
        *offers.SAID,
        pictures.OUTCOME,
        *care_replies.OUTCOMES,
        *late.OUTCOMES,
        *refills.OUTCOMES,
        *answering.OUTCOMES,
    }
    assert written_outcomes() | rooms == words.OUTCOMES.keys()


def test_every_answer_of_a_carrier_has_a_sentence() -> None:
    codes = {one.reason for one in OUTCOME_OF_STATUS.values() if not isinstance(one, Accepted)}
    assert codes <= words.REASONS.keys()


@pytest.mark.parametrize("language", sorted(OWN_NAMES.keys() - {"en"}))
def test_an_outcome_is_told_in_the_language_of_the_page(language: str) -> None:
    with translation.override(language):
        told = [line.detail for line in telling.of_reading(reading("confirm", "asked_which"))]
    assert told[0] == "“1”"
    assert told[1] and told[1] != words.OUTCOMES["asked_which"]


def test_an_unknown_outcome_is_told_plainly() -> None:
    with translation.override("en"):
        assert [line.detail for line in telling.of_reading(reading("nothing", "new_kind"))][1] == "It was read."


def test_repeated_words_are_not_said_to_wait_for_a_person() -> None:
    with translation.override("en"):
        assert [line.title for line in telling.of_reading(reading("nothing", "repeated"))][1] == "The same words again"


def test_a_carriers_own_reason_stays_in_its_words() -> None:
    with translation.override("fr"):
        assert words.said(words.REASONS, "carrier_code_0x123") == "carrier code 0x123"


@pytest.mark.parametrize(
    ("reason", "title", "tick"),
    [
        ("sender_unregistered", "Not sent", f"Not sent: {texts.RULES['sender_unregistered']}"),
        ("busy", "The carrier refused it", "Not delivered (code busy)"),
    ],
)
def test_what_our_rules_kept_back_while_it_waited_no_carrier_has_refused(reason: str, title: str, tick: str) -> None:
    event = EventView(EventKind.REFUSED, AT, reason)
    told = ("allow", "care", "See you.", "QuayClinic", 1, State.REFUSED, (event,))
    message = MessageView(UUID(int=1), AT, Purpose.CARE, *told)
    assert telling._of_event(message, event).title == title
    assert inbox_words.tick(message, AT, UTC).word == tick
