"""Trains only the last sums of the encoder further, on the lines in idiom: its layers stay as they are.

Development only: needs numpy and scipy, and the time to read ten thousand lines once. It can less than `further`, which moves a layer too,
and forgets less.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from recado.conversations.understanding import encoder
from recado.conversations.understanding.meanings import Context, Meaning
from tools.understand.begun import BEFORE_SUMS, begun
from tools.understand.moving import held, is_in_idiom, is_later
from tools.understand.texts import Line
from tools.understand.train import DANGER_COUNTS

OTHERS = 0.35  # older lines for each new one, drawn at random so that nothing is forgotten
COUNT = 3.0  # each of them counts so many times
ROUNDS, STRENGTH = 60, 0.1
# So far towards what is learned: all the way it forgets. Danger stays as it is, STOP nearly.
WAY, WAY_OF_STOP = 0.5, 0.25


def summed(lines: Sequence[Line]) -> Path:
    """Trains on them and writes the file that the program reads."""
    known, wanted = begun(BEFORE_SUMS), chosen(lines)
    place = Path(encoder.__file__).with_name(encoder.FILE)
    place.write_bytes(trained(known, found(known, wanted), wanted))
    return place


def chosen(lines: Sequence[Line]) -> list[Line]:
    """The newest, and some of the others."""
    free = [line for line in lines if not held(line) and not is_later(line)]
    new, rest = [line for line in free if is_in_idiom(line)], [line for line in free if not is_in_idiom(line)]
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


def moves_of(
    x: np.ndarray,
    start: np.ndarray,
    lines: Sequence[Line],
    columns: Sequence[Meaning],
    rounds: int,
    strength: float,
) -> np.ndarray:
    """How weights must move from `start` (the last row are the biases) to tell what the lines mean: the further, the dearer."""
    meant = np.array([columns.index(Meaning(line.intent)) for line in lines])
    danger = np.array([line.escalate for line in lines], float)
    counts = np.array([1.0 if is_in_idiom(line) else COUNT for line in lines])
    base = np.asarray(x @ start[:-1]) + start[-1]

    def away(flat: np.ndarray) -> tuple[float, np.ndarray]:
        moves = flat.reshape(start.shape)
        sums = base + np.asarray(x @ moves[:-1]) + moves[-1]
        slope = np.empty_like(sums)
        cost = _meanings(sums[:, :-1], meant, counts, slope[:, :-1]) + _danger(
            sums[:, -1], danger, counts, slope[:, -1]
        )
        back = np.vstack([np.asarray(x.T @ slope), slope.sum(0)])
        return cost + (flat @ flat) / (2 * strength), (back + moves / strength).ravel()

    found = minimize(away, np.zeros(start.size), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 8})
    return np.asarray(found.x.reshape(start.shape))


def _meanings(sums: np.ndarray, meant: np.ndarray, counts: np.ndarray, slope: np.ndarray) -> float:
    sums = sums - sums.max(1, keepdims=True)
    whole = np.log(np.exp(sums).sum(1))
    rows = np.arange(len(meant))
    slope[:] = np.exp(sums - whole[:, None])
    slope[rows, meant] -= 1
    slope *= counts[:, None]
    return float((counts * (whole - sums[rows, meant])).sum())


def _danger(sums: np.ndarray, danger: np.ndarray, counts: np.ndarray, slope: np.ndarray) -> float:
    weighs = counts * np.where(danger > 0, DANGER_COUNTS, 1.0)
    slope[:] = weighs * (1 / (1 + np.exp(-sums)) - danger)
    return float((weighs * (np.logaddexp(0, sums) - danger * sums)).sum())
