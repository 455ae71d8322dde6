"""Answers computed over the whole catalogue: counts, orders, sums, dates, digests, what is known of one paper.

:func:`compute` reads which papers a question is over (:mod:`~rag.catalogue.scope`) and hands them to the first
operation that the question asks for. Each returns a :class:`Computed`: what was computed, over which papers, how many
of them lack the metadata it needs, and the words to say it in. A paper without the metadata is counted as unknown and
said so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.paper import Paper, digests_of
from rag.catalogue.computed import Computed, Line, enumerated, plural, quoted
from rag.catalogue.conditions import Condition, conditions, without_conditions
from rag.catalogue.fields import field_asked
from rag.catalogue.groups import grouped
from rag.catalogue.one_paper import of_one
from rag.catalogue.phrasing import read_terms
from rag.catalogue.ranking import ranked
from rag.catalogue.scope import Scope, scope_of
from rag.catalogue.selecting import (
    COUNTS,
    SHARE,
    all_digests,
    day_of_digest,
    days_of_digests,
    end_of_digests,
    selected,
    sizes_of_digests,
)
from rag.catalogue.telling import tell
from rag.catalogue.totals import summed
from rag.catalogue.versus import versus
from rag.questions.catalogue_phrases import AUTHORS_NAMED, BY_SOMEONE, IN_TITLE, MANY_PAPERS, NEGATED, THE_PAPER
from rag.questions.digests import named_digests, without_digests
from rag.questions.filters import Filters
from rag.questions.question import Question, topic_words, without_filters

if TYPE_CHECKING:
    from rag.retrieval.retrieve import Hit, HybridRetriever

__all__ = [
    "LISTS_ALL",
    "Computed",
    "Condition",
    "Line",
    "computable_list",
    "compute",
    "conditions",
    "enumerated",
    "not_there",
    "plural",
    "quoted",
    "tell",
]

_WHICH_DIGESTS = re.compile(
    r"\bhow many digests?\b|\b(?:what|which) (?:different )?digests?\b"
    r"(?! (?:the|this|that|is (?:bigger|larger|smaller))\b)"
    r"|\b(?:list|name|show)\b.{0,20}\bdigests\b(?! \d)",
    re.IGNORECASE,
)
_END_OF_DIGESTS = re.compile(
    r"\b(?:which|what) (?:(?:is|was) the )?(?:digest\b.{0,12})?\b"
    r"(?:(?P<low>oldest|earliest)|newest|latest|most recent)\b(?:\W*$|(?<=st) digest\b| digest\b)",
    re.IGNORECASE,
)
_DAY_OF_DIGEST = re.compile(
    r"^(?!.*\b(?:papers?|articles?)\b).*\b(?:when|what (?:day|date)|dates? of|dated?)\b.*\bdigest\b", re.IGNORECASE
)
_DAYS_OF_DIGESTS = re.compile(
    r"^(?!.*\b(?:papers?|articles?)\b).*\b(?:when|(?:what|which) (?:days?|dates?)|dates? of)\b.*"
    r"\b(?:each|every|all|the|these|my) (?:of (?:the|these) )?digests?\b",
    re.IGNORECASE,
)
_EXTREME_ONE = re.compile(
    r"^(?P<asked>.*\b(?:how many (?:authors|comments)|when|(?:which|what) (?:digests?|year)|where|code|link)\b.*?)"
    r"\b(?P<which>the (?:[\w-]+ )?(?:oldest|newest|latest|earliest|most recent|most discussed|most commented"
    r"|longest|shortest) (?:paper|article|work|study|one)\b.*|the (?:paper|article|one) with the (?:most|fewest)\b.*)$",
    re.IGNORECASE,
)
_OF_ONE = re.compile(r"^\W*(?:when|why|who|where|how (?!many))\b", re.IGNORECASE)
"""Asks for a detail of one thing, whatever else it states."""
_PEOPLE = re.compile(r"\b(?:people|persons?|researchers?)\b", re.IGNORECASE)
"""Whom a topic may number; where a list has one, only authors are counted."""
_DESCRIBED = 3
_LEAST_HELD = 0.7
"""Share of the weighted words that describe a paper which it must hold."""
LISTS_ALL = re.compile(
    r"\b(?:all|every|list|show|which|what|name)\b.{0,20}\b(?:papers|articles|works|entries|titles)\b", re.IGNORECASE
)
"""A list of the catalogue's papers, where it has no topic."""


def computable_list(question: Question, retriever: HybridRetriever) -> bool:
    """Tell whether a question asks for a list that is computed: by metadata alone, or of what lacks a topic."""
    text, papers = question.standalone, retriever.index.papers
    if question.kind != "list":
        return False
    if NEGATED.search(text) or (IN_TITLE.search(text) and not question.subjects):
        return True
    met = conditions(text, papers)
    stated = bool(question.filters) or bool(met)
    if len(question.subjects) > 1:
        return stated
    if question.subjects:
        return False
    if read_terms(without_conditions(without_digests(text, papers))):
        return bool(met) and not _PEOPLE.search(text)
    return stated or LISTS_ALL.search(text) is not None


