"""Superlatives over several papers: "which paper reports the highest accuracy", "the largest model in any of these"."""

from __future__ import annotations

import re

_MOST = (
    r"(?P<most>highest|lowest|best|worst|largest|biggest|smallest|fastest|slowest|strongest|weakest|greatest|cheapest"
    r"|longest|shortest|deepest|simplest|hardest|easiest|(?:most|least) (?!of\b|recent|authors?|comments?)[a-z]+)"
)
_OVER_PAPERS = (
    re.compile(
        rf"^\W*(?:(?:and|so|but),? )?(?:which|what) (?:(?:one )?of (?:these|those|them|the (?:papers|studies|works))"
        rf"|paper|study|work|article|one)\b(?! on\b)[^?,]{{0,60}}?\b(?:the|its|their) {_MOST}\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{_MOST}\b[^?]*\b(?:in|of|from|among|across|by) (?:(?:any|all|each|one|some) (?:of )?)?"
        rf"(?:(?:the|this|these|those) )?(?:papers|studies|works|articles|library|digests?|collection)\b",
        re.IGNORECASE,
    ),
)


def superlative_over_papers(question: str) -> str:
    """Return the superlative by which a question ranks papers against each other, nothing where it does not.

    What stands in the listings (dates, authors, comments) is ranked in :mod:`rag.catalogue`; this is for the rest.
    """
    match = next((m for p in _OVER_PAPERS if (m := p.search(question))), None)
    return match["most"].lower() if match else ""
