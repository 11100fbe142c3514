"""Trains the layers of the encoder that know the question, and its sums, further on all that was written since (`sums`).

Development only: needs `pip install jax`, and a quarter of an hour of two quiet cores. Every line is learned three times over, beside half of those that
`moved` puts after other questions; a quarter of them are read as a hurried thumb writes. A sixth of the ideas near to mistakes is left
out, for choosing thresholds (`held`).
"""

import random
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from recado.conversations.understanding import encoder
from recado.conversations.understanding.meanings import Context, Meaning
from tools.understand import deepen
from tools.understand.begun import AFTER_SUMS, begun
from tools.understand.moving import held, is_light, moved
from tools.understand.texts import Line

NOISY = 0.25
COPIES, LIGHT_COPIES = 0.6, 0.3  # of the moved lines
EPOCHS, RATE = 3, 1e-4
_WARM_UP, _LEAST = 0.04, 0.02  # of the steps, until the rate is whole; and of the rate, at the end


def chosen(lines: Sequence[Line]) -> list[Line]:
    """What is learned."""
    free, dice = [line for line in lines if not held(line)], random.Random(7)
    return [*free, *(one for one in moved(free) if dice.random() < (LIGHT_COPIES if is_light(one) else COPIES))]


def further(lines: Sequence[Line]) -> Path:
    """Trains on them and writes the file that the program reads."""
    known = begun(AFTER_SUMS)
    place = Path(encoder.__file__).with_name(encoder.FILE)
    place.write_bytes(trained(known, chosen(lines)))
    return place


def trained(known: encoder.Encoder, wanted: Sequence[Line]) -> bytes:
    """The file as it is after these lines."""
    began, thumb = time.monotonic(), random.Random(7)
    said = [deepen.noisy(line.text, thumb) if thumb.random() < NOISY else line.text for line in wanted]
    texts = deepen.Texts(_begun(known, said))
    print(f"{len(wanted)} lines read, {time.monotonic() - began:.0f} s", flush=True)
    told = (
        np.array([known.contexts.index(Context(line.context)) for line in wanted]),
        np.array([known.columns.index(Meaning(line.intent)) for line in wanted]),
        np.array([line.escalate for line in wanted], np.float32),
    )
    learned = {"layers": known._layers[known._joins :]} | {name: known._small[name] for name in ("ctx", "w", "b")}
    zero = jax.tree_util.tree_map(np.zeros_like, learned)
    state, count, steps = (learned, zero, zero), 0, EPOCHS * len(wanted) / deepen.BATCH
    roll, key = np.random.default_rng(5), jax.random.PRNGKey(3)
    for epoch in range(EPOCHS):
        batches = list(texts.batches(roll.permutation(len(wanted)), deepen.BATCH))
        for at in roll.permutation(len(batches)):
            size, part = batches[at]
            part, count = np.resize(part, deepen.BATCH), count + 1
            rate = RATE * min(1.0, count / steps / _WARM_UP) * max(_LEAST, 1 - count / steps)
            key, own = jax.random.split(key)
            state = deepen.step(
                state, float(count), rate, *texts.filled(size, part), *(rows[part] for rows in told), own
            )
            if count % 100 == 0:
                print(f"{epoch + 1} of {EPOCHS}: {count} of {steps:.0f}, {time.monotonic() - began:.0f} s", flush=True)
    return written(known, jax.tree_util.tree_map(np.asarray, state[0]))


def _begun(known: encoder.Encoder, texts: Iterable[str]) -> list[Any]:
    """Texts after the layers that know nothing of the question; one that stands there often is read once."""
    texts = list(texts)
    layers, different = known._layers[: known._joins], list(dict.fromkeys(texts))

    @jax.jit
    def first(x: Any, mask: Any) -> Any:
        for layer in layers:
            x = deepen.forward(layer, x, mask)
        return x.astype(jnp.float16)

    placed, made = deepen.Texts([known._placed(text) for text in different]), {}
    for size, part in placed.batches(np.arange(len(different)), 128):
        x, mask = placed.filled(size, np.resize(part, 128))
        for at, one, long in zip(part, np.asarray(first(x, mask)), mask.sum(1), strict=False):
            made[different[at]] = one[:long].copy()
    return [made[text] for text in texts]


def written(known: encoder.Encoder, learned: dict[str, Any]) -> bytes:
    """What was learned, over what was there; all else stays as it is, byte by byte."""
    packed = bytearray(known._packed)
    named = {name: learned[name] for name in ("ctx", "w", "b")}
    for at, layer in enumerate(learned["layers"], known._joins):
        named |= {f"{at}.{name}": value for name, value in layer.items()}
    for name, value in named.items():
        kind, _, start = known._tensors[name]
        raw = (deepen.eighths(value.T) if kind == "q8" else value.astype(np.float16)).tobytes()
        packed[start : start + len(raw)] = raw
    return bytes(packed)
