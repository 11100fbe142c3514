"""How well questions find their articles, and the fit of the weights that say how sure that is.

  python -m tools.answers [unseen|seen] [--wrong]   figures by language, with the demo clinic's articles
  python -m tools.answers fit                      the weights, from the questions that are there to fit them

Questions stand in tests/knowledge: `questions` fit the weights, `unseen` measure them.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from pathlib import Path

from recado.conversations.understanding.deciding import understand
from recado.knowledge import finding
from recado.knowledge.deciding import decide
from recado.knowledge.finding import Index
from recado.knowledge.types import Outcome, Verdict
from recado.launch.demo_articles import articles

FOLDERS = {"fit": "questions", "unseen": "unseen"}
TESTS = Path(__file__).resolve().parents[1] / "tests" / "knowledge"
NONE, MEDICAL = "-", "!"
WRONG_COSTS = 3.0  # as much as so many questions left to a person


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the article that answers it; NONE: none does; MEDICAL: none may."""

    language: str
    want: str
    text: str


def asked(part: str) -> Iterator[Asked]:
    """The questions of a part, `fit` or `unseen`."""
    for path in sorted((TESTS / FOLDERS[part]).glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                want, _, text = line.partition(" | ")
                yield Asked(path.stem, want, text)


def verdict(one: Asked, index: Index) -> Verdict:
    """What the program says of a question."""
    return decide(one.text, understand(one.text, language=one.language), index, language=one.language)


def kind_of(one: Asked, found: Verdict) -> str:
    """`right`, `wrong` (another article, or one where none may), `missed` (a person answers what an article could), `left`."""
    if found.outcome is Outcome.ANSWERED:
        return "right" if found.best and found.best.key == one.want else "wrong"
    return "left" if one.want in (NONE, MEDICAL) else "missed"


def report(part: str, *, wrong: bool) -> str:
    """Figures as a table of Markdown."""
    index = Index(articles())
    counts: dict[str, Counter[str]] = {}
    lines = []
    for one in asked(part):
        found = verdict(one, index)
        kind = kind_of(one, found)
        counts.setdefault(one.language, Counter())[kind] += 1
        if one.want == MEDICAL:
            counts[one.language]["medical"] += 1
            counts[one.language]["held"] += found.outcome is Outcome.MEDICAL
        if wrong and (kind in ("wrong", "missed") or (one.want == MEDICAL and found.outcome is not Outcome.MEDICAL)):
            best = found.best or (found.others[0] if found.others else None)
            lines.append(f"{one.language} {kind} {one.want}: {one.text} -> {found.outcome} {best}")
    counts["all"] = sum((counts[one] for one in sorted(counts)), Counter())
    table = [
        "| Language | Questions | Answered | Answered rightly | Of what an article answers | Medical held |",
        "|---|---|---|---|---|---|",
    ]
    for language, one in counts.items():
        answered = one["right"] + one["wrong"]
        whole = sum(one[kind] for kind in ("right", "wrong", "missed", "left"))
        could = one["right"] + one["missed"]
        table.append(
            f"| {language} | {whole} | {answered} | {one['right']} of {answered} | {one['right']} of {could} | {one['held']} of {one['medical']} |"
        )
    return "\n".join([*table, *lines])


def fit(rounds: int = 20_000, rate: float = 0.5, shrink: float = 0.0005) -> tuple[float, ...]:
    """`finding.WEIGHTS` by logistic regression on what the best article of each question is."""
    index = Index(articles())
    rows = []
    for one in asked("fit"):
        fits = index.fits(one.text, one.language)
        if one.want == MEDICAL or not fits:
            continue
        lead = fits[0].score - fits[1].score if len(fits) > 1 else fits[0].score
        if finding.is_comparable(fits[0]):
            rows.append((finding.measured(fits[0], lead), float(fits[0].key == one.want)))
    weights = [0.0] * len(finding.WEIGHTS)
    for _ in range(rounds):
        slope = [0.0] * len(weights)
        for values, truth in rows:
            guess = 1 / (1 + exp(-sum(w * v for w, v in zip(weights, values, strict=True))))
            for at, value in enumerate(values):
                slope[at] += (guess - truth) * value * (1 if truth else WRONG_COSTS) / len(rows)
        weights = [
            w - rate * (s + (shrink * w if at else 0)) for at, (w, s) in enumerate(zip(weights, slope, strict=True))
        ]
    return tuple(weights)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.answers", description=__doc__)
    parser.add_argument("what", nargs="?", default="unseen", choices=["unseen", "seen", "fit"])
    parser.add_argument("--wrong", action="store_true")
    args = parser.parse_args()
    if args.what == "fit":
        print([round(one, 2) for one in fit()], "now", finding.WEIGHTS)
    else:
        print(report("unseen" if args.what == "unseen" else "fit", wrong=args.wrong))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
