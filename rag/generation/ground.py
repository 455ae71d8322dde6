"""One sentence of a model, held against what it says it rests on, and against the other papers where that fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ingest.orders import blank_orders
from ingest.paper import Paper
from ingest.text import Span, split_sentences, stands_in, title_key
from rag.answer import Support
from rag.compose import Ground
from rag.generation.quotes import locate
from rag.grounding import SupportChecker, Verdict
from rag.grounding.markers import short_title

_BETTER = {"supported": 3, "weak": 2, "unscored": 1, "unsupported": 0}
_OTHERS = 2
"""Papers, beside those cited, that a sentence which fails is held against: those nearest to it."""
_AS_NEAR = 0.05
"""How much farther than the papers cited (in cosine) another may be and still be tried."""
_ANEW_FROM = 0.8
"""Score from which a paper that a sentence does not cite supports it; below, it does so weakly.

Measured on the 65 close paraphrases of the evals' claims, each held against the two papers next to its own: 3 of 130
pass for supported at the checker's own bar, 1 at this one. Of the 65 against their own paper, 50 and 42 do."""
_FRAGMENT = 3
"""Words below which a text says too little to be held against a paper otherwise than word for word."""

Nearness = Callable[[str, Paper], float]
"""Tells how near the nearest sentence of a paper is to a text (cosine)."""


@dataclass(frozen=True)
class Statement:
    """A sentence that a model wrote."""

    text: str
    papers: tuple[Paper, ...] = ()
    """Those it cites."""
    words: str | None = None
    """The words it rests on, copied; ``None`` where none were asked for."""
    breaks: bool = False
    """Whether it begins a new line."""


@dataclass(frozen=True)
class Judged:
    """What was found of a statement."""

    support: Support
    score: float
    grounds: tuple[Ground, ...] = ()


