"""The manifest: what a library was made with. A mismatch is an error that names the command to run."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ingest.embeddings import embedder_name, weights_hash
from ingest.errors import LibraryMismatch

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.settings import Settings

SCHEMA = 1
TOKENIZER = "cl100k_base"
PROBE = "A paper says what was done, what it was measured on, and what came out."
"""The sentence whose vector tells one foreign embedder from another of the same name."""
_SAME_VECTOR = 0.999
_DECIMALS = 5


@dataclass(frozen=True)
class Manifest:
    """What a library was made with."""

    schema: int
    embedder: str
    weights: str
    """SHA-256 of the embedder's weights; empty for a foreign one, which ``probe`` tells apart."""
    probe: tuple[float, ...]
    dimension: int
    tokenizer: str
    passage_tokens: int
    passage_overlap: int

    def to_json(self) -> str:
        """Return the form kept in Chroma."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str, where: str = "citetrail-library") -> Manifest:
        """Read what :meth:`to_json` wrote; ``where`` names the library in the error.

        Raises:
            LibraryMismatch: it was written by another version, or is damaged.
        """
        try:
            data = json.loads(text)
            return cls(**{**data, "probe": tuple(data["probe"])})
        except (ValueError, TypeError, KeyError) as error:
            raise LibraryMismatch(
                f"The manifest of the library {where!r} is not one this version reads ({error}).", _remake(where)
            ) from error


def manifest_for(settings: Settings, embedder: BaseEmbedding) -> Manifest:
    """Describe a library that these settings and this embedder would make."""
    vector = embedder.get_text_embedding(PROBE)
    known = weights_hash(embedder)
    return Manifest(
        schema=SCHEMA,
        embedder=embedder_name(embedder),
        weights=known,
        probe=() if known else tuple(round(x, _DECIMALS) for x in vector),
        dimension=len(vector),
        tokenizer=TOKENIZER,
        passage_tokens=settings.passage_tokens,
        passage_overlap=settings.passage_overlap,
    )


def check_manifest(library: Manifest, ours: Manifest, where: str) -> None:
    """Compare what a library was made with to what is in force.

    Raises:
        LibraryMismatch: they differ in something that would make answers wrong.
    """
    for name, meaning in (
        ("schema", "schema version"),
        ("embedder", "embedder"),
        ("weights", "embedder weights"),
        ("dimension", "embedding dimension"),
        ("tokenizer", "tokenizer"),
        ("passage_tokens", "passage_tokens"),
        ("passage_overlap", "passage_overlap"),
    ):
        theirs, mine = getattr(library, name), getattr(ours, name)
        if theirs != mine:
            raise LibraryMismatch(
                f"The library {where!r} was made with {meaning} {theirs!r}, but {mine!r} is in force.",
                _remake(where),
            )
    if library.probe and _cosine(library.probe, ours.probe) < _SAME_VECTOR:
        raise LibraryMismatch(
            f"The library {where!r} was made with another model that is also named {ours.embedder!r}: "
            "it embeds the probe sentence elsewhere.",
            _remake(where),
        )


def _remake(where: str) -> str:
    return (
        f"Go back to the setting it was made with, or make a new one beside it: "
        f"citetrail ingest PATH... --library {shlex.quote(f'{where}-new')}"
    )


def _cosine(a: Sequence[float], b: Sequence[float]) -> float:
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return dot / ((math.hypot(*a) * math.hypot(*b)) or 1.0)
