"""The rules of dialogues: what is understood, what comes next, and that each one ends."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Meaning, Understood
from recado.dialogues import catalogue, faults, flow, hearing, writing
from recado.dialogues.types import (
    CAN_BOOK,
    HAS_DIRECTIONS,
    NEXT,
    NO,
    QUESTIONS,
    TO_PERSON,
    YES,
    Case,
    Dialogue,
    Ending,
    Given,
    Move,
    NoSuchStep,
    Saying,
    Stand,
    Step,
    StepKind,
    TaskFor,
    UnreadableDialogue,
)

UNCLEAR = Understood(Meaning.OTHER, 0.0, "")
LANGUAGES = ("en", "fr", "nl", "pl", "es", "id", "de", "it", "pt")
READY = [one.dialogue for one in catalogue.READY]
KNOWN = {CAN_BOOK: YES, HAS_DIRECTIONS: YES}


def played(dialogue: Dialogue, texts: list[str], language: str = "en", facts: dict[str, str] | None = None) -> Move:
    """The last move of a dialogue in which these texts come, one after another."""
    facts = KNOWN if facts is None else facts
    move = flow.begin(dialogue, facts)
    given_so_far: dict[str, Given] = {}
    for text in texts:
        assert move.asks is not None
        asked = move.asks
        said = understand(text, language=language)
        move = flow.hear(dialogue, Stand(asked.key, move.is_again, given_so_far), text, language, facts, said)
        if move.heard is not None:
            given_so_far[asked.key] = move.heard
    return move


# ------------------------------------------------------------------------------------------------ the ready ones


@pytest.mark.parametrize("dialogue", READY, ids=lambda one: one.key)
def test_ready_dialogues_have_no_fault_and_every_language(dialogue):
    assert faults.faults(dialogue) == []
    assert set(dialogue.words) == set(LANGUAGES)
    assert all(not step.says or set(step.says) == set(LANGUAGES) for step in dialogue.steps)


@pytest.mark.parametrize("dialogue", READY, ids=lambda one: one.key)
def test_a_dialogue_is_the_same_when_it_is_read_back(dialogue):
    assert writing.from_json(dialogue.key, dialogue.version, writing.to_json(dialogue)) == dialogue


def test_own_language_stays_the_first_when_the_keys_are_sorted():
    said = {code: Saying("?") for code in ("pl", "fr", "en")}
    dialogue = Dialogue("x", 1, "x", (Step("a", StepKind.SAY, says=said),), {"en": ("a",), "pl": ("b",)})
    back = writing.from_json("x", 1, json.loads(json.dumps(writing.to_json(dialogue), sort_keys=True)))  # as jsonb does
    assert (back.languages, tuple(back.words), tuple(back.steps[0].says)) == (
        ("pl", "fr", "en"),
        ("pl", "en"),
        ("pl", "fr", "en"),
    )


def test_what_is_no_dialogue_is_said_so_when_it_is_read():
    with pytest.raises(UnreadableDialogue, match="x v3"):
        writing.from_json("x", 3, {"name": "x", "steps": [{"key": "a", "kind": "sing", "says": {}}]})


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_label_and_each_word_of_a_ready_choice_is_understood(language):
    for dialogue in READY:
        for step in dialogue.steps:
            saying = step.says.get(language)
            for at, label in enumerate(saying.choices if saying else (), 1):
                for said in (str(at), "abc"[at - 1].upper(), f"{at}.", f"{at} {label}", label.upper()):
                    assert hearing.read_choice(step, said, language) == at, (dialogue.key, step.key, said)
                for word in saying.words[at - 1]:
                    assert hearing.read_choice(step, word, language) == at, (dialogue.key, step.key, word)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hi, are you open on Saturday?", "hours"),
        ("Quels sont vos horaires svp", "hours"),
        ("Jaki jest wasz adres?", "directions"),
        ("Ik wil graag een afspraak maken", "book"),
        ("need my tablets again", "repeat"),
        ("obat saya habis", "repeat"),
        ("ich bin umgezogen", "details"),
        ("me he mudado", "details"),
    ],
)
def test_a_dialogue_begins_by_its_words_in_a_short_text(text, key):
    found = hearing.begun_by_words(READY, text)
    assert found is not None and found.key == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "thanks",
        "I can't come on Tuesday",
        "opening hours " + "and so on " * 8,
        "my mother asks whether the opening hours are known",
        "opening hours or directions please",
    ],
)
def test_no_dialogue_begins_by_other_words_by_a_long_text_or_where_two_fit(text):
    dialogues = [replace(one, words={"en": ("opening hours",)}) for one in READY[1:2]] + [
        replace(READY[2], words={"en": ("directions please",)})
    ]
    assert hearing.begun_by_words(dialogues, text) is None


# ------------------------------------------------------------------------------------------------ one dialogue


def test_yes_goes_on_where_the_choice_leads_and_ends_as_a_task():
    move = played(catalogue.REPEAT, ["yes please", "I'll collect"])
    assert (move.ending, move.task) == (Ending.DONE, TaskFor.REFILL)
    assert [step.key for step in move.says] == ["end"]


def test_another_choice_leads_through_the_question_in_own_words():
    assert played(catalogue.REPEAT, ["2"]).asks == catalogue.REPEAT.step("which")
    move = played(catalogue.REPEAT, ["2", "the blue ones, 1 box"])
    assert (move.asks, move.heard) == (catalogue.REPEAT.step("how"), Given(words="the blue ones, 1 box"))


def test_what_is_unclear_is_asked_once_again_and_then_a_person_goes_on():
    once = played(catalogue.REPEAT, ["dunno"])
    assert (once.asks, once.is_again, once.heard) == (catalogue.REPEAT.step("same"), True, None)
    assert played(catalogue.REPEAT, ["dunno", "hm"]).ending is Ending.HANDED
    clear = played(catalogue.REPEAT, ["dunno", "ja"])
    assert (clear.asks, clear.is_again) == (catalogue.REPEAT.step("how"), False)


@pytest.mark.parametrize("word", [*hearing.PERSON.values(), "Talk to a person please", "un humain"])
def test_the_word_for_a_person_hands_over_in_every_kind_of_question(word):
    assert played(catalogue.REPEAT, [word]).ending is Ending.HANDED
    assert played(catalogue.REPEAT, ["2", word]).ending is Ending.HANDED


def test_a_branch_goes_by_what_was_answered():
    assert played(catalogue.DETAILS, ["1", "1"]).says[-1].key == "same"
    moved = played(catalogue.DETAILS, ["yes", "no", "12 Quayside"])
    assert (moved.says[-1].key, moved.task) == ("check", TaskFor.CHECK)


def test_a_step_that_nothing_can_be_said_of_hands_over():
    assert played(catalogue.BOOK, ["1"], facts={CAN_BOOK: NO}).ending is Ending.HANDED
    assert flow.begin(catalogue.DIRECTIONS, {}).ending is Ending.HANDED
    assert played(catalogue.BOOK, ["1"]).ending is Ending.DONE


def test_a_question_that_the_dialogue_does_not_have_is_no_place_to_stand():
    with pytest.raises(NoSuchStep):
        flow.hear(catalogue.REPEAT, Stand("gone"), "1", "en", {}, UNCLEAR)


# ------------------------------------------------------------------------------------------------ medical, danger, STOP


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "is it safe with ibuprofen?"),
        ("en", "are my blood results normal"),
        ("fr", "est-ce normal d'avoir des vertiges ?"),
        ("pl", "czy mogę je brać w ciąży?"),
        ("es", "¿es normal que me maree?"),
        ("id", "boleh diminum waktu hamil?"),
        ("nl", "wat zijn de bijwerkingen?"),
    ],
)
def test_a_medical_answer_goes_to_a_person_at_once_and_is_not_asked_again(language, text):
    assert played(catalogue.REPEAT, [text], language).ending is Ending.HANDED


@pytest.mark.parametrize("text", ["is it safe with alcohol and ibuprofen?", "which dose should I take?"])
def test_a_medical_question_in_own_words_goes_to_a_person_with_what_was_said(text):
    move = played(catalogue.REPEAT, ["2", text])
    assert (move.ending, move.heard) == (Ending.HANDED, Given(words=text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "20 mg"),
        ("en", "metformin 500 mg and the inhaler"),
        ("en", "The blue ones and 2 boxes of the white"),
        ("en", "blood pressure tablets please"),
        ("fr", "metformine 500 mg, 1 comprimé"),
        ("nl", "de witte 20 mg"),
        ("pl", "tylko te na ciśnienie, metformina 850 mg"),
        ("id", "amlodipin 5 mg"),
    ],
)
def test_who_was_asked_which_medicines_may_name_them(language, text):
    assert played(catalogue.REPEAT, ["2", text], language).asks == catalogue.REPEAT.step("how")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I took 20 paracetamol"),
        ("en", "swallowed all my tablets"),
        ("en", "they give me a rash, the 20 mg"),
        ("en", "my chest hurts and I can't breathe"),
        ("pl", "wziąłem 30 tabletek"),
        ("fr", "j'ai avalé toute la boîte"),
        ("nl", "ik word er duizelig van"),
        ("id", "saya pusing"),
        ("en", "STOP"),
    ],
)
def test_danger_and_stop_end_every_step(language, text):
    for before in ([], ["2"], ["2", "the blue ones"]):
        assert played(catalogue.REPEAT, [*before, text], language).ending is Ending.BROKEN_OFF


@pytest.mark.parametrize(("language", "word"), hearing.PERSON.items())
def test_the_word_for_a_person_that_our_texts_name_is_no_danger(language, word):
    for said in (word, word.lower(), f"{word}!"):
        assert not understand(said, language=language).must_escalate, said


# ------------------------------------------------------------------------------------------------ faults

ASK = Step("a", StepKind.ASK, "", {"en": Saying("Well?", ("yes", "no"))})
END = Step("z", StepKind.END)


def of(*steps: Step, **more: object) -> Dialogue:
    return replace(Dialogue("d", 1, "D", steps, {"en": ("begin here",)}), **more)


@pytest.mark.parametrize(
    ("dialogue", "code"),
    [
        (of(), "empty"),
        (of(END, name=" "), "no_name"),
        (of(END, words={}), "no_start"),
        (of(END, words={"en": ("hi",)}), "short_start"),
        (of(END, words={"en": ("chest pain",)}), "danger_start"),
        (of(*(replace(END, key=f"z{at}") for at in range(21))), "too_many"),
        (of(ASK, ASK), "same_key"),
        (of(replace(ASK, key=TO_PERSON)), "bad_key"),
        (of(ASK, wait_hours=0), "no_wait"),
        (of(replace(ASK, says={"en": Saying("")})), "no_text"),
        (of(replace(ASK, says={"en": Saying("x" * 241, ("a1", "b1"))})), "long_text"),
        (of(replace(ASK, says={"en": Saying("x", ("y" * 41, "b1"))})), "long_label"),
        (of(replace(ASK, says={"en": Saying("x", ("yes",))})), "few_choices"),
        (of(replace(ASK, says={"en": Saying("x", tuple(f"c{at}" for at in range(10)))})), "many_choices"),
        (
            of(replace(ASK, says={"en": Saying("x", ("a1", "b1")), "fr": Saying("x", ("a1", "b1", "c1"))})),
            "unequal_choices",
        ),
        (of(replace(ASK, says={"en": Saying("x", ("yes", "no"), (("ok",), ("OK!",)))})), "same_choice"),
        (of(replace(ASK, says={"en": Saying("x", ("yes", "a person"))})), "person_word"),
        (of(replace(ASK, then=("a", NEXT)), END), "leads_back"),
        (of(replace(ASK, then=("gone", NEXT)), END), "leads_back"),
        (of(Step("b", StepKind.BRANCH), END), "no_case"),
        (of(ASK, Step("b", StepKind.BRANCH, cases=(Case("a", "3", "z"),)), END), "no_fact"),
        (of(Step("b", StepKind.BRANCH, cases=(Case("later", "1", "z"),)), END), "no_fact"),
        (of(END, replace(ASK)), "never"),
        (of(replace(ASK, says={"en": Saying("x\ny", ("a1", "b1"))})), "unseen"),
    ],
)
def test_a_fault_is_found_before_a_dialogue_is_published(dialogue, code):
    found = {fault.code for fault in faults.faults(dialogue)}
    assert code in found
    assert found <= set(faults.FAULTS)


# ------------------------------------------------------------------------------------------------ any dialogue

KEYS = [f"s{at}" for at in range(6)]
TEXTS = st.lists(
    st.one_of(st.sampled_from(["1", "2", "yes", "no", "b", "?", "person", ""]), st.text(max_size=8)),
    min_size=14,
    max_size=14,
)


@st.composite
def dialogues(draw: st.DrawFn) -> Dialogue:
    """Any list of steps, led anywhere: also back, nowhere and to itself, as a draft may be."""
    steps = []
    for key in KEYS[: draw(st.integers(1, 6))]:
        target = st.sampled_from([NEXT, TO_PERSON, *KEYS, "gone"])
        kind = draw(st.sampled_from(list(StepKind)))
        cases = draw(
            st.lists(st.builds(Case, st.sampled_from([*KEYS, "open"]), st.sampled_from(["1", "2", YES]), target))
        )
        steps.append(
            Step(
                key,
                kind,
                "",
                {"en": Saying("Well?", ("yes", "no"))},
                then=tuple(draw(st.lists(target, max_size=2))) if kind is StepKind.ASK else (),
                cases=tuple(cases) if kind is StepKind.BRANCH else (),
            )
        )
    return Dialogue("d", 1, "D", tuple(steps), {"en": ("begin here",)})


@given(dialogues(), TEXTS, st.fixed_dictionaries({CAN_BOOK: st.sampled_from([YES, NO])}))
def test_a_dialogue_always_ends_with_one_open_question_at_most_and_none_put_a_third_time(dialogue, texts, facts):
    move = flow.begin(dialogue, facts)
    given_so_far: dict[str, Given] = {}
    put: list[str] = []
    for text in texts:
        assert (move.asks is None) is move.is_over  # a question or an end, never both and never neither
        assert all(step.kind not in QUESTIONS for step in move.says)
        if move.is_over:
            break
        asked = move.asks
        put.append(asked.key)
        move = flow.hear(dialogue, Stand(asked.key, move.is_again, given_so_far), text, "en", facts, UNCLEAR)
        if move.heard is not None:
            given_so_far[asked.key] = move.heard
            assert move.asks is None or dialogue.place(move.asks.key) > dialogue.place(asked.key)  # only forward
    assert move.is_over
    assert all(put.count(key) <= 2 for key in put)


@given(dialogues(), TEXTS)
def test_the_same_texts_always_lead_to_the_same_end(dialogue, texts):
    def ending() -> tuple[list[Move], dict[str, Given]]:
        move, so_far, moves = flow.begin(dialogue, {}), {}, []
        for text in texts:
            moves.append(move)
            if move.asks is None:
                break
            asked = move.asks.key
            move = flow.hear(dialogue, Stand(asked, move.is_again, so_far), text, "en", {}, UNCLEAR)
            so_far = so_far | ({asked: move.heard} if move.heard else {})
        return moves, so_far

    assert ending() == ending()


@given(dialogues())
def test_what_has_no_fault_leads_only_forward_and_to_every_step(dialogue):
    if faults.faults(dialogue):
        return
    for at, step in enumerate(dialogue.steps):
        for target in (*step.then, *(case.then for case in step.cases)):
            assert target in (NEXT, TO_PERSON) or dialogue.place(target) > at


@given(st.text(max_size=30))
def test_any_text_can_be_heard_as_a_choice_a_person_and_a_beginning(text):
    step = catalogue.REPEAT.step("same")
    assert hearing.read_choice(step, text, "en") in (None, 1, 2, 3)
    assert isinstance(hearing.wants_person(text), bool)
    words = hearing.without_courtesy(hearing.words_of(text))
    assert hearing.begun_by_words(READY, text) is None or len(words) <= hearing.LONGEST_START
