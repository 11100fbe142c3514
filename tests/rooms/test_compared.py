"""Two texts held against each other word by word."""

from hypothesis import given
from hypothesis import strategies as st

from recado.web.compared import compared

TEXTS = st.text("ab {}[]\n", max_size=40)


def test_only_the_words_that_changed_are_struck_out_and_marked() -> None:
    was = "Eleanor, we keep Thu 3 Dec at 10:30. Reply 1."
    now = "Eleanor, you have Thu 3 Dec at 10:30. Reply 1."
    assert list(compared(was, now)) == [
        ("same", "Eleanor, "),
        ("gone", "we keep"),
        ("new", "you have"),
        ("same", " Thu 3 Dec at 10:30. Reply 1."),
    ]


def test_a_placeholder_is_one_word() -> None:
    assert [words for _, words in compared("see {name}", "see {day}")] == ["see ", "{name}", "{day}"]


@given(TEXTS, TEXTS)
def test_both_texts_stand_in_it_whole(was: str, now: str) -> None:
    found = list(compared(was, now))
    assert "".join(words for deed, words in found if deed != "new") == was
    assert "".join(words for deed, words in found if deed != "gone") == now
