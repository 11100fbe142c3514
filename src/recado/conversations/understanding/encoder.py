"""A small encoder of whole sentences: how likely each meaning is by what a text says, whatever its words and its language.

Seven layers of multilingual-e5-small (MIT), the last three trained further on our own texts by `python -m tools.understand deepen`.
It needs numpy; where that is missing the linear model decides alone. Read once a process, when the first text asks for it.
"""

import json
import logging
import os
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
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
        self._begun = lru_cache(maxsize=_KEPT)(self._begin)
        self._small = {name: self._tensor(name) for name in ("places", "ln.w", "ln.b", "ctx", "w", "b")}

    def logits(self, text: str, context: Context) -> list[float]:
        """One number for each column, and the last for danger."""
        np = self._np
        x = np.concatenate([self._small["ctx"][[self.contexts.index(context)]], self._begun(text)])
        for layer in self._layers[self._joins :]:
            x = _layer(np, layer, x)
        found = np.concatenate([x[0], x[1:].mean(0)]) @ self._small["w"] + self._small["b"]
        return [float(one) for one in found]

    def _begin(self, text: str) -> "Array":
        """What the layers make of a text that know nothing of the question; kept, for one text is read after several."""
        np = self._np
        pieces = self._cutter.cut(text)
        x = self._words(pieces) + self._small["places"][: len(pieces)]
        x = _normal(np, x, self._small["ln.w"], self._small["ln.b"])
        for layer in self._layers[: self._joins]:
            x = _layer(np, layer, x)
        return x

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


def _layer(np: Any, part: Mapping[str, "Array"], x: "Array") -> "Array":
    size, width = x.shape
    asked, keys, values = (
        one.reshape(size, HEADS, -1).transpose(1, 0, 2) for one in np.split(x @ part["qkv"] + part["qkvb"], 3, -1)
    )
    near = asked @ keys.transpose(0, 2, 1) / np.sqrt(width / HEADS)
    near = np.exp(near - near.max(-1, keepdims=True))
    heard = ((near / near.sum(-1, keepdims=True)) @ values).transpose(1, 0, 2).reshape(size, width)
    x = _normal(np, x + heard @ part["o"] + part["ob"], part["ln1w"], part["ln1b"])
    inner = x @ part["f"] + part["fb"]
    bent = np.tanh(inner * (0.7978845608 + 0.0356774081 * inner * inner))  # GELU; powers would cost ten times this
    inner = 0.5 * inner * (1 + bent)
    return _normal(np, x + inner @ part["g"] + part["gb"], part["ln2w"], part["ln2b"])


@lru_cache(maxsize=1)
def load() -> Encoder | None:
    """The encoder that is shipped. None: numpy or the file is missing, and the linear model decides alone."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # texts are short: more threads only wait for each other
    try:
        return Encoder((resources.files(__package__) / FILE).read_bytes())
    except (ImportError, FileNotFoundError):
        log.warning("Texts are understood without the encoder: numpy is not installed")
        return None
