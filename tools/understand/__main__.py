"""How well texts are understood, and the training of the model.

  python -m tools.understand report [a set of SETS] [--wrong]   as the program stands
  python -m tools.understand cross [--wrong]                   by cross-validation: no line is judged by a model that saw it
  python -m tools.understand train                             writes the weights of the linear model
  python -m tools.understand deepen                            writes those of the encoder, from the open model
  python -m tools.understand further                           trains the encoder that is there on what was written since
  python -m tools.understand sums                              the same of its last sums alone: minutes on a busy machine

Cross-validation is of the linear model alone: the encoder takes too long to be trained four times. The last ones need
scikit-learn, or jax: see train.py and deepen.py.
"""

import argparse
import sys
from collections.abc import Sequence

from recado.conversations.understanding.deciding import Seen, see, understand
from recado.conversations.understanding.meanings import Context
from tools.understand.moving import counts_of, moved
from tools.understand.report import Guess, report
from tools.understand.texts import Line, lines

SETS = (
    "texts",
    "unseen",
    "plain",
    "fresh",
    "later",
    "last",
    "blind",
    "hard",
    "check",
    "anew",
    "afresh",
    "week",
    "month",
    "season",
    "winter",
    "spring",
    "summer",
    "autumn",
    "yule",
    "thaw",
    "frost",
    "ice",
    "dew",
    "mist",
    "haze",
    "gale",
    "squall",
    "hail",
    "rime",
    "sleet",
    "drift",
    "flurry",
    "gust",
)


def guess(line: Line) -> Guess:
    """What the program understands of a line."""
    found = understand(line.text, Context(line.context), language=line.lang)
    return Guess(str(found.meaning), found.acts, found.must_escalate, found.confidence)


def seen(known: Sequence[Line]) -> list[Seen]:
    """What tables and rules see of each line. Without the encoder, which has been trained on them."""
    return [see(line.text, Context(line.context), line.lang, with_encoder=False) for line in known]


def show(pairs: Sequence[tuple[Line, Guess]], *, wrong: bool) -> None:
    """Prints the figures, and on request each text that was understood wrongly."""
    print(report(pairs))
    for line, found in pairs if wrong else ():
        if line.intent != found.intent or line.escalate != found.escalates:
            alarm = f" alarm {line.escalate}/{found.escalates}" if line.escalate != found.escalates else ""
            acts = " ACTS" if found.acts else ""
            print(
                f"{line.lang} {line.context} {line.intent} -> {found.intent}{alarm}{acts} {found.confidence} | {line.text}"
            )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.understand", description=__doc__)
    parser.add_argument("what", choices=["report", "cross", "train", "deepen", "further", "sums"])
    parser.add_argument("set", nargs="?", default="texts", choices=SETS)
    parser.add_argument("--wrong", action="store_true")
    args = parser.parse_args()
    known = list(lines(args.set if args.what == "report" else "texts"))
    if args.what == "report":
        show([(line, guess(line)) for line in known], wrong=args.wrong)
        return 0
    if args.what == "deepen":
        from tools.understand.deepen import deepen

        print(deepen([*known, *moved(known)]))
        return 0
    if args.what == "further":
        from tools.understand.further import further

        print(further(known))
        return 0
    from tools.understand import sums, train

    if args.what == "sums":
        print(sums.summed(known))
        return 0
    if args.what == "cross":
        show(
            list(zip(known, train.crossed(seen(known), known), strict=True)),
            wrong=args.wrong,
        )
    else:
        copies = list(moved(known))
        counts = [1.0] * len(known) + counts_of(copies)
        known += copies
        print(train.save(train.train(train.matrix(seen(known)), known, counts)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
