"""BERT in the MiniLM size in JAX, for training: the layers that both trainers share."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ingest.embeddings.minilm_graph import HEADS, LAYERS, WIDTH
from ingest.embeddings.query_adapter import DOWN, UP
from ingest.errors import MissingPart

EPSILON = 1e-12
WORDS, PLACES, SEGMENTS = (f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type"))
MATRICES = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
            "intermediate.dense", "output.dense")  # fmt: skip
"""The matrices of a layer."""

Arrays = dict[str, Any]
Linear = Callable[[Any, Arrays, str], Any]
"""Applies the matrix of a name, and its bias, to an array."""


def training_part(name: str) -> Any:
    """Import what training needs and running does not.

    Raises:
        MissingPart: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingPart(f"Training needs {name}.", "Run: python -m pip install jax optax scikit-learn") from error


def linear(x: Any, p: Arrays, name: str) -> Any:
    """Apply a matrix and its bias."""
    return x @ p[f"{name}.weight"].T + p[f"{name}.bias"]


class Encoder:
    """The layers of the model; weights are handed in by name, as in ``model.safetensors``."""

    def __init__(self) -> None:
        self.jax = training_part("jax")
        self.np = self.jax.numpy

    def __call__(self, p: Arrays, inputs: tuple[Any, Any, Any], bias: Any, apply: Linear = linear) -> Any:
        """Return the last layer's states, ``(rows, length, 384)``.

        Args:
            p: the weights.
            inputs: word pieces, places and segments, each ``(rows, length)``.
            bias: added to the attention's scores, ``(rows, 1, length or 1, length)``.
            apply: how a matrix is applied.
        """
        pieces, places, segments = inputs
        x = self._norm(p[WORDS][pieces] + p[PLACES][places] + p[SEGMENTS][segments], p, "embeddings.LayerNorm")
        for i in range(LAYERS):
            x = self._layer(x, bias, p, f"encoder.layer.{i}", apply)
        return x

    def adapted(self, adapter: Arrays, p: Arrays, pieces: Any, mask: Any) -> Any:
        """Return the states of questions read with an adapter.

        Args:
            adapter: two narrow matrices for each of :data:`MATRICES`, whose product is added to it.
            p: the weights.
            pieces: word pieces, ``(rows, length)``.
            mask: 1 where there is a piece.
        """

        def apply(x: Any, weights: Arrays, name: str) -> Any:
            return linear(x, weights, name) + (x @ adapter[name + DOWN].T) @ adapter[name + UP].T

        inputs = pieces, self.np.arange(pieces.shape[1])[None], self.np.zeros_like(pieces)
        return self(p, inputs, self.np.where(mask[:, None, None] > 0, 0.0, -1e9), apply)

    def _layer(self, x: Any, bias: Any, p: Arrays, name: str, apply: Linear) -> Any:
        split = (*x.shape[:2], HEADS, WIDTH // HEADS)
        q, k, v = (apply(x, p, f"{name}.{matrix}").reshape(split) for matrix in MATRICES[:3])
        scores = self.np.einsum("blhd,bmhd->bhlm", q, k) * (WIDTH // HEADS) ** -0.5 + bias
        mixed = self.np.einsum("bhlm,bmhd->blhd", self.jax.nn.softmax(scores, -1), v).reshape(x.shape)
        attended = apply(mixed, p, f"{name}.attention.output.dense")
        x = self._norm(attended + x, p, f"{name}.attention.output.LayerNorm")
        # The exact Gelu, which the exported graph has, would take twice the time.
        inner = self.jax.nn.gelu(apply(x, p, f"{name}.intermediate.dense"), approximate=True)
        return self._norm(apply(inner, p, f"{name}.output.dense") + x, p, f"{name}.output.LayerNorm")

    def _norm(self, x: Any, p: Arrays, name: str) -> Any:
        x = x - x.mean(-1, keepdims=True)
        return x / self.np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON) * p[f"{name}.weight"] + p[f"{name}.bias"]


def descend(
    loss: Callable[[Arrays, Arrays, Arrays], Any],
    trained: Arrays,
    frozen: Arrays,
    batches: Sequence[Arrays],
    rate: float,
) -> Iterator[Arrays]:
    """Train by AdamW with warm-up and cosine decay, yielding the weights after each batch; tell of it now and then.

    Args:
        loss: of the trained weights, the frozen ones and a batch.
        trained: the weights to begin with.
        frozen: those that stay.
        batches: in their order.
        rate: the highest learning rate.
    """
    jax, optax = training_part("jax"), training_part("optax")
    steps = len(batches)
    schedule = optax.warmup_cosine_decay_schedule(0, rate, steps // 12, steps, 0)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, b2=0.98, weight_decay=0.01))
    state = optimizer.init(trained)

    def step(p: Arrays, state: Any, frozen: Arrays, batch: Arrays) -> tuple[Any, Any, Any]:
        lost, slope = jax.value_and_grad(loss)(p, frozen, batch)
        change, state = optimizer.update(slope, state, p)
        return optax.apply_updates(p, change), state, lost

    step = jax.jit(step, donate_argnums=(0, 1))
    began, seen = time.monotonic(), []
    for i, batch in enumerate(batches, 1):
        trained, state, lost = step(trained, state, frozen, batch)
        seen.append(float(lost))
        if i % 25 == 0 or i < 4:
            taken = time.monotonic() - began
            print(f"step {i}/{steps}  loss {np.mean(seen[-25:]):.3f}  {taken:.0f} s", flush=True)
        yield trained
