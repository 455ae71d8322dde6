"""The manifest: what a library was made with. A mismatch is an error that names the command to run."""

from __future__ import annotations

import dataclasses
import json
import math
import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ingest.embeddings import MINILM, OLLAMA, embedder_name, prefixes_of, tokens_key, weights_hash
from ingest.errors import LibraryMismatch

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.settings import Settings

SCHEMA = 1
TOKENIZER = "cl100k_base"
PASSAGE_TOKENS, PASSAGE_OVERLAP = 140, 1
"""Of a new library, where the settings leave them open."""
PROBE = "A paper says what was done, what it was measured on, and what came out."
"""The sentence whose vector tells one foreign embedder from another of the same name."""
_SAME_VECTOR = 0.999
_DECIMALS = 5
_COMPARED = {
    "schema": "schema version",
    "embedder": "embedder",
    "weights": "embedder weights",
    "dimension": "embedding dimension",
    "query_prefix": "query prefix",
    "document_prefix": "document prefix",
    "tokenizer": "tokenizer",
    "passage_tokens": "passage_tokens",
    "passage_overlap": "passage_overlap",
}


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
    query_prefix: str = ""
    """What stood before each question when the library was made, and below before each text."""
    document_prefix: str = ""
    tokens: str = ""
    """Key of the late-interaction model whose word pieces it holds, empty for none; a library of another one than is in
    force, or of none, is searched without."""

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

    def difference(self, other: Manifest) -> str:
        """Return the first field in which two manifests would make answers differ; empty for none."""
        for name in _COMPARED:
            if getattr(self, name) != getattr(other, name):
                return name
        return "probe" if self.probe and _cosine(self.probe, other.probe) < _SAME_VECTOR else ""

    def makes(self, other: Manifest) -> bool:
        """Tell whether both make the same index."""
        return not self.difference(other) and self.tokens == other.tokens


def manifest_for(settings: Settings, embedder: BaseEmbedding) -> Manifest:
    """Describe a library that these settings and this embedder would make."""
    settings = follow(settings, None)
    vector = embedder.get_text_embedding(PROBE)
    known = weights_hash(embedder)
    query_prefix, document_prefix = prefixes_of(embedder)
    return Manifest(
        schema=SCHEMA,
        embedder=embedder_name(embedder),
        weights=known,
        probe=() if known else tuple(round(x, _DECIMALS) for x in vector),
        dimension=len(vector),
        tokenizer=TOKENIZER,
        passage_tokens=settings.passage_tokens,
        passage_overlap=settings.passage_overlap,
        query_prefix=query_prefix,
        document_prefix=document_prefix,
        tokens=tokens_key(embedder),
    )


def follow(settings: Settings, manifest: Manifest | None) -> Settings:
    """Fill in what the settings leave open: with what the library was made with, with the defaults for a new one.

    So a library goes on being read as it was made, whatever the defaults are, and a setting that is given is held
    against it. The model of a new library made by Ollama stays open: its embedder chooses one.
    """
    kind, _, model = manifest.embedder.partition("/") if manifest else ("", "", "")
    embedder = settings.embedder
    if embedder == "auto":
        embedder = "ollama" if kind == OLLAMA else "minilm"
    tokens, overlap = settings.passage_tokens, settings.passage_overlap
    changes: dict[str, Any] = {
        "embedder": embedder,
        "embed_model": settings.embed_model or (model if (embedder, kind) == ("ollama", OLLAMA) else ""),
        "passage_tokens": tokens or (manifest.passage_tokens if manifest else PASSAGE_TOKENS),
        "passage_overlap": overlap if overlap >= 0 else (manifest.passage_overlap if manifest else PASSAGE_OVERLAP),
    }
    return dataclasses.replace(settings, **changes)


def check_manifest(library: Manifest, ours: Manifest, where: str) -> None:
    """Compare what a library was made with to what is in force.

    Raises:
        LibraryMismatch: they differ in something that would make answers wrong.
    """
    name = library.difference(ours)
    if name == "probe":
        raise LibraryMismatch(
            f"The library {where!r} was made with another model that is also named {ours.embedder!r}: "
            "it embeds the probe sentence elsewhere.",
            _reindex(library, ours, where),
        )
    if name:
        theirs, mine = getattr(library, name), getattr(ours, name)
        raise LibraryMismatch(
            f"The library {where!r} was made with {_COMPARED[name]} {theirs!r}, but {mine!r} is in force.",
            _remake(where) if name == "schema" else _reindex(library, ours, where),
        )


def _reindex(library: Manifest, ours: Manifest, where: str) -> str:
    """Return what makes the library one of ours: a command, or a call where the embedder came as an object."""
    back = "Or go back to the setting it was made with."
    kind, _, model = ours.embedder.partition("/")
    named = {MINILM: "--embedder minilm", OLLAMA: f"--embedder ollama --embed-model {shlex.quote(model)}"}
    if kind not in named:
        return f"Make its index anew from Python: ingest.reindex.reindex(settings, embed_model=...). {back}"
    words = [named[kind]]
    for name in ("passage_tokens", "passage_overlap"):
        if getattr(library, name) != getattr(ours, name):
            words.append(f"--{name.replace('_', '-')} {getattr(ours, name)}")
    return f"Make its index anew: citetrail reindex {' '.join(words)} --library {shlex.quote(where)}   {back}"


def _remake(where: str) -> str:
    return (
        f"Go back to the setting it was made with, or make a new one beside it: "
        f"citetrail ingest PATH... --library {shlex.quote(f'{where}-new')}"
    )


def _cosine(a: Sequence[float], b: Sequence[float]) -> float:
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return dot / ((math.hypot(*a) * math.hypot(*b)) or 1.0)
