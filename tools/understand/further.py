"""Trains the last layer and the sums of the encoder further, on what was written since its sums were (`sums`).

Development only: needs `pip install jax`, and a minute or two. The newest lines are learned, with others drawn at random so that nothing is
forgotten: older ones, and some after other questions than their own, a few of them mistyped. A sixth of the new ones is left out, by
idea, for choosing thresholds (`held`). Half the way from what was there to what was learned is kept: all the way it reads the kinds of its
newest lines still better, and forgets idioms and what STOP is not.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from recado.conversations.understanding import encoder
from recado.conversations.understanding.meanings import Context, Meaning
from tools.understand import deepen
from tools.understand.begun import AFTER_SUMS, begun
from tools.understand.moving import held, is_later, moved
from tools.understand.texts import Line

LEARNS = 1  # layers; up to three can, at three times the work
NOISY = 0.2  # of the others
EPOCHS, RATE, FAST = 2, 1e-4, 4.0
OTHERS = 1.5  # other lines for each new one
WAY = 0.5


def chosen(lines: Sequence[Line]) -> list[Line]:
    """What is learned further."""
    dice, thumb = np.random.default_rng(11), random.Random(7)
    free = [line for line in lines if not held(line)]
    new = [line for line in free if is_later(line)]
    rest = [*(line for line in free if not is_later(line)), *moved(free)]
    also = [rest[at] for at in dice.permutation(len(rest))[: int(OTHERS * len(new))]]
    return [
        *new,
        *(replace(one, text=deepen.noisy(one.text, thumb)) if thumb.random() < NOISY else one for one in also),
    ]


@jax.jit
def step(state: Any, count: float, rate: float, x: Any, mask: Any, meant: Any, danger: Any, key: Any) -> Any:
    """One step on texts that the question has joined; some pieces are hidden."""

    def loss(learned: Any) -> Any:
        first, second = jax.random.split(key)
        seen = mask & jax.random.bernoulli(first, 0.92, mask.shape).at[:, :2].set(True)
        return deepen.missed(deepen.told(learned, x.astype(jnp.float32), seen, second), meant, danger)

    return deepen.stepped(state, jax.grad(loss)(state[0]), count, rate, FAST)


def further(lines: Sequence[Line]) -> Path:
    """Trains on them and writes the file that the program reads."""
    known = begun(AFTER_SUMS)
    place = Path(encoder.__file__).with_name(encoder.FILE)
    place.write_bytes(trained(known, chosen(lines)))
    return place


def trained(known: encoder.Encoder, wanted: Sequence[Line]) -> bytes:
    """The file as it is after these lines."""
    began = time.monotonic()
    texts = deepen.Texts(_begun(known, wanted))
    print(f"{len(wanted)} lines read, {time.monotonic() - began:.0f} s", flush=True)
    meant = np.array([known.columns.index(Meaning(line.intent)) for line in wanted])
    danger = np.array([line.escalate for line in wanted], np.float32)
    learned: dict[str, Any] = {
        "layers": known._layers[-LEARNS:],
        "w": known._small["w"],
        "b": known._small["b"],
    }
    zero = jax.tree_util.tree_map(np.zeros_like, learned)
    state, steps = (learned, zero, zero), EPOCHS * len(wanted) / deepen.BATCH
    roll, key, count = np.random.default_rng(5), jax.random.PRNGKey(3), 0
    for epoch in range(EPOCHS):
        batches = list(texts.batches(roll.permutation(len(wanted)), deepen.BATCH))
        for at in roll.permutation(len(batches)):
            size, part = batches[at]
            part, count = np.resize(part, deepen.BATCH), count + 1
            rate = RATE * min(1.0, count / steps / 0.06) * max(0.02, 1 - count / steps)
            key, own = jax.random.split(key)
            state = step(state, float(count), rate, *texts.filled(size, part), meant[part], danger[part], own)
            if count % 50 == 0:
                print(f"{epoch + 1} of {EPOCHS}: {count} of {steps:.0f}, {time.monotonic() - began:.0f} s", flush=True)
    return written(
        known, jax.tree_util.tree_map(lambda was, now: was + WAY * (np.asarray(now) - was), learned, state[0])
    )


def _begun(known: encoder.Encoder, lines: Sequence[Line]) -> list[Any]:
    """The lines, each after its question, as the layers that learn get them."""
    found: list[Any] = []
    for start in range(0, len(lines), 256):
        part = lines[start : start + 256]
        asked = known.joined([(line.text, Context(line.context)) for line in part])
        through = known._through(known._layers[known._joins : -LEARNS], asked)
        found += [one.astype(np.float16) for one in through]
    return found


def written(known: encoder.Encoder, learned: dict[str, Any]) -> bytes:
    """What was learned, over what was there; all else stays as it is, byte by byte."""
    packed = bytearray(known._packed)
    named = {name: learned[name] for name in ("w", "b")}
    for at, layer in enumerate(learned["layers"], len(known._layers) - LEARNS):
        named |= {f"{at}.{name}": value for name, value in layer.items()}
    for name, value in named.items():
        kind, _, start = known._tensors[name]
        raw = (deepen.eighths(value.T) if kind == "q8" else value.astype(np.float16)).tobytes()
        packed[start : start + len(raw)] = raw
    return bytes(packed)
