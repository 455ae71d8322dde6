"""Which of the installed models is used, by rules that are stated.

The chat model is the configured one. A name without a tag means its ``:latest``, as for Ollama itself: where only
``qwen3:4b`` is there, ``qwen3`` is not silently taken for it, but the error names it. Where none is configured, the
best of those installed is taken:

1. one that chats: no embedding model, no fact checker, no guard; and never one that runs in Ollama's cloud, since a
   question would leave the machine. (A cloud model that is configured by name is used, and said.)
2. one of at least :data:`LEAST_BILLIONS` parameters, where it tells: on development questions one of 0.135 billion
   answered worse than the papers' own sentences, and took 80 times as long (``citetrail evals models``);
3. one made for language in general, before one whose name says code, pictures or formulas;
4. where the server is on this machine, one whose file takes at most :data:`SHARE` of its memory, which leaves room
   for the window and for everything else; if none does, the smallest;
5. the one with most parameters, one that does not tell them last;
6. of those with equally many, the one that was pulled last.

The embedding model is the configured one, else the best that :mod:`ingest.embeddings.prefixes` knows. The checking
model is the first of :data:`~rag.ollama.installed.CHECKERS` that is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.embeddings.prefixes import best
from rag.ollama.installed import CHECKERS, Installed

SHARE = 0.6
LEAST_BILLIONS = 0.4
"""Parameters from which a model is chosen without being named."""
DEFAULT = "qwen3:4b"
"""What is named where no chat model is there."""
_HOW = ": to use one of these, give its whole name (--model NAME)."


@dataclass(frozen=True)
class Choice:
    """The model to use and why it is that one; or, without a model, what is wrong and the command that mends it."""

    model: Installed | None = None
    why: str = ""
    problem: str = ""
    fix: str = ""


def choose_chat(models: Sequence[Installed], wanted: str, server: str, memory: int = 0) -> Choice:
    """Choose the chat model.

    Args:
        models: those the server lists.
        wanted: the configured name; empty for the best.
        server: its address, for the error.
        memory: bytes of memory that a model may be measured by; 0 where the server is elsewhere or that is not known.
    """
    return _configured(models, wanted, server) if wanted.strip() else _best(models, server, memory)


def _configured(models: Sequence[Installed], wanted: str, server: str) -> Choice:
    found = next((m for m in models if m.is_called(wanted)), None)
    if found is None:
        base = wanted.strip().lower().rpartition("/")[2].partition(":")[0]
        chatting = [m.name for m in models if m.purpose == "chat"]
        near = [m.name for m in models if m.base == base and m.name in chatting]
        said = f" It has {_listed(near or chatting)}{_HOW}" if chatting else ""
        return Choice(problem=f"Ollama at {server} has no model {wanted!r}.{said}", fix=f"ollama pull {wanted.strip()}")
    if found.purpose in ("embedding", "other"):
        kind = "an embedding model" if found.purpose == "embedding" else "no chat model"
        others = [m.name for m in models if m.purpose == "chat" and not m.remote]
        said = f" It has {_listed(others)}{_HOW}" if others else ""
        return Choice(problem=f"{found.name} is {kind} and writes no answers.{said}", fix=f"ollama pull {DEFAULT}")
    return Choice(found, "as configured")


def _best(models: Sequence[Installed], server: str, memory: int) -> Choice:
    chatting = [m for m in models if m.purpose == "chat"]
    here = [m for m in chatting if not m.remote]
    if not here:
        but = f", only {_listed([m.name for m in chatting])}, which would send questions to Ollama's cloud"
        said = f"Ollama at {server} has no chat model{but if chatting else ''}."
        return Choice(problem=said, fix=f"ollama pull {DEFAULT}")
    able = [m for m in here if m.billions is None or m.billions >= LEAST_BILLIONS]
    if not able:
        said = f"Ollama at {server} has only {_listed([m.name for m in here])}, too small to answer well{_HOW}"
        return Choice(problem=said, fix=f"ollama pull {DEFAULT}")
    here = able
    if len(here) == 1:
        return Choice(here[0], "the only chat model there")
    general = [m for m in here if not m.specialist] or here
    fitting = [m for m in general if not memory or m.size <= SHARE * memory]
    if not fitting:
        smallest = min(general, key=lambda m: m.size)
        return Choice(smallest, f"the smallest of {len(here)} chat models, none of which fits this machine's memory")
    largest = max(fitting, key=lambda m: (m.billions or 0.0, m.modified, m.name))
    fits = " that fits this machine's memory" if memory else ""
    return Choice(largest, f"the largest{fits}, of {len(here)} chat models")


def choose_embedder(models: Sequence[Installed], wanted: str) -> Installed | None:
    """Choose the embedding model: the configured one and no other, or the best where none is configured."""
    here = [m for m in models if not m.remote]
    chosen = wanted if wanted.strip() else best({m.name: m.size for m in here if m.purpose == "embedding"})
    return next((m for m in here if m.is_called(chosen)), None)


def choose_checker(models: Sequence[Installed]) -> Installed | None:
    """Choose the model that tells whether a text supports a claim; ``None`` where none was made for it."""
    return next((m for name in CHECKERS for m in models if m.base == name and not m.remote), None)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" and others" if len(names) > 5 else "")
