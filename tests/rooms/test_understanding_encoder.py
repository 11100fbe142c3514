"""The encoder of patients' texts: how it cuts them, that its file fits, and that nothing depends on its being there."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recado.conversations.understanding import encoder, model
from recado.conversations.understanding.deciding import see, understand, understand_many
from recado.conversations.understanding.meanings import Asked, Context, Meaning
from recado.conversations.understanding.pieces import BEGIN, END, UNKNOWN, Cutter, cleaned

PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "\u2581",
    "\u2581can",
    "cel",
    "\u2581cancel",
    "c",
    "a",
    "n",
    "e",
    "l",
    "\u2581i",
    "'",
    "t",
    "👍",
]
SCORES = [0.0, 0.0, 0.0, 0.0, -3.0, -4.0, -5.0, -6.0, *[-9.0] * 5, -3.5, -9.0, -9.0, -9.0]


def known() -> encoder.Encoder:
    found = encoder.load()
    assert found is not None
    return found


def test_the_likeliest_cut_is_taken_when_several_fit() -> None:
    cutter = Cutter(PIECES, SCORES)
    assert [PIECES[at] for at in cutter.cut("Cancel")] == ["<s>", "\u2581cancel", "</s>"]
    assert [PIECES[at] for at in cutter.cut("I can’t")] == ["<s>", "\u2581i", "\u2581can", "'", "t", "</s>"]
    assert cutter.cut("") == [BEGIN, PIECES.index("\u2581"), END]
    assert UNKNOWN in cutter.cut("xyz")


@given(st.text(max_size=120))
def test_nothing_of_a_text_is_lost_when_every_letter_has_a_piece(text: str) -> None:
    letters = sorted({"\u2581", *cleaned(text).replace(" ", "\u2581")})
    pieces = [*PIECES[:4], *letters]
    cut = Cutter(pieces, [-1.0] * len(pieces)).cut(text)
    assert (cut[0], cut[-1]) == (BEGIN, END) and len(cut) <= 62
    assert "".join(pieces[at] for at in cut[1:-1]) == ("\u2581" + cleaned(text).replace(" ", "\u2581"))[:60]


def test_case_colours_of_skin_and_long_runs_make_no_difference() -> None:
    assert cleaned("  SOOOOOO  Glad 👍🏽️ can’t ") == "sooo glad 👍 can't"


def test_the_encoder_and_the_linear_model_speak_of_the_same_meanings() -> None:
    assert known().columns == model.load().columns
    assert set(known().contexts) == set(Context)
    assert len(known().logits("yes", Context.REMINDER)) == len(Meaning) + 1


@settings(max_examples=15)
@given(st.text(max_size=300), st.sampled_from(Context))
def test_any_text_has_its_numbers(text: str, context: Context) -> None:
    assert all(abs(one) < 1e3 for one in known().logits(text, context))


def test_the_question_changes_what_a_text_means() -> None:
    asked = {context: known().logits("sounds lovely, count me in for that", context) for context in Context}
    best = {context: known().columns[max(range(17), key=lambda at: one[at])] for context, one in asked.items()}
    assert best[Context.WAITLIST_OFFER] is Meaning.ACCEPT_OFFER
    assert best[Context.REMINDER] is Meaning.CONFIRM


def test_a_bare_answer_never_asks_the_encoder() -> None:
    assert see("1", Context.REMINDER_MENU, None).heard is None
    assert see("please cancel my appointment", Context.REMINDER, "en").heard is None  # rules and the linear model agree
    assert see("I'd be lying if I said I'd make it", Context.REMINDER, "en").heard is not None


def test_texts_are_understood_without_numpy_too() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys; sys.modules['numpy'] = None; from recado.launch.console import main; main(['understand'])"],
        input=json.dumps({"id": 1, "text": "arrêtez de m'écrire, je ne suis plus de ce coin", "context": "reminder"}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert json.loads(told.stdout)["intent"] == "stop"
    assert "without the encoder" in told.stderr


@pytest.mark.parametrize(
    ("text", "context", "meaning"),
    [
        ("I'd rather have it some other day if that's alright", Context.REMINDER, Meaning.RESCHEDULE),
        ("Je suis navrée mais ce ne sera pas possible pour moi", Context.REMINDER, Meaning.CANCEL),
        ("ik heb de verkeerde week in mijn hoofd gehad, ik zit in Portugal", Context.REMINDER, Meaning.CANCEL),
        ("kolejny raz to samo, skreślcie mój numer", Context.CAMPAIGN, Meaning.STOP),
        ("se me acabaron las pastillas de la tensión", Context.NONE, Meaning.REFILL_REQUEST),
        ("paling setengah tiga baru sampai, motornya mogok", Context.REMINDER, Meaning.RUNNING_LATE),
    ],
)
def test_what_no_table_says_is_understood_from_the_sentence(text: str, context: Context, meaning: Meaning) -> None:
    assert understand(text, context).meaning is meaning


def test_many_texts_at_once_mean_what_each_means_alone() -> None:
    texts = [
        "I'd be lying if I said I'd make it", "1", "", "Je suis navrée mais ce ne sera pas possible pour moi", "I can't breathe",
        "ok maar kan het later?", "se me acabaron las pastillas de la tensión", "👍", "saya mungkin baru sampai jam setengah tiga",
    ]  # fmt: skip
    asked = [Asked(text, context, "en") for text in texts for context in Context]
    alone = [understand(one.raw, one.context, language=one.language) for one in asked]
    for one, many in zip(alone, understand_many(asked), strict=True):
        assert many.confidence == pytest.approx(one.confidence, abs=0.002)
        assert replace(many, confidence=one.confidence) == one
    assert understand_many([]) == []


@settings(max_examples=15)
@given(st.lists(st.tuples(st.text(max_size=80), st.sampled_from(Context)), max_size=40))
def test_the_encoder_hears_the_same_of_many_texts_at_once(asked: list[tuple[str, Context]]) -> None:
    for (text, context), heard in zip(asked, known().logits_of(asked), strict=True):
        assert heard == pytest.approx(known().logits(text, context), abs=1e-3)
