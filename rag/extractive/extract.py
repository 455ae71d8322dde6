"""The extractive answerer: sentences that answer the question, quoted exactly, each cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.paper import Paper
from ingest.text import Span, split_sentences
from rag.abstention.wanted import counted_things, says_how_many
from rag.retrieval.picker import SentencePicker

if TYPE_CHECKING:
    from rag.retrieval.retrieve import Hit

__all__ = [
    "Picked",
    "SentencePicker",
    "answering_odds",
    "asking_parts",
    "gist",
    "pick_and_others",
    "pick_of_paper",
    "rank_papers",
    "rank_sentences",
]

PAPERS_READ, LIKELIEST = 8, 4
"""Papers among whose sentences the best is looked for, and the likeliest sentences of each that are read for it; the
answer stays with the paper that has it."""
MOST_SENTENCES = 4
MOST_WORDS = 90
MARGIN = 0.42
"""How far below the best sentence a further one may score."""
CLOSE, MOST_OTHERS = 0.22, 2
"""How far below the best sentence that of another paper may score, for that paper to be told of too, and how many are
told of."""
RANK_WEIGHT = 0.3
"""Weight of the paper's fused retrieval score beside the sentence's own; these were chosen on questions about papers
that were kept aside when the picker was trained."""
_DOES = re.compile(
    r"\b(?:we|this paper|this work|the paper)\b.{0,40}\b(?:propos|introduc|present|develop|stud)", re.IGNORECASE
)
_FINDS = re.compile(r"\b(?:result|experiment|show|find|found|outperform|achiev|demonstrat|improv)|\d", re.IGNORECASE)
_FOUND = 0.6
"""Weight of a finding beside what the paper does."""
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|big|large|small|far|fast|long|high|low|often|deep|wide|well)\b|\bhow \w+er\b|\bnumber of\b"
    r"|\bby what\b|\b(?:what|which) (?:percent\w*|share|fraction|proportion|number|factor|accuracy|score|rate|size"
    r"|margin|speed-?up|level|length|improvement|gain|ratio)\b"
    r"|^\W*(?:the )?(?:[\w-]+ ){0,3}?(?:f-?1?[ -]?score|accuracy|precision|recall|score|rate|error|speed-?up|gain|ratio"
    r"|percentage|share|perplexity|latency|pass@\d+) (?:of|for|on|in|over|when|from)\b",
    re.IGNORECASE,
)
_ASKS_COUNT = re.compile(r"\bhow many\b|\bnumber of\b", re.IGNORECASE)
_GIVES_FIGURE = re.compile(
    r"(?<![\w-])\d|\b(?:twice|doubl\w*|tripl\w*|half|halv\w+|\w+fold|orders? of magnitude)\b", re.IGNORECASE
)
_GIVES_COUNT = re.compile(
    r"(?<![\w-])\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|billions?)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:(?:and|but|so) )?(?:(?:on|in|at|by|for|with|to|from|of) )?"
    r"(?:what|which|who|whose|how|why|when|where|whether|does|do|did|is|are|was|were|can|could|has|have)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\s*[,;:–—]?\s+(?:and|but|or)\s+"
    r"(?=(?:(?:on|in|at|by|for|with|to|from|of) )?(?:what|which|who|how|why|when|where)\b)"
    r"|\s*[;:–—]\s+(?=(?:what|which|who|how|why|when|where)\b)",
    re.IGNORECASE,
)
_MOST_PARTS = 3
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


def rank_sentences(question: str, paper: Paper, picker: SentencePicker) -> list[Picked]:
    """Score every sentence of a paper, best first."""
    spans, texts = _sentences(paper)
    scores = picker.score(question, paper.title, texts)
    ranked = [Picked(paper, span, score) for span, score in zip(spans, scores, strict=True)]
    return sorted(ranked, key=lambda p: -p.score)


def rank_papers(question: str, hits: Sequence[Hit], picker: SentencePicker) -> list[Picked]:
    """Return the best sentence of each of the first papers, best first; the paper's own rank counts too."""
    best = []
    for hit in hits[:PAPERS_READ]:
        spans, texts = _sentences(hit.paper)
        likely = picker.likeliest(question, hit.paper.title, texts, LIKELIEST)
        scores = picker.score(question, hit.paper.title, [texts[i] for i in likely])
        if likely:
            score, at = max(zip(scores, likely, strict=True))
            best.append(Picked(hit.paper, spans[at], score + RANK_WEIGHT * hit.score))
    return sorted(best, key=lambda p: -p.score)


