"""Answers that list papers, each with the one sentence that tells why it belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.abstention.declining import declined_text
from rag.abstention.topics import NEAR, NEAREST, is_said, nearness, relief
from rag.extractive.beside import parted
from rag.extractive.extract import SentencePicker, rank_sentences
from rag.extractive.similar import asks_for_similar, similar_papers
from rag.extractive.telling import telling_sentence
from rag.questions.asked import names_in
from rag.questions.naming import short_name, without_names
from rag.questions.pointers import GROUP
from rag.questions.superlatives import superlative_over_papers
from rag.questions.topic import Topic, read_topic, telling_words
from rag.retrieval.lists import MOST_PAPERS, belonging

if TYPE_CHECKING:
    from rag.extractive.answers import Draft
    from rag.extractive.comparing import Comparer
    from rag.grounding.align import Likeness
    from rag.questions.filters import Filters
    from rag.questions.question import Question
    from rag.retrieval.retrieve import Hit, HybridRetriever
    from rag.retrieval.topic_words import TopicWords

_FAR = "no abstract comes near the topic"
_UNSURE = "no abstract is clearly about this"
_ONE = re.compile(r"\b(?:which|what) (?:one |single )?(?:paper|study|article|work|survey)\b(?! on\b)", re.IGNORECASE)
_AS_GOOD = 1.0
"""Standard deviations within which another paper may be meant as well, where one is asked for."""
_SHOWN = 2
"""Papers shown where none is clearly about the topic."""
_LEAST_HELD = 0.55
"""Share of a topic's words that a paper must hold for it to be true of one of several papers."""
_ALL_TOGETHER, _SEVERAL = 0.999, 2
"""Papers that must hold all neighbours of a topic as neighbours before others must hold some."""
_NEXT = 0.15
"""How far below the best share another paper's may be."""
_ALIKE = 0.55
"""Cosine from which a paper may be on a topic in other words than the topic's."""
_TOLD = 2
"""Sentences told of each paper where a question asks which of several, and something more."""


