"""Whether the library can answer a question, decided from evidence, and in which words it is declined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.paper import Paper
from rag.asked import absent_attributes, mentions, names_in, unknown_words
from rag.extract import Picked
from rag.lexical import LexicalIndex
from rag.phrases import DECLINED
from rag.question import topic_words

if TYPE_CHECKING:
    from rag.retrieve import Hit

SHORT = 8
"""Topic words up to which a question is taken to use the words of the papers it is after; a longer one may be asked
in quite other words."""
LEAST_COVERED = 0.35
"""Share of a short question's weighted words that the nearest papers must hold, unless the meaning is near."""
NEAR = 0.45
"""Cosine of question and best passage from which the meaning is near."""
FAR = 0.22
"""Cosine below which it is far, however the question is worded. These were chosen on development rows."""
_NEAREST = 3


@dataclass(frozen=True)
class Finding:
    """What the evidence lacks: ``missing`` is said; ``reason`` is not empty where the question is declined."""

    missing: tuple[str, ...] = ()
    reason: str = ""


def weigh(
    question: str, hits: Sequence[Hit], picked: Sequence[Picked], index: LexicalIndex, known: bool = False
) -> Finding:
    """Decide whether what was found answers a question about a fact.

    Args:
        question: standalone.
        hits: retrieved papers, best first.
        picked: the sentences that would answer, best first.
        index: the library's words.
        known: the paper asked about is one that the question names or the conversation is about.
    """
    if not hits or not picked:
        return Finding(reason="the library holds no paper that this could be about")
    paper = picked[0].paper
    attributes = absent_attributes(question, paper)
    if attributes:
        said = tuple(attributes)
        return Finding(said, f"the abstract of “{paper.title}” does not mention {' or '.join(said)}")
    names = [n for n in names_in(question) if not any(mentions(h.paper, n) for h in hits)]
    if not known and not comes_near(question, hits, index):
        return Finding(tuple(names), "no abstract comes near what is asked")
    if names and all(not mentions(paper, n) for n in names_in(question)):
        return Finding(tuple(names), f"no abstract mentions {' or '.join(names)}")
    unsaid = [n for n in names_in(question) if not mentions(paper, n) and n not in names]
    unknown = [w for w in unknown_words(question, index) if not any(w in n.lower() for n in names_in(question))]
    return Finding(tuple(dict.fromkeys([*names, *(n for n in unsaid if _elsewhere(n, picked)), *unknown])))


def comes_near(question: str, hits: Sequence[Hit], index: LexicalIndex) -> bool:
    """Tell whether the nearest papers are about what is asked, by their words or by their meaning."""
    if any(mentions(hit.paper, name) for name in names_in(question) for hit in hits[:_NEAREST]):
        return True
    near = max(hit.similarity for hit in hits[:_NEAREST])
    asked = set(index.analyzer.terms(" ".join(topic_words(question))))
    if near < FAR or near >= NEAR or not asked or len(asked) > SHORT:
        return near >= FAR
    held = {t for hit in hits[:_NEAREST] for t in index.analyzer.terms(f"{hit.paper.title} {hit.paper.abstract}")}
    covered = sum(map(index.idf, asked & held)) / sum(map(index.idf, asked))
    return covered >= LEAST_COVERED


def _elsewhere(name: str, picked: Sequence[Picked]) -> bool:
    """Tell whether none of the papers quoted mentions a name that others do."""
    return not any(mentions(p.paper, name) for p in picked)


def missing_sentence(missing: Sequence[str]) -> str:
    """Say what no evidence mentions."""
    said = [m if m.split()[0] in ("a", "an", "the", "who", "where", "random", "human") else f"“{m}”" for m in missing]
    return f"None of these abstracts mentions {' or '.join(said)}."


def declined_text(reason: str, nearest: Sequence[Paper]) -> str:
    """Say that a question is declined, why, and which papers are nearest."""
    text = f"{DECLINED}: {reason}."
    if nearest:
        text += f" The nearest are {'; '.join(f'“{p.title}”' for p in nearest[:_NEAREST])}."
    return text
