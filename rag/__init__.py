"""citetrail's Python API: ``from rag import Assistant``.

Names are loaded when first used, so that ``import rag`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.errors import CitetrailError
    from ingest.settings import Settings
    from rag.answer import Answer, Citation, Evidence, Grounded, Sentence, SourcePaper, Thought, Token
    from rag.assistant import Assistant

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "CitetrailError",
    "Evidence",
    "Grounded",
    "Sentence",
    "Settings",
    "SourcePaper",
    "Thought",
    "Token",
]

_HOME = {
    "Assistant": "rag.assistant",
    "CitetrailError": "ingest.errors",
    "Settings": "ingest.settings",
} | dict.fromkeys(
    ("Answer", "Citation", "Evidence", "Grounded", "Sentence", "SourcePaper", "Thought", "Token"), "rag.answer"
)


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
