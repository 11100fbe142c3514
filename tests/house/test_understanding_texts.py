"""The texts that understanding learns from are well formed; docs/reference/understanding-texts.md says what they mean."""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests/understanding"
CARD = ROOT / "docs/reference/understanding-texts.md"
EQUALLY_WELL = {"en", "fr", "nl", "pl", "es", "id"}
CONTEXTS = {"reminder", "reminder_menu", "waitlist_offer", "survey", "refill_reminder", "campaign", "none"}
INTENTS = {
    "confirm",
    "cancel",
    "reschedule",
    "running_late",
    "question",
    "stop",
    "start",
    "help",
    "wrong_number",
    "thanks",
    "survey_score",
    "accept_offer",
    "decline_offer",
    "refill_request",
    "symptom_or_emergency",
    "language_change",
    "other",
}
SLOTS = {"wish": str, "language": str, "score": int, "minutes": int}
# Kept for fiction: Ofcom's (mobile, and "no area"), ARCEP's, and 555-01xx of North America.
FICTION = ("07700900", "447700900", "02079460", "063998", "3363998", "55501")

Line = dict[str, Any]


def read(name: str) -> dict[str, list[Line]]:
    return {
        path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for path in sorted((FOLDER / name).glob("*.jsonl"))
    }


TEXTS, UNSEEN, PLAIN, FRESH, LATER, LAST, BLIND, HARD, CHECK, ANEW = map(
    read, ("texts", "unseen", "plain", "fresh", "later", "last", "blind", "hard", "check", "anew")
)
LINES = [line for lines in TEXTS.values() for line in lines]
MEASURED = [lines for one in (UNSEEN, PLAIN, FRESH, LATER, LAST, BLIND, HARD, CHECK, ANEW) for lines in one.items()]
ASKED = [line for _, lines in MEASURED for line in lines]


def bare(text: str) -> str:
    """The text without case, accents, marks and stops: two lines that differ in no more are one. Emoji stay, and question marks."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in letters if not unicodedata.combining(c) and c != "\ufe0f")
    parted = "".join(" " if unicodedata.category(c)[0] in "PZC" and c != "?" else c for c in kept)
    return " ".join(parted.split()) or " ".join(kept.split())


def test_every_line_has_known_fields() -> None:
    assert (
        set(TEXTS) >= EQUALLY_WELL
        and all(set(one) == set(TEXTS) for one in (UNSEEN, PLAIN, LAST, BLIND, HARD, CHECK, ANEW))
        and set(FRESH) == set(LATER) == EQUALLY_WELL
    )
    for language, lines in [*TEXTS.items(), *MEASURED]:
        for line in lines:
            assert set(line) - {"slots"} == {"text", "context", "lang", "intent", "escalate", "by"}, line
            assert line["lang"] == language and line["context"] in CONTEXTS and line["intent"] in INTENTS, line
            assert isinstance(line["escalate"], bool) and line["text"].strip() and line["by"], line
            for name, value in line.get("slots", {}).items():
                assert type(value) is SLOTS[name], line


def test_every_intent_is_there_in_every_language() -> None:
    for language, lines in TEXTS.items():
        counted = Counter(line["intent"] for line in lines)
        assert set(counted) == INTENTS, language
        assert min(counted.values()) >= (9 if language in EQUALLY_WELL else 5), (language, counted)


def test_no_text_stands_twice_in_a_context() -> None:
    counted = Counter((line["text"], line["context"], line["lang"]) for line in LINES + ASKED)
    assert [key for key, times in counted.items() if times > 1] == []


def test_one_text_in_one_context_and_language_has_one_intent() -> None:
    intents = defaultdict(set)
    for line in LINES:
        intents[bare(line["text"]), line["context"], line["lang"]].add((line["intent"], line["escalate"]))
    assert {key: found for key, found in intents.items() if len(found) > 1} == {}


def test_the_same_words_are_in_one_group() -> None:
    """Else cross-validation would learn from the very text that it is asked about."""
    groups = defaultdict(set)
    for line in LINES:
        groups[bare(line["text"])].add(line["by"])
    assert {key: found for key, found in groups.items() if len(found) > 1} == {}


def test_what_is_only_for_measuring_was_not_learned_from() -> None:
    learned = {bare(line["text"]) for line in LINES}
    assert [line["text"] for line in ASKED if bare(line["text"]) in learned] == []


def test_a_danger_that_is_now_is_told_to_people() -> None:
    told = [line for line in LINES + ASKED if line["escalate"]]
    assert {line["intent"] for line in told} <= {"symptom_or_emergency", "cancel", "running_late", "reschedule"}
    assert len(told) > 100


def test_numbers_in_texts_are_kept_for_fiction() -> None:
    for line in LINES + ASKED:
        for found in re.findall(r"\+?\d(?:[ ./-]?\d){7,}", line["text"]):
            assert re.sub(r"\D", "", found).startswith(FICTION), line


def test_the_card_names_every_intent_and_context() -> None:
    card = CARD.read_text("utf-8")
    assert [name for name in sorted(INTENTS | CONTEXTS) if f"`{name}`" not in card] == []
