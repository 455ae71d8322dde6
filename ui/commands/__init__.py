"""One module a command: ``register`` adds it to the parser, ``run`` does it and returns the exit code."""

from __future__ import annotations

from types import ModuleType

from ui.commands import ask, chat, doctor, evals, ingest, papers, reindex, search

COMMANDS: tuple[ModuleType, ...] = (ingest, ask, search, papers, chat, reindex, evals, doctor)
"""The commands in the order that ``--help`` lists them."""
