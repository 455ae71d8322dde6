"""Which way of answering a model is given."""

from __future__ import annotations

from rag.generation import plain, select, write
from rag.generation.reading import Mode
from rag.writer import Writer

MODES: dict[str, Mode] = {"select": select.MODE, "write": write.MODE, "plain": plain.MODE}
SELECT_BELOW = 4.0
"""Billions of parameters below which a model chooses sentences rather than writing them; one that is told to write is
not taken at its word when it finds no answer."""


def mode_for(writer: Writer, setting: str) -> str:
    """Return the way of answering: the one set, else by the model's size.

    ``auto`` means: a model known to have fewer than 4 billion parameters selects, since it can then invent nothing;
    so does one on a server that takes schemas but does not tell its size. A larger one writes, with copied words where
    a schema can be asked for and in plain prose where it cannot. An LLM of the caller's own, whose size nobody tells,
    writes plain prose.
    """
    if setting != "auto":
        return setting
    small = writer.takes_schema if writer.billions is None else writer.billions < SELECT_BELOW
    if small:
        return "select"
    return "write" if writer.takes_schema else "plain"
