"""What a support checker says, and the one interface behind which all of them stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ingest.paper import Paper
from ingest.text import Span
from rag.answer import Support


@dataclass(frozen=True)
class Verdict:
    """What a checker says of one sentence against one abstract."""

    support: Support
    score: float
    """How close words and meaning are, 0 to 1, less for what disagrees."""
    evidence: tuple[Span, ...]
    reasons: tuple[str, ...] = ()
    """Why it is not ``supported``, in words."""
    disagrees: bool = False
    """Whether a number, name, direction, reach or role differs from the evidence: then it is ``weak`` at most, whatever
    a model says of it."""
    quoted: bool = False
    """Whether it is a quote, word for word."""


class SupportChecker(Protocol):
    """Judges one sentence against one paper."""

    def check(self, claim: str, paper: Paper) -> Verdict:
        """Return the verdict with the spans of the abstract that carry the claim best."""
        ...

    def check_against(self, claim: str, paper: Paper, span: Span) -> Verdict:
        """Return the verdict on a claim held against one stretch of the abstract alone.

        The rest of the paper still tells which names and numbers are known in it.
        """
        ...