class Grounder:
    """Judges statements.

    Args:
        papers: those the model was given.
        checker: judges a sentence against a paper.
        nearness: tells which other papers to try.
    """

    def __init__(self, papers: Sequence[Paper], checker: SupportChecker, nearness: Nearness) -> None:
        self._papers = tuple(papers)
        self._checker = checker
        self._nearness = nearness
        self._titles = {title_key(t) for paper in papers for t in (paper.title, short_title(paper.title))}
        self._names = {name for paper in papers if (name := short_title(paper.title)) != paper.title}
        self._checked: dict[tuple[str, str], Verdict] = {}

    def is_title(self, text: str) -> bool:
        """Tell whether a text is no more than the title or the short name of a paper, as a heading in a list is."""
        return bool(key := title_key(text)) and key in self._titles

    def expect(self, text: str) -> None:
        """Hold a sentence against the paper nearest to it, before it is known what it cites: it will be asked for."""
        if self._papers:
            self._check(text, max(self._papers, key=lambda paper: self._nearness(text, paper)))

    def judge(self, statement: Statement) -> Judged:
        """Judge a statement: by its copied words where it has such, else by the papers it cites.

        One that fails is cited anew to another paper that carries it. Where the words it is said to rest on are in no
        abstract, nothing short of a paper that carries it whole will do. A fragment is supported word for word or not.
        """
        judged = self._judged(statement)
        if judged.support != "supported" or len(statement.text.split()) >= _FRAGMENT:
            return judged
        quoted = any(locate(statement.text, paper.abstract) for paper, _ in judged.grounds)
        return judged if quoted else replace(judged, support="weak")

    def _judged(self, statement: Statement) -> Judged:
        if statement.words is None:
            return self._by_papers(statement)
        found = self._by_words(statement)
        if found is not None and found.support == "supported":
            return found
        anew = self._by_papers(statement)
        if found is None:
            return anew if anew.support == "supported" else Judged("unsupported", anew.score)
        return max(found, anew, key=lambda judged: (_BETTER[judged.support], judged.score))

    def _by_papers(self, statement: Statement) -> Judged:
        judged = [(paper, self._check(statement.text, paper)) for paper in statement.papers]
        best = _best(judged)
        if best is None or best[1].support != "supported":
            other = _best([(paper, self._anew(statement.text, paper)) for paper in self._others(statement)])
            if other and (best is None or _BETTER[other[1].support] > _BETTER[best[1].support]):
                judged, best = [other], other
        if best is None or best[1].support == "unsupported":
            return Judged("unsupported", best[1].score if best else 0.0)
        kept = [(paper, verdict) for paper, verdict in judged if verdict.support in ("supported", "weak")]
        return Judged(best[1].support, best[1].score, tuple((p, span) for p, v in kept for span in v.evidence))

    def _check(self, text: str, paper: Paper) -> Verdict:
        key = (text, paper.paper_id)
        if key not in self._checked:
            self._checked[key] = self._checker.check(text, paper)
        found = self._checked[key]
        return found if self._is_of(text, paper) else replace(found, support="unsupported")

    def _anew(self, text: str, paper: Paper) -> Verdict:
        """Hold a sentence against a paper that it does not cite, which has to carry it better than one it does."""
        found = self._check(text, paper)
        return replace(found, support="weak") if found.support == "supported" and found.score < _ANEW_FROM else found

    def _is_of(self, text: str, paper: Paper) -> bool:
        """Tell whether a paper speaks of one of those that a sentence names; any may carry one that names none."""
        named = [name for name in self._names if stands_in(name, text)]
        held = f"{paper.title} {paper.abstract}".casefold()
        return not named or any(name.casefold() in held for name in named)

    def _others(self, statement: Statement) -> list[Paper]:
        """Return the papers, beside those cited, that may carry a statement: the nearest, if as near as those."""
        near = {paper.paper_id: self._nearness(statement.text, paper) for paper in self._papers}
        least = max((near[p.paper_id] for p in statement.papers if p.paper_id in near), default=-1.0) - _AS_NEAR
        rest = [p for p in self._papers if p not in statement.papers and near[p.paper_id] >= least]
        return sorted(rest, key=lambda paper: -near[paper.paper_id])[:_OTHERS]

    def _by_words(self, statement: Statement) -> Judged | None:
        """Judge a statement by its copied words; ``None`` where no abstract holds them."""
        others = [paper for paper in self._papers if paper not in statement.papers]
        for paper in (*statement.papers, *others):
            spans = locate(statement.words or "", blank_orders(paper.abstract))
            if spans:
                return self._against(statement.text, paper, spans)
        return None

    def _against(self, text: str, paper: Paper, spans: Sequence[Span]) -> Judged:
        """Judge a sentence against the words copied, and where they are too few against the sentences they are of."""
        whole = (spans[0][0], spans[-1][1])
        verdict = self._check_span(text, paper, whole)
        grounds = tuple((paper, span) for span in spans)
        if verdict.support != "supported" and (wider := _widened(whole, paper)) != whole:
            verdict = self._check_span(text, paper, wider)
            grounds = tuple((paper, span) for span in verdict.evidence)
        if verdict.support == "unsupported":
            return Judged("unsupported", verdict.score)
        return Judged(verdict.support, verdict.score, grounds)

    def _check_span(self, text: str, paper: Paper, span: Span) -> Verdict:
        """Judge a sentence against a stretch of an abstract; the rest tells which names and numbers are the paper's."""
        return self._checker.check_against(text, replace(paper, abstract=blank_orders(paper.abstract)), span)


def _best(judged: Sequence[tuple[Paper, Verdict]]) -> tuple[Paper, Verdict] | None:
    return max(judged, key=lambda pair: (_BETTER[pair[1].support], pair[1].score), default=None)


def _widened(span: Span, paper: Paper) -> Span:
    """Return the span from the beginning of its first sentence to the end of its last."""
    touched = [(a, b) for a, b in split_sentences(paper.abstract) if a < span[1] and span[0] < b]
    return (touched[0][0], touched[-1][1]) if touched else span
