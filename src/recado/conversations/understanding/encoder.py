"""A small encoder of whole sentences: how likely each meaning is by what a text says, whatever its words and its language.

Seven layers of multilingual-e5-small (MIT), the last three trained further on our own texts by `python -m tools.understand deepen`.
It needs numpy; where that is missing the linear model decides alone. Read once a process, when the first text asks for it.
"""

import json
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Any

from .meanings import Context, Meaning
from .pieces import Cutter

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float32]]

FILE = "encoder.bin"
HEADS = 12
_BLOCK = 32  # weights that share one scale
_KEPT = 4  # texts of which the first half of the work is remembered
_AT_ONCE = 32  # texts that go through a layer together: 12 MB at most, and what is gained beyond that is little

log = logging.getLogger(__name__)


class Encoder:
    """The weights, and what they make of a text."""

    def __init__(self, packed: bytes) -> None:
        """Raises ValueError where the file is not what this code reads."""
        import numpy as np

        self._np = np
        size = int.from_bytes(packed[:4], "little")
        told = json.loads(packed[4 : 4 + size])
        self._tensors = {name: (kind, tuple(shape), 4 + size + start) for name, kind, shape, start in told["tensors"]}
        self._packed = packed
        self.columns = tuple(Meaning(name) for name in told["columns"])
        self.contexts = tuple(Context(name) for name in told["contexts"])
        self._cutter = Cutter(told["pieces"], told["scores"])
        self._layers = [{name: self._tensor(f"{at}.{name}") for name in told["parts"]} for at in range(told["layers"])]
        self._joins = int(told["joins"])  # before this layer the question joins the text
        self._kept: dict[str, Array] = {}
        self._small = {name: self._tensor(name) for name in ("places", "ln.w", "ln.b", "ctx", "w", "b")}

    def logits(self, text: str, context: Context) -> list[float]:
        """One number for each column, and the last for danger."""
        return self.logits_of([(text, context)])[0]

    def logits_of(self, asked: Sequence[tuple[str, Context]]) -> list[list[float]]:
        """The same for many texts, each with what was asked before it, in one pass: the weights are read once for all of them."""
        np, small = self._np, self._small
        through = self._through(self._layers[self._joins :], self.joined(asked))
        whole = [np.concatenate([x[0], x[1:].mean(0)]) @ small["w"] + small["b"] for x in through]
        return [[float(number) for number in one] for one in whole]

    def joined(self, asked: Sequence[tuple[str, Context]]) -> "list[Array]":
        """The texts after the first layers, each with its question before it."""
        begun = self._begun([text for text, _ in asked])
        asking = (self._small["ctx"][[self.contexts.index(context)]] for _, context in asked)
        return [self._np.concatenate(both) for both in zip(asking, begun, strict=True)]

    def _begun(self, texts: Sequence[str]) -> "list[Array]":
        """What the layers make of texts that know nothing of the question; the last are kept, for one text is read after several."""
        kept = self._kept
        new = [text for text in dict.fromkeys(texts) if text not in kept]
        known = kept | dict(zip(new, self._through(self._layers[: self._joins], map(self._placed, new)), strict=True))
        self._kept = dict(list(known.items())[-_KEPT:])
        return [known[text] for text in texts]

    def _placed(self, text: str) -> "Array":
        pieces = self._cutter.cut(text)
        x = self._words(pieces) + self._small["places"][: len(pieces)]
        return _normal(self._np, x, self._small["ln.w"], self._small["ln.b"])

    def _through(self, layers: Sequence[Mapping[str, "Array"]], texts: "Iterable[Array]") -> "list[Array]":
        """The texts after these layers. Nothing is filled up to one length: rows of all texts stand below each other."""
        np = self._np
        found = list(texts)
        order = sorted(range(len(found)), key=lambda at: len(found[at]))
        for start in range(0, len(order), _AT_ONCE):
            chosen = order[start : start + _AT_ONCE]
            sizes = [len(found[at]) for at in chosen]
            x = np.concatenate([found[at] for at in chosen])
            for layer in layers:
                x = _layer(np, layer, x, sizes)
            for at, one in zip(chosen, np.split(x, np.cumsum(sizes)[:-1]), strict=True):
                found[at] = one
        return found

    def _words(self, pieces: list[int]) -> "Array":
        _, shape, start = self._tensors["words"]
        rows = self._np.frombuffer(self._packed, self._np.uint8, shape[0] * shape[1], start).reshape(shape)
        return _unpacked4(self._np, rows[pieces])

    def _tensor(self, name: str) -> "Array":
        np = self._np
        kind, shape, start = self._tensors[name]
        found: Array
        if kind == "f2":
            found = np.frombuffer(self._packed, np.float16, _size(shape), start).reshape(shape).astype(np.float32)
            return found
        rows = np.frombuffer(self._packed, np.uint8, _size(shape), start).reshape(shape)
        if kind == "q4":
            found = _unpacked4(np, rows)
        else:
            found = rows[:, 4:].view(np.int8).astype(np.float32) * np.ascontiguousarray(rows[:, :4]).view(np.float32)
        found = np.ascontiguousarray(found.T)
        return found


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for one in shape:
        size *= one
    return size