def not_there(question: Question, papers: Sequence[Paper]) -> str:
    """Say what a question takes for granted that the library does not have; empty where nothing is amiss.

    That is a digest, named or given by the caller, or the names of authors.
    """
    there = digests_of(papers)
    named = [n.digest for n in named_digests(question.standalone, papers) if not n.known]
    given = [question.filters.digest] if question.filters.digest not in ("", *there) else []
    by_name = question.kind in ("count", "list", "metadata") and BY_SOMEONE.search(question.asked)
    by_name = by_name or (not question.subjects and AUTHORS_NAMED.search(question.standalone))
    if not (given or named) and by_name:
        return "the digests give the number of a paper's authors, not their names"
    return f"there is no digest “{[*given, *named][0]}” (there is {', '.join(there)})" if given or named else ""


def compute(question: Question, retriever: HybridRetriever) -> Computed | None:
    """Compute the answer to a question of counts or metadata; ``None`` where it asks for nothing computable."""
    papers, text = retriever.index.papers, question.standalone
    rest = without_filters(without_digests(text, papers))
    if found := _of_extreme(question, retriever):
        return found
    if paper := _the_paper(question, retriever):
        return of_one(question, paper, papers)
    if len(question.subjects) > 1 and (found := versus(rest, question.subjects)):
        return found
    named = list(dict.fromkeys(n.digest for n in named_digests(text, papers) if n.known))
    if len(named) > 1 and (found := sizes_of_digests(text, named, papers)):
        return found
    if not named and _DAYS_OF_DIGESTS.search(text):
        return days_of_digests(papers)
    if ends := _END_OF_DIGESTS.search(text):
        return end_of_digests(ends["low"] is not None, papers)
    scope = scope_of(question, retriever)
    for operation, asked in ((grouped, without_digests(text, papers)), (summed, rest), (ranked, rest)):
        if found := operation(asked, scope):
            return found
    return _selected(question, rest, scope, papers)


def _of_extreme(question: Question, retriever: HybridRetriever) -> Computed | None:
    """Answer what is known of the paper at one end of an order: "how many authors does the newest paper have"."""
    match = _EXTREME_ONE.search(question.standalone)
    if match is None:
        return None
    which = replace(question, standalone=match["which"], subjects=())
    found = ranked(match["which"], scope_of(which, retriever))
    if found is None or len(found.papers) != 1:
        return None
    asked = replace(question, standalone=f"{match['asked']} it?", filters=Filters())
    of_it = of_one(asked, found.papers[0], retriever.index.papers)
    if of_it is None:
        return None
    return replace(of_it, statement=f"{found.statement} {of_it.statement}", caveat=found.caveat)


def _the_paper(question: Question, retriever: HybridRetriever) -> Paper | None:
    """Return the one paper that a question is about: named, talked of, or described ("the paper on whale song")."""
    text = question.standalone
    if MANY_PAPERS.search(text):
        return None
    if len(question.subjects) == 1:
        return question.subjects[0]
    described = THE_PAPER.search(text)
    if question.subjects or described is None:
        return None
    words = topic_words(text[described.start() :])
    hits = retriever.search(" ".join(words), _DESCRIBED, question.filters) if words else []
    return hits[0].paper if hits and _fits(words, hits[0], retriever) else None


def _fits(words: Sequence[str], hit: Hit, retriever: HybridRetriever) -> bool:
    """Tell whether a paper is the one described: it holds most of the words, by weight."""
    lexical = retriever.index.lexical
    asked = {term for term in lexical.analyzer.terms(" ".join(words)) if term.isalnum()}
    held = set(lexical.analyzer.terms(f"{hit.paper.title} {hit.paper.abstract}"))
    weight = sum(map(lexical.idf, asked))
    return weight > 0 and sum(map(lexical.idf, asked & held)) >= _LEAST_HELD * weight


def _selected(question: Question, text: str, scope: Scope, papers: Sequence[Paper]) -> Computed | None:
    """Count or list the papers in scope, where the question asks for that."""
    met = bool(question.filters) or bool(conditions(question.standalone, papers))
    if _WHICH_DIGESTS.search(text):
        return all_digests(scope, papers)
    if question.filters.digest and _DAY_OF_DIGEST.search(question.standalone):
        return day_of_digest(question.filters.digest, papers)
    counts = COUNTS.search(question.standalone) or SHARE.search(question.standalone)
    if question.kind == "metadata" and ((not met and field_asked(text)) or _OF_ONE.search(text)):
        return None  # of which paper is not said
    if (
        met
        or counts
        or question.kind == "list"
        or IN_TITLE.search(question.standalone)
        or NEGATED.search(question.standalone)
    ):
        return selected(question.standalone, scope)
    return None
