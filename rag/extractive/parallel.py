"""Parallel questions: clauses that each ask about a paper of their own ("how far does A go, and how far B?")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.questions.asked import mentions
from rag.questions.naming import A_PAPER, A_THING, MARK, mention_of, named_papers, telling_of
from rag.retrieval.lists import reach_of

if TYPE_CHECKING:
    from ingest.paper import Paper
    from rag.questions.filters import Filters
    from rag.retrieval.retrieve import Hit, HybridRetriever

_BETWEEN = re.compile(
    r"\s*[,;]?\s+(?:and|but|while|whereas|versus|vs\.?)\s+"
    r"(?=(?:(?:on|in|at|by|for|with|to|from|of|against) )?(?:what|which|who|how|why|when|where|whether)\b"
    r"|(?:does|do|did|is|are|was|were|can|could|has|have)\b)",
    re.IGNORECASE,
)
"""Where one clause that asks ends and the next begins."""
_OPENING = re.compile(r"^(?P<opening>.*[:.?!;])\s+(?P<asked>[^:.?!;]+)\W*$", re.DOTALL)
"""What is told before the question is asked."""
_LEANS = re.compile(r"\b(?:it|its|they|them|their|he|she|this|these|those)\b", re.IGNORECASE)
"""Points to what the clause before is about."""
_MOST = 3
_NEAR = 8
"""Papers looked at for a clause."""
_FOUND, _APART, _BEHIND = 3.5, 1.5, 1.5
"""Standard deviations above the library's mean from which the best paper for a clause that names none is taken to be
what it is about; how far it must stand above the papers of the other clauses; and, where the clause describes a paper,
how far it may stand behind them. Chosen on questions about one paper that were kept aside when the picker was trained,
of which next to none may be taken for parallel."""
_LEAST_TELLING, _DESCRIBED = 4, 2
"""Words that tell of a paper, in a clause that neither names nor describes one and in a description."""


@dataclass(frozen=True)
class Clause:
    """A part of a question and the one paper that it is about."""

    text: str
    """The part, as a question by itself."""
    paper: Paper


def parallel(question: str, retriever: HybridRetriever, filters: Filters | None = None) -> tuple[Clause, ...]:
    """Part a question into clauses about a paper each; nothing where it is no such question.

    A clause is about the one paper that it names; a clause that names none, about the paper that it describes
    ("the method that needs 100 samples"), or that stands out for its words and not for those of the others.

    Args:
        question: standalone.
        retriever: over the library.
        filters: papers that may be asked about.
    """
    opening = _OPENING.match(question)
    told, asked = (opening["opening"], opening["asked"]) if opening else ("", question)
    parts = [part.strip(" ,;?.") for part in _BETWEEN.split(asked)]
    if not 1 < len(parts) <= _MOST or not all(map(telling_of, parts)):
        return ()
    index = retriever.index
    named = [[p for p in _subjects(part, index.papers) if not filters or filters.admit(p)] for part in parts]
    if any(len(papers) > 1 for papers in named) or named_papers(told, index.papers):
        return ()
    papers = _papers_of(parts, [papers[0] if papers else None for papers in named], told, retriever, filters)
    if papers is None:
        return ()
    return tuple(
        Clause(" ".join(f"{told} {text}?".split()), paper)
        for text, paper in zip(_whole(parts, papers, index.papers), papers, strict=True)
    )


def _subjects(part: str, papers: Sequence[Paper]) -> list[Paper]:
    """Return the papers that a clause names, without those that another of them speaks of ("A's score on B")."""
    named = named_papers(part, papers)
    called = {paper: (m.group() if (m := mention_of(paper, part, papers)) else paper.title) for paper in named}
    return [p for p in named if not any(other != p and mentions(other, called[p]) for other in named)]


def _papers_of(
    parts: Sequence[str],
    named: Sequence[Paper | None],
    told: str,
    retriever: HybridRetriever,
    filters: Filters | None,
) -> list[Paper] | None:
    """Return the paper of each clause; ``None`` where one has none, or two have the same."""
    if all(named):
        return _apart([paper for paper in named if paper], parts)
    found: list[Sequence[Hit]] = []
    for part, paper in zip(parts, named, strict=True):
        described = _described(part)
        if paper is None and not described and (_LEANS.search(part) or len(telling_of(part)) < _LEAST_TELLING):
            return None
        text = described or f"{told} {part}"
        found.append([] if paper else retriever.search(text, len(retriever.index.papers), filters))
    papers = []
    for place, (paper, hits) in enumerate(zip(named, found, strict=True)):
        others = [named[i] or found[i][0].paper for i in range(len(parts)) if i != place and (named[i] or found[i])]
        reach = reach_of(len(retriever.index.papers))
        best = paper or _standing(hits, others, reach, -_BEHIND if _described(parts[place]) else _APART)
        if best is None:
            return None
        papers.append(best)
    return _apart(papers, parts)


def _apart(papers: list[Paper], parts: Sequence[str]) -> list[Paper] | None:
    """Return papers that differ, none named by what the first one speaks of, too; else ``None``."""
    if len(set(papers)) < len(papers):
        return None
    for paper, part in zip(papers[1:], parts[1:], strict=True):
        named = mention_of(paper, part)
        if named and mentions(papers[0], named.group()):
            return None  # the clause may still be about the first
    return papers


def _described(part: str) -> str:
    """Return the words of a clause that describe a paper; empty where none do."""
    matches = (m for pattern in (A_PAPER, A_THING) for m in pattern.finditer(part))
    return next((text for m in matches if len(telling_of(text := m.group())) >= _DESCRIBED), "")


def _standing(hits: Sequence[Hit], others: Sequence[Paper], reach: float, ahead: float) -> Paper | None:
    """Return the best paper for a clause where it stands out, and far enough ahead of those of the other clauses."""
    best = next((hit for hit in hits if hit.paper not in others), None)
    if best is None or best.standing < _FOUND * reach:
        return None
    theirs = max((hit.standing for hit in hits if hit.paper in others), default=0.0)
    return best.paper if best.standing - theirs >= ahead * reach else None


def _whole(parts: Sequence[str], papers: Sequence[Paper], all_papers: Sequence[Paper]) -> list[str]:
    """Return the clauses, a later one that leaves out what it asks ("and which in B?") with the words of the first."""
    first = _without(parts[0], papers[0], all_papers)
    whole = [parts[0]]
    for part, paper in zip(parts[1:], papers[1:], strict=True):
        own = telling_of(_without(part, paper, all_papers).replace(MARK, " "))
        side = _described(part) or ((m := mention_of(paper, part, all_papers)) and m.group()) or paper.title
        whole.append(part if own else first.replace(MARK, side) if MARK in first else f"{first} {side}")
    return whole


def _without(part: str, paper: Paper, papers: Sequence[Paper]) -> str:
    """Return a clause with a mark in the place of its paper's name or description."""
    if match := mention_of(paper, part, papers):
        return f"{part[: match.start()]}{MARK}{part[match.end() :]}"
    described = _described(part)
    return part.replace(described, MARK) if described else part
