"""The extractive answerer: sentences that answer the question, quoted exactly, each cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.paper import Paper
from ingest.text import Span, split_sentences
from rag.retrieval.picker import HybridPicker, SentencePicker, make_picker

if TYPE_CHECKING:
    from rag.retrieval.retrieve import Hit

__all__ = ["HybridPicker", "Picked", "SentencePicker", "best_of", "make_picker", "pick"]

PAPERS_READ = 3
"""Papers among whose sentences the best is looked for; the answer stays with the paper that has it."""
MOST_SENTENCES = 4
MOST_WORDS = 90
MARGIN = 0.6
"""How far below the best sentence a further one may score."""
RANK_WEIGHT = 0.2
"""Weight of the paper's fused retrieval score beside the sentence's own; these were chosen on development rows."""
_DOES = re.compile(
    r"\b(?:we|this paper|this work|the paper)\b.{0,40}\b(?:propos|introduc|present|develop|stud)", re.IGNORECASE
)
_FINDS = re.compile(r"\b(?:result|experiment|show|find|found|outperform|achiev|demonstrat|improv)|\d", re.IGNORECASE)
_FOUND = 0.6
"""Weight of a finding beside what the paper does."""
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|big|large|small|far|fast|long|high|low|often|deep|wide)\b|\bhow \w+er\b|\bnumber of\b"
    r"|\bby what\b|\b(?:what|which) (?:percent\w*|share|fraction|proportion|number|factor|accuracy|score|rate|size"
    r"|margin|speed-?up|level|length|improvement|gain|ratio)\b",
    re.IGNORECASE,
)
_GIVES_NUMBER = re.compile(
    r"(?<![\w-])\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twice|doubl\w*|half|dozens?|hundreds?|thousands?|millions?"
    r"|billions?|orders? of magnitude)\b",
    re.IGNORECASE,
)
_WITHOUT_CLAIM = 3
"""A sentence of fewer words (a heading, an enumeration's "(2)") answers nothing."""


@dataclass(frozen=True)
class Picked:
    """A sentence of an abstract and how well it answers."""

    paper: Paper
    span: Span
    score: float

    @property
    def text(self) -> str:
        """The sentence, exactly as in the abstract."""
        return self.paper.abstract[self.span[0] : self.span[1]]


def rank_sentences(question: str, hits: Sequence[Hit], picker: SentencePicker) -> list[Picked]:
    """Score every sentence of some papers, best first; the paper's own rank counts too."""
    ranked = []
    for hit in hits:
        spans = [s for s in split_sentences(hit.paper.abstract) if _says_something(hit.paper, s)]
        scores = picker.score(question, hit.paper.title, [hit.paper.abstract[a:b] for a, b in spans])
        bonus = RANK_WEIGHT * hit.score
        ranked += [Picked(hit.paper, span, score + bonus) for span, score in zip(spans, scores, strict=True)]
    return sorted(ranked, key=lambda p: -p.score)


def pick(question: str, hits: Sequence[Hit], picker: SentencePicker) -> list[Picked]:
    """Pick the sentences of one paper that answer a question, most relevant first, as few as it allows.

    Where the question asks for a number and none of them gives one, the likeliest that does is put in.
    """
    ranked = rank_sentences(question, hits[:PAPERS_READ], picker)
    ranked = [sentence for sentence in ranked if sentence.paper == ranked[0].paper]
    chosen = _best(ranked)
    if _ASKS_NUMBER.search(question) and not any(_GIVES_NUMBER.search(p.text) for p in chosen):
        number = next((p for p in ranked if _GIVES_NUMBER.search(p.text)), None)
        return [number, *_best(chosen, len(number.text.split()), 1)] if number else chosen
    return chosen


def _best(ranked: Sequence[Picked], words: int = 0, taken: int = 0) -> list[Picked]:
    """Return the best sentences that come near the first, beside some already taken, which have so many words."""
    chosen: list[Picked] = []
    for sentence in ranked:
        length = len(sentence.text.split())
        if (chosen or taken) and (words + length > MOST_WORDS or ranked[0].score - sentence.score > MARGIN):
            continue
        chosen.append(sentence)
        words += length
        if len(chosen) + taken == MOST_SENTENCES:
            break
    return chosen


def best_of(question: str, hit: Hit, picker: SentencePicker) -> Picked:
    """Return the one sentence of a paper that says most about a question."""
    return rank_sentences(question, [hit], picker)[0]


def gist(hit: Hit) -> list[Picked]:
    """Return a paper's sentences, those first that say what it does and what it found."""
    spans = [s for s in split_sentences(hit.paper.abstract) if _says_something(hit.paper, s)]
    picked = []
    for place, span in enumerate(spans):
        text = hit.paper.abstract[span[0] : span[1]]
        told = bool(_DOES.search(text)) + bool(_FINDS.search(text)) * _FOUND
        picked.append(Picked(hit.paper, span, told - place / len(spans) * _FOUND))
    return sorted(picked, key=lambda p: -p.score)


def _says_something(paper: Paper, span: Span) -> bool:
    return len(paper.abstract[span[0] : span[1]].split()) >= _WITHOUT_CLAIM
