"""Trains the model of recado.conversations.understanding and measures it by honest cross-validation.

Development only: needs numpy, scipy and scikit-learn (`pip install scikit-learn`), which are not shipped. Lines of the same idea
in several languages are kept on one side of each split: the groups are the `by` of a line without its language.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from recado.conversations.understanding import deciding, model
from recado.conversations.understanding.features import SIZE
from recado.conversations.understanding.meanings import Context, Meaning
from tools.understand.report import Guess
from tools.understand.texts import Line

STRENGTH = 6.0  # C of both regressions
DANGER_COUNTS = 4.0  # a missed emergency weighs as much as so many false alarms
ROUNDS = 120
FOLDS = 4
COLUMNS = tuple(sorted(Meaning))


@dataclass
class Trained:
    """A model as it is shipped: 8-bit weights."""

    rows: "np.ndarray[tuple[int, int], np.dtype[np.int8]]"
    scales: list[float]
    biases: list[float]
    warmth: float = 1.0

    def packed(self) -> bytes:
        told = {
            "columns": COLUMNS,
            "scales": self.scales,
            "biases": self.biases,
            "warmth": self.warmth,
        }
        return json.dumps(told).encode() + b"\n" + zlib.compress(self.rows.tobytes(), 9)

    def weights(self) -> model.Weights:
        rows = memoryview(self.rows.tobytes()).cast("b")
        return model.Weights(COLUMNS, tuple(self.scales), tuple(self.biases), self.warmth, rows)


def matrix(seen: Sequence[deciding.Seen]) -> csr_matrix:
    """The features of texts, one row each."""
    places, values, starts = [], [], [0]
    for one in seen:
        places += one.features.keys()
        values += one.features.values()
        starts.append(len(places))
    return csr_matrix((values, places, starts), shape=(len(seen), SIZE), dtype=np.float32)


def train(features: csr_matrix, lines: Sequence[Line], counts: Sequence[float] | None = None) -> Trained:
    """Both regressions from nothing, as 8-bit numbers: the same lines and tables make the same numbers. `counts`: how much each line
    weighs; all alike where it is not given."""
    meanings = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-3)
    danger = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-3, class_weight={True: DANGER_COUNTS, False: 1.0})
    meanings.fit(features, [line.intent for line in lines], sample_weight=counts)
    danger.fit(features, [line.escalate for line in lines], sample_weight=counts)
    assert tuple(meanings.classes_) == COLUMNS
    full = np.vstack([meanings.coef_, danger.coef_]).T
    scales = np.abs(full).max(axis=0) / 127
    biases = [*meanings.intercept_, *danger.intercept_]
    rows = np.rint(full / scales).astype(np.int8)
    return Trained(rows, [float(one) for one in scales], [float(one) for one in biases])


def crossed(seen: Sequence[deciding.Seen], lines: Sequence[Line]) -> list[Guess]:
    """What the whole program understands of each line when its model has never seen that line or its idea."""
    features, ideas = (
        matrix(seen),
        [line.by.partition("-")[2] or line.by for line in lines],
    )
    found: list[Guess | None] = [None] * len(lines)
    for known, unknown in GroupKFold(FOLDS).split(features, groups=ideas):
        trained = train(features[known], [lines[at] for at in known])
        model.load = trained.weights  # type: ignore[assignment]
        for at in unknown:
            said = deciding.decide(seen[at], Context(lines[at].context), None)
            found[at] = Guess(str(said.meaning), said.acts, said.must_escalate, said.confidence)
    return [one for one in found if one is not None]


def save(trained: Trained) -> Path:
    """Writes the weights where the program reads them."""
    place = Path(model.__file__).with_name(model.FILE)
    place.write_bytes(trained.packed())
    return place