def _unpacked4(np: Any, rows: Any) -> "Array":
    """Rows of blocks: two bytes of scale, then 32 weights of four bits; the first sixteen are the low halves."""
    blocks = rows.reshape(*rows.shape[:-1], -1, 2 + _BLOCK // 2)
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    halves = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], -1).astype(np.float32) - 8
    found: Array = (halves * scales).reshape(*rows.shape[:-1], -1)
    return found


def _normal(np: Any, x: "Array", weight: "Array", bias: "Array") -> "Array":
    apart = x - x.mean(-1, keepdims=True)
    found: Array = apart / np.sqrt((apart * apart).mean(-1, keepdims=True) + 1e-12) * weight + bias
    return found


def _layer(np: Any, part: Mapping[str, "Array"], x: "Array", sizes: Sequence[int]) -> "Array":
    """One layer on the rows of texts of these sizes, the shortest first."""
    sides = x @ part["qkv"] + part["qkvb"]
    heard, start = [], 0
    for size, alike in groupby(sizes):
        end = start + size * len(list(alike))
        heard.append(_heard(np, sides[start:end], size))
        start = end
    x = _normal(np, x + np.concatenate(heard) @ part["o"] + part["ob"], part["ln1w"], part["ln1b"])
    inner = x @ part["f"] + part["fb"]
    bent = np.tanh(inner * (0.7978845608 + 0.0356774081 * inner * inner))  # GELU; powers would cost ten times this
    inner = 0.5 * inner * (1 + bent)
    return _normal(np, x + inner @ part["g"] + part["gb"], part["ln2w"], part["ln2b"])


def _heard(np: Any, sides: "Array", size: int) -> "Array":
    """What each piece of texts of one size takes from the other pieces of its text."""
    asked, keys, values = (
        one.reshape(-1, size, HEADS, one.shape[-1] // HEADS).transpose(0, 2, 1, 3) for one in np.split(sides, 3, -1)
    )
    near = asked @ keys.transpose(0, 1, 3, 2) / np.sqrt(asked.shape[-1])
    near = np.exp(near - near.max(-1, keepdims=True))
    found: Array = ((near / near.sum(-1, keepdims=True)) @ values).transpose(0, 2, 1, 3).reshape(len(sides), -1)
    return found


@lru_cache(maxsize=1)
def load() -> Encoder | None:
    """The encoder that is shipped. None: numpy or the file is missing, and the linear model decides alone."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # texts are short: more threads only wait for each other
    try:
        return Encoder((resources.files(__package__) / FILE).read_bytes())
    except (ImportError, FileNotFoundError):
        log.warning("Texts are understood without the encoder: numpy is not installed")
        return None
