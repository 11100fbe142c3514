"""`python -m tools.understand report [texts|unseen] [--wrong]`: how well texts are understood as the program stands."""

import argparse
import sys

from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Context
from tools.understand.report import Guess, report
from tools.understand.texts import Line, lines


def guess(line: Line) -> Guess:
    """What the program understands of a line."""
    found = understand(line.text, Context(line.context), language=line.lang)
    return Guess(str(found.meaning), found.acts, found.must_escalate, found.confidence)


def main() -> int:
    """Prints the figures, and on request each text that was understood wrongly."""
    parser = argparse.ArgumentParser(prog="python -m tools.understand")
    parser.add_argument("what", choices=["report"])
    parser.add_argument("set", nargs="?", default="texts", choices=["texts", "unseen"])
    parser.add_argument("--wrong", action="store_true")
    args = parser.parse_args()
    pairs = [(line, guess(line)) for line in lines(args.set)]
    print(report(pairs))
    if args.wrong:
        for line, found in pairs:
            if line.intent != found.intent or line.escalate != found.escalates:
                alarm = f" alarm {line.escalate}/{found.escalates}" if line.escalate != found.escalates else ""
                print(f"{line.lang} {line.context} {line.intent} -> {found.intent}{alarm} | {line.text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
