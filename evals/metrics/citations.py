"""Whether the sentences shown are carried by what they cite.

Citation recall and precision follow ALCE (Gao et al., "Enabling Large Language Models to Generate Text with
Citations", EMNLP 2023, section 3): a sentence is recalled when all it cites, taken together, supports it; a citation
of a recalled sentence is precise unless it alone does not support the sentence while the others do without it. The
judge of "supports" is passed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.paper import Paper
from rag.answer import Answer, Sentence

CLAIMS = ("supported", "weak", "unsupported", "unscored")
"""Support values of sentences that state something about a paper."""


class Judge(Protocol):
    """Says whether a statement follows from the texts together; ``None`` when it cannot tell."""

    def __call__(self, claim: str, contexts: Sequence[str]) -> bool | None:
        """Judge one statement."""


@dataclass(frozen=True)
class CitationScore:
    """Citation recall and precision of one answer, and what cost them."""

    recall: float
    precision: float
    unscored: int
    failures: tuple[str, ...] = ()


def claims_of(answer: Answer) -> list[Sentence]:
    """Return the sentences that state something about papers: computed ones and mere talk are none."""
    return [s for s in answer.sentences if s.support in CLAIMS]


def _judge_sentence(claim: str, contexts: Sequence[str], judge: Judge) -> tuple[bool | None, list[bool]]:
    """Return whether the sentence is recalled and, for each citation, whether it is precise."""
    together = judge(claim, contexts) if contexts else False
    if not together:
        return together, [False] * len(contexts)
    if len(contexts) == 1:
        return True, [True]
    precise = []
    for place, context in enumerate(contexts):
        others = [c for i, c in enumerate(contexts) if i != place]
        precise.append(judge(claim, [context]) is not False or judge(claim, others) is not True)
    return True, precise


def citation_score(sentences: Sequence[tuple[str, Sequence[str]]], judge: Judge) -> CitationScore:
    """Score ``(sentence, texts it cites)`` pairs.

    A sentence that cites nothing has recall 0; an answer whose sentences cite nothing has precision 0. Sentences the
    judge cannot tell are left out and counted.

    Raises:
        ValueError: there is no sentence.
    """
    if not sentences:
        raise ValueError("there is no sentence to score")
    recalled: list[bool] = []
    precise: list[bool] = []
    unscored, failures = 0, []
    for text, contexts in sentences:
        together, each = _judge_sentence(text, contexts, judge)
        if together is None:
            unscored += 1
            continue
        recalled.append(together)
        precise.extend(each)
        if not together:
            failures.append(f"{'not carried by what it cites' if contexts else 'cites nothing'}: {text}")
        failures.extend(f"citation {i} adds nothing: {text}" for i, ok in enumerate(each, 1) if together and not ok)
    return CitationScore(_share(recalled), _share(precise), unscored, tuple(failures))


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def supported_share(answer: Answer) -> float:
    """Share of the stated sentences that the product itself shows as supported.

    Computed sentences and talk are no statements about papers. ``weak`` is not supported.

    Raises:
        ValueError: the answer states nothing.
    """
    claims = claims_of(answer)
    if not claims:
        raise ValueError("the answer states nothing")
    return _share([s.support == "supported" for s in claims])


def quote_failures(answer: Answer, papers: dict[str, Paper]) -> tuple[int, list[str]]:
    """Return the number of quotes and a line on each that is not cut out of the cited text, character for character.

    The cited number must lead to a paper of the library, the citation must name that version of its abstract, and
    ``abstract[start:end]`` must be the quote.
    """
    cited = {c.n: c for c in answer.citations}
    failures, total = [], 0
    for sentence in answer.sentences:
        for evidence in sentence.evidence:
            total += 1
            citation = cited.get(evidence.n)
            paper = papers.get(citation.paper_id) if citation else None
            if citation is None or paper is None:
                failures.append(f"[{evidence.n}] leads to no paper: {evidence.quote}")
            elif citation.text_hash != paper.text_hash:
                failures.append(f"[{evidence.n}] names another version of the abstract")
            elif not evidence.quote or paper.abstract[evidence.start : evidence.end] != evidence.quote:
                failures.append(f"[{evidence.n}] is not at {evidence.start}:{evidence.end}: {evidence.quote}")
    return total, failures