def pick_and_others(question: str, best: Sequence[Picked], picker: SentencePicker) -> tuple[list[Picked], list[Picked]]:
    """Pick the sentences of one paper that answer a question, most relevant first, as few as it allows.

    Where the question asks for a number and none of them gives one, or for how many there are of a thing and none says
    it, the likeliest that does is put in. Beside them comes the best sentence of each other paper that answers nearly
    as well.

    Args:
        question: as it stands alone.
        best: the best sentence of each paper, best first.
        picker: scores sentences.
    """
    if not best:
        return [], []
    others = [s for s in best[1:] if best[0].score - s.score <= CLOSE][:MOST_OTHERS]
    return pick_of_paper(question, best[0].paper, picker), others


def pick_of_paper(question: str, paper: Paper, picker: SentencePicker, most_words: int = MOST_WORDS) -> list[Picked]:
    """Pick the sentences of a paper that answer a question, the best in any case; as for :func:`pick_and_others`."""
    ranked = rank_sentences(question, paper, picker)
    first = _of_parts(question, ranked, picker)
    chosen = _filled(first, ranked, most_words)
    if counting := _counting(question, ranked):
        return chosen if any(p in chosen for p in counting) else _filled([counting[0], *first], ranked, most_words)
    if _ASKS_NUMBER.search(question) and not any(_gives_number(question, p.text) for p in chosen):
        number = [p for p in ranked if _gives_number(question, p.text)][:1]
        return _filled([*number, *first], ranked, most_words)
    return chosen


def _counting(question: str, ranked: Sequence[Picked]) -> list[Picked]:
    """Return the sentences that say how many there are of most of what a question counts, likeliest first."""
    things = counted_things(question)
    told = [sum(says_how_many(p.text, thing) for thing in things) for p in ranked]
    most = max(told, default=0)
    return [p for p, count in zip(ranked, told, strict=True) if count and count == most]


def _gives_number(question: str, text: str) -> bool:
    """Tell whether a text gives a number of the kind that a question asks for: a count, or a figure that measures."""
    return bool((_GIVES_COUNT if _ASKS_COUNT.search(question) else _GIVES_FIGURE).search(text))


def asking_parts(question: str) -> list[str]:
    """Return the parts of a question that ask for something each: "what does it cost, and how fast is it?" has two."""
    sentences = [question[start:end] for start, end in split_sentences(question)]
    parts = [part.strip(" ,;:–—-?.!") for sentence in sentences for part in _PARTS.split(sentence)]
    return [part for part in parts if _ASKS.search(part)]


def _of_parts(question: str, ranked: Sequence[Picked], picker: SentencePicker) -> list[Picked]:
    """Return the sentence that answers each part of a question best, where it has more than one."""
    parts = asking_parts(question)
    if not 1 < len(parts) <= _MOST_PARTS or not ranked:
        return []
    title, texts = ranked[0].paper.title, [sentence.text for sentence in ranked]
    best = []
    for part in parts:
        scores = picker.score(part, title, texts)
        likely = [at for at, score in enumerate(scores) if max(scores) - score <= MARGIN]
        numbers = [at for at in likely if _gives_number(part, texts[at])] if _ASKS_NUMBER.search(part) else []
        best.append(max(numbers or likely, key=scores.__getitem__))
    return [ranked[place] for place in sorted(set(best))]


def _filled(first: Sequence[Picked], ranked: Sequence[Picked], most_words: int) -> list[Picked]:
    """Return some sentences and, as far as there is room, the best others that come near the best of all."""
    chosen = list(first)
    words = sum(len(sentence.text.split()) for sentence in chosen)
    for sentence in ranked:
        length = len(sentence.text.split())
        far = ranked[0].score - sentence.score > MARGIN
        if sentence in chosen or (chosen and (words + length > most_words or far)):
            continue
        if len(chosen) >= MOST_SENTENCES:
            break
        chosen.append(sentence)
        words += length
    return chosen


def answering_odds(question: str, paper: Paper, picker: SentencePicker) -> float | None:
    """Return the log-odds that the likeliest sentence of a paper answers; ``None`` where the picker cannot tell."""
    return max(picker.odds(question, paper.title, _sentences(paper)[1]), default=None)


def gist(hit: Hit) -> list[Picked]:
    """Return a paper's sentences, those first that say what it does and what it found."""
    spans, texts = _sentences(hit.paper)
    picked = []
    for place, (span, text) in enumerate(zip(spans, texts, strict=True)):
        told = bool(_DOES.search(text)) + bool(_FINDS.search(text)) * _FOUND
        picked.append(Picked(hit.paper, span, told - place / len(spans) * _FOUND))
    return sorted(picked, key=lambda p: -p.score)


def _sentences(paper: Paper) -> tuple[list[Span], list[str]]:
    """Return the sentences of an abstract that say something: where they stand, and their words."""
    spans = [s for s in split_sentences(paper.abstract) if len(paper.abstract[s[0] : s[1]].split()) >= _WITHOUT_CLAIM]
    return spans, [paper.abstract[start:end] for start, end in spans]
