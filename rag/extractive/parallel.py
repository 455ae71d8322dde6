"""Parallel questions: clauses that each ask about a paper of their own ("how far does A go, and how far B?")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.lexical import STOPWORDS
from rag.questions.asked import mentions
from rag.questions.naming import A_PAPER, A_THING, MARK, marked, mention_of, named_papers, telling_of
from rag.questions.question import Clause
from rag.retrieval.lists import reach_of

if TYPE_CHECKING:
    from ingest.paper import Paper
    from rag.questions.filters import Filters
    from rag.retrieval.retrieve import Hit, HybridRetriever

_BETWEEN = re.compile(
    r"[,;]?\s+(?:and|but|while|whereas|versus|vs\.?)\s+"
    r"(?=(?:(?:on|in|at|by|for|with|to|from|of|against) )?(?:what|which|who|how|why|when|where|whether)\b"
    r"|(?:does|do|did|is|are|was|were|can|could|has|have)\b)",
    re.IGNORECASE,
)
"""Where one clause that asks ends and the next begins."""
_OPENING = re.compile(r"^(?P<opening>.*[:.?!;])\s+(?P<asked>\w(?:[^:.?!;]|[.:](?=\w))*)\W*$", re.DOTALL)
"""What is told before the question is asked."""
_LEANS = re.compile(r"\b(?:it|its|they|them|their|he|she|this|these|those|there)\b", re.IGNORECASE)
"""Points to what the clause before is about."""
_COMPARES = re.compile(
    rf"\b(?:differ\w*|compar\w*|similar\w*|relate[sd]?|unlike)\b"
    rf"|\b(?:than|outperforms?|beats?|surpass(?:es)?|over|against|versus|from)\s+(?:the\s+)?{MARK}",
    re.IGNORECASE,
)
"""Holds the paper of a clause against that of another one."""
_QUESTION_WORDS = frozenset("what which who whom whose how why when where whether".split())
_MOST = 3
_FOUND, _APART = 3.5, 1.5
"""Standard deviations above the library's mean from which the best paper for a clause that names none is taken to be
what it is about; and how far it must stand above the papers of the other clauses where the clause describes none.
Chosen on questions about one paper that were kept aside when the picker was trained, of which next to none may be taken
for parallel."""
_LEAST_TELLING, _DESCRIBED = 4, 2
"""Words that tell of a paper, in a clause that neither names nor describes one and in a description."""


def parallel(question: str, retriever: HybridRetriever, filters: Filters | None = None) -> tuple[Clause, ...]:
    """Part a question into clauses about a paper each; nothing where it is no such question.

    A clause is about the one paper that it names; a clause that names none, about the paper that it describes
    ("the method that needs 100 samples"), or that stands out for its words and not for those of the others. Clauses
    that lean on the one before, or hold one paper against the other, are no parallel ones.

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
    all_papers = retriever.index.papers
    named = [[p for p in _subjects(part, all_papers) if not filters or filters.admit(p)] for part in parts]
    if any(len(papers) > 1 for papers in named) or named_papers(told, all_papers):
        return ()
    by_name = [papers[0] if papers else None for papers in named]
    papers = _papers_of(parts, by_name, told, retriever, filters)
    if papers is None or len(set(papers)) < len(papers):
        return ()
    bare = [_without(part, paper, all_papers) for part, paper in zip(parts, papers, strict=True)]
    for paper, part, left in list(zip(papers, parts, bare, strict=True))[1:]:
        called = mention_of(paper, part) if paper in by_name else None
        spoken_of = called is not None and mentions(papers[0], called.group())  # the first may be what is meant
        if spoken_of or _LEANS.search(left.partition(MARK)[0]) or _COMPARES.search(left):
            return ()
    whole = [parts[0], *(_whole(bare[0], part, left) for part, left in zip(parts[1:], bare[1:], strict=True))]
    return tuple(Clause(" ".join(f"{told} {text}?".split()), p) for text, p in zip(whole, papers, strict=True))


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
    """Return the paper of each clause; ``None`` where one has none."""
    every = len(retriever.index.papers)
    described = [_described(part) for part in parts]
    found: list[Sequence[Hit]] = []
    for part, paper, description in zip(parts, named, described, strict=True):
        if not paper and not description and (_LEANS.search(part) or len(telling_of(part)) < _LEAST_TELLING):
            return None
        found.append([] if paper else retriever.search(description or f"{told} {part}", every, filters))
    best = [paper or (hits[0].paper if hits else None) for paper, hits in zip(named, found, strict=True)]
    for place, hits in enumerate(found):
        others = [other for i, other in enumerate(best) if i != place]
        ahead = 0.0 if described[place] else _APART
        if not named[place] and not _stands_out(hits, others, reach_of(every), ahead):
            return None
    return [paper for paper in best if paper]


def _described(part: str) -> str:
    """Return the words of a clause that describe a paper; empty where none do."""
    matches = (m for pattern in (A_PAPER, A_THING) for m in pattern.finditer(part))
    return next((text for m in matches if len(telling_of(text := m.group())) >= _DESCRIBED), "")


def _stands_out(hits: Sequence[Hit], others: Sequence[Paper | None], reach: float, ahead: float) -> bool:
    """Tell whether the best paper for a clause stands out, and far enough ahead of those of the other clauses."""
    if not hits or hits[0].standing < _FOUND * reach or hits[0].paper in others:
        return False
    theirs = max((hit.standing for hit in hits if hit.paper in others), default=0.0)
    return hits[0].standing - theirs >= ahead * reach


def _without(part: str, paper: Paper, papers: Sequence[Paper]) -> str:
    """Return a clause with a mark in the place of its paper's description or name."""
    described, match = _described(part), mention_of(paper, part, papers)
    if described and (match is None or match.group() in described):
        return part.replace(described, MARK)
    return marked(part, match) if match else part


def _whole(first: str, part: str, bare: str) -> str:
    """Return a later clause; one that leaves out what it asks ("and which in B?") with the words of the first.

    Args:
        first: the first clause, its paper marked.
        part: the later one.
        bare: the later one, its paper marked.
    """
    own, asked = (set(re.findall(r"\w+", text.lower())) for text in (bare, first))
    of_its_own = (own - asked) - (STOPWORDS - _QUESTION_WORDS)
    if of_its_own or MARK not in first or MARK not in bare:
        return part
    before, _, after = bare.partition(MARK)
    side = part[len(before) : len(part) - len(after)]
    if _LEANS.search(side):  # a description that runs on into what is asked
        return part
    article = r"(?:\b(?:the|a|an)\s+)?" if re.match(r"(?:the|a|an)\b", side, re.IGNORECASE) else ""
    return re.sub(f"{article}{MARK}", lambda _: side, first, count=1, flags=re.IGNORECASE)
