"""What to read first: an order over the papers on a topic, with the reason for each place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ingest.paper import Paper
from rag.abstention.declining import comes_near
from rag.answer import Catalogue
from rag.catalogue import enumerated, plural
from rag.compose import Composer
from rag.extractive.extract import gist
from rag.questions.filters import filter_words
from rag.questions.phrases import READ_FIRST
from rag.questions.question import Question, topic_words
from rag.retrieval.lists import belonging

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.retrieval.retrieve import Hit, HybridRetriever

_SURVEY = re.compile(r"\b(?:survey|review|tutorial|introduction|primer)\b", re.IGNORECASE)
_READ = 5
"""Papers recommended."""
_TALKED_OF = 3
"""Comments from which a paper is said to be discussed."""


def read_first(question: Question, retriever: HybridRetriever, composer: Composer) -> Catalogue | None:
    """Answer what to read first; ``None`` where no paper is about the topic.

    Surveys come first, then the papers nearest to what all the papers on the topic share; the newest and the most
    discussed are said to be so. The order is computed, the sentences are quotes.
    """
    text = READ_FIRST.sub(" ", question.standalone)
    topic = topic_words(text)
    if topic:
        hits = belonging(text, retriever, question.filters)
        if not hits or not comes_near(text, hits, retriever.index.lexical):
            return None
    else:
        admitted = filter(question.filters.admit, retriever.index.papers)
        from rag.retrieval.retrieve import Hit

        hits = [Hit(paper, 0.0, 0.0, 0.0, 0, len(paper.abstract)) for paper in admitted]
    if not hits:
        return None
    order = in_reading_order(hits, retriever.index.centres)
    papers = [hit.paper for hit in hits]
    about = f"on {' '.join(topic)}" if topic else filter_words(question.filters) or "in the library"
    said = f"Of the {plural(len(hits), 'paper')} {about}, surveys first, then by nearness to what they all share:"
    composer.add(said if len(hits) > 1 else f"There is one paper {about}:", "computed")
    for place, hit in enumerate(order[:_READ], start=1):
        line = f"{place}. {hit.paper.title}{_reason(hit.paper, papers)}"
        composer.add(line, "computed", cited=[hit.paper], lead="\n")
        for told in gist(hit)[:1]:
            composer.quote(hit.paper, told.span, "\n   ")
    ids = tuple(hit.paper.paper_id for hit in order)
    return Catalogue("reading_order", order[0].paper.paper_id, ids, len(hits))


def in_reading_order(hits: Sequence[Hit], vectors: Mapping[str, NDArray[np.float32]]) -> list[Hit]:
    """Return papers in reading order: surveys, then by nearness to the middle of them all.

    Args:
        hits: the papers.
        vectors: what each is about, by paper id.
    """
    hits = [hit for hit in hits if hit.paper.paper_id in vectors]
    centres = np.array([vectors[hit.paper.paper_id] for hit in hits])
    centres = centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    middle = centres.mean(axis=0)
    near = {hit.paper.paper_id: float(row @ middle) for hit, row in zip(hits, centres, strict=True)}
    return sorted(hits, key=lambda hit: (_SURVEY.search(hit.paper.title) is None, -near[hit.paper.paper_id]))


def _reason(paper: Paper, papers: Sequence[Paper]) -> str:
    """Say what else recommends a paper."""
    reasons = []
    if survey := _SURVEY.search(paper.title):
        reasons.append(f"a {survey.group().lower()}, by its title")
    dates = [date for other in papers if (date := other.date)]
    if len(dates) > 1 and paper.date == max(dates):
        reasons.append(f"the newest of the {len(dates)} that have a date, {max(dates)}")
    comments = paper.comments or 0
    if comments >= _TALKED_OF and comments == max(other.comments or 0 for other in papers):
        reasons.append(f"the most discussed, with {comments} comments")
    return f" ({enumerated(reasons)})" if reasons else ""
