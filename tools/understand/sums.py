"""Trains only the last sums of the encoder that is shipped further, on what was written since: its layers stay as they are.

Development only: needs numpy and scipy, and the time to read ten thousand lines once. It can less than `further`, which moves a layer too,
and forgets less.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from recado.conversations.understanding import encoder
from recado.conversations.understanding.meanings import Context, Meaning
from tools.understand.moving import held, is_new
from tools.understand.texts import Line
from tools.understand.tune import moves_of

OTHERS = 0.35  # older lines for each new one, drawn at random, so that nothing is forgotten
ROUNDS, STRENGTH = 60, 0.1
WAY, WAY_OF_STOP = (
    0.5,
    0.25,
)  # so far towards what is learned: all the way it forgets; danger stays as it is, STOP nearly


def summed(lines: Sequence[Line]) -> Path:
    """Trains on them and writes the file that the program reads."""
    known = encoder.load()
    assert known is not None
    wanted = chosen(lines)
    place = Path(encoder.__file__).with_name(encoder.FILE)
    place.write_bytes(trained(known, found(known, wanted), wanted))
    return place


def chosen(lines: Sequence[Line]) -> list[Line]:
    """The newest, and some of the others."""
    free = [line for line in lines if not held(line)]
    new, rest = [line for line in free if is_new(line)], [line for line in free if not is_new(line)]
    return new + [rest[at] for at in np.random.default_rng(11).permutation(len(rest))[: int(OTHERS * len(new))]]


def found(known: encoder.Encoder, lines: Sequence[Line]) -> np.ndarray:
    """What the layers make of each line after its question: a row of numbers that the sums weigh."""
    rows: list[np.ndarray] = []
    for start in range(0, len(lines), 256):
        asked = known.joined([(line.text, Context(line.context)) for line in lines[start : start + 256]])
        through = known._through(known._layers[known._joins :], asked)
        rows += [np.concatenate([x[0], x[1:].mean(0)]) for x in through]
    return np.array(rows)


def trained(known: encoder.Encoder, rows: np.ndarray, lines: Sequence[Line]) -> bytes:
    """The file as it is after these lines; all else stays as it is, byte by byte."""
    start = np.vstack([known._small["w"], known._small["b"]]).astype(float)
    ways = np.array([WAY_OF_STOP if meaning is Meaning.STOP else WAY for meaning in known.columns] + [0.0])
    after = start + ways * moves_of(rows, start, lines, known.columns, ROUNDS, STRENGTH)
    packed = bytearray(known._packed)
    for name, value in (("w", after[:-1]), ("b", after[-1])):
        _, _, at = known._tensors[name]
        raw = value.astype(np.float16).tobytes()
        packed[at : at + len(raw)] = raw
    return bytes(packed)
