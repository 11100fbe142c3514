"""Trains the linear model that is shipped further, from where it stands, on what was written since: minutes instead of an hour.

Development only: needs numpy and scipy. Weights are kept near those that are there; some of the other lines are learned again, three times as
heavily, so that nothing is forgotten.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from recado.conversations.understanding import model
from recado.conversations.understanding.features import SIZE
from recado.conversations.understanding.meanings import Meaning
from tools.understand.moving import held, is_new, moved
from tools.understand.texts import Line
from tools.understand.train import COLUMNS, DANGER_COUNTS, STRENGTH, Trained

OTHERS, COUNT = 4500, 3.0  # of the other lines, and how much each counts
_ROUNDS = 50
_WAY = 0.5  # so far towards what is learned: all the way it forgets idioms that it read before


def chosen(lines: Sequence[Line]) -> list[Line]:
    """What is learned further: the newest, also after other questions than their own, and some of the others."""
    free = [line for line in lines if not held(line)]
    known = [*free, *moved(free)]
    new = [line for line in known if is_new(line)]
    rest = [line for line in known if not is_new(line)]
    return new + [rest[at] for at in np.random.default_rng(3).permutation(len(rest))[:OTHERS]]


def tuned(features: csr_matrix, lines: Sequence[Line], begun: model.Weights) -> Trained:
    """The weights as they are after that, as 8-bit numbers."""
    full = np.frombuffer(begun.rows, np.int8).reshape(SIZE, -1) * np.array(begun.scales)
    biases = np.array(begun.biases)
    used = np.unique(features.indices)  # only what stands in these lines can move
    moves = moves_of(features[:, used].tocsr(), np.vstack([full[used], biases]), lines, COLUMNS, _ROUNDS)
    full[used] += _WAY * moves[:-1]
    scales = np.abs(full).max(axis=0) / 127
    rows = np.rint(full / scales).astype(np.int8)
    return Trained(rows, [float(one) for one in scales], [float(one) for one in biases + _WAY * moves[-1]])


def moves_of(
    x: csr_matrix | np.ndarray,
    start: np.ndarray,
    lines: Sequence[Line],
    columns: Sequence[Meaning],
    rounds: int,
    strength: float = STRENGTH,
) -> np.ndarray:
    """How weights must move from `start` (the last row are the biases) to tell what the lines mean: the further, the dearer."""
    meant = np.array([columns.index(Meaning(line.intent)) for line in lines])
    danger = np.array([line.escalate for line in lines], float)
    counts = np.array([1.0 if is_new(line) else COUNT for line in lines])
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
