"""Whether the library can answer a question, decided from evidence, and in which words it is declined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.paper import Paper
from rag.asked import absent_attributes, mentions, names_in, unknown_words
from rag.extract import Picked
from rag.lexical import LexicalIndex
from rag.retrieve import Hit

LEAST_EVIDENCE = 0.28
"""Cosine of question and best passage plus COVERED times the share of the question's weighted words that the best
paper holds, below which no abstract is taken to answer; chosen on development rows."""
COVERED = 0.3
_NEAREST = 3


@dataclass(frozen=True)
class Finding:
    """What the evidence lacks: ``missing`` is said; ``reason`` is not empty where the question is declined."""

    missing: tuple[str, ...] = ()
    reason: str = ""


def weigh(question: str, hits: Sequence[Hit], picked: Sequence[Picked], index: LexicalIndex) -> Finding:
    """Decide whether what was found answers a question about a fact.

    Args:
        question: standalone.
        hits: retrieved papers, best first.
        picked: the sentences that would answer, best first.
        index: the library's words.
    """
    if not hits or not picked:
        return Finding(reason="the library holds no paper that this could be about")
    paper = picked[0].paper
    attributes = absent_attributes(question, paper)
    if attributes:
        said = tuple(attributes)
        return Finding(said, f"the abstract of “{paper.title}” does not mention {' or '.join(said)}")
    strength = max(evidence_strength(question, hit, index) for hit in hits[:_NEAREST])
    names = [n for n in names_in(question) if not any(mentions(h.paper, n) for h in hits)]
    if strength < LEAST_EVIDENCE:
        return Finding(tuple(names), "no abstract comes near what is asked")
    if names and all(not mentions(paper, n) for n in names_in(question)):
        return Finding(tuple(names), f"no abstract mentions {' or '.join(names)}")
    unsaid = [n for n in names_in(question) if not mentions(paper, n) and n not in names]
    unknown = [w for w in unknown_words(question, index) if not any(w in n.lower() for n in names_in(question))]
    return Finding(tuple(dict.fromkeys([*names, *(n for n in unsaid if _elsewhere(n, picked)), *unknown])))


def evidence_strength(question: str, hit: Hit, index: LexicalIndex) -> float:
    """Return cosine of the best passage plus the weighted share of the question's words in the best paper."""
    asked = set(index.analyzer.terms(question))
    held = set(index.analyzer.terms(f"{hit.paper.title} {hit.paper.abstract}"))
    total = sum(map(index.idf, asked)) or 1.0
    return hit.similarity + COVERED * sum(index.idf(t) for t in asked & held) / total


def _elsewhere(name: str, picked: Sequence[Picked]) -> bool:
    """Tell whether none of the papers quoted mentions a name that others do."""
    return not any(mentions(p.paper, name) for p in picked)


def missing_sentence(missing: Sequence[str]) -> str:
    """Say what no evidence mentions."""
    said = [m if m.split()[0] in ("a", "an", "the", "who", "where", "random", "human") else f"“{m}”" for m in missing]
    return f"None of these abstracts mentions {' or '.join(said)}."


def declined_text(reason: str, nearest: Sequence[Paper]) -> str:
    """Say that a question is declined, why, and which papers are nearest."""
    text = f"The papers here do not answer this: {reason}."
    if nearest:
        text += f" The nearest are {'; '.join(f'“{p.title}”' for p in nearest[:_NEAREST])}."
    return text
