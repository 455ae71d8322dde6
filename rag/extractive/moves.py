"""What each sentence of an abstract does: sets the scene, says what the paper does, how, on what, what came out.

Abstracts are written in such moves, and small words give them away (Swales 1990; Teufel and Moens 2002 name them
zones). They tell apart what a paper says of itself from what it says of others, and let two papers be set side by
side: the aim beside the aim, the result beside the result.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ingest.paper import Paper
from ingest.text import Span, split_sentences, stands_in
from rag.questions.naming import short_name
from rag.questions.phrases import any_of

Move = Literal["background", "aim", "method", "data", "result", "limit", "cost"]

_WITHOUT_CLAIM = 3
"""A sentence of fewer words (a heading, an enumeration's "(2)") says nothing."""
_OWN = any_of(
    r"\b(?:we|our|ours|us)\b|\bhere,|\b(?:the|these) authors\b",
    r"\b(?:this|the present|the current) (?:paper|work|study|article|report|research|thesis|dissertation|review|survey"
    r"|competition|survey|project|technical report|position paper|case study)\b",
    r"\bin this \w+,|\bthe (?:paper|study|proposed|resulting)\b|\bis (?:proposed|introduced|presented|described)\b",
)
"""Words by which a paper speaks of itself."""
_CUES: Mapping[Move, re.Pattern[str]] = {
    "aim": any_of(
        r"\b(?:propos|introduc|present|develop|stud(?:y|ies)|investigat|explor|examin|address|describ|design|aim|ask"
        r"|devis|conceiv|releas|initiat|formulat|survey|review|revisit|argue|construct|tackl|build)\w*\b",
    ),
    "method": any_of(
        r"\b(?:by|via|through|using|leverag\w*|employ\w*|combin\w*|train\w*|consist\w*|compris\w*|first|second|then"
        r"|specifically|in particular|stages?|steps?|mechanism|module|component|based on|insight|idea|key|core"
        r"|utiliz\w*"
        r"|use[sd]?|learn\w*|design\w*|optimi[sz]\w*|model(?:s|ed|led)? .{0,30}\bas|search\w*|sampl\w*|decompos\w*)\b",
    ),
    "data": any_of(
        r"\b(?:data ?sets?|benchmarks?|corpus|corpora|collected|annotat\w*|samples|videos|questions|tasks|participants"
        r"|evaluated? (?:\w+ ){0,3}on|experiments? on|test(?:ed)? on)\b",
    ),
    "result": any_of(
        r"\b(?:show|shows|showed|find|finds|found|outperform\w*|achiev\w*|demonstrat\w*|improv\w*|reach\w*|surpass\w*"
        r"|results?|reveal\w*|yield\w*|observ\w*|scor\w*|prove[sd]?|obtain\w*|attain\w*|establish\w*|exceed\w*|reduc\w*"
        r"|conclu\w*|indicat\w*|suggest\w*|confirm\w*|discover\w*|beat\w*|solv\w*|validat\w*"
        r"|state[- ]of[- ]the[- ]art|underperform\w*|answers? this)\b",
    ),
    "limit": any_of(
        r"\b(?:limit(?:s|ed|ations?)?|fail\w*|struggl\w*|only|remain\w*|cannot|difficult\w*|wors\w*|degrad\w*|trade-?offs?"
        r"|challeng\w*|although|though|albeit|despite|still|lags?|underperform\w*|drawbacks?|shortcomings?|collaps\w*"
        r"|plateau\w*|subpar|weakness\w*|suffer\w*|vulnerab\w*|caution\w*|risks?|does not|do not|far from"
        r"|detriment\w*)\b",
    ),
    "cost": any_of(
        r"\b(?:costs?|comput\w+|times? (?:faster|slower|fewer|less|more)|faster|speed\w*|latency|memory|gpus?"
        r"|hours?|days?"
        r"|minutes?|cheap\w*|expensive|efficien\w*|parameters|budget|tokens?|overhead|throughput|lightweight|less data"
        r"|training (?:time|cost|steps)|complexity|resources?|power|order of magnitude|orders of magnitude)\b",
    ),
}
_ANNOUNCES = any_of(r"\b(?:findings|insights|observations|conclusions|lessons|takeaways|phenomena)\b")
_GOES_ON = any_of(
    r"^\W*(?:\(?(?:\d|i{1,3}|iv|v)\)|(?:first|second|third|fourth|last|final)(?:ly)?\b|in particular\b|specifically\b"
    r"|even\b|moreover\b|furthermore\b|in addition\b|additionally\b|however\b|notably\b|interestingly\b"
    r"|for (?:example|instance)\b|models?\b|we (?:also|further)\b)"
)
"""A sentence that tells one of the findings just announced: "(2) ...", "Second, ...", "In particular, ..."."""
_EXAMPLE = any_of(r"^\W*(?:for (?:example|instance)|in particular|specifically)\b")
"""A sentence that gives an example of the one before."""
_MEASURED = re.compile(
    r"\d+(?:[.,]\d+)*\s*(?:\\?%|x\b|\u00d7|times\b|points?\b|fold\b|percent)|\b\d+\.\d+(?![\w.])|\bO\("
    r"|(?<![\w.-])(?!(?:19|20)\d\d\b)(?:\d{1,3}(?:,\d{3})+|\d{2,})(?![\w-])",
    re.IGNORECASE,
)
"""A figure that measures something: no year, and no number within a name."""


@dataclass(frozen=True)
class Told:
    """A sentence of an abstract and the moves it makes."""

    span: Span
    moves: frozenset[Move]
    measured: bool
    """Whether it gives a figure that measures something."""


@lru_cache(maxsize=2_000)
def told_by(paper: Paper) -> tuple[Told, ...]:
    """Return the sentences of a paper's abstract, in order, with what they do.

    What stands before the first sentence in which the paper speaks of itself is background, unless it never does.
    """
    spans = [s for s in split_sentences(paper.abstract) if len(paper.abstract[s[0] : s[1]].split()) >= _WITHOUT_CLAIM]
    spans = spans or [(0, len(paper.abstract))] * bool(paper.abstract)
    texts = [paper.abstract[a:b] for a, b in spans]
    name = short_name(paper)
    own = [bool(_OWN.search(t)) or bool(len(name) > 1 and stands_in(name, t)) for t in texts]
    first = own.index(True) if True in own else 0
    announced = _announced(texts, first)
    return tuple(
        Told(span, _moves(text, own[place], place < first) | announced[place], bool(_MEASURED.search(text)))
        for place, (span, text) in enumerate(zip(spans, texts, strict=True))
    )


def _announced(texts: Sequence[str], first: int) -> list[frozenset[Move]]:
    """Return, for each sentence, "result" where it goes on with findings that one before it announces."""
    moves: list[frozenset[Move]] = []
    telling = False
    for place, text in enumerate(texts):
        example = place > first and _EXAMPLE.search(text) and _CUES["result"].search(texts[place - 1])
        telling = telling and bool(_GOES_ON.search(text))
        moves.append(frozenset({"result"}) if telling or example else frozenset())
        telling = telling or (place >= first and bool(_ANNOUNCES.search(text)))
    return moves


def _moves(text: str, own: bool, before: bool) -> frozenset[Move]:
    found = {move for move, cue in _CUES.items() if cue.search(text) and (own or move != "aim")}
    return frozenset(("background", *(found & {"cost", "limit"})) if before else found)
