"""The third tier: a model that Ollama serves is asked, yes or no, of a sentence that the others call weak.

It is asked one sentence against the few words cited. Its yes makes the sentence ``supported``; its no leaves it
``weak``, said and with half the score; a reply that is neither is *unscored*: counted, and the verdict stays as it was.
Where a number, a name, a direction, reach or role disagrees it is not asked.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal

from ingest.errors import ModelError
from ingest.paper import Paper
from ingest.text import Span
from prompts import rendered
from rag.grounding.markers import strip_markers
from rag.grounding.second import words_of
from rag.grounding.verdict import SupportChecker, Verdict
from rag.writer import Message, Writer

PROMPT = "judge"
MOST = 48
"""Tokens that a judge may write: few enough that no model reasons before it."""
PAUSE_SECONDS = 120.0
"""How long a judge that failed is not asked again."""
_REMEMBERED = 4_000
_SAID = re.compile(r"[\W_]*(?:(?:final )?(?:answer|verdict)\b[\W_]*)?(yes|no)(?:\b|_)", re.IGNORECASE)
Said = Literal["yes", "no", "unscored"]


@dataclass(frozen=True)
class Tally:
    """What a judge was asked and said."""

    yes: int = 0
    no: int = 0
    unscored: int = 0
    """Replies that were neither, and calls that failed."""

    @property
    def asked(self) -> int:
        """How often it was asked."""
        return self.yes + self.no + self.unscored

    def __str__(self) -> str:
        """Tell it in a sentence."""
        return (
            f"The judge was asked {self.asked} times: {self.yes} yes, {self.no} no, {self.unscored} unscored"
            " (neither, or no reply)."
        )


class Judge:
    """Asks a model whether words carry a sentence. May be used by several threads.

    Args:
        writer: the model.
        made_for_it: whether it is a fact-checking model (``bespoke-minicheck``), which has a prompt form of its own.
        clock: tells seconds.
    """

    def __init__(self, writer: Writer, made_for_it: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = writer.name
        self._writer = writer
        self._made_for_it = made_for_it
        self._clock = clock
        self._quiet_until = -float("inf")
        self._remembered: dict[tuple[str, str], Said] = {}
        self._tally = Tally()
        self._lock = threading.Lock()

    @property
    def tally(self) -> Tally:
        """What it was asked and said so far."""
        return self._tally

    def ask(self, text: str, claim: str) -> Said | None:
        """Return what the judge says of a claim; ``None`` where it is not asked, having failed a moment ago."""
        key = (text, claim)
        if key in self._remembered:
            return self._remembered[key]
        if self._clock() < self._quiet_until:
            return None
        said = self._ask(text, claim)
        with self._lock:
            self._tally = replace(self._tally, **{said: getattr(self._tally, said) + 1})
            if len(self._remembered) > _REMEMBERED:
                self._remembered.clear()
            if said != "unscored":
                self._remembered[key] = said
        return said

    def _ask(self, text: str, claim: str) -> Said:
        heard = ""
        try:
            with closing(self._writer.write(self._messages(text, claim), most=MOST)) as pieces:
                for piece in pieces:
                    heard += piece.text if piece.kind == "text" else ""
                    if (said := read_verdict(heard, more_comes=True)) is not None:
                        return said
        except ModelError:
            if read_verdict(heard) is None:
                self._quiet_until = self._clock() + PAUSE_SECONDS
        return read_verdict(heard) or "unscored"

    def _messages(self, text: str, claim: str) -> list[Message]:
        text, claim = " ".join(text.split()), " ".join(claim.split())
        if self._made_for_it:
            return [("user", f"Document: {text}\nClaim: {claim}")]
        return rendered(PROMPT, words=text, sentence=claim)


def read_verdict(text: str, *, more_comes: bool = False) -> Literal["yes", "no"] | None:
    """Return the verdict that a reply begins with; ``None`` where it is neither.

    Args:
        text: the reply.
        more_comes: whether it is under way, so that its last letters may be the beginning of a longer word.
    """
    found = _SAID.match(text)
    if found is None or (more_comes and found.end(1) == len(text)):
        return None
    return "yes" if found[1].lower() == "yes" else "no"


class JudgedChecker:
    """A :class:`~rag.grounding.verdict.SupportChecker` that has what another calls weak judged by a model.

    Args:
        first: the other.
        judge: the model.
    """

    def __init__(self, first: SupportChecker, judge: Judge) -> None:
        self._first = first
        self.judge = judge

    def check(self, claim: str, paper: Paper) -> Verdict:
        """Judge a claim against a paper's abstract."""
        return self._judged(self._first.check(claim, paper), claim, paper)

    def check_against(self, claim: str, paper: Paper, span: Span) -> Verdict:
        """Judge a claim against a stretch of a paper's abstract."""
        return self._judged(self._first.check_against(claim, paper, span), claim, paper)

    def _judged(self, verdict: Verdict, claim: str, paper: Paper) -> Verdict:
        if verdict.support != "weak" or verdict.disagrees or not verdict.evidence:
            return verdict
        said = self.judge.ask(words_of(paper, verdict.evidence), strip_markers(claim))
        if said == "yes":
            return replace(verdict, support="supported", score=(1 + verdict.score) / 2, reasons=())
        if said == "no":
            told = f"{self.judge.name} does not find it in the words cited"
            return replace(verdict, score=verdict.score / 2, reasons=(*verdict.reasons, told))
        told = f"{self.judge.name} gave no verdict" if said else f"{self.judge.name} was not asked, since it had failed"
        return replace(verdict, reasons=(*verdict.reasons, told))
