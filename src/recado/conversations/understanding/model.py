"""A linear model over the features of a text: how likely each meaning is, and danger. Its weights are a file of 8-bit numbers
made by `python -m tools.understand train` from the texts in the repository. Pure once read; scored without any library."""

import json
import zlib
from collections.abc import Mapping, Sequence
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
# How much the linear model and the encoder count, for meanings and for danger: chosen on ideas that neither had seen.
_WORDS, _SENTENCE = 0.5, 0.8
_DANGER_WORDS, _DANGER_SENTENCE = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Weights:
    """For each place, one number a column; a column is a meaning, the last is danger."""

    columns: tuple[Meaning, ...]
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    warmth: float  # above 1 the model is told to be less sure than it is
    rows: "memoryview[int]"


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely each meaning is (they add up to 1), how likely danger is, and whether the linear model and the encoder each
    think the same meaning the likeliest."""

    likely: dict[Meaning, float]
    danger: float
    united: bool


def opinion(features: Mapping[int, float], context: Context, heard: Sequence[float] | None = None) -> Opinion:
    """What the model makes of a text. `heard`: what the encoder makes of it, where it is there; then both are asked, for words say
    one thing and sentences another."""
    weights = load()
    *sums, danger = _sums(weights, features)
    own, united = [total / weights.warmth for total in sums], False
    possible = [at for at, one in enumerate(weights.columns) if context in _ONLY_IN.get(one, (context,))]
    if heard is not None:
        united = max(possible, key=own.__getitem__) == max(possible, key=heard.__getitem__)
        own = [_WORDS * one + _SENTENCE * other for one, other in zip(own, heard, strict=False)]
        danger = _DANGER_WORDS * danger + _DANGER_SENTENCE * heard[-1]
    raised = {weights.columns[at]: exp(max(min(own[at], 30.0), -30.0)) for at in possible}
    whole = sum(raised.values())
    likely = {meaning: value / whole for meaning, value in raised.items()}
    return Opinion(likely, 1 / (1 + exp(-max(min(danger, 30.0), -30.0))), united)


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
