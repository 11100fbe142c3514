"""A linear model over the features of a text: how likely each meaning is, and danger. Its weights are a file of 8-bit numbers
made by `python -m tools.understand train` from the texts in the repository. Pure once read; scored without any library."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import exp

from .features import SIZE
from .meanings import OFFERS, VISITS, Context, Meaning

FILE = "weights.bin"
# What no answer to this context can mean, whatever its words.
_ONLY_IN = {
    Meaning.SURVEY_SCORE: frozenset({Context.SURVEY}),
    Meaning.ACCEPT_OFFER: OFFERS,
    Meaning.DECLINE_OFFER: frozenset(Context) - VISITS - {Context.NONE},
}


@dataclass(frozen=True, slots=True)
class Weights:
    """For each place, one number a column; a column is a meaning, the last is danger."""

    columns: tuple[Meaning, ...]
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    warmth: float  # above 1 the model is told to be less sure than it is
    rows: "memoryview[int]"


def likelihoods(features: Mapping[int, float], context: Context) -> tuple[dict[Meaning, float], float]:
    """How likely each meaning is (they add up to 1), and danger."""
    weights = load()
    *sums, danger = _sums(weights, features)
    raised = {
        meaning: exp(max(min(total / weights.warmth, 30.0), -30.0))
        for meaning, total in zip(weights.columns, sums, strict=True)
        if context in _ONLY_IN.get(meaning, (context,))
    }
    whole = sum(raised.values())
    return {meaning: value / whole for meaning, value in raised.items()}, 1 / (1 + exp(-max(min(danger, 30.0), -30.0)))


def _sums(weights: Weights, features: Mapping[int, float]) -> list[float]:
    width = len(weights.columns) + 1
    sums = [0.0] * width
    rows = weights.rows
    for place, value in features.items():
        start = place * width
        for column, weight in enumerate(rows[start : start + width]):
            if weight:
                sums[column] += value * weight
    return [total * scale + bias for total, scale, bias in zip(sums, weights.scales, weights.biases, strict=True)]


@lru_cache(maxsize=1)
def load() -> Weights:
    """The weights that are shipped: a line of JSON, then one signed byte a place and column, deflated."""
    head, _, packed = (resources.files(__package__) / FILE).read_bytes().partition(b"\n")
    told = json.loads(head)
    rows = memoryview(zlib.decompress(packed)).cast("b")
    columns = tuple(Meaning(name) for name in told["columns"])
    if len(rows) != SIZE * (len(columns) + 1):
        raise ValueError("weights.bin does not fit features.py: run python -m tools.understand train")
    return Weights(columns, tuple(told["scales"]), tuple(told["biases"]), told["warmth"], rows)
