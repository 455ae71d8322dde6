"""Sentences of a model that say what the abstracts leave out, held against the abstracts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.generation.sources import Source
from rag.lexical import Analyzer
from rag.questions.phrases import NO_TOPIC, any_of

_SAYING = (
    r"(?:mention|say|state|specify|report|disclose|discuss|address|indicate|describe|provide|give|contain|include)"
)
_SAID = r"(?:mentioned|stated|specified|reported|disclosed|discussed|addressed|indicated|described|provided|given)"
_GIVEN = r"(?:abstracts?|papers?|sources?|texts?|documents?|passages?|sentences?)"
_ABSENT = any_of(
    rf"\b{_GIVEN}\b[^.,;]{{0,30}}\b(?:do|does|did)(?: not|n['’]t)\s+(?:\w+ly )?{_SAYING}\b(?P<a>[^.]+)",
    rf"\b(?:none|neither) of [^.,;]{{0,20}}{_GIVEN}\s+(?:\w+ly )?{_SAYING}s?\b(?P<b>[^.]+)",
    rf"\bno {_GIVEN}\s+{_SAYING}s?\b(?P<c>[^.]+)",
    rf"^(?P<d>[^.]+?)\s+(?:is|are|was|were)(?: not|n['’]t)\s+(?:\w+ly )?{_SAID}\b",
    r"\bno (?:information|mention|details?)\b[^.]{0,40}?\b(?:about|on|of|regarding|concerning)\b(?P<e>[^.]+)",
)
_ASIDE = re.compile(
    rf"\b(?:in|by|within|from) (?:any of )?(?:the|these|those|this|its|your)\s+(?:\w+\s+)?{_GIVEN}\b.*$"
)
_LONGEST = 12


class Gaps:
    """Tells whether what a model calls absent is asked for and is absent indeed.

    Args:
        question: standalone.
        sources: what the model was given.
    """

    def __init__(self, question: str, sources: Sequence[Source]) -> None:
        self._analyzer = Analyzer()
        self._asked = self._stems(question)
        self._held = [self._stems(f"{s.title} {s.paper.abstract}") for s in sources]

    def named_by(self, sentence: str) -> str:
        """Return what a sentence rightly says that the abstracts leave out; empty where it says no such thing."""
        match = _ABSENT.search(sentence)
        if match is None:
            return ""
        what = next(group for group in match.groupdict().values() if group)
        what = re.sub(r"^\s*(?:anything|any|information|details|about|on|how|what|whether|that|which)\b", "", what)
        what = _ASIDE.sub("", what).strip(" ,;:")
        return what if self.is_gap(what) else ""

    def is_gap(self, what: str) -> bool:
        """Tell whether the question asks for something and no abstract holds all of its words."""
        words = self._stems(what)
        if not words & self._asked or len(what.split()) > _LONGEST:
            return False
        return not any(words <= held for held in self._held)

    def _stems(self, text: str) -> frozenset[str]:
        words = re.findall(r"[^\W_]+", text.lower())
        return frozenset(self._analyzer.terms(" ".join(w for w in words if w not in NO_TOPIC)))