@dataclass(frozen=True)
class Lister:
    """Answers questions that ask which papers.

    Args:
        retriever: over the library.
        picker: scores sentences.
        comparer: tells what each paper says of what is asked beside.
        likeness: of single words by meaning.
    """

    retriever: HybridRetriever
    picker: SentencePicker
    comparer: Comparer
    likeness: Likeness | None = None

    def answer(self, question: Question, draft: Draft) -> str:
        """Put a list into a draft; return why the question is declined, nothing where it is answered."""
        if len(question.subjects) > 1 and question.continues:
            return self._among(question, draft)
        if asks_for_similar(question.standalone, question.subjects):
            return self._similar(question, draft)
        which, beside = parted(question.standalone)
        hits = belonging(which, self.retriever, question.filters)
        topic = read_topic(which)
        hits = self._without_scattered(topic, hits)
        if hits and _ONE.search(question.standalone):
            best = max(hit.score for hit in hits)
            hits = [hit for hit in hits if hit == hits[0] or hit.score >= best - _AS_GOOD]
        draft.used = hits or draft.used
        if not hits and topic.excluded:
            return f"every paper found for it mentions “{topic.excluded}”"
        if reason := self._too_far(topic, hits, question.filters):
            return self._nearest(topic, hits, reason, draft)
        if most := superlative_over_papers(question.standalone):
            draft.composer.say(f"Abstracts are not ranked by what they report; which is {most} is for you to read off:")
            draft.missing = (f"which is {most}",)
        self._tell(topic, hits, draft, beside)
        return ""

    def _similar(self, question: Question, draft: Draft) -> str:
        """List the papers nearest to the one that is named."""
        hits, others = similar_papers(question, self.retriever)
        paper = question.subjects[0]
        draft.used = hits or others[:MOST_PAPERS]
        if not hits:
            return f"no other abstract comes near “{short_name(paper)}”"
        self._tell(Topic(paper.title, (paper.title,)), hits, draft)
        return ""

    def _without_scattered(self, topic: Topic, hits: Sequence[Hit]) -> list[Hit]:
        """Leave out papers that hold a topic's words only apart, where several hold them together.

        "Process" and "reward" are said of decision processes, too. What means the like or abbreviates it stays.
        """
        words, place = self._words, self.retriever.at_hand.place
        several = [a for a in topic.alternatives if len(telling_words(a)) > 1]
        if topic.lacking or len(several) < max(len(topic.alternatives), 1) or any(map(names_in, several)):
            return list(hits)
        together = {
            hit.paper.paper_id: max(words.together(a, place[hit.paper.paper_id]) for a in several) for hit in hits
        }
        if sum(share >= _ALL_TOGETHER for share in together.values()) < _SEVERAL:
            return list(hits)

        def stays(hit: Hit) -> bool:
            at = place[hit.paper.paper_id]
            ways = [words.wordings(a) for a in several]
            otherwise = any(words.coverage(way, at) > words.coverage(way[:1], at) for way in ways)
            return together[hit.paper.paper_id] > 0 or otherwise or hit.similarity >= _ALIKE

        return [hit for hit in hits if stays(hit)]

    def _too_far(self, topic: Topic, hits: Sequence[Hit], filters: Filters) -> str:
        """Return why what was found is not listed; nothing where it is about the topic."""
        if not hits:
            return _FAR
        if not topic or topic.lacking or is_said(topic, hits, self.retriever):
            return ""
        papers = self.retriever.at_hand.papers
        near = nearness(topic, hits, self.retriever, self.likeness)
        near += relief(sum(map(filters.admit, papers)), len(papers)) if filters else 0.0
        if near >= NEAR:
            return ""
        return _UNSURE if near >= NEAREST else _FAR

    def _nearest(self, topic: Topic, hits: Sequence[Hit], reason: str, draft: Draft) -> str:
        """Show the papers that come nearest, declined all the same; return why where none is worth showing."""
        if reason != _UNSURE:
            return reason
        draft.abstention = reason
        draft.composer.say(f"{declined_text(reason, ())} These come nearest:")
        self._tell(topic, hits[:_SHOWN], draft)
        return ""

    def _among(self, question: Question, draft: Draft) -> str:
        """Answer which of the papers talked of something is true of."""
        asked = GROUP.sub(" ", without_names(question.standalone, question.subjects))
        topic = read_topic(asked)
        everything = self.retriever.search(asked, len(self.retriever.at_hand.papers), question.filters)
        hits = [h for h in everything if h.paper in question.subjects]
        found = self._carrying(topic, hits) if topic else []
        draft.used = [*found, *(h for h in hits if h not in found)]
        if not found:
            return f"none of these {len(question.subjects)} abstracts says so"
        several = len(found) > 1
        for number, hit in enumerate(found, start=1):
            draft.composer.say(f"{number}. {hit.paper.title}" if several else f"{hit.paper.title}:", lead="\n")
            telling = telling_sentence(topic, hit, self.picker, self._words)
            told = [telling] if telling else []
            told += [] if several else rank_sentences(asked, hit.paper, self.picker)
            spans = {p.span: p for p in reversed(told[: _TOLD + 1])}
            lead = "\n   " if several else " "
            for picked in sorted(list(spans.values())[-_TOLD:], key=lambda p: p.span):
                draft.composer.quote(picked.paper, picked.span, lead=lead)
        return ""

    def _carrying(self, topic: Topic, hits: Sequence[Hit]) -> list[Hit]:
        """Return the papers that carry a topic; where none does in its words, the one whose sentence comes nearest."""
        words, place = self._words, self.retriever.at_hand.place
        if topic.lacking:
            return [h for h in hits if all(words.does_without(x, place[h.paper.paper_id]) for x in topic.lacking)]
        held: dict[str, float] = {}
        for alternative in topic.alternatives:
            wordings = words.wordings(alternative)
            for hit in hits:
                share = words.coverage(wordings, place[hit.paper.paper_id])
                held[hit.paper.paper_id] = max(share, held.get(hit.paper.paper_id, 0.0))
        best = max(held.values(), default=0.0)
        if best >= _LEAST_HELD:
            return [h for h in hits if held[h.paper.paper_id] >= max(_LEAST_HELD, best - _NEXT)]
        fits: list[tuple[float, Hit]] = []
        for hit in hits:
            if telling := telling_sentence(topic, hit, self.picker, words):
                fits.append((self.picker.score(topic.text, hit.paper.title, [telling.text])[0], hit))
        return [max(fits, key=lambda pair: pair[0])[1]] if fits else []

    def _tell(self, topic: Topic, hits: Sequence[Hit], draft: Draft, beside: str = "") -> None:
        """Tell of each paper why it belongs, and what it says of what is asked beside, if anything is."""
        for number, hit in enumerate(hits[:MOST_PAPERS], start=1):
            telling = telling_sentence(topic, hit, self.picker, self._words)
            draft.composer.say(f"{number}. {hit.paper.title}", lead="\n")
            if telling:
                draft.composer.quote(hit.paper, telling.span, lead="\n   ")
            else:
                draft.composer.add("It has no abstract.", "computed", cited=[hit.paper], lead="\n   ")
            if telling and beside:
                self.comparer.tell_beside(beside, hit.paper, telling.span, draft, "\n   ")
        if topic.excluded:
            draft.composer.say(f"Papers that mention “{topic.excluded}” are left out.", lead="\n")
        if len(hits) > MOST_PAPERS:
            draft.composer.say(f"{len(hits) - MOST_PAPERS} more papers stand out for this.", lead="\n")

    @property
    def _words(self) -> TopicWords:
        return self.retriever.at_hand.topic_words
