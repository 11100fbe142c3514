"""Figures: accuracy by language and meaning, what acts, and what escalates."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tools.understand.texts import Line

MAIN = ("en", "fr", "nl", "pl", "es", "id")


@dataclass(frozen=True, slots=True)
class Guess:
    """What was understood of a line."""

    intent: str
    acts: bool
    escalates: bool
    confidence: float = 0.0


def report(pairs: Sequence[tuple[Line, Guess]]) -> str:
    """All figures, as a table to read and to paste."""
    parts = [
        *_headline(pairs),
        "",
        *_by_language(pairs),
        "",
        *_by_intent(pairs),
        "",
        *_confusions(pairs),
    ]
    return "\n".join(parts)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def _headline(pairs: Sequence[tuple[Line, Guess]]) -> Iterable[str]:
    right = sum(line.intent == guess.intent for line, guess in pairs)
    yield f"texts {len(pairs)}, accuracy {_share(right, len(pairs))}"
    stops = [guess.intent == "stop" for line, guess in pairs if line.intent == "stop"]
    said = [line.intent == "stop" for line, guess in pairs if guess.intent == "stop"]
    yield f"stop: recall {_share(sum(stops), len(stops))}, precision {_share(sum(said), len(said))}"
    must = [guess.escalates for line, guess in pairs if line.escalate]
    calm = [guess.escalates for line, guess in pairs if not line.escalate]
    yield f"emergencies: recall {_share(sum(must), len(must))} of {len(must)}, false alarms {_share(sum(calm), len(calm))}"
    for name in ("cancel", "confirm"):
        wrong = sum(guess.acts and guess.intent == name != line.intent for line, guess in pairs)
        acted = [guess.acts and guess.intent == name for line, guess in pairs if line.intent == name]
        yield f"wrong {name} that acts: {wrong} ({_share(wrong, len(pairs))}); acts on {_share(sum(acted), len(acted))} of them"
    wrong = sum(guess.acts and guess.intent != line.intent for line, guess in pairs)
    yield f"acts wrongly in any way: {wrong} ({_share(wrong, len(pairs))})"


def _by_language(pairs: Sequence[tuple[Line, Guess]]) -> Iterable[str]:
    found: dict[str, list[tuple[Line, Guess]]] = defaultdict(list)
    for line, guess in pairs:
        found[line.lang].append((line, guess))
    yield "| language | texts | accuracy | stop recall | emergency recall | false alarms |\n|---|---|---|---|---|---|"
    for lang, own in sorted(found.items(), key=lambda item: (item[0] not in MAIN, item[0])):
        stops = [guess.intent == "stop" for line, guess in own if line.intent == "stop"]
        must = [guess.escalates for line, guess in own if line.escalate]
        calm = [guess.escalates for line, guess in own if not line.escalate]
        right = sum(line.intent == guess.intent for line, guess in own)
        yield (
            f"| {lang} | {len(own)} | {_share(right, len(own))} | {_share(sum(stops), len(stops))} | "
            f"{_share(sum(must), len(must))} | {_share(sum(calm), len(calm))} |"
        )


def _by_intent(pairs: Sequence[tuple[Line, Guess]]) -> Iterable[str]:
    yield "| meaning | texts | recall | precision |\n|---|---|---|---|"
    for intent in sorted({line.intent for line, _ in pairs}):
        own = [guess.intent == intent for line, guess in pairs if line.intent == intent]
        said = [line.intent == intent for line, guess in pairs if guess.intent == intent]
        yield f"| {intent} | {len(own)} | {_share(sum(own), len(own))} | {_share(sum(said), len(said))} |"


def _confusions(pairs: Sequence[tuple[Line, Guess]]) -> Iterable[str]:
    wrong = Counter((line.intent, guess.intent) for line, guess in pairs if line.intent != guess.intent)
    yield "| is | taken for | texts |\n|---|---|---|"
    for (is_, taken), count in wrong.most_common(20):
        yield f"| {is_} | {taken} | {count} |"
