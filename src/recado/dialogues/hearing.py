"""Which choice is this, does the person want a person, does a text begin a dialogue? By exact tables. Pure.

A choice is taken only where the whole text says it: its number or letter, its label, or words that the step names for it. The
person's language is tried first, then all that the dialogue speaks; what could be two choices is none.
"""

from collections.abc import Iterable, Sequence

from recado.conversations.types import PERSON as PERSON
from recado.dialogues.types import Dialogue, Step
from recado.foundation.text import without_courtesy, words_of

LETTERS = "abcdefghi"
LONGEST_START = 7  # words beside greetings: a longer text tells more than a keyword can hold, and wants a reader

_AROUND = {
    "en": "a an the one i i'd i'll id i'm we would like want need prefer to it for me my just then will",
    "fr": "un une le la les l je j'aimerais voudrais veux souhaite préfère pour moi mon ma mes c'est à de alors",
    "nl": "een de het ik wil graag wou zou liever voor mij mijn om te dan maar",
    "pl": "ja chcę chciałbym chciałabym wolę poproszę o na to mi",
    "es": "un una el la los las yo quiero quisiera querría prefiero para mí mi de",
    "id": "saya mau ingin minta yang untuk saja",
    "de": "ein eine einen den die das der ich möchte will hätte gern gerne lieber für mich es",
    "it": "un una uno il la lo le i vorrei voglio preferisco per me di",
    "pt": "um uma o a os as eu quero queria prefiro para mim de",
}
"""Said around a choice without changing it: nothing that denies, doubts or agrees."""
_BESIDE = {language: frozenset(words_of(line)) for language, line in _AROUND.items()}

_ALSO = """
a person; a human; human; real person; talk to a person; speak to a person; talk to someone; speak to someone; agent; operator;
receptionist; reception; une personne; parler à une personne; parler à quelqu'un; un humain; conseiller; secrétaire; accueil; mens; een mens;
iemand spreken; een medewerker; medewerker spreken; receptie; człowiek; człowieka; rozmowa z człowiekiem; pracownik; recepcja; konsultant;
una persona; hablar con una persona; hablar con alguien; humano; agente; recepción; orang; bicara dengan orang; bicara dengan petugas; manusia;
resepsionis; ein mensch; einen menschen; mitarbeiter; mit einem menschen sprechen; rezeption; parlare con una persona; operatore; umano; reception;
uma pessoa; falar com uma pessoa; falar com alguém; rececionista; operador
"""
_PERSON = frozenset(
    words_of(phrase) for phrase in (*PERSON.values(), *(one.strip() for one in _ALSO.replace("\n", " ").split(";")))
)


def wants_person(text: str) -> bool:
    """Whether the whole text asks for a person."""
    return without_courtesy(words_of(text)) in _PERSON or words_of(text) in _PERSON


def read_choice(step: Step, text: str, language: str) -> int | None:
    """The number of the choice that the whole text makes, from 1; None: that is not certain."""
    all_words = words_of(text)
    words = without_courtesy(all_words) or all_words
    if len(words) == 1 and (at := _counted(words[0], step.choices)):
        return at
    own = language.lower().partition("-")[0]
    for languages in ([own] if own in step.says else [], list(step.says)):
        found = {at for one in languages for at in _said(step, one, all_words) | _said(step, one, words)}
        if len(found) == 1:
            return found.pop()
        if found:
            return None
    return None


def _counted(word: str, choices: int) -> int | None:
    """ "2" or "b": the second."""
    if word.isdecimal():
        number = int(word) if len(word) < 3 else 0
    else:
        number = LETTERS.find(word) + 1 if len(word) == 1 else 0
    return number if 1 <= number <= choices else None


def _said(step: Step, language: str, words: tuple[str, ...]) -> set[int]:
    """The choices whose phrases, number aside, make up the whole text."""
    saying = step.says[language]
    found = set()
    for at, label in enumerate(saying.choices, 1):
        own = saying.words[at - 1] if at <= len(saying.words) else ()
        phrases = {phrase for one in (label, *own) if (phrase := words_of(one))}
        beside = _BESIDE.get(language, frozenset())
        if _made_of(words, phrases, beside) or (words[:1] == (str(at),) and _made_of(words[1:], phrases, beside)):
            found.add(at)
    return found


def _made_of(words: tuple[str, ...], phrases: Iterable[tuple[str, ...]], beside: frozenset[str]) -> bool:
    """Whether the words are one or more of these phrases ("yes yes", "yes the same"), and nothing else but such as may stand
    beside any ("I'd like a new one")."""
    known = sorted(phrases, key=len, reverse=True)
    is_said = False
    while words:
        size = next((len(phrase) for phrase in known if words[: len(phrase)] == phrase), 0)
        if not size and words[0] not in beside:
            return False
        is_said = is_said or size > 0
        words = words[size or 1 :]
    return is_said


def begun_by_words(dialogues: Sequence[Dialogue], text: str) -> Dialogue | None:
    """The dialogue whose longest phrase stands in this text; None: none, or two have equal claim, or the text is long."""
    words = words_of(text)
    if not words or len(without_courtesy(words)) > LONGEST_START:
        return None
    sizes = [
        (max((len(phrase) for phrase in starts_of(one) if _holds(words, phrase)), default=0), one) for one in dialogues
    ]
    longest = max((size for size, _ in sizes), default=0)
    found = [one for size, one in sizes if size == longest]
    return found[0] if longest and len(found) == 1 else None


def is_bare_start(dialogue: Dialogue, text: str) -> bool:
    """Whether the text says nothing but a phrase that begins it, greetings aside."""
    words = words_of(text)
    return not {words, without_courtesy(words)}.isdisjoint(starts_of(dialogue))


def starts_of(dialogue: Dialogue) -> set[tuple[str, ...]]:
    """The phrases that begin it, as words."""
    return {words for phrases in dialogue.words.values() for one in phrases if (words := words_of(one))}


def _holds(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(words[at : at + size] == phrase for at in range(len(words) - size + 1))
