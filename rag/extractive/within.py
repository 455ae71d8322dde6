"""Comparisons within one paper: "how fast is X compared with current designs?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.lexical import Analyzer
from rag.questions.naming import A_PAPER, MARK, marked, mention_of, named_papers, telling_of

if TYPE_CHECKING:
    from ingest.paper import Paper

_AGAINST = re.compile(
    r"\b(?:compar(?:e[sd]?|ing|ison)\s+(?:to|with|against)|relative to|versus|vs\.?|against|than|over)\s+"
    r"(?P<other>[^,:;?]+)",
    re.IGNORECASE,
)
_UNNAMED = re.compile(
    r"(?:current|existing|previous|prior|earlier|other|standard|conventional|traditional|typical|usual|common|plain"
    r"|vanilla|na[iï]ve|competing|alternative|strong\w*|best|today|simple|simpler|normal|regular|known|recent|past"
    r"|state-of-the-art|sota|baselines?|designs?|systems?|competitors?|rivals?|solutions?|alternatives?|techniques"
    r"|algorithms|approaches|methods|models|work|works|training|inference|practice|art|state)",
    re.IGNORECASE,
)
"""Words for what a paper compares itself with that name nothing."""
_IN_PASSING = re.compile(
    r"^\W*(?:(?:by|in|on|at|for|with|to) )?(?:which|what|how \w+)\b.+?\bcompared (?:to|with|against)\s+(?P<other>.+)",
    re.IGNORECASE | re.DOTALL,
)
_ONE = re.compile(r"\bthe (?:one|other)\b", re.IGNORECASE)
_analyzer = Analyzer()


def compared_within(text: str, papers: Sequence[Paper]) -> bool:
    """Tell whether a question compares the one paper it names with what that paper itself compares with.

    That is something of no name ("compared with current designs"), or something that its abstract speaks of.
    """
    named = named_papers(text, papers)
    match = mention_of(named[0], text, papers) if len(named) == 1 else None
    if match is None:
        return False
    compared = _AGAINST.search(marked(text, match))
    if compared is None or MARK in compared["other"] or A_PAPER.search(compared["other"]):
        return False
    others = [w for w in telling_of(compared["other"]) if not _UNNAMED.fullmatch(w)]
    asked = set(_analyzer.terms(" ".join(others)))
    held = asked & set(_analyzer.terms(f"{named[0].title} {named[0].abstract}"))
    return held == asked or (bool(held) and compared["other"].islower())


def compared_in_passing(text: str, papers: Sequence[Paper]) -> bool:
    """Tell whether a question that names no paper asks for one thing, with what it is measured against behind it.

    "Which activations carry more, compared with final-layer vectors?" is of one paper, which makes the comparison.
    """
    match = _IN_PASSING.search(text)
    if match is None or A_PAPER.search(match["other"]) or _ONE.search(match["other"]):
        return False
    return not named_papers(text, papers)
